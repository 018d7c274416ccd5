// What a program does with imapflow, against a server: node imapflow_tour.mjs FOLDER_WITH_IMAPFLOW PORT

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

const [folder, port] = process.argv.slice(2);
const { ImapFlow } = createRequire(join(folder, "package.json"))("imapflow");

function connecting(options = {}) {
  return new ImapFlow({
    host: "127.0.0.1",
    port: Number(port),
    secure: false,
    doSTARTTLS: false,
    auth: { user: "alice", pass: "alice-pw" },
    logger: false,
    ...options,
  });
}

const message = (subject) =>
  `From: Ann <ann@example.org>\r\nSubject: ${subject}\r\nContent-Type: text/plain\r\n\r\nText of ${subject}\r\n`;

const client = connecting();
await client.connect();
assert.ok(client.capabilities.has("CONDSTORE"));
assert.ok(client.mailbox === false || client.mailbox === undefined || client.mailbox === null);

const created = await client.mailboxCreate("Work");
assert.equal(created.created, true);
await client.mailboxCreate("Work/Old");
await client.mailboxRename("Work/Old", "Work/Older");
await client.mailboxSubscribe("Work");
const boxes = await client.list({ statusQuery: { messages: true, uidNext: true } });
assert.deepEqual(boxes.map(({ path }) => path).sort(), ["INBOX", "Work", "Work/Older"]);
assert.equal(boxes.find(({ path }) => path === "INBOX").status.messages, 3);
assert.equal((await client.listTree()).folders.length, 2);
assert.equal((await client.status("INBOX", { unseen: true })).unseen, 3);

const appended = await client.append(
  "Work",
  message("appended"),
  ["\\Seen"],
  new Date("2026-01-02T03:04:05Z"),
);
assert.equal(appended.uid, 1);

let lock = await client.getMailboxLock("INBOX");
try {
  assert.equal(client.mailbox.exists, 3);
  assert.deepEqual(await client.search({ subject: "two" }, { uid: true }), [2]);
  assert.deepEqual(await client.search({ or: [{ seen: true }, { from: "ann" }] }), [1, 2, 3]);
  const one = await client.fetchOne("1", {
    envelope: true,
    bodyStructure: true,
    source: true,
    flags: true,
    labels: true,
  });
  assert.equal(one.envelope.subject, "one");
  assert.equal(one.source.toString(), message("one"));
  assert.equal(one.bodyStructure.type, "text/plain");
  assert.ok(one.emailId);
  const seen = [];
  for await (
    const row of client.fetch("1:*", { uid: true, internalDate: true, size: true, threadId: true })
  ) {
    seen.push(row.uid);
  }
  assert.deepEqual(seen, [1, 2, 3]);
  const { meta, content } = await client.download("3", "1");
  const chunks = [];
  for await (const chunk of content) chunks.push(chunk);
  assert.equal(Buffer.concat(chunks).toString(), "Text of three\r\n");
  assert.equal(meta.contentType, "text/plain");
  assert.equal(await client.messageFlagsAdd("1", ["\\Flagged", "$Work"]), true);
  const copied = await client.messageCopy("1", "Work");
  assert.equal(copied.uidMap.get(1), 2);
  const moved = await client.messageMove("2", "Work");
  assert.equal(moved.uidMap.get(2), 3);
  assert.equal(client.mailbox.exists, 2);
  assert.equal(await client.messageDelete("1"), true);
  assert.equal(client.mailbox.exists, 1);
} finally {
  lock.release();
}

const quota = await client.getQuota("INBOX");
assert.equal(quota.storage.limit, 1024 * 1024);

// Another connection delivers while this one is idle.
lock = await client.getMailboxLock("INBOX");
const news = new Promise((resolve) => client.once("exists", resolve));
const idling = client.idle();
const other = connecting();
await other.connect();
await other.append("INBOX", message("news"));
const { count, prevCount } = await news;
assert.deepEqual([count, prevCount], [2, 1]);
await client.noop();
await idling;
lock.release();
await other.logout();

// What has changed since is told to one that comes back.
const before = await client.status("Work", { highestModseq: true, uidValidity: true });
const back = connecting({ qresync: true });
await back.connect();
const away = await client.getMailboxLock("Work");
await client.messageFlagsAdd("1", ["\\Answered"]);
await client.messageDelete("2");
away.release();
const flags = [];
const vanished = [];
back.on("flags", ({ uid }) => flags.push(uid));
back.on("expunge", ({ uid, vanished: gone }) => gone && vanished.push(uid));
await back.mailboxOpen("Work", { changedSince: before.highestModseq, uidValidity: before.uidValidity });
assert.ok(back.enabled.has("QRESYNC"));
assert.equal(back.mailbox.exists, 2);
const changed = [];
for await (
  const row of back.fetch("1:*", { uid: true, flags: true }, { changedSince: before.highestModseq })
) {
  changed.push(row.uid);
}
assert.deepEqual(changed, [1]);
await back.logout();

assert.equal((await client.mailboxDelete("Work/Older")).path, "Work/Older");
await client.logout();
console.log("toured");
