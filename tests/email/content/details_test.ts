// The small print: every row of the tables, and the ends of every rule.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { LONGEST_WORD } from "../../../email/content/compose/fold.ts";
import {
  createMail,
  decodeText,
  deliveryStatus,
  envelopeOf,
  forward,
  headerText,
  type Problem,
  readMail,
  writeMail,
} from "../../../email/mod.ts";

const octets = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const date = (text: string) => readMail(`Date: ${text}\r\n\r\n`).date?.toISOString().slice(0, 19);
const from = "nora@example.org";

test("files are typed by the ends of their names", () => {
  const types: Record<string, string> = {
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/gzip": "gz tgz",
    "application/json": "json",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/xml": "xml",
    "application/rtf": "rtf",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg oga",
    "audio/wav": "wav",
    "image/png": "png PNG",
    "image/jpeg": "jpg jpeg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
    "image/heic": "heic",
    "image/tiff": "tif tiff",
    "text/plain": "txt log",
    "text/csv": "csv",
    "text/html": "html htm",
    "text/calendar": "ics",
    "text/markdown": "md",
    "text/vcard": "vcf",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "application/octet-stream": "bin application x",
  };
  for (const [type, endings] of Object.entries(types)) {
    for (const ending of endings.split(" ")) {
      const attachments = [{ fileName: `a.b.${ending}`, content: "x" }];
      const { attachments: [file] } = readMail(writeMail(createMail({ from, text: "", attachments })));
      assertEquals(file!.contentType, type, ending);
    }
  }
});

test("files without a name are named by their type", () => {
  const names: Record<string, string> = {
    ".txt": "text/plain text/rfc822-headers message/delivery-status message/disposition-notification",
    ".html": "text/html",
    ".ics": "text/calendar",
    ".csv": "text/csv",
    ".vcf": "text/vcard text/x-vcard",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".mp3": "audio/mpeg",
    ".doc": "application/msword",
    ".gz": "application/gzip",
    ".asc": "application/pgp-signature application/pgp-encrypted application/pgp-keys",
    ".p7s": "application/pkcs7-signature application/x-pkcs7-signature",
    ".p7m": "application/pkcs7-mime application/x-pkcs7-mime",
    ".dat": "application/ms-tnef",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".png": "image/png",
    ".heic": "image/heic",
    ".pdf": "application/pdf",
    ".json": "application/json",
    ".ogg": "audio/ogg",
    ".webm": "video/webm",
    ".bin": "application/x-unknown text/x-unknown image/x-unknown image/pngx",
  };
  for (const [ending, types] of Object.entries(names)) {
    for (const type of types.split(" ")) {
      const { safeFileName } = readMail(
        `Content-Type: ${type}\r\nContent-Disposition: attachment\r\n\r\nx`,
      ).attachments[0]!;
      assertEquals(safeFileName, `attachment${ending}`, type);
    }
  }
});

test("zones, months and the order of a date", () => {
  const zones: Record<string, string> = {
    "10:00:00": "UT UTC GMT Z WET +0000 BST EST5EDT (EST)",
    "09:00:00": "WEST CET MET MEZ +0100 0100 GMT+1 UTC+01:00",
    "08:00:00": "CEST MEST MESZ EET +0200 ++0200",
    "07:00:00": "EEST MSK",
    "15:00:00": "EST CDT -0500 Eastern|Standard|Time",
    "14:00:00": "EDT Eastern|Daylight|Time --0400",
    "16:00:00": "CST MDT Central|Standard|Time",
    "17:00:00": "MST PDT Mountain|Standard|Time",
    "18:00:00": "PST AKDT Pacific|Standard|Time",
    "19:00:00": "AKST",
    "20:00:00": "HST",
    "01:00:00": "JST KST",
  };
  for (const [time, names] of Object.entries(zones)) {
    for (const name of names.split(" ")) {
      assertEquals(date(`20 Nov 2026 10:00 ${name.replaceAll("|", " ")}`)?.slice(11), time, name);
    }
  }
  const months = "January February March April May June July August September October November December";
  months.split(" ").forEach((name, i) => {
    for (const word of [name, name.slice(0, 3), `${name.slice(0, 3)}.`, name.toUpperCase()]) {
      assertEquals(date(`5 ${word} 2026`), `2026-${String(i + 1).padStart(2, "0")}-05T00:00:00`, word);
    }
  });
  const right = "2026-11-20T10:00:00";
  const forms = [
    "20 Nov 2026 10:00",
    "2026 Nov 20 10:00",
    "Nov 20 2026 10:00",
    "Nov 20 10:00 2026",
    "on 20 Nov 2026 at 10:00",
    "Fri the 20th of Nov 2026 10:00",
    "20/Nov/2026 10:00",
    "20.Nov.26 10:00",
    "20Nov2026 10:00",
    "20.11.2026 10:00",
    "20-11-2026 10:00",
    "11/20/2026 10:00",
    "2026/11/20 10:00",
    "2026-11-20 10:00:00,5",
    "2026-11-20T10:00:00.123456789",
    "20 Nov 2026 10:00:00.5",
    "20 Nov 2026 10.0.0",
    "20 Nov 2026 10:00 am",
    "20 Nov 2026 10:00AM",
    "2026-11-20 10:00 AM",
    "20 Nov 2026 10:00 a.m.",
    "Fri, 20 Nov 2026 10:00:00 (a (nested) comment)",
  ];
  for (const form of forms) assertEquals(date(form), right, form);
  const others: Record<string, string | undefined> = {
    "20 Nov 10:00 26": "2026-11-20T10:00:00",
    "20 Nov 10:00 EST 26": undefined,
    "20 Nov 10:00 EST 2026": "2026-11-20T15:00:00",
    "20 Nov 49": "2049-11-20T00:00:00",
    "20 Nov 50": "1950-11-20T00:00:00",
    "20 Nov 099": "1999-11-20T00:00:00",
    "20 Nov 100": "2000-11-20T00:00:00",
    "20 Nov 2026 12:30 AM": "2026-11-20T00:30:00",
    "20 Nov 2026 12:30 PM": "2026-11-20T12:30:00",
    "20 Nov 2026 1:30 PM": "2026-11-20T13:30:00",
    "20 Nov 2026 13:30 PM": "2026-11-20T13:30:00",
    "20 Nov 2026 00:30 AM": "2026-11-20T00:30:00",
    "20 Nov 2026 24:00": "2026-11-21T00:00:00",
    "20 Nov 2026 23:59:60": "2026-11-21T00:00:00",
    "11.11.2026": "2026-11-11T00:00:00",
    "11/11/2026": "2026-11-11T00:00:00",
    "13/12/2026": "2026-12-13T00:00:00",
    "12/13/2026": "2026-12-13T00:00:00",
    "10/11/2026": undefined,
    "20 Nov 2026 1030": undefined,
    "20 Nov 2026 24:01": undefined,
    "20 Nov 2026 25:00": undefined,
    "20 Nov 2026 10:60": undefined,
    "20 Nov 2026 10:00:61": undefined,
    "31 Nov 2026": undefined,
    "0 Nov 2026": undefined,
    "20 Nov 0000": undefined,
    "20 Non 2026": undefined,
    "20 No 2026": undefined,
    "2026-13-20": undefined,
    "2026-00-20": undefined,
    "20 Nov": undefined,
  };
  for (const [text, expected] of Object.entries(others)) assertEquals(date(text), expected, text);
  assertEquals(date("20 Nov 2026 10:00 +2359")?.slice(11), "10:01:00");
  assertEquals(date("20 Nov 2026 10:00 +2400")?.slice(11), "10:00:00");
  assertEquals(date("20 Nov 2026 10:00 +0160")?.slice(11), "10:00:00");
});

test("every field of a mailing list", () => {
  const fields = ["Unsubscribe", "Subscribe", "Post", "Help", "Owner", "Archive"];
  const list =
    readMail(fields.map((name) => `List-${name}: <mailto:${name}@x.org>\r\n`).join("") + "\r\n").listHeaders;
  assertEquals(
    [list.unsubscribe, list.subscribe, list.post, list.help, list.owner, list.archive],
    fields.map((name) => [`mailto:${name}@x.org`]),
  );
});

test("what was read is not read again", () => {
  const mail = readMail("List-Id: a\r\nFrom: a@x.org\r\nDate: 20 Nov 2026\r\n\r\nx");
  assertEquals(mail.listHeaders === mail.listHeaders && mail.from === mail.from, true);
  assertEquals(mail.attachments === mail.attachments && mail.date === mail.date, true);
});

test("what only looks like an encoded word stays, words that were cut off at the end are read", () => {
  const subject = (text: string) => headerText(text);
  assertEquals(subject("=?utf-8?q?=C3=A9 cut"), "=?utf-8?q?=C3=A9 cut");
  assertEquals(subject("=?utf-8?q?=C3=A9_cut"), "\u00e9 cut");
  assertEquals(subject("=?utf-8?q?=C3=A9?"), "\u00e9");
  assertEquals(subject("=?utf-8?q?"), "=?utf-8?q?");
  assertEquals(subject("=?utf-8?q?=C3=A9?  Rest"), "=?utf-8?q?=C3=A9?  Rest");
});

test("members of one group stay together", () => {
  const group = (name: string, address: string) => ({ name: "", address, group: name });
  const to = [group("A", "a@x.org"), group("A", "b@x.org"), group("B", "c@x.org"), { address: "d@x.org" }];
  const message = createMail({ from, to, text: "" });
  assertEquals(message.get("to"), "A: a@x.org, b@x.org;, B: c@x.org;, d@x.org");
  const apart = [group("A", "a@x.org"), { address: "d@x.org" }, group("A", "b@x.org")];
  assertEquals(createMail({ from, to: apart, text: "" }).get("to"), "A: a@x.org;, d@x.org, A: b@x.org;");
});

test("characters beside percent signs in the name of a file", () => {
  const name = (value: string) =>
    readMail(`Content-Disposition: attachment; filename*=${value}\r\n\r\n`).attachments[0]!.fileName;
  assertEquals(name("utf-8''%C3%BC\u00f1%C3%A9.pdf"), "\u00fc\u00f1\u00e9.pdf");
  assertEquals(name("utf-8''%zz%4"), "%zz%4");
  assertEquals(name("utf-8'en'100%25"), "100%");
});

test("a block of a report is about a recipient when one of three fields is there", () => {
  const block = (field: string) =>
    deliveryStatus(
      octets(`Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\n${field}\r\n`),
    )!
      .recipients.length;
  assertEquals(["Final-Recipient: rfc822; a@b", "Action: failed", "Status: 5.0.0", "X: y"].map(block), [
    1,
    1,
    1,
    0,
  ]);
});

test("a line that lost its indentation has to be a parameter", () => {
  const read = (line: string) => readMail(`Content-Type: text/plain;\r\n${line}\r\n\r\nBody.\r\n`);
  for (const line of ["charset=utf-8", "name*=utf-8''a", "name*0=a", "x-y=z"]) {
    assertEquals(read(line).text, "Body.\n", line);
  }
  for (const line of ["Hello you = x", "(x)=y", "a.b=c", "=x", "Hello"]) {
    assertEquals(read(line).text, `${line}\n\nBody.\n`, line);
  }
});

test("half-width katakana between shift-out and shift-in", () => {
  const text = (inner: string) => decodeText(octets(`\x1b$B\x46\x7c\x1b(B\x0e${inner}\x0f`), "iso-2022-jp");
  assertEquals(text("\x21\x31\x5f"), "\u65e5\uff61\uff71\uff9f");
});

test("the address that an editor left a comma before, and kinds of names", () => {
  const to = (value: string) =>
    readMail(`To: ${value}\r\n\r\n`).to.map(({ name, address }) => [name, address]);
  assertEquals(to("Lind, Nora, Dr. <n@x.org>"), [["Lind, Nora, Dr.", "n@x.org"]]);
  assertEquals(to("a@x.org, , b@x.org"), [["", "a@x.org"], ["", "b@x.org"]]);
  assertEquals(to(`nora@[IPv6:${"1:".repeat(7)}1]`), [["", "nora@[IPv6:1:1:1:1:1:1:1:1]"]]);
});

test("a byte order mark goes at the start, and stays elsewhere", () => {
  assertEquals(headerText("=?utf-8?b?77u/YQ==?= =?utf-8?b?77u/Yg==?="), "a\ufeffb");
  assertEquals(headerText("\ufeff\ufeffa"), "a");
  const subject = "of \ufeffwords";
  assertEquals(readMail(writeMail(createMail({ from, subject, text: "" }))).subject, subject);
  for (const label of ["utf-8", "x-none", undefined, "us-ascii", "iso-8859-1"]) {
    assertEquals(decodeText(octets("\xef\xbb\xbfa\xef\xbb\xbf"), label), "a\ufeff", label);
  }
});

test("where lists and plain values end", () => {
  const urls = (count: number) =>
    readMail(`List-Help: ${"<x:y>, ".repeat(count)}<mailto:a@b>\r\n\r\n`).listHeaders.help;
  assertEquals([urls(199), urls(200), urls(250)], [["mailto:a@b"], [], []]);
  const name = (rest: string) =>
    readMail(`Content-Disposition: attachment; filename=${rest}\r\n\r\n`).attachments[0]!.fileName;
  assertEquals(name("a b.pdf size = 3"), "a b.pdf");
  assertEquals(name("a b.pdf size=3"), "a b.pdf");
  assertEquals(name("a=b.pdf other = 3"), "a=b.pdf other = 3");
});

test("a message that was resent goes to those it was resent to", () => {
  const envelope = (fields: string) => envelopeOf(octets(`From: a@x.org\r\nTo: b@x.org\r\n${fields}\r\n`)).to;
  assertEquals(envelope(""), ["b@x.org"]);
  assertEquals(envelope("Resent-Date: 20 Nov 2026 10:00 +0100\r\nResent-Cc: c@x.org\r\n"), ["c@x.org"]);
  assertEquals(envelope("Resent-To: d@x.org\r\n"), ["d@x.org"]);
  assertEquals(envelope("Resent-Cc: c@x.org\r\n"), ["b@x.org"]);
});

test("for an option that is misspelt, the error names the right one", () => {
  const meant = (key: string) => {
    try {
      createMail({ from, text: "", [key]: "x" } as never);
    } catch (error) {
      return /did you mean "(\w+)"/.exec(String(error))?.[1];
    }
    return undefined;
  };
  const typos = {
    bccs: "bcc",
    Subject: "subject",
    atachments: "attachments",
    replyto: "replyTo",
    messageID: "messageId",
  };
  for (const [key, name] of Object.entries(typos)) assertEquals(meant(key), name);
});

test("a comma ends a disposition, a hyphen does not", () => {
  const mail = (value: string) =>
    readMail(`Content-Type: text/plain\r\nContent-Disposition: ${value}\r\n\r\nx`);
  assertEquals(mail("attachment,filename=a.txt").attachments[0]?.fileName, "a.txt");
  assertEquals(mail("attachment, filename=a.txt").text, undefined);
  assertEquals(mail("attachment-x").text, "x");
});

test("what is around a label does not count", () => {
  for (
    const label of [
      ",iso-8859-2",
      "(iso-8859-2)",
      "*iso-8859-2",
      "<iso-8859-2>",
      "iso-8859-2;",
      " iso-8859-2*pl",
    ]
  ) {
    assertEquals(decodeText(Uint8Array.of(0xb1), label), "\u0105", label);
  }
  assertEquals(decodeText(Uint8Array.of(0xb1), "()"), "\u00b1");
});

test("a message with text and HTML is forwarded with both", () => {
  const both = createMail({ from, subject: "x", text: "One.\n", html: "<p>Two." });
  const mail = readMail(writeMail(forward(both, { from, to: from })));
  assertEquals([mail.text?.includes("\nOne.\n"), mail.html?.includes("<p>Two.")], [true, true]);
  const text = readMail(writeMail(forward(createMail({ from, text: "One.\n" }), { from, to: from })));
  assertEquals([text.text?.includes("\nOne.\n"), text.html], [true, undefined]);
  const html = readMail(writeMail(forward(createMail({ from, html: "<p>Two." }), { from, to: from })));
  assertEquals([html.text, html.html?.includes("<p>Two.")], [undefined, true]);
});

test("an empty label is ignored", () => {
  for (const label of ["", undefined, null]) {
    const problems: Problem[] = [];
    decodeText(Uint8Array.of(0xfc), label, problems);
    assertEquals(problems.map(({ detail }) => detail), [
      "octets outside ASCII without a charset, read as windows-1252",
    ]);
  }
});

test("encodings as they are abbreviated, groups without members, half-width katakana by escape", () => {
  for (const name of ["quoted-printable", "quoted printable", "quoted", "q", "qp", "Q", "quoted-print"]) {
    assertEquals(readMail(`Content-Transfer-Encoding: ${name}\r\n\r\na=3Db`).text, "a=b", name);
  }
  for (const name of ["base64", "base 64", "b64", "b"]) {
    assertEquals(readMail(`Content-Transfer-Encoding: ${name}\r\n\r\nQUJD`).text, "ABC", name);
  }
  for (const name of ["uuencode", "x-uuencode", "uue", "x-uue"]) {
    const text = `Content-Transfer-Encoding: ${name}\r\n\r\nbegin 644 a\r\n#04)#\r\n\`\r\nend\r\n`;
    assertEquals(readMail(text).text, "ABC", name);
  }
  for (const name of ["qx", "bq", "7bits", "none", "8-bit"]) {
    assertEquals(readMail(`Content-Transfer-Encoding: ${name}\r\n\r\na=3Db`).text, "a=3Db", name);
  }
  const to = (value: string) => createMail({ from, to: value, text: "" }).get("to");
  assertEquals(to("Team: a@x.org;, None:;"), "Team: a@x.org;, None:;");
  assertEquals(to("None:;"), "None:;");
  // The character 0x80 is for the platform to stop at.
  assertEquals(decodeText(octets("\x1b(I\x31\x5f\x1b(B\x0e\x32\x0f"), "iso-2022-jp"), "\uff71\uff9f\uff72");
  assertEquals(decodeText(octets("\x1b(J\x31\x1b(B\x0e\x32\x0f"), "iso-2022-jp"), "1\uff72");
});

test("the longest word that a line has room for stays as it is", () => {
  const written = (length: number) => {
    const message = createMail({ from, text: "" });
    message.set("X-Word", `a ${"w".repeat(length)}`);
    return new TextDecoder().decode(writeMail(message)).includes("w".repeat(length));
  };
  assertEquals([written(900), written(LONGEST_WORD), written(LONGEST_WORD + 1)], [true, true, false]);
});
