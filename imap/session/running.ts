/** The commands that were sent and are not completed. */

import { LimitError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Pending } from "./pending.ts";
import type { DroppedFrame } from "../wire/framer.ts";
import type { Code, Untagged } from "../codec/_gen/types.ts";

const latin1 = new TextDecoder("latin1");

/** The commands underway, in the order in which they were sent. */
export class Running {
  readonly #byTag = new Map<string, Pending>();
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** All of them. */
  [Symbol.iterator](): IterableIterator<Pending> {
    return this.#byTag.values();
  }

  /** How many there are. */
  get size(): number {
    return this.#byTag.size;
  }

  /** Whether an answer is due: there is a command that is not in a dialogue of its own. */
  get due(): boolean {
    for (const pending of this) if (pending.phase !== "idling") return true;
    return false;
  }

  get(tag: string): Pending | undefined {
    return this.#byTag.get(tag);
  }

  add(pending: Pending): void {
    this.#byTag.set(pending.tag, pending);
  }

  delete(pending: Pending): void {
    this.#byTag.delete(pending.tag);
  }

  clear(): void {
    this.#byTag.clear();
  }

  /** The command that a response answers. */
  claim(response: Untagged): Pending | undefined {
    let only: Pending | undefined;
    let count = 0;
    for (const pending of this) {
      if (pending.claims(response)) return pending;
      if (pending.collects(response.type, false)?.count === "1") {
        only = pending;
        count++;
      }
    }
    // The one answer that the server must give, under a name that it spells in its own way.
    return count === 1 ? only : undefined;
  }

  /** The command that a code of an untagged response answers. */
  claimCode(code: Code): Pending | undefined {
    for (const pending of this) if (pending.collects(code.name, true) !== undefined) return pending;
    return undefined;
  }

  /**
   * Tells the commands that may have asked for a response that it was skipped.
   *
   * @returns The first characters of the response.
   */
  missed(dropped: DroppedFrame): string {
    const head = latin1.decode(dropped.head).replace(/\r\n/g, "").trim();
    const name = /^\* +(?:\d+ +)?([A-Za-z-]+)/.exec(head)?.[1]?.toUpperCase() ?? "";
    // It cannot be told which row is missing from whose answer, only that one may be.
    for (const pending of this) {
      if (pending.collects(name, false) !== undefined) pending.miss(dropped.limit, head.slice(0, 80));
    }
    return head;
  }

  /**
   * Whether to stop reading until the caller has taken rows. While other commands wait for the connection, reading goes
   * on, up to a limit beyond which the rows that nobody takes are given up.
   *
   * @param queued Whether commands wait that were not sent.
   */
  mustHold(queued: boolean): boolean {
    let held = 0;
    let largest: Pending | undefined;
    let others = queued;
    for (const pending of this) {
      const mine = pending.rows?.held ?? 0;
      held += mine;
      if (mine === 0) others = true;
      else if (mine > (largest?.rows?.held ?? 0)) largest = pending;
    }
    const { readAhead, maxBuffered } = this.#limits;
    if (held <= readAhead || largest === undefined) return false;
    if (!others) return true;
    if (held > maxBuffered) {
      const { name } = largest.spec;
      const message =
        `${name}: other commands wait, and the rows that nobody took exceed maxBuffered, ${maxBuffered} bytes`;
      largest.discard(new LimitError(message, { command: name }));
    }
    return false;
  }
}
