import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { ValueError } from "../../email/errors.ts";
import {
  Datetime,
  type DateTuple,
  formatdate,
  formatDatetime,
  localtime,
  mktimeTz,
  parsedate,
  parsedateToDatetime,
  parsedateTz,
} from "../../email/dates.ts";
import { testVectors } from "./_vectors.ts";

testVectors("dates", {
  parsedate,
  parsedateTz,
  parsedateToDatetime: (text: string) => parsedateToDatetime(text).toISOString(),
  formatDatetime: (text: string) => formatDatetime(parsedateToDatetime(text)),
  mktimeTz: (text: string) => {
    const date = parsedateTz(text);
    return date === null ? null : mktimeTz(date);
  },
  mktimeTzOf: (date: DateTuple) => mktimeTz(date),
  formatdate: (time: number, usegmt: boolean) => formatdate(time, { usegmt }),
});

test("zones of more digits than a number holds are taken apart exactly", () => {
  // CPython: 363600000000000000000002340, -36360000000000000000002340, 324259173170677980.
  const zoneOf = (zone: string) => parsedateTz(`Sat, 21 Nov 2026 09:30:00 ${zone}`)![9];
  assertEquals(zoneOf("+010099999999999999999999999"), 363600000000000000000002340);
  assertEquals(zoneOf("-01009999999999999999999999"), -36360000000000000000002340);
  assertEquals(zoneOf("+9007199254740993"), 324259173170677980);
  assertEquals(zoneOf("+9007199254740991"), 324259173170677860);
});

test("a Datetime is a point in time with its own clock", () => {
  const date = parsedateToDatetime("Mon, 20 Nov 1995 19:12:08 -0500");
  assertEquals(
    [date.year, date.month, date.day, date.hour, date.minute, date.second, date.offsetSeconds],
    [1995, 11, 20, 19, 12, 8, -18000],
  );
  assertEquals(date.toDate().toISOString(), "1995-11-21T00:12:08.000Z");
  assertEquals(JSON.stringify({ date }), '{"date":"1995-11-20T19:12:08-05:00"}');
  assertEquals(String(Datetime.fromDate(date.toDate(), -18000)), String(date));
  assertEquals(String(Datetime.fromDate(date.toDate())), "1995-11-21T00:12:08+00:00");
});

test("an unknown offset is null, is written as -0000 and counts as UTC", () => {
  const date = parsedateToDatetime("Mon, 20 Nov 1995 19:12:08 -0000");
  assertEquals(date.offsetSeconds, null);
  assertEquals(date.toISOString(), "1995-11-20T19:12:08");
  assertEquals(date.toDate().toISOString(), "1995-11-20T19:12:08.000Z");
  assertEquals(formatDatetime(date), "Mon, 20 Nov 1995 19:12:08 -0000");
});

test("formatDatetime writes offsets with seconds, Dates as UTC, and GMT for UTC only", () => {
  assertEquals(formatDatetime(new Datetime(5, 1, 2, 3, 4, 5, 3661)), "Sun, 02 Jan 0005 03:04:05 +010101");
  assertEquals(formatDatetime(new Datetime(5, 1, 2, 3, 4, 5, -3661)), "Sun, 02 Jan 0005 03:04:05 -010101");
  assertEquals(new Datetime(5, 1, 2, 3, 4, 5, -3661).toISOString(), "0005-01-02T03:04:05-01:01:01");
  assertEquals(formatDatetime(new Date(0)), "Thu, 01 Jan 1970 00:00:00 +0000");
  assertEquals(formatDatetime(new Date(0), { usegmt: true }), "Thu, 01 Jan 1970 00:00:00 GMT");
  assertThrows(() => formatDatetime(new Datetime(2000, 1, 1), { usegmt: true }), ValueError);
  assertThrows(() => formatDatetime(new Datetime(2000, 1, 1, 0, 0, 0, 3600), { usegmt: true }), ValueError);
});

test("a Datetime refuses what no calendar has", () => {
  for (
    const bad of [
      [0, 1, 1],
      [10000, 1, 1],
      [2000, 0, 1],
      [2000, 13, 1],
      [2001, 2, 29],
      [2000, 2, 30],
      [2000, 4, 31],
      [
        2000,
        1,
        1,
        24,
      ],
      [2000, 1, 1, 0, 60],
      [2000, 1, 1, 0, 0, 60],
      [2000, 1, 1, 0, 0, 0, 86400],
      [2000, 1, 1.5],
      [2000, NaN, 1],
    ]
  ) {
    const [year, month, day, ...rest] = bad;
    assertThrows(() => new Datetime(year!, month!, day!, ...rest), ValueError);
  }
  assertEquals(new Datetime(4, 2, 29).toISOString(), "0004-02-29T00:00:00");
});

test("formatdate takes the clock of now, a Date, or the local clock", () => {
  const before = Math.floor(Date.now() / 1000);
  const now = parsedateTz(formatdate());
  assert(now !== null && mktimeTz(now) >= before && mktimeTz(now) <= before + 60);
  assertEquals(formatdate(new Date(951782400000)), "Tue, 29 Feb 2000 00:00:00 -0000");
  const local = parsedateTz(formatdate(951782400, { localtime: true }));
  assertEquals(mktimeTz(local!), 951782400);
  assertEquals(local![9], -new Date(951782400000).getTimezoneOffset() * 60 + 0);
});

test("a date without offset is on the local clock for mktimeTz", () => {
  const date: DateTuple = [2000, 2, 29, 12, 30, 15, 0, 1, -1, null];
  assertEquals(mktimeTz(date), new Date(2000, 1, 29, 12, 30, 15).getTime() / 1000);
  assertEquals(
    mktimeTz([2000, 2, 1, 99, 99, 99, 0, 1, -1, null]),
    new Date(2000, 1, 1, 99, 99, 99).getTime() / 1000,
  );
  const early = new Date(2000, 0, 1);
  early.setFullYear(50);
  assertEquals(mktimeTz([50, 1, 1, 0, 0, 0, 0, 1, -1, null]), early.getTime() / 1000);
});

test("localtime is now, on the local clock", () => {
  const now = localtime();
  assert(Math.abs(now.toDate().getTime() - Date.now()) < 60_000);
  assertEquals(
    String(localtime(new Date(0))),
    String(Datetime.fromDate(new Date(0), localtime(new Date(0)).offsetSeconds)),
  );
});
