// Differential fuzzing of the email package against CPython 3.13; run it with Deno or Bun.
//
//   fuzz.ts [--light] [--seconds 60] [--count N] [--seed N] [--python python3.13] [--keep FOLDER]
//
// Messages of messages/ are damaged at random and described by both sides as oracle/email_oracle.py does: about 20 messages a
// second, since each is written 13 times, read in eight ways and changed in 26. With --light it is as oracle/light.ts does,
// eight times as many: structure, every part with its fields, parameters, addresses, dates, defects and decoded payload,
// asBytes, asString and whether they give the message back; one more way of writing or reading, one change and one encoding
// of the fields follow in turn.
//
// For every kind of disagreement the shortest message that shows it is kept in FOLDER (data/fuzz beside this file) with the
// differing fields, unless a decision of the package covers it, which is counted by name. Without CPython only what can be
// said alone is checked: no exception that Python has not, and answers that do not depend on how the input was fed. Exit
// status 1 when something was kept.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { loadCharsets } from "../../email/mod.ts";
import { options } from "../support/options.ts";
import { compare, type Difference } from "./oracle/compare.ts";
import { describe } from "./oracle/describe.ts";
import { describeLight } from "./oracle/light.ts";
import { failed } from "./oracle/values.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

const { seconds, seed, count: most, light, keep: folder, python: command } = options({
  seconds: 60,
  seed: Date.now() % 1_000_000_000,
  count: Infinity,
  light: false,
  keep: join(here, "data", "fuzz"),
  python: "python3.13",
});

/** Random numbers from a seed (mulberry32). */
function generator(state: number): (limit: number) => number {
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * limit);
  };
}

const random = generator(seed);
const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;

/** Pieces that make parsers stumble. */
const TOKENS = [
  "\n",
  "\r\n",
  "\r",
  "\n\n",
  " ",
  "\t",
  "\n ",
  "\r\n\t",
  ":",
  ";",
  "=",
  '"',
  "\\",
  "(",
  ")",
  "<",
  ">",
  "@",
  ",",
  "\0",
  "\x0b",
  "\x0c",
  "\x1c",
  "\x85",
  "\xe9",
  "\xc3\xa9",
  "\xff",
  "--",
  "--\n",
  "From ",
  "\nFrom x\n",
  ">From ",
  "\n.\n",
  "=?",
  "?=",
  "=?utf-8?q?a=C3=A9?=",
  "=?utf-8?b?w6k=?=",
  "=?utf-8?b?w6k?=",
  "=?x?q?y?=",
  "=?iso-2022-jp?b?GyRCRnwbKEI=?=",
  "=?utf-8*en?q?a?=",
  "=20\n",
  "=\n",
  "=zz",
  "QUJD",
  "Content-Type: multipart/mixed; boundary=b\n",
  "Content-Type: message/rfc822\n",
  "Content-Type: text/plain; charset=koi8-r\n",
  "Content-Type: message/delivery-status\n",
  "Content-Transfer-Encoding: base64\n",
  "Content-Transfer-Encoding: quoted-printable\n",
  "Content-Transfer-Encoding: 8bit\n",
  "Content-Transfer-Encoding: uuencode\n",
  "MIME-Version: 1.0\n",
  "begin 644 a\n",
  "end\n",
  "; filename*0=a; filename*1*=%E9",
  "; name*=utf-8''%C3%A9",
  "; charset=gb2312",
  "; charset=utf-7",
  "; charset=euc-jp",
  '; boundary=""',
  "; boundary=b",
  "\n--b\n",
  "\n--b--\n",
  "\n--b--",
  "--b",
  "Subject: x\n",
  "Date: 1 Jan 2020 10:00:00 +0100\n",
  "To: a@b, (c) <d@e>\n",
  "charset*=us-ascii'en'utf-8",
  "boundary*0=b; boundary*1=c",
  "\x1b$B",
  "\x1b(B",
  "+AGE-",
  "~{0!~}",
  "x".repeat(80),
  "a b ".repeat(30),
];

const names = readdirSync(join(here, "messages")).filter((name) => name.endsWith(".eml")).sort();
const messages = names.map((name) => {
  const octets = readFileSync(join(here, "messages", name));
  let text = "";
  for (const octet of octets) text += String.fromCharCode(octet);
  return text;
}).filter((text) => text.length < 6000);

/** A place in the text, most often at the start of a line. */
function place(text: string): number {
  const at = random(text.length + 1);
  if (random(3) > 0) return at;
  const line = text.lastIndexOf("\n", at);
  return line < 0 ? 0 : line + 1;
}

const DAMAGES: ((text: string) => string)[] = [
  (text) => {
    const at = place(text);
    return text.slice(0, at) + pick(TOKENS) + text.slice(at);
  },
  (text) => {
    const at = place(text);
    return text.slice(0, at) + pick(TOKENS) + text.slice(at + random(4));
  },
  (text) => {
    const at = place(text);
    return text.slice(0, at) + text.slice(at + random(40));
  },
  (text) => {
    const at = place(text);
    const piece = text.slice(at, at + random(200));
    const to = place(text);
    return text.slice(0, to) + piece + text.slice(to);
  },
  (text) => {
    const at = random(text.length);
    return text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
  },
  (text) => text.slice(0, place(text)),
  (text) => {
    const other = pick(messages);
    return text.slice(0, place(text)) + other.slice(place(other));
  },
  (text) => {
    const [from, to] = pick([["\n", "\r\n"], ["\r\n", "\n"], ["\n", "\r"], ["\n\n", "\n"], [" ", "\t"], [
      ": ",
      ":",
    ], ["--", "-"]]);
    return text.replaceAll(from!, to!);
  },
];

function damaged(): string {
  let text = pick(messages);
  for (let n = 1 + random(4); n > 0; n--) text = pick(DAMAGES)(text);
  return text.slice(0, 20000);
}

/** CPython, asked in batches by one process. */
class Python {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: ((answer: unknown) => void)[] = [];
  gone = false;

  constructor(command: string) {
    this.child = spawn(command, [join(here, "oracle", "serve.py")], {
      stdio: ["pipe", "pipe", "inherit"] as never,
    });
    this.child.on("error", () => this.end());
    this.child.on("exit", () => this.end());
    this.child.stdin.on("error", () => this.end());
    createInterface({ input: this.child.stdout }).on(
      "line",
      (line) => this.waiting.shift()?.(JSON.parse(line)),
    );
  }

  private end(): void {
    this.gone = true;
    for (const resolve of this.waiting.splice(0)) resolve(null);
  }

  ask(n: number, text: string): Promise<unknown> {
    if (this.gone) return Promise.resolve(null);
    const answer = new Promise<unknown>((resolve) => this.waiting.push(resolve));
    this.child.stdin.write(JSON.stringify({ n, b64: btoa(text), light }) + "\n");
    return answer;
  }

  close(): void {
    this.child.stdin.end();
  }
}

/** Exceptions that Python's package raises too. */
const EXPECTED = new Set([
  "BoundaryError",
  "CharsetError",
  "HeaderParseError",
  "HeaderWriteError",
  "KeyError",
  "LookupError",
  "MultipartConversionError",
  "NestingLimitError",
  "TypeError",
  "UnicodeDecodeError",
  "UnicodeEncodeError",
  "ValueError",
]);

/** What is wrong with a description by itself. */
function alone(value: unknown, path = ""): Difference[] {
  if (failed(value)) {
    return EXPECTED.has(value.error) ? [] : [{ path, python: null, port: value, decision: null }];
  }
  if (/_same$/.test(path) && value !== true) return [{ path, python: true, port: value, decision: null }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => alone(item, path === "" ? key : `${path}.${key}`));
}

const shortest = new Map<string, { name: string; length: number }>();

/** Keeps a message when it is the shortest one so far that differs in this way. */
function keep(n: number, text: string, found: Difference[]): void {
  const { path, python, port } = found[0]!;
  const errors = [python, port].map((value) => failed(value) ? value.error : "").join();
  const kind = `${path.replace(/[[][0-9]+[\]]/g, "[]")} ${errors}`;
  const before = shortest.get(kind);
  if (before !== undefined && before.length <= text.length) return;
  mkdirSync(folder, { recursive: true });
  if (before !== undefined) {
    for (const ending of ["eml", "txt"]) rmSync(join(folder, `${before.name}.${ending}`));
  }
  const name = `seed${seed}_${n}`;
  shortest.set(kind, { name, length: text.length });
  writeFileSync(join(folder, `${name}.eml`), Uint8Array.from(text, (character) => character.charCodeAt(0)));
  const lines = found.map(({ path, python, port }) =>
    `${path}\n  python ${JSON.stringify(python)}\n  port   ${JSON.stringify(port)}\n`
  );
  writeFileSync(join(folder, `${name}.txt`), lines.join(""));
  console.log(`kept ${name}, ${text.length} octets: ${found.slice(0, 3).map(({ path }) => path).join(", ")}`);
}

function answer(n: number, text: string): unknown {
  const data = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const described = light ? describeLight(data, n) : describe(data, String(n));
  return JSON.parse(JSON.stringify(described));
}

interface Question {
  n: number;
  text: string;
  theirs: Promise<unknown>;
}

const BATCH = 20;

async function main(): Promise<number> {
  await loadCharsets();
  console.log(
    `${light ? "light, " : ""}seed ${seed}, ${seconds} seconds, ${messages.length} messages to damage`,
  );
  const python = new Python(command);
  const decisions = new Map<string, number>();
  let count = 0;
  let kept = 0;
  let answered = 0;
  const end = Date.now() + seconds * 1000;
  // CPython works on one batch while this side works on the batch before.
  let asked: Question[] = [];
  let made = 0;
  do {
    const size = Date.now() < end ? Math.min(BATCH, most - made) : 0;
    const next = Array.from({ length: size }, (): Question => {
      const text = damaged();
      return { n: made, text, theirs: python.ask(made++, text) };
    });
    for (const { n, text, theirs: promise } of asked) {
      const ours = answer(n, text);
      const theirs = await promise;
      count++;
      if (theirs !== null) answered++;
      const found = theirs === null ? alone(ours) : compare(theirs, ours, text);
      for (const decision of new Set(found.flatMap((item) => item.decision ?? []))) {
        decisions.set(decision, (decisions.get(decision) ?? 0) + 1);
      }
      const bugs = found.filter((item) => item.decision === null);
      if (bugs.length > 0) {
        kept++;
        keep(n, text, bugs);
      }
    }
    asked = next;
  } while (asked.length > 0);
  python.close();
  if (answered === 0) {
    console.log("CPython did not answer: only checks that need no second opinion were made");
  }
  console.log(`${count} messages, ${answered} compared with CPython, ${kept} differ`);
  for (const [decision, number] of [...decisions].sort((a, b) => b[1] - a[1])) {
    console.log(`${number}  ${decision}`);
  }
  return kept === 0 ? 0 : 1;
}

process.exitCode = await main();
