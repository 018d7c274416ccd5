/**
 * Proves each choice, option and repetition decidable, and writes down how: by the next byte, by the byte
 * after a SP, by one word, or by a guard. What cannot be proved is kept for `report_conflicts`.
 */
import {
  complement,
  disjoint,
  emptySet,
  intersection,
  isEmpty,
  minus,
  setOfText,
  union,
} from "../model/byte_set.ts";
import { astringChar } from "../builtins/byte_classes.ts";
import type { Compilation } from "../model/compilation.ts";
import type { Branch, ByteSet, Decision, Expr, Rule } from "../model/ir.ts";
import { heads, then } from "../model/look.ts";
import type { Look } from "../model/look.ts";
import { consumesNothing, leadingClasses, leadOf, wordStart } from "../model/words.ts";
import type { LeadingWord } from "../model/words.ts";
import { firstOf, visitWithFollow } from "./first_follow.ts";
import { addClass } from "./tokens.ts";

const PASS = "decisions";
const SP = 0x20;

export function decisions(compilation: Compilation): void {
  for (const [name, rule] of compilation.grammar.rules) {
    if (rule.token !== undefined) continue;
    new RuleDecisions(compilation, rule).run(compilation.follows.get(name)!);
  }
}

class RuleDecisions {
  readonly #compilation: Compilation;
  readonly #rule: Rule;
  readonly #hint: string | undefined;

  constructor(compilation: Compilation, rule: Rule) {
    this.#compilation = compilation;
    this.#rule = rule;
    this.#hint = compilation.ast.get(rule.name)!.word;
  }

  run(follow: Look): void {
    visitWithFollow(this.#compilation, this.#rule.expr, follow, (expr, after) => {
      if (expr.kind === "choice") this.#choice(expr, after);
      else if (
        expr.kind === "optional" || expr.kind === "repeat" || expr.kind === "extra" || expr.kind === "absent"
      ) {
        this.#option(expr, after);
      }
    });
  }

  #choice(expr: Expr & { kind: "choice" }, follow: Look): void {
    const { branches } = expr;
    const open = branches.findIndex((branch) => branch.open);
    if (open !== -1) expr.follow = heads(follow);
    if (branches.length < 2) return;
    const last = branches[open] ?? null;
    const onlyDamage = last?.damage ?? false;
    // Nothing to decide: the one known way is tried.
    if (onlyDamage && open === 1) return;
    if (branches.some((branch) => branch.guard !== undefined)) {
      expr.decision = { by: "value" };
      return;
    }
    const known = open === -1 ? branches : branches.slice(0, open);
    const leads = known.map((branch) => leadOf(this.#compilation, branch.expr, follow));
    const hasWords = leads.some((lead) => lead.words.length > 0);
    if (open === -1 || !hasWords) {
      const looks = known.map((branch) => then(firstOf(this.#compilation, branch.expr), follow));
      const decision = byBytes(looks, known.map((branch) => branch.expr));
      if (decision !== null) {
        expr.decision = open === -1 || onlyDamage ? decision : withRest(decision);
        return;
      }
      if (!hasWords) {
        this.#conflictOf(known, looks);
        return;
      }
    }
    expr.decision = this.#byWord(known, leads, onlyDamage ? null : last) ??
      expr.decision;
  }

  #byWord(known: Branch[], leads: ReturnType<typeof leadOf>[], open: Branch | null): Decision | null {
    const words = leads.flatMap((lead) => lead.words);
    const wordClass = this.#wordClass(words, open?.expr ?? null);
    if (wordClass === null) return null;
    const decision: Decision & { by: "word" } = {
      by: "word",
      wordClass: wordClass.set,
      wordClassName: wordClass.name,
      words: [],
      numbered: [],
      bytes: [],
      open: open === null ? null : known.length,
      rest: false,
      quoted: this.#hint === "astring",
      pastSpace: false,
    };
    let taken = emptySet();
    leads.forEach((lead, branch) => {
      for (const word of lead.words) {
        const table = word.numbered ? decision.numbered : decision.words;
        const other = table.find(([text]) => text === word.text);
        if (other === undefined) table.push([word.text, branch]);
        else if (other[1] !== branch) this.#duplicateWord(known, other[1], branch, word.text);
      }
      const bytes = heads(lead.other);
      if (isEmpty(bytes)) return;
      const ahead = looksAhead(known[branch]!.expr, false);
      const free = ahead ? minus(bytes, taken) : bytes;
      if (!disjoint(free, taken)) {
        const other = decision.bytes.find(([set]) => !disjoint(set, free))!;
        this.#conflict([other[1], branch], known, intersection(other[0], free), "");
        return;
      }
      const clash = leads.findIndex((one) =>
        one.words.some((word) => !disjoint(heads(wordStart(word)), free))
      );
      if (clash !== -1 && !ahead) {
        if (this.#isRest(known, leads, branch, free)) {
          decision.open = branch;
          decision.rest = true;
          return;
        }
        const starts = union(...leads[clash]!.words.map((word) => heads(wordStart(word))));
        this.#conflict(
          [clash, branch],
          known,
          intersection(starts, free),
          "mark the general branch with ... if it means any other word",
        );
        return;
      }
      decision.bytes.push([free, branch]);
      taken = union(taken, free);
    });
    return decision;
  }

  /**
   * Whether a branch is the last one and only deviations told by a word can be mistaken for it: then it means every
   * other word (`NO` and `BAD` in place of a tag).
   */
  #isRest(known: Branch[], leads: ReturnType<typeof leadOf>[], branch: number, bytes: ByteSet): boolean {
    return branch === known.length - 1 && leads.every((lead, index) =>
      known[index]?.quirk !== undefined ||
      lead.words.every((word) => disjoint(heads(wordStart(word)), bytes))
    );
  }

  /** The class that keywords of a choice are scanned with. */
  #wordClass(words: LeadingWord[], open: Expr | null): { name: string; set: ByteSet } | null {
    const { grammar, sets, diagnostics } = this.#compilation;
    const letters = setOfText(words.map((word) => word.text + word.text.toLowerCase()).join(""));
    const after = union(...words.map((word) => heads(word.after)));
    const fits = (set: ByteSet): boolean => isEmpty(minus(letters, set)) && disjoint(after, set);
    let candidates: { name: string; set: ByteSet }[];
    if (this.#hint === "astring") {
      candidates = [{ name: "ASTRING-CHAR", set: astringChar }];
    } else if (this.#hint !== undefined) {
      const set = sets.get(this.#hint);
      if (set === undefined) {
        diagnostics.error(PASS, this.#rule.origin, `@word(${this.#hint}): no such byte set`);
        return null;
      }
      candidates = [{ name: this.#hint, set }];
    } else if (open !== null) {
      candidates = leadingClasses(this.#compilation, open);
      if (candidates.length === 0) {
        diagnostics.error(
          PASS,
          this.#rule.origin,
          `the open alternative of ${this.#rule.name} must begin with a token, so that a word can be looked up`,
        );
        return null;
      }
    } else {
      const names = ["ATOM-CHAR", "LABEL-CHAR", ...[...sets.keys()].sort()];
      candidates = names.filter((name) => sets.has(name)).map((name) => ({ name, set: sets.get(name)! }));
      // A grammar without such a set: exactly the bytes the words are made of, letters and digits.
      const own = minus(union(letters, rangeOfWords()), after);
      candidates.push({ name: `${this.#rule.name}-word`, set: own });
    }
    const found = candidates.find((one) => fits(one.set));
    if (found === undefined) {
      const { name, set } = candidates[0]!;
      const bad = words.find((word) =>
        !isEmpty(minus(setOfText(word.text + word.text.toLowerCase()), set)) ||
        !disjoint(heads(word.after), set)
      )!;
      diagnostics.error(
        PASS,
        this.#rule.origin,
        `the word ${bad.text} in ${this.#rule.name} does not end where a run of ${name} ends`,
      );
      return null;
    }
    return { name: addClass(grammar, found.name, found.set), set: found.set };
  }

  #option(expr: Expr & { kind: "optional" | "repeat" | "extra" | "absent" }, follow: Look): void {
    const item = firstOf(this.#compilation, expr.item);
    if (item.empty) return; // report_empty_repetition
    if (expr.kind === "repeat" && expr.max !== null && expr.max === expr.min) return;
    const decision = byBytes([item, follow], [expr.item, null]);
    if (decision !== null) {
      expr.decision = onlyFirst(decision);
      return;
    }
    const word = this.#peekedWord(expr.item, follow);
    if (word !== null) {
      expr.decision = word;
      return;
    }
    if (isSingleSpace(expr.item) && spaceIsSafe(follow)) {
      expr.decision = { by: "byte", sets: [heads(item)] };
      return;
    }
    const common = intersection(heads(item), heads(follow));
    this.#compilation.conflicts.push({
      rule: this.#rule.name,
      origin: this.#rule.origin,
      names: [expr.kind === "repeat" ? "another repetition" : "the option", "what follows it"],
      ways: [expr.item, this.#restAfter(expr)],
      common,
      hint: 'say which wins by a look-ahead (&set or &"WORD") at the start of the option',
    });
  }

  /** `[SP &"UID" ...]`: by the word that is looked at. */
  #peekedWord(expr: Expr, follow: Look): Decision | null {
    const items = expr.kind === "seq" ? expr.items : [expr];
    const pastSpace = isSingleSpace(items[0]);
    const peek = items[pastSpace ? 1 : 0];
    if (peek?.kind !== "peekWord") return null;
    const rest: Expr = { kind: "seq", items: items.slice(pastSpace ? 2 : 1) };
    const words = leadOf(this.#compilation, rest, follow).words.filter((word) =>
      word.text === peek.text.toUpperCase()
    );
    const wordClass = this.#wordClass(words, null);
    if (wordClass === null) return null;
    return {
      by: "word",
      wordClass: wordClass.set,
      wordClassName: wordClass.name,
      words: [[peek.text.toUpperCase(), 0]],
      numbered: [],
      bytes: [],
      open: null,
      rest: false,
      quoted: false,
      pastSpace,
    };
  }

  #restAfter(wanted: Expr): Expr {
    let rest: Expr = { kind: "seq", items: [] };
    const search = (expr: Expr, after: Expr[]): void => {
      if (expr === wanted) rest = { kind: "seq", items: after };
      else if (expr.kind === "seq") {
        expr.items.forEach((item, index) => search(item, [...expr.items.slice(index + 1), ...after]));
      } else if (expr.kind === "choice") { for (const branch of expr.branches) search(branch.expr, after); }
      else if (expr.kind === "repeat") search(expr.item, [{ ...expr, min: 0 }, ...after]);
      else if ("item" in expr) search(expr.item, after);
    };
    search(this.#rule.expr, []);
    return rest;
  }

  #conflictOf(branches: Branch[], looks: Look[]): void {
    for (const [left, first] of looks.entries()) {
      for (const [right, second] of looks.entries()) {
        if (right <= left) continue;
        const common = intersection(heads(first), heads(second));
        if (isEmpty(common)) continue;
        const spaced = intersection(first.spaced, second.spaced);
        if (common.every((has, byte) => !has || byte === SP) && isEmpty(spaced)) continue;
        this.#conflict([left, right], branches, common, "");
      }
    }
  }

  #conflict([left, right]: [number, number], branches: Branch[], common: ByteSet, hint: string): void {
    const first = branches[left]!;
    const second = branches[right]!;
    this.#compilation.conflicts.push({
      rule: this.#rule.name,
      origin: second.origin,
      names: [`alternative ${left + 1}`, `alternative ${right + 1}`],
      ways: [first.expr, second.expr],
      common,
      hint,
    });
  }

  #duplicateWord(branches: Branch[], left: number, right: number, word: string): void {
    const { file, line } = branches[left]!.origin;
    this.#compilation.diagnostics.error(
      "report_duplicate_word",
      branches[right]!.origin,
      `${this.#rule.name} has the word ${word} twice, first at ${file}:${line}`,
    );
  }
}

function rangeOfWords(): ByteSet {
  return setOfText("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
}

/**
 * Whether a branch states by a look-ahead at its start what it means, and so wins over later ones;
 * `pastSpace`: the look-ahead may also come after a leading SP.
 */
function looksAhead(expr: Expr, pastSpace: boolean): boolean {
  if (expr.kind === "peek") return true;
  if (expr.kind !== "seq") return false;
  const items = pastSpace && isSingleSpace(expr.items[0]) ? expr.items.slice(1) : expr.items;
  const first = items.find((item) => item.kind === "peek" || !consumesNothing(item));
  return first?.kind === "peek";
}

function isSingleSpace(expr: Expr | undefined): boolean {
  return expr?.kind === "bytes" && expr.bytes.length === 1 && expr.bytes[0] === SP;
}

/** Taking an optional SP is right if whatever may follow a SP may also follow directly. */
function spaceIsSafe(follow: Look): boolean {
  return isEmpty(minus(follow.spaced, heads(follow)));
}

/** Disjoint first bytes, else disjoint bytes after a SP; branches that look ahead win over later ones. */
function byBytes(looks: Look[], exprs: (Expr | null)[]): Decision | null {
  const ahead = (pastSpace: boolean): boolean[] =>
    exprs.map((expr) => expr !== null && looksAhead(expr, pastSpace));
  const first = separate(looks.map(heads), ahead(false));
  if (first !== null) return { by: "byte", sets: first };
  const direct = separate(looks.map((look) => look.direct), ahead(false));
  const sets = separate(looks.map((look) => look.spaced), ahead(true));
  if (direct === null || sets === null || looks.some((look) => look.space)) return null;
  return { by: "afterSpace", sets, direct };
}

function separate(sets: ByteSet[], ahead: boolean[]): ByteSet[] | null {
  const result: ByteSet[] = [];
  let taken = emptySet();
  let claimed = emptySet();
  for (const [index, set] of sets.entries()) {
    const free = minus(set, claimed);
    if (!disjoint(free, taken)) return null;
    result.push(free);
    taken = union(taken, free);
    if (ahead[index]) claimed = union(claimed, free);
  }
  return result;
}

function onlyFirst(decision: Decision): Decision {
  if (decision.by === "byte") return { by: "byte", sets: decision.sets.slice(0, 1) };
  if (decision.by !== "afterSpace") return decision;
  return { by: "afterSpace", sets: decision.sets.slice(0, 1), direct: decision.direct.slice(0, 1) };
}

/** The open branch gets every byte that no known branch claims. */
function withRest(decision: Decision): Decision {
  if (decision.by === "byte") {
    return { by: "byte", sets: [...decision.sets, complement(union(...decision.sets))] };
  }
  if (decision.by !== "afterSpace") return decision;
  const direct = complement(union(...decision.direct));
  direct[SP] = false;
  return {
    by: "afterSpace",
    sets: [...decision.sets, complement(union(...decision.sets))],
    direct: [...decision.direct, direct],
  };
}
