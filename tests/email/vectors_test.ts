// 9,950 calls of 40 functions with awkward arguments, and what CPython 3.13.0 answered to each: data/vectors.jsonl.gz is
// what `email_vectors.py 250 | gzip -9` writes. What differs on purpose is told apart here by its reason.

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { decodeHeader, loadCharsets, makeHeader } from "../../email/mod.ts";
import { readLines } from "./oracle/octets.ts";
import { answer, type Vector } from "./oracle/vectors.ts";

function errorName(value: unknown): string | null {
  return typeof value === "object" && value !== null && "error" in value ? String(value.error) : null;
}

/** What fields say, however folded. */
function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaning);
  return typeof value === "string" ? String(makeHeader(decodeHeader(value))).trim() : value;
}

/** Why CPython's answer is not ours, null when there is no reason it should not be. */
function reason(vector: Vector, ours: unknown): string | null {
  const raised = errorName(vector.out);
  const fails = errorName(ours);
  if (raised === "TypeError" && fails !== raised && /^message\.(?:get_|types|set_param)/.test(vector.fn)) {
    // One RFC 2231 parameter with numbered and unnumbered parts.
    return /\*[0-9]/.test(JSON.stringify(vector.args)) ? "mixed RFC 2231 parts do not raise" : null;
  }
  if (raised === "LookupError" && fails === null && vector.fn === "message.payload_text") {
    return "an unknown charset of a body does not raise";
  }
  if (raised === "Error" && fails === "ValueError" && vector.fn === "base64mime.decode") {
    return "binascii.Error is ValueError";
  }
  const relabelled = JSON.stringify(vector.out).replaceAll("eucgb2312_cn", "gb2312").replaceAll(
    "big5_tw",
    "big5",
  );
  if (relabelled === JSON.stringify(ours)) return "encoded words carry gb2312 and big5";
  // A shorter name leaves room for more on a line: folded elsewhere, the words say the same.
  const sameText = vector.fn.startsWith("header.") && /"(?:gb2312|big5)"/.test(JSON.stringify(vector.args)) &&
    JSON.stringify(meaning(JSON.parse(relabelled))) === JSON.stringify(meaning(ours));
  return sameText ? "shorter words fold elsewhere" : null;
}

test("9,950 calls are answered as CPython 3.13.0 answers them", async () => {
  await loadCharsets();
  const vectors = await readLines(new URL("./data/vectors.jsonl.gz", import.meta.url)) as Vector[];
  assertEquals(vectors.length, 9950);
  const counts: Record<string, number> = {};
  const wrong: string[] = [];
  for (const vector of vectors) {
    const ours = answer(vector);
    if (JSON.stringify(ours) === JSON.stringify(vector.out)) continue;
    const why = reason(vector, ours);
    if (why === null) {
      wrong.push(
        `${vector.n} ${vector.fn} ${JSON.stringify(vector.args)}\n  python ${
          JSON.stringify(vector.out)
        }\n  here   ${JSON.stringify(ours)}`,
      );
    } else counts[why] = (counts[why] ?? 0) + 1;
  }
  assert(wrong.length === 0, `${wrong.length} differ\n${wrong.slice(0, 10).join("\n")}`);
  assertEquals(counts, {
    "mixed RFC 2231 parts do not raise": 85,
    "an unknown charset of a body does not raise": 20,
    "binascii.Error is ValueError": 45,
    "encoded words carry gb2312 and big5": 31,
    "shorter words fold elsewhere": 3,
  });
});
