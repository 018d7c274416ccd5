/** Writes a decoder: one function for each typed rule that an entry rule reaches, in grammar order. */
import { Project } from "ts-morph";
import type { FunctionDeclarationStructure, OptionalKind } from "ts-morph";
import { appendedLabels, hasCaptures } from "../model/expr.ts";
import { externals } from "../model/ir.ts";
import type { Grammar, Rule } from "../model/ir.ts";
import { printType } from "../model/type.ts";
import { ClassTable } from "./class_table.ts";
import { functionName, isFunction, noteTypes, rowFields, rowName } from "./decode_file.ts";
import type { FileContext } from "./decode_file.ts";
import { writeRule } from "./decode_rule.ts";
import { fileHead, heading } from "./file_head.ts";
import { pascalName } from "./names.ts";
import { outline } from "./outline.ts";
import { relative, written } from "./places.ts";

/** What a decoder file is to be. */
export interface DecodeOptions {
  /** The rule that it reads. */
  entry: string;
  /** Path of the file, from the root of the project. */
  path: string;
  /** Path of the generated types, from the root of the project. */
  types: string;
  /** Whether it reads what clients send: by the reader that knows dates and items of FETCH, too. */
  isRequest?: boolean;
  /** Whether the file hands its types on. */
  exportTypes?: boolean;
  /** Doc comment of the entry function. */
  doc: string;
}

/** The text of a decoder file. */
export function emitDecode(grammar: Grammar, options: DecodeOptions): string {
  const rules = outline(grammar, options.entry);
  const file: FileContext = {
    entry: options.entry,
    rules,
    classes: new ClassTable(grammar.rules),
    helpers: new Set(),
    rowClasses: [],
    constants: [],
    types: new Set(),
    externals: new Set(),
    functions: [],
  };
  for (const rule of rules.values()) writeRule(file, rule);
  const rows = rowInterfaces(file);
  addEntry(file, rules.get(options.entry)!, options.doc);
  const source = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: "  " as never },
  })
    .createSourceFile("decode.ts");
  for (const name of Object.keys(externals)) if (file.types.delete(name)) file.externals.add(name);
  const known = [...file.types].filter((name) => grammar.types.has(name) || isVariant(grammar, name)).sort();
  source.addImportDeclarations([
    ...valueImports.map(([module, names]) => ({
      moduleSpecifier: relative(options.path, module),
      namedImports: names.filter((name) => file.helpers.has(name)),
    })),
    {
      moduleSpecifier: relative(options.path, options.isRequest ? written.requestReader : written.reader),
      isTypeOnly: true,
      namedImports: [options.isRequest ? "RequestReader as Reader" : "Reader"],
    },
    ...externalImports(file, options.path),
    { moduleSpecifier: relative(options.path, options.types), isTypeOnly: true, namedImports: known },
  ].filter((one) => one.namedImports.length > 0));
  if (options.exportTypes) {
    source.addExportDeclaration({
      moduleSpecifier: relative(options.path, options.types),
      isTypeOnly: true,
      namedExports: known,
    });
  }
  source.addStatements(["", ...file.classes.statements()]);
  if (file.helpers.has("Draft")) {
    source.addStatements([
      "",
      "/** A row while it is read: required fields are not there yet. */",
      "type Draft<T, Missing extends keyof T> = Omit<T, Missing> & { [Label in Missing]: T[Label] | undefined };",
    ]);
  }
  source.addStatements(rows);
  source.addFunctions(file.functions.map((one, index): OptionalKind<FunctionDeclarationStructure> => ({
    ...(one.section === file.functions[index - 1]?.section ? {} : { leadingTrivia: heading(one.section) }),
    name: one.name,
    isExported: one.isExported === true,
    docs: [multiLine(one.doc)],
    parameters: one.parameters,
    returnType: one.returnType,
    statements: (writer) => void writer.write(one.body.trimEnd()),
  })));
  const text = placed([...file.constants, ...file.rowClasses], source.getFullText());
  return fileHead(grammar, [...rules.keys()]) + text.replace(/\n{3,}/g, "\n\n").trimStart();
}

/**
 * Puts each constant and class before the first function that uses it: what a reader of the file wants to see together,
 * and gzip sees a word a second time only within 32 KiB, which a decoder is longer than.
 */
function placed(declarations: readonly string[], source: string): string {
  const left = new Map(
    declarations.flatMap((text) =>
      Array.from(text.matchAll(/^(?:const|class) (\w+)/gm), ([, name]) => [name!, text.trim()] as const)
    ),
  );
  const placed = new Set<string>();
  // Each function begins with its doc comment, the one thing at the left edge that does.
  return source.split(/^(?=\/\*\*)/m).map((piece) => {
    let before = "";
    for (const name of new Set(piece.match(/\b[A-Z]\w+\b/g) ?? [])) {
      const text = left.get(name);
      if (text !== undefined && !placed.has(text)) before += `${text}\n\n`;
      if (text !== undefined) placed.add(text);
    }
    return before + piece;
  }).join("");
}

/** The exported function: what goes wrong inside becomes an error that says where. */
function addEntry(file: FileContext, rule: Rule, doc: string): void {
  const call = `${functionName(file, rule)}(r)`;
  file.functions.push({
    name: `read${pascalName(rule.name)}`,
    isExported: true,
    parameters: [{ name: "r", type: "Reader" }],
    returnType: printType(rule.type!),
    section: rule.origin.file,
    body: `try {\n  return ${call};\n} catch (problem) {\n  throw r.error(problem);\n}`,
    doc:
      `${doc}\n\n@param r the reader, at the start of its text\n@returns the value\n@throws {DecodeError} where the text is not what the grammar allows`,
  });
}

/** A doc comment of several lines starts on its own line. */
function multiLine(doc: string): string {
  return doc.includes("\n") ? "\n" + doc : doc;
}

/** What decoders call beside their reader, by module. */
const valueImports: [module: string, names: string[]][] = [
  [written.byteClass, ["END"]],
  [written.decodeHelpers, ["added", "append", "copied", "sameWord", "shownRow", "wordTable"]],
];

function externalImports(
  file: FileContext,
  path: string,
): { moduleSpecifier: string; isTypeOnly: boolean; namedImports: string[] }[] {
  const byFile = new Map<string, string[]>();
  for (const name of [...file.externals].sort()) {
    const target = externals[name as keyof typeof externals];
    byFile.set(target, [...(byFile.get(target) ?? []), name]);
  }
  return [...byFile].sort().map(([target, names]) => ({
    moduleSpecifier: relative(path, target),
    isTypeOnly: true,
    namedImports: names,
  }));
}

function isVariant(grammar: Grammar, name: string): boolean {
  return [...grammar.rules.values()].some((rule) =>
    rule.variants.some((variant) => variant.typeName === name)
  );
}

/** The interfaces of the rows that fragments capture into. */
function rowInterfaces(file: FileContext): string[] {
  const statements: string[] = [];
  const isOwn = isFunction(file.rules);
  for (const rule of file.rules.values()) {
    if (rule.role !== "fragment" || !isOwn(rule) || !hasCaptures(file.rules, rule.expr)) continue;
    const appended = appendedLabels(file.rules, rule.expr);
    const lines = rowFields(file.rules, rule).map(({ label, type }) => {
      const present = type.kind === "optional" || appended.has(label);
      return `  ${label}: ${printType(type)}${present ? "" : " | undefined"};`;
    });
    for (const line of lines) noteTypes(file, line);
    statements.push(
      "",
      `/** What \`${rule.name}\` captures. */`,
      `interface ${rowName(rule)} {`,
      ...lines,
      "}",
    );
  }
  return statements;
}
