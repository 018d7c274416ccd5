import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  BytesGenerator,
  Compat32,
  compat32,
  DecodedGenerator,
  Generator,
  type GeneratorOptions,
  HeaderWriteError,
  Message,
  messageFromBytes,
  messageFromString,
  MIMEMultipart,
  MIMEText,
  Policy,
} from "../../email/mod.ts";
import { growth } from "../support/growth.ts";

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

function latin1(data: Uint8Array): string {
  return Array.from(data, (byte) => String.fromCharCode(byte)).join("");
}

function asText(
  message: Message,
  options?: GeneratorOptions,
  how?: { linesep?: string; unixfrom?: boolean },
): string {
  let text = "";
  new Generator({ write: (piece) => void (text += piece) }, options).flatten(message, how);
  return text;
}

function asBytes(message: Message, options?: GeneratorOptions, how?: { linesep?: string }): string {
  let text = "";
  new BytesGenerator({ write: (piece) => void (text += latin1(piece)) }, options).flatten(message, how);
  return text;
}

test("From at the start of a body line is mangled by default, after LF only", () => {
  const message = () => messageFromString("A: b\n\nFrom one\nFrom two\n From three\n");
  assertEquals(asText(message()), "A: b\n\n>From one\n>From two\n From three\n");
  assertEquals(asBytes(message()), "A: b\n\n>From one\n>From two\n From three\n");
  assertEquals(asText(message(), { mangleFrom: false }), "A: b\n\nFrom one\nFrom two\n From three\n");
  const policy = compat32.clone({ mangleFrom: false });
  assertEquals(asText(message(), { policy }), "A: b\n\nFrom one\nFrom two\n From three\n");
  assertEquals(asText(messageFromString("\nx\u2028From y")), "\nx\u2028From y");
});

test("preamble and epilogue are mangled too", () => {
  const text = "Content-Type: multipart/x; boundary=b\n\nFrom a\n--b\n\nFrom b\n--b--\nFrom c\n";
  assertEquals(asText(messageFromString(text)), text.replaceAll("From", ">From"));
});

test("line ends become the policy's, in the body too", () => {
  const message = messageFromString("A: b\n c\n\nx\r\ny\rz\n");
  assertEquals(asText(message, {}, { linesep: "\r\n" }), "A: b\r\n c\r\n\r\nx\r\ny\r\nz\r\n");
  assertEquals(asBytes(message, {}, { linesep: "\r\n" }), "A: b\r\n c\r\n\r\nx\r\ny\r\nz\r\n");
  assertEquals(asText(message), "A: b\n c\n\nx\ny\nz\n");
});

test("with matching line ends and folding off, well-formed mail is written as it was read", () => {
  for (const end of ["\n", "\r\n"]) {
    const text = [
      "Received: from a by b",
      "\twith SMTP; Mon, 1 Jan 2024 00:00:00 +0000",
      "Subject: =?utf-8?q?t=C3=A9?= x",
      "X-Long: " + "y".repeat(200),
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "preamble",
      "--b",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "Gr\xc3\xbc\xc3\x9fe",
      "",
      "--b",
      "Content-Type: message/rfc822",
      "",
      "Subject: inner",
      "",
      "body",
      "--b--",
      "epilogue",
      "",
    ].join(end);
    const policy = compat32.clone({ linesep: end, maxLineLength: null });
    assertEquals(latin1(messageFromBytes(bytes(text)).asBytes({ policy })), text);
  }
});

test("a boundary is made up, stored, and occurs in no part", () => {
  const message = new MIMEMultipart();
  const inner = new MIMEMultipart("alternative");
  inner.attach(new MIMEText("x"));
  message.attach(inner);
  const text = message.asString();
  const boundary = message.getBoundary()!;
  assert(/^={15}\d{19}==$/.test(boundary));
  assert(inner.getBoundary() !== boundary);
  assertEquals(text.split(`\n--${boundary}`).length, 3);
  assertEquals(message.asString(), text, "the second time it is the same");
  assertEquals(latin1(message.asBytes({ policy: compat32.clone({ maxLineLength: 0 }) })), text);
  assertEquals(messageFromString(text).getPayload(0).getPayload(0).getPayload(), "x");
});

test("a multipart without parts has its two boundary lines", () => {
  const message = new Message();
  message.append("Content-Type", "multipart/mixed; boundary=b");
  assertEquals(message.asString(), "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--b--\n");
});

test("parts of multipart/signed are not folded, its own headers are", () => {
  const long = "word ".repeat(20).trim();
  const text = `X: ${long}\nContent-Type: multipart/signed; boundary=b\n\n--b\nX: ${long}\n\nx\n--b--\n`;
  const written = latin1(messageFromString(text).asBytes());
  assert(written.endsWith(`\n\n--b\nX: ${long}\n\nx\n--b--\n`));
  assert(!written.startsWith(`X: ${long}`));
});

test("escaped bytes: raw in bytes, encoded in text and in 7bit", () => {
  const data = bytes("Subject: \xe9\nContent-Type: text/plain; charset=iso-8859-1\n\n\xe9\n");
  const message = () => messageFromBytes(data);
  assertEquals(message().asBytes(), data);
  const encoded = "Subject: =?unknown-8bit?q?=E9?=\n" +
    'Content-Type: text/plain; charset="iso-8859-1"\nContent-Transfer-Encoding: quoted-printable\n\n=E9\n';
  assertEquals(message().asString(), encoded);
  assertEquals(latin1(message().asBytes({ policy: compat32.clone({ cteType: "7bit" }) })), encoded);
});

test("8-bit text without a charset, or an unknown one, is written as U+FFFD in text", () => {
  for (const type of ["", "Content-Type: text/plain; charset=x-none\n"]) {
    assertEquals(messageFromBytes(bytes(`${type}\n\xe9\n`)).asString(), `${type}\n\ufffd\n`);
  }
});

test("bytes of a multipart that stayed text are written as they are", () => {
  const data = bytes("Content-Type: multipart/mixed\n\n\xe9\r\n");
  assertEquals(messageFromBytes(data).asBytes(), data);
});

test("a payload of the wrong kind is a TypeError", () => {
  const list = new Message();
  list.attach(new Message());
  assertThrows(() => list.asString(), TypeError);
  assertThrows(() => list.asBytes(), TypeError);
  const wrapped = new Message();
  wrapped.append("Content-Type", "message/rfc822");
  assertThrows(() => wrapped.asBytes(), TypeError);
  wrapped.setPayload([]);
  assertThrows(() => wrapped.asBytes(), RangeError);
});

test("messages have their own policy back after an error", () => {
  const message = new MIMEMultipart("mixed", { boundary: "b" });
  const part = new Message();
  part.append("X", "a\nb");
  message.attach(part);
  assertThrows(() => message.asBytes({ policy: compat32.clone({ linesep: "\r\n" }) }), HeaderWriteError);
  assert(message.policy === compat32 && part.policy === compat32);
});

test("clone writes elsewhere with the same settings", () => {
  let one = "";
  let two = "";
  const generator = new Generator({ write: (t) => void (one += t) }, { mangleFrom: false, maxHeaderLen: 40 });
  generator.clone({ write: (t) => void (two += t) }).flatten(messageFromString("A: b\n\nFrom x\n"));
  generator.write("text");
  assertEquals([one, two], ["text", "A: b\n\nFrom x\n"]);
  let three = "";
  const binary = new BytesGenerator({ write: (t) => void (three += latin1(t)) }, { mangleFrom: false });
  binary.write("\udce9");
  binary.clone({ write: (t) => void (three += latin1(t)) }).flatten(messageFromString("\nFrom x"));
  assertEquals(three, "\xe9\nFrom x");
});

test("DecodedGenerator prints text and describes the rest", () => {
  const message = messageFromString(
    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: image/png; name=x.png\n\nq\n--b--\n",
  );
  const print = (fmt?: string) => {
    let text = "";
    new DecodedGenerator({ write: (piece) => void (text += piece) }, { fmt }).flatten(message);
    return text.split("\n\n").slice(1).join("\n\n");
  };
  assertEquals(print(), "text\n[Non-text (image/png) part of message omitted, filename x.png]\n");
  assertEquals(
    print("%(maintype)s-%(subtype)s %(description)s %(encoding)s 100%%"),
    "text\nimage-png [no description] [no encoding] 100%\n",
  );
});

test("a policy that folds itself is asked for every header", () => {
  class Shout extends Compat32 {
    override fold(name: string, value: string): string {
      return `${name.toUpperCase()}: ${value}${this.linesep}`;
    }
    override foldBinary(name: string, value: string): Uint8Array {
      return bytes(this.fold(name, value));
    }
  }
  const text = "a: b\nContent-Type: multipart/x; boundary=b\n\n--b\nc: d\n\n\n--b--\n";
  const message = messageFromString(text);
  const shouted = "A: b\nCONTENT-TYPE: multipart/x; boundary=b\n\n--b\nC: d\n\n\n--b--\n";
  assertEquals(message.asString({ policy: new Shout() }), shouted);
  assertEquals(latin1(message.asBytes({ policy: new Shout() })), shouted);
  class Broken extends Compat32 {
    override fold(): string {
      return "no line end";
    }
  }
  assertThrows(() => message.asString({ policy: new Broken() }), HeaderWriteError);
  const lax = new Broken({ verifyGeneratedHeaders: false });
  assert(lax instanceof Policy);
  assert(messageFromString("a: b\n\n").asString({ policy: lax }).startsWith("no line end"));
});

test("deep trees are written without a stack overflow", () => {
  let message = new MIMEText("x") as Message;
  for (let i = 0; i < 3000; i++) {
    message = new MIMEMultipart("mixed", { boundary: `b${i}`, subparts: [message] });
  }
  assert(message.asBytes().length > 100_000);
});

test("writing takes time in proportion to the message", async () => {
  await growth("parts", [1000, 8000], (n) => {
    const parts = Array.from({ length: n }, () => new MIMEText("x"));
    new MIMEMultipart("mixed", { subparts: parts }).asBytes();
  });
});
