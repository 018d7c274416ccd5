/**
 * Named skips. A test that needs something the machine may lack says what, and which one command brings it;
 * `tests/run.ts` prints both, and counts a skip that names nothing as a failure.
 */

import { appendFileSync } from "node:fs";
import { env } from "node:process";
import { test } from "node:test";

/** Something a test needs and a machine may lack. */
export interface Need {
  /** What is skipped, as the summary prints it: "Dovecot tests". */
  readonly name: string;
  /** What would enable it: "install with: apt-get install -y dovecot-imapd". */
  readonly enable: string;
  /** Whether it is there. */
  readonly available: boolean;
  /**
   * True where its absence must be a failure instead of a skip; with POSTERN_REQUIRE=all every absence is one, but of what
   * POSTERN_MAY_LACK names with the first word of `name`.
   */
  readonly required?: boolean;
}

/** Registers a test that runs when `need` is available, fails when it is required and absent, else is skipped. */
export function testWith(need: Need, name: string, body: () => void | Promise<void>): void {
  if (need.available) {
    test(name, body);
  } else if (
    need.required || (env.POSTERN_REQUIRE === "all" && need.name.split(" ")[0] !== env.POSTERN_MAY_LACK)
  ) {
    test(name, () => {
      throw new Error(`${need.name} must run here, but what they need is absent (${need.enable})`);
    });
  } else {
    report({ test: name, name: need.name, enable: need.enable });
    test(name, { skip: true }, body);
  }
}

function report(skip: { test: string; name: string; enable: string }): void {
  const file = env.POSTERN_TEST_REPORT;
  if (file) appendFileSync(file, JSON.stringify({ kind: "skip", ...skip }) + "\n");
}
