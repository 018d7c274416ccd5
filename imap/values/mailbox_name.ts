/**
 * Mailbox names between the wire and Unicode strings, without loss in either direction.
 *
 * A name that LIST returned must work in SELECT, whatever bytes the server chose. So a byte that has no canonical
 * reading becomes the lone surrogate U+DC00 + byte (the convention of Python's `surrogateescape`), and becomes
 * that byte again when the name is sent. The same holds for the `&` of a shift sequence that no conforming encoder
 * would have written: decoding it and encoding the result would give other bytes, so another mailbox.
 */

import { kindOf } from "../base/option_names.ts";
import { isUtf8 } from "./utf8.ts";

const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
const sextets: Int8Array = new Int8Array(256).fill(-1);
for (let i = 0; i < base64.length; i++) sextets[base64.charCodeAt(i)] = i;

const ampersand = 0x26;
const minus = 0x2d;
const escapeBase = 0xdc00;

const loneSurrogates = /(\p{Cs})/u;
const utf8Encoder = /* @__PURE__ */ new TextEncoder();
const utf8Decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads a mailbox name as a server wrote it.
 *
 * A name that is INBOX in any mixture of case is given as `INBOX` (RFC 9051 5.1). Everything else is given so that
 * {@linkcode encodeMailboxName} returns exactly the bytes that were read.
 *
 * RFC 3501 section 5.1.3, RFC 9051 section 5.1.
 *
 * @param wire the octets between the quotes or of the literal or atom; a string means its UTF-8 form, lone
 *   surrogates U+DC80 to U+DCFF in it for single bytes
 * @param utf8 true where names are UTF-8 (after ENABLE of IMAP4rev2 or UTF8=ACCEPT), false for modified UTF-7
 * @returns the name as a Unicode string
 *
 * @example
 * ```ts
 * import { decodeMailboxName } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeMailboxName("Entw&APw-rfe", false), "Entwürfe");
 * assertEquals(decodeMailboxName("inbox", false), "INBOX");
 * ```
 */
export function decodeMailboxName(wire: string | Uint8Array, utf8: boolean): string {
  if (typeof wire === "string" && isPlain(wire, utf8)) return isInbox(wire) ? "INBOX" : wire;
  const bytes = typeof wire === "string" ? escapedBytes(wire) : wire;
  const name = utf8 ? decodeUtf8(bytes) : decodeShifted(bytes);
  return isInbox(name) ? "INBOX" : name;
}

/**
 * Writes a mailbox name for the wire.
 *
 * RFC 3501 section 5.1.3, RFC 9051 section 5.1.
 *
 * @param name the name; lone surrogates U+DC00 to U+DCFF represent single bytes, as
 *   {@linkcode decodeMailboxName} gives them
 * @param utf8 true where names are UTF-8, false for modified UTF-7
 * @returns the octets, to be sent as an atom, quoted string or literal
 * @throws {RangeError} when the name holds an unpaired surrogate that does not represent a byte
 *
 * @example
 * ```ts
 * import { encodeMailboxName } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new TextDecoder().decode(encodeMailboxName("Entwürfe", false)), "Entw&APw-rfe");
 * ```
 */
export function encodeMailboxName(name: string, utf8: boolean): Uint8Array {
  if (typeof name !== "string") throw new TypeError(`a mailbox name must be text, not ${kindOf(name)}`);
  if (isInbox(name)) return utf8Encoder.encode("INBOX");
  if (isPlain(name, utf8)) return utf8Encoder.encode(name);
  return utf8 ? escapedBytes(name) : encodeShifted(name);
}

/** Printable ASCII that means itself: the common case, told by one look at each character. */
function isPlain(text: string, utf8: boolean): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || (code === ampersand && !utf8)) return false;
  }
  return true;
}

function isInbox(name: string): boolean {
  if (name.length !== 5) return false;
  // not toUpperCase: it also turns the dotless i (U+0131) into I
  for (let i = 0; i < 5; i++) if ((name.charCodeAt(i) | 0x20) !== "inbox".charCodeAt(i)) return false;
  return true;
}

function decodeShifted(bytes: Uint8Array): string {
  const out = new Units();
  let afterShift = false; // two shifts in a row are not canonical: an encoder would have written one
  for (let i = 0; i < bytes.length;) {
    const byte = bytes[i]!;
    if (byte !== ampersand) {
      out.push(byte >= 0x20 && byte <= 0x7e ? byte : escapeBase + byte);
      i++;
      afterShift = false;
      continue;
    }
    let end = i + 1;
    while (end < bytes.length && sextets[bytes[end]!]! >= 0) end++;
    if (end < bytes.length && bytes[end] === minus) {
      if (end === i + 1) {
        out.push(ampersand);
        i = end + 1;
        afterShift = false;
        continue;
      }
      const units = afterShift ? null : shiftedUnits(bytes, i + 1, end);
      if (units !== null) {
        for (const unit of units) out.push(unit);
        i = end + 1;
        afterShift = true;
        continue;
      }
    }
    out.push(escapeBase + ampersand);
    i++;
    afterShift = false;
  }
  return out.toString();
}

/** The UTF-16 code units of a shift sequence, or null when an encoder would have written something else. */
function shiftedUnits(bytes: Uint8Array, start: number, end: number): number[] | null {
  const units: number[] = [];
  let buffer = 0;
  let bits = 0;
  let high = false; // the last unit was a high surrogate
  for (let i = start; i < end; i++) {
    buffer = ((buffer << 6) | sextets[bytes[i]!]!) & 0x3fffff;
    bits += 6;
    if (bits < 16) continue;
    bits -= 16;
    const unit = (buffer >> bits) & 0xffff;
    if (unit >= 0x20 && unit <= 0x7e) return null;
    const low = unit >= 0xdc00 && unit <= 0xdfff;
    if (low !== high) return null;
    high = unit >= 0xd800 && unit <= 0xdbff;
    units.push(unit);
  }
  const padding = buffer & ((1 << bits) - 1);
  return high || bits >= 6 || padding !== 0 ? null : units;
}

function encodeShifted(name: string): Uint8Array {
  const out: number[] = [];
  let buffer = 0;
  let bits = 0;
  let open = false;
  const close = () => {
    if (!open) return;
    if (bits > 0) out.push(base64.charCodeAt((buffer << (6 - bits)) & 0x3f));
    out.push(minus);
    buffer = bits = 0;
    open = false;
  };
  const shift = (unit: number) => {
    if (!open) out.push(ampersand);
    open = true;
    buffer = ((buffer << 16) | unit) & 0x3fffff;
    bits += 16;
    while (bits >= 6) {
      bits -= 6;
      out.push(base64.charCodeAt((buffer >> bits) & 0x3f));
    }
  };
  for (const character of name) {
    const unit = character.charCodeAt(0);
    if (unit >= 0x20 && unit <= 0x7e) {
      close();
      out.push(unit);
      if (unit === ampersand) out.push(minus);
    } else if (isLone(character)) {
      close();
      out.push(escapedByte(unit));
    } else {
      for (let i = 0; i < character.length; i++) shift(character.charCodeAt(i));
    }
  }
  close();
  return Uint8Array.from(out);
}

function decodeUtf8(bytes: Uint8Array): string {
  return isUtf8(bytes) ? utf8Decoder.decode(bytes) : decodeDamagedUtf8(bytes);
}

/** UTF-8 in which every byte that belongs to no well-formed sequence becomes U+DC00 + byte. */
function decodeDamagedUtf8(bytes: Uint8Array): string {
  let text = "";
  let start = 0;
  for (let i = 0; i < bytes.length;) {
    const byte = bytes[i]!;
    const end = i + (byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);
    if (end <= bytes.length && isUtf8(bytes.subarray(i, end))) i = end;
    else {
      text += utf8Decoder.decode(bytes.subarray(start, i)) + String.fromCharCode(escapeBase + byte);
      start = ++i;
    }
  }
  return text + utf8Decoder.decode(bytes.subarray(start));
}

/** UTF-8 of a text in which lone surrogates U+DC00 to U+DCFF represent bytes. */
function escapedBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return utf8Encoder.encode(text);
  const out: number[] = [];
  for (const piece of text.split(loneSurrogates)) {
    if (isLone(piece)) out.push(escapedByte(piece.charCodeAt(0)));
    else for (const byte of utf8Encoder.encode(piece)) out.push(byte);
  }
  return Uint8Array.from(out);
}

function isLone(character: string): boolean {
  return character.length === 1 && !character.isWellFormed();
}

function escapedByte(unit: number): number {
  if (unit < escapeBase || unit > escapeBase + 0xff) {
    throw new RangeError(`mailbox name holds the unpaired surrogate U+${unit.toString(16).toUpperCase()}`);
  }
  return unit - escapeBase;
}

/** UTF-16 code units collected in pieces, since `String.fromCharCode` takes a limited number of arguments. */
class Units {
  #text = "";
  #pending: number[] = [];

  push(unit: number): void {
    this.#pending.push(unit);
    if (this.#pending.length === 1024) this.#flush();
  }

  #flush(): void {
    this.#text += String.fromCharCode(...this.#pending);
    this.#pending.length = 0;
  }

  toString(): string {
    this.#flush();
    return this.#text;
  }
}

/** Mailbox names are compared as they are, INBOX without regard to case (RFC 9051 5.1). */
export function mailboxKey(name: string): string {
  return isInbox(name) ? "INBOX" : name;
}
