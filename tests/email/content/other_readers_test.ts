// Flowed text, delivery reports, mailbox files, messages in pieces; and what a sender makes to be slow.

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  addressesOf,
  createMail,
  deliveryStatus,
  headerText,
  type Mail,
  messageIdsOf,
  messagesFromMbox,
  readMail,
  readMailStream,
  unflow,
} from "../../../email/mod.ts";
import { seeded } from "../../support/seeded.ts";
import { growth } from "../../support/growth.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("flowed text", () => {
  const table: [text: string, flat: string, delSp?: boolean][] = [
    ["a \nb\n", "a b\n"],
    ["a \nb", "a b"],
    ["a\nb\n", "a\nb\n"],
    ["a \r\nb\r\n", "a b\n"],
    ["a \nb\n", "ab\n", true],
    ["> a \n> b\nc\n", "> a b\nc\n"],
    [">a \n>b\n", "> a b\n"],
    ["> a \n>> b \n> c\n", "> a \n>> b \n> c\n"],
    [">> a \nb\n", ">> a \nb\n"],
    [" >a\n", ">a\n"],
    [" From x\n", "From x\n"],
    ["a \n-- \nb\n", "a \n-- \nb\n"],
    ["-- \nb \nc\n", "-- \nb c\n"],
    ["> -- \n> b\n", "> -- \n> b\n"],
    ["a \n\nb\n", "a \nb\n"],
    ["\n\na\n", "\n\na\n"],
    [">\n> a\n", ">\n> a\n"],
    ["", ""],
  ];
  for (const [text, flat, delSp = false] of table) {
    assertEquals(unflow(text, { delSp }), flat, JSON.stringify(text));
  }
});

const REPORT = [
  "From: MAILER-DAEMON@mx.example.org",
  'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
  "",
  "--b",
  "",
  "Not delivered.",
  "--b",
  "Content-Type: TYPE",
  "",
  "Reporting-MTA: dns; mx.example.org (Postfix)",
  "Arrival-Date: Fri, 21 Nov 1997 09:55:06 -0600",
  "Original-Envelope-Id: QQ314159",
  "",
  "Final-Recipient: TYPED",
  "Original-Recipient: rfc822;jo@example.net",
  "Action: failed (bad destination)",
  "Status: 5.1.1 (unknown user)",
  "Remote-MTA: dns; mx.example.net",
  "Diagnostic-Code: smtp; 550 5.1.1 No such",
  "  user (here)",
  "",
  "Final-Recipient: rfc822; <kai@example.net>",
  "Action: delayed",
  "Will-Retry-Until: Sat, 22 Nov 1997 09:55:06 -0600",
  "--b",
  "Content-Type: ORIGINAL",
  "",
  "Subject: Lost",
  "",
  "--b--",
  "",
].join("\r\n");

test("delivery reports", () => {
  for (
    const [type, recipient, address, original] of [
      ["message/delivery-status", "rfc822; jo@example.org", "jo@example.org", "message/rfc822"],
      ["message/delivery-status", "RFC822;jo@example.org", "jo@example.org", "text/rfc822-headers"],
      [
        "message/global-delivery-status",
        "utf-8; j\\x{F6}@example.org",
        "jö@example.org",
        "message/global-headers",
      ],
      ["message/global-delivery-status", "utf-8; jö@example.org", "jö@example.org", "message/global"],
      ["message/delivery-status", "jo@example.org", "jo@example.org", "message/rfc822"],
    ]
  ) {
    const text = REPORT.replace("TYPED", recipient!).replace("TYPE", type!).replace("ORIGINAL", original!);
    const report = deliveryStatus(bytes(text))!;
    const [failed, delayed] = report.recipients;
    assertEquals([report.reportingMta, report.envelopeId, report.arrival?.toISOString()], [
      "mx.example.org",
      "QQ314159",
      "1997-11-21T15:55:06.000Z",
    ]);
    assertEquals([
      failed!.address,
      failed!.originalAddress,
      failed!.action,
      failed!.status,
      failed!.permanent,
    ], [
      address,
      "jo@example.net",
      "failed",
      "5.1.1",
      true,
    ]);
    assertEquals([failed!.diagnostic, failed!.remoteMta], [
      "550 5.1.1 No such user (here)",
      "mx.example.net",
    ]);
    assertEquals([delayed!.address, delayed!.action, delayed!.permanent], [
      "kai@example.net",
      "delayed",
      false,
    ]);
    assertEquals(delayed!.willRetryUntil?.toISOString(), "1997-11-22T15:55:06.000Z");
    assertEquals(report.original?.subject, "Lost");
  }
  assertEquals(deliveryStatus(bytes("Subject: x\r\n\r\n")), undefined);
  assertEquals(deliveryStatus(bytes("Content-Type: message/delivery-status\r\n\r\n"))?.recipients, []);
});

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const all = bytes(text);
  for (let i = 0; i < all.length; i += size) yield all.slice(i, i + size);
}

async function mbox(
  text: string,
  size: number,
  options = {},
): Promise<[string | null, string, string | undefined][]> {
  const out: [string | null, string, string | undefined][] = [];
  for await (const mail of messagesFromMbox(pieces(text, size), options)) {
    out.push([mail.message.getUnixfrom(), mail.subject, mail.text]);
  }
  return out;
}

test("mailbox files, wherever they are cut", async () => {
  for (const lineEnd of ["\n", "\r\n"]) {
    const text = [
      "From ida Sat Nov 21 10:00:00 2026",
      "Subject: one",
      "",
      ">From here",
      ">>From there",
      "text",
      "From the middle of a paragraph",
      "> quoted",
      "",
      "From kai Sat Nov 21 11:00:00 2026",
      "Subject: two",
      "",
      "",
      "",
      "From lea Sat Nov 21 11:00:00 2026",
      "Subject: three",
      "",
      "end",
    ].join(lineEnd);
    const paragraph = "text\nFrom the middle of a paragraph\n> quoted\n";
    for (const size of [1, 2, 3, 5, 7, 64, 10_000]) {
      assertEquals(await mbox(text, size), [
        ["From ida Sat Nov 21 10:00:00 2026", "one", `From here\n>From there\n${paragraph}`],
        ["From kai Sat Nov 21 11:00:00 2026", "two", "\n"],
        ["From lea Sat Nov 21 11:00:00 2026", "three", "end"],
      ], `${size}`);
    }
    assertEquals((await mbox(text, 9, { quoting: "mboxo" }))[0]![2], `From here\n>>From there\n${paragraph}`);
    assertEquals((await mbox(text, 9, { quoting: "none" }))[0]![2], `>From here\n>>From there\n${paragraph}`);
  }
  assertEquals(await mbox("", 1), []);
  assertEquals(await mbox("Subject: not a mailbox file\n\n", 3), []);
  const long = `From a\nSubject: x\n\n${"x".repeat(1000)}\n\nFrom b\nSubject: y\n\n`;
  const mails: Mail[] = [];
  for await (const mail of messagesFromMbox(pieces(long, 100), { maxBytes: 200 })) mails.push(mail);
  assertEquals(mails.map(({ subject }) => subject), ["x", "y"]);
  assertEquals(mails[0]!.problems[0]?.kind, "limit");
  assertEquals(mails[0]!.rawBytes().length, 200);
});

test("leaving the loop early closes the stream", async () => {
  let closed = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(bytes("From a\nSubject: x\n\ntext\n\n")),
    cancel: () => {
      closed = true;
    },
  });
  for await (const mail of messagesFromMbox(stream)) {
    assertEquals(mail.subject, "x");
    break;
  }
  assert(closed);
});

test("a message in pieces is the message", async () => {
  const text = "Subject: Grüße\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n";
  for (const size of [1, 3, 1000]) {
    const mail = await readMailStream(pieces(text, size));
    assertEquals([mail.subject, mail.text], ["Grüße", "Grüße\n"]);
  }
  async function* texts() {
    yield text.slice(0, 10);
    yield text.slice(10);
  }
  assertEquals((await readMailStream(texts())).subject, "Grüße");
});

test("text keeps its characters, whatever labels say", () => {
  const mail = readMail("Subject: 5 €\nContent-Type: text/plain; charset=iso-8859-1\n\n5 €");
  assertEquals([mail.subject, mail.text], ["5 €", "5 €"]);
  const qp = readMail(
    "Subject: €\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n=FC",
  );
  assertEquals(qp.text, "ü");
  // Escaped octets, as messageFromString takes them.
  assertEquals(readMail("Subject: \udcc3\udcbc\n\n").subject, "ü");
});

test("what is not a message is refused, a message is not parsed again", () => {
  for (const wrong of [null, undefined, 5, {}, []]) {
    assertThrows(() => readMail(wrong as unknown as Uint8Array), TypeError);
  }
  const mail = readMail(bytes("Subject: x\n\n"));
  assertEquals(readMail(mail), mail);
  assertEquals(readMail(mail.message).message, mail.message);
  const made = createMail({ from: "a@example.org", to: "b@example.org", subject: "ü", text: "ä" });
  assertEquals([readMail(made).subject, readMail(made).text?.trimEnd()], ["ü", "ä"]);
});

test("what a sender makes to be slow takes time in proportion", async () => {
  const forms: Record<string, (size: number) => unknown> = {
    "open comments": (size) => addressesOf(bytes(`To: ${"(,".repeat(size)}\n\n`), "to"),
    "open quotes": (size) => addressesOf(bytes(`To: ${'"\\",'.repeat(size)}\n\n`), "to"),
    "open brackets": (size) => addressesOf(bytes(`To: ${'<",'.repeat(size)}\n\n`), "to"),
    "open words": (size) => addressesOf(bytes(`To: ${"=?a?q?".repeat(size)}\n\n`), "to"),
    "words in base64": (size) => headerText("=?a?b?".repeat(size)),
    "names without addresses": (size) => addressesOf(bytes(`To: ${"a,".repeat(size)}\n\n`), "to"),
    "groups": (size) => addressesOf(bytes(`To: ${"a:".repeat(size)}\n\n`), "to"),
    "dots": (size) => addressesOf(bytes(`To: a@b ${". ".repeat(size)}\n\n`), "to"),
    "identifiers": (size) => messageIdsOf(bytes(`References: ${"<".repeat(size)}\n\n`), "references"),
    "damaged lines": (size) =>
      readMail(bytes("Subject: x\n" + "nothing here\n".repeat(size) + "To: a@x.org\n\n")).to,
    "damaged lines and fields": (size) => readMail(bytes("nothing here\nX-A: b\n".repeat(size))).subject,
    "parameters": (size) => readMail(bytes(`Content-Type: text/plain${";a=b".repeat(size)}\n\n`)).text,
    "semicolons": (size) => readMail(bytes(`Content-Type: text/plain${";".repeat(size)}\n\n`)).text,
    "open quotes of parameters": (size) =>
      readMail(bytes(`Content-Type: text/plain;${'a="\\"'.repeat(size)}\n\n`)).text,
    "equals": (size) => readMail(bytes(`Content-Type: text/plain; a=${" b=".repeat(size)}\n\n`)).text,
    "pieces": (size) =>
      readMail(
        bytes(
          `Content-Disposition: x${Array.from({ length: size }, (_, i) => `;filename*${i}=a`).join("")}\n\n`,
        ),
      )
        .parts()[0]!.fileName,
    "equal names": (size) => {
      const part = "--b\nContent-Type: a/b; name=a.txt\n\nx\n";
      return readMail(bytes(`Content-Type: multipart/mixed; boundary=b\n\n${part.repeat(size / 40)}--b--\n`))
        .attachments.map(({ safeFileName }) => safeFileName);
    },
    "blanks in quoted-printable": (size) =>
      readMail(bytes(`Content-Transfer-Encoding: quoted-printable\n\n${"= ".repeat(size)}`)).text,
    "padding": (size) =>
      readMail(bytes(`Content-Transfer-Encoding: base64\n\n${"QQ=a\n".repeat(size)}`)).text,
    "carriage returns": (size) => readMail(bytes(`Subject: x\n\n${"\r".repeat(size)}`)).text,
    "dates": (size) => readMail(bytes(`Date: ${"(".repeat(size)}\n\n`)).date,
    "nesting": (size) =>
      readMail(
        bytes(
          Array.from(
            { length: size / 40 },
            (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
          ).join(""),
        ),
      )
        .attachments,
    "messages in messages": (size) =>
      readMail(bytes("Content-Type: message/rfc822\n\n".repeat(size / 10))).attachments[0]?.mail()?.text,
  };
  for (const [form, run] of Object.entries(forms)) await growth(form, [4000, 32_000], run);
});

test("damaged messages never make it fail", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = seeded(seed);
  const parts = REPORT.split(/(?<=[\r\n;:,<>@="?])/);
  for (let i = 0; i < 300; i++) {
    const text = Array.from({ length: random.between(1, 60) }, () => random.pick(parts)).join("");
    try {
      const mail = readMail(bytes(text));
      for (const part of [...mail.parts(), ...mail.attachments]) {
        part.text();
        part.mail()?.text;
        assert(part.safeFileName !== "");
        assertEquals(part.size, part.bytes().length);
      }
      for (const { address } of [...mail.from, ...mail.to]) assert(address.includes("@"));
      assert(!/[\r\n]/.test(mail.subject));
      deliveryStatus(mail);
    } catch (error) {
      throw new Error(`seed ${seed}, message ${i}: ${JSON.stringify(text)}`, { cause: error });
    }
  }
});
