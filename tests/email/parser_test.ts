import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import {
  BytesFeedParser,
  BytesHeaderParser,
  BytesParser,
  CloseBoundaryNotFoundDefect,
  compat32,
  FeedParser,
  HeaderLimitDefect,
  HeaderParser,
  Message,
  MessageDefect,
  messageFromBytes,
  messageFromStream,
  messageFromString,
  NestingLimitDefect,
  NoBoundaryInMultipartDefect,
  Parser,
  PartLimitDefect,
  structure,
} from "../../email/mod.ts";
import { growth } from "../support/growth.ts";

const encoder = new TextEncoder();

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** Everything the parser decides about a message. */
function shape(message: Message): unknown {
  return {
    type: message.getContentType(),
    raw: [...message.rawItems()],
    unixfrom: message.getUnixfrom(),
    preamble: message.preamble,
    epilogue: message.epilogue,
    defects: message.defects.map((defect) => [defect.name, defect.line]),
    payload: message.isMultipart() ? (message.getPayload() as Message[]).map(shape) : message.getPayload(),
  };
}

const SAMPLE = [
  "From envelope",
  "A: b",
  " folded",
  "Content-Type: multipart/mixed; boundary=b",
  "",
  "pre",
  "--b",
  "Content-Type: multipart/digest; boundary=c",
  "",
  "--c",
  "",
  "X: y",
  "",
  "--c--",
  "--b ",
  "t\xe9xt",
  "--b",
  "Content-Type: message/delivery-status",
  "",
  "A: b",
  "",
  "C: d",
  "--b--",
  "epi",
].join("\r\n");

test("bytes, escaped text and pieces of either give the same message", () => {
  const whole = shape(messageFromBytes(bytes(SAMPLE)));
  const escaped = SAMPLE.replaceAll("\xe9", "\udce9");
  assertEquals(shape(messageFromString(escaped)), whole);
  assertEquals(shape(new Parser().parsestr(escaped)), whole);
  assertEquals(shape(new BytesParser().parsebytes(bytes(SAMPLE))), whole);
  for (const size of [1, 2, 7, 61, 977]) {
    const fromBytes = new BytesFeedParser();
    const fromText = new FeedParser();
    for (let i = 0; i < SAMPLE.length; i += size) {
      fromBytes.feed(bytes(SAMPLE.slice(i, i + size)));
      fromText.feed(escaped.slice(i, i + size));
    }
    assertEquals(shape(fromBytes.close()), whole, `pieces of ${size}`);
    assertEquals(shape(fromText.close()), whole, `pieces of ${size}`);
  }
});

test("text with characters that no byte represents is parsed at the same places", () => {
  const message = messageFromString(
    'Subject: Grüße €\nContent-Type: multipart/mixed; boundary="ü"\n\n--ü\nA: 日\n\n日本\n--ü--\n€',
  );
  assertEquals(message.get("subject"), "Grüße €");
  const [part] = message.getPayload() as Message[];
  assertEquals([part!.get("a"), part!.getPayload(), message.epilogue], ["日", "日本", "€"]);
});

test("an envelope line at the end of the headers goes to the body, in text outside ASCII too", () => {
  const expected = "From ü\nbody €";
  assertEquals(messageFromString("A: b\nFrom ü\n\nbody €").getPayload(), expected);
  const data = bytes("A: b\nFrom x\n\nbody");
  assertEquals(messageFromBytes(data).getPayload(), "From x\nbody");
  assertEquals(data, bytes("A: b\nFrom x\n\nbody"), "the caller's bytes are as they were");
});

test("line ends of bytes are kept", () => {
  const message = messageFromBytes(bytes("A: b\r\n c\r\n\r\nx\r\ny\rz\n"));
  assertEquals(message.get("a"), "b\r\n c");
  assertEquals(message.getPayload(), "x\r\ny\rz\n");
});

test("header parsers leave everything else as text", () => {
  const text = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n";
  for (
    const message of [new HeaderParser().parsestr(text), new BytesHeaderParser().parsebytes(bytes(text))]
  ) {
    assertEquals(message.getPayload(), "--b\n\nx\n--b--\n");
    assertEquals(message.defects, []);
  }
  assertEquals(new Parser().parsestr(text, { headersOnly: true }).isMultipart(), false);
});

test("streams of bytes and of text", async () => {
  const stream = new Blob(["Subject: a", "\n\nb"]).stream();
  assertEquals((await messageFromStream(stream)).get("subject"), "a");
  async function* mixed() {
    yield bytes("A: \xe9");
    yield await Promise.resolve("\n\nb");
    yield bytes("\xe9");
  }
  const message = await messageFromStream(mixed());
  assertEquals([...message.rawItems()], [["A", "\udce9"]]);
  assertEquals(message.getPayload({ decode: true }), bytes("b\xe9"));
});

test("an error of the stream is the caller's", async () => {
  async function* broken() {
    yield bytes("A: b");
    await Promise.resolve();
    throw new Error("gone");
  }
  await assertRejects(() => messageFromStream(broken()), Error, "gone");
});

class Custom extends Message {
  custom = true;
}

test("messages are made with the factory given, or the policy's", () => {
  const text = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n";
  const policy = compat32.clone({ messageFactory: Custom });
  const factory = (options: ConstructorParameters<typeof Custom>[0]) => new Custom(options);
  for (
    const message of [
      messageFromString(text, { factory: Custom }),
      messageFromString(text, { factory }),
      messageFromBytes(bytes(text), { policy }),
    ]
  ) {
    for (const part of message.walk()) assertInstanceOf(part, Custom);
    assert((message.getPayload(0) as Custom).custom);
  }
  assertEquals(messageFromString(text, { policy }).getPayload(0).policy, policy);
});

test("raiseOnDefect throws what would have been recorded", () => {
  const policy = compat32.clone({ raiseOnDefect: true });
  const text = "Content-Type: multipart/mixed\n\nx";
  assertThrows(() => messageFromString(text, { policy }), NoBoundaryInMultipartDefect);
  assertThrows(() => {
    const parser = new FeedParser({ policy });
    parser.feed(text);
    parser.close();
  }, MessageDefect);
  assertEquals(messageFromString("A: b\nFrom x\nC: d\n\n", { policy }).defects.length, 1);
});

test("a policy that parses headers itself sees every line", () => {
  class Loud extends (compat32.constructor as typeof import("../../email/mod.ts").Compat32) {
    override headerSourceParse(lines: string[]): [string, string] {
      const [name, value] = super.headerSourceParse(lines);
      return [name.toUpperCase(), `${lines.length}:${value}`];
    }
  }
  const message = messageFromString("a: b\r\n c\nd: e\n\n", { policy: new Loud() });
  assertEquals(message.items(), [["A", "2:b\r\n c"], ["D", "1:e"]]);
});

function nested(levels: number, type: (i: number) => string, between: (i: number) => string): string {
  let text = "";
  for (let i = 0; i < levels; i++) text += `Content-Type: ${type(i)}\n\n${between(i)}`;
  return `${text}Subject: innermost\n\nbody\n`;
}

test("nesting beyond the limit is a defect, and the rest is kept as text", () => {
  const text = nested(2000, () => "message/rfc822", () => "");
  const message = messageFromString(text);
  const parts = [...message.walk()];
  assertEquals(parts.length, 257);
  const last = parts[256]!;
  assertInstanceOf(last.defects[0], NestingLimitDefect);
  assert((last.getPayload() as string).endsWith("Subject: innermost\n\nbody\n"));
  assertEquals(message.asString(), text);

  const multiparts = nested(2000, (i) => `multipart/mixed; boundary=b${i}`, (i) => `--b${i}\n`);
  const outer = messageFromBytes(encoder.encode(multiparts));
  assertEquals([...outer.walk()].length, 257);
  assertInstanceOf(outer.defects[0], CloseBoundaryNotFoundDefect);
  assertEquals(messageFromString(text, { policy: compat32.clone({ maxDepth: 3000 }) }).asString(), text);
  assertEquals([...messageFromString(text, { policy: compat32.clone({ maxDepth: 5 }) }).walk()].length, 6);
});

test("parts beyond the limit stay text of the last one", () => {
  const text = `Content-Type: multipart/mixed; boundary=b\n\n${"--b\n\nx\n".repeat(20)}--b--\n`;
  const message = messageFromString(text, { policy: compat32.clone({ maxParts: 10 }) });
  const parts = message.getPayload() as Message[];
  assertEquals(parts.length, 10);
  assertInstanceOf(parts[9]!.defects[0], PartLimitDefect);
  assertEquals(parts[9]!.getPayload(), `x\n${"--b\n\nx\n".repeat(10)}--b--`);
  assertEquals(messageFromString(text).defects, []);
});

test("headers beyond the limit become body", () => {
  const policy = compat32.clone({ maxHeaderBytes: 100 });
  const message = messageFromString("A: b\n".repeat(30) + "\nbody", { policy });
  assertEquals(message.length, 20);
  assertInstanceOf(message.defects[0], HeaderLimitDefect);
  assertEquals(message.getPayload(), "A: b\n".repeat(10) + "\nbody");
  const long = messageFromString(`A: ${"x".repeat(3 << 20)}\n\nbody`);
  assertEquals([long.length, long.defects[0]?.name], [0, "HeaderLimitDefect"]);
  assertEquals(messageFromString("A: b\n".repeat(30) + "\nbody").defects, []);
});

test("structure shows types, indented", () => {
  assertEquals(
    structure(messageFromBytes(bytes(SAMPLE)), { includeDefault: true }),
    [
      "multipart/mixed [text/plain]",
      "    multipart/digest [text/plain]",
      "        message/rfc822 [message/rfc822]",
      "            text/plain [text/plain]",
      "    text/plain [text/plain]",
      "    message/delivery-status [text/plain]",
      "        text/plain [text/plain]",
      "        text/plain [text/plain]",
      "",
    ].join("\n"),
  );
});

test("parsing takes time in proportion to its input", async () => {
  const shapes: Record<string, (n: number) => string> = {
    parts: (n) => `Content-Type: multipart/mixed; boundary=b\n\n${"--b\n\nx\n".repeat(n / 3)}`,
    fields: (n) => "a: b\n".repeat(n),
    continuations: (n) => `a: b\n${" c\n".repeat(n)}`,
    hyphens: (n) => `Content-Type: multipart/mixed; boundary=b\n\n${"-\n".repeat(n)}`,
    "near boundaries": (n) => `Content-Type: multipart/mixed; boundary=b\n\n${"--bx\n".repeat(n)}`,
    "envelope lines": (n) =>
      `Content-Type: multipart/mixed; boundary=b\n\n${"--b\nA: b\nFrom x\n\nx\n".repeat(n / 10)}`,
    "status blocks": (n) => `Content-Type: message/delivery-status\n\n${"A: b\n\n".repeat(n / 3)}`,
    "bare returns": (n) => `Content-Type: multipart/mixed; boundary=b\n\n${"x\r".repeat(n)}`,
    "open boundaries": (n) =>
      nested(Math.min(n / 50, 250), (i) => `multipart/x; boundary=b${i}`, (i) => `--b${i}\n`) +
      "--b\n".repeat(n),
  };
  for (const [name, make] of Object.entries(shapes)) {
    await growth(name, [10_000, 80_000], (size) => messageFromBytes(encoder.encode(make(size))).getPayload());
  }
});

test("every parser makes messages of the class it was given", () => {
  class Own extends Message {}
  const text = "Content-Type: multipart/x; boundary=b\n\n--b\n\none\n--b--\n";
  const options = { factory: Own };
  for (
    const message of [
      new Parser(options).parsestr(text),
      new HeaderParser(options).parsestr(text),
      new BytesParser(options).parsebytes(bytes(text)),
      new BytesHeaderParser(options).parsebytes(bytes(text)),
      messageFromString(text, options),
    ]
  ) {
    for (const part of message.walk()) assertInstanceOf(part, Own);
  }
});
