/** Which messages left a mailbox, and when: what QRESYNC needs to answer VANISHED (EARLIER). */

import { storeLimits } from "./limits.ts";

/** A bounded list of expunged UIDs with the modification sequence of their end. */
export class ExpungeHistory {
  readonly #limit: number;
  #entries: { uid: number; modSeq: bigint }[] = [];
  /** Everything that went after this modification sequence is still known. */
  #completeSince = 0n;

  /** Remembers at most `limit` messages; the oldest are forgotten first. */
  constructor(limit: number = storeLimits.history) {
    this.#limit = limit;
  }

  /** Notes that a message left. Modification sequences only grow. */
  add(uid: number, modSeq: bigint): void {
    this.#entries.push({ uid, modSeq });
    // In larger steps, so that a full history does not move all of its entries for each message.
    if (this.#entries.length > this.#limit + 256) this.#forget(this.#entries.length - this.#limit);
  }

  /**
   * UIDs of the messages that left after `modSeq`, in the order of their end; undefined when some of them are
   * forgotten.
   */
  since(modSeq: bigint): number[] | undefined {
    if (modSeq < this.#completeSince) return undefined;
    let first = this.#entries.length;
    while (first > 0 && this.#entries[first - 1]!.modSeq > modSeq) first -= 1;
    return this.#entries.slice(first).map(({ uid }) => uid);
  }

  #forget(count: number): void {
    this.#completeSince = this.#entries[count - 1]!.modSeq;
    this.#entries = this.#entries.slice(count);
  }
}
