/** The errors that a session makes, with what is known of the cause. */

import {
  AuthError,
  CapabilityError,
  ConnectionError,
  type ImapError,
  type RefusalStatus,
  StateError,
  ThrottledError,
} from "../base/errors.ts";
import { refusalError, throttleOf } from "../base/refusals.ts";
import { isOffered, missingOption } from "./offered.ts";
import type { ConnectionState } from "../codec/spec.ts";
import type { KnownState } from "./state.ts";
import type { Call, Pending } from "./pending.ts";
import type { Secrets } from "./secrets.ts";
import type { ConditionResponse, TaggedResponse } from "../codec/_gen/types.ts";

/** Why a command may not be sent now; undefined when it may. */
export function isNotAllowedNow(
  { spec, args: given, owner }: Call<unknown>,
  { capabilities, enabled, state, mailbox }: KnownState,
): ImapError | undefined {
  const { name, needs, states } = spec;
  if (!states.includes(state)) {
    const message = `${name} is for ${states.join(" or ")}, and this connection is in ${state}: ${
      remedy(states, state)
    }`;
    return new StateError(message, { command: name });
  }
  // RFC 9586 section 3: the server has no message numbers any more.
  if (
    enabled.has("UIDONLY") && !spec.uid &&
    (spec.flow.includes("sequence") || spec.args.some(({ name }) => name === "set"))
  ) {
    return new StateError(`${name}: after ENABLE UIDONLY messages have UIDs only`, { command: name });
  }
  // The caller means the messages of the mailbox that was selected then.
  if (mailbox !== undefined && owner !== null && !states.includes("auth") && states.includes("selected")) {
    if (mailbox.owner !== owner) {
      const message = `${name}: the mailbox that this is for is not selected any more`;
      return new StateError(message, { command: name });
    }
    if (owner !== undefined && mailbox.validity !== mailbox.uidValidity) {
      const message = `${name}: ${mailbox.name} has another UIDVALIDITY than when it was selected`;
      return new StateError(message, { command: name });
    }
  }
  // What is offered may not be known yet; the server then has the last word.
  if (capabilities === undefined) return undefined;
  const forbidden = spec.unless?.find((one) => capabilities.has(one));
  if (forbidden !== undefined) {
    return new CapabilityError(`The server does not allow ${name} (${forbidden})`, { command: name });
  }
  if (needs.length > 0 && !isOffered(needs, capabilities)) {
    return new CapabilityError(`${name} needs ${needs.join(" or ")}, which the server does not offer`, {
      command: name,
    });
  }
  const missing = missingOption(spec, given as Readonly<Record<string, unknown>>, capabilities);
  if (missing === undefined) return undefined;
  return new CapabilityError(`${missing}, which the server does not offer`, { command: name });
}

/** What to do so that a command may be sent. */
function remedy(wanted: readonly ConnectionState[], state: ConnectionState): string {
  if (state === "logout") return "connect again";
  if (state === "nonauth") return "log in first, as with the option auth of connect()";
  if (wanted.includes("selected")) return "select a mailbox first, with select() or examine()";
  return wanted.includes("auth") ? "leave the mailbox first, with unselect()" : "it is for before login";
}

/** The server's NO or BAD, without the secrets that it may repeat. */
export function serverRefused({ spec }: Pending, response: TaggedResponse, secrets: Secrets): ImapError {
  const { status, code, text } = response;
  return refusalError({
    command: spec.name,
    status: status as "NO" | "BAD",
    ...secrets.redactValue({ code, text }),
    login: spec.after.ok?.includes("auth") ?? false,
  });
}

/** The server greeted with BYE, or with NO or BAD, which some send instead. */
export function greetedWithRefusal({ type, code, text }: ConditionResponse): ImapError {
  return refusalError({ command: "greeting", status: type as RefusalStatus, code, text });
}

/** What of a line is shown. */
export interface Words {
  /** Its beginning. */
  readonly text: string;
  /** The line was longer. */
  readonly cut: boolean;
}

/** What the server said before it closed the connection. */
export interface Farewell {
  /** Its BYE. */
  bye: ConditionResponse | undefined;
  /** Its last untagged NO or BAD, or a line that is not a response. */
  lastWords: Words | undefined;
}

/** The server has closed the connection, perhaps after it said why. */
export function closedByServer(
  { bye, lastWords }: Farewell,
  partial: boolean,
  secrets: Secrets,
): ImapError {
  if (bye === undefined) {
    const where = partial ? " in the middle of a response" : "";
    const text = lastWords === undefined ? undefined : secrets.redact(lastWords.text, lastWords.cut);
    const words = text === undefined ? "" : `; its last words: ${text}`;
    const message = `The server closed the connection${where}${words}`;
    const throttle = text === undefined ? undefined : throttleOf(undefined, text);
    return throttle === undefined
      ? new ConnectionError(message, { text, reason: "lost" })
      : new ThrottledError(message, { text, ...throttle });
  }
  const { code, text } = secrets.redactValue({ code: bye.code, text: bye.text });
  const message = `The server closed the connection: ${text}`;
  const throttle = throttleOf(code, text);
  if (throttle !== undefined) return new ThrottledError(message, { status: "BYE", code, text, ...throttle });
  // Exchange ends connections whose token has expired.
  const refusal = refusalError({ command: "BYE", status: "BYE", code, text });
  if (refusal instanceof AuthError) return refusal;
  return new ConnectionError(message, { status: "BYE", code, text, reason: "lost" });
}

/** The end of the connection as the failure of one command. */
export function ended(command: string, error: ImapError): ImapError {
  const { status, code, text, reason, retryable, retryAfterMs } = error;
  const options = { command, status, code, text, reason, retryable, retryAfterMs, cause: error };
  const message = `${command}: ${error.message}`;
  if (error instanceof ThrottledError) return new ThrottledError(message, options);
  return error instanceof ConnectionError ? new ConnectionError(message, options) : error;
}
