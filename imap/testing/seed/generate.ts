/** Mailboxes of any size out of a number: the same number gives the same messages. */

import { checkFields } from "../../codec/arguments.ts";
import type { SeedMessage } from "./seed.ts";

/** What {@linkcode generateMessages} makes. */
export interface GenerateOptions {
  /** How many messages. */
  count: number;
  /** Where the random numbers begin: an integer. 1 when left out. */
  seed?: number;
  /** Date of the first message; each further one comes up to four hours later. 1 January 2026 when left out. */
  start?: Date;
}

const PEOPLE = [
  "Ann Lee <ann@example.org>",
  "=?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <juergen@example.de>",
  '"Park, Ji-woo" <jiwoo@example.kr>',
  "ops@example.net",
];
const TOPICS = [
  "Minutes of Monday",
  "Invoice",
  "=?utf-8?b?R3LDvMOfZSBhdXMgS8O2bG4=?=",
  "Build failed",
  "Lunch?",
];
const WORDS = "the report is late because nobody had time to read what the others wrote about it".split(" ");
/** Different lines of text, and of attachments, in one mailbox. */
const LINES = 1_000;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Makes messages as a mailbox has them: conversations, encoded names, text with and without HTML, attachments, flags.
 *
 * @param options how many, and the number they come from
 * @returns the messages, oldest first
 * @throws {RangeError} for a count that is negative or not an integer
 *
 * @example
 * ```ts
 * import { generateMessages, startServer } from "@postern/postern/testing";
 *
 * await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 1_000, seed: 7 }) } });
 * console.log(server.mailbox("INBOX").uidNext); // 1001
 * ```
 */
export function generateMessages(options: GenerateOptions): SeedMessage[] {
  checkFields("generateMessages()", options, { count: "any", seed: "number?", start: "date?" });
  const { count, seed = 1, start = new Date("2026-01-01T08:00:00Z") } = options;
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`"count" must be an integer, not ${count}`);
  const random = numbers(seed);
  const lines = Array.from({ length: LINES }, () => lineOf(random));
  const octets = Array.from({ length: LINES }, () => base64Line(random));
  const messages: SeedMessage[] = [];
  let time = start.getTime();
  for (let number = 1; number <= count; number++) {
    time += random(4 * 3600) * 1000;
    const date = new Date(time);
    messages.push({
      message: messageOf(number, date, random, seed, { lines, octets }),
      flags: flagsOf(random),
      date,
    });
  }
  return messages;
}

function messageOf(
  number: number,
  date: Date,
  random: (below: number) => number,
  seed: number,
  { lines, octets }: { lines: readonly string[]; octets: readonly string[] },
): string {
  const pick = (from: readonly string[]) => from[random(from.length)]!;
  const answered = number > 1 && random(3) === 0 ? 1 + random(number - 1) : 0;
  const topic = TOPICS[(answered || number) % TOPICS.length];
  const header = [
    `From: ${pick(PEOPLE)}`,
    `To: ${pick(PEOPLE)}`,
    `Subject: ${answered ? "Re: " : ""}${topic} ${answered || number}`,
    `Date: ${dateText(date)}`,
    `Message-ID: <${number}.${seed}@generated.example>`,
  ];
  if (answered) header.push(`In-Reply-To: <${answered}.${seed}@generated.example>`);
  header.push("MIME-Version: 1.0");
  const text = Array.from({ length: 1 + random(40) }, () => pick(lines)).join("\r\n");
  const plain = `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`;
  const kind = random(4);
  if (kind < 2) return `${header.join("\r\n")}\r\n${plain}`;
  const other = kind === 2
    ? `Content-Type: text/html; charset=utf-8\r\n\r\n<p>${text}</p>\r\n`
    : "Content-Type: application/pdf; name=report.pdf\r\nContent-Disposition: attachment; filename=report.pdf\r\n" +
      `Content-Transfer-Encoding: base64\r\n\r\n${
        Array.from({ length: 1 + random(20) }, () => pick(octets)).join("\r\n")
      }\r\n`;
  const subtype = kind === 2 ? "alternative" : "mixed";
  header.push(`Content-Type: multipart/${subtype}; boundary="=_${number}"`);
  return `${
    header.join("\r\n")
  }\r\n\r\n--=_${number}\r\n${plain}--=_${number}\r\n${other}--=_${number}--\r\n`;
}

function flagsOf(random: (below: number) => number): string[] {
  return ["\\Seen", "\\Answered", "\\Flagged", "$Forwarded"].filter((_, index) =>
    random(2 + index * 4) === 0
  );
}

function lineOf(random: (below: number) => number): string {
  return Array.from({ length: 1 + random(12) }, () => WORDS[random(WORDS.length)]).join(" ");
}

function base64Line(random: (below: number) => number): string {
  return btoa(String.fromCharCode(...Array.from({ length: 57 }, () => random(256))));
}

function dateText(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${
    MONTHS[date.getUTCMonth()]
  } ${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** Integers from 0 on: mulberry32, since Math.random() cannot be given a beginning. */
function numbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
