/** The server's side of a connection: responses to octets, with the faults of the moment. */

import { type Clock, sleep } from "../../base/clock.ts";
import { writeResponse } from "../../codec/_gen/encode_response.ts";
import type { Response } from "../../codec/_gen/types.ts";
import type { Transport } from "../../transport/transport.ts";
import { Writer } from "../../wire/writer.ts";
import { concat } from "../concat.ts";
import type { Fault } from "../faults.ts";
import { without } from "./omission.ts";
import type { ConnectionLog } from "./transcript.ts";

/** More than this many octets are not held back. */
const FLUSH_ABOVE = 256 * 1024;
/**
 * Octets of the smallest literal that is sent from where the message is kept: twice a copy of 14 MB, by way of the writer and of what
 * it gives, took ten times as long as sending it.
 */
const APART = 64 * 1024;

const encoder = new TextEncoder();

/** Collects responses and sends them. */
export class Output {
  /** Mailbox names and strings in UTF-8: after ENABLE IMAP4rev2. */
  utf8 = false;
  /** One for all responses: its buffer has grown to what they need. */
  #writer: { readonly writer: Writer; readonly utf8: boolean } | undefined;
  /** Large literals of the response that is being written, and where they belong. */
  #apart: [octets: Uint8Array, at: number][] = [];
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #log: ConnectionLog;
  /** Deviations of real servers. */
  readonly #quirks: ((response: string) => string) | undefined;
  #pending: Uint8Array[] = [];
  #length = 0;
  #faults: readonly Fault[] = [];
  /** Octets that may still be sent before a fault closes the connection. */
  #budget = Infinity;
  /** Octets that may still be sent on this connection before a fault closes it. */
  #sessionBudget = Infinity;
  #sent = 0;
  #closed = false;
  /** Ends a pause. */
  #wake: (() => void) | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    transport: Transport,
    clock: Clock,
    log: ConnectionLog,
    quirks: ((response: string) => string) | undefined,
  ) {
    this.#quirks = quirks;
    this.#log = log;
    this.#clock = clock;
    this.#transport = transport;
  }

  /** Whether the connection was closed from this side. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether a fault may change the values of responses. */
  get rewrites(): boolean {
    return this.#faults.some(({ rewrite }) => rewrite !== undefined);
  }

  /** Puts faults in force for what is sent from now on, and waits if one of them says so. */
  async begin(faults: readonly Fault[]): Promise<void> {
    this.#faults = faults;
    this.#budget = Math.min(Infinity, ...faults.map((fault) => fault.dropAfter ?? Infinity));
    const most = Math.min(Infinity, ...faults.map((fault) => fault.dropSessionAfter ?? Infinity));
    if (most < Infinity) this.#sessionBudget = Math.max(0, most - this.#sent);
    for (const { delay } of faults) {
      if (delay !== undefined) await this.#pause(delay);
    }
  }

  /** Waits; no longer than until the connection is closed: a test whose clock does not move must end too. */
  async #pause(milliseconds: number): Promise<void> {
    if (this.#closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.setTimeout(resolve, milliseconds);
    this.#wake = resolve;
    await promise;
    this.#clock.clearTimeout(timer);
  }

  /** Adds a response to what will be sent. */
  send(response: Response): void {
    let value: Response | Uint8Array | string | null = response;
    for (const { omit } of this.#faults) {
      if (omit !== undefined && value !== null) value = without(value, omit);
    }
    for (const { rewrite } of this.#faults) {
      if (
        rewrite !== undefined && value !== null && !(value instanceof Uint8Array) && typeof value !== "string"
      ) {
        value = rewrite(value);
      }
    }
    if (value === null) return;
    const pieces = typeof value === "string" || value instanceof Uint8Array
      ? [value]
      : this.#twisted(this.#encode(this.#withTag(value)));
    const times = this.#faults.some(({ twice }) => twice) ? 2 : 1;
    for (let time = 0; time < times; time++) for (const piece of pieces) this.sendRaw(piece);
  }

  /** Adds octets as they are. */
  sendRaw(value: string | Uint8Array): void {
    const bytes = typeof value === "string" ? encoder.encode(value) : value;
    this.#limitInLiteral(bytes);
    this.#pending.push(bytes);
    this.#length += bytes.length;
  }

  /** Sends what has been collected if it is much. */
  async relieve(): Promise<void> {
    if (this.#length > FLUSH_ABOVE) await this.flush();
  }

  /** Sends what has been collected; one call after the other, since only one write may be underway. */
  flush(): Promise<void> {
    return this.#flushing = this.#flushing.then(() => this.#flush());
  }

  async #flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    this.#length = 0;
    if (this.#closed) return;
    for (const bytes of merged(pending)) {
      const allowed = bytes.subarray(0, Math.min(bytes.length, this.#budget, this.#sessionBudget));
      this.#budget -= allowed.length;
      this.#sessionBudget -= allowed.length;
      this.#sent += allowed.length;
      await this.#write(allowed);
      if (allowed.length < bytes.length || this.#budget === 0 || this.#sessionBudget === 0) {
        await this.close();
        return;
      }
    }
  }

  /** Closes the connection; what was not sent is lost. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake?.();
    await this.#transport.close();
  }

  #withTag(response: Response): Response {
    const tag = this.#faults.find(({ wrongTag }) => wrongTag !== undefined)?.wrongTag;
    return tag === undefined || response.type !== "TAGGED" ? response : { ...response, tag };
  }

  #twisted(pieces: Uint8Array[]): Uint8Array[] {
    if (this.#quirks === undefined) return pieces;
    const text = this.#quirks(
      concat(pieces).reduce((all, octet) => all + String.fromCharCode(octet), ""),
    );
    return [Uint8Array.from(text, (char) => char.charCodeAt(0))];
  }

  /** A response as pieces that follow each other. */
  #encode(response: Response): Uint8Array[] {
    const { utf8 } = this;
    const kept = this.#writer;
    const writer = kept?.utf8 === utf8
      ? kept.writer
      : new Writer({ response: true, utf8, apart: (octets, at) => this.#takesApart(octets, at) });
    // A response that cannot be written leaves its beginning in the writer.
    this.#writer = undefined;
    this.#apart = [];
    writeResponse(writer, response);
    const bytes = writer.endResponse();
    this.#writer = { writer, utf8 };
    let start = 0;
    const before = this.#apart.flatMap(([octets, at]) => [bytes.subarray(start, start = at), octets]);
    return [...before, bytes.subarray(start)];
  }

  #takesApart(octets: Uint8Array, at: number): boolean {
    if (octets.length < APART) return false;
    this.#apart.push([octets, at]);
    return true;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#log.sent(bytes);
    const every = Math.min(Infinity, ...this.#faults.map((fault) => fault.splitEvery ?? Infinity));
    if (every === Infinity) {
      if (bytes.length > 0) await this.#transport.write(bytes);
      return;
    }
    for (let at = 0; at < bytes.length; at += every) {
      await this.#transport.write(bytes.subarray(at, at + every));
      // Without a pause the pieces would meet again in the reader's buffer.
      await sleep(this.#clock, 0);
    }
  }

  #limitInLiteral(bytes: Uint8Array): void {
    const wanted = Math.min(Infinity, ...this.#faults.map((fault) => fault.dropInLiteral ?? Infinity));
    if (wanted === Infinity || this.#budget !== Infinity) return;
    for (let at = bytes.indexOf(0x7d); at !== -1; at = bytes.indexOf(0x7d, at + 1)) {
      if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) {
        this.#budget = this.#length + at + 3 + wanted;
        return;
      }
    }
  }
}

/** Small responses travel together, as they would from a server that buffers; what is large would only be copied. */
function merged(pieces: readonly Uint8Array[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < pieces.length;) {
    let end = at;
    while (end < pieces.length && pieces[end]!.length < APART) end++;
    if (end > at) out.push(end > at + 1 ? concat(pieces.slice(at, end)) : pieces[at]!);
    if (end < pieces.length) out.push(pieces[end]!);
    at = end + 1;
  }
  return out;
}
