/** The errors that a session makes, with what is known of the cause. */

import {
  CapabilityError,
  CommandError,
  ConnectionError,
  type ImapError,
  StateError,
} from "../base/errors.ts";
import type { CommandSpec } from "../codec/spec.ts";
import type { KnownState } from "./state.ts";
import type { Pending } from "./pending.ts";
import type { Secrets } from "./secrets.ts";
import type { ConditionResponse, TaggedResponse } from "../codec/_gen/types.ts";

/** Why a command may not be sent now; undefined when it may. */
export function isNotAllowedNow(
  spec: CommandSpec,
  { capabilities, state }: KnownState,
): ImapError | undefined {
  const { name, needs, states } = spec;
  if (!states.includes(state)) {
    const message = `${name} is for ${states.join(" or ")}; this connection is in ${state}`;
    return new StateError(message, { command: name });
  }
  // RFC 9051 6.2.3: a server that says so must not be told a password by LOGIN, on whatever connection.
  if (name === "LOGIN" && capabilities?.has("LOGINDISABLED")) {
    return new CapabilityError("The server does not allow LOGIN (LOGINDISABLED)", { command: name });
  }
  // What is offered may not be known yet; the server then has the last word.
  if (needs.length === 0 || capabilities === undefined || needs.some((one) => capabilities.has(one))) {
    return undefined;
  }
  const message = `${name} needs ${needs.join(" or ")}, which the server does not offer`;
  return new CapabilityError(message, { command: name });
}

/** The server's NO or BAD, without the secrets that it may repeat. */
export function serverRefused({ spec }: Pending, response: TaggedResponse, secrets: Secrets): CommandError {
  const { status, code, text } = response;
  return new CommandError(
    spec.name,
    status as "NO" | "BAD",
    secrets.redactValue(code),
    secrets.redact(text),
  );
}

/** The server has closed the connection, perhaps after it said why. */
export function closedByServer(
  bye: ConditionResponse | undefined,
  partial: boolean,
  secrets: Secrets,
): ConnectionError {
  if (bye === undefined) {
    return new ConnectionError(
      `The server closed the connection${partial ? " in the middle of a response" : ""}`,
    );
  }
  const text = secrets.redact(bye.text);
  const code = secrets.redactValue(bye.code);
  return new ConnectionError(`The server closed the connection: ${text}`, { status: "BYE", code, text });
}

/** The end of the connection as the failure of one command. */
export function ended(command: string, error: ImapError): ImapError {
  if (!(error instanceof ConnectionError)) return error;
  const { status, code, text, retryable } = error;
  const options = { command, status, code, text, retryable, cause: error };
  return new ConnectionError(`${command}: ${error.message}`, options);
}
