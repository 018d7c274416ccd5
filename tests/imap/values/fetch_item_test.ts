import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import {
  fetchItemAt,
  normalizeFetchItem,
  normalizeSection,
  sectionKey,
} from "../../../imap/values/fetch_item.ts";
import type { FetchItem } from "../../../imap/values/fetch_item.ts";

test("fetch items: what RFC 9051 knows is sent in one spelling", () => {
  const rows: [item: string, sent: string][] = [
    ["uid", "UID"],
    ["rfc822.size", "RFC822.SIZE"],
    ["Body", "BODY"],
    ["BODY[]", "BODY[]"],
    ["body.peek[header]", "BODY.PEEK[HEADER]"],
    ["BODY[1.02.3.mime]", "BODY[1.2.3.MIME]"],
    ["BODY[1.TEXT]<0.100>", "BODY[1.TEXT]<0.100>"],
    ["BODY[header.fields (Subject From)]", "BODY[HEADER.FIELDS (Subject From)]"],
    ['BODY[4.HEADER.FIELDS.NOT ("X \\"Y\\"" z])]<5.1>', 'BODY[4.HEADER.FIELDS.NOT ("X \\"Y\\"" z])]<5.1>'],
    ["binary.peek[1.2]<007.9007199254740991>", "BINARY.PEEK[1.2]<7.9007199254740991>"],
    ["BINARY[]", "BINARY[]"],
    ["BINARY.SIZE[3]", "BINARY.SIZE[3]"],
    ["preview (lazy)", "PREVIEW (LAZY)"],
    ["x-gm-labels", "X-GM-LABELS"],
  ];
  for (const [item, sent] of rows) {
    assertEquals(normalizeFetchItem(item), sent);
    assertEquals(normalizeFetchItem(sent), sent);
  }
});

test("fetch items: everything else is refused before any byte is sent", () => {
  const items = [
    "",
    " ",
    "UID ",
    "UID FLAGS",
    "(UID)",
    "ALL",
    "UID\r\nA2 LOGOUT",
    "BODY[",
    "BODY[]]",
    "BODY[]<0>",
    "BODY[]<0.0>",
    "BODY[]<-1.5>",
    "BODY[]<0.99999999999999999999>",
    "BODY[MIME]",
    "BODY[0]",
    "BODY[1.]",
    "BODY[.1]",
    "BODY[1..2]",
    "BODY[99999999999]",
    "BODY[1.FOO]",
    "BODY[HEADER.FIELDS]",
    "BODY[HEADER.FIELDS ()]",
    "BODY[HEADER.FIELDS (A  B)]",
    "BODY[HEADER.FIELDS (A B]",
    'BODY[HEADER.FIELDS ("A)]',
    'BODY[HEADER.FIELDS ("A\nB")]',
    "BODY[HEADER.FIELDS ({1+})]",
    "BODY[HEADER.FIELDS (\u00e9)]",
    "BINARY",
    "BINARY[TEXT]",
    "BINARY[1.]",
    "BINARY.SIZE[1]<0.5>",
    "RFC822[]",
    "PREVIEW (EAGER)",
    "UNKNOWN",
    "BODY.PEEK",
    "x".repeat(20_000),
    `BODY[HEADER.FIELDS (${"x".repeat(20_000)})]`,
  ];
  for (const item of items) assertThrows(() => normalizeFetchItem(item), RangeError, "fetch item", item);
});

test("fetch items: the type takes what the check takes", () => {
  const items: FetchItem[] = [
    "BODY[]",
    "BODY.PEEK[]<0.1024>",
    "BODY[1.2.MIME]",
    "BODY[1]",
    "BODY[1.2.3]<0.5>",
    "BODY.PEEK[HEADER.FIELDS (Subject From)]",
    "BODY[2.HEADER.FIELDS.NOT (Received)]<0.100>",
    "BINARY[1.2]",
    "BINARY.SIZE[1]",
    "PREVIEW (LAZY)",
  ];
  for (const item of items) assertEquals(normalizeFetchItem(item), item);
  // @ts-expect-error: not an item
  assertThrows(() => normalizeFetchItem("FLAG" satisfies FetchItem));
  // A computed section is only text to the compiler.
  const part: string = "1.2";
  assertEquals(normalizeFetchItem(`BODY.PEEK[${part}]` satisfies FetchItem), "BODY.PEEK[1.2]");
  assertThrows(() => normalizeFetchItem("BODY[MIME]" satisfies FetchItem));
});

test("fetch items: sections of different servers have one key", () => {
  const asked = "1.HEADER.FIELDS (Subject From x-nosuch)";
  const answers = [
    '1.HEADER.FIELDS (SUBJECT "FROM" X-NOSUCH)', // Dovecot
    "1.HEADER.FIELDS (Subject From x-nosuch)", // Cyrus
    '1.header.fields ("Subject" "From" "x-nosuch")', // Courier, go-imap
    "1.HEADER.FIELDS (From Subject x-nosuch)",
  ];
  for (const answer of answers) assertEquals(sectionKey(answer), sectionKey(asked));
  assertEquals(sectionKey(""), "");
  assertEquals(sectionKey("what is this"), "WHAT IS THIS");
  assertEquals(normalizeSection("header.fields (a B)"), "HEADER.FIELDS (a B)");
  assertThrows(() => normalizeSection("1.2.x"), RangeError);
});

test("fetch items: found at the head of a text", () => {
  assertEquals(fetchItemAt("(uid preview (fuzzy) body[1]<0.5>)", 5), { item: "PREVIEW (FUZZY)", end: 20 });
  assertEquals(fetchItemAt("uid flags", 0), { item: "UID", end: 3 });
  assertThrows(() => fetchItemAt("uid flags", 3), RangeError);
  // the macros of RFC 9051 6.4.5, which a server must know and a client writes out
  assertEquals(fetchItemAt("fast", 0), { item: "FAST", end: 4 });
});
