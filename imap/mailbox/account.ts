/** An account: its mailboxes, over a few connections that come back. */

import type { MessageInput } from "../../email/content/model.ts";
import { onAbort } from "../base/abort.ts";
import { systemClock } from "../base/clock.ts";
import { ImapError, StateError } from "../base/errors.ts";
import { checkMilliseconds } from "../base/limits.ts";
import type { ImapClient } from "../client/client.ts";
import { checkConnectOptions, connectWith, type HostOptions } from "../client/connect_with.ts";
import { checkCredentials } from "../client/login.ts";
import { showAs } from "../base/shown.ts";
import { checkFields } from "../codec/arguments.ts";
import { createSpec, deleteSpec, renameSpec, subscribeSpec, unsubscribeSpec } from "../codec/_gen/specs.ts";
import type { CommandSpec } from "../codec/spec.ts";
import { certificates } from "../transport/authorities.ts";
import { runtimeDial } from "../transport/runtime.ts";
import type { AccountEvent, AccountState } from "./account_events.ts";
import { Core } from "./core.ts";
import { type MailboxInfo, mailboxName } from "./directory.ts";
import { MessageGoneError } from "./errors.ts";
import { messageItems, messagesOf } from "./listing.ts";
import { Mailbox } from "./mailbox.ts";
import type { MailboxMessage } from "./message/message.ts";
import { readMessageId } from "./message_id.ts";
import type { MailboxTarget } from "./roles.ts";
import { Backoff } from "./pool/backoff.ts";
import { type ConnectGate, sharedGate } from "./pool/gate.ts";
import { Jobs } from "./pool/jobs.ts";
import { placed } from "./pool/place.ts";
import { Pool } from "./pool/pool.ts";
import { type Added, type AddOptions, appendMessage, replaceMessage } from "./verbs/append.ts";
import { withCaller } from "../base/frames.ts";

/** What {@linkcode openAccount} is told. */
export interface AccountOptions extends Omit<HostOptions, "signal"> {
  /** How many connections there may be at once. 2 when left out: most servers allow ten or more, for all programs of a user. */
  connections?: number | undefined;
  /** Lets connections through one by one; all accounts of a process share one gate when left out. */
  gate?: ConnectGate | undefined;
  /**
   * For how many milliseconds a call goes on trying when the connection is lost or the server refuses for now; 0: not at all. One
   * minute when left out. `watch` goes on without end.
   */
  patience?: number | undefined;
  /** True: connect when something is asked for, and not now. */
  lazy?: boolean | undefined;
  /** Told what happens to the connections, for logs and metrics. What it throws is ignored. */
  onState?: ((event: AccountEvent) => void) | undefined;
  /** Closes the account. */
  signal?: AbortSignal | undefined;
  /** Numbers from 0 up to, not including, 1, for waits; `Math.random` when left out. */
  random?: (() => number) | undefined;
}

/** What calls of an account take. */
export interface AccountCallOptions {
  /** Gives up. */
  signal?: AbortSignal | undefined;
}

/** How mailboxes are listed. */
export interface MailboxesOptions extends AccountCallOptions {
  /** Whether to ask how many messages each has. */
  counts?: boolean | undefined;
}

/** How a draft is saved. */
export interface DraftOptions extends AddOptions {
  /** Identifier of the draft that this one takes the place of. */
  replaces?: string | undefined;
}

/** What each call takes. */
const callFields = { signal: "signal?" };

/**
 * Opens an account: makes a connection and logs in. From then on connections are made when they are needed, and again when they
 * are lost. A connection that nobody uses does not keep the program running.
 *
 * @param options The server, the login, and the number of connections.
 * @returns The account. `await using` closes it at the end of the block.
 * @throws {AuthError} When the server refuses the credentials.
 * @throws {ConnectionError} When no connection can be made at first.
 *
 * @example
 * ```ts
 * import { openAccount } from "@postern/postern/mailbox";
 *
 * async function newestSubjects(host: string, user: string, pass: string): Promise<string[]> {
 *   await using account = await openAccount({ host, auth: { user, pass } });
 *   const subjects = [];
 *   for await (const m of account.mailbox("INBOX").messages({}, { newest: 10 })) subjects.push(m.subject);
 *   return subjects;
 * }
 * ```
 */
export async function openAccount(options: AccountOptions): Promise<Account> {
  const account = new Account(options);
  const { signal, lazy } = options;
  signal?.throwIfAborted();
  if (lazy) return account;
  try {
    await account.connect({ signal });
    return account;
  } catch (error) {
    await account.close();
    throw signal?.aborted ? signal.reason : error;
  }
}

/** The kinds of its own options, in the short form of specs. */
const ownFields: Readonly<Record<Exclude<keyof AccountOptions, keyof HostOptions>, string>> = {
  connections: "any?",
  patience: "any?",
  random: "function?",
  onState: "function?",
  gate: "any?",
  lazy: "bool?",
};

/**
 * An account. {@linkcode openAccount} makes one.
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
 * const names = (await account.mailboxes()).map(({ name }) => name);
 * assertEquals(names.includes("INBOX"), true);
 * ```
 */
export class Account implements AsyncDisposable {
  readonly #core: Core;
  readonly #pool: Pool;

  /**
   * Takes the options of {@linkcode openAccount}, and does not connect yet.
   *
   * @internal
   */
  constructor(options: AccountOptions) {
    checkConnectOptions("openAccount()", options, ownFields);
    const { connections = 2, patience = 60_000, clock = systemClock, random = Math.random, onState } =
      options;
    if (!Number.isInteger(connections) || connections < 1) {
      throw new RangeError('"connections" must be a positive integer');
    }
    if (patience !== 0) checkMilliseconds("patience", patience);
    const gate = options.gate ?? sharedGate(clock);
    const { auth, host } = options;
    checkCredentials(options);
    const user = auth !== undefined && "user" in auth ? auth.user : "";
    const name = user === "" ? host : `${user} at ${host}`;
    this.#pool = new Pool({
      clock,
      most: connections,
      backoff: new Backoff(random),
      onState,
      open: async (signal): Promise<ImapClient> => {
        using _place = await gate(host, user, signal);
        const client = await connectWith({ ...options, signal }, { dial: runtimeDial, certificates }).catch(
          (error) => {
            throw placed(error, name);
          },
        );
        if (client.state !== "nonauth") return client;
        await client.logout();
        throw new StateError(
          `${name} wants a login: openAccount() takes it as "auth", such as { user, pass }`,
        );
      },
    });
    this.#core = new Core(new Jobs(this.#pool, clock, patience, random, name), connections);
    const unlisten = onAbort(options.signal, () => void this.close());
    // A signal outlives the accounts that a program opens one after the other, and must not hold them.
    this.#pool.closed.addEventListener("abort", unlisten);
  }

  /** What the account is doing. */
  get state(): AccountState {
    return this.#pool.state;
  }

  /**
   * Makes sure that there is a connection.
   *
   * @param options A signal.
   * @throws {ImapError} What keeps it from being made.
   */
  async connect(options: AccountCallOptions = {}): Promise<void> {
    await withCaller(() => this.#core.jobs.once({ ...options, bare: true }, () => Promise.resolve()));
  }

  /**
   * Lists the mailboxes.
   *
   * @param options Whether to count their messages, a signal.
   * @returns All mailboxes, with what they are for.
   */
  async mailboxes(options: MailboxesOptions = {}): Promise<MailboxInfo[]> {
    checkFields("mailboxes()", options, { counts: "bool?", signal: "signal?" });
    return await this.#core.mailboxes(options.counts ?? false, options.signal);
  }

  /**
   * A mailbox by its name. Nothing is asked of the server before something is wanted of it.
   *
   * @param name Its name, all levels.
   */
  mailbox(name: string): Mailbox {
    return new Mailbox(this.#core, mailboxName(name));
  }

  /**
   * A mailbox by what it is for.
   *
   * @param target `{ role: "archive" }`, or its name.
   * @param options A signal.
   * @throws {CapabilityError} When no mailbox has the role.
   */
  async mailboxFor(target: MailboxTarget, options: AccountCallOptions = {}): Promise<Mailbox> {
    checkFields("mailboxFor()", options, callFields);
    return new Mailbox(this.#core, await this.#core.nameOf(target, options.signal));
  }

  /**
   * Finds a message again.
   *
   * @param id Its `id`, from whatever time.
   * @param options A signal.
   * @returns The message; `"gone"` when it was deleted or moved; `"reset"` when the mailbox has given its messages new UIDs, so that
   * nobody can tell.
   * @throws {RangeError} When it is not an identifier.
   */
  async message(id: string, options: AccountCallOptions = {}): Promise<MailboxMessage | "gone" | "reset"> {
    checkFields("message()", options, callFields);
    const place = readMessageId(id);
    const { jobs, reader } = this.#core;
    const { signal } = options;
    try {
      return await jobs.run({ mailbox: place.mailbox, signal }, async ({ client, isFresh, selection }) => {
        if (selection.uidValidity !== place.uidValidity) return "reset";
        // Until it may tell that a message is gone, the server has it as it was.
        if (!isFresh) client.noop().catch(() => {});
        const rows = await client.uidFetch(place.uid, messageItems(client), { signal }).asSent();
        return messagesOf(rows, place, reader).find(({ uid }) => uid === place.uid) ?? "gone";
      });
    } catch (error) {
      if (error instanceof MessageGoneError) return error.why;
      if (error instanceof ImapError && error.code?.name === "NONEXISTENT") return "gone";
      throw error;
    }
  }

  /**
   * Creates a mailbox.
   *
   * @param name Its name, all levels.
   * @param options A signal.
   * @throws {CommandError} When the server refuses: there is one of that name.
   */
  async create(name: string, options: AccountCallOptions = {}): Promise<Mailbox> {
    checkFields("create()", options, callFields);
    await this.#change(createSpec, name, options, (client) => client.create(name, options));
    return this.mailbox(name);
  }

  /**
   * Renames a mailbox, with all below it.
   *
   * @param from Its name.
   * @param to Its new name.
   * @param options A signal.
   * @throws {CommandError} When the server refuses.
   */
  async rename(from: string, to: string, options: AccountCallOptions = {}): Promise<Mailbox> {
    checkFields("rename()", options, callFields);
    await this.#change(renameSpec, from, options, (client) => client.rename(from, to, options), to);
    return this.mailbox(to);
  }

  /**
   * Deletes a mailbox with its messages, permanently.
   *
   * @param name Its name.
   * @param options A signal.
   * @throws {CommandError} When the server refuses.
   */
  async delete(name: string, options: AccountCallOptions = {}): Promise<void> {
    checkFields("delete()", options, callFields);
    await this.#change(deleteSpec, name, options, (client) => client.delete(name, options));
  }

  /**
   * Subscribes to a mailbox, or ends that.
   *
   * @param name Its name.
   * @param options False for the opposite, a signal.
   * @throws {CommandError} When the server refuses.
   */
  async subscribe(name: string, options: AccountCallOptions & { subscribed?: boolean } = {}): Promise<void> {
    checkFields("subscribe()", options, { ...callFields, subscribed: "bool?" });
    const { signal, subscribed = true } = options;
    await this.#change(
      subscribed ? subscribeSpec : unsubscribeSpec,
      name,
      { signal },
      (client) => subscribed ? client.subscribe(name, { signal }) : client.unsubscribe(name, { signal }),
    );
  }

  /**
   * Saves a draft in the mailbox for drafts.
   *
   * @param message Its octets, a message, or a mail.
   * @param options Which draft it takes the place of, a signal.
   * @returns Its identifier, where the server tells it.
   * @throws {CapabilityError} When no mailbox has the role of drafts.
   * @throws {FateUnknownError} When the connection is lost meanwhile.
   */
  async saveDraft(message: MessageInput, options: DraftOptions = {}): Promise<Added> {
    checkFields("saveDraft()", options, { ...callFields, flags: "list?", date: "date?", replaces: "text?" });
    const { replaces, ...rest } = options;
    const { jobs } = this.#core;
    const drafts = await this.mailboxFor({ role: "drafts" }, { signal: options.signal });
    const how = { ...rest, flags: [...new Set(["\\Draft", "\\Seen", ...options.flags ?? []])] };
    const old = replaces === undefined ? undefined : readMessageId(replaces);
    if (old?.mailbox === drafts.name) {
      const replaced = await replaceMessage(jobs, replaces!, message, how);
      if (replaced !== undefined) return replaced;
    }
    const added = await appendMessage(jobs, drafts.name, message, how);
    // First the new one, then the old one: what fails between the two leaves both.
    if (old !== undefined) {
      await this.mailbox(old.mailbox).delete(replaces!, { forever: true, signal: options.signal });
    }
    return added;
  }

  /** Says goodbye on all connections. What is underway fails; it takes at most `timeouts.logout`. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** The same as {@linkcode Account.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #change(
    spec: CommandSpec,
    about: string,
    { signal }: AccountCallOptions,
    job: (client: ImapClient) => Promise<void>,
    to?: string,
  ): Promise<void> {
    await this.#core.jobs.command({ about, to, signal }, spec, ({ client }) => job(client));
    this.#core.forgetMailboxes();
  }
}

showAs(Account, "Account", ({ state }) => ({ state }));
