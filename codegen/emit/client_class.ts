/**
 * What the class of the client has beside the commands of the table. It stands here and not in a class that the client
 * extends: a reference page shows only a class's own members.
 */
import { written } from "./places.ts";

/** Types that the members below name, by the file that exports them. */
export const clientImports: readonly [from: string, ...names: string[]][] = [
  [written.spec, "ConnectionState"],
  [written.events, "ImapEvent"],
  [written.selectedMailbox, "SelectedMailbox"],
  [written.session, "Session"],
  ["imap/codec/_gen/types.ts", "ConditionResponse"],
];

/** The comment above the class. */
export const clientDoc = `
A connection to an IMAP server. \`connect\` makes one. It serves one session: when the connection has ended, for
whatever reason, every call rejects with a {@linkcode ConnectionError}, and a new client is needed.

@example
\`\`\`ts
import { connect } from "@postern/postern/imap";
import { startServer } from "@postern/postern/testing";

await using server = await startServer();
const auth = { user: "alice", pass: "alice-pw" };
await using client = await connect({ transport: server.connect(), auth });
const inbox = await client.select("INBOX");
console.log(inbox.exists, client.mailbox?.uidNext);
\`\`\``;

/** The members. */
export const clientMembers = `readonly #session: Session;

/**
 * Makes a client of a session that has been greeted; \`connect\` does it.
 *
 * @internal
 */
constructor(session: Session) {
  this.#session = session;
}

/** State of the connection, RFC 9051 section 3. */
get state(): ConnectionState {
  return this.#session.state;
}

/** What the server offers at present, names in upper case; undefined while it has not said. */
get capabilities(): ReadonlySet<string> | undefined {
  return this.#session.capabilities;
}

/** What the server has said it enabled, names in upper case. */
get enabled(): ReadonlySet<string> {
  return this.#session.enabled;
}

/** The selected mailbox, as the server describes it at present; undefined when none is selected. */
get mailbox(): SelectedMailbox | undefined {
  return this.#session.mailbox;
}

/** Whether bytes travel encrypted. */
get secure(): boolean {
  return this.#session.secure;
}

/** The server's first words. */
get greeting(): ConditionResponse {
  return this.#session.greeting;
}

/** Whether the connection has ended. */
get closed(): boolean {
  return this.#session.ended !== undefined;
}

/**
 * What the server says without being asked, from now on: new messages, expunged ones, flags that others changed, alerts.
 * The server can say it while a command runs and during \`idle()\`.
 *
 * @returns An iterator that ends when the connection is closed by this side, and throws when it is lost.
 */
events(): AsyncIterableIterator<ImapEvent> {
  return this.#session.events();
}

/** Closes the connection at once; calls that wait on it reject with a {@linkcode ConnectionError}. */
close(): void {
  this.#session.close();
}

/** Logs out, for \`await using\`. */
[Symbol.asyncDispose](): Promise<void> {
  return this.logout();
}`;
