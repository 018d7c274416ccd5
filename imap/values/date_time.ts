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
    const iso = date.toISOString();
    const day = `${iso.slice(8, 10)}-${months[date.getUTCMonth()]}-${iso.slice(0, 4)}`;
    return new DateTime(`${day} ${iso.slice(11, 19)} +0000`);
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
 *
 * @example
 * ```ts
 * import { formatDateTime } from "@postern/postern/imap/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatDateTime(new Date(Date.UTC(2026, 10, 1, 9, 30))), "01-Nov-2026 09:30:00 +0000");
 * ```
 */
export function formatDateTime(date: DateTimeInput): string {
  const { text, zoneMinutes } = DateTime.from(date);
  if (zoneMinutes === null) {
    throw new RangeError(`not a date and time with a zone: ${JSON.stringify(text.slice(0, 40))}`);
  }
  // What a server wrote in the fixed form goes back as it is. The sign of -0000 says that the zone is not known (RFC 5322 3.3).
  if (text.length === 26) return text;
  return text.trim().padStart(26, "0").replace(/[a-z]{3}/i, (name) => months[monthOf(name) - 1]!);
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
  if (!fields || !inCalendar(fields)) {
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
 *
 * @example
 * ```ts
 * import { parseSearchDate } from "@postern/postern/imap/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSearchDate("1-Feb-1994"), "1994-02-01");
 * assertEquals(parseSearchDate("31-Feb-1994"), null);
 * ```
 */
export function parseSearchDate(text: string): string | null {
  if (typeof text !== "string") throw new TypeError(`a day must be text, not ${kindOf(text)}`);
  const match = /^(\d\d?)-([a-z]{3})-(\d{4})$/i.exec(text);
  const date = match && dayOf(match);
  return date && `${match[3]}-${String(date.month).padStart(2, "0")}-${match[1]!.padStart(2, "0")}`;
}

function readFields(text: string): Fields | null {
  const match = /^ ?(\d\d?)-([a-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d)(?: ([+-])(\d\d)(\d\d))?$/i.exec(text);
  const date = match && dayOf(match);
  if (!date) return null;
  const [hour, minute, second] = match.slice(4, 7).map(Number) as [number, number, number];
  // 60: a leap second
  if (hour > 23 || minute > 59 || second > 60) return null;
  const [sign, hours, minutes] = match.slice(7);
  if (sign === undefined) return { ...date, hour, minute, second, zone: null };
  if (Number(minutes) > 59) return null;
  const zone = Number(hours) * 60 + Number(minutes);
  return { ...date, hour, minute, second, zone: sign === "-" && zone > 0 ? -zone : zone };
}

/** The first three groups of a match: `d` or `dd`, `Mon`, `yyyy`. */
function dayOf([, day, name, year]: RegExpExecArray): CalendarDate | null {
  const date = { year: Number(year), month: monthOf(name!), day: Number(day) };
  return inCalendar(date) ? date : null;
}

/** The number of a month, which may be written in any case; 0 for another word. */
function monthOf(name: string): number {
  return months.findIndex((known) => known.toLowerCase() === name.toLowerCase()) + 1;
}

function readIsoDate(text: string): CalendarDate | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return match && { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

function inCalendar({ year, month, day }: CalendarDate): boolean {
  if (![year, month, day].every(Number.isInteger) || year < 0 || year > 9999) return false;
  const date = new Date(0);
  // What the month does not have would be a day of the next one; Date.UTC takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function four(number: number): string {
  return String(number).padStart(4, "0");
}

function shown(date: unknown): string {
  return typeof date === "string" ? JSON.stringify(date.slice(0, 40)) : kindOf(date);
}

showAs(DateTime, "DateTime", ({ text }) => text);
