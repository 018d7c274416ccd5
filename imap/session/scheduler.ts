/** Decides what may be in flight: which command is sent next, and whether it must wait for those before it. */

import type { Pending } from "./pending.ts";
import type { Running } from "./running.ts";
import type { KnownState } from "./state.ts";

/** Commands that wait their turn, in the order of the calls. */
export class Scheduler {
  readonly #running: Running;
  readonly #known: KnownState;
  #queue: (Pending | undefined)[] = [];
  #first = 0;
  /** How many of the queue were not taken back. */
  #queued = 0;

  /**
   * @param running What is underway.
   * @param known What decides how commands are written.
   */
  constructor(running: Running, known: KnownState) {
    this.#running = running;
    this.#known = known;
  }

  /** How many commands wait to be sent. */
  get queued(): number {
    return this.#queued;
  }

  /** Whether the command with this tag waits to be sent. Looks through the queue: for what hardly ever happens. */
  has(tag: string): boolean {
    return this.#queue.some((pending) => pending?.tag === tag && pending.phase === "queued");
  }

  /** Adds a command after all others. */
  push(pending: Pending): void {
    this.#queue.push(pending);
    this.#queued++;
  }

  /** The command that may be sent now; undefined when there is none, or the first must wait. */
  get next(): Pending | undefined {
    const pending = this.#head();
    return pending === undefined || this.#running.count > 0 && !this.#mayOverlap(pending)
      ? undefined
      : pending;
  }

  /** Takes the first command out of the queue. */
  shift(): void {
    if (this.#head() === undefined) return;
    this.#queue[this.#first++] = undefined;
    this.#queued--;
    // Moving the rest to the front each time would cost as much as the rest is long.
    if (this.#first > 64 && this.#first * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Takes a command back that is settled and was not sent. */
  withdrawn(): void {
    this.#queued--;
    if (this.#queue.length > 64 && this.#queued * 2 < this.#queue.length) {
      this.#queue = this.#queue.filter((pending) => pending?.phase === "queued");
      this.#first = 0;
    }
  }

  /** Empties the queue. */
  clear(): Pending[] {
    const rest = this.#queue.filter((pending) => pending?.phase === "queued") as Pending[];
    this.#queue = [];
    this.#first = this.#queued = 0;
    return rest;
  }

  /** What was taken back lies in the queue until it comes to the front. */
  #head(): Pending | undefined {
    for (;;) {
      const pending = this.#queue[this.#first];
      if (pending === undefined || pending.phase === "queued") return pending;
      this.#queue[this.#first++] = undefined;
    }
  }

  /**
   * Whether a command may be sent while those underway have not been answered (RFC 9051 5.5): what they answer must be
   * told apart, and message numbers must mean the same to client and server when a command that uses them arrives. EXPUNGE
   * may come with every command but FETCH, STORE and SEARCH (RFC 9051 7.5.1).
   */
  #mayOverlap(next: Pending): boolean {
    const { flow, states, uid } = next.spec;
    const running = this.#running;
    if (next.isAlone || next.call.later || flow.includes("switch") || running.alone > 0) return false;
    // Where no mailbox was selected, nothing that comes can be about the one before.
    if (
      flow.includes("mailbox") &&
      (this.#known.state === "selected" || running.independent < running.count)
    ) return false;
    if (running.switching > 0 && !next.isWrittenTheSame(this.#known)) return false;
    // A command for the selected state waits to see which mailbox will be selected, if any.
    if (running.changingMailbox > 0 && !states.includes("auth")) return false;
    if (flow.includes("sequence") && !uid && running.keepingNumbers < running.count) return false;
    return !running.answers.collide(next);
  }
}
