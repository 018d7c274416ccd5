import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import {
  DateTime,
  formatDateTime,
  formatSearchDate,
  parseSearchDate,
} from "../../../imap/values/date_time.ts";
import type { SearchDate } from "../../../imap/values/date_time.ts";
import { Random, seedOf } from "../../../codegen/check/random.ts";

test("date-time: the spellings of servers", () => {
  const rows: [text: string, iso: string, zone: number | null][] = [
    ["17-Jul-1996 02:44:25 -0700", "1996-07-17T09:44:25.000Z", -420],
    [" 1-Feb-1994 21:52:25 -0800", "1994-02-02T05:52:25.000Z", -480],
    ["01-Feb-1994 21:52:25 -0800", "1994-02-02T05:52:25.000Z", -480],
    ["1-feb-1994 21:52:25 +0530", "1994-02-01T16:22:25.000Z", 330],
    ["29-FEB-2000 23:59:60 +0000", "2000-03-01T00:00:00.000Z", 0],
    ["01-Jan-0099 00:00:00 +0000", "0099-01-01T00:00:00.000Z", 0],
    ["06-Jan-2020 10:00:00", "2020-01-06T10:00:00.000Z", null],
    ["06-Jan-2020 10:00:00 -0000", "2020-01-06T10:00:00.000Z", 0],
  ];
  for (const [text, iso, zone] of rows) {
    const date = new DateTime(text);
    assertEquals(date.toDate()?.toISOString(), iso, text);
    assertEquals(date.zoneMinutes, zone, text);
    assertEquals(String(date), text);
  }
});

test("date-time: nonsense is kept and means nothing", () => {
  const texts = [
    "00-Jan-0000 00:00:00 +0000",
    "",
    "30-Feb-2020 10:00:00 +0000",
    "29-Feb-1900 10:00:00 +0000",
    "01-Foo-2020 10:00:00 +0000",
    "01-Jan-2020 24:00:00 +0000",
    "01-Jan-2020 10:00:00 +00000",
    "01-Jan-2020 10:00:00 0000",
    "01-Jan-2020 10:00:00 GMT",
    "01-Jan-20 10:00:00 +0000",
    "01-Jan-2020T10:00:00 +0000",
    "+1-Jan-2020 10:00:00 +0000",
    "  1-Jan-2020 10:00:00 +0000",
  ];
  for (const text of texts) {
    const date = new DateTime(text);
    assertEquals(date.toDate(), null, text);
    assertEquals(date.zoneMinutes, null, text);
    assertEquals(JSON.stringify(date), JSON.stringify(text));
    assertThrows(() => formatDateTime(date), RangeError);
  }
});

test("date-time: what APPEND sends", () => {
  assertEquals(formatDateTime(new Date("2026-11-01T12:34:56.789Z")), "01-Nov-2026 12:34:56 +0000");
  assertEquals(formatDateTime(new DateTime(" 1-Feb-1994 21:52:25 -0830")), " 1-Feb-1994 21:52:25 -0830");
  assertEquals(formatDateTime(new DateTime("1-feb-1994 21:52:25 -0830")), "01-Feb-1994 21:52:25 -0830");
  assertEquals(formatDateTime(new DateTime("1-Feb-1994 21:52:25 -0000")), "01-Feb-1994 21:52:25 -0000");
  assertThrows(() => formatDateTime(new Date(NaN)), RangeError);
  assertThrows(() => formatDateTime(new Date("+012345-01-01T00:00:00Z")), RangeError);
  assertThrows(() => formatDateTime(new DateTime("06-Jan-2020 10:00:00")), RangeError, "zone");
});

test("date-time: a Date comes back to the second", () => {
  const seed = seedOf();
  const random = new Random(seed);
  for (let round = 0; round < 5000; round++) {
    const date = new Date(-62167219200000 + random.below(0x1_0000_0000) * 73000);
    date.setUTCMilliseconds(0);
    if (date.getUTCFullYear() > 9999) continue;
    assertEquals(DateTime.from(date).toDate()?.getTime(), date.getTime(), `seed ${seed} round ${round}`);
  }
});

test("search dates: days of the calendar, nothing else", () => {
  assertEquals(formatSearchDate("1994-02-01"), "1-Feb-1994");
  assertEquals(formatSearchDate({ year: 2024, month: 2, day: 29 }), "29-Feb-2024");
  assertEquals(formatSearchDate("0001-12-31"), "31-Dec-0001");
  const wrong: unknown[] = [
    "2023-02-29",
    "2023-13-01",
    "2023-00-01",
    "2023-01-00",
    "2023-1-1",
    "2023-01-01T00:00:00Z",
    "1-Feb-1994",
    "",
    " 994-02-01",
    { year: 2023, month: 2, day: 29 },
    { year: 2023.5, month: 2, day: 1 },
    { year: 10000, month: 2, day: 1 },
    new Date(),
  ];
  for (const date of wrong) assertThrows(() => formatSearchDate(date as SearchDate), RangeError, "calendar");
});

test("search dates: read as they are written", () => {
  assertEquals(parseSearchDate("1-Feb-1994"), "1994-02-01");
  assertEquals(parseSearchDate("01-feb-1994"), "1994-02-01");
  for (
    const text of ["31-Feb-1994", "1-Feb-94", "", "1-Feb-1994 ", "-Feb-1994", "001-Feb-1994", "1_Feb-1994"]
  ) {
    assertEquals(parseSearchDate(text), null, text);
  }
  const seed = seedOf();
  const random = new Random(seed);
  for (let round = 0; round < 2000; round++) {
    const day = new Date(random.below(4_000_000) * 86400000 - 62135596800000).toISOString().slice(0, 10);
    if (day.startsWith("+")) continue;
    assertEquals(parseSearchDate(formatSearchDate(day)), day, `seed ${seed}`);
  }
});
