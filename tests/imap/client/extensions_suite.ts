/** Commands of extensions against a live server, each where the server offers its capability. */

import { ConnectionError, type ImapClient } from "@postern/postern/imap";
import { assert, assertEquals, assertRejects } from "@std/assert";

/** What a server does otherwise and may, and what it takes for a command that is not everybody's. */
export interface Place {
  /** Whether the list of differences names this. */
  differs?(label: string): boolean;
  /** Name and, where it must be said, port in URLs of the server. */
  host?: string;
  /** Connects once more. */
  open?(): Promise<ImapClient>;
  /** Connects as who manages the server, where an ordinary user may not do it all. */
  admin?(): Promise<ImapClient>;
}

/** A message with a subject and a date. */
function message(subject: string, day: number, more = ""): string {
  const date = `Date: ${day} Nov 2026 10:00:00 +0000`;
  return `From: a@example.test\r\nTo: b@example.test\r\nSubject: ${subject}\r\n${date}\r\n` +
    `Message-ID: <${subject.replace(/\W/g, "")}-${day}@example.test>\r\n${more}\r\nbody of ${subject}\r\n`;
}

/** A new mailbox with three messages, selected. */
async function filled(client: ImapClient, name: string): Promise<void> {
  await client.create(name);
  for (const [subject, day] of [["beta", 2], ["alpha", 3], ["Re: beta", 4]] as const) {
    const reply = subject.startsWith("Re") ? "In-Reply-To: <beta-2@example.test>\r\n" : "";
    await client.append(name, message(subject, day, reply));
  }
  await client.select(name);
}

/** What is tried, by what the server must offer. */
export const extensions: Readonly<
  Record<string, (client: ImapClient, box: string, place?: Place) => Promise<void>>
> = {
  QUOTA: async (client, _, place) => {
    if (client.capabilities!.has("QUOTASET")) {
      const { roots } = await client.getquotaroot("INBOX");
      const limits = [{ name: "STORAGE", limit: 100_000 }];
      const set = async (by: ImapClient, root: string) => void await by.setquota(root, { limits });
      if (place?.differs?.("SETQUOTA")) {
        await assertRejects(() => set(client, roots[0]!), Error, "Permission denied");
        await using admin = await place!.admin!();
        await set(admin, (await admin.getquotaroot("user/alice")).roots[0]!);
      } else {
        await set(client, roots[0]!);
      }
    }
    const { roots, quotas } = await client.getquotaroot("INBOX");
    const root = roots[0]!;
    assert(roots.length > 0);
    const storage = quotas[0]!.resources.find(({ name }) => name === "STORAGE");
    assert(storage !== undefined && storage.limit > 0, JSON.stringify(quotas));
    if (place?.differs?.("GETQUOTA")) {
      await assertRejects(async () => await client.getquota(root), Error, "Permission denied");
    } else assertEquals((await client.getquota(root)).root, root);
  },

  ACL: async (client, box) => {
    await client.create(box);
    assert((await client.myrights(box)).rights.includes("a"));
    await client.setacl(box, "bob", "lr");
    await client.setacl(box, "bob", "+s");
    const { entries } = await client.getacl(box);
    assertEquals(
      entries.find(({ identifier }) => identifier === "bob")?.rights.split("").sort().join(""),
      "lrs",
    );
    assertEquals((await client.listrights(box, "bob")).identifier, "bob");
    await client.deleteacl(box, "bob");
    assertEquals((await client.getacl(box)).entries.some(({ identifier }) => identifier === "bob"), false);
  },

  METADATA: async (client, box) => {
    await client.create(box);
    const value = new TextEncoder().encode('a "note" with \\ and\r\ntwo lines');
    await client.setmetadata(box, [{ name: "/private/comment", value }]);
    const { responses } = await client.getmetadata(box, ["/private/comment", "/shared/comment"]);
    const found = responses.flatMap(({ entries }) => entries).find(({ name }) => name === "/private/comment");
    assertEquals(found?.value, value);
    const { responses: limited, longEntries } = await client.getmetadata(box, ["/private/comment"], {
      maxSize: 3,
    });
    assertEquals([
      limited.flatMap(({ entries }) => entries).filter(({ value }) => value !== null),
      longEntries,
    ], [
      [],
      value.length,
    ]);
    await client.setmetadata(box, [{ name: "/private/comment", value: null }]);
    const gone = await client.getmetadata(box, ["/private/comment"]);
    assertEquals(gone.responses.flatMap(({ entries }) => entries).filter(({ value }) => value !== null), []);
  },

  SORT: async (client, box) => {
    await filled(client, box);
    assertEquals(
      (await client.sort([{ key: "SUBJECT" }, { key: "DATE", reverse: true }], "UTF-8", { all: true }))
        .numbers,
      [
        2,
        3,
        1,
      ],
    );
    const uids = await client.uidSort([{ key: "DATE", reverse: true }], "US-ASCII", { subject: "beta" });
    assertEquals(uids.numbers.length, 2);
    assert(uids.numbers[0]! > uids.numbers[1]!);
  },

  ESORT: async (client, box) => {
    await filled(client, box);
    const { count, all } = await client.sort([{ key: "SUBJECT" }], "UTF-8", { all: true }, {
      returns: ["ALL", "COUNT"],
    });
    assertEquals([count, String(all)], [3, "2,1,3"]);
  },

  "THREAD=REFERENCES": async (client, box) => {
    await filled(client, box);
    const { threads } = await client.thread("REFERENCES", "UTF-8", { all: true });
    assertEquals(threads.map(({ numbers }) => numbers).sort((a, b) => a[0]! - b[0]!), [[1, 3], [2]]);
  },

  NOTIFY: async (client, box) => {
    await client.create(box);
    const { status } = await client.notify({
      status: true,
      groups: [{
        mailboxes: { filter: "MAILBOXES", mailboxes: [box] },
        events: [{ event: "MESSAGENEW" }, { event: "MESSAGEEXPUNGE" }],
      }],
    });
    assertEquals(status.map(({ mailbox, messages }) => [mailbox, messages]), [[box, 0]]);
    await client.notify();
  },

  CATENATE: async (client, box) => {
    await filled(client, box);
    const { uidValidity, uids } = await client.catenate(box, [
      { kind: "TEXT", text: "Subject: put together\r\n\r\n" },
      { kind: "URL", url: `/${box};UIDVALIDITY=${client.mailbox!.uidValidity}/;UID=1/;SECTION=TEXT` },
    ], { flags: ["\\Seen"] });
    assertEquals(uidValidity, client.mailbox!.uidValidity);
    const [row] = await client.uidFetch(uids!, ["BODY.PEEK[]", "FLAGS"]);
    assertEquals(
      new TextDecoder().decode(row!.sections[0]!.data!),
      "Subject: put together\r\n\r\nbody of beta\r\n",
    );
    assert(row!.flags.includes("\\Seen"));
    const failure = await assertRejects(async () => {
      await client.catenate(box, [{ kind: "URL", url: `/${box};UIDVALIDITY=1/;UID=99` }]);
    }) as { code?: { name: string } };
    assertEquals(failure.code?.name, "BADURL");
    const url = `/${box};UIDVALIDITY=${client.mailbox!.uidValidity}/;UID=1`;
    if (client.capabilities!.has("MULTIAPPEND")) {
      const more = [{ parts: [{ kind: "URL" as const, url }] }];
      assertEquals((await client.append(box, message("delta", 6), { more })).uids?.count, 2);
    }
    if (client.capabilities!.has("REPLACE")) {
      await client.uidReplaceCatenate(uids!, box, [{ kind: "URL", url }]);
      assertEquals(await client.uidFetch(uids!, ["UID"]), []);
    }
  },

  MULTIAPPEND: async (client, box) => {
    await client.create(box);
    const { uids } = await client.append(box, message("one", 1), {
      flags: ["\\Seen"],
      more: [{ message: message("two", 2) }, {
        message: new TextEncoder().encode(message("three", 3)),
        flags: ["$x"],
        date: new Date("2026-11-03T00:00:00Z"),
      }],
    });
    assertEquals(uids?.count, 3);
    await client.select(box);
    const rows = await client.fetch("1:*", ["FLAGS", "ENVELOPE", "INTERNALDATE"]);
    assertEquals(rows.map(({ envelope }) => envelope.subject), ["one", "two", "three"]);
    assertEquals(rows.map(({ flags }) => flags.filter((flag) => flag !== "\\Recent")), [["\\Seen"], [], [
      "$x",
    ]]);
    assertEquals(rows[2]!.internalDate.toDate()?.getTime(), Date.parse("2026-11-03T00:00:00Z"));
  },

  BINARY: async (client, box) => {
    await client.create(box);
    const part = "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\nMIME-Version: 1.0\r\n";
    await client.append(box, `Subject: x\r\n${part}\r\nw7xiZXI=\r\n`);
    await client.select(box);
    const [row] = await client.fetch(1, ["BINARY.PEEK[1]", "BINARY.SIZE[1]"]);
    assertEquals(new TextDecoder().decode(row!.sections[0]!.data!), "über");
    assertEquals(row!.binarySizes[0]?.size, 5);
  },

  SEARCHRES: async (client, box) => {
    await filled(client, box);
    await client.uidSearch({ subject: "beta" }, { returns: ["SAVE"] });
    assertEquals((await client.uidFetch("$", ["UID"])).length, 2);
  },

  WITHIN: async (client, box) => {
    await filled(client, box);
    assertEquals((await client.search({ younger: 3600 })).all.count, 3);
    assertEquals((await client.search({ older: 3600 })).all.count, 0);
  },

  "LIST-STATUS": async (client, box) => {
    await filled(client, box);
    const { mailboxes, status } = await client.list("", box, {
      status: ["MESSAGES"],
      returns: ["SUBSCRIBED", "CHILDREN"],
    });
    assertEquals([mailboxes.map(({ mailbox }) => mailbox), status.map(({ messages }) => messages)], [[box], [
      3,
    ]]);
  },

  "STATUS=SIZE": async (client, box) => {
    await filled(client, box);
    assert((await client.status(box, ["SIZE"])).size! > 300);
  },

  CONDSTORE: async (client, box) => {
    await filled(client, box);
    const { highestModSeq } = await client.status(box, ["HIGHESTMODSEQ"]);
    await client.uidStore(2, "+FLAGS", ["\\Flagged"], { unchangedSince: highestModSeq! });
    const changed = await client.uidFetch("1:*", ["FLAGS"], { changedSince: highestModSeq! });
    assertEquals(changed.map(({ uid }) => uid), [2]);
    const { modified } = await client.uidStore("1:3", "-FLAGS", ["\\Flagged"], {
      unchangedSince: highestModSeq!,
    });
    assertEquals(String(modified), "2");
  },

  SAVEDATE: async (client, box) => {
    await filled(client, box);
    const [row] = await client.fetch(1, ["SAVEDATE"]);
    assert(row!.saveDate !== undefined);
  },

  PREVIEW: async (client, box, place) => {
    await filled(client, box);
    const [row] = await client.fetch(1, ["PREVIEW"]);
    assertEquals(row!.preview, place?.differs?.("PREVIEW") ? null : "body of beta");
  },

  OBJECTID: async (client, box) => {
    await filled(client, box);
    const [row] = await client.fetch(1, ["EMAILID"]);
    assertEquals((await client.search({ emailId: row!.emailId })).all.count, 1);
    assert((await client.status(box, ["MAILBOXID"])).mailboxId !== undefined);
  },

  REPLACE: async (client, box) => {
    await filled(client, box);
    const { uids } = await client.uidReplace(2, box, message("gamma", 5));
    assertEquals(uids?.count, 1);
    const rows = await client.fetch("1:*", ["ENVELOPE"]);
    assertEquals(rows.map(({ envelope }) => envelope.subject), ["beta", "Re: beta", "gamma"]);
  },

  MOVE: async (client, box) => {
    await filled(client, box);
    await client.create(`${box}-2`);
    const { source, destination } = await client.uidMove("1:2", `${box}-2`);
    assertEquals([source?.count, destination?.count], [2, 2]);
    assertEquals(client.mailbox?.exists, 1);
  },

  MULTISEARCH: async (client, box) => {
    await filled(client, box);
    await filled(client, `${box}-2`);
    const { mailboxes } = await client.esearch({ subject: "beta" }, {
      sources: [{ filter: "MAILBOXES", mailboxes: [box, `${box}-2`] }],
      returns: ["ALL", "COUNT"],
    });
    assertEquals(mailboxes.map(({ mailbox }) => mailbox).sort(), [box, `${box}-2`]);
    assertEquals(mailboxes.map(({ all, count }) => [String(all), count]), [["1,3", 2], ["1,3", 2]]);
    assert(mailboxes.every(({ uidValidity }) => uidValidity! > 0));
  },

  "LIST-MYRIGHTS": async (client, box) => {
    await client.create(box);
    const { mailboxes, myRights } = await client.list("", box, { returns: ["MYRIGHTS"] });
    assertEquals([mailboxes.length, myRights.map(({ mailbox }) => mailbox)], [1, [box]]);
    assert(myRights[0]!.rights.includes("r"));
  },

  "LIST-METADATA": async (client, box) => {
    await client.create(box);
    const value = new TextEncoder().encode("mine");
    await client.setmetadata(box, [{ name: "/private/comment", value }]);
    const { mailboxes, metadata } = await client.list("", box, { metadata: ["/private/comment"] });
    assertEquals([mailboxes.length, metadata.map(({ mailbox }) => mailbox)], [1, [box]]);
    const entries = metadata.flatMap(({ entries }) => entries);
    assertEquals(entries.find(({ name }) => name === "/private/comment")?.value, value);
  },

  UIDONLY: async (client, box) => {
    await filled(client, box);
    await client.unselect();
    await client.enable(["UIDONLY"]);
    await client.select(box);
    const rows = await client.uidFetch("1:*", ["ENVELOPE", "FLAGS"]);
    assertEquals(rows.map(({ uid, envelope }) => [uid, envelope.subject]), [[1, "beta"], [2, "alpha"], [
      3,
      "Re: beta",
    ]]);
    await client.uidStore(2, "+FLAGS.SILENT", ["\\Deleted"]);
    await client.expunge();
    assertEquals(client.mailbox?.exists, 2);
    assertEquals([...(await client.uidSearch({ all: true })).all], [1, 3]);
  },

  QRESYNC: async (client, box) => {
    await filled(client, box);
    await client.unselect();
    await client.enable(["QRESYNC"]);
    const { uidValidity, highestModSeq } = await client.select(box);
    await client.uidStore(1, "+FLAGS", ["\\Flagged"]);
    await client.uidStore(2, "+FLAGS", ["\\Deleted"]);
    await client.expunge();
    await client.unselect();
    const later = await client.select(box, {
      qresync: { uidValidity: uidValidity!, modSeq: highestModSeq! },
    });
    assertEquals(later.exists, 2);
    assertEquals(later.changed.map(({ uid, flags }) => [uid, flags?.includes("\\Flagged")]), [[1, true]]);
    assertEquals(String(later.vanished), "2");
  },

  "CREATE-SPECIAL-USE": async (client, box) => {
    await client.create(box, { use: ["\\Junk"] });
    const { mailboxes } = await client.list("", box, { returns: ["SPECIAL-USE"] });
    assertEquals(mailboxes[0]!.attributes.filter((one) => /^.junk$/i.test(one)).length, 1);
  },

  "SPECIAL-USE": async (client) => {
    const { mailboxes } = await client.list("", "*", { select: ["SPECIAL-USE"] });
    assert(
      mailboxes.every(({ attributes }) =>
        attributes.some((one) => /^.(all|archive|drafts|flagged|junk|sent|trash)$/i.test(one))
      ),
    );
  },

  "THREAD=ORDEREDSUBJECT": async (client, box) => {
    await filled(client, box);
    const { threads } = await client.uidThread("ORDEREDSUBJECT", "UTF-8", { all: true });
    assertEquals(threads.map(({ numbers }) => numbers).sort((a, b) => a[0]! - b[0]!), [[1, 3], [2]]);
  },

  "SORT=DISPLAY": async (client, box) => {
    await filled(client, box);
    const { numbers } = await client.sort([{ key: "DISPLAYFROM" }, { key: "SUBJECT" }], "UTF-8", {
      all: true,
    });
    assertEquals(numbers, [2, 1, 3]);
  },

  "ANNOTATE-EXPERIMENT-1": async (client, box) => {
    await filled(client, box);
    const value = new TextEncoder().encode("call back");
    await client.storeAnnotation(1, [{ entry: "/comment", attributes: [{ name: "value.priv", value }] }]);
    const [row] = await client.fetch(1, ["ANNOTATION (/comment value.priv)"]);
    assertEquals(row!.annotations, [{ entry: "/comment", attributes: [{ name: "value.priv", value }] }]);
  },

  URLAUTH: async (client, box, place) => {
    await filled(client, box);
    const { uidValidity } = client.mailbox!;
    const url =
      `imap://alice@${place?.host}/${box};UIDVALIDITY=${uidValidity}/;UID=1/;SECTION=TEXT;URLAUTH=user+alice`;
    const { urls } = await client.genurlauth([{ url, mechanism: "INTERNAL" }]);
    assertEquals(urls.length, 1);
    if (place?.differs?.("URLFETCH of the selected mailbox")) {
      await using other = await place.open!();
      await other.select(box);
      await assertRejects(async () => await other.urlfetch(urls), ConnectionError);
      await client.unselect();
    }
    const { results } = await client.urlfetch(urls);
    assertEquals(results.map(({ data }) => data && new TextDecoder().decode(data)), ["body of beta\r\n"]);
    await client.resetkey({ mailbox: box, mechanisms: ["INTERNAL"] });
    assertEquals((await client.urlfetch(urls)).results.map(({ data }) => data ?? null), [null]);
  },

  APPENDLIMIT: async (client, box, place) => {
    await client.create(box);
    if (place?.differs?.("STATUS APPENDLIMIT")) {
      await assertRejects(async () => await client.status(box, ["APPENDLIMIT"]), Error, "BAD");
      return;
    }
    const { appendLimit } = await client.status(box, ["APPENDLIMIT"]);
    assert(appendLimit === null || appendLimit! > 0);
  },

  "CONTEXT=SEARCH": async (client, box) => {
    await filled(client, box);
    const { all, tag } = await client.uidSearch({ unseen: true }, { returns: ["ALL", "UPDATE"] });
    assertEquals(all.count, 3);
    const events = client.events();
    await client.uidStore(1, "+FLAGS", ["\\Seen"]);
    await client.noop();
    let removed: string | undefined;
    for await (const event of events) {
      if (event.type !== "ESEARCH") continue;
      assertEquals(event.tag, tag);
      removed = event.removeFrom.map(({ set }) => String(set)).join();
      break;
    }
    assertEquals(removed, "1");
    await client.cancelupdate([tag]);
  },

  XLIST: async (client) => {
    const { mailboxes } = await client.xlist("", "*");
    assert(mailboxes.some(({ mailbox }) => mailbox.toUpperCase() === "INBOX"));
  },

  ID: async (client) => {
    const { params } = await client.id([{ name: "name", value: "postern" }]);
    assert(params === null || params.length > 0);
  },
};

/** A name for the mailbox of a test. */
export function boxFor(capability: string): string {
  return `x-${capability.toLowerCase().replace(/\W/g, "-")}`;
}
