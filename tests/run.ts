/**
 * Runs the suite: every tests/**\/*_test.ts under Deno and under Bun, all but those of the tools under Node.js, those of the core in workerd as well,
 * and the examples of the published modules. The last line is "N passed, N failed", with ", N skipped" when a test was skipped.
 *
 *     deno task test                    everything
 *     deno task test imap/session       the files whose path holds one of the words
 *     deno task test --deno             one runtime only (or --bun, --node, --workerd)
 *     deno task test --record           and, when nothing failed, write README's table of runtimes
 */

import { casesOf, conformanceLines, edgeProblems, recordTable } from "./tools/conformance.ts";
import { filesBelow } from "./tools/process.ts";
import { VERSIONS } from "./tools/runtimes.ts";
import { workerdSuite } from "./tools/workerd_suite.ts";
import { bunSuite, denoSuite, exampleSuite, type NamedSkip, type SuiteResult } from "./tools/suites.ts";

const FAILURE_LINES = 25;
/** Writes what passed into README's table of runtimes. */
const RECORD = "--record";
const RUNTIMES = ["--deno", "--bun", "--node", "--workerd"];

async function main(): Promise<number> {
  Deno.chdir(new URL("..", import.meta.url));
  const words = Deno.args.filter((arg) => !arg.startsWith("--"));
  const wanted = (path: string) => words.length === 0 || words.some((word) => path.includes(word));
  const only = RUNTIMES.find((option) => Deno.args.some((arg) => nameOf(arg) === option));
  const unknown = Deno.args.find((arg) =>
    arg.startsWith("--") && !["--", RECORD, ...RUNTIMES].includes(nameOf(arg))
  );
  if (unknown !== undefined) {
    console.error(
      `unknown option ${unknown}; there are ${[...RUNTIMES, RECORD].join(", ")} and words of file names`,
    );
    return 2;
  }

  const recording = Deno.args.includes(RECORD);
  if (recording && (words.length > 0 || only !== undefined)) {
    console.error(`${RECORD} is for a whole run`);
    return 2;
  }
  const tests = filesBelow("tests", (path) => path.endsWith("_test.ts") && wanted(path));
  const modules = ["mod.ts", "README.md", ...["imap", "email"].flatMap((folder) => sources(folder))]
    .filter((path) => wanted(path) && exists(path));
  if (tests.length === 0 && (words.length > 0 || modules.length === 0)) {
    console.error("no test file matches");
    return 2;
  }

  console.log(`${tests.length} test files`);
  const started = performance.now();
  async function underDeno(): Promise<SuiteResult[]> {
    if (only !== undefined && only !== "--deno") return [];
    const results = tests.length > 0 ? [await denoSuite(tests)] : [];
    return [...results, await exampleSuite(modules)];
  }
  async function elsewhere(): Promise<SuiteResult[]> {
    const results: SuiteResult[] = [];
    if (tests.length > 0 && (only === undefined || only === "--bun")) results.push(await bunSuite(tests));
    // The oldest, which knows the least; the newest is tried with the package (deno task pack --check).
    if (tests.length > 0 && (only === undefined || only === "--node")) {
      const version = Deno.args.find((arg) => arg.startsWith("--node="))?.slice("--node=".length);
      // It compiles, with a package that the other suites need not have.
      const { nodeSuite } = await import("./tools/node_suite.ts");
      results.push(await nodeSuite(tests, version ?? VERSIONS.node[0]!));
    }
    const inWorkerd = only === undefined || only === "--workerd" ? await workerdSuite(tests) : undefined;
    if (inWorkerd !== undefined) results.push(inWorkerd);
    return results;
  }
  // Both at once: one runtime uses one core for most of its run, and every test makes what it needs for itself.
  const results = (await Promise.all([underDeno(), elsewhere()])).flat();
  const [deno, edge] = [casesOf(results, "deno"), casesOf(results, "workerd")];
  // In the list of workerd's own, so that they are told as its failures.
  if (deno !== undefined && edge !== undefined) edge.push(...edgeProblems(deno, edge, words.length === 0));
  const record = Deno.env.get("POSTERN_CASES");
  if (record) Deno.writeTextFileSync(record, JSON.stringify(results));
  const code = summarize(results, (performance.now() - started) / 1000);
  if (code === 0 && recording) recordTable(results);
  return code;
}

function summarize(results: SuiteResult[], seconds: number): number {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const skips = new Map<string, NamedSkip>();
  for (const result of results) {
    settleSkips(result, skips);
    for (const each of result.cases.filter((one) => one.outcome === "failed")) {
      console.log(`\nFAILED under ${result.title}: ${[each.file, each.name].filter(Boolean).join(" > ")}`);
      const lines = each.detail.split("\n");
      console.log(lines.slice(0, FAILURE_LINES).map((line) => "    " + line).join("\n"));
      if (lines.length > FAILURE_LINES) console.log(`    ... ${lines.length - FAILURE_LINES} more lines`);
    }
  }
  console.log("");
  for (const { title, cases, seconds } of results) {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const each of cases) count[each.outcome]++;
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
    console.log(`${title}: ${line(count)} (${seconds.toFixed(1)} s)`);
  }
  for (const line of conformanceLines(results)) console.log(line);
  console.log(`all in ${seconds.toFixed(1)} s`);
  for (const skip of skips.values()) console.log(`skipped: ${skip.name} (${skip.enable})`);
  console.log(line(total));
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

/** Gathers the named skips; a skipped test that named nothing becomes a failure, so that none goes unnoticed. */
function settleSkips(result: SuiteResult, skips: Map<string, NamedSkip>): void {
  for (const each of result.cases.filter((one) => one.outcome === "skipped")) {
    const named = result.skips.find((skip) =>
      each.name === skip.test || each.name.endsWith(" > " + skip.test)
    );
    if (named !== undefined) {
      skips.set(named.name + named.enable, named);
    } else {
      each.outcome = "failed";
      each.detail = "skipped without saying what would enable it (tests/support/skip.ts)";
    }
  }
}

/** `--node=24` names a version, too. */
function nameOf(option: string): string {
  return option.replace(/^(--node)=.*$/, "$1");
}

function line(count: { passed: number; failed: number; skipped: number }): string {
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
  return `${count.passed} passed, ${count.failed} failed${skipped}`;
}

function sources(folder: string): string[] {
  return exists(folder) ? filesBelow(folder, (path) => /\.(?:ts|md)$/.test(path)) : [];
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) Deno.exit(await main());
