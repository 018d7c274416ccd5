/** Sends the commands of the table; what is about no message at all is answered without being sent. */

import type { CallOptions } from "../base/abort.ts";
import { shown } from "../base/shown.ts";
import { checkArguments, checkOptions } from "../codec/arguments.ts";
import type { CommandSpec } from "../codec/spec.ts";
import { Collected } from "../session/collected.ts";
import { Command } from "../session/handle.ts";
import { guardNamed, promisedBy } from "../session/promised.ts";
import { RowCommand } from "../session/rows.ts";
import type { Session } from "../session/session.ts";
import { JoinedRows, numbersCheck, partsOf, sendParts } from "./parts.ts";
import { sendSearch } from "./search_charset.ts";
import { type FetchItem, withoutMacros } from "../values/fetch_item.ts";
import { SequenceSet, type SequenceSetInput } from "../values/sequence_set.ts";
import { isLatin1 } from "../wire/checks.ts";
import type { Writer } from "../wire/writer.ts";

/** Who sends a command. */
export interface Caller {
  readonly session: Session;
  /** The lease that must have selected the mailbox; undefined for the client itself. */
  readonly owner?: symbol | undefined;
}

/** The method's parameters before the options, or what makes the encoder's arguments and may refuse what the caller gave. */
type Given = readonly unknown[] | (() => object);

/** Writes the arguments of a command; the generator has made it for those that its spec names. */
type Encoder<Args = object> = (writer: Writer, args: Args) => void;

/** The values of some arguments, in their order. */
type Values<Args, Names extends readonly (keyof Args)[]> = {
  readonly [At in keyof Names]: Names[At] extends keyof Args ? Args[Names[At]] : never;
};

/**
 * Sends a command and makes its result from what the server answers.
 *
 * @param caller The connection, and for which lease.
 * @param spec The command.
 * @param given What the method was given, without the options.
 * @param options The command's own, a signal, a deadline.
 * @param encode Writes it, UID apart; undefined for one that is its name alone.
 * @param result Makes the result of an OK; left out where there is none.
 * @returns The command; it rejects where the arguments are refused.
 */
export function run<T, Args extends object = object, Names extends readonly (keyof Args)[] = []>(
  caller: Caller,
  spec: CommandSpec,
  given: Values<Args, Names>,
  options: CallOptions & Omit<Args, Names[number]>,
  encode?: Encoder<Args>,
  result?: (collected: Collected, spec: CommandSpec) => T,
): Command<T>;
export function run<T, Args extends object>(
  caller: Caller,
  spec: CommandSpec,
  given: () => Args,
  options: CallOptions,
  encode: Encoder<Args>,
  result?: (collected: Collected, spec: CommandSpec) => T,
): Command<T>;
export function run<T>(
  { session, owner }: Caller,
  spec: CommandSpec,
  given: Given,
  options: CallOptions,
  encode?: Encoder,
  result: (collected: Collected, spec: CommandSpec) => T = nothing,
): Command<T> {
  const handle = new Command<T>({ unobserved: session.unobserved, signal: options?.signal });
  try {
    const args = argumentsOf(spec, given, options);
    if (namesNoMessage(args) && session.ended === undefined) {
      handle.succeed(shown(result(answerToNothing(spec.name), spec)));
      return handle;
    }
    const submit = (args: object, handle: Command<T>, check?: () => void, later?: boolean): void => {
      session.submit<T>({
        spec,
        args,
        encode: (writer) => write(writer, spec, args, encode),
        result: (collected) => {
          const made = result(collected, spec);
          if (!(made instanceof Object && "other" in made)) collected.refuseUnreadable();
          const { items } = args as { items?: readonly string[] };
          if (items !== undefined) guardNamed(spec.name, made as object, items);
          return shown(made);
        },
        handle,
        options,
        owner,
        ...(check === undefined ? {} : { check, later }),
      });
    };
    const parts = encode && partsOf(spec, args, encode);
    if (parts === undefined) {
      if ("keys" in args) sendSearch(session, spec, args, handle, submit);
      else submit(args, handle);
    } else {sendParts(session, spec, parts, handle, submit).then((value) =>
        handle.succeed(value), (error) =>
        handle.fail(error));}
  } catch (error) {
    handle.fail(error);
  }
  return handle;
}

/** Sends a command whose answers are rows. */
export function runRows<Row, Args extends object, Names extends readonly (keyof Args)[]>(
  caller: Caller,
  spec: CommandSpec,
  given: Values<Args, Names>,
  options: CallOptions & Omit<Args, Names[number]>,
  encode: Encoder<Args>,
): RowCommand<Row>;
export function runRows<Row>(
  { session, owner }: Caller,
  spec: CommandSpec,
  given: Given,
  options: CallOptions,
  encode: Encoder,
): RowCommand<Row> {
  const caller = { unobserved: session.unobserved, signal: options?.signal };
  try {
    let args = argumentsOf(spec, given, options);
    const { items } = args as { items?: readonly FetchItem[] };
    const asked: readonly string[] = items === undefined ? [] : withoutMacros(items);
    if (items !== undefined) args = { ...args, items: asked };
    const promised = promisedBy(spec.uid ? ["UID", ...asked] : asked);
    const submit = (
      args: object,
      handle: RowCommand<Row>,
      check?: () => void,
      later?: boolean,
    ): RowCommand<Row> => {
      handle.promised = promised;
      session.submit<Row[]>({
        spec,
        args,
        encode: (writer) => write(writer, spec, args, encode),
        result: () => [],
        handle,
        options,
        owner,
        ...(check === undefined ? {} : { check, later }),
      });
      return handle;
    };
    const handle = new RowCommand<Row>(caller);
    if (namesNoMessage(args) && session.ended === undefined) {
      handle.finish();
      return handle;
    }
    const parts = partsOf(spec, args, encode);
    if (parts === undefined) return submit(args, handle);
    const check = numbersCheck(session, spec);
    return new JoinedRows(
      parts,
      parts.map((part, at) =>
        submit(part.args, new RowCommand<Row>(caller), check, at > 0 && check !== undefined)
      ),
    );
  } catch (error) {
    const handle = new RowCommand<Row>(caller);
    handle.fail(error);
    return handle;
  }
}

/** The result of a command that has none. */
function nothing<T>(): T {
  return undefined as T;
}

/** What the encoder is told, checked. */
function argumentsOf(spec: CommandSpec, given: Given, options: CallOptions): object {
  checkOptions(spec, options);
  if (typeof given === "function") return checkArguments(spec, given());
  const args: Record<string, unknown> = { ...options };
  // The parameters are the first arguments of the spec.
  for (const [at, value] of given.entries()) args[spec.args[at]!.name] = value;
  return checkArguments(spec, args);
}

function write(writer: Writer, spec: CommandSpec, args: object, encode: Encoder | undefined): void {
  if (encode === undefined) return writer.text(spec.name);
  if (spec.uid) writer.text("UID ");
  const { charset } = args as { charset?: string };
  if (charset !== undefined) writer.latin1 = isLatin1(charset);
  try {
    encode(writer, args);
  } catch (error) {
    // What a writer refuses, it knows nothing of the command.
    if (error instanceof RangeError || error instanceof TypeError) {
      error.message = `${spec.name}: ${error.message}`;
    }
    throw error;
  }
}

/**
 * Whether a command is about an empty set of messages, such as the result of a search that found none. The protocol has
 * no way to say that; there is nothing to do and nothing to send.
 */
function namesNoMessage(args: object): boolean {
  const given = args as { set?: SequenceSetInput };
  if (given.set === undefined || typeof given.set === "number") return false;
  // Text is written as it is, unless it is too long for a line.
  if (typeof given.set === "string" && given.set.length < 2000) return false;
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
