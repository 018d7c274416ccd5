import { spawnSync } from "node:child_process";
import { execPath } from "node:process";
import { test } from "node:test";
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CommandError, connect } from "../../../imap/core.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { runtime } from "../../support/runtime.ts";

interface Outcome {
  name: string;
  words: string[];
  errors: { name: string; message: string; ours: boolean }[];
}

/** What each way of leaving failures alone must have reported. */
const expected: Readonly<Record<string, string[]>> = {
  "a refusal": ["CommandError"],
  "awaited one after another": [],
  "catch, then, finally, allSettled, loops": [],
  "rows": ["TypeError"],
  "a wrong argument": ["TypeError"],
  "closed by this side": [],
  "logged out": [],
  "lost, nobody told": ["ConnectionError"],
  "lost, another call told": [],
  "lost, events told": [],
  "lost, idle told": [],
  "lost, a loop told": [],
  "a long set": ["CommandError"],
  "a loop over a long set": [],
  "given up by the caller, and late": ["TimeoutError"],
  "commands of the client itself": [],
  "garbage": ["CommandError"],
};

function program(...args: string[]) {
  const run = runtime === "deno" ? ["run", "-A", "--no-check"] : [];
  const path = fixturePath(`imap/session/unobserved_program.${runtime === "node" ? "js" : "ts"}`);
  return spawnSync(execPath, [...run, path, ...args], {
    encoding: "utf8",
    timeout: 60_000,
  });
}

test("a failure that nothing has observed is reported once, and what was reported otherwise is not", () => {
  const { stdout, stderr } = program();
  const lines = stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Outcome);
  assertEquals(lines.map(({ name }) => name), Object.keys(expected), stderr);
  for (const { name, errors } of lines) {
    assertEquals(errors.map((one) => one.name), expected[name], `${name}: ${JSON.stringify(errors)}`);
    for (const error of errors) assert(error.ours, `${name}: the stack does not show the call`);
  }
  const words = Object.fromEntries(lines.map(({ name, words }) => [name, words]));
  assertEquals(words["a refusal"], ["before the end: 0", "is a handle: function"]);
  assertEquals(words["garbage"], ["before the end: 1"]);
});

test("a program that forgot an await does not end as if all were well", () => {
  const { status, stderr, stdout } = program("--forget");
  assertNotEquals(status, 0, stdout);
  assertStringIncludes(stderr, "CommandError: APPEND: NO");
  assertStringIncludes(stderr, "unobserved_program");
});

test("of many calls, an error says which one failed", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["x"], A: [], B: [] } });
  await using client = await connect({
    transport: server.connect(),
    auth: { user: "alice", pass: "alice-pw" },
  });
  const calls: Promise<unknown>[] = [];
  // Not as the last thing that they do: Bun's engine forgets who made such a call.
  function theOne(name: string): void {
    calls.push(client.subscribe(name));
  }
  function thisOne(name: string): void {
    calls.push(client.delete(name));
  }
  for (const name of ["A", "B", "Nowhere", "A"]) (name === "Nowhere" ? thisOne : theOne)(name);
  const failed = (await Promise.allSettled(calls)).filter((one) => one.status === "rejected");
  assertEquals(failed.length, 1);
  const { stack = "" } = failed[0]!.reason as Error;
  assertStringIncludes(stack, "thisOne");
  if (runtime === "deno") assertStringIncludes(stack, "CommandError: DELETE: NO");
  const late = client.delete("Nowhere");
  await client.noop();
  await assertRejects(async () => await late, CommandError);
});
