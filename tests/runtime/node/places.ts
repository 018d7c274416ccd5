/**
 * Which test file registered a test. Node.js reports the file of the `test()` call, which for a test that a helper of
 * tests/support registers is the helper's.
 */

import { createRequire, syncBuiltinESMExports } from "node:module";

const places = new Map<string, string>();
let loading = "";

/** The file that registered the test of this name, or `called`, where Node.js saw the call. */
export function placeOf(name: string, called: string): string {
  return places.get(name) ?? called;
}

/** Loads a test file; the tests that it registers are its own from now on. */
export async function load(file: string, path: string): Promise<void> {
  loading = file;
  await import(path);
}

type Register = (name: unknown, ...rest: unknown[]) => unknown;

const builtin = createRequire(import.meta.url)("node:test") as { test: Register };
const register = builtin.test;
builtin.test = Object.assign((name: unknown, ...rest: unknown[]) => {
  if (typeof name === "string") places.set(name, loading);
  return register(name, ...rest);
}, register);
syncBuiltinESMExports();
