/** Decides what may be in flight: which command is sent next, and whether it must wait for those before it. */

import type { Pending } from "./pending.ts";
import type { Running } from "./running.ts";
import type { KnownState } from "./state.ts";

/** Commands that wait their turn, in the order of the calls. */
export class Scheduler {
  readonly #running: Running;
  readonly #known: KnownState;
  /** The ends of a list: taking one out costs the same wherever it is, and however many there are. */
  #first: Pending | undefined;
  #last: Pending | undefined;
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
    for (let one = this.#first; one !== undefined; one = one.next) if (one.tag === tag) return true;
    return false;
  }

  /** Adds a command after all others. */
  push(pending: Pending): void {
    pending.previous = this.#last;
    if (pending.previous === undefined) this.#first = pending;
    else pending.previous.next = pending;
    this.#last = pending;
    this.#queued++;
  }

  /** The command that may be sent now; undefined when there is none, or the first must wait. */
  get next(): Pending | undefined {
    const pending = this.#first;
    return pending === undefined || this.#running.count > 0 && !this.#mayOverlap(pending)
      ? undefined
      : pending;
  }

  /** Takes a command out: its turn has come, or it is taken back. */
  take({ previous, next }: Pending): void {
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    this.#queued--;
  }

  /** Empties the queue. */
  clear(): Pending[] {
    const all: Pending[] = [];
    for (let one = this.#first; one !== undefined; one = this.#first) {
      this.take(one);
      all.push(one);
    }
    return all;
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
