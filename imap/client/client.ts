/** The client. Its class is generated: one method for each command of `grammar/commands.table`. */

export { ImapClient } from "./_gen/commands.ts";
