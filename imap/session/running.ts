/** The commands that were sent and are not completed. */

import { LimitError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { type CommandSpec, keepsNumbers } from "../codec/spec.ts";
import { Answers } from "./answers.ts";
import type { Pending } from "./pending.ts";
import type { Secrets } from "./secrets.ts";
import type { FetchResponse, UnknownResponse } from "../codec/_gen/types.ts";
import type { DroppedFrame } from "../wire/frame.ts";

const latin1 = /* @__PURE__ */ new TextDecoder("latin1");

/** The commands underway, in the order in which they were sent, with what is counted over all of them. */
export class Running {
  /** Which of them a response answers. */
  readonly answers: Answers = new Answers();
  /** How many have the connection to themselves: one or none. */
  alone = 0;
  /** How many change how later ones are written: one or none. */
  switching = 0;
  /** How many have nothing to do with a mailbox being selected. */
  independent = 0;
  /** How many change which mailbox is selected. */
  changingMailbox = 0;
  /** How many use message numbers, which must not change meanwhile. */
  keepingNumbers = 0;
  readonly #byTag = new Map<string, Pending>();
  readonly #limits: Limits;
  readonly #released: () => void;
  /** Those whose bodies are wanted while they come. */
  readonly streaming: Set<Pending> = new Set();
  readonly #streams: (wanted: boolean) => void;
  /** Those with rows that nobody has taken, and octets of all of these. */
  readonly #holding = new Set<Pending>();
  #held = 0;

  /**
   * @param limits `readAhead` and `maxBuffered`.
   * @param released Called when rows were taken, so that reading may go on.
   * @param streams Called when bodies begin to be wanted while they come, and when none are any more.
   */
  constructor(limits: Limits, released: () => void, streams: (wanted: boolean) => void) {
    this.#limits = limits;
    this.#released = released;
    this.#streams = streams;
  }

  /** All of them. */
  [Symbol.iterator](): IterableIterator<Pending> {
    return this.#byTag.values();
  }

  /** How many there are. */
  get count(): number {
    return this.#byTag.size;
  }

  /** Whether an answer is due: there is a command, and it is not in a dialogue that may be silent. */
  get due(): boolean {
    return this.count > 0 && this.inDialogue?.phase !== "sleeping";
  }

  /** The command that has the connection to itself. */
  get #only(): Pending | undefined {
    if (this.alone === 0) return undefined;
    for (const pending of this) return pending;
    return undefined;
  }

  /** The command that is a dialogue; it is then the only one. */
  get inDialogue(): Pending | undefined {
    const only = this.#only;
    return only?.call.dialogue === undefined ? undefined : only;
  }

  /** The command that takes every response; it is then the only one. */
  get takingAll(): Pending | undefined {
    const only = this.#only;
    return only?.call.takesAll ? only : undefined;
  }

  get(tag: string): Pending | undefined {
    return this.#byTag.get(tag);
  }

  /** Adds a command that the scheduler lets go. */
  add(pending: Pending): void {
    this.#byTag.set(pending.tag, pending);
    this.answers.add(pending);
    this.#count(pending, 1);
    if (pending.rows !== undefined) {
      pending.rows.keeper = {
        changed: (change) => this.#changed(pending, change),
        released: this.#released,
        streams: () => {
          this.streaming.add(pending);
          this.#streams(true);
        },
      };
    }
  }

  /** Removes a command that is completed. */
  delete(pending: Pending): void {
    if (!this.#byTag.delete(pending.tag)) return;
    this.answers.delete(pending);
    this.#count(pending, -1);
    if (pending.rows !== undefined) {
      pending.rows.keeper = undefined;
      if (this.streaming.delete(pending) && this.streaming.size === 0) this.#streams(false);
      if (this.#holding.delete(pending)) this.#held -= pending.rows.held;
    }
  }

  #count({ isAlone, spec }: Pending, step: 1 | -1): void {
    if (isAlone) this.alone += step;
    if (spec.flow.includes("mailbox")) this.changingMailbox += step;
    if (spec.flow.includes("switch")) this.switching += step;
    if (isIndependent(spec)) this.independent += step;
    if (keepsNumbers(spec)) this.keepingNumbers += step;
  }

  #changed(pending: Pending, change: number): void {
    this.#held += change;
    const { held } = pending.rows!;
    // Only when it begins or ends: this runs for each row.
    if (held === change) this.#holding.add(pending);
    else if (held === 0) this.#holding.delete(pending);
  }

  /**
   * Tells the commands that may have asked for a response that it was skipped.
   *
   * @returns The first characters of the response.
   */
  missed(dropped: DroppedFrame, secrets: Secrets): string {
    const words = latin1.decode(dropped.head).replace(/\r\n/g, "").trim();
    const name = /^\* +(?:\d+ +)?([A-Za-z-]+)/.exec(words)?.[1]?.toUpperCase() ?? "";
    // Only its beginning was kept.
    const head = secrets.redact(words, true);
    // It cannot be told which row is missing from whose answer, only that one may be.
    this.takingAll?.miss(dropped.limit, head.slice(0, 80));
    for (const pending of this.answers.collecting(name)) pending.miss(dropped.limit, head.slice(0, 80));
    return head;
  }

  /** Gives a response that cannot be read to the commands that it may have been for. */
  unreadable(response: UnknownResponse, limit: number): void {
    // `* -1 EXISTS`: what should be the number was taken for the name.
    const name = /^[^A-Z]/.test(response.name)
      ? /^ *([A-Z-]+)/.exec(latin1.decode(response.raw.bytes.subarray(0, 30)).toUpperCase())?.[1] ?? ""
      : response.name;
    for (const pending of this.answers.collecting(name)) {
      if (pending.rows === undefined) pending.collected.add(response, limit);
      else pending.lacks(response);
    }
  }

  /** A row of FETCH that says of no message what a command has asked for: of the only one that it can be for, or of none. */
  unclaimed(row: FetchResponse): Pending | undefined {
    const candidates = [...this.answers.collecting("FETCH")].filter((one) =>
      one.spec.uid && row.uid === undefined
    );
    if (candidates.length === 1) return candidates[0];
    for (const pending of candidates) pending.lacks(row);
    return undefined;
  }

  /**
   * Whether to stop reading until the caller has taken rows: not while other commands wait for the connection.
   *
   * @param queued Whether commands wait that were not sent.
   */
  mustHold(queued: boolean): boolean {
    if (this.#held <= this.#limits.readAhead) return false;
    return !queued && this.#holding.size === this.count;
  }

  /** Gives up the rows that nobody takes while other commands wait, when they are too many. */
  shed(): void {
    const { maxBuffered } = this.#limits;
    if (this.#held <= maxBuffered) return;
    let largest: Pending | undefined;
    for (const pending of this.#holding) {
      if (largest === undefined || pending.rows!.held > largest.rows!.held) largest = pending;
    }
    if (largest === undefined) return;
    const { name } = largest.spec;
    const message =
      `${name}: other commands wait, and the unread rows exceed maxBuffered, ${maxBuffered} bytes`;
    largest.discard(new LimitError(message, { command: name }));
  }
}

/** Whether a command may be underway while a first mailbox is selected. */
function isIndependent({ flow }: CommandSpec): boolean {
  return flow.every((word) => word === "free" || word === "switch");
}
