// Arguments of a wrong type, named in words: the engine's own ("x.replace is not a function") do not say which argument it was.

// circle: the type of what is asked for; nothing of the class is used
import type { Message } from "../message.ts";

/**
 * What a value is, for a message about one that should be something else.
 *
 * @param value the value
 */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof (value as Partial<PromiseLike<unknown>> | undefined)?.then === "function") {
    return "a promise, which must be awaited first";
  }
  return typeof value === "object" ? `an object (${value.constructor?.name ?? "no class"})` : typeof value;
}

/**
 * The error for an argument of a wrong type.
 *
 * @param of the function, or with `is` the argument
 * @param takes what it takes
 * @param value what it was given
 */
export function wrongType(of: string, takes: string, value: unknown, is = "takes"): TypeError {
  return new TypeError(`${of} ${is} ${takes}, not ${kindOf(value)}`);
}

/**
 * Text that a function was given.
 *
 * @param of the function, or with `is` the argument
 * @param value what it was given
 * @throws {TypeError} when it is not text
 */
export function textFor(of: string, value: unknown, is = "takes"): string {
  if (typeof value !== "string") throw wrongType(of, "text", value, is);
  return value;
}

/**
 * Octets that a function was given.
 *
 * @param of the function
 * @param value what it was given
 * @throws {TypeError} when they are not a Uint8Array
 */
export function octetsFor(of: string, value: unknown): Uint8Array {
  if (!ArrayBuffer.isView(value)) throw wrongType(of, "a Uint8Array", value);
  return value as Uint8Array;
}

/**
 * A message that a function was given.
 *
 * @param of the function
 * @param value what it was given
 * @throws {TypeError} when it is not one
 */
export function messageFor(of: string, value: unknown): Message {
  if (typeof (value as Message | null | undefined)?.getPayload !== "function") {
    throw wrongType(of, "a Message", value);
  }
  return value as Message;
}

/**
 * What a function goes through, one after the other.
 *
 * @param of the function
 * @param takes what it takes
 * @param value what it was given
 * @throws {TypeError} for text, and for what cannot be gone through
 */
export function listFor<T extends Iterable<unknown>>(of: string, takes: string, value: T): T {
  if (typeof value === "string" || typeof value?.[Symbol.iterator] !== "function") {
    throw wrongType(of, takes, value);
  }
  return value;
}
