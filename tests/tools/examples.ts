/**
 * Whether each exported function, class and method with parameters says what it does, and each function and class has an example, which
 * the suite runs. Classes of errors need none. `data/without_example.txt` names those that have none yet: the list may only become shorter.
 */

import { run } from "./process.ts";

/** Names without an example, one a line. */
export const exceptions = "tests/tools/data/without_example.txt";

interface Doc {
  doc?: string;
  tags?: { kind: string }[];
}

interface Method {
  name: string;
  jsDoc?: Doc;
  accessibility?: string;
  functionDef?: { params: unknown[] };
}

/** What `deno doc --json` says of one declaration, as far as it is looked at. */
export interface Declaration {
  kind: string;
  declarationKind: string;
  location: { filename: string };
  jsDoc?: Doc;
  def?: { extends?: string; methods?: Method[] };
}

/** A name with its declarations. */
export interface Documented {
  name: string;
  declarations: Declaration[];
}

/** A class that others of its kind are told by: an error, or a defect of a message. */
const errors = /(?:error|defect|^abort)$/i;

/**
 * What lacks words or an example.
 *
 * @param symbols What the entry points export.
 * @param without The names that may lack an example.
 */
export function problemsOf(symbols: readonly Documented[], without: readonly string[]): string[] {
  const problems = new Set<string>();
  const lacking = new Set<string>();
  for (const { name, declarations } of symbols) {
    const exported = declarations.filter(({ declarationKind, kind }) =>
      declarationKind === "export" && (kind === "function" || kind === "class")
    );
    if (exported.length === 0) continue;
    if (!exported.some(({ jsDoc }) => jsDoc?.doc)) problems.add(`${name} does not say what it does`);
    const isError = exported.some(({ def }) => errors.test(name) || errors.test(def?.extends ?? ""));
    const hasExample = exported.some(({ jsDoc }) =>
      // Where a tag comes before it, it is in the text of that.
      jsDoc?.tags?.some(({ kind }) => kind === "example") || JSON.stringify(jsDoc ?? "").includes("```ts")
    );
    if (!isError && !hasExample) lacking.add(name);
    for (const method of undocumented(exported.flatMap(({ def }) => def?.methods ?? []))) {
      problems.add(`${name}.${method} does not say what it does`);
    }
  }
  for (const name of lacking) {
    if (!without.includes(name)) problems.add(`${name} has no example`);
  }
  for (const name of without) {
    if (!lacking.has(name)) problems.add(`${name} has an example, or is gone: take it out of ${exceptions}`);
  }
  return [...problems].sort();
}

/** Methods with parameters and without words; of one that is declared several times, one declaration has them. */
function undocumented(methods: readonly Method[]): string[] {
  const open = methods.filter(({ accessibility }) =>
    accessibility === undefined || accessibility === "public"
  );
  const told = new Set(
    open.filter(({ jsDoc }) => jsDoc?.doc || jsDoc?.tags?.some(isInternal)).map(({ name }) => name),
  );
  return open.filter(({ name, functionDef }) => (functionDef?.params.length ?? 0) > 0 && !told.has(name))
    .map(({ name }) => name);
}

function isInternal({ kind }: { kind: string }): boolean {
  return kind === "internal";
}

/** What is wrong in this tree. */
export async function exampleProblems(): Promise<string> {
  const { exports } = JSON.parse(Deno.readTextFileSync("deno.json")) as { exports: Record<string, string> };
  const symbols: Documented[] = [];
  for (const path of Object.values(exports)) {
    const { code, output } = await run(Deno.execPath(), ["doc", "--json", path]);
    if (code !== 0) return output;
    const { nodes } = JSON.parse(output.slice(output.indexOf("{"))) as {
      nodes: Record<string, { symbols: Documented[] }>;
    };
    symbols.push(...Object.values(nodes).flatMap((one) => one.symbols));
  }
  const without = Deno.readTextFileSync(exceptions).split("\n").filter((line) => line !== "");
  return problemsOf(symbols, without).join("\n");
}
