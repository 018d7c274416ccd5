/** One client's connection to the test server: reads commands, has them carried out, answers. */

import { tagChars } from "../../wire/_gen/classes.ts";
import { specs } from "../../codec/_gen/specs.ts";
import { systemClock, type Timer } from "../../base/clock.ts";
import { RequestReader } from "../../wire/request_reader.ts";
import { DecodeError, Failure } from "../../wire/decode_error.ts";
import type { Frame } from "../../wire/frame.ts";
import { type Command, readCommand } from "../_gen/request.ts";
import type { Fault } from "../faults.ts";
import { execute, isKnown, mayRenumber } from "./dispatch.ts";
import { Output } from "./output.ts";
import type { ServerTransport } from "./listener.ts";
import { QuietTransport } from "./quiet_transport.ts";
import { condition, plainCode, reasonOf, type Reply } from "./reply.ts";
import { type LiteralLimits, type Reason, RequestStream } from "./request_stream.ts";
import { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import { type ConnectionLog, holdsSecret } from "./transcript.ts";

/** Octets and number of literals before anybody has logged in. */
const BEFORE_LOGIN = { octets: 8 * 1024, count: 4 };
/** Octets and number of literals in commands other than APPEND. */
const USUAL = { octets: 1024 * 1024, count: 1000 };
/** Extensions that take literals of any octets. */
const BRING_LITERAL8 = ["BINARY", "METADATA", "METADATA-SERVER"] as const;
/** What happens to a command that was passed over. */
const REFUSED: Readonly<Record<Reason, Reply>> = {
  line: { status: "BAD", text: "The command line is too long" },
  literal: { status: "NO", code: plainCode("LIMIT"), text: "The literals are too large or too many" },
  unasked: { status: "BAD", text: "A literal of this size must be asked for" },
  binary: { status: "BAD", text: "A literal8 is not offered" },
};
/** What a command has where a server's deviation could be. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["odd-date-time", 'a date such as " 1-Jan-2026 00:00:00 +0000"'],
  ["odd-flag", "a flag of the characters that an atom has"],
  ["trailing-space", '")", and no space,'],
]);
/** The same where the literal is a message (RFC 7889 4). */
const TOO_BIG: Reply = { status: "NO", code: plainCode("TOOBIG"), text: "The message is too big" };
const latin1 = new TextDecoder("latin1");

/** One connection. */
export class Connection {
  readonly #server: Settings;
  readonly #session: Session;
  readonly #output: Output;
  readonly #log: ConnectionLog;
  readonly #stream: RequestStream;
  readonly #reader = new RequestReader();

  constructor(server: Settings, transport: ServerTransport) {
    this.#server = server;
    const quiet = new QuietTransport(transport);
    this.#log = server.transcript.connection();
    this.#output = new Output(quiet, server.clock, this.#log, server.quirks);
    this.#stream = new RequestStream(quiet, {
      literalLimits: (text) => this.#literalLimits(text),
      continueLiteral: (text) => this.#continueLiteral(text),
      takes: (text, size) => this.#takes(text, size),
    });
    this.#session = new Session(server, quiet, this.#output, this.#stream, this.#log);
  }

  /**
   * Serves the client until one side leaves. A lost connection is one way of leaving, so what this throws is a mistake of
   * the server or of a fault's `rewrite`.
   */
  async run(): Promise<void> {
    try {
      await this.#greet();
      while (this.#session.state !== "logout" && !this.#output.closed) {
        if (!await this.#serveOne()) break;
      }
    } finally {
      this.#session.watch(undefined);
      this.#session.deselect();
      await this.#output.close();
    }
  }

  /** What is known of this client. */
  get session(): Session {
    return this.#session;
  }

  /** Closes, after `* BYE` with the text or, where there is none, without a word. */
  hangUp(bye: string | undefined): void {
    this.#session.deselect();
    this.#session.state = "logout";
    if (bye !== undefined) this.#output.send(condition("BYE", bye));
    void this.#output.flush().then(() => this.#output.close());
  }

  /** Says goodbye and closes, as a server does that shuts down; a client that does not read is not waited for. */
  async shutDown(): Promise<void> {
    this.#session.state = "logout";
    this.#output.send(condition("BYE", "The server is shutting down"));
    let timer: Timer | undefined;
    // Not the server's own clock: a test whose clock does not move must end too.
    const patience = new Promise<void>((resolve) => timer = systemClock.setTimeout(resolve, 500));
    await Promise.race([this.#output.flush(), patience]);
    systemClock.clearTimeout(timer);
    await this.#output.close();
  }

  async #greet(): Promise<void> {
    const session = this.#session;
    const { type, text, user } = this.#server.greeting;
    if (await this.#begin("GREETING", "*")) return;
    if (type === "PREAUTH") session.enter(user);
    session.send(condition(type, text, type === "BYE" ? undefined : session.capabilityCode()));
    await this.#output.flush();
    if (type === "BYE") session.state = "logout";
  }

  /** Reads and answers one command; false when the client has gone. */
  async #serveOne(): Promise<boolean> {
    // Between commands, news goes out when it comes (RFC 5465 3.1).
    this.#session.onNews = () => this.#tellNews();
    if (this.#session.hasNews) this.#tellNews();
    const incoming = await this.#stream.next();
    this.#session.onNews = undefined;
    if (incoming.kind === "end") {
      if (incoming.reason === "flood") {
        this.#output.send(condition("BYE", "A literal of that size is not accepted"));
      }
      await this.#output.flush();
      return false;
    }
    if (incoming.kind === "answered") return true;
    this.#log.command(incoming.kind === "refused" ? incoming.text : incoming.frame.text);
    if (incoming.kind === "refused") {
      await this.#output.begin([]);
      const tooBig = incoming.reason === "literal" && bringsMessages(incoming.text);
      this.#answer(tagOf(incoming.text), tooBig ? TOO_BIG : REFUSED[incoming.reason]);
    } else {
      await this.#serveCommand(incoming.frame);
    }
    await this.#output.flush();
    return true;
  }

  #tellNews(): void {
    if (this.#session.state === "logout") return;
    this.#session.tellNews();
    void this.#output.flush();
  }

  async #serveCommand(frame: Frame): Promise<void> {
    let command: Command;
    try {
      this.#reader.reset(frame, { utf8: this.#session.rev2, strict: true });
      command = readCommand(this.#reader);
      this.#reader.finish();
    } catch (error) {
      await this.#output.begin([]);
      this.#answer(tagOf(frame.text), { status: "BAD", text: this.#complaint(frame.text, error) });
      return;
    }
    const { tag, request } = command;
    const name = request.name === "UID" ? `UID ${request.command.name}` : request.name;
    if (await this.#begin(name, tag)) return;
    const reply = await execute(this.#session, name, tag, request);
    if (this.#session.state === "selected") {
      this.#session.announce({ expunge: !reply.keepsNumbers && mayRenumber(name) });
    }
    this.#answer(tag, reply);
    if (reply.after === undefined) return;
    await this.#output.flush();
    await reply.after();
  }

  /** What to say of a command that could not be read: which one, what was expected, and what is there instead. */
  #complaint(text: Uint8Array, error: unknown): string {
    const name = commandOf(text);
    if (/^done\s*$/i.test(latin1.decode(text.subarray(0, 20)))) return "DONE without IDLE";
    if (name !== "" && !isKnown(name, this.#session)) return `Unknown command ${name}`;
    const written = latin1.decode(text);
    // What cannot be read may hold a password all the same, and must not come back.
    if (holdsSecret(written)) return "Arguments that cannot be read";
    if (!(error instanceof Failure || error instanceof DecodeError)) return reasonOf(error);
    const { expected, offset } = error;
    const found = written.slice(offset, offset + 40).trim();
    const where = name === "" ? "The command" : name;
    // Which deviation of servers it would have been helps nobody who writes a client.
    const deviation = /^no deviation \(([^)]*)\)$/.exec(expected)?.[1];
    if (deviation !== undefined) {
      const instead = INSTEAD.get(deviation) ?? "another form";
      return reasonOf(new Error(`${where}: ${instead} expected before ${found || "the end"}`));
    }
    return reasonOf(
      new Error(
        found === ""
          ? `${where} ends where ${expected} is missing`
          : `${where}: ${expected} expected, not ${found}`,
      ),
    );
  }

  /** Puts the faults of this occasion in force; true when one of them is the whole answer. */
  async #begin(name: string, tag: string): Promise<boolean> {
    const faults = this.#server.faults.take(name, this.#where);
    await this.#output.begin(faults);
    if (this.#changed(faults)) return true;
    return await this.#replaced(faults, tag);
  }

  /** Makes the changes that come from outside; true when this connection does not outlive them. */
  #changed(faults: readonly Fault[]): boolean {
    const { user, view } = this.#session;
    const changes = faults.flatMap(({ meanwhile = [] }) => meanwhile);
    for (const change of changes) this.#server.change(change, { user, mailbox: view?.mailbox });
    return this.#session.state === "logout";
  }

  get #where(): { connection: number; now: number } {
    return { connection: this.#log.number, now: this.#server.clock.now() };
  }

  async #replaced(faults: readonly Fault[], tag: string): Promise<boolean> {
    for (const { refuse, reply, bye, silence } of faults) {
      if (bye !== undefined) {
        this.#output.send(condition("BYE", bye));
        this.#session.state = "logout";
      } else if (silence) {
        return true;
      } else if (reply !== undefined) {
        this.#output.sendRaw(typeof reply === "string" ? reply.replaceAll("%TAG%", tag) : reply);
      } else if (refuse !== undefined) {
        this.#answer(tag, { status: refuse.status, text: refuse.text ?? "Refused" });
      } else {
        continue;
      }
      await this.#output.flush();
      return true;
    }
    return false;
  }

  #answer(tag: string | undefined, { status, code, text }: Reply): void {
    if (tag === undefined) this.#output.send(condition(status, text, code));
    else {
      const { completed = "" } = this.#server.behaviour;
      // A name in it may have come as a literal, of any octets.
      const whole = (status === "OK" ? text + completed : text).replace(/[^\x20-\x7e]/g, "?");
      // What ends with `{3}` would be taken for the beginning of a literal.
      const said = whole.endsWith("}") ? `${whole}.` : whole;
      this.#output.send({ type: "TAGGED", tag, status, code, text: said });
    }
  }

  #literalLimits(text: Uint8Array): LiteralLimits {
    const limits = this.#session.state === "nonauth"
      ? BEFORE_LOGIN
      : bringsMessages(text)
      ? { octets: this.#server.maxMessage, count: 1000 }
      : USUAL;
    // RFC 9051 4.3 and RFC 7888 5: 4096 octets, unless LITERAL+ is offered.
    const small = this.#session.offers("LITERAL-") ? 4096 : -1;
    return {
      ...limits,
      unasked: this.#server.offers("LITERAL+") ? Infinity : small,
      binary: BRING_LITERAL8.some((capability) => this.#session.offers(capability)),
    };
  }

  /** Octets of a literal that are read before a fault closes the connection. */
  #takes(text: Uint8Array, size: number): number {
    const faults = this.#server.faults.take(commandOf(text), this.#where, "upload");
    return Math.min(size, ...faults.map(({ dropInUpload }) => dropInUpload ?? size));
  }

  async #continueLiteral(text: Uint8Array): Promise<boolean> {
    const faults = this.#server.faults.take(commandOf(text), this.#where, "literal");
    await this.#output.begin(faults);
    if (await this.#replaced(faults, tagOf(text) ?? "*")) {
      this.#log.command(text);
      return false;
    }
    this.#output.send({ type: "CONTINUATION", code: undefined, text: "Ready for the literal" });
    await this.#output.flush();
    return true;
  }
}

/** The tag of a command that could not be read, so that the client can see which one it was. */
function tagOf(text: Uint8Array): string | undefined {
  const tag = /^([^ ]{1,100}) /.exec(latin1.decode(text.subarray(0, 128)))?.[1];
  return tag !== undefined && [...tag].every((char) => tagChars.includes(char)) ? tag : undefined;
}

/** Whether the literals of the command are messages. */
function bringsMessages(text: Uint8Array): boolean {
  return specs.get(commandOf(text))?.flow.includes("literal") === true;
}

/** The command's name, `UID FETCH` in two words, of a command that has not been read yet. */
function commandOf(text: Uint8Array): string {
  const match = /^\S{1,100} ((?:UID )?[A-Z]{1,20})/i.exec(latin1.decode(text.subarray(0, 140)));
  return match?.[1]?.toUpperCase() ?? "";
}
