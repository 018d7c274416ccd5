/**
 * Mailbox files.
 *
 * @module
 */

import { Feed, piecesOf } from "../parse/feed.ts";
import { CR, LF } from "../text/octets.ts";
import { utf8Of } from "../text/utf8.ts";
import type { Mail } from "./model.ts";
import { readOctets } from "./read_mail.ts";
import { octetsFor } from "../text/given.ts";

/** How {@linkcode messagesFromMbox} reads. */
export interface MboxOptions {
  /**
   * Most octets of one message; what is longer is cut there and has a problem. Default 64 MiB.
   */
  maxBytes?: number;
  /**
   * Which quoting is undone: `mboxrd` takes a `>` from every line of `>`, more of them and `From `; `mboxo` from `>From ` only;
   * `none` leaves all of them. Default `mboxrd`, which is right for `mboxo` too, but for lines that had a `>` of their own.
   */
  quoting?: "mboxrd" | "mboxo" | "none";
}

const QUOTE = 0x3e;
/** 64 MiB. */
const MAX_BYTES = 67_108_864;
const MARK = [0xef, 0xbb, 0xbf];
const FROM = /* @__PURE__ */ utf8Of("From ");

/**
 * The messages of a mailbox file, one after the other. No more than one message is held.
 *
 * A message begins at a line that begins with `From ` and is the first, or comes after an empty line, whatever a Content-Length
 * says: programs that change messages leave wrong ones. Its envelope line is `mail.message.getUnixfrom()`.
 *
 * @param stream the octets of the file
 * @param options longest message, quoting
 *
 * @example
 * ```ts
 * import { messagesFromMbox } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const file = new Blob([
 *   "From ida Sat Nov 21 10:00:00 2026\nSubject: one\n\n>From here on.\n\n",
 *   "From kai Sat Nov 21 11:00:00 2026\nSubject: two\n\nText.\n",
 * ]);
 * const found = [];
 * for await (const mail of messagesFromMbox(file.stream())) found.push([mail.subject, mail.text]);
 * assertEquals(found, [["one", "From here on.\n"], ["two", "Text.\n"]]);
 * ```
 *
 * Source: RFC 4155 appendix A.
 */
export async function* messagesFromMbox(
  stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  options: MboxOptions = {},
): AsyncGenerator<Mail, void, undefined> {
  const reader = new MboxReader(options ?? {});
  for await (const piece of piecesOf("messagesFromMbox", stream)) {
    for (let rest = octetsFor("messagesFromMbox", piece); rest.length > 0;) {
      const [mail, used] = reader.add(rest);
      if (mail !== null) yield mail;
      rest = rest.subarray(used);
    }
  }
  const mail = reader.end();
  if (mail !== null) yield mail;
}

/** Takes octets in and gives a message when the next one begins. */
class MboxReader {
  readonly #maxBytes: number;
  readonly #quoting: NonNullable<MboxOptions["quoting"]>;
  #message: Feed = new Feed();
  /** How much of a byte order mark has been read; 3 where none is to come. */
  #mark = 0;
  /** Whether a message has begun. */
  #open = false;
  #cut = false;
  /** The start of a line, as long as it may be an envelope line or a quoted one. */
  #head: number[] = [];
  /** Whether the line before is empty, or there is none. */
  #afterBlank = true;
  /** Whether the start of the line has been looked at. */
  #inLine = false;
  #lineIsBlank = true;

  constructor({ maxBytes = MAX_BYTES, quoting = "mboxrd" }: MboxOptions) {
    if (!(maxBytes > 0)) throw new RangeError("maxBytes is not above 0");
    this.#maxBytes = maxBytes;
    this.#quoting = quoting;
  }

  /** Takes octets up to the start of the next message; that many were used. */
  add(bytes: Uint8Array): [mail: Mail | null, used: number] {
    let i = 0;
    while (i < bytes.length) {
      if (this.#inLine) {
        // The rest of the line, as a whole.
        const found = bytes.indexOf(LF, i);
        const end = found < 0 ? bytes.length : found + 1;
        for (let at = i; this.#lineIsBlank && at < end; at++) {
          if (bytes[at] !== LF && bytes[at] !== CR) this.#lineIsBlank = false;
        }
        this.#append(bytes.subarray(i, end));
        i = end;
        if (found >= 0) this.#endLine();
        continue;
      }
      const byte = bytes[i]!;
      // A byte order mark at the start of the file.
      if (this.#mark < 3 && byte === MARK[this.#mark]) {
        this.#mark++;
        i++;
        continue;
      }
      this.#mark = 3;
      const quotes = this.#head.findIndex((each) => each !== QUOTE);
      const depth = quotes < 0 ? this.#head.length : quotes;
      const at = this.#head.length - depth;
      if (byte === QUOTE && at === 0 && depth < 100) {
        this.#head.push(byte);
        i++;
        continue;
      }
      if (byte !== FROM[at]) {
        this.#startLine(depth, false);
        continue;
      }
      this.#head.push(byte);
      i++;
      if (at + 1 < FROM.length) continue;
      if (depth === 0 && this.#afterBlank) {
        const mail = this.#open ? this.#take() : null;
        this.#open = true;
        this.#startLine(0, true);
        if (mail !== null) return [mail, i];
      } else {
        this.#startLine(depth, true);
      }
    }
    return [null, i];
  }

  /** The last message. */
  end(): Mail | null {
    if (this.#head.length > 0) this.#startLine(0, false);
    return this.#open ? this.#take() : null;
  }

  /** What was held back of a line is text. */
  #startLine(depth: number, isFrom: boolean): void {
    const unquote = isFrom && depth > 0 &&
      (this.#quoting === "mboxrd" || this.#quoting === "mboxo" && depth === 1);
    const head = Uint8Array.from(unquote ? this.#head.slice(1) : this.#head);
    this.#head = [];
    this.#inLine = true;
    this.#lineIsBlank = head.length === 0;
    this.#append(head);
  }

  #endLine(): void {
    this.#afterBlank = this.#lineIsBlank;
    this.#inLine = false;
  }

  #append(bytes: Uint8Array): void {
    // What is before the first envelope line is not a message.
    if (!this.#open) return;
    const room = this.#maxBytes - this.#message.size;
    if (bytes.length > room) this.#cut = true;
    this.#message.add(bytes.subarray(0, room));
  }

  /** The message so far, without the empty line before the next envelope line. */
  #take(): Mail {
    const bytes = this.#message.bytes();
    let end = bytes.length;
    if (!this.#cut && end > 1 && bytes[end - 1] === LF) {
      const before = bytes[end - 2] === CR ? end - 2 : end - 1;
      if (before > 0 && bytes[before - 1] === LF) end = before;
    }
    const mail = readOctets(
      bytes.slice(0, end),
      this.#cut ? [{ kind: "limit", detail: "the message is longer than maxBytes and was cut" }] : [],
    );
    this.#message = new Feed();
    this.#cut = false;
    return mail;
  }
}
