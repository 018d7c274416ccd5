/**
 * One connection: tags, commands underway, state. It reads responses and hands each to the command it answers, or
 * takes it as news. Whatever ends the connection, everything that waits on it is told at once.
 */

import { Decoder, type ServerResponse } from "./codec.ts";
import { isCode } from "./codes.ts";
import { type Command, type ConnectionState, type Effect, watchCall } from "./command.ts";
import {
  CapabilityError,
  CommandError,
  ConnectionError,
  ImapError,
  LimitError,
  ProtocolError,
  StateError,
  TimeoutError,
} from "./errors.ts";
import { EventQueue, type ImapEvent } from "./events.ts";
import { checkLimits, checkTimeouts, type Limits, type Timeouts } from "./limits.ts";
import { type Call, mayOverlap, Pending, type Phase } from "./_pending.ts";
import { SelectedMailbox } from "./selected_mailbox.ts";
import type { TlsOptions, Transport } from "./transport/transport.ts";
import { type DroppedFrame, type Frame, Framer } from "./wire/framer.ts";
import { type Fragment, type LiteralSource, Writer, type WriterOptions } from "./wire/writer.ts";
import type { Code, ConditionResponse, TaggedResponse, Untagged } from "./_gen/types.ts";

/** What a session can be told. */
export interface SessionOptions {
  /** Bounds on what the server may make the client hold. */
  limits?: Partial<Limits> | undefined;
  /** Bounds on how long it may make it wait. */
  timeouts?: Partial<Timeouts> | undefined;
  /** Sees every response, in order, before anything else does. What it throws ends the connection. */
  onResponse?: ((response: ServerResponse) => void) | undefined;
  /** Gives up waiting for the greeting. */
  signal?: AbortSignal | undefined;
}

/** A SELECT or EXAMINE underway. */
interface Switch {
  pending: Pending;
  /** The mailbox that was selected before, whose news may still come. */
  old: SelectedMailbox | undefined;
  next: SelectedMailbox;
  /** What came before it is known whose it is. */
  deferred: { response: Untagged; size: number }[];
  /** From here on everything is about the new mailbox. */
  closed: boolean;
}

const lineEnd = [13, 10];
const decoder = new TextDecoder("latin1");

/** One connection to a server. */
export class Session {
  /** The limits in force. */
  readonly limits: Limits;
  /** The deadlines in force. */
  readonly timeouts: Timeouts;
  /** What the server offers, names in upper case; undefined while it has not said. */
  capabilities: ReadonlySet<string> | undefined;
  /** What the server has said it enabled. */
  readonly enabled: Set<string> = new Set();
  /** The server's first words. */
  greeting!: ConditionResponse;
  #transport: Transport;
  #framer: Framer;
  readonly #decoder: Decoder;
  readonly #onResponse: ((response: ServerResponse) => void) | undefined;
  #state: ConnectionState = "nonauth";
  #mailbox: SelectedMailbox | undefined;
  #switch: Switch | undefined;
  #lastTag = 0;
  #epoch = 0;
  readonly #queue: Pending[] = [];
  readonly #running = new Map<string, Pending>();
  #pumping = false;
  #lastWrite: Promise<void> = Promise.resolve();
  #greeted: PromiseWithResolvers<ConditionResponse> | undefined = Promise.withResolvers();
  #upgrade: Promise<void> | undefined;
  #ended: ImapError | undefined;
  #bye: ConditionResponse | undefined;
  #byeTimer: ReturnType<typeof setTimeout> | undefined;
  /** The end is wanted, so those who wait for news need not hear of it as a failure. */
  #leaving = false;
  readonly #events = new Set<EventQueue>();
  #wake: (() => void) | undefined;
  #progressAt = 0;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  private constructor(transport: Transport, options: SessionOptions) {
    this.limits = checkLimits(options.limits);
    this.timeouts = checkTimeouts(options.timeouts);
    this.#onResponse = options.onResponse;
    this.#transport = transport;
    this.#framer = this.#newFramer();
    this.#decoder = new Decoder({ limits: this.limits });
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
    return this.#state;
  }

  /** The selected mailbox. */
  get mailbox(): SelectedMailbox | undefined {
    return this.#mailbox;
  }

  /** Whether bytes travel encrypted. */
  get secure(): boolean {
    return this.#transport.secure;
  }

  /** Why the connection ended; undefined while it lasts. */
  get ended(): ImapError | undefined {
    return this.#ended;
  }

  /** Whether IMAP4rev2 is in force. */
  get rev2(): boolean {
    return this.enabled.has("IMAP4REV2");
  }

  /** Whether strings and mailbox names are UTF-8. */
  get utf8(): boolean {
    return this.#decoder.utf8;
  }

  /** Whether the server offers a capability. */
  offers(capability: string): boolean {
    return this.capabilities?.has(capability) ?? false;
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
      handle.fail(failure(call.spec.name, this.#ended));
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
    const bytes = new TextEncoder().encode(line);
    if (bytes.includes(13) || bytes.includes(10) || bytes.includes(0)) {
      throw new RangeError("CR, LF and NUL cannot be sent in a line");
    }
    this.#write(Uint8Array.from([...bytes, ...lineEnd])).catch((error) => this.#lost(error));
  }

  /** Marks a command's dialogue as one in which silence is no fault, or ends that. */
  setIdling(handle: Command<unknown>, idling: boolean): void {
    for (const pending of this.#running.values()) {
      if (pending.call.handle === handle) pending.phase = idling ? "idling" : "sent";
    }
    this.#progress();
    this.#watch();
  }

  /** Whether other commands wait for the connection. */
  get waiting(): boolean {
    return this.#queue.length > 0;
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
    if (reason === undefined) this.#leaving = true;
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
      this.capabilities = undefined;
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
    return new Framer({ limits: this.limits, onDrop: (dropped) => this.#dropped(dropped) });
  }

  // ---- reading

  async #read(): Promise<void> {
    try {
      while (this.#ended === undefined) {
        for (let frame = this.#framer.next(); frame !== undefined; frame = this.#framer.next()) {
          this.#frame(frame);
          if (this.#ended !== undefined) return;
          if (this.#upgrade !== undefined) break;
        }
        const pressure = this.#framer.backPressure() ?? this.#upgrade;
        if (pressure !== undefined) {
          await pressure;
          continue;
        }
        if (this.#mustHold()) {
          clearTimeout(this.#watchdog);
          this.#watchdog = undefined;
          await new Promise<void>((resolve) => this.#wake = resolve);
          this.#wake = undefined;
          this.#progress();
          this.#watch();
          continue;
        }
        const count = await this.#transport.read(this.#framer.space());
        if (count === null) return this.#end(this.#closedByServer());
        this.#framer.filled(count);
        this.#progress();
      }
    } catch (error) {
      this.#lost(error);
    }
  }

  #closedByServer(): ImapError {
    const bye = this.#bye;
    if (bye === undefined) {
      return new ConnectionError(
        this.#framer.partial
          ? "The server closed the connection in the middle of a response"
          : "The server closed the connection",
      );
    }
    return new ConnectionError(`The server closed the connection: ${bye.text}`, {
      status: "BYE",
      code: bye.code,
      text: bye.text,
    });
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
        if (response.type === "PREAUTH") this.#state = "auth";
        this.#code(response.code);
        return greeted.resolve(response as ConditionResponse);
      case "BYE":
        return this.#end(new CommandError("greeting", "BYE", response.code, response.text));
      default:
        return this.#end(new ProtocolError("What the server sent first is no IMAP greeting"));
    }
  }

  #untagged(response: Untagged, size: number): void {
    const change = this.#switch;
    if (change !== undefined && !change.closed) {
      if (isCondition(response) && response.code?.name === "CLOSED") {
        return this.#oldMailboxClosed(change, response);
      }
      if (isMailboxNews(response)) {
        if (change.deferred.length < this.limits.maxItems) change.deferred.push({ response, size });
        return;
      }
    }
    this.#take(response, size);
  }

  /** RFC 9051 7.1: responses before [CLOSED] are about the mailbox that was selected, those after it about the new one. */
  #oldMailboxClosed(change: Switch, response: Untagged): void {
    for (const { response } of change.deferred) {
      change.old?.apply(response);
      if (isCondition(response) && response.code !== undefined) change.old?.applyCode(response.code);
      this.#emit(response);
    }
    change.deferred = [];
    change.closed = true;
    this.#emit(response);
  }

  #take(response: Untagged, size: number): void {
    if (isCondition(response)) return this.#condition(response);
    const taker = this.#claim(response);
    switch (response.type) {
      case "FETCH":
        break;
      case "CAPABILITY":
        this.#learn(response.capabilities);
        break;
      case "ENABLED":
        for (const name of response.capabilities) this.enabled.add(name.toUpperCase());
        this.#modeChanged();
        break;
      case "RECENT":
        // RFC 9051 6.3.2: IMAP4rev2 clients ignore it; Cyrus sends it all the same.
        if (this.rev2) return;
        (this.#switch?.next ?? this.#mailbox)?.apply(response);
        break;
      default:
        (this.#switch?.next ?? this.#mailbox)?.apply(response);
    }
    taker?.take(response, size, this.limits.maxItems);
    // Message numbers shift for everybody, whoever asked for it.
    if (taker === undefined || response.type === "EXPUNGE") this.#emit(response);
  }

  #claim(response: Untagged): Pending | undefined {
    let only: Pending | undefined;
    let count = 0;
    for (const pending of this.#running.values()) {
      if (pending.claims(response)) return pending;
      if (pending.collects(response.type, false)?.count === "1") {
        only = pending;
        count++;
      }
    }
    // The one answer that the server must give, under a name that it spells in its own way.
    return count === 1 ? only : undefined;
  }

  #condition(response: ConditionResponse): void {
    const { code } = response;
    if (code !== undefined) {
      this.#code(code);
      (this.#switch?.next ?? this.#mailbox)?.applyCode(code);
      for (const pending of this.#running.values()) {
        if (pending.collects(code.name, true) === undefined) continue;
        pending.takeCode(code);
        return;
      }
    }
    if (response.type === "BYE") {
      this.#bye = response;
      // Some servers announce the end and then forget to close (Yandex: MailKit issue 938).
      this.#byeTimer ??= setTimeout(() => this.#end(this.#closedByServer()), this.timeouts.logout);
    }
    this.#emit(response);
  }

  /** What a code says about the connection, wherever it stands. */
  #code(code: Code | undefined): void {
    if (isCode(code, "CAPABILITY")) this.#learn(code.capabilities);
  }

  #learn(names: readonly string[]): void {
    this.capabilities = new Set(names.map((name) => name.toUpperCase()));
    this.#epoch++;
  }

  #modeChanged(): void {
    this.#decoder.utf8 = this.rev2 || this.enabled.has("UTF8=ACCEPT") || this.enabled.has("UTF8=ONLY");
    this.#epoch++;
  }

  #emit(event: ImapEvent): void {
    for (const queue of this.#events) queue.push(event);
  }

  #dropped(dropped: DroppedFrame): void {
    const head = decoder.decode(dropped.head).replace(/\r\n/g, "").trim();
    const name = /^\* +(?:\d+ +)?([A-Za-z-]+)/.exec(head)?.[1]?.toUpperCase() ?? "";
    // It cannot be told which row is missing from whose answer, only that one may be.
    for (const pending of this.#running.values()) {
      if (pending.collects(name, false) !== undefined) pending.miss(dropped.limit, head.slice(0, 80));
    }
    this.#emit({ type: "DROPPED", limit: dropped.limit, size: dropped.size, head });
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
    this.#code(response.code);
    this.#settleSwitch(pending, response);
    this.#running.delete(response.tag);
    for (const effect of (ok ? pending.spec.after.ok : pending.spec.after.no) ?? []) this.#apply(effect);
    if (response.code !== undefined && ok) this.#mailbox?.applyCode(response.code);
    if (ok) {
      pending.call.onOk?.();
      pending.succeed();
    } else {
      const text = withoutSecrets(response.text, pending);
      pending.fail(new CommandError(pending.spec.name, response.status as "NO" | "BAD", response.code, text));
    }
    this.#release();
    void this.#pump();
  }

  /** RFC 9051 6.3.2: the new mailbox is selected, or after a failure none. */
  #settleSwitch(pending: Pending, response: TaggedResponse): void {
    const change = this.#switch;
    if (change?.pending !== pending) return;
    // Servers older than [CLOSED] (RFC 7162) say nothing between the two mailboxes.
    if (response.status === "OK") {
      for (const { response, size } of change.deferred) this.#take(response, size);
    }
    this.#switch = undefined;
    this.#mailbox = response.status === "OK" ? change.next : undefined;
    if (this.#mailbox === undefined) this.#state = "auth";
    else if (pending.spec.name === "EXAMINE") this.#mailbox.readOnly = true;
  }

  #apply(effect: Effect): void {
    switch (effect) {
      case "auth":
      case "nonauth":
        this.#state = effect;
        this.#mailbox = undefined;
        break;
      case "selected":
        this.#state = "selected";
        break;
      case "logout":
        this.#state = "logout";
        this.#leaving = true;
        break;
      case "forget-capabilities":
        this.capabilities = undefined;
        break;
      case "deselect":
        break;
    }
  }

  #continuation(text: string): void {
    for (const pending of this.#running.values()) {
      if (pending.phase === "asking") return pending.asked!.resolve(true);
    }
    for (const pending of this.#running.values()) {
      if (pending.call.onContinuation === undefined) continue;
      if (pending.discarded && pending.spec.flow.includes("sasl")) return this.writeLine("*");
      return pending.call.onContinuation(text);
    }
    // Nobody asked for it; some servers send one too many.
  }

  // ---- sending commands

  #writerOptions(): WriterOptions {
    return {
      literalPlus: this.offers("LITERAL+"),
      literalMinus: this.offers("LITERAL-") || this.rev2,
      binary: this.offers("BINARY") || this.rev2,
      utf8: this.#decoder.utf8,
    };
  }

  #encode(pending: Pending): void {
    const writer = new Writer(this.#writerOptions());
    writer.text(pending.tag);
    writer.sp();
    pending.call.encode(writer);
    pending.fragments = writer.end();
    pending.epoch = this.#epoch;
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#ended === undefined) {
        const next = this.#queue[0];
        if (next === undefined) break;
        let blocked = false;
        for (const running of this.#running.values()) {
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
    const { spec } = pending;
    if (!spec.states.includes(this.#state)) {
      return new StateError(
        `${spec.name} is for ${spec.states.join(" or ")}; this connection is in ${this.#state}`,
        {
          command: spec.name,
        },
      );
    }
    const { capabilities } = this;
    if (
      spec.needs.length > 0 && capabilities !== undefined &&
      !spec.needs.some((name) => capabilities.has(name))
    ) {
      return new CapabilityError(
        `${spec.name} needs ${spec.needs.join(" or ")}, which the server does not offer`,
        {
          command: spec.name,
        },
      );
    }
    if (pending.epoch === this.#epoch) return undefined;
    try {
      this.#encode(pending);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async #send(pending: Pending): Promise<void> {
    this.#running.set(pending.tag, pending);
    pending.phase = "sending";
    for (const effect of pending.spec.after.send ?? []) this.#beforeSend(pending, effect);
    if (this.#running.size === 1) this.#progress();
    this.#watch();
    const { fragments } = pending;
    for (let i = 0; i < fragments.length; i++) {
      const fragment = fragments[i]!;
      if ("line" in fragment) {
        // Said before the bytes leave: in memory, the server's answer may come before the write has settled.
        this.#beforeLine(pending, fragments[i + 1]);
        await this.#write(fragment.line);
        continue;
      }
      // False when the server refused the command instead of asking for the literal.
      if (fragment.sync && !(await pending.asked?.promise)) return;
      await this.#writeLiteral(pending, fragment);
      if ((pending.phase as Phase) === "literal") pending.phase = "sending";
    }
  }

  #beforeLine(pending: Pending, next: Fragment | undefined): void {
    pending.asked = undefined;
    if (pending.phase === "done") return;
    if (next === undefined) {
      pending.phase = "sent";
    } else if ("literal" in next && next.sync) {
      pending.phase = "asking";
      pending.asked = Promise.withResolvers();
    }
  }

  #beforeSend(pending: Pending, effect: Effect): void {
    if (effect !== "deselect") return this.#apply(effect);
    const old = this.#mailbox;
    const next = new SelectedMailbox(pending.mailbox, pending.spec.name === "EXAMINE");
    this.#switch = { pending, old, next, deferred: [], closed: old === undefined };
    this.#mailbox = undefined;
    this.#state = "auth";
  }

  async #writeLiteral(pending: Pending, fragment: Exclude<Fragment, { line: unknown }>): Promise<void> {
    if (pending.phase !== "done") pending.phase = "literal";
    const { literal } = fragment;
    if (!(literal instanceof Uint8Array)) return await this.#writeStream(pending, literal);
    // In pieces, so that a slow line shows progress and the deadline for silence does not strike.
    for (let at = 0; at < literal.length; at += 262_144) {
      await this.#write(literal.subarray(at, at + 262_144));
    }
  }

  async #writeStream(pending: Pending, source: LiteralSource): Promise<void> {
    let missing = source.size;
    try {
      for await (const chunk of source.stream) {
        if (chunk.length > missing) {
          throw new RangeError(`The message is longer than the ${source.size} octets announced`);
        }
        missing -= chunk.length;
        await this.#write(chunk);
      }
      if (missing > 0) {
        throw new RangeError(`The message ends ${missing} octets short of the ${source.size} announced`);
      }
    } catch (error) {
      // The server waits for octets that will not come: nothing else can be said on this connection.
      pending.fail(error);
      throw new ConnectionError(`${pending.spec.name}: the message could not be sent whole`, {
        cause: error,
      });
    }
  }

  /** Writes in the order of calls. */
  #write(bytes: Uint8Array): Promise<void> {
    const write = this.#lastWrite.then(async () => {
      if (this.#ended !== undefined) throw this.#ended;
      await this.#transport.write(bytes);
      this.#progress();
    });
    this.#lastWrite = write.catch(() => {});
    return write;
  }

  // ---- giving up, holding back, deadlines

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

  /** Whether to stop reading until the caller has taken rows. */
  #mustHold(): boolean {
    let held = 0;
    let largest: Pending | undefined;
    let others = this.#queue.length > 0;
    for (const pending of this.#running.values()) {
      const mine = pending.rows?.held ?? 0;
      held += mine;
      if (mine === 0) others = true;
      else if (mine > (largest?.rows?.held ?? 0)) largest = pending;
    }
    if (held <= this.limits.readAhead || largest === undefined) return false;
    if (!others) return true;
    if (held > this.limits.maxBuffered) {
      largest.discard(
        new LimitError(
          `${largest.spec.name}: other commands wait, and the rows that nobody took exceed maxBuffered, ` +
            `${this.limits.maxBuffered} bytes`,
          { command: largest.spec.name },
        ),
      );
    }
    return false;
  }

  #release(): void {
    this.#wake?.();
  }

  #progress(): void {
    this.#progressAt = performance.now();
  }

  /** Keeps one timer running while an answer is due. */
  #watch(): void {
    if (this.#watchdog !== undefined || this.#ended !== undefined || !this.#answerDue()) return;
    const silence = performance.now() - this.#progressAt;
    this.#watchdog = setTimeout(() => {
      this.#watchdog = undefined;
      if (!this.#answerDue()) return;
      const { command } = this.timeouts;
      if (performance.now() - this.#progressAt < command - 1) return this.#watch();
      this.#end(new TimeoutError(`The server has been silent for ${command} ms while a command waits`));
    }, Math.max(1, this.timeouts.command - silence));
  }

  #answerDue(): boolean {
    for (const pending of this.#running.values()) if (pending.phase !== "idling") return true;
    return false;
  }

  #end(reason: unknown): void {
    if (this.#ended !== undefined) return;
    const error = reason instanceof ImapError
      ? reason
      : new ConnectionError("The connection was given up", { cause: reason, retryable: false });
    this.#ended = error;
    this.#state = "logout";
    this.#mailbox = undefined;
    this.#switch = undefined;
    clearTimeout(this.#watchdog);
    clearTimeout(this.#byeTimer);
    this.#greeted?.reject(reason);
    this.#greeted = undefined;
    const pendings = [...this.#running.values(), ...this.#queue];
    this.#running.clear();
    this.#queue.length = 0;
    for (const pending of pendings) pending.fail(failure(pending.spec.name, error));
    for (const queue of [...this.#events]) queue.end(this.#leaving ? {} : { error });
    this.#release();
    try {
      Promise.resolve(this.#transport.close()).catch(() => {});
    } catch {
      // It is closed, one way or the other.
    }
  }
}

/** The connection's end as one command's failure. */
function failure(command: string, error: ImapError): ImapError {
  if (!(error instanceof ConnectionError)) return error;
  const { status, code, text, retryable } = error;
  return new ConnectionError(`${command}: ${error.message}`, {
    command,
    status,
    code,
    text,
    retryable,
    cause: error,
  });
}

/** A server may repeat what it was told, the password too. */
function withoutSecrets(text: string, pending: Pending): string {
  let shown = text;
  for (const label of pending.spec.secrets) {
    const secret = (pending.call.args as Record<string, unknown>)[label];
    if (typeof secret === "string" && secret !== "") shown = shown.replaceAll(secret, "***");
  }
  return shown;
}

function isCondition(response: Untagged): response is ConditionResponse {
  switch (response.type) {
    case "OK":
    case "NO":
    case "BAD":
    case "BYE":
    case "PREAUTH":
      return true;
    default:
      return false;
  }
}

/** Codes that describe the selected mailbox. */
const mailboxCodes = new Set([
  "PERMANENTFLAGS",
  "UIDNEXT",
  "UIDVALIDITY",
  "UNSEEN",
  "HIGHESTMODSEQ",
  "NOMODSEQ",
  "UIDNOTSTICKY",
  "READ-ONLY",
  "READ-WRITE",
  "MAILBOXID",
]);

/** Whether a response is about the selected mailbox, whichever that is. */
function isMailboxNews(response: Untagged): boolean {
  switch (response.type as string) {
    case "EXISTS":
    case "EXPUNGE":
    case "FETCH":
    case "FLAGS":
    case "RECENT":
    case "VANISHED":
      return true;
    default:
      return isCondition(response) && response.code !== undefined && mailboxCodes.has(response.code.name);
  }
}
