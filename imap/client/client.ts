/** The client. Its class is generated: one method for each command of `grammar/commands.table`. */

import { showAs } from "../base/shown.ts";
import { ImapClient } from "./_gen/commands.ts";

export { ImapClient };

showAs(ImapClient, "ImapClient", ({ state, secure, mailbox, capabilities }) => ({
  state,
  secure,
  mailbox,
  capabilities: capabilities && [...capabilities].join(" "),
}));
