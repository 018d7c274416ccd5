/**
 * Points in time as servers write them (INTERNALDATE, APPEND), and calendar dates as SEARCH wants them.
 *
 * The two are different types on purpose: SEARCH compares dates in the server's own time zone, so a point in time
 * would silently be off by one day for half of the world.
 */

import { kindOf } from "../base/option_names.ts";
import { showAs } from "../base/shown.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What can be given where a point in time is sent. */
export type DateTimeInput = Date | DateTime;

/** A day without a time zone, by its numbers; `Temporal.PlainDate` is one. */
export interface CalendarDate {
  /** Year, 0 to 9999. */
  readonly year: number;
  /** Month, 1 to 12. */
  readonly month: number;
  /** Day of the month, from 1. */
  readonly day: number;
}

/** A day for SEARCH: `"2026-11-01"`, or its numbers. */
export type SearchDate = string | CalendarDate;

interface Fields extends CalendarDate {
  hour: number;
  minute: number;
  second: number;
  /** Minutes east of UTC; null when the text names no zone. */
  zone: number | null;
}

/**
 * A point in time as a server wrote it: the text is kept, and parsed when asked for.
 *
 * No text is refused, because servers send `00-Jan-0000 00:00:00 +0000` (Domino) and leave out the zone (QQ): what has no
 * meaning gives null, and the text is there all the same.
 *
 * RFC 9051 section 9 `date-time`.
 *
 * @example
 * ```ts
 * import { DateTime } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * const date = new DateTime(" 1-Feb-1994 21:52:25 -0800");
 * assertEquals(date.toDate()?.toISOString(), "1994-02-02T05:52:25.000Z");
 * assertEquals(date.zoneMinutes, -480);
 * assertEquals(String(date), " 1-Feb-1994 21:52:25 -0800");
 * ```
 */
export class DateTime {
  /** The text between the quotes. */
  readonly text: string;
  #fields: Fields | null | undefined = undefined;

  /**
   * Keeps a text.
   *
   * @param text what comes between the quotes
   */
  constructor(text: string) {
    this.text = text;
  }

  /**
   * The point in time of a `Date`, written in UTC.
   *
   * @param date the point in time; milliseconds are dropped, the protocol has none
   * @returns the value
   * @throws {RangeError} for an invalid date, or a year that four digits cannot say
   */
  static from(date: DateTimeInput): DateTime {
    if (date instanceof DateTime) return date;
    if (typeof (date as Date | null)?.getUTCFullYear !== "function") {
      throw new TypeError(`not a Date: ${kindOf(date)}`);
    }
    const year = date.getUTCFullYear();
    if (!(year >= 0 && year <= 9999)) throw new RangeError(`not a date that IMAP can say: ${String(date)}`);
    return new DateTime(
      `${two(date.getUTCDate())}-${months[date.getUTCMonth()]}-${four(year)} ` +
        `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`,
    );
  }

  /**
   * The point in time.
   *
   * @returns a `Date`, or null when the text has no meaning; a text without a zone is taken as UTC
   */
  toDate(): Date | null {
    const fields = this.#read();
    if (fields === null) return null;
    const date = new Date(0);
    // not Date.UTC, which takes the years 0 to 99 for 1900 to 1999
    date.setUTCFullYear(fields.year, fields.month - 1, fields.day);
    date.setUTCHours(fields.hour, fields.minute - (fields.zone ?? 0), fields.second);
    return date;
  }

  /** The zone in minutes east of UTC; null when the text names none or has no meaning. */
  get zoneMinutes(): number | null {
    return this.#read()?.zone ?? null;
  }

  /** The text. */
  toString(): string {
    return this.text;
  }

  /** The text, so that a value printed as JSON can be read. */
  toJSON(): string {
    return this.text;
  }

  #read(): Fields | null {
    if (this.#fields === undefined) this.#fields = readFields(this.text);
    return this.#fields;
  }
}

/**
 * Writes a point in time as APPEND wants it, without the quotes.
 *
 * @param date the point in time
 * @returns 26 characters, such as `01-Feb-1994 21:52:25 -0800`
 * @throws {RangeError} when a `DateTime` has no meaning or no zone, or a `Date` is not valid
 *
 * RFC 9051 section 9 `date-time`.
 */
export function formatDateTime(date: DateTimeInput): string {
  const value = DateTime.from(date);
  const fields = readFields(value.text);
  if (fields === null || fields.zone === null) {
    throw new RangeError(`not a date and time with a zone: ${JSON.stringify(value.text.slice(0, 40))}`);
  }
  // what a server wrote in the fixed form goes back as it is
  if (value.text.length === 26) return value.text;
  const zone = Math.abs(fields.zone);
  // the sign is kept for -0000, which says that the zone is not known (RFC 5322 3.3)
  const sign = fields.zone < 0 || value.text.includes(" -") ? "-" : "+";
  return `${two(fields.day)}-${months[fields.month - 1]}-${four(fields.year)} ` +
    `${two(fields.hour)}:${two(fields.minute)}:${two(fields.second)} ` +
    `${sign}${two(Math.floor(zone / 60))}${two(zone % 60)}`;
}

/**
 * Writes a day as SEARCH wants it.
 *
 * RFC 9051 section 9 `date`.
 *
 * @param date `"YYYY-MM-DD"` or the numbers of a day
 * @returns such as `1-Feb-1994`
 * @throws {RangeError} for a day that is not in the calendar, and for a `Date`, which is a point in time
 *
 * @example
 * ```ts
 * import { formatSearchDate } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatSearchDate("1994-02-01"), "1-Feb-1994");
 * assertEquals(formatSearchDate({ year: 1994, month: 2, day: 1 }), "1-Feb-1994");
 * ```
 */
export function formatSearchDate(date: SearchDate): string {
  const fields = typeof date === "string" ? readIsoDate(date) : date;
  if (fields === null || !inCalendar(fields)) {
    throw new RangeError(`not a day of the calendar (YYYY-MM-DD): ${shown(date)}`);
  }
  return `${fields.day}-${months[fields.month - 1]}-${four(fields.year)}`;
}

/**
 * Reads a day as SEARCH writes it.
 *
 * @param text such as `1-Feb-1994`, without quotes
 * @returns `"1994-02-01"`, or null when the text is not a day of the calendar
 *
 * RFC 9051 section 9 `date-text`.
 */
export function parseSearchDate(text: string): string | null {
  if (typeof text !== "string") throw new TypeError(`a day must be text, not ${kindOf(text)}`);
  const at = text.charCodeAt(1) === 0x2d ? 1 : 2;
  const date = text.length === at + 9 ? readDay(text, 0, at) : null;
  return date === null ? null : `${four(date.year)}-${two(date.month)}-${two(date.day)}`;
}

function readFields(text: string): Fields | null {
  const start = text.charCodeAt(0) === 0x20 ? 1 : 0;
  const dash = text.charCodeAt(start + 1) === 0x2d ? start + 1 : start + 2;
  const date = readDay(text, start, dash);
  const at = dash + 9;
  const hour = digits(text, at + 1, 2);
  const minute = digits(text, at + 4, 2);
  const second = digits(text, at + 7, 2);
  if (date === null || text[at] !== " " || text[at + 3] !== ":" || text[at + 6] !== ":") return null;
  // 60: a leap second
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return null;
  const time = { ...date, hour, minute, second };
  if (text.length === at + 9) return { ...time, zone: null };
  const sign = text[at + 10];
  const zoneHour = digits(text, at + 11, 2);
  const zoneMinute = digits(text, at + 13, 2);
  if (text.length !== at + 15 || text[at + 9] !== " " || (sign !== "+" && sign !== "-")) return null;
  if (zoneHour < 0 || zoneMinute < 0 || zoneMinute > 59) return null;
  const zone = zoneHour * 60 + zoneMinute;
  return { ...time, zone: sign === "-" && zone > 0 ? -zone : zone };
}

/** `d-Mon-yyyy` or `dd-Mon-yyyy` from `start`, whose first dash is at `dash`. */
function readDay(text: string, start: number, dash: number): CalendarDate | null {
  const day = digits(text, start, dash - start);
  const name = text.slice(dash + 1, dash + 4).toLowerCase();
  const month = months.findIndex((known) => known.toLowerCase() === name) + 1;
  const year = digits(text, dash + 5, 4);
  if (text[dash] !== "-" || text[dash + 4] !== "-") return null;
  const date = { year, month, day };
  return inCalendar(date) ? date : null;
}

function readIsoDate(text: string): CalendarDate | null {
  if (text.length !== 10 || text[4] !== "-" || text[7] !== "-") return null;
  return { year: digits(text, 0, 4), month: digits(text, 5, 2), day: digits(text, 8, 2) };
}

function inCalendar(date: CalendarDate): boolean {
  const { year, month, day } = date;
  if (!Number.isInteger(year) || year < 0 || year > 9999) return false;
  if (!Number.isInteger(month) || month < 1 || month > 12) return false;
  return Number.isInteger(day) && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Exactly `count` ASCII digits as a number, or -1. */
function digits(text: string, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

function four(number: number): string {
  return String(number).padStart(4, "0");
}

function shown(date: unknown): string {
  return typeof date === "string" ? JSON.stringify(date.slice(0, 40)) : String(date);
}

showAs(DateTime, "DateTime", ({ text }) => text);
