// Charsets against CPython 3.13.0: data/codecs.jsonl.gz is written by data/codecs.py.

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { LookupError, UnicodeDecodeError, UnicodeEncodeError } from "../../email/errors.ts";
import { loadCharsets } from "../../email/codecs/load.ts";
import { decode, encode, type ErrorMode, lookup } from "../../email/codecs/mod.ts";
import { attempt, hex, readLines, sha256, unhex, utf8 } from "./oracle/octets.ts";
import { growth } from "../support/growth.ts";

type Row = [kind: string, codec: string, ...rest: unknown[]];

let lines: Promise<unknown[]> | undefined;
// Read within a test: workerd allows no input outside of one.
const rows = () =>
  (lines ??= readLines(new URL("./data/codecs.jsonl.gz", import.meta.url))) as Promise<Row[]>;

async function short(value: unknown): Promise<unknown> {
  return typeof value === "string" && [...value].length > 300 ? { sha256: await sha256(utf8(value)) } : value;
}

/** The rows of a kind that this answers otherwise than CPython. */
async function differing(
  kind: string,
  call: (row: Row) => [ours: unknown, theirs: unknown] | Promise<[ours: unknown, theirs: unknown]>,
): Promise<[number, string[]]> {
  await loadCharsets();
  const chosen = (await rows()).filter((row) => row[0] === kind);
  const wrong: string[] = [];
  for (const row of chosen) {
    const [ours, theirs] = await call(row);
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
      wrong.push(`${JSON.stringify(row).slice(0, 300)}\n  here ${JSON.stringify(ours)?.slice(0, 300)}`);
    }
  }
  return [chosen.length, wrong];
}

function report([count, wrong]: [number, string[]], atLeast: number): void {
  assert(count >= atLeast, `only ${count} rows`);
  assert(wrong.length === 0, `${wrong.length} of ${count} differ\n${wrong.slice(0, 8).join("\n")}`);
}

test("labels name the codecs Python names", async () => {
  report(
    await differing("label", ([, label, theirs]) => {
      const ours = lookup(label);
      // Two names of one codec, and labels of the WHATWG standard that Python lacks.
      if (theirs === "iso8859_1" || theirs === "charmap") return [ours, "latin_1"];
      return [ours, theirs];
    }),
    420,
  );
});

test("labels of the WHATWG standard that Python lacks are known", () => {
  assertEquals(
    [
      "windows-874",
      "iso-8859-8-i",
      "x-sjis",
      "x-gbk",
      "unicode-1-1-utf-8",
      " KOI8-RU\n",
      "x-user-defined",
      "mac",
    ].map(
      lookup,
    ),
    ["cp874", "iso8859_8", "cp932", "gbk", "utf_8", "koi8_u", "x_user_defined", "mac_roman"],
  );
  assertEquals(decode(Uint8Array.of(0x41, 0x80, 0xff), "x-user-defined"), "A\uf780\uf7ff");
});

test("what is not a charset is unknown", () => {
  for (
    const label of [
      "idna",
      "punycode",
      "unicode_escape",
      "raw-unicode-escape",
      "undefined",
      "utf-8\0",
      "x".repeat(1e6),
    ]
  ) {
    assertEquals(lookup(label), null);
    assertThrows(() => decode(new Uint8Array(), label), LookupError);
    assertThrows(() => encode("", label), LookupError);
  }
});

test("every octet of the single-byte charsets, and damaged text in every mode", async () => {
  report(
    await differing("decode", async ([, codec, octets, errors, theirs]) => [
      await short(attempt(() => decode(unhex(String(octets)), codec, errors as ErrorMode))),
      theirs,
    ]),
    9000,
  );
});

test("text that charsets lack in every mode", async () => {
  report(
    await differing("encode", ([, codec, text, errors, theirs]) => [
      attempt(() => hex(encode(String(text), codec, errors as ErrorMode))),
      theirs,
    ]),
    2500,
  );
});

test("every pair of the double-byte charsets", async () => {
  report(
    await differing("decode_all", async ([, codec, prefix, suffix, leads, trails, theirs]) => {
      const octets: number[] = [];
      const before = unhex(String(prefix));
      const after = unhex(String(suffix));
      for (let a = (leads as number[])[0]!; a < (leads as number[])[1]!; a++) {
        for (let b = (trails as number[])[0]!; b < (trails as number[])[1]!; b++) {
          octets.push(...before, a, b, ...after);
        }
      }
      return [await sha256(utf8(decode(Uint8Array.from(octets), codec, "replace"))), theirs];
    }),
    40,
  );
});

test("every character of the BMP, and the plane of rare ideographs where it matters, into every charset", async () => {
  report(
    await differing("encode_all", async ([, codec, last, theirs, start = 0]) => {
      const octets: Uint8Array[] = [];
      for (let first = Number(start); first < Number(last); first += 256) {
        let text = "";
        for (let u = first; u < first + 256; u++) text += String.fromCodePoint(u) + "\n";
        octets.push(encode(text, codec, "replace"));
      }
      return [await sha256(new Uint8Array(await new Blob(octets as BlobPart[]).arrayBuffer())), theirs];
    }),
    90,
  );
});

test("every code point into GB 18030 and back", () => {
  for (let first = 0; first < 0x110000; first += 0x1000) {
    let text = "";
    for (let code = first; code < first + 0x1000; code++) {
      if (code < 0xd800 || code > 0xdfff) text += String.fromCodePoint(code);
    }
    assert(decode(encode(text, "gb18030"), "gb18030") === text, `U+${first.toString(16)}`);
  }
});

test("strict errors say where", () => {
  const undecodable = assertThrows(() => decode(Uint8Array.of(0x61, 0xe9), "utf-8"), UnicodeDecodeError);
  assertEquals([undecodable.start, undecodable.end, undecodable.encoding], [1, 2, "utf_8"]);
  const unencodable = assertThrows(() => encode("a\u20ac", "latin-1"), UnicodeEncodeError);
  assertEquals([unencodable.start, unencodable.end], [1, 2]);
});

test("time grows with the length of the input only", async () => {
  const damaged = (size: number) =>
    Uint8Array.from({ length: size }, (_, i) => [0x1b, 0x24, 0x42, 0xff, 0x30][i % 5]!);
  for (const codec of ["iso2022_jp", "gb2312", "euc_kr", "utf_7", "utf_8", "hz", "big5hkscs", "gb18030"]) {
    await growth(codec, [50_000, 200_000], (size) => {
      encode(decode(damaged(size), codec, "replace"), codec, "replace");
    });
  }
});
