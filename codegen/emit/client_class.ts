/**
 * What the class of the client has beside the commands of the table. It is here and not in a class that the client
 * extends: a reference page shows only a class's own members.
 */
import { written } from "./places.ts";

/** Types that the members below name, by the file that exports them. */
export const clientImports: readonly [from: string, ...names: string[]][] = [
  [written.spec, "ConnectionState"],
  [written.events, "ImapEvent"],
  [written.selectedMailbox, "SelectedMailbox"],
  [written.session, "Session"],
  [written.run, "Caller"],
  [written.lease, "LeaseOptions", "MailboxSession", "ReadOnlyMailboxSession"],
  ["imap/codec/_gen/types.ts", "ConditionResponse"],
  ["imap/client/raw_command.ts", "RawArgument", "RawCommandOptions", "RawResult"],
];

/** Functions that they call, by the file that exports them. */
export const clientValues: readonly [from: string, ...names: string[]][] = [
  ["imap/client/raw_command.ts", "rawCommand"],
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
readonly #caller: Caller;

/**
 * Makes a client of a session that has been greeted; \`connect\` does it. With a lease, its commands are for the mailbox that
 * this one has selected.
 *
 * @internal
 */
constructor(session: Session, owner?: symbol) {
  this.#session = session;
  this.#caller = { session, owner };
}

/** State of the connection, RFC 9051 section 3. */
get state(): ConnectionState {
  return this.#session.state;
}

/** What the server offers at present, names in upper case; undefined while it has not said. */
get capabilities(): ReadonlySet<string> | undefined {
  return this.#session.capabilities;
}

/**
 * What the server has said it enabled, names in upper case. What \`connect\` enables is sent with the first command, and is here
 * when that is answered.
 */
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
 *
 * @example
 * \`\`\`ts
 * import type { ImapClient } from "@postern/postern/imap";
 *
 * async function example(client: ImapClient): Promise<void> {
 *   for await (const event of client.events()) {
 *     if (event.type === "EXISTS") console.log("messages now:", event.count);
 *   }
 * }
 * \`\`\`
 */
events(): AsyncIterableIterator<ImapEvent> {
  return this.#session.events();
}

/**
 * Sends a command that has no method: of an extension that this client does not know. It waits for the commands before it,
 * and those after it wait for it. Responses that the client knows are taken into account as ever.
 *
 * @param name The command, such as \`XFOO\` or \`UID XFOO\`.
 * @param args Its arguments, each made by {@linkcode arg}.
 * @param options The states in which it may be sent, a signal, a deadline.
 * @returns The code and the text of the OK, and every untagged response that came meanwhile, not decoded.
 * @throws {RangeError} For an argument that cannot be sent, and for a command that changes the connection and so has a method
 * of its own: IDLE, AUTHENTICATE, STARTTLS, COMPRESS, LOGIN, SELECT and others.
 * @throws {TypeError} For an argument that \`arg\` did not make.
 * @throws {CommandError} When the server refuses.
 * @throws {StateError} When the connection is not in a state for it.
 *
 * @example
 * \`\`\`ts
 * import { arg, type ImapClient } from "@postern/postern/imap";
 *
 * async function colours(client: ImapClient): Promise<string[]> {
 *   const { responses } = await client.command("XCOLOURS", [arg.mailbox("INBOX"), arg.set("1:5")], { state: "selected" });
 *   return responses.map(String);
 * }
 * \`\`\`
 */
command(name: string, args: readonly RawArgument[] = [], options: RawCommandOptions = {}): Command<RawResult> {
  return rawCommand(this.#caller, name, args, options);
}

/**
 * Selects a mailbox for one task alone: until the lease is released, nobody else can select another one on this connection, and
 * other calls of \`lease()\` wait in line. \`select\`, \`examine\`, \`closeMailbox\` and \`unselect\` reject with a
 * {@linkcode StateError} meanwhile, and so do commands of the client for a selected mailbox.
 *
 * @param mailbox The mailbox.
 * @param options \`readOnly\`, what SELECT can be told, a signal, a deadline.
 * @returns The commands for this mailbox. They reject with a {@linkcode StateError} once it is released, or when the
 * validity value of its UIDs changes. \`await using\` releases it at the end of the block.
 * @throws {CommandError} When the server refuses; no mailbox is selected then.
 * @throws {StateError} When nobody has logged in.
 *
 * @example
 * \`\`\`ts
 * import type { ImapClient } from "@postern/postern/imap";
 *
 * async function unseen(client: ImapClient): Promise<number> {
 *   await using inbox = await client.lease("INBOX", { readOnly: true });
 *   return (await inbox.uidSearch({ unseen: true })).all.count;
 * }
 * \`\`\`
 */
lease(mailbox: string, options: LeaseOptions & { readOnly: true }): Promise<ReadOnlyMailboxSession>;
/** Selects a mailbox for one task alone, also to change what is in it. */
lease(mailbox: string, options?: LeaseOptions & { readOnly?: false | undefined }): Promise<MailboxSession>;
/** Selects a mailbox for one task alone; only what both kinds of leases can do is known of the result. */
lease(mailbox: string, options?: LeaseOptions): Promise<ReadOnlyMailboxSession>;
lease(mailbox: string, options: LeaseOptions = {}): Promise<ReadOnlyMailboxSession> {
  return lease(this.#session, (owner) => new ImapClient(this.#session, owner), mailbox, options);
}

/**
 * Closes the connection at once; calls that wait on it reject with a {@linkcode ConnectionError}. \`logout()\`, which
 * \`await using\` calls, takes leave of the server first.
 *
 * @example
 * \`\`\`ts
 * import type { ImapClient } from "@postern/postern/imap";
 *
 * function example(client: ImapClient): void {
 *   client.close();
 *   console.log(client.closed); // true
 * }
 * \`\`\`
 */
close(): void {
  this.#session.close();
}

/** Logs out, for \`await using\`. */
[Symbol.asyncDispose](): Promise<void> {
  return this.logout();
}`;
