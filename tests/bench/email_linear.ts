// Time of the email package when its input doubles, for every kind of input that has made a mail parser slow. Prints one line a
// family and exits with 1 when one takes more than 2.3 times as long: 2 is linear, 4 is quadratic.
//
//   deno run -A tests/bench/email_linear.ts [part of a family's name]
//   bun tests/bench/email_linear.ts [part of a family's name]

import {
  BytesFeedParser,
  decodeHeader,
  Header,
  HeaderParser,
  headerText,
  loadCharsets,
  makeHeader,
  Message,
  messageFromBytes,
  messageFromString,
} from "../../email/mod.ts";
import * as utils from "../../email/utils.ts";

const LIMIT = 2.3;

interface Family {
  name: string;
  /** Size for the first measurement; the second has twice as much. */
  size: number;
  make(size: number): string;
  run(input: string): unknown;
}

const encoder = new TextEncoder();

function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);
}

function field(name: string, value: string): Message {
  const message = new Message();
  message.append(name, value);
  return message;
}

function fields(size: number): string {
  return Array.from({ length: size }, (_, i) => `X-Field-${i}: value\n`).join("") + "\nbody\n";
}

function parts(size: number, each: string, preamble = ""): string {
  return `Content-Type: multipart/mixed; boundary=b\n\n${preamble}${`--b\n${each}\n`.repeat(size)}--b--\n`;
}

function nest(depth: number, inside: string): string {
  let out = "";
  for (let i = 0; i < depth; i++) out += `Content-Type: multipart/mixed; boundary=l${i}\n\n--l${i}\n`;
  return out + inside;
}

const parse = (text: string) => {
  const message = messageFromBytes(encoder.encode(text));
  return [...message.walk()].map((part) => [part.defects.length, part.isMultipart() || part.getPayload()]);
};
const decoded = (text: string) => messageFromBytes(octets(text)).getPayload({ decode: true });
const written = (text: string) => messageFromBytes(octets(text)).asBytes();
const writtenText = (text: string) => messageFromBytes(octets(text)).asString();
const params = (value: string) => field("Content-Type", value).getParams();
const loose = (value: string) => utils.getaddresses([value], { strict: false });
const strict = (value: string) => utils.getaddresses([value]);
const madeText = (value: string) => String(makeHeader(decodeHeader(value)));

const FAMILIES: Family[] = [
  // Folding and encoding of fields.
  {
    name: "field of many words, asString",
    size: 10_000,
    make: (n) => "word ".repeat(n),
    run: (s) => field("X", s).asString(),
  },
  {
    name: "field of many words, folded",
    size: 10_000,
    make: (n) => "word ".repeat(n),
    run: (s) => field("X", s).asBytes(),
  },
  {
    name: "field of 'a b' pieces, no limit",
    size: 10_000,
    make: (n) => "a b ".repeat(n),
    run: (s) => new Header(s).encode({ maxLineLen: 0 }),
  },
  {
    name: "field with no place to split at",
    size: 10_000,
    make: (n) => "a ".repeat(n),
    run: (s) => new Header(s).encode({ splitChars: ";" }),
  },
  {
    name: "field of one long word",
    size: 100_000,
    make: (n) => "x".repeat(n),
    run: (s) => new Header(s, { headerName: "X" }).encode(),
  },
  {
    name: "field of many lines",
    size: 10_000,
    make: (n) => "a\n".repeat(n),
    run: (s) => new Header(s).encode(),
  },
  {
    name: "field of many blank lines",
    size: 10_000,
    make: (n) => " \n".repeat(n),
    run: (s) => new Header(s).encode(),
  },
  {
    name: "header of many chunks",
    size: 5_000,
    make: (n) => "x".repeat(n),
    run: (s) => {
      const h = new Header();
      for (const c of s) h.append(c);
      h.append("\xe9", "utf-8");
      return h.encode() + h;
    },
  },
  {
    name: "header of chunks of changing charset",
    size: 2_500,
    make: (n) => "x".repeat(n),
    run: (s) => {
      const h = new Header();
      let i = 0;
      for (const c of s) h.append(c, i++ % 2 ? "utf-8" : null);
      return h.encode() + h;
    },
  },
  {
    name: "utf-8 header, no limit",
    size: 5_000,
    make: (n) => "\u00e9".repeat(n),
    run: (s) => new Header(s, "utf-8").encode({ maxLineLen: 0 }),
  },
  {
    name: "utf-8 header, folded",
    size: 5_000,
    make: (n) => "\u00e9 a".repeat(n),
    run: (s) => new Header(s, "utf-8").encode(),
  },
  {
    name: "iso-8859-1 header, no limit",
    size: 5_000,
    make: (n) => "\u00e9x".repeat(n),
    run: (s) => new Header(s, "iso-8859-1").encode({ maxLineLen: 0 }),
  },
  {
    name: "iso-2022-jp header, no limit",
    size: 5_000,
    make: (n) => "\u65e5a".repeat(n),
    run: (s) => new Header(s, "iso-2022-jp").encode({ maxLineLen: 0 }),
  },
  {
    name: "iso-2022-jp header, folded",
    size: 5_000,
    make: (n) => "\u65e5a".repeat(n),
    run: (s) => new Header(s, "iso-2022-jp").encode(),
  },
  {
    name: "8-bit field, asString",
    size: 10_000,
    make: (n) => `X: ${"\u00e9 a".repeat(n)}\n\n`,
    run: writtenText,
  },
  { name: "8-bit field, asBytes", size: 10_000, make: (n) => `X: ${"\u00e9 a".repeat(n)}\n\n`, run: written },
  // Encoded words.
  { name: "=?a?q? without an end", size: 15_000, make: (n) => "=?a?q?".repeat(n), run: decodeHeader },
  {
    name: "=?a?q? with a line end before ?=",
    size: 15_000,
    make: (n) => "=?a?q?".repeat(n) + "\n?=",
    run: decodeHeader,
  },
  { name: "=? repeated", size: 25_000, make: (n) => "=?".repeat(n), run: decodeHeader },
  { name: "?= repeated", size: 25_000, make: (n) => "=?a?q?x" + "?=".repeat(n), run: decodeHeader },
  { name: "encoded words, q", size: 2_500, make: (n) => "=?utf-8?q?a=C3=A9?= ".repeat(n), run: madeText },
  {
    name: "encoded words, b, changing charset",
    size: 2_500,
    make: (n) => "=?utf-8?b?w6k=?= =?koi8-r?b?8A==?= ".repeat(n),
    run: madeText,
  },
  {
    name: "encoded words between text",
    size: 2_500,
    make: (n) => "text =?utf-8?q?a?= ".repeat(n),
    run: madeText,
  },
  {
    name: "one long encoded word",
    size: 50_000,
    make: (n) => `=?utf-8?q?${"=C3=A9".repeat(n)}?=`,
    run: madeText,
  },
  {
    name: "headerText, all of it broken",
    size: 2_500,
    make: (n) => "=?x?b?QUJDR?= \xe9 =?utf-8?q?=C3?= (\udce9) =?a?q?".repeat(n),
    run: headerText,
  },
  // Parameters.
  { name: "open quote and semicolons", size: 50_000, make: (n) => `a/b; c="${";".repeat(n)}`, run: params },
  { name: "semicolons", size: 12_500, make: (n) => `a/b${";".repeat(n)}`, run: params },
  { name: "parameters", size: 5_000, make: (n) => `a/b${"; c=d".repeat(n)}`, run: params },
  {
    name: "pieces of one parameter",
    size: 5_000,
    make: (n) => "a/b" + Array.from({ length: n }, (_, i) => `; c*${n - i}*=%41`).join(""),
    run: params,
  },
  {
    name: "parameters in pieces",
    size: 5_000,
    make: (n) => "a/b" + Array.from({ length: n }, (_, i) => `; c${i}*0=d`).join(""),
    run: params,
  },
  {
    name: "backslashes in a quoted parameter",
    size: 50_000,
    make: (n) => `a/b; c="${"\\".repeat(n)}"`,
    run: params,
  },
  { name: "percent signs", size: 50_000, make: (n) => `a/b; c*=utf-8''${"%4".repeat(n)}`, run: params },
  // Addresses and dates.
  { name: "group of many members", size: 5_000, make: (n) => `g:${"a@b,".repeat(n)};`, run: loose },
  { name: "nested groups", size: 25_000, make: (n) => "g:".repeat(n) + "a@b" + ";".repeat(n), run: loose },
  { name: "nested comments", size: 50_000, make: (n) => "(".repeat(n) + ")".repeat(n) + "a@b", run: loose },
  { name: "open comments between addresses", size: 5_000, make: (n) => "a@b,(".repeat(n), run: loose },
  { name: "addresses, strict", size: 5_000, make: (n) => '"Doe, J" <a@b>, '.repeat(n), run: strict },
  { name: "quotes, strict", size: 50_000, make: (n) => '"'.repeat(n), run: strict },
  { name: "angle brackets", size: 25_000, make: (n) => "<".repeat(n) + ">".repeat(n), run: loose },
  { name: "at signs", size: 25_000, make: (n) => "@".repeat(n), run: loose },
  { name: "a@ repeated", size: 12_500, make: (n) => "a@".repeat(n), run: loose },
  { name: "blanks and dots before an @", size: 12_500, make: (n) => "a . (c) ".repeat(n) + "@b", run: loose },
  { name: "blanks", size: 50_000, make: (n) => " ".repeat(n) + "a@b", run: loose },
  { name: "words without an address", size: 12_500, make: (n) => "word ".repeat(n), run: loose },
  { name: "routes", size: 12_500, make: (n) => `<${"@r,".repeat(n)}:a@b>`, run: loose },
  {
    name: "date of many words",
    size: 12_500,
    make: (n) => "1 Jan 2020 1:2:3 Z " + "x ".repeat(n),
    run: utils.parsedateTz,
  },
  {
    name: "date of many commas and colons",
    size: 50_000,
    make: (n) => `1 Jan 2020 ${":".repeat(n)}${",".repeat(n)} Z`,
    run: utils.parsedateTz,
  },
  // Messages.
  { name: "fields", size: 5_000, make: fields, run: (s) => messageFromString(s).items() },
  {
    name: "reading every field by its name",
    size: 1_250,
    make: fields,
    run: (s) => {
      const m = messageFromString(s);
      return m.keys().map((name) => m.get(name));
    },
  },
  {
    name: "deleting and appending every field",
    size: 2_000,
    make: fields,
    run: (s) => {
      const m = new HeaderParser().parsestr(s);
      for (const name of m.keys()) m.set(name, "x");
      return m.length;
    },
  },
  {
    name: "setParam again and again",
    size: 400,
    make: (n) => "x".repeat(n),
    run: (s) => {
      const m = field("Content-Type", "a/b");
      for (let i = 0; i < s.length; i++) m.setParam(`p${i}`, "v", { replace: true });
      return m.asString();
    },
  },
  {
    name: "continuation lines",
    size: 12_500,
    make: (n) => `X: a\n${" b\n".repeat(n)}\nbody\n`,
    run: (s) => messageFromString(s).get("x"),
  },
  { name: "lines that are not fields", size: 12_500, make: (n) => ": x\n".repeat(n) + "\n", run: parse },
  {
    name: "From lines among the fields",
    size: 12_500,
    make: (n) => "A: b\n" + "From x\n".repeat(n) + "\n",
    run: parse,
  },
  { name: "parts", size: 2_500, make: (n) => parts(n, "\ntext"), run: parse },
  { name: "parts, written", size: 1_250, make: (n) => parts(n, "\ntext"), run: written },
  {
    name: "boundary lines and nothing else",
    size: 12_500,
    make: (n) => parts(n, "").replaceAll("\n\n--", "\n--"),
    run: parse,
  },
  {
    name: "lines that nearly are boundaries",
    size: 12_500,
    make: (n) => parts(1, "\n" + "--bx\n--\n-\n".repeat(n)),
    run: parse,
  },
  { name: "long preamble", size: 25_000, make: (n) => parts(1, "\nx", "line\n".repeat(n)), run: parse },
  {
    name: "boundary never found",
    size: 25_000,
    make: (n) => `Content-Type: multipart/mixed; boundary=b\n\n${"line\n".repeat(n)}`,
    run: parse,
  },
  {
    name: "long boundary, lines of its beginning",
    size: 300,
    make: (n) =>
      `Content-Type: multipart/mixed; boundary=${"b".repeat(2000)}\n\n${`--${"b".repeat(1999)}\n`.repeat(n)}`,
    run: parse,
  },
  {
    name: "lines inside 200 open multiparts",
    size: 5_000,
    make: (n) => nest(200, "\n" + "--x\nline\n".repeat(n)),
    run: parse,
  },
  { name: "nested multiparts", size: 100, make: (n) => nest(n, "\nx"), run: parse },
  { name: "nested multiparts, written", size: 100, make: (n) => nest(n, "\nx"), run: written },
  {
    name: "nested rfc822, written",
    size: 100,
    make: (n) => "Content-Type: message/rfc822\n\n".repeat(n) + "A: b\n\nx",
    run: written,
  },
  {
    name: "delivery-status blocks",
    size: 2_500,
    make: (n) => `Content-Type: message/delivery-status\n\n${"A: b\n\n".repeat(n)}`,
    run: parse,
  },
  { name: "blank lines", size: 50_000, make: (n) => "\n".repeat(n), run: parse },
  { name: "bare carriage returns", size: 50_000, make: (n) => `A: b\n\n${"\r".repeat(n)}`, run: written },
  { name: "one long line", size: 250_000, make: (n) => `A: b\n\n${"x".repeat(n)}`, run: written },
  {
    name: "From lines in the body, mangled",
    size: 12_500,
    make: (n) => `A: b\n\n${"From x\n".repeat(n)}`,
    run: written,
  },
  {
    name: "fed in single octets",
    size: 12_500,
    make: (n) => `A: b\n\n${"line\n".repeat(n / 5)}`,
    run: (s) => {
      const p = new BytesFeedParser();
      for (const c of octets(s)) p.feed(Uint8Array.of(c));
      return p.close().getPayload();
    },
  },
  {
    name: "base64 body",
    size: 2_500,
    make: (n) => `Content-Transfer-Encoding: base64\n\n${`${"QUJD".repeat(15)}\n`.repeat(n)}`,
    run: decoded,
  },
  {
    name: "base64 body of foreign characters",
    size: 50_000,
    make: (n) => `Content-Transfer-Encoding: base64\n\n${"*Q=".repeat(n)}`,
    run: decoded,
  },
  {
    name: "quoted-printable body",
    size: 25_000,
    make: (n) => `Content-Transfer-Encoding: quoted-printable\n\n${"=41=\n= =".repeat(n)}`,
    run: decoded,
  },
  {
    name: "quoted-printable body of blanks",
    size: 100_000,
    make: (n) => `Content-Transfer-Encoding: quoted-printable\n\n${" ".repeat(n)}x`,
    run: decoded,
  },
  {
    name: "uuencoded body",
    size: 5_000,
    make: (n) => `Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n${"#0V%T\n".repeat(n)}\`\nend\n`,
    run: decoded,
  },
  {
    name: "uuencoded body that never begins",
    size: 12_500,
    make: (n) => `Content-Transfer-Encoding: x-uuencode\n\n${"begin x\n".repeat(n)}`,
    run: decoded,
  },
];

interface Clock {
  argv: string[];
  exitCode: number;
  cpuUsage(): { user: number; system: number };
}

const { process } = globalThis as unknown as { process: Clock };

/** Processor time so far, in milliseconds: other programs on the machine do not count. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Least time of several runs, in milliseconds. */
function measure(family: Family, input: string, best: number): number {
  const end = now() + 40;
  for (let round = 0; round < 3 || (round < 20 && now() < end); round++) {
    const start = now();
    family.run(input);
    best = Math.min(best, now() - start);
  }
  return best;
}

await loadCharsets();
const wanted = process.argv[2] ?? "";
let slow = 0;
for (const family of FAMILIES) {
  if (!family.name.includes(wanted)) continue;
  let size = family.size;
  // Long enough for the clock, and for what a run costs whatever its input.
  while (measure(family, family.make(size), Infinity) < 2 && size < 1e6) size *= 2;
  let one = Infinity;
  let two = Infinity;
  // What is really slow is slower still with a larger input; what was bad luck is not.
  for (let tries = 0; tries < 4; tries++) {
    if (tries > 0) size *= 2;
    const small = family.make(size);
    const large = family.make(size * 2);
    one = two = Infinity;
    for (let turn = 0; turn < 2; turn++) {
      one = measure(family, small, one);
      two = measure(family, large, two);
    }
    if (two / one <= LIMIT || two > 1000) break;
  }
  const ratio = two / one;
  if (ratio > LIMIT) slow++;
  const figures = `${one.toFixed(2).padStart(9)} ms ${two.toFixed(2).padStart(9)} ms  x${ratio.toFixed(2)}`;
  console.log(
    `${family.name.padEnd(42)} ${String(size).padStart(8)} ${figures}${ratio > LIMIT ? "  TOO SLOW" : ""}`,
  );
}
console.log(`${slow} families take more than ${LIMIT} times as long for twice the input`);
if (slow > 0) process.exitCode = 1;
