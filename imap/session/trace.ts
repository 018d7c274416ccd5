/** What goes over one connection as lines to look at. What is secret is not in them, and neither are the octets of messages. */

import type { Progress, Secrets } from "./secrets.ts";
import type { Frame } from "../wire/frame.ts";

/** One line of what a connection does. */
export interface TraceEvent {
  /** Who says it: `sent` is of this side, `received` of the server; `state` tells what becomes of the connection. */
  readonly direction: "sent" | "received" | "state";
  /**
   * The line without its end. `***` is in place of passwords, tokens and all that a SASL mechanism answers, and of every text that
   * holds a secret which this connection was told; `<42 octets>` of a literal. A long line ends with `...`.
   */
  readonly line: string;
}

/** Is told each line; what it throws ends the connection. */
export type Trace = (event: TraceEvent) => void;

/** What of a line is shown. The answer to SEARCH may have ten million characters. */
const longest = 2_000;
/** The mark of a literal at the end of its line. */
const literalMark = /(?:~?)\{\d+\+?\}\r?\n/g;
const decoder = /* @__PURE__ */ new TextDecoder();

/** Tells the lines of one connection. */
export class Tracer {
  readonly #trace: Trace;
  readonly #secrets: Secrets;
  /** A secret may be spread over several lines. */
  readonly #come: Progress = new Map();

  /**
   * @param trace Who is told.
   * @param secrets What must not be shown.
   */
  constructor(trace: Trace, secrets: Secrets) {
    this.#trace = trace;
    this.#secrets = secrets;
  }

  /** Octets that are about to be written, as text in which secrets are masked already. */
  sent(text: string): void {
    if (text !== "") this.#tell("sent", text);
  }

  /** A response that has come. */
  received({ text, literals }: Frame): void {
    const whole = decoder.decode(text.subarray(0, 2 * longest));
    let index = 0;
    const line = whole.replace(literalMark, (mark) => {
      const size = literals[index++]?.length;
      return size === undefined ? mark.trimEnd() : `<${size} octets>`;
    });
    this.#tell("received", line, text.length > 2 * longest);
  }

  /** Something has become of the connection. */
  state(words: string): void {
    this.#tell("state", words);
  }

  #tell(direction: TraceEvent["direction"], text: string, more = false): void {
    const { line, whole } = this.#secrets.redactHead(
      text.replace(/\r\n$/, ""),
      longest,
      direction === "received",
      this.#come,
    );
    this.#trace({ direction, line: whole && !more ? line : `${line}...` });
  }
}
