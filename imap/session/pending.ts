/** A command on its way: queued, being sent, waiting for its tagged response. */

import { LimitError } from "../base/errors.ts";
import type { CallOptions } from "../base/abort.ts";
import { type CollectSpec, type CommandSpec, keepsNumbers } from "../codec/spec.ts";
import { Collected } from "./collected.ts";
import type { Command } from "./handle.ts";
import { RowCommand } from "./rows.ts";
import { SequenceSet, type SequenceSetInput } from "../values/sequence_set.ts";
import type { Fragment, Writer } from "../wire/writer.ts";
import type { Code, Response } from "../codec/_gen/types.ts";

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
  /** Whether a FETCH response is an answer and not news about flags that happens to name a message of the set. */
  accepts?: (response: Response) => boolean;
  /** Answers a continuation request that is not about a literal. */
  onContinuation?: (text: string) => void;
  /** Ends a command that lasts until the client ends it, because another one wants the connection. */
  interrupt?: () => void;
  /** Runs at the tagged OK, before anything else is read. */
  onOk?: () => void;
}

/** Where a command stands. */
export type Phase =
  | "queued"
  | "sending"
  /** Waits for `+` before its literal. */
  | "asking"
  | "literal"
  | "sent"
  /** In a dialogue that may be silent for long: IDLE after its `+`. */
  | "idling"
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
  #set: SequenceSet | undefined;

  constructor(tag: string, call: Call<T>) {
    this.tag = tag;
    this.call = call;
    this.spec = call.spec;
    this.collected = new Collected(call.spec.name);
    this.rows = call.handle instanceof RowCommand ? call.handle : undefined;
  }

  /** The messages it is about, when its answers are told by them. */
  get set(): SequenceSet {
    return this.#set ??= SequenceSet.from((this.call.args as { set: SequenceSetInput }).set);
  }

  /** The mailbox it is about, when its answers are told by it. */
  get mailbox(): string {
    return (this.call.args as { mailbox: string }).mailbox;
  }

  /** What the table says about answers of this name. */
  collects(name: string, code: boolean): CollectSpec | undefined {
    for (const one of this.spec.collects) {
      if (one.name === name && (one.code ?? false) === code) return one;
    }
    return undefined;
  }

  /** Whether a response answers this command. */
  claims(response: Response): boolean {
    const collect = this.collects(response.type, false);
    if (collect === undefined) return false;
    switch (collect.by) {
      case undefined:
        return true;
      case "set":
        return this.#claimsNumber(response) && (this.call.accepts?.(response) ?? true);
      case "mailbox": {
        const { mailbox, oldName } = response as { mailbox?: string; oldName?: string | undefined };
        return sameMailbox(mailbox, this.mailbox) || sameMailbox(oldName, this.mailbox);
      }
      case "tag": {
        const { tag } = response as { tag?: string | undefined };
        return tag === undefined || tag === this.tag;
      }
    }
  }

  #claimsNumber(response: Response): boolean {
    const { seq, uid } = response as { seq?: number; uid?: number | undefined };
    const number = this.spec.uid ? uid : seq;
    if (number === undefined) return false;
    // `*` is whatever number the last message has, which may be lower than the other end of its range.
    return this.set.isSaved || this.set.isOpen || this.set.contains(number);
  }

  /** Takes an answer. */
  take(response: Response, size: number, limit: number): void {
    if (this.discarded || this.problem !== undefined) return;
    try {
      if (this.rows !== undefined) this.rows.push(response, size, limit);
      else this.collected.add(response, limit);
    } catch (error) {
      this.problem = error;
      this.collected.clear();
    }
  }

  /** Takes a code of an untagged response. */
  takeCode(code: Code): void {
    if (!this.discarded) this.collected.addCode(code);
  }

  /** An answer was skipped that may have been for this command. */
  miss(limit: string, head: string): void {
    this.problem ??= new LimitError(`${this.spec.name}: a response exceeds ${limit}: ${head}`, {
      command: this.spec.name,
    });
  }

  /** The server said OK. */
  succeed(): void {
    this.#end();
    if (this.discarded) return;
    if (this.problem !== undefined) return this.call.handle.fail(this.problem);
    if (this.rows !== undefined) return this.rows.finish();
    try {
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
  }

  #end(): void {
    this.phase = "done";
    this.unwatch();
    this.asked?.resolve(false);
  }
}

/** Mailbox names are compared as they stand, INBOX without regard to case (RFC 9051 5.1). */
export function sameMailbox(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a === b ||
    (a.length === 5 && b.length === 5 && a.toUpperCase() === "INBOX" && b.toUpperCase() === "INBOX");
}

/** Whether a command's answers could be taken for another's. */
function answersCollide(a: Pending, b: Pending): boolean {
  for (const mine of a.spec.collects) {
    const other = b.collects(mine.name, mine.code ?? false);
    if (other === undefined) continue;
    if (mine.by !== other.by || mine.by === undefined) return true;
    if (mine.by === "mailbox" && sameMailbox(a.mailbox, b.mailbox)) return true;
    if (mine.by === "set" && setsCollide(a, b)) return true;
  }
  return false;
}

function setsCollide(a: Pending, b: Pending): boolean {
  if (a.spec.uid !== b.spec.uid) return true;
  if (a.set.isSaved || b.set.isSaved || a.set.isOpen || b.set.isOpen) return true;
  return !a.set.intersection(b.set).isEmpty;
}

/**
 * Whether a command may be sent while another has not been answered (RFC 9051 5.5): what they answer must be
 * told apart, and message numbers must mean the same to client and server when a command that uses them arrives. EXPUNGE
 * may come with every command but FETCH, STORE and SEARCH (RFC 9051 7.5.1).
 */
export function mayOverlap(next: Pending, running: Pending): boolean {
  const mine = next.spec.flow;
  const other = running.spec.flow;
  for (const alone of ["barrier", "sasl", "idle", "mailbox"] as const) {
    if (mine.includes(alone)) return false;
    if (other.includes(alone) && alone !== "mailbox") return false;
  }
  // A command for the selected state waits to see which mailbox will be selected, if any.
  if (other.includes("mailbox") && !next.spec.states.includes("auth")) return false;
  if (mine.includes("sequence") && !next.spec.uid) {
    if (!keepsNumbers(running.spec)) return false;
  }
  return !answersCollide(next, running);
}
