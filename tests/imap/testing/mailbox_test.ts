import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

const three = [
  "Subject: 1\n\none\n",
  { message: "Subject: 2\n\ntwo\n", flags: ["\\Seen"] },
  "Subject: 3\n\n",
];

test("SELECT under IMAP4rev1 sends what RFC 3501 requires", async () => {
  await using server = await startServer({ mailboxes: { INBOX: three }, uidValidity: 3857529045 });
  const wire = await Wire.login(server);
  assertEquals(await wire.run("SELECT inbox"), [
    "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
    "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] Flags and keywords allowed",
    "* 3 EXISTS",
    "* 3 RECENT",
    "* OK [UNSEEN 1] First unseen",
    "* OK [UIDVALIDITY 3857529045] UIDs valid",
    "* OK [UIDNEXT 4] Predicted next UID",
    "* OK [HIGHESTMODSEQ 4] Highest modification sequence",
    "* OK [MAILBOXID (F3857529045)] Identifier",
    "OK [READ-WRITE] SELECT completed",
  ]);
});

test("SELECT under IMAP4rev2 sends LIST, and neither RECENT nor UNSEEN", async () => {
  await using server = await startServer({
    mailboxes: { Drafts: { messages: three, specialUse: ["\\Drafts"] } },
  });
  const wire = await Wire.login(server, undefined, { rev2: true });
  const lines = await wire.ok("SELECT Drafts");
  assertEquals(lines.filter((line) => /LIST|RECENT|UNSEEN/.test(line)), [
    '* LIST (\\HasNoChildren \\Subscribed \\Drafts) "/" Drafts',
  ]);
});

test("a name in another form is answered with LIST and OLDNAME", async () => {
  await using server = await startServer({ mailboxes: { "Entw\u00fcrfe": [] } });
  const wire = await Wire.login(server, undefined, { rev2: true });
  const list = (await wire.ok('SELECT "Entwu\u0308rfe"')).find((line) => line.startsWith("* LIST"));
  assertEquals(
    list,
    '* LIST (\\HasNoChildren \\Subscribed) "/" "Entw\u00fcrfe" (OLDNAME ("Entwu\u0308rfe"))',
  );
});

test("selecting another mailbox closes the first, and a failed SELECT leaves none", async () => {
  await using server = await startServer({ mailboxes: { INBOX: three, Drafts: [] } });
  const wire = await Wire.login(server, "INBOX");
  assertEquals((await wire.ok("SELECT Drafts"))[0], "* OK [CLOSED] Previous mailbox is now closed");
  assertEquals(await wire.run("SELECT Nowhere"), [
    "* OK [CLOSED] Previous mailbox is now closed",
    "NO [NONEXISTENT] No such mailbox",
  ]);
  assertMatch(await wire.status("FETCH 1 UID") ?? "", /^BAD /);
});

test("EXAMINE changes nothing", async () => {
  await using server = await startServer({ mailboxes: { INBOX: three } });
  const wire = await Wire.login(server);
  const lines = await wire.run("EXAMINE INBOX");
  assertEquals(lines.at(-1), "OK [READ-ONLY] EXAMINE completed");
  assertEquals(lines.includes("* OK [PERMANENTFLAGS ()] No permanent flags permitted"), true);
  await wire.ok("FETCH 1 BODY[]");
  for (const command of ["STORE 1 +FLAGS (\\Seen)", "EXPUNGE", "MOVE 1 INBOX"]) {
    assertMatch(await wire.status(command) ?? "", /^NO /, command);
  }
  await wire.ok("CLOSE");
  assertEquals(server.mailbox("INBOX").messages.map(({ flags }) => flags), [[], ["\\Seen"], []]);
  // RFC 3501 2.3.2: \Recent is left for a session that may write.
  assertEquals((await wire.ok("SELECT INBOX")).includes("* 3 RECENT"), true);
});

test("CREATE makes the levels above, DELETE keeps a name that has others below it", async () => {
  await using server = await startServer();
  const wire = await Wire.login(server);
  await wire.ok("CREATE a/b/c");
  assertMatch(await wire.status("CREATE a/b") ?? "", /^NO \[ALREADYEXISTS\]/);
  assertMatch(await wire.status("CREATE inbox") ?? "", /^NO \[ALREADYEXISTS\]/);
  await wire.ok("CREATE d/");
  await wire.ok("DELETE a/b");
  assertMatch(await wire.status("DELETE a/b") ?? "", /^NO \[HASCHILDREN\]/);
  assertMatch(await wire.status("SELECT a/b") ?? "", /^NO \[CANNOT\]/);
  assertMatch(await wire.status("DELETE INBOX") ?? "", /^NO \[CANNOT\]/);
  assertMatch(await wire.status("DELETE x") ?? "", /^NO \[NONEXISTENT\]/);
  assertMatch(await wire.status('CREATE "a//b"') ?? "", /^NO \[CANNOT\]/);
  assertMatch(await wire.status(`CREATE ${"x/".repeat(60)}y`) ?? "", /^NO \[LIMIT\]/);
  assertEquals(await wire.ok('LIST "" *'), [
    '* LIST (\\HasNoChildren) "/" INBOX',
    '* LIST (\\HasChildren) "/" a',
    '* LIST (\\Noselect \\HasChildren) "/" a/b',
    '* LIST (\\HasNoChildren) "/" a/b/c',
    '* LIST (\\HasNoChildren) "/" d',
  ]);
});

test("a mailbox that is deleted and made again has another UIDVALIDITY", async () => {
  await using server = await startServer({ mailboxes: { a: three } });
  const wire = await Wire.login(server);
  const before = server.mailbox("a").uidValidity;
  await wire.ok("DELETE a");
  await wire.ok("CREATE a");
  assertEquals(server.mailbox("a").uidValidity > before, true);
  assertEquals(server.mailbox("a").uidNext, 1);
});

test("RENAME takes the levels below along; INBOX is emptied instead", async () => {
  await using server = await startServer({ mailboxes: { INBOX: three, "a/b": three } });
  const wire = await Wire.login(server);
  const { uidValidity } = server.mailbox("a/b");
  await wire.ok("RENAME a x/y");
  assertEquals(server.mailboxes(), ["INBOX", "x", "x/y", "x/y/b"]);
  assertEquals(server.mailbox("x/y/b").uidValidity, uidValidity);
  assertMatch(await wire.status("RENAME x x/z") ?? "", /^NO \[CANNOT\]/);
  assertMatch(await wire.status("RENAME x INBOX") ?? "", /^NO \[ALREADYEXISTS\]/);
  await wire.ok("RENAME INBOX old");
  assertEquals(server.mailbox("INBOX").messages.length, 0);
  assertEquals(server.mailbox("old").messages.map(({ flags }) => flags), [[], ["\\Seen"], []]);
});

test("RENAME under IMAP4rev2 announces the new name with the old one", async () => {
  await using server = await startServer({ mailboxes: { a: [] } });
  const wire = await Wire.login(server, undefined, { rev2: true });
  assertEquals(await wire.ok("RENAME a b"), ['* LIST (\\HasNoChildren) "/" b (OLDNAME (a))']);
});

test("a name that is not modified UTF-7 cannot be created", async () => {
  await using s = await startServer();
  const wire = await Wire.login(s);
  for (const name of ["a\r\nb", "a\0b", "a\x01b"]) {
    assertMatch(await wire.status(`CREATE {${name.length}+}\r\n${name}`) ?? "", /^NO \[CANNOT\] /, name);
  }
  assertEquals(s.mailboxes(), ["INBOX"]);
});

test("LIST matches wildcards level by level", async () => {
  await using server = await startServer({ mailboxes: { "a/b/c": [], "a/bb": [], ab: [] } });
  const wire = await Wire.login(server);
  const names = async (pattern: string) =>
    (await wire.ok(`LIST ${pattern}`)).map((line) => line.split(" ").at(-1));
  assertEquals(await names('"" %'), ["INBOX", "a", "ab"]);
  assertEquals(await names('"" a/%'), ["a/b", "a/bb"]);
  assertEquals(await names("a/ b*"), ["a/b", "a/b/c", "a/bb"]);
  assertEquals(await names('"" %b'), ["ab"]);
  assertEquals(await names('"" *b'), ["a/b", "a/bb", "ab"]);
  assertEquals(await names('"" iNBoX'), ["INBOX"]);
  assertEquals(await wire.ok('LIST "" ""'), ['* LIST (\\Noselect) "/" ""']);
});

test("a pattern of many wildcards takes no longer than its size allows", async () => {
  const name = "a".repeat(500);
  await using server = await startServer({ mailboxes: { [name]: [] } });
  const wire = await Wire.login(server);
  // With backtracking it would not come to an end.
  assertEquals(await wire.ok(`LIST "" "${"*a".repeat(200)}b"`), []);
});

test("extended LIST: selection and return options, STATUS, special use", async () => {
  await using server = await startServer({
    mailboxes: {
      Fruit: [],
      "Fruit/Apple": { messages: three },
      Sent: { specialUse: ["\\Sent"], subscribed: false },
    },
  });
  const wire = await Wire.login(server);
  await wire.ok("UNSUBSCRIBE Fruit");
  await wire.ok("SUBSCRIBE Fruit/Peach");
  assertEquals(await wire.ok('LIST (SUBSCRIBED) "" *'), [
    '* LIST (\\HasNoChildren \\Subscribed) "/" INBOX',
    '* LIST (\\HasNoChildren \\Subscribed) "/" Fruit/Apple',
    '* LIST (\\NonExistent \\Noselect \\HasNoChildren \\Subscribed) "/" Fruit/Peach',
  ]);
  assertEquals(await wire.ok('LIST (SUBSCRIBED RECURSIVEMATCH) "" %'), [
    '* LIST (\\HasNoChildren \\Subscribed) "/" INBOX',
    '* LIST (\\HasChildren) "/" Fruit (CHILDINFO ("SUBSCRIBED"))',
  ]);
  assertMatch(await wire.status('LIST (RECURSIVEMATCH) "" %') ?? "", /^BAD /);
  assertEquals(await wire.ok('LIST (SPECIAL-USE) "" * RETURN (SUBSCRIBED STATUS (MESSAGES UNSEEN SIZE))'), [
    '* LIST (\\HasNoChildren \\Sent) "/" Sent',
    "* STATUS Sent (MESSAGES 0 UNSEEN 0 SIZE 0)",
  ]);
  assertEquals(await wire.ok('LIST "" (INBOX Sent)'), [
    '* LIST (\\HasNoChildren) "/" INBOX',
    '* LIST (\\HasNoChildren \\Sent) "/" Sent',
  ]);
});

test("LSUB shows subscriptions, and levels above them for %", async () => {
  await using server = await startServer({ mailboxes: { "a/b": [] } });
  const wire = await Wire.login(server);
  await wire.ok("UNSUBSCRIBE INBOX");
  await wire.ok("SUBSCRIBE gone");
  assertEquals(await wire.ok('LSUB "" *'), ['* LSUB () "/" a/b', '* LSUB (\\Noselect) "/" gone']);
  assertEquals(await wire.ok('LSUB "" %'), ['* LSUB (\\Noselect) "/" a', '* LSUB (\\Noselect) "/" gone']);
});

test("STATUS counts", async () => {
  await using server = await startServer({ mailboxes: { INBOX: three }, uidValidity: 9 });
  const wire = await Wire.login(server);
  assertEquals(
    await wire.ok("STATUS inbox (MESSAGES UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE RECENT)"),
    ["* STATUS INBOX (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 9 UNSEEN 2 DELETED 0 SIZE 52 RECENT 3)"],
  );
  assertMatch(await wire.status("STATUS x (MESSAGES)") ?? "", /^NO \[NONEXISTENT\]/);
  assertMatch(await wire.status("STATUS INBOX (NONSENSE)") ?? "", /^BAD /);
});

test("names are modified UTF-7 before ENABLE IMAP4rev2 and UTF-8 after it", async () => {
  await using server = await startServer({ mailboxes: { "Entw\u00fcrfe": [] } });
  const wire = await Wire.login(server);
  assertEquals(await wire.ok('LIST "" E*'), ['* LIST (\\HasNoChildren) "/" Entw&APw-rfe']);
  await wire.ok("STATUS Entw&APw-rfe (MESSAGES)");
  assertEquals(await wire.ok("ENABLE IMAP4rev2"), ["* ENABLED IMAP4rev2"]);
  assertEquals(await wire.ok('LIST "" E*'), ['* LIST (\\HasNoChildren) "/" "Entw\u00fcrfe"']);
  assertMatch(await wire.status("STATUS Entw&APw-rfe (MESSAGES)") ?? "", /^NO \[NONEXISTENT\]/);
  assertEquals(await wire.ok("ENABLE IMAP4rev2 X-UNKNOWN"), ["* ENABLED"]);
});

test("CREATE with USE, and an unknown use", async () => {
  await using server = await startServer();
  const wire = await Wire.login(server);
  await wire.ok("CREATE Trash (USE (\\trash))");
  assertEquals(await wire.ok('LIST "" T*'), ['* LIST (\\HasNoChildren \\Trash) "/" Trash']);
  assertMatch(await wire.status("CREATE Other (USE (\\Nonsense))") ?? "", /^NO \[USEATTR\]/);
});

test("APPEND keeps octets, flags and date; APPENDUID gives the UID", async () => {
  await using server = await startServer({ uidValidity: 7 });
  const wire = await Wire.login(server);
  const message = "Subject: x\r\n\r\nline\nbare LF\r\n";
  assertEquals(
    await wire.run(
      `APPEND INBOX (\\Seen $Work) " 1-Feb-2026 21:52:25 -0800" {${message.length}}`,
      message,
    ),
    ["OK [APPENDUID 7 1] APPEND completed"],
  );
  const [stored] = server.mailbox("INBOX").messages;
  assertEquals(stored!.text, message);
  assertEquals(stored!.flags, ["$Work", "\\Seen"]);
  assertEquals(stored!.date.toISOString(), "2026-02-02T05:52:25.000Z");
  await wire.ok("SELECT INBOX");
  assertEquals(await wire.ok("FETCH 1 INTERNALDATE"), [
    '* 1 FETCH (INTERNALDATE " 1-Feb-2026 21:52:25 -0800")',
  ]);
});

test("APPEND to a mailbox that does not exist, and of a message that is too large", async () => {
  await using server = await startServer({ maxMessage: 100 });
  const wire = await Wire.login(server);
  assertMatch(await wire.status("APPEND Nowhere {1+}\r\nx") ?? "", /^NO \[TRYCREATE\]/);
  assertMatch(await wire.status("APPEND INBOX {101}") ?? "", /^NO \[TOOBIG\]/);
  assertMatch(await wire.status("APPEND INBOX {3+}\r\na\0b") ?? "", /^NO \[UNKNOWN-CTE\]/);
  assertEquals(server.mailbox("INBOX").messages.length, 0);
});

test("NAMESPACE", async () => {
  await using server = await startServer();
  const wire = await Wire.login(server);
  assertEquals(await wire.ok("NAMESPACE"), ['* NAMESPACE (("" "/")) NIL NIL']);
});
