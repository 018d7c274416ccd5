// Calls and what CPython 3.13.0 answers to them, from the files in data/.

import { loadCharsets } from "../../email/codecs/load.ts";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";

interface Vector {
  fn: string;
  args: unknown[];
  out: unknown;
}

/** Values as the data files write them: octets as {hex}, absent as null. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return { hex: Array.from(value, (octet) => octet.toString(16).padStart(2, "0")).join("") };
  }
  if (Array.isArray(value)) return value.map(plain);
  return value ?? null;
}

/** Octets of {hex}; everything else as it is. */
export function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value === "object" && value !== null && "hex" in value) {
    return Uint8Array.from(String(value.hex).match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }
  return value;
}

function attempt(call: () => unknown): unknown {
  try {
    return plain(call());
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error: error.name };
  }
}

// deno-lint-ignore no-explicit-any
export type Calls = Record<string, (...args: any[]) => unknown>;

/**
 * One test for each function of a data file: every call has to give CPython's answer.
 *
 * @param differs arguments (as JSON) whose answer differs on purpose, and the answer of this package
 */
export function testVectors(file: string, calls: Calls, differs: Record<string, unknown> = {}): void {
  const vectors: Vector[] = JSON.parse(readFileSync(new URL(`./data/${file}.json`, import.meta.url), "utf8"));
  const names = new Set(vectors.map((vector) => vector.fn));
  assertEquals([...names].sort(), Object.keys(calls).sort(), "every function of the file is called");
  const unused = new Set(Object.keys(differs));
  for (const fn of names) {
    test(`${file}: ${fn} answers as CPython 3.13.0`, async () => {
      await loadCharsets();
      const some = vectors.filter((vector) => vector.fn === fn);
      assert(some.length > 0);
      const wrong: string[] = [];
      for (const { args, out } of some) {
        const key = `${fn} ${JSON.stringify(args)}`;
        const expected = key in differs ? differs[key] : out;
        unused.delete(key);
        const actual = attempt(() => calls[fn]!(...(revive(args) as unknown[])));
        if (JSON.stringify(actual) !== JSON.stringify(expected)) {
          wrong.push(`${key}\n  expected ${JSON.stringify(expected)}\n  actual   ${JSON.stringify(actual)}`);
        }
      }
      assertEquals(
        wrong.length,
        0,
        `${wrong.length} of ${some.length} differ:\n${wrong.slice(0, 8).join("\n")}`,
      );
    });
  }
  test(`${file}: every deliberate difference was met`, () => assertEquals([...unused], []));
}
