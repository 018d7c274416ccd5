/** Octets of a message or of one of its parts, in pieces that a lost connection does not cost twice. */

import type { Clock } from "../../base/clock.ts";
import { CommandError } from "../../base/errors.ts";
import type { ImapClient } from "../../client/client.ts";
import { checkFields } from "../../codec/arguments.ts";
import type { FetchResponse } from "../../codec/_gen/types.ts";
import type { FetchItem } from "../../values/fetch_item.ts";
import { MessageGoneError } from "../errors.ts";
import { messageId, type MessagePlace } from "../message_id.ts";
import type { Jobs } from "../pool/jobs.ts";
import type { Encoding } from "../../../email/content/transfer.ts";
import { transferDecoder } from "./transfer_stream.ts";
import { withCaller, withFrames } from "../../base/frames.ts";

/** How a download gets on. */
export interface Progress {
  /** How many octets or messages are done. */
  done: number;
  /** How many there are, as far as that is known beforehand. */
  total: number;
}

/** How to read something that may be long. */
export interface ReadOptions {
  /** Gives up. */
  signal?: AbortSignal | undefined;
  /** Told after each piece; octets are counted as they are transferred. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** The kinds of {@linkcode ReadOptions}. */
const readFields = { signal: "signal?", onProgress: "function?" };

/** What is to be read. */
export interface Readable {
  /** Number of the part; empty for the whole message. */
  part: string;
  encoding: Encoding;
  /** Octets as they are transferred. */
  encodedSize: number;
}

/** What one FETCH asks for. */
interface Piece {
  name: "BODY" | "BINARY";
  /** Number of the part; empty for the whole message. */
  part: string;
  /** The first octet. */
  at: number;
  /** How many; undefined: all of them. */
  size: number | undefined;
}

/** Octets of the smallest piece: lines of 76 characters of base64, so that pieces end where groups do. */
const piece = 78 * 6_750;
/**
 * Octets of the largest, 2 MiB: one piece is being used and one is on its way. Each costs a round trip, since the answers to two FETCH of
 * one message cannot be told apart: at 50 ms, 10 MiB took 1.8 s in pieces of the smallest size.
 */
const largest = 4 * piece;
/** A piece that took less time than this, in milliseconds, is followed by one of twice its size; one that took more, of half. */
const quick = 500;
const slow = 2000;
/** So much is asked for at once, without a range, which some servers get wrong. */
const small = largest;
/**
 * BINARY (RFC 3516) saves a quarter of what is transferred, above what its refusal may cost. Of a part that comes in many pieces a server
 * may decode all that is before each of them: Dovecot keeps what it has decoded for a minute, Cyrus does not.
 */
const worthBinary = 64 * 1024;
const mostBinary = 16 * 1024 * 1024;

/** Reads octets of the messages of an account. */
export class PartReader {
  readonly #jobs: Jobs;
  /** A server that offers BINARY and then refuses it, as iCloud does, is not asked again. */
  #binaryFails = false;

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  /** Times. */
  get clock(): Clock {
    return this.#jobs.clock;
  }

  /**
   * Reads octets as they are transferred.
   *
   * @param most How many, from the beginning; all when undefined.
   */
  async octets(
    place: MessagePlace,
    part: string,
    most: number | undefined,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const size = most === undefined ? undefined : Math.max(1, most);
    return await this.piece(place, { name: "BODY", part, at: 0, size }, signal);
  }

  /** The content in pieces, its transfer encoding undone. */
  stream(place: MessagePlace, what: Readable, options: ReadOptions = {}): ReadableStream<Uint8Array> {
    checkFields("stream()", options, readFields);
    const call = new Error();
    const stop = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
    const pieces = this.#pieces(place, what, { ...options, signal });
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const next = await pieces.next().catch((error) => {
          throw withFrames(error, call);
        });
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        // Of a server that is silent, the piece that is on its way would be waited for.
        stop.abort();
        await pieces.return(undefined);
      },
    }, { highWaterMark: 0 });
  }

  /** All of the content. */
  async bytes(place: MessagePlace, what: Readable, options: ReadOptions = {}): Promise<Uint8Array> {
    checkFields("bytes()", options, readFields);
    const pieces: Uint8Array[] = await withCaller(() => Array.fromAsync(this.#pieces(place, what, options)));
    const size = pieces.reduce((sum, { length }) => sum + length, 0);
    if (pieces.length === 1) return pieces[0]!;
    const out = new Uint8Array(size);
    let at = 0;
    for (const one of pieces) {
      out.set(one, at);
      at += one.length;
    }
    return out;
  }

  async *#pieces(
    place: MessagePlace,
    what: Readable,
    { signal, onProgress }: ReadOptions,
  ): AsyncGenerator<Uint8Array, undefined> {
    // BINARY (RFC 3516) is asked for once, before anything was given away: what it decodes has other offsets.
    const wire = new Wire(this, place, what, !this.#binaryFails, signal);
    if (wire.binary) {
      try {
        await wire.first();
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        this.#binaryFails = true;
        wire.withoutBinary();
      }
    }
    const decoder = transferDecoder(wire.binary ? "identity" : what.encoding);
    let done = 0;
    const total = what.encodedSize;
    for await (const octets of wire.pieces()) {
      done += octets.length;
      onProgress?.({ done: wire.binary ? Math.min(total, Math.round(done * 78 / 57)) : done, total });
      const decoded = decoder.push(octets);
      if (decoded.length > 0) yield decoded;
    }
    const rest = decoder.end();
    if (rest.length > 0) yield rest;
    return undefined;
  }

  /**
   * One piece as the server gives it.
   *
   * @throws {MessageGoneError} When the message is not there any more.
   * @throws {CommandError} When the server gives something else.
   */
  async piece(place: MessagePlace, what: Piece, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { mailbox } = place;
    return await this.#jobs.run({ mailbox, signal }, async ({ client, selection }) => {
      if (selection.uidValidity !== place.uidValidity) throw new MessageGoneError("reset", messageId(place));
      const { capabilities, enabled } = client;
      if (what.name === "BINARY" && !capabilities?.has("BINARY") && !enabled.has("IMAP4REV2")) {
        throw new CommandError("UID FETCH", undefined, undefined, "The server does not offer BINARY");
      }
      return await fetchPiece(client, place, what, signal);
    });
  }
}

/** A part on its way. The next piece is asked for while this one is being used. */
class Wire {
  binary: boolean;
  readonly #reader: PartReader;
  readonly #place: MessagePlace;
  readonly #what: Readable;
  readonly #signal: AbortSignal | undefined;
  #first: Promise<Uint8Array> | undefined;
  /** Octets of the next piece. */
  #size = piece;
  /** When the last piece had come, by the monotonic clock. */
  #arrived = -Infinity;

  constructor(
    reader: PartReader,
    place: MessagePlace,
    what: Readable,
    mayBinary: boolean,
    signal: AbortSignal | undefined,
  ) {
    this.#reader = reader;
    this.#place = place;
    this.#what = what;
    this.#signal = signal;
    const { encoding, encodedSize } = what;
    this.binary = mayBinary && encoding === "base64" && encodedSize > worthBinary &&
      encodedSize <= mostBinary;
  }

  async first(): Promise<void> {
    await (this.#first ??= this.#ask(0, piece));
  }

  withoutBinary(): void {
    this.binary = false;
    this.#first = undefined;
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    const { encodedSize } = this.#what;
    const announced = this.binary ? encodedSize * 57 / 78 : encodedSize;
    const whole = this.#isWhole;
    const asked = [{ at: 0, size: piece, octets: this.#first ?? this.#ask(0, piece) }];
    let next = piece;
    const ask = () => {
      const [at, size] = [next, this.#size];
      next += size;
      const octets = this.#ask(at, size);
      octets.catch(() => {});
      asked.push({ at, size, octets });
    };
    for (;;) {
      // Ahead only of what the server has announced; after that it is asked step by step for what may be there still.
      while (!whole && asked.length < 2 && next < announced) ask();
      const { at, size, octets: coming } = asked.shift()!;
      let octets = await coming;
      // A piece that is shorter than asked for is the last one, whatever size was announced; a longer one is everything.
      const isLast = whole || octets.length !== size;
      if (!whole && octets.length > size) octets = octets.subarray(at);
      if (!isLast && asked.length === 0) ask();
      if (octets.length > 0) yield octets;
      if (isLast) return;
    }
  }

  /** Small enough to be asked for at once. */
  get #isWhole(): boolean {
    return this.#what.encodedSize <= small;
  }

  async #ask(at: number, size: number): Promise<Uint8Array> {
    const name = this.binary ? "BINARY" : "BODY";
    const what: Piece = { name, part: this.#what.part, at, size: this.#isWhole ? undefined : size };
    const { clock } = this.#reader;
    const asked = clock.monotonic();
    const octets = await this.#reader.piece(this.#place, what, this.#signal);
    const now = clock.monotonic();
    const took = now - Math.max(asked, this.#arrived);
    this.#arrived = now;
    if (took < quick) this.#size = Math.min(this.#size * 2, largest);
    else if (took > slow) this.#size = Math.max(this.#size / 2, piece);
    return octets;
  }
}

async function fetchPiece(
  client: ImapClient,
  place: MessagePlace,
  { name, part, at, size }: Piece,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const range = size === undefined ? "" : `<${at}.${size}>`;
  const item = `${name}.PEEK[${part}]${range}` as FetchItem;
  const all: FetchResponse[] = await client.uidFetch(place.uid, [item], { signal }).asSent();
  const rows = all.filter(({ uid }) => uid === place.uid);
  if (rows.length === 0) throw new MessageGoneError("gone", messageId(place));
  // A row about its flags alone may come besides; and what was not asked for must not get into a file.
  const sections = rows.flatMap((row) => row.sections).filter(({ origin = at }) => origin === at);
  const section = sections.find((one) => one.name === part) ??
    // Under a name of the server's own, which is not the number of another part.
    sections.find((one) => !/^[\d.]*$/.test(one.name));
  if (section !== undefined) return section.data ?? new Uint8Array(0);
  const text = `the server gives something else than part ${JSON.stringify(part)} of message ${place.uid}`;
  throw new CommandError("UID FETCH", undefined, undefined, text);
}
