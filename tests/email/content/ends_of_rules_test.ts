// Where the rules of reading and writing begin and end: each line here fails when one of them is one off.

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { encodedWords } from "../../../email/content/compose/encode_words.ts";
import {
  addressesOf,
  createMail,
  forward,
  headerText,
  type InlineInput,
  type MailPart,
  Message,
  messageFromBytes,
  readMail,
  readMailStream,
  reply,
} from "../../../email/mod.ts";

const octets = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const to = (value: string) =>
  addressesOf(octets(`To: ${value}\r\n\r\n`), "to").map(({ name, address }) => [name, address]);
const named = (name: string): MailPart =>
  readMail(octets(`Content-Disposition: attachment; filename="${name}"\r\nContent-Type: a/b\r\n\r\nx`))
    .attachments[0]!;

test("problems say what was wrong", () => {
  const mail = readMail(octets("Date: yesterday\r\nSubject: =?x-nobody?q?=FC?=\r\n\r\n"));
  assertEquals([mail.date, mail.subject], [undefined, "ü"]);
  assertEquals(mail.problems.map(({ kind, detail }) => `${kind}: ${detail}`), [
    "date: nobody can tell the date",
    'charset: the charset "x-nobody" is not known',
    "charset: octets outside ASCII of that charset, read as windows-1252",
  ]);
});

test("octets that are not UTF-8 are reported", () => {
  const mail = readMail(octets("Content-Type: text/plain; charset=utf-8\r\n\r\n\xc3\xbc\xff"));
  assertEquals(mail.text, "ü\ufffd");
  assertEquals(mail.problems, [{ kind: "charset", detail: "octets that are not UTF-8" }]);
});

test("the usual form of a date means the same as one that is read word by word", () => {
  const read = (text: string) => readMail(`Date: ${text}\r\n\r\n`).date?.toISOString();
  const days = ["", "Fri, ", "Mar, ", "Set, "].flatMap((name) =>
    ["1", "01", "29", "30", "31", "32", "0"].map((day) => name + day)
  );
  const months = ["Jan", "feb", "FEB", "Mar", "Jun", "Okt", "Xxx", "Dec"];
  const clocks = ["00:00:00", "23:59:60", "24:00:00", "24:00:01", "12:60:00", "9:05:01", "10:11"];
  const zones = [
    "+0000",
    "-0000",
    "-0800",
    "+0530",
    "+2400",
    "+0060",
    "GMT",
    "EST",
    "+0200 (CEST)",
    "-0500 (PM)",
  ];
  let known = 0;
  for (const day of days) {
    for (const month of months) {
      for (const year of ["2026", "2024", "0099", "0000", "26"]) {
        const text = `${day} ${month} ${year}`;
        for (let i = 0; i < clocks.length * zones.length; i++) {
          const [clock, zone] = [clocks[i % clocks.length]!, zones[i % zones.length]!];
          const date = read(`${text} ${clock} ${zone}`);
          // With another blank it is not the usual form.
          assertEquals(date, read(`${text}  ${clock} ${zone}`), `${text} ${clock} ${zone}`);
          if (date !== undefined) known++;
        }
      }
    }
  }
  assert(known > 1_000, `${known}`);
});

test("what is forwarded has no date when nobody knows it", () => {
  const mail = readMail(octets("From: a@x.example\r\nSubject: x\r\n\r\ny\r\n"));
  const text = readMail(forward(mail, { from: "b@x.example", to: "c@x.example" })).text!;
  assertEquals(text.split("\n").filter((line) => /^(?:From|Date|Subject):/.test(line)), [
    "From: a@x.example",
    "Subject: x",
  ]);
});

test("100 problems are kept", () => {
  const words = Array.from({ length: 150 }, (_, i) => `=?x-${i}?q?a?= `).join("");
  const mail = readMail(octets(`Date: x\r\nSubject: ${words}\r\n\r\n`));
  assertEquals(mail.date, undefined);
  mail.subject;
  assertEquals(mail.problems.length, 100);
});

test("a safe name keeps an ending of 19 characters, and is made of the last 800 of a name", () => {
  const ending = "e".repeat(19);
  assertEquals(named(`${"x".repeat(300)}.${ending}`).safeFileName, `${"x".repeat(180)}.${ending}`);
  assertEquals(named(`${"x".repeat(300)}.e${ending}`).safeFileName, "x".repeat(200));
  const marks = "%E2%80%8E".repeat(850);
  const mail = readMail(
    octets(
      `Content-Type: a/b\r\nContent-Disposition: attachment; filename*=utf-8''keep${marks}.txt\r\n\r\nx`,
    ),
  );
  assertEquals(mail.attachments[0]!.fileName?.length, 4 + 850 + 4);
  assertEquals(mail.attachments[0]!.safeFileName, "txt");
});

test("UTF-8 that was cut inside a character is UTF-8, what only begins like one is windows-1252", () => {
  const text = (body: string) =>
    readMail(octets(`Content-Type: text/plain; charset=utf-8\r\n\r\n${body}`)).text;
  assertEquals(text("ab\xe2\x80"), "ab\ufffd");
  assertEquals(text("ab\xe2\x82"), "ab\ufffd");
  assertEquals(text("ab\xf0\x9f\x98"), "ab\ufffd");
  assertEquals(text("ab\xe9"), "abé");
  assertEquals(text("ab\xe9x"), "abéx");
  assertEquals(text("ab\xe2\x82cd"), "abâ‚cd");
});

test("uuencoded lines with a wrong length are left unchanged, also after an empty one", () => {
  const body = `\nbegin 644 a\n${"M\n".repeat(100)}`;
  const [part] = readMail(octets(`Content-Type: a/b\nContent-Transfer-Encoding: x-uuencode\n\n${body}`))
    .parts();
  assertEquals(part!.bytes(), octets(body));
});

test("addresses around what is not closed, and after a colon", () => {
  assertEquals(to('"Max <a@x.example>'), [["Max", "a@x.example"]]);
  assertEquals(to("(Max <a@x.example>"), [["Max", "a@x.example"]]);
  assertEquals(to("a@x.example: Max <b@x.example>"), [["", "a@x.example"], ["Max", "b@x.example"]]);
  assertEquals(to("A <> , B <b@x.example>"), [["B", "b@x.example"]]);
  assertEquals(to("<a@x.example> Max Muster, <b@x.example> (Max)"), [
    ["Max Muster", "a@x.example"],
    ["Max", "b@x.example"],
  ]);
  for (const end of ["", ">", ", b@x.example", ";"]) {
    const expected = end.startsWith(",") ? [["", "b@x.example"]] : [];
    assertEquals(to(`A: =?gbk?b?1tCH+NPKvP4joe@x.example${end}`), expected, end);
    assertEquals(to(`<=?gbk?b?1tCH+NPKvP4joe@x.example>${end}`), expected, end);
  }
  assertEquals(to("<a@x.example> c@x.example"), [["", "a@x.example"], ["", "c@x.example"]]);
  assertEquals(to("A <a@x.example> c@x.example d@x.example, B <b@x.example>"), [
    ["A", "a@x.example"],
    ["", "c@x.example"],
    ["", "d@x.example"],
    ["B", "b@x.example"],
  ]);
  assertEquals(to("<a@x.example> (c@x.example)"), [["", "a@x.example"]]);
  assertEquals(to("A <<a@x.example>>, B > <b@x.example>"), [["A", "a@x.example"], ["B", "b@x.example"]]);
  assertEquals(to("A <a@x.example> (B), C <b@x.example> D"), [["A", "a@x.example"], ["C", "b@x.example"]]);
  assertEquals(to("A <>; B <b@x.example>"), [["B", "b@x.example"]]);
  assertEquals(to('<"a>b"@x.example>, c@x.example'), [["", '"a>b"@x.example'], ["", "c@x.example"]]);
});

test("a date in digits with dots has its day first", () => {
  const date = (text: string) => readMail(octets(`Date: ${text}\r\n\r\n`)).date?.toISOString().slice(0, 10);
  assertEquals(date("10.11.1997 09:55"), "1997-11-10");
  assertEquals(date("10/11/1997 09:55"), undefined);
});

test("octets of a stream are octets, and text of one is text", async () => {
  const text = "Content-Type: text/plain; charset=koi8-r\r\n\r\n";
  async function* pieces(body: Uint8Array | string) {
    yield octets(text);
    yield body;
  }
  assertEquals((await readMailStream(pieces(Uint8Array.of(0xf0)))).text, "П");
  assertEquals((await readMailStream(pieces("П"))).text, "П");
  assertEquals(
    (await readMailStream(new Blob([octets(text), Uint8Array.of(0xd0, 0x9f)]).stream())).text,
    "п÷",
  );
});

test("a parameter that lost its indentation has letters, digits and the signs of RFC 2231 in its name", () => {
  const type = (line: string) =>
    readMail(octets(`Content-Type: text/plain;\r\n${line}\r\nSubject: after\r\n\r\nx\r\n`)).subject;
  for (const name of ["a", "z", "A", "Z", "x0", "x9", "x-y", "x*0*"]) {
    assertEquals(readMail(octets(`Content-Type: text/plain;\r\n${name}=y\r\n\r\nx`)).text, "x", name);
    assertEquals(type(`${name}=y`), "after", name);
  }
});

test("a base64 word with other characters in it is read without them", () => {
  assertEquals(headerText("=?utf-8?B?R3LDv MOfZQ=?="), "Grüße");
  assertEquals(headerText("=?utf-8?B?R3L!D!vA=?="), "Grü");
});

test("references may begin and end with blanks", () => {
  const { message } = readMail(octets("Message-ID: <a@x.example>\r\nFrom: a@x.example\r\n\r\n"));
  assertEquals(reply(message, { from: "b@x.example", text: "" }).get("references"), "<a@x.example>");
  const mail = createMail({
    from: "b@x.example",
    to: "a@x.example",
    text: "",
    inReplyTo: " <a@x.example> ",
    references: " <a@x.example>  <b@x.example> ",
  });
  assertEquals(mail.get("in-reply-to"), "<a@x.example>");
  assertEquals(readMail(mail).references, ["<a@x.example>", "<b@x.example>"]);
});

test("2,000 characters of a subject are answered", () => {
  const mail = readMail(octets(`From: a@x.example\r\nSubject: ${"x".repeat(3000)}\r\n\r\n`));
  assertEquals(readMail(reply(mail, { from: "b@x.example", text: "" })).subject, `Re: ${"x".repeat(2000)}`);
});

test("a type may have empty parameters", () => {
  const mail = createMail({
    from: "b@x.example",
    to: "a@x.example",
    text: "x",
    attachments: [{ fileName: "a.csv", content: "a;b", contentType: "text/csv; ; header=present;" }],
  });
  assertEquals(readMail(mail).attachments[0]!.contentType, "text/csv");
  assertEquals((mail.getPayload(1) as typeof mail).getParam("header"), "present");
});

test("the transfer encoding of a multipart may follow the colon at once", () => {
  const message = (name: string) =>
    messageFromBytes(
      octets(`${name}\r\nContent-Type:multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n`),
    );
  assertEquals(message("Content-Transfer-Encoding:8bit").defects, []);
  assertEquals(message("Content-Transfer-Encoding:base64").defects.length, 1);
  assertEquals(message("Content-Transfer-Encoding:8bit").isMultipart(), true);
});

test("empty lines after the header belong to the text, whatever ends them", () => {
  const text = (rest: string) => readMail(octets(`Subject: x${rest}`)).text;
  assertEquals(text("\r\n\r\n\r\nHi"), "\nHi");
  assertEquals(text("\r\r\rHi"), "\nHi");
  assertEquals(text("\r\rH\ni"), "H\ni");
  assertEquals(text("\r\r\n\r\r\nHi"), "Hi");
});

test("a message without a payload has an empty text", () => {
  const message = new Message();
  message.append("Subject", "x");
  assertEquals([readMail(message).subject, readMail(message).text], ["x", ""]);
});

test("encoded words are Q when that is at most as long as base64", () => {
  const form = (text: string) => encodedWords(text, 0)[0]!.slice(8, 9);
  // Characters of two, three and four octets with so many of ASCII that both forms are as long.
  for (
    const [char, count] of [["\u0080", 10], ["ü", 10], ["\u07ff", 10], ["\u0800", 15], ["€", 15], [
      "😀",
      20,
    ]] as const
  ) {
    assertEquals(form(char + "a".repeat(count)), "q", char);
  }
  for (const [char, count] of [["ü", 7], ["\u07ff", 7], ["\u0800", 9], ["€", 9], ["😀", 14]] as const) {
    assertEquals(form(char + "a".repeat(count)), "b", char);
  }
});

test("blanks of a subject are kept in encoded words, where a reader would not count them", () => {
  const written = (subject: string) => createMail({ from: "a@b.example", subject, text: "" }).get("subject");
  assertEquals(written("aaa  bbb"), "aaa =?utf-8?q?_bbb?=");
  assertEquals(written("aaa "), "=?utf-8?q?aaa_?=");
  assertEquals(written(" aaa"), "=?utf-8?q?_aaa?=");
  assertEquals(written("a   b c"), "a =?utf-8?q?__b?= c");
});

test("parts of a main type have that type, and not one that begins with it", () => {
  const mail = readMail([
    "Content-Type: multipart/mixed; boundary=b",
    ...["text/plain", "texture/png", "text/html"].map((type) => `\r\n--b\r\nContent-Type: ${type}\r\n`),
    "--b--",
    "",
  ].join("\r\n"));
  assertEquals(mail.parts("text/*").map(({ contentType }) => contentType), ["text/plain", "text/html"]);
});

test("an encoded parameter without a charset is not a problem when it is ASCII", () => {
  const part = (name: string) =>
    readMail(octets(`Content-Type: a/b\r\nContent-Disposition: attachment; filename*=${name}\r\n\r\nx`))
      .attachments[0]!;
  const plain = part("%41.txt");
  assertEquals([plain.fileName, plain.problems], ["A.txt", []]);
  assertEquals(part("%C3%9C.txt").fileName, "Ü.txt");
});

test("lines of a body end in LF, of short texts and of long ones", () => {
  for (const count of [1, 70_000]) {
    const text = (lineEnds: string[]) => lineEnds.map((end) => `a${end}`).join("").repeat(count);
    const body = text(["\r\n", "\n", "\r", "\r\r\n", "\r\n"]);
    assertEquals(readMail(octets(`\r\n${body}`)).text === text(["\n", "\n", "\n", "\n", "\n"]), true);
    assertEquals(readMail(octets(`\r\n${text(["\r\n"])}`)).text === text(["\n"]), true);
  }
});

test("quoted-printable of createMail has lines of 76 characters, and none that mailbox files or relays change", () => {
  const text = `${"x".repeat(80)}\nFrom ${"ü".repeat(30)}\n.\n${"y".repeat(74)}From here \n.\nFrom`;
  const message = createMail({ from: "a@b.example", text });
  const lines = String(message.getPayload()).split("\n");
  assertEquals(lines.filter((line) => line.length > 76 || /^From |^\.$|[ \t]$/.test(line)), []);
  assertEquals(readMail(message).text, text);
});

test("a file without an identifier that is to be shown is refused by its place in the list", () => {
  const html = "<p>x</p>";
  const inline = [{ contentId: "a@b", content: "x" }, { content: "x" } as InlineInput];
  assertThrows(
    () => createMail({ from: "a@b.example", html, inline }),
    Error,
    'inline[1] needs a contentId: the one that "cid:" names in the html',
  );
});

test("HTML that is forwarded without words of one's own begins with the header of the message", () => {
  const mail = readMail("From: a@b.example\nContent-Type: text/html\n\n<p>x</p>\n");
  const html = (text?: string) =>
    readMail(
      forward(mail, { from: "b@x.example", to: "c@x.example", ...(text === undefined ? {} : { text }) }),
    ).html;
  assertEquals(html()!.split("\n").slice(0, 2), ["", "<p>---------- Forwarded message ----------<br>"]);
  assertEquals(html("see\nthis\n")!.split("\n").slice(0, 3), [
    "<p>see<br>",
    "this</p>",
    "<p>---------- Forwarded message ----------<br>",
  ]);
});

test("a long name outside ASCII is cut between characters, one of ASCII anywhere", () => {
  const safe = (text: string) => {
    const name = Array.from(new TextEncoder().encode(text), (octet) => `%${octet.toString(16)}`).join("");
    return readMail(
      octets(`Content-Type: a/b\r\nContent-Disposition: attachment; filename*=utf-8''${name}\r\n\r\nx`),
    ).attachments[0]!.safeFileName;
  };
  assertEquals(safe(`${"ü".repeat(150)}.txt`), `${"ü".repeat(98)}.txt`);
  assertEquals(safe(`x${"ü".repeat(150)}.txt`), `x${"ü".repeat(97)}.txt`);
  assertEquals(safe(`${"x".repeat(300)}.txt`), `${"x".repeat(196)}.txt`);
});
