// Time of the response decoder for 1, 4 and 16 times as much of every kind of input that has made an IMAP parser slow, and
// for one response of the default limit (1,000,000 bytes). Prints one line a family and exits with 1 when a family grows
// more than 1.3 times faster than its input. The three sizes are small because V8 copies what survives once a response
// gives more than its young generation (16 MB) holds: a step of 4 to 8, the same for every decoder, and no growth behind it.
//
//   deno run -A tests/bench/decode_linear.ts [part of a family's name]
//   bun tests/bench/decode_linear.ts [part of a family's name]

import process from "node:process";
import { readResponse } from "../../imap/_gen/decode.ts";
import { Reader } from "../../imap/wire/reader.ts";

const LIMIT = 1.3;
/** Bytes of the smallest input. */
const SIZE = 6_000;

interface Input {
  text: string;
  literals?: number;
}

/** Inputs of about `size` bytes. */
const families: Record<string, (size: number) => Input> = {
  "unknown item, nested parentheses": (size) => ({
    text: `* 1 FETCH (X ${"(".repeat(size / 2)}${")".repeat(size / 2)})`,
  }),
  "BODYSTRUCTURE nested beyond the limit": (size) => ({
    text: `* 1 FETCH (BODYSTRUCTURE ${"(".repeat(size / 2)}${")".repeat(size / 2)})`,
  }),
  "multipart of many parts": (size) => ({
    text: `* 1 FETCH (BODYSTRUCTURE (${'("A" "B" NIL NIL NIL "7BIT" 1)'.repeat(size / 31)} "MIXED"))`,
  }),
  "multipart of many damaged parts": (size) => ({
    text: `* 1 FETCH (BODYSTRUCTURE (${'("A" "B" NIL NIL NIL "7BIT" x)'.repeat(size / 31)} "MIXED"))`,
  }),
  "messages inside messages, the last damaged": (size) => {
    const levels = 40;
    const envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
    const head = `("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 1 ${envelope} `;
    return {
      text: `* 1 FETCH (BODYSTRUCTURE ${head.repeat(levels)}("A" "B" ("${"x".repeat(size)}" x))${
        " 1)".repeat(levels)
      })`,
    };
  },
  "flags": (size) => ({ text: `* 1 FETCH (FLAGS (${"\\Seen ".repeat(size / 6)}\\Seen))` }),
  "flags without spaces": (size) => ({ text: `* 1 FETCH (FLAGS (${"\\Seen".repeat(size / 5)}))` }),
  "addresses": (size) => ({
    text: `* 1 FETCH (ENVELOPE (NIL NIL (${
      '("a" NIL "b" "c") '.repeat(size / 18)
    }) NIL NIL NIL NIL NIL NIL NIL))`,
  }),
  "SEARCH numbers": (size) => ({ text: `* SEARCH${" 12345".repeat(size / 6)}` }),
  "sequence set": (size) => ({ text: `* ESEARCH (TAG "A1") ALL ${"1:2,".repeat(size / 4)}7` }),
  "sequence set that ends badly": (size) => ({ text: `* ESEARCH (TAG "A1") ALL ${"1:2,".repeat(size / 4)}` }),
  "quoted string with escapes": (size) => ({
    text: `* 1 FETCH (ENVELOPE (NIL "${'\\"'.repeat(size / 2)}" NIL NIL NIL NIL NIL NIL NIL NIL))`,
  }),
  "quoted string that never ends": (size) => ({
    text: `* 1 FETCH (ENVELOPE (NIL "${'\\"'.repeat(size / 2)}`,
  }),
  "many strings in a line that is not ASCII": (size) => ({
    text: `* 1 FETCH (ENVELOPE ("\xe9" NIL (${
      '("a" NIL "b" "c")'.repeat(size / 17)
    }) NIL NIL NIL NIL NIL NIL NIL))`,
  }),
  "bytes that are not UTF-8": (size) => ({
    text: `* 1 FETCH (ENVELOPE ("${"\xe9".repeat(size)}" NIL NIL NIL NIL NIL NIL NIL NIL NIL))`,
  }),
  "literals": (size) => ({ text: `* 1 FETCH (${"X {1}\r\n ".repeat(size / 8)}X Y)`, literals: size / 8 }),
  "marks of literals that are not there": (size) => ({ text: `* 1 FETCH (${"X {1} ".repeat(size / 6)}X Y)` }),
  "digits of a literal's mark": (size) => ({ text: `* 1 FETCH (X {${"1".repeat(size)} X Y)` }),
  "damaged items": (size) => ({ text: `* 1 FETCH (${"UID x ".repeat(size / 6)}UID 1)` }),
  "damaged items with literals": (size) => ({
    text: `* 1 FETCH (${"UID {1}\r\n ".repeat(size / 10)}UID 1)`,
    literals: size / 10,
  }),
  "unknown items": (size) => ({ text: `* 1 FETCH (${"X-Y z ".repeat(size / 6)}UID 1)` }),
  "sections": (size) => ({ text: `* 1 FETCH (${"BODY[1] NIL ".repeat(size / 12)}UID 1)` }),
  "section of many header names": (size) => ({
    text: `* 1 FETCH (BODY[HEADER.FIELDS (${"X ".repeat(size / 2)}X)] NIL)`,
  }),
  "section that never ends": (size) => ({ text: `* 1 FETCH (BODY[HEADER.FIELDS (${"] ".repeat(size / 2)}` }),
  "digits": (size) => ({ text: `* 1 FETCH (UID ${"9".repeat(size)} MODSEQ (${"9".repeat(size)}))` }),
  "STATUS items": (size) => ({ text: `* STATUS a (${"X-Y 1 ".repeat(size / 6)}UIDNEXT 1)` }),
  "THREAD, wide": (size) => ({ text: `* THREAD ${"(1 2 (3)(4))".repeat(size / 12)}` }),
  "THREAD, deep": (size) => ({ text: `* THREAD ${"(".repeat(size / 2)}1${")".repeat(size / 2)}` }),
  "THREAD, long": (size) => ({ text: `* THREAD (1${" 2".repeat(size / 2)})` }),
  "response code": (size) => ({ text: `* OK [X ${"[".repeat(size)}] x` }),
  "response code that never ends": (size) => ({ text: `* OK [COPYUID ${"1,".repeat(size / 2)}` }),
  "CAPABILITY": (size) => ({ text: `* CAPABILITY${" X-Y".repeat(size / 4)}` }),
  "LIST attributes and mailbox": (size) => ({
    text: `* LIST (${"\\X ".repeat(size / 6)}\\X) "/" "${"&AOk-".repeat(size / 10)}"`,
  }),
  "unknown response": (size) => ({ text: `* X-THING ${"(a ".repeat(size / 3)}` }),
};

const reader = new Reader();
const mode = { utf8: false, strict: false };

/** Processor time in milliseconds: a clock on the wall also counts what else the machine does. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function read(frame: { text: Uint8Array; literals: Uint8Array[] }): void {
  reader.reset(frame, mode);
  try {
    readResponse(reader);
  } catch {
    // A response that cannot be read at all must not take long either.
  }
}

/** The best of some rounds for each input, in nanoseconds a byte; the inputs take turns. */
function measure(inputs: Input[], rounds: number): number[] {
  const frames = inputs.map(({ text, literals = 0 }) => ({
    text: Uint8Array.from(text, (char) => char.charCodeAt(0)),
    literals: Array.from({ length: literals }, () => new Uint8Array(1)),
  }));
  const best = frames.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    frames.forEach((frame, index) => {
      let readings = 0;
      const start = now();
      do {
        read(frame);
        readings++;
      } while (now() - start < 5);
      best[index] = Math.min(best[index]!, (now() - start) * 1e6 / readings / frame.text.length);
    });
  }
  return best;
}

const wanted = process.argv[2] ?? "";
let slow = 0;
for (const [name, make] of Object.entries(families)) {
  if (!name.includes(wanted)) continue;
  const [small, middle, large] = measure([1, 4, 16].map((times) => make(SIZE * times)), 12) as [
    number,
    number,
    number,
  ];
  const [million] = measure([make(1_000_000)], 3) as [number];
  const growth = large / middle;
  const verdict = growth > LIMIT ? "  <- grows faster than its input" : "";
  if (growth > LIMIT) slow++;
  const times = [small, middle, large].map((time) => time.toFixed(1).padStart(7)).join(" ");
  console.log(
    `${name.padEnd(44)}${times} ns/byte  x${growth.toFixed(2)}  ${
      million.toFixed(0).padStart(5)
    } ms for 1 MB${verdict}`,
  );
}
console.log(
  slow === 0
    ? "every family is linear"
    : `${slow} families grow more than ${LIMIT} times faster than their input`,
);
process.exit(slow > 0 ? 1 : 0);
