import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { systemClock } from "../../../imap/base/clock.ts";
import { type MailboxMessage, MessageGoneError, readMessageId } from "../../../imap/mailbox/mod.ts";
import { generateMessages, startServer } from "../../../imap/testing/mod.ts";
import { mailboxesOf } from "../../../imap/mailbox/message/envelope.ts";
import { accountOn, commandsIn, mailWith } from "./support.ts";

test("a list has subject, people, dates and the names of files, in one FETCH", async () => {
  await using server = await startServer({
    mailboxes: {
      INBOX: [
        "Subject: one\r\n\r\n1\r\n",
        {
          message: mailWith("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", { "a.pdf": "ABC", "../b.exe": "x".repeat(500) }),
          flags: ["\\Seen", "$Label"],
          date: new Date("2026-10-06T00:00:00Z"),
        },
      ],
    },
  });
  await using account = await accountOn(server);
  const found = await Array.fromAsync(account.mailbox("inbox").messages({}, { newest: 50 }));
  assertEquals(found.length, 2);
  const [m, older] = found as [MailboxMessage, MailboxMessage];
  assertEquals(m.subject, "Grüße");
  assertEquals(m.from, [{ name: "Zoë", address: "zoe@example.org" }]);
  assertEquals(m.to, [{ name: "", address: "sam@example.net" }]);
  assertEquals(m.date, new Date("2026-10-05T08:00:00Z"));
  assertEquals(m.receivedAt, new Date("2026-10-06T00:00:00Z"));
  assertEquals([m.seen, m.flagged, m.flags.includes("$Label")], [true, false, true]);
  assertEquals(
    m.attachments.map(({ part, name, safeName, type, inline }) => [part, name, safeName, type, inline]),
    [
      ["2", "a.pdf", "a.pdf", "application/octet-stream", false],
      ["3", "../b.exe", "b.exe", "application/octet-stream", false],
    ],
  );
  assertEquals(m.attachments[0]!.size, 3);
  assert(Math.abs(m.attachments[1]!.size - 500) <= 3);
  assertEquals(older.date, older.receivedAt);
  assertEquals(older.attachments, []);
  assertEquals(commandsIn(server).filter((line) => /FETCH|SEARCH|SELECT/.test(line)).length, 1);
});

test("text, HTML, files and the whole are fetched alone, and nothing becomes seen", async () => {
  const long = Array.from({ length: 400_000 }, (_, i) => String.fromCharCode(33 + i * 7 % 90)).join("");
  await using server = await startServer({
    mailboxes: {
      INBOX: [
        mailWith("files", { "a.txt": "ABC", "long.bin": long }, "Gr=FC=DFe\r\n"),
        "Subject: plain\r\nContent-Type: text/html\r\n\r\n<p>hi</p>\r\n",
      ],
    },
  });
  await using account = await accountOn(server);
  const [m, page] = await Array.fromAsync(account.mailbox("INBOX").messages());
  assertEquals(await m!.text(), "Grüße\n");
  assertEquals(await m!.html(), undefined);
  assertEquals([await page!.text(), await page!.html()], [undefined, "<p>hi</p>\n"]);
  assertEquals(await m!.text({ maxBytes: 2 }), "Gr");
  const decoder = new TextDecoder();
  assertEquals(decoder.decode(await m!.attachments[0]!.bytes()), "ABC");
  const seen: number[] = [];
  const pieces = await Array.fromAsync(
    m!.attachments[1]!.stream({ onProgress: ({ done }) => void seen.push(done) }),
  );
  assertEquals(pieces.map((piece) => decoder.decode(piece)).join(""), long);
  assert(seen.length > 0);
  const mail = await m!.parse();
  assertEquals(mail.attachments.map(({ fileName }) => fileName), ["a.txt", "long.bin"]);
  assertEquals(server.mailbox("INBOX").messages.map(({ flags }) => flags), [[], []]);
  assert(!server.log.includes(" SELECT "), "opened for reading only");
});

for (
  const [binary, length, offered] of [
    [true, 1_000_000, true],
    [false, 1_000_000, false],
    // In pieces.
    [true, 4_000_000, true],
    [false, 4_000_000, false],
    // In so many that a server may have to decode much for each.
    [false, 12_500_000, true],
  ] as const
) {
  test(`a file of ${length} octets arrives whole, ${binary ? "with" : "without"} BINARY`, async () => {
    const block = Array.from({ length: 91 * 100 }, (_, i) => String.fromCharCode(33 + i * 31 % 91)).join("");
    const long = block.repeat(Math.ceil(length / block.length)).slice(0, length);
    await using server = await startServer({
      mailboxes: { INBOX: [mailWith("files", { "long.bin": long })] },
      ...(offered ? {} : { rev2: false, without: ["BINARY"] }),
    });
    await using account = await accountOn(server);
    const [m] = await Array.fromAsync(account.mailbox("INBOX").messages());
    assert(new TextDecoder().decode(await m!.attachments[0]!.bytes()) === long);
    assertEquals(server.log.includes("BINARY.PEEK"), binary);
  });
}

for (
  const [speed, step, sizes] of [
    ["quickly", 0, [526_500, 526_500, 1_053_000, 2_106_000, 2_106_000]],
    ["slowly", 3_000, Array.from({ length: 12 }, () => 526_500)],
  ] as const
) {
  test(`a file that comes ${speed} is asked for in pieces of a size that suits`, async () => {
    const long = "x".repeat(4_500_000);
    await using server = await startServer({
      mailboxes: { INBOX: [mailWith("files", { "long.bin": long })] },
      rev2: false,
      without: ["BINARY"],
    });
    let now = 0;
    const clock = { ...systemClock, monotonic: () => now += step };
    await using account = await accountOn(server, { clock });
    const [m] = await Array.fromAsync(account.mailbox("INBOX").messages());
    let octets = 0;
    for await (const piece of m!.attachments[0]!.stream()) octets += piece.length;
    assertEquals(octets, long.length);
    const ranges = commandsIn(server).flatMap((line) =>
      /<(\d+)\.(\d+)>/.exec(line)?.slice(1).map(Number) ?? []
    );
    const asked = ranges.filter((_, at) => at % 2 === 1);
    assertEquals(asked, [...sizes]);
    assertEquals(ranges.filter((_, at) => at % 2 === 0), asked.map((_, at) => sum(asked.slice(0, at))));
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

test("a server that offers BINARY and refuses it is asked for BODY", async () => {
  const long = "x".repeat(100_000);
  await using server = await startServer({
    mailboxes: { INBOX: [mailWith("files", { "long.bin": long })] },
    faults: [{ on: "UID FETCH", nth: 2, refuse: { status: "NO", text: "[UNKNOWN-CTE] cannot" } }],
  });
  await using account = await accountOn(server);
  const [m] = await Array.fromAsync(account.mailbox("INBOX").messages());
  assertEquals(new TextDecoder().decode(await m!.attachments[0]!.bytes()), long);
  assertEquals(new TextDecoder().decode(await m!.attachments[0]!.bytes()), long);
  assertEquals(commandsIn(server).filter((line) => line.includes("BINARY.PEEK")).length, 1);
});

test("an id finds its message later, or says what has become of it", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 3 }) } });
  await using account = await accountOn(server);
  const [first, second] = await Array.fromAsync(account.mailbox("INBOX").messages());
  assertEquals(readMessageId(first!.id), { mailbox: "INBOX", uidValidity: first!.uidValidity, uid: 1 });
  const again = await account.message(first!.id);
  if (typeof again === "string") throw new Error(again);
  assertEquals([again.id, again.subject], [first!.id, first!.subject]);
  server.expunge("INBOX", [2]);
  assertEquals(await account.message(second!.id), "gone");
  const error = await assertRejects(() => second!.text(), MessageGoneError);
  assertEquals(error.why, "gone");
  server.changeUidValidity("INBOX");
  assertEquals(await account.message(first!.id), "reset");
  assertEquals((await assertRejects(() => first!.parse(), MessageGoneError)).why, "reset");
  assertEquals(await account.message("v1:1:1:No such"), "gone");
  for (const id of ["", "v1:0:1:INBOX", "v1:1:0:INBOX", "v1:1:1:", "v1:4294967296:1:x", "v2:1:1:x"]) {
    assertThrows(() => readMessageId(id), RangeError);
  }
});

test("of a list in a query, any member is enough", async () => {
  const from = (name: string, subject: string) =>
    `From: ${name}@example.org\r\nSubject: ${subject}\r\n\r\n.\r\n`;
  await using server = await startServer({
    mailboxes: {
      INBOX: [
        from("zoe", "tea"),
        from("sam", "tea"),
        from("kim", "tea"),
        from("zoe", "milk"),
        from("zoe", "rum"),
      ],
    },
  });
  await using account = await accountOn(server);
  const uids = async (query: Parameters<ReturnType<typeof account.mailbox>["messages"]>[0]) =>
    (await Array.fromAsync(account.mailbox("INBOX").messages(query))).map(({ uid }) => uid);
  assertEquals(await uids({ from: ["zoe", "sam"], subject: ["tea", "milk"] }), [1, 2, 4]);
  assertEquals(await uids({ from: ["zoe", "sam"], not: { subject: ["tea", "milk"], from: "zoe" } }), [2, 5]);
  assertEquals(await uids({ or: [{ from: "kim" }, { from: "zoe", subject: ["rum", "milk"] }] }), [3, 4, 5]);
  assertEquals(await uids({ uid: "2:*" }), [2, 3, 4, 5]);
  await assertRejects(() => uids({ from: [] }), RangeError);
  await assertRejects(() => uids({ nonsense: 1 } as never), TypeError);
});

test("long lists come in batches, in order, whichever end they begin at", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 650 }) } });
  server.expunge("INBOX", [3, 300, 301, 650]);
  await using account = await accountOn(server);
  const inbox = account.mailbox("INBOX").readonly;
  const all = (await Array.fromAsync(inbox.messages())).map(({ uid }) => uid);
  assertEquals(all, server.mailbox("INBOX").messages.map(({ uid }) => uid));
  assertEquals(
    (await Array.fromAsync(inbox.messages({}, { newest: 450 }))).map(({ uid }) => uid),
    all.slice(-450).reverse(),
  );
  assertEquals(
    (await Array.fromAsync(inbox.messages({}, { newest: 7 }))).map(({ uid }) => uid),
    all.slice(-7).reverse(),
  );
  assertEquals((await Array.fromAsync(inbox.messages({}, { newest: Infinity }))).length, 646);
  for await (const m of inbox.messages()) {
    if (m.uid === 5) break;
    // Another command inside the loop, on the same account, with one connection to spare.
    await m.text();
  }
});

test("new mail is found on a connection that has had the mailbox open for long", async () => {
  await using server = await startServer();
  await using account = await accountOn(server, { connections: 1 });
  const inbox = account.mailbox("INBOX");
  assertEquals(await Array.fromAsync(inbox.messages()), []);
  server.append("INBOX", "Subject: new\r\n\r\n.\r\n");
  assertEquals((await Array.fromAsync(inbox.messages({}, { newest: 1 }))).map(({ subject }) => subject), [
    "new",
  ]);
  server.append("INBOX", "Subject: newer\r\n\r\n.\r\n");
  assertEquals((await Array.fromAsync(inbox.messages({ subject: "newer" }))).length, 1);
});

test("a read-only mailbox has no method that changes anything", async () => {
  await using server = await startServer();
  await using account = await accountOn(server);
  const { readonly } = account.mailbox("INBOX");
  for (const name of ["flag", "move", "copy", "delete", "append"]) assertEquals(name in readonly, false);
  assertEquals(await readonly.counts(), { messages: 0, unseen: 0 });
});

test("parts inside a related part are related, and a text that is sent as a file is not the text", async () => {
  const message = [
    "Content-Type: multipart/mixed; boundary=a",
    "",
    "--a",
    "Content-Type: multipart/related; boundary=b",
    "",
    "--b",
    "Content-Type: text/html",
    "",
    "<p>x</p>",
    "--b",
    "Content-Type: multipart/mixed; boundary=c",
    "",
    "--c",
    "Content-Type: image/png",
    "",
    "x",
    "--c--",
    "--b--",
    "--a",
    "Content-Type: text/plain",
    "Content-Disposition: attachment",
    "",
    "log",
    "--a--",
    "",
  ].join("\r\n");
  await using server = await startServer({ mailboxes: { INBOX: [message] } });
  await using account = await accountOn(server);
  const [m] = await Array.fromAsync(account.mailbox("INBOX").messages());
  assertEquals(m!.attachments.map(({ type, related }) => [type, related]), [["image/png", true], [
    "text/plain",
    false,
  ]]);
  assertEquals(await m!.text(), undefined);
});

test("what servers write where an address could not be read is left out", () => {
  const read = (mailbox: string, host: string) =>
    mailboxesOf([{ name: null, route: null, mailbox, host }])[0]!.address;
  for (
    const host of [
      ".MISSING-HOST-NAME.",
      "missing_domain",
      "MISSING_DOMAIN",
      "syntax_error",
      ".Syntax-Error.",
    ]
  ) {
    assertEquals(read("zoe", host), "zoe");
    assertEquals(read("missing_mailbox", host), "");
  }
  assertEquals(read("MISSING_MAILBOX", "example.org"), "@example.org");
  assertEquals(read("missing", "missing.example"), "missing@missing.example");
});
