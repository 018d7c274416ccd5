// The functions of imaplib, against what CPython 3.13 returned in several time zones.

import { test } from "node:test";
import { env } from "node:process";
import { assert, assertEquals, assertThrows } from "@std/assert";
// From their files, and not from the entry: that one knows every runtime's sockets, which an edge worker lacks.
import { Internaldate2tuple, type StructTime, Time2Internaldate } from "../../../imap/imaplib/dates.ts";
import { Int2AP, ParseFlags } from "../../../imap/imaplib/functions.ts";
import { DateTime } from "../../../imap/values/date_time.ts";
import { fixtureJson } from "../../support/fixtures.ts";
import { runtime } from "../../support/runtime.ts";

interface Recorded {
  zones: Record<string, {
    Internaldate2tuple: [row: string, time: number[] | null][];
    Time2Internaldate: [given: number | StructTime, text: string][];
  }>;
  ParseFlags: [row: string, flags: string[]][];
  Int2AP: [number: number, text: string][];
}

const recorded = fixtureJson<Recorded>("imap/imaplib/data/functions.json");

/** Runs `check` in a time zone; says whether the runtime took it. */
function inZone(zone: string, check: () => void): boolean {
  const before = env.TZ;
  env.TZ = zone;
  try {
    const hour = (timeZone?: string) =>
      new Date(1_700_000_000_000).toLocaleString("en", { timeZone, hour: "numeric", minute: "numeric" });
    if (hour() !== hour(zone)) return false;
    check();
    return true;
  } finally {
    if (before === undefined) delete env.TZ;
    else env.TZ = before;
  }
}

test("Internaldate2tuple and Time2Internaldate: local time of every zone that the runtime can be put in", () => {
  let zones = 0;
  for (
    const [zone, { Internaldate2tuple: rows, Time2Internaldate: times }] of Object.entries(recorded.zones)
  ) {
    const done = inZone(zone, () => {
      for (const [row, time] of rows) assertEquals(Internaldate2tuple(row), time, `${zone} ${row}`);
      for (const [given, text] of times) assertEquals(Time2Internaldate(given), text, `${zone} ${given}`);
    });
    if (done) zones++;
  }
  // An edge worker lives in UTC.
  assertEquals(zones, runtime === "workerd" ? 1 : 7);
});

test("Internaldate2tuple: octets as well as text, and a month that is not one", () => {
  const row = '1 (INTERNALDATE "01-Jan-2000 11:30:00 +0000")';
  assertEquals(Internaldate2tuple(new TextEncoder().encode(row)), Internaldate2tuple(row));
  assertThrows(() => Internaldate2tuple('INTERNALDATE "01-Foo-2000 11:30:00 +0000"'), RangeError, "Foo");
});

test("Time2Internaldate: a Date, a DateTime with its offset, quoted text; nothing else", () => {
  const date = new Date("2033-05-18T03:33:20.900Z");
  assertEquals(Time2Internaldate(date), Time2Internaldate(2_000_000_000));
  assertEquals(Time2Internaldate(new DateTime("18-May-2033 05:33:20 +0200")), '"18-May-2033 05:33:20 +0200"');
  assertEquals(Time2Internaldate('"as it is"'), '"as it is"');
  for (const wrong of ["18-May-2033", '"', "", NaN, Infinity, [1, 2], null, new Date(NaN)]) {
    assertThrows(() => Time2Internaldate(wrong as number), RangeError, "not of a known type");
  }
  assertThrows(() => Time2Internaldate([2020, 13, 1, 0, 0, 0, 0, 1, 0]), RangeError);
});

test("ParseFlags", () => {
  for (const [row, flags] of recorded.ParseFlags) {
    assertEquals(ParseFlags(row), flags, JSON.stringify(row));
    assertEquals(ParseFlags(new TextEncoder().encode(row)), flags);
  }
});

test("ParseFlags and Internaldate2tuple do not slow down on a long row", () => {
  const count = 200_000;
  assertEquals(ParseFlags("FLAGS (".repeat(count)), []);
  assertEquals(Internaldate2tuple('INTERNALDATE "'.repeat(count)), null);
  assert(ParseFlags("FLAGS (a) ".repeat(count)).length === 1);
});

test("Int2AP", () => {
  for (const [number, text] of recorded.Int2AP) assertEquals(Int2AP(number), text);
  assertEquals(Int2AP(-17n), "BB");
});
