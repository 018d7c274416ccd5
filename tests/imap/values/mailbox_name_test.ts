import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { decodeMailboxName, encodeMailboxName } from "../../../imap/values/mailbox_name.ts";
import { Random, seedOf } from "../../../codegen/check/random.ts";

function bytesOf(...bytes: (number | string)[]): Uint8Array {
  return Uint8Array.from(
    bytes.flatMap((b) => typeof b === "number" ? [b] : [...new TextEncoder().encode(b)]),
  );
}

function wireText(name: string, utf8: boolean): string {
  return new TextDecoder("latin1").decode(encodeMailboxName(name, utf8));
}

test("mailbox names: modified UTF-7 of RFC 3501 section 5.1.3", () => {
  const pairs: [wire: string, name: string][] = [
    ["~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"],
    ["Entw&APw-rfe", "Entwürfe"],
    ["A&-B", "A&B"],
    ["&-", "&"],
    ["&2D3eAA-", "😀"],
    ["&AAk-x", "\tx"],
    ["", ""],
  ];
  for (const [wire, name] of pairs) {
    assertEquals(decodeMailboxName(wire, false), name);
    assertEquals(wireText(name, false), wire);
  }
});

test("mailbox names: UTF-8 mode takes & as itself", () => {
  assertEquals(decodeMailboxName(bytesOf("A&-B/\u00fc"), true), "A&-B/ü");
  assertEquals(encodeMailboxName("Entwürfe & mehr", true), bytesOf("Entwürfe & mehr"));
});

test("mailbox names: INBOX has one spelling, its children keep theirs", () => {
  for (const utf8 of [false, true]) {
    assertEquals(decodeMailboxName("iNbOx", utf8), "INBOX");
    assertEquals(wireText("inbox", utf8), "INBOX");
    assertEquals(decodeMailboxName("Inbox/a", utf8), "Inbox/a");
    assertEquals(wireText("Inbox/a", utf8), "Inbox/a");
  }
  assertEquals(decodeMailboxName("ınbox", true), "ınbox");
});

test("mailbox names: what no encoder writes keeps its bytes", () => {
  const wires = [
    "&Jjo", // not closed
    "&Jjo!", // closed by something else
    "&AGEAYg-", // printable ASCII inside a shift
    "&Jjo-&Jjo-", // two shifts where one belongs
    "&JjoA-", // superfluous bits
    "&Jjp-", // padding bits set
    "&A-", // half a unit
    "&2D0-", // half a surrogate pair
    "&3gA-",
    "&3EE-", // a lone surrogate that would read as an escaped byte
    "&",
    "a&b&c",
  ];
  for (const wire of wires) {
    const name = decodeMailboxName(wire, false);
    assertEquals(wireText(name, false), wire);
  }
  assertEquals(decodeMailboxName("&Jjo", false), "\udc26Jjo");
  const latin1 = bytesOf("caf", 0xe9, 0x01);
  assertEquals(decodeMailboxName(latin1, false), "caf\udce9\udc01");
  assertEquals(decodeMailboxName(latin1, true), "caf\udce9\u0001");
});

test("mailbox names: an unpaired surrogate that represents no byte is refused", () => {
  for (const utf8 of [false, true]) {
    assertThrows(() => encodeMailboxName("a\ud800b", utf8), RangeError, "U+D800");
    assertThrows(() => encodeMailboxName("a\udd00", utf8), RangeError, "U+DD00");
  }
});

test("mailbox names: any bytes survive decoding and encoding", () => {
  const seed = seedOf();
  const random = new Random(seed);
  const favourites = bytesOf(
    "&&&--A,+/jJo",
    0x00,
    0x7f,
    0x80,
    0xc3,
    0xa9,
    0xe2,
    0x82,
    0xac,
    0xf0,
    0x9f,
    0xed,
    0xa0,
  );
  for (let round = 0; round < 20_000; round++) {
    const bytes = new Uint8Array(random.below(24));
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = random.chance(0.7) ? random.pick(favourites) : random.below(256);
    }
    for (const utf8 of [false, true]) {
      const name = decodeMailboxName(bytes, utf8);
      if (name === "INBOX") continue;
      assertEquals(encodeMailboxName(name, utf8), bytes, `seed ${seed} round ${round} utf8 ${utf8}`);
    }
  }
});

test("mailbox names: any well-formed Unicode name survives encoding and decoding", () => {
  const seed = seedOf();
  const random = new Random(seed);
  for (let round = 0; round < 20_000; round++) {
    let name = "";
    for (let n = random.below(12); n > 0; n--) {
      const top = random.pick([0x7f, 0xff, 0x3000, 0xffff, 0x10ffff]);
      const point = random.below(top + 1);
      name += point >= 0xd800 && point <= 0xdfff ? "&" : String.fromCodePoint(point);
    }
    if (/^inbox$/i.test(name)) continue;
    for (const utf8 of [false, true]) {
      assertEquals(
        decodeMailboxName(encodeMailboxName(name, utf8), utf8),
        name,
        `seed ${seed} round ${round}`,
      );
    }
  }
});
