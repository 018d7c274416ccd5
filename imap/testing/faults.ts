/** Misbehaviour on demand: what the test server does wrong, and when. */

import type { Response } from "../codec/_gen/types.ts";

/**
 * One misbehaviour of the test server.
 *
 * `on` and `nth` say when; the other members say what, and may be combined (`delay` with `dropAfter`, say).
 *
 * @example
 * ```ts
 * import { type Fault, startServer } from "@postern/postern/testing";
 *
 * const thirdFetchIsThrottled: Fault = {
 *   on: "FETCH",
 *   nth: 3,
 *   refuse: { status: "NO", text: "[THROTTLED] Slow down" },
 * };
 * const lostInTheMiddle: Fault = { on: "FETCH", dropInLiteral: 17 };
 * await using server = await startServer({ faults: [thirdFetchIsThrottled, lostInTheMiddle] });
 * ```
 */
export interface Fault {
  /**
   * The command it applies to: `"FETCH"` (UID FETCH too), `"UID FETCH"` (only that), `"GREETING"` for what is sent
   * before any command. Left out: every command.
   */
  on?: string;
  /** Only the n-th time, counted from 1 over all connections of the server. Left out: every time. */
  nth?: number;
  /** Answers with this instead of running the command. */
  refuse?: {
    /** The tagged status. */
    status: "NO" | "BAD";
    /** What follows it; a response code stands in brackets in front. */
    text?: string;
    /** True: refuses when the client asks to send the first synchronizing literal, instead of `+`. */
    beforeLiteral?: boolean;
  };
  /** Sends exactly this instead of the whole answer; `%TAG%` stands for the command's tag. */
  reply?: string | Uint8Array;
  /** Sends `* BYE` with this text and closes the connection instead of running the command. */
  bye?: string;
  /** True: the command is neither run nor answered; the connection stays open. */
  silence?: boolean;
  /** The tagged line carries this tag instead of the command's. */
  wrongTag?: string;
  /** True: sends each response of the answer twice. */
  twice?: boolean;
  /** Closes the connection after so many octets of the answer. */
  dropAfter?: number;
  /** Closes the connection after so many octets of the answer's first literal. */
  dropInLiteral?: number;
  /** Milliseconds to wait before the answer. */
  delay?: number;
  /** Writes the answer in pieces of so many octets, each a write of its own. */
  splitEvery?: number;
  /**
   * Changes each response of the answer, tagged ones included: return another response, octets to send as they
   * stand, or null to send nothing.
   */
  rewrite?: (response: Response) => Response | Uint8Array | string | null;
}

/** The faults of a server, with how often each has been reached. */
export class FaultScript {
  readonly #entries: { fault: Fault; seen: number }[] = [];

  /** Makes a script; see {@linkcode add}. */
  constructor(faults: Iterable<Fault> = []) {
    for (const fault of faults) this.add(fault);
  }

  /**
   * Adds a fault.
   *
   * @param fault what goes wrong, and when
   * @throws {RangeError} for a number that makes no sense, and for a text of more than one line
   */
  add(fault: Fault): void {
    check("nth", fault.nth, 1);
    check("dropAfter", fault.dropAfter, 0);
    check("dropInLiteral", fault.dropInLiteral, 0);
    check("delay", fault.delay, 0);
    check("splitEvery", fault.splitEvery, 1);
    checkLine("refuse.text", fault.refuse?.text);
    checkLine("bye", fault.bye);
    checkLine("wrongTag", fault.wrongTag);
    this.#entries.push({ fault, seen: 0 });
  }

  /** Removes all faults. */
  clear(): void {
    this.#entries.length = 0;
  }

  /** The faults that apply now; counts this occasion. `command` is a name such as `FETCH` or `UID FETCH`. */
  take(command: string, stage: "command" | "literal" = "command"): Fault[] {
    const due: Fault[] = [];
    for (const entry of this.#entries) {
      const { on, nth, refuse } = entry.fault;
      if ((refuse?.beforeLiteral === true) !== (stage === "literal")) continue;
      if (!applies(on, command)) continue;
      entry.seen += 1;
      if (nth === undefined || nth === entry.seen) due.push(entry.fault);
    }
    return due;
  }
}

function applies(on: string | undefined, command: string): boolean {
  if (on === undefined) return command !== "GREETING";
  const wanted = on.toUpperCase();
  return wanted === command || "UID " + wanted === command;
}

function check(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw new RangeError(`${name} must be an integer of at least ${least}, not ${value}`);
}

function checkLine(name: string, text: string | undefined): void {
  if (text !== undefined && (text === "" || /[\r\n\0]/.test(text))) {
    throw new RangeError(`${name} must be one line of text`);
  }
}
