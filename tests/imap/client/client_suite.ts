/** What a client must be able to do with any server; run against the embedded one and against real ones. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ImapClient } from "../../../imap/client/client.ts";
import { CommandError, StateError } from "../../../imap/base/errors.ts";

/** A server to run the suite against. */
export interface Target {
  name: string;
  /** Connects and logs in as the same user each time. */
  open(): Promise<ImapClient>;
  /** Tries to log in with a wrong password. */
  openWrong(): Promise<ImapClient>;
  /** The server speaks IMAP4rev2 and `open` enables it. */
  rev2: boolean;
  /** Whether the list of differences names this. */
  differs?(label: string): boolean;
}

const encoder = new TextEncoder();
const crlf = (text: string) => encoder.encode(text.trimStart().replaceAll("\n", "\r\n"));

const plainMail = crlf(`
From: =?utf-8?q?J=C3=BCrgen?= <juergen@example.org>
To: alice@example.org, "Bob, the other" <bob@example.org>
Subject: Hello "there"
Date: Sat, 21 Nov 2026 10:00:00 +0100
Message-ID: <1@example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Grüße aus Köln.
The second line.
`);

const multipartMail = crlf(`
From: carol@example.org
To: alice@example.org
Subject: With an attachment
Date: Sat, 21 Nov 2026 11:00:00 +0000
Message-ID: <2@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: text/html; charset=us-ascii

<p>Hi</p>
--b1
Content-Type: application/octet-stream; name="a b.bin"
Content-Disposition: attachment; filename="a b.bin"
Content-Transfer-Encoding: base64

AAECAwQ=
--b1--
`);

let lastBox = 0;
/** A new mailbox with the two messages in it, selected. */
async function withMail(client: ImapClient): Promise<{ box: string; uids: number[] }> {
  const box = `suite ${Date.now() % 1_000_000} ${++lastBox}`;
  await client.create(box);
  const uids: number[] = [];
  for (const message of [plainMail, multipartMail]) {
    const { uids: given } = await client.append(box, message, {
      flags: message === plainMail ? ["\\Seen"] : [],
      date: new Date("2026-11-20T08:30:00Z"),
    });
    uids.push(...given!);
  }
  await client.select(box);
  return { box, uids };
}

/** The tests by name; each gets a target and opens its own connections. */
export const suite: Record<string, (target: Target) => Promise<void>> = {
  "connects, logs in and out": async (target) => {
    const client = await target.open();
    assertEquals(client.state, "auth");
    assertEquals(client.capabilities?.has("IMAP4REV1"), true);
    await client.noop();
    assertEquals(client.enabled.has("IMAP4REV2"), target.rev2);
    assertEquals((await client.capability()).capabilities.includes("IDLE"), true);
    await client.logout();
    assertEquals([client.state, client.closed], ["logout", true]);
  },

  "a wrong password is a CommandError": async (target) => {
    const error = await assertRejects(() => target.openWrong(), CommandError) as CommandError;
    assertEquals([error.status, error.code?.name ?? "AUTHENTICATIONFAILED"], ["NO", "AUTHENTICATIONFAILED"]);
  },

  "selects, examines, and has nothing selected after a failure": async (target) => {
    await using client = await target.open();
    const inbox = await client.select("inbox");
    assert(inbox.flags.includes("\\Seen"), String(inbox.flags));
    assert(inbox.permanentFlags.includes("\\Deleted"), String(inbox.permanentFlags));
    assert(inbox.uidValidity! > 0 && inbox.uidNext! > 0);
    assertEquals([inbox.readOnly, client.state], [false, "selected"]);
    if (target.rev2) assertEquals(inbox.list?.mailbox.toUpperCase(), "INBOX");
    const { box } = await withMail(client);
    const examined = await client.examine(box);
    assertEquals([examined.exists, examined.readOnly, client.mailbox?.readOnly], [2, true, true]);
    const error = await assertRejects(() => client.select("no such mailbox"), CommandError) as CommandError;
    assertEquals([error.status, client.state, client.mailbox], ["NO", "auth", undefined]);
    await assertRejects(() => client.fetch("1", ["UID"]), StateError);
    await client.select(box);
    await client.unselect();
    assertEquals(client.state, "auth");
  },

  "creates, lists, subscribes, renames and deletes mailboxes": async (target) => {
    await using client = await target.open();
    const names = [
      "plain",
      "with space",
      'with"quote',
      "Entwürfe",
      "日本語",
      "a&b",
      "tilde~",

      "back\\slash",
    ];
    const top = `names ${Date.now() % 1_000_000} ${++lastBox}`;
    for (const name of names) {
      const full = `${top}/${name}`;
      if (target.differs?.(`CREATE ${name}`)) {
        await assertRejects(() => client.create(full), CommandError);
        continue;
      }
      await client.create(full);
      await client.subscribe(full);
      const { mailboxes } = await client.list("", full);
      assertEquals(mailboxes.map(({ mailbox }) => mailbox), [full]);
      assertEquals(mailboxes[0]!.delimiter, "/");
      // The name as the server told it goes back as it came.
      await client.select(mailboxes[0]!.mailbox);
      assertEquals((await client.status(mailboxes[0]!.mailbox, ["MESSAGES"])).messages, 0);
      await client.unselect();
      await client.rename(full, `${full} 2`);
      await client.unsubscribe(full);
      await client.delete(`${full} 2`);
    }
    assertEquals((await client.list(`${top}/`, "*")).mailboxes, []);
    const error = await assertRejects(() => client.create("INBOX"), CommandError) as CommandError;
    assertEquals([error.command, error.status], ["CREATE", "NO"]);
  },

  "LIST with STATUS, LSUB and NAMESPACE": async (target) => {
    await using client = await target.open();
    const { box } = await withMail(client);
    await client.subscribe(box);
    const listed = await client.list("", box, { status: ["MESSAGES", "UNSEEN"] });
    assertEquals(listed.mailboxes.map(({ mailbox }) => mailbox), [box]);
    assertEquals(listed.status.map(({ messages, unseen }) => [messages, unseen]), [[2, 1]]);
    assertEquals((await client.lsub("", box)).mailboxes.map(({ mailbox }) => mailbox), [box]);
    assertEquals((await client.namespace()).personal[0]?.delimiter, "/");
  },

  "five STATUS at once": async (target) => {
    await using client = await target.open();
    const { box } = await withMail(client);
    await client.create(`${box}/empty`);
    const names = [box, "INBOX", `${box}/empty`, `${box}/missing`, box];
    const results = await Promise.allSettled(
      names.map((name) => client.status(name, ["MESSAGES", "UIDNEXT"])),
    );
    assertEquals(results.map(({ status }) => status), [
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    const messages = results.map((one) =>
      one.status === "fulfilled" ? one.value.messages : one.reason.status
    );
    assertEquals([messages[0], messages[2], messages[3], messages[4]], [2, 0, "NO", 2]);
  },

  "fetches everything about a message": async (target) => {
    await using client = await target.open();
    const { uids } = await withMail(client);
    const rows = await client.fetch("1:*", [
      "UID",
      "FLAGS",
      "INTERNALDATE",
      "RFC822.SIZE",
      "ENVELOPE",
      "BODYSTRUCTURE",
      "BODY.PEEK[]",
    ]);
    assertEquals(rows.map(({ seq, uid }) => [seq, uid]), [[1, uids[0]], [2, uids[1]]]);
    const [plain, multipart] = [rows[0]!, rows[1]!];
    assertEquals(plain.flags.filter((flag) => flag !== "\\Recent"), ["\\Seen"]);
    assertEquals(multipart.flags.filter((flag) => flag !== "\\Recent"), []);
    assertEquals(plain.internalDate.toDate(), new Date("2026-11-20T08:30:00Z"));
    assertEquals(plain.size, plainMail.length);
    assertEquals(plain.envelope.subject, 'Hello "there"');
    assertEquals(plain.envelope.from.map(({ mailbox, host }) => `${mailbox}@${host}`), [
      "juergen@example.org",
    ]);
    assertEquals(plain.envelope.to.map(({ name, mailbox }) => [name, mailbox]), [[null, "alice"], [
      "Bob, the other",
      "bob",
    ]]);
    assertEquals(plain.envelope.messageId, "<1@example.org>");
    assertEquals(plain.sections.map(({ data }) => data), [plainMail]);
    assertEquals(multipart.sections[0]!.data, multipartMail);
    const structure = multipart.bodyStructure;
    assert(structure.kind === "multipart");
    if (structure.kind !== "multipart") return;
    assertEquals(structure.subtype.toUpperCase(), "MIXED");
    const part = structure.parts[1]!;
    if (part.kind !== "part") throw new Error("the attachment is a part");
    assertEquals([part.type.toUpperCase(), part.subtype.toUpperCase()], ["APPLICATION", "OCTET-STREAM"]);
    assertEquals(part.disposition?.type.toUpperCase(), "ATTACHMENT");
    assertEquals(part.disposition?.params?.[0]?.value, "a b.bin");
  },

  "fetches sections and parts of them, by UID": async (target) => {
    await using client = await target.open();
    const { uids } = await withMail(client);
    const text = (data: Uint8Array | null) => data === null ? null : new TextDecoder().decode(data);
    const [row] = await client.uidFetch(uids[1]!, [
      "BODY.PEEK[1]",
      "BODY.PEEK[HEADER.FIELDS (Subject X-None)]",
      "BODY.PEEK[2.MIME]",
      "BODY.PEEK[TEXT]<0.4>",
      "BODY.PEEK[9]",
    ]);
    const named = new Map(row!.sections.map((section) => [section.name, section]));
    assertEquals(text(named.get("1")!.data), "<p>Hi</p>");
    const fields = [...named].find(([name]) => name.startsWith("HEADER.FIELDS"))![1];
    assertEquals(text(fields.data), "Subject: With an attachment\r\n\r\n");
    assert(text(named.get("2.MIME")!.data)!.includes("base64"));
    assertEquals([text(named.get("TEXT")!.data), named.get("TEXT")!.origin], ["--b1", 0]);
    assert(!text(named.get("9")?.data ?? null));
    // Peeking has set no flag; reading without it does.
    assertEquals((await client.uidFetch(uids[1]!, ["FLAGS"]))[0]!.flags.includes("\\Seen"), false);
    await client.uidFetch(uids[1]!, ["BODY[1]"]);
    assertEquals((await client.uidFetch(uids[1]!, ["FLAGS"]))[0]!.flags.includes("\\Seen"), true);
    assertEquals(await client.uidFetch(uids[1]! + 1000, ["FLAGS"]), []);
  },

  "streams rows, with commands inside the loop and a break": async (target) => {
    await using client = await target.open();
    const { box } = await withMail(client);
    for (let i = 0; i < 8; i++) await client.append(box, plainMail);
    await client.noop();
    const subjects: (string | null)[] = [];
    for await (const row of client.fetch("1:*", ["ENVELOPE", "BODY.PEEK[]"])) {
      subjects.push(row.envelope.subject);
      if (row.seq === 1) {
        assertEquals((await client.status("INBOX", ["MESSAGES"])).mailbox, "INBOX");
        assertEquals((await client.fetch("2", ["FLAGS"])).length, 1);
      }
    }
    assertEquals(subjects.length, 10);
    for await (const _ of client.fetch("1:*", ["BODY.PEEK[]"])) break;
    const controller = new AbortController();
    const reason = new Error("enough");
    const error = await assertRejects(async () => {
      for await (const _ of client.fetch("1:*", ["BODY.PEEK[]"], { signal: controller.signal })) {
        controller.abort(reason);
      }
    });
    assertEquals(error, reason);
    assertEquals((await client.fetch("1:*", ["UID"])).length, 10);
  },

  "searches": async (target) => {
    await using client = await target.open();
    const { uids } = await withMail(client);
    const found = async (query: Parameters<ImapClient["search"]>[0]) => [...(await client.search(query)).all];
    assertEquals(await found({ all: true }), [1, 2]);
    assertEquals(await found({ seen: true }), [1]);
    assertEquals(await found({ unseen: true, from: "carol" }), [2]);
    assertEquals(await found({ from: "nobody" }), []);
    assertEquals(await found({ or: [{ subject: "attachment" }, { subject: "there" }] }), [1, 2]);
    assertEquals(await found({ not: { seen: true } }), [2]);
    assertEquals(await found({ header: { "message-id": "<1@example.org>" } }), [1]);
    assertEquals(await found({ body: "Grüße" }), [1]);
    assertEquals(await found({ since: "2026-11-20", before: "2026-11-21" }), [1, 2]);
    assertEquals(await found({ sentSince: "2026-11-22" }), []);
    assertEquals(await found({ larger: plainMail.length }), [2]);
    assertEquals(await found({ uid: uids[1]! }), [2]);
    assertEquals([...(await client.uidSearch({ seq: "1" })).all], [uids[0]]);
    if (!client.capabilities!.has("ESEARCH") && !target.rev2) return;
    const counted = await client.uidSearch({ all: true }, { returns: ["MIN", "MAX", "COUNT"] });
    assertEquals([counted.min, counted.max, counted.count], [uids[0], uids[1], 2]);
  },

  "changes flags": async (target) => {
    await using client = await target.open();
    const { uids } = await withMail(client);
    const flags = async (uid: number) =>
      (await client.uidFetch(uid, ["FLAGS"]))[0]!.flags.filter((flag) => flag !== "\\Recent").sort();
    const stored = await client.store("1:2", "+FLAGS", ["\\Flagged", "$Work"]);
    assertEquals(stored.messages.map(({ seq, flags }) => [seq, flags?.includes("\\Flagged")]), [[1, true], [
      2,
      true,
    ]]);
    assertEquals(await flags(uids[0]!), ["$Work", "\\Flagged", "\\Seen"]);
    await client.uidStore(uids[0]!, "-FLAGS", ["$Work"]);
    assertEquals(await flags(uids[0]!), ["\\Flagged", "\\Seen"]);
    await client.uidStore(uids, "FLAGS.SILENT", ["\\Draft"]);
    assertEquals(await flags(uids[0]!), ["\\Draft"]);
    await client.uidStore(uids, "FLAGS", []);
    assertEquals(await flags(uids[1]!), []);
  },

  "copies, moves and expunges": async (target) => {
    await using client = await target.open();
    const { box, uids } = await withMail(client);
    const other = `${box}/other`;
    await client.create(other);
    const copied = await client.copy("1:2", other);
    assertEquals(copied.source?.count, 2);
    assertEquals(copied.destination?.count, 2);
    const moved = await client.uidMove(uids[0]!, other);
    assertEquals([...moved.source!], [uids[0]]);
    assertEquals(client.mailbox?.exists, 1);
    assertEquals((await client.status(other, ["MESSAGES"])).messages, 3);
    const missing = await assertRejects(
      () => client.uidCopy(uids[1]!, `${box}/none`),
      CommandError,
    ) as CommandError;
    assertEquals(missing.code?.name, "TRYCREATE");
    await client.select(other);
    await client.store("1,3", "+FLAGS", ["\\Deleted"]);
    const third = (await client.fetch("3", ["UID"]))[0]!.uid;
    assertEquals((await client.uidExpunge(third)).expunged, [3]);
    assertEquals((await client.expunge()).expunged, [1]);
    assertEquals(client.mailbox?.exists, 1);
    await client.store("1", "+FLAGS", ["\\Deleted"]);
    await client.closeMailbox();
    assertEquals(client.state, "auth");
    assertEquals((await client.status(other, ["MESSAGES"])).messages, 0);
  },

  "carries megabytes both ways unchanged": async (target) => {
    await using client = await target.open();
    const { box } = await withMail(client);
    const head = encoder.encode("Subject: large\r\nContent-Type: text/plain\r\n\r\n");
    const line = encoder.encode(`${"0123456789".repeat(7)}\r\n`);
    const large = new Uint8Array(head.length + line.length * 40_000);
    large.set(head);
    for (let at = head.length; at < large.length; at += line.length) large.set(line, at);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < large.length; at += 100_000) {
          controller.enqueue(large.subarray(at, at + 100_000));
        }
        controller.close();
      },
    });
    await client.append(box, { size: large.length, stream });
    await client.noop();
    const [row] = await client.fetch("*", ["BODY.PEEK[]", "RFC822.SIZE"]);
    assertEquals(row!.size, large.length);
    const data = row!.sections[0]!.data!;
    assertEquals(data.length, large.length);
    assert(data.every((byte, i) => byte === large[i]), "what came back is what was sent");
  },

  "a refused APPEND leaves the connection in order": async (target) => {
    await using client = await target.open();
    const error = await assertRejects(
      () => client.append("no such mailbox", plainMail),
      CommandError,
    ) as CommandError;
    assertEquals([error.status, error.code?.name], ["NO", "TRYCREATE"]);
    await client.noop();
  },

  "waits for news, renews, and steps aside": async (target) => {
    await using client = await target.open();
    await using other = await target.open();
    const { box } = await withMail(client);
    const appendLater = (ms: number) => setTimeout(() => void other.append(box, plainMail), ms);
    // The second message comes after IDLE was renewed a few times.
    appendLater(100);
    const counts: number[] = [];
    for await (const event of client.idle({ renewAfter: 200, duration: 20_000 })) {
      if (event.type !== "EXISTS" || event.count === counts.at(-1)) continue;
      counts.push(event.count);
      const [row] = await client.fetch(event.count, ["ENVELOPE"]);
      assertEquals(row!.envelope.subject, 'Hello "there"');
      if (counts.length === 2) break;
      appendLater(700);
    }
    assertEquals(counts, [3, 4]);
    await client.noop();
  },

  "tells what another client did": async (target) => {
    await using client = await target.open();
    await using other = await target.open();
    const { box, uids } = await withMail(client);
    await other.select(box);
    const events = client.events();
    await other.uidStore(uids[0]!, "+FLAGS", ["\\Flagged", "\\Deleted"]);
    await client.noop();
    const flags = (await events.next()).value;
    if (flags?.type !== "FETCH") throw new Error(`expected news about flags, got ${flags?.type}`);
    assertEquals([flags.seq, flags.flags?.includes("\\Flagged")], [1, true]);
    await other.expunge();
    await client.noop();
    const gone = (await events.next()).value;
    assertEquals(gone?.type === "EXPUNGE" && gone.seq, 1);
    assertEquals(client.mailbox?.exists, 1);
  },

  "tells mailboxes apart when one is selected after the other": async (target) => {
    await using client = await target.open();
    const { box } = await withMail(client);
    const empty = `${box}/empty`;
    await client.create(empty);
    assertEquals((await client.select(empty)).exists, 0);
    assertEquals((await client.select(box)).exists, 2);
    assertEquals((await client.examine(empty)).exists, 0);
    assertEquals([client.mailbox?.name, client.mailbox?.exists], [empty, 0]);
  },
};
