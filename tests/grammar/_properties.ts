/** What must hold for every sentence and for every damaged one; used by the short test and by the long run. */
import { commandRules, Shapes } from "../../codegen/emit/canonical.ts";
import { pascalName } from "../../codegen/emit/names.ts";
import { SequenceSet } from "../../imap/values/sequence_set.ts";
import { Mismatch } from "../../codegen/check/cursor.ts";
import type { Mode } from "../../codegen/check/cursor.ts";
import { interpret } from "../../codegen/check/interpret.ts";
import type { Random } from "../../codegen/check/random.ts";
import { Sentences } from "../../codegen/check/sentence.ts";
import type { Sentence } from "../../codegen/check/sentence.ts";
import { readResponse } from "../../imap/codec/_gen/decode.ts";
import * as encoders from "../../imap/codec/_gen/encode.ts";
import { writeResponse } from "../../imap/codec/_gen/encode_response.ts";
import { readCommand } from "../../imap/testing/_gen/request.ts";
import { Framer } from "../../imap/wire/framer.ts";
import { DecodeError } from "../../imap/wire/decode_error.ts";
import { RequestReader } from "../../imap/wire/request_reader.ts";
import { Writer } from "../../imap/wire/writer.ts";
import { frameText, grammar, shown } from "./_support.ts";

/** A frame, or a command line cut in the same way. */
export interface Input {
  text: Uint8Array;
  literals: Uint8Array[];
}

/** An input for which something does not hold. */
export class Failure extends Error {
  readonly property: string;
  readonly input: Input;
  readonly rule: Rule;

  constructor(property: string, rule: Rule, input: Input, details: string) {
    super(`${property}: ${rule} ${frameText(input)}\n${details}`);
    this.property = property;
    this.rule = rule;
    this.input = input;
  }
}

/** The two rules that a reader starts with. */
export type Rule = "response" | "command";

const sentences = new Sentences(grammar());
const reader = new RequestReader();

type Outcome = { value: string; quirks: string } | { error: unknown };

/** What the generated decoder makes of an input. */
export function decoded(rule: Rule, input: Input, mode: Mode): { value: unknown; quirks: string[] } {
  reader.reset(input, mode);
  const value = rule === "response" ? readResponse(reader) : readCommand(reader);
  reader.finish();
  return { value, quirks: reader.quirks };
}

function outcome(read: () => { value: unknown; quirks: string[] }): Outcome {
  try {
    const { value, quirks } = read();
    return { value: shown(value), quirks: [...quirks].sort().join(", ") };
  } catch (error) {
    return { error };
  }
}

/** A sentence of the grammar. */
export function sentence(rule: Rule, random: Random, options: { quirks: boolean; utf8: boolean }): Sentence {
  return sentences.make(rule, random, options);
}

/** The decoder gives the value and the deviations that the sentence says; in strict mode deviations are refused. */
export function checkDecoding(rule: Rule, input: Sentence, mode: Mode): void {
  const got = outcome(() => decoded(rule, input, mode));
  const want = { value: shown(input.value), quirks: [...input.quirks].sort().join(", ") };
  if ("error" in got) throw new Failure("decoding", rule, input, String(got.error));
  if (got.value !== want.value) {
    throw new Failure("decoding", rule, input, `got  ${got.value}\nwant ${want.value}`);
  }
  if (got.quirks !== want.quirks) {
    throw new Failure("deviations", rule, input, `got  ${got.quirks}\nwant ${want.quirks}`);
  }
  const strict = outcome(() => decoded(rule, input, { ...mode, strict: true }));
  const refused = "error" in strict && strict.error instanceof DecodeError;
  if (refused !== (input.quirks.length > 0 || input.damaged)) {
    throw new Failure(
      "strict mode",
      rule,
      input,
      "error" in strict ? String(strict.error) : "was not refused",
    );
  }
}

/** Decoder and interpreter agree on anything: the same value and deviations, or both refuse. */
export function checkAgreement(rule: Rule, input: Input, mode: Mode): void {
  const emitted = outcome(() => decoded(rule, input, mode));
  if ("error" in emitted && !(emitted.error instanceof DecodeError)) {
    const { error } = emitted;
    throw new Failure(
      "only decode errors",
      rule,
      input,
      error instanceof Error ? error.stack ?? "" : String(error),
    );
  }
  const plainly = outcome(() => interpret(grammar(), rule, input, mode));
  if ("error" in plainly && !(plainly.error instanceof Mismatch)) throw plainly.error;
  if ("error" in emitted || "error" in plainly) {
    if ("error" in emitted && "error" in plainly) return;
    const details = "error" in emitted
      ? `decoder: ${emitted.error}`
      : `interpreter: ${(plainly as { error: unknown }).error}`;
    throw new Failure("agreement", rule, input, `one refuses; ${details}`);
  }
  if (emitted.value !== plainly.value || emitted.quirks !== plainly.quirks) {
    const lines = [emitted.value, plainly.value, emitted.quirks, plainly.quirks];
    throw new Failure(
      "agreement",
      rule,
      input,
      `decoder ${lines[0]} ${lines[2]}\nplainly ${lines[1]} ${lines[3]}`,
    );
  }
}

/** What is written of a value is read as that value. */
export function checkEncoding(rule: Rule, input: Sentence, utf8: boolean): void {
  let written: Input | null;
  // `\\*` is a server's word for "and any other": a server reads it from a client, but no client says it.
  if (rule === "command" && frameText(input).includes("\\\\*")) return;
  try {
    written = rule === "response" ? writtenResponse(input.value, utf8) : writtenCommand(input.value, utf8);
  } catch (error) {
    throw new Failure("encoding", rule, input, error instanceof Error ? error.stack ?? "" : String(error));
  }
  if (written === null) return;
  if (input.damaged && readsAsOther(written, input.value)) return;
  const got = outcome(() => decoded(rule, written, { utf8, strict: !input.damaged }));
  // A client sends a set in ascending order, without the numbers that it names twice.
  const want = rule === "command" ? ascending(shown(input.value)) : shown(input.value);
  if ("error" in got) throw new Failure("encoding", rule, input, `${frameText(written)}\n${got.error}`);
  if (got.value !== want) {
    throw new Failure("encoding", rule, input, `${frameText(written)}\ngot  ${got.value}\nwant ${want}`);
  }
}

function ascending(value: string): string {
  return value.replace(
    /"SequenceSet ([^"]*)"/g,
    (_, set: string) => `"SequenceSet ${SequenceSet.parse(set).split(Infinity)[0]}"`,
  );
}

/**
 * Whether a damaged element may come back as something else. Damaged elements are written after the others, where one in
 * parentheses reads as more of the URL before it, or as the correlators of an ESEARCH that has none.
 */
function readsAsOther(written: Input, value: unknown): boolean {
  const text = String.fromCharCode(...written.text.subarray(0, 12)).toUpperCase();
  if (text.startsWith("* URLFETCH")) return true;
  const { tag, correlators } = value as { tag?: string; correlators?: unknown[] };
  return text.startsWith("* ESEARCH (") && tag === undefined && correlators?.length === 0;
}

/** Whatever was decoded can be written, or is refused with a RangeError; what is written can be read. */
export function checkRewriting(input: Input, mode: Mode): void {
  const first = outcome(() => decoded("response", input, mode));
  if ("error" in first) return;
  const { value } = decoded("response", input, mode);
  let written: Input | null;
  try {
    written = writtenResponse(value, mode.utf8);
  } catch (error) {
    if (error instanceof RangeError && !error.message.includes("call stack")) return;
    throw new Failure(
      "rewriting",
      "response",
      input,
      error instanceof Error ? error.stack ?? "" : String(error),
    );
  }
  if (written === null) return;
  const again = outcome(() => decoded("response", written, { ...mode, strict: false }));
  if ("error" in again) {
    throw new Failure("rewriting", "response", input, `${frameText(written)}\n${again.error}`);
  }
}

function writtenResponse(value: unknown, utf8: boolean): Input | null {
  const w = new Writer({ response: true, utf8 });
  writeResponse(w, value as Parameters<typeof writeResponse>[1]);
  const frames = framesOf(w.endResponse(), () => 1 << 20);
  return frames.length === 1 ? frames[0]! : null;
}

const commandNames = new Map(
  commandRules(new Shapes(grammar())).map((rule) => {
    const type = rule.fields.find((field) => field.label === "name")!.type;
    return [
      `${type.kind === "literal" ? type.value : ""} ${rule.name === "uid-expunge"}`,
      pascalName(rule.name),
    ];
  }),
);

function writtenCommand(value: unknown, utf8: boolean): Input {
  const { tag, request } = value as { tag: string; request: Record<string, unknown> };
  const w = new Writer({ literalPlus: true, utf8, binary: true });
  w.text(`${tag} `);
  let args = request;
  const isUid = request.name === "UID";
  if (isUid) {
    w.text("UID ");
    args = request.command as Record<string, unknown>;
  }
  const name = commandNames.get(`${args.name} ${isUid && args.name === "EXPUNGE"}`);
  const table = encoders as unknown as Record<string, (w: Writer, args: unknown) => void>;
  table[`encode${name}`]!(w, args);
  const bytes: number[] = [];
  const literals: Uint8Array[] = [];
  for (const fragment of w.end()) {
    if ("line" in fragment) bytes.push(...fragment.line);
    else literals.push(fragment.literal as Uint8Array);
  }
  return { text: Uint8Array.from(bytes.slice(0, -2)), literals };
}

/** The frames of a stream that arrives in pieces of the given sizes. */
export function framesOf(bytes: Uint8Array, size: () => number): Input[] {
  // A receive buffer that has to grow, from any size.
  const framer = new Framer({ room: 1 + bytes.length % 97 });
  const frames: Input[] = [];
  for (let at = 0; at < bytes.length;) {
    at += framer.take(bytes.subarray(at, at + size()));
    for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
      frames.push({ text: frame.text.slice(), literals: frame.literals });
    }
  }
  return frames;
}

/** The octets of a frame as they are on the wire. */
export function wireBytes(frame: Input): Uint8Array {
  const bytes: number[] = [];
  let literal = 0;
  const mark = /~?\{\d+\+?\}\r\n/y;
  const text = Array.from(frame.text, (byte) => String.fromCharCode(byte)).join("");
  for (let at = 0; at < text.length;) {
    mark.lastIndex = at;
    const found = literal < frame.literals.length ? mark.exec(text) : null;
    const piece = found?.[0] ?? text[at]!;
    for (let i = 0; i < piece.length; i++) bytes.push(piece.charCodeAt(i));
    if (found !== null) bytes.push(...frame.literals[literal++]!);
    at += piece.length;
  }
  return Uint8Array.from([...bytes, 0x0d, 0x0a]);
}

/** A sentence with something changed, cut out, doubled or put in. */
export function mutated(input: Input, random: Random): Input {
  const bytes = Array.from(input.text);
  const favourites = [
    0x20,
    0x22,
    0x28,
    0x29,
    0x5b,
    0x5d,
    0x5c,
    0x7b,
    0x7d,
    0x2a,
    0x0d,
    0x0a,
    0x00,
    0x80,
    0xff,
    0x4e,
  ];
  for (let n = 1 + random.below(3); n > 0; n--) {
    const at = random.below(bytes.length + 1);
    const byte = random.chance(0.6) ? random.pick(favourites) : random.below(256);
    const kind = random.below(6);
    if (kind === 0) bytes.splice(at);
    else if (kind === 1) bytes.splice(at, 1);
    else if (kind === 2) bytes.splice(at, 0, byte);
    else if (kind === 3) bytes.splice(at, 1, byte);
    else if (kind === 4) bytes.splice(at, 1 + random.below(8));
    else bytes.splice(at, 0, ...bytes.slice(at, at + random.below(20)));
  }
  const literals = random.chance(0.1) ? input.literals.slice(0, -1) : input.literals;
  return { text: Uint8Array.from(bytes), literals };
}
