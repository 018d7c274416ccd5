import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { decodeResponse } from "@postern/postern/imap";
import { startServer } from "@postern/postern/testing";
import { forSeedsAsync } from "../../support/seeded.ts";
import { Wire } from "./wire.ts";

const crlf = (text: string) => text.replaceAll("\n", "\r\n");

/** The structure of the example in RFC 9051 6.4.5.1, with a text for each part. */
const nested = crlf(`From: a@example.org
Subject: outer
Content-Type: multipart/mixed; boundary=b1

preamble
--b1
Content-Type: text/plain

one
--b1
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64

dHdv
--b1
Content-Type: message/rfc822

Subject: inner
From: b@example.org
Content-Type: multipart/mixed; boundary=b2

--b2

three.one
--b2
Content-Type: application/octet-stream

three.two
--b2--

--b1
Content-Type: multipart/mixed; boundary=b3

--b3
Content-Type: image/gif
Content-ID: <gif>

four.one
--b3
Content-Type: message/rfc822

Subject: innermost

four.two
--b3--
--b1--
epilogue
`);

const literal = (text: string) => `{${text.length}}\r\n${text}`;

async function fetchOne(message: string, ...items: string[]): Promise<string[]> {
  await using server = await startServer({ mailboxes: { INBOX: [message] } });
  const wire = await Wire.login(server, "INBOX");
  const answers: string[] = [];
  for (const item of items) {
    const [line] = await wire.ok(`FETCH 1 ${item}`);
    answers.push(line!.replace(/^\* 1 FETCH \(/, "").replace(/\)$/, ""));
  }
  return answers;
}

test("every part specifier of the RFC's example finds its octets", async () => {
  const sections: [string, string | null][] = [
    ["", nested],
    ["HEADER", nested.slice(0, nested.indexOf("preamble"))],
    ["TEXT", nested.slice(nested.indexOf("preamble"))],
    ["1", "one"],
    ["1.MIME", "Content-Type: text/plain\r\n\r\n"],
    ["2", "dHdv"],
    ["2.MIME", "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"],
    [
      "3",
      nested.slice(
        nested.indexOf("Subject: inner"),
        nested.indexOf("\r\n--b1\r\nContent-Type: multipart/mixed; boundary=b3"),
      ),
    ],
    ["3.HEADER", crlf("Subject: inner\nFrom: b@example.org\nContent-Type: multipart/mixed; boundary=b2\n\n")],
    [
      "3.TEXT",
      crlf("--b2\n\nthree.one\n--b2\nContent-Type: application/octet-stream\n\nthree.two\n--b2--\n"),
    ],
    ["3.1", "three.one"],
    ["3.1.MIME", "\r\n"],
    ["3.2", "three.two"],
    ["4", nested.slice(nested.indexOf("--b3"), nested.indexOf("\r\n--b1--"))],
    ["4.1", "four.one"],
    ["4.1.MIME", "Content-Type: image/gif\r\nContent-ID: <gif>\r\n\r\n"],
    ["4.2", "Subject: innermost\r\n\r\nfour.two"],
    ["4.2.HEADER", "Subject: innermost\r\n\r\n"],
    ["4.2.TEXT", "four.two"],
    ["4.2.1", "four.two"],
    // What is not there.
    ["5", null],
    ["1.1", null],
    ["1.HEADER", null],
    ["3.3", null],
    ["4.2.2", null],
    ["4.2.1.1", null],
  ];
  const answers = await fetchOne(nested, ...sections.map(([name]) => `BODY.PEEK[${name}]`));
  const expected = sections.map(([name, text]) => `BODY[${name}] ${text === null ? "NIL" : literal(text)}`);
  assertEquals(answers, expected);
});

test("a message without MIME has one part, and no more", async () => {
  const message = "Subject: x\r\n\r\nbody\r\n";
  assertEquals(
    await fetchOne(
      message,
      "BODY.PEEK[1]",
      "BODY.PEEK[TEXT]",
      "BODY.PEEK[1.MIME]",
      "BODY.PEEK[2]",
      "BODY.PEEK[1.1]",
    ),
    [
      "BODY[1] {6}\r\nbody\r\n",
      "BODY[TEXT] {6}\r\nbody\r\n",
      "BODY[1.MIME] {14}\r\nSubject: x\r\n\r\n",
      "BODY[2] NIL",
      "BODY[1.1] NIL",
    ],
  );
});

test("header fields are chosen by name, folded lines and repeats included", async () => {
  const message = crlf("Received: one\nSubject: folded\n here\nreceived: two\n\tmore\nX: y\n\nbody\n");
  assertEquals(
    await fetchOne(
      message,
      "BODY.PEEK[HEADER.FIELDS (RECEIVED)]",
      'BODY.PEEK[HEADER.FIELDS (Subject "x")]',
      "BODY.PEEK[HEADER.FIELDS.NOT (Received)]",
      "BODY.PEEK[HEADER.FIELDS (None)]",
    ),
    [
      `BODY[HEADER.FIELDS (RECEIVED)] ${literal("Received: one\r\nreceived: two\r\n\tmore\r\n\r\n")}`,
      `BODY[HEADER.FIELDS (Subject "x")] ${literal("Subject: folded\r\n here\r\nX: y\r\n\r\n")}`,
      `BODY[HEADER.FIELDS.NOT (Received)] ${literal("Subject: folded\r\n here\r\nX: y\r\n\r\n")}`,
      `BODY[HEADER.FIELDS (None)] ${literal("\r\n")}`,
    ],
  );
});

test("names of header fields may be literals, beside others and in several items", async () => {
  await using server = await startServer({
    mailboxes: { INBOX: ["Subject: x\r\nFrom: a\r\nX Y: z\r\n\r\nbody"] },
  });
  const wire = await Wire.login(server, "INBOX");
  const subject = `BODY[HEADER.FIELDS (Subject)] ${literal("Subject: x\r\n\r\n")}`;
  const cases: readonly [command: string[], items: string][] = [
    [["FETCH 1 BODY.PEEK[HEADER.FIELDS ({7}", "Subject)]"], subject],
    [["FETCH 1 (BODY.PEEK[HEADER.FIELDS ({7+}\r\nSubject)] UID)"], `UID 1 ${subject}`],
    [
      ["FETCH 1 BODY.PEEK[HEADER.FIELDS ({7}", "Subject)]<3.4>"],
      "BODY[HEADER.FIELDS (Subject)]<3> {4}\r\nject",
    ],
    [
      [
        "FETCH 1 (BODY.PEEK[1.HEADER.FIELDS.NOT ({4}",
        "From X {3}",
        "X Y)] BODY.PEEK[HEADER.FIELDS ({7}",
        "Subject)])",
      ],
      `BODY[1.HEADER.FIELDS.NOT (From X "X Y")] NIL ${subject}`,
    ],
    [
      ["FETCH 1 (BODY.PEEK[HEADER.FIELDS ({2}", 'a")])'],
      `BODY[HEADER.FIELDS ("a\\"")] ${literal("\r\n")}`,
    ],
  ];
  for (const [command, items] of cases) {
    assertEquals(
      await wire.run(...command),
      [`* 1 FETCH (${items})`, "OK FETCH completed"],
      command.join(" / "),
    );
  }
  for (
    const command of [
      ["FETCH 1 BODY.PEEK[{7}", "Subject]"],
      ["FETCH 1 BODY.PEEK[HEADER.FIELDS ({7}", "Subject"],
      ["FETCH 1 {5}", "FLAGS"],
      ["FETCH 1 BODY.PEEK[HEADER.FIELDS ({3}", "a\r\n)]"],
    ]
  ) {
    assertMatch((await wire.run(...command)).join("\n"), /^BAD /, command.join(" / "));
  }
});

test("a partial fetch is cut at the end and never fails beyond it", async () => {
  const message = "Subject: x\r\n\r\n0123456789";
  assertEquals(
    await fetchOne(
      message,
      "BODY.PEEK[TEXT]<2.3>",
      "BODY.PEEK[TEXT]<8.100>",
      "BODY.PEEK[TEXT]<10.1>",
      "BODY.PEEK[TEXT]<4000000000.1>",
      "BODY.PEEK[]<0.4>",
      "BODY.PEEK[HEADER.FIELDS (Subject)]<9.1>",
    ),
    [
      "BODY[TEXT]<2> {3}\r\n234",
      "BODY[TEXT]<8> {2}\r\n89",
      "BODY[TEXT]<10> {0}\r\n",
      "BODY[TEXT]<4000000000> {0}\r\n",
      "BODY[]<0> {4}\r\nSubj",
      "BODY[HEADER.FIELDS (Subject)]<9> {1}\r\nx",
    ],
  );
});

test("BINARY decodes, BINARY.SIZE counts, an unknown encoding is NO [UNKNOWN-CTE]", async () => {
  const message = crlf(`Content-Type: multipart/mixed; boundary=b

--b
Content-Transfer-Encoding: base64

AAECaGVs
bG8=
--b
Content-Transfer-Encoding: Quoted-Printable

a=3Db=\nc \nd=ZZ
--b
Content-Transfer-Encoding: x-rot13

uryyb
--b--
`);
  assertEquals(
    await fetchOne(
      message,
      "BINARY.PEEK[1]",
      "BINARY.SIZE[1]",
      "BINARY.PEEK[1]<3.2>",
      "BINARY.PEEK[2]",
      "BINARY.PEEK[9]",
    ),
    [
      "BINARY[1] ~{8}\r\n\0\u0001\u0002hello",
      "BINARY.SIZE[1] 8",
      "BINARY[1]<3> {2}\r\nhe",
      "BINARY[2] {9}\r\na=bc\r\nd=ZZ".replace("{9}", "{10}"),
      "BINARY[9] NIL",
    ],
  );
  await using server = await startServer({ mailboxes: { INBOX: [message, message] } });
  const wire = await Wire.login(server, "INBOX");
  assertMatch(await wire.status("FETCH 1 BINARY.PEEK[3]") ?? "", /^NO \[UNKNOWN-CTE\]/);
  assertMatch(await wire.status("FETCH 1 BINARY.PEEK[1.1]") ?? "", /^OK /);
  await wire.ok(`APPEND INBOX {${nested.length}}`, nested);
  assertMatch(await wire.status("FETCH 3 BINARY.PEEK[3]") ?? "", /^BAD /);
  assertMatch(await wire.status("FETCH 3 BINARY.SIZE[4]") ?? "", /^BAD /);
  assertEquals(await wire.ok("FETCH 2 UID"), ["* 2 FETCH (UID 2)"]);
});

test("BODYSTRUCTURE has extension data and true sizes, BODY has no extension data", async () => {
  const message = crlf(`From: x@example.org
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Language: en, de
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==

line one
line two

--b
Content-Type: application/pdf; name="a \\"b\\".pdf"
Content-Disposition: attachment; filename="a b.pdf"; size=3
Content-Transfer-Encoding: base64
Content-ID: <id@x>
Content-Description: a file
Content-Location: http://example.org/a

AAAA
--b
Content-Type: message/rfc822

Subject: inner

x
y
--b--
`);
  const [structure, body] = await fetchOne(message, "BODYSTRUCTURE", "BODY");
  assertEquals(
    structure,
    'BODYSTRUCTURE (("TEXT" "PLAIN" ("charset" "utf-8" "format" "flowed") NIL NIL "7BIT" 20 2 ' +
      '"Q2hlY2sgSW50ZWdyaXR5IQ==" NIL ("en" "de") NIL)' +
      '("APPLICATION" "PDF" ("name" "a \\"b\\".pdf") "<id@x>" "a file" "BASE64" 4 ' +
      'NIL ("ATTACHMENT" ("filename" "a b.pdf" "size" "3")) NIL "http://example.org/a")' +
      '("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 22 ' +
      '(NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) ' +
      '("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7BIT" 4 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL) ' +
      '"MIXED" ("boundary" "b") NIL NIL NIL)',
  );
  assertEquals(
    body,
    'BODY (("TEXT" "PLAIN" ("charset" "utf-8" "format" "flowed") NIL NIL "7BIT" 20 2)' +
      '("APPLICATION" "PDF" ("name" "a \\"b\\".pdf") "<id@x>" "a file" "BASE64" 4)' +
      '("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 22 ' +
      '(NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) ' +
      '("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7BIT" 4 1) 3) "MIXED")',
  );
});

test("a multipart whose boundary never comes still has the syntax's one part", async () => {
  const [structure] = await fetchOne("Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing\r\n", "BODY");
  assertEquals(structure, 'BODY (("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7BIT" 0 0) "MIXED")');
});

test("ENVELOPE reads names, groups, routes, comments and folded fields; Sender and Reply-To fall back on From", async () => {
  const message = crlf(`Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
From: "Gray, Terry" <gray@cac.example>, fred@example.org (Fred Foobar)
To: imap list:a@b.example, "C D"
 <c.d@e.example>;, undisclosed:;
Cc: <@relay.example,@other.example:user@host.example>
Bcc: nobody
Subject: IMAP4rev2 WG
 mtg summary
In-Reply-To: <1@x>
Message-ID: <2@x>

`);
  const [envelope] = await fetchOne(message, "ENVELOPE");
  const from = '(("Gray, Terry" NIL "gray" "cac.example")("Fred Foobar" NIL "fred" "example.org"))';
  assertEquals(
    envelope,
    'ENVELOPE ("Mon, 7 Feb 1994 21:52:25 -0800 (PST)" "IMAP4rev2 WG mtg summary" ' +
      `${from} ${from} ${from} ` +
      '((NIL NIL "imap list" NIL)(NIL NIL "a" "b.example")("C D" NIL "c.d" "e.example")(NIL NIL NIL NIL)' +
      '(NIL NIL "undisclosed" NIL)(NIL NIL NIL NIL)) ' +
      '((NIL "@relay.example,@other.example" "user" "host.example")) ' +
      '((NIL NIL "nobody" "")) "<1@x>" "<2@x>")',
  );
});

test("FETCH answers flags, date, size, UID and the macros", async () => {
  const date = new Date("2026-11-05T10:20:30Z");
  await using server = await startServer({
    mailboxes: { INBOX: [{ message: "Subject: x\n\nbody\n", flags: ["\\Seen", "$Work"], date }] },
  });
  const wire = await Wire.login(server, "INBOX");
  assertEquals(await wire.ok("FETCH 1 (UID FLAGS INTERNALDATE RFC822.SIZE)"), [
    '* 1 FETCH (UID 1 FLAGS (\\Seen $Work \\Recent) INTERNALDATE " 5-Nov-2026 10:20:30 +0000" RFC822.SIZE 20)',
  ]);
  assertEquals(await wire.ok("FETCH 1 fast"), [
    '* 1 FETCH (FLAGS (\\Seen $Work \\Recent) INTERNALDATE " 5-Nov-2026 10:20:30 +0000" RFC822.SIZE 20)',
  ]);
  assertMatch(
    (await wire.ok("FETCH 1 FULL"))[0],
    /FLAGS .* INTERNALDATE .* RFC822.SIZE 20 ENVELOPE \(.* BODY \(/,
  );
  assertMatch(await wire.status("FETCH 1 (FAST UID)") ?? "", /^BAD /);
  assertEquals(await wire.ok("UID FETCH 1 FLAGS"), ["* 1 FETCH (UID 1 FLAGS (\\Seen $Work \\Recent))"]);
  assertEquals(await wire.ok("FETCH 1 RFC822.TEXT"), ["* 1 FETCH (RFC822.TEXT {6}\r\nbody\r\n)"]);
});

test("reading a body marks the message as seen and says so, once", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["Subject: x\n\nbody\n"] } });
  const wire = await Wire.login(server, "INBOX", { rev2: true });
  assertEquals(await wire.ok("FETCH 1 BODY.PEEK[TEXT]"), ["* 1 FETCH (BODY[TEXT] {6}\r\nbody\r\n)"]);
  assertEquals(await wire.ok("FETCH 1 BODY[HEADER]<0.1>"), [
    "* 1 FETCH (FLAGS (\\Seen) BODY[HEADER]<0> {1}\r\nS)",
  ]);
  assertEquals(await wire.ok("FETCH 1 BODY[TEXT]"), ["* 1 FETCH (BODY[TEXT] {6}\r\nbody\r\n)"]);
  assertEquals(server.mailbox("INBOX").messages[0]!.flags, ["\\Seen"]);
});

test("message numbers that do not exist are BAD, UIDs that do not exist are passed over", async () => {
  await using server = await startServer({
    mailboxes: { INBOX: ["a: b\n\n", "a: b\n\n", "a: b\n\n"], Empty: [] },
  });
  server.expunge("INBOX", [2]);
  const wire = await Wire.login(server, "INBOX");
  assertMatch(await wire.status("FETCH 3 UID") ?? "", /^BAD /);
  assertEquals(await wire.ok("UID FETCH 2,9 FLAGS"), []);
  assertEquals(await wire.ok("FETCH 2:* UID"), ["* 2 FETCH (UID 3)"]);
  assertEquals(await wire.ok("UID FETCH 5:* UID"), ["* 2 FETCH (UID 3)"]);
  assertEquals(await wire.ok("FETCH *:1 UID"), ["* 1 FETCH (UID 1)", "* 2 FETCH (UID 3)"]);
  await wire.ok("SELECT Empty");
  // RFC 9051 section 9: "*" is a number that an empty mailbox does not have; SEARCH finds nothing there.
  assertEquals(await wire.status("FETCH 1:* UID"), "BAD The mailbox is empty");
  assertEquals(await wire.ok("UID FETCH 1:* UID"), []);
  assertEquals(await wire.ok("SEARCH 1:*"), ["* SEARCH"]);
});

test("damaged and hostile messages give an answer in time that grows with their size", async () => {
  const deep = Array.from(
    { length: 3000 },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
  ).join("");
  const messages: string[] = [
    "",
    "\n",
    "no header at all",
    deep,
    "Content-Type: message/rfc822\n\n".repeat(3000),
    `To: ${"a:".repeat(4_000)}`,
    `To: ${"(".repeat(50_000)}`,
    `To: ${'"'.repeat(50_001)}\n\n`,
    `Content-Type: text/plain${";a=b".repeat(4_000)}\n\n`,
    `Content-Type: multipart/mixed; boundary=b\n\n${"--b\n".repeat(4_000)}`,
  ];
  await using server = await startServer({ mailboxes: { INBOX: messages } });
  const wire = await Wire.login(server, "INBOX");
  for (let seq = 1; seq <= messages.length; seq++) {
    const lines = await wire.ok(
      `FETCH ${seq} (ENVELOPE BODYSTRUCTURE BODY.PEEK[1] BODY.PEEK[1.1.HEADER] BODY.PEEK[TEXT])`,
    );
    assertEquals(lines.length, 1, `message ${seq}`);
  }
});

test("any octets are answered with one response that decodes, also where a header should be", async () => {
  await forSeedsAsync(60, async (random) => {
    const original = new TextEncoder().encode(nested);
    const message = original.slice(0, random.below(original.length));
    for (let i = random.below(20); i > 0 && message.length > 0; i--) {
      message[random.below(message.length)] = random.pick([
        0,
        9,
        10,
        13,
        32,
        34,
        40,
        41,
        44,
        45,
        58,
        59,
        60,
        64,
        92,
        233,
      ]);
    }
    const header = random.pick([
      "",
      "From: ",
      "To: a@b, ",
      "Content-Type: text/plain; ",
      "Content-Disposition: x; ",
    ]);
    const damaged = [...new TextEncoder().encode(header), ...random.bytes(random.below(80)), ...message];
    await using server = await startServer({
      mailboxes: { INBOX: [{ message: Uint8Array.from(damaged), exact: true }] },
    });
    const wire = await Wire.login(server, "INBOX", { rev2: true });
    const [line, ...more] = await wire.ok("FETCH 1 (ENVELOPE BODYSTRUCTURE)");
    assertEquals(more, []);
    const response = decodeResponse(new TextEncoder().encode(`${line}\r\n`), { utf8: true, strict: true });
    if (response.type !== "FETCH") throw new Error(`not a FETCH response: ${line}`);
    assertEquals([response.envelope === undefined, response.bodyStructure === undefined], [false, false]);
    await wire.ok("FETCH 1 (BODY.PEEK[1] BODY.PEEK[2.MIME] BODY.PEEK[3.1])");
    await wire.ok('SEARCH TEXT "x"');
  });
});
