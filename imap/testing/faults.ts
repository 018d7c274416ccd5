/** Misbehaviour on demand: what the test server does wrong, and when. */

import type { Response } from "../codec/_gen/types.ts";
import { specs } from "../codec/_gen/specs.ts";
import { checkFields } from "../codec/arguments.ts";
import { type Change, changeFields } from "./change.ts";

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
  /** So many times: from the n-th on, or the first so many. */
  times?: number;
  /** Only on this connection; the first has number 1. */
  connection?: number;
  /** Answers with this instead of running the command. */
  refuse?: {
    /** The tagged status. */
    status: "NO" | "BAD";
    /** What follows it; a response code is in brackets in front. */
    text?: string;
    /** True: refuses when the client asks to send the first synchronizing literal, instead of `+`. */
    beforeLiteral?: boolean;
  };
  /** Sends exactly this instead of the whole answer; `%TAG%` is the command's tag. */
  reply?: string | Uint8Array;
  /** Sends `* BYE` with this text and closes the connection instead of running the command. */
  bye?: string;
  /**
   * Refuses the command where more than `commands` of them were run within `within` milliseconds of the server's clock.
   * In the text, `%MS%` is the time until the next may be run. `NO [LIMIT] Request is throttled. Suggested Backoff Time:
   * %MS% milliseconds`, as Exchange says it, when left out.
   */
  throttle?: { commands: number; within: number; status?: "NO" | "BAD"; text?: string };
  /** What happens from outside before the command is run: deliveries, expunges, a restart. */
  meanwhile?: Change | readonly Change[];
  /** True: the command is neither run nor answered; the connection stays open. */
  silence?: boolean;
  /** The tagged line carries this tag instead of the command's. */
  wrongTag?: string;
  /** True: sends each response of the answer twice. */
  twice?: boolean;
  /**
   * Leaves out of the answer what has one of these names: response codes, untagged responses, items of FETCH and STATUS.
   * `["UIDNEXT"]` is a server that does not tell it.
   */
  omit?: readonly string[];
  /** Closes the connection after so many octets of the answer. 0: the command is run, and no answer is sent. */
  dropAfter?: number;
  /** Closes the connection once so many octets were sent on it in all, the greeting among them. */
  dropSessionAfter?: number;
  /** Closes the connection after so many octets of the first literal that the client sends; the command is not run. */
  dropInUpload?: number;
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

const faultFields: Readonly<Record<keyof Fault, string>> = {
  on: "text?",
  nth: "number?",
  times: "number?",
  connection: "number?",
  refuse: "object?",
  reply: "any?",
  bye: "text?",
  throttle: "object?",
  meanwhile: "object*?",
  silence: "bool?",
  wrongTag: "text?",
  twice: "bool?",
  omit: "text*?",
  dropAfter: "number?",
  dropSessionAfter: "number?",
  dropInUpload: "number?",
  dropInLiteral: "number?",
  delay: "number?",
  splitEvery: "number?",
  rewrite: "function?",
};

const refuseFields: Readonly<Record<keyof NonNullable<Fault["refuse"]>, string>> = {
  status: "NO|BAD",
  text: "text?",
  beforeLiteral: "bool?",
};

const throttleFields: Readonly<Record<keyof NonNullable<Fault["throttle"]>, string>> = {
  commands: "number",
  within: "number",
  status: "NO|BAD?",
  text: "text?",
};

/** What Exchange says (imapsync issue 198). */
const THROTTLED = "[LIMIT] Request is throttled. Suggested Backoff Time: %MS% milliseconds";

/** A fault and what is counted for it. */
interface Entry {
  readonly fault: Fault;
  seen: number;
  /** When the commands were run that count for `throttle`. */
  run: number[];
}

/**
 * The faults of a server, with how often each has been reached.
 *
 * @example
 * ```ts
 * import { startServer } from "@postern/postern/testing";
 * import { assertRejects } from "@std/assert";
 * import { connect } from "@postern/postern/imap/core";
 *
 * await using server = await startServer();
 * server.faults.add({ on: "NOOP", refuse: { status: "NO", text: "not now" } });
 * await using client = await connect({ transport: server.connect() });
 * await assertRejects(() => client.noop(), Error, "not now");
 * ```
 */
export class FaultScript {
  readonly #entries: Entry[] = [];

  /** Makes a script; see {@linkcode add}. */
  constructor(faults: Iterable<Fault> = []) {
    for (const fault of faults) this.add(fault);
  }

  /**
   * Adds a fault.
   *
   * @param fault what goes wrong, and when
   * @throws {TypeError} for a member that no fault has, and for a value of another kind
   * @throws {RangeError} for a number that makes no sense, for a text of more than one line, and for a command that there is not
   */
  add(fault: Fault): void {
    checkFields("a fault", fault, faultFields);
    if (fault.on !== undefined && !isCommand(fault.on.toUpperCase())) {
      throw new RangeError(`a fault: there is no command ${fault.on}`);
    }
    if (fault.refuse !== undefined) checkFields("a fault: refuse", fault.refuse, refuseFields);
    if (fault.throttle !== undefined) checkFields("a fault: throttle", fault.throttle, throttleFields);
    for (const change of [fault.meanwhile ?? []].flat()) {
      checkFields("a fault: meanwhile", change, changeFields);
    }
    for (const name of ["nth", "times", "connection", "splitEvery"] as const) check(name, fault[name], 1);
    for (const name of ["dropAfter", "dropInLiteral", "dropSessionAfter", "dropInUpload", "delay"] as const) {
      check(name, fault[name], 0);
    }
    check("throttle.commands", fault.throttle?.commands, 0);
    check("throttle.within", fault.throttle?.within, 1);
    checkLine("refuse.text", fault.refuse?.text);
    checkLine("throttle.text", fault.throttle?.text);
    checkLine("bye", fault.bye);
    checkLine("wrongTag", fault.wrongTag);
    this.#entries.push({ fault, seen: 0, run: [] });
  }

  /** Removes all faults. */
  clear(): void {
    this.#entries.length = 0;
  }

  /**
   * The faults that apply now; counts this occasion.
   *
   * @param command a name such as `FETCH` or `UID FETCH`
   * @param where number of the connection, and the time in milliseconds
   * @param stage at the command, when the client asks to send a literal, or when a literal comes
   */
  take(
    command: string,
    where: { connection: number; now: number },
    stage: "command" | "literal" | "upload" = "command",
  ): Fault[] {
    const due: Fault[] = [];
    for (const entry of this.#entries) {
      const { fault } = entry;
      if (stageOf(fault) !== stage || !applies(fault.on, command)) continue;
      if (fault.connection !== undefined && fault.connection !== where.connection) continue;
      entry.seen += 1;
      const first = fault.nth ?? 1;
      const times = fault.times ?? (fault.nth === undefined ? Infinity : 1);
      if (entry.seen < first || entry.seen >= first + times) continue;
      due.push(fault.throttle === undefined ? fault : throttled(entry, fault.throttle, where.now));
    }
    return due;
  }
}

function stageOf({ dropInUpload, refuse }: Fault): "command" | "literal" | "upload" {
  if (dropInUpload !== undefined) return "upload";
  return refuse?.beforeLiteral ? "literal" : "command";
}

/** The fault with a refusal, where too many commands have come. */
function throttled(
  entry: Entry,
  { commands, within, status = "NO", text = THROTTLED }: NonNullable<Fault["throttle"]>,
  now: number,
): Fault {
  entry.run = entry.run.filter((time) => time > now - within);
  if (entry.run.length < commands) {
    entry.run.push(now);
    return entry.fault;
  }
  const wait = (entry.run[0] ?? now) + within - now;
  return { ...entry.fault, refuse: { status, text: text.replaceAll("%MS%", String(wait)) } };
}

function applies(on: string | undefined, command: string): boolean {
  if (on === undefined) return command !== "GREETING";
  const wanted = on.toUpperCase();
  return wanted === command || "UID " + wanted === command;
}

/** A command of the grammar; of one that begins with X, which is private, nothing is known. */
function isCommand(name: string): boolean {
  return name === "GREETING" || specs.has(name) || /^(?:UID )?X/.test(name);
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
