/** What goes into a command and what comes out of one, in the shapes that Python's `imaplib` has. */

/** State of a connection, in Python's words. */
export type State = "NONAUTH" | "AUTH" | "SELECTED" | "LOGOUT";

/**
 * An argument of a command. Text is quoted where it has to be, unless it is quoted or in parentheses already; a number is
 * written in decimal; octets are taken as text; null is left out.
 */
export type Argument = string | number | bigint | Uint8Array | null | undefined;

/**
 * One item of what came back: text, a pair of the text before a literal and the literal, or null for nothing. Text that is
 * not UTF-8 keeps its octets as lone surrogates U+DC80 to U+DCFF.
 */
export type Data = string | [head: string, literal: Uint8Array] | null;

/** What a command resolves with: `"OK"` or `"NO"`, and the data or the server's text. */
export type Answer = [typ: string, data: Data[]];

/**
 * Answers a challenge of the server: what it returns is sent in base64. null ends the dialogue with `*`.
 *
 * @param challenge The octets of the challenge, out of base64.
 * @returns The answer as text or octets, or null to give up.
 */
export type AuthObject = (
  challenge: Uint8Array,
) => string | Uint8Array | null | Promise<string | Uint8Array | null>;
