/** One connection of an account, and who uses it. */

import { holdProgram, type ImapClient } from "../../client/client.ts";
import type { ExamineOptions, Selection } from "../../client/_gen/commands.ts";
import { whenSettled } from "../../client/login.ts";

/** A connection. */
export class Line {
  /** Its number, for logs. */
  readonly id: number;
  /** The connection itself. */
  readonly client: ImapClient;
  /** When it was made, by the monotonic clock. */
  readonly since: number;
  /** Who uses it. */
  readonly leases: Set<Lease> = new Set();
  /** The mailbox that is selected, or is being selected. */
  mailbox: string | undefined;
  /** Whether it was opened for writing. */
  writable = false;
  /** What the server said of it. */
  selection: Selection | undefined;
  /** Told which mailbox was selected before, when another one is. */
  onLeft: ((mailbox: string) => void) | undefined;
  /** The mailbox that was selected last. */
  #last: string | undefined;
  /** Settles when it is known what was enabled, which decides how the server is asked. */
  readonly settled: Promise<void>;
  /** Settles when the mailbox is selected. */
  ready: Promise<unknown>;
  /** A caller waits for it to be free: no other may share it. */
  contended = false;
  /** When it was used last, by the monotonic clock. */
  used: number;
  /** Why it was closed from here. */
  failure: unknown;
  #held = true;

  constructor(id: number, client: ImapClient, now: number) {
    this.id = id;
    this.client = client;
    this.since = this.used = now;
    this.ready = this.settled = whenSettled(client);
  }

  /** Whether its holder would give it away. */
  get isPreemptible(): boolean {
    for (const { onWanted } of this.leases) if (onWanted === undefined) return false;
    return true;
  }

  /** Whether a waiting call wants it alone. */
  get isExclusive(): boolean {
    for (const { exclusive } of this.leases) if (exclusive) return true;
    return false;
  }

  /** Lets a program end that forgot to close the account, while nobody uses the connection. */
  hold(held: boolean): void {
    if (held !== this.#held) holdProgram(this.client, this.#held = held);
  }

  /**
   * Selects a mailbox.
   *
   * @throws {CommandError} When the server refuses; none is selected then.
   */
  async select(mailbox: string, write: boolean, options: ExamineOptions = {}): Promise<Selection> {
    this.mailbox = mailbox;
    this.writable = write;
    try {
      return this.selection =
        await (write ? this.client.select(mailbox, options) : this.client.examine(mailbox, options));
    } catch (error) {
      this.mailbox = this.selection = undefined;
      throw error;
    } finally {
      const last = this.#last;
      this.#last = mailbox;
      if (last !== undefined && last !== mailbox) this.onLeft?.(last);
    }
  }
}

/** The right to use a connection, with a mailbox selected where that was asked for. */
export class Lease implements Disposable {
  /** Which connection. */
  readonly line: Line;
  /** Called when another call waits for a connection; undefined: the holder cannot be asked to leave. */
  onWanted: (() => void) | undefined;
  /** Nobody shares the connection. */
  exclusive: boolean;
  /** The mailbox was selected for this lease: what the server said of it is new. */
  isFresh = false;
  readonly #released: () => void;
  #held = true;

  constructor(line: Line, exclusive: boolean, released: () => void) {
    this.line = line;
    this.exclusive = exclusive;
    this.#released = released;
  }

  /** The connection. */
  get client(): ImapClient {
    return this.line.client;
  }

  /** The selected mailbox, as the server described it when it was selected. */
  get selection(): Selection {
    return this.line.selection!;
  }

  /** Gives it back. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#released();
  }

  /** The same. */
  [Symbol.dispose](): void {
    this.release();
  }
}
