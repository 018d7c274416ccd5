/** The hand-written primitives that generated decoders are made of. */
import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { Raw } from "../../../imap/values/raw.ts";
import { END } from "../../../imap/wire/byte_class.ts";
import { DecodeError } from "../../../imap/wire/decode_error.ts";
import { sameWord } from "../../../imap/wire/decode_helpers.ts";
import { RequestReader } from "../../../imap/wire/request_reader.ts";

const lenient = { utf8: false, strict: false };

/** A reader at the start of a text; each character is one byte. */
function over(text: string, literals: string[] = [], mode: Partial<typeof lenient> = {}): RequestReader {
  const reader = new RequestReader();
  reader.reset({ text: bytes(text), literals: literals.map(bytes) }, { ...lenient, ...mode });
  return last = reader;
}

/** The reader that was made last. */
let last: RequestReader;

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function text(octets: Uint8Array | null): string | null {
  return octets === null ? null : String.fromCharCode(...octets);
}

/** What a primitive throws is turned into an error by the decoder at work, and here. */
function refuses(read: () => unknown, message: string): void {
  try {
    read();
  } catch (problem) {
    const error = last.error(problem);
    if (!(error instanceof DecodeError)) throw problem;
    assertEquals(error.message, message);
    return;
  }
  throw new Error(`not refused: ${message}`);
}

/** What a function throws. */
function problemOf(run: () => unknown): unknown {
  try {
    run();
  } catch (problem) {
    return problem;
  }
  throw new Error("nothing was thrown");
}

test("strings are cut out of the line, and decoded alone where they are not ASCII", () => {
  const r = over('"abc" "" "\xc3\xa9" "x\xe9y" last');
  const read = [];
  for (let i = 0; i < 4; i++) {
    read.push(r.quoted());
    r.sp();
  }
  assertEquals(read, ["abc", "", "é", "x\xe9y"]);
  assertEquals(r.astring(), "last");
  assertEquals(r.quirks, ["eight-bit"]);
  assertEquals(r.peek(), END);
});

test("a replacement character that was sent is not damage, and a byte order mark is text", () => {
  const r = over('"\xef\xbf\xbd" "\xef\xbb\xbfx"');
  assertEquals(r.quoted(), "\ufffd");
  r.sp();
  assertEquals(r.quoted(), "\ufeffx");
  assertEquals(r.quirks, []);
});

test("a line with as many invalid bytes as characters is not taken for ASCII", () => {
  assertEquals(over('"\xe9\xe8"').quoted(), "éè");
});

test("backslashes are taken out of quoted strings", () => {
  assertEquals(over('"a\\"b\\\\c"').quoted(), 'a"b\\c');
  assertEquals(text(over('"a\\"b"').nbytes()), 'a"b');
  refuses(
    () => over('"abc\\"').quoted(),
    'expected a quoted string that ends at byte 0, found "\\"abc\\\\\\""',
  );
  refuses(() => over("abc").quoted(), 'expected a quoted string at byte 0, found "abc"');
});

test("literals are handed out as they are, and decoded where text is wanted", () => {
  const octets = bytes("\x00\xff");
  const r = new RequestReader();
  r.reset({ text: bytes("{2}\r\n ~{2}\r\n {3+}\r\n"), literals: [octets, octets, bytes("abc")] }, lenient);
  assertEquals(r.nbytes() === octets, true);
  r.sp();
  assertEquals(r.literal() === octets, true);
  r.sp();
  assertEquals(r.string(), "abc");
  assertEquals(r.peek(), END);
});

test("a mark without its literal is not a literal", () => {
  refuses(() => over("{3}\r\n").literal(), 'expected a literal at byte 0, found "{3}.."');
  refuses(() => over("{}\r\n", ["abc"]).literal(), 'expected a literal at byte 0, found "{}.."');
  refuses(() => over("{3}\n", ["abc"]).string(), 'expected a literal at byte 0, found "{3}."');
});

test("NIL is a word of its own", () => {
  assertEquals(over("nIl").nstring(), null);
  assertEquals(over("NIL)").nbytes(), null);
  refuses(() => over("NILS").nstring(), 'expected a string or NIL at byte 0, found "NILS"');
  refuses(() => over("NI").nstring(), 'expected a string or NIL at byte 0, found "NI"');
  assertEquals(over("NIL").astring(), "NIL");
});

test("numbers stop at their limit, however many digits come", () => {
  assertEquals(over("4294967295").number(), 4294967295);
  assertEquals(over("0000000000000000000000005").number(), 5);
  refuses(
    () => over("4294967296").number(),
    'expected a number up to 4294967295 at byte 0, found "4294967296"',
  );
  refuses(
    () => over("9".repeat(400)).number(Number.MAX_SAFE_INTEGER),
    `expected a number up to 9007199254740991 at byte 0, found "${"9".repeat(32)}"`,
  );
  refuses(() => over("x").number(), 'expected a number at byte 0, found "x"');
  assertEquals(over("9223372036854775807").bigint(), 9223372036854775807n);
  refuses(
    () => over("9223372036854775808").bigint(),
    'expected a number of 63 bits at byte 0, found "9223372036854775808"',
  );
  assertEquals(over("0".repeat(50) + "7").bigint(), 7n);
});

test("flags: system flags, keywords, servers' brackets, and no space between", () => {
  const flag = (input: string): string => over(input).flag();
  assertEquals(["\\Seen x", "\\*)", "$Forwarded", "[Gmail]", "a]b c"].map(flag), [
    "\\Seen",
    "\\*",
    "$Forwarded",
    "[Gmail]",
    "a]b",
  ]);
  const r = over("\\Seen\\Answered");
  assertEquals([r.flag(), r.flag()], ["\\Seen", "\\Answered"]);
  refuses(() => over("\\)").flag(), 'expected a flag at byte 1, found ")"');
});

test("mailbox names follow the mode, and lose no byte", () => {
  assertEquals(over("Entw&APw-rfe").mailbox(), "Entwürfe");
  assertEquals(over('"Entw&APw-rfe"', [], { utf8: true }).mailbox(), "Entw&APw-rfe");
  assertEquals(over('"Entw\xc3\xbcrfe"', [], { utf8: true }).mailbox(), "Entwürfe");
  assertEquals(over("inbox").mailbox(), "INBOX");
  assertEquals(over("{2}\r\n", ["a\xff"]).mailbox(), "a\udcff");
  assertEquals(over("a/%*").listMailbox(), "a/%*");
  // No string goes on after a line end, whichever octet of it is there.
  for (const end of ["\r", "\n"]) {
    const found = JSON.stringify('"a\\"b.c"');
    refuses(
      () => over(`"a\\"b${end}c"`).mailbox(),
      `expected a quoted string that ends at byte 0, found ${found}`,
    );
  }
});

test("a hierarchy delimiter without quotes is one character that begins no other value", () => {
  const taken: string[] = [];
  for (let code = 0x21; code < 0x7f; code++) {
    const char = String.fromCharCode(code);
    try {
      if (over(`${char} x`).delimiter() === char) taken.push(char);
    } catch {
      // Refused, as it should be.
    }
  }
  assertEquals(taken.join(""), "!#$%&'*+,-./:;<=>?@[\\]^_`|}~");
});

test("sections end at their bracket, not at one inside a header name", () => {
  const section = (input: string, literals: string[] = []): string => over(input, literals).section();
  assertEquals(section("]"), "");
  assertEquals(section("1.2.mime]"), "1.2.MIME");
  assertEquals(section("header.fields (From To)]"), "HEADER.FIELDS (From To)");
  assertEquals(section('HEADER.FIELDS ("X]Y" {3}\r\n)]', ["a)b"]).includes("X]Y"), true);
  assertEquals(section("SOMETHING new]"), "SOMETHING new");
  refuses(() => section("HEADER.FIELDS (From"), 'expected "]" at byte 19, found the end');
});

test("sequence sets stay ranges", () => {
  assertEquals(String(over("1:*,5 x").sequenceSet()), "1:*,5");
  assertEquals(String(over("$").sequenceSet()), "$");
  refuses(() => over("1,,2").sequenceSet(), 'expected a sequence set at byte 0, found "1,,2"');
});

test("dates are kept as text until they are asked for, and search dates are checked", () => {
  assertEquals(String(over('"nonsense"').dateTime()), "nonsense");
  assertEquals(over("1-Feb-1994").date(), "1994-02-01");
  assertEquals(over('"1-Feb-1994"').date(), "1994-02-01");
  refuses(() => over("31-Feb-x").date(), 'expected a date at byte 0, found "31-Feb-x"');
});

test("base64 is decoded to octets", () => {
  assertEquals(text(over("YWJj").base64()), "abc");
  assertEquals(text(over("=").base64()), "");
  refuses(() => over("a?").base64(), 'expected base64 at byte 0, found "a?"');
});

test("a raw value is one balanced value, whatever is inside", () => {
  const raw = (input: string, literals: string[] = []): [string, number] => {
    const r = over(input, literals);
    const value = r.generic();
    return [value.toString(), r.pos];
  };
  assertEquals(raw("atom rest"), ["atom", 4]);
  assertEquals(raw('"a b\\"" x'), ['"a b\\""', 7]);
  assertEquals(raw("(a (b) {3}\r\n) x", ["c)d"]), ["(a (b) {3}\r\nc)d)", 13]);
  assertEquals(raw("{5}x"), ["{5}x", 4]);
  refuses(() => raw(")"), 'expected a value at byte 0, found ")"');
  refuses(() => raw("(a"), "expected a value at byte 2, found the end");
  refuses(() => raw(" x"), 'expected a value at byte 0, found " x"');
});

test("no nesting is too deep for a raw value", () => {
  const depth = 200_000;
  const value = over("(".repeat(depth) + ")".repeat(depth)).generic();
  assertEquals(value.bytes.length, 2 * depth);
  let inner = value.tree();
  let levels = 0;
  for (; Array.isArray(inner) && inner.length > 0; levels++) inner = inner[0]!;
  assertEquals(levels, depth - 1);
});

test("raw values are copies: the frame's text is only lent", () => {
  const line = bytes("value");
  const r = new RequestReader();
  r.reset({ text: line, literals: [] }, lenient);
  const value = r.generic();
  line.fill(0x78);
  assertEquals(value.toString(), "value");
});

test("a raw value can be taken apart", () => {
  const raw = new Raw(bytes('(A "b\\"c" NIL {2}\r\n (x) ()) y'), [bytes("\x00\xff")]);
  assertEquals(raw.tree(), [["A", 'b"c', null, bytes("\x00\xff"), ["x"], []], "y"]);
  assertEquals(new Raw(bytes("one"), []).tree(), "one");
  assertEquals(new Raw(bytes(') ( unbalanced "open'), []).tree(), ["unbalanced", "open"]);
});

test("recovering undoes position, literals, nesting and deviations", () => {
  const r = over("ab {1}\r\nx", ["L"]);
  r.quirk("before");
  const mark = r.mark();
  r.skip(3);
  r.literal();
  r.enter();
  r.quirk("after");
  const message = r.recover(mark, problemOf(() => r.fail("it")));
  assertEquals([r.pos, r.quirks, message], [0, ["before"], 'expected it at byte 8, found "x"']);
  r.skip(3);
  assertEquals(text(r.literal()), "L");
});

test("recovering hands on what is not the text's fault, and everything in strict mode", () => {
  const r = over("x");
  assertThrows(() => r.recover(r.mark(), new TypeError("ours")), TypeError);
  const strict = over("x", [], { strict: true });
  assertThrows(() => strict.recover(strict.mark(), problemOf(() => strict.fail("it"))));
  refuses(() => strict.quirk("any"), 'expected no deviation (any) at byte 0, found "x"');
  assertThrows(() => strict.finish(), DecodeError, 'expected the end at byte 0, found "x"');
});

test("nesting is counted up to the limit", () => {
  const r = new RequestReader(2);
  last = r;
  r.reset({ text: bytes("x"), literals: [] }, lenient);
  r.enter();
  r.enter();
  refuses(() => r.enter(), 'expected at most 2 levels at byte 0, found "x"');
});

test("what one frame gave is not changed by the next", () => {
  const r = over("x");
  r.quirk("one");
  const { quirks } = r;
  r.reset({ text: bytes("y"), literals: [] }, lenient);
  assertEquals([quirks, r.quirks], [["one"], []]);
});

test("words are compared without regard to case, letters only", () => {
  assertEquals(over("fEtCh").is("FETCH"), true);
  assertEquals(over("FETC").is("FETCH"), false);
  // 0x0d and 0x2d differ in the bit that tells cases apart, and so do 0x40 and 0x60.
  assertEquals(over("READ\rONLY").is("READ-ONLY"), false);
  assertEquals(over("\x40").is("\x60"), false);
  assertEquals([sameWord("Text", "TEXT"), sameWord("Texts", "TEXT"), sameWord(undefined, "TEXT")], [
    true,
    false,
    false,
  ]);
});

test("an error shows where and what, without control characters", () => {
  refuses(
    () => over("a\x00\x1b[31m" + "y".repeat(50)).number(),
    `expected a number at byte 0, found "a..[31m${"y".repeat(25)}"`,
  );
});

test("a number with a fraction is looked at for 40 characters", () => {
  const fits = over(`1.${"0".repeat(38)}`);
  assertEquals(fits.number(), 1);
  fits.atEnd();
  const longer = over(`1.${"0".repeat(39)}`);
  assertEquals(longer.number(), 1);
  refuses(() => longer.atEnd(), 'expected the end at byte 40, found "0"');
});

test("the quotes around a name that cannot be in quotes do not belong to it", () => {
  assertEquals(over('"a"b"').listedMailbox(), 'a"b');
  assertEquals(over('"a" b"').listedMailbox(), 'a" b');
  assertEquals(over('"a"b').listedMailbox(), 'a"b');
  assertEquals(over('a"b"').listedMailbox(), 'a"b"');
});
