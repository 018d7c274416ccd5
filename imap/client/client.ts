/** The client. Its class is generated: one method for each command of `grammar/commands.table`. */

import { showAs } from "../base/shown.ts";
import { FetchBody } from "../session/body.ts";
import { Command } from "../session/handle.ts";
import { SelectedMailbox } from "../session/selected_mailbox.ts";
import type { Session } from "../session/session.ts";
import { ImapClient } from "./_gen/commands.ts";
import { Lease } from "./lease.ts";

export { ImapClient };

let told = false;
const sessions = new WeakMap<ImapClient, Session>();

/** Says whether the connection of a client keeps the program running. */
export function holdProgram(client: ImapClient, held: boolean): void {
  sessions.get(client)?.holdProgram(held);
}

/**
 * Makes a client, and says once how clients and what they give are printed: in a function, because at the top of the file it would keep bundlers from
 * dropping the client where only the codec is used.
 */
export function makeClient(session: Session): ImapClient {
  if (!told) {
    told = true;
    showAs(ImapClient, "ImapClient", ({ state, secure, mailbox, capabilities }) => ({
      state,
      secure,
      mailbox,
      capabilities: capabilities && [...capabilities].join(" "),
    }));
    // Bun prints the methods of other classes.
    showAs(Command, "Command", () => ({}));
    showAs(FetchBody, "FetchBody", ({ seq, uid, item, name, size }) => ({ seq, uid, item, name, size }));
    showAs(Lease, "MailboxSession", ({ mailbox, released }) => ({ mailbox, released }));
    showAs(
      SelectedMailbox,
      "SelectedMailbox",
      ({ removed: _1, owner: _2, validity: _3, ...mailbox }) => mailbox,
    );
  }
  const client = new ImapClient(session);
  sessions.set(client, session);
  return client;
}
