/**
 * The public API as text: every name that an entry point exports, with its signature and without comments, so that a change of it is
 * seen in a review: one file for each entry point. `deno task api` writes the files. `deno task check api` compares them with the code, and
 * wants CHANGELOG.md to have changed with them or after them, which git knows: nothing is written down for it, so that changes that are
 * made side by side do not meet in one line.
 */

import { ts } from "ts-morph";
import { run } from "./process.ts";

/** Where the reports are. */
export const reports = "tests/tools/data/public_api";

const changelog = "CHANGELOG.md";

interface Declared {
  name: string;
  declarations: {
    kind: string;
    declarationKind: string;
    location: { filename: string; byteIndex: number };
  }[];
}

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** The report of each entry point, under the name of its file. */
export async function apiReports(exports: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const said = new Map<string, string>();
  const sources = new Map<string, { file: ts.SourceFile; bytes: Uint8Array }>();
  const texts = new Map<string, string>();
  for (const [entry, path] of Object.entries(exports).sort(mainLast)) {
    const { code, output } = await run(Deno.execPath(), ["doc", "--json", path]);
    if (code !== 0) throw new Error(output);
    const { nodes } = JSON.parse(output.slice(output.indexOf("{"))) as {
      nodes: Record<string, { symbols: Declared[] }>;
    };
    const symbols = Object.values(nodes).flatMap((one) => one.symbols)
      .map(({ name, declarations }): Declared => ({
        name,
        declarations: declarations.filter(({ declarationKind }) => declarationKind === "export"),
      })).filter(({ declarations }) => declarations.length > 0);
    const parts = [`The public API of ${entry}, written by deno task api\n`];
    for (const { name, declarations } of symbols.sort((a, b) => a.name < b.name ? -1 : 1)) {
      const text = declarations.map((one) => signature(one, sources, declarations.length > 1))
        .filter((one) => one !== "").join("\n");
      const before = said.get(`${name}\n${text}`);
      parts.push(before === undefined ? `${text}\n` : `${name}: as in ${before}\n`);
      said.set(`${name}\n${text}`, before ?? entry);
    }
    texts.set(fileOf(entry), parts.join("\n"));
  }
  return texts;
}

/** `./imap/core` is in imap_core.txt, the entry point that has everything in main.txt. */
function fileOf(entry: string): string {
  return `${entry === "." ? "main" : entry.slice(2).replaceAll("/", "_")}.txt`;
}

/** The entry point that has everything comes last: most of it is as in others. */
function mainLast([a]: [string, string], [b]: [string, string]): number {
  if (a === "." || b === ".") return a === "." ? 1 : -1;
  return a < b ? -1 : 1;
}

/** The declaration at a place, without bodies, comments and what is not public. */
function signature(
  { location: { filename, byteIndex } }: Declared["declarations"][number],
  sources: Map<string, { file: ts.SourceFile; bytes: Uint8Array }>,
  isOverloaded: boolean,
): string {
  let source = sources.get(filename);
  if (source === undefined) {
    const bytes = Deno.readFileSync(new URL(filename));
    const text = new TextDecoder().decode(bytes);
    source = { bytes, file: ts.createSourceFile(filename, text, ts.ScriptTarget.Latest, true) };
    sources.set(filename, source);
  }
  const at = new TextDecoder().decode(source.bytes.subarray(0, byteIndex)).length;
  // `export * as name` is a declaration, too.
  const node = source.file.statements.find((one) => one.getStart() <= at && at < one.getEnd());
  if (node === undefined) throw new Error(`${filename}: nothing is declared at ${byteIndex}`);
  // Callers see the overloads and not what implements them.
  if (isOverloaded && ts.isFunctionDeclaration(node) && node.body !== undefined) return "";
  const result = ts.transform(node, [withoutBodies]);
  const text = printer.printNode(ts.EmitHint.Unspecified, result.transformed[0]!, source.file);
  result.dispose();
  return text.replace(/^export /, "");
}

function withoutBodies(context: ts.TransformationContext): ts.Transformer<ts.Statement> {
  const { factory } = context;
  const visit = (node: ts.Node): ts.Node | undefined => {
    // The caller sees a promise either way.
    if (node.kind === ts.SyntaxKind.AsyncKeyword) return undefined;
    if (ts.isClassElement(node) && !isPublic(node)) return undefined;
    if (ts.isClassStaticBlockDeclaration(node)) return undefined;
    if (ts.isFunctionDeclaration(node)) {
      const { name, typeParameters, parameters, type } = node;
      const modifiers = ts.visitNodes(node.modifiers, visit) as ts.NodeArray<ts.Modifier> | undefined;
      return factory.createFunctionDeclaration(
        modifiers,
        undefined,
        name,
        typeParameters,
        mapped(parameters),
        type,
        undefined,
      );
    }
    if (ts.isMethodDeclaration(node)) {
      const { name, questionToken, typeParameters, parameters, type } = node;
      const modifiers = ts.visitNodes(node.modifiers, visit) as ts.NodeArray<ts.Modifier> | undefined;
      return factory.createMethodDeclaration(
        ...[
          modifiers,
          node.asteriskToken,
          name,
          questionToken,
          typeParameters,
          mapped(parameters),
          type,
        ] as const,
        undefined,
      );
    }
    if (ts.isConstructorDeclaration(node)) {
      return factory.createConstructorDeclaration(node.modifiers, mapped(node.parameters), undefined);
    }
    if (ts.isGetAccessorDeclaration(node)) {
      return factory.createGetAccessorDeclaration(
        node.modifiers,
        node.name,
        node.parameters,
        node.type,
        undefined,
      );
    }
    if (ts.isSetAccessorDeclaration(node)) {
      return factory.createSetAccessorDeclaration(node.modifiers, node.name, node.parameters, undefined);
    }
    if (ts.isPropertyDeclaration(node)) {
      const { modifiers, name, questionToken, exclamationToken, type } = node;
      return factory.createPropertyDeclaration(
        modifiers,
        name,
        questionToken ?? exclamationToken,
        type,
        undefined,
      );
    }
    if (ts.isVariableDeclaration(node) && node.type !== undefined) {
      return factory.createVariableDeclaration(node.name, undefined, node.type, undefined);
    }
    return ts.visitEachChild(node, visit, context);
  };
  const mapped = (parameters: ts.NodeArray<ts.ParameterDeclaration>) =>
    parameters.map((one) =>
      factory.createParameterDeclaration(
        ...[one.modifiers, one.dotDotDotToken, one.name] as const,
        // A default is how it is written that a parameter may be left out.
        one.questionToken ?? (one.initializer && factory.createToken(ts.SyntaxKind.QuestionToken)),
        one.type,
        undefined,
      )
    );
  return (node) => ts.visitNode(node, visit) as ts.Statement;
}

/** Not private, and not marked as internal. */
function isPublic(node: ts.ClassElement): boolean {
  if (node.name !== undefined && ts.isPrivateIdentifier(node.name)) return false;
  if (ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) {
    return false;
  }
  return !ts.getJSDocTags(node).some(({ tagName }) => tagName.text === "internal");
}

/** The reports that are checked in, under the names of their files. */
function checkedIn(): Map<string, string> {
  const names = [...Deno.readDirSync(reports)].map(({ name }) => name).sort();
  return new Map(names.map((name) => [name, Deno.readTextFileSync(`${reports}/${name}`)]));
}

/** What is wrong: empty when the checked-in reports are those of the code, and CHANGELOG.md tells of what changed. */
export async function apiProblems(): Promise<string> {
  const now = await apiReports(entryPoints());
  const before = checkedIn();
  const problems: string[] = [];
  for (const name of [...new Set([...before.keys(), ...now.keys()])].sort()) {
    const old = (before.get(name) ?? "").split("\n");
    const code = (now.get(name) ?? "").split("\n");
    if (old.join("\n") === code.join("\n")) continue;
    const known = new Set(old);
    const left = new Set(code);
    problems.push(
      `the public API is not what ${reports}/${name} says: say in ${changelog} what is new, and run deno task api`,
      ...old.filter((line) => !left.has(line)).map((line) => `- ${line}`),
      ...code.filter((line) => !known.has(line)).map((line) => `+ ${line}`),
    );
  }
  const silent = await untold(".");
  if (silent.length > 0) {
    problems.push(
      `the public API has changed since ${changelog} did: say there what is new in ${silent.join(", ")}`,
    );
  }
  return problems.join("\n");
}

/**
 * The reports that have changed since CHANGELOG.md changed last, in commits or in the working tree. Without git there are none.
 *
 * @param folder the top of the working tree
 */
export async function untold(folder: string): Promise<string[]> {
  const git = async (...args: string[]) => (await run("git", ["-C", folder, ...args])).output.trim();
  if (await git("status", "--porcelain", "--", changelog) !== "") return [];
  const told = await git("log", "-1", "--format=%H", "--", changelog);
  if (!/^[0-9a-f]{40,64}$/.test(told)) return [];
  const changed = await git("diff", "--name-only", told, "--", reports);
  return changed.split("\n").filter((line) => line !== "").map((path) => path.split("/").at(-1)!);
}

function entryPoints(): Record<string, string> {
  return (JSON.parse(Deno.readTextFileSync("deno.json")) as { exports: Record<string, string> }).exports;
}

if (import.meta.main) {
  Deno.chdir(new URL("../..", import.meta.url));
  const now = await apiReports(entryPoints());
  await Deno.mkdir(reports, { recursive: true });
  for (const name of checkedIn().keys()) if (!now.has(name)) Deno.removeSync(`${reports}/${name}`);
  for (const [name, text] of now) Deno.writeTextFileSync(`${reports}/${name}`, text);
  const silent = await untold(".");
  console.log(`wrote ${reports}`);
  if (silent.length > 0) console.log(`say in ${changelog} what is new in ${silent.join(", ")}`);
}
