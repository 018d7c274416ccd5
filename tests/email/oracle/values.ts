// How values are written in the oracle's JSON: see the head of email_oracle.py.

import { createHash } from "node:crypto";
import { Header, type HeaderValue, type Message, type ParamValue } from "../../../email/mod.ts";

export type Json = unknown;

/** The options of the two programs that change what is written. */
export const options = { full: false, crlf: false, slow: false };

const HEAD = 48;

export function hex(bytes: Uint8Array): string {
  let out = "";
  for (const octet of bytes) out += octet.toString(16).padStart(2, "0");
  return out;
}

export function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** UTF-8 with lone surrogates as three octets each (Python's surrogatepass). */
export function utf8(text: string): Uint8Array {
  if (text.isWellFormed()) return new TextEncoder().encode(text);
  const out: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code >= 0xd800 && code < 0xe000) {
      out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    } else out.push(...new TextEncoder().encode(character));
  }
  return Uint8Array.from(out);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function textDigest(text: string): Json {
  let length = 0;
  let head = "";
  for (const character of text) {
    if (length++ < HEAD) head += character;
  }
  const digest = { len: length, sha256: sha256(utf8(text)), head };
  return options.full ? { ...digest, text } : digest;
}

export function bytesDigest(bytes: Uint8Array): Json {
  const digest = { len: bytes.length, sha256: sha256(bytes), head: hex(bytes.subarray(0, HEAD)) };
  if (!options.full) return digest;
  let binary = "";
  for (const octet of bytes) binary += String.fromCharCode(octet);
  return { ...digest, b64: btoa(binary) };
}

export function digest(value: unknown): Json {
  if (typeof value === "string") return { str: textDigest(value) };
  if (value instanceof Uint8Array) return { bytes: bytesDigest(value) };
  if (Array.isArray(value)) return { list: value.length };
  return value === null ? null : { other: typeof value };
}

/** The value of a call, or the name of what it throws. */
export function attempt<T>(call: () => T): T | { error: string } {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error: error.name };
  }
}

export function failed(value: unknown): value is { error: string } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "error" in value;
}

export function headerValue(value: HeaderValue): Json {
  if (value instanceof Header) {
    return { header: value.chunks.map(([text, charset]) => [text, String(charset)]) };
  }
  return value;
}

export function paramValue(value: ParamValue | null): Json {
  return Array.isArray(value) ? { rfc2231: value } : value;
}

export function params(value: [string, ParamValue][] | null): Json {
  return value === null ? null : value.map(([name, item]) => [name, paramValue(item)]);
}

export function chunks(value: [string | Uint8Array, string | null][]): Json {
  return value.map(([text, charset]) => [typeof text === "string" ? text : { b: hex(text) }, charset]);
}

export function defects(message: Message): [string, string | null][] {
  return message.defects.map((defect) => [defect.name, defect.line]);
}
