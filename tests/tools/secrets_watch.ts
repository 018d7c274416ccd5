/**
 * Loaded before the test files under Deno: traces every connection of the suite, and reports a password or token that is in a line of
 * a trace or in an error that a call ended with. `tests/run.ts` counts it as a failure.
 */

import { appendFileSync } from "node:fs";
import { env } from "node:process";
import { Command } from "../../imap/session/handle.ts";
import { Secrets } from "../../imap/session/secrets.ts";
import { Session } from "../../imap/session/session.ts";
import { isTelling } from "./telling.ts";

const told = new Set<string>();

function look(where: string, text: string): void {
  for (const secret of told) {
    if (text.includes(secret)) report(`a secret is in ${where}: ${text.slice(0, 300)}`);
  }
}

function report(text: string): void {
  const file = env.POSTERN_TEST_REPORT;
  if (file) appendFileSync(file, JSON.stringify({ kind: "uncaught", text }) + "\n");
  else console.error(text);
}

/** All that an error shows, its causes included. */
function shown(error: unknown): string {
  let text = "";
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    text += `${at.message}\n${(at as { text?: string }).text ?? ""}\n`;
    try {
      text += `${JSON.stringify(at)}\n`;
    } catch {
      // A cause of the caller's own may be a ring.
    }
  }
  return text;
}

const { add } = Secrets.prototype;
Secrets.prototype.add = function (secret) {
  const text = typeof secret === "string" ? secret : new TextDecoder().decode(secret);
  if (isTelling(text)) told.add(text);
  return add.call(this, secret);
};

const { fail } = Command.prototype;
Command.prototype.fail = function (reason) {
  look("an error", shown(reason));
  return fail.call(this, reason);
};

const { open } = Session;
Session.open = (transport, options = {}) =>
  open.call(Session, transport, {
    ...options,
    trace(event) {
      look("a trace", event.line);
      options.trace?.(event);
    },
  });
