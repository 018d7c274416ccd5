/**
 * The test files under Node.js, which reads neither TypeScript nor, in its version 22, `using`: all sources are compiled into a folder
 * of their own, where the package is found by its name. One process runs them all.
 */

import { toJavaScript } from "./pack/compile.ts";
import { failure, findBun, type NamedSkip, readNotes, type SuiteResult } from "./suites.ts";
import type { TestCase } from "./junit.ts";
import { filesBelow, lastLines, run } from "./process.ts";
import { reachedModules } from "./graph.ts";
import { differencesOf, fetchTool, VERSIONS } from "./runtimes.ts";

const STALL_MS = 180_000;
/** What is copied: the package, its tests, and the pages that tests read. */
const FOLDERS = ["imap", "email", "codegen", "grammar", "tests"];
/** The development dependency that test files import, by the names that deno.json gives its parts. */
const STD = ["assert", "streams"];
const WITHOUT_NODE = {
  name: "Node.js tests",
  enable: "needs the network for npx, or Node.js 22 on the path",
};
/** Test files about tools that are Deno programs. */
const FOR_DENO = /^tests\/(?:tools|codegen|demo|bench)\//;

/** Compiles `files` and what they import, and runs them in this version of Node.js. */
export async function nodeSuite(files: string[], version: string): Promise<SuiteResult> {
  const started = performance.now();
  const result: SuiteResult = { title: `Node.js ${version}`, cases: [], skips: [], seconds: 0 };
  const folder = await Deno.makeTempDir({ prefix: "postern-node-" });
  try {
    const node = await findNode(version);
    if (node === undefined && Deno.env.get("POSTERN_REQUIRE") !== "all") {
      result.cases.push({ file: "", name: "node", outcome: "skipped", detail: "" });
      result.skips.push({ test: "node", ...WITHOUT_NODE });
      return result;
    }
    if (node === undefined) throw new Error(`npx cannot fetch node@${version}`);
    result.title = `Node.js ${(await run(node, ["--version"])).output.trim().slice(1)}`;
    // What the suite uses of npm is what Bun put there, whose suite may not have run before.
    const bun = await findBun();
    if (bun.path === undefined) throw new Error(`the packages of bun.lock are missing: ${bun.why}`);
    const wanted = await loadable(files.filter((file) => !FOR_DENO.test(file)), result.cases);
    copy(folder);
    Deno.writeTextFileSync(`${folder}/entry.js`, entryOf(wanted));
    await runAll(node, folder, result);
    settleDifferences(result, version === VERSIONS.node[0]);
  } catch (error) {
    result.cases.push(failure("", "Node.js could not be run", String(error)));
  } finally {
    await Deno.remove(folder, { recursive: true });
    result.seconds = (performance.now() - started) / 1000;
  }
  return result;
}

/** This version from npx, or where that has none, the one on the path if it is new enough. */
async function findNode(version: string): Promise<string | undefined> {
  const fetched = await fetchTool("node", version).catch(() => undefined);
  if (fetched !== undefined) return fetched;
  const own = await run("node", ["--version"]);
  return own.code === 0 && Number(/^v(\d+)/.exec(own.output)?.[1]) >= 22 ? "node" : undefined;
}

/** Files that reach a module which is not there are failures, and must not keep the others from running. */
async function loadable(files: string[], cases: TestCase[]): Promise<string[]> {
  const reached = await reachedModules(Deno.cwd(), files);
  return files.filter((file) => {
    const { missing } = reached.get(file)!;
    if (missing !== undefined) cases.push(failure(file, "not loaded", `${missing} is missing`));
    return missing === undefined;
  });
}

function copy(folder: string): void {
  const pages = [...Deno.readDirSync(".")].filter((entry) => entry.isFile).map(({ name }) => name);
  for (const file of [...pages, ...FOLDERS.flatMap((each) => filesBelow(each, () => true))]) {
    const target = `${folder}/${file}`;
    Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    Deno.copyFileSync(file, target);
    if (file.endsWith(".ts")) {
      Deno.writeTextFileSync(target.replace(/\.ts$/, ".js"), toJavaScript(file, Deno.readTextFileSync(file)));
    }
  }
  const { name, exports } = JSON.parse(Deno.readTextFileSync("deno.json"));
  const entries = Object.entries(exports as Record<string, string>)
    .map(([entry, file]) => [entry, file.replace(/\.ts$/, ".js")]);
  const manifest = { name, type: "module", private: true, exports: Object.fromEntries(entries) };
  Deno.writeTextFileSync(`${folder}/package.json`, JSON.stringify(manifest));
  const modules = `${Deno.cwd()}/node_modules`;
  const std = `${modules}/deno-std`;
  for (const part of STD) {
    const shim = `${folder}/node_modules/@std/${part}`;
    Deno.mkdirSync(shim, { recursive: true });
    Deno.writeTextFileSync(`${shim}/index.js`, `export * from ${JSON.stringify(`${std}/${part}/mod.js`)};\n`);
    Deno.writeTextFileSync(`${shim}/package.json`, '{ "type": "module", "exports": "./index.js" }');
  }
  // The generator's; tests of the grammar look into it.
  Deno.symlinkSync(`${modules}/ts-morph`, `${folder}/node_modules/ts-morph`);
}

/** A program that loads the files one after the other; a file that cannot be loaded is a failed test of its name. */
function entryOf(files: string[]): string {
  const names = JSON.stringify(files.map((file) => file.replace(/\.ts$/, ".js")));
  return `import { load } from "./tests/runtime/node/places.js";
for (const file of ${names}) {
  try {
    await load(file, import.meta.resolve("./" + file));
  } catch (error) {
    const detail = error instanceof Error ? error.stack : String(error);
    console.log("\\n@@" + JSON.stringify({ file, name: "not loaded", outcome: "failed", detail }));
  }
}
`;
}

/**
 * A test that is known to fail in this runtime becomes a named skip. With the version that the list is made for, one that passes has to
 * go from the list.
 */
function settleDifferences({ cases, skips }: SuiteResult, exact: boolean): void {
  for (const { reason, tests } of differencesOf("node")) {
    for (const each of cases.filter(({ name }) => tests.includes(name))) {
      if (each.outcome === "failed") {
        each.outcome = "skipped";
        skips.push({ test: each.name, name: `${tests.length} tests under Node.js`, enable: reason });
      } else if (exact && each.outcome === "passed") {
        each.outcome = "failed";
        each.detail = "passes, and is in tests/runtime/differences.json";
      }
    }
  }
}

async function runAll(node: string, folder: string, { title, cases, skips }: SuiteResult): Promise<void> {
  const notes = `${folder}/notes.jsonl`;
  const root = `${folder}/`;
  let last = "";
  let ended = 0;
  const started = performance.now();
  const progress = setInterval(() => {
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`  ${title}: ${ended} tests, at ${last || "start"}, ${seconds} s`);
  }, 15_000);
  const finished = await run(node, ["--test-reporter=./tests/runtime/node/reporter.js", "entry.js"], {
    cwd: folder,
    env: { POSTERN_TEST_REPORT: notes },
    stallMs: STALL_MS,
    onLine(line) {
      if (!line.startsWith("@@")) return;
      const said = JSON.parse(line.slice(2)) as TestCase;
      last = said.file = said.file.replace(/^file:\/\//, "").replace(root, "").replace(/\.js$/, ".ts");
      ended++;
      cases.push(said);
    },
  }).finally(() => clearInterval(progress));
  skips.push(...readNotes(notes).skips as NamedSkip[]);
  if (finished.code !== 0 && !cases.some((each) => each.outcome === "failed")) {
    cases.push(failure("", `exit code ${finished.code} after ${last}`, lastLines(finished.output, 24)));
  }
}
