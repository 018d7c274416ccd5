// The scan by offsets sees what the parser sees: the same parts, headers and bodies, on every message of messages/, whole and
// damaged.

import { test } from "node:test";
import { readdirSync, readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { type Message, messageFromBytes } from "../../email/mod.ts";
import { scanMessage, type ScannedPart } from "../../email/parse/scan.ts";

const encoder = new TextEncoder();
const folder = new URL("./messages/", import.meta.url);
const messages = readdirSync(folder).filter((name) => name.endsWith(".eml")).sort()
  .map((name) => ({ name, bytes: new Uint8Array(readFileSync(new URL(name, folder))) }));

function text(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

interface Seen {
  type: string;
  names: string[];
  body?: string;
  parts?: Seen[];
}

/** Types that hold a message for the parser and not for the scan. */
function splitsOtherwise(type: string): boolean {
  return type.startsWith("message/") && type !== "message/rfc822" && type !== "message/global";
}

function scanned(bytes: Uint8Array, part: ScannedPart, within = false): Seen {
  const names = part.fields.map((field) => field.name).filter((name) => name !== "" && name !== "from ");
  const type = part.contentType;
  if (splitsOtherwise(type)) return { type, names };
  if (part.message !== null) return { type, names, parts: [scanned(bytes, part.message, within)] };
  if (part.parts.length > 0) {
    return {
      type,
      names,
      parts: part.parts.map((child) => scanned(bytes, child, true)),
    };
  }
  if (type.startsWith("multipart/")) return { type, names };
  const body = text(bytes.subarray(part.bodyStart, part.end));
  // Where no boundary follows, CPython takes the line end of the last part all the same.
  return {
    type,
    names,
    body: within && part.end === bytes.length ? body.replace(/(\r\n|\r|\n)$/, "") : body,
  };
}

function parsed(message: Message): Seen {
  const names = message.keys().map((name) => name.toLowerCase());
  const type = message.getContentType();
  if (splitsOtherwise(type)) return { type, names };
  const payload = message.getPayload();
  if (Array.isArray(payload)) return { type, names, parts: payload.map(parsed) };
  // Where a multipart is closed before it begins, CPython forgets the rest of it.
  if (type.startsWith("multipart/")) return { type, names };
  return { type, names, body: String(payload) };
}

/** What both can be compared by: bodies only where the octets are ASCII, envelope lines left out. */
function comparable(bytes: Uint8Array): boolean {
  const all = text(bytes);
  return /^[\0-\x7f]*$/.test(all) && !/(^|[\r\n])(From |:)/.test(all);
}

function checkTree(bytes: Uint8Array, part: ScannedPart, from: number, to: number): void {
  const offsets = [from, part.start, part.bodyStart, part.end, to];
  assert(
    offsets.every((offset, i) => i === 0 || offsets[i - 1]! <= offset),
    `${offsets} of ${JSON.stringify(text(bytes))}`,
  );
  let at = part.start;
  for (const { start, valueStart, end } of part.fields) {
    assert(at <= start && start <= valueStart && valueStart <= end && end <= part.bodyStart);
    at = end;
  }
  let lines = 0;
  for (let i = part.bodyStart; i < part.end; i++) if (bytes[i] === 0x0a) lines++;
  assertEquals(part.lines, lines);
  let after = part.bodyStart;
  for (const child of part.parts) {
    checkTree(bytes, child, after, part.end);
    after = child.end;
  }
  if (part.message !== null) {
    checkTree(bytes, part.message, part.bodyStart, part.end);
    assertEquals([part.message.start, part.message.end], [part.bodyStart, part.end]);
  }
}

test("the scan and the parser see the same parts of every message", () => {
  let compared = 0;
  for (const { name, bytes } of messages) {
    for (const strayLine of ["body", "skip"] as const) {
      checkTree(bytes, scanMessage(bytes, { strayLine }), 0, bytes.length);
    }
    if (!comparable(bytes)) continue;
    compared++;
    assertEquals(scanned(bytes, scanMessage(bytes)), parsed(messageFromBytes(bytes)), name);
  }
  assert(compared > messages.length / 2, `${compared} of ${messages.length} messages are compared`);
});

test("they see the same parts of damaged messages", () => {
  const seed = Number(globalThis.Deno?.env.get("SEED") ?? 20_260_101);
  console.log(`seed ${seed}`);
  let state = seed;
  const random = (below: number) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return (state >>> 4) % below;
  };
  const sources = messages.filter(({ bytes }) => bytes.length < 20_000 && comparable(bytes));
  const marks = [
    "\n",
    "\r\n",
    "\r",
    "--",
    "\n--",
    "--b\n",
    "--b--\n",
    ":",
    " ",
    "\n\n",
    "message/rfc822",
    ";",
  ];
  for (let round = 0; round < 2_000; round++) {
    const { name, bytes: source } = sources[random(sources.length)]!;
    let damaged = text(source);
    for (let changes = 1 + random(3); changes > 0; changes--) {
      const at = random(damaged.length + 1);
      const from = random(damaged.length + 1);
      const insert = random(3) === 0 ? damaged.slice(from, from + random(200)) : marks[random(marks.length)]!;
      damaged = damaged.slice(0, at) + insert + damaged.slice(at + random(40));
    }
    const bytes = encoder.encode(damaged);
    checkTree(bytes, scanMessage(bytes, { strayLine: "skip" }), 0, bytes.length);
    if (!comparable(bytes)) continue;
    const tree = scanMessage(bytes);
    checkTree(bytes, tree, 0, bytes.length);
    assertEquals(
      scanned(bytes, tree),
      parsed(messageFromBytes(bytes)),
      `${name}, seed ${seed}, round ${round}`,
    );
  }
});

test("offsets of a multipart with a message inside", () => {
  const source = [
    "Subject: outer",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "preamble",
    "--b",
    "",
    "one",
    "two",
    "--b",
    "Content-Type: message/rfc822",
    "",
    "Subject: inner",
    " folded",
    "",
    "body",
    "--b--",
    "",
  ].join("\r\n");
  const bytes = encoder.encode(source);
  const root = scanMessage(bytes);
  const slice = (start: number, end: number) => source.slice(start, end);
  assertEquals(root.contentType, "multipart/mixed");
  assertEquals([root.start, root.end], [0, bytes.length]);
  const [first, second] = root.parts;
  assertEquals(slice(first!.start, first!.bodyStart), "\r\n");
  assertEquals(slice(first!.bodyStart, first!.end), "one\r\ntwo");
  assertEquals(first!.lines, 1);
  const inner = second!.message!;
  const subject = inner.field("subject")!;
  assertEquals(slice(subject.start, subject.end), "Subject: inner\r\n folded\r\n");
  assertEquals(slice(subject.valueStart, subject.end), " inner\r\n folded\r\n");
  assertEquals(slice(inner.bodyStart, inner.end), "body");
  assertEquals(second!.lines, 3);
});

test("a stray line in the header ends it, or is passed over", () => {
  const bytes = encoder.encode("A: 1\nno field\nB: 2\n\nbody\n");
  assertEquals(scanMessage(bytes).fields.map((field) => field.name), ["a"]);
  const skipping = scanMessage(bytes, { strayLine: "skip" });
  assertEquals(skipping.fields.map((field) => field.name), ["a", "", "b"]);
  assertEquals(text(bytes.subarray(skipping.bodyStart, skipping.end)), "body\n");
});

test("a digest holds messages", () => {
  const bytes = encoder.encode(
    "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: a\n\nx\n--b--\n",
  );
  const [part] = scanMessage(bytes).parts;
  assertEquals(part!.contentType, "message/rfc822");
  assertEquals(part!.message!.fields.map((field) => field.name), ["subject"]);
});

test("a message of RFC 6532 is one, other types of message are leaves", () => {
  const part = (type: string) => scanMessage(encoder.encode(`Content-Type: ${type}\n\nSubject: a\n\nx\n`));
  for (const type of ["message/rfc822", "message/global"]) {
    assertEquals(part(type).message!.fields.map((field) => field.name), ["subject"], type);
  }
  assertEquals(part("message/partial").message, null);
});

test("a boundary outside ASCII is found", () => {
  const bytes = encoder.encode(
    'Content-Type: multipart/mixed; boundary="gr\u00fcn"\n\n--gr\u00fcn\n\nx\n--gr\u00fcn--\n',
  );
  assertEquals(scanMessage(bytes).parts.length, 1);
});

test("a line that begins with a boundary is one, the longest and innermost of those that are open", () => {
  const bytes = encoder.encode([
    "Content-Type: multipart/mixed; boundary=ab",
    "",
    "--abandoned",
    "Content-Type: multipart/mixed; boundary=abc",
    "",
    "--abcd",
    "",
    "one",
    "--abc and more",
    "",
    "two",
    "--abc--",
    "--ab",
    "",
    "three",
    "--ab--rest",
    "",
  ].join("\n"));
  const shape = (part: ScannedPart): unknown =>
    part.parts.length > 0 ? part.parts.map(shape) : text(bytes.subarray(part.bodyStart, part.end));
  assertEquals(shape(scanMessage(bytes, { boundaries: "beginning" })), [["one", "two"], "three"]);
});

test("limits on depth, parts and header", () => {
  const nested = "Content-Type: message/rfc822\n\n".repeat(10);
  let part: ScannedPart | null = scanMessage(encoder.encode(nested), { maxDepth: 3 });
  let depth = 0;
  for (; part !== null; part = part.message) depth++;
  assertEquals(depth, 4);
  const many = encoder.encode(
    `Content-Type: multipart/mixed; boundary=b\n\n${"--b\n\nx\n".repeat(10)}--b--\n`,
  );
  const { parts } = scanMessage(many, { maxParts: 4 });
  assertEquals(parts.length, 4);
  assertEquals(parts[3]!.end, many.length);
  const long = encoder.encode(`A: 1\nB: ${"x".repeat(100)}\n\nbody`);
  const limited = scanMessage(long, { maxHeaderBytes: 50 });
  assertEquals(limited.fields.map((field) => field.name), ["a"]);
  assertEquals(limited.bodyStart, 5);
});

test("a field is found by its whole name, blanks before the colon aside", () => {
  const source = "Subjects: 1\nSub: 2\nSUBJECT \t: 3\nSubject: 4\n\n";
  const bytes = encoder.encode(source);
  const part = scanMessage(bytes, { strayLine: "skip" });
  const field = part.field("subject")!;
  assertEquals(source.slice(field.valueStart, field.end), " 3\n");
  assertEquals(field.name, "subject");
  assertEquals(part.field("subj"), undefined);
  assertEquals(part.field("subjects")!.start, 0);
});

test("envelope lines and continuations of nothing are fields without a name", () => {
  const names = (text: string) => scanMessage(new TextEncoder().encode(text)).fields.map(({ name }) => name);
  assertEquals(names("From a b\nSubject: x\n\n"), ["", "subject"]);
  assertEquals(names(" c\nSubject: x\n\n"), ["", "subject"]);
  assertEquals(names("\tc\n d\nSubject: x\n\n"), ["", "subject"]);
});
