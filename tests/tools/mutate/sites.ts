/** The places of a source file where one small change makes a mutant: an operator, a constant or a statement. */

import { Node, Project, type SourceFile, SyntaxKind } from "ts-morph";

/** One change of one place. */
export interface Mutant {
  /** File, seen from the project's folder. */
  file: string;
  /** Line of the place, from 1. */
  line: number;
  /** The line itself, trimmed: what a survivor is known by, since line numbers move. */
  code: string;
  /** What was there and what is there now. */
  change: string;
  start: number;
  end: number;
  text: string;
}

const OPERATORS: Record<string, string> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "&&": "||",
  "||": "&&",
  "??": "&&",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "<<": ">>",
  ">>": "<<",
  ">>>": "<<",
  "&": "|",
  "|": "&",
  "^": "&",
  "+=": "-=",
  "-=": "+=",
  "||=": "=",
  "&&=": "=",
  "??=": "=",
};

/** Every mutant of a file, in the order of its text. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const source = project.createSourceFile(file, text);
  const out: Mutant[] = [];
  const add = (start: number, end: number, replacement: string) =>
    out.push(mutant(source, file, start, end, replacement));
  source.forEachDescendant((node, traversal) => {
    if (isOutside(node)) {
      traversal.skip();
    } else if (Node.isBinaryExpression(node)) {
      const operator = node.getOperatorToken();
      const other = OPERATORS[operator.getText()];
      if (other !== undefined) add(operator.getStart(), operator.getEnd(), other);
    } else if (Node.isPrefixUnaryExpression(node) || Node.isPostfixUnaryExpression(node)) {
      mutateUnary(node, add);
    } else if (Node.isNumericLiteral(node)) {
      add(node.getStart(), node.getEnd(), String(node.getLiteralValue() + 1));
    } else if (Node.isTrueLiteral(node) || Node.isFalseLiteral(node)) {
      add(node.getStart(), node.getEnd(), Node.isTrueLiteral(node) ? "false" : "true");
    } else if (Node.isStringLiteral(node)) {
      add(node.getStart(), node.getEnd(), node.getLiteralText() === "" ? '"mutant"' : '""');
    } else if (
      Node.isExpressionStatement(node) || Node.isBreakStatement(node) || Node.isContinueStatement(node)
    ) {
      // The only statement of an `if` without braces leaves an empty one.
      add(node.getStart(), node.getEnd(), ";");
    }
  });
  return out.sort((a, b) => a.start - b.start || a.end - b.end);
}

function mutateUnary(
  node: import("ts-morph").PrefixUnaryExpression | import("ts-morph").PostfixUnaryExpression,
  add: (start: number, end: number, replacement: string) => void,
): void {
  const text = node.getText();
  const operand = node.getOperand().getText();
  switch (node.getOperatorToken()) {
    case SyntaxKind.ExclamationToken:
      return add(node.getStart(), node.getEnd(), operand);
    case SyntaxKind.PlusPlusToken:
      return add(node.getStart(), node.getEnd(), text.replace("++", "--"));
    case SyntaxKind.MinusMinusToken:
      return add(node.getStart(), node.getEnd(), text.replace("--", "++"));
    case SyntaxKind.MinusToken:
      return add(node.getStart(), node.getEnd(), operand);
  }
}

/** Types, imports, and the words of errors: nothing that a test of behaviour could see. */
function isOutside(node: Node): boolean {
  if (Node.isTypeNode(node) || Node.isInterfaceDeclaration(node) || Node.isTypeAliasDeclaration(node)) {
    return true;
  }
  if (Node.isImportDeclaration(node) || Node.isExportDeclaration(node) || Node.isJSDoc(node)) return true;
  return Node.isNewExpression(node) && /(?:Error|Defect)$/.test(node.getExpression().getText());
}

function mutant(source: SourceFile, file: string, start: number, end: number, replacement: string): Mutant {
  const text = source.getFullText();
  const from = text.lastIndexOf("\n", start) + 1;
  const to = text.indexOf("\n", start);
  const before = text.slice(start, end).replace(/\s+/g, " ");
  return {
    file,
    line: text.slice(0, start).split("\n").length,
    code: text.slice(from, to < 0 ? undefined : to).trim(),
    change: `${before.length > 60 ? `${before.slice(0, 57)}...` : before} -> ${
      replacement === ";" ? "nothing" : replacement
    }`,
    start,
    end,
    text: text.slice(0, start) + replacement + text.slice(end),
  };
}
