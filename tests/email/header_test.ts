import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Charset } from "../../email/charset.ts";
import {
  CharsetError,
  HeaderParseError,
  LookupError,
  UnicodeDecodeError,
  UnicodeEncodeError,
} from "../../email/errors.ts";
import {
  decodeHeader,
  Header,
  type HeaderEncodeOptions,
  type HeaderOptions,
  makeHeader,
} from "../../email/header.ts";
import { headerText } from "../../email/content/header_text.ts";
import { loadCharsets } from "../../email/codecs/load.ts";
import { messageFromBytes } from "../../email/mod.ts";
import { readFileSync } from "node:fs";
import { splitLines, strip } from "../../email/text/text.ts";
import { testVectors } from "./_vectors.ts";

testVectors("header", {
  decodeHeader,
  makeHeader: (text: string) => String(makeHeader(decodeHeader(text))),
  encode: (
    chunks: [string | Uint8Array, string | null][],
    options: HeaderOptions,
    encode: HeaderEncodeOptions,
  ) => {
    const header = new Header(null, options);
    for (const [text, charset] of chunks) header.append(text, charset);
    return [header.encode(encode), String(header), header.chunks.map(([, charset]) => String(charset))];
  },
});

test("the charset may be in place of the options", () => {
  assertEquals(new Header("\xfc", "iso-8859-1").encode(), "=?iso-8859-1?q?=FC?=");
  assertEquals(new Header("\xfc", new Charset("iso-8859-1")).encode(), "=?iso-8859-1?q?=FC?=");
  assertEquals(new Header("\xfc", { charset: "iso-8859-1" }).encode(), "=?iso-8859-1?q?=FC?=");
});

test("a header equals what reads the same", () => {
  assert(new Header("a", "utf-8").equals("a"));
  assert(new Header("a", "utf-8").equals(new Header("a")));
  assert(!new Header("a").equals("b"));
  assert(!new Header("null").equals(null));
});

test("the errors option decides over bad octets and characters", () => {
  const octets = Uint8Array.of(0x61, 0xe9);
  assertThrows(() => new Header(octets, "utf-8"), UnicodeDecodeError);
  assertEquals(String(new Header(octets, { charset: "utf-8", errors: "replace" })), "a\ufffd");
  assertEquals(String(new Header(octets, { charset: "utf-8", errors: "ignore" })), "a");
  assertThrows(() => new Header("\u20ac", "iso-8859-1"), UnicodeEncodeError);
  const header = new Header("x");
  assertThrows(() => header.append("\u20ac", "iso-8859-1"), UnicodeEncodeError);
  header.append("\u20ac", "iso-8859-1", "replace");
  assertEquals(String(header), "x \u20ac");
});

test("unknown charsets and embedded headers are refused", () => {
  assertThrows(() => new Header("x", "no-such-charset"), LookupError);
  assertThrows(() => new Header("x", "\xe9"), CharsetError);
  assertThrows(() => makeHeader(decodeHeader("=?us-ascii*en?q?lang?=")), LookupError);
  assertThrows(() => new Header("fine\nBcc: everybody").encode(), HeaderParseError);
  assertThrows(() => decodeHeader("=?utf-8?b?QUJDR?="), HeaderParseError);
});

test("decodeHeader takes a Header apart into its pieces", () => {
  const header = new Header("\xe9", "utf-8");
  header.append("\xe9", "iso-8859-1");
  header.append(Uint8Array.of(0xff), "unknown-8bit");
  assertEquals(decodeHeader(header), [
    [Uint8Array.of(0xc3, 0xa9), "utf-8"],
    [Uint8Array.of(0xe9), "iso-8859-1"],
    [Uint8Array.of(0xff), "unknown-8bit"],
  ]);
});

test("makeHeader passes its options on", () => {
  const pieces: [string, null][] = [["word ".repeat(12).trim(), null]];
  const header = makeHeader(pieces, { maxLineLen: 30, headerName: "Subject", continuationWs: "\t" });
  assert(header.encode().split("\n").every((line) => line.length <= 30));
});

test("headerText is the same as makeHeader for well-formed fields, without folding", async () => {
  await loadCharsets();
  const file = readFileSync(new URL("./data/header.json", import.meta.url), "utf8");
  const vectors: { fn: string; args: [string]; out: unknown }[] = JSON.parse(file);
  let compared = 0;
  for (
    const { args: [text], out } of vectors.filter(({ fn, out }) =>
      fn === "makeHeader" && typeof out === "string"
    )
  ) {
    // makeHeader shows what is outside ASCII as escapes once a field has encoded words, and keeps the folds of one without.
    if (
      /[^\0-\x7f]/.test(text) ||
      decodeHeader(text)[0]![1] === null && splitLines(text).length > 1 ||
      // It puts blanks around words that are glued to text.
      /[^\s]=\?|\?=[^\s]/.test(text)
    ) {
      continue;
    }
    // White space around a field without encoded words is kept by one and not by the other.
    assertEquals(strip(headerText(text)), strip(String(out)), text);
    compared++;
  }
  assert(compared > 50, String(compared));
});

test("headerText never fails", () => {
  assertEquals(headerText(null), "");
  assertEquals(headerText("=?utf-8*en?q?lang=C3=A9?="), "lang\xe9");
  assertEquals(headerText("=?no-such?q?=C3=A9?= =?no-such?q?=E9?="), "\xc3\xa9\xe9");
  assertEquals(headerText("=?no-such?q?=C3=A9?="), "\xe9");
  assertEquals(headerText("=?utf-8?q?=E9?="), "\xe9");
  assertEquals(headerText("=?us-ascii?q?=E9?="), "\xe9");
  assertEquals(headerText("=?utf-8?b?QUJDR?="), "ABC");
  assertEquals(headerText("=?utf-8?q?=C3?= =?utf-8?q?=A9?="), "\xe9");
  assertEquals(headerText("one\r\n\ttwo"), "one two");
  assertEquals(headerText("=?unicode_escape?q?=5Cu0041?="), "\\u0041");
  const octets = Uint8Array.from(
    "Subject: gr\xfcn =?utf-8?q?=C3=A9?= \xc3\xa9\xe9\n\n",
    (char) => char.charCodeAt(0),
  );
  assertEquals(headerText(messageFromBytes(octets).get("subject")), "gr\xfcn \xe9 \xc3\xa9\xe9");
  assertEquals(headerText(new Header("Gr\xfc\xdfe", "iso-8859-1")), "Gr\xfc\xdfe");
  const vectors: { fn: string; args: [string] }[] = JSON.parse(
    readFileSync(new URL("./data/header.json", import.meta.url), "utf8"),
  );
  for (const { args: [text] } of vectors.filter(({ fn }) => fn === "decodeHeader")) {
    assert(headerText(text).isWellFormed(), JSON.stringify(text));
  }
});
