import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { type BodyStructure, decodeResponse } from "@postern/postern/imap";
import { startServer } from "@postern/postern/testing";
import { forSeedsAsync, type Random } from "../../support/seeded.ts";
import { Wire } from "./wire.ts";

/** A part as it is written, with all that the server must find out again. */
interface Made {
  /** `TEXT/PLAIN`, `MULTIPART/MIXED` ... */
  type: string;
  /** Header with its empty line. */
  header: string;
  body: string;
  parts: Made[];
  message: Made | undefined;
}

/** Numbers the boundaries, and keeps those of multiparts that are over: in later parts they are plain text. */
interface Boundaries {
  next: number;
  over: string[];
}

/** A random part; inside a multipart its body does not end in a line end of its own unless that is part of it. */
function makePart(random: Random, depth: number, serial: Boundaries): Made {
  const kind = depth === 0 ? "leaf" : random.pick(["leaf", "leaf", "multipart", "multipart", "message"]);
  const extra = random.chance(0.5) ? `X-Folded: one\r\n${random.pick([" ", "\t"])}two\r\n` : "";
  const field = (value: string) =>
    `${random.pick(["Content-Type", "content-TYPE"])}: ${value}\r\n${extra}\r\n`;
  if (kind === "multipart") {
    // Boundaries that are prefixes of each other must not be confused.
    const boundary = `b${"=".repeat(serial.next++ % 7)}${random.pick(["", "_'()+,-./:=?"])}${serial.next}`;
    const parts = Array.from({ length: random.between(1, 4) }, () => makePart(random, depth - 1, serial));
    const end = random.chance(0.9)
      ? `\r\n--${boundary}--${random.pick(["", "\r\n", "\r\nepilogue\r\n", "  \r\n"])}`
      : "";
    const pieces = parts.map((part) =>
      `--${boundary}${random.pick(["", " ", "\t "])}\r\n${part.header}${part.body}`
    );
    serial.over.push(`--${boundary}`, `--${boundary}--`);
    return {
      type: "MULTIPART/MIXED",
      header: field(`multipart/mixed;${random.pick([" ", "\r\n\t"])}boundary="${boundary}"`),
      body: random.pick(["", "preamble\r\n", "--\r\n--b\r\n\r\n"]) + pieces.join("\r\n") + end,
      parts,
      message: undefined,
    };
  }
  if (kind === "message") {
    const message = makePart(random, depth - 1, serial);
    return {
      type: "MESSAGE/RFC822",
      header: field("message/rfc822"),
      body: message.header + message.body,
      parts: [],
      message,
    };
  }
  const words = ["", "text", "--", "--b", "-- b", "\u00e9", ...serial.over];
  const lines = Array.from({ length: random.below(5) }, () => random.pick(words));
  const type = random.pick(["text/plain", "TEXT/html", "image/png", 'application/octet-stream; x="a;b"']);
  return {
    type: type.split(";")[0]!.toUpperCase(),
    header: field(type),
    body: lines.join("\r\n"),
    parts: [],
    message: undefined,
  };
}

/** Every section of a message, with the octets it must give. */
function* sectionsOf(message: Made, prefix: string): Generator<[section: string, octets: string]> {
  const dot = prefix === "" ? "" : `${prefix}.`;
  yield [`${dot}HEADER`, message.header];
  yield [`${dot}TEXT`, message.body];
  yield* partsOf(message, dot);
}

function* partsOf(container: Made, dot: string): Generator<[section: string, octets: string]> {
  const parts = container.parts.length > 0 ? container.parts : [container];
  for (const [index, part] of parts.entries()) {
    const path = `${dot}${index + 1}`;
    yield [path, part.body];
    yield [`${path}.MIME`, part.header];
    if (part.message !== undefined) yield* sectionsOf(part.message, path);
    else if (part.parts.length > 0 && part !== container) yield* partsOf(part, `${path}.`);
  }
}

/** What BODYSTRUCTURE must say of a part, as far as it follows from how the part was made. */
function summaryOf(part: Made): unknown {
  if (part.parts.length > 0) return { type: part.type, parts: part.parts.map(summaryOf) };
  const octets = new TextEncoder().encode(part.body).length;
  const lines = part.body.split("\n").length - 1;
  if (part.message !== undefined) return { type: part.type, octets, lines, inside: summaryOf(part.message) };
  return part.type.startsWith("TEXT/") ? { type: part.type, octets, lines } : { type: part.type, octets };
}

function summaryOfAnswer(body: BodyStructure): unknown {
  const type = `${body.type}/${body.subtype}`.toUpperCase();
  if (body.kind === "multipart") return { type, parts: body.parts.map(summaryOfAnswer) };
  if (body.body !== undefined) {
    return { type, octets: body.size, lines: body.lines, inside: summaryOfAnswer(body.body) };
  }
  return body.lines === undefined
    ? { type, octets: body.size }
    : { type, octets: body.size, lines: body.lines };
}

test("sections and structure of random messages are those they were made of", async () => {
  await forSeedsAsync(50, async (random) => {
    const made = makePart(random, random.between(0, 5), { next: 0, over: [] });
    await using server = await startServer({ mailboxes: { INBOX: [made.header + made.body] } });
    const wire = await Wire.login(server, "INBOX", { rev2: true });
    for (const [section, octets] of [["", made.header + made.body], ...sectionsOf(made, "")]) {
      const length = new TextEncoder().encode(octets).length;
      assertEquals(
        await wire.ok(`FETCH 1 BODY.PEEK[${section}]`),
        [`* 1 FETCH (BODY[${section}] {${length}}\r\n${octets})`],
      );
    }
    for (const item of ["BODY", "BODYSTRUCTURE"]) {
      const [line] = await wire.ok(`FETCH 1 ${item}`);
      const response = decodeResponse(new TextEncoder().encode(`${line}\r\n`), { strict: true });
      if (response.type !== "FETCH") throw new Error(`not a FETCH response: ${line}`);
      const body = response.bodyStructure ?? response.body;
      if (body === undefined || body === null) throw new Error(`no structure: ${line}`);
      assertEquals(summaryOfAnswer(body), summaryOf(made));
    }
  });
});
