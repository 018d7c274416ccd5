/** The grammar's definitions, the RFCs' rules, and the list of differences between them. */
import { readdirSync, readFileSync } from "node:fs";
import type { Definition } from "../../codegen/read/ast.ts";
import { Diagnostics } from "../../codegen/model/diagnostics.ts";
import { parseGrammar } from "../../codegen/read/parse_grammar.ts";
import { readPlainAbnf } from "../../codegen/check/plain_abnf.ts";
import type { PlainRule } from "../../codegen/check/plain_abnf.ts";
import { grammarFiles } from "../grammar/_support.ts";

/** Where the list stands. */
export const listFile = new URL("../../grammar/deviations.txt", import.meta.url);

/** Every definition of the grammar. */
export function definitions(): Definition[] {
  return grammarFiles().flatMap(({ name, text }) => parseGrammar(name, text, new Diagnostics()).definitions);
}

/** The rules of each RFC whose syntax is kept as data. */
export function rfcs(): Map<string, PlainRule[]> {
  const folder = new URL("../data/rfc/", import.meta.url);
  const files = readdirSync(folder).sort();
  return new Map(files.map((name) => [
    /\d+/.exec(name)![0],
    readPlainAbnf(readFileSync(new URL(name, folder), "utf8")),
  ]));
}
