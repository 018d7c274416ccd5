// Further kinds of damage: structure, and what is said of it.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { decodeText, type Mail, readMail } from "../../../email/mod.ts";

const files = (mail: Mail) =>
  mail.attachments.map(({ contentType, fileName, related, size }) =>
    [contentType, fileName ?? "", related, size] as const
  );

function mixed(type: string, ...parts: string[]): Mail {
  return readMail(
    [`Content-Type: ${type}`, "", ...parts.flatMap((part) => ["--b", part]), "--b--", ""].join("\r\n"),
  );
}

test("a boundary that does not occur is the one that does", () => {
  const body = "\r\n\r\n--xyz\r\n\r\nHi\r\n--xyz\r\nContent-Type: text/html\r\n\r\n<p>\r\n--xyz--\r\n";
  for (const given of ["other", "'xyz'", "XYZ", '"xyz;"', "xy", "3Dxyz"]) {
    const mail = readMail(`Content-Type: multipart/alternative; boundary=${given}${body}`);
    assertEquals([mail.text, mail.html], ["Hi", "<p>"], given);
  }
  // Where it occurs, what looks like another before it is text.
  const preamble = `\r\n\r\n--not\r\n${body.trimStart()}`;
  assertEquals(readMail(`Content-Type: multipart/mixed; boundary=xyz${preamble}`).text, "Hi");
  for (const end of ["\r", "\n"]) {
    const text = `Content-Type: multipart/mixed; boundary=xyz${preamble}`.replaceAll("\r\n", end);
    assertEquals(readMail(text).text, "Hi", JSON.stringify(end));
  }
  // A boundary of the multipart around it is not one of its own.
  const inner = mixed(
    "multipart/mixed; boundary=b",
    "Content-Type: multipart/mixed; boundary=c\r\n\r\nText.",
    "\r\nB",
  );
  assertEquals([inner.text?.trimEnd(), files(inner)], ["Text.", [["text/plain", "", false, 1]]]);
  const wide = readMail(
    'Content-Type: multipart/mixed; boundary="b\u00fc"\r\n\r\n--not\r\n--b\u00fc\r\n\r\nHi\r\n--b\u00fc--',
  );
  assertEquals(wide.text, "Hi");
});

test("the root of a multipart/related is the part it names, or the first text", () => {
  const image = "Content-Type: image/png\r\nContent-ID: <i@x>\r\n\r\nABC";
  const html = "Content-Type: text/html\r\nContent-ID: <h@x>\r\n\r\n<p>";
  const png = ["image/png", "", true, 3] as const;
  assertEquals(files(mixed("multipart/related; boundary=b", html, image)), [png]);
  assertEquals(files(mixed("multipart/related; boundary=b", image, html)), [png]);
  assertEquals(files(mixed('multipart/related; boundary=b; start="<i@x>"', html, image))[0]![2], false);
  assertEquals(files(mixed('multipart/related; boundary=b; start="<none@x>"', image, html)), [png]);
  assertEquals(files(mixed("multipart/related; boundary=b", image, image)).map(([, , related]) => related), [
    false,
    true,
  ]);
});

test("a multipart in which there is nothing is not a text", () => {
  const same = mixed(
    "multipart/mixed; boundary=b",
    "Content-Type: multipart/alternative; boundary=b\r\n\r\n",
    "\r\nHi",
    "Content-Type: text/html\r\n\r\n<p>",
  );
  assertEquals([same.text, same.html, same.attachments.length], ["Hi", "<p>", 0]);
  // A message is what it is, and what has text is shown.
  assertEquals(readMail("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n").text, "");
  const text = mixed("multipart/mixed; boundary=b", "Content-Type: multipart/mixed; boundary=c\r\n\r\nHi");
  assertEquals(text.text?.trimEnd(), "Hi");
});

test("text under the name of base64 is text, damaged base64 is not", () => {
  const read = (body: string) => readMail(`Content-Transfer-Encoding: base64\r\n\r\n${body}`);
  const texts = [
    "This is not base64 at all.",
    "Hello,\r\n\r\nthis is what\r\nI said.\r\n",
    "Gr\u00fc\u00dfe aus K\u00f6ln, wo es regnet",
  ];
  for (const text of texts) {
    const mail = read(text);
    assertEquals(mail.text, text.replaceAll("\r\n", "\n"));
    assertEquals(mail.problems[0]?.detail, "text that is not base64 was left as it is");
  }
  const damaged: Record<string, string> = {
    "Q U\tJD": "ABC",
    "QUJD!!\r\nRA==\r\n-- \r\nfooter, text of a list\r\n": "ABCD",
    "QUJDQUJDQUJD\r\nand, words. of no more use\r\n": "ABCABCABC",
    "Q.U.J.D": "ABC",
    "!QUJD": "ABC",
  };
  for (const [body, start] of Object.entries(damaged)) {
    assertEquals(read(body).text!.slice(0, start.length), start, body);
  }
});

test("dates and charsets that went through another encoding", () => {
  const date = (value: string) => readMail(`Date: ${value}\r\n\r\n`).date?.toISOString();
  assertEquals(date("=?utf-8?q?Fri=2C_20_Nov_2026_10=3A00=3A00_+0100?="), "2026-11-20T09:00:00.000Z");
  assertEquals(date("=?us-ascii?Q?20_Nov_2026?= 10:00 +0100"), "2026-11-20T09:00:00.000Z");
  for (const label of ["3Dutf-8", '3D"utf-8"', '=3D"utf-8"', "charset=3Dutf-8"]) {
    assertEquals(decodeText(new TextEncoder().encode("Gr\u00fc\u00dfe"), label), "Gr\u00fc\u00dfe", label);
    assertEquals(decodeText(Uint8Array.of(0xb1), label.replace("utf-8", "iso-8859-2")), "\u0105", label);
  }
});

test("a quote that is never closed hides no address", () => {
  const to = (value: string) =>
    readMail(`To: ${value}\r\n\r\n`).to.map(({ name, address }) => [name, address]);
  assertEquals(to('"n@x.org'), [["", "n@x.org"]]);
  assertEquals(to('"Lind, Nora <n@x.org>'), [["Lind, Nora", "n@x.org"]]);
  assertEquals(to('"Nora <n@x.org>, m@x.org'), [["Nora", "n@x.org"], ["", "m@x.org"]]);
  assertEquals(to('n@x.org, "'), [["", "n@x.org"]]);
  assertEquals(to('"A" <a@x.org>, "B <b@x.org>, C <c@x.org>'), [
    ["A", "a@x.org"],
    ["B", "b@x.org"],
    ["C", "c@x.org"],
  ]);
});
