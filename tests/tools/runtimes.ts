/** The runtimes that the package is promised for, and their programs. */

import { lastLines, run } from "./process.ts";

/** Each runtime's versions as npm names them: the oldest that is promised, then the newest. */
export const VERSIONS: Readonly<Record<"deno" | "bun" | "node" | "workerd", readonly string[]>> = JSON.parse(
  Deno.readTextFileSync(new URL("../runtime/versions.json", import.meta.url)),
);

const STALL_MS = 180_000;

/** Has npx fetch a program, and returns where it lies, so that npx itself is asked only once. */
export async function fetchTool(name: string, version: string): Promise<string> {
  // Without a network npx would ask for what it has again and again, a minute long.
  const args = ["--prefer-offline", "-y", "-p", `${name}@${version}`, "-c", `command -v ${name}`];
  const found = await run("npx", args, { stallMs: STALL_MS });
  const path = found.output.split("\n").findLast((line) => line.startsWith("/") && line.endsWith(`/${name}`));
  if (path === undefined) throw new Error(`npx -y ${name}@${version}: ${lastLines(found.output, 8)}`);
  return path;
}

/** Tests that a runtime cannot pass, and why. */
export interface Difference {
  reason: string;
  tests: string[];
}

/** What tests/runtime/differences.json has of a runtime. */
export function differencesOf(runtime: "node" | "workerd"): Difference[] {
  const text = Deno.readTextFileSync(new URL("../runtime/differences.json", import.meta.url));
  return JSON.parse(text)[runtime] ?? [];
}
