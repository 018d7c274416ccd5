// Two spaces at any place where the grammar has SP: of each fixture every such variant is read, and means the same.

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { decodeResponse } from "../../imap/codec/codec.ts";
import { fixtureFiles, readCases, shownValue } from "./_fixtures.ts";
import type { Case } from "./_fixtures.ts";

const SPACE = 0x20;

/** Places of spaces that part something: not in quotes, in a literal, in free text, in what nobody can read. */
function* spacesOf({ octets }: Case): Generator<number> {
  const text = String.fromCharCode(...octets);
  const end = freeTextOf(text);
  let quoted = false;
  for (let at = 0; at < end; at++) {
    const char = text[at];
    if (quoted) {
      if (char === "\\") at++;
      else quoted = char !== '"';
    } else if (char === '"') quoted = true;
    else if (char === "{") {
      const literal = /^\{(\d+)\+?\}\r\n/.exec(text.slice(at));
      if (literal !== null) at += literal[0].length + Number(literal[1]) - 1;
    } else if (char === " ") yield at;
  }
}

/** Where the text for people begins, in a response that has one. */
function freeTextOf(text: string): number {
  const status = /^(?:\S+ )(?:OK|NO|BAD|BYE|PREAUTH)\b ?(\[)?|^\+ ?(\[)?/i.exec(text);
  if (status === null) return text.length - 2;
  if (status[1] === undefined && status[2] === undefined) return status[0].length - 1;
  let quoted = false;
  for (let at = status[0].length, depth = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === "\\") at++;
      else quoted = char !== '"';
    } else if (char === '"') quoted = true;
    else if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === "]" && depth === 0) return at;
  }
  return text.length - 2;
}

test("two spaces in any place of any fixture are read as one, and reported", () => {
  let tried = 0;
  const problems: string[] = [];
  for (const one of fixtureFiles().flatMap(readCases)) {
    if (one.kind !== "plain" || one.quirks.length > 0) continue;
    for (const at of spacesOf(one)) {
      const octets = new Uint8Array(one.octets.length + 1);
      octets.set(one.octets.subarray(0, at));
      octets[at] = SPACE;
      octets.set(one.octets.subarray(at), at + 1);
      tried++;
      const response = decodeResponse(octets, one.mode);
      const shown = JSON.stringify(shownValue(response));
      const where = `${one.file}: ${one.name}: ${new TextDecoder().decode(octets.subarray(0, at + 20))}|`;
      // What nobody knows keeps its spaces.
      const raw = /"(raw|text|section)":"( |[^"]* {2})/.test(shown.replace(/\\"/g, "'"));
      if (raw && shown.replace(/ {2,}/g, " ").replace('":" ', '":"') === JSON.stringify(one.value)) continue;
      if (shown !== JSON.stringify(one.value)) {
        problems.push(`${where}\n    ${shown}\n    ${JSON.stringify(one.value)}`);
      } else if (!response.quirks?.includes("double-space")) {
        problems.push(`${where} is not told: ${[...response.quirks ?? []]}`);
      }
    }
  }
  assert(tried > 500, `${tried} variants`);
  assertEquals(problems.join("\n"), "", `${problems.length} of ${tried}`);
});
