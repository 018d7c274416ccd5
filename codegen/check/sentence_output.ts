/** What a random sentence is written into. Used by tests only. */
import type { Decision } from "../model/ir.ts";

/** How sentences are made. */
export interface SentenceOptions {
  /** Put deviations in. */
  quirks: boolean;
  /** Mailbox names in UTF-8. */
  utf8: boolean;
  /** How deep rules may nest before everything takes the shortest way to its end. */
  depth?: number;
}

/** What has been written so far. */
export class Output {
  bytes: number[] = [];
  literals: Uint8Array[] = [];
  quirks = new Set<string>();
  damaged = false;
  /** Where something was left out, and the decision that must not see it there. */
  omissions: { at: number; decision: Decision }[] = [];

  /** Remembers that what was left out here must be seen to be left out. */
  omit(decision: Decision): void {
    this.omissions.push({ at: this.bytes.length, decision });
  }

  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.bytes.push(text.charCodeAt(i));
  }

  add(bytes: Iterable<number>): void {
    for (const byte of bytes) this.bytes.push(byte);
  }

  /** A literal, and its mark. */
  literal(octets: Uint8Array, eight = false): void {
    this.text(`${eight ? "~" : ""}{${octets.length}}\r\n`);
    this.literals.push(octets);
  }

  append(other: Output): void {
    const start = this.bytes.length;
    for (const { at, decision } of other.omissions) this.omissions.push({ at: start + at, decision });
    for (const byte of other.bytes) this.bytes.push(byte);
    for (const literal of other.literals) this.literals.push(literal);
    for (const quirk of other.quirks) this.quirks.add(quirk);
    this.damaged ||= other.damaged;
  }
}
