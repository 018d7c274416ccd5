/** Joins every `name =/ ...` to its rule, in front of the open branch; adds RFC 5234's core rules where used. */
import type { AstBranch, AstRule, Definition } from "../read/ast.ts";
import { walk } from "../read/ast.ts";
import type { Compilation } from "../model/compilation.ts";
import { parseGrammar } from "../read/parse_grammar.ts";

const PASS = "merge_alternatives";

/** RFC 5234 appendix B.1, for grammars that do not define these themselves. */
const coreRules = `ALPHA = %x41-5A / %x61-7A
BIT = "0" / "1"
CHAR = %x01-7F
CR = %x0D
CRLF = %x0D.0A
CTL = %x00-1F / %x7F
DIGIT = %x30-39
DQUOTE = %x22
HEXDIG = DIGIT / "A" / "B" / "C" / "D" / "E" / "F"
HTAB = %x09
LF = %x0A
OCTET = %x00-FF
SP = %x20
VCHAR = %x21-7E
WSP = SP / HTAB
`;

export function mergeAlternatives(compilation: Compilation): void {
  const { diagnostics, ast } = compilation;
  const definitions = compilation.files.flatMap((file) => file.definitions);
  for (const definition of definitions) {
    if (definition.extends) continue;
    const earlier = ast.get(definition.name);
    if (earlier === undefined) {
      ast.set(definition.name, newRule(definition));
      continue;
    }
    const { file, line } = earlier.origin;
    diagnostics.error(
      PASS,
      definition.origin,
      `${definition.name} is already defined at ${file}:${line}; use =/ to extend it`,
    );
  }
  for (const definition of definitions) {
    if (!definition.extends) continue;
    const rule = ast.get(definition.name);
    if (rule === undefined) {
      diagnostics.error(PASS, definition.origin, `${definition.name} is extended but nowhere defined`);
      continue;
    }
    extend(rule, definition);
  }
  for (const rule of ast.values()) {
    const [, , third] = rule.branches.filter(comesLast);
    if (third !== undefined) {
      diagnostics.error(
        PASS,
        third.origin,
        `${rule.name} has more than two alternatives for what others cannot read`,
      );
    }
    rule.branches.forEach((branch, index) => {
      const later = rule.branches.slice(index + 1);
      if (comesLast(branch) && later.some((other) => !other.damage)) {
        diagnostics.error(PASS, branch.origin, `the open alternative of ${rule.name} must be the last one`);
      }
    });
  }
  addCoreRules(compilation);
}

function comesLast(branch: AstBranch): boolean {
  return branch.open || branch.damage;
}

function newRule(definition: Definition): AstRule {
  const { extends: _, ...rest } = definition;
  return {
    ...rest,
    branches: definition.hook ? [] : [...definition.branches],
    fieldDocs: { ...definition.fieldDocs },
    rfc: [...definition.rfc],
    origins: [definition.origin],
  };
}

function extend(rule: AstRule, definition: Definition): void {
  const open = rule.branches.findIndex(comesLast);
  rule.branches.splice(open === -1 ? rule.branches.length : open, 0, ...definition.branches);
  rule.text += "\n" + definition.text;
  rule.origins.push(definition.origin);
  for (const number of definition.rfc) if (!rule.rfc.includes(number)) rule.rfc.push(number);
  Object.assign(rule.fieldDocs, definition.fieldDocs);
}

function addCoreRules(compilation: Compilation): void {
  const core = parseGrammar("RFC 5234", coreRules, compilation.diagnostics).definitions;
  // Backwards, because a core rule may use an earlier one.
  for (const definition of core.reverse()) {
    if (compilation.ast.has(definition.name)) continue;
    if (isUsed(compilation, definition.name)) compilation.ast.set(definition.name, newRule(definition));
  }
}

function isUsed(compilation: Compilation, name: string): boolean {
  let used = false;
  for (const rule of compilation.ast.values()) {
    for (const branch of rule.branches) {
      walk(branch.item, (node) => used ||= node.kind === "name" && node.name === name);
    }
  }
  return used;
}
