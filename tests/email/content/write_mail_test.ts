/** writeMail, asBytes({ verbatim }) and editHeaders: what was parsed and not changed stays what it was, octet for octet. */

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  createMail,
  editHeaders,
  Header,
  HeaderWriteError,
  type Message,
  messageFromBytes,
  messageFromString,
  MIMEText,
  readMail,
  ValueError,
  verbatim,
  writeMail,
} from "../../../email/mod.ts";
import { fixtureBytes, fixtureNames } from "../../support/fixtures.ts";
import { forSeeds, type Random } from "../../support/seeded.ts";
import { assertOctets, assertOnWire, latin1, utf8 } from "./wire.ts";

const files = fixtureNames("email/messages", ".eml").map((
  name,
): [string, Uint8Array] => [name, fixtureBytes(name)]);

function withCrlf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(latin1(bytes).replace(/\r\n|\r|\n/g, "\r\n"), (char) => char.charCodeAt(0));
}

/** The octets without the envelope line of a mailbox file. */
function withoutEnvelope(bytes: Uint8Array, message: Message): Uint8Array {
  if (message.getUnixfrom() === null) return bytes;
  const line = /^[^\r\n]*(?:\r\n|\r|\n)?/.exec(latin1(bytes))![0];
  return bytes.subarray(line.length);
}

/** Everything of a message that can be looked at without changing it. */
function lookAt(message: Message): void {
  for (const part of message.walk()) {
    part.keys();
    part.get("subject");
    part.getContentType();
    void [part.preamble, part.epilogue, part.defects];
    if (!part.isMultipart()) part.getPayload({ decode: true });
  }
}

test("a parsed message is written verbatim, looked at or not", () => {
  for (const [name, bytes] of files) {
    for (const octets of [bytes, withCrlf(bytes)]) {
      const message = messageFromBytes(octets);
      const expected = withoutEnvelope(octets, message);
      assertOctets(message.asBytes({ verbatim }), expected, name);
      lookAt(message);
      assertOctets(message.asBytes({ verbatim }), expected, name);
    }
  }
});

function damaged(random: Random, bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  for (let i = random.below(12); i > 0; i--) {
    const at = random.below(out.length);
    out[at] = random.chance(0.4)
      ? random.pick([10, 13, 45, 58, 32, 9, 0, 61, 34])
      : out[random.below(out.length)]!;
  }
  return out;
}

test("so is a damaged one, and writeMail changes nothing but its line ends", () => {
  forSeeds(600, (random) => {
    const [name, bytes] = random.pick(files);
    const octets = damaged(random, bytes);
    const message = messageFromBytes(octets);
    if (random.chance(0.5)) lookAt(message);
    const expected = withoutEnvelope(octets, message);
    assertOctets(message.asBytes({ verbatim }), expected, name);
    // Where lines end in CRLF, a signed part and a binary one keep line ends of other kinds.
    const plain = /\r/.test(latin1(octets)) || /multipart\/signed/i.test(latin1(octets));
    if (!plain) assertOctets(writeMail(message, { keepBcc: true }), withCrlf(expected), name);
  });
});

const signed = [
  "From: Nora Lind <nora@example.org>",
  "Bcc: hidden@example.org",
  "Subject:x",
  'Content-Type: multipart/signed; micalg=pgp-sha256; protocol="application/pgp-signature"; boundary=sig',
  "",
  "preamble",
  "--sig  ",
  "Content-Type:multipart/mixed;boundary=inn",
  "In-Reply-To:",
  ` <${"a".repeat(90)}@mail.example.org>`,
  "",
  "--inn",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "From hier  ",
  "--inn--",
  "--sig",
  "Content-Type: application/pgp-signature",
  "",
  "-----BEGIN PGP SIGNATURE-----",
  "--sig--",
  "epilogue",
].join("\r\n");

function signedPart(text: string): string {
  return text.slice(text.indexOf("--sig  "), text.indexOf("--sig--"));
}

test("a multipart/signed is written as it was, whatever changes around it", () => {
  const message = messageFromString(signed);
  message.set("Subject", "changed ü");
  message.append("X-New", "1");
  assertEquals(signedPart(latin1(writeMail(message))), signedPart(signed));
  assertEquals(signedPart(latin1(message.asBytes({ verbatim }))), signedPart(signed));
  const edited = latin1(editHeaders(utf8(signed), { set: { Subject: "y", "X-New": "1" }, remove: "From" }));
  assertEquals(signedPart(edited), signedPart(signed));
  // In a message of LF lines, CRLF is what was signed (RFC 1847 section 2.1).
  assertEquals(latin1(writeMail(utf8(signed.replaceAll("\r\n", "\n")), { keepBcc: true })), signed);
  // A line end of another kind stays where the rest has CRLF.
  const odd = signed.replace("From hier  \r\n", "From hier  \n");
  assertEquals(signedPart(latin1(writeMail(utf8(odd)))), signedPart(odd));
  // Attached to a new message it is the same.
  const carried = latin1(
    writeMail(createMail({ from: "a@b.example", attachments: [utf8(signed) as never].map(readMail) })),
  );
  assert(carried.includes(signedPart(signed)));
});

test("fields that were not changed are written as they were", () => {
  const text = "From nobody Mon Jan  1 00:00:00 2026\r\nA:1\r\nList-Unsubscribe: <https://example.org/" +
    "x".repeat(200) +
    ">,\r\n\t<mailto:u@example.org>\r\nB:\r\n b  \r\nSubject: x\r\nC : odd\r\n\r\nBody";
  const message = readMail(utf8(text)).message;
  message.set("B", "2");
  message.delete("Subject");
  message.append("D", "ü");
  message.replaceHeader("A", "1");
  const expected = text.slice(text.indexOf("A:1")).replace("B:\r\n b  \r\nSubject: x\r\n", "")
    .replace("\r\n\r\nBody", "\r\nB: 2\r\nD: =?utf-8?b?w7w=?=\r\n\r\nBody");
  assertEquals(latin1(writeMail(message)), expected);
});

test("a changed part changes nothing else", () => {
  const text =
    "Content-Type:multipart/mixed;boundary=b\n\npre\n--b \nX:1\n\none\n--b\nX:2\n--b\n\nthree\n--b--\npost";
  const message = messageFromString(text);
  message.getPayload(0).setPayload("uno");
  message.getPayload(1).setPayload("dos");
  assertEquals(
    latin1(message.asBytes({ verbatim })),
    text.replace("one", "uno").replace("X:2\n--b\n", "X:2\n\ndos\n--b\n"),
  );
  const more = messageFromString(text);
  more.attach(new MIMEText("four"));
  const written = latin1(more.asBytes({ verbatim }));
  assert(written.startsWith("Content-Type:multipart/mixed;boundary=b\n\npre\n--b\nX:1\n\none\n--b\nX:2\n"));
  assert(written.endsWith("\nfour\n--b--\npost"));
  const fewer = messageFromString(text);
  (fewer.getPayload() as Message[]).splice(1, 1);
  assertEquals(latin1(fewer.asBytes({ verbatim })).match(/X:\d/g), ["X:1"]);
  const around = messageFromString(text);
  around.preamble = null;
  around.epilogue = "end";
  assertEquals(
    latin1(around.asBytes({ verbatim })),
    "Content-Type:multipart/mixed;boundary=b\n\n--b\nX:1\n\none\n--b\nX:2\n\n--b\n\nthree\n--b--\nend",
  );
});

test("envelope line and hidden recipients are left out, and can be had", () => {
  const text = "From nobody\nBCC: a@b.example\nSubject:x\nResent-Bcc: c@d.example\n\nBcc: not a field\n";
  assertEquals(latin1(writeMail(messageFromString(text))), "Subject:x\r\n\r\nBcc: not a field\r\n");
  assertEquals(
    latin1(writeMail(utf8(text), { keepBcc: true })),
    text.slice(text.indexOf("BCC")).replaceAll("\n", "\r\n"),
  );
  const message = messageFromString(text);
  assertEquals(latin1(message.asBytes({ verbatim, unixfrom: true })), text);
  assertThrows(() => writeMail(message, { keepBCC: true } as never), TypeError, 'did you mean "keepBcc"');
  assertThrows(() => writeMail("text" as never), TypeError, "Uint8Array, Message or Mail, not string");
});

test("a field that a program sets is folded, encoded, or refused where it would be two", () => {
  const message = messageFromString("Subject: x\n\n");
  message.set("Subject", "y".repeat(2000));
  message.set("To", "Jörg Weiß <joerg@exämple.org>, kai@example.net");
  message.set("X-List", Array.from({ length: 60 }, (_, i) => `w${i}`).join(" "));
  message.set("X-Header", new Header("Grüße", { charset: "iso-8859-1" }));
  message.set("X-Nul", "a\0b");
  const written = writeMail(message);
  assertOnWire(written);
  const mail = readMail(written);
  assertEquals(mail.subject, "y".repeat(2000));
  assertEquals(mail.to[0], { name: "Jörg Weiß", address: "joerg@xn--exmple-cua.org" });
  assertEquals(mail.header("x-list"), message.get("X-List"));
  assertEquals([mail.header("x-header"), mail.header("x-nul")], ["Grüße", "a\0b"]);
  for (const value of ["a\nb: c", "a\r\nBcc: x@y.example", "a\rb", "a\n", "\n\nbody"]) {
    const bad = messageFromString("A: b\n\n");
    bad.set("Subject", value);
    assertThrows(() => writeMail(bad), HeaderWriteError, "", JSON.stringify(value));
  }
});

test("the text of a payload that a program sets is written in UTF-8, octets as octets", () => {
  const message = messageFromString("Content-Type: text/plain; charset=utf-8\n\nx");
  message.setPayload("ü\n\udcff\n");
  assertEquals(latin1(writeMail(message)).split("\r\n").slice(-3), ["\xc3\xbc", "\xff", ""]);
});

test("editHeaders sets in place, adds before all others, and removes every field of the name", () => {
  const text = "Received: 1\nSUBJECT: a\n b\nX: 1\nx: 2\nSubject: second\n\nSubject: body\r\n";
  const edit = (edits: Parameters<typeof editHeaders>[1], bytes: Uint8Array = utf8(text)) =>
    latin1(editHeaders(bytes, edits));
  assertEquals(edit({}), text);
  assertEquals(
    edit({ set: { subject: "ü" }, add: [["A", "1"], ["A", "2"]], remove: ["X", "None"] }),
    "A: 1\nA: 2\nReceived: 1\nsubject: =?utf-8?b?w7w=?=\n\nSubject: body\r\n",
  );
  assertEquals(edit({ set: { New: ["1", "2"] } }), text.replace("\n\n", "\nNew: 1\nNew: 2\n\n"));
  assertEquals(
    edit({ set: { To: "Jörg <j@example.org>" } }, utf8("")),
    "To: =?utf-8?b?SsO2cmc=?= <j@example.org>\r\n\r\n",
  );
  assertEquals(edit({ set: { B: "2" } }, utf8("A: 1")), "A: 1\r\nB: 2\r\n");
  assertEquals(edit({ set: { B: "2" } }, utf8(" text\n")), " text\nB: 2\n\n");
  assertEquals(edit({ add: { B: "2" } }, utf8("From x\nA: 1\n\n")), "From x\nB: 2\nA: 1\n\n");
  // Damage that a reader gets over is not a place to hide a field.
  assertEquals(edit({ remove: "Bcc" }, utf8("A: 1\nBcc : x@y.example\n\n")), "A: 1\n\n");
  assertOctets(
    editHeaders(messageFromString(text), { remove: "received" }),
    utf8(text.replace("Received: 1\n", "")),
  );
});

test("editHeaders refuses what would be another field", () => {
  for (const bad of ["a\r\nBcc: x@y.example", "a\n b", "a\rb", "a\0"]) {
    if (!bad.includes("\0")) assertThrows(() => editHeaders(utf8("\n"), { set: { A: bad } }), ValueError);
    assertThrows(() => editHeaders(utf8("\n"), { set: { References: `<1@a>${bad}` } }), ValueError);
    assertThrows(() => editHeaders(utf8("\n"), { add: { [bad]: "a" } }), ValueError);
    assertThrows(() => editHeaders(utf8("\n"), { remove: bad }), ValueError);
  }
  assertThrows(() => editHeaders(utf8("\n"), { removed: "a" } as never), TypeError, '"remove"');
  assertThrows(() => editHeaders(utf8("\n"), { remove: 5 as never }), TypeError, "list of names");
  assertThrows(() => editHeaders(utf8("\n"), { set: { A: 5 as never } }), TypeError, "must be text");
});

test("editHeaders changes no octet of what it does not name, damaged or not", () => {
  forSeeds(300, (random) => {
    const [name, bytes] = random.pick(files);
    const octets = random.chance(0.3) ? bytes : damaged(random, bytes);
    const edited = latin1(editHeaders(octets, { add: { "X-Added": "1" } }));
    const added = /X-Added: 1(?:\r\n|\n)/;
    assert(added.test(edited), name);
    const rest = edited.replace(added, "");
    const before = latin1(octets);
    // A blank line is put after the first field of all, where there was none.
    assert(rest === before || rest.replace(/\r?\n/, "") === before || rest.length <= before.length + 4, name);
    if (rest.length === before.length) assertEquals(rest, before, name);
    assertEquals(readMail(editHeaders(octets, { add: { "X-Added": "1" } })).header("x-added"), "1", name);
  });
});
