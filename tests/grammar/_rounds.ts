/** One round of each property, from one random generator, and the fixtures that failing rounds leave. */
import type { Mode } from "../../codegen/check/cursor.ts";
import type { Random } from "../../codegen/check/random.ts";
import {
  checkAgreement,
  checkDecoding,
  checkEncoding,
  checkRewriting,
  Failure,
  framesOf,
  mutated,
  sentence,
  wireBytes,
} from "./_properties.ts";
import type { Input, Rule } from "./_properties.ts";
import { frameText } from "./_support.ts";

/** A kind of round. */
export interface Run {
  title: string;
  rule: Rule;
  /** Deviations in the sentences. */
  quirks: boolean;
  /** Damage done to the sentences, whose meaning is then not known. */
  damage: boolean;
}

/** Every kind. */
export const runs: Run[] = [
  {
    title: "responses are decoded, encoded and decoded to the same value",
    rule: "response",
    quirks: false,
    damage: false,
  },
  {
    title: "commands are decoded, encoded and decoded to the same value",
    rule: "command",
    quirks: false,
    damage: false,
  },
  {
    title: "deviations of responses are read through and reported",
    rule: "response",
    quirks: true,
    damage: false,
  },
  {
    title: "deviations of commands are read through and reported",
    rule: "command",
    quirks: true,
    damage: false,
  },
  {
    title: "damaged responses degrade as the interpreter says",
    rule: "response",
    quirks: true,
    damage: true,
  },
  { title: "damaged commands are refused with a decode error", rule: "command", quirks: true, damage: true },
];

/** Does one round; what does not hold is thrown with the seed in the message. */
export function round(run: Run, random: Random, where: string): void {
  const mode: Mode = { utf8: random.chance(0.3), strict: run.damage && random.chance(0.1) };
  const made = sentence(run.rule, random, { quirks: run.quirks, utf8: mode.utf8 });
  at(where, () => {
    if (run.damage) {
      const damaged = random.chance(0.05) ? noise(random) : mutated(made, random);
      checkAgreement(run.rule, damaged, mode);
      if (run.rule === "response") checkRewriting(damaged, mode);
      return;
    }
    checkDecoding(run.rule, made, mode);
    if (made.quirks.length === 0) checkEncoding(run.rule, made, mode.utf8);
  });
}

function at(where: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof Error) error.message = `${where}: ${error.message}`;
    throw error;
  }
}

/** Octets of no grammar. */
function noise(random: Random): Input {
  const bytes = Uint8Array.from({ length: random.below(60) }, () => random.below(256));
  return { text: bytes.filter((byte) => byte !== 0x0d && byte !== 0x0a), literals: [] };
}

/** Some responses as one stream, cut at random and at every place: the same frames come out. */
export function splitRound(random: Random, where: string): void {
  const frames: Input[] = [];
  while (frames.length < 3) {
    const made = sentence("response", random, { quirks: random.chance(0.3), utf8: false });
    // Free text that ends in a literal's mark, or a literal in a status response, is the framer's own question.
    const status = /^(\*\s+(OK|NO|BAD|BYE|PREAUTH)\b|[^*])/i.test(
      String.fromCharCode(...made.text.subarray(0, 40)),
    );
    const ends = /\{\d+\+?\}$/.test(String.fromCharCode(...made.text.subarray(-20)));
    if (made.text.length > 2000 || ends || (status && made.literals.length > 0)) continue;
    frames.push({ text: made.text, literals: made.literals });
  }
  const stream = Uint8Array.from(frames.flatMap((frame) => Array.from(wireBytes(frame))));
  const want = frames.map(frameText).join("\n");
  const compare = (size: () => number) => {
    const got = framesOf(stream, size).map(frameText).join("\n");
    if (got !== want) {
      throw new Failure("splits", "response", frames[0]!, `${where}\ngot  ${got}\nwant ${want}`);
    }
  };
  compare(() => 1);
  compare(() => 1 + random.below(9));
  const cut = random.below(stream.length);
  let first = true;
  compare(() => {
    const size = first && cut > 0 ? cut : stream.length;
    first = false;
    return size;
  });
}

/** A failing input as a file: bytes as Latin-1 text, so that a person can read them. */
export function fixtureText(failure: Failure, mode: Mode, comment: string): string {
  const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const { rule, input, property } = failure;
  const literals = input.literals.map(latin1);
  return JSON.stringify({ comment, property, rule, mode, text: latin1(input.text), literals }, null, 2) +
    "\n";
}

/** A fixture file, and the check that it must pass: decoder and interpreter agree, encoder and decoder throw only their own errors. */
export function readFixture(text: string): {
  rule: Rule;
  input: Input;
  mode: Mode;
  check: (rule: Rule, input: Input, mode: Mode, where: string) => void;
} {
  const data = JSON.parse(text) as { rule: Rule; mode: Mode; text: string; literals: string[] };
  const bytes = (latin1: string) => Uint8Array.from(latin1, (char) => char.charCodeAt(0));
  const input = { text: bytes(data.text), literals: data.literals.map(bytes) };
  const check = (rule: Rule, one: Input, mode: Mode, where: string) =>
    at(where, () => {
      checkAgreement(rule, one, mode);
      if (rule === "response") checkRewriting(one, mode);
    });
  return { rule: data.rule, input, mode: data.mode, check };
}
