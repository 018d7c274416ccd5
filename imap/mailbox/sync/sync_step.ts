/** A bounded piece of synchronization, for whatever engine runs jobs: it owns the timer, the lock and the retry. */

import { checkFields } from "../../codec/arguments.ts";
import { ImapError } from "../../base/errors.ts";
import type { ReadonlyMailbox } from "../mailbox.ts";
import { isPassing } from "../pool/backoff.ts";
import type { Change } from "./change.ts";
import type { ChangesOptions } from "./changes.ts";
import type { Cursor } from "./cursor.ts";

/**
 * Where cursors are kept. `save` compares and sets in one step: it is the fence that keeps two workers from undoing each other's work,
 * also where an engine runs one job twice.
 *
 * @example
 * ```ts
 * import type { Cursor, CursorStore } from "@postern/postern/mailbox";
 *
 * class MemoryStore implements CursorStore {
 *   readonly #texts = new Map<string, string>();
 *   load(key: string): Promise<Cursor | undefined> {
 *     const text = this.#texts.get(key);
 *     return Promise.resolve(text === undefined ? undefined : JSON.parse(text));
 *   }
 *   save(key: string, next: Cursor, expected: Cursor | undefined): Promise<boolean> {
 *     const before = expected === undefined ? undefined : JSON.stringify(expected);
 *     if (this.#texts.get(key) !== before) return Promise.resolve(false);
 *     this.#texts.set(key, JSON.stringify(next));
 *     return Promise.resolve(true);
 *   }
 * }
 * console.log(await new MemoryStore().load("alice/INBOX")); // undefined
 * ```
 */
export interface CursorStore {
  /** The cursor that was saved last; undefined when there is none. */
  load(key: string): Promise<Cursor | undefined>;
  /**
   * Saves a cursor, if the one that is stored is `expected`.
   *
   * @returns False when it was another one: another worker has saved meanwhile.
   */
  save(key: string, next: Cursor, expected: Cursor | undefined): Promise<boolean>;
}

/** How much one step may do. It stops at the first checkpoint after one of these is used up. */
export interface StepBudget {
  /** Milliseconds. */
  ms?: number | undefined;
  /** Messages told as new. */
  messages?: number | undefined;
  /** Octets of messages told as new, by their size. */
  bytes?: number | undefined;
}

/** How a step is done. */
export interface StepOptions extends ChangesOptions {
  /** How much it may do; without it, all there is. */
  budget?: StepBudget | undefined;
}

/** How a step has ended. */
export interface StepResult {
  /** Whether everything was told; otherwise there is more to do. */
  done: boolean;
  /** Whether another worker has saved a cursor meanwhile: it also gets what was reported after the last saved one. */
  conflict: boolean;
  /** Milliseconds before which another step is of no use: the server cannot be reached, or asked to wait. */
  retryAfterMs: number | undefined;
  /** Why, where `retryAfterMs` is given. */
  error: unknown;
  /** The cursor that is stored now, as far as this step knows. */
  cursor: Cursor | undefined;
}

/** The shortest wait that is asked for, in milliseconds. */
const shortest = 1_000;

/**
 * Tells the next changes of a mailbox, and saves how far that came.
 *
 * Any worker may run the same step again at any time: it continues from the stored cursor. A change is reported again when the step ends
 * between telling it and saving the checkpoint after it, so what `onChange` does should be the same twice, or be stored in one
 * transaction with the cursor.
 *
 * @param mailbox The mailbox: `account.mailbox("INBOX")`, or its `readonly`.
 * @param key What its cursor is stored under.
 * @param store Where cursors are kept.
 * @param onChange Told each change, one after the other; what it throws ends the step.
 * @param options The budget, where to begin without a cursor, a signal.
 * @returns Whether there is more to do, and when.
 * @throws {AuthError} When the server refuses the credentials, and other errors that a later attempt cannot solve.
 *
 * @example
 * ```ts
 * import { type CursorStore, openAccount, syncStep } from "@postern/postern/mailbox";
 *
 * async function job(host: string, user: string, pass: string, store: CursorStore): Promise<number> {
 *   await using account = await openAccount({ host, auth: { user, pass }, connections: 1 });
 *   const inbox = account.mailbox("INBOX").readonly;
 *   const { done, retryAfterMs } = await syncStep(inbox, `${user}/INBOX`, store, (change) => {
 *     if (change.type === "new") console.log(change.message.subject);
 *   }, { budget: { ms: 20_000, messages: 1_000 } });
 *   return done ? 60_000 : retryAfterMs ?? 0; // when to come again
 * }
 * ```
 */
export async function syncStep(
  mailbox: ReadonlyMailbox,
  key: string,
  store: CursorStore,
  onChange: (change: Exclude<Change, { type: "checkpoint" }>) => void | Promise<void>,
  options: StepOptions = {},
): Promise<StepResult> {
  const needed = { mailbox: [mailbox, "changes"], store: [store, "load", "save"] } as const;
  for (const [name, [of, ...functions]] of Object.entries(needed)) {
    for (const its of functions) {
      if (typeof (of as unknown as Record<string, unknown> | undefined)?.[its] === "function") continue;
      throw new TypeError(`syncStep(): ${name} must be an object with a function ${its}`);
    }
  }
  checkFields("syncStep()", { key, onChange }, { key: "text", onChange: "function" });
  const { budget = {}, ...how } = options;
  const { ms = Infinity, messages = Infinity, bytes = Infinity } = budget;
  for (const [name, value] of Object.entries({ ms, messages, bytes })) {
    if (!(value > 0)) throw new RangeError(`"budget.${name}" must be more than 0`);
  }
  const used = { messages: 0, bytes: 0 };
  const result: StepResult = {
    done: false,
    conflict: false,
    retryAfterMs: undefined,
    error: undefined,
    cursor: await store.load(key),
  };
  const until = mailbox.clock.monotonic() + ms;
  const batch = Math.min(how.batch ?? 200, messages === Infinity ? 200 : Math.max(1, Math.ceil(messages)));
  try {
    for await (const change of mailbox.changes(result.cursor, { ...how, batch })) {
      if (change.type !== "checkpoint") {
        if (change.type === "new") {
          used.messages++;
          used.bytes += change.message.size;
        }
        await onChange(change);
        continue;
      }
      if (!await store.save(key, change.cursor, result.cursor)) return { ...result, conflict: true };
      result.cursor = change.cursor;
      const isOver = used.messages >= messages || used.bytes >= bytes || mailbox.clock.monotonic() >= until;
      if (isOver) return result;
    }
    return { ...result, done: true };
  } catch (error) {
    if (!isPassing(error) || how.signal?.aborted) throw error;
    const asked = error instanceof ImapError ? error.retryAfterMs ?? 0 : 0;
    return { ...result, error, retryAfterMs: Math.max(shortest, asked) };
  }
}
