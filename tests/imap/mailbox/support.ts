/** Accounts on the embedded server. */

import { type Account, type AccountOptions, openAccount } from "../../../imap/mailbox/account.ts";
import type { TestServer } from "../../../imap/testing/mod.ts";

/** What connects to a server in memory, and how. */
export function optionsFor(server: TestServer, options: Partial<AccountOptions> = {}): AccountOptions {
  return {
    host: "imap.example.org",
    auth: { user: "alice", pass: "alice-pw" },
    dial: () => Promise.resolve(server.connect()),
    gate: () => Promise.resolve({ [Symbol.dispose]() {} }),
    random: () => 0.5,
    ...options,
  };
}

/** Opens an account on a server in memory. */
export function accountOn(server: TestServer, options: Partial<AccountOptions> = {}): Promise<Account> {
  return openAccount(optionsFor(server, options));
}

/** The lines that clients sent, without tags and the number of the connection. */
export function commandsIn(server: TestServer): string[] {
  return [...server.log.matchAll(/^\S+ C: \S+ (.*)$/gm)].map(([, line]) => line!);
}

/** A message with a text and files. */
export function mailWith(
  subject: string,
  files: Record<string, string>,
  text = "See the files.\r\n",
): string {
  const parts = Object.entries(files).map(([name, content]) =>
    [
      "--b",
      `Content-Type: application/octet-stream; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      "Content-Transfer-Encoding: base64",
      "",
      ...(btoa(content).match(/.{1,76}/g) ?? []),
    ].join("\r\n")
  );
  return [
    "From: =?utf-8?q?Zo=C3=AB?= <zoe@example.org>",
    "To: sam@example.net",
    "Date: Mon, 5 Oct 2026 10:00:00 +0200",
    `Subject: ${subject}`,
    `Message-ID: <${subject.replaceAll(/\W/g, "")}@example.org>`,
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    "Content-Type: text/plain; charset=iso-8859-1",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    text,
    ...parts,
    "--b--",
    "",
  ].join("\r\n");
}

/** A signal that tells how many listen to it. */
export function countingSignal(): {
  signal: AbortSignal;
  abort: (reason?: unknown) => void;
  listeners: () => number;
} {
  const controller = new AbortController();
  const { signal } = controller;
  const listening = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (type: string, ...rest: [never]) => {
    listening.add(rest[0]);
    addEventListener.call(signal, type, ...rest);
  };
  signal.removeEventListener = (type: string, ...rest: [never]) => {
    listening.delete(rest[0]);
    removeEventListener.call(signal, type, ...rest);
  };
  return { signal, abort: (reason) => controller.abort(reason), listeners: () => listening.size };
}

/** How many listen to signals. */
export interface Listeners extends Disposable {
  /** To the signal that most listen to, whoever has made it. */
  most(): number;
}

/** Counts, until it is disposed, who listens to signals. */
export function listenersOfSignals(): Listeners {
  const { prototype } = AbortSignal;
  const { addEventListener: add, removeEventListener: remove } = prototype;
  const own = Object.hasOwn(prototype, "addEventListener");
  const all = new Map<AbortSignal, Set<unknown>>();
  prototype.addEventListener = function (this: AbortSignal, type: string, ...rest: [never]) {
    let listening = all.get(this);
    if (listening === undefined) all.set(this, listening = new Set());
    listening.add(rest[0]);
    add.call(this, type, ...rest);
  };
  prototype.removeEventListener = function (this: AbortSignal, type: string, ...rest: [never]) {
    const listening = all.get(this);
    listening?.delete(rest[0]);
    if (listening?.size === 0) all.delete(this);
    remove.call(this, type, ...rest);
  };
  return {
    most() {
      for (const signal of all.keys()) if (signal.aborted) all.delete(signal);
      return Math.max(0, ...Array.from(all.values(), ({ size }) => size));
    },
    [Symbol.dispose]() {
      if (own) Object.assign(prototype, { addEventListener: add, removeEventListener: remove });
      else {
        Reflect.deleteProperty(prototype, "addEventListener");
        Reflect.deleteProperty(prototype, "removeEventListener");
      }
    },
  };
}
