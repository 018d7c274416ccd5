/** Which options of a command a server must know, and whether it says that it does. */

import type { CommandSpec } from "../codec/spec.ts";
import { SequenceSet } from "../values/sequence_set.ts";

/** Whether a server offers one of some capabilities; one with a value, `QUOTA=RES-STORAGE`, brings what it is the value of. */
export function isOffered(needs: readonly string[], capabilities: ReadonlySet<string>): boolean {
  if (needs.some((one) => capabilities.has(one))) return true;
  for (const capability of capabilities) {
    const at = capability.indexOf("=");
    if (at > 0 && needs.includes(capability.slice(0, at))) return true;
  }
  return false;
}

/** What of a command's arguments the server does not know, and what that needs; undefined when it knows all. */
export function missingOption(
  { name, args, words = {} }: CommandSpec,
  given: Readonly<Record<string, unknown>>,
  capabilities: ReadonlySet<string>,
): string | undefined {
  for (const arg of args) {
    if (arg.needs === undefined || given[arg.name] === undefined || isOffered(arg.needs, capabilities)) {
      continue;
    }
    return `${arg.name} of ${name} needs ${arg.needs.join(" or ")}`;
  }
  for (const label of Object.keys(words)) {
    const needs = needsOf(words[label]!);
    for (const word of wordsIn(given[label])) {
      const needed = needs.get(word);
      if (needed !== undefined && !isOffered(needed, capabilities)) {
        return `${word === "(" ? `a list of ${label}` : word} of ${name} needs ${needed.join(" or ")}`;
      }
    }
  }
  return undefined;
}

const read = /* @__PURE__ */ new Map<string, ReadonlyMap<string, readonly string[]>>();

/** `SAVE:SEARCHRES|IMAP4REV2 X,Y:Z` as what each word needs. */
function needsOf(text: string): ReadonlyMap<string, readonly string[]> {
  let needs = read.get(text);
  if (needs === undefined) {
    needs = new Map(
      text.split(" ").flatMap((group) => {
        const [words, capabilities] = group.split(":") as [string, string];
        return words.split(",").map((word) => [word, capabilities.split("|")] as const);
      }),
    );
    read.set(text, needs);
  }
  return needs;
}

/** The words of an argument: of a list of options, of items with what comes after their word, of search keys in search keys. */
function* wordsIn(value: unknown): Generator<string> {
  // Of patterns in parentheses.
  if (Array.isArray(value) && value.length > 1) yield "(";
  // Keys were written before: they end, and are not deeper than the writer goes.
  const stack = [value];
  while (stack.length > 0) {
    const one = stack.pop();
    if (typeof one === "string") yield one.toUpperCase().replace(/(\.PEEK)?[[ ].*$/s, "");
    else if (Array.isArray(one)) { for (const item of one) stack.push(item); }
    else if (one === SequenceSet.saved) yield "$";
    else if (typeof one === "object" && one !== null) {
      const { op, key, keys, left, right, set } = one as Record<string, unknown>;
      for (const part of [op, key, keys, left, right, set]) if (part !== undefined) stack.push(part);
    }
  }
}
