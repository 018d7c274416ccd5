// Writing one message, for the generators and for the methods of Message: a program that makes no generator has none of
// their classes in its bundle.

import { flatten, type FlattenOptions, type Piece } from "./flatten.ts";
import type { MessageModel } from "../model/message_model.ts";
import type { Policy } from "../policy.ts";
import { messageFor } from "../text/given.ts";

/** How a message is written. */
export interface WriteSettings {
  mangleFrom: boolean;
  maxHeaderLen: number | null;
  policy: Policy | null;
}

/**
 * The pieces of a message as it is written.
 *
 * @param message the message
 * @param settings what holds for every message that is written so
 * @param options what holds for this one
 * @param binary aim at bytes
 * @param body writes the body in place of the usual ways
 */
export function piecesOf(
  message: MessageModel,
  settings: WriteSettings,
  options: { unixfrom?: boolean; linesep?: string | null },
  binary: boolean,
  body?: FlattenOptions["body"],
): Piece[] {
  let policy = settings.policy ?? messageFor("flatten", message).policy;
  const { linesep = null, unixfrom = false } = options ?? {};
  if (linesep !== null && linesep !== policy.linesep) policy = policy.clone({ linesep });
  const { maxHeaderLen, mangleFrom } = settings;
  if (maxHeaderLen !== null && maxHeaderLen !== policy.maxLineLength) {
    policy = policy.clone({ maxLineLength: maxHeaderLen });
  }
  const pieces = flatten(message, { binary, mangleFrom, policy, body });
  if (unixfrom) pieces.unshift(envelopeLine(message) + policy.linesep);
  return pieces;
}

/**
 * The envelope line of a message, made up when it has none.
 *
 * @param message the message
 */
export function envelopeLine(message: MessageModel): string {
  return message.getUnixfrom() || `From nobody ${ctime(new Date())}`;
}

/** Local time the way C's ctime writes it, the form of mbox envelope lines. */
function ctime(date: Date): string {
  const [weekday, month, day, year, time] = date.toString().split(" ");
  return `${weekday} ${month} ${day!.replace(/^0/, " ")} ${time} ${year}`;
}
