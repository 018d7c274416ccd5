// SECURITY.md names tests and limits: the tests exist, and the numbers are those of the code.

import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../email/parse/limits.ts";
import { defaultLimits, defaultTimeouts } from "../../imap/base/limits.ts";
import { edgeLimits } from "../../imap/transport/cloudflare.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const page = read("SECURITY.md");

/** The rows of the table whose head begins so, each as its cells. */
function rows(head: string): string[][] {
  const at = page.search(new RegExp(`^\\| ${head.replace(/[|]/g, "\\s*\\$&\\s*")}`, "m"));
  assert(at >= 0, `SECURITY.md has a table of ${head}`);
  const lines = page.slice(at).split("\n");
  const table = lines.slice(0, lines.findIndex((line) => !line.startsWith("|")));
  return table.slice(2).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

function count(text: string): number | undefined {
  if (text === "") return undefined;
  const [number, unit = ""] = text.split(" ");
  const factors: Record<string, number> = { "": 1, KiB: 1024, MiB: 1024 * 1024 };
  return Number(number!.replaceAll(",", "")) * factors[unit]!;
}

function table(head: string, column: number): Record<string, number> {
  const named = rows(head).map((cells) => [cells[0]!.replaceAll("`", ""), count(cells[column]!)] as const);
  return Object.fromEntries(named.filter((entry): entry is [string, number] => entry[1] !== undefined));
}

test("the limits and deadlines of SECURITY.md are those of the code, every one of them", () => {
  assertEquals(table("limit|of one connection", 2), { ...defaultLimits });
  assertEquals(table("limit|of one connection", 3), { ...edgeLimits } as Record<string, number>);
  assertEquals(table("deadline|of", 2), { ...defaultTimeouts });
  assertEquals(table("limit|of one message", 2), { ...LIMITS });
});

test("each test that SECURITY.md names is in the file that it names", () => {
  const attacks = rows("attack|test");
  const missing = attacks.filter(([, cell]) => {
    const [, file, name] = /^`([^`]+)`: (.+)$/.exec(cell!) ?? [];
    return file === undefined || !read(file).includes(JSON.stringify(name));
  });
  assertEquals(missing, []);
  assert(attacks.length > 30, `${attacks.length}`);
});
