/** The three parts of the suite: the test files under Deno, the same files under Bun, the documentation's examples. */

import { existsSync } from "node:fs";
import { reachedModules } from "./graph.ts";
import { parseJunit, type TestCase } from "./junit.ts";
import { type Finished, lastLines, run } from "./process.ts";

/** What one part of the suite came to. */
export interface SuiteResult {
  /** "Deno 2.9.6", "Bun 1.4.5", "examples". */
  title: string;
  cases: TestCase[];
  skips: NamedSkip[];
  seconds: number;
}

/** A skip that says what it is and what would enable it (tests/support/skip.ts writes them). */
export interface NamedSkip {
  test: string;
  name: string;
  enable: string;
}

/** Longer than any test may take without a word; the runner then stops the runtime and says where it was. */
const STALL_MS = 180_000;
/** What each runtime prints before the tests of a file. */
const DENO_HEADING = /^running (?<tests>\d+) tests? from (?:\.\/)?(?<file>\S+)/;
const BUN_HEADING = /^(?<file>tests\/\S+):$/;
/** How much of a runtime's output explains a run without a report. */
const SHOWN_LINES = 24;
/** A test that begins or has ended, as Deno prints it. */
const DENO_TEST = /^(\S.*?) \.\.\./;
/** Bun's own limit for one test is 5 s, which a server start on a busy machine can pass. */
const BUN_TEST_MS = 120_000;

/** Runs the files under this Deno. Types are the business of `deno task check`. */
export async function denoSuite(files: string[]): Promise<SuiteResult> {
  const title = `Deno ${Deno.version.deno}`;
  // Deno reads the modules of all files before it runs the first, and runs none when one module is not there.
  const reached = await reachedModules(Deno.cwd(), files);
  const whole = files.filter((file) => reached.get(file)!.missing === undefined);
  // The runner's own test runs it in a folder without one.
  const hasClient = existsSync("imap/session/session.ts");
  // With no file named, `deno test` would take every one it finds.
  const none: SuiteResult = { title, cases: [], skips: [], seconds: 0 };
  const result = whole.length === 0 ? none : await suite(title, whole, DENO_HEADING, (report, options) => {
    const args = [
      "--no-check",
      "--preload=./tests/tools/uncaught.ts",
      ...(hasClient ? ["--preload=./tests/tools/secrets_watch.ts"] : []),
      `--junit-path=${report}`,
    ];
    return run(Deno.execPath(), ["test", "-A", ...args, ...whole], options);
  });
  for (const file of files.filter((each) => !whole.includes(each))) {
    result.cases.push(failure(file, "not loaded", `${reached.get(file)!.missing} is missing`));
  }
  return result;
}

/** Runs the files under the Bun on the path, or under one that npx fetches. */
export async function bunSuite(files: string[]): Promise<SuiteResult> {
  const started = performance.now();
  const bun = await findBun();
  if (bun.path === undefined) {
    const cases = [failure("", "Bun could not be run", bun.why)];
    return { title: "Bun", cases, skips: [], seconds: since(started) };
  }
  return await suite(`Bun ${bun.version}`, files, BUN_HEADING, (report, options) => {
    const args = ["test", `--timeout=${BUN_TEST_MS}`, "--reporter=junit", `--reporter-outfile=${report}`];
    // A bare name is a filter to Bun; "./" makes it a path.
    return run(bun.path!, [...args, ...files.map((file) => "./" + file)], options);
  });
}

/** Checks and runs the examples in the documentation comments of the published modules. */
export async function exampleSuite(files: string[]): Promise<SuiteResult> {
  const withExamples = files.filter((file) => /```(ts|js|typescript)\s*$/m.test(Deno.readTextFileSync(file)));
  if (withExamples.length === 0) return { title: "examples", cases: [], skips: [], seconds: 0 };
  return await suite("examples", [], DENO_HEADING, (report, options) => {
    return run(
      Deno.execPath(),
      ["test", "-A", "--quiet", "--doc", `--junit-path=${report}`, ...withExamples],
      options,
    );
  });
}

type Runner = (report: string, options: Parameters<typeof run>[2]) => Promise<Finished>;

async function suite(title: string, files: string[], heading: RegExp, runner: Runner): Promise<SuiteResult> {
  const begun = performance.now();
  const folder = await Deno.makeTempDir({ prefix: "postern-test-" });
  const junit = `${folder}/junit.xml`;
  const notes = `${folder}/notes.jsonl`;
  // Deno's report files a test under the place of its test() call, so a file whose tests all come from a helper
  // is known by its heading alone.
  const seen = new Set<string>();
  const fileOf = new Map<string, string>();
  let headings = 0;
  let lastFile = "";
  const progress = setInterval(() => {
    const total = files.length > 0 ? ` of ${files.length}` : "";
    console.log(
      `  ${title}: ${headings}${total} files, at ${lastFile || "start"}, ${since(begun).toFixed(0)} s`,
    );
  }, 15_000);
  try {
    const finished = await runner(junit, {
      env: { POSTERN_TEST_REPORT: notes },
      stallMs: STALL_MS,
      onLine(line) {
        const match = heading.exec(line);
        if (match === null) {
          const name = DENO_TEST.exec(line)?.[1];
          if (name !== undefined && lastFile !== "") fileOf.set(name, lastFile);
          return;
        }
        const { file, tests } = match.groups!;
        lastFile = file!;
        headings++;
        if (tests !== undefined && tests !== "0") seen.add(lastFile);
      },
    });
    const cases = readReport(junit, finished, lastFile);
    for (const each of cases) {
      // The file that the runtime was at, and not the helper that registered the test.
      if (!files.includes(each.file)) each.file = fileOf.get(each.name) ?? each.file;
      seen.add(each.file);
    }
    for (const file of files.filter((each) => !seen.has(each))) {
      cases.push(
        failure(file, "not loaded, stopped the runtime, or without a test", about(file, finished.output)),
      );
    }
    const { skips, uncaught } = readNotes(notes);
    const reported = cases.filter((each) => each.outcome === "failed").map((each) => each.detail);
    for (const text of uncaught) {
      // An error inside a test is in its report already; here are those that no test answers for.
      const firstLine = text.split("\n")[0]!.replace(/^\w*Error: /, "");
      if (!reported.some((detail) => detail.includes(firstLine))) {
        cases.push(failure("", "error outside of any test", text));
      }
    }
    if (finished.code !== 0 && !cases.some((each) => each.outcome === "failed")) {
      cases.push(failure("", `exit code ${finished.code}`, lastLines(finished.output, SHOWN_LINES)));
    }
    return { title, cases, skips, seconds: since(begun) };
  } finally {
    clearInterval(progress);
    await Deno.remove(folder, { recursive: true });
  }
}

function readReport(path: string, finished: Finished, lastFile: string): TestCase[] {
  try {
    return parseJunit(Deno.readTextFileSync(path));
  } catch {
    const where = lastFile === "" ? "before the first file" : `last seen at ${lastFile}`;
    return [
      failure(
        "",
        `no report (exit code ${finished.code}, ${where})`,
        lastLines(finished.output, SHOWN_LINES),
      ),
    ];
  }
}

/** What the runtime printed about one file that gave no result. */
function about(file: string, output: string): string {
  const under = output.indexOf(`${file} (uncaught error)\n`);
  const from = under >= 0 ? under : output.indexOf(`\n${file}:\n`);
  return from < 0
    ? "It printed nothing."
    : output.slice(from).trim().split("\n").slice(1, SHOWN_LINES).join("\n");
}

export function readNotes(path: string): { skips: NamedSkip[]; uncaught: string[] } {
  const skips: NamedSkip[] = [];
  const uncaught: string[] = [];
  let text = "";
  try {
    text = Deno.readTextFileSync(path);
  } catch {
    // No test had anything to note.
  }
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const note = JSON.parse(line);
    if (note.kind === "skip") skips.push({ test: note.test, name: note.name, enable: note.enable });
    else uncaught.push(String(note.text));
  }
  return { skips, uncaught };
}

/** A Bun that can be used, or why there is none. */
export interface FoundBun {
  path?: string;
  version: string;
  why: string;
}

/** Bun with the development dependencies in place, which it takes from node_modules. */
export async function findBun(): Promise<FoundBun> {
  const reasons: string[] = [];
  for (const locate of [() => Promise.resolve("bun"), fetchBun]) {
    const path = await locate();
    if (path === undefined) {
      reasons.push("npx could not fetch it; with npm install -g bun it is on the path");
      continue;
    }
    const version = await run(path, ["--version"]);
    if (version.code !== 0) {
      reasons.push(lastLines(version.output, 5));
      continue;
    }
    // Milliseconds when nothing is missing, so it is asked every time. A Bun too old for bun.lock fails here.
    const install = await run(path, ["install", "--frozen-lockfile"], { stallMs: STALL_MS });
    if (install.code === 0) return { path, version: version.output.trim(), why: "" };
    reasons.push(`${path} install --frozen-lockfile: ${lastLines(install.output, 10)}`);
  }
  return { version: "", why: reasons.join("\n") };
}

/** Has npx fetch Bun and returns where its program lies, so that npx itself is asked only once. */
async function fetchBun(): Promise<string | undefined> {
  console.log("  Bun: fetching it with npx");
  const found = await run("npx", ["--prefer-offline", "-y", "-p", "bun@1", "-c", "command -v bun"], {
    stallMs: STALL_MS,
  });
  return found.output.split("\n").findLast((line) => line.startsWith("/") && line.endsWith("/bun"));
}

/** A test case of the runner itself. */
export function failure(file: string, name: string, detail: string): TestCase {
  return { file, name, outcome: "failed", detail };
}

function since(started: number): number {
  return (performance.now() - started) / 1000;
}
