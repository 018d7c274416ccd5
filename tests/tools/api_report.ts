/**
 * The public API as text: every name that an entry point exports, with its signature and without comments, so that a change of it is
 * seen in a review. `deno task check api` compares it with what is checked in; `deno task api` writes it, but only after CHANGELOG.md has
 * a line more than when it was written last.
 */

import { createHash } from "node:crypto";
import { ts } from "ts-morph";
import { run } from "./process.ts";

/** Where the report is. */
export const reportPath = "tests/tools/data/public_api.txt";

interface Declared {
  name: string;
  declarations: {
    kind: string;
    declarationKind: string;
    location: { filename: string; byteIndex: number };
  }[];
}

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** The report, without its first line. */
export async function apiReport(exports: Readonly<Record<string, string>>): Promise<string> {
  const said = new Map<string, string>();
  const sources = new Map<string, { file: ts.SourceFile; bytes: Uint8Array }>();
  const parts: string[] = [];
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
    parts.push(`==== ${entry}\n`);
    for (const { name, declarations } of symbols.sort((a, b) => a.name < b.name ? -1 : 1)) {
      const text = declarations.map((one) => signature(one, sources, declarations.length > 1))
        .filter((one) => one !== "").join("\n");
      const before = said.get(`${name}\n${text}`);
      parts.push(before === undefined ? `${text}\n` : `${name}: as in ${before}\n`);
      said.set(`${name}\n${text}`, before ?? entry);
    }
  }
  return parts.join("\n");
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
    // Whoever calls sees a promise either way.
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

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** What is wrong: empty when the checked-in report is that of the code. */
export async function apiProblems(): Promise<string> {
  const { exports } = JSON.parse(Deno.readTextFileSync("deno.json")) as { exports: Record<string, string> };
  const now = await apiReport(exports);
  const [, ...lines] = Deno.readTextFileSync(reportPath).split("\n");
  const before = lines.join("\n");
  if (before === now) return "";
  const known = new Set(before.split("\n"));
  const left = new Set(now.split("\n"));
  return [
    `the public API is not what ${reportPath} says: add a line to CHANGELOG.md, then run deno task api`,
    ...before.split("\n").filter((line) => !left.has(line)).map((line) => `- ${line}`),
    ...now.split("\n").filter((line) => !known.has(line)).map((line) => `+ ${line}`),
  ].join("\n");
}

if (import.meta.main) {
  Deno.chdir(new URL("../..", import.meta.url));
  const { exports } = JSON.parse(Deno.readTextFileSync("deno.json")) as { exports: Record<string, string> };
  const now = await apiReport(exports);
  const changelog = digest(Deno.readTextFileSync("CHANGELOG.md"));
  const [head = "", ...lines] = await Deno.readTextFile(reportPath).then(
    (text) => text.split("\n"),
    () => [],
  );
  if (lines.join("\n") === now) console.log("the report is up to date");
  else if (head.endsWith(changelog)) {
    console.error("the public API has changed, and CHANGELOG.md has not: say there what is new");
    Deno.exit(1);
  } else {
    Deno.writeTextFileSync(
      reportPath,
      `The public API, written by deno task api; CHANGELOG.md was ${changelog}\n${now}`,
    );
    console.log(`wrote ${reportPath}`);
  }
}
