/**
 * What a change must pass beside the tests: format, lint, types, documentation, publishing, generated
 * code, and a tidy repository. Every step runs, so that one call shows all there is to do.
 *
 *     deno task check             everything
 *     deno task check lint docs   the steps so named
 */

import { filesBelow, lastLines, run } from "./process.ts";
import { apiProblems } from "./api_report.ts";
import { differenceProblems } from "./differences.ts";
import { exampleProblems } from "./examples.ts";
import { tableProblems } from "./conformance.ts";
import { lookThrough } from "./rooms.ts";
import { tidyProblems } from "./tidy.ts";

interface Step {
  name: string;
  what: string;
  /** Returns what is wrong, empty when nothing is. */
  problems(): Promise<string>;
  /** What else is worth a line, known after `problems`. */
  note?: string;
}

const SHOWN_LINES = 60;

const steps: Step[] = [
  { name: "format", what: "deno fmt --check", problems: () => deno("fmt", "--check") },
  { name: "lint", what: "deno lint", problems: () => deno("lint") },
  // --frozen: a lock file that no longer names what is imported is a problem, not something to rewrite here.
  {
    name: "types",
    what: "deno check",
    problems: () => deno("check", "--quiet", "--frozen", "."),
  },
  { name: "docs", what: "deno doc --lint", problems: lintDocumentation },
  {
    name: "examples",
    what: "what each exported function, class and method does, with an example",
    problems: exampleProblems,
  },
  {
    name: "publish",
    what: "deno publish --dry-run",
    problems: () => deno("publish", "--dry-run", "--allow-dirty"),
  },
  {
    name: "generated",
    what: "generated code up to date",
    problems: () => deno("run", "-A", "codegen/main.ts", "--check"),
  },
  { name: "api", what: "the public API is the one that is checked in", problems: apiProblems },
  { name: "rooms", what: "arrows between rooms, circles, clock, length of files", problems: roomProblems },
  {
    name: "runtimes",
    what: "README's table of runtimes is the one of the last recorded run",
    problems: () => Promise.resolve(tableProblems()),
  },
  {
    name: "differences",
    what: "what servers do otherwise is listed with reasons, and has not grown",
    problems: differenceProblems,
  },
  { name: "tidy", what: "tracked files and top level", problems: tidyProblems },
];

async function main(): Promise<number> {
  Deno.chdir(new URL("../..", import.meta.url));
  const wanted = Deno.args.filter((arg) => arg !== "--");
  const unknown = wanted.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    console.error(`no step ${unknown}; there are ${steps.map((step) => step.name).join(", ")}`);
    return 2;
  }
  let failed = 0;
  let done = 0;
  for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const started = performance.now();
    const problems = await step.problems();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${problems === "" ? "ok    " : "FAILED"} ${step.name}: ${step.what} (${seconds} s)`);
    if (step.note !== undefined) console.log(`       ${step.note}`);
    done++;
    if (problems === "") continue;
    failed++;
    console.log(lastLines(problems, SHOWN_LINES).replace(/^/gm, "    ") + "\n");
  }
  console.log(`check: ${done - failed} of ${done} steps passed`);
  return failed > 0 ? 1 : 0;
}

async function deno(...args: string[]): Promise<string> {
  const { code, output } = await run(Deno.execPath(), args);
  // A warning fails nothing, and is worth a line.
  for (const line of output.split("\n")) {
    if (code === 0 && /\bwarn(ing)?\b/i.test(line)) console.log(`       ${line.trim()}`);
  }
  return code === 0 ? "" : output.trim() || `exit code ${code}`;
}

/** Every entry point at once, so that a type one exports and another uses counts as exported. */
async function lintDocumentation(): Promise<string> {
  const { exports } = JSON.parse(Deno.readTextFileSync("deno.json")) as { exports: Record<string, string> };
  return await deno("doc", "--lint", ...Object.values(exports));
}

// deno-lint-ignore require-await -- the steps are called alike
async function roomProblems(this: Step): Promise<string> {
  const files = ["imap", "email", "codegen"].flatMap((folder) =>
    filesBelow(folder, (path) => path.endsWith(".ts"))
  );
  const texts = ["mod.ts", ...files].map((path): [string, string] => [path, Deno.readTextFileSync(path)]);
  const { problems, summary } = lookThrough(new Map(texts));
  this.note = summary;
  return problems.join("\n");
}

if (import.meta.main) Deno.exit(await main());
