// Payload codecs against CPython 3.13.0: data/transfer.jsonl.gz is written by data/codecs.py.

import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { base64mime, ValueError } from "../../email/mod.ts";
import { decodeBase64, encodeBase64Lines } from "../../email/transfer/base64.ts";
import { decodeQuotedPrintable, encodeQuotedPrintable } from "../../email/transfer/quoted_printable.ts";
import { decodeUu } from "../../email/transfer/uu.ts";
import {
  decodeAsciiEscape,
  encodeAsciiEscape,
  splitLines,
  splitWhitespace,
  strip,
} from "../../email/text/text.ts";
import { hex, readLines, unhex } from "./oracle/octets.ts";
import { growth } from "../support/growth.ts";

type Row = [codec: string, octets: string, out: unknown];

let lines: Promise<unknown[]> | undefined;
// Read within a test: workerd allows no input outside of one.
const rows = () =>
  (lines ??= readLines(new URL("./data/transfer.jsonl.gz", import.meta.url))) as Promise<Row[]>;

const CODECS: Record<string, (octets: Uint8Array) => unknown> = {
  base64: (octets) => {
    const { data, defects } = decodeBase64(octets);
    return [hex(data), defects.map((defect) => defect.name)];
  },
  "quoted-printable": (octets) => [hex(decodeQuotedPrintable(octets)), []],
  "x-uuencode": (octets) => [hex(decodeUu(octets)), []],
  "encode base64": encodeBase64Lines,
  "encode quoted-printable": (octets) => hex(encodeQuotedPrintable(octets)),
};

for (const [codec, call] of Object.entries(CODECS)) {
  test(`${codec}: 800 payloads, most of them damaged`, async () => {
    const chosen = (await rows()).filter((row) => row[0] === codec);
    assertEquals(chosen.length, 800);
    for (const [, octets, out] of chosen) assertEquals(call(unhex(octets)), out, octets);
  });
}

test("every octet survives as escaped text, in short and in long texts", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const long = new Uint8Array(100_000).fill(0x61);
  long.set(all, 50_000);
  long[99_999] = 0xff;
  for (
    const octets of [
      all,
      all.subarray(0, 10),
      all.subarray(129, 135),
      long,
      long.subarray(3),
      long.subarray(49_999),
    ]
  ) {
    const text = decodeAsciiEscape(octets);
    assertEquals(text.length, octets.length);
    assertEquals(hex(encodeAsciiEscape(text)), hex(octets));
  }
});

test("text is cut where Python cuts it", () => {
  assertEquals(splitLines("a\r\nb\x0bc\x1cd\x85e\u2028f\r\r"), ["a", "b", "c", "d", "e", "f", ""]);
  assertEquals([splitLines(""), splitLines("a\r\nb\x0c")], [[], ["a", "b"]]);
  assertEquals(splitWhitespace("\x1fa\u3000\u2003b\ufeff c\x85"), ["a", "b\ufeff", "c"]);
  assertEquals([strip("\x1c a\xa0"), strip("\ufeffa")], ["a", "\ufeffa"]);
});

test("time grows with the length of the input only", async () => {
  const inputs: [string, string][] = [
    ["base64", "=\n!A"],
    ["quoted-printable", "=\r"],
    ["x-uuencode", "begin x\n"],
    ["encode quoted-printable", " .\n="],
  ];
  for (const [codec, piece] of inputs) {
    await growth(codec!, [50_000, 200_000], (count) => {
      const octets = new TextEncoder().encode(piece!.repeat(count));
      codec === "base64"
        ? decodeBase64(octets)
        : codec === "quoted-printable"
        ? decodeQuotedPrintable(octets)
        : codec === "x-uuencode"
        ? decodeUu(octets)
        : encodeQuotedPrintable(octets);
    });
  }
});

test("base64 is the same where the engine has no methods for it", async () => {
  const methods = [
    [Uint8Array.prototype, "toBase64"],
    [Uint8Array, "fromBase64"],
    [Uint8Array.prototype, "setFromBase64"],
  ] as const;
  const kept = methods.map(([owner, name]) => Object.getOwnPropertyDescriptor(owner, name));
  const all = (await rows()).filter(([codec]) => codec === "base64" || codec === "encode base64");
  for (const [owner, name] of methods) Reflect.deleteProperty(owner, name);
  try {
    for (const [codec, octets, expected] of all) {
      assertEquals(CODECS[codec]!(unhex(octets)), expected, octets);
    }
  } finally {
    methods.forEach(([owner, name], i) => {
      if (kept[i] !== undefined) Object.defineProperty(owner, name, kept[i]);
    });
  }
});

test("a line of base64 has room for at least one octet, or the length is refused", () => {
  const octets = new TextEncoder().encode("ab");
  assertEquals(base64mime.bodyEncode(octets, 2), "YQ==\nYg==\n");
  assertEquals(base64mime.bodyEncode(octets, 3), "YWI=\n");
  assertThrows(() => base64mime.bodyEncode(octets, 1), ValueError, "maxlinelen leaves no room");
});
