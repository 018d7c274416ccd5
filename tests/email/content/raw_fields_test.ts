// Fields that nobody encoded: octets of the charset that the text is in.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { addressesOf, headerText, readMail } from "../../../email/mod.ts";

/** Text, in which braces hold octets in hex. */
function octets(text: string): Uint8Array {
  const plain = text.replace(
    /\{([0-9a-f]+)\}/g,
    (_, hex: string) => hex.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))),
  );
  return Uint8Array.from(plain.replace(/\r?\n/g, "\r\n"), (char) => char.charCodeAt(0));
}

// 発票 in Shift_JIS, 发票 in GBK, Привет in KOI8-R, 請求 in ISO-2022-JP.
const SHIFT_JIS = "{94ad955b}";
const GBK = "{b7a2c6b1}";
const KOI8 = "{f0d2c9d7c5d4}";
const JIS = "{1b2442}@A5a{1b2842}";

test("octets of a field are read in the charset of the text", () => {
  const subject = (octetsOf: string, charset: string) =>
    readMail(octets(`Subject: ${octetsOf}!\nContent-Type: text/plain; charset=${charset}\n\nx\n`)).subject;
  assertEquals(subject(SHIFT_JIS, "shift_jis"), "発票!");
  assertEquals(subject(GBK, '"gb2312"'), "发票!");
  assertEquals(subject(KOI8, "'KOI8-R'"), "Привет!");
  // UTF-8 is seen by itself, and what the charset has no characters for is windows-1252 as before.
  assertEquals(subject("{c3bc}", "koi8-r"), "ü!");
  assertEquals(subject("{fc}", "shift_jis"), "ü!");
  assertEquals(subject("{fc}", "utf-8"), "ü!");
  assertEquals(subject("{fc}", "x-nobody"), "ü!");
  assertEquals(subject("{fc} {c3bc}", "iso-8859-1"), "ü ü!");
});

test("the charset is that of the first text, and of a part its own or that of the message", () => {
  const inner = (type: string, name: string) =>
    `Content-Type: ${type}\nContent-Disposition: attachment; filename="${name}"\n\nx\n`;
  const mail = readMail(octets(
    `From: "${GBK}, a" <a@example.org>\nSubject: ${GBK}\nContent-Type: multipart/mixed; boundary=b\n\n` +
      `--b\nContent-Type: multipart/alternative; boundary=c\n\n` +
      `--c\nContent-Type: text/plain; charset=gbk\n\nx\n--c--\n` +
      `--b\n${inner("application/pdf", `${GBK}.pdf`)}--b\n${
        inner("text/plain; charset=koi8-r", `${KOI8}.txt`)
      }--b--\n`,
  ));
  assertEquals(mail.subject, "发票");
  assertEquals(mail.from, [{ name: "发票, a", address: "a@example.org" }]);
  assertEquals(mail.attachments.map(({ fileName }) => fileName), ["发票.pdf", "Привет.txt"]);
});

test("ISO-2022-JP in a field is recognised", () => {
  assertEquals(readMail(octets(`Subject: ${JIS} (1)\n\n`)).subject, "請求 (1)");
  assertEquals(headerText("\x1b$B@A5a\x1b(B"), "請求");
  // The octets between the escapes are characters, and not what they are in ASCII: the second of these is `"`.
  assertEquals(addressesOf(octets(`To: {1b2442}3"{1b2842} <a@example.org>\n\n`), "to"), [{
    name: "晦",
    address: "a@example.org",
  }]);
  assertEquals(headerText("price \x1b$ 5"), "price \x1b$ 5");
  assertEquals(headerText("\x1b$B\xfc"), "\x1b$B\xfc");
});
