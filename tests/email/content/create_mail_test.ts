/** createMail: structure, encoding, what it refuses, and that what it builds is read as it was given. */

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  createMail,
  type CreateMailOptions,
  envelopeOf,
  type Message,
  readMail,
  ValueError,
  writeMail,
} from "../../../email/mod.ts";
import { forSeeds, type Random } from "../../support/seeded.ts";
import { assertOctets, assertOnWire, fieldNames, latin1, utf8 } from "./wire.ts";

const from = "Nora Lind <nora@example.org>";

/** The types of the tree. */
function shape(message: Message): unknown {
  if (!message.isMultipart()) return message.getContentType();
  return [message.getContentType(), ...(message.getPayload() as Message[]).map(shape)];
}

test("text alone is one part, text and HTML are alternatives", () => {
  assertEquals(shape(createMail({ from, text: "a" })), "text/plain");
  assertEquals(shape(createMail({ from, html: "<p>a" })), "text/html");
  assertEquals(shape(createMail({ from })), "text/plain");
  assertEquals(shape(createMail({ from, text: "a", html: "b" })), [
    "multipart/alternative",
    "text/plain",
    "text/html",
  ]);
});

test("alternative is inside related, related inside mixed", () => {
  const message = createMail({
    from,
    text: "a",
    html: '<img src="cid:x">',
    inline: [{ contentId: "x", content: new Uint8Array(3), contentType: "image/png" }],
    attachments: [{ content: "b", fileName: "b.txt" }],
  });
  assertEquals(shape(message), [
    "multipart/mixed",
    ["multipart/related", ["multipart/alternative", "text/plain", "text/html"], "image/png"],
    "text/plain",
  ]);
  // RFC 2387 section 3.1: the type of the root is required.
  assertEquals(message.getPayload(0).getParam("type"), "multipart/alternative");
  assertEquals(shape(createMail({ from, html: "a", inline: [{ contentId: "x", content: "" }] })), [
    "multipart/related",
    "text/html",
    "text/plain",
  ]);
});

test("an enclosed message is not encoded, and its hidden recipients are left out", () => {
  const inner = createMail({ from, bcc: "hidden@example.org", subject: "Inneres Ü", text: "Grüße" });
  const bytes = utf8("Subject: raw \u00fc\r\n\r\nGr\u00fc\u00dfe\r\n");
  const message = createMail({
    from,
    attachments: [inner, readMail(bytes), { content: bytes, fileName: "x.eml" }],
  });
  const written = latin1(writeMail(message, { keepBcc: true }));
  assert(!written.includes("hidden@"));
  const mail = readMail(writeMail(message));
  assertEquals(mail.attachments.map((part) => part.contentType), Array(3).fill("message/rfc822"));
  assertEquals(mail.attachments.map((part) => part.mail()!.subject), ["Inneres Ü", "raw ü", "raw ü"]);
  assertEquals(mail.attachments[2]!.fileName, "x.eml");
  assertOctets(mail.attachments[1]!.bytes(), bytes);
  // RFC 2045 section 6.4: what holds 8-bit parts says so.
  assertEquals(message.get("content-transfer-encoding"), "8bit");
  assertEquals(createMail({ from, attachments: [inner] }).get("content-transfer-encoding"), null);
});

test("fields come once and in order, and what has an option is refused in headers", () => {
  const message = createMail({
    from,
    sender: "s@example.org",
    replyTo: "r@example.org",
    to: "t@example.org",
    cc: [],
    bcc: "b@example.org",
    subject: "x",
    inReplyTo: "1@a",
    references: ["<0@a>", "1@a"],
    headers: { "X-A": ["1", "2"], "List-Unsubscribe": "<https://example.org/u>" },
    messageId: "2@example.org",
    date: new Date(Date.UTC(2026, 10, 3, 8, 15)),
  });
  assertEquals(fieldNames(writeMail(message)), [
    ..."Date From Sender Reply-To To Message-ID In-Reply-To References Subject X-A X-A".split(" "),
    ..."List-Unsubscribe MIME-Version Content-Type Content-Transfer-Encoding".split(" "),
  ]);
  assertEquals(message.get("date"), "Tue, 03 Nov 2026 08:15:00 +0000");
  assertEquals([message.get("message-id"), message.get("references")], ["<2@example.org>", "<0@a> <1@a>"]);
  for (
    const name of "From To Cc Bcc Subject Date Message-ID Reply-To Content-Type mime-version References"
      .split(" ")
  ) {
    assertThrows(() => createMail({ from, headers: { [name]: "x" } }), ValueError, name);
  }
});

test("domains become A-labels, a local part outside ASCII stays and is reported", () => {
  const message = createMail({
    from: "jürgen@exämple.org",
    to: [{ name: "Änne", address: "aenne@münchen.example" }, "kai@example.net"],
    text: "",
  });
  assertEquals(envelopeOf(message), {
    from: "jürgen@xn--exmple-cua.org",
    to: ["aenne@xn--mnchen-3ya.example", "kai@example.net"],
    smtpUtf8: true,
  });
  const written = writeMail(message);
  // RFC 6532 section 3.2: UTF-8 in the field, and never in an encoded word.
  assert(latin1(written).includes(`From: ${latin1(utf8("jürgen"))}@xn--exmple-cua.org\r\n`));
  assertEquals(readMail(written).from, [{ name: "", address: "jürgen@xn--exmple-cua.org" }]);
  assertEquals(envelopeOf(createMail({ from, to: "k@bücher.example" })).smtpUtf8, false);
});

test("file names are written for readers that know RFC 2231, and for those that do not", () => {
  const part = createMail({ from, attachments: [{ fileName: "Übersicht.csv", content: "a" }] }).getPayload(1);
  assertEquals(
    part.get("content-type"),
    'text/csv;\n charset="utf-8";\n name="=?utf-8?q?=C3=9Cbersicht=2Ecsv?="',
  );
  assertEquals(part.get("content-disposition"), "attachment;\n filename*=utf-8''%C3%9Cbersicht.csv");
  const plain = createMail({ from, attachments: [{ fileName: "a b.pdf", content: new Uint8Array(1) }] })
    .getPayload(1);
  assertEquals(plain.get("content-type"), 'application/pdf;\n name="a b.pdf"');
});

test("file names come back, whatever is in them", () => {
  const names = [
    "a\tb.pdf",
    'a"b\\c;d.pdf',
    "100%25 sure.pdf",
    'übung "1"; 50%.pdf',
    "x".repeat(300) + ".txt",
    "写".repeat(120) + ".txt",
    "=?utf-8?q?a?=.txt",
    "it's 'quoted'*.txt",
    "a/b.txt",
    "emoji 😀 \u0301.bin",
  ];
  for (const fileName of names) {
    const written = writeMail(createMail({ from, attachments: [{ fileName, content: "x" }] }));
    assertOnWire(written);
    assertEquals(readMail(written).attachments[0]!.fileName, fileName);
  }
});

test("a long name of a mailbox is cut into words, its address stays whole", () => {
  const name = "漢".repeat(120);
  const written = writeMail(
    createMail({
      from: { name, address: "a@example.org" },
      to: { name: "x".repeat(1500), address: "b@c.example" },
    }),
  );
  assertOnWire(written);
  const mail = readMail(written);
  assertEquals(mail.from, [{ name, address: "a@example.org" }]);
  assertEquals(mail.to, [{ name: "x".repeat(1500), address: "b@c.example" }]);
});

test("a subject of one long word is cut, and looks of encoding are kept as they are", () => {
  for (
    const subject of [
      "y".repeat(2000),
      "=?utf-8?q?a?=",
      "a  b",
      " a",
      "a ",
      "   ",
      "",
      "a\tb",
      "x".repeat(400),
    ]
  ) {
    const written = writeMail(createMail({ from, subject }));
    assertOnWire(written);
    const line = latin1(written).replace(/\r\n /g, " ");
    if (/^[!-~]{1,900}( [!-~]+)*$/.test(subject) && !subject.includes("=?")) {
      assert(line.includes(`Subject: ${subject}\r\n`));
    }
    // A reader drops blanks around a subject.
    assertEquals(readMail(written).subject.trim(), subject.trim(), JSON.stringify(subject));
  }
});

test("nothing that becomes a field may hold CR or LF, and nothing but free text NUL", () => {
  const file = { content: "x", contentType: "text/plain" };
  for (const bad of ["\r", "\n", "\0", "\r\nBcc: evil@example.org"]) {
    const free: Record<string, unknown>[] = [
      { subject: `a${bad}b` },
      { to: { name: `a${bad}b`, address: "a@example.org" } },
      { cc: { name: `g${bad}`, members: [] } },
      { cc: { name: "", address: "a@b.example", group: `g${bad}` } },
      { headers: { "X-A": `a${bad}` } },
      { headers: [["List-Id", `a${bad}`]] },
      { attachments: [{ ...file, fileName: `a${bad}` }] },
      { attachments: [{ ...file, description: `a${bad}` }] },
    ];
    const strict: Record<string, unknown>[] = [
      { to: `a@example.org${bad}` },
      { to: { name: "a", address: `a${bad}@example.org` } },
      { to: { name: "a", address: `a@exam${bad}ple.org` } },
      { to: { name: "a", address: `"a${bad}"@example.org` } },
      { messageId: `1${bad}@a` },
      { inReplyTo: `1${bad}@a` },
      { references: [`1${bad}@a`] },
      { references: `<1@a>${bad}` },
      { headers: { [`X-A${bad}`]: "a" } },
      { headers: { "Disposition-Notification-To": `a@b.example${bad}` } },
      { attachments: [{ ...file, contentType: `text/plain${bad}` }] },
      { attachments: [{ ...file, contentType: `text/plain; a="${bad}"` }] },
      { attachments: [{ ...file, contentId: `a${bad}` }] },
    ];
    if (bad === "\0") {
      // A reader gives what a sender wrote, NUL too: it goes into an encoded word, where it ends nothing.
      for (const options of free) {
        assertOnWire(writeMail(createMail({ from, ...options } as CreateMailOptions)));
      }
      assertEquals(readMail(createMail({ from, subject: "a\0b" })).subject, "a\0b");
    }
    for (const options of bad === "\0" ? strict : [...free, ...strict]) {
      assertThrows(
        () => createMail({ from, ...options } as CreateMailOptions),
        ValueError,
        "",
        JSON.stringify(options),
      );
    }
  }
});

test("what cannot be an address is refused in words", () => {
  const refused = [
    "nora",
    "",
    "a@",
    "@b.example",
    { name: "x", address: "a@b.example>, <c@d.example" },
    { name: "x", address: "a b@c.example" },
    { name: "x", address: "a@b c.example" },
    { name: "x", address: "a@[192.0.2.1" },
    { name: "x", address: `${"a".repeat(2000)}@b.example` },
  ];
  for (const to of refused) assertThrows(() => createMail({ from, to }), ValueError, "", JSON.stringify(to));
  assertThrows(() => createMail({ from, to: 5 as never }), TypeError, "not number");
  assertThrows(() => createMail({ from, to: { mail: "a@b.example" } as never }), TypeError, 'did you mean "');
});

test("an unknown option is named, with the one that was meant", () => {
  const one = [
    [{ from, Subject: "x" }, '"Subject": did you mean "subject"'],
    [{ from, attachment: [] }, '"attachment": did you mean "attachments"'],
    [{ from, reply_to: "x" }, '"reply_to": did you mean "replyTo"'],
    [{ from, attachments: [{ content: "", filename: "x" }] }, '"filename": did you mean "fileName"'],
    [{ from, attachments: [{ content: "", cid: "x" }] }, 'has no option "cid"'],
  ] as const;
  for (const [options, words] of one) assertThrows(() => createMail(options as never), TypeError, words);
  assertThrows(() => createMail({} as never), TypeError, "needs `from`");
  assertThrows(() => createMail({ from: [] }), ValueError, "needs `from`");
  assertThrows(() => createMail({ from, text: 5 as never }), TypeError, "text must be text");
  assertThrows(() => createMail({ from, date: "today" as never }), TypeError, "date must be a Date");
  assertThrows(() => createMail({ from, date: new Date(NaN) }), ValueError, "valid Date");
  assertThrows(() => createMail({ from, attachments: ["x"] as never }), TypeError, "attachments[0]");
  assertThrows(
    () => createMail({ from, attachments: [{ content: new Blob([]) as never }] }),
    TypeError,
    "read streams",
  );
  assertThrows(() => createMail({ from, inline: [{ contentId: "x", content: "" }] }), ValueError, "html");
  assertThrows(
    () => createMail({ from, html: "", inline: [{ content: "" }] as never }),
    ValueError,
    "contentId",
  );
  assertThrows(
    () => createMail({ from, attachments: [{ content: "", contentType: "multipart/mixed" }] }),
    ValueError,
    "multipart",
  );
});

test("text is as it was given, however it has to be encoded", () => {
  const texts = [
    "",
    "a",
    "a\n",
    "From here\n.\n..\n",
    "blanks  \n\t\nend ",
    "ü".repeat(500),
    "x".repeat(5000),
    "a\0b\x07\n",
    "漢字\n".repeat(100),
    "=3D = =\n",
    "-- \nNora\n",
    "\n\n",
    `--=_${"1".repeat(30)}\n`,
  ];
  for (const text of texts) {
    for (const html of [undefined, `<p>${text}`]) {
      const written = writeMail(createMail({ from, text, html }));
      assertOnWire(written);
      const mail = readMail(written);
      assertEquals([mail.text, mail.html], [text, html], JSON.stringify(text.slice(0, 40)));
      assert(!/^From /m.test(latin1(written).slice(10)));
    }
  }
  assertEquals(readMail(createMail({ from, text: "a\r\nb\rc\n" })).text, "a\nb\nc\n");
});

const WORDS = [
  "tea",
  "Grüße",
  "漢字漢字",
  "a,b",
  "(x)",
  "=?utf-8?q?x?=",
  "😀",
  "x".repeat(90),
  "é",
  "Lind;",
  '"q"',
  "%41",
  "\\",
  "O'Neil",
];
const DOMAINS = ["example.org", "a.example", "sub.domain.example.net", "[192.0.2.1]"];

function words(random: Random, most: number): string {
  return Array.from({ length: random.between(1, most) }, () => random.pick(WORDS)).join(" ");
}

function mailbox(random: Random): { name: string; address: string } {
  const local = random.pick(["a", "nora.lind", "x+y", "o'neil", "j_d-1", "änne"]);
  return { name: random.chance(0.3) ? "" : words(random, 4), address: `${local}@${random.pick(DOMAINS)}` };
}

test("readMail(writeMail(createMail(x))) gives x back", () => {
  forSeeds(400, (random) => {
    const people = (most: number) => Array.from({ length: random.below(most) }, () => mailbox(random));
    const x = {
      from: [mailbox(random)],
      to: people(5),
      cc: people(3),
      replyTo: people(2),
      subject: random.chance(0.1) ? "" : words(random, 30),
      text: random.chance(0.2)
        ? undefined
        : Array.from({ length: random.below(6) }, () => words(random, 12)).join("\n"),
      html: random.chance(0.5) ? undefined : `<p>${words(random, 20)}</p>\n`,
      date: new Date(
        Date.UTC(
          1990 + random.below(60),
          random.below(12),
          random.between(1, 28),
          random.below(24),
          random.below(60),
          random.below(60),
        ),
      ),
      messageId: `<${random.below(1e9)}@example.org>`,
      references: Array.from(
        { length: random.below(20) },
        () => `<${random.below(1e9)}.${"r".repeat(random.below(60))}@example.org>`,
      ),
      attachments: Array.from({ length: random.below(4) }, () => ({
        fileName: words(random, 5),
        content: random.bytes(random.below(300)),
        contentType: random.pick(["application/pdf", "image/png", "application/x-y.z+json"]),
      })),
    };
    const written = writeMail(createMail(x));
    assertOnWire(written);
    const mail = readMail(written);
    assertEquals(
      { subject: mail.subject, from: mail.from, to: mail.to, cc: mail.cc, replyTo: mail.replyTo },
      {
        subject: x.subject,
        from: x.from,
        to: x.to,
        cc: x.cc,
        replyTo: x.replyTo,
      },
    );
    assertEquals([mail.text, mail.html], [x.text ?? (x.html === undefined ? "" : undefined), x.html]);
    assertEquals([mail.date, mail.messageId, mail.references], [x.date, x.messageId, x.references]);
    assertEquals(
      mail.attachments.map((part) => [part.fileName, part.contentType, latin1(part.bytes())]),
      x.attachments.map((file) => [file.fileName, file.contentType, latin1(file.content)]),
    );
    assertEquals(mail.problems, []);
    // The message itself is read as what it is written as, and building again from what was read gives the same.
    assertEquals(readMail(createMail(x)).subject, x.subject);
    const again = readMail(
      writeMail(
        createMail({ ...x, from: mail.from, to: mail.to, cc: mail.cc, attachments: mail.attachments }),
      ),
    );
    assertEquals([again.from, again.to, again.cc], [mail.from, mail.to, mail.cc]);
    assertEquals(
      again.attachments.map((part) => part.fileName),
      mail.attachments.map((part) => part.fileName),
    );
  });
});
