/** What must not be shown: servers repeat what they were told, in errors that end in logs. */

import { Raw } from "../values/raw.ts";

const encoder = /* @__PURE__ */ new TextEncoder();
const mask = "***";
/** Shorter pieces of base64 would be found in any text. */
const shortestPiece = 4;

/** The secrets that were told on one connection. */
export class Secrets {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;
  /** Length of the longest form. */
  #longest = 0;

  /**
   * Hides a secret from now on, in every form in which it can have been sent: as it is, in quotes, in base64, alone or
   * as a part of something longer.
   *
   * @param secret The secret; octets are a SASL message that holds one.
   */
  add(secret: string | Uint8Array): void {
    const before = this.#forms.size;
    const bytes = typeof secret === "string" ? encoder.encode(secret) : secret;
    if (bytes.length === 0) return;
    const latin1 = octetText(bytes);
    for (const text of typeof secret === "string" ? [secret, latin1] : [latin1]) {
      this.#forms.add(text);
      this.#forms.add(text.replace(/["\\]/g, "\\$&"));
    }
    for (const piece of base64Pieces(latin1)) this.#forms.add(piece);
    if (this.#forms.size === before) return;
    this.#pattern = undefined;
    for (const form of this.#forms) this.#longest = Math.max(this.#longest, form.length);
  }

  /** Text without the secrets. */
  redact(text: string): string {
    if (this.#forms.size === 0) return text;
    // The longest first, so that nothing of one is left when another is a part of it. Servers change case.
    this.#pattern ??= new RegExp(
      [...this.#forms].sort((a, b) => b.length - a.length).map(escaped).join("|"),
      "gi",
    );
    return text.replace(this.#pattern, mask);
  }

  /**
   * The beginning of a text without the secrets, and without the beginning of one at the cut.
   *
   * @param text The text, which may be cut already: what is longer than `most` ends earlier by the longest secret.
   * @param most How many characters are wanted at most.
   */
  redactHead(text: string, most: number): { line: string; whole: boolean } {
    if (text.length <= most) return { line: this.redact(text), whole: true };
    const redacted = this.redact(text.slice(0, most + this.#longest));
    return {
      line: redacted.slice(0, Math.max(0, Math.min(most, redacted.length - this.#longest))),
      whole: false,
    };
  }

  /** The same for a value of a response: every text in it. A value without secrets is given back as it is. */
  redactValue<T>(value: T): T {
    return this.#forms.size === 0 ? value : this.#redactValue(value, 0) as T;
  }

  #redactValue(value: unknown, depth: number): unknown {
    if (typeof value === "string") return this.redact(value);
    if (typeof value !== "object" || value === null) return value;
    // No rule of the grammar nests the data of a code so deep.
    if (depth > 10) return mask;
    if (value instanceof Raw || value instanceof Uint8Array) {
      const text = value instanceof Raw ? value.toString() : octetText(value);
      const redacted = this.redact(text);
      if (redacted === text) return value;
      const bytes = encoder.encode(redacted);
      return value instanceof Raw ? new Raw(bytes, []) : bytes;
    }
    if (Array.isArray(value)) return value.map((each) => this.#redactValue(each, depth + 1));
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    const entries = Object.entries(value).map(([name, each]) => [name, this.#redactValue(each, depth + 1)]);
    return Object.fromEntries(entries);
  }
}

/**
 * What base64 makes of octets wherever they begin in a longer text: the characters on which nothing has an influence but
 * these octets. At each of the three places it is another text.
 */
function base64Pieces(latin1: string): string[] {
  const pieces = [btoa(latin1)];
  for (let before = 0; before < 3; before++) {
    const text = btoa("\0".repeat(before) + latin1 + "\0\0");
    const piece = text.slice(Math.ceil(before * 8 / 6), Math.floor((before + latin1.length) * 8 / 6));
    if (piece.length >= shortestPiece) pieces.push(piece);
  }
  return pieces;
}

/** One character for each octet. */
function octetText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
