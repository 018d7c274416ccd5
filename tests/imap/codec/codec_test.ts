import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  decodeResponse,
  encodeResponse,
  isCode,
  LimitError,
  ProtocolError,
  responses,
  type ServerResponse,
} from "@postern/postern/imap";
import { forSeedsAsync } from "../../support/seeded.ts";

const encoder = new TextEncoder();
const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

test("one response is decoded from its octets, literals included", () => {
  const response = decodeResponse(bytes("* 1 FETCH (UID 7 BODY[] {7}\r\nhi\r\nyou FLAGS (\\Seen))\r\n"));
  if (response.type !== "FETCH") throw new Error(response.type);
  assertEquals([response.seq, response.uid, response.flags], [1, 7, ["\\Seen"]]);
  assertEquals(response.sections[0]!.data, encoder.encode("hi\r\nyou"));
  assertEquals(response.quirks, undefined);
});

test("a tolerated deviation is named, and refused in strict mode", () => {
  const cases: [string, string[]][] = [
    ["* SEARCH 1 2 \r\n", ["trailing-space"]],
    ["* SEARCH 1 2\n", ["lone-lf"]],
    ["* 1 FETCH (BODY[] {2+}\r\nhi)\r\n", ["literal-plus"]],
    ["*  SEARCH 1 2\r\n", ["double-space"]],
    ["* OK\r\n", ["missing-text"]],
  ];
  for (const [text, quirks] of cases) {
    assertEquals(decodeResponse(bytes(text)).quirks, quirks, text);
    assertThrows(() => decodeResponse(bytes(text), { strict: true }), Error, "expected", text);
  }
});

test("what is not a response at all is INVALID and not an exception, unless strict", () => {
  for (const text of ["* \r\n", "nonsense\r\n", "\0\xff\r\n", "*\r\n", "A1\r\n"]) {
    const response = decodeResponse(bytes(text));
    if (response.type !== "INVALID") throw new Error(`${JSON.stringify(text)} is ${response.type}`);
    assertEquals(response.raw.bytes, bytes(text.slice(0, -2)));
    assert(response.error.startsWith("expected "), response.error);
    assertThrows(() => decodeResponse(bytes(text), { strict: true }), Error);
  }
});

test("less or more than one response is an error, and so is a limit", () => {
  for (
    const text of [
      "",
      "* OK",
      "* OK\r",
      "* 1 FETCH (BODY[] {5}\r\nabc",
      "* OK a\r\n* OK b\r\n",
      "* OK a\r\nx",
    ]
  ) {
    assertThrows(() => decodeResponse(bytes(text)), ProtocolError);
  }
  assertThrows(
    () => decodeResponse(bytes("* X {5}\r\nabcde\r\n"), { limits: { maxLiteral: 4 } }),
    LimitError,
  );
  assertThrows(() => decodeResponse(bytes("* XXXXXXXX\r\n"), { limits: { maxLine: 4 } }), LimitError);
  assertThrows(() => decodeResponse(bytes("* OK\r\n"), { limits: { maxLine: NaN } }), RangeError);
});

test("nesting deeper than the limit costs the item, not the message", () => {
  const part = (depth: number): string =>
    depth === 0 ? '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)' : `(${part(depth - 1)} "MIXED")`;
  const deep = (depth: number) => bytes(`* 1 FETCH (UID 7 BODYSTRUCTURE ${part(depth)} FLAGS ())\r\n`);
  const shallow = decodeResponse(deep(20));
  assert(shallow.type === "FETCH" && shallow.bodyStructure !== undefined);
  for (const depth of [200, 5000]) {
    const response = decodeResponse(deep(depth));
    if (response.type !== "FETCH") throw new Error(response.type);
    assertEquals([response.uid, response.flags, response.bodyStructure], [7, [], undefined]);
    assertEquals(response.other.map(({ name }) => name), ["BODYSTRUCTURE"]);
  }
});

test("mailbox names follow the mode", () => {
  const line = '* LIST () "/" Entw&APw-rfe\r\n';
  const list = (utf8: boolean) => decodeResponse(bytes(line), { utf8 }) as { mailbox: string };
  assertEquals(list(false).mailbox, "Entwürfe");
  assertEquals(list(true).mailbox, "Entw&APw-rfe");
});

const stream = "* OK [CAPABILITY IMAP4rev1] ready\r\n" +
  '* 2 FETCH (UID 8 BODY[HEADER] {12}\r\nSubject: x\r\n ENVELOPE (NIL {3}\r\na"b NIL NIL NIL NIL NIL NIL NIL NIL))\r\n' +
  '* LIST (\\HasNoChildren) "/" {5}\r\na b c\r\n' +
  '* ESEARCH (TAG "A1") UID ALL 1:3,5\r\n* SEARCH 1 2 \n' +
  "* XUNKNOWN (a {2}\r\nhi)\r\n+ go ahead\r\nnonsense {5}\r\nA1 OK [UIDNEXT 5] done\r\n";

async function collect(chunks: Uint8Array[]): Promise<ServerResponse[]> {
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const result: ServerResponse[] = [];
  for await (const response of responses(readable)) result.push(response);
  return result;
}

/** A subject as it stands in the row, in the octets of UTF-8, and what it says. */
type Subject = [wire: string, text: string | null];

test("rows read what they say, whatever stands beside them in the same piece", async () => {
  await forSeedsAsync(20, async (random) => {
    const subjects: Subject[] = Array.from({ length: 80 }, (_, at) => {
      const word = `s${at} ` + "x".repeat(random.pick([0, 1, 40, 300, 4070, 9000]));
      return random.pick<Subject>([
        [`"${word}"`, word],
        [`"${word}\\"a\\\\b"`, `${word}"a\\b`],
        // In 8 bits nothing of the piece is ASCII.
        [`"${word}\xc3\xbc"`, `${word}\u00fc`],
        [`"\xc3\xbc\\"${word}"`, `\u00fc"${word}`],
        [`{${word.length + 2}}\r\n${word}\r\n`, `${word}\r\n`],
        ["NIL", null],
      ]);
    });
    const all = bytes(
      subjects.map(([wire], at) =>
        `* ${at + 1} FETCH (ENVELOPE (NIL ${wire} NIL NIL NIL NIL NIL NIL NIL "<${at}@x>"))` +
        random.pick(["\r\n", "\r\n", "\n"])
      ).join(""),
    );
    const size = random.pick([1000, 4096, 5000, all.length]);
    const chunks = Array.from(
      { length: Math.ceil(all.length / size) },
      (_, at) => all.subarray(at * size, (at + 1) * size),
    );
    const read = (await collect(chunks)).map((row) => row.type === "FETCH" ? row.envelope : undefined);
    assertEquals(
      read.map((envelope) => [envelope?.subject, envelope?.messageId]),
      subjects.map(([, text], at) => [text, `<${at}@x>`]),
    );
  });
});

test("every split of a stream gives the same responses", async () => {
  const all = bytes(stream);
  const expected = await collect([all]);
  assertEquals(expected.map(({ type }) => type), [
    "OK",
    "FETCH",
    "LIST",
    "ESEARCH",
    "SEARCH",
    "UNKNOWN",
    "CONTINUATION",
    "INVALID",
    "TAGGED",
  ]);
  for (let at = 0; at <= all.length; at++) {
    assertEquals(await collect([all.subarray(0, at), all.subarray(at)]), expected, `split at ${at}`);
  }
  await forSeedsAsync(50, async (random) => {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < all.length;) {
      const size = random.between(1, 20);
      chunks.push(all.subarray(at, at + size));
      at += size;
    }
    assertEquals(await collect(chunks), expected);
  });
});

test("a stream that ends inside a response says so, one that is left is cancelled", async () => {
  await assertRejects(() => collect([bytes("* OK hi\r\n* 1 EXI")]), ProtocolError);
  await assertRejects(() => collect([bytes("* 1 FETCH (BODY[] {5}\r\n")]), ProtocolError);
  let cancelled = false;
  const readable = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(bytes("* 1 EXISTS\r\n")),
    cancel: () => void (cancelled = true),
  });
  for await (const response of responses(readable)) {
    assertEquals(response.type, "EXISTS");
    break;
  }
  assertEquals(cancelled, true);
});

test("calls of next that do not wait for each other are answered in order, and return waits for nobody", async () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const readable = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own) });
  const iterator = responses(readable);
  const calls = [iterator.next(), iterator.next(), iterator.next()];
  controller.enqueue(bytes("* 1 EXISTS\r\n* 2 EXI"));
  controller.enqueue(bytes("STS\r\n* 3 EXISTS\r\n* 4 EXISTS\r\n"));
  const counts = (await Promise.all(calls)).map(({ value }) => (value as { count: number }).count);
  assertEquals(counts, [1, 2, 3]);
  assertEquals(((await iterator.next()).value as { count: number }).count, 4);
  const waiting = iterator.next();
  assertEquals(await iterator.return!(), { done: true, value: undefined });
  assertEquals(await waiting, { done: true, value: undefined });
  assertEquals(await iterator.next(), { done: true, value: undefined });
});

test("after an error the responses end and the stream is cancelled", async () => {
  let cancelled = false;
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) =>
      controller.enqueue(bytes("* 1 EXISTS\r\n* 1 FETCH (BODY[] {9999999999999999999999}\r\n")),
    cancel: () => void (cancelled = true),
  });
  await using iterator = responses(readable);
  assertEquals((await iterator.next()).value?.type, "EXISTS");
  await assertRejects(() => iterator.next(), ProtocolError);
  assertEquals(cancelled, true);
  assertEquals(await iterator.next(), { done: true, value: undefined });
});

test("what is encoded decodes to the same", () => {
  for (const text of stream.split("\r\n* ").map((part, i) => (i === 0 ? part : `* ${part}`) + "\r\n")) {
    if (!text.startsWith("* ") || text.includes("\n* SEARCH") || text.includes("XUNKNOWN")) continue;
    const response = decodeResponse(bytes(text));
    if (response.type === "INVALID") throw new Error(text);
    assertEquals(decodeResponse(encodeResponse(response)), response, text);
  }
});

test("a code is of a name only with the data that the name promises", () => {
  const code = (text: string) => (decodeResponse(bytes(`* OK [${text}] x\r\n`)) as { code?: never }).code;
  const good = code("UIDNEXT 5");
  assert(isCode(good, "UIDNEXT"));
  assertEquals(isCode(good, "UIDNEXT") && (good as { uidNext: number }).uidNext, 5);
  // Outlook sends COPYUID without its sets: a known name over text.
  assertEquals(isCode(code("COPYUID 701  "), "COPYUID"), false);
  assertEquals(isCode(code("X-NEW 1"), "UIDNEXT"), false);
  assertEquals(isCode(undefined, "UIDNEXT"), false);
});

test("a response that is read too often without success is given up as a whole", () => {
  // Each took seconds: every repetition looked for the end of its section up to the end of the line.
  for (
    const unit of [
      "BODY[1 NIL ",
      "BINARY[ ",
      "BINARY.SIZE[ ",
      'BODY["a ',
      "X[ ",
    ]
  ) {
    const text = `* 1 FETCH (${unit.repeat(300_000 / unit.length)}`;
    const response = decodeResponse(bytes(`${text}\r\n`));
    if (response.type !== "INVALID") throw new Error(`${unit} is ${response.type}`);
    assertEquals(response.raw.bytes, bytes(text));
    assert(response.error.includes("fewer attempts"), response.error);
  }
});

test("hundreds of damaged items cost none of the others", () => {
  for (const unit of ["BODY[1 NIL ", "UID x ", "BINARY[x] (", "FLAGS (a b ", "X[( "]) {
    const response = decodeResponse(bytes(`* 1 FETCH (UID 7 ${unit.repeat(300)}\r\n`));
    if (response.type !== "FETCH") throw new Error(`${unit} is ${response.type}`);
    assertEquals(response.uid, 7);
    assert(response.other.length > 0);
  }
});

test("what a part is decides by its type however that is written: in any case, escaped, as a literal", () => {
  const fields = '"PLAIN" NIL NIL NIL "7BIT" 5';
  const linesOf = (type: string, rest: string) => {
    const row = decodeResponse(bytes(`* 1 FETCH (BODYSTRUCTURE (${type} ${fields}${rest}))\r\n`));
    if (row.type !== "FETCH" || row.bodyStructure?.kind !== "part") throw new Error(row.type);
    const { type: read, lines, md5 } = row.bodyStructure;
    return [read, lines, md5];
  };
  for (
    const [written, type] of [
      ['"TEXT"', "TEXT"],
      ['"text"', "text"],
      ['"tExT"', "tExT"],
      ['"t\\ext"', "text"],
      ["{4}\r\nText", "Text"],
    ] as const
  ) assertEquals(linesOf(written, " 3 NIL"), [type, 3, null]);
  // As long as the word, and another.
  for (const written of ['"TEST"', "{4}\r\nTEX7", '"TEX\\\\"']) {
    assertEquals(linesOf(written, ' "sum"').slice(1), [undefined, "sum"]);
  }
});

test("octets beyond ASCII between rows change nothing in the rows around them", async () => {
  const subject = (text: string) => `(ENVELOPE (NIL ${text} NIL NIL NIL NIL NIL NIL NIL NIL))`;
  const kinds = [
    subject('"plain"'),
    subject("{7}\r\n\xfcb\xe9r\r\nx"),
    subject("{2}\r\n\n\xff"),
    subject('"caf\xc3\xa9"'),
    subject('"\xff\xfe"'),
    subject("{4}\r\nline"),
  ];
  await forSeedsAsync(5, async (random) => {
    const rows = Array.from({ length: 200 }, (_, at) => {
      const kind = random.chance(0.8) ? kinds[0]! : random.pick(kinds);
      return `* ${at + 1} FETCH ${kind}\r\n`;
    });
    const stream = new Blob([bytes(rows.join(""))]).stream();
    const together: ServerResponse[] = [];
    for await (const response of responses(stream)) together.push(response);
    assertEquals(together, rows.map((row) => decodeResponse(bytes(row))));
  });
});

test("a name before a word that follows numbers is a response of its own, and not one without its number", () => {
  const decoded = (line: string) => {
    const response = decodeResponse(bytes(`* ${line}\r\n`));
    if (response.type !== "UNKNOWN") throw new Error(response.type);
    return [response.name, String(response.raw), response.error?.slice(0, 17)];
  };
  assertEquals(decoded("OLD EXISTS"), ["OLD", " EXISTS", undefined]);
  assertEquals(decoded("X-NEWS FETCH"), ["X-NEWS", " FETCH", undefined]);
  assertEquals(decoded("EXISTS 5"), ["EXISTS", " 5", "expected a number"]);
});
