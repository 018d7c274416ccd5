/**
 * One connection: it sends commands, reads responses, and hands each response to the command it answers, or takes it as
 * news. Whatever ends the connection, everything that waits on it is told at once.
 */

import { Decoder, type ServerResponse } from "../codec/codec.ts";
import { watchCall } from "../base/abort.ts";
import { type Clock, systemClock, type Timer } from "../base/clock.ts";
import type { ConnectionState } from "../codec/spec.ts";
import type { Command } from "./handle.ts";
import { CommandError, ConnectionError, ImapError, ProtocolError, TimeoutError } from "../base/errors.ts";
import { EventQueue, type ImapEvent } from "./events.ts";
import { checkLimits, checkTimeouts, type Limits, type Timeouts } from "../base/limits.ts";
import { closedByServer, ended, refusal, refused } from "./failures.ts";
import { isCondition, Knowledge } from "./state.ts";
import { Outgoing } from "./outgoing.ts";
import { type Call, mayOverlap, Pending } from "./pending.ts";
import { Running } from "./running.ts";
import { Watchdog } from "./silence.ts";
import type { SelectedMailbox } from "./selected_mailbox.ts";
import type { TlsOptions, Transport } from "../transport/transport.ts";
import { type DroppedFrame, type Frame, Framer } from "../wire/framer.ts";
import { Writer } from "../wire/writer.ts";
import type { ConditionResponse, TaggedResponse, Untagged } from "../codec/_gen/types.ts";

/** What a session can be told. */
export interface SessionOptions {
  /** Bounds on what the server may make the client hold. */
  limits?: Partial<Limits> | undefined;
  /** Bounds on how long it may make it wait. */
  timeouts?: Partial<Timeouts> | undefined;
  /** Timers and times; the runtime's own when not given. */
  clock?: Clock | undefined;
  /** Sees every response, in order, before anything else does. What it throws ends the connection. */
  onResponse?: ((response: ServerResponse) => void) | undefined;
  /** Gives up waiting for the greeting. */
  signal?: AbortSignal | undefined;
}

/** One connection to a server. */
export class Session {
  /** The limits in force. */
  readonly limits: Limits;
  /** The deadlines in force. */
  readonly timeouts: Timeouts;
  /** Timers and times. */
  readonly clock: Clock;
  /** The server's first words. */
  greeting!: ConditionResponse;
  readonly #knowledge: Knowledge;
  readonly #decoder: Decoder;
  readonly #onResponse: ((response: ServerResponse) => void) | undefined;
  readonly #outgoing: Outgoing;
  readonly #queue: Pending[] = [];
  readonly #running: Running;
  readonly #watchdog: Watchdog;
  readonly #events = new Set<EventQueue>();
  #transport: Transport;
  #framer: Framer;
  #lastTag = 0;
  #pumping = false;
  #greeted: PromiseWithResolvers<ConditionResponse> | undefined = Promise.withResolvers();
  #upgrade: Promise<void> | undefined;
  #ended: ImapError | undefined;
  #bye: ConditionResponse | undefined;
  #byeTimer: Timer | undefined;
  #wake: (() => void) | undefined;

  private constructor(transport: Transport, options: SessionOptions) {
    this.limits = checkLimits(options.limits);
    this.timeouts = checkTimeouts(options.timeouts);
    this.clock = options.clock ?? systemClock;
    this.#onResponse = options.onResponse;
    this.#transport = transport;
    this.#framer = this.#newFramer();
    this.#decoder = new Decoder({ limits: this.limits });
    this.#knowledge = new Knowledge(this.limits.maxItems);
    this.#running = new Running(this.limits);
    const { command } = this.timeouts;
    this.#watchdog = new Watchdog(
      this.clock,
      command,
      // Silence is our own doing while rows wait to be taken.
      () => this.#ended === undefined && this.#wake === undefined && this.#running.due,
      () => this.#end(new TimeoutError(`The server has been silent for ${command} ms while a command waits`)),
    );
    this.#outgoing = new Outgoing(() => {
      if (this.#ended !== undefined) throw this.#ended;
      return this.#transport;
    }, () => this.#watchdog.progress());
    // Every failure is told to those it concerns; nobody need look at this promise.
    this.#greeted!.promise.catch(() => {});
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
      await Promise.resolve(transport.close()).catch(() => {});
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
    const greeted = session.#greeted!.promise;
    if (signal?.aborted) session.#end(signal.reason);
    else void session.#read();
    try {
      session.greeting = await greeted;
    } finally {
      unwatch();
    }
    return session;
  }

  /** State of the connection. */
  get state(): ConnectionState {
    return this.#knowledge.state;
  }

  /** What the server offers, names in upper case; undefined while it has not said. */
  get capabilities(): ReadonlySet<string> | undefined {
    return this.#knowledge.capabilities;
  }

  /** What the server has said it enabled. */
  get enabled(): ReadonlySet<string> {
    return this.#knowledge.enabled;
  }

  /** The selected mailbox. */
  get mailbox(): SelectedMailbox | undefined {
    return this.#knowledge.mailbox;
  }

  /** Whether bytes travel encrypted. */
  get secure(): boolean {
    return this.#transport.secure;
  }

  /** Why the connection ended; undefined while it lasts. */
  get ended(): ImapError | undefined {
    return this.#ended;
  }

  /** Whether strings and mailbox names are UTF-8. */
  get utf8(): boolean {
    return this.#knowledge.utf8;
  }

  /** Whether the server offers a capability. */
  offers(capability: string): boolean {
    return this.#knowledge.offers(capability);
  }

  /** What the server says without being asked, from now on. */
  events(): EventQueue {
    const queue = new EventQueue(this.limits.maxEvents, (left) => this.#events.delete(left));
    if (this.#ended !== undefined) queue.end({ error: this.#ended });
    else this.#events.add(queue);
    return queue;
  }

  /** Sends a command as soon as those before it allow. */
  submit<T>(call: Call<T>): Command<T> {
    const { handle, options } = call;
    if (this.#ended !== undefined) {
      handle.fail(ended(call.spec.name, this.#ended));
      return handle;
    }
    if (options.signal?.aborted) {
      handle.fail(options.signal.reason);
      return handle;
    }
    const pending = new Pending<T>(`A${++this.#lastTag}`, call);
    try {
      // Arguments are refused here and not when the command's turn comes: the caller still stands where the mistake is.
      this.#encode(pending);
      pending.unwatch = watchCall(
        this.clock,
        options,
        (reason) => this.#giveUp(pending, reason),
        (ms) => new TimeoutError(`${call.spec.name}: not done after ${ms} ms`, { command: call.spec.name }),
      );
    } catch (error) {
      handle.fail(error);
      return handle;
    }
    if (pending.rows !== undefined) pending.rows.released = () => this.#release();
    this.#queue.push(pending);
    this.#release();
    void this.#pump();
    return handle;
  }

  /** Writes a line of a dialogue: an answer to a continuation request, or DONE. */
  writeLine(line: string): void {
    this.#outgoing.writeLine(line).catch((error) => this.#lost(error));
  }

  /** Marks a command's dialogue as one in which silence is no fault, or ends that. */
  setIdling(handle: Command<unknown>, idling: boolean): void {
    for (const pending of this.#running) {
      if (pending.call.handle === handle) pending.phase = idling ? "idling" : "sent";
    }
    this.#watchdog.progress();
    this.#watchdog.watch();
  }

  /** Starts TLS right after the OK of STARTTLS, before anything else is read. */
  startTls(call: Omit<Call<void>, "onOk">, options: TlsOptions): Promise<void> {
    const upgraded = Promise.withResolvers<void>();
    upgraded.promise.catch(() => {});
    const onOk = () => {
      this.#upgrade = this.#switchToTls(options);
      this.#upgrade.then(upgraded.resolve, upgraded.reject);
    };
    return this.submit({ ...call, onOk }).then(() => upgraded.promise);
  }

  /** Ends the connection; everything that waits on it is told. */
  close(reason?: unknown): void {
    if (reason === undefined) this.#knowledge.leaving = true;
    this.#end(reason ?? new ConnectionError("The connection was closed", { retryable: false }));
  }

  async #switchToTls(options: TlsOptions): Promise<void> {
    try {
      // Bytes that came with the OK were sent by whoever sits between: read after the handshake, they would pass for the
      // server's (CVE-2021-38371 and its likes).
      if (this.#framer.partial || this.#framer.next() !== undefined) {
        throw new ProtocolError("The server sent more in clear after its OK to STARTTLS");
      }
      if (this.#transport.startTls === undefined) {
        throw new ConnectionError("This connection cannot be upgraded to TLS", { retryable: false });
      }
      this.#transport = await this.#transport.startTls(options);
      if (this.#ended !== undefined) await this.#transport.close();
      this.#framer = this.#newFramer();
      this.#knowledge.capabilities = undefined;
    } catch (error) {
      const reason = error instanceof ImapError
        ? error
        : new ConnectionError("The TLS handshake failed", { cause: error, retryable: false });
      this.#end(reason);
      throw reason;
    } finally {
      this.#upgrade = undefined;
    }
  }

  #newFramer(): Framer {
    const onDrop = (dropped: DroppedFrame) => {
      const head = this.#running.missed(dropped);
      this.#emit({ type: "DROPPED", limit: dropped.limit, size: dropped.size, head });
    };
    return new Framer({ limits: this.limits, onDrop });
  }

  // ---- reading

  async #read(): Promise<void> {
    try {
      while (this.#ended === undefined) {
        for (let frame = this.#framer.next(); frame !== undefined; frame = this.#framer.next()) {
          this.#frame(frame);
          if (this.#ended !== undefined) return;
          // Rows are decoded while they are wanted: what waits in numbers, as objects, is what a collector has to copy.
          if (this.#upgrade !== undefined || this.#running.mustHold(this.#queue.length > 0)) break;
        }
        const pressure = this.#framer.backPressure() ?? this.#upgrade;
        if (pressure !== undefined) {
          await pressure;
          continue;
        }
        if (this.#running.mustHold(this.#queue.length > 0)) {
          await new Promise<void>((resolve) => this.#wake = resolve);
          this.#wake = undefined;
          this.#watchdog.progress();
          this.#watchdog.watch();
          continue;
        }
        const count = await this.#transport.read(this.#framer.space());
        if (count === null) return this.#end(closedByServer(this.#bye, this.#framer.partial));
        this.#framer.filled(count);
        this.#watchdog.progress();
      }
    } catch (error) {
      this.#lost(error);
    }
  }

  #lost(error: unknown): void {
    if (error instanceof ImapError) this.#end(error);
    else this.#end(new ConnectionError("The connection was lost", { cause: error }));
  }

  #frame(frame: Frame): void {
    let size = frame.text.length;
    for (const literal of frame.literals) size += literal.length;
    const response = this.#decoder.decode(frame);
    this.#onResponse?.(response);
    if (this.#greeted !== undefined) return this.#greet(response);
    switch (response.type) {
      case "TAGGED":
        return this.#tagged(response);
      case "CONTINUATION":
        return this.#continuation(response.text);
      case "INVALID":
        return this.#emit(response);
      default:
        return this.#untagged(response, size);
    }
  }

  #greet(response: ServerResponse): void {
    const greeted = this.#greeted!;
    switch (response.type) {
      case "OK":
      case "PREAUTH":
        this.#greeted = undefined;
        if (response.type === "PREAUTH") this.#knowledge.state = "auth";
        this.#knowledge.codeOf(response.code);
        return greeted.resolve(response as ConditionResponse);
      case "BYE":
        return this.#end(new CommandError("greeting", "BYE", response.code, response.text));
      default:
        return this.#end(new ProtocolError("What the server sent first is no IMAP greeting"));
    }
  }

  #untagged(response: Untagged, size: number): void {
    const knowledge = this.#knowledge;
    if (isCondition(response) && response.code?.name === "CLOSED") {
      for (const { response } of knowledge.oldMailboxClosed()) this.#emit(response);
      return this.#emit(response);
    }
    if (!knowledge.defers(response, size)) this.#take(response, size);
  }

  #take(response: Untagged, size: number): void {
    if (isCondition(response)) return this.#condition(response);
    const taker = this.#running.claim(response);
    if (!this.#knowledge.apply(response)) return;
    if (response.type === "ENABLED") this.#decoder.utf8 = this.#knowledge.utf8;
    taker?.take(response, size, this.limits.maxItems);
    // Message numbers shift for everybody, whoever asked for it.
    if (taker === undefined || response.type === "EXPUNGE") this.#emit(response);
  }

  #condition(response: ConditionResponse): void {
    const { code } = response;
    if (code !== undefined) {
      this.#knowledge.applyCode(code);
      const taker = this.#running.claimCode(code);
      if (taker !== undefined) return taker.takeCode(code);
    }
    if (response.type === "BYE") {
      this.#bye = response;
      // Some servers announce the end and then forget to close (Yandex: MailKit issue 938).
      this.#byeTimer ??= this.clock.setTimeout(
        () => this.#end(closedByServer(response, false)),
        this.timeouts.logout,
      );
    }
    this.#emit(response);
  }

  #emit(event: ImapEvent): void {
    for (const queue of this.#events) queue.push(event);
  }

  // ---- completing commands

  #tagged(response: TaggedResponse): void {
    const pending = this.#running.get(response.tag);
    if (pending === undefined) {
      return this.#end(new ProtocolError("The server completed a command that was not sent"));
    }
    const ok = response.status === "OK";
    const { phase } = pending;
    if (ok && (phase === "sending" || phase === "asking" || phase === "literal")) {
      // RFC 9051 gives no meaning to it, and accepting it once let STARTTLS be skipped (CVE-2026-42246).
      return this.#end(
        new ProtocolError(`The server said OK to ${pending.spec.name} before all of it was sent`),
      );
    }
    pending.collected.tagged = response;
    for (const { response, size } of this.#knowledge.held(pending, ok)) this.#take(response, size);
    this.#running.delete(pending);
    this.#knowledge.completed(pending, response);
    if (ok) {
      pending.call.onOk?.();
      pending.succeed();
    } else {
      pending.fail(refused(pending, response));
    }
    this.#release();
    void this.#pump();
  }

  #continuation(text: string): void {
    for (const pending of this.#running) {
      if (pending.phase === "asking") return pending.asked!.resolve(true);
    }
    for (const pending of this.#running) {
      if (pending.call.onContinuation === undefined) continue;
      if (pending.discarded && pending.spec.flow.includes("sasl")) return this.writeLine("*");
      return pending.call.onContinuation(text);
    }
    // Nobody asked for it; some servers send one too many.
  }

  // ---- sending commands

  #encode(pending: Pending): void {
    const knowledge = this.#knowledge;
    const writer = new Writer({
      literalPlus: knowledge.offers("LITERAL+"),
      // RFC 9051 section 1 and appendix A: IMAP4rev2 brings LITERAL- and BINARY.
      literalMinus: knowledge.offers("LITERAL-") || knowledge.rev2,
      binary: knowledge.offers("BINARY") || knowledge.rev2,
      utf8: knowledge.utf8,
    });
    writer.text(pending.tag);
    writer.sp();
    pending.call.encode(writer);
    pending.fragments = writer.end();
    pending.epoch = knowledge.epoch;
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#ended === undefined) {
        const next = this.#queue[0];
        if (next === undefined) break;
        let blocked = false;
        for (const running of this.#running) {
          if (mayOverlap(next, running)) continue;
          blocked = true;
          running.call.interrupt?.();
        }
        if (blocked) break;
        this.#queue.shift();
        const refusal = this.#refusal(next);
        if (refusal !== undefined) next.fail(refusal);
        else await this.#send(next);
      }
    } catch (error) {
      this.#lost(error);
    } finally {
      this.#pumping = false;
    }
  }

  #refusal(pending: Pending): unknown {
    const reason = refusal(pending.spec, this.#knowledge);
    if (reason !== undefined || pending.epoch === this.#knowledge.epoch) return reason;
    try {
      this.#encode(pending);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async #send(pending: Pending): Promise<void> {
    this.#running.add(pending);
    this.#knowledge.sending(pending);
    if (this.#running.size === 1) this.#watchdog.progress();
    this.#watchdog.watch();
    await this.#outgoing.send(pending);
  }

  // ---- giving up, the end

  #giveUp(pending: Pending, reason: unknown): void {
    switch (pending.phase) {
      case "queued":
        this.#queue.splice(this.#queue.indexOf(pending), 1);
        pending.fail(reason);
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
        pending.call.interrupt?.();
    }
    this.#release();
    void this.#pump();
  }

  #release(): void {
    this.#wake?.();
  }

  #end(reason: unknown): void {
    if (this.#ended !== undefined) return;
    const error = reason instanceof ImapError
      ? reason
      : new ConnectionError("The connection was given up", { cause: reason, retryable: false });
    this.#ended = error;
    this.#knowledge.end();
    this.#watchdog.stop();
    this.clock.clearTimeout(this.#byeTimer);
    this.#greeted?.reject(reason);
    this.#greeted = undefined;
    const pendings = [...this.#running, ...this.#queue];
    this.#running.clear();
    this.#queue.length = 0;
    for (const pending of pendings) pending.fail(ended(pending.spec.name, error));
    for (const queue of [...this.#events]) queue.end(this.#knowledge.leaving ? {} : { error });
    this.#release();
    try {
      Promise.resolve(this.#transport.close()).catch(() => {});
    } catch {
      // It is closed, one way or the other.
    }
  }
}
