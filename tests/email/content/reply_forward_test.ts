/** reply and forward: whom they go to, what they say of the message, and that nothing a sender wrote makes them fail. */

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  createMail,
  forward,
  type ForwardOptions,
  messageFromBytes,
  readMail,
  reply,
  type ReplyOptions,
  writeMail,
} from "../../../email/mod.ts";
import { fixtureBytes, fixtureNames } from "../../support/fixtures.ts";
import { forSeeds } from "../../support/seeded.ts";
import { assertOctets, assertOnWire, latin1, utf8 } from "./wire.ts";

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

// Edge workers have no random numbers before a request comes, and so no boundaries.
const original = once(() =>
  createMail({
    from: { name: "Nora Lind, M.A.", address: "nora@example.org" },
    to: ["Kai <kai@example.net>", "lea@example.net"],
    cc: "Team: pia@example.com, NORA@example.org;",
    bcc: "hidden@example.org",
    subject: "Grüße",
    messageId: "<3@example.org>",
    references: ["<1@example.org>", "<2@example.org>"],
    date: new Date(Date.UTC(2026, 10, 3, 8, 15)),
    text: "At four?\n> quoted\n\n-- \nNora\n\n",
    html: '<p>At four? <img src="cid:cup"></p>',
    inline: [{ contentId: "cup", fileName: "cup.png", content: new Uint8Array([1, 2, 3]) }],
    attachments: [{ fileName: "Übersicht.pdf", content: new Uint8Array([0, 255]), description: "Ä" }],
  })
);
const mail = once(() => readMail(writeMail(original())));
const me = "kai@example.net";

test("an answer goes to the author, with all to the others too, and never to oneself", () => {
  const people = (options: ReplyOptions, of = mail()) => {
    const answer = readMail(reply(of, options));
    return [answer.to, answer.cc].map((list) => list.map(({ address }) => address));
  };
  assertEquals(people({ from: me }), [["nora@example.org"], []]);
  assertEquals(people({ from: "KAI@example.net", all: true }), [["nora@example.org"], [
    "lea@example.net",
    "pia@example.com",
  ]]);
  assertEquals(people({ from: me, to: "x@y.example" }), [["x@y.example"], []]);
  // Who answers his own message goes on talking to its recipients.
  assertEquals(people({ from: "nora@example.org", all: true }), [["kai@example.net", "lea@example.net"], [
    "pia@example.com",
  ]]);
  const listed = readMail(
    "From: a@b.example\nReply-To: List <list@b.example>\nTo: list@b.example, c@d.example\n\nx",
  );
  assertEquals(people({ from: me, all: true }, listed), [["list@b.example"], ["c@d.example"]]);
});

test("an answer belongs to the conversation", () => {
  const answer = readMail(reply(mail(), { from: me, text: "Yes" }));
  assertEquals([answer.inReplyTo, answer.references], [["<3@example.org>"], [
    "<1@example.org>",
    "<2@example.org>",
    "<3@example.org>",
  ]]);
  // RFC 5322 section 3.6.4: In-Reply-To serves when there are no References, if it names one message.
  const references = (text: string) => readMail(reply(utf8(text), { from: me })).references;
  assertEquals(references("Message-ID: <2@a>\nIn-Reply-To: <1@a>\n\n"), ["<1@a>", "<2@a>"]);
  assertEquals(references("Message-ID: <2@a>\nIn-Reply-To: <0@a> <1@a>\n\n"), ["<2@a>"]);
  assertEquals(references("Subject: none\n\n"), []);
  const long = references(
    `References: ${Array.from({ length: 1500 }, (_, i) => `<${i}@a>`).join("\n ")}\nMessage-ID: <x@a>\n\n`,
  );
  assertEquals([long.length, long[0], long.at(-2), long.at(-1)], [50, "<0@a>", "<1499@a>", "<x@a>"]);
});

test("subjects say Re: and Fwd: once", () => {
  const subjects = (subject: string) => {
    const of = createMail({ from: me, subject });
    return [reply(of, { from: me }), forward(of, { from: me })].map((message) => readMail(message).subject);
  };
  assertEquals(subjects("Tea"), ["Re: Tea", "Fwd: Tea"]);
  assertEquals(subjects("RE: re[2]: Re : Tea"), ["Re: Tea", "Fwd: RE: re[2]: Re : Tea"]);
  assertEquals(subjects("FW: Tea"), ["Re: FW: Tea", "FW: Tea"]);
  assertEquals(subjects("Regards"), ["Re: Regards", "Fwd: Regards"]);
  assertEquals(subjects(""), ["Re:", "Fwd:"]);
  assertEquals(readMail(reply(mail(), { from: me, subject: "Other" })).subject, "Other");
  assertEquals(readMail(reply(mail(), { from: me, subject: undefined })).subject, "Re: Grüße");
});

test("an answer quotes the text, in HTML escaped", () => {
  const intro = "On 2026-11-03 08:15 UTC, Nora Lind, M.A. <nora@example.org> wrote:";
  const quotation = `${intro}\n> At four?\n>> quoted\n>\n> -- \n> Nora\n`;
  assertEquals(readMail(reply(mail(), { from: me, text: "Yes!\n\n" })).text, `Yes!\n\n${quotation}`);
  assertEquals(readMail(reply(mail(), { from: me })).text, quotation);
  assertEquals(readMail(reply(mail(), { from: me, text: "Yes", quote: false })).text, "Yes");
  assertEquals(
    readMail(reply(mail(), { from: me, text: "Ja", attribution: "Nora schrieb:" })).text?.slice(0, 17),
    "Ja\n\nNora schrieb:",
  );
  const evil = createMail({ from: me, text: "</blockquote><script>&amp;", html: "<script>x</script>" });
  const answer = readMail(reply(evil, { from: me, html: "<b>Yes</b>" }));
  assertEquals(answer.text, undefined);
  assert(answer.html?.startsWith("<b>Yes</b>\n"));
  assert(answer.html?.includes("&lt;/blockquote&gt;&lt;script&gt;&amp;amp;"));
  assert(!answer.html?.includes("<script>"));
  // HTML is not converted: without a text there is nothing to quote.
  assertEquals(
    readMail(reply(createMail({ from: me, html: "<p>x" }), { from: me, text: "Yes" })).text,
    "Yes",
  );
});

test("a message is forwarded with its texts and files", () => {
  const passed = readMail(
    writeMail(forward(mail(), { from: me, to: "lea@example.net", text: "See below." })),
  );
  assertEquals(
    passed.text,
    "See below.\n\n---------- Forwarded message ----------\nFrom: Nora Lind, M.A. <nora@example.org>\n" +
      "Date: 2026-11-03 08:15 UTC\nSubject: Grüße\nTo: Kai <kai@example.net>, lea@example.net\n" +
      "Cc: pia@example.com, NORA@example.org\n\n" + mail().text,
  );
  assert(passed.html?.startsWith("<p>See below.</p>"));
  assert(passed.html?.endsWith(`${mail().html}\n`));
  assertEquals(
    passed.attachments.map((part) => [part.fileName, part.contentType, part.contentId, part.related]),
    [
      ["cup.png", "image/png", "cup", true],
      ["Übersicht.pdf", "application/pdf", undefined, false],
    ],
  );
  passed.attachments.forEach((part, i) => assertOctets(part.bytes(), mail().attachments[i]!.bytes()));
  assertEquals(passed.attachments[1]!.description, "Ä");
  const more = forward(mail(), { from: me, attachments: [{ fileName: "b.txt", content: "" }] });
  assertEquals(readMail(more).attachments.map((part) => part.fileName), [
    "cup.png",
    "Übersicht.pdf",
    "b.txt",
  ]);
});

test("a message is enclosed as it was sent, but for its hidden recipients", () => {
  const enclosing = forward(original(), { from: me, to: "lea@example.net", as: "attachment" });
  const written = writeMail(enclosing);
  assert(!latin1(written).includes("hidden@"));
  assertOctets(readMail(written).attachments[0]!.bytes(), writeMail(original()));
  assertEquals([readMail(written).subject, readMail(written).text], ["Fwd: Grüße", ""]);
  assertEquals(readMail(written).attachments[0]!.fileName, "Grüße.eml");
});

test("wrong options are refused in words", () => {
  assertThrows(() => reply(mail(), { from: me, replyAll: true } as never), TypeError, "reply has no option");
  assertThrows(
    () => forward(mail(), { from: me, as: "copy" as never }),
    TypeError,
    '"inline" or "attachment"',
  );
  assertThrows(() => forward(mail(), { from: me, As: "x" } as never), TypeError, 'did you mean "as"');
  assertThrows(() => reply(undefined as never, { from: me }), TypeError, "Message or Mail");
  assertThrows(() => reply(mail(), {} as never), TypeError, "needs `from`");
  assertThrows(() => reply(mail(), { from: me, attribution: "a\nb" }), Error, "line end");
});

const files = fixtureNames("email/messages", ".eml").map((
  name,
): [string, Uint8Array] => [name, fixtureBytes(name)]);

test("whatever a sender wrote can be answered, forwarded and written", () => {
  forSeeds(500, (random) => {
    const [name, bytes] = random.pick(files);
    const octets = bytes.slice();
    for (let i = random.below(20); i > 0; i--) {
      octets[random.below(octets.length)] = random.chance(0.5)
        ? random.below(256)
        : octets[random.below(octets.length)]!;
    }
    const of = random.pick([() => octets, () => readMail(octets), () => messageFromBytes(octets)])();
    const forms: ForwardOptions["as"][] = ["inline", "attachment"];
    const messages = [
      reply(of, { from: me, text: "x", all: true }),
      reply(of, { from: me, html: "x" }),
      ...forms.map((as) => forward(of, { from: me, as })),
    ];
    for (const message of messages) {
      const written = writeMail(message);
      assertEquals(readMail(written).from, [{ name: "", address: me }], name);
      // Parts that are composite are passed on as they were sent, with whatever is in them.
      if (!/^content-type: message\//im.test(latin1(written))) assertOnWire(written);
    }
    writeMail(octets);
    const read = readMail(octets);
    writeMail(read);
    const { subject, to, cc, replyTo, text, html, date, messageId, references, inReplyTo, attachments } =
      read;
    const author = read.from.length > 0 ? read.from : me;
    const again = createMail({
      ...{ from: author, subject, to, cc, replyTo, text, html, date, messageId, references, inReplyTo },
      attachments,
    });
    const mail = readMail(writeMail(again));
    assertEquals(
      [mail.subject.trim(), mail.messageId ?? ""],
      [subject.trim(), messageId ?? mail.messageId],
      name,
    );
    assertEquals(mail.attachments.length, attachments.length, name);
  });
});
