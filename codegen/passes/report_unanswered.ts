/**
 * Reports what a command can ask for and its result has no place for. `@asks(rule)` says where the answers to the words of a rule
 * are: alternatives of another rule that begin with the same words; `@answer(NAME.field)` says it of one word, and
 * `@answer(none)` that the word asks for nothing in the answer.
 */
import { inside } from "../model/expr.ts";
import type { Branch, Expr, Field, Grammar, Origin, Rule } from "../model/ir.ts";
import type { CommandRow } from "../read/parse_table.ts";

/** A response, as the table's results read it. */
interface Shape {
  typeName: string;
  fields: ReadonlyMap<string, Field>;
}

/** What a command can ask for by one word. */
interface Asked {
  word: string;
  answer: string | undefined;
  /** The rule whose alternatives are the answers. */
  answers: Rule;
}

/** Reports each word of a row's rule that has no place in its result. */
export function reportUnanswered(
  grammar: Grammar,
  rule: Rule,
  row: CommandRow,
  responses: ReadonlyMap<string, Shape>,
  error: (message: string, at?: Origin) => void,
): void {
  if (row.result.kind === "rows") return;
  const at = row.cells["result"] ?? row.origin;
  for (const { word, answer, answers } of askedOf(grammar, rule)) {
    if (answer === "none") continue;
    const [name, label] = answer?.split(".") ?? [];
    const places = name === undefined
      ? placesOf(grammar, word, answers)
      : [{ name: name as string | undefined, label }];
    if (places.length === 0) {
      error(`asks for ${word}, which ${answers.name} does not answer; write @answer(...) after it`, at);
    }
    for (const place of places) {
      const where = [...responses].filter(([response, { fields }]) =>
        (place.name === undefined || place.name === response) &&
        (place.label === undefined || fields.has(place.label))
      );
      if (where.some(([response, shape]) => reads(row, response, shape, place.label))) continue;
      error(
        `asks for ${word}, and its result has no place for ${place.label ?? `the ${place.name} response`}`,
        at,
      );
    }
  }
}

/**
 * Reports a result that takes fields of a response and leaves what could not be read of it: `other` of the response has its place
 * in the result, or all that is unread has.
 */
export function reportDropped(
  { collects, result, cells, origin }: CommandRow,
  responses: ReadonlyMap<string, Shape>,
  error: (message: string, at?: Origin) => void,
): void {
  if (result.kind !== "record") return;
  const sources = result.fields.flatMap(({ sources }) => sources);
  if (sources.some((source) => source.kind === "via" && source.via.name === "unread")) return;
  for (const { code, name } of collects) {
    const read = sources.filter((source) =>
      source.kind === "collected" && !source.code && source.name === name
    );
    const fields = read.map((source) => source.kind === "collected" ? source.field : undefined);
    if (code || !responses.get(name)?.fields.has("other") || fields.length === 0) continue;
    if (fields.includes(undefined) || fields.includes("other")) continue;
    error(
      `leaves what could not be read of ${name}; write: other = via unread.unread: UnknownItem[]`,
      cells["result"] ?? origin,
    );
  }
}

/** The words of the rules that ask for something, in the order of the grammar. */
function askedOf(grammar: Grammar, command: Rule): Asked[] {
  const asked: Asked[] = [];
  const seen = new Set<string>();
  const visit = (expr: Expr): void => {
    if (expr.kind !== "ref") return inside(expr).forEach(visit);
    const rule = grammar.rules.get(expr.rule);
    if (rule === undefined || seen.has(rule.name)) return;
    seen.add(rule.name);
    const answers = grammar.rules.get(rule.asks ?? "");
    if (answers !== undefined) {
      for (const [word, answer] of wordsOf(rule.expr, undefined)) asked.push({ word, answer, answers });
    }
    visit(rule.expr);
  };
  visit(command.expr);
  return asked;
}

/** The words that alternatives begin with, each with what is said of its answer. */
function wordsOf(expr: Expr, answer: string | undefined): [word: string, answer: string | undefined][] {
  if (expr.kind === "word") return [[expr.text, answer]];
  if (expr.kind === "choice") {
    return expr.branches.filter(isKnown).flatMap((branch) => wordsOf(branch.expr, branch.answer ?? answer));
  }
  for (const item of inside(expr)) {
    const words = wordsOf(item, answer);
    if (words.length > 0) return words;
  }
  return [];
}

/** Where the answer to a word stands: in fields of the response that the rule is part of, or as a response of that name. */
function placesOf(grammar: Grammar, word: string, { name, expr }: Rule): { name?: string; label?: string }[] {
  if (name === "response-data") return [{ name: word }];
  const branches = expr.kind === "choice" ? expr.branches.filter(isKnown) : [];
  const branch = branches.find((one) => wordsOf(one.expr, undefined)[0]?.[0] === word);
  return branch === undefined ? [] : labelsOf(grammar, branch.expr).map((label) => ({ label }));
}

function labelsOf(grammar: Grammar, expr: Expr): string[] {
  if (expr.kind === "capture") return [expr.label];
  if (expr.kind !== "ref") return inside(expr).flatMap((item) => labelsOf(grammar, item));
  const rule = grammar.rules.get(expr.rule);
  return rule?.role === "fragment" ? labelsOf(grammar, rule.expr) : [];
}

function isKnown({ open, damage, quirk }: Branch): boolean {
  return !open && !damage && quirk === undefined;
}

/** Whether a row's result reads a response, or a field of it. */
function reads({ collects, result }: CommandRow, name: string, { typeName }: Shape, label?: string): boolean {
  if (result.kind !== "record" || !collects.some((one) => !one.code && one.name === name)) return false;
  return result.fields.some(({ sources }) =>
    sources.some((source) =>
      source.kind === "collected"
        ? !source.code && source.name === name &&
          (source.field === undefined || label === undefined || source.field === label)
        : source.kind === "via" && new RegExp(`\\b${typeName}\\b`).test(source.type)
    )
  );
}
