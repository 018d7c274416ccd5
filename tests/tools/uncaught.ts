/**
 * Loaded before the test files under Deno. Once a file has imported `node:test`, Deno 2.9 lets it pass
 * although its top level threw or a timer of it threw later; what nobody caught is written to the report
 * file here, and `tests/run.ts` counts it as a failure.
 */

import { appendFileSync } from "node:fs";
import { env } from "node:process";

function report(error: unknown): void {
  const file = env.POSTERN_TEST_REPORT;
  if (!file) return;
  const text = error instanceof Error ? error.stack ?? String(error) : String(error);
  appendFileSync(file, JSON.stringify({ kind: "uncaught", text }) + "\n");
}

addEventListener("error", (event) => report(event.error));
addEventListener("unhandledrejection", (event) => report(event.reason));
