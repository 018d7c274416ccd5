/** Mailbox names that a server writes in another way than this client would: they go back as they came. */

import { isUtf8 } from "./utf8.ts";

/** Names that are kept: a server may send names without end. */
const most = 10_000;

/** Octets of the longest name: it must go into a quoted string. */
const longest = 1000;

/** An octet that has no reading in modified UTF-7, as {@linkcode decodeMailboxName} gives it. */
const escaped = /[\udc80-\udcff]/;

// deno-lint-ignore no-control-regex
const beyondAscii = /[^\x00-\x7f]/;

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Names in raw UTF-8 from a server that has not enabled it (grommunio, Exchange connectors), by the text that they are shown as. Such
 * a server knows the mailbox by these octets only.
 */
export class KnownNames {
  readonly #names = new Map<string, Uint8Array>();

  /**
   * Takes note of a name.
   *
   * @param name The name as it was decoded, octets above 7F as lone surrogates.
   * @param bytes The octets it was decoded from.
   * @returns The name as it is shown.
   */
  read(name: string, bytes: Uint8Array): string {
    if (!beyondAscii.test(name)) return name;
    if (!escaped.test(name)) {
      // Written as it should be: that mailbox has the name, and one in raw UTF-8 keeps its surrogates.
      if (this.#names.size < most || this.#names.has(name)) this.#names.set(name, bytes.slice());
      return name;
    }
    if (!isUtf8(bytes) || name.length > longest) return name;
    const shown = decoder.decode(bytes);
    const known = this.#names.get(shown);
    // With an "&", the octets could be read in two ways.
    if (shown.includes("&") || known !== undefined && !same(known, bytes)) return name;
    if (known === undefined) {
      if (this.#names.size >= most) return name;
      this.#names.set(shown, bytes.slice());
    }
    return shown;
  }

  /** Forgets all of them. */
  clear(): void {
    this.#names.clear();
  }

  /**
   * How a name is written.
   *
   * @param name The name as it is shown.
   * @returns Its octets; undefined where it is written as the standard says.
   */
  written(name: string): Uint8Array | undefined {
    return this.#names.size === 0 ? undefined : this.#names.get(name);
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
