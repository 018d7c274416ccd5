/** `Internaldate2tuple` and `Time2Internaldate`: between INTERNALDATE and the runtime's local time. */

import { DateTime, formatDateTime } from "../values/date_time.ts";
import { responseText } from "./text.ts";

/**
 * A local time as Python's `struct_time` has it: `isdst` is 1 in daylight saving time, 0 outside, -1 where it is not known;
 * Monday is weekday 0, and 1 January is day 1 of the year.
 */
export type StructTime = [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  weekday: number,
  yearday: number,
  isdst: number,
];

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const HEAD = 'INTERNALDATE "';
const INTERNAL_DATE = /([ 0123]\d)-([A-Z][a-z][a-z])-(\d{4}) (\d\d):(\d\d):(\d\d) ([-+])(\d\d)(\d\d)"/y;

/**
 * Reads the INTERNALDATE out of a row of FETCH.
 *
 * Python's `imaplib.Internaldate2tuple`, as in 3.13; 2.7 is an hour wrong around changes of daylight saving time.
 *
 * @param resp The row; the last `INTERNALDATE "..."` of its first line counts.
 * @returns The point in time in local time, or null when there is none in the right form. A day that is not in the calendar
 *   counts on: 31 February is 2 or 3 March.
 * @throws {RangeError} When the month is not one.
 *
 * @example
 * ```ts
 * import { Internaldate2tuple, Time2Internaldate } from "@postern/postern/imaplib";
 * import { assertEquals } from "@std/assert";
 *
 * const time = Internaldate2tuple('25 (INTERNALDATE "01-Jan-2000 11:30:00 +0000")')!;
 * assertEquals(new Date(time[0], time[1] - 1, time[2], time[3], time[4]).toISOString(), "2000-01-01T11:30:00.000Z");
 * assertEquals(Internaldate2tuple("25 (FLAGS ())"), null);
 * ```
 */
export function Internaldate2tuple(resp: string | Uint8Array): StructTime | null {
  const text = responseText(resp);
  const firstLine = text.indexOf("\n");
  let at = firstLine < 0 ? text.length : firstLine;
  while (at >= 0) {
    at = text.lastIndexOf(HEAD, at);
    if (at < 0) return null;
    INTERNAL_DATE.lastIndex = at + HEAD.length;
    const found = INTERNAL_DATE.exec(text);
    if (found !== null) return local(pointInTime(found));
    at--;
  }
  return null;
}

function pointInTime(found: RegExpExecArray): Date {
  const [, day, month, year, hour, minute, second, sign, zoneHour, zoneMinute] = found;
  const monthIndex = MONTHS.indexOf(month!);
  if (monthIndex < 0) throw new RangeError(`Not a month: ${month}`);
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === "-" ? -1 : 1);
  const date = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(Number(year), monthIndex, Number(day));
  date.setUTCHours(Number(hour), Number(minute) - zone, Number(second));
  return date;
}

function local(date: Date): StructTime {
  const year = date.getFullYear();
  const month = date.getMonth();
  const day = date.getDate();
  const weekday = (date.getDay() + 6) % 7;
  const isdst = isDaylightSaving(date) ? 1 : 0;
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()] as const;
  return [year, month + 1, day, ...time, weekday, dayOfYear(year, month, day), isdst];
}

function dayOfYear(year: number, month: number, day: number): number {
  const date = new Date(0);
  const newYear = date.setUTCFullYear(year, 0, 1);
  return (date.setUTCFullYear(year, month, day) - newYear) / 86_400_000 + 1;
}

/** Whether the offset is larger than the smaller one of the year: a runtime tells offsets and nothing more. */
function isDaylightSaving(date: Date): boolean {
  const offset = date.getTimezoneOffset();
  const year = date.getFullYear();
  return offset < Math.max(offsetOf(year, 0), offsetOf(year, 6));
}

function offsetOf(year: number, month: number): number {
  const date = new Date(2000, month, 1);
  date.setFullYear(year);
  return date.getTimezoneOffset();
}

/**
 * Writes a point in time as APPEND wants it, quotes included.
 *
 * Python's `imaplib.Time2Internaldate`, as in 3.13: the day has a leading zero where 2.7 has a space.
 *
 * @param date_time Seconds since 1970, shown in local time; nine numbers of a local time, as {@linkcode Internaldate2tuple}
 *   gives them; a `Date`, shown in local time; a `DateTime`, which has an offset of its own; or text in double quotes, which
 *   is returned as it is.
 * @returns Such as `"18-May-2033 05:33:20 +0200"`, in double quotes.
 * @throws {RangeError} For anything else.
 *
 * @example
 * ```ts
 * import { Time2Internaldate } from "@postern/postern/imaplib";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Time2Internaldate('"18-May-2033 05:33:20 +0200"'), '"18-May-2033 05:33:20 +0200"');
 * assertEquals(Time2Internaldate(2_000_000_000).length, 28);
 * ```
 */
export function Time2Internaldate(
  // deno-lint-ignore camelcase -- Python's spelling
  date_time: number | readonly number[] | Date | DateTime | string,
): string {
  const given = date_time;
  if (typeof given === "string") {
    if (given.length >= 2 && given.startsWith('"') && given.endsWith('"')) return given;
  } else if (typeof given === "number") {
    if (Number.isFinite(given)) return shown(new Date(Math.floor(given) * 1000));
  } else if (given instanceof DateTime) {
    return `"${formatDateTime(given)}"`;
  } else if (given instanceof Date) {
    if (!Number.isNaN(given.getTime())) return shown(given);
  } else if (Array.isArray(given) && given.length === 9 && given.every((each) => typeof each === "number")) {
    return shownFields(given as StructTime);
  }
  throw new RangeError("date_time not of a known type");
}

function shown(date: Date): string {
  const [year, month, day, hour, minute, second] = local(date);
  return written([year, month, day, hour, minute, second], -date.getTimezoneOffset());
}

function shownFields(fields: StructTime): string {
  const [year, month, day, hour, minute, second, , , isdst] = fields;
  const date = new Date(2000, month - 1, day, hour, minute, second);
  date.setFullYear(year);
  const offsets = [offsetOf(year, 0), offsetOf(year, 6)];
  const offset = isdst < 0
    ? date.getTimezoneOffset()
    : isdst === 0
    ? Math.max(...offsets)
    : Math.min(...offsets);
  return written([year, month, day, hour, minute, second], -offset);
}

function written(fields: number[], zone: number): string {
  const [year, month, day, hour, minute, second] = fields as [number, number, number, number, number, number];
  const name = MONTHS[month - 1];
  if (name === undefined || !(year >= 0 && year <= 9999)) throw new RangeError("date_time is not a date");
  const east = Math.abs(zone);
  const offset = `${zone < 0 ? "-" : "+"}${two(Math.floor(east / 60))}${two(Math.floor(east % 60))}`;
  return `"${two(day)}-${name}-${String(year).padStart(4, "0")} ${two(hour)}:${two(minute)}:${
    two(second)
  } ${offset}"`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
