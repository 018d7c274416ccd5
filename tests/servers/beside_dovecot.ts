/** What the comparisons of the server for tests with Dovecot share: a Dovecot, and messages in it. */

import { execFileSync } from "node:child_process";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { connect, type ImapClient } from "@postern/postern/imap";
import { fixtureJson } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { type DovecotServer, startDovecot } from "./dovecot.ts";

/** What is different on purpose: name or question, and the reason. */
export const differences = fixtureJson<{
  structures: Record<string, string>;
  searches: Record<string, string>;
}>("servers/differences.json");

/** Dovecot while something is done with it: once, under Deno, since what is compared is the same in every runtime. */
export async function beside(work: (server: DovecotServer) => Promise<void>): Promise<void> {
  if (runtime !== "deno") return;
  const server = await startDovecot({ quota: "100M" });
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

export const auth = { user: "alice", pass: "alice-pw" };

/** Puts messages where Dovecot keeps them, before it looks there for the first time: quicker than APPEND by much. */
export function fillInbox(
  { dir }: DovecotServer,
  messages: readonly { bytes: Uint8Array; flags?: readonly string[]; date?: Date }[],
): void {
  const home = join(dir, "home/alice");
  const maildir = join(home, "Maildir");
  for (const folder of ["cur", "new", "tmp"]) mkdirSync(join(maildir, folder), { recursive: true });
  writeFileSync(join(maildir, "dovecot-keywords"), "0 $Forwarded\n");
  const letters = new Map([["\\Deleted", "T"], ["\\Draft", "D"], ["\\Flagged", "F"], ["\\Answered", "R"], [
    "\\Seen",
    "S",
  ], [
    "$Forwarded",
    "a",
  ]]);
  for (const [index, { bytes, flags = [], date = new Date(0) }] of messages.entries()) {
    const info = [...letters].filter(([flag]) => flags.includes(flag)).map(([, letter]) => letter).join("");
    // UIDs are given in the order of the names.
    const file = join(maildir, "cur", `1700000000.M${String(index).padStart(6, "0")}.host:2,${info}`);
    writeFileSync(file, bytes);
    utimesSync(file, date, date);
  }
  if (process.getuid?.() === 0) execFileSync("chown", ["-R", "mail:mail", home]);
}

export function connectTo({ host, tlsPort: port, caPem }: DovecotServer): Promise<ImapClient> {
  return connect({ host, port, tlsHostname: "localhost", caCerts: caPem, auth });
}
