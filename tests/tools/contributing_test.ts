// CONTRIBUTING.md names files, functions, tasks and steps; all of them are there.

import { test } from "node:test";
import { existsSync, readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { ARROWS } from "./house_rules.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const page = read("CONTRIBUTING.md");
const prose = page.replace(/```[^]*?```/g, "");

/** Everything in backticks that is a path of the project; folders too. */
function paths(): string[] {
  const found = [...prose.matchAll(/`([^`\s]+)`/g)].map(([, text]) => text!);
  return found.filter((text) =>
    /^(?:(?:imap|email|codegen|grammar|tests|\.ci)(?:\/|$)|[a-z]\w*\.(?:ts|md|json)$)/.test(text)
  )
    .filter((text) => !/[*]|NAME/.test(text));
}

test("each file and folder that CONTRIBUTING.md names exists", () => {
  const missing = paths().filter((path) => !existsSync(new URL(path, root)));
  assertEquals(missing, []);
  assert(paths().length > 60, `${paths().length}`);
});

test("each function that CONTRIBUTING.md names after its file is in that file", () => {
  const flat = prose.replace(/\s+/g, " ");
  const pairs = [...flat.matchAll(/`([\w/.]+\.ts)`,? `(#?\w+)`/g)];
  const missing: string[] = [];
  for (const [, path, name] of pairs) {
    // At its definition: a function, a method, or a constant.
    const defined = new RegExp(`(?:function\\*?|const|async|static|^ ) *(?:async )?${name}\\b *[(=<:]`, "m");
    if (!defined.test(read(path!))) missing.push(`${path} ${name}`);
  }
  assertEquals(missing, []);
  assert(pairs.length > 20, `${pairs.length}`);
});

test("each room that the arrows know is in the table of rooms, and the other way round", () => {
  const table = prose.split("## The rooms")[1]!.split("## Three walks")[0]!;
  const rows = [...table.matchAll(/^\| `([\w/]+)`/gm)].map(([, room]) => room!);
  const isRoom = (name: string) => name !== "imap" && name !== "mod.ts" && existsSync(new URL(name, root));
  const rooms = Object.keys(ARROWS).filter(isRoom);
  assertEquals([...rows].sort(), [...rooms, "grammar", "tests"].sort());
});

test("each task and each step of the check that CONTRIBUTING.md names exists", () => {
  const { tasks } = JSON.parse(read("deno.json")) as { tasks: Record<string, unknown> };
  for (const [, name] of page.matchAll(/deno(?:@2)? task ([\w:-]+)/g)) assert(name! in tasks, name);
  const steps = [...read("tests/tools/check.ts").matchAll(/\{\s*name: "(\w+)"/g)].map(([, name]) => name!);
  const table = page.split("| step ")[1]!;
  const named = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!);
  assertEquals(named, steps);
});
