/**
 * Time for 1, 4 and 16 times the input, for inputs that a hostile server (or the sender of a mail) can choose. What is
 * linear shows ratios of about 4; what is quadratic shows 16.
 *
 *     deno run tests/bench/linear.ts            every family
 *     deno run tests/bench/linear.ts flags set  the families whose names hold one of the words
 *
 * Ends with 1 when a family grew more than 1.3 times faster than its input.
 */
import process from "node:process";
import { readResponse } from "../../imap/_gen/decode.ts";
import { writeResponse } from "../../imap/_gen/encode_response.ts";
import type { Response } from "../../imap/_gen/types.ts";
import { checkLimits } from "../../imap/limits.ts";
import { decodeMailboxName, encodeMailboxName } from "../../imap/mailbox_name.ts";
import { SequenceSet } from "../../imap/sequence_set.ts";
import { Framer } from "../../imap/wire/framer.ts";
import { DecodeError, Reader } from "../../imap/wire/reader.ts";
import { Writer } from "../../imap/wire/writer.ts";

interface Family {
  name: string;
  /** Size at 1x. */
  base: number;
  /** Makes the work for a size; what is returned is timed. */
  prepare(size: number): () => unknown;
}

const text = new TextEncoder();
const limits = checkLimits({ maxLine: 1 << 30, maxResponse: 1 << 30 });

/** Frames a stream and decodes every response in it, as a connection does. */
function decoding(stream: string | Uint8Array, chunk = 1 << 16): () => number {
  const bytes = typeof stream === "string" ? text.encode(stream) : stream;
  return () => {
    const framer = new Framer({ limits });
    const reader = new Reader();
    let count = 0;
    for (let at = 0; at < bytes.length;) {
      const space = framer.space();
      const size = Math.min(chunk, space.length, bytes.length - at);
      space.set(bytes.subarray(at, at + size));
      framer.filled(size);
      at += size;
      for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
        reader.reset(frame, { utf8: false, strict: false });
        try {
          readResponse(reader);
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
        }
        count++;
      }
    }
    if (count === 0) throw new Error("nothing was decoded");
    return count;
  };
}

function line(head: string, piece: string, tail: string): (size: number) => () => number {
  return (size) => decoding(`${head}${piece.repeat(size)}${tail}\r\n`);
}

const part = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)';

const families: Family[] = [
  {
    name: "nested parentheses, unknown item",
    base: 4000,
    prepare: (n) => decoding(`* 1 FETCH (X ${"(".repeat(n)}${")".repeat(n)})\r\n`),
  },
  { name: "nested parentheses, never closed", base: 4000, prepare: line("* 1 FETCH (X ", "(", "") },
  {
    name: "nested multiparts",
    base: 2000,
    prepare: (n) =>
      decoding(`* 1 FETCH (UID 1 BODYSTRUCTURE ${"(".repeat(n)}${part}${' "MIXED")'.repeat(n)})\r\n`),
  },
  {
    name: "multiparts side by side, damaged at the end",
    base: 1000,
    prepare: (n) => decoding(`* 1 FETCH (BODYSTRUCTURE (${part.repeat(n)} X) UID 1)\r\n`),
  },
  {
    name: "messages within messages",
    base: 500,
    prepare: (n) =>
      decoding(
        `* 1 FETCH (BODYSTRUCTURE ${
          '("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 1 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) '.repeat(n)
        }${part}${" 1)".repeat(n)})\r\n`,
      ),
  },
  { name: "endless flags", base: 4000, prepare: line("* 1 FETCH (FLAGS (\\Seen", " a]b", "))") },
  { name: "flags without spaces", base: 4000, prepare: line("* 1 FETCH (FLAGS (", "\\a", "))") },
  { name: "endless SEARCH numbers", base: 4000, prepare: line("* SEARCH", " 4294967295", "") },
  {
    name: "endless SORT numbers, damaged at the end",
    base: 4000,
    prepare: line("* SORT", " 4294967295", " x"),
  },
  { name: "quoted string with escapes", base: 10_000, prepare: line('* 1 FETCH (PREVIEW "', '\\"', '")') },
  { name: "quoted string, never closed", base: 10_000, prepare: line('* 1 FETCH (PREVIEW "', "\\\\a", ")") },
  {
    name: "quoted strings of Latin-1",
    base: 1000,
    prepare: (n) =>
      decoding(
        Uint8Array.from(
          `* 1 FETCH (X (${'"caf\u00e9" '.repeat(n)}"") ENVELOPE (NIL NIL (${
            '("\u00e9" NIL "a" "b")'.repeat(n)
          }) NIL NIL NIL NIL NIL NIL NIL))\r\n`,
          (c) => c.charCodeAt(0),
        ),
      ),
  },
  { name: "thousands of literals", base: 2000, prepare: line("* 1 FETCH (X (", "{1}\r\na ", "{0}\r\n))") },
  { name: "thousands of sections", base: 2000, prepare: line("* 1 FETCH (UID 1", " BODY[1] {1}\r\na", ")") },
  {
    name: "huge sequence set",
    base: 4000,
    prepare: (n) =>
      decoding(
        `* ESEARCH (TAG "a") ALL ${Array.from({ length: n }, (_, i) => 4_000_000 - 2 * i).join(",")}\r\n`,
      ),
  },
  {
    name: "huge sequence set, sorted and merged",
    base: 4000,
    prepare: (n) => {
      const set = Array.from({ length: n }, (_, i) => 1 + (i * 7919) % 4_000_000).join(",");
      return () => SequenceSet.parse(set).union("5:9").difference("7").count;
    },
  },
  {
    name: "deep THREAD",
    base: 2000,
    prepare: (n) => decoding(`* THREAD ${"(1 ".repeat(n)}(2)${")".repeat(n)}\r\n`),
  },
  { name: "broad THREAD", base: 2000, prepare: line("* THREAD ", "(1 2)", "") },
  { name: "endless capabilities", base: 4000, prepare: line("* CAPABILITY", " AUTH=PLAIN", "") },
  {
    name: "endless addresses",
    base: 1000,
    prepare: (n) =>
      decoding(
        `* 1 FETCH (ENVELOPE (NIL NIL (${'("a" NIL "b" "c") '.repeat(n)}) NIL NIL NIL NIL NIL NIL NIL))\r\n`,
      ),
  },
  { name: "endless unknown items", base: 1000, prepare: line("* 1 FETCH (UID 1", " X-ITEM (a b)", ")") },
  {
    name: "endless damaged items",
    base: 500,
    prepare: line("* 1 FETCH (UID 1", ' ENVELOPE (NIL "a" x)', ")"),
  },
  {
    name: "endless quota resources",
    base: 10_000,
    prepare: line('* QUOTA "" (STORAGE 1 2', " STORAGE 1 2", ")"),
  },
  { name: "a code without an end", base: 10_000, prepare: line("* OK [X ", "a ", "") },
  { name: "many lines", base: 5000, prepare: (n) => decoding("* 1 FETCH (FLAGS (\\Seen))\r\n".repeat(n)) },
  { name: "one line, byte by byte", base: 4000, prepare: (n) => decoding(`* OK ${"x".repeat(n)}\r\n`, 1) },
  {
    name: "a name of ampersands",
    base: 10_000,
    prepare: (n) => {
      const name = "&".repeat(n);
      return () => encodeMailboxName(decodeMailboxName(name, false), false);
    },
  },
  {
    name: "a name of broken UTF-8",
    base: 10_000,
    prepare: (n) => {
      const name = new Uint8Array(n).fill(0xe2);
      return () => encodeMailboxName(decodeMailboxName(name, true), true);
    },
  },
  {
    name: "a response of many flags, written",
    base: 4000,
    prepare: (n) => {
      const response = { type: "FLAGS", flags: Array.from({ length: n }, () => "\\Seen") } as Response;
      return () => {
        const w = new Writer({ response: true });
        writeResponse(w, response);
        return w.endResponse();
      };
    },
  },
];

/** Processor time in milliseconds: a clock on the wall also counts what else the machine does. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The least time of each size: the sizes take turns, so that a busy moment is no size's own. */
function measure(works: (() => unknown)[]): number[] {
  const best = works.map(() => Infinity);
  for (let round = 0; round < 7; round++) {
    works.forEach((work, index) => {
      let runs = 0;
      const start = now();
      do {
        work();
        runs++;
      } while (now() - start < 8);
      best[index] = Math.min(best[index]!, (now() - start) / runs);
    });
  }
  return best;
}

function main(): number {
  const words = process.argv.slice(2);
  let slow = 0;
  console.log(
    `${"".padEnd(46)}${["1x", "4x", "16x"].map((one) => one.padStart(12)).join("")}   growth for 4x`,
  );
  for (const { name, base, prepare } of families) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
    const times = measure([base, 4 * base, 16 * base].map((size) => prepare(size)));
    const ratios = [times[1]! / times[0]!, times[2]! / times[1]!];
    const linear = ratios[1]! <= 4 * 1.3;
    if (!linear) slow++;
    const shown = times.map((time) => `${time.toFixed(3)} ms`.padStart(12)).join("");
    console.log(
      `${name.padEnd(46)}${shown}   ${ratios.map((one) => one.toFixed(1)).join(", ")}${
        linear ? "" : "  MORE THAN LINEAR"
      }`,
    );
  }
  return slow > 0 ? 1 : 0;
}

process.exit(main());
