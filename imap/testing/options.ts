/** What a test server is told, and what it shows of its mailboxes. */

import type { Clock } from "../base/clock.ts";
import type { Fault } from "./faults.ts";
import type { ProfileName } from "./profiles.ts";
import type { SeedMailbox, SeedUser } from "./seed/seed.ts";

/** What {@linkcode startServer} can be told. */
export interface ServerOptions {
  /**
   * Who may log in: name and password, or name and {@linkcode SeedUser}. Users given by password alone share
   * `mailboxes`. `{ alice: "alice-pw" }` when left out.
   */
  users?: Readonly<Record<string, string | SeedUser>>;
  /** The shared mailboxes by name, levels separated by "/". INBOX always exists. */
  mailboxes?: Readonly<Record<string, SeedMailbox>>;
  /** Limits of the shared mailboxes, as in {@linkcode SeedUser}. */
  quota?: Readonly<Record<string, number>>;
  /**
   * A server to take after: `rev1` knows RFC 3501 and nothing else, `dovecot`, `cyrus` and `gmail` offer what those do, as
   * far as it is there, and answer as they do where no RFC decides. The other options go before it.
   */
  profile?: ProfileName;
  /**
   * Deviations of real servers in every answer, by the names that `grammar/REFERENCE.md` lists, such as
   * `["double-space", "encoding-nil"]`.
   */
  quirks?: readonly string[];
  /** Everything the server offers, instead of the default list. What is not listed does not work. */
  capabilities?: readonly string[];
  /** What it offers besides, such as `AUTH=SCRAM-SHA-256`. */
  with?: readonly string[];
  /** What of all that it does not offer. */
  without?: readonly string[];
  /** False: the server knows no IMAP4rev2. */
  rev2?: boolean;
  /** How it greets. PREAUTH logs in the first user; BYE closes the connection. */
  greeting?: {
    /** The kind of greeting. OK when left out. */
    type?: "OK" | "PREAUTH" | "BYE";
    /** The text that follows it. */
    text?: string;
  };
  /**
   * The certificate for TLS, and its key, both in PEM: the ports then offer STARTTLS, or TLS from the first octet.
   * `"generated"` has one made for localhost, with the authority in {@linkcode TestServer.ca}; the other words make one
   * that clients must refuse.
   */
  tls?: { cert: string; key: string; ca?: string } | "generated" | "expired" | "not yet valid" | "other name";
  /** What it does wrong, and when. */
  faults?: Iterable<Fault>;
  /** Timers and times of the server, such as a {@linkcode ManualClock}; the runtime's own when left out. */
  clock?: Clock;
  /** Internal dates only; what `clock` says when left out. */
  now?: () => Date;
  /** UIDVALIDITY of the first mailbox; the others count up from it. 1700000001 when left out. */
  uidValidity?: number;
  /** Octets of the largest message that APPEND takes. What `APPENDLIMIT=n` says, at most 64 MiB, when left out. */
  maxMessage?: number;
}

/** The kinds of these options, in the short form of specs. */
export const serverFields: Readonly<Record<keyof ServerOptions, string>> = {
  users: "object?",
  mailboxes: "object?",
  quota: "object?",
  profile: "text?",
  quirks: "list?",
  capabilities: "list?",
  with: "list?",
  without: "list?",
  rev2: "bool?",
  greeting: "object?",
  tls: "object?",
  faults: "list?",
  clock: "object?",
  now: "function?",
  uidValidity: "number?",
  maxMessage: "number?",
};

/** A message as it lies in a mailbox, for assertions. */
export interface MessageSnapshot {
  /** Its UID. */
  readonly uid: number;
  /** Flags and keywords, sorted. */
  readonly flags: readonly string[];
  /** INTERNALDATE. */
  readonly date: Date;
  /** The message, octet for octet. */
  readonly bytes: Uint8Array;
  /** The same as text, octets that are not UTF-8 replaced. */
  readonly text: string;
}

/** A mailbox as it is at one moment, for assertions. */
export interface MailboxSnapshot {
  /** Its name. */
  readonly name: string;
  /** UIDVALIDITY. */
  readonly uidValidity: number;
  /** UIDNEXT. */
  readonly uidNext: number;
  /** Its messages, oldest first. */
  readonly messages: readonly MessageSnapshot[];
}

/** Whose mailbox is meant, where it is not that of the first user. */
export interface OfUser {
  /** The user's name. */
  user?: string;
}
