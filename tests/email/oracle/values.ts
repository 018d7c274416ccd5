// How values are written in the oracle's JSON: see the head of email_oracle.py.

import { createHash } from "node:crypto";
import { attempt, failed, hex, unhex, utf8 } from "./octets.ts";
import { Header, type HeaderValue, type Message, type ParamValue } from "../../../email/mod.ts";

export { attempt, failed, hex, unhex, utf8 };

export type Json = unknown;

/** The options of the two programs that change what is written. */
export const options = { full: false, crlf: false, slow: false };

const HEAD = 48;

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
