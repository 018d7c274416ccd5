/** What the server knows of one client: state, user, selected mailbox, what was enabled. */

import type { Code, Response } from "../../codec/_gen/types.ts";
import type { ConnectionState } from "../../codec/spec.ts";
import type { Account } from "../store/account.ts";
import type { AccountEvent } from "../store/events.ts";
import type { StoredMessage } from "../store/message.ts";
import type { View } from "../store/view.ts";
import { type Capability, IN_REV2 } from "./capabilities.ts";
import type { Output } from "./output.ts";
import { condition, emptyFetch, Refusal, type Reply, setOf } from "./reply.ts";
import type { Watch } from "./watch.ts";
import type { QuietTransport } from "./quiet_transport.ts";
import type { RequestStream } from "./request_stream.ts";
import type { ConnectionLog } from "./transcript.ts";
import type { Settings, User } from "./settings.ts";

/** How news is told: what other mailboxes have, and the row for a message that came. */
interface WatchHow {
  readonly tell: () => void;
  readonly row: ((seq: number, message: StoredMessage) => Response) | undefined;
}

/** One client's session; commands read and change it. */
export class Session {
  readonly server: Settings;
  readonly transport: QuietTransport;
  readonly output: Output;
  readonly stream: RequestStream;
  readonly log: ConnectionLog;
  state: ConnectionState = "nonauth";
  /** Who has logged in. */
  user: User | undefined;
  /** Who has logged in did so with an access token. */
  byToken = false;
  /** The selected mailbox. */
  view: View | undefined;
  /** The search result variable `$` (RFC 9051 6.4.4.1). */
  saved: Set<StoredMessage> = new Set();
  /** IMAP4rev2 behaviour: enabled, or the only version offered. */
  rev2: boolean;
  /** The client wants modification sequences (RFC 7162 3.1). */
  condstore = false;
  /** The client enabled QRESYNC: VANISHED instead of EXPUNGE. */
  qresync = false;
  /** The client enabled UIDONLY: no message numbers (RFC 9586). */
  uidOnly = false;
  /** What ENABLE has switched on. */
  readonly enabled: string[] = [];
  /** What is sent is compressed. */
  compressed = false;
  /** Called when there is news to tell between commands. */
  onNews: (() => void) | undefined;
  #watch: { readonly of: Watch; readonly how: WatchHow; readonly stop: () => void } | undefined;

  constructor(
    server: Settings,
    transport: QuietTransport,
    output: Output,
    stream: RequestStream,
    log: ConnectionLog,
  ) {
    this.transport = transport;
    this.log = log;
    this.server = server;
    this.output = output;
    this.stream = stream;
    this.rev2 = server.offers("IMAP4REV2") && !server.offers("IMAP4REV1");
    output.utf8 = this.rev2;
  }

  /** Sends an untagged response with the next flush; after ENABLE UIDONLY, FETCH goes by UID (RFC 9586 3.3). */
  send(response: Response): void {
    if (!this.uidOnly || response.type !== "FETCH") return this.output.send(response);
    const { seq: _seq, type: _type, uid = 0, ...row } = response;
    this.output.send({ ...row, type: "UIDFETCH", number: uid, uid: undefined });
  }

  /** Sets what is reported to the client between commands, or that nothing is (RFC 5465). */
  watch(watch: Watch | undefined, how: WatchHow = { tell: () => {}, row: undefined }): void {
    this.#watch?.stop();
    this.#watch = undefined;
    if (watch === undefined) return;
    const { listeners } = this.account;
    const listener = (event: AccountEvent) => {
      watch.hear(event);
      // The view hears of it after this, and one turn gathers what happens at once.
      void Promise.resolve().then(() => this.hasNews && this.onNews?.());
    };
    listeners.add(listener);
    this.#watch = { of: watch, how, stop: () => void listeners.delete(listener) };
  }

  /** Whether something can be told between commands. */
  get hasNews(): boolean {
    const { of } = this.#watch ?? {};
    return of !== undefined && (of.hasNews || of.selected !== undefined && this.view?.hasNews === true);
  }

  /** Sends what can be told between commands. */
  tellNews(): void {
    const watch = this.#watch;
    if (watch === undefined) return;
    if (watch.of.selected !== undefined) this.announce({ expunge: watch.of.selected === "at once" });
    watch.how.tell();
  }

  /** Nobody is logged in any more. */
  leave(): void {
    this.watch(undefined);
    this.deselect();
    this.state = "nonauth";
    this.user = undefined;
    this.enabled.length = 0;
    this.byToken =
      this.condstore =
      this.qresync =
      this.uidOnly =
        false;
    this.rev2 = this.server.offers("IMAP4REV2") && !this.server.offers("IMAP4REV1");
    this.output.utf8 = this.rev2;
  }

  /** The mailboxes; commands that need them are only dispatched after login. */
  get account(): Account {
    if (this.user === undefined) throw new Refusal("BAD", "Log in first");
    return this.user.account;
  }

  /** The selected mailbox; commands that need one are only dispatched when there is one. */
  get selected(): View {
    if (this.view === undefined) throw new Refusal("BAD", "Select a mailbox first");
    return this.view;
  }

  /** Enters the authenticated state. */
  enter(user: User): Reply {
    this.user = user;
    this.state = "auth";
    return { status: "OK", code: this.capabilityCode(), text: "Logged in" };
  }

  /** Leaves the selected mailbox, if any. */
  deselect(): void {
    this.view?.close();
    this.view = undefined;
    this.saved = new Set();
    if (this.state === "selected") this.state = "auth";
  }

  /**
   * Whether a capability works here: offered, or part of an IMAP4rev2 that is offered (RFC 9051 appendix E).
   */
  offers(capability: Capability): boolean {
    if (capability === "STARTTLS" && this.transport.tls === "possible") return this.server.offersStartTls;
    // RFC 7162 3.2.3: a server that offers QRESYNC has CONDSTORE.
    if (capability === "CONDSTORE" && this.server.offers("QRESYNC")) return true;
    return this.server.offers(capability) || IN_REV2.has(capability) && this.server.offers("IMAP4REV2");
  }

  /** Refuses what a capability that is not offered would bring. */
  require(capability: Capability): void {
    if (!this.offers(capability)) throw new Refusal("BAD", `${capability} is not offered`);
  }

  /** Whether APPEND, COPY and MOVE tell the UIDs of the new messages (RFC 4315). */
  get tellsUids(): boolean {
    return this.server.offers("UIDPLUS") || this.rev2;
  }

  /** Capabilities in the present state. */
  get capabilities(): string[] {
    return this.server.capabilities(this.state === "nonauth", this.transport.tls);
  }

  /** `[CAPABILITY ...]`. */
  capabilityCode(): Code {
    return { name: "CAPABILITY", capabilities: this.capabilities };
  }

  /** From here on the client gets modification sequences (RFC 7162 3.1). */
  enableCondstore(): void {
    if (this.condstore) return;
    this.condstore = true;
    // The first command that enables it must tell how far the selected mailbox is.
    if (this.view !== undefined) this.sendHighestModSeq();
  }

  /** `* OK [HIGHESTMODSEQ n]` for the selected mailbox. */
  sendHighestModSeq(): void {
    const { highestModSeq } = this.selected.mailbox;
    this.send(condition("OK", "Highest modification sequence", highestModSeqCode(highestModSeq)));
  }

  /** Announces what has changed in the selected mailbox. */
  announce(options: { expunge: boolean }): void {
    if (this.view === undefined) return;
    const { expunged, exists, recent, added, flags } = this.view.sync(options);
    if (this.qresync || this.uidOnly) {
      const uids = setOf(expunged.map(({ uid }) => uid));
      if (uids !== undefined) this.send({ type: "VANISHED", earlier: undefined, uids, other: [] });
    } else {
      for (const { seq } of expunged) this.send({ type: "EXPUNGE", seq });
    }
    if (exists !== undefined) this.send({ type: "EXISTS", count: exists });
    if (recent !== undefined && !this.rev2) this.send({ type: "RECENT", count: recent });
    const row = this.#watch?.how.row;
    if (row !== undefined) {
      for (const message of added) this.send(row(this.view.numberOf(message), message));
    }
    for (const { seq, message } of flags) {
      // RFC 5465 5.1: with NOTIFY the UID belongs to it.
      this.send(this.flagsResponse(seq, message, this.#watch !== undefined));
    }
  }

  /** Flags of a message as this session sees them. */
  flagsOf(message: StoredMessage): string[] {
    const flags = [...message.flags];
    // RFC 9051 dropped \Recent.
    if (!this.rev2 && this.view?.recent.has(message)) flags.push("\\Recent");
    return flags;
  }

  /**
   * `* n FETCH (FLAGS (...))`: with the UID under IMAP4rev2, or where it is wanted; with UID and MODSEQ once the client
   * gets modification sequences (RFC 7162 3.2.4).
   */
  flagsResponse(seq: number, message: StoredMessage, withUid: boolean = false): Response {
    const response = emptyFetch(seq);
    if (withUid || this.rev2 || this.uidOnly || this.tellsUidWithModSeq) response.uid = message.uid;
    response.flags = this.flagsOf(message);
    if (this.condstore) response.modSeq = message.modSeq;
    return response;
  }

  /** RFC 7162 3.2.4: a server with QRESYNC adds the UID wherever it adds the modification sequence. */
  get tellsUidWithModSeq(): boolean {
    return this.condstore && this.server.offers("QRESYNC");
  }
}

/** `[HIGHESTMODSEQ n]`. */
export function highestModSeqCode(modSeq: bigint): Code {
  return { name: "HIGHESTMODSEQ", modSeq };
}
