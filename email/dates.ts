/**
 * Dates of mail: reading the many forms they come in, writing the one of RFC 5322 section 3.3.
 *
 * @module
 */

import type { Header } from "./header.ts";
import { integerDigits, parseInteger, startsWithDigit } from "./text/int.ts";
import { MONTHS } from "./text/months.ts";
import { splitWhitespace } from "./text/text.ts";
import { ValueError } from "./errors.ts";
import { listFor, wrongType } from "./text/given.ts";

/**
 * A date as {@linkcode parsedateTz} gives it: year, month, day, hour, minute, second, three places without
 * meaning (always 0, 1, -1) and the offset from UTC in seconds. No part is checked for its range.
 */
export type DateTuple = [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  weekday: number,
  yearday: number,
  dst: number,
  offset: number | null,
];

/** A date as {@linkcode parsedate} gives it: {@linkcode DateTuple} without the offset. */
export type ShortDateTuple = [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  weekday: number,
  yearday: number,
  dst: number,
];

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const MONTH_NUMBERS: ReadonlyMap<string, number> = /* @__PURE__ */ monthNumbers();
const DAY_NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ DAYS.map((name) => name.toLowerCase()),
);

function monthNumbers(): Map<string, number> {
  const numbers = new Map<string, number>();
  MONTHS.forEach((name, i) => numbers.set(name, i + 1).set(name.slice(0, 3), i + 1));
  return numbers;
}

// RFC 5322 section 4.3; every other name counts as an unknown zone. Values are +HHMM as a number.
const ZONES: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["UT", 0],
  ["UTC", 0],
  ["GMT", 0],
  ["Z", 0],
  ["AST", -400],
  ["ADT", -300],
  ["EST", -500],
  ["EDT", -400],
  ["CST", -600],
  ["CDT", -500],
  ["MST", -700],
  ["MDT", -600],
  ["PST", -800],
  ["PDT", -700],
]);

/** Date, time and zone of a text; null when it is not a date. The offset is null where the zone says nothing. */
function readDate(text: string): DateTuple | null {
  const words = dateWords(text);
  if (words === null) return null;
  let [day, month, year, time, zone] = words;
  if (day === "" || month === "" || year === "") return null;
  month = month.toLowerCase();
  if (!MONTH_NUMBERS.has(month)) [day, month] = [month, day.toLowerCase()];
  const monthNumber = MONTH_NUMBERS.get(month);
  if (monthNumber === undefined) return null;
  day = dropComma(day);
  if (year.indexOf(":") > 0) [year, time] = [time, year];
  year = dropComma(year);
  if (year === "") return null;
  if (!startsWithDigit(year)) [year, zone] = [zone, year];
  const clock = readClock(dropComma(time));
  const yearNumber = parseInteger(year);
  const dayNumber = parseInteger(day);
  if (clock === null || yearNumber === null || dayNumber === null) return null;
  const [hour, minute, second] = clock;
  return [fullYear(yearNumber), monthNumber, dayNumber, hour, minute, second, 0, 1, -1, readZone(zone)];
}

/** The five words day, month, year, time and zone, in their order. */
function dateWords(text: string): [string, string, string, string, string] | null {
  let words = splitWhitespace(text);
  const [first] = words;
  if (first === undefined) return null;
  if (first.endsWith(",") || DAY_NAMES.has(first.toLowerCase())) {
    words.shift();
  } else {
    words[0] = first.slice(first.lastIndexOf(",") + 1);
  }
  if (words.length === 3) {
    const [date = "", ...rest] = words;
    const parts = date.split("-"); // 20-Nov-1995, RFC 850
    if (parts.length === 3) words = [...parts, ...rest];
  }
  const [day, month, year, time, zone] = words;
  if (day === undefined || month === undefined || year === undefined || time === undefined) return null;
  if (zone !== undefined) return [day, month, year, time, zone];
  const plus = time.indexOf("+");
  const at = plus < 0 ? time.indexOf("-") : plus;
  // 10:11:12+0200
  return at > 0 ? [day, month, year, time.slice(0, at), time.slice(at)] : [day, month, year, time, ""];
}

function dropComma(word: string): string {
  return word.endsWith(",") ? word.slice(0, -1) : word;
}

/** Hour, minute and second of 19:12, 19:12:08, 19.12 or 19.12.08. */
function readClock(time: string): [number, number, number] | null {
  const parts = time.split(time.includes(":") ? ":" : ".");
  if (parts.length !== 2 && parts.length !== 3) return null;
  const [hour = null, minute = null, second = null] = [...parts, "0"].map(parseInteger);
  return hour === null || minute === null || second === null ? null : [hour, minute, second];
}

/** Two-digit years turn at 69, as in POSIX: RFC 5322 turns at 50 and counts three digits from 1900. */
function fullYear(year: number): number {
  if (year >= 100) return year;
  return year > 68 ? year + 1900 : year + 2000;
}

function zoneSeconds(size: bigint): bigint {
  return size / 100n * 3600n + size % 100n * 60n;
}

/** Seconds east of UTC; null for -0000 (RFC 5322 section 3.3) and for what is not a zone. */
function readZone(zone: string): number | null {
  const name = zone.toUpperCase();
  const number = ZONES.get(name) ?? parseInteger(name);
  if (number === null || (number === 0 && name.startsWith("-"))) return null;
  const size = Math.abs(number);
  const seconds = size < 2 ** 40
    ? Math.floor(size / 100) * 3600 + (size % 100) * 60
    // The last digits count: so many are not to be rounded before they are taken apart.
    : Number(zoneSeconds(BigInt(integerDigits(name)!.replace("-", ""))));
  return Math.sign(number) * seconds + 0;
}

/**
 * Reads a date with its zone.
 *
 * @param data value of a Date field, as `message.get` gives it, or of what follows the `;` of a Received field
 * @returns the date, its last place the offset from UTC in seconds (0 where the zone is absent, unknown or
 * -0000); null when the text is not a date. Nothing is checked for its range: hour 25 stays 25
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * const date = utils.parsedateTz("Mon, 20 Nov 1995 19:12:08 -0500");
 * console.log(date); // [1995, 11, 20, 19, 12, 8, 0, 1, -1, -18000]
 * ```
 *
 * Source: RFC 5322 section 3.3; Python's `email.utils.parsedate_tz`.
 */
export function parsedateTz(data: string | Header | null | undefined): DateTuple | null {
  const date = readDate(String(data ?? ""));
  if (date !== null) date[9] ??= 0;
  return date;
}

/**
 * Reads a date without its zone.
 *
 * @param data value of a Date field, as `message.get` gives it; null is not a date
 * @returns the nine places of the date; null when the text is not a date
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * console.log(utils.parsedate("20 Nov 95 19:12 EST")); // [1995, 11, 20, 19, 12, 0, 0, 1, -1]
 * ```
 *
 * Source: Python's `email.utils.parsedate`.
 */
export function parsedate(data: string | Header | null | undefined): ShortDateTuple | null {
  const date = readDate(String(data ?? ""));
  if (date === null) return null;
  const [year, month, day, hour, minute, second, weekday, yearday, dst] = date;
  return [year, month, day, hour, minute, second, weekday, yearday, dst];
}

/**
 * Turns a date from {@linkcode parsedateTz} into seconds since 1970-01-01 00:00:00 UTC.
 *
 * @param data date with its offset; an offset of null means the local zone of the machine
 * @returns seconds; days, hours, minutes and seconds beyond their range carry over
 * @throws {ValueError} when the year is not 1 to 9999 or the month not 1 to 12
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * const date = utils.parsedateTz("Thu, 01 Jan 1970 01:00:00 +0100");
 * if (date !== null) console.log(utils.mktimeTz(date)); // 0
 * ```
 *
 * Source: Python's `email.utils.mktime_tz`.
 */
export function mktimeTz(data: DateTuple): number {
  const [year, month, day, hour, minute, second, , , , offset] = listFor("mktimeTz", "a date tuple", data);
  if (offset === null) {
    // The Date constructor takes the years 0 to 99 for 1900 to 1999, its setter does not.
    const date = new Date(0);
    date.setHours(0, 0, 0, 0);
    date.setFullYear(year, month - 1, day);
    date.setHours(hour, minute, second, 0);
    if (Number.isNaN(date.getTime())) {
      throw new ValueError("date out of range");
    }
    return date.getTime() / 1000;
  }
  if (!(year >= 1 && year <= 9999)) throw new ValueError(`year ${year} is out of range`);
  if (!(month >= 1 && month <= 12)) throw new ValueError("month must be in 1..12");
  return daysBefore(year, month) * 86400 + (day - 1) * 86400 + hour * 3600 + minute * 60 + second - offset;
}

/** Days from 1970-01-01 to the first day of a month. */
function daysBefore(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, 1);
  return date.getTime() / 86_400_000;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** An offset as +HHMM, with seconds where it has them, and with colons where asked for. */
function formatOffset(offset: number, colon: string): string {
  const size = Math.abs(offset);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60];
  if (size % 60 !== 0) parts.push(size % 60);
  return (offset < 0 ? "-" : "+") + parts.map((part) => pad(part, 2)).join(colon);
}

function clock(date: Datetime): string {
  return `${pad(date.hour, 2)}:${pad(date.minute, 2)}:${pad(date.second, 2)}`;
}

/** The form of RFC 5322 section 3.3, with the zone as given. */
function writeDate(date: Datetime, zone: string): string {
  const days = daysBefore(date.year, date.month) + date.day - 1;
  const weekday = DAYS[(days + 3 + 7 * 200_000) % 7]; // 1970-01-01 was a Thursday; years from 1 are below zero
  const month = MONTHS[date.month - 1]!.slice(0, 3).replace(/^./, (first) => first.toUpperCase());
  return `${weekday}, ${pad(date.day, 2)} ${month} ${pad(date.year, 4)} ${clock(date)} ${zone}`;
}

/**
 * A point in time as mail writes it: the clock as it was where the mail was written, and the offset of
 * that clock. Made by {@linkcode parsedateToDatetime}; the counterpart of Python's `datetime`.
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * const date = utils.parsedateToDatetime("Mon, 20 Nov 1995 19:12:08 -0500");
 * console.log(date.hour, date.offsetSeconds); // 19 -18000
 * console.log(date.toDate().toISOString()); // 1995-11-21T00:12:08.000Z
 * ```
 *
 * Source: RFC 5322 section 3.3; Python's `datetime.datetime`.
 */
export class Datetime {
  /** Year, 1 to 9999. */
  readonly year: number;
  /** Month, 1 to 12. */
  readonly month: number;
  /** Day of the month, from 1. */
  readonly day: number;
  /** Hour, 0 to 23. */
  readonly hour: number;
  /** Minute, 0 to 59. */
  readonly minute: number;
  /** Second, 0 to 59. */
  readonly second: number;
  /** Seconds east of UTC; null when the source did not say (zone -0000, or none). */
  readonly offsetSeconds: number | null;

  /**
   * Checks the parts of a date.
   *
   * @param year 1 to 9999
   * @param month 1 to 12
   * @param day 1 to the length of the month
   * @param hour 0 to 23
   * @param minute 0 to 59
   * @param second 0 to 59
   * @param offsetSeconds seconds east of UTC, less than a day; null when it is not known
   * @throws {ValueError} when a value is out of its range
   */
  constructor(
    year: number,
    month: number,
    day: number,
    hour = 0,
    minute = 0,
    second = 0,
    offsetSeconds: number | null = null,
  ) {
    checkRange("year", year, 1, 9999);
    checkRange("month", month, 1, 12);
    checkRange("day", day, 1, new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate());
    checkRange("hour", hour, 0, 23);
    checkRange("minute", minute, 0, 59);
    checkRange("second", second, 0, 59);
    if (offsetSeconds !== null) checkRange("offset", offsetSeconds, -86399, 86399);
    this.year = year;
    this.month = month;
    this.day = day;
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.offsetSeconds = offsetSeconds;
  }

  /**
   * The same point in time on a clock with the given offset.
   *
   * @param date point in time; fractions of a second are dropped
   * @param offsetSeconds seconds east of UTC; null for the UTC clock with the offset unknown
   * @throws {ValueError} when the year is not 1 to 9999
   */
  static fromDate(date: Date, offsetSeconds: number | null = 0): Datetime {
    if (!(date instanceof Date)) throw wrongType("Datetime.fromDate", "a Date", date);
    const clock = new Date(date.getTime() + (offsetSeconds ?? 0) * 1000);
    return new Datetime(
      clock.getUTCFullYear(),
      clock.getUTCMonth() + 1,
      clock.getUTCDate(),
      clock.getUTCHours(),
      clock.getUTCMinutes(),
      clock.getUTCSeconds(),
      offsetSeconds,
    );
  }

  /** The point in time; an unknown offset counts as UTC, as RFC 5322 section 3.3 has it for -0000. */
  toDate(): Date {
    const seconds = daysBefore(this.year, this.month) * 86400 + (this.day - 1) * 86400 + this.hour * 3600 +
      this.minute * 60 + this.second - (this.offsetSeconds ?? 0);
    return new Date(seconds * 1000);
  }

  /** ISO 8601 with the clock and the offset as they are (`1995-11-20T19:12:08-05:00`); no offset if unknown. */
  toISOString(): string {
    const zone = this.offsetSeconds === null ? "" : formatOffset(this.offsetSeconds, ":");
    return `${pad(this.year, 4)}-${pad(this.month, 2)}-${pad(this.day, 2)}T${clock(this)}${zone}`;
  }

  /** As {@linkcode Datetime.toISOString}. */
  toString(): string {
    return this.toISOString();
  }

  /** As {@linkcode Datetime.toISOString}. */
  toJSON(): string {
    return this.toISOString();
  }
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new ValueError(`${name} ${value} is out of range ${least} to ${most}`);
  }
}

/**
 * Reads a date and checks it.
 *
 * @param data value of a Date field, as `message.get` gives it; null is not a date
 * @returns the date; its `offsetSeconds` is null when the zone is absent, unknown or -0000
 * @throws {ValueError} when the text is not a date, or a part of it is out of its range
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * const date = utils.parsedateToDatetime("Fri, 28 Feb 2020 10:00:00 +0530");
 * console.log(date.toISOString()); // 2020-02-28T10:00:00+05:30
 * ```
 *
 * Source: Python's `email.utils.parsedate_to_datetime`.
 */
export function parsedateToDatetime(data: string | Header | null | undefined): Datetime {
  const text = String(data ?? "");
  const date = readDate(text);
  if (date === null) throw new ValueError(`Invalid date value or format ${JSON.stringify(text)}`);
  const [year, month, day, hour, minute, second, , , , offset] = date;
  return new Datetime(year, month, day, hour, minute, second, offset);
}

/** Options of {@linkcode formatdate}. */
export interface FormatdateOptions {
  /** Write the local clock of the machine and its offset. */
  localtime?: boolean;
  /** Write the zone as GMT, as HTTP wants it, in place of -0000. Has no effect with `localtime`. */
  usegmt?: boolean;
}

/**
 * Writes a date in the form of RFC 5322.
 *
 * @param timeval seconds since 1970-01-01 00:00:00 UTC, or a Date; now if null
 * @param options which clock, and the spelling of UTC; a UTC date is written with zone -0000 by default
 * @throws {ValueError} when the year is not 1 to 9999
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * console.log(utils.formatdate(0)); // Thu, 01 Jan 1970 00:00:00 -0000
 * console.log(utils.formatdate(0, { usegmt: true })); // Thu, 01 Jan 1970 00:00:00 GMT
 * ```
 *
 * Source: RFC 5322 section 3.3; Python's `email.utils.formatdate`.
 */
export function formatdate(timeval: number | Date | null = null, options: FormatdateOptions = {}): string {
  const date = timeval instanceof Date ? timeval : fromSeconds(timeval ?? Date.now() / 1000);
  if (options?.localtime) return formatDatetime(localtime(date));
  const usegmt = options?.usegmt ?? false;
  return formatDatetime(Datetime.fromDate(date, usegmt ? 0 : null), { usegmt });
}

/** A Date of whole seconds: rounded to microseconds first (as Python's clock is), then down. */
function fromSeconds(seconds: number): Date {
  if (typeof seconds !== "number") throw wrongType("formatdate", "seconds or a Date", seconds);
  const whole = Math.floor(seconds);
  const micros = Math.round((seconds - whole) * 1e6);
  const date = new Date((whole + (micros >= 1e6 ? 1 : 0)) * 1000);
  if (Number.isNaN(date.getTime())) throw new ValueError(`timestamp ${seconds} is out of range`);
  return date;
}

/** Options of {@linkcode formatDatetime}. */
export interface FormatDatetimeOptions {
  /** Write the zone as GMT, as HTTP wants it. */
  usegmt?: boolean;
}

/**
 * Writes a date in the form of RFC 5322, on its own clock.
 *
 * @param dt the date; an unknown offset is written as -0000. A Date is written on the UTC clock, +0000
 * @param options spelling of the zone
 * @throws {ValueError} when GMT is asked for and the date is not on the UTC clock
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * const date = new utils.Datetime(2020, 2, 28, 10, 0, 0, 19800);
 * console.log(utils.formatDatetime(date)); // Fri, 28 Feb 2020 10:00:00 +0530
 * ```
 *
 * Source: RFC 5322 section 3.3; Python's `email.utils.format_datetime`.
 */
export function formatDatetime(dt: Datetime | Date, options: FormatDatetimeOptions = {}): string {
  const date = dt instanceof Date ? Datetime.fromDate(dt) : dt;
  if (!(date instanceof Datetime)) throw wrongType("formatDatetime", "a Date or a Datetime", date);
  if (options?.usegmt) {
    if (date.offsetSeconds !== 0) throw new ValueError("usegmt option requires a UTC datetime");
    return writeDate(date, "GMT");
  }
  return writeDate(date, date.offsetSeconds === null ? "-0000" : formatOffset(date.offsetSeconds, ""));
}

/**
 * A point in time on the local clock of the machine.
 *
 * @param date point in time; now by default
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * const now = utils.localtime();
 * console.log(utils.formatDatetime(now)); // e.g. Sat, 21 Nov 2026 21:00:00 +0100
 * ```
 *
 * Source: Python's `email.utils.localtime`.
 */
export function localtime(date: Date = new Date()): Datetime {
  if (!(date instanceof Date)) throw wrongType("localtime", "a Date", date);
  return Datetime.fromDate(date, -Math.round(date.getTimezoneOffset() * 60) + 0);
}
