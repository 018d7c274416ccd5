/** What a connection keeps for itself: how it was asked for, its engine, its timers. */

import { type Clock, systemClock, type Timer } from "../base/clock.ts";
import { checkNames, kindOf } from "../base/option_names.ts";
import { checkLimits, defaultLimits, defaultTimeouts, type Limits } from "../base/limits.ts";
import { runtimeDial } from "../transport/runtime.ts";
import { closeQuietly } from "../session/link.ts";
import {
  abortable,
  checkTransport,
  type Dial,
  type TlsOptions,
  type Transport,
} from "../transport/transport.ts";
import { type Call, Engine, type EngineHost } from "./engine.ts";
import { abort, error } from "./errors.ts";
import { LineReader } from "./line_reader.ts";
import { Log } from "./log.ts";
import { checkAuthorities } from "../transport/authorities.ts";
import type { Answer } from "./values.ts";

/** How a connection is made. */
export interface ConnectOptions {
  /** Seconds that connecting, a read or a write may last; without it, nothing but connecting (30 s) ends by itself. */
  timeout?: number | undefined;
  /** Certificates of private authorities in PEM; an error in a runtime that cannot use them. */
  caCerts?: string | readonly string[] | undefined;
  /** The name that the certificate must be for, when it is not the host. */
  tlsHostname?: string | undefined;
  /** Send a password where others can read it. Without it, that is done to this machine itself only. */
  allowInsecureAuth?: boolean | undefined;
  /** What `debug` is from the start; `Debug` when not given. */
  debug?: number | undefined;
  /** Bounds on what the server may make the client hold. */
  limits?: Partial<Limits> | undefined;
  /** Opens the connection, instead of the runtime's own way. */
  dial?: Dial | undefined;
  /** Timers and times, for tests. */
  clock?: Clock | undefined;
}

const OPTIONS: readonly string[] = [
  "timeout",
  "caCerts",
  "tlsHostname",
  "allowInsecureAuth",
  "debug",
  "limits",
  "dial",
  "clock",
  "duplex",
];

/** The side of a connection that programs do not see. */
export class Inner {
  readonly #host: EngineHost;
  #engine: Engine | undefined;
  #log: Log | undefined;
  #reader: { readonly of: Transport; readonly reader: LineReader } | undefined;
  #limits: Limits = checkLimits();
  #isPatient = false;
  /** Limit the time of reads that were begun without a limit. */
  readonly #unlimited = new Set<() => void>();
  /** How the connection was asked for. */
  options: ConnectOptions = {};

  /** @param host The connection. */
  constructor(host: EngineHost) {
    this.#host = host;
  }

  /** Timers and times. */
  get clock(): Clock {
    return this.options.clock ?? systemClock;
  }

  /** The lines of the dialogue. */
  get log(): Log {
    return this.#log ??= new Log(this.clock);
  }

  /** Whether nothing can be sent any more. */
  get isClosed(): boolean {
    return this.#engine === undefined || this.#engine.closed;
  }

  /** Lets reads last as long as they will: while IDLE waits. From its end on, the one underway has a limit, too. */
  set isPatient(patient: boolean) {
    this.#isPatient = patient;
    if (!patient) { for (const limit of this.#unlimited) limit(); }
  }

  /** Takes the options. */
  configure(options: ConnectOptions): void {
    checkNames("connect: options", options, OPTIONS);
    const { timeout } = options;
    // NaN compares as false everywhere and so would mean no limit at all.
    if (timeout !== undefined && !(typeof timeout === "number" && timeout > 0)) {
      throw new RangeError("timeout must be a number of seconds, more than 0");
    }
    const { limits, dial } = options;
    if (limits !== undefined) checkNames("limits", limits, Object.keys(defaultLimits));
    if (dial !== undefined && typeof dial !== "function") {
      throw new TypeError(`dial must be a function, not ${kindOf(dial)}`);
    }
    this.#limits = checkLimits(limits);
    this.options = options;
  }

  /** Starts the engine on a connection that is open, and reads the greeting. */
  async greeting(): Promise<{ typ: string; line: string }> {
    this.#engine = new Engine(this.#host, this.log, this.#limits, this.options.allowInsecureAuth);
    return await this.#engine.greeting();
  }

  /** Sends a command. */
  perform(call: Call): Promise<Answer> {
    if (this.#engine === undefined) return Promise.reject(new error("not connected"));
    return this.#engine.perform(call);
  }

  /** Hides a secret in what is shown from here on. */
  hide(secret: string | Uint8Array): void {
    this.#engine?.hide(secret);
  }

  /** Hides what a SASL mechanism answers, and the password or token in it. */
  hideAnswer(answer: string | Uint8Array): void {
    this.#engine?.hideAnswer(answer);
  }

  /** Text without what was told in secret. */
  redact(text: string, cut = false): string {
    return this.#engine?.redact(text, cut) ?? text;
  }

  /** Writes a line of a dialogue. */
  writeLine(line: string): Promise<void> {
    return this.#engine!.writeLine(line);
  }

  /** Ends the connection: whatever waits is told. */
  close(): void {
    this.#engine?.close("socket error: the connection was closed");
  }

  /** Starts TLS after the OK of STARTTLS. */
  async startTls(options: TlsOptions): Promise<void> {
    const engine = this.#engine!;
    const ms = this.#connectMs(this.options.timeout);
    const late = () => engine.close(`socket error: STARTTLS: not done after ${ms / 1000} s`);
    const timer = this.clock.setTimeout(late, ms);
    try {
      await engine.startTls(options, () => this.reader(this.#host.sock).buffered);
    } finally {
      this.clock.clearTimeout(timer);
    }
  }

  /** Opens a connection by the runtime's own means, or by the `dial` of the options. */
  async dial(
    hostname: string,
    port: number,
    tls: TlsOptions | undefined,
    timeout?: number,
  ): Promise<Transport> {
    const dial = this.options.dial ?? await runtimeDial();
    const ms = this.#connectMs(timeout);
    const controller = new AbortController();
    const late = () => controller.abort(new abort(`socket error: not connected after ${ms / 1000} s`));
    const timer = this.clock.setTimeout(late, ms);
    try {
      const { signal } = controller;
      // A dial of the caller's own may not look at the signal.
      const transport = await abortable(dial({ hostname, port, tls, signal }), signal, closeQuietly);
      checkTransport("What dial gives", transport);
      return transport;
    } finally {
      this.clock.clearTimeout(timer);
    }
  }

  #connectMs(timeout: number | undefined): number {
    return timeout === undefined ? defaultTimeouts.connect : timeout * 1000;
  }

  /** Closes a connection; one that does not let go is not waited for. */
  async closed(sock: Transport | null): Promise<void> {
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = this.clock.setTimeout(resolve, defaultTimeouts.logout);
    });
    try {
      await Promise.race([sock?.close(), late]);
    } finally {
      this.clock.clearTimeout(timer);
    }
  }

  /** What TLS is asked for. */
  tlsOptions(): TlsOptions {
    const { tlsHostname, caCerts } = this.options;
    return { hostname: tlsHostname ?? (this.#host.host || "localhost"), caCerts: checkAuthorities(caCerts) };
  }

  /** What reads lines from a transport; made anew for a new one. */
  reader(sock: Transport | null): LineReader {
    if (sock === null) throw new abort("socket error: not connected");
    if (this.#reader?.of !== sock) {
      this.#reader = { of: sock, reader: new LineReader(sock, this.#limits.maxLine) };
    }
    return this.#reader.reader;
  }

  /** Gives up, and with it the connection, when a wait lasts longer than `timeout`. */
  bounded<T>(promise: Promise<T>): Promise<T> {
    const { timeout } = this.options;
    if (timeout === undefined) return promise;
    let timer: Timer | undefined;
    let limit = () => {};
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => reject(new abort(`socket error: timed out after ${timeout} s`));
      limit = () => timer ??= this.clock.setTimeout(giveUp, timeout * 1000);
    });
    if (this.#isPatient) this.#unlimited.add(limit);
    else limit();
    return Promise.race([promise, late]).finally(() => {
      this.clock.clearTimeout(timer);
      this.#unlimited.delete(limit);
    });
  }
}
