/**
 * The class of a row that leaves many fields undefined. A class and not a literal, since its prototype says how the row
 * is printed and written as JSON; V8 and JavaScriptCore make its objects at least as fast as literals of 21 fields.
 */
import type { Rule } from "../model/ir.ts";

/** From so many undefined fields on, a row that is printed is mostly these. */
export const leastAbsent = 4;

/** Whether a field begins with the same value in every row. */
export function isConstant(code: string): boolean {
  return code === "undefined" || code === "[]" || code.startsWith('"');
}

/** Name and text of the class; its constructor takes the fields that are known when the row is made. */
export function rowClass(
  rule: Rule,
  typeName: string,
  fields: readonly (readonly [label: string, code: string])[],
): [name: string, text: string] {
  const name = `${typeName}Object`;
  const given = fields.filter(([, code]) => !isConstant(code)).map(([label]) => label);
  const lines = [
    "",
    `/** What \`${rule.name}\` makes. */`,
    `class ${name} implements ${typeName} {`,
    ...fields.map(([label, code]) =>
      `  ${label}: ${typeName}[${JSON.stringify(label)}]${isConstant(code) ? ` = ${code}` : ""};`
    ),
    "  static {",
    "    shownRow(this);",
    "  }",
    `  constructor(${given.map((label) => `${label}: ${typeName}[${JSON.stringify(label)}]`).join(", ")}) {`,
    ...given.map((label) => `    this.${label} = ${label};`),
    "  }",
    "}",
  ];
  return [name, lines.join("\n")];
}
