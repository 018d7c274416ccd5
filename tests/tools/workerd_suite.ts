/**
 * The test files that need no server and no development tool, once more inside workerd, the runtime of edge workers, over
 * `cloudflare:sockets`. They run without any compatibility flag, at a compatibility date before Node's modules came; the few whose
 * tests compare with Node's own modules run in a second worker that has them.
 */

import { reachedModules } from "./graph.ts";
import type { TestCase } from "./junit.ts";
import { lastLines, run } from "./process.ts";
import { type Relay, startRelay } from "./relay.ts";
import { failure, type NamedSkip, type SuiteResult } from "./suites.ts";
import { bundleTests, copySources, NOT_FOR_EDGE } from "./workerd_bundle.ts";

/** Node's modules that workerd has under its compatibility flag, and that a test may compare with. */
const NODE_MODULES = new Set(["node:buffer", "node:crypto", "node:util", "node:zlib"]);
const STALL_MS = 180_000;
const WITHOUT_WORKERD = { name: "workerd tests", enable: "install with: npm install -g workerd" };

interface Worker {
  name: string;
  date: string;
  flags: string[];
  files: string[];
}

interface Plan {
  plan: { file: string; name: string }[];
}

interface Note extends NamedSkip {
  kind: "skip";
}

/** Bundles what can run in workerd out of `files` and runs it there. */
export async function workerdSuite(files: string[]): Promise<SuiteResult | undefined> {
  const started = performance.now();
  const wanted = files.filter((file) => !NOT_FOR_EDGE.test(file));
  if (wanted.length === 0) return undefined;
  const folder = await Deno.makeTempDir({ prefix: "postern-workerd-" });
  const result: SuiteResult = { title: "workerd", cases: [], skips: [], seconds: 0 };
  let relay: Relay | undefined;
  try {
    copySources(folder);
    const { plain, withNode, broken } = await sortOut(folder, wanted);
    if (plain.length + withNode.length + broken.length === 0) return undefined;
    const workerd = await findWorkerd();
    result.title = workerd.version;
    if (workerd.path === undefined && Deno.env.get("POSTERN_REQUIRE") !== "all") {
      // Its program is not made for every machine that Deno and Bun run on.
      result.cases.push({ file: "", name: "workerd", outcome: "skipped", detail: "" });
      result.skips.push({ test: "workerd", ...WITHOUT_WORKERD });
      return result;
    }
    result.cases.push(...broken);
    relay = await startRelay();
    Deno.writeTextFileSync(`${folder}/relay_port.js`, `export const relayPort = ${relay.port};\n`);
    const workers: Worker[] = [
      { name: "plain.js", date: "2024-09-01", flags: [], files: plain },
      { name: "with_node.js", date: "2025-09-15", flags: ["nodejs_compat"], files: withNode },
    ];
    for (const worker of workers.filter((each) => each.files.length > 0)) {
      const problem = workerd.path === undefined
        ? workerd.why
        : await bundleTests(folder, worker.files, worker.name);
      if (problem !== "") result.cases.push(failure("", "could not be run", problem));
      else await runBundle(workerd.path!, folder, worker, result);
    }
  } finally {
    relay?.close();
    await Deno.remove(folder, { recursive: true });
    result.seconds = (performance.now() - started) / 1000;
  }
  return result;
}

/**
 * Finds the files that reach no module of Node's that workerd lacks, and no npm package but the assertions. A file
 * that reaches a module which is not there must not keep the others from being bundled.
 */
async function sortOut(
  folder: string,
  files: string[],
): Promise<{ plain: string[]; withNode: string[]; broken: TestCase[] }> {
  const plain: string[] = [];
  const withNode: string[] = [];
  const broken: TestCase[] = [];
  for (const [file, { specifiers, missing }] of await reachedModules(folder, files)) {
    // A module that the bundle gets only when it runs is not there yet.
    const others = specifiers.filter((each) => !/^file:|deno-std|^cloudflare:/.test(each));
    const node = others.filter((each) => each.startsWith("node:"));
    if (node.length < others.length || !node.every((each) => NODE_MODULES.has(each))) continue;
    if (missing !== undefined) broken.push(failure(file, "not loaded", `${missing} is missing`));
    else (node.length === 0 ? plain : withNode).push(file);
  }
  return { plain, withNode, broken };
}

async function runBundle(
  workerd: string,
  folder: string,
  worker: Worker,
  { cases, skips }: SuiteResult,
): Promise<void> {
  const template = Deno.readTextFileSync("tests/runtime/workerd/config.capnp.in");
  const flags = worker.flags.map((flag) => JSON.stringify(flag)).join(", ");
  const config = template.replace("@WORKER@", worker.name).replace("@DATE@", worker.date)
    .replace("@FLAGS@", flags);
  Deno.writeTextFileSync(`${folder}/config.capnp`, config);
  const own: TestCase[] = [];
  let plan: Plan["plan"] | undefined;
  const finished = await run(workerd, ["test", "config.capnp"], {
    cwd: folder,
    stallMs: STALL_MS,
    onLine(line) {
      if (!line.startsWith("@@")) return;
      const said = JSON.parse(line.slice(2)) as Plan | TestCase | Note;
      if ("plan" in said) plan = said.plan;
      else if ("kind" in said) skips.push({ test: said.test, name: said.name, enable: said.enable });
      else own.push(said);
    },
  });
  if (plan === undefined) {
    cases.push(failure("", "the bundle could not be loaded", lastLines(finished.output, 24)));
    return;
  }
  for (const { file, name } of plan.slice(own.length)) {
    own.push(failure(file, name, "no result: the runtime ended before or in this test"));
  }
  if (finished.code !== 0 && !own.some((each) => each.outcome === "failed")) {
    own.push(failure("", `exit code ${finished.code}`, lastLines(finished.output, 24)));
  }
  cases.push(...own);
}

/** The workerd on the path, or the one that npx fetches. */
export async function findWorkerd(): Promise<{ path?: string; version: string; why: string }> {
  const onPath = await run("workerd", ["--version"]);
  if (onPath.code === 0) return { path: "workerd", version: onPath.output.trim(), why: "" };
  const found = await run("npx", ["--prefer-offline", "-y", "-p", "workerd@1", "-c", "command -v workerd"], {
    stallMs: STALL_MS,
  });
  const path = found.output.split("\n").findLast((line) => line.startsWith("/") && line.endsWith("/workerd"));
  const version = path === undefined ? undefined : await run(path, ["--version"]);
  if (version?.code === 0) return { path, version: version.output.trim(), why: "" };
  return { version: "workerd", why: `npx -y workerd@1: ${lastLines(version?.output ?? found.output, 8)}` };
}
