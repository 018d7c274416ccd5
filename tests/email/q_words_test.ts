/** Q words are decoded octet by octet: the octets are those of quoprimime's own decoder. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { decodeHeader, headerText, quoprimime } from "../../email/mod.ts";
import { encodeRawUnicodeEscape } from "../../email/text/text.ts";
import { forSeeds } from "../support/seeded.ts";

const PIECES = [
  "=",
  "_",
  "=5F",
  "=e9",
  "=E9",
  "=C3=BC",
  "=g0",
  "=0g",
  "=_4",
  "=4_",
  "a",
  "Z",
  "\u00fc",
  "\udcfc",
  "\u20ac",
];

test("the octets of a Q word are those of its escapes", () => {
  forSeeds(500, (random) => {
    let text = "";
    for (let i = random.between(1, 12); i > 0; i--) text += random.pick(PIECES);
    const [[octets]] = decodeHeader(`=?x?q?${text}?=`) as [[Uint8Array, string]];
    assertEquals(octets, encodeRawUnicodeEscape(quoprimime.headerDecode(text)));
  });
});

test("a Q word reads as its charset says", () => {
  assertEquals(headerText("=?utf-8?q?Gr=C3=BC=c3=9fe_aus_K=C3=B6ln=3D=?="), "Grüße aus Köln==");
  assertEquals(headerText("=?iso-8859-1?Q?a_=E9=?= b"), "a é= b");
});
