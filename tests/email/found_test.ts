// Messages that random damage made and on which CPython 3.13.0 and the package disagree, the shortest of each kind. Every
// difference must follow from the decisions named here, and each of these must still be one. data/found.jsonl.gz is what
// `email_oracle.py found | gzip -9n` writes.

import { test } from "node:test";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { assertEquals } from "@std/assert";
import { loadCharsets } from "../../email/mod.ts";
import { compare } from "./oracle/compare.ts";
import { describe } from "./oracle/describe.ts";

const FOUND: Record<string, string[]> = {
  "line_end_in_transfer_encoding.eml": ["D13 control characters in a field are written"],
  "long_rfc2231_number.eml": ["D2 long RFC 2231 numbers"],
  "mixed_rfc2231_boundary.eml": ["D2 mixed RFC 2231 parts"],
  "mixed_rfc2231_filename.eml": ["D2 mixed RFC 2231 parts", "the next error is met"],
  "nul_in_charset_of_word.eml": ["D9 NUL in a charset"],
  "set_type_with_parameter_in_unknown_charset.eml": ["setType that fails leaves the message as it was"],
  "set_type_with_unwritable_parameter.eml": ["setType that fails leaves the message as it was"],
  "unknown_charset_before_embedded_header.eml": [
    "D13 control characters in a field are written",
    "D4, D12 a charset Python does not know",
  ],
  "unknown_charset_before_unwritable_part.eml": [
    "D3 eight-bit text under a multipart is written",
    "the next error is met",
  ],
  "web_charset_of_undecodable_word.eml": ["D4, D12 a charset Python does not know"],
};

const text = gunzipSync(readFileSync(new URL("./data/found.jsonl.gz", import.meta.url))).toString("utf-8");
const answers: { file: string }[] = text.trim().split("\n").map((line) => JSON.parse(line));

test("every message found has the decisions it shows", () => {
  assertEquals(answers.map(({ file }) => file).sort(), Object.keys(FOUND).sort());
});

for (const answer of answers) {
  test(`found: ${answer.file} differs from CPython 3.13.0 by decisions alone`, async () => {
    await loadCharsets();
    const data = new Uint8Array(readFileSync(new URL(`./found/${answer.file}`, import.meta.url)));
    const source = Array.from(data, (octet) => String.fromCharCode(octet)).join("");
    const ours = JSON.parse(JSON.stringify(describe(data, answer.file)));
    const differences = compare(answer, ours, source);
    assertEquals(differences.filter(({ decision }) => decision === null), []);
    assertEquals([...new Set(differences.map(({ decision }) => decision))].sort(), FOUND[answer.file]);
  });
}
