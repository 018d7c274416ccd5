/**
 * Runs the tests of known faults on the commit before they were mended, and prints which of them fail there: a test that passes there
 * shows nothing. data/base_faults.json names them: fault, file, test.
 *
 *     deno task test:base              all
 *     deno task test:base --only=2     those whose fault begins so
 *
 * The tests, and what they share, are those of this tree; the rest is the base's. What a test imports and the base does not have is a
 * class of which nothing is an instance, where nothing else has its name; a few helpers come along.
 */

import { existsSync, readFileSync } from "node:fs";
import { filesBelow } from "./process.ts";

/** Before the faults were mended, and after each file was moved to the room where the tests look for it. */
const base = "33e660d";
/** A test that is not over by then hangs. */
const longestMs = 30_000;
/** What tests are made with, and is not tested by them. */
const helpers = ["imap/base/clock.ts", "imap/base/manual_clock.ts", "imap/values/base64.ts"];

/** Fault, file below `tests/`, name of the test. */
export type Fault = [fault: string, file: string, test: string];

const root = new URL("../../", import.meta.url);

/** What data/base_faults.json holds. */
export function readFaults(): Fault[] {
  return JSON.parse(readFileSync(new URL("data/base_faults.json", import.meta.url), "utf8"));
}

async function run(cwd: string, command: string[]): Promise<{ code: number; output: string; late: boolean }> {
  const signal = AbortSignal.timeout(longestMs);
  const { code, stdout, stderr } = await new Deno.Command(command[0]!, {
    args: command.slice(1),
    cwd,
    env: { NO_COLOR: "1" },
    signal,
  }).output();
  const text = new TextDecoder();
  return { code, output: text.decode(stdout) + text.decode(stderr), late: signal.aborted };
}

async function git(...args: string[]): Promise<void> {
  const { code, output } = await run(root.pathname, ["git", ...args]);
  if (code !== 0) throw new Error(output);
}

/** A test file whose imports of the library are looked up when it runs: a name that is not there must not keep the others from it. */
export function withLateImports(text: string, exists: (path: string) => boolean): string {
  let count = 0;
  let head = "";
  const changed = text.replace(
    /^import (type )?\{([^}]*)\} from "((?:\.\.\/)+)((?:imap|email)\/[^"]+)";/gm,
    (_, isType: string | undefined, names: string, up: string, path: string) => {
      if (isType !== undefined) return "";
      // Names may have been elsewhere.
      const all = ["imap/mod.ts", ...helpers].map((each) => `...await import("${up}${each}")`).join(", ");
      head ||= `const everything = { ${all} };\n`;
      const from = `library${count++}`;
      const wanted = names.split(",").map((name) => name.trim()).filter((name) =>
        name !== "" && !name.startsWith("type ")
      );
      const lines = wanted.map((name) => {
        const [theirs, ours = theirs] = name.split(" as ");
        return `const ${ours} = ${from}[${JSON.stringify(theirs)}] ?? everything[${
          JSON.stringify(theirs)
        }] ?? class ${ours} {};`;
      });
      const load = exists(path) ? `await import(${JSON.stringify(up + path)})` : "{}";
      return [`const ${from} = ${load};`, ...lines].join(" ");
    },
  );
  return head + changed;
}

/** How one test ends on the base, and whether that shows the fault. */
async function outcomeOf(folder: string, file: string, test: string): Promise<[fails: boolean, how: string]> {
  // A regular expression: the name alone would also find tests whose names go on.
  const filter = `/^${test.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}$/`;
  const command = [
    Deno.execPath(),
    "test",
    "-A",
    "--no-check",
    "--no-lock",
    "--filter",
    filter,
    `tests/${file}`,
  ];
  const { code, output, late } = await run(folder, command);
  if (late) return [true, "hangs"];
  if (/\b0 passed \| 0 failed/.test(output)) return [false, "was not found"];
  if (code === 0) return [false, "PASSES"];
  const [, words = ""] = /^error: (.*)$/m.exec(output) ?? [];
  if (/^TypeError: Class constructor .* without 'new'/.test(words)) {
    return [true, "what it calls was not there"];
  }
  return [true, `fails (${words.slice(0, 100)})`];
}

async function main(): Promise<number> {
  const only = Deno.args.find((arg) => arg.startsWith("--only="))?.slice("--only=".length) ?? "";
  const folder = await Deno.makeTempDir({ prefix: "postern-base-" });
  const tree = `${folder}/tree`;
  await git("worktree", "add", "--detach", tree, base);
  let passing = 0;
  try {
    await Deno.remove(`${tree}/tests`, { recursive: true });
    await run(root.pathname, ["cp", "-R", "tests", "deno.json", tree]);
    for (const path of helpers) Deno.copyFileSync(new URL(path, root), `${tree}/${path}`);
    const exists = (path: string) => existsSync(`${tree}/${path}`);
    for (const path of filesBelow(`${tree}/tests/imap`, (path) => path.endsWith(".ts"))) {
      Deno.writeTextFileSync(path, withLateImports(Deno.readTextFileSync(path), exists));
    }
    const faults = readFaults().filter(([fault]) => fault.startsWith(only));
    for (const [fault, file, test] of faults) {
      const [fails, how] = await outcomeOf(tree, file, test);
      if (!fails) passing++;
      console.log(`${fault}: ${how}\n    ${file}: ${test}`);
    }
    console.log(`${faults.length} tests on ${base}: ${faults.length - passing} fail, ${passing} do not`);
  } finally {
    await git("worktree", "remove", "--force", tree);
    await Deno.remove(folder, { recursive: true });
  }
  return passing === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
