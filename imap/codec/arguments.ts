/** Arguments are checked here before anything is sent: by what the table of commands says, whatever the compiler was told. */

import { checkNames, checkSignal, kindOf } from "../base/option_names.ts";
import type { CallOptions } from "../base/abort.ts";
import { isFound, setOfFound } from "../values/sequence_set.ts";
import { isOctets } from "../wire/literal_input.ts";
import { argumentFields } from "./_gen/specs.ts";
import { argumentsIn } from "./command_row.ts";
import type { ArgumentSpec, CommandSpec } from "./spec.ts";

/** Where a value is given, for the message about one that is wrong. */
interface Place {
  /** Before the value's name: `FETCH: `. */
  of: string;
  /** After the message: how the whole is called. */
  usage: string;
  /** Numbers of messages are UIDs; undefined where both may be meant. */
  uid?: boolean;
}

/** Of each kind, what it is in words, and how to tell it. */
const kinds: Readonly<Record<string, readonly [says: string, is: (value: unknown) => boolean]>> = {
  text: ["text", (value) => typeof value === "string"],
  number: ["a number", (value) => typeof value === "number"],
  bigint: ["a bigint, such as 7n", (value) => typeof value === "bigint"],
  bool: ["true or false", (value) => typeof value === "boolean"],
  octets: ["a Uint8Array", (value) => ArrayBuffer.isView(value)],
  literal: [
    "octets, text, a Blob or { size, stream }",
    (value) => typeof value === "string" || isOctets(value) || isObject(value) && "stream" in value,
  ],
  date: [
    "a Date",
    (value) => value instanceof Date || typeof (value as { text?: unknown } | undefined)?.text === "string",
  ],
  set: [
    'text such as "1:5,9", a number, a list of numbers, a SequenceSet or the result of a search',
    (value) => isIterable(value) || typeof value === "number",
  ],
  object: ["an object", (value) => isObject(value) && !Array.isArray(value)],
  list: ["a list", (value) => typeof value !== "string" && isIterable(value)],
  function: ["a function", (value) => typeof value === "function"],
  signal: [
    "an AbortSignal",
    (value) => typeof (value as AbortSignal | undefined)?.addEventListener === "function",
  ],
};

/**
 * Checks what a command is told, and makes of each argument what its encoder takes: a list of one where one was given, a set where the
 * result of a search was.
 *
 * @param spec The command.
 * @param args Its arguments; changed where they are not of the encoder's form.
 * @returns The arguments.
 * @throws {TypeError} For a value of another kind, with what is wanted.
 */
export function checkArguments<Args extends object>(spec: CommandSpec, args: Args): Args {
  const usage = spec.args.map(({ name, option }) => option ? "" : `${name}, `).join("");
  const place = { of: `${spec.name}: `, usage: `; it takes ${usage}options`, uid: spec.uid };
  checkValues(spec.args, args as Record<string, unknown>, place);
  return args;
}

/**
 * Checks the options of a call.
 *
 * @param spec The command.
 * @param options What was given.
 * @param of What takes them, for the message.
 * @param more Names that it takes besides those of the command.
 * @throws {TypeError} For a name that the command does not have.
 */
export function checkOptions(
  spec: CommandSpec,
  options: object,
  of: string = spec.name,
  more: readonly string[] = [],
): void {
  const own = spec.args.filter(({ option }) => option).map(({ name }) => name);
  checkNames(`${of}: options`, options, [...own, ...more, "signal", "timeout"]);
  checkSignal(of, (options as CallOptions).signal);
}

/**
 * Checks an object of options.
 *
 * @param of What takes it, for the message.
 * @param given What was given.
 * @param fields The kinds of its fields in the short form of specs: `number?`, `text*`.
 * @throws {TypeError} For an unknown name, and for a value of another kind.
 */
export function checkFields(of: string, given: unknown, fields: Readonly<Record<string, string>>): void {
  checkObject(of, given, Object.entries(fields).map(([name, kind]) => `${name}=${kind}`).join(" "));
}

/** `fields` as one text: `host port=number?`. */
function checkObject(of: string, given: unknown, fields: string): void {
  const specs = argumentsIn(fields);
  checkNames(of.endsWith(")") ? `${of}: options` : of, given, specs.map(({ name }) => name));
  checkValues(specs, { ...given as Record<string, unknown> }, { of: `${of}: `, usage: "" });
}

function checkValues(specs: readonly ArgumentSpec[], args: Record<string, unknown>, place: Place): void {
  for (const spec of specs) {
    const value = args[spec.name];
    // What a function makes of its parameters, it has checked.
    if ((spec.kind === "any" && !spec.list) || (value === undefined && spec.option)) continue;
    const made = spec.list ? listOf(spec, value, place) : valueOf(spec, value, place);
    if (made !== value) args[spec.name] = made;
  }
}

function listOf(spec: ArgumentSpec, value: unknown, place: Place): unknown[] {
  if (value === undefined || value === null) refuse(spec, `a list of ${saysOf(spec)}`, value, place);
  const list = typeof value === "string" || !isIterable(value) ? [value] : [...value];
  return list.map((one) => {
    if (spec.kind !== "any") return valueOf(spec, one, place);
    return one ?? refuse(spec, `a list of ${saysOf(spec)}`, [one], place);
  });
}

function valueOf(spec: ArgumentSpec, value: unknown, place: Place): unknown {
  const fields = argumentFields[spec.kind];
  if (fields !== undefined) {
    checkObject(`${place.of}${spec.name}`, value, fields);
    return value;
  }
  const { uid } = place;
  if (spec.kind === "set" && isFound(value)) {
    if (uid !== undefined && value.uid !== uid) {
      const [are, instead] = value.uid
        ? ["UIDs", "begins with uid"]
        : ["message numbers", "does not begin with uid"];
      throw new TypeError(`${place.of}these are ${are}: take the method that ${instead}`);
    }
    return setOfFound(value);
  }
  const words = spec.kind.includes("|") ? spec.kind.split("|") : undefined;
  const isRight = words === undefined
    ? kinds[spec.kind]?.[1](value ?? undefined)
    : words.includes(value as string);
  if (!isRight) refuse(spec, saysOf(spec), value, place);
  return value;
}

function saysOf({ kind }: ArgumentSpec): string {
  if (kind.includes("|")) return `one of ${kind.split("|").join(", ")}`;
  return kinds[kind]?.[0] ?? "objects";
}

function refuse({ name, kind }: ArgumentSpec, wanted: string, value: unknown, { of, usage }: Place): never {
  const isWord = kind.includes("|") && typeof value === "string";
  const given = isWord ? JSON.stringify(value.slice(0, 40)) : kindOf(value);
  throw new TypeError(`${of}${name} must be ${wanted}, not ${given}${usage}`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof (value as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function";
}
