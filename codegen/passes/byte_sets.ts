/** Computes rules that are one byte of a set, and rewrites every element into the intermediate representation. */
import { only } from "../model/lists.ts";
import { isPlain } from "../read/ast.ts";
import type { AstBranch, AstRule, Node } from "../read/ast.ts";
import { eitherCase, isEmpty, members, minus, rangeSet, setOf, union } from "../model/byte_set.ts";
import type { Compilation } from "../model/compilation.ts";
import { emptySet } from "../model/byte_set.ts";
import type { Branch, ByteSet, Expr, Rule, Type } from "../model/ir.ts";

const PASS = "byte_sets";

export function byteSets(compilation: Compilation): void {
  const { ast, sets, grammar } = compilation;
  for (const rule of ast.values()) ruleSet(compilation, rule, []);
  for (const rule of ast.values()) {
    grammar.rules.set(rule.name, lowerRule(compilation, rule));
  }
  for (const [name, set] of sets) {
    grammar.rules.get(name)!.expr = { kind: "set", set, name };
  }
}

/** The set of a rule that is one byte, or null. */
function ruleSet(compilation: Compilation, rule: AstRule, path: string[]): ByteSet | null {
  const known = compilation.sets.get(rule.name);
  if (known !== undefined) return known;
  if (rule.type !== null || rule.token || rule.hook || path.includes(rule.name)) return null;
  const set = branchSets(compilation, rule.branches, [...path, rule.name]);
  if (set !== null) compilation.sets.set(rule.name, set);
  return set;
}

function branchSets(compilation: Compilation, branches: AstBranch[], path: string[]): ByteSet | null {
  const sets: ByteSet[] = [];
  for (const branch of branches) {
    const set = isPlain(branch) ? nodeSet(compilation, branch.item, path) : null;
    if (set === null) return null;
    sets.push(set);
  }
  return sets.length === 0 ? null : union(...sets);
}

function nodeSet(compilation: Compilation, node: Node, path: string[]): ByteSet | null {
  switch (node.kind) {
    case "text":
      if (node.text.length !== 1) return null;
      return node.exact ? setOf(node.text.charCodeAt(0)) : eitherCase(node.text.charCodeAt(0));
    case "range":
      return rangeSet(node.from, node.to);
    case "octets":
      return node.bytes.length === 1 ? setOf(...node.bytes) : null;
    case "name": {
      const rule = compilation.ast.get(node.name);
      return rule === undefined ? null : ruleSet(compilation, rule, path);
    }
    case "group":
      return branchSets(compilation, node.branches, path);
    case "difference": {
      const left = nodeSet(compilation, node.left, path);
      const right = nodeSet(compilation, node.right, path);
      if (left === null || right === null) {
        compilation.diagnostics.error(PASS, node.origin, "A - B needs two sets of single bytes");
        return emptySet();
      }
      const set = minus(left, right);
      if (isEmpty(set)) compilation.diagnostics.error(PASS, node.origin, "this difference leaves no byte");
      return set;
    }
    default:
      return null;
  }
}

function lowerRule(compilation: Compilation, ast: AstRule): Rule {
  // A hook that one extension fills is that extension's.
  const filled = (ast.hook ? only(ast.branches) : undefined) ?? ast;
  return {
    name: ast.name,
    type: null,
    role: "fragment",
    expr: lowerBranches(compilation, knownBranches(ast)),
    fields: [],
    variants: [],
    recovers: false,
    tag: ast.tag,
    asks: ast.asks,
    secret: ast.secret,
    hook: ast.hook,
    marks: ast.branches[0]?.marks.filter((mark) => ast.branches.every(({ marks }) => marks.includes(mark))) ??
      [],
    first: emptySet(),
    follow: emptySet(),
    nullable: false,
    guarded: false,
    text: ast.text,
    origin: ast.origin,
    rfc: filled.rfc,
    capability: filled.capability,
    needs: filled.needs,
    doc: ast.doc,
  };
}

/** An open alternative that no extension has put another in front of is a way like any other. */
function knownBranches(ast: AstRule): AstBranch[] {
  const branch = only(ast.branches);
  return branch?.open && ast.tag === undefined ? [{ ...branch, open: false }] : ast.branches;
}

function lowerBranches(compilation: Compilation, branches: AstBranch[]): Expr {
  if (branches.length === 0) return { kind: "seq", items: [] };
  const branch = only(branches);
  if (branch !== undefined && isPlain(branch)) return lower(compilation, branch.item);
  const hasOpen = branches.some((branch) => branch.open);
  return {
    kind: "choice",
    decision: { by: "none" },
    branches: branches.map((branch, index): Branch => ({
      expr: lower(compilation, branch.item),
      constant: branch.constant,
      guard: branch.guard,
      open: branch.open || (branch.damage && !hasOpen && !branches[index - 1]?.damage),
      damage: branch.damage,
      quirk: branch.quirk,
      marks: branch.marks,
      origin: branch.origin,
      fieldDocs: branch.fieldDocs,
      rfc: branch.rfc,
      capability: branch.capability,
      needs: branch.needs,
      answer: branch.answer,
    })),
  };
}

function lower(compilation: Compilation, node: Node): Expr {
  switch (node.kind) {
    case "text":
      if (node.text === "") return { kind: "seq", items: [] };
      if (!node.exact && /[A-Za-z]/.test(node.text)) return { kind: "word", text: node.text };
      return { kind: "bytes", bytes: Array.from(node.text, (char) => char.charCodeAt(0)) };
    case "octets":
      return { kind: "bytes", bytes: node.bytes };
    case "range":
    case "difference": {
      const set = nodeSet(compilation, node, []) ?? emptySet();
      return { kind: "set", set, name: printNode(node) };
    }
    case "name": {
      const set = compilation.sets.get(node.name);
      if (set === undefined) return { kind: "ref", rule: node.name };
      const bytes = members(set);
      return bytes.length === 1 ? { kind: "bytes", bytes } : { kind: "set", set, name: node.name };
    }
    case "builtin":
      return { kind: "builtin", name: node.name };
    case "sequence":
      return { kind: "seq", items: node.items.map((item) => lower(compilation, item)) };
    case "group":
      return lowerBranches(compilation, node.branches);
    case "option":
      return { kind: "optional", item: lower(compilation, node.item), decision: { by: "none" } };
    case "repeat": {
      const { min, max } = node;
      return { kind: "repeat", min, max, item: lower(compilation, node.item), decision: { by: "none" } };
    }
    case "capture": {
      const { label, append, secret, like, origin } = node;
      const item = lower(compilation, node.item);
      const type: Type = { kind: "scalar", name: "string" };
      return { kind: "capture", label, append, secret, like, item, type, origin };
    }
    case "extra":
    case "absent":
      return {
        kind: node.kind,
        quirk: node.quirk,
        item: lower(compilation, node.item),
        decision: { by: "none" },
      };
    case "look":
      return lowerLook(compilation, node.item, node);
  }
}

function lowerLook(compilation: Compilation, item: Node, look: Node & { kind: "look" }): Expr {
  const set = nodeSet(compilation, item, []);
  if (set !== null) return { kind: "peek", set, name: printNode(item) };
  if (item.kind === "text" && /[A-Za-z]/.test(item.text)) return { kind: "peekWord", text: item.text };
  compilation.diagnostics.error(PASS, look.origin, "& looks at one byte of a set or at one word");
  return { kind: "seq", items: [] };
}

function printNode(node: Node): string {
  if (node.kind === "text") return `"${node.text}"`;
  if (node.kind === "name") return node.name;
  if (node.kind === "group") return node.branches.map((branch) => printNode(branch.item)).join(" / ");
  if (node.kind === "difference") return `${printNode(node.left)} - ${printNode(node.right)}`;
  if (node.kind === "range") {
    return `%x${node.from.toString(16)}-${node.to.toString(16)}`.toUpperCase().replace("X", "x");
  }
  return node.kind;
}
