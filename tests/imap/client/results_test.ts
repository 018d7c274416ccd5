/** Whatever a command can ask for comes back in its result, and what cannot be read is not taken for nothing. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { test } from "node:test";
import type { UnknownItem } from "../../../imap/codec/_gen/types.ts";
import { SequenceSet } from "../../../imap/values/sequence_set.ts";
import { CapabilityError, CommandError, ProtocolError, StateError } from "../../../imap/base/errors.ts";
import { searchKeys } from "../../../imap/client/commands/search.ts";
import { ImapClient } from "../../../imap/client/client.ts";
import { Session } from "../../../imap/session/session.ts";
import type { ImapEvent } from "../../../imap/session/events.ts";
import { plenty, preauth, scripted, selected } from "../session/scripted.ts";

test("an answer that bears the tag of a search that has ended is that of the one that runs", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.line();
    await peer.line();
    await peer.play(`
      S: * ESEARCH (TAG "A2" MAILBOX "INBOX" UIDVALIDITY 1) UID ALL 1:3
      S: A2 OK done
      S: * ESEARCH (TAG "A2" MAILBOX "INBOX" UIDVALIDITY 1) UID ALL 4:5
      S: A3 OK done`);
  }, { capabilities: `${plenty} ESEARCH MULTISEARCH` });
  const results = await Promise.all([
    client.esearch({ seen: true }, { sources: [{ filter: "PERSONAL" }] }),
    client.esearch({ unseen: true }, { sources: [{ filter: "PERSONAL" }] }),
  ]);
  await done;
  client.close();
  assertEquals(results.map(({ mailboxes }) => mailboxes.map(({ all }) => String(all))), [["1:3"], ["4:5"]]);
});

test("LIST gives rights and entries, STATUS the items of extensions", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 LIST "" % RETURN (MYRIGHTS METADATA (/shared/comment))
      S: * LIST () "/" INBOX
      S: * MYRIGHTS INBOX lrs
      S: * METADATA INBOX (/shared/comment "mine")
      S: A1 OK done
      C: A2 STATUS INBOX (MAILBOXID DELETED-STORAGE APPENDLIMIT)
      S: * STATUS INBOX (MAILBOXID (M1) DELETED-STORAGE 8 APPENDLIMIT NIL)
      S: A2 OK done
    `), {
    capabilities:
      `${plenty} LIST-EXTENDED LIST-MYRIGHTS LIST-METADATA OBJECTID APPENDLIMIT=5 QUOTA=RES-STORAGE`,
  });
  const list = await client.list("", "%", { returns: ["MYRIGHTS"], metadata: ["/shared/comment"] });
  assertEquals(list.myRights.map(({ mailbox, rights }) => [mailbox, rights]), [["INBOX", "lrs"]]);
  assertEquals(list.metadata.map(({ entries }) => entries.map(({ name }) => name)), [["/shared/comment"]]);
  assertEquals(list.other, []);
  const status = await client.status("INBOX", ["MAILBOXID", "DELETED-STORAGE", "APPENDLIMIT"]);
  assertEquals([status.mailboxId, status.deletedStorage, status.appendLimit], ["M1", 8, null]);
  await done;
});

test("SEARCH gives parts, relevancy and its tag", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A2 UID SEARCH RETURN (PARTIAL 1:2) ALL
      S: * ESEARCH (TAG "A2") UID PARTIAL (1:2 5,7)
      S: A2 OK done
      C: A3 UID SEARCH RETURN (RELEVANCY ALL) FUZZY SUBJECT x
      S: * ESEARCH (TAG "A3") UID ALL 1,3 RELEVANCY (4 99)
      S: A3 OK done
      C: A4 UID SEARCH RETURN (UPDATE) UNSEEN
      S: * ESEARCH (TAG "A4") UID ALL 1
      S: A4 OK done
      C: A5 NOOP
      S: * ESEARCH (TAG "A4") UID ADDTO (0 9)
      S: A5 OK done
    `), { capabilities: `${plenty} PARTIAL SEARCH=FUZZY CONTEXT=SEARCH` });
  const events = client.events();
  const part = await client.uidSearch({ all: true }, { partial: "1:2" });
  assertEquals([part.partial?.range, String(part.partial?.set)], ["1:2", "5,7"]);
  const fuzzy = await client.uidSearch([{ op: "FUZZY", key: { op: "SUBJECT", value: "x" } }], {
    returns: ["RELEVANCY", "ALL"],
  });
  assertEquals([String(fuzzy.all), fuzzy.relevancy], ["1,3", [4, 99]]);
  const { tag } = await client.uidSearch({ unseen: true }, { returns: ["UPDATE"] });
  await client.noop();
  for await (const event of events) {
    if (event.type !== "ESEARCH") continue;
    assertEquals([event.tag, String(event.addTo[0]?.set)], [tag, "9"]);
    break;
  }
  await done;
});

test("SELECT gives the mailbox's identifier, and with QRESYNC what changed and what is gone", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 ENABLE QRESYNC
      S: * ENABLED QRESYNC
      S: A1 OK done
      C: A2 SELECT INBOX (QRESYNC (1 5))
      S: * 10 EXISTS
      S: * OK [UIDVALIDITY 1] ok
      S: * OK [MAILBOXID (M1)] ok
      S: * VANISHED (EARLIER) 3,5
      S: * VANISHED (EARLIER) 8
      S: * 2 FETCH (UID 9 FLAGS () MODSEQ (7))
      S: A2 OK done
      C: A3 EXPUNGE
      S: * VANISHED 4,6:7
      S: A3 OK done
      C: A4 NOOP
      S: * VANISHED 12
      S: A4 OK done
      C: A5 UID FETCH 1:20 FLAGS (CHANGEDSINCE 5 VANISHED)
      S: * VANISHED (EARLIER) 13
      S: * VANISHED 14
      S: * 1 FETCH (UID 1 FLAGS () MODSEQ (8))
      S: A5 OK done
    `), { capabilities: `${plenty} CONDSTORE QRESYNC` });
  await client.enable(["QRESYNC"]);
  const selection = await client.select("INBOX", {
    qresync: { uidValidity: 1, modSeq: 5n, known: undefined, match: undefined },
  });
  assertEquals([selection.mailboxId, String(selection.vanished)], ["M1", "3,5,8"]);
  assertEquals(selection.changed.map(({ uid }) => uid), [9]);
  assertEquals(client.mailbox?.exists, 10);
  const { expunged, vanished } = await client.expunge();
  assertEquals([expunged, String(vanished)], [[], "4,6:7"]);
  assertEquals(client.mailbox?.exists, 7);
  await client.noop();
  assertEquals(client.mailbox?.exists, 6);
  const rows = client.uidFetch("1:20", ["FLAGS"], { changedSince: 5n, vanished: true });
  assertEquals((await rows).map(({ uid }) => uid), [1]);
  // A message that goes meanwhile is news, and not of those that went before.
  assertEquals(String(rows.vanished), "13");
  assertEquals(client.mailbox?.exists, 5);
  await done;
});

test("rows by UID alone answer FETCH; rows that were not asked for are events", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A2 UID FETCH 5:6 BODY[TEXT]
      S: * 5 UIDFETCH (BODY[TEXT] hello)
      S: * 6 FETCH (UID 6 BODY[TEXT] there)
      S: * 6 FETCH (UID 6 MODSEQ (9))
      S: A2 OK done
    `), { capabilities: `${plenty} UIDONLY CONDSTORE` });
  const events = client.events();
  const rows = await client.uidFetch("5:6", ["BODY[TEXT]"]);
  assertEquals(rows.map(({ uid, sections }) => [uid, sections.length]), [[5, 1], [6, 1]]);
  const heard: ImapEvent[] = [];
  for await (const event of events) {
    heard.push(event);
    break;
  }
  assertEquals(heard.map((event) => event.type === "FETCH" && event.modSeq), [9n]);
  await done;
});

test("what cannot be read is in the result, or the command rejects", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A2 UID SEARCH ALL
      S: * SEARCH 1 99999999999 3
      S: A2 OK done
      C: A3 LIST "" *
      S: * LIST () "/" INBOX
      S: * LIST nonsense
      S: A3 OK done
      C: A4 UID SEARCH RETURN (ALL) ALL
      S: * ESEARCH (TAG "A4") UID ALL 1,x
      S: A4 OK done
      C: A5 LSUB "" *
      S: * LSUB nonsense
      S: A5 OK done
    `)
  );
  const found = await client.uidSearch({ all: true });
  assertEquals([String(found.all), found.other.map(({ value }) => String(value))], ["1,3", ["99999999999"]]);
  const { mailboxes, other } = await client.list("", "*");
  assertEquals([mailboxes.length, other.map(({ name }) => name)], [1, ["LIST"]]);
  const set = await client.uidSearch({ all: true }, { returns: ["ALL"] });
  assertEquals(set.other.length, 1);
  await assertRejects(() => client.lsub("", "*").then(), ProtocolError, "could not be read");
  await done;
});

test("a row of FETCH that cannot be read fails the command; one without its UID is for the only one that asked", async () => {
  const { client, done } = await selected(async (peer) => {
    for (
      const [at, line] of ["* 2 FETCH UID 5", "* 2 FETCH", "* FETCH (UID 5)", "* -1 FETCH (UID 5)"].entries()
    ) {
      const tag = `A${2 + at}`;
      await peer.play(`
        C: ${tag} UID FETCH 4:6 ENVELOPE
        S: * 1 FETCH (UID 4 ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))
        S: ${line}
        S: ${tag} OK done
      `);
    }
    await peer.play(`
      C: A6 STORE 1 +FLAGS (x)
      S: * 1 FETCH FLAGS
      S: A6 OK done
      C: A7 UID FETCH 4:6 RFC822.SIZE
      S: * 1 FETCH (RFC822.SIZE 7)
      S: * 1 FETCH (FLAGS (x))
      S: A7 OK done
      C: A8 UID FETCH 1:3 RFC822.SIZE
      C: A9 UID FETCH 4:6 RFC822.SIZE
      S: * 1 FETCH (RFC822.SIZE 7)
      S: * 2 FETCH (UID 5 RFC822.SIZE 8)
      S: A8 OK done
      S: A9 OK done
      C: A10 NOOP
      S: A10 OK done
    `);
  });
  for (let i = 0; i < 4; i++) {
    const rows: unknown[] = [];
    await assertRejects(
      async () => {
        for await (const row of client.uidFetch("4:6", ["ENVELOPE"])) rows.push(row.uid);
      },
      ProtocolError,
      "FETCH response could not be read",
    );
    assertEquals(rows, [4]);
  }
  await assertRejects(() => client.store(1, "+FLAGS", ["x"]).then(), ProtocolError, "could not be read");
  assertEquals((await client.uidFetch("4:6", ["RFC822.SIZE"])).map(({ seq, size }) => [seq, size]), [[1, 7]]);
  const both = [client.uidFetch("1:3", ["RFC822.SIZE"]), client.uidFetch("4:6", ["RFC822.SIZE"])];
  for (const one of both) await assertRejects(() => one.then(), ProtocolError, "of which UID");
  await client.noop();
  await done;
});

test("an answer that names its search or its mailbox differently is for the only command that waits", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A2 UID SEARCH RETURN (ALL) ALL
      S: * ESEARCH (TAG "A1") UID ADDTO (0 9)
      S: * ESEARCH (TAG "a2") UID ALL 5
      S: A2 OK done
      C: A3 GETMETADATA Trash /private/comment
      S: * METADATA Sent (/private/comment "other")
      S: * METADATA INBOX/Trash (/private/comment "mine")
      S: A3 OK done
    `), { capabilities: `${plenty} METADATA` });
  const { all } = await client.uidSearch({ all: true }, { returns: ["ALL"] });
  assertEquals(String(all), "5");
  const { responses } = await client.getmetadata("Trash", ["/private/comment"]);
  assertEquals(responses.map(({ mailbox }) => mailbox), ["INBOX/Trash"]);
  await done;
});

test("an option of an extension that the server does not offer is refused before anything is sent", async () => {
  const { client, done } = await selected((peer) => peer.play("C: A5 NOOP\nS: A5 OK done"));
  await assertRejects(
    () => client.uidFetch("1:*", ["FLAGS"], { changedSince: 5n }).then(),
    CapabilityError,
    "changedSince of UID FETCH needs CONDSTORE",
  );
  await assertRejects(
    () => client.uidStore(1, "+FLAGS", ["\\Seen"], { unchangedSince: 5n }).then(),
    CapabilityError,
  );
  await assertRejects(() => client.create("x", { use: ["\\Sent"] }).then(), CapabilityError);
  await client.noop();
  await done;
});

test("a word of an extension that the server does not offer is refused before anything is sent", async () => {
  const words: [missing: string, offered: string, call: (client: ImapClient) => PromiseLike<unknown>][] = [
    [
      "SAVE of UID SEARCH needs SEARCHRES",
      "SEARCHRES",
      (c) => c.uidSearch({ all: true }, { returns: ["ALL", "SAVE"] }),
    ],
    [
      "UPDATE of SEARCH needs CONTEXT",
      "CONTEXT=SEARCH",
      (c) => c.search({ all: true }, { returns: ["UPDATE"] }),
    ],
    [
      "partial of SEARCH needs PARTIAL or CONTEXT",
      "CONTEXT=SEARCH",
      (c) => c.search({ all: true }, { partial: "1:2" }),
    ],
    [
      "partial of UID FETCH needs PARTIAL",
      "PARTIAL",
      (c) => c.uidFetch("1:9", ["FLAGS"], { partial: "1:2" }),
    ],
    ["changedSince of FETCH needs CONDSTORE", "QRESYNC", (c) => c.fetch(1, ["FLAGS"], { changedSince: 1n })],
    [
      "OLDER of SEARCH needs WITHIN",
      "WITHIN",
      (c) => c.search({ not: { or: [{ older: 5 }, { seen: true }] } }),
    ],
    ["FUZZY of SEARCH needs SEARCH=FUZZY", "SEARCH=FUZZY", (c) => c.search({ fuzzy: { subject: "OLDER" } })],
    ["EMAILID of UID SEARCH", "OBJECTID", (c) => c.uidSearch({ emailId: "M1" })],
    ["X-GM-RAW of SEARCH needs X-GM-EXT-1", "X-GM-EXT-1", (c) => c.search({ gmailRaw: "x" })],
    ["PREVIEW of FETCH needs PREVIEW", "PREVIEW=FUZZY", (c) => c.fetch(1, ["UID", "PREVIEW (LAZY)"])],
    ["MODSEQ of UID FETCH needs CONDSTORE", "CONDSTORE", (c) => c.uidFetch(1, ["MODSEQ"])],
    ["X-GM-LABELS of UID FETCH", "X-GM-EXT-1", (c) => c.uidFetch(1, ["X-GM-LABELS"])],
    ["BINARY of FETCH needs BINARY or IMAP4REV2", "BINARY", (c) => c.fetch(1, ["BINARY.PEEK[1]"])],
    [
      "SIZE of STATUS needs STATUS=SIZE or IMAP4REV2",
      "STATUS=SIZE",
      (c) => c.status("x", ["MESSAGES", "SIZE"]),
    ],
    ["DELETED of STATUS", "QUOTA=RES-MESSAGE", (c) => c.status("x", ["DELETED"])],
    ["APPENDLIMIT of STATUS", "APPENDLIMIT=1000", (c) => c.status("x", ["APPENDLIMIT"])],
    [
      "returns of LIST needs LIST-EXTENDED or IMAP4REV2",
      "IMAP4REV2",
      (c) => c.list("", "*", { returns: ["CHILDREN"] }),
    ],
    ["status of LIST needs LIST-STATUS", "LIST-STATUS", (c) => c.list("", "*", { status: ["UNSEEN"] })],
    [
      "more of APPEND needs MULTIAPPEND",
      "MULTIAPPEND",
      (c) => c.append("x", "y", { more: [{ message: "z" }] }),
    ],
    ["ANNOTATION of FETCH", "ANNOTATE-EXPERIMENT-1", (c) => c.fetch(1, ["ANNOTATION (/comment value)"])],
    [
      "a list of patterns of LIST needs LIST-EXTENDED or IMAP4REV2",
      "LIST-EXTENDED",
      (c) => c.list("", ["a", "b"]),
    ],
    ["$ of UID FETCH needs SEARCHRES or IMAP4REV2", "SEARCHRES", (c) => c.uidFetch("$", ["FLAGS"])],
    ["$ of STORE needs SEARCHRES", "IMAP4REV2", (c) => c.store(SequenceSet.saved, "+FLAGS", ["\\Seen"])],
    ["$ of COPY needs SEARCHRES", "SEARCHRES", (c) => c.copy("$", "x")],
    ["$ of UID EXPUNGE needs SEARCHRES", "SEARCHRES", (c) => c.uidExpunge("$")],
    [
      "$ of SEARCH needs SEARCHRES",
      "SEARCHRES",
      (c) => c.search({ or: [{ seq: "$" }, { not: { uid: "$" } }] }),
    ],
    [
      "update of UID SEARCH needs NOTIFY",
      "NOTIFY CONTEXT=SEARCH",
      (c) => c.uidSearch({ seen: true }, { update: ["FLAGS"] }),
    ],
    [
      "SPECIAL-USE of LIST",
      "LIST-EXTENDED SPECIAL-USE",
      (c) => c.list("", "*", { returns: ["SPECIAL-USE"] }),
    ],
  ];
  // What is offered beside: nothing of the above.
  const bare = "IMAP4rev1 ESEARCH UIDPLUS";
  const more: Record<string, string> = { "SPECIAL-USE of LIST": "LIST-EXTENDED" };
  for (const [missing, offered, call] of words) {
    const without = await selected(async (peer) => {
      // Nothing was sent but what came after.
      const line = await peer.line();
      assertMatch(line, /^A\d NOOP$/);
      await peer.send(line.replace("NOOP", "OK done\r\n"));
    }, { capabilities: `${bare} ${more[missing] ?? ""}`.trim() });
    await assertRejects(async () => await call(without.client), CapabilityError, missing);
    await without.client.noop();
    await without.done;
    without.client.close();
    const { client, done } = await selected(async (peer) => {
      const [tag] = (await peer.line()).split(" ");
      await peer.send(`${tag} NO not now\r\n`);
    }, { capabilities: `${bare} ${offered}` });
    await assertRejects(async () => await call(client), CommandError, "not now");
    await done;
    client.close();
  }
});

test("after ENABLE UIDONLY commands by number are refused, and rows come by UID (RFC 9586)", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 ENABLE UIDONLY
      S: * ENABLED UIDONLY
      S: A1 OK done
      C: A2 SELECT INBOX
      S: * 9 EXISTS
      S: A2 OK done
      C: A7 UID FETCH 5 FLAGS
      S: * 5 UIDFETCH (FLAGS (\\Seen))
      S: A7 OK done
      C: A8 EXPUNGE
      S: * VANISHED 5
      S: A8 OK done
    `), { capabilities: `${plenty} UIDONLY` });
  await client.enable(["UIDONLY"]);
  await client.select("INBOX");
  for (
    const call of [
      () => client.fetch(1, ["FLAGS"]),
      () => client.search({ all: true }),
      () => client.copy(1, "x"),
      () => client.move(1, "x"),
    ]
  ) await assertRejects(async () => await call(), StateError, "UIDONLY");
  const rows = await client.uidFetch(5, ["FLAGS"]);
  assertEquals(rows.map(({ uid, flags }) => [uid, flags]), [[5, ["\\Seen"]]]);
  assertEquals(String((await client.expunge()).vanished), "5");
  assertEquals(client.mailbox?.exists, 8);
  await done;
});

test("macros of FETCH are sent as what they mean, beside other items too", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A2 FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)
      S: * 1 FETCH (FLAGS (x) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 44)
      S: A2 OK done
      C: A3 UID FETCH 1 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)
      S: A3 OK done
    `)
  );
  const [row] = await client.fetch(1, ["FAST"]);
  const size: number = row!.size;
  assertEquals([row!.flags.length, row!.internalDate.text, size], [1, "17-Jul-1996 02:44:25 -0700", 44]);
  await client.uidFetch(1, ["UID", "ALL"]);
  await done;
});

test("capabilities are not checked before the server has sent them", async () => {
  const { transport, done } = scripted((peer) =>
    peer.play(`
      S: * PREAUTH ready
      C: A1 STATUS x (SIZE)
      S: * STATUS x (SIZE 5)
      S: A1 OK done
    `)
  );
  const client = new ImapClient(await Session.open(transport));
  assertEquals((await client.status("x", ["SIZE"])).size, 5);
  await done;
});

test("conditions of extensions are fields of a query", () => {
  assertEquals(searchKeys({ older: 60, fuzzy: { subject: "x" }, emailId: "E1", savedOn: "2026-11-01" }), [
    { op: "OLDER", seconds: 60 },
    { op: "FUZZY", key: { op: "SUBJECT", value: "x" } },
    { op: "EMAILID", id: "E1" },
    { op: "SAVEDON", date: "2026-11-01" },
  ]);
  assertEquals(searchKeys({ gmailRaw: "has:x", gmailLabel: ["a", "b"], gmailThreadId: 7n, filter: "f" }), [
    { op: "X-GM-RAW", value: "has:x" },
    { op: "X-GM-LABELS", value: "a" },
    { op: "X-GM-LABELS", value: "b" },
    { op: "X-GM-THRID", gmailId: 7n },
    { op: "FILTER", filter: "f" },
  ]);
});

test("a row whose number is not one fails the command, and damage inside an answer is in the result", async () => {
  for (const number of ["99999999999999999999", "-1", "4294967296"]) {
    const { client, done } = await selected((peer) =>
      peer.play(`
        C: A2 FETCH 1:2 FLAGS
        S: * 1 FETCH (FLAGS ())
        S: * ${number} FETCH (FLAGS (\\Seen))
        S: A2 OK done
      `)
    );
    await assertRejects(async () => await client.fetch("1:2", ["FLAGS"]), ProtocolError);
    await done;
    client.close();
  }
  const answers: [call: (client: ImapClient) => PromiseLike<{ other: UnknownItem[] }>, line: string][] = [
    [(c) => c.capability(), "* CAPABILITY IMAP4rev1 (x)"],
    [(c) => c.namespace(), '* NAMESPACE (("" ())) NIL NIL'],
    [(c) => c.getquota("r"), "* QUOTA r (STORAGE x 5)"],
    [(c) => c.getquotaroot("INBOX"), "* QUOTAROOT INBOX (x)"],
    [(c) => c.getacl("INBOX"), "* ACL INBOX bob (x)"],
    [(c) => c.listrights("INBOX", "bob"), '* LISTRIGHTS INBOX bob "" (x)'],
    [(c) => c.id(null), '* ID ("name" (x))'],
    [(c) => c.language([]), "* LANGUAGE (de (x))"],
    [(c) => c.urlfetch(["u"]), '* URLFETCH "u" (x'],
    [(c) => c.select("INBOX"), "* FLAGS (\\Seen (x))"],
  ];
  for (const [call, line] of answers) {
    const { client, done } = await selected(async (peer) => {
      const [tag] = (await peer.line()).split(" ");
      await peer.send(`${line}\r\n${tag} OK done\r\n`);
    }, { capabilities: "IMAP4rev1 NAMESPACE QUOTA ACL ID LANGUAGE URLAUTH" });
    const { other } = await call(client);
    assertEquals([line, other.length > 0 && other.every(({ error }) => error !== undefined)], [line, true]);
    await done;
    client.close();
  }
});
