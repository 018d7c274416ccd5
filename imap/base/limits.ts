/** How much a peer may make the client hold, and how long it may make it wait. */

import { kindOf } from "./option_names.ts";

/** Upper bounds on what one server can make the client keep in memory. Every value is a positive integer. */
export interface Limits {
  /**
   * Bytes of one line of text, literals not counted. A longer one is skipped with its response, which costs the command and
   * not the connection. 16 MiB: the answer to SEARCH in a mailbox of a million messages has ten.
   */
  readonly maxLine: number;
  /** Bytes of one literal. A larger one is skipped with its response, which costs the command and not the connection. */
  readonly maxLiteral: number;
  /** Bytes of one response, text and literals together. A larger one is skipped in the same way. */
  readonly maxResponse: number;
  /** Levels of parentheses that are decoded into nested values; deeper data stays raw. */
  readonly maxDepth: number;
  /** Items of one response, and responses that one command collects. */
  readonly maxItems: number;
  /** Bytes held for a paused stream of rows while other commands wait for the same connection. */
  readonly maxBuffered: number;
  /**
   * Bytes held for a paused stream of rows before the client stops reading from the server. 128 KiB: with 1 MiB, FETCH of
   * metadata took a fifth more processor time under V8, which copied the rows that waited.
   */
  readonly readAhead: number;
  /**
   * Bytes of everything that waits on one connection, as it came: answers that commands collect, events that nobody has read,
   * what came while another mailbox was being selected, names that were enabled. The command that collects fails then; of
   * events the oldest are dropped and counted.
   */
  readonly maxHeld: number;
  /** Events held for an iterator that is not being read; older ones are then dropped and counted. */
  readonly maxEvents: number;
  /**
   * Octets of the largest literal that is sent without waiting until the server asks for it, where it allows that (RFC 7888).
   * A server can refuse a larger one before it is sent.
   */
  readonly maxNonSync: number;
}

/** The limits that hold where the caller gives none. */
export const defaultLimits: Limits = /* @__PURE__ */ Object.freeze({
  maxLine: 16 * 1024 * 1024,
  maxLiteral: 64 * 1024 * 1024,
  maxResponse: 256 * 1024 * 1024,
  maxDepth: 100,
  maxItems: 1_000_000,
  maxBuffered: 64 * 1024 * 1024,
  readAhead: 128 * 1024,
  maxHeld: 256 * 1024 * 1024,
  maxEvents: 10_000,
  maxNonSync: 16 * 1024,
});

/** How long each kind of wait may last, in milliseconds. Every value is a positive integer. */
export interface Timeouts {
  /** Name look-up, TCP and TLS handshake. */
  readonly connect: number;
  /**
   * Everything that `connect` does, from the look-up of the name to a client that is logged in: a server that sends a byte now
   * and then passes every other deadline.
   */
  readonly total: number;
  /** From an open connection to the server's greeting. */
  readonly greeting: number;
  /**
   * Silence while a command waits: no byte has come and none of ours could be written for this long. It is not
   * the length of a command, so a long download may take its time; `timeout` of a call bounds that.
   */
  readonly command: number;
  /**
   * How long one IDLE lasts before it is ended and issued again. Servers hang up after 30 minutes, NAT tables earlier; and
   * only the answer to DONE proves that the connection lives, so that `idle` and `done` together, 5 minutes, are the longest
   * time in which a dead one is not noticed. Where IDLE is missing, news are asked for twice in this time.
   */
  readonly idle: number;
  /** From DONE to the end of IDLE. */
  readonly done: number;
  /** How long `logout()` waits for the answer to LOGOUT before it closes the connection. */
  readonly logout: number;
}

/** The deadlines that hold where the caller gives none. */
export const defaultTimeouts: Timeouts = /* @__PURE__ */ Object.freeze({
  connect: 30_000,
  total: 180_000,
  greeting: 30_000,
  command: 120_000,
  idle: 4.5 * 60_000,
  done: 30_000,
  logout: 5_000,
});

/** setTimeout takes a signed 32-bit count and fires at once for more. */
const longestTimer = 2 ** 31 - 1;

/**
 * Fills in the defaults and checks every value: a limit given as text or NaN would compare as false everywhere
 * and so mean no limit at all.
 *
 * @param given The limits to change.
 * @returns All limits.
 * @throws {TypeError} For a name that is not a limit, or a value that is not a number.
 * @throws {RangeError} For a value that is not a positive integer.
 */
export function checkLimits(given: Partial<Limits> = {}): Limits {
  return check("limit", defaultLimits, given, Number.MAX_SAFE_INTEGER);
}

/**
 * Fills in the defaults and checks every value.
 *
 * @param given The deadlines to change.
 * @returns All deadlines.
 * @throws {TypeError} For a name that is not a deadline, or a value that is not a number.
 * @throws {RangeError} For a value that is not a positive integer or above 2^31-1, which timers cannot count.
 */
export function checkTimeouts(given: Partial<Timeouts> = {}): Timeouts {
  return check("timeout", defaultTimeouts, given, longestTimer);
}

/**
 * Checks one number of milliseconds.
 *
 * @param name What the number is, for the message.
 * @param value The number.
 * @returns The number.
 * @throws {TypeError} When it is not a number.
 * @throws {RangeError} When it is not a positive integer that a timer can count.
 */
export function checkMilliseconds(name: string, value: unknown): number {
  return checkInteger(name, value, longestTimer);
}

function check<T extends object>(kind: string, defaults: T, given: Partial<T>, largest: number): T {
  const result = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) throw new TypeError(`Unknown ${kind} "${name}"`);
    if (value === undefined) continue;
    checkInteger(`${kind} "${name}"`, value, largest);
    result[name as keyof T] = value as T[keyof T];
  }
  return Object.freeze(result);
}

function checkInteger(name: string, value: unknown, largest: number): number {
  if (typeof value !== "number") throw new TypeError(`The ${name} must be a number, not ${kindOf(value)}`);
  if (!Number.isInteger(value) || value < 1 || value > largest) {
    throw new RangeError(`The ${name} must be an integer from 1 to ${largest}, not ${value}`);
  }
  return value;
}
