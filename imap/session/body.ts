/** Octets of a message that are taken from the connection as they come, and are nowhere as a whole. RFC 9051 7.5.2. */

import { StateError } from "../base/errors.ts";
import type { FetchResponse, Section } from "../codec/_gen/types.ts";
import { loopedStream, type LoopResult, type LoopSource } from "./looped_stream.ts";
import type { LiteralSink } from "../wire/frame.ts";

/**
 * Reads into the buffer of a caller that are smaller go by way of the receive buffer. So does what is read without such a buffer: V8 sets
 * a new chunk to zero before it is read into, which takes as long as to copy what came.
 */
const directFrom = 16 * 1024;

/** What of a section is known before its octets have come. */
export type BodyHead = Omit<Section, "data">;

/**
 * Octets of one section of one message, as a stream.
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap/core";
 * import { startServer } from "@postern/postern/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await startServer({ mailboxes: { INBOX: ["Subject: hello\r\n\r\nworld\r\n"] } });
 * await using client = await connect({ transport: server.connect(), auth: { user: "alice", pass: "alice-pw" } });
 *
 * await client.examine("INBOX");
 * for await (const body of client.uidFetch(1, ["BODY.PEEK[TEXT]"]).bodies()) {
 *   assertEquals([body.seq, body.name, body.size], [1, "TEXT", 7]);
 *   assertEquals(await new Response(body.stream).text(), "world\r\n");
 * }
 * ```
 */
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
  open(): ReadableStream<Chunk>;
  /** Nobody reads it any more. */
  skip(): void;
}

/** The sections of a row whose octets have come already, from the given one on. */
export function bodiesOf(row: FetchResponse, from: number): FetchBody[] {
  return row.sections.slice(from).map(({ data, ...head }) => {
    const body = new OpenBody(data?.length ?? 0);
    // The stream takes the buffer over: others' must not go with it.
    if (data) body.write(data, data.length === data.buffer.byteLength);
    body.close();
    return new FetchBody(row, head, body, data?.length);
  });
}

/** What a stream gives: an array of its own. */
type Chunk = Uint8Array<ArrayBuffer>;

/** What a stream has asked for; a loop also says how it lets go of the stream. */
interface Asked extends PromiseWithResolvers<LoopResult | undefined> {
  free?: () => void;
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
  #held: Chunk[] = [];
  #heldSize = 0;
  #controller: ReadableByteStreamController | undefined;
  /** Settles when the stream, or a loop over it, has got something of what it asked for. */
  #asked: Asked | undefined;
  /** All octets have come from the connection. */
  #over = false;
  /** Why the rest is not wanted, or will not come. */
  #ended: (() => unknown) | undefined;

  /**
   * @param size How many octets will come.
   * @param maxBuffered Bytes that may wait here while other commands wait for the connection.
   * @param released Told when reading can go on.
   */
  constructor(size: number, maxBuffered = 0, released: () => void = () => {}) {
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

  open(): ReadableStream<Chunk> {
    const source: LoopSource = {
      type: "bytes",
      start: (controller) => {
        this.#controller = controller;
        if (this.#left === 0) controller.close();
        else if (this.#ended !== undefined) controller.error(this.#ended());
      },
      pull: () => {
        source.take = undefined;
        return this.#ask() as Promise<void>;
      },
      cancel: () => {
        // To tell it an error is refused by Bun 1.3, where it is closed by now.
        this.#controller = undefined;
        this.skip();
      },
      take: (free) => this.#take(free),
    };
    return loopedStream(source);
  }

  #take(free: () => void): Promise<LoopResult> {
    if (this.#asked !== undefined) {
      const again = () => this.#take(free);
      return this.#asked.promise.then(again, again);
    }
    if (this.#left > 0 && this.#ended === undefined) return this.#ask(free) as Promise<LoopResult>;
    free();
    return this.#left > 0
      ? Promise.reject(this.#ended!())
      : Promise.resolve({ done: true, value: undefined });
  }

  /** Asks for octets, which may be here. */
  #ask(free?: () => void): Promise<LoopResult | undefined> {
    const asked: Asked = Promise.withResolvers();
    if (free !== undefined) asked.free = free;
    this.#asked = asked;
    this.#give();
    if (this.#asked !== undefined) this.#released();
    return asked.promise;
  }

  skip(): void {
    this.#end(() => new StateError("The body is not open any more: its loop has gone on, or has ended"));
  }

  /** The octets that have not come will not come. */
  fail(reason: unknown): void {
    if (!this.#over) this.#end(() => reason);
  }

  #end(reason: () => unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#chunk = undefined;
    this.#held = [];
    // All of it was read: an error that nobody sees takes as long to make as 8 KiB take to come.
    if (this.#left > 0) this.#controller?.error(reason());
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.free?.();
    asked?.reject(reason());
    this.#released();
  }

  #kept(chunk: Uint8Array): Chunk {
    return this.#isOwn ? chunk as Chunk : new Uint8Array(chunk);
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
      else this.#held[0] = rest as Chunk;
    } else {
      this.#chunk = rest;
    }
    if (view) {
      new Uint8Array(view.buffer, view.byteOffset, count).set(octets.subarray(0, count));
      request!.respond(count);
    } else {
      const value = own ? octets as Chunk : this.#kept(octets);
      if (this.#asked.free !== undefined) this.#asked.resolve({ done: false, value });
      else this.#controller!.enqueue(value);
    }
    this.#gave(count);
  }

  #gave(count: number): void {
    this.#left -= count;
    this.#asked?.resolve(undefined);
    this.#asked = undefined;
    if (this.#left > 0) return;
    this.#controller!.close();
    // A read into the buffer of a caller that waits is not ended by that.
    this.#controller!.byobRequest?.respond(0);
    this.#released();
  }
}
