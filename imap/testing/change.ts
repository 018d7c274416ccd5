/** Changes that come from outside of a session: another client, a delivery, an administrator, a restart. */

import type { SeedMessage } from "./seed/seed.ts";

/** Which messages of a mailbox: by UID, or so many of the oldest or newest that are there. */
export type WhichMessages = "all" | readonly number[] | { oldest: number } | { newest: number };

/**
 * A change from outside, as data. The members that are given happen in the order in which they are listed here;
 * sessions are told as a real server tells them. Messages and mailboxes that are not there are passed over, so that a
 * script can say the same thing again and again.
 *
 * @example
 * ```ts
 * import { type Change, startServer } from "@postern/postern/testing";
 *
 * const storm: Change = { expunge: { oldest: 2 }, deliver: ["Subject: new\n\n!\n"] };
 * await using server = await startServer({ mailboxes: { INBOX: ["a: 1\n\n", "a: 2\n\n", "a: 3\n\n"] } });
 * server.change(storm);
 * console.log(server.mailbox("INBOX").messages.map(({ uid }) => uid)); // [3, 4]
 * ```
 */
export interface Change {
  /** Whose mailboxes. Left out: those of the session in which a fault comes due, else those of the first user. */
  user?: string;
  /** Which mailbox. Left out: the one that is selected in the session in which a fault comes due, else INBOX. */
  mailbox?: string;
  /** Makes the mailbox, where it is not there. */
  create?: true;
  /** Messages come in. */
  deliver?: readonly SeedMessage[];
  /** Messages get these flags, in place of those they have. */
  setFlags?: { messages: WhichMessages; flags: readonly string[] };
  /** Messages are removed permanently. */
  expunge?: WhichMessages;
  /** The mailbox gets another name. */
  rename?: string;
  /** The mailbox is deleted; sessions that have it open are disconnected. */
  delete?: true;
  /**
   * The mailbox gets this UIDVALIDITY, or the next one, and its messages new UIDs: sessions that have it open are
   * disconnected.
   */
  uidValidity?: number | "next";
  /** The highest modification sequence goes back by so much, as after a restore, and those of messages with it. */
  modSeqBack?: number;
  /** The capabilities of the whole server, from now on: those it offers besides, and those it no longer offers. */
  capabilities?: { with?: readonly string[]; without?: readonly string[] };
  /** Access tokens of all users are invalid from now on; with `bye`, who logged in with one is disconnected with that text. */
  expireTokens?: true | { bye: string };
  /**
   * All clients are disconnected, as by a restart: after `* BYE` with the text, or without a word where there is none.
   * With `uidValidities`, every mailbox of every user has the next UIDVALIDITY afterwards, and its messages new UIDs.
   */
  restart?: { bye?: string; uidValidities?: true };
}

/** The kinds of its members, for who checks what came as data. */
export const changeFields: Readonly<Record<keyof Change, string>> = {
  user: "text?",
  mailbox: "text?",
  create: "bool?",
  deliver: "list?",
  setFlags: "object?",
  expunge: "any?",
  rename: "text?",
  delete: "bool?",
  uidValidity: "any?",
  modSeqBack: "number?",
  capabilities: "object?",
  expireTokens: "any?",
  restart: "object?",
};
