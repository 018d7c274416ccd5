/** A command on its way: queued, being sent, waiting for its tagged response. */

import { LimitError, ProtocolError } from "../base/errors.ts";
import type { CallOptions } from "../base/abort.ts";
import { type CommandSpec, keepsNumbers } from "../codec/spec.ts";
import type { Budget } from "./budget.ts";
import { Collected } from "./collected.ts";
import type { Dialogue } from "./dialogue.ts";
import type { Command } from "./handle.ts";
import { RowCommand } from "./rows.ts";
import { SequenceSet, type SequenceSetInput } from "../values/sequence_set.ts";
import { ownLiteral } from "../wire/literal_input.ts";
import type { Fragment, WriterOptions } from "../wire/fragment.ts";
import type { LiteralSource } from "../wire/literal_input.ts";
import { Writer } from "../wire/writer.ts";
import type { Code, FetchResponse, Response, UnknownResponse } from "../codec/_gen/types.ts";

/** What of the connection's state decides how a command is written. */
export interface EncodeState {
  /** What the session may write at present. */
  readonly writerOptions: WriterOptions;
  /** Changes with them. */
  readonly epoch: number;
  /** Octets of the largest message that a mailbox takes (RFC 7889); Infinity where the server does not say. */
  appendLimit(mailbox: string): number;
}

/** A command as the session takes it. */
export interface Call<T> {
  /** What the table says about it. */
  spec: CommandSpec;
  /** Its arguments; the session looks at `set` and `mailbox`, to tell answers from news. */
  args: object;
  /** Writes it, without its tag. */
  encode: (writer: Writer) => void;
  /** Makes the result of an OK. */
  result: (collected: Collected) => T;
  /** The handle that the caller holds. */
  handle: Command<T>;
  /** When to give up. */
  options: CallOptions;
  /** The command contains a secret; as its arguments say when not given. */
  secret?: boolean;
  /** Who must have selected the mailbox that it is about: a lease, nobody in particular (null), or else the client itself. */
  owner?: symbol | null | undefined;
  /** Called when its turn has come; what it throws is the command's failure, and it is not sent. */
  check?: () => void;
  /** A later part of a command by message number: sent when the one before is done, and checked once more when it is itself. */
  later?: boolean | undefined;
  /** Every untagged response that comes while it runs is collected, as it came; it runs alone. */
  takesAll?: boolean;
  /** What the client says while the command runs, when that is more than literals. */
  dialogue?: Dialogue;
}

/** How far a command is. */
export type Phase =
  | "queued"
  | "sending"
  /** Waits for `+` before its literal. */
  | "asking"
  | "literal"
  | "sent"
  /** In a dialogue in which the server may be silent for long: IDLE after its `+`. */
  | "sleeping"
  | "done";

/** A command on its way. */
// deno-lint-ignore no-explicit-any
export class Pending<T = any> {
  readonly tag: string;
  readonly call: Call<T>;
  readonly spec: CommandSpec;
  readonly collected: Collected;
  readonly rows: RowCommand<Response> | undefined;
  phase: Phase = "queued";
  /** Its neighbours in the queue. */
  previous: Pending | undefined;
  next: Pending | undefined;
  /** The writer's settings that `fragments` were made with. */
  epoch = 0;
  fragments: Fragment[] = [];
  /** Settles with true at `+`, with false when the server refused the command instead. */
  asked: PromiseWithResolvers<boolean> | undefined;
  /** The caller has given up: the answer is read and thrown away. */
  discarded = false;
  /** Why the result will be an error although the server says OK. */
  problem: unknown;
  /** Stops watching the caller's signal and deadline. */
  unwatch: () => void = () => {};
  /** What the answers that were collected take of the budget of the connection. */
  #held = 0;
  #budget: Budget | undefined;
  #set: SequenceSet | undefined;
  #asksForMore: boolean | undefined;
  /** What was taken over when the command was first written, by what the caller gave. */
  #taken: Map<unknown, Uint8Array | LiteralSource> | undefined;

  constructor(tag: string, call: Call<T>) {
    this.tag = tag;
    this.call = call;
    this.spec = call.spec;
    this.collected = new Collected(call.spec.name);
    this.rows = call.handle instanceof RowCommand ? call.handle : undefined;
  }

  /** Whether nothing else may be in flight with it. */
  get isAlone(): boolean {
    const { flow } = this.spec;
    return this.call.dialogue !== undefined || flow.includes("barrier") || flow.includes("sasl") ||
      flow.includes("idle");
  }

  /**
   * Writes the command.
   *
   * @param known What may be written at present.
   * @throws {RangeError} When an argument cannot be sent.
   * @throws {LimitError} When a message is larger than the server takes.
   */
  encode(known: EncodeState): void {
    const { writerOptions: options, epoch } = known;
    const writer = new Writer({ ...options, own: this.#own });
    writer.text(this.tag);
    writer.sp();
    this.call.encode(writer);
    this.fragments = writer.end();
    const { name, flow } = this.spec;
    // RFC 7889; under LITERAL+ the server could refuse it only when all of it has come.
    if (flow.includes("literal")) {
      const limit = known.appendLimit(this.mailbox);
      if (this.fragments.some((one) => "size" in one && one.size > limit)) {
        const message = `${name}: the message is larger than APPENDLIMIT, ${limit} octets`;
        throw new LimitError(message, { command: name });
      }
    }
    this.epoch = epoch;
  }

  /**
   * Whether it is one line that is the same octets whatever is enabled meanwhile.
   *
   * @param known What may be written at present.
   */
  isWrittenTheSame(known: EncodeState): boolean {
    const { fragments, epoch } = this;
    const [line] = fragments;
    if (fragments.length > 1 || line === undefined || !("line" in line)) return false;
    // What is searched for in another charset is not ASCII.
    if (line.line.some((byte) => byte > 0x7e)) return false;
    const { writerOptions, appendLimit } = known;
    this.encode({ writerOptions: { ...writerOptions, utf8: !writerOptions.utf8 }, epoch, appendLimit });
    const other = this.fragments;
    this.fragments = fragments;
    return other.length === 1 && "line" in other[0]! && equal(other[0].line, line.line);
  }

  readonly #own = (value: unknown): Uint8Array | LiteralSource => {
    this.#taken ??= new Map();
    let own = this.#taken.get(value);
    if (own === undefined) this.#taken.set(value, own = ownLiteral(value));
    return own;
  };

  /** Whether it contains a secret. */
  get tellsSecret(): boolean {
    return this.call.secret ?? this.fragments.some(({ secret }) => secret);
  }

  /** Its arguments that must not be shown. */
  get secrets(): (string | Uint8Array)[] {
    const args = this.call.args as Record<string, unknown>;
    return this.spec.args.filter(({ secret }) => secret).map(({ name }) => args[name])
      .filter((value) => typeof value === "string" || value instanceof Uint8Array);
  }

  /** The messages it is about, when its answers are told by them. */
  get set(): SequenceSet {
    return this.#set ??= SequenceSet.from((this.call.args as { set: SequenceSetInput }).set);
  }

  /** The mailbox it is about, when its answers are told by it. */
  get mailbox(): string {
    return (this.call.args as { mailbox: string }).mailbox;
  }

  /** Whether it names items beside these; a command without items does not. */
  asksForMoreThan(items: ReadonlySet<string>): boolean {
    return this.#asksForMore ??= ((this.call.args as { items?: readonly string[] }).items ?? [])
      .some((item) => !items.has(item.toUpperCase()));
  }

  /** Takes an answer. */
  take(response: Response, size: number, limit: number, budget: Budget): void {
    if (this.discarded || this.problem !== undefined) return;
    try {
      // Rows that wait for a loop are counted on their own: reading stops before they are too many.
      if (this.rows === undefined || this.rows.isCollecting) this.#hold(size, budget);
      if (this.rows === undefined) this.collected.add(response, limit);
      else if (response.type === "VANISHED") this.rows.lacks(response.uids);
      else this.rows.push(response, size, limit);
    } catch (error) {
      this.problem = error;
      this.collected.clear();
      this.rows?.drain();
      this.#letGo();
    }
  }

  #hold(size: number, budget: Budget): void {
    if (!budget.take(size)) {
      const message =
        `${this.spec.name}: what waits on the connection exceeds maxHeld; iterate over the rows, or ask for less`;
      throw new LimitError(message, { command: this.spec.name });
    }
    this.#budget = budget;
    this.#held += size;
  }

  #letGo(): void {
    this.#budget?.give(this.#held);
    this.#held = 0;
  }

  /** Takes a code of an untagged response. */
  takeCode(code: Code): void {
    this.collected.addCode(code);
  }

  /** An answer was skipped that may have been for this command. */
  miss(limit: string, head: string): void {
    this.problem ??= new LimitError(`${this.spec.name}: a response exceeds ${limit}: ${head}`, {
      command: this.spec.name,
    });
  }

  /** A response that may have been a row for this command cannot be given to it. */
  lacks(response: UnknownResponse | FetchResponse): void {
    const why = response.type === "UNKNOWN"
      ? `could not be read: ${response.error}`
      : "does not say of which UID it is";
    this.problem ??= new ProtocolError(`${this.spec.name}: a FETCH response ${why}`, {
      command: this.spec.name,
    });
  }

  /** The server said OK. */
  succeed(): void {
    this.#end();
    if (this.discarded) return;
    if (this.problem !== undefined) return this.call.handle.fail(this.problem);
    try {
      // While it runs no EXPUNGE may come (RFC 9051 7.5.1): one that did was told before the server had read this part.
      if (this.call.later && keepsNumbers(this.spec)) this.call.check!();
      if (this.rows !== undefined) return this.rows.finish();
      this.call.handle.succeed(this.call.result(this.collected));
    } catch (error) {
      this.call.handle.fail(error);
    }
  }

  /** The command has failed. */
  fail(error: unknown): void {
    this.#end();
    if (!this.discarded) this.call.handle.fail(error);
  }

  /** The caller gave up on a command that the server is working on. */
  discard(reason: unknown): void {
    this.unwatch();
    if (this.discarded) return;
    this.discarded = true;
    this.call.handle.fail(reason);
    this.rows?.drain();
    this.collected.clear();
    this.#letGo();
  }

  #end(): void {
    this.phase = "done";
    this.#letGo();
    this.unwatch();
    this.asked?.resolve(false);
  }
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
