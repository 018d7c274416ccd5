/**
 * The test files that need no server and no development tool, once more inside workerd, the runtime of edge
 * workers: bundled into one worker, their data files beside it.
 */

import { reachedModules } from "./graph.ts";
import type { TestCase } from "./junit.ts";
import { filesBelow, lastLines, run } from "./process.ts";
import { failure, type SuiteResult } from "./suites.ts";

/** What the published code and its tests are made of; only this is copied and bundled. */
const SOURCES = ["mod.ts", "imap", "email", "tests", "codegen", "grammar"];
/** Node's modules that workerd has too, and that the tests of the core may use. */
const NODE_MODULES = new Set([
  "node:test",
  "node:fs",
  "node:url",
  "node:process",
  "node:buffer",
  "node:path",
  "node:crypto",
  "node:zlib",
]);
/** Folders whose tests are about development: servers, tools, code generation. */
const NOT_FOR_EDGE = /^tests\/(?:servers|tools|codegen|grammar|demo|bench|runtime)\//;
const STALL_MS = 180_000;
const WITHOUT_WORKERD = { name: "workerd tests", enable: "install with: npm install -g workerd" };

interface Plan {
  plan: { file: string; name: string }[];
}

/** Bundles what can run in workerd out of `files` and runs it there. */
export async function workerdSuite(files: string[]): Promise<SuiteResult | undefined> {
  const started = performance.now();
  const wanted = files.filter((file) => !NOT_FOR_EDGE.test(file));
  if (wanted.length === 0) return undefined;
  const folder = await Deno.makeTempDir({ prefix: "postern-workerd-" });
  const result: SuiteResult = { title: "workerd", cases: [], skips: [], seconds: 0 };
  try {
    copySources(folder);
    const { runnable, broken } = await sortOut(folder, wanted);
    if (runnable.length + broken.length === 0) return undefined;
    const workerd = await findWorkerd();
    result.title = workerd.version;
    if (workerd.path === undefined && !Deno.env.get("POSTERN_REQUIRE_WORKERD")) {
      // Its program is not made for every machine that Deno and Bun run on.
      result.cases.push({ file: "", name: "workerd", outcome: "skipped", detail: "" });
      result.skips.push({ test: "workerd", ...WITHOUT_WORKERD });
      return result;
    }
    result.cases.push(...broken);
    if (runnable.length > 0) {
      const problem = workerd.path === undefined ? workerd.why : await bundle(folder, runnable);
      if (problem !== "") result.cases.push(failure("", "could not be run", problem));
      else result.cases.push(...await runBundle(workerd.path!, folder));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
    result.seconds = (performance.now() - started) / 1000;
  }
  return result;
}

/** Copies the sources, each told by name where it lies: a bundle has but one `import.meta.url`, and workerd none. */
function copySources(folder: string): void {
  for (const source of SOURCES) {
    const files = source.endsWith(".ts") ? [source].filter(exists) : filesBelow(source, () => true);
    for (const file of files) {
      const target = `${folder}/${file}`;
      Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
      if (!file.endsWith(".ts")) {
        Deno.copyFileSync(file, target);
        continue;
      }
      const place = JSON.stringify(`file:///bundle/${file}`);
      // Not by the import map: to the bundler every node: module is external before the map is asked.
      const text = Deno.readTextFileSync(file).replaceAll('from "node:test"', 'from "tests"');
      Deno.writeTextFileSync(target, text.replaceAll("import.meta.url", place));
    }
  }
  const { name, exports, imports } = JSON.parse(Deno.readTextFileSync("deno.json"));
  const entryPoints = Object.entries(exports as Record<string, string>)
    .map(([entry, file]) => [name + entry.slice(1), file]);
  const config = {
    imports: {
      ...imports,
      ...Object.fromEntries(entryPoints),
      "tests": "./tests/runtime/workerd/registry.ts",
    },
  };
  Deno.writeTextFileSync(`${folder}/deno.json`, JSON.stringify(config));
}

/**
 * Finds the files that reach no module of Node's that workerd lacks, and no npm package but the assertions. A file
 * that reaches a module which is not there must not keep the others from being bundled.
 */
async function sortOut(folder: string, files: string[]): Promise<{ runnable: string[]; broken: TestCase[] }> {
  const reached = [...await reachedModules(folder, files)].filter(([, { specifiers }]) =>
    specifiers.every(isForEdge)
  );
  return {
    runnable: reached.filter(([, { missing }]) => missing === undefined).map(([file]) => file),
    broken: reached.filter(([, { missing }]) => missing !== undefined).map(([file, { missing }]) =>
      failure(file, "not loaded", `${missing} is missing`)
    ),
  };
}

function isForEdge(specifier: string): boolean {
  if (specifier.startsWith("node:")) return NODE_MODULES.has(specifier);
  return specifier.startsWith("file:") || specifier.includes("deno-std");
}

/** Writes the worker and its configuration; returns what went wrong, empty when nothing did. */
async function bundle(folder: string, files: string[]): Promise<string> {
  const shim = "./tests/runtime/workerd/registry.ts";
  const lines = [`import { runAll } from "${shim}";`];
  for (const [index, file] of files.entries()) {
    // Imports are evaluated in their order, so a small module before each test file can name it.
    const marker = `marker${index}.ts`;
    const enter = `import { enterFile } from "${shim}";\nenterFile(${JSON.stringify(file)});\n`;
    Deno.writeTextFileSync(`${folder}/${marker}`, enter);
    lines.push(`import "./${marker}";`, `import "./${file}";`);
  }
  lines.push("export default { test: runAll };");
  Deno.writeTextFileSync(`${folder}/entry.ts`, lines.join("\n") + "\n");
  const options = ["--quiet", "--no-lock", "--platform=browser", "--external=node:*", "--output=worker.js"];
  const bundled = await run(Deno.execPath(), ["bundle", ...options, "entry.ts"], { cwd: folder });
  if (bundled.code !== 0 || !exists(`${folder}/worker.js`)) return lastLines(bundled.output, 20);
  const data = SOURCES.filter((source) => !source.endsWith(".ts"))
    .flatMap((source) => filesBelow(`${folder}/${source}`, (path) => !/\.(?:ts|mjs|py|in|lock)$/.test(path)))
    .map((path) => path.slice(folder.length + 1))
    .filter((path) => !NOT_FOR_EDGE.test(path));
  const modules = data.map((path) =>
    `    (name = ${JSON.stringify(path)}, data = embed ${JSON.stringify(path)}),`
  );
  const config = Deno.readTextFileSync("tests/runtime/workerd/config.capnp.in");
  Deno.writeTextFileSync(`${folder}/config.capnp`, config.replace("@FILES@", () => modules.join("\n")));
  return "";
}

async function runBundle(workerd: string, folder: string): Promise<TestCase[]> {
  const cases: TestCase[] = [];
  let plan: Plan["plan"] | undefined;
  const finished = await run(workerd, ["test", "config.capnp"], {
    cwd: folder,
    stallMs: STALL_MS,
    onLine(line) {
      if (!line.startsWith("@@")) return;
      const said = JSON.parse(line.slice(2)) as Plan | TestCase;
      if ("plan" in said) plan = said.plan;
      else cases.push(said);
    },
  });
  if (plan === undefined) {
    return [failure("", "the bundle could not be loaded", lastLines(finished.output, 24))];
  }
  for (const { file, name } of plan.slice(cases.length)) {
    cases.push(failure(file, name, "no result: the runtime ended before or in this test"));
  }
  if (finished.code !== 0 && !cases.some((each) => each.outcome === "failed")) {
    cases.push(failure("", `exit code ${finished.code}`, lastLines(finished.output, 24)));
  }
  return cases;
}

async function findWorkerd(): Promise<{ path?: string; version: string; why: string }> {
  const onPath = await run("workerd", ["--version"]);
  if (onPath.code === 0) return { path: "workerd", version: onPath.output.trim(), why: "" };
  const found = await run("npx", ["-y", "-p", "workerd@1", "-c", "command -v workerd"], {
    stallMs: STALL_MS,
  });
  const path = found.output.split("\n").findLast((line) => line.startsWith("/") && line.endsWith("/workerd"));
  const version = path === undefined ? undefined : await run(path, ["--version"]);
  if (version?.code === 0) return { path, version: version.output.trim(), why: "" };
  return { version: "workerd", why: `npx -y workerd@1: ${lastLines(version?.output ?? found.output, 8)}` };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
