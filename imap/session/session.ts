/**
 * One session with a server: it sends commands, reads responses, and hands each response to the command it answers, or
 * to those who listen to events. Whatever ends the connection, everything that waits on it is told at once.
 *
 * This file only puts the parts together: `link` moves octets, `scheduler` decides what may be in flight, `outgoing` sends
 * it, `receiver` takes what comes, `state` is what is known.
 */

import { type CallOptions, watchCall } from "../base/abort.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { ConnectionError, ImapError, StateError, TimeoutError } from "../base/errors.ts";
import { checkLimits, checkTimeouts, type Limits, type Timeouts } from "../base/limits.ts";
import type { ServerResponse } from "../codec/codec.ts";
import type { CommandSpec, ConnectionState } from "../codec/spec.ts";
import type { ConditionResponse } from "../codec/_gen/types.ts";
import { Budget } from "./budget.ts";
import { type EventQueue, Events, type ImapEvent } from "./events.ts";
import { closedByServer, ended } from "./failures.ts";
import { Command } from "./handle.ts";
import { closeQuietly, Link } from "./link.ts";
import { Outgoing } from "./outgoing.ts";
import { type Call, Pending } from "./pending.ts";
import { Receiver } from "./receiver.ts";
import { Running } from "./running.ts";
import { Scheduler } from "./scheduler.ts";
import type { SelectedMailbox } from "./selected_mailbox.ts";
import { Silence } from "./silence.ts";
import { KnownState } from "./state.ts";
import type { Trace } from "./trace.ts";
import { lostConnection } from "../transport/failure.ts";
import type { Transport } from "../transport/transport.ts";
import { Unobserved } from "./unobserved.ts";

/**
 * Milliseconds for which responses are read without a turn of the event loop. A turn takes one or two: more often it would
 * slow down large downloads.
 */
const longestTurn = 200;
/** How often there is a look at the time: it takes 200 nanoseconds in Deno, and so much is decoded in 20 milliseconds. */
const fillsPerLook = 16;

/** What a session can be told. */
export interface SessionOptions {
  /** Bounds on what the server may make the client hold. */
  limits?: Partial<Limits> | undefined;
  /** Bounds on how long it may make it wait. */
  timeouts?: Partial<Timeouts> | undefined;
  /** Send secrets where others can read them. */
  allowInsecureAuth?: boolean | undefined;
  /** Timers and times; the runtime's own when not given. */
  clock?: Clock | undefined;
  /** Sees every response, in order, before anything else does. What it throws ends the connection. */
  onResponse?: ((response: ServerResponse) => void) | undefined;
  /** Is told every line that goes over the connection, without secrets. */
  trace?: Trace | undefined;
  /** Gives up waiting for the greeting. */
  signal?: AbortSignal | undefined;
}

/** One session with a server. */
export class Session {
  /** The limits in force. */
  readonly limits: Limits;
  /** The deadlines in force. */
  readonly timeouts: Timeouts;
  /** Timers and times. */
  readonly clock: Clock;
  /** The server's first words. */
  greeting!: ConditionResponse;
  readonly #link: Link;
  readonly #known: KnownState;
  readonly #running: Running;
  readonly #scheduler: Scheduler;
  readonly #silence: Silence;
  readonly #outgoing: Outgoing;
  readonly #receiver: Receiver;
  readonly #events: Events;
  /** Failures of calls that have not been observed. */
  readonly unobserved: Unobserved = new Unobserved();
  #lastTag = 0;
  #inCompany = false;
  #ended: ImapError | undefined;
  /** Lets reading go on that was stopped because rows wait to be taken. */
  #wake: (() => void) | undefined;

  private constructor(transport: Transport, options: SessionOptions) {
    const limits = this.limits = checkLimits(options.limits);
    const timeouts = this.timeouts = checkTimeouts(options.timeouts);
    const clock = this.clock = options.clock ?? systemClock;
    const lost = (error: unknown) => this.#lost(error);
    const budget = new Budget(limits.maxHeld);
    const known = this.#known = new KnownState(limits, budget);
    const events = this.#events = new Events(limits.maxEvents, budget);
    const released = () => this.#wake?.();
    const running = this.#running = new Running(limits, released, (wanted) => {
      this.#link.sinkFor = wanted ? (literal) => this.#receiver.sinkFor(literal) : undefined;
    });
    const scheduler = this.#scheduler = new Scheduler(running, known);
    const silence = this.#silence = new Silence(
      clock,
      timeouts.command,
      // Silence is our own doing while rows wait to be taken.
      () => this.#ended === undefined && this.#wake === undefined && running.due,
      () => {
        const message = `The server has been silent for ${timeouts.command} ms while a command waits`;
        this.#end(new TimeoutError(message));
      },
    );
    const link = this.#link = new Link(transport, {
      limits,
      allowInsecureAuth: options.allowInsecureAuth,
      onDrop: (dropped) => this.#receiver.dropped(dropped),
      onProgress: () => silence.progress(),
      trace: options.trace,
    });
    const outgoing = this.#outgoing = new Outgoing({ link, known, running, scheduler, silence, lost });
    link.awaits = (tag) =>
      tag === "+" ? outgoing.asks || running.inDialogue !== undefined : running.get(tag) !== undefined;
    this.#receiver = new Receiver({
      ...{
        clock,
        limits,
        budget,
        timeouts,
        known,
        running,
        outgoing,
        events,
        onResponse: options.onResponse,
      },
      secrets: link.secrets,
      doubt: () => link.doubt(),
      isQueued: (tag) => scheduler.has(tag),
      released,
      completed: () => this.#goOn(),
      end: (reason) => this.#end(reason),
    });
  }

  /**
   * Waits for the server's greeting.
   *
   * @param transport The connection, which belongs to the session from now on.
   * @param options Limits, deadlines and a hook.
   * @returns The session, authenticated already if the server says PREAUTH.
   * @throws {CommandError} When the server greets with BYE.
   * @throws {ProtocolError} When something else than a greeting comes.
   * @throws {TimeoutError} When nothing comes.
   * @throws {ConnectionError} When the connection ends.
   */
  static async open(transport: Transport, options: SessionOptions = {}): Promise<Session> {
    let session: Session;
    try {
      session = new Session(transport, options);
    } catch (error) {
      closeQuietly(transport);
      throw error;
    }
    const { signal } = options;
    const { greeting } = session.timeouts;
    const unwatch = watchCall(
      session.clock,
      { signal, timeout: greeting },
      (reason) => session.#end(reason),
      () => new TimeoutError(`The server did not greet within ${greeting} ms`),
    );
    void session.#read();
    try {
      session.greeting = await session.#receiver.greeting;
    } finally {
      unwatch();
    }
    return session;
  }

  /** State of the connection. */
  get state(): ConnectionState {
    return this.#known.state;
  }

  /** What the server offers, names in upper case; undefined while it has not said. */
  get capabilities(): ReadonlySet<string> | undefined {
    return this.#known.capabilities;
  }

  /** What the server has said it enabled. */
  get enabled(): ReadonlySet<string> {
    return this.#known.enabled;
  }

  /** The selected mailbox. */
  get mailbox(): SelectedMailbox | undefined {
    return this.#known.mailbox;
  }

  /** Says which lease decides what is selected from now on: other calls of SELECT, EXAMINE and similar are refused. */
  hold(holder: symbol | undefined): void {
    this.#known.holder = holder;
  }

  /** Whether bytes travel encrypted. */
  get secure(): boolean {
    return this.#link.secure;
  }

  /** Why the connection ended; undefined while it lasts. */
  get ended(): ImapError | undefined {
    return this.#ended;
  }

  /** Whether the server offers a capability. */
  offers(capability: string): boolean {
    return this.#known.offers(capability);
  }

  /** Forgets what the server offers: what it said before a login need not hold after it. */
  forgetCapabilities(): void {
    this.#known.capabilities = undefined;
  }

  /** What the server says without being asked, from now on. */
  events(wants?: (event: ImapEvent) => boolean): EventQueue {
    return this.#events.listen(wants);
  }

  /** Sends a command as soon as those before it allow. */
  submit<T>(call: Call<T>): Command<T> {
    const { handle, options, spec } = call;
    if (this.#ended !== undefined) handle.fail(ended(spec.name, this.#ended));
    else if (options.signal?.aborted) handle.fail(options.signal.reason);
    else if (isForOthers(call, this.#known.holder)) {
      const message = typeof call.owner === "symbol"
        ? `${spec.name}: the lease of the mailbox is over`
        : `${spec.name}: a lease decides which mailbox is selected, until it is released`;
      handle.fail(new StateError(message, { command: spec.name }));
    } else this.#queue(new Pending<T>(`A${++this.#lastTag}`, call));
    return handle;
  }

  /**
   * Sends a command that the client itself has to say, and that has no result.
   *
   * @param spec The command.
   * @param options When to give up.
   * @param more What it has besides its name.
   */
  send(spec: CommandSpec, options: CallOptions, more: Partial<Call<void>> = {}): Command<void> {
    return this.submit<void>({
      spec,
      args: {},
      encode: (writer) => writer.text(spec.name),
      result: () => {},
      handle: new Command<void>(),
      options,
      ...more,
    });
  }

  #queue(pending: Pending): void {
    const { handle, options, spec } = pending.call;
    try {
      // Arguments are refused here and not when the command's turn comes: the stack then shows where the mistake is.
      pending.encode(this.#known);
      pending.unwatch = watchCall(
        this.clock,
        options,
        (reason) => this.#giveUp(pending, reason),
        (ms) => new TimeoutError(`${spec.name}: not done after ${ms} ms`, { command: spec.name }),
      );
    } catch (error) {
      handle.fail(error);
      return;
    }
    this.#scheduler.push(pending);
    if (!this.#inCompany) this.#goOn();
  }

  /**
   * Calls commands that can wait for the next one, so that they go in one write with it; without one they go when everything else has
   * had its turn.
   *
   * @param call Calls them.
   */
  inCompany(call: () => void): void {
    this.#inCompany = true;
    try {
      call();
    } finally {
      this.#inCompany = false;
    }
    systemClock.setTimeout(() => this.#goOn(), 0);
  }

  /** Says whether the connection keeps the program running. While it does not, nobody minds the server's silence. */
  holdProgram(held: boolean): void {
    if (held) {
      // An answer may be due still, and what is called next waits for it unsent.
      this.#silence.progress();
      this.#silence.watch();
    } else this.#silence.stop();
    this.#link.hold(held);
  }

  /** Ends the connection; everything that waits on it is told. */
  close(reason?: unknown): void {
    if (reason === undefined) this.#known.leaving = true;
    this.#end(
      reason ?? new ConnectionError("The connection was closed", { reason: "closed", retryable: false }),
    );
  }

  async #read(): Promise<void> {
    const link = this.#link;
    let yielded = systemClock.monotonic();
    let fills = 0;
    try {
      while (this.#ended === undefined) {
        for (let frame = link.next(); frame !== undefined; frame = link.next()) {
          this.#receiver.receive(frame);
          if (this.#ended !== undefined) return;
          // Rows are decoded while they are wanted: what waits in numbers, as objects, is what a collector has to copy.
          if (this.#mustHold()) break;
        }
        if (this.#mustHold()) await this.#hold();
        else if (!await link.fill()) {
          return this.#end(closedByServer(this.#receiver.farewell, link.partial, link.secrets));
        }
        // A transport that has always something ready would keep timers, and so signals and deadlines, from their turn.
        if (++fills % fillsPerLook === 0 && systemClock.monotonic() - yielded > longestTurn) {
          await new Promise<void>((resolve) => systemClock.setTimeout(resolve, 0));
          yielded = systemClock.monotonic();
        }
      }
    } catch (error) {
      this.#lost(error);
    }
  }

  #mustHold(): boolean {
    if (this.#receiver.body?.mustWait(this.#othersWait)) return true;
    if (this.#running.mustHold(this.#scheduler.queued > 0)) return true;
    this.#running.shed();
    return false;
  }

  /** Whether commands wait for the connection, beside the one whose answer comes. */
  get #othersWait(): boolean {
    return this.#scheduler.queued > 0 || this.#running.count > 1;
  }

  async #hold(): Promise<void> {
    const stuck = this.#othersWait
      ? this.clock.setTimeout(() => this.#receiver.giveUpBody(), this.timeouts.command)
      : undefined;
    await new Promise<void>((resolve) => this.#wake = resolve);
    this.clock.clearTimeout(stuck);
    this.#wake = undefined;
    this.#silence.progress();
    this.#silence.watch();
  }

  /** Something has changed that reading or sending may have waited for. */
  #goOn(): void {
    this.#wake?.();
    // This runs for every few rows that are taken.
    if (this.#scheduler.queued > 0) void this.#outgoing.pump();
  }

  #giveUp(pending: Pending, reason: unknown): void {
    switch (pending.phase) {
      case "queued":
        pending.fail(reason);
        this.#scheduler.take(pending);
        break;
      case "asking":
      case "literal":
        pending.fail(reason);
        this.#end(
          new ConnectionError(`${pending.spec.name} was given up inside its literal`, { cause: reason }),
        );
        return;
      case "done":
        return;
      default:
        pending.discard(reason);
        pending.call.dialogue?.interrupt?.();
    }
    this.#goOn();
  }

  #lost(error: unknown): void {
    if (error instanceof ImapError) this.#end(error);
    else this.#end(lostConnection(error));
  }

  #end(reason: unknown): void {
    if (this.#ended !== undefined) return;
    const error = reason instanceof ImapError ? reason : new ConnectionError("The connection was given up", {
      cause: reason,
      reason: "closed",
      retryable: false,
    });
    this.#ended = error;
    this.#known.end();
    this.#silence.stop();
    this.#receiver.end(reason);
    const failed = [...this.#running, ...this.#scheduler.clear()];
    const wanted = this.#known.leaving || failed.some(({ call }) => call.handle.isObserved);
    this.unobserved.end(wanted || this.#events.hasListeners);
    for (const pending of failed) {
      pending.fail(ended(pending.spec.name, error));
    }
    this.#events.end(error, this.#known.leaving);
    this.#wake?.();
    this.#link.close(error);
  }
}

/** Whether a command is refused because of who has leased the mailbox. */
function isForOthers({ spec, owner }: Call<unknown>, holder: symbol | undefined): boolean {
  return typeof owner === "symbol" || spec.flow.includes("mailbox") ? owner !== holder : false;
}
