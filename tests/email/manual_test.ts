import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as email from "../../email/mod.ts";
import {
  BytesGenerator,
  compat32,
  decodeHeader,
  Generator,
  Header,
  HeaderParseError,
  KeyError,
  makeHeader,
  Message,
  messageFromBytes,
  messageFromString,
  structure,
  utils,
  ValueError,
} from "../../email/mod.ts";

// The examples of the manual of Python's email.message.Message (compat32), and the names of PORTING.md.

const REPORT = messageFromString([
  'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
  "",
  "--b",
  "",
  "Not delivered.",
  "--b",
  "Content-Type: message/delivery-status",
  "",
  "Reporting-MTA: dns; mx.example.net",
  "",
  "Final-Recipient: rfc822; joe@example.net",
  "--b",
  "Content-Type: message/rfc822",
  "",
  "Subject: lunch",
  "",
  "Twelve?",
  "--b--",
  "",
].join("\n"));

test("walk gives every part, depth first", () => {
  assertEquals(Array.from(REPORT.walk(), (part) => part.getContentType()), [
    "multipart/report",
    "text/plain",
    "message/delivery-status",
    "text/plain",
    "text/plain",
    "message/rfc822",
    "text/plain",
  ]);
});

test("walk enters what has parts, whatever its type", () => {
  assertEquals(
    Array.from(REPORT.walk(), (part) => [part.getContentMaintype() === "multipart", part.isMultipart()]),
    [
      [true, true],
      [false, false],
      [false, true],
      [false, false],
      [false, false],
      [false, true],
      [false, false],
    ],
  );
});

test("structure draws the tree", () => {
  assertEquals(
    structure(REPORT),
    "multipart/report\n    text/plain\n    message/delivery-status\n        text/plain\n        text/plain\n" +
      "    message/rfc822\n        text/plain\n",
  );
});

test("append adds, delete removes all, and then there is one", () => {
  const message = new Message();
  message.append("Subject", "first");
  message.append("Subject", "second");
  assertEquals(message.get("subject"), "first");
  assertEquals(message.getAll("SUBJECT"), ["first", "second"]);
  assertEquals(message.length, 2);
  message.delete("subject");
  assertEquals(message.has("Subject"), false);
  message.append("Subject", "Python roolz!");
  assertEquals(message.items(), [["Subject", "Python roolz!"]]);
  message.delete("no-such-header");
});

test("headers are found in any case, kept in order, and missing ones are null", () => {
  const message = messageFromString("To: a\nCC: b\nto: c\n\n");
  assertEquals(message.keys(), ["To", "CC", "to"]);
  assertEquals(message.values(), ["a", "b", "c"]);
  assertEquals([...message], [["To", "a"], ["CC", "b"], ["to", "c"]]);
  assertEquals(message.has("cc"), true);
  assertEquals([message.get("x"), message.get("x", "other"), message.getAll("x"), message.getAll("x", [])], [
    null,
    "other",
    null,
    [],
  ]);
});

test("addHeader writes parameters", () => {
  const message = new Message();
  message.addHeader("Content-Disposition", "attachment", { filename: "bud.gif" });
  assertEquals(String(message), 'Content-Disposition: attachment; filename="bud.gif"\n\n');
  message.addHeader("X-Other", "v", { some_name: "a b", bare: null });
  assertEquals(message.get("x-other"), 'v; some-name="a b"; bare');
});

test("addHeader writes a triple, and text outside ASCII, in the form of RFC 2231", () => {
  const message = new Message();
  message.addHeader("Content-Disposition", "attachment", {
    filename: ["iso-8859-1", "", "Fu\xdfballer.ppt"],
  });
  assertEquals(message.get("content-disposition"), "attachment; filename*=iso-8859-1''Fu%DFballer.ppt");
  assertEquals(message.getFilename(), "Fu\xdfballer.ppt");
  message.delete("content-disposition");
  message.addHeader("Content-Disposition", "attachment", { filename: "Fu\xdfballer.ppt" });
  assertEquals(message.get("content-disposition"), "attachment; filename*=utf-8''Fu%C3%9Fballer.ppt");
  assertEquals(message.getFilename(), "Fu\xdfballer.ppt");
});

test("the RFC 2231 form with quotes, as the manual prints it, is read as well", () => {
  const message = messageFromString(
    "Content-Disposition: attachment; filename*=\"iso-8859-1''Fu%DFballer.ppt\"\n\n",
  );
  assertEquals(message.getParam("filename", { header: "content-disposition" }), [
    "iso-8859-1",
    "",
    "Fu\xdfballer.ppt",
  ]);
  assertEquals(message.getFilename(), "Fu\xdfballer.ppt");
});

test("replaceHeader keeps place and spelling, and wants the header to be there", () => {
  const message = messageFromString("A: 1\nsubject: 2\nB: 3\n\n");
  message.replaceHeader("SUBJECT", "new");
  assertEquals(message.items(), [["A", "1"], ["subject", "new"], ["B", "3"]]);
  assertThrows(() => message.replaceHeader("C", "x"), KeyError);
});

test("a generator does what asString and asBytes do not", () => {
  const message = messageFromString(`Subject: ${"word ".repeat(20).trim()}\n\nFrom here on\n`);
  let text = "";
  new Generator({ write: (piece) => text += piece }, { mangleFrom: true, maxHeaderLen: 60 }).flatten(message);
  assertEquals(
    text,
    `Subject: ${"word ".repeat(10).trim()}\n ${"word ".repeat(10).trim()}\n\n>From here on\n`,
  );
  assertEquals(message.asString(), `Subject: ${"word ".repeat(20).trim()}\n\nFrom here on\n`);
  const pieces: number[] = [];
  new BytesGenerator({ write: (piece) => pieces.push(...piece) }, { mangleFrom: true, maxHeaderLen: 60 })
    .flatten(message);
  assertEquals(new TextDecoder().decode(Uint8Array.from(pieces)), text);
});

test("the content type is lower-case, defaults, and is text/plain when it makes no sense", () => {
  assertEquals(new Message().getContentType(), "text/plain");
  assertEquals(messageFromString("Content-Type: TEXT/Html; x=y\n\n").getContentType(), "text/html");
  assertEquals(messageFromString("Content-Type: nonsense\n\n").getContentType(), "text/plain");
  const digest = messageFromString(
    'Content-Type: multipart/digest; boundary="d"\n\n--d\n\nSubject: a\n\nb\n--d--\n',
  );
  assertEquals(digest.getPayload(0).getContentType(), "message/rfc822");
});

test("parameters are read, set and removed", () => {
  const message = messageFromString('Content-Type: text/plain; charset="us-ascii"; x\n\n');
  assertEquals(message.getParams(), [["text/plain", ""], ["charset", "us-ascii"], ["x", ""]]);
  assertEquals(message.getParam("CHARSET", { unquote: false }), '"us-ascii"');
  assertEquals(message.getParam("none"), null);
  message.setParam("charset", "utf-8");
  assertEquals(message.getContentCharset(), "utf-8");
  message.delParam("charset");
  assertEquals(message.getContentCharset(), null);
  message.setType("text/html");
  assertEquals(message.getContentType(), "text/html");
  assertEquals(message.get("mime-version"), "1.0");
  assertThrows(() => message.setType("html"), ValueError);
});

test("a parameter in RFC 2231 form is collapsed with utils", () => {
  const message = messageFromString("Content-Type: text/plain; foo*=us-ascii'en'This%20is%20even%20more\n\n");
  const raw = message.getParam("foo");
  assertEquals(raw, ["us-ascii", "en", "This is even more"]);
  assertEquals(utils.collapseRfc2231Value(raw!), "This is even more");
});

test("payloads: parts, text, and octets", () => {
  const message = messageFromBytes(
    new TextEncoder().encode("Content-Transfer-Encoding: base64\n\naGVsbG8=\n"),
  );
  assertEquals(message.getPayload(), "aGVsbG8=\n");
  assertEquals(message.getPayload({ decode: true }), new TextEncoder().encode("hello"));
  assertEquals(REPORT.getPayload({ decode: true }), null);
  assertEquals(REPORT.getPayload(1).getContentType(), "message/delivery-status");
  assertThrows(() => REPORT.getPayload(3), RangeError);
  assertThrows(() => REPORT.getPayload(-1), RangeError);
  assertThrows(() => message.getPayload(0), TypeError);
});

test("setCharset encodes the body and says so", () => {
  const message = new Message();
  message.setPayload("Gr\xfc\xdfe\n", "utf-8");
  assertEquals(message.items(), [
    ["MIME-Version", "1.0"],
    ["Content-Type", 'text/plain; charset="utf-8"'],
    ["Content-Transfer-Encoding", "base64"],
  ]);
  assertEquals(message.getPayload(), "R3LDvMOfZQo=\n");
});

test("a boundary is found, and set where there is a content type", () => {
  const message = messageFromString("Content-Type: multipart/mixed; boundary=old\n\n");
  assertEquals(message.getBoundary(), "old");
  message.setBoundary("new one");
  assertEquals(message.get("content-type"), 'multipart/mixed; boundary="new one"');
  assertThrows(() => new Message().setBoundary("x"), HeaderParseError);
});

test("preamble, epilogue and defects are attributes", () => {
  const message = messageFromString(
    'Content-Type: multipart/mixed; boundary="b"\n\nbefore\n--b\n\none\n--b--\nafter\n',
  );
  assertEquals([message.preamble, message.epilogue, message.defects], ["before", "after\n", []]);
  const broken = messageFromString('Content-Type: multipart/mixed; boundary="b"\n\n--b\n\none\n');
  assertEquals(broken.defects.map((defect) => defect.name), ["CloseBoundaryNotFoundDefect"]);
});

test("text outside ASCII goes into headers as a Header", () => {
  const message = new Message();
  message.append("Subject", new Header("p\xf6stal", { charset: "iso-8859-1" }));
  assertEquals(message.asString(), "Subject: =?iso-8859-1?q?p=F6stal?=\n\n");
  assertEquals(decodeHeader("=?iso-8859-1?q?p=F6stal?="), [[
    Uint8Array.of(0x70, 0xf6, 0x73, 0x74, 0x61, 0x6c),
    "iso-8859-1",
  ]]);
  assertEquals(String(makeHeader(decodeHeader("=?iso-8859-1?q?p=F6stal?="))), "p\xf6stal");
});

test("octets of no known charset are in a Header of unknown-8bit", () => {
  const message = messageFromBytes(Uint8Array.from("Subject: \xe9\n\n", (char) => char.charCodeAt(0)));
  const subject: unknown = message.get("subject");
  assert(subject instanceof Header);
  assertEquals(String(subject), "\ufffd");
  assertEquals(message.asString(), "Subject: =?unknown-8bit?q?=E9?=\n\n");
  assertEquals(message.asBytes(), Uint8Array.from("Subject: \xe9\n\n", (char) => char.charCodeAt(0)));
});

test("policies are cloned, added and frozen", () => {
  const policy = compat32.clone({ linesep: "\r\n" });
  assertEquals(
    new TextDecoder().decode(messageFromString("A: b\n\nc\n").asBytes({ policy })),
    "A: b\r\n\r\nc\r\n",
  );
  assertEquals(compat32.add(policy).linesep, "\r\n");
  assertEquals([compat32.maxLineLength, compat32.cteType, compat32.mangleFrom], [78, "8bit", true]);
  assertThrows(() => compat32.clone({ nonsense: 1 }), TypeError);
});

/** Names in the right column of the tables below a heading that begins with the given text. */
function tableNames(heading: string): string[] {
  const page = readFileSync(new URL("../../email/PORTING.md", import.meta.url), "utf8");
  const start = page.indexOf(`### ${heading}\n`);
  assert(start >= 0, heading);
  const [section = ""] = page.slice(start + 4).split(/\n##/);
  return [...section.matchAll(/^\| `[^`]+` +\| `([^`]+)` +\|$/gm)].map((match) => match[1]!);
}

const exported: Record<string, unknown> = { ...email };

test("every name that PORTING.md promises is there", () => {
  const missing: string[] = [];
  const objects: [heading: string, object: unknown][] = [
    ["Functions of the package", exported],
    ["Members of `Message`", new Message()],
    ["Members of `Compat32`", compat32],
    ["Members of `Header`", new Header()],
    ["Members of `Charset`", new email.Charset("utf-8")],
    ["Functions of `utils`", utils],
    ["Functions of `quoprimime`", email.quoprimime],
    ["Functions of `base64mime`", email.base64mime],
  ];
  for (const [heading, object] of objects) {
    const names = tableNames(heading);
    assert(names.length > 3, heading);
    missing.push(
      ...names.filter((name) => !(name in (object as object))).map((name) => `${heading}: ${name}`),
    );
  }
  assertEquals(missing, []);
});
