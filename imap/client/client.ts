/** The client: the generated commands, and what needs more than sending one and reading its answer. */

import type { CallOptions } from "../base/abort.ts";
import type { CommandSpec, ConnectionState } from "../codec/spec.ts";
import type { Collected } from "../session/collected.ts";
import { Command } from "../session/handle.ts";
import type { RowCommand } from "../session/rows.ts";
import { authenticate, type AuthenticateOptions } from "./commands/authenticate.ts";
import { logout } from "./commands/logout.ts";
import { starttls } from "./commands/starttls.ts";
import type { ImapEvent } from "../session/events.ts";
import { Idle, type IdleOptions } from "./idle.ts";
import { run, runRows } from "./run.ts";
import type { SaslMechanism } from "../sasl/mechanism.ts";
import { needsCharset, searchKeys, type SearchQuery } from "./commands/search.ts";
import type { SelectedMailbox } from "../session/selected_mailbox.ts";
import type { Session } from "../session/session.ts";
import type { TlsOptions } from "../transport/transport.ts";
import type { Writer } from "../wire/writer.ts";
import {
  Commands,
  type ExamineOptions,
  type ListOptions,
  type ListResult,
  listResult,
  type SearchOptions,
  type SearchResult,
  searchResult,
  type SelectOptions,
  type SelectResult,
  selectResult,
} from "./_gen/commands.ts";
import { examineSpec, listSpec, searchSpec, selectSpec, uidSearchSpec } from "../codec/_gen/specs.ts";
import { encodeExamine, encodeList, encodeSearch, encodeSelect } from "../codec/_gen/encode.ts";
import type { ConditionResponse, SearchKey } from "../codec/_gen/types.ts";

/** What SELECT and EXAMINE tell, with the defaults of RFC 9051 6.3.2 for what a server leaves out. */
export interface Selection extends SelectResult {
  /** How many messages the mailbox holds. */
  exists: number;
  /** Flags that messages in it may carry. */
  flags: string[];
  /**
   * Flags that can be changed for good; `\*` means that new keywords can be made. A server that does not say
   * lets all flags be changed: then these are the mailbox's flags and `\*`.
   */
  permanentFlags: string[];
}

/**
 * A connection to an IMAP server. `connect` makes one. It serves one session: when the connection has ended, for
 * whatever reason, every call rejects with a {@linkcode ConnectionError}, and a new client is needed.
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap";
 * import { startServer } from "@postern/postern/testing";
 *
 * await using server = await startServer();
 * await using client = await connect({ transport: server.connect(), auth: { user: "alice", pass: "alice-pw" } });
 * const inbox = await client.select("INBOX");
 * console.log(inbox.exists, client.mailbox?.uidNext);
 * ```
 */
export class ImapClient extends Commands implements AsyncDisposable {
  readonly #session: Session;

  /**
   * Makes a client of a session that has been greeted; `connect` does it.
   *
   * @internal
   */
  constructor(session: Session) {
    super();
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
   * The server can say it while a command runs and during `idle()`.
   *
   * @returns An iterator that ends when the connection is closed by this side, and throws when it is lost.
   */
  events(): AsyncIterableIterator<ImapEvent> {
    return this.#session.events();
  }

  /** Sends a command and makes its result from what the server answers. */
  protected override run<T>(
    spec: CommandSpec,
    args: object,
    encode: (writer: Writer) => void,
    result: (collected: Collected) => T,
    options: CallOptions,
  ): Command<T> {
    return run(this.#session, spec, args, encode, result, options);
  }

  /** Sends a command whose answers are rows. */
  protected override runRows<Row>(
    spec: CommandSpec,
    args: object,
    encode: (writer: Writer) => void,
    options: CallOptions,
  ): RowCommand<Row> {
    return runRows(this.#session, spec, args, encode, options);
  }

  /**
   * Selects a mailbox so that its messages can be read and changed. A mailbox that was selected is left, also when
   * this fails.
   *
   * Sends `SELECT`. RFC 9051 6.3.2, RFC 3501 6.3.1, RFC 7162 3.1.8.
   *
   * @param mailbox Mailbox to select.
   * @param options `condstore`, a signal, a deadline.
   * @returns What the server tells about the mailbox, with the RFC's defaults for what it leaves out.
   * @throws {CommandError} When the server refuses; no mailbox is selected then.
   * @throws {StateError} When nobody has logged in.
   */
  override select(mailbox: string, options: SelectOptions = {}): Command<Selection> {
    const args = { ...options, mailbox };
    return this.run(
      selectSpec,
      args,
      (writer) => encodeSelect(writer, args),
      (c) => selection(c, false),
      options,
    );
  }

  /**
   * Selects a mailbox for reading only. A mailbox that was selected is left, also when this fails.
   *
   * Sends `EXAMINE`. RFC 9051 6.3.3, RFC 3501 6.3.2.
   *
   * @param mailbox Mailbox to open for reading.
   * @param options `condstore`, a signal, a deadline.
   * @returns What the server tells about the mailbox, with the RFC's defaults for what it leaves out.
   * @throws {CommandError} When the server refuses; no mailbox is selected then.
   * @throws {StateError} When nobody has logged in.
   */
  override examine(mailbox: string, options: ExamineOptions = {}): Command<Selection> {
    const args = { ...options, mailbox };
    return this.run(
      examineSpec,
      args,
      (writer) => encodeExamine(writer, args),
      (c) => selection(c, true),
      options,
    );
  }

  /**
   * Lists mailboxes whose names match.
   *
   * Sends `LIST`. RFC 9051 6.3.9, RFC 5258, RFC 5819, RFC 6154.
   *
   * @param reference Name that the patterns are relative to, mostly empty.
   * @param patterns One mailbox name or several, with the wildcards `*` and, within one level, `%`.
   * @param options `select`, `returns`, `status`, a signal, a deadline.
   * @returns The mailboxes, and their numbers where `status` asks for them.
   * @throws {CommandError} When the server refuses.
   * @throws {StateError} When nobody has logged in.
   */
  override list(
    reference: string,
    patterns: string | readonly string[],
    options: ListOptions = {},
  ): Command<ListResult> {
    const args = { ...options, reference, patterns: typeof patterns === "string" ? [patterns] : patterns };
    const result = (collected: Collected) => {
      const { mailboxes, status } = listResult(collected);
      // After CREATE, SUBSCRIBE and RENAME, IMAP4rev2 servers tell about the mailbox unasked, and Cyrus 3.10 does so
      // inside the answer to the next command: the last word on each mailbox counts.
      const byName = new Map(mailboxes.map((mailbox) => [mailbox.mailbox, mailbox]));
      return { mailboxes: [...byName.values()], status };
    };
    return this.run(listSpec, args, (writer) => encodeList(writer, args), result, options);
  }

  /**
   * Finds messages, by message number.
   *
   * Sends `SEARCH`. RFC 9051 6.4.4, RFC 4731.
   *
   * @param query What to look for.
   * @param options `returns`, `charset`, a signal, a deadline.
   * @returns What was found. `all` is empty when nothing was found, or when `returns` does not ask for it.
   * @throws {RangeError} When the query has no condition or an empty one.
   * @throws {CommandError} When the server refuses.
   * @throws {StateError} When no mailbox is selected.
   */
  override search(
    query: SearchQuery | readonly SearchKey[],
    options: SearchOptions = {},
  ): Command<SearchResult> {
    return this.#search(searchSpec, "", query, options);
  }

  /**
   * Finds messages, by UID.
   *
   * Sends `UID SEARCH`. RFC 9051 6.4.9, RFC 4731.
   *
   * @param query What to look for.
   * @param options `returns`, `charset`, a signal, a deadline.
   * @returns What was found. `all` is empty when nothing was found, or when `returns` does not ask for it.
   * @throws {RangeError} When the query has no condition or an empty one.
   * @throws {CommandError} When the server refuses.
   * @throws {StateError} When no mailbox is selected.
   *
   * @example
   * ```ts
   * import type { ImapClient } from "@postern/postern/imap";
   *
   * async function unseenSince(client: ImapClient, day: string): Promise<string> {
   *   const { all } = await client.uidSearch({ unseen: true, since: day });
   *   return all.toString();
   * }
   * ```
   */
  override uidSearch(
    query: SearchQuery | readonly SearchKey[],
    options: SearchOptions = {},
  ): Command<SearchResult> {
    return this.#search(uidSearchSpec, "UID ", query, options);
  }

  #search(
    spec: CommandSpec,
    prefix: string,
    query: SearchQuery | readonly SearchKey[],
    options: SearchOptions,
  ): Command<SearchResult> {
    let keys: SearchKey[];
    try {
      keys = searchKeys(query);
      if (options.returns?.length === 0) throw new RangeError("returns is empty");
    } catch (error) {
      const handle = new Command<SearchResult>();
      handle.fail(error);
      return handle;
    }
    const foreign = needsCharset(keys);
    const encode = (writer: Writer) => {
      writer.text(prefix);
      // RFC 9051 6.4.4 lets IMAP4rev2 do without it, but Cyrus 3.10 then finds nothing; RFC 6855 section 3 forbids it.
      const { enabled } = this.#session;
      const forbidden = enabled.has("UTF8=ACCEPT") || enabled.has("UTF8=ONLY");
      const charset = options.charset ?? (foreign && !forbidden ? "UTF-8" : undefined);
      encodeSearch(writer, { ...options, keys, charset });
    };
    return this.run(spec, {}, encode, searchResult, options);
  }

  /**
   * Waits for news. The iterator gives every event, renews IDLE before servers and routers lose patience, and steps aside
   * when another command is called meanwhile. Leaving the loop ends IDLE.
   *
   * RFC 9051 6.3.13, RFC 2177.
   *
   * @param options A signal, how long to wait, when to renew.
   * @returns The events. It throws when the connection is lost or the server refuses.
   * @throws {CapabilityError} When the server does not offer IDLE.
   *
   * @example
   * ```ts
   * import type { ImapClient } from "@postern/postern/imap";
   *
   * async function nextMessage(client: ImapClient): Promise<number | undefined> {
   *   for await (const event of client.idle({ duration: 60_000 })) {
   *     if (event.type === "EXISTS") return event.count;
   *   }
   *   return undefined;
   * }
   * ```
   */
  idle(options: IdleOptions = {}): AsyncIterableIterator<ImapEvent> {
    return new Idle(this.#session, options);
  }

  /**
   * Logs in by a SASL mechanism.
   *
   * RFC 9051 6.2.2, RFC 4959.
   *
   * @param mechanism The mechanism, with its credentials.
   * @param options Whether to use SASL-IR, a signal, a deadline.
   * @throws {CommandError} When the server refuses the credentials.
   * @throws {CapabilityError} When the server does not offer the mechanism.
   * @throws {StateError} When somebody has logged in already.
   */
  authenticate(mechanism: SaslMechanism, options: AuthenticateOptions = {}): Promise<void> {
    return authenticate(this.#session, mechanism, options);
  }

  /**
   * Encrypts the connection. `connect({ tls: "starttls" })` does it; this is for connections made otherwise.
   *
   * RFC 9051 6.2.1.
   *
   * @param tls The name that the certificate must be for, and private authorities.
   * @param options A signal, a deadline for the command.
   * @throws {CapabilityError} When the server does not offer STARTTLS.
   * @throws {ConnectionError} When the handshake fails; the connection is then closed.
   */
  starttls(tls: TlsOptions, options: CallOptions = {}): Promise<void> {
    return starttls(this.#session, tls, options);
  }

  /**
   * Says goodbye and closes the connection. Never throws, and takes at most `timeouts.logout`: a peer that is gone or
   * silent is no reason to wait.
   *
   * RFC 9051 6.1.3.
   */
  logout(): Promise<void> {
    return logout(this.#session);
  }

  /** Closes the connection at once; calls that wait on it reject with a {@linkcode ConnectionError}. */
  close(): void {
    this.#session.close();
  }

  /** Logs out, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.logout();
  }
}

/** RFC 9051 6.3.2: defaults for servers that only know RFC 2060 or 3501. */
function selection(collected: Collected, examine: boolean): Selection {
  const result = selectResult(collected);
  const flags = result.flags ?? [];
  return {
    ...result,
    exists: result.exists ?? 0,
    flags,
    permanentFlags: result.permanentFlags ?? [...flags, "\\*"],
    readOnly: result.readOnly || examine,
  };
}
