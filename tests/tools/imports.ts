/** What a TypeScript file imports, read from its syntax tree, and where it asks the runtime for the time. */

import { ts } from "ts-morph";

/** One import of a file. */
export interface Import {
  /** As the file spells it. */
  specifier: string;
  line: number;
  /** Whether it is gone when the file runs. `import { type T }` is not: under `verbatimModuleSyntax` it loads the module. */
  typeOnly: boolean;
  /** The reason in a `// circle: ` comment on the line above. */
  circle?: string;
}

/** A use of the runtime's own time. */
export interface ClockUse {
  name: string;
  line: number;
}

/** What the rules need to know of a file. */
export interface Outline {
  imports: Import[];
  clock: ClockUse[];
  lines: number;
}

const TIMERS = new Set(["setTimeout", "setInterval"]);
const TIMES = new Set(["Date.now", "performance.now", "AbortSignal.timeout"]);
const CIRCLE = /^\s*\/\/ circle: (\S.*)$/;

/** Reads a file's text; comments and strings that only look like an import do not count. */
export function outline(path: string, text: string): Outline {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lines = text.split("\n");
  const imports: Import[] = [];
  const clock: ClockUse[] = [];
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line;

  function add(node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const line = lineOf(node);
    const circle = CIRCLE.exec(lines[line - 1] ?? "")?.[1];
    imports.push({ specifier: specifier.text, line: line + 1, typeOnly, circle });
  }

  function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    } else if (ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false);
    }
    const name = clockName(node);
    if (name !== undefined) clock.push({ name, line: lineOf(node) + 1 });
    ts.forEachChild(node, visit);
  }
  visit(source);
  return { imports, clock, lines: lines.at(-1) === "" ? lines.length - 1 : lines.length };
}

function clockName(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && isNamed(node.expression, "Date") && (node.arguments?.length ?? 0) === 0) {
    return "new Date()";
  }
  if (ts.isCallExpression(node) && isNamed(node.expression, "Date")) return "Date()";
  if (ts.isPropertyAccessExpression(node)) {
    const name = `${plainName(node.expression)}.${node.name.text}`;
    if (TIMES.has(name)) return name;
    if (isNamed(node.expression, "globalThis") && TIMERS.has(node.name.text)) return node.name.text;
  }
  return ts.isIdentifier(node) && TIMERS.has(node.text) && isReference(node) ? node.text : undefined;
}

/** Whether the name is a use of the global one, and not a member's or a variable's name. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isTypeQueryNode(parent)) return false;
  return (parent as { name?: ts.Node }).name !== node || ts.isShorthandPropertyAssignment(parent);
}

function isNamed(node: ts.Node, name: string): boolean {
  return plainName(node) === name;
}

/** `Date` for both `Date` and `globalThis.Date`. */
function plainName(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (!ts.isPropertyAccessExpression(node) || !isNamed(node.expression, "globalThis")) return undefined;
  return node.name.text;
}
