// Further kinds of damage: what people see of names, charsets, words and reports.

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import {
  decodeText,
  deliveryStatus,
  headerText,
  messagesFromMbox,
  readMail,
  reply,
} from "../../../email/mod.ts";

const octets = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const mailboxes = (value: string) =>
  readMail(`To: ${value}\r\n\r\n`).to.map(({ name, address }) => [name, address]);

function fileName(disposition: string): string | undefined {
  return readMail(octets(`Content-Type: a/b\r\nContent-Disposition: ${disposition}\r\n\r\nx`)).attachments[0]!
    .fileName;
}

test("names of files with quotes, signs and blanks where none belong", () => {
  const cases: Record<string, string> = {
    'attachment; filename="report".pdf': "report.pdf",
    'attachment; filename="report".tar.gz; size=1': "report.tar.gz",
    'attachment; filename="report" .pdf': "report",
    'attachment; filename=""a.txt""': "a.txt",
    "attachment; filename='a.txt'": "a.txt",
    "attachment; filename='a.txt": "'a.txt",
    "attachment; filename=''": "''",
    'attachment; filename="a;b.txt': "a;b.txt",
    'attachment; filename="a.txt; size=3': "a.txt",
    'attachment; filename*0="a"; filename*2="b.txt"': "ab.txt",
    'attachment; filename*10="d"; filename*1*=%C3%BC; filename*1="c"; filename*2="c"': "\u00fccd",
    "attachment; filename==a.txt": "a.txt",
    "attachment; filename==?utf-8?q?a=C3=BC?=": "a\u00fc",
    "attachment; filename *=utf-8''%C3%BC.txt": "\u00fc.txt",
    "attachment; filename* = utf-8''%C3%BC.txt": "\u00fc.txt",
    'attachment; filename*00="a"; filename*01="b.txt"': "ab.txt",
    "attachment; filename=\xe2\x80\x9ca.txt\xe2\x80\x9d": "a.txt",
  };
  for (const [value, expected] of Object.entries(cases)) assertEquals(fileName(value), expected, value);
});

test("charsets of other ages", () => {
  const read = (label: string | undefined, text: string) => decodeText(octets(text), label);
  for (const label of ["cp437", "IBM437", "cp850", "ibm850", "cp-850", "x-cp858"]) {
    assertEquals(read(label, "M\x81ller \x84\x94\x99 \xc4"), "M\u00fcller \u00e4\u00f6\u00d6 \u2500", label);
  }
  assertEquals([read("cp437", "\xe4\xff"), read("cp850", "\xb5\xf0\xff")], ["\u03a3\xa0", "\xc1\xad\xa0"]);
  // ISO-2022-JP tells of itself.
  for (const label of [undefined, "us-ascii", "x-unknown", "iso-8859-1"]) {
    assertEquals(read(label, 'a \x1b$B$"\x1b(B'), "a \u3042", String(label));
  }
  for (const label of [undefined, "utf-8"]) assertEquals(read(label, "a \x1b$x"), "a \x1b$x");
  assertEquals(read("utf-8", 'a \x1b$B$"\x1b(B'), 'a \x1b$B$"\x1b(B');
});

test("encoded words that were cut inside a group of base64, or folded as a body is", () => {
  const cases: Record<string, string> = {
    "=?utf-8?b?w7?= =?utf-8?b?w=?=": "\u00fc",
    "=?utf-8?b?w?= =?utf-8?b?7w=?=": "\u00fc",
    "=?utf-8?b?R3L?= =?utf-8?b?DvMOf?= =?utf-8?b?ZQ?=": "Gr\u00fc\u00dfe",
    // These are complete, and lack their padding only.
    "=?iso-2022-jp?b?GyRCJCI?= =?iso-2022-jp?b?JCQbKEI?=": "\u3042\u3044",
    "=?utf-8?b?YQ?= =?utf-8?b?Yg?=": "ab",
    "=?utf-8?b?YWJjZ?=": "abc",
    "=?utf-8?b?YWJjZ?= =?utf-8?q?=C3=BC?=": "abc\u00fc",
    "=?utf-8?b?YWJjZ?= x =?utf-8?b?YQ==?=": "abc x a",
    "=?utf-8?q?lang= er?=": "langer",
    "=?utf-8?q?1+1=2_=?=": "1+1=2 =",
  };
  for (const [value, expected] of Object.entries(cases)) assertEquals(headerText(value), expected, value);
});

test("a missing comma, and brackets more than there should be", () => {
  assertEquals(mailboxes("<a@x.example> b@x.example"), [["", "a@x.example"], ["", "b@x.example"]]);
  assertEquals(mailboxes("a@x.example <>"), [["", "a@x.example"]]);
  // What is in an encoded word separates nothing.
  assertEquals(mailboxes('=?utf-8?q?Lind,_N(o)r<a;:"?= <n@x.example>'), [[
    'Lind, N(o)r<a;:"',
    "n@x.example",
  ]]);
  assertEquals(mailboxes("A <<a@x.example>>, >B <b@x.example>"), [["A", "a@x.example"], [
    "B",
    "b@x.example",
  ]]);
});

test("encoded words around identifiers and addresses of lists", () => {
  const mail = readMail(
    "Message-ID: =?utf-8?q?=3C1=40x=2Eexample=3E?=\r\nReferences: <0@x.example>\r\n =?us-ascii?Q?=3C1=40x.example=3E?=\r\n" +
      "List-Unsubscribe: =?utf-8?Q?=3Chttps:=2F=2Fx.example/u=3E?=\r\n\r\n",
  );
  assertEquals(mail.messageId, "<1@x.example>");
  assertEquals(mail.references, ["<0@x.example>", "<1@x.example>"]);
  assertEquals(mail.listHeaders.unsubscribe, ["https://x.example/u"]);
});

test("recipients of a report without the blank line between them", () => {
  const group = "Final-Recipient: rfc822; jo@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n";
  const report = deliveryStatus(
    octets(
      `Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n${group}${
        group.replace("jo", "kai")
      }`,
    ),
  );
  assertEquals(report?.recipients.map(({ address, status }) => [address, status]), [
    ["jo@x.example", "5.1.1"],
    ["kai@x.example", "5.1.1"],
  ]);
});

test("an answer to an answer in another language is one answer", () => {
  const subject = (text: string) =>
    readMail(reply(readMail(`Subject: ${text}\r\n\r\n`), { from: "a@x.example" })).subject;
  for (
    const before of [
      "AW: ",
      "Antw: ",
      "SV: Re: ",
      "Re[2]: AW: ",
      "Re(3): ",
      "re^2 : ",
      "\u56de\u590d\uff1a",
      "ODP: ",
    ]
  ) {
    assertEquals(subject(`${before}Tea`), "Re: Tea", before);
  }
  for (const text of ["Awe: Tea", "Fwd: AW: Tea", "[list] Re: Tea", "Svelte: Tea"]) {
    assertEquals(subject(text), `Re: ${text}`, text);
  }
});

test("long names of files differ, and are found at once", () => {
  const part = (i: number) =>
    `--b\r\nContent-Disposition: attachment; filename="${"n".repeat(195)}${
      String(i).padStart(4, "0")
    }.txt"\r\n\r\nx\r\n`;
  const parts = Array.from({ length: 500 }, (_, i) => part(i) + part(i)).join("");
  const names = readMail(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`).attachments
    .map(({ safeFileName }) => safeFileName);
  assertEquals(new Set(names).size, 1000);
  assert(names.every((name) => name.length <= 200 && name.endsWith(".txt")));
});

test("of a header 10,000 damaged lines are read", () => {
  const to = readMail(`To: a@b,\r\n${"a@b,\r\n".repeat(20_000)}`).to;
  assertEquals(to.length, 10_000);
});

test("base64 in pieces on one line is read to its end", () => {
  const mail = readMail(
    `Content-Transfer-Encoding: base64\r\n\r\n${"YQ==".repeat(1000)}\r\nYg==\r\nend of it.\r\n`,
  );
  assertEquals(mail.text, "a".repeat(1000) + "b");
});

test("a part of one empty line is empty, and hyphens end nothing", () => {
  const read = (body: string) =>
    readMail(`Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${body}\r\n--b--\r\n`).parts()[0]!
      .bytes();
  assertEquals(read("\r\n").length, 0);
  assertEquals(read("A: b\r\n\r\n").length, 0);
  assertEquals(
    new TextDecoder().decode(read("\r\n--\r\n---\r\n----b\r\n--b-\r\n--bb")),
    "--\r\n---\r\n----b\r\n--b-\r\n--bb",
  );
});

test("the boundary of a multipart deep inside is found, and those around it end it", () => {
  const open = (i: number) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`;
  for (const depth of [1, 2, 31, 32, 33, 40]) {
    const start = Array.from({ length: depth }, (_, i) => open(i)).join("");
    for (const end of [0, depth >> 1, depth - 1]) {
      const mail = readMail(`${start}\r\nIn.\r\n--b\r\n--b${end}\r\n\r\nOut.\r\n--b0--\r\n`);
      assertEquals(mail.parts().map((part) => part.text()), ["In.\n--b", "Out."], `${depth} ${end}`);
    }
  }
});

test("a mailbox file may begin with a byte order mark, wherever it is cut", async () => {
  const file = octets(
    "\xef\xbb\xbfFrom a\nSubject: \xef\xbb\xbfone\n\n\xef\xbb\xbf\n\nFrom b\nSubject: two\n\n",
  );
  for (const size of [1, 2, 3, 4, file.length]) {
    const pieces = async function* () {
      for (let at = 0; at < file.length; at += size) {
        yield await Promise.resolve(file.subarray(at, at + size));
      }
    };
    const found: [string | null, string, string | undefined][] = [];
    for await (const mail of messagesFromMbox(pieces())) {
      found.push([mail.message.getUnixfrom(), mail.subject, mail.text]);
    }
    assertEquals(found, [["From a", "one", "\n"], ["From b", "two", ""]], String(size));
  }
});
