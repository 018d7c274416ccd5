/** Sends the commands of the table; what is about no message at all is answered without being sent. */

import type { CallOptions } from "../base/abort.ts";
import type { CommandSpec } from "../codec/spec.ts";
import { Collected } from "../session/collected.ts";
import { Command } from "../session/handle.ts";
import { RowCommand } from "../session/rows.ts";
import type { Session } from "../session/session.ts";
import { SequenceSet, type SequenceSetInput } from "../values/sequence_set.ts";
import type { Writer } from "../wire/writer.ts";

/** Sends a command and makes its result from what the server answers. */
export function run<T>(
  session: Session,
  spec: CommandSpec,
  args: object,
  encode: (writer: Writer) => void,
  result: (collected: Collected) => T,
  options: CallOptions,
): Command<T> {
  const handle = new Command<T>();
  if (namesNoMessage(args) && session.ended === undefined) {
    handle.succeed(result(answerToNothing(spec.name)));
    return handle;
  }
  return session.submit<T>({ spec, args, encode, result, handle, options });
}

/** Sends a command whose answers are rows. */
export function runRows<Row>(
  session: Session,
  spec: CommandSpec,
  args: object,
  encode: (writer: Writer) => void,
  options: CallOptions,
): RowCommand<Row> {
  const handle = new RowCommand<Row>(options.signal);
  if (namesNoMessage(args) && session.ended === undefined) {
    handle.finish();
    return handle;
  }
  session.submit<Row[]>({ spec, args, encode, result: () => [], handle, options });
  return handle;
}

/**
 * Whether a command is about an empty set of messages, such as the result of a search that found none. The protocol has
 * no way to say that; there is nothing to do and nothing to send.
 */
function namesNoMessage(args: object): boolean {
  const given = args as { set?: SequenceSetInput };
  if (given.set === undefined || typeof given.set === "string" || typeof given.set === "number") return false;
  let set: SequenceSet;
  try {
    set = SequenceSet.from(given.set);
  } catch {
    // Not a set: writing it says what is wrong with it.
    return false;
  }
  // An iterable may give its numbers only once.
  given.set = set;
  return set.isEmpty;
}

function answerToNothing(command: string): Collected {
  const collected = new Collected(command);
  collected.tagged = { type: "TAGGED", tag: "", status: "OK", code: undefined, text: "" };
  return collected;
}
