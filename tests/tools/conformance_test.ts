// What does not run in workerd has to be listed with its reason, and the list must not hide what runs.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { runtime } from "../support/runtime.ts";

test("a case of Deno's that is neither run in workerd nor listed fails the run", async () => {
  // The tools are Deno programs.
  if (runtime !== "deno") return;
  const { edgeProblems } = await import("./conformance.ts");
  const run = (file: string, ...names: string[]) =>
    names.map((name) => ({ file, name, outcome: "passed" as const, detail: "" }));
  const told = (...given: Parameters<typeof edgeProblems>) =>
    edgeProblems(...given).map(({ name, detail }) => `${name}: ${detail}`);
  const file = "tests/imap/a_test.ts";
  const list = [{ reason: "why", tests: ["c", "Deno: e"] }];

  const deno = run(file, "a", "b", "Deno: d", "Deno: e");
  assertEquals(told(deno, run(file, "a", "b", "workerd: d"), false, list), []);
  assertEquals(told(deno, run(file, "a", "workerd: d"), false, list), [
    "b: does not run in workerd, and tests/runtime/differences.json does not say why",
  ]);
  // Neither a skip nor the same name in another file is a run.
  const skipped = [{ file, name: "b", outcome: "skipped" as const, detail: "" }];
  const edge = [...run(file, "a", "workerd: d"), ...skipped, ...run("tests/imap/b_test.ts", "b")];
  assertEquals(told(deno, edge, false, list).length, 1);
  assertEquals(told(deno, run(file, "a", "b", "workerd: d", "workerd: e"), false, list), [
    "Deno: e: runs in workerd, and is in tests/runtime/differences.json",
  ]);
  assertEquals(told(deno, run(file, "a", "b", "workerd: d"), true, list), [
    "c: is not a test",
    "conformance suite: only 75.0 % of Deno's 4 cases run in workerd",
  ]);
  // Tests of the tools and of real servers are not of the suite.
  const others = [
    ...run("tests/tools/a_test.ts", "x"),
    ...run("tests/imap/client/real_servers_test.ts", "y"),
  ];
  assertEquals(told(others, [], false, []), []);
});
