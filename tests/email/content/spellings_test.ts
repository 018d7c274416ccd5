/** Labels, months, addresses and ends of base64 as some senders write them and others do not. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { createMail, readMail, writeMail } from "../../../email/mod.ts";

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);

test("labels of charsets are spelled with and without separators", () => {
  const privet = "\xf0\xd2\xc9\xd7\xc5\xd4";
  const labels: [charset: string, octets: string, text: string][] = [
    ["koi8r", privet, "Привет"],
    ["koi8u", privet, "Привет"],
    ["gb-2312", "\xc4\xe3\xba\xc3", "你好"],
    ["big-5", "\xa7\x41\xa6\x6e", "你好"],
    ["latin-2", "\xb1\xea", "ąę"],
    ["iso-latin-2", "\xb1\xea", "ąę"],
    ["iso-8859.2", "\xb1\xea", "ąę"],
    ["8859-2", "\xb1\xea", "ąę"],
    ["latin-9", "\xa4", "€"],
    ["x-ms-cp932", "\x83\x65\x83\x58\x83\x67", "テスト"],
    ["csWindows31J", "\x83\x65\x83\x58\x83\x67", "テスト"],
    ["dos-866", "\x8f\xe0", "Пр"],
  ];
  for (const [charset, octets, text] of labels) {
    const mail = readMail(latin1(`Content-Type: text/plain; charset=${charset}\r\n\r\n${octets}`));
    assertEquals([mail.text, mail.problems.length], [text, 0], charset);
  }
});

test("months are named in the language of the sender, marks and all", () => {
  const dates: [text: string, iso: string | undefined][] = [
    ["lundi 1 mars 2021 à 12:34:56 +0100", "2021-03-01T11:34:56.000Z"],
    ["Mo., 1. März 2021 12:34:56 +0100", "2021-03-01T11:34:56.000Z"],
    ["Mo, 1 Mär 2021 12:34:56 +0100", "2021-03-01T11:34:56.000Z"],
    ["mar., 2 févr. 2021 12:34:56 +0100", "2021-02-02T11:34:56.000Z"],
    ["mar 2 feb 2021 12:34:56 +0100", "2021-02-02T11:34:56.000Z"],
    ["mer., 1 déc. 2021 12:34:56 +0100", "2021-12-01T11:34:56.000Z"],
    ["dim., 1er août 2021 12:34:56 +0200", "2021-08-01T10:34:56.000Z"],
    ["mardi 1 juin 2021 00:00 +0000", "2021-06-01T00:00:00.000Z"],
    ["jeudi 1 juillet 2021 00:00 +0000", "2021-07-01T00:00:00.000Z"],
    ["miércoles, 1 de septiembre de 2021 12:00 +0000", "2021-09-01T12:00:00.000Z"],
    ["mercoledì 1 settembre 2021 12:00 +0000", "2021-09-01T12:00:00.000Z"],
    ["maandag 1 maart 2021 12:00 +0000", "2021-03-01T12:00:00.000Z"],
    ["sexta-feira, 1 de outubro de 2021 12:00 +0000", "2021-10-01T12:00:00.000Z"],
    ["2021年3月1日 12:34:56 +0900", "2021-03-01T03:34:56.000Z"],
    ["2021년 3월 1일 12:34", "2021-03-01T12:34:00.000Z"],
    ["Mon, 1 Mar 2021 12:34:56 - 0500", "2021-03-01T17:34:56.000Z"],
    ["Mar 1 2021 12:34:56 +0000", "2021-03-01T12:34:56.000Z"],
    ['Mon, 1 Mar 2021 12:34:56 "EST"', "2021-03-01T17:34:56.000Z"],
    ["lundi 1 mardi 2021x", undefined],
  ];
  for (const [text, iso] of dates) {
    assertEquals(readMail(utf8(`Date: ${text}\r\n\r\n`)).date?.toISOString(), iso, text);
  }
});

test("blanks around the dots of a local part are not part of it", () => {
  const to = (text: string) => readMail(`To: ${text}\r\n\r\n`).to.map(({ name, address }) => [name, address]);
  assertEquals(to("jdoe . smith @ example . com"), [["", "jdoe.smith@example.com"]]);
  assertEquals(to("Joe Q. Public joe@example.com"), [["Joe Q. Public", "joe@example.com"]]);
  assertEquals(to("Mr. joe@example.com"), [["Mr.", "joe@example.com"]]);
});

test("what a mailing list adds after base64 is not base64", () => {
  const rule = "_".repeat(47);
  const footers = [
    `${rule}\r\nlist mailing list\r\nlist@example.org\r\nhttps://example.org/listinfo\r\n`,
    `-- \r\nYou receive this because you are subscribed\r\n`,
    `${"-".repeat(30)}\r\nunsubscribe\r\n`,
    "https://example.org/listinfo\r\n",
    "list@example.org\r\n",
  ];
  for (const footer of footers) {
    // With padding, and without.
    for (const [base64, text] of [["aGVsbG8=", "hello"], ["aGVsbG8h", "hello!"]]) {
      const mail = readMail(`Content-Transfer-Encoding: base64\r\n\r\n${base64}\r\n\r\n${footer}`);
      assertEquals(mail.text, text, footer);
      assertEquals(mail.problems.map(({ kind }) => kind), mail.problems.map(() => "transfer-encoding"));
    }
  }
  // An empty line between lines of base64 ends nothing, nor does one at the start.
  const read = (body: string) => readMail(`Content-Transfer-Encoding: base64\r\n\r\n${body}`).text;
  assertEquals(read("aGVs\r\n\r\nbG8h*\r\n"), "hello!");
  assertEquals(read("\r\n\r\naGVs*bG8h\r\n"), "hello!");
});

test("a parameter of a file begins without a semicolon, an empty name does not hide the other", () => {
  const name = (value: string) =>
    readMail(`Content-Disposition: attachment; ${value}\r\n\r\n`).attachments[0]!.fileName;
  assertEquals(name('filename=a b.pdf creation-date="Mon, 1 Mar 2021 12:34:56 +0000"'), "a b.pdf");
  assertEquals(name("filename=a.pdf read-date=x"), "a.pdf");
  assertEquals(name("filename=a.pdf other-date=x"), "a.pdf other-date=x");
  assertEquals(name('filename*=""; filename="x.pdf"'), "x.pdf");
  assertEquals(name("filename*=''; filename*0=y"), undefined);
});

test("half a pair in UTF-7 is not a character, and the text can be written", () => {
  const mail = readMail("Content-Type: text/plain; charset=utf-7\r\n\r\na+2D0-b +2D3eAA-");
  assertEquals([mail.text, mail.problems.length], ["a\ufffdb \u{1f600}", 1]);
  const written = writeMail(createMail({ from: "nora@example.org", text: mail.text! }));
  assertEquals(readMail(written).text, mail.text);
});

test("a disposition that is misspelt or encoded is one", () => {
  for (const value of ["attachement", "=?utf-8?q?attachment?="]) {
    assertEquals(readMail(`Content-Disposition: ${value}\r\n\r\nx`).text, undefined, value);
  }
  assertEquals(readMail("Content-Disposition: hidden\r\n\r\nx").text, "x");
});
