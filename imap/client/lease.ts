/** Leases: one task has a mailbox selected, and nobody else on the connection can select another one meanwhile. */

import { deadlineFor, onAbort } from "../base/abort.ts";
import { TimeoutError } from "../base/errors.ts";
import { checkFields, checkOptions } from "../codec/arguments.ts";
import { selectSpec } from "../codec/_gen/specs.ts";
import { ended } from "../session/failures.ts";
import type { ImapEvent } from "../session/events.ts";
import type { SelectedMailbox } from "../session/selected_mailbox.ts";
import type { Session } from "../session/session.ts";
import { type ChangingMethod, changingMethods, type ReadingMethod, readingMethods } from "./_gen/leased.ts";
// circle: the client's method returns what has methods of the client.
import type { ImapClient, Selection, SelectOptions } from "./_gen/commands.ts";
import { endIdle, Idle, type IdleOptions } from "./idle.ts";

/** What a lease can be told: what SELECT can be told; signal and deadline are for the wait in line, too. */
export interface LeaseOptions extends SelectOptions {
  /** Opens the mailbox with EXAMINE; what changes messages cannot be called then. */
  readOnly?: boolean | undefined;
}

/**
 * A mailbox that one task has for itself, for reading: the client's methods for a selected mailbox that change nothing. They act on
 * this mailbox with this UIDVALIDITY or reject with a {@linkcode StateError}.
 */
export interface ReadOnlyMailboxSession extends Pick<ImapClient, ReadingMethod>, AsyncDisposable {
  /** What the server told when the mailbox was selected. */
  readonly selection: Selection;
  /** The mailbox as the server describes it at present; what it was at last when the lease is over. */
  readonly mailbox: SelectedMailbox;
  /** Whether the lease is over: it was released, or the connection has ended. */
  readonly released: boolean;
  /** Waits for news, as the client's `idle` does; ends when the lease is over. */
  idle(options?: IdleOptions): AsyncIterableIterator<ImapEvent>;
  /** Lets the next one in line have the connection. What was called before is still carried out here. */
  release(): void;
}

/** A mailbox that one task has for itself: the client's methods for a selected mailbox. */
export interface MailboxSession extends ReadOnlyMailboxSession, Pick<ImapClient, ChangingMethod> {}

/** Selects a mailbox for one task; `ImapClient.lease` has the documentation. */
export async function lease(
  session: Session,
  clientFor: (owner: symbol) => ImapClient,
  mailbox: string,
  options: LeaseOptions,
): Promise<MailboxSession> {
  checkOptions(selectSpec, options, "lease()", ["readOnly"]);
  const { readOnly = false, signal, timeout, ...rest } = options;
  checkFields("lease()", { mailbox, readOnly }, { mailbox: "text", readOnly: "bool" });
  const line = lineOf(session);
  const owner = Symbol(mailbox);
  const late = (ms: number) => new TimeoutError(`lease: ${mailbox} was not selected within ${ms} ms`);
  const deadline = deadlineFor(session.clock, { signal, timeout }, late);
  try {
    await line.enter(owner, deadline.signal);
    const client = clientFor(owner);
    const how = { ...rest, signal: deadline.signal };
    const selection = await (readOnly ? client.examine(mailbox, how) : client.select(mailbox, how));
    if (session.mailbox?.owner !== owner) throw ended("lease", session.ended!);
    return new Lease(session, client, selection, session.mailbox, readOnly, () => line.leave(owner)) as
      & Lease
      & MailboxSession;
  } catch (error) {
    line.leave(owner);
    throw error;
  } finally {
    deadline.clear();
  }
}

/** The methods are its own properties: which there are depends on whether it is for reading only. */
export class Lease {
  readonly selection: Selection;
  readonly mailbox: SelectedMailbox;
  readonly #session: Session;
  readonly #leave: () => void;
  #released = false;

  constructor(
    session: Session,
    client: ImapClient,
    selection: Selection,
    mailbox: SelectedMailbox,
    readOnly: boolean,
    leave: () => void,
  ) {
    this.#session = session;
    this.selection = selection;
    this.mailbox = mailbox;
    this.#leave = leave;
    for (const name of readOnly ? readingMethods : [...readingMethods, ...changingMethods]) {
      Object.defineProperty(this, name, { value: client[name].bind(client) });
    }
  }

  get released(): boolean {
    return this.#released || this.#session.ended !== undefined;
  }

  idle(options: IdleOptions = {}): AsyncIterableIterator<ImapEvent> {
    const idle = new Idle(this.#session, options, this);
    if (this.#released) idle.stop({});
    return idle;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    endIdle(this.#session, this);
    this.#leave();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}

const lines = new WeakMap<Session, Line>();

function lineOf(session: Session): Line {
  let line = lines.get(session);
  if (line === undefined) lines.set(session, line = new Line(session));
  return line;
}

/** Who wants a mailbox of one connection, in the order of the calls. */
class Line {
  readonly #session: Session;
  #holder: symbol | undefined;
  #waiting: { owner: symbol; mayGo: PromiseWithResolvers<void> }[] = [];

  constructor(session: Session) {
    this.#session = session;
    // No call is left in line when the connection ends.
    const over = () => {
      for (const { mayGo } of this.#waiting.splice(0)) mayGo.resolve();
    };
    session.events(() => false).next().then(over, over);
  }

  /** Waits for one's turn; when the connection has ended, SELECT says why. */
  async enter(owner: symbol, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#holder === undefined) return this.#give(owner);
    if (this.#session.ended !== undefined) return;
    const mayGo = Promise.withResolvers<void>();
    const waiting = { owner, mayGo };
    this.#waiting.push(waiting);
    const unlisten = onAbort(signal, (reason) => {
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      mayGo.reject(reason);
    });
    try {
      await mayGo.promise;
    } finally {
      unlisten();
    }
  }

  leave(owner: symbol): void {
    if (this.#holder !== owner) return;
    const next = this.#waiting.shift();
    this.#give(next?.owner);
    next?.mayGo.resolve();
  }

  #give(owner: symbol | undefined): void {
    this.#holder = owner;
    this.#session.hold(owner);
  }
}
