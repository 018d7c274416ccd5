/** Writes the types of all values: an interface for each record and variant, a type alias for each union. */
import { Project } from "ts-morph";
import type { InterfaceDeclarationStructure, OptionalKind, StatementStructures } from "ts-morph";
import { StructureKind } from "ts-morph";
import { hasCaptures, inside } from "../model/expr.ts";
import { always } from "../passes/arguments.ts";
import { externals } from "../model/ir.ts";
import type { Field, Grammar, Rule, Type, TypeDefinition } from "../model/ir.ts";
import { printType } from "../model/type.ts";
import { fileHead } from "./file_head.ts";
import { relative } from "./places.ts";

/** The text of the types file at `path`. */
export function emitTypes(grammar: Grammar, path: string): string {
  const statements: StatementStructures[] = [];
  const read = readTypes(grammar);
  for (const type of grammar.types.values()) {
    statements.push(...definition(grammar, type, !read.has(type.name) && !/Request$/.test(type.name)));
  }
  statements.push(...itemFields(grammar));
  statements.push(quirkNames(grammar));
  const source = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: "  " as never },
  })
    .createSourceFile("types.ts", { statements });
  const text = source.getFullText();
  const byFile = new Map<string, string[]>();
  for (const [name, file] of Object.entries(externals)) {
    if (new RegExp(`\\b${name}\\b`).test(text.replace(/\/\*.*?\*\//gs, ""))) {
      byFile.set(file, [...(byFile.get(file) ?? []), name]);
    }
  }
  source.addImportDeclarations(
    [...byFile].sort().map(([file, names]) => ({
      moduleSpecifier: relative(path, file),
      isTypeOnly: true,
      namedImports: names.sort(),
    })),
  );
  return fileHead(grammar, [...grammar.rules.keys()]) +
    source.getFullText().trimStart().replaceAll(" = \n", " =\n");
}

/** Names of the types that responses are made of. What is in no response is only given, and may leave fields out. */
function readTypes(grammar: Grammar): Set<string> {
  const names = new Set<string>();
  const visit = (type: Type): void => {
    if (type.kind === "list" || type.kind === "optional" || type.kind === "nullable") return visit(type.of);
    if (type.kind === "union") return type.of.forEach(visit);
    if (type.kind !== "named" || names.has(type.name)) return;
    names.add(type.name);
    const found = grammar.types.get(type.name);
    if (found?.kind === "alias") visit(found.type);
    else if (found?.kind === "record") { for (const field of found.fields) visit(field.type); }
    else if (found?.kind === "union") {
      for (const { fields } of grammar.rules.get(found.rule)?.variants ?? []) {
        for (const field of fields) visit(field.type);
      }
    }
  };
  for (const rule of grammar.rules.values()) {
    if (rule.name === "response" && rule.type !== null) visit(rule.type);
  }
  return names;
}

function definition(grammar: Grammar, type: TypeDefinition, given: boolean): StatementStructures[] {
  const ruleOf = (name: string): Rule => grammar.rules.get(name)!;
  const rules = (type.kind === "union" ? [type.rule] : type.rules).map(ruleOf);
  const doc = typeDoc(rules);
  if (type.kind === "record") {
    const may = (label: string) => given && !rules.every((rule) => always(grammar, rule.expr, label));
    return [record(type.name, doc, type.fields, may)];
  }
  if (type.kind === "alias") return [alias(type.name, doc, type.type)];
  return union(grammar, type, ruleOf(type.rule), doc, given);
}

function union(
  grammar: Grammar,
  type: TypeDefinition & { kind: "union" },
  rule: Rule,
  doc: string,
  given: boolean,
): StatementStructures[] {
  const branches = rule.expr.kind === "choice" ? rule.expr.branches : [];
  const variants = rule.variants.map(({ typeName, fields }, index): StatementStructures => {
    const { word, rfc, capability, open, expr } = branches[index]!;
    const own: Field[] = word === undefined
      ? []
      : [{ label: type.tag, type: { kind: "literal", value: word }, doc: "which one this is" }];
    const source = open ? "" : ` ${sourceOf(rfc, capability)}`;
    const what = open
      ? `A \`${type.name}\` whose word no grammar file knows, or that could not be read.`
      : `\`${word}\`, a {@linkcode ${type.name}}.${source}`;
    return record(typeName, what.trim(), [
      ...own,
      ...fields.map((field) =>
        field.label === type.tag ? { ...field, doc: field.doc || "the word, upper case" } : field
      ),
    ], (label) => given && label !== type.tag && !always(grammar, expr, label));
  });
  const names = rule.variants.map(({ typeName }): Type => ({ kind: "named", name: typeName }));
  return [alias(type.name, doc, { kind: "union", of: names }), ...variants];
}

/** The comment above the rule, what the type is made from, and where that is written down. */
function typeDoc(rules: Rule[]): string {
  const texts = [...new Set(rules.map((rule) => rule.doc).filter((doc) => doc !== ""))];
  const names = rules.map((rule) => `\`${rule.name}\``).join(", ");
  const [first] = rules;
  if (texts.length === 0 && first !== undefined) {
    return `What ${names} reads. ${sourceOf(first.rfc.slice(0, 1), first.capability)}`.trim();
  }
  return [...texts.map(asSentence), `Grammar: ${names}.`].join("\n\n");
}

function asSentence(text: string): string {
  return /[.:!?]$/.test(text) ? text : text + ".";
}

function sourceOf(rfc: string[], capability: string | undefined): string {
  if (rfc.length === 0) return "";
  const numbers = `RFC ${rfc.join(", RFC ")}`;
  return capability === undefined ? `${numbers}.` : `${numbers}, capability ${capability}.`;
}

/** `may` says of a field whether it may be left out. */
function record(
  name: string,
  doc: string,
  fields: readonly Field[],
  may: (label: string) => boolean,
): StatementStructures {
  const structure: OptionalKind<InterfaceDeclarationStructure> = {
    name,
    isExported: true,
    docs: [multiLine(doc)],
    properties: fields.map((field) => ({
      name: field.label,
      hasQuestionToken: may(field.label) && (field.type.kind === "optional" || field.type.kind === "list"),
      type: printType(field.type),
      docs: [capital(field.doc === "" ? fieldDoc(field) : field.doc)],
    })),
  };
  return { kind: StructureKind.Interface, ...structure };
}

/** What can be said of a field without a comment in the grammar. */
function fieldDoc(field: Field): string {
  const type = field.type.kind === "optional" ? field.type.of : field.type;
  if (type.kind === "literal") return `always \`${JSON.stringify(type.value)}\``;
  return `the \`${field.label}\` of the grammar rule`;
}

function capital(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : sentence + ".";
}

function multiLine(doc: string): string {
  return doc.includes("\n") ? "\n" + doc : doc;
}

function alias(name: string, doc: string, type: Type): StatementStructures {
  const names = type.kind === "union" && type.of.length > 4
    ? "\n" + type.of.map((one) => `  | ${printType(one)}`).join("\n")
    : printType(type);
  return { kind: StructureKind.TypeAlias, name, isExported: true, docs: [multiLine(doc)], type: names };
}

/** From the name of a FETCH item to the fields of a FETCH response that answer it. */
function itemFields(grammar: Grammar): StatementStructures[] {
  const items = fieldsOfItems(grammar);
  if (items.length === 0) return [];
  const properties = items.map(([word, labels]) => {
    return {
      name: /^[A-Za-z]\w*$/.test(word) ? word : JSON.stringify(word),
      type: labels.map((label) => JSON.stringify(label)).join(" | "),
      isReadonly: true,
      docs: [`\`${word}\`: ${labels.map((label) => `\`${label}\``).join(", ")}.`],
    };
  });
  return [{
    kind: StructureKind.Interface,
    name: "FetchItemFields",
    isExported: true,
    docs: ["For each name of a FETCH item, the fields of a FETCH response that answer it."],
    properties,
  }];
}

/** The fields of a FETCH response that answer each item. */
export function fieldsOfItems(grammar: Grammar): [item: string, labels: string[]][] {
  const rule = grammar.rules.get("msg-att");
  if (rule === undefined || rule.expr.kind !== "choice" || rule.expr.decision.by !== "word") return [];
  const { branches, decision } = rule.expr;
  return decision.words.map(([word, index]) => [word, labelsOf(grammar, branches[index]!.expr)]);
}

function labelsOf(grammar: Grammar, expr: import("../model/ir.ts").Expr): string[] {
  if (expr.kind === "capture") return [expr.label];
  if (expr.kind === "ref") {
    const rule = grammar.rules.get(expr.rule)!;
    return rule.role === "fragment" && hasCaptures(grammar.rules, rule.expr)
      ? labelsOf(grammar, rule.expr)
      : [];
  }
  return [...new Set(inside(expr).flatMap((item) => labelsOf(grammar, item)))];
}

function quirkNames(grammar: Grammar): StatementStructures {
  const quirks = [...grammar.quirks].sort((a, b) => (a.name < b.name ? -1 : 1));
  const list = quirks.map((quirk) => `- \`${quirk.name}\`: ${quirk.description}`).join("\n");
  return {
    kind: StructureKind.TypeAlias,
    name: "QuirkName",
    isExported: true,
    docs: [`\nName of a deviation from the grammar that is tolerated and reported:\n\n${list}`],
    type: quirks.length === 0
      ? "never"
      : "\n" + quirks.map((quirk) => `  | ${JSON.stringify(quirk.name)}`).join("\n"),
  };
}
