// The charset registry and the text-level helpers. Expected values are CPython 3.13.0's.

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  addAlias,
  addCharset,
  addCodec,
  ALIASES,
  BASE64,
  base64mime,
  Charset,
  CHARSETS,
  CODEC_MAP,
  encode7or8bit,
  encodeBase64,
  encodeNoop,
  encodeQuopri,
  Message,
  messageFromString,
  QP,
  quoprimime,
  SHORTEST,
} from "../../email/mod.ts";
import { loadCharsets } from "../../email/codecs/load.ts";
import { CharsetError, LookupError, UnicodeEncodeError, ValueError } from "../../email/errors.ts";
import { growth } from "../support/growth.ts";

test("the registry holds what Python's holds", () => {
  assertEquals([CHARSETS.size, ALIASES.size, CODEC_MAP.size], [20, 24, 3]);
  assertEquals(CHARSETS.get("euc-jp"), [BASE64, null, "iso-2022-jp"]);
  assertEquals(CHARSETS.get("utf-8"), [SHORTEST, BASE64, "utf-8"]);
  assertEquals([ALIASES.get("latin_10"), ALIASES.get("latin-5"), ALIASES.get("cp949")], [
    "iso-8859-16",
    "iso-8859-9",
    "ks_c_5601-1987",
  ]);
});

test("names compare without case, and only ASCII is a name", () => {
  assert(new Charset("UTF-8").equals("utf-8"));
  assert(new Charset("utf-8").equals(new Charset("Utf-8")));
  assert(!new Charset("utf-8").equals("utf8"));
  assertThrows(() => new Charset("\u00e9"), CharsetError);
  assertThrows(() => new Charset("\udce9"), CharsetError);
});

test("additions take effect, SHORTEST is for headers only", () => {
  addCharset("x-one", QP, null, "iso-8859-1");
  addAlias("x-two", "utf-8");
  addCodec("x-one", "koi8-r");
  const one = new Charset("X-ONE");
  assertEquals([one.outputCharset, one.inputCodec, one.outputCodec], ["iso-8859-1", "koi8-r", "iso-8859-1"]);
  assertEquals(String(new Charset("x-two")), "utf-8");
  assertThrows(() => addCharset("x-three", QP, SHORTEST), ValueError);
  CHARSETS.delete("x-one");
  ALIASES.delete("x-two");
  CODEC_MAP.delete("x-one");
});

test("encoded words are cut to the room on each line", async () => {
  await loadCharsets();
  const japanese = "\u65e5\u672c\u8a9e".repeat(3);
  assertEquals(new Charset("utf-8").headerEncodeLines("hello w\u00f6rld", [20, 30]), [
    "=?utf-8?q?hello_w?=",
    "=?utf-8?q?=C3=B6rld?=",
  ]);
  assertEquals(new Charset("euc-jp").headerEncodeLines(japanese.slice(0, 3), [20, 30]), [
    null,
    "=?iso-2022-jp?b?GyRCRnwbKEI=?=",
    "=?iso-2022-jp?b?GyRCS1wbKEI=?=",
    "=?iso-2022-jp?b?GyRCOGwbKEI=?=",
  ]);
  assertEquals(new Charset("utf-8").headerEncodeLines("", [30]), [""]);
  assertThrows(() => new Charset("us-ascii").headerEncodeLines("abc", [30]), TypeError);
  assertThrows(() => new Charset("koi8-r").headerEncodeLines("\u00e9", [30]), UnicodeEncodeError);
  assertThrows(() => new Charset("no-such").headerEncodeLines("a", [30]), LookupError);
});

test("no character is cut, whatever the charset", async () => {
  await loadCharsets();
  const text = "a\u{1f600}\u65e5\ud55c\u20ac".repeat(30);
  for (const name of ["utf-8", "utf-7", "utf-16", "gb18030"]) {
    const words = new Charset(name).headerEncodeLines(text, [30, 60]);
    assert(words.length > 5, name);
    for (const word of words) assert(word === null || word.length <= 60, `${name}: ${word}`);
  }
});

test("cutting takes time in proportion to the text", async () => {
  const charset = new Charset("utf-8");
  for (const room of [75, 1_000_000]) {
    await growth(`room ${room}`, [5_000, 20_000], (count) => {
      charset.headerEncodeLines("gr\u00fcn ".repeat(count), [room]);
    });
  }
});

test("encoded words carry names that other mailers know", () => {
  assertEquals(new Charset("gb2312").headerEncode("\u4e2d"), "=?gb2312?b?1tA=?=");
  assertEquals(new Charset("big5").headerEncode("\u4e2d"), "=?big5?b?pKQ=?=");
});

test("bodies", async () => {
  await loadCharsets();
  assertEquals(new Charset("utf-8").bodyEncode(Uint8Array.of(0x68, 0xc3, 0xa9)), "aMOp\n");
  assertEquals(new Charset("iso-8859-1").bodyEncode(Uint8Array.of(0x68, 0xe9, 0x0a)), "h=E9\n");
  assertEquals(new Charset("euc-jp").bodyEncode("\u65e5"), "\x1b$BF|\x1b(B");
  assertEquals(new Charset("no-such").bodyEncode(""), "");
  assertThrows(() => new Charset("us-ascii").bodyEncode("\u00e9"), UnicodeEncodeError);
  assertThrows(() => new Charset("unknown-8bit").bodyEncode("a"), LookupError);
});

test("encoders add their field beside an old one", () => {
  const message = messageFromString("Content-Transfer-Encoding: 8bit\n\na b\u00ff\n");
  encodeBase64(message);
  assertEquals(message.items(), [["Content-Transfer-Encoding", "8bit"], [
    "Content-Transfer-Encoding",
    "base64",
  ]]);
  assertEquals(message.getPayload(), "YSBi/wo=\n");
  const other = new Message();
  other.setPayload("a b\t.\n");
  encodeQuopri(other);
  assertEquals(other.getPayload(), "a=20b=09.\n");
  encodeNoop(other);
  encode7or8bit(other);
  assertEquals(other.getAll("content-transfer-encoding"), ["quoted-printable", "7bit"]);
});

test("a multipart has no payload to encode", () => {
  const text = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n";
  assertThrows(() => encodeBase64(messageFromString(text)), TypeError);
  assertThrows(() => encodeQuopri(new Message()), TypeError);
  const message = messageFromString(text);
  encode7or8bit(message);
  assertEquals(message.get("Content-Transfer-Encoding"), "7bit");
});

test("quoted-printable lines end in no blank and fit", () => {
  const cases: [string, string][] = [
    ["x".repeat(74) + " \n", "x".repeat(74) + " =\n\n"],
    ["x".repeat(75) + " ", "x".repeat(75) + "=\n=20"],
    ["x".repeat(73) + "=y", "x".repeat(73) + "=\n=3Dy"],
    ["a\r\nb\rc\n", "a\nb\nc\n"],
    ["\u20ac", "\u20ac"],
  ];
  for (const [text, out] of cases) assertEquals(quoprimime.bodyEncode(text), out);
  assertThrows(() => quoprimime.bodyEncode("a", 3), ValueError);
});

test("helpers refuse what Python refuses", () => {
  assertThrows(() => base64mime.decode("QQ"), ValueError);
  assertThrows(() => base64mime.bodyEncode(Uint8Array.of(1), 1), ValueError);
  assertThrows(() => quoprimime.unquote("=zz"), ValueError);
  assertThrows(() => quoprimime.quote("\u20ac"), RangeError);
});
