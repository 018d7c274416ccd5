// The runner must not be fooled: what crashed, threw late or was skipped without a reason is a failure.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { env, execPath } from "node:process";
import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { fixturePath, fixtureText } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { parseJunit } from "./junit.ts";

const outcomes = (name: string) =>
  parseJunit(fixtureText(`tools/data/${name}`)).map((each) => `${each.outcome} ${each.file}: ${each.name}`);

test("JUnit: Deno's report, in which a test carries the place of its test() call", () => {
  assertEquals(outcomes("deno.xml"), [
    "passed tests/a_test.ts: plain",
    'failed tests/a_test.ts: with <angle> & "quote"',
    "passed tests/a_test.ts: parent > step",
    "skipped tests/support/skip.ts: from a helper",
    "failed tests/d_test.ts: stops the runtime",
  ]);
  const [, failed] = parseJunit(fixtureText("tools/data/deno.xml"));
  assertEquals(failed!.detail, "Error: 1 > 2 & so on\n    at file:///a_test.ts:1:1");
});

test("JUnit: Bun's report, with a suite for each describe()", () => {
  assertEquals(outcomes("bun.xml"), [
    "passed tests/a_test.ts: plain",
    "skipped tests/a_test.ts: later",
    "passed tests/a_test.ts: group > inner > deep",
    "failed tests/a_test.ts: group > bad",
  ]);
});

test("JUnit: a report that breaks off is an error, wherever it does", () => {
  const whole = fixtureText("tools/data/bun.xml").trimEnd();
  for (let length = 0; length < whole.length; length += 7) {
    assertThrows(() => parseJunit(whole.slice(0, length)));
  }
});

const SAMPLES: Record<string, string> = {
  good: `test("good", () => {});`,
  bad: `test("bad", () => { throw new Error("wrong"); });`,
  top: `test("fine", () => {}); throw new Error("at the top");`,
  late: `test("early", () => { setTimeout(() => { throw new Error("late"); }, 5); });
         test("slow", () => new Promise((resolve) => setTimeout(resolve, 50)));`,
  unnamed: `test("unnamed", { skip: true }, () => {});`,
  named: `import { testWith } from "./support/skip.ts";
          testWith({ name: "X tests", enable: "install with: x", available: false }, "needs x", () => {});`,
  required: `import { testWith } from "./support/skip.ts";
          testWith({ name: "X tests", enable: "install with: x", available: false, required: true }, "x", () => {});`,
  empty: ``,
  torn: `import "./absent.ts"; test("torn", () => {});`,
};

function runSuite(...names: string[]): { status: number | null; lines: string[] } {
  return runSuiteWith("", names);
}

function runSuiteWith(
  required: string,
  names: readonly string[],
): { status: number | null; lines: string[] } {
  const folder = mkdtempSync(`${tmpdir()}/postern-runner-`);
  try {
    for (const part of ["run.ts", "tools", "support", "runtime"]) {
      const filter = (path: string) => !path.endsWith("_test.ts") && !path.endsWith("node_modules");
      cpSync(fixturePath(part), `${folder}/tests/${part}`, { recursive: true, filter });
    }
    writeFileSync(`${folder}/deno.json`, "{}");
    for (const name of names) {
      const text = `import { test } from "node:test";\n${SAMPLES[name]}\n`;
      writeFileSync(`${folder}/tests/${name}_test.ts`, text);
    }
    const deno = spawnSync(execPath, ["run", "-A", "tests/run.ts", "--deno"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...env, NO_COLOR: "1", POSTERN_REQUIRE: required },
    });
    return { status: deno.status, lines: deno.stdout.trimEnd().split("\n") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The runner is a Deno program; under Bun there is no Deno to run it with.
if (runtime === "deno") {
  test("runner: all passed", () => {
    const { status, lines } = runSuite("good");
    assertEquals([status, lines.at(-1)], [0, "1 passed, 0 failed"]);
  });

  test("runner: a named skip is printed with its command, before the last line", () => {
    const { status, lines } = runSuite("good", "named");
    assertEquals([status, ...lines.slice(-2)], [
      0,
      "skipped: X tests (install with: x)",
      "1 passed, 0 failed, 1 skipped",
    ]);
  });

  test("runner: a skip is a failure where everything is required, under its own file", () => {
    const { status, lines } = runSuiteWith("all", ["good", "named"]);
    assertEquals([status, lines.at(-1)], [1, "1 passed, 1 failed"]);
    assertEquals(lines.filter((line) => line.startsWith("FAILED")).map((line) => line.replace(/.*?: /, "")), [
      "tests/named_test.ts > needs x",
    ]);
  });

  test("runner: everything that is not a clean pass fails", () => {
    const { status, lines } = runSuite("good", "bad", "top", "late", "unnamed", "required", "empty", "torn");
    assertEquals([status, lines.at(-1)], [1, "4 passed, 7 failed"]);
    assertEquals(lines.filter((line) => line.startsWith("FAILED")).map((line) => line.replace(/.*?: /, "")), [
      "tests/bad_test.ts > bad",
      "tests/required_test.ts > x",
      "tests/unnamed_test.ts > unnamed",
      "tests/empty_test.ts > not loaded, stopped the runtime, or without a test",
      "error outside of any test",
      "error outside of any test",
      "tests/torn_test.ts > not loaded",
    ]);
  });
}
