// Kinds of damage, each in several forms: what a user should get.

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { toText } from "@std/streams";
import {
  addressesOf,
  datesOf,
  decodeText,
  groupsOf,
  headerText,
  listHeaders,
  type Mail,
  type MailAddress,
  messageFromBytes,
  messageIdsOf,
  readMail,
} from "../../../email/mod.ts";

/** Octets: each character up to U+00FF is one, the others are their UTF-8. */
function octets(text: string): Uint8Array {
  const out: number[] = [];
  for (const char of text) {
    if (char.codePointAt(0)! < 0x100) out.push(char.codePointAt(0)!);
    else out.push(...new TextEncoder().encode(char));
  }
  return Uint8Array.from(out);
}
const utf8 = (text: string) =>
  Array.from(new TextEncoder().encode(text), (o) => String.fromCharCode(o)).join("");
const hex = (digits: string) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const read = (text: string) => readMail(octets(text));
const pairs = (list: MailAddress[]) => list.map(({ name, address }) => [name, address]);
const people = (value: string) => pairs(addressesOf(octets(`To: ${value}\n\n`), "to"));
const ascii = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("damage in the header costs a line", () => {
  const whole = (mail: Mail) => [mail.subject, mail.from[0]?.address, mail.text?.trim()];
  const right = ["Lieferung", "nora@example.org", "Body."];
  const forms: Record<string, string> = {
    "line ends of CR": "From: nora@example.org\rSubject: Lieferung\r\rBody.\r",
    "line ends of CR CR LF": "From: nora@example.org\r\r\nSubject: Lieferung\r\r\n\r\r\nBody.\r\r\n",
    "line ends of LF CR": "From: nora@example.org\n\rSubject: Lieferung\n\r\n\rBody.\n\r",
    "line ends of every make": "From: nora@example.org\nTo: x@example.org\rSubject: Lieferung\r\n\nBody.\n",
    "byte order mark": "\xef\xbb\xbfSubject: Lieferung\r\nFrom: nora@example.org\r\n\r\nBody.\r\n",
    "byte order mark before an empty line":
      "\xef\xbb\xbf\r\nSubject: Lieferung\r\nFrom: nora@example.org\r\n\r\nBody.\r\n",
    "empty lines first": "\r\n\r\nSubject: Lieferung\r\nFrom: nora@example.org\r\n\r\nBody.\r\n",
    "blanks before colons":
      "Subject : Lieferung\r\nFrom\t: nora@example.org\r\nContent-Type  : text/plain\r\n\r\nBody.\r\n",
    "a line without a colon":
      "Received: by x\r\nthis is nothing\r\nSubject: Lieferung\r\nFrom: nora@example.org\r\n\r\nBody.\r\n",
    "a name with blanks":
      "Subject: Lieferung\r\nX Spam Score: 5\r\n folded\r\nFrom: nora@example.org\r\n\r\nBody.\r\n",
    "a name outside ASCII": "Subject: Lieferung\r\nBetr\xe4ff: 5\r\nFrom: nora@example.org\r\n\r\nBody.\r\n",
    "a quoted envelope line":
      ">From nora Sat Jan  1\r\nSubject: Lieferung\r\nFrom: nora@example.org\r\n\r\nBody.\r\n",
    "an answer of POP3 first":
      "+OK 120 octets\r\nSubject: Lieferung\r\nFrom: nora@example.org\r\n\r\nBody.\r\n",
    "a parameter without indentation":
      "Subject: Lieferung\r\nFrom: nora@example.org\r\nContent-Type: text/plain;\r\ncharset=utf-8\r\n\r\nBody.\r\n",
    "no empty line": "Subject: Lieferung\r\nFrom: nora@example.org\r\nBody.\r\n",
    "an empty line of blanks": "Subject: Lieferung\r\nFrom: nora@example.org\r\n \t\r\nBody.\r\n",
  };
  for (const [form, text] of Object.entries(forms)) assertEquals(whole(read(text)), right, form);
  // A continuation without its blank belongs to its field, and can be written.
  const lost = read("To: a@example.org,\r\nb@example.org\r\nSubject: x\r\n\r\n");
  assertEquals(lost.to.map(({ address }) => address), ["a@example.org", "b@example.org"]);
  assertEquals(readMail(lost.message.asBytes()).to.length, 2);
  // What says it is a header in the body stays body.
  assertEquals(
    read("From: a@example.org\r\nSubject: x\r\nHello.\r\nSubject: y\r\n\r\nz").text,
    "Hello.\nSubject: y\n\nz",
  );
});

test("a multipart whose parts are damaged is read", () => {
  const mixed = (type: string, part = "Content-Type : text/plain\r\n\r\nText.") =>
    read(
      `Content-Type: ${type}\r\n\r\n--bb\r\n${part}\r\n--bb\r\nContent-Type: a/b; name=a.bin\r\n\r\nABC\r\n--bb--\r\n`,
    );
  for (
    const type of [
      "multipart/mixed; boundary=bb",
      'multipart/mixed; boundary="bb"; charset',
      "Multipart/Mixed boundary=bb",
      "multipart/mixed, boundary=bb",
      'multipart/mixed; charset=utf-8 boundary="bb"',
      "multipart/mixed;boundary = bb ; x=y",
      "multipart / mixed; boundary=bb",
      '"multipart/mixed"; boundary=bb',
      "Content-Type: multipart/mixed; boundary=bb",
      'multipart/mixed; boundary="bb',
      "multipart/mixed; boundary*=us-ascii''bb",
      "multipart/mixed; boundary*0=b; boundary*1=b",
      "multipart/mixed",
      'multipart/mixed; boundary=""',
    ]
  ) {
    const mail = mixed(type);
    assertEquals([mail.text, mail.attachments.map(({ fileName }) => fileName)], ["Text.", ["a.bin"]], type);
  }
  assertEquals(mixed("multipart/mixed; boundary=bb", "Content-Type: text/plain\r\nText.").text, "Text.");
  // As a whole in base64.
  const inner = btoa("--bb\r\n\r\nText.\r\n--bb--\r\n");
  assertEquals(
    read(
      `Content-Type: multipart/mixed; boundary=bb\r\nContent-Transfer-Encoding: base64\r\n\r\n${inner}\r\n`,
    ).text,
    "Text.",
  );
});

test("types are cut where they end", () => {
  const type = (value: string) => {
    const part = read(`Content-Type: ${value}\r\n\r\nGr\xfc\xdfe`).parts()[0]!;
    return [part.contentType, part.charset, part.text()];
  };
  for (
    const value of [
      "text/html; charset=iso-8859-1",
      "text/html charset=iso-8859-1",
      "text/html, charset=iso-8859-1",
      'TEXT/HTML;charset="ISO-8859-1',
      "text/html; charset=iso-8859-1, iso-8859-1",
      'text/html; charset="iso-8859-1"; charset=utf-8',
      "text/html;;; charset=iso-8859-1;",
      "text/html; charset=iso-8859-1 Content-Transfer-Encoding: 8bit",
      "text/html; charset='iso-8859-1'",
      "text/html; charset = iso-8859-1 (Latin)",
      "text/html; charset:iso-8859-1",
      "text/html; charset=charset=iso-8859-1",
    ]
  ) {
    assertEquals(type(value), ["text/html", "iso-8859-1", "Grüße"], value);
  }
  assertEquals(type("text/html; charset=iso-8859-1Content-Language: de")[2], "Grüße");
  assertEquals(read("Content-Type: text\r\n\r\nx").text, "x");
  assertEquals(read("Content-Type: \r\n\r\nx").text, "x");
});

test("labels mean the widest charset of their name", () => {
  const table: [label: string, octets: string, text: string][] = [
    ["gb2312", "8144", "丏"],
    ["GBK", "81308130", "\x80"],
    ["cp936", "c4e3", "你"],
    ["x-gbk", "c4e3", "你"],
    ["ks_c_5601-1987", "8141", "갂"],
    ["euc-kr", "b0a18141", "가갂"],
    ["cp949", "8141", "갂"],
    ["shift_jis", "8740fa40", "①ⅰ"],
    ["x-sjis", "8740", "①"],
    ["cp932", "8740", "①"],
    ["windows-31j", "8740", "①"],
    ["euc-jp", "ada1", "①"],
    ["iso-2022-jp", "1b24422d211b2842", "①"],
    ["iso-2022-jp-ms", "1b24422d211b2842", "①"],
    ["cp50220", "1b24422d211b2842", "①"],
    ["iso-2022-jp-1", "1b242844302f1b2842", "乀"],
    ["iso-2022-jp", "1b284936", "ｶ"],
    ["big5", "f9d6", "碁"],
    ["iso-8859-1", "80939496", "€“”–"],
    ["latin1", "80", "€"],
    ["us-ascii", "fc", "ü"],
    ["iso-8859-9", "80f0", "€ğ"],
    ["iso-8859-11", "80a1", "€ก"],
    ["tis-620", "85a1", "…ก"],
    ["windows-1252", "80", "€"],
    ["win-1251", "cff0e8", "При"],
    ["cp-1251", "cff0e8", "При"],
    ["cp1251", "cff0e8", "При"],
    ["koi8-r", "f0d2c9", "При"],
    ["macintosh", "9f", "ü"],
    ["iso-8859-15", "a4", "€"],
    ["utf8", "c3bc", "ü"],
    ["UTF_8", "c3bc", "ü"],
    ["utf-8mb4", "c3bc", "ü"],
    ["utf-8;", "c3bc", "ü"],
    ['"utf-8"', "c3bc", "ü"],
    ["utf-8, utf-8", "c3bc", "ü"],
    ["utf-7", "47722b4150774133772d652b2d", "Grüße+"],
    ["hz-gb-2312", "7e7b3a3a7e7d", "汉"],
    ["iso-2022-kr", "1b2429430e30210f", "가"],
    ["utf-16", "fffe4700", "G"],
    ["utf-16", "00470072", "Gr"],
    ["utf-16le", "47007200", "Gr"],
    ["utf-16be", "00470072", "Gr"],
  ];
  for (const [label, digits, text] of table) {
    assertEquals(decodeText(hex(digits), label), text, `${label} ${digits}`);
  }
});

test("unknown labels, and labels that the octets disprove, are ignored", () => {
  const text = "Grüße aus Köln, ßæð";
  for (
    const label of [
      undefined,
      null,
      "",
      "x-unknown",
      "unknown-8bit",
      "8bit",
      "default",
      "x-user-defined",
      "cp437",
      "us-ascii",
      "ANSI_X3.4-1968",
      "iso-8859-1",
      "iso-8859-2",
      "iso-2022-jp",
      "utf-16",
      "unicode",
      "replacement",
      "gb2312 utf-8",
    ]
  ) {
    assertEquals(decodeText(new TextEncoder().encode(text), label), text, String(label));
  }
  for (const label of ["gb2312", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-2022-jp"]) {
    assertEquals(decodeText(new TextEncoder().encode("請求書です"), label), "請求書です", label);
  }
  // Not UTF-8 and without a label, or with the wrong one.
  for (const label of [undefined, "x-unknown", "us-ascii", "utf-8"]) {
    assertEquals(decodeText(hex("4772fcdf65"), label), "Grüße", String(label));
  }
  // A label that the octets agree with is right, also when they could be UTF-8.
  assertEquals(decodeText(hex("c3bc"), "windows-1252"), "Ã¼");
  assertEquals(decodeText(hex("d0d1"), "koi8-r"), "пя");
  // UTF-8 that was cut is UTF-8.
  assertEquals(decodeText(hex("c3bc61e282"), "utf-8"), "üa\ufffd");
  // Eight bits where there should be seven.
  assertEquals(decodeText(hex("93fa967b8cea"), "iso-2022-jp"), "日本語");
  assertEquals(decodeText(hex("efbbbfc3bc"), "iso-8859-1"), "ü");
});

test("a value is one line", () => {
  const words = [
    "=?utf-8?q?a=0D=0Ab?=",
    "=?utf-8?q?a=0Ab?=",
    "=?utf-8?b?YeKAqGI=?=",
    "=?utf-8?q?a=C2=85b?=",
    "a\r\n b",
    "a\n\tb",
  ];
  for (const word of words) {
    assertEquals(headerText(word), "a b", word);
    const mail = read(
      `Subject: ${word}\r\nFrom: ${word} <a@example.org>\r\nX-Odd: ${word}\r\nContent-Disposition: attachment; filename="${word}"\r\n\r\n`,
    );
    assertEquals(
      [mail.subject, mail.from[0]!.name, mail.header("x-odd"), mail.attachments[0]!.fileName],
      ["a b", "a b", "a b", "a b"],
      word,
    );
  }
});

test("encoded words as they are sent", () => {
  const table: [value: string, text: string][] = [
    ["=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"],
    ["=?UTF-8?B?R3LD?=\r\n =?utf8?Q?=BC=C3=9Fe?=", "Grüße"],
    ["=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"],
    ["=?utf-8?q?a b?=", "a b"],
    ["=?utf-8?q?a=?=", "a="],
    ["=?utf-8?b?R3LDvMOfZQ?=", "Grüße"],
    ["=?utf-8?b?R3LDvMOfZQ==?=", "Grüße"],
    ["=?utf-8?b?R3LD vMOf ZQ==?=", "Grüße"],
    ["=?utf-8?q?Gr=C3=BC=C3=9Fe", "Grüße"],
    ["=?utf-8?q?Gr=C3=BC=C3=9Fe?", "Grüße"],
    ['"=?utf-8?q?Gr=C3=BC=C3=9Fe?="', '"Grüße"'],
    ["=?utf-8?q??=", ""],
    ["=?utf-8?x?a?=", "=?utf-8?x?a?="],
    ["=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "Grüße"],
    ["=?gb2312?b?gTCBMA==?=", "\x80"],
    ["=?unicode?b?R3LDvMOfZQ==?=", "Grüße"],
    [utf8("Grüße"), "Grüße"],
    ["Gr\xfc\xdfe", "Grüße"],
    [utf8("Grüße ") + "=?utf-8?q?aus?= " + utf8("Köln"), "Grüße aus Köln"],
  ];
  for (const [value, text] of table) assertEquals(read(`Subject: ${value}\r\n\r\n`).subject, text, value);
});

test("lists lose no address and invent none", () => {
  const table: [value: string, people: string[][]][] = [
    ["a@x.org, b@x.org", [["", "a@x.org"], ["", "b@x.org"]]],
    ["a@x.org; b@x.org;", [["", "a@x.org"], ["", "b@x.org"]]],
    ["A <a@x.org>; B <b@x.org>", [["A", "a@x.org"], ["B", "b@x.org"]]],
    ["A <a@x.org> B <b@x.org>", [["A", "a@x.org"], ["B", "b@x.org"]]],
    ["a@x.org b@x.org", [["", "a@x.org"], ["", "b@x.org"]]],
    ["<a@x.org>,<b@x.org>", [["", "a@x.org"], ["", "b@x.org"]]],
    ["a@x.org <a@x.org>", [["a@x.org", "a@x.org"]]],
    ["ceo@bank.example <evil@x.org>", [["ceo@bank.example", "evil@x.org"]]],
    ['"ceo@bank.example" <evil@x.org>', [["ceo@bank.example", "evil@x.org"]]],
    ["Stein, Jo <jo@x.org>, b@x.org", [["Stein, Jo", "jo@x.org"], ["", "b@x.org"]]],
    ['"Stein, Jo" <jo@x.org>', [["Stein, Jo", "jo@x.org"]]],
    ["=?utf-8?q?Stein=2C_Jo?= <jo@x.org>", [["Stein, Jo", "jo@x.org"]]],
    ["=?utf-8?q?Stein,_Jo?= <jo@x.org>", [["Stein, Jo", "jo@x.org"]]],
    ["=?utf-8?q?a=40b=2Ec?=", []],
    ["=?utf-8?q?a=40b=2Ec?= <c@x.org>", [["a@b.c", "c@x.org"]]],
    ["=?utf-8?q?=3Ca=40b.c=3E=2C?= <c@x.org>", [["<a@b.c>,", "c@x.org"]]],
    ["<=?utf-8?q?a=40b.c?=>", []],
    ["jo@x.org (Jo Stein)", [["Jo Stein", "jo@x.org"]]],
    ["<jo@x.org> (Jo Stein)", [["Jo Stein", "jo@x.org"]]],
    ["Jo (at (home)) <jo@x.org>", [["Jo", "jo@x.org"]]],
    ["Jo (never closed <jo@x.org>", [["Jo", "jo@x.org"]]],
    ['"Jo never closed <jo@x.org>', [["Jo never closed", "jo@x.org"]]],
    ["Jo <jo@x.org", [["Jo", "jo@x.org"]]],
    ["Jo <jo@x.org, Kai <kai@x.org>", [["Jo", "jo@x.org"], ["Kai", "kai@x.org"]]],
    ["Team: a@x.org, B <b@x.org>;, c@x.org", [["", "a@x.org"], ["B", "b@x.org"], ["", "c@x.org"]]],
    ["undisclosed-recipients:;", []],
    ["Undisclosed recipients", []],
    ["root, jo@x.org", [["", "jo@x.org"]]],
    ["Jo", []],
    ["", []],
    ["<>", []],
    ["MAILER-DAEMON <>", []],
    ["a@b@c", []],
    ["@x.org", []],
    ["a@", []],
    ["<@r.org,@s.org:jo@x.org>", [["", "jo@x.org"]]],
    ['"a b"@x.org', [["", '"a b"@x.org']]],
    ['"a@b"@x.org', [["", '"a@b"@x.org']]],
    ["jo @ x . org", [["", "jo@x.org"]]],
    ["jo@[192.0.2.1]", [["", "jo@[192.0.2.1]"]]],
    ["jo@[IPv6:2001:db8::1]", [["", "jo@[IPv6:2001:db8::1]"]]],
    ["'jo@x.org' <jo@x.org>", [["'jo@x.org'", "jo@x.org"]]],
    ["'jo@x.org'", [["", "jo@x.org"]]],
    ["mailto:jo@x.org", [["", "jo@x.org"]]],
    ["o'brien@x.org", [["", "o'brien@x.org"]]],
    [utf8("Jürgen Weiß <jürgen@exämple.org>"), [["Jürgen Weiß", "jürgen@exämple.org"]]],
    ["J\xfcrgen <j@x.org>", [["Jürgen", "j@x.org"]]],
    ["Mr. X <x@x.org>", [["Mr. X", "x@x.org"]]],
    ["a@x.org,,b@x.org,", [["", "a@x.org"], ["", "b@x.org"]]],
    ["a@x.org\r\n ,\r\n b@x.org", [["", "a@x.org"], ["", "b@x.org"]]],
  ];
  for (const [value, expected] of table) assertEquals(people(value), expected, value);
  const field = octets("To: Team: a@x.org;, Nobody:;\n\n");
  assertEquals(addressesOf(field, "to"), [{ name: "", address: "a@x.org", group: "Team" }]);
  assertEquals(groupsOf(field, "to"), [
    { name: "Team", members: [{ name: "", address: "a@x.org", group: "Team" }] },
    { name: "Nobody", members: [] },
  ]);
});

test("transfer encodings are read however they are spelt", () => {
  const body = (encoding: string, text: string) =>
    read(`Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding:${encoding}\r\n\r\n${text}`)
      .text;
  for (
    const encoding of [
      "base64",
      " BASE64 ",
      " base64;",
      ' "base64"',
      " base64 (x)",
      " (x) base64",
      "\tbase-64",
      " base 64",
      " =?us-ascii?q?base64?=",
      " base64\r\n ",
      " x-base64",
      " 'base64'",
      " base64, 8bit",
      " Content-Transfer-Encoding: base64",
    ]
  ) {
    assertEquals(body(encoding, "R3LDvMOfZQ=="), "Grüße", encoding);
  }
  for (
    const encoding of [
      " quoted-printable",
      " Quoted_Printable",
      " quoted printable",
      ' "quoted-printable"',
      " quoted-printable;",
      " quotedprintable",
      " =?utf-8?q?quoted-printable?=",
      " QUOTED-PRINTABLE.",
    ]
  ) {
    assertEquals(body(encoding, "Gr=C3=BC=C3=9Fe"), "Grüße", encoding);
  }
  for (const encoding of ["", " 7bit", " 8bit", " binary", " utf-8", " none", " 8-bit", " x-unknown"]) {
    assertEquals(body(encoding, "R3LDvMOfZQ=="), "R3LDvMOfZQ==", encoding);
  }
});

test("base64 and quoted-printable are read to their ends", () => {
  const body = (encoding: string, text: string) =>
    ascii(
      read(`Content-Type: a/b\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${text}`).attachments[0]!
        .bytes(),
    );
  const table: [encoding: string, body: string, text: string][] = [
    ["base64", "QQ==QUJD", "AABC"],
    ["base64", "QUI=\r\nQ0Q=\r\n", "ABCD"],
    ["base64", "QUJDRA", "ABCD"],
    ["base64", "QUJDRA=", "ABCD"],
    ["base64", "QUJDR", "ABC"],
    ["base64", "Q U J D", "ABC"],
    ["base64", ">QUJD\r\n", "ABC"],
    ["base64", "QUJD\0\0", "ABC"],
    ["base64", "QUJD====\r\nREVG", "ABCDEF"],
    ["base64", "QQ==\r\n-- \r\nlist of all", "A"],
    ["base64", "-_8", "\ufffd\ufffd"],
    ["base64", "", ""],
    ["quoted-printable", "a=\r\nb", "ab"],
    ["quoted-printable", "a= \t\r\nb", "ab"],
    ["quoted-printable", "a=\nb", "ab"],
    ["quoted-printable", "a=\rb", "ab"],
    ["quoted-printable", "a \t\r\nb", "a\r\nb"],
    ["quoted-printable", "a=20\r\nb", "a \r\nb"],
    ["quoted-printable", "a=3d=3D", "a=="],
    ["quoted-printable", "a=zz=", "a=zz"],
    ["quoted-printable", "a=4", "a=4"],
    ["quoted-printable", "a==41", "a=A"],
    ["quoted-printable", "a  ", "a"],
    ["x-uuencode", "begin 644 a\n#04)#\n`\nend\n", "ABC"],
  ];
  for (const [encoding, text, expected] of table) {
    assertEquals(body(encoding, text), expected, `${encoding} ${text}`);
  }
});

test("messages in messages are read, encoded or not", () => {
  const inner = "Subject: =?utf-8?q?Inneres_=C3=9C?=\r\n\r\nText.\r\n";
  const qp = inner.replaceAll("=", "=3D");
  const table: [type: string, encoding: string, body: string][] = [
    ["message/rfc822", "7bit", inner],
    ["message/rfc822", "base64", btoa(inner)],
    ["message/rfc822", "BASE64 ", btoa(inner)],
    ["message/rfc822", "quoted-printable", qp],
    ["message/global", "base64", btoa(inner)],
    ['message/rfc822; name="a.eml"', "base64", inner],
    ["Message/RFC822", "8bit", inner],
  ];
  for (const [type, encoding, body] of table) {
    const outer = read(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello.\r\n--b\r\nContent-Type: ${type}\r\n` +
        `Content-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n--b--\r\n`,
    );
    const [part] = outer.attachments;
    assertEquals(
      [part?.mail()?.subject, part?.mail()?.text?.trim()],
      ["Inneres Ü", "Text."],
      `${type} ${encoding}`,
    );
    assertEquals(outer.text, "Hello.");
    assertEquals(outer.parts().length, 2);
    assertEquals(ascii(part!.bytes()).trimEnd(), inner.trimEnd(), `${type} ${encoding}`);
    // Parsed as Python does, and read after that.
    const other = readMail(messageFromBytes(outer.rawBytes())).attachments[0];
    assertEquals(other?.mail()?.subject, "Inneres Ü", `${type} ${encoding}`);
  }
});

test("names of files", () => {
  const name = (field: string) =>
    read(`Content-Type: a/b\r\nContent-Disposition: ${field}\r\n\r\n`).attachments[0]?.fileName;
  const table: [field: string, name: string | undefined][] = [
    ["attachment; filename=a.pdf", "a.pdf"],
    ['attachment; filename="a b.pdf"', "a b.pdf"],
    ["attachment; filename=a b.pdf", "a b.pdf"],
    ["attachment; filename = a b.pdf ; size = 3", "a b.pdf"],
    ["attachment; filename*=utf-8''%C3%9Cb.pdf", "Üb.pdf"],
    ["attachment; filename=\"U.pdf\"; filename*=utf-8''%C3%9Cb.pdf", "Üb.pdf"],
    ["attachment; filename*0*=utf-8''%C3; filename*1*=%9Cb.pdf", "Üb.pdf"],
    ["attachment; filename*1=b.pdf; filename*0*=utf-8''%C3%9C", "Üb.pdf"],
    ["attachment; filename*1*=utf-8''%C3%9C; filename*2=b.pdf", "Üb.pdf"],
    ['attachment; filename*0="=?utf-8?q?=C3=9C"; filename*1="b.pdf?="', "Üb.pdf"],
    ['attachment; filename="=?utf-8?q?=C3=9Cb.pdf?="', "Üb.pdf"],
    ["attachment; filename==?utf-8?q?=C3=9Cb.pdf?=", "Üb.pdf"],
    ['attachment; filename="=?utf-8?q?=C3=9C?=\r\n =?utf-8?q?b.pdf?="', "Üb.pdf"],
    [`attachment; filename="${utf8("Üb.pdf")}"`, "Üb.pdf"],
    ['attachment; filename="\xdcb.pdf"', "Üb.pdf"],
    ["attachment; filename*=x-none''%DCb.pdf", "Üb.pdf"],
    ["attachment; filename*=%C3%9Cb.pdf", "Üb.pdf"],
    ["attachment; filename*=gb2312''%C4%E3.pdf", "你.pdf"],
    ['attachment; filename="a\r\n b.pdf"', "a b.pdf"],
    ['attachment; filename="a\\"b.pdf"', 'a"b.pdf'],
    ['attachment; filename="C:\\docs\\a.pdf"', "C:\\docs\\a.pdf"],
    ['attachment; filename="a.pdf', "a.pdf"],
    ['attachment; filename="a.pdf; size=3', "a.pdf"],
    ["attachment filename=a.pdf", "a.pdf"],
    ["filename=a.pdf", "a.pdf"],
    ["attachment; name=a.pdf", "a.pdf"],
    ["attachment; FileName=A.pdf", "A.pdf"],
    ['attachment; filename=""', undefined],
    ["attachment", undefined],
  ];
  for (const [field, expected] of table) assertEquals(name(field), expected, field);
  assertEquals(
    read('Content-Type: a/b; name="=?utf-8?q?=C3=9C.pdf?="\r\n\r\n').attachments[0]?.fileName,
    "Ü.pdf",
  );
});

test("names that are safe, and differ", () => {
  const names = [
    "../../etc/passwd",
    "C:\\Windows\\a.exe",
    "a.txt",
    "A.TXT",
    "a.txt",
    "CON",
    "nul.txt",
    "..",
    "",
    ".htaccess",
    "a\u202egpj.exe",
    "x".repeat(500) + ".pdf",
    "a:b|c?.txt",
    "trailing. . ",
    "-rf",
    "Ü.pdf",
    "U\u0308.pdf",
  ];
  const parts = names.map((name) =>
    `--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''${
      encodeURIComponent(name)
    }\r\n\r\nx\r\n`
  );
  const mail = read(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join("")}--b--\r\n`);
  const safe = mail.attachments.map(({ safeFileName }) => safeFileName);
  assertEquals(safe, [
    "passwd",
    "a.exe",
    "a.txt",
    "A (2).TXT",
    "a (3).txt",
    "_CON",
    "_nul.txt",
    "attachment.pdf",
    "attachment (2).pdf",
    "htaccess",
    "agpj.exe",
    "x".repeat(196) + ".pdf",
    "a_b_c_.txt",
    "trailing",
    "_rf",
    "Ü.pdf",
    "Ü (2).pdf",
  ]);
});

test("dates of every form", () => {
  const date = (text: string) => {
    const [read] = datesOf(octets(`Date: ${text}\n\n`), "date");
    return read === null || read === undefined
      ? null
      : `${read.date.toISOString().slice(0, 19)} ${read.offset}`;
  };
  const table: [text: string, date: string | null][] = [
    ["Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06 -360"],
    ["21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06 0"],
    ["Fri, 21 Nov 97 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06 -360"],
    ["Fri , 21 Nov 1997 9:5:6 EST", "1997-11-21T14:05:06 -300"],
    ["Fri, 21 Nov 1997 09:55 +0000", "1997-11-21T09:55:00 0"],
    ["Fri, 21 Nov 1997 09:55:06 -0000", "1997-11-21T09:55:06 null"],
    ["Fri, 21 Nov 1997 09:55:06", "1997-11-21T09:55:06 null"],
    ["Fri, 21 Nov 1997 09:55:06 A", "1997-11-21T09:55:06 null"],
    ["Fri Nov 21 09:55:06 1997", "1997-11-21T09:55:06 null"],
    ["Fri Nov 21 09:55:06 PST 1997", "1997-11-21T17:55:06 -480"],
    ["Friday, November 21, 1997 9:55:06 PM", "1997-11-21T21:55:06 null"],
    ["21-Nov-1997 09:55:06 +0100", "1997-11-21T08:55:06 60"],
    ["1997-11-21T09:55:06Z", "1997-11-21T09:55:06 0"],
    ["1997-11-21 09:55:06.123 +01:00", "1997-11-21T08:55:06 60"],
    ["Fri, 21 Nov 1997 09.55.06 +0100", "1997-11-21T08:55:06 60"],
    ["Fri, 21 Nov 1997 09:55:06 +01:00", "1997-11-21T08:55:06 60"],
    ["Fri, 21 Nov 1997 09:55:06 GMT+0100", "1997-11-21T08:55:06 60"],
    ["Fri, 21 Nov 1997 09:55:06 UTC+1", "1997-11-21T08:55:06 60"],
    ["Fri, 21 Nov 1997 09:55:06 +0530 (IST)", "1997-11-21T04:25:06 330"],
    ["Fri, 21 Nov 1997 09:55:06 EDT(-0400)", "1997-11-21T13:55:06 -240"],
    ["Fri, 21 Nov 097 09:55:06 +0000", "1997-11-21T09:55:06 0"],
    ["Fri, 21 Nov 0097 09:55:06 +0000", "1997-11-21T09:55:06 0"],
    ["Fri, 21 Nov 0026 09:55:06 +0000", "2026-11-21T09:55:06 0"],
    ["Fri, 21 Nov 126 09:55:06 +0000", "2026-11-21T09:55:06 0"],
    ["Fri, 21 Nov 0999 09:55:06 +0000", "2899-11-21T09:55:06 0"],
    ["Fri, 21 Nov 1000 09:55:06 +0000", "1000-11-21T09:55:06 0"],
    ["Fri, 21 Nov 1997 09:55:06 +0100; ;", "1997-11-21T08:55:06 60"],
    ["1997. 11. 21. 09:55", "1997-11-21T09:55:00 null"],
    ["Fr, 21 Okt 1997 09:55:06 +0200", "1997-10-21T07:55:06 120"],
    ["Mo, 1 Dez 1997 09:55:06 +0100 (MEZ)", "1997-12-01T08:55:06 60"],
    ["mer, 21 mag 1997 09:55:06 +0200", "1997-05-21T07:55:06 120"],
    ["Fri, 21 valueOf 1997 09:55:06 +0000", null],
    ["21 Nov 1997", "1997-11-21T00:00:00 null"],
    ["21.11.1997 09:55", "1997-11-21T09:55:00 null"],
    ["11/21/1997 09:55", "1997-11-21T09:55:00 null"],
    ["Sat, 31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00 0"],
    ["10/11/1997 09:55", null],
    ["Fri, 31 Feb 1997 09:55:06 +0000", null],
    ["Fri, 21 Nov 1997 25:55:06 +0000", null],
    ["yesterday", null],
    ["", null],
  ];
  for (const [text, expected] of table) assertEquals(date(text), expected, text);
  assertEquals(
    datesOf(octets("Received: from a by b; Fri, 21 Nov 1997 09:55:06 -0600\n\n"), "received")[0]?.offset,
    -360,
  );
  assertEquals(read("Subject: x\n\n").date, undefined);
});

test("identifiers and lists", () => {
  const ids = (value: string) => messageIdsOf(octets(`References: ${value}\n\n`), "references");
  assertEquals(ids("<a@x> <b@x>"), ["<a@x>", "<b@x>"]);
  assertEquals(ids("<a@x><b@x>"), ["<a@x>", "<b@x>"]);
  assertEquals(ids("<a@\r\n x>,\r\n <b@x>"), ["<a@x>", "<b@x>"]);
  assertEquals(ids("a@x b@x"), ["<a@x>", "<b@x>"]);
  assertEquals(ids("<a@x (c) <b@x>"), ["<a@x(c)>", "<b@x>"]);
  assertEquals(ids("Your message of Monday"), []);
  const list = listHeaders(octets(
    'List-Id: "News, weekly" <news.x.org>\nList-Unsubscribe: <https://x.org/u>,\n <mailto:u@x.org>, <javascript:alert(1)>\n' +
      "List-Unsubscribe-Post: List-Unsubscribe=One-Click\nList-Post: NO\n\n",
  ));
  assertEquals([list.id, list.name, list.unsubscribe, list.oneClick, list.post], [
    "news.x.org",
    "News, weekly",
    ["https://x.org/u", "mailto:u@x.org"],
    "https://x.org/u",
    [],
  ]);
  assertEquals(listHeaders(octets("List-Unsubscribe: <https://x.org/u>\n\n")).oneClick, undefined);
  assertEquals(listHeaders(octets("Subject: x\n\n")).id, undefined);
});

test("bodies and files are told apart", () => {
  const leaf = (head: string, body: string) => `${head}\r\n\r\n${body}`;
  const multi = (kind: string, mark: string, ...parts: string[]) =>
    `Content-Type: multipart/${kind}; boundary=${mark}\r\n\r\n${
      parts.map((part) => `--${mark}\r\n${part}\r\n`).join("")
    }--${mark}--\r\n`;
  const plain = leaf("Content-Type: text/plain", "text");
  const html = leaf("Content-Type: text/html", "<p>html");
  const image = leaf("Content-Type: image/png\r\nContent-ID: <i@x>", "png");
  const file = leaf("Content-Type: text/plain; name=a.txt", "file");
  const inner = leaf("Content-Type: message/rfc822", `Subject: inner\r\n${multi("mixed", "z", plain)}`);
  const seen = (text: string) => {
    const mail = read(text);
    return [
      mail.text,
      mail.html,
      ...mail.attachments.map(({ contentType, inline, related }) => [contentType, inline, related]),
    ];
  };
  assertEquals(seen(plain), ["text", undefined]);
  assertEquals(seen(html), [undefined, "<p>html"]);
  assertEquals(seen(image), [undefined, undefined, ["image/png", false, false]]);
  assertEquals(seen(multi("alternative", "a", plain, html)), ["text", "<p>html"]);
  assertEquals(
    seen(
      multi("mixed", "m", multi("alternative", "a", plain, multi("related", "r", html, image)), file, inner),
    ),
    [
      "text",
      "<p>html",
      ["image/png", true, true],
      ["text/plain", false, false],
      ["message/rfc822", false, false],
    ],
  );
  assertEquals(seen(multi("mixed", "m", inner)), [undefined, undefined, ["message/rfc822", false, false]]);
  assertEquals(seen(multi("mixed", "m", leaf("Content-Disposition: attachment", "x"), plain)), [
    "text",
    undefined,
    ["text/plain", false, false],
  ]);
  assertEquals(seen(multi("mixed", "m", plain, plain)), ["text", undefined, ["text/plain", false, false]]);
  const mail = read(multi("related", "r", html, image));
  for (const id of ["i@x", "<i@x>", "cid:i@x", "cid:i%40x"]) assert(mail.byContentId(id) !== undefined, id);
  assertEquals(mail.byContentId("cid:other"), undefined);
  assertEquals(mail.parts("image/*").length, 1);
  assertEquals(mail.parts("text/html").length, 1);
});

test("octets as they were sent", async () => {
  const signed = "Content-Type:text/plain\r\nX: a\r\n  b\r\n\r\nSigned. \r\n";
  const bytes = octets(
    `Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n${signed}\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nsig\r\n--b--\r\n`,
  );
  const mail = readMail(bytes);
  assertEquals(ascii(mail.parts()[0]!.rawBytes()), signed);
  assertEquals(mail.rawBytes(), bytes);
  assertEquals(await toText(mail.attachments[0]!.stream()), "sig");
  assertEquals(mail.attachments[0]!.size, 3);
});
