/** Sends one command at a time, as Python's `imaplib` does, and keeps what comes back by its type. */

import { fromBase64, toBase64 } from "../values/base64.ts";
import type { Limits } from "../base/limits.ts";
import { Link } from "../session/link.ts";
import type { TlsOptions } from "../transport/transport.ts";
import type { DroppedFrame } from "../wire/frame.ts";
import { statesOf } from "./command_table.ts";
import { abort, error, readonly } from "./errors.ts";
import { Held, sizeOf } from "./held.ts";
import type { Log } from "./log.ts";
import { argumentText, octets } from "./quoting.ts";
import { type Reply, replyOf, responseCode } from "./responses.ts";
import { type SeamHost, SeamTransport } from "./seam.ts";
import { Underway } from "./underway.ts";
import { octetsOf, textOf } from "./text.ts";
import type { Answer, Argument, Data, State } from "./values.ts";
import { withCaller } from "../base/frames.ts";

/** One command. */
export interface Call {
  /** Its name in upper case. */
  name: string;
  args: readonly Argument[];
  /** The name of the command that UID is given with, whose states decide as well. */
  legalAs?: string | undefined;
  /** A message that goes after the arguments. */
  literal?: Uint8Array | undefined;
  /** After ENABLE UTF8=ACCEPT the literal is in `UTF8 (~{n}` and `)`. RFC 6855 section 4. */
  utf8?: boolean | undefined;
  /** Answers a continuation request: a line to send, or undefined for none. Without it, requests are read over. */
  answer?: ((challenge: string) => Promise<string | undefined> | string | undefined) | undefined;
  /** Gets what comes after the first continuation request, instead of the buckets, and says how much of it was not taken yet. */
  collect?: ((typ: string, data: Data[], size: number) => number) | undefined;
  /** Buckets that a NO leaves as they were before the command. */
  rows?: readonly string[] | undefined;
  /** Whether it contains a secret; what `debug` shows ends before the arguments. By its name when left out. */
  secret?: boolean | undefined;
  /** Called with the status before the next command starts. */
  settle?: ((typ: string, text: string) => void) | undefined;
  /** Called when it is over, whatever came of it, unless it was not allowed in the state. */
  over?: (() => void) | undefined;
}

/** What the engine needs of the connection. */
export interface EngineHost extends SeamHost {
  state: State;
  host: string | null;
  debug: number;
  is_readonly: boolean;
  tagpre: string;
  tagnum: number;
  untagged_responses: Record<string, Data[]>;
  continuation_response: string;
  /** Writes a line for people who debug. */
  _mesg(text: string): void;
  print_log(): void;
}

/** One connection's commands and responses. */
export class Engine {
  readonly #host: EngineHost;
  readonly #log: Log;
  readonly #maxItems: number;
  readonly #maxHeld: number;
  readonly #held: Held;
  readonly #link: Link;
  readonly #underway: Underway = new Underway();
  #last: Promise<unknown> = Promise.resolve();
  #broken: abort | undefined;
  #dropped: DroppedFrame | undefined;
  /** Tags that no answer has come to: that of a command which an unreadable line has ended is answered later. */
  readonly #unanswered = new Set<string>();

  /**
   * @param host The connection.
   * @param log Where lines are kept.
   * @param limits Bounds on what the server sends.
   * @param allowInsecureAuth Write secrets where others can read them.
   */
  constructor(host: EngineHost, log: Log, limits: Limits, allowInsecureAuth: boolean | undefined) {
    this.#host = host;
    this.#log = log;
    this.#maxItems = limits.maxItems;
    this.#maxHeld = limits.maxHeld;
    this.#held = new Held(limits.maxHeld);
    const seam = new SeamTransport(host, () => this.#link.awaited, limits.maxLiteral, this.#underway);
    this.#link = new Link(seam, {
      limits,
      allowInsecureAuth,
      onDrop: (dropped) => this.#dropped ??= dropped,
    });
  }

  /** Reads the server's first line. */
  async greeting(): Promise<{ typ: string; line: string }> {
    const reply = await this.#take();
    if (reply.kind === "tagged") throw this.#unexpected(reply);
    return { typ: reply.kind === "untagged" ? reply.typ : "", line: reply.line };
  }

  /** Sends a command when those before it are over, and waits until it is answered. */
  perform(call: Call): Promise<Answer> {
    const answered = withCaller(() => this.#last.then(() => this.#turn(call)));
    this.#last = answered.catch(() => {});
    return answered;
  }

  /** Hides a secret in what is shown from here on: servers repeat what they were told. */
  hide(secret: string | Uint8Array): void {
    this.#link.secrets.add(secret);
  }

  /** Hides what a SASL mechanism answers, and the password or token in it: RFC 4616 `passwd`, RFC 7628 `auth`. */
  hideAnswer(answer: string | Uint8Array): void {
    this.hide(answer);
    const text = typeof answer === "string" ? answer : textOf(answer);
    const parts = text.split("\0");
    if (parts.length === 3) this.hide(parts[2]!);
    const bearer = text.split("\u0001").find((field) => /^auth=Bearer /i.test(field));
    if (bearer !== undefined) this.hide(bearer.slice("auth=Bearer ".length));
  }

  /** Text without what was told in secret. */
  redact(text: string, cut = false): string {
    return this.#link.secrets.redact(text, cut);
  }

  /** Writes a line of a dialogue. */
  writeLine(line: string): Promise<void> {
    return this.#write(octetsOf(`${line}\r\n`));
  }

  /** Starts TLS, right after the OK of STARTTLS. */
  async startTls(options: TlsOptions, buffered: () => number): Promise<void> {
    try {
      await this.#link.upgrade("STARTTLS", (transport, signal) => {
        if (buffered() > 0) throw new Error("The server sent more in clear after its OK");
        return transport.startTls!(options, signal);
      });
    } catch (cause) {
      if (cause instanceof abort) throw cause;
      throw this.#fail(new abort(`STARTTLS: ${told(cause)}`, { cause }));
    }
  }

  /** Ends the connection: whatever waits is told. */
  close(reason: string): void {
    this.#broken ??= new abort(reason);
    this.#link.close(this.#broken);
  }

  /** Whether nothing can be sent any more. */
  get closed(): boolean {
    return this.#broken !== undefined;
  }

  // ---- one command

  async #turn(call: Call): Promise<Answer> {
    const { name } = call;
    this.#checkState(call);
    try {
      const tag = await this.#send(call);
      const { typ, text } = await this.#finish(tag, call);
      if (name !== "LOGOUT") this.#checkBye();
      const dropped = this.#dropped;
      this.#dropped = undefined;
      if (typ === "BAD") throw new error(this.redact(`${name} command error: BAD ${text}`));
      if (dropped !== undefined) {
        throw new error(
          `${name}: a response of more than ${dropped.limit} was skipped: ${dropped.size} octets`,
        );
      }
      call.settle?.(typ, text);
      return [typ, [text]];
    } catch (problem) {
      if (problem instanceof abort && this.#host.debug >= 1 && !(problem instanceof readonly)) {
        this.#host.print_log();
      }
      throw problem;
    } finally {
      call.over?.();
    }
  }

  #checkState({ name, legalAs = name }: Call): void {
    const { state } = this.#host;
    for (const each of [legalAs, name]) {
      const states = statesOf(each);
      if (states === undefined || states.includes(state)) continue;
      throw new error(
        `command ${each} illegal in state ${state}, only allowed in states ${states.join(", ")}`,
      );
    }
  }

  async #send(call: Call): Promise<string> {
    const host = this.#host;
    const { name, literal } = call;
    const buckets = host.untagged_responses;
    for (const typ of ["OK", "NO", "BAD"]) delete buckets[typ];
    if (buckets["READ-ONLY"] !== undefined && !host.is_readonly) {
      throw new readonly("mailbox status changed to READ-ONLY");
    }
    const words = call.args.filter((each) => each !== null && each !== undefined).map(argumentText);
    if (literal !== undefined) words.push(call.utf8 ? `UTF8 (~{${literal.length}}` : `{${literal.length}}`);
    const { secret = this.#tellsSecret(call) } = call;
    if (secret) {
      const problem = this.#link.secretProblem(name);
      if (problem !== undefined) throw new error(problem.message, { cause: problem });
    }
    if (this.#broken !== undefined) throw new abort(this.#broken.message);
    if (name !== "LOGOUT") this.#checkBye();

    const tag = `${host.tagpre}${host.tagnum++}`;
    this.#unanswered.add(tag);
    this.#say(`> ${[tag, name, ...(secret ? ["***"] : words)].join(" ")}`);
    await this.#write(octetsOf(`${[tag, name, ...words].join(" ")}\r\n`));
    return tag;
  }

  /** Whether a command that was given by its name tells a password, which is hidden then. */
  #tellsSecret({ name, args }: Call): boolean {
    if (name !== "LOGIN" && name !== "AUTHENTICATE") return false;
    for (const given of args.slice(1)) {
      const text = argumentText(given ?? "").replace(/^"(.*)"$/s, "$1").replace(/\\(.)/gs, "$1");
      this.hide(text);
      if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
        this.hideAnswer(fromBase64(text));
      }
    }
    return true;
  }

  /** Reads until the command is answered, and sends what the server asks for meanwhile. */
  async #finish(tag: string, call: Call): Promise<{ typ: string; text: string }> {
    const before = new Map(
      call.rows?.map((name) => [name, this.#host.untagged_responses[name]?.length ?? 0]),
    );
    let { literal } = call;
    let collect: Call["collect"];
    let failure: { reason: unknown } | undefined;
    let answers = 0;
    for (;;) {
      const reply = await this.#take(collect);
      if (reply.kind === "continuation") {
        if (literal !== undefined) {
          if (this.#host.debug >= 4) this.#host._mesg(`write literal size ${literal.length}`);
          await this.#write(literal);
          await this.writeLine(call.utf8 ? ")" : "");
          literal = undefined;
        } else if (failure !== undefined) {
          throw this.#fail(new abort(`The server asks for more after ${call.name} was cancelled`));
        } else if (call.answer !== undefined) {
          collect = call.collect;
          const answer = Promise.resolve(reply.text).then(call.answer).then((line) => {
            // A server that asks without end must not be told without end.
            if (line === undefined || ++answers <= mostAnswers) return line;
            throw new error(`The server asks for more than ${mostAnswers} answers of ${call.name}`);
          }).catch((reason) => {
            failure = { reason };
            return "*";
          });
          const line = await this.#underway.race(answer);
          if (line !== undefined) await this.writeLine(line);
        }
      } else if (reply.kind === "tagged") {
        const answered = reply.tag.toUpperCase();
        if (!this.#unanswered.delete(answered)) throw this.#unexpected(reply);
        if (answered !== tag) continue;
        if (failure !== undefined) throw failure.reason;
        if (reply.typ === "NO") {
          for (const [name, length] of before) this.#cut(name, length);
        }
        return reply;
      } else if (call.name !== "LOGOUT") {
        // As in Python: some servers say it and neither answer nor close (Yandex: MailKit issue 938).
        this.#checkBye();
      }
    }
  }

  /** Takes away what a refused command brought. */
  #cut(name: string, length: number): void {
    const rows = this.#host.untagged_responses[name];
    if (rows === undefined) return;
    rows.length = Math.min(rows.length, length);
    if (rows.length === 0) delete this.#host.untagged_responses[name];
  }

  /** The server's last words, when it has said BYE. */
  get #bye(): string | undefined {
    const bye = this.#host.untagged_responses["BYE"]?.at(-1);
    return bye === undefined ? undefined : this.redact(String(bye));
  }

  #checkBye(): void {
    const bye = this.#bye;
    if (bye !== undefined) throw new abort(bye);
  }

  // ---- one response

  /** Reads a response and keeps it. */
  async #take(collect?: Call["collect"]): Promise<Reply> {
    const reply = await this.#read();
    this.#say(`< ${reply.line}`);
    if (reply.kind === "other") throw this.#unexpected(reply);
    if (reply.kind === "continuation") {
      this.#host.continuation_response = reply.text;
      return reply;
    }
    const { typ } = reply;
    const text = reply.kind === "tagged" ? reply.text : reply.items.at(-1);
    if (reply.kind === "untagged") {
      if (collect === undefined || typ === "BYE") this.#keep(typ, reply.items);
      else if (collect(typ, reply.items, sizeOf(reply.items)) > this.#maxHeld) throw this.#tooMuch();
    }
    if (CONDITIONS.has(typ) && typeof text === "string") {
      const code = responseCode(text);
      if (code !== undefined) this.#keep(code.name, [code.value]);
      if (this.#host.debug >= 1 && typ !== "OK") this.#host._mesg(this.redact(`${typ} response: ${text}`));
    }
    return reply;
  }

  /** A line that is not a response ends the command that waits, not the connection, as in Python. */
  #unexpected({ kind, line }: Reply): abort {
    const text = kind === "tagged" ? `tagged response: ${line}` : `response: '${line}'`;
    return new abort(this.redact(`unexpected ${text}`));
  }

  async #read(): Promise<Reply> {
    if (this.#broken !== undefined) throw new abort(this.#broken.message);
    try {
      const frame = await this.#link.frame();
      if (frame !== undefined) return replyOf(frame);
    } catch (cause) {
      if (cause instanceof abort) throw this.#fail(cause);
      throw this.#fail(new abort(`socket error: ${told(cause)}`, { cause }), cause);
    }
    throw this.#fail(new abort(this.#bye ?? "socket error: EOF"));
  }

  #keep(typ: string, items: Data[]): void {
    const buckets = this.#host.untagged_responses;
    const bucket = buckets[typ] ??= [];
    if (bucket.length + items.length > this.#maxItems) {
      throw this.#fail(new abort(`more than ${this.#maxItems} items of ${typ}`));
    }
    for (const item of items) bucket.push(item);
    if (!this.#held.add(typ, items, buckets)) throw this.#tooMuch();
    if (this.#host.debug >= 5) {
      this.#host._mesg(this.redact(`untagged_responses[${typ}] += ${JSON.stringify(items.map(short))}`));
    }
  }

  #tooMuch(): abort {
    const problem = new abort(`what came and was not taken is more than maxHeld, ${this.#maxHeld} octets`);
    this.#fail(problem);
    return problem;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#link.write(bytes);
    } catch (cause) {
      if (cause instanceof abort) throw this.#fail(cause);
      throw this.#fail(new abort(`socket error: ${told(cause)}`, { cause }));
    }
  }

  /** The connection cannot be used from here on. A line that is too long is an `error`, as in Python. */
  #fail(problem: abort, cause?: unknown): error {
    this.#broken ??= problem;
    this.#link.close(problem);
    return cause instanceof error ? cause : problem;
  }

  #say(line: string): void {
    if (this.#host.debug >= 4) this.#host._mesg(this.redact(line));
    else this.#log.keep(line);
  }
}

/** Answers in one dialogue: no mechanism needs so many. */
const mostAnswers = 10;
const CONDITIONS = new Set(["OK", "NO", "BAD", "PREAUTH", "BYE"]);

function told(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function short(data: Data): unknown {
  return Array.isArray(data) ? [data[0], `${data[1].length} octets`] : data;
}

/** Octets in base64 without line ends. */
export function base64Of(answer: string | Uint8Array): string {
  return toBase64(octets(answer));
}
