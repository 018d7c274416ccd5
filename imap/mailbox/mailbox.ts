/** One mailbox of an account: its messages, and what can be done with them. */

import type { MessageInput } from "../../email/content/model.ts";
import { CommandError } from "../base/errors.ts";
import { kindOf } from "../base/option_names.ts";
import { showAs } from "../base/shown.ts";
import { withCaller } from "../base/frames.ts";
import { checkFields } from "../codec/arguments.ts";
import type { Clock } from "../base/clock.ts";
import type { Core } from "./core.ts";
import { once } from "./iterated.ts";
import { findUids, type ListingOptions, listMessages } from "./listing.ts";
import type { MailboxMessage } from "./message/message.ts";
import { isPassing } from "./pool/backoff.ts";
import type { MessageQuery } from "./query.ts";
import type { MailboxTarget } from "./roles.ts";
import { type Added, type AddOptions, appendMessage } from "./verbs/append.ts";
import type { Change } from "./sync/change.ts";
import { type ChangesOptions, Sync, syncOptions } from "./sync/changes.ts";
import type { Cursor } from "./sync/cursor.ts";
import { type WatchEvent, watchMailbox, type WatchOptions } from "./sync/watch.ts";
import type { BulkOptions, BulkResult } from "./verbs/bulk.ts";
import { type FlagChange, flagMessages, type LabelChange, labelMessages } from "./verbs/flag.ts";
import { copyMessages, expungeMessages, moveMessages, type MoveResult } from "./verbs/move.ts";
import type { MessagesInput } from "./verbs/targets.ts";

/** What options may hold, in the short form of specs. */
const bulkFields = { signal: "signal?", onProgress: "function?" };
const changesFields = { from: "any?", flagsEvery: "any?", batch: "any?", signal: "signal?" };

/** Numbers about a mailbox. */
export interface MailboxCounts {
  /** How many messages it has. */
  messages: number;
  /** How many of them are not read. */
  unseen: number;
}

/** How messages are deleted. */
export interface DeleteOptions extends BulkOptions {
  /** True: deletes permanently. Otherwise messages go to the trash, and those in the trash are deleted permanently. */
  forever?: boolean | undefined;
}

/**
 * A mailbox that is only read: nothing here changes anything at the server, and no message becomes seen. It has no method that
 * could, for programs that must not be able to.
 *
 * @example
 * ```ts
 * import { openAccount } from "@postern/postern/mailbox";
 * import { startServer } from "@postern/postern/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await startServer({ mailboxes: { INBOX: ["Subject: hello\r\n\r\nworld\r\n"] } });
 * await using account = await openAccount({
 *   host: "imap.example.org",
 *   dial: () => Promise.resolve(server.connect()),
 *   auth: { user: "alice", pass: "alice-pw" },
 * });
 * const inbox = account.mailbox("INBOX");
 * const subjects: string[] = [];
 * for await (const message of inbox.messages({ unseen: true })) subjects.push(message.subject);
 * assertEquals(subjects, ["hello"]);
 * ```
 */
export class ReadonlyMailbox {
  /** Its name. */
  readonly name: string;
  readonly #core: Core;

  /**
   * Accounts make their mailboxes.
   *
   * @internal
   */
  constructor(core: Core, name: string) {
    this.#core = core;
    this.name = name;
  }

  /**
   * Lists messages.
   *
   * What a list shows comes in one round trip for every 200 messages, and one for the search, where there is something to search
   * for. The loop may take its time: no connection is held meanwhile.
   *
   * @param query Which messages; all of them when left out or `{}`.
   * @param options How many, and a signal.
   * @returns The messages, oldest first; with `newest` newest first.
   * @throws {CommandError} When the server refuses: no such mailbox, a search that it cannot do.
   *
   * @example
   * ```ts
   * import { openAccount } from "@postern/postern/mailbox";
   *
   * async function printUnread(host: string, user: string, pass: string): Promise<void> {
   *   await using account = await openAccount({ host, auth: { user, pass } });
   *   for await (const m of account.mailbox("INBOX").messages({ unseen: true }, { newest: 50 })) {
   *     console.log(m.date, m.from[0]?.address, m.subject, m.attachments.map(({ safeName }) => safeName));
   *   }
   * }
   * ```
   */
  messages(
    query: MessageQuery = {},
    options: ListingOptions = {},
  ): AsyncIterableIterator<MailboxMessage, undefined> {
    if (typeof query !== "object" || query === null) {
      throw new TypeError(`A query must be an object such as { unseen: true }, not ${kindOf(query)}`);
    }
    checkFields("messages()", options, { newest: "any?", signal: "signal?" });
    return once(listMessages(this.#core.jobs, this.name, query, options, this.#core.reader), "messages()");
  }

  /**
   * Tells what has changed since a cursor, and ends.
   *
   * Messages that have come, flags that have changed, UIDs that are gone, and `checkpoint`s with the cursor to go on from. Everything is
   * told at least once: what was told after the last checkpoint that was stored is told again the next time. It is told exactly once to
   * who stores what he makes of it and the checkpoint together, in one transaction.
   *
   * A mailbox that has got new UIDs is *one* `reset`, with what is in it now.
   *
   * @param cursor Where to go on; undefined: see `from`.
   * @param options Where to begin without a cursor, a signal.
   * @returns The changes. Nothing has changed: there are none, and no checkpoint.
   * @throws {CommandError} When the server refuses: no such mailbox.
   * @throws {CapabilityError} When the server gives the mailbox no UIDVALIDITY.
   * @throws {RangeError} When the cursor is damaged.
   *
   * @example
   * ```ts
   * import { type Cursor, openAccount } from "@postern/postern/mailbox";
   *
   * async function subjectsSince(host: string, user: string, pass: string, cursor?: Cursor) {
   *   await using account = await openAccount({ host, auth: { user, pass } });
   *   const subjects: string[] = [];
   *   for await (const change of account.mailbox("INBOX").changes(cursor)) {
   *     if (change.type === "new") subjects.push(change.message.subject);
   *     if (change.type === "checkpoint") cursor = change.cursor;
   *   }
   *   return { subjects, cursor };
   * }
   * ```
   */
  changes(cursor?: Cursor, options: ChangesOptions = {}): AsyncGenerator<Change, undefined> {
    return once(this.#changes(cursor, options), "changes()");
  }

  async *#changes(cursor: Cursor | undefined, options: ChangesOptions): AsyncGenerator<Change, undefined> {
    checkFields("changes()", options, changesFields);
    const sync = new Sync(this.#core, this.name, cursor, syncOptions(options));
    options.signal?.throwIfAborted();
    // Where the server remembers what is gone, one EXAMINE tells as much as STATUS, and what has changed as well.
    const asksStatus = sync.known !== undefined &&
      (sync.known.modSeq === undefined || sync.known.seen !== undefined);
    if (asksStatus && !await sync.mayHaveChanged()) return undefined;
    yield* sync.step();
    return undefined;
  }

  /**
   * Tells changes without end: with IDLE where the server has it, else by asking once a minute.
   *
   * The loop does not end when the connection is lost: that is an `offline` event, and `online` when there is one again, after which
   * changes go on where they were. Nothing is told twice within one loop; after a new start, what was told after the last checkpoint
   * that was stored. It throws errors that a later attempt cannot solve: refused credentials, a bad certificate, a mailbox that does not exist.
   *
   * @param options Where to go on or begin, a signal that ends it.
   * @returns The changes. The loop is over when the signal is aborted or the account closed.
   * @throws {AuthError} When the server refuses the credentials.
   * @throws {CommandError} When the server refuses permanently: no such mailbox.
   * @throws {RangeError} When the cursor is damaged.
   *
   * @example
   * ```ts
   * import { openAccount } from "@postern/postern/mailbox";
   *
   * async function printNewMail(host: string, user: string, pass: string, signal: AbortSignal): Promise<void> {
   *   await using account = await openAccount({ host, auth: { user, pass } });
   *   for await (const change of account.mailbox("INBOX").watch({ signal })) {
   *     if (change.type === "new") console.log(change.message.subject);
   *   }
   * }
   * ```
   */
  watch(options: WatchOptions = {}): AsyncIterableIterator<WatchEvent, undefined> {
    checkFields("watch()", options, { ...changesFields, cursor: "any?", poll: "any?", renew: "any?" });
    return once(watchMailbox(this.#core, this.name, options, new Error()), "watch()");
  }

  /**
   * Asks how many messages there are.
   *
   * @param options A signal.
   * @throws {CommandError} When there is no such mailbox.
   */
  async counts(options: { signal?: AbortSignal | undefined } = {}): Promise<MailboxCounts> {
    checkFields("counts()", options, { signal: "signal?" });
    const { signal } = options;
    const { jobs, bells } = this.#core;
    return await jobs.run({ about: this.name, signal }, async (lease) => {
      const { client, line } = lease;
      // Of the selected mailbox some servers' STATUS says what the session has heard of.
      if (line.mailbox === this.name) client.noop().catch(() => {});
      try {
        const status = await client.status(this.name, ["MESSAGES", "UNSEEN"], { signal });
        bells.asked(client, this.name);
        const { messages = 0, unseen = 0 } = { ...status };
        return { messages, unseen };
      } catch (error) {
        // RFC 9051 6.3.11: it should not be asked about the selected mailbox, and a server may refuse that.
        if (!(error instanceof CommandError) || isPassing(error) || line.mailbox !== this.name) throw error;
        const unseen = await findUids(lease, { unseen: true }, signal);
        return { messages: client.mailbox?.exists ?? 0, unseen: unseen.count };
      }
    });
  }

  /**
   * Timers and times of the account.
   *
   * @internal
   */
  get clock(): Clock {
    return this.#core.jobs.clock;
  }

  /** Its name, for logs. */
  toJSON(): object {
    return { name: this.name };
  }
}

/**
 * A mailbox. It is opened for reading only, until something is to be changed; reading never marks a message as seen.
 *
 * Verbs take a message, its `id`, a UID, several of them, a set of UIDs, or a query. They work in pieces of a thousand, and go on from
 * where they were when the connection is lost.
 *
 * @example
 * ```ts
 * import { openAccount } from "@postern/postern/mailbox";
 * import { startServer } from "@postern/postern/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await startServer({ mailboxes: { INBOX: ["Subject: hello\r\n\r\nworld\r\n"] } });
 * await using account = await openAccount({
 *   host: "imap.example.org",
 *   dial: () => Promise.resolve(server.connect()),
 *   auth: { user: "alice", pass: "alice-pw" },
 * });
 * const inbox = account.mailbox("INBOX");
 * await inbox.flag({ subject: "hello" }, { add: ["\\Seen"] });
 * const unseen: number[] = [];
 * for await (const message of inbox.messages({ unseen: true })) unseen.push(message.uid);
 * assertEquals(unseen, []);
 * ```
 */
export class Mailbox extends ReadonlyMailbox {
  /** The same mailbox without the methods that change something. */
  readonly readonly: ReadonlyMailbox;
  readonly #core: Core;

  /**
   * Accounts make their mailboxes.
   *
   * @internal
   */
  constructor(core: Core, name: string) {
    super(core, name);
    this.#core = core;
    this.readonly = new ReadonlyMailbox(core, name);
  }

  /**
   * Changes flags.
   *
   * @param messages Which messages.
   * @param change Flags to `add`, to `remove`, or to `set`.
   * @param options A signal, and who is told how it gets on.
   * @returns For which messages it is done, and which were not there.
   * @throws {CommandError} When the server refuses.
   */
  async flag(messages: MessagesInput, change: FlagChange, options: BulkOptions = {}): Promise<BulkResult> {
    checkFields("flag()", options, bulkFields);
    checkFields("flag(): the change", change, { add: "list?", remove: "list?", set: "list?" });
    return await withCaller(() => flagMessages(this.#core.jobs, this.name, messages, change, options));
  }

  /**
   * Changes labels, at Gmail.
   *
   * @param messages Which messages.
   * @param change Labels to `add`, to `remove`, or to `set`.
   * @param options A signal, and a function that is told the progress.
   * @returns For which messages it is done, and which were not there.
   * @throws {CapabilityError} When the server has no labels.
   */
  async label(messages: MessagesInput, change: LabelChange, options: BulkOptions = {}): Promise<BulkResult> {
    checkFields("label()", options, bulkFields);
    checkFields("label(): the change", change, { add: "list?", remove: "list?", set: "list?" });
    return await withCaller(() => labelMessages(this.#core.jobs, this.name, messages, change, options));
  }

  /**
   * Moves messages to another mailbox: with MOVE, or where the server has none with COPY and UID EXPUNGE.
   *
   * @param messages Which messages.
   * @param to The mailbox, by its name or by `{ role }`.
   * @param options A signal, and who is told how it gets on.
   * @returns For which messages it is done, and their new identifiers where the server tells them.
   * @throws {CommandError} When the server refuses: no such mailbox, over quota.
   * @throws {CapabilityError} When the server has neither MOVE nor UID EXPUNGE: nothing was done.
   * @throws {FateUnknownError} When the connection is lost during COPY.
   */
  async move(messages: MessagesInput, to: MailboxTarget, options: BulkOptions = {}): Promise<MoveResult> {
    checkFields("move()", options, bulkFields);
    const { jobs } = this.#core;
    const move = (target: string) => moveMessages(jobs, this.name, messages, target, options);
    return await withCaller(() => this.#core.withTarget(to, options.signal, move));
  }

  /**
   * Copies messages to another mailbox.
   *
   * @param messages Which messages.
   * @param to The mailbox, by its name or by `{ role }`.
   * @param options A signal, and who is told how it gets on.
   * @returns For which messages it is done, and the identifiers of the copies where the server tells them.
   * @throws {CommandError} When the server refuses: no such mailbox, over quota.
   * @throws {FateUnknownError} When the connection is lost during COPY.
   */
  async copy(messages: MessagesInput, to: MailboxTarget, options: BulkOptions = {}): Promise<MoveResult> {
    checkFields("copy()", options, bulkFields);
    const { jobs } = this.#core;
    const copy = (target: string) => copyMessages(jobs, this.name, messages, target, options);
    return await withCaller(() => this.#core.withTarget(to, options.signal, copy));
  }

  /**
   * Deletes messages: they go to the trash. Those in the trash, and all with `forever`, are removed permanently, and nothing else is:
   * messages that others have marked stay. At Gmail a message in the trash is in no other mailbox any more, as its users expect.
   *
   * @param messages Which messages.
   * @param options Whether to delete permanently, a signal, and a function that is told the progress.
   * @returns For which messages it is done.
   * @throws {CapabilityError} When the account has no trash, or the server no UID EXPUNGE where it is needed: nothing was done.
   */
  async delete(messages: MessagesInput, options: DeleteOptions = {}): Promise<BulkResult> {
    const core = this.#core;
    const { name } = this;
    checkFields("delete()", options, { ...bulkFields, forever: "bool?" });
    return await withCaller(() =>
      core.withTarget(
        options.forever ? name : { role: "trash" },
        options.signal,
        (trash) =>
          trash === name
            ? expungeMessages(core.jobs, name, messages, options)
            : moveMessages(core.jobs, name, messages, trash, options),
      )
    );
  }

  /**
   * Adds a message.
   *
   * @param message Its octets, a message, or a mail.
   * @param options Flags, the date of its receipt, a signal.
   * @returns Its identifier, where the server tells it.
   * @throws {FateUnknownError} When the connection is lost meanwhile: it is not sent again, since it would perhaps be there twice.
   */
  async append(message: MessageInput | string, options: AddOptions = {}): Promise<Added> {
    checkFields("append()", options, { flags: "list?", date: "date?", signal: "signal?" });
    return await appendMessage(this.#core.jobs, this.name, message, options);
  }
}

showAs(ReadonlyMailbox, "ReadonlyMailbox", ({ name }) => name);
showAs(Mailbox, "Mailbox", ({ name }) => name);
