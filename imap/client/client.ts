/** The client. Its class is generated: one method for each command of `grammar/commands.table`. */

import { showAs } from "../base/shown.ts";
import { SelectedMailbox } from "../session/selected_mailbox.ts";
import type { Session } from "../session/session.ts";
import { ImapClient } from "./_gen/commands.ts";

export { ImapClient };

let told = false;

/**
 * Makes a client, and says once how clients and their mailboxes are printed: in a function, because at the top of the file it would keep bundlers from
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
    showAs(
      SelectedMailbox,
      "SelectedMailbox",
      ({ removed: _1, owner: _2, validity: _3, ...mailbox }) => mailbox,
    );
  }
  return new ImapClient(session);
}
