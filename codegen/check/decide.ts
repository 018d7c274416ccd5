/** Decides which way to go on, from what the passes proved. Used by tests only. */
import type { Branch, ByteSet, Decision } from "../model/ir.ts";
import type { Cursor } from "./cursor.ts";
import type { Parts } from "./parts.ts";

/**
 * Which way to go on.
 *
 * @param decision what the passes proved
 * @param branches the branches of a choice, for guards
 * @param c where to look
 * @param parts what was captured, for guards
 * @returns index of the branch, -1 for none
 */
export function decide(decision: Decision, branches: readonly Branch[], c: Cursor, parts: Parts): number {
  switch (decision.by) {
    case "none":
      return 0;
    case "byte":
      return decision.sets.findIndex((set) => set[c.next()]);
    case "afterSpace":
      return c.next() === 0x20
        ? decision.sets.findIndex((set) => set[c.next(1)])
        : decision.direct.findIndex((set) => set[c.next()]);
    case "value":
      return branches.findIndex((branch) => branch.guard?.every((test) => holds(test, parts)) ?? true);
    case "word":
      return decideByWord(decision, c);
  }
}

function decideByWord(decision: Decision & { by: "word" }, c: Cursor): number {
  const mark = c.mark();
  try {
    if (decision.pastSpace && !c.takes(" ")) return -1;
    const byBytes = decision.bytes.find(([set]) => set[c.next()]);
    if (byBytes !== undefined) return byBytes[1];
    let words = byWord(decision.words);
    if (decision.numbered.length > 0 && c.next() >= 0x30 && c.next() <= 0x39) {
      while (c.next() >= 0x30 && c.next() <= 0x39) c.at++;
      if (!c.takes(" ")) {
        c.reset(mark);
        if (decision.open !== null && !decision.rest) checkForm(decision, c);
        return decision.open ?? -1;
      }
      words = byWord(decision.numbered);
    }
    const quoted = decision.quoted && c.next() === 0x22;
    const word = (quoted ? quotedWord(c, decision.wordClass) : textOf(c.run(decision.wordClass)))
      .toUpperCase();
    const known = words.get(word);
    if (known !== undefined) return known;
    const { open, rest, numbered } = decision;
    if (open !== null && !rest && numbered.length > 0) {
      c.reset(mark);
      checkForm(decision, c);
    }
    return open ?? -1;
  } finally {
    c.reset(mark);
  }
}

/** A known word in a form that it does not have: without its number, or with one that it has not. */
function checkForm(decision: Decision & { by: "word" }, c: Cursor): void {
  const line = textOf(c.text.slice(c.at)).toUpperCase();
  const word = (text: string): string => {
    const found = Array.from(text).findIndex((char) => !decision.wordClass[char.charCodeAt(0)]);
    return found === -1 ? text : text.slice(0, found);
  };
  const numbered = byWord(decision.numbered);
  const number = /^\d+ /.exec(line);
  if (number !== null) {
    if (byWord(decision.words).has(word(line.slice(number[0].length)))) {
      c.fail("a name that may follow a number");
    }
    return;
  }
  const first = word(line);
  if (numbered.has(first)) c.fail("a number");
  if (/^[A-Z]/.test(line) || line[first.length] !== " ") return;
  if (numbered.has(word(line.slice(first.length + 1)))) c.fail("a number");
}

const wordMaps = new WeakMap<readonly [string, number][], Map<string, number>>();

function byWord(words: readonly [string, number][]): Map<string, number> {
  let map = wordMaps.get(words);
  if (map === undefined) {
    wordMaps.set(words, map = new Map(words.map(([text, branch]) => [text.toUpperCase(), branch])));
  }
  return map;
}

/** A word in quotes, as it is: none is written with backslashes (RFC 9051 `quoted` has them before quotes only). */
function quotedWord(c: Cursor, set: ByteSet): string {
  c.at++;
  const word = textOf(c.run(set));
  return c.next() === 0x22 ? word : "";
}

/** Bytes as text, one character each. */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function holds(test: { label: string; values: string[] }, parts: Parts): boolean {
  const value = parts.captures.get(test.label);
  return typeof value === "string" && test.values.some((one) => one.toUpperCase() === value.toUpperCase());
}
