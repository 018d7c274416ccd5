import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Framer, type FramerOptions } from "../../../imap/wire/framer.ts";
import { checkLimits, defaultLimits } from "../../../imap/base/limits.ts";
import { LimitError, ProtocolError } from "../../../imap/base/errors.ts";
import { growth } from "../../support/growth.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** How octets get into a framer: read into the place that it names, as chunks that it takes over when nothing waits, or by turns. */
const ways = ["read", "adopt", "turns"] as const;
type Way = typeof ways[number];

/** Puts a chunk into a framer, and calls back whenever something was put there. */
function feed(framer: Framer, chunk: Uint8Array, way: Way, fed: () => void): void {
  const adopts = way === "adopt" || (way === "turns" && chunk.length % 2 === 0);
  for (let at = 0; at < chunk.length;) {
    if (adopts && framer.buffered === 0) {
      framer.adopt(chunk.slice(at));
      at = chunk.length;
    } else {
      const space = framer.space();
      const count = Math.min(space.length, chunk.length - at);
      space.set(chunk.subarray(at, at + count));
      framer.filled(count);
      at += count;
    }
    fed();
  }
}

/** Frames in a form that can be compared, with what was dropped in its place; the same whichever way the octets come. */
function frames(chunks: Iterable<Uint8Array>, options: FramerOptions = {}): unknown[] {
  const all = [...chunks];
  const [first, ...others] = ways.map((way) => framesBy(way, all, options));
  for (const other of others) assertEquals(other, first);
  return first!;
}

function framesBy(way: Way, chunks: Iterable<Uint8Array>, options: FramerOptions): unknown[] {
  const result: unknown[] = [];
  const framer = new Framer({
    ...options,
    onDrop: (dropped) =>
      result.push({ limit: dropped.limit, size: dropped.size, head: decoder.decode(dropped.head) }),
  });
  const drain = () => {
    for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
      result.push({
        text: decoder.decode(frame.text),
        literals: frame.literals.map((literal) => decoder.decode(literal)),
        quirks: frame.quirks ?? [],
        ...(frame.continues === true ? { continues: true } : {}),
      });
    }
  };
  for (const chunk of chunks) feed(framer, chunk, way, drain);
  if (framer.partial) result.push("partial");
  return result;
}

function frame(text: string, literals: string[] = [], quirks: string[] = []): unknown {
  return { text, literals, quirks };
}

const session = "* OK ready {5}\r\n" +
  "* 1 FETCH (BODY[] {5}\r\nhe\r\no UID 7 BODY[TEXT] {0}\r\n)\r\n" +
  '* LIST () "/" {0003}\r\na\nb\r\n' +
  "* 2 FETCH (BINARY[1] ~{4}\r\n\0)\r\n X {2+}\r\nhi)\r\n" +
  "* no {12}\r\n* bye {1}\r\n+ go {3}\r\n" +
  "a1 OK done {10}\r\n" +
  "\r\n* SEARCH 1 2\n" +
  "* FLAGS (\\Seen)\r\n";

const expected = [
  frame("* OK ready {5}"),
  frame("* 1 FETCH (BODY[] {5}\r\n UID 7 BODY[TEXT] {0}\r\n)", ["he\r\no", ""]),
  frame('* LIST () "/" {0003}\r\n', ["a\nb"], ["padded-literal"]),
  frame("* 2 FETCH (BINARY[1] ~{4}\r\n X {2+}\r\n)", ["\0)\r\n", "hi"], ["literal-plus"]),
  frame("* no {12}"),
  frame("* bye {1}"),
  frame("+ go {3}"),
  frame("a1 OK done {10}"),
  frame("* SEARCH 1 2", [], ["lone-lf"]),
  frame("* FLAGS (\\Seen)"),
];

test("a stream gives its responses, literals set aside and marks left in", () => {
  assertEquals(frames([encoder.encode(session)]), expected);
});

test("every split of a stream gives the same frames", () => {
  const bytes = encoder.encode(session);
  for (let first = 0; first <= bytes.length; first++) {
    assertEquals(frames([bytes.subarray(0, first), bytes.subarray(first)]), expected, `split at ${first}`);
  }
  for (let size = 1; size <= 9; size++) {
    const chunks = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
    assertEquals(frames(chunks), expected, `chunks of ${size}`);
  }
});

test("a split stream of every three pieces gives the same frames with limits that drop some", () => {
  const limits = checkLimits({ maxLiteral: 4, maxResponse: 37 });
  const bytes = encoder.encode(session);
  const whole = frames([bytes], { limits });
  assertEquals(whole.filter((entry) => "limit" in (entry as object)), [
    { limit: "maxLiteral", size: 5, head: "* 1 FETCH (BODY[] {5}\r\n" },
    { limit: "maxResponse", size: 38, head: "* 2 FETCH (BINARY[1] ~{4}\r\n X {2+}\r\n" },
  ]);
  for (let first = 0; first <= bytes.length; first += 3) {
    for (let second = first; second <= bytes.length; second += 7) {
      const chunks = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      assertEquals(frames(chunks, { limits }), whole, `split at ${first} and ${second}`);
    }
  }
});

test("a long literal is read into the buffer that is handed out", () => {
  const framer = new Framer();
  const put = (bytes: Uint8Array) => {
    framer.space().set(bytes);
    framer.filled(bytes.length);
  };
  put(encoder.encode("* 1 FETCH (BODY[] {200000}\r\nabc"));
  assertEquals(framer.next(), undefined);
  const space = framer.space();
  assertEquals(space.length, 200_000 - 3);
  space.fill(0x78);
  framer.filled(space.length);
  put(encoder.encode(")\r\n"));
  const frame = framer.next()!;
  assertEquals(frame.literals.length, 1);
  assertEquals(frame.literals[0]!.buffer, space.buffer);
  assertEquals(frame.literals[0]!.length, 200_000);
  assertEquals(decoder.decode(frame.literals[0]!.subarray(0, 5)), "abcxx");
  assertEquals(decoder.decode(frame.text), "* 1 FETCH (BODY[] {200000}\r\n)");
});

test("literals of many sizes around the direct read and the receive buffer come out whole", () => {
  for (const size of [16_383, 16_384, 16_385, 262_143, 262_144, 262_145, 700_000]) {
    const body = new Uint8Array(size).map((_, i) => i % 251);
    const head = encoder.encode(`* 1 FETCH (BODY[] {${size}}\r\n`);
    const tail = encoder.encode(")\r\n* 2 EXISTS\r\n");
    const stream = new Uint8Array(head.length + size + tail.length);
    stream.set(head);
    stream.set(body, head.length);
    stream.set(tail, head.length + size);
    const framer = new Framer();
    let literal: Uint8Array | undefined;
    let last = "";
    for (let at = 0; at < stream.length;) {
      const space = framer.space();
      const count = Math.min(space.length, stream.length - at, 65_536);
      space.set(stream.subarray(at, at + count));
      framer.filled(count);
      at += count;
      for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
        literal ??= frame.literals[0];
        last = decoder.decode(frame.text);
      }
    }
    assertEquals(literal!.length, size);
    assertEquals(literal!.every((byte, i) => byte === i % 251), true, `octets of ${size}`);
    assertEquals(last, "* 2 EXISTS");
  }
});

test("many literals in a row come out whole, each in a buffer of its own, however the reads fall", () => {
  const sizes = [65_536, 1, 131_072, 40_000, 0, 131_073, 65_535, 100_000, 3];
  const parts = sizes.map((size, i) =>
    `* ${i} FETCH (BODY[] {${size}}\r\n${String.fromCharCode(97 + i).repeat(size)})\r\n`
  );
  const stream = encoder.encode(parts.join("").repeat(3));
  for (const most of [9_973, 65_536, 262_144, 524_288]) {
    for (const way of ways) {
      const framer = new Framer();
      let rows = 0;
      const drain = () => {
        for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
          const i = rows++ % sizes.length;
          const literal = frame.literals[0]!;
          assertEquals(decoder.decode(frame.text), `* ${i} FETCH (BODY[] {${sizes[i]}}\r\n)`);
          assertEquals([literal.length, literal.buffer.byteLength], [sizes[i], sizes[i]]);
          assertEquals(literal.every((byte) => byte === 97 + i), true, `octets of ${sizes[i]}`);
        }
      };
      for (let at = 0; at < stream.length; at += most) {
        feed(framer, stream.subarray(at, at + most), way, drain);
      }
      assertEquals(rows, 3 * sizes.length, way);
      assertEquals(framer.partial, false);
    }
  }
});

test("what a literal announces is not made room for before it comes", () => {
  const size = 20_000_001;
  for (const way of ways) {
    const framer = new Framer({ limits: defaultLimits });
    feed(
      framer,
      encoder.encode(`* 1 FETCH (BODY[] {${size}}\r\nx`),
      way,
      () => assertEquals(framer.next(), undefined),
    );
    let room = framer.space().buffer.byteLength;
    assert(room <= 16 * 1024 * 1024, `${room} bytes for one octet`);
    const piece = new Uint8Array(1 << 20).fill(0x78);
    let came = 1;
    for (; came < size; came += piece.length) {
      feed(framer, piece.subarray(0, size - came), way, () => assertEquals(framer.next(), undefined));
      room = framer.space().buffer.byteLength;
      assert(room <= Math.max(16 * 1024 * 1024, 4 * (came + piece.length)), `${room} bytes for ${came}`);
    }
    let literal: Uint8Array | undefined;
    feed(framer, encoder.encode(")\r\n"), way, () => literal = framer.next()?.literals[0]);
    assertEquals([literal!.length, literal!.buffer.byteLength], [size, size]);
    assert(literal!.every((byte) => byte === 0x78));
  }
});

test("a chunk is handed to a sink as it is when all of it is the literal's, and is not held on to", () => {
  const seen: [number, boolean][] = [];
  const chunks: Uint8Array[] = [];
  let place: Uint8Array | undefined;
  const framer = new Framer({
    sinkFor: ({ size }) =>
      size < 1000 ? undefined : {
        write(chunk, own = false) {
          seen.push([chunk.length, own]);
          if (own) chunks.push(chunk);
        },
        space: () => place,
        close: () => {},
      },
  });
  const texts: string[] = [];
  const next = () => {
    for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
      texts.push(decoder.decode(frame.text));
    }
  };
  const put = (chunk: Uint8Array) => {
    framer.adopt(chunk);
    next();
  };
  assert(!framer.adopts);
  put(encoder.encode("* 1 EXISTS\r\n* 1 FETCH (BODY[] {602500}\r\nabc"));
  assert(framer.adopts);
  place = new Uint8Array(10);
  assert(!framer.adopts);
  place = undefined;
  const own = new Uint8Array(602_000);
  put(own);
  // The rest is shorter than chunks may be.
  assert(!framer.adopts);
  // The last octets of a chunk that others look at, too.
  put(new Uint8Array(800).subarray(303));
  // The reader that got it may do with it what it likes.
  structuredClone(own, { transfer: [own.buffer] });
  put(encoder.encode(")\r\n* 2 EXISTS\r\n"));
  assertEquals(seen, [[3, false], [602_000, true], [497, false]]);
  assertEquals(chunks, [own]);
  assertEquals(texts, ["* 1 EXISTS", "* 1 FETCH (BODY[] {602500}\r\n)", "* 2 EXISTS"]);
  assertEquals(framer.space().length, 4096);
});

test("lines longer than the receive buffer are put together, longer than maxLine are skipped", () => {
  const line = "* SEARCH" + " 1".repeat(400_000);
  const chunks = [];
  const bytes = encoder.encode(line + "\r\n* 1 EXISTS\r\n");
  for (let at = 0; at < bytes.length; at += 50_000) chunks.push(bytes.subarray(at, at + 50_000));
  assertEquals(frames(chunks), [frame(line), frame("* 1 EXISTS")]);
  const limits = checkLimits({ maxLine: 10 });
  // Only what completes or asks for something cannot be skipped.
  assertThrows(() => frames([encoder.encode("A1 OK 678901\r\n")], { limits }), LimitError, "maxLine");
  assertThrows(() => frames([encoder.encode("+ 3456789012")], { limits }), LimitError, "maxLine");
  assertEquals(frames([encoder.encode("* 34567890\r\n")], { limits }), [frame("* 34567890")]);
  const after = "* 1 EXISTS\r\n";
  for (
    const [text, limit] of [
      ["* 345678901\r\n", "maxLine"],
      [`* SEARCH${" 1".repeat(400_000)}\r\n`, "maxLine"],
      ["* 1 FETCH (BODY[] {14}\r\n* 2 FETCH ()\r\n)\r\n", "maxLine"],
      [`* 1 FETCH (X ${"y".repeat(1000)} {14}\r\n* 2 FETCH ()\r\n {1}\r\n*)\r\n`, "maxLine"],
      [`* X {1}\r\na ${"y".repeat(1000)} {000014}\r\n* 2 FETCH ()\r\n)\r\n`, "maxLine"],
      // In the text of a status response it announces nothing.
      [`* OK ${"y".repeat(1000)} {12}\r\n`, "maxLine"],
    ] as const
  ) {
    for (const chunk of [1, 7, 100, 1_000_000]) {
      const bytes = encoder.encode(text + after);
      const chunks = [];
      for (let at = 0; at < bytes.length; at += chunk) chunks.push(bytes.subarray(at, at + chunk));
      for (const way of chunk === 1 ? ["read" as const] : ways) {
        const [dropped, ...rest] = framesBy(way, chunks, { limits, room: 64 }) as { limit?: string }[];
        assertEquals(
          [dropped?.limit, rest],
          [limit, [frame("* 1 EXISTS")]],
          `${text.slice(0, 40)} by ${chunk}, ${way}`,
        );
      }
    }
  }
  // The last byte may still be the CR of the line end.
  assertEquals(frames([encoder.encode("* 34567890\r")], { limits }), ["partial"]);
});

test("a literal of impossible size ends the connection, a padded one does not", () => {
  assertThrows(() => frames([encoder.encode("* X {9999999999999999}\r\n")]), ProtocolError);
  assertEquals(frames([encoder.encode("* X {00000000000000000002}\r\nab\r\n")]), [
    frame("* X {00000000000000000002}\r\n", ["ab"], ["padded-literal"]),
  ]);
  assertEquals(frames([encoder.encode("* X {01+}\r\na {0}\r\n\r\n")]), [
    frame("* X {01+}\r\n {0}\r\n", ["a", ""], ["literal-plus", "padded-literal"]),
  ]);
});

test("NUL bytes in front of a response are skipped, in front of noise they are shown", () => {
  assertEquals(frames([encoder.encode("\0\0* X {1}\r\na\r\n\0+ go\r\n\0\r\n\0\0a1 OK\r\n")]), [
    frame("* X {1}\r\n", ["a"], ["nul-padding"]),
    frame("+ go", [], ["nul-padding"]),
    frame("\0"),
    frame("a1 OK", [], ["nul-padding"]),
  ]);
});

test("what only looks like a mark is text", () => {
  for (
    const line of ["* X {}", "* X {a}", "* X 5}", "* X {-}", "* X {+}", "* X {5} ", "a {1}", "* OK{5}", "*"]
  ) {
    const literal = line === "* OK{5}" ? "partial" : frame(line);
    assertEquals(frames([encoder.encode(line + "\r\n")]), [literal], line);
  }
});

test("a literal goes to a sink while the response is open, and its promise holds reading back", async () => {
  // What fits into the receive buffer goes at once, when all of it is there.
  for (
    const [size, expected] of [[6, ["6 at once"]], [200_000, ["1000 at once", "199000 at once"]]] as const
  ) {
    const seen: string[] = [];
    let release = () => {};
    const framer = new Framer({
      limits: checkLimits({ maxLiteral: 4 }),
      room: 256 * 1024,
      sinkFor: (announced) =>
        announced.size < 5 ? undefined : {
          write: (chunk) => {
            assertEquals(announced.index, 1);
            assert(decoder.decode(announced.text).endsWith(`BODY[2] {${size}}\r\n`));
            assert(chunk.every((octet) => octet === 0x78));
            seen.push(`${chunk.length} at once`);
            return new Promise<void>((resolve) => release = resolve);
          },
          close: () => seen.push("close"),
        },
    });
    const put = (text: string) => assertEquals(framer.take(encoder.encode(text)), text.length);
    const first = Math.min(1000, size >> 1);
    put(`* 1 FETCH (BODY[1] {2}\r\nhi BODY[2] {${size}}\r\n${"x".repeat(first)}`);
    assertEquals(framer.next(), undefined);
    if (expected.length > 1) {
      const waiting = framer.backPressure();
      assertEquals(seen, expected.slice(0, 1));
      release();
      await waiting;
      assertEquals(framer.next(), undefined);
    } else {
      assertEquals(seen, []);
      assertEquals(framer.awaited, size - first);
    }
    put("x".repeat(size - first) + ")\r\n");
    assertEquals(framer.next(), undefined);
    assertEquals(seen, expected);
    release();
    await framer.backPressure();
    const frame = framer.next()!;
    assertEquals(seen, [...expected, "close"]);
    assertEquals(decoder.decode(frame.text), `* 1 FETCH (BODY[1] {2}\r\n BODY[2] {${size}}\r\n)`);
    assertEquals(frame.literals.map((literal) => decoder.decode(literal)), ["hi", ""]);
  }
});

test("a small literal comes to its sink as a whole, also out of several chunks", () => {
  const seen: string[] = [];
  const framer = new Framer({
    sinkFor: () => ({
      write: (chunk) => void seen.push(decoder.decode(chunk)),
      close: () => seen.push("close"),
    }),
  });
  const give = (text: string) => {
    feed(framer, encoder.encode(text), "adopt", () => {});
    return framer.next();
  };
  assertEquals(give("* 1 FETCH (BODY[] {6}\r\nab"), undefined);
  assertEquals(give("cd"), undefined);
  assertEquals(decoder.decode(give("ef)\r\n")!.text), "* 1 FETCH (BODY[] {6}\r\n)");
  assertEquals(seen, ["abcdef", "close"]);
});

for (const [what, piece] of [["", "X {1}\r\na "], [", each at the end of a line", "X {1}\r\na\r\n"]]) {
  test(`time grows with the input: many small literals in one response${what}`, async () => {
    await growth("literals", [10_000, 80_000], (count) => {
      const bytes = encoder.encode("* 1 FETCH (" + piece!.repeat(count) + "Y 1)\r\n");
      const chunks = [];
      for (let at = 0; at < bytes.length; at += 4096) chunks.push(bytes.subarray(at, at + 4096));
      const [only] = framesBy("read", chunks, {}) as { literals: string[] }[];
      assertEquals(only!.literals.length, count);
    });
  });
}

test("an empty rest after a literal ends a response only when no parenthesis is open", () => {
  assertEquals(frames([encoder.encode("* 1 FETCH (BODY[] {5}\r\nhello\r\n FLAGS ())\r\n* 2 EXISTS\r\n")]), [
    frame("* 1 FETCH (BODY[] {5}\r\n FLAGS ())", ["hello"]),
    frame("* 2 EXISTS"),
  ]);
  // Where it is never completed, the next response is not part of it.
  for (const next of ["* 2 EXISTS", "a1 OK done", "+ go"]) {
    assertEquals(frames([encoder.encode(`* 1 FETCH (BODY[] {5}\r\nhello\r\n\r\n${next}\r\n`)]), [
      frame("* 1 FETCH (BODY[] {5}\r\n", ["hello"]),
      frame(next),
    ]);
  }
  assertEquals(frames([encoder.encode('* LIST () "/" {1}\r\na\r\nx\r\n')]), [
    frame('* LIST () "/" {1}\r\n', ["a"]),
    frame("x"),
  ]);
});

test("octets of a literal after a raw line end are not responses", () => {
  const mail = "From: x\r\nA9 OK done\r\n* 9 EXISTS\r\nNO no\r\n";
  const literal = `{${mail.length}}\r\n${mail}`;
  const goesOn = (text: string, literals: string[] = []) => ({
    ...frame(text, literals) as object,
    continues: true,
  });
  for (
    const start of ['* 3 FETCH (BODYSTRUCTURE ("A" "PDF', '* 3 FETCH (ENVELOPE ("(x)', "* 3 FETCH (UID 1"]
  ) {
    const rest = start.includes('"') ? ' NAME=x" NIL) BODY[]' : " BODY[]";
    for (const lines of [[rest], ["NO more", "", rest]]) {
      const bytes = encoder.encode(`${start}\r\n${lines.join("\r\n")} ${literal})\r\nA4 OK done\r\n`);
      const expected = [
        frame(start),
        ...lines.slice(0, -1).filter((line) => line !== "").map((line) => goesOn(line)),
        goesOn(`${rest} {${mail.length}}\r\n)`, [mail]),
        frame("A4 OK done"),
      ];
      assertEquals(frames([bytes]), expected, start);
      // In pieces the text of the response before is gone from the buffer by then.
      assertEquals(frames(Array.from(bytes, (byte) => Uint8Array.of(byte))), expected, start);
    }
  }
});

test("a line that begins a response begins one, whatever was left open", () => {
  const text = '* 1 FETCH (X "a\r\n* 2 EXISTS\r\n* 3 FETCH (\r\nA1 NO x\r\n* LIST (\r\n+ go\r\n';
  assertEquals(frames([encoder.encode(text)]), [
    frame('* 1 FETCH (X "a'),
    frame("* 2 EXISTS"),
    frame("* 3 FETCH ("),
    frame("A1 NO x"),
    frame("* LIST ("),
    frame("+ go"),
  ]);
  // Text for a person opens nothing.
  assertEquals(frames([encoder.encode("* OK (no end\r\nNO x {5}\r\n")]), [
    frame("* OK (no end"),
    frame("NO x {5}"),
  ]);
});

test("the receive buffer grows with what comes and is given back", () => {
  const framer = new Framer({ limits: defaultLimits });
  const resting = framer.space().length;
  assert(resting <= 4096, `${resting} bytes at rest`);
  const line = new TextEncoder().encode(`* OK ${"x".repeat(95)}\r\n`);
  const feed = (count: number): number => {
    const space = framer.space();
    const lines = Math.min(count, Math.floor(space.length / line.length));
    for (let i = 0; i < lines; i++) space.set(line, i * line.length);
    // The rest of the place is filled with blank lines, which say nothing.
    const rest = count > lines ? space.length - lines * line.length : 0;
    for (let i = 0; i < rest; i++) space[lines * line.length + i] = 10;
    framer.filled(lines * line.length + rest);
    while (framer.next() !== undefined);
    return space.length;
  };
  let largest = 0;
  for (let i = 0; i < 6; i++) largest = Math.max(largest, feed(1_000_000));
  assertEquals(largest, 256 * 1024);
  // Small pieces come in the middle of a large answer, too.
  for (let i = 0; i < 2; i++) assertEquals(feed(1), largest);
  assertEquals(feed(1_000_000), largest);
  for (let i = 0; i < 3; i++) assertEquals(feed(1), largest);
  assertEquals(feed(1), resting);
});

test("only the words of a status response are those whose text may end like a literal", () => {
  for (const word of ["GO", "XK", "SAD", "PREXUTH", "XREAUTH", "MYE"]) {
    assertEquals(frames([encoder.encode(`* ${word} {3}\r\nabc\r\n`)]), [frame(`* ${word} {3}\r\n`, ["abc"])]);
  }
  for (const word of ["OK", "no", "Bad", "BYE", "PreAuth"]) {
    assertEquals(frames([encoder.encode(`* ${word} {3}\r\n+ abc\r\n`)]), [
      frame(`* ${word} {3}`),
      frame("+ abc"),
    ]);
  }
});

test("a long rest of a line after a literal is put to what came before it", () => {
  for (const size of [10, 500, 5_000, 70_000]) {
    const head = "* 1 FETCH (X-HEAD abcdef BODY[] {2}\r\n";
    const rest = ` X-LONG ${"x".repeat(size)})`;
    assertEquals(frames([encoder.encode(`${head}hi${rest}\r\n`)]), [frame(head + rest, ["hi"])]);
  }
});

test("a literal of a chunk of another class is plain octets of its own", () => {
  class Chunk extends Uint8Array {
    /** As Node.js's Buffer does: a view, not a copy. */
    override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
      return this.subarray(start, end) as Uint8Array<ArrayBuffer>;
    }
  }
  const framer = new Framer();
  const chunk = new Chunk(encoder.encode("* 1 FETCH (BODY[] {3}\r\nabc BODY[TEXT] {0}\r\n)\r\n"));
  framer.adopt(chunk);
  const { literals } = framer.next()!;
  chunk.fill(0);
  assertEquals(literals.map(({ constructor }) => constructor), [Uint8Array, Uint8Array]);
  assertEquals(literals.map((literal) => decoder.decode(literal)), ["abc", ""]);
});

test("as many literals as maxItems are taken, and one more is one too many", () => {
  const limits = checkLimits({ maxItems: 2 });
  const [two, three] = ["{1}\r\na {1}\r\nb", "{1}\r\na {1}\r\nb {1}\r\nc"].map((values) => {
    return frames([encoder.encode(`* X (${values})\r\n* OK next\r\n`)], { limits });
  });
  assertEquals(two!.length, 2);
  assertEquals((two![0] as { literals: string[] }).literals, ["a", "b"]);
  assertEquals(three!.map((one) => (one as { limit?: string; size?: number }).limit), [
    "maxItems",
    undefined,
  ]);
  assertEquals((three![0] as { size: number }).size, 3);
});
