/**
 * Compares the grammar with the RFCs' own: for each rule that both name, what it says once everything that only one of
 * the two names has been put in its place. The differences are a list that a person has given reasons for.
 */
import type { Definition } from "../read/ast.ts";
import { handWritten, normalForm, plainRule, printPlain } from "./plain_abnf.ts";
import type { Plain, PlainRule } from "./plain_abnf.ts";

/** A rule that is not what the RFC says. */
export interface Difference {
  /** RFC number. */
  rfc: string;
  rule: string;
  /** Alternatives that the RFC has and the grammar has not. */
  theirs: string;
  /** Alternatives that the grammar has and the RFC has not. */
  ours: string;
}

/** A rule of one grammar file that adds to a rule of another is compared with what the same RFC adds. */
type Rules = Map<string, Plain>;

/**
 * Compares.
 *
 * @param definitions every definition of the grammar, in order
 * @param rfcs the plain rules of each RFC, by number
 * @returns the differences, by RFC and rule, and how many rules were compared
 */
export function compareWithRfcs(
  definitions: readonly Definition[],
  rfcs: Map<string, PlainRule[]>,
): { differences: Difference[]; compared: number } {
  const written = new Set(definitions.filter(handWritten).map(({ name }) => name.toLowerCase()));
  const whole = merged(definitions.filter((one) => !handWritten(one)).map(plainRule));
  const base = merged(definitions.filter((one) => !handWritten(one) && one.rfc[0] === "9051").map(plainRule));
  const core = merged(rfcs.get("9051") ?? []).keys().toArray();
  const differences: Difference[] = [];
  let compared = 0;
  for (const [rfc, rules] of rfcs) {
    const mine = definitions.filter((one) =>
      one.rfc[0] === rfc && !handWritten(one) && one.branches.length > 0
    );
    const ours = merged(mine.map(plainRule));
    const theirs = merged(rules);
    const known = new Set([...theirs.keys(), ...rules.flatMap(({ expr }) => names(expr)), ...core]);
    for (const [rule, expr] of ours) {
      const other = theirs.get(rule);
      if (other === undefined) continue;
      compared++;
      const own = withoutSynonyms(new Map([...whole, ...base, ...ours]), known);
      const left = normal(inlined(expr, own, (name) => known.has(name) || written.has(name), [rule]));
      const right = normal(inlined(other, theirs, (name) => whole.has(name) || written.has(name), [rule]));
      // The RFC states the whole rule, this file adds to one that is elsewhere.
      const adds = mine.every((one) => one.name.toLowerCase() !== rule || one.extends) &&
        rules.some((one) => one.name.toLowerCase() === rule && !one.extends);
      const [more, less] = without(left, right);
      if (more.length === 0 && (less.length === 0 || adds)) continue;
      differences.push({ rfc, rule, theirs: adds ? "" : less.join(" / "), ours: more.join(" / ") });
    }
  }
  differences.sort((a, b) => a.rfc === b.rfc ? compareText(a.rule, b.rule) : Number(a.rfc) - Number(b.rfc));
  return { differences, compared };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A rule that says the same as one that the RFC names (`atom-upper` and `atom`) is put in place as that name. */
function withoutSynonyms(rules: Rules, known: Set<string>): Rules {
  const named = new Map(
    [...rules].filter(([name]) => known.has(name)).map(([name, expr]) => [printPlain(expr), name]),
  );
  return new Map([...rules].map(([name, expr]) => {
    // A rule that is another one by name says nothing of its own: `element = astring` is not a password.
    const synonym = known.has(name) || expr.kind === "name" ? undefined : named.get(printPlain(expr));
    return [name, synonym === undefined || synonym === name ? expr : { kind: "name", name: synonym }];
  }));
}

function normal(expr: Plain): Plain {
  return normalForm(normalForm(withoutLineEnd(expr)));
}

/** The alternatives of each that the other does not have. */
function without(left: Plain, right: Plain): [string[], string[]] {
  const of = (expr: Plain) => expr.kind === "alternatives" ? expr.items.map(printPlain) : [printPlain(expr)];
  const [ours, theirs] = [of(left), of(right)];
  return [ours.filter((one) => !theirs.includes(one)), theirs.filter((one) => !ours.includes(one))];
}

function merged(rules: readonly PlainRule[]): Rules {
  const all: Rules = new Map();
  for (const { name, expr } of rules) {
    const key = name.toLowerCase();
    const known = all.get(key);
    all.set(key, known === undefined ? expr : { kind: "alternatives", items: [known, expr] });
  }
  return all;
}

function children(expr: Plain): Plain[] {
  if (expr.kind === "alternatives" || expr.kind === "sequence") return expr.items;
  return expr.kind === "repeat" ? [expr.item] : [];
}

function names(expr: Plain): string[] {
  return expr.kind === "name" ? [expr.name.toLowerCase()] : children(expr).flatMap(names);
}

/** The expression with every rule that the other side does not name put in its place. */
function inlined(expr: Plain, rules: Rules, shared: (name: string) => boolean, path: string[]): Plain {
  switch (expr.kind) {
    case "name": {
      const name = expr.name.toLowerCase();
      const rule = rules.get(name);
      if (rule === undefined || shared(name) || path.includes(name)) return expr;
      return inlined(rule, rules, shared, [...path, name]);
    }
    case "alternatives":
    case "sequence":
      return { ...expr, items: expr.items.map((item) => inlined(item, rules, shared, path)) };
    case "repeat":
      return { ...expr, item: inlined(expr.item, rules, shared, path) };
    default:
      return expr;
  }
}

/** Line ends are cut off before the grammar sees a response. */
function withoutLineEnd(expr: Plain): Plain {
  switch (expr.kind) {
    case "name":
      return expr.name.toUpperCase() === "CRLF" ? { kind: "sequence", items: [] } : expr;
    case "alternatives":
    case "sequence":
      return { ...expr, items: expr.items.map(withoutLineEnd) };
    case "repeat":
      return { ...expr, item: withoutLineEnd(expr.item) };
    default:
      return expr;
  }
}

/** What the list has in place of no alternatives. */
const nothing = "nothing";

/** One entry of the list of differences. */
export interface Deviation extends Difference {
  why: string;
  line: number;
}

/**
 * Reads the list: an entry is `rfcNNNN rule`, then `theirs`, `ours` and `why`, each indented and on one line.
 *
 * @param list the text of the file
 * @returns the entries
 * @throws {Error} for a line that is not one of these, or an entry without a reason
 */
export function readDeviations(list: string): Deviation[] {
  const entries: Deviation[] = [];
  list.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "" || line.startsWith("#")) return;
    const head = /^rfc(\d+) ([A-Za-z0-9-]+)$/.exec(line);
    const cell = /^ {2}(theirs|ours|why) *(?: (.*))?$/.exec(line);
    const last = entries[entries.length - 1];
    if (head !== null) {
      entries.push({ rfc: head[1]!, rule: head[2]!, theirs: "", ours: "", why: "", line: index + 1 });
    } else if (cell !== null && last !== undefined) {
      last[cell[1] as "theirs" | "ours" | "why"] = cell[2] === nothing ? "" : cell[2] ?? "";
    } else {
      throw new Error(`line ${index + 1} of the list of differences is not an entry: ${line}`);
    }
  });
  for (const { why, line, rule } of entries) {
    if (why === "") throw new Error(`line ${line}: ${rule} has no reason`);
  }
  return entries;
}

/** An entry as the list has it. */
export function printDeviation({ rfc, rule, theirs, ours }: Difference, why: string): string {
  return `rfc${rfc} ${rule}\n  theirs  ${theirs || nothing}\n  ours    ${
    ours || nothing
  }\n  why     ${why}\n`;
}
