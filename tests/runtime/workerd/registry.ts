/**
 * What workerd runs the test files with: it has no `node:test`, so the bundle takes this in its place. Tests run
 * one after the other, each result is a line of output, and a runtime that dies leaves the rest without one.
 */

type Body = (context: Context) => unknown;
type Options = { skip?: boolean | string; only?: boolean; timeout?: number };

/** What a test body is given; steps count as part of their test. */
interface Context {
  test(name: string, options: Options | Body, body?: Body): Promise<void>;
}

interface Registered {
  name: string;
  body: Body;
  skip: boolean;
  file: string;
}

// Not there at the compatibility date of the tests; the assertions ask for its name.
(globalThis as { WeakRef?: unknown }).WeakRef ??= class WeakRef {};

const registered: Registered[] = [];
const groups: string[] = [];
let currentFile = "";

/** Called between the imports of the bundle, so that each test knows its file. */
export function enterFile(file: string): void {
  currentFile = file;
}

/** Registers a test, in the forms of `node:test` that the suite uses. */
export function test(name: string, options: Options | Body, body?: Body): void {
  const run = typeof options === "function" ? options : body;
  const skip = typeof options === "object" && Boolean(options.skip);
  if (run === undefined) throw new TypeError(`test "${name}" has no body`);
  registered.push({ name: [...groups, name].join(" > "), body: run, skip, file: currentFile });
}

/** Groups the tests that its body registers. */
export function describe(name: string, body: () => void): void {
  groups.push(name);
  try {
    body();
  } finally {
    groups.pop();
  }
}

export const it = test;
export default test;

/** Runs everything that was registered and prints a plan and one line for each test. */
export async function runAll(): Promise<void> {
  print({ plan: registered.map(({ file, name }) => ({ file, name })) });
  for (const { file, name, body, skip } of registered) {
    if (skip) {
      print({ file, name, outcome: "skipped", detail: "" });
      continue;
    }
    try {
      await body(context());
      print({ file, name, outcome: "passed", detail: "" });
    } catch (error) {
      const detail = error instanceof Error ? error.stack ?? String(error) : String(error);
      print({ file, name, outcome: "failed", detail });
    }
  }
}

function context(): Context {
  return {
    async test(_name, options, body) {
      const run = typeof options === "function" ? options : body;
      await run?.(context());
    },
  };
}

function print(line: unknown): void {
  console.log("@@" + JSON.stringify(line));
}
