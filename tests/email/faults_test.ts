// Faults that people found in use, each with the others of its kind.

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as email from "../../email/mod.ts";
import {
  Compat32,
  compat32,
  decodeHeader,
  Header,
  LookupError,
  makeHeader,
  Message,
  MessageDefect,
  messageFromBytes,
  messageFromString,
  MIMEApplication,
  MIMEMultipart,
  MIMEText,
  NestingLimitError,
  UnicodeEncodeError,
  ValueError,
} from "../../email/mod.ts";

const seven = compat32.clone({ cteType: "7bit" });

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

function latin1(data: Uint8Array): string {
  return Array.from(data, (byte) => String.fromCharCode(byte)).join("");
}

test("in seven bits eight-bit octets are encoded or refused, never written", () => {
  for (
    const [type, error] of [
      ["", UnicodeEncodeError],
      ["Content-Type: text/plain; charset=us-ascii\n", UnicodeEncodeError],
      ["Content-Type: text/plain; charset=x-none\n", LookupError],
      ["Content-Type: image/png\n", UnicodeEncodeError],
      ["Content-Type: multipart/mixed\n", UnicodeEncodeError],
      ["Content-Type: multipart/mixed; boundary=b\n", UnicodeEncodeError],
      ["Content-Transfer-Encoding: 8bit\n", UnicodeEncodeError],
    ] as const
  ) {
    const message = messageFromBytes(bytes(`${type}\ngr\xfcn\n`));
    assertThrows(() => message.asBytes({ policy: seven }), error, undefined, type);
    assert(latin1(message.asBytes()).endsWith("gr\xfcn\n"), type);
  }
  const part = "--b\n\ngr\xfcn\n--b--\n";
  const nested = messageFromBytes(bytes(`Content-Type: multipart/mixed; boundary=b\n\n${part}`));
  assertThrows(() => nested.asBytes({ policy: seven }), UnicodeEncodeError);
  const known = messageFromBytes(bytes("Content-Type: text/plain; charset=latin-1\n\ngr\xfcn\n"));
  assert(/^[\0-\x7f]*$/.test(latin1(known.asBytes({ policy: seven }))));
});

test("a control character in a header is written as it was read", () => {
  for (const control of ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f", "\x00", "\x85"]) {
    for (const value of [`a${control}b`, `a${control}b: c`, `${control}a`]) {
      const source = `Subject: ${value}\n\nx\n`;
      if (control < "\x80") {
        const message = messageFromBytes(bytes(source));
        assertEquals(latin1(message.asBytes()), source, JSON.stringify(value));
        assertEquals(message.asString(), source, JSON.stringify(value));
      }
      const long = `${"word ".repeat(20)}${value}`;
      const again = messageFromString(messageFromString(`Subject: ${long}\n\nx\n`).asString());
      assertEquals(again.keys(), ["Subject"]);
      const text = String(makeHeader(decodeHeader(again.get("subject")!)));
      assertEquals(text.replace(/[^\w:]/g, ""), long.replace(/[^\w:]/g, ""), JSON.stringify(long));
    }
  }
  const built = new Message();
  built.append("Subject", "a\x0bb");
  assertEquals(built.asString(), "Subject: a\x0bb\n\n");
});

test("a charset of seven bits can be set on a multipart, as in CPython", () => {
  for (const charset of ["euc-jp", "shift_jis", "iso-2022-jp", "us-ascii"]) {
    const sent = charset === "us-ascii" ? charset : "iso-2022-jp";
    const message = messageFromString("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n");
    message.setCharset(charset);
    assertEquals(message.items(), [
      ["MIME-Version", "1.0"],
      ["Content-Type", `multipart/mixed; boundary=b; charset="${sent}"`],
      ["Content-Transfer-Encoding", "7bit"],
    ]);
    assertEquals(message.getPayload(0).getPayload(), "x");
    for (const payload of [[new Message()], [], null]) {
      const other = new Message();
      other.setPayload(payload, charset);
      assertEquals(other.get("content-type"), `text/plain; charset="${sent}"`);
      assertEquals(other.getPayload(), payload);
    }
  }
  for (const charset of ["utf-8", "iso-8859-1", "big5"]) {
    assertThrows(() => new Message().setPayload([new Message()], charset), TypeError);
  }
});

test("parameters keep the order of pairs, names that are numbers too", () => {
  const message = new Message();
  message.addHeader("X", "v", new Map([["b", "1"], ["10", null], ["2", "z"]]));
  assertEquals(message.get("x"), 'v; b="1"; 10; 2="z"');
  const part = new MIMEApplication("x", "pdf", { params: [["name", "a.pdf"], ["0", "y"]] });
  assertEquals(part.get("content-type"), 'application/pdf; name="a.pdf"; 0="y"');
  const multipart = new MIMEMultipart("mixed", { params: [["z", "1"], ["1", "2"]], boundary: "b" });
  assertEquals(multipart.get("content-type"), 'multipart/mixed; z="1"; 1="2"; boundary="b"');
});

test("every error and every defect says what is wrong", () => {
  assertThrows(() => new Message().setType("a"), ValueError, '"a"');
  for (const [name, value] of Object.entries(email)) {
    if (typeof value !== "function" || !(value.prototype instanceof MessageDefect)) continue;
    const Defect = value as new (line?: string | null) => MessageDefect;
    assert(new Defect().message.length > 5, name);
    assertEquals(new Defect().line, null);
    assertEquals(new Defect("the line").message, "the line");
  }
  const [defect] = messageFromString("Content-Type: multipart/mixed\n\nx").defects;
  assertEquals(String(defect), "NoBoundaryInMultipartDefect: the multipart has no boundary parameter");
});

test("what is neither text nor a Header is refused when it is set, and costs nothing", () => {
  const message = messageFromString("Subject: a\n\n");
  for (const wrong of [null, undefined, 5, true, new Date(0), ["a"], {}, bytes("a")]) {
    const value = wrong as unknown as string;
    assertThrows(() => message.append("X", value), TypeError);
    assertThrows(() => message.set("Subject", value), TypeError);
    assertThrows(() => message.replaceHeader("Subject", value), TypeError);
    if (wrong !== null) {
      assertThrows(() => message.addHeader("X", value), TypeError);
      if (!Array.isArray(wrong)) assertThrows(() => message.addHeader("X", "v", { p: value }), TypeError);
    }
  }
  assertThrows(() => message.append(5 as unknown as string, "a"), TypeError);
  assertEquals(message.asString(), "Subject: a\n\n");
  message.set("Subject", new Header("b"));
  assertEquals(message.asString(), "Subject: b\n\n");
  class Dates extends Compat32 {
    override headerStoreParse(name: string, value: string | Header): [string, string | Header] {
      const given: unknown = value;
      return [name, given instanceof Date ? given.toISOString() : value];
    }
  }
  const dated = new Message({ policy: new Dates() });
  dated.set("Date", new Date(0) as unknown as string);
  assertEquals(dated.get("date"), "1970-01-01T00:00:00.000Z");
});

test("envelope line and boundary hold no line end", () => {
  for (const end of ["\n", "\r", "\r\n"]) {
    const message = messageFromString("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n");
    assertThrows(() => message.setUnixfrom(`From a${end}Bcc: b`), ValueError);
    assertThrows(() => message.setBoundary(`b${end}c`), ValueError);
    assertEquals(message.getUnixfrom(), null);
    assertEquals(message.getBoundary(), "b");
  }
});

test("compat32 mangles unless told otherwise", () => {
  assertEquals(new Compat32().mangleFrom, true);
  assertEquals(new Compat32({ mangleFrom: undefined }).mangleFrom, true);
  assertEquals(new Compat32({ mangleFrom: false }).mangleFrom, false);
  assertEquals(compat32.clone({ mangleFrom: undefined }).mangleFrom, true);
  assertEquals(messageFromString("\nFrom a\n").asString(), "\nFrom a\n");
});

test("JSON.stringify shows headers, parts and defects", () => {
  const message = messageFromString(
    "From a@b\nSubject: a\nContent-Type: multipart/mixed; boundary=b\n\npre\n--b\nA: 1\n\nx\n--b--\npost",
  );
  assertEquals(JSON.parse(JSON.stringify(message)), {
    unixfrom: "From a@b",
    headers: [["Subject", "a"], ["Content-Type", "multipart/mixed; boundary=b"]],
    preamble: "pre",
    payload: [{
      unixfrom: null,
      headers: [["A", "1"]],
      preamble: null,
      payload: "x",
      epilogue: null,
      defects: [],
    }],
    epilogue: "post",
    defects: [],
  });
  const damaged = messageFromString("Content-Type: multipart/mixed\n\nx").toJSON();
  assertEquals(damaged.defects, ["NoBoundaryInMultipartDefect", "MultipartInvariantViolationDefect"]);
  assertEquals(new MIMEText("x").toJSON().payload, "x");
  const self = new Message();
  self.setPayload([self]);
  assertThrows(() => self.toJSON(), NestingLimitError);
});
