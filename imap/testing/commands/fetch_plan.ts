/** What a FETCH asks for, taken apart once for all of its messages. */

import { normalizeSection } from "../../values/fetch_item.ts";
import type { Capability } from "../protocol/capabilities.ts";
import { Refusal } from "../protocol/reply.ts";
import { type Item, ITEMS } from "./fetch_items.ts";
import type { SectionSpec, SectionText } from "../content/section.ts";

/** One item of FETCH. */
export type FetchPlan =
  | { kind: "word"; word: string; item: Item }
  | {
    kind: "BODY" | "BINARY";
    /** Text between the brackets, as it is echoed. */
    name: string;
    section: SectionSpec;
    partial: { origin: number; count: number } | undefined;
    peek: boolean;
  }
  | { kind: "BINARY.SIZE"; name: string; section: SectionSpec };

const MACROS = new Map([
  ["ALL", ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"]],
  ["FAST", ["FLAGS", "INTERNALDATE", "RFC822.SIZE"]],
  ["FULL", ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"]],
]);

/**
 * Takes the items of a FETCH command apart (RFC 9051 6.4.5); each is in the spelling of `normalizeFetchItem`.
 *
 * @param items what is asked for
 * @param offers whether a capability is offered
 */
export function planFetch(
  items: readonly string[],
  offers: (capability: Capability) => boolean,
): FetchPlan[] {
  if (items.length > 1 && items.some((item) => MACROS.has(item))) {
    throw new Refusal("BAD", "A macro must be given alone");
  }
  const [first = ""] = items;
  return (MACROS.get(first) ?? items).map((item) => {
    const plan = planItem(item);
    const need = plan.kind === "word" ? plan.item.needs : plan.kind === "BODY" ? undefined : "BINARY";
    if (need !== undefined && !offers(need)) throw new Refusal("BAD", `FETCH has no item ${item} here`);
    return plan;
  });
}

/** The plan for an item that is one word. */
export function planWord(word: string): FetchPlan {
  const item = ITEMS.get(word);
  if (item === undefined) throw new Refusal("BAD", `FETCH has no item ${word} here`);
  return { kind: "word", word, item };
}

function planItem(item: string): FetchPlan {
  const open = item.indexOf("[");
  if (open === -1) return planWord(item);
  const word = item.slice(0, open);
  const close = item.lastIndexOf("]");
  const name = item.slice(open + 1, close);
  const section = parseSection(name);
  if (word === "BINARY.SIZE") return { kind: "BINARY.SIZE", name, section };
  return {
    kind: word.startsWith("BINARY") ? "BINARY" : "BODY",
    name,
    section,
    partial: parsePartial(item.slice(close + 1)),
    peek: word.endsWith(".PEEK"),
  };
}

function parsePartial(text: string): { origin: number; count: number } | undefined {
  if (text === "") return undefined;
  const [origin = NaN, count = NaN] = text.slice(1, -1).split(".").map(Number);
  return { origin, count };
}

/** Takes the text between the brackets apart: `1.2.HEADER.FIELDS (Subject "X Y")`. */
export function parseSection(name: string): SectionSpec {
  const normal = normalizeSection(name);
  const numbers = /^[\d.]*/.exec(normal)?.[0] ?? "";
  const path = numbers.split(".").filter((number) => number !== "").map(Number);
  const rest = normal.slice(numbers.length);
  const list = rest.indexOf(" (");
  if (list === -1) return { path, text: rest as SectionText, fields: [] };
  return { path, text: rest.slice(0, list) as SectionText, fields: fieldNames(rest.slice(list + 2, -1)) };
}

/** Names are atoms or quoted strings, one space between them. */
function fieldNames(list: string): string[] {
  const names: string[] = [];
  for (const [, quoted = "", atom] of list.matchAll(/"((?:[^"\\]|\\.)*)"|([^" ]+)/g)) {
    names.push(atom ?? quoted.replace(/\\(.)/g, "$1"));
  }
  return names;
}
