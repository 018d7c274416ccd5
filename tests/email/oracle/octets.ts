// Helpers that need nothing of Node's but files, so that workerd runs what uses them.

import { readFileSync } from "node:fs";
import { toText } from "@std/streams";

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

/** The lines of a gzipped file of JSON lines. */
export async function readLines(url: URL): Promise<unknown[]> {
  const packed = new Blob([new Uint8Array(readFileSync(url))]);
  const text: string = await toText(packed.stream().pipeThrough(new DecompressionStream("gzip")));
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

/** SHA-256 in hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))));
}
