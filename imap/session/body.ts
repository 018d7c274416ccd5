/** Octets of a message that are taken from the connection as they come, and are nowhere as a whole. RFC 9051 7.5.2. */

import { StateError } from "../base/errors.ts";
import type { FetchResponse, Section } from "../codec/_gen/types.ts";
import type { LiteralSink } from "../wire/framer.ts";

/**
 * Reads into the buffer of a caller that are smaller go by way of the receive buffer. So does what is read without such a buffer: V8 sets
 * a new chunk to zero before it is read into, which takes as long as to copy what came.
 */
const directFrom = 16 * 1024;

/** What of a section is known before its octets have come. */
export type BodyHead = Omit<Section, "data">;

/** Octets of one section of one message, as a stream. */
export class FetchBody {
  /** Number of the message; 0 where messages have none (RFC 9586). */
  readonly seq: number;
  /** UID of the message; undefined where the server tells it after the octets, or was not asked. */
  readonly uid: number | undefined;
  /** Which item this answers. */
  readonly item: Section["item"];
  /** Text between the brackets, upper case outside header names; "" is the whole message. */
  readonly name: string;
  /** First octet of a partial answer. */
  readonly origin: number | undefined;
  /** How many octets there are; undefined where the server says NIL, because the message has no such part. */
  readonly size: number | undefined;
  readonly #source: BodySource;
  #stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;

  /**
   * Describes a body that the source gives.
   *
   * @internal
   */
  constructor(row: Pick<FetchResponse, "seq" | "uid">, head: BodyHead, source: BodySource, size?: number) {
    this.seq = row.seq;
    this.uid = row.uid;
    this.item = head.item;
    this.name = head.name;
    this.origin = head.origin;
    this.size = size;
    this.#source = source;
  }

  /**
   * The octets, as a byte stream: nothing is read from the server while nobody reads here. It can be read until the loop asks for the
   * next body; what is unread then is skipped. It fails when the connection or the command does.
   */
  get stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#stream ??= this.#source.open();
  }

  /**
   * Nobody reads it any more: what is still to come is skipped.
   *
   * @internal
   */
  skip(): void {
    this.#source.skip();
  }
}

/** Where the octets of a body come from. */
export interface BodySource {
  /** Makes the stream. */
  open(): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Nobody reads it any more. */
  skip(): void;
}

/** The sections of a row whose octets have come already, from the given one on. */
export function bodiesOf(row: FetchResponse, from: number): FetchBody[] {
  return row.sections.slice(from).map(({ data, ...head }) =>
    new FetchBody(row, head, new WholeBody(data as Uint8Array<ArrayBuffer> | null), data?.length)
  );
}

/** Octets that are there. */
class WholeBody implements BodySource {
  #octets: Uint8Array<ArrayBuffer> | null;

  constructor(octets: Uint8Array<ArrayBuffer> | null) {
    this.#octets = octets;
  }

  open(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      type: "bytes",
      start: (controller) => {
        const octets = this.#octets;
        // The stream takes the buffer over: others' must not go with it.
        if (octets?.length) controller.enqueue(isWhole(octets) ? octets : new Uint8Array(octets));
        this.#octets = null;
        controller.close();
      },
    });
  }

  skip(): void {
    this.#octets = null;
  }
}

function isWhole({ byteLength, buffer }: Uint8Array): boolean {
  return byteLength === buffer.byteLength;
}

/** A literal underway: the framer puts octets in, the stream takes them out. At most one chunk waits between the two. */
export class OpenBody implements LiteralSink, BodySource {
  readonly #maxBuffered: number;
  readonly #released: () => void;
  /** Octets that the stream has not given. */
  #left: number;
  /** What came last. */
  #chunk: Uint8Array | undefined;
  /** It is not a view of the receive buffer, which is valid as long as nothing is read, but to keep. */
  #isOwn = false;
  /** Copies that wait because others need the connection. */
  #held: Uint8Array<ArrayBuffer>[] = [];
  #heldSize = 0;
  #controller: ReadableByteStreamController | undefined;
  /** Settles when the stream has got something of what it asked for. */
  #asked: PromiseWithResolvers<void> | undefined;
  /** All octets have come from the connection. */
  #over = false;
  /** Why the rest is not wanted, or will not come. */
  #ended: { reason: unknown } | undefined;

  /**
   * @param size How many octets will come.
   * @param maxBuffered Bytes that may wait here while other commands wait for the connection.
   * @param released Told when reading can go on.
   */
  constructor(size: number, maxBuffered: number, released: () => void) {
    this.#left = size;
    this.#maxBuffered = maxBuffered;
    this.#released = released;
  }

  write(chunk: Uint8Array, own = false): void {
    if (this.#ended !== undefined) return;
    this.#chunk = chunk;
    this.#isOwn = own;
    this.#give();
  }

  close(): void {
    this.#over = true;
  }

  space(missing: number): Uint8Array | undefined {
    const view = this.#asked && this.#controller!.byobRequest?.view;
    if (!view || Math.min(view.byteLength, missing) < directFrom) return undefined;
    return new Uint8Array(view.buffer, view.byteOffset, Math.min(view.byteLength, missing));
  }

  filled(count: number): void {
    if (this.#ended !== undefined) return;
    this.#controller!.byobRequest!.respond(count);
    this.#gave(count);
  }

  /**
   * Whether nothing may be read before the stream is.
   *
   * @param others Whether other commands wait for the connection: their answers come after this body, whose reader may wait for them.
   */
  mustWait(others: boolean): boolean {
    if (this.#ended !== undefined) return false;
    if (!others || this.#heldSize >= this.#maxBuffered) {
      return this.#chunk !== undefined || !this.#over && this.#asked === undefined;
    }
    if (this.#chunk !== undefined) {
      this.#held.push(this.#kept(this.#chunk));
      this.#heldSize += this.#chunk.length;
      this.#chunk = undefined;
    }
    return false;
  }

  open(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      type: "bytes",
      start: (controller) => {
        this.#controller = controller as ReadableByteStreamController;
        if (this.#left === 0) controller.close();
        else if (this.#ended !== undefined) controller.error(this.#ended.reason);
      },
      pull: () => {
        const { promise } = this.#asked = Promise.withResolvers<void>();
        this.#give();
        if (this.#asked !== undefined) this.#released();
        return promise;
      },
      cancel: () => this.skip(),
    });
  }

  skip(): void {
    this.#end(new StateError("The body is not open any more: its loop has gone on, or has ended"));
  }

  /** The octets that have not come will not come. */
  fail(reason: unknown): void {
    if (!this.#over) this.#end(reason);
  }

  #end(reason: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason };
    if (this.#left > 0) this.#controller?.error(reason);
    this.#chunk = undefined;
    this.#held = [];
    this.#asked?.resolve();
    this.#released();
  }

  #kept(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#isOwn ? chunk as Uint8Array<ArrayBuffer> : new Uint8Array(chunk);
  }

  /** Gives the stream what is here, if it has asked. */
  #give(): void {
    const octets = this.#held[0] ?? this.#chunk;
    if (octets === undefined || this.#asked === undefined) return;
    const request = this.#controller!.byobRequest;
    const view = request?.view;
    const count = view ? Math.min(view.byteLength, octets.length) : octets.length;
    const rest = count < octets.length ? octets.subarray(count) : undefined;
    const own = this.#held.length > 0;
    if (own) {
      this.#heldSize -= count;
      if (rest === undefined) this.#held.shift();
      else this.#held[0] = rest as Uint8Array<ArrayBuffer>;
    } else {
      this.#chunk = rest;
    }
    if (view) {
      new Uint8Array(view.buffer, view.byteOffset, count).set(octets.subarray(0, count));
      request!.respond(count);
    } else {
      this.#controller!.enqueue(own ? octets as Uint8Array<ArrayBuffer> : this.#kept(octets));
    }
    this.#gave(count);
  }

  #gave(count: number): void {
    this.#left -= count;
    this.#asked?.resolve();
    this.#asked = undefined;
    if (this.#left > 0) return;
    this.#controller!.close();
    // A read into the buffer of a caller that waits is not ended by that.
    this.#controller!.byobRequest?.respond(0);
    this.#released();
  }
}

/** Bodies one after the other; each is open until the next one is asked for. */
export class Bodies implements AsyncIterableIterator<FetchBody, undefined> {
  readonly #next: () => Promise<IteratorResult<FetchBody, undefined>>;
  readonly #left: () => void;
  #last: Promise<IteratorResult<FetchBody, undefined>> | undefined;

  /**
   * @param next Waits for the next one.
   * @param left Told that no more are wanted.
   */
  constructor(next: () => Promise<IteratorResult<FetchBody, undefined>>, left: () => void) {
    this.#next = next;
    this.#left = left;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<FetchBody, undefined>> {
    const last = this.#last;
    const next = last === undefined ? this.#next() : this.#after(last);
    next.catch(() => {});
    return this.#last = next;
  }

  async #after(
    last: Promise<IteratorResult<FetchBody, undefined>>,
  ): Promise<IteratorResult<FetchBody, undefined>> {
    const { value } = await last;
    value?.skip();
    return await this.#next();
  }

  return(): Promise<IteratorResult<FetchBody, undefined>> {
    this.#left();
    return Promise.resolve({ done: true, value: undefined });
  }
}
