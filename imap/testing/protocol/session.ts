/** One client's connection to the test server: reads commands, keeps the state, answers. */

import type { Timer } from "../../base/clock.ts";
import type { Code, Response } from "../../codec/_gen/types.ts";
import type { Transport } from "../../transport/transport.ts";
import type { Frame } from "../../wire/framer.ts";
import { Reader } from "../../wire/reader.ts";
import { type Command, readCommand } from "../_gen/request.ts";
import { execute } from "./dispatch.ts";
import type { Fault } from "../faults.ts";
import { Output } from "./output.ts";
import { quietTransport } from "./quiet_transport.ts";
import { condition, emptyFetch, plainCode, reasonOf, Refusal, type Reply } from "./reply.ts";
import { type LiteralLimits, type Reason, RequestStream } from "./request_stream.ts";
import type { ServerCore } from "../server.ts";
import type { Account, StoredMessage } from "../store/store.ts";
import type { View } from "../store/view.ts";

/** RFC 9051 section 3. */
export type State = "nonauth" | "auth" | "selected" | "logout";

/** Octets and number of literals before anybody has logged in. */
const BEFORE_LOGIN = { octets: 8 * 1024, count: 4 };
/** Octets and number of literals in commands other than APPEND. */
const USUAL = { octets: 1024 * 1024, count: 1000 };
/** What happens to a command that was passed over. */
const REFUSED: Readonly<Record<Reason, Reply>> = {
  line: { status: "BAD", text: "The command line is too long" },
  literal: { status: "NO", code: plainCode("LIMIT"), text: "The literals are too large or too many" },
  unasked: { status: "BAD", text: "A literal of this size must be asked for" },
};
const latin1 = new TextDecoder("latin1");

/** One connection. */
export class Session {
  readonly server: ServerCore;
  readonly output: Output;
  readonly stream: RequestStream;
  state: State = "nonauth";
  /** The user's mailboxes, once logged in. */
  account: Account | undefined;
  /** The selected mailbox. */
  view: View | undefined;
  /** The search result variable `$` (RFC 9051 6.4.4.1). */
  saved: Set<StoredMessage> = new Set();
  /** IMAP4rev2 behaviour: enabled, or the only version offered. */
  rev2: boolean;
  readonly #reader = new Reader();

  constructor(server: ServerCore, transport: Transport) {
    this.server = server;
    const quiet = quietTransport(transport);
    this.output = new Output(quiet, server.clock);
    this.stream = new RequestStream(quiet, {
      literalLimits: (text) => this.#literalLimits(text),
      continueLiteral: (text) => this.#continueLiteral(text),
    });
    this.rev2 = server.offers("IMAP4REV2") && !server.offers("IMAP4REV1");
    this.output.utf8 = this.rev2;
  }

  /**
   * Serves the client until one side leaves. A lost connection is one way of leaving, so what this throws is a mistake of
   * the server or of a fault's `rewrite`.
   */
  async run(): Promise<void> {
    try {
      await this.#greet();
      while (this.state !== "logout" && !this.output.closed) {
        if (!await this.#serveOne()) break;
      }
    } finally {
      this.view?.close();
      await this.output.close();
    }
  }

  /** Says goodbye and closes, as a server does that shuts down; a client that does not read is not waited for. */
  async shutDown(): Promise<void> {
    this.state = "logout";
    this.output.send(condition("BYE", "The server is shutting down"));
    const { clock } = this.server;
    let timer: Timer | undefined;
    const patience = new Promise<void>((resolve) => timer = clock.setTimeout(resolve, 500));
    await Promise.race([this.output.flush(), patience]);
    clock.clearTimeout(timer);
    await this.output.close();
  }

  /** Sends an untagged response with the next flush. */
  send(response: Response): void {
    this.output.send(response);
  }

  /** The account; commands that need one are only dispatched when there is one. */
  get user(): Account {
    if (this.account === undefined) throw new Refusal("BAD", "Log in first");
    return this.account;
  }

  /** The selected mailbox; commands that need one are only dispatched when there is one. */
  get selected(): View {
    if (this.view === undefined) throw new Refusal("BAD", "Select a mailbox first");
    return this.view;
  }

  /** Enters the authenticated state. */
  enter(account: Account): Reply {
    this.account = account;
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

  /** Refuses a command whose capability is not offered; IMAP4rev2 brings nearly all of them (RFC 9051 appendix E). */
  require(capability: string): void {
    if (this.server.offers(capability)) return;
    if (capability === "ID" || !this.server.offers("IMAP4REV2")) throw new Refusal("BAD", "Unknown command");
  }

  /** Whether APPEND, COPY and MOVE tell the UIDs of the new messages (RFC 4315). */
  get tellsUids(): boolean {
    return this.server.offers("UIDPLUS") || this.rev2;
  }

  /** Capabilities in the present state. */
  get capabilities(): string[] {
    return this.server.capabilities(this.state === "nonauth");
  }

  /** `[CAPABILITY ...]`. */
  capabilityCode(): Code {
    return { name: "CAPABILITY", capabilities: this.capabilities };
  }

  /** Announces what has changed in the selected mailbox. */
  announce(options: { expunge: boolean }): void {
    if (this.view === undefined) return;
    for (const update of this.view.sync(options)) {
      if (update.type === "EXPUNGE") this.send({ type: "EXPUNGE", seq: update.seq });
      else if (update.type === "EXISTS") this.send({ type: "EXISTS", count: update.count });
      else if (update.type === "FLAGS") this.send(this.flagsResponse(update.seq, update.message, this.rev2));
      else if (!this.rev2) this.send({ type: "RECENT", count: update.count });
    }
  }

  /** Flags of a message as this session sees them. */
  flagsOf(message: StoredMessage): string[] {
    const flags = [...message.flags];
    // RFC 9051 dropped \Recent.
    if (!this.rev2 && this.view?.recent.has(message)) flags.push("\\Recent");
    return flags;
  }

  /** `* n FETCH (FLAGS (...))`, with the UID where it is wanted. */
  flagsResponse(seq: number, message: StoredMessage, withUid: boolean): Response {
    const response = emptyFetch(seq);
    if (withUid) response.uid = message.uid;
    response.flags = this.flagsOf(message);
    return response;
  }

  async #greet(): Promise<void> {
    const { type, text, account } = this.server.greeting;
    if (await this.#begin("GREETING", "*")) return;
    if (type === "PREAUTH") {
      this.account = account;
      this.state = "auth";
    }
    this.send(condition(type, text, type === "BYE" ? undefined : this.capabilityCode()));
    await this.output.flush();
    if (type === "BYE") this.state = "logout";
  }

  /** Reads and answers one command; false when the client has gone. */
  async #serveOne(): Promise<boolean> {
    const incoming = await this.stream.next();
    if (incoming.kind === "end") {
      if (incoming.reason === "flood") this.send(condition("BYE", "A literal of that size is not accepted"));
      await this.output.flush();
      return false;
    }
    if (incoming.kind === "answered") return true;
    if (incoming.kind === "refused") {
      await this.output.begin([]);
      this.#answer(tagOf(incoming.text), REFUSED[incoming.reason]);
    } else {
      await this.#serveCommand(incoming.frame);
    }
    await this.output.flush();
    return true;
  }

  async #serveCommand(frame: Frame): Promise<void> {
    let command: Command;
    try {
      this.#reader.reset(frame, { utf8: this.rev2, strict: true });
      command = readCommand(this.#reader);
      this.#reader.finish();
    } catch (error) {
      await this.output.begin([]);
      this.#answer(tagOf(frame.text), { status: "BAD", text: reasonOf(error) });
      return;
    }
    const { tag, request } = command;
    const name = request.name === "UID" ? `UID ${request.command.name}` : request.name;
    if (await this.#begin(name, tag)) return;
    const reply = await execute(this, name, tag, request);
    // No EXPUNGE may come while these are in progress (RFC 9051 7.5.1).
    if (this.state === "selected") this.announce({ expunge: !["FETCH", "STORE", "SEARCH"].includes(name) });
    this.#answer(tag, reply);
  }

  /** Puts the faults of this occasion in force; true when one of them is the whole answer. */
  async #begin(name: string, tag: string): Promise<boolean> {
    const faults = this.server.faults.take(name);
    await this.output.begin(faults);
    return await this.#replaced(faults, tag);
  }

  async #replaced(faults: readonly Fault[], tag: string): Promise<boolean> {
    for (const { refuse, reply, bye } of faults) {
      if (bye !== undefined) {
        this.send(condition("BYE", bye));
        this.state = "logout";
      } else if (reply !== undefined) {
        this.output.sendRaw(typeof reply === "string" ? reply.replaceAll("%TAG%", tag) : reply);
      } else if (refuse !== undefined) {
        this.#answer(tag, { status: refuse.status, text: refuse.text ?? "Refused" });
      } else {
        continue;
      }
      await this.output.flush();
      return true;
    }
    return false;
  }

  #answer(tag: string | undefined, { status, code, text }: Reply): void {
    if (tag === undefined) this.send(condition(status, text, code));
    else this.send({ type: "TAGGED", tag, status, code, text });
  }

  #literalLimits(text: Uint8Array): LiteralLimits {
    const limits = this.state === "nonauth"
      ? BEFORE_LOGIN
      : commandOf(text) === "APPEND"
      ? { octets: this.server.maxMessage, count: 4 }
      : USUAL;
    // RFC 9051 4.3 and RFC 7888 5: 4096 octets, unless LITERAL+ is offered.
    const small = this.server.offers("LITERAL-") || this.server.offers("IMAP4REV2") ? 4096 : -1;
    return { ...limits, unasked: this.server.offers("LITERAL+") ? Infinity : small };
  }

  async #continueLiteral(text: Uint8Array): Promise<boolean> {
    const faults = this.server.faults.take(commandOf(text), "literal");
    await this.output.begin(faults);
    if (await this.#replaced(faults, tagOf(text) ?? "*")) return false;
    this.send({ type: "CONTINUATION", text: "Ready for the literal" });
    await this.output.flush();
    return true;
  }
}

/** The tag of a command that could not be read, so that the client can see which one it was. */
function tagOf(text: Uint8Array): string | undefined {
  return /^([!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]{1,100}) /.exec(latin1.decode(text.subarray(0, 128)))?.[1];
}

/** The command's name, `UID FETCH` in two words, of a command that has not been read yet. */
function commandOf(text: Uint8Array): string {
  const match = /^\S{1,100} ((?:UID )?[A-Z]{1,20})/i.exec(latin1.decode(text.subarray(0, 140)));
  return match?.[1].toUpperCase() ?? "";
}
