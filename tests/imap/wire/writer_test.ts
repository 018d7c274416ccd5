import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { byteClassOf } from "../../../imap/wire/checks.ts";
import type { Fragment, WriterOptions } from "../../../imap/wire/fragment.ts";
import { Writer } from "../../../imap/wire/writer.ts";
import { DateTime } from "../../../imap/values/date_time.ts";

function written(write: (w: Writer) => void, options: WriterOptions = {}): string {
  const w = new Writer(options);
  write(w);
  return shown(w.end());
}

/** Fragments as text: a sync literal in `<>`, another in `[]`. */
function shown(fragments: Fragment[]): string {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return fragments.map((f) => {
    if ("line" in f) return text(f.line);
    const data = f.literal instanceof Uint8Array ? text(f.literal) : `stream of ${f.size}`;
    return f.sync ? `<${data}>` : `[${data}]`;
  }).join("").replaceAll("\r\n", "|");
}

test("writer: a string is an atom, quoted or a literal", () => {
  const rows: [value: string, plain: string, utf8: string][] = [
    ["INBOX", "INBOX|", "INBOX|"],
    ["a]b", "a]b|", "a]b|"],
    ["", '""|', '""|'],
    ["nil", '"nil"|', '"nil"|'],
    ["Sent Items", '"Sent Items"|', '"Sent Items"|'],
    ['a"b\\', '"a\\"b\\\\"|', '"a\\"b\\\\"|'],
    ["(x)", '"(x)"|', '"(x)"|'],
    ["ü", "{2}|<ü>|", '"ü"|'],
    ["a\r\nb", "{4}|<a|b>|", "{4}|<a|b>|"],
  ];
  for (const [value, plain, utf8] of rows) {
    assertEquals(written((w) => w.astring(value)), plain);
    assertEquals(written((w) => w.astring(value), { utf8: true }), utf8);
  }
  assertEquals(written((w) => w.string("INBOX")), '"INBOX"|');
  const octets = written((w) => w.nbytes(Uint8Array.of(0x61, 0x80)));
  assertEquals(octets, "{2}|<a\ufffd>|", "an octet above 7F is not for quotes");
  assertEquals(written((w) => w.nstring(null)), "NIL|");
  assertEquals(written((w) => w.string("x".repeat(1000))), `"${"x".repeat(1000)}"|`);
  assertEquals(written((w) => w.string("x".repeat(1001))), `{1001}|<${"x".repeat(1001)}>|`);
  assertEquals(written((w) => w.astring("x".repeat(1000))), `${"x".repeat(1000)}|`);
  assertEquals(written((w) => w.astring("x".repeat(1001))), `{1001}|<${"x".repeat(1001)}>|`);
  // Each character by itself and beside an ordinary one: those that end a string, those that are not ASCII, and their neighbours.
  for (const char of "\0\t\n\r\x1f !~\x7f\x80ä€") {
    for (const text of [char, `a${char}`, `${char}a`]) {
      const octets = new TextEncoder().encode(text).length;
      const plain = /^[^\0\r\n\x80-\uffff]*$/.test(text);
      if (char === "\0") assertThrows(() => written((w) => w.string(text)), RangeError, "NUL");
      else {
        const literal = `{${octets}}|<${text.replaceAll("\r\n", "|")}>|`;
        assertEquals(written((w) => w.string(text)), plain ? `"${text}"|` : literal);
      }
    }
  }
  for (const wrong of [5, true, null, undefined, {}, ["a"]] as never[]) {
    assertThrows(() => written((w) => w.string(wrong)), RangeError, "not a text");
  }
});

test("writer: a class of bytes has both ends of its ranges, and no neighbour of them", () => {
  const set = byteClassOf(0x30, 0x39, 0x61, 0x66);
  const taken = Array.from({ length: 127 }, (_, code) => String.fromCharCode(code + 1)).filter((char) => {
    try {
      return written((w) => w.token(char, set, "x")) === `${char}|`;
    } catch {
      return false;
    }
  });
  assertEquals(taken.join(""), "0123456789abcdef");
});

test("writer: mailbox names follow the session", () => {
  assertEquals(written((w) => w.mailbox("Entwürfe")), "Entw&APw-rfe|");
  assertEquals(written((w) => w.mailbox("Entwürfe"), { utf8: true }), '"Entwürfe"|');
  assertEquals(written((w) => w.mailbox("inbox")), "INBOX|");
  assertEquals(written((w) => w.mailbox("*")), '"*"|');
  assertEquals(written((w) => w.listMailbox("ü/*%")), "&APw-/*%|");
  const w = new Writer();
  w.mailbox("caf\udce9\udc0d\udc0a");
  const [line, literal] = w.end();
  assertEquals("line" in line! && line.trace, "{6}");
  assertEquals(
    "literal" in literal! && literal.literal,
    new Uint8Array([0x63, 0x61, 0x66, 0xe9, 0x0d, 0x0a]),
  );
});

test("writer: literals wait for the server unless it does not want that (RFC 7888)", () => {
  const big = "x".repeat(4097);
  const small = big.slice(1);
  assertEquals(written((w) => w.literal("abc")), "{3}|<abc>|");
  assertEquals(written((w) => w.literal("abc"), { literalPlus: true }), "{3+}|[abc]|");
  assertEquals(written((w) => w.literal(big), { literalPlus: true }), `{4097+}|[${big}]|`);
  assertEquals(written((w) => w.literal(small), { literalMinus: true }), `{4096+}|[${small}]|`);
  assertEquals(written((w) => w.literal(big), { literalMinus: true }), `{4097}|<${big}>|`);
  assertEquals(written((w) => w.literal({ size: 7, stream: new ReadableStream() })), "{7}|<stream of 7>|");
  assertThrows(() => written((w) => w.literal({ size: -7, stream: new ReadableStream() })), RangeError);
  assertEquals(written((w) => w.literal("a\0"), { binary: true }), "~{2}|<a\0>|");
  assertThrows(() => written((w) => w.literal("a\0")), RangeError, "BINARY");
  assertEquals(written((w) => (w.literal("a"), w.sp(), w.literal("b"))), "{1}|<a> {1}|<b>|");
});

test("writer: a response holds its literals", () => {
  const w = new Writer({ response: true });
  w.text("* 1 FETCH (BODY[] ");
  w.nbytes(new TextEncoder().encode("a\r\nb"));
  w.text(" BINARY[1] ");
  w.nbytes(new Uint8Array([0, 1]));
  w.text(")");
  const text = new TextDecoder().decode(w.endResponse());
  assertEquals(text, "* 1 FETCH (BODY[] {4}\r\na\r\nb BINARY[1] ~{2}\r\n\0\x01)\r\n");
});

test("writer: a status response holds no literal (RFC 9051 7.1)", () => {
  const text = (write: (w: Writer) => void) => {
    const w = new Writer({ response: true });
    write(w);
    return new TextDecoder().decode(w.endResponse());
  };
  assertEquals(
    text((w) => (w.text("A1 NO [BADCHARSET ("), w.astring("ü"), w.text(")] x"))),
    'A1 NO [BADCHARSET ("ü")] x\r\n',
  );
  assertEquals(
    text((w) => (w.text("* no [X "), w.astring("x".repeat(2000)), w.text("]"))).includes("{"),
    false,
  );
  assertThrows(() => text((w) => (w.text("* OK [X "), w.astring("a\r\nb"))), RangeError);
  assertThrows(() => text((w) => (w.text("A1 OK "), w.literal("x"))), RangeError, "status response");
});

test("writer: no text ends like the mark of a literal", () => {
  assertThrows(() => written((w) => w.text("A1 X {5}")), RangeError, "mark");
  assertThrows(() => written((w) => w.text("A1 X {5+}")), RangeError, "mark");
  assertThrows(() => written((w) => w.text("{0}")), RangeError, "mark");
  assertEquals(written((w) => w.text("A1 X {}")), "A1 X {}|");
  assertEquals(written((w) => w.text("5}")), "5}|");
  const w = new Writer({ response: true });
  w.text("A1 OK {5}");
  assertEquals(new TextDecoder().decode(w.endResponse()), "A1 OK {5}\r\n");
  const inside = new Writer({ response: true });
  inside.text("* X ");
  inside.literal("ü{5}");
  assertEquals(new TextDecoder().decode(inside.endResponse()), "* X {5}\r\nü{5}\r\n");
  const data = new Writer({ response: true });
  data.text("* X {5}");
  assertThrows(() => data.endResponse(), RangeError, "mark");
});

test("writer: CR, LF and NUL never reach a line", () => {
  const digits = byteClassOf(0x30, 0x39);
  for (const bad of ["\r", "\n", "\0", "1\r\nA2 LOGOUT"]) {
    const writes: ((w: Writer) => void)[] = [
      (w) => w.text(bad),
      (w) => w.quoted(bad),
      (w) => w.flag(bad),
      (w) => w.flag(`\\${bad}`),
      (w) => w.sequenceSet(bad),
      (w) => w.section(bad),
      (w) => w.fetchItem(bad),
      (w) => w.token(bad, digits, "digits"),
      (w) => w.token(bad, new Uint8Array(256).fill(1), "anything"),
      (w) => w.date(bad),
      (w) => w.number(bad as unknown as number),
      (w) => w.bigint(bad as unknown as bigint),
      (w) => w.dateTime(new DateTime(bad)),
      (w) => w.generic({ bytes: new TextEncoder().encode(bad), literals: [] }),
    ];
    for (const options of [{}, { utf8: true }, { response: true }, { literalPlus: true }]) {
      for (const write of writes) {
        assertThrows(() => written(write, options), RangeError, undefined, write.toString());
      }
    }
  }
});

test("writer: values that cannot be said are refused", () => {
  const writes: ((w: Writer) => void)[] = [
    (w) => w.number(-1),
    (w) => w.number(1.5),
    (w) => w.number(4294967296),
    (w) => w.number(NaN),
    (w) => w.bigint(-1n),
    (w) => w.bigint(1n << 63n),
    (w) => w.token("", byteClassOf(0x30, 0x39), "digits"),
    (w) => w.token("1a", byteClassOf(0x30, 0x39), "digits"),
    (w) => w.flag(""),
    (w) => w.flag("\\"),
    (w) => w.flag("a b"),
    (w) => w.flag("\\*"),
    (w) => w.flag("ü"),
    (w) => w.sequenceSet([]),
    (w) => w.astring("\ud800"),
    (w) => w.astring("a\0b"),
    (w) => w.quoted("ü"),
    (w) => w.astring(5 as unknown as string),
  ];
  for (const write of writes) assertThrows(() => written(write), RangeError, undefined, write.toString());
});

test("writer: numbers, dates, base64, raw values", () => {
  assertEquals(written((w) => w.number(0)), "0|");
  assertEquals(written((w) => w.bigint(9223372036854775807n)), "9223372036854775807|");
  assertEquals(written((w) => w.date("1994-02-01")), "1-Feb-1994|");
  assertEquals(written((w) => w.dateTime(new Date(0))), '"01-Jan-1970 00:00:00 +0000"|');
  assertEquals(written((w) => w.base64(new Uint8Array())), "=|");
  assertEquals(written((w) => w.base64(new Uint8Array([0, 255]))), "AP8=|");
  const bytes = new TextEncoder().encode('(a "b" {3}\r\n ~{1}\r\n)');
  const literals = [new TextEncoder().encode("x\r\n"), new Uint8Array([0])];
  assertEquals(
    written((w) => w.generic({ bytes, literals }), { binary: true }),
    '(a "b" {3}|<x|> ~{1}|<\0>)|',
  );
  assertThrows(() => written((w) => w.generic({ bytes: bytes.subarray(0, 6), literals })), RangeError);
});

test("writer: a trace shows no secret, in the line or in a literal", () => {
  const trace = (password: string) => {
    const w = new Writer();
    w.text("A1 LOGIN joe ");
    w.beginSecret();
    w.astring(password);
    w.endSecret();
    w.text(" after");
    return w.end().map((f) => f.trace);
  };
  assertEquals(trace("hunter2"), ["A1 LOGIN joe *** after"]);
  assertEquals(trace("hünter2"), ["A1 LOGIN joe ***", "***", "*** after"]);
});

test("writer: depth has a bound", () => {
  const w = new Writer();
  for (let i = 0; i < 100; i++) w.enter();
  assertThrows(() => w.enter(), RangeError, "100");
});

test("writer: a space comes between elements, and none after a parenthesis or another space", () => {
  const w = new Writer({ response: true });
  w.text("(");
  w.apart();
  w.text("a");
  w.apart();
  w.apart();
  w.text("b)");
  assertEquals(new TextDecoder().decode(w.endResponse()), "(a b)\r\n");
});
