/**
 * What each runtime passes of the conformance suite: the tests of what `imap/` and `email/` do. Those of the generator, of the tools, of the
 * demo and of what is covered are not of it, since they are about Deno programs and this repository; nor are those with real servers,
 * whose cases run with the server for tests as well. README's table is made from a run of it.
 */

import type { TestCase } from "./junit.ts";
import { type Difference, differencesOf, VERSIONS } from "./runtimes.ts";
import type { SuiteResult } from "./suites.ts";

/** One row of README's table; `version` and `passed` are written by a run, and are not there before the first. */
interface Row {
  title: string;
  version?: string;
  passed?: number;
  differs: string;
}

type Runtime = keyof typeof VERSIONS;

const CONFORMANCE =
  /^tests\/(?:imap|email|grammar)\/(?!coverage\/|.*\/(?:dovecot|real_servers|notify_server)_test\.ts$)/;
/** The share of Deno's cases that has to run in workerd. */
const LEAST_SHARE = 0.95;
const TABLE = "tests/runtime/table.json";
const HEADING = "## Runtimes\n\n";

/** A case by its name, whichever runtime's own connections it is about. */
const keyOf = ({ file, name }: TestCase) =>
  `${file} > ${name.replace(/^(?:Deno|Bun|workerd): /, "runtime: ")}`;
const isPart = ({ file }: TestCase) => CONFORMANCE.test(file);

/**
 * The cases of the conformance suite that Deno runs and workerd does not have to be named in tests/runtime/differences.json, each list with
 * its reason; and those that run have to go from there. With `whole`, the share is looked at as well.
 */
export function edgeProblems(
  deno: TestCase[],
  edge: TestCase[],
  whole: boolean,
  differences: Difference[] = differencesOf("workerd"),
): TestCase[] {
  const wanted = deno.filter(isPart);
  const there = new Set(edge.filter(({ outcome }) => outcome !== "skipped").map(keyOf));
  const listed = new Set(
    differences.flatMap(({ tests }) => tests.map((name) => name.replace(/^Deno: /, "runtime: "))),
  );
  const problem = (file: string, name: string, detail: string): TestCase => (
    { file, name, outcome: "failed", detail }
  );
  const problems: TestCase[] = [];
  const seen = new Set<string>();
  for (const each of wanted) {
    const key = keyOf(each);
    const name = key.slice(each.file.length + 3);
    seen.add(name);
    if (!there.has(key) && !listed.has(name)) {
      const detail = "does not run in workerd, and tests/runtime/differences.json does not say why";
      problems.push(problem(each.file, each.name, detail));
    } else if (there.has(key) && listed.has(name)) {
      problems.push(
        problem(each.file, each.name, "runs in workerd, and is in tests/runtime/differences.json"),
      );
    }
  }
  if (!whole) return problems;
  for (const name of listed) {
    if (!seen.has(name)) problems.push(problem("tests/runtime/differences.json", name, "is not a test"));
  }
  const share = wanted.filter((each) => there.has(keyOf(each))).length / wanted.length;
  if (share < LEAST_SHARE) {
    const detail = `only ${percent(share)} of Deno's ${wanted.length} cases run in workerd`;
    problems.push(problem("tests/runtime/differences.json", "conformance suite", detail));
  }
  return problems;
}

/** One line for each run: what it passed of the conformance suite, and for workerd what that is of Deno's. */
export function conformanceLines(results: SuiteResult[]): string[] {
  const deno = casesOf(results, "deno")?.filter(isPart);
  return results.flatMap((result) => {
    const cases = result.cases.filter(isPart);
    if (cases.length === 0) return [];
    const passed = cases.filter(({ outcome }) => outcome === "passed").length;
    const there = new Set(cases.map(keyOf));
    const share = deno === undefined || result.cases === casesOf(results, "deno")
      ? ""
      : `, ${percent(deno.filter((each) => there.has(keyOf(each))).length / deno.length)} of Deno's by name`;
    return [`conformance suite, ${result.title}: ${passed} passed${share}`];
  });
}

/** Writes what the runtimes passed into the table of README. */
export function recordTable(results: SuiteResult[]): void {
  const rows = tableRows();
  for (const runtime of Object.keys(rows) as Runtime[]) {
    const result = results.find(({ title }) => runtimeOf(title) === runtime);
    if (result === undefined) throw new Error(`${runtime} did not run`);
    const cases = result.cases.filter(isPart);
    rows[runtime].version = result.title.split(" ").at(-1)!;
    rows[runtime].passed = cases.filter(({ outcome }) => outcome === "passed").length;
  }
  Deno.writeTextFileSync(TABLE, JSON.stringify(rows, null, 2) + "\n");
  const readme = Deno.readTextFileSync("README.md");
  const [before, after] = around(readme);
  Deno.writeTextFileSync("README.md", before + rendered(rows) + after);
}

/** Whether README's table says what the last run and tests/runtime/versions.json say; empty when it does. */
export function tableProblems(): string {
  const readme = Deno.readTextFileSync("README.md");
  const [before, after] = around(readme);
  const table = rendered(tableRows());
  if (readme === before + table + after) return "";
  return `README.md: the table of runtimes has to be\n\n${table}\ndeno task test --record writes it after a whole run`;
}

/** The cases of one runtime, where that has run. */
export function casesOf(results: SuiteResult[], runtime: Runtime): TestCase[] | undefined {
  const cases = results.find(({ title }) => runtimeOf(title) === runtime)?.cases;
  // Where it could not be found there is one skipped case, of no file.
  return cases?.some(({ file }) => file !== "") ? cases : undefined;
}

function runtimeOf(title: string): Runtime | undefined {
  const name = title.split(" ")[0]!.toLowerCase().replace(".js", "");
  return name in VERSIONS ? name as Runtime : undefined;
}

function tableRows(): Record<Runtime, Row> {
  return JSON.parse(Deno.readTextFileSync(TABLE));
}

function rendered(rows: Record<Runtime, Row>): string {
  const recorded = Object.values(rows).every(({ passed }) => passed !== undefined);
  const counted = recorded ? ["tests passed"] : [];
  const head = ["runtime", "package tried with", "conformance suite in", ...counted, "differs"];
  const lines = (Object.keys(VERSIONS) as Runtime[]).map((runtime) => {
    const { title, version, passed, differs } = rows[runtime];
    const tried = VERSIONS[runtime].map((each) => each === "latest" ? "newest" : each);
    // All but Node.js, whose oldest knows least, run the suite in the newest.
    const suite = version ?? (runtime === "node" ? tried[0]! : tried.at(-1)!);
    return [title, tried.join(", "), suite, ...(recorded ? [passed!.toLocaleString("en")] : []), differs];
  });
  const widths = head.map((word, column) =>
    Math.max(word.length, ...lines.map((line) => line[column]!.length))
  );
  const row = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |\n`;
  return row(head) + row(widths.map((width) => "-".repeat(width))) + lines.map(row).join("");
}

/** The text before and after the table. */
function around(readme: string): [before: string, after: string] {
  const from = readme.indexOf(HEADING) + HEADING.length;
  const length = readme.slice(from).search(/^(?!\|)/m);
  return [readme.slice(0, from), readme.slice(from + length)];
}

function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
