import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError, ConnectionError, StateError, TimeoutError } from "../../../imap/base/errors.ts";
import { ManualClock } from "../../../imap/base/manual_clock.ts";
import { methods, specs } from "../../../imap/codec/_gen/specs.ts";
import { connect } from "../../../imap/client/connect_with.ts";
import type { ImapClient } from "../../../imap/client/client.ts";
import type { MailboxSession } from "../../../imap/client/lease.ts";
import { startServer, type TestServer } from "../../../imap/testing/mod.ts";
import { preauth } from "../session/scripted.ts";

const mail = (subject: string) => `Subject: ${subject}\n\nText\n`;

async function open(): Promise<{ server: TestServer; client: ImapClient }> {
  const server = await startServer({
    users: { sam: "secret" },
    mailboxes: { INBOX: [mail("one"), mail("two")], Trash: [mail("old")] },
  });
  const client = await connect({ transport: server.connect(), auth: { user: "sam", pass: "secret" } });
  return { server, client };
}

test("a lease has the results of SELECT, and the commands for the selected mailbox", async () => {
  const { server, client } = await open();
  {
    await using inbox = await client.lease("INBOX");
    assertEquals(inbox.selection.exists, 2);
    assertEquals(inbox.selection.readOnly, false);
    assertEquals(inbox.mailbox.name, "INBOX");
    assertEquals(inbox.released, false);
    assertEquals((await inbox.uidFetch("1:*", ["FLAGS"])).map(({ uid }) => uid), [1, 2]);
    await inbox.store("1", "+FLAGS", ["\\Flagged"]);
    assertEquals((await inbox.search({ flagged: true })).all.toString(), "1");
    for await (const row of inbox.fetch("2", ["UID"])) assertEquals(row.uid, 2);
  }
  await client.logout();
  await server.close();
});

test("the methods are those of the table whose state is selected and whose flow is not mailbox", async () => {
  const { server, client } = await open();
  const selected = [...specs.values()].filter(({ states, flow }) =>
    states.join() === "selected" && !flow.includes("mailbox")
  );
  const has = (session: object) =>
    [...methods.values()].map(({ name }) => name).filter((name) => name !== "idle" && name in session).sort();
  const named = (list: typeof selected) => list.map(({ name }) => methods.get(name)!.name).sort();
  {
    await using inbox = await client.lease("INBOX");
    assertEquals(has(inbox), named(selected));
    assert(has(inbox).includes("uidMove"));
  }
  {
    await using inbox = await client.lease("INBOX", { readOnly: true });
    assertEquals(has(inbox), named(selected.filter(({ touches }) => touches.includes("reads"))));
    assert(!has(inbox).some((name) => /store|expunge|move|copy|replace/i.test(name)));
    assertEquals(inbox.selection.readOnly, true);
    // @ts-expect-error: what changes messages is not there in types either
    assertEquals(inbox.uidStore, undefined);
  }
  await client.logout();
  await server.close();
});

test("while a lease is held, no other call selects, and commands of the client for a mailbox are refused", async () => {
  const { server, client } = await open();
  await client.select("Trash");
  const inbox = await client.lease("INBOX");
  for (
    const call of [
      () => client.select("Trash"),
      () => client.examine("Trash"),
      () => client.closeMailbox(),
      () => client.unselect(),
      () => client.expunge(),
      () => client.uidStore("1", "+FLAGS", ["\\Deleted"]),
    ]
  ) await assertRejects(() => call(), StateError);
  // What does not depend on the selected mailbox goes on.
  assertEquals((await client.status("Trash", ["MESSAGES"])).messages, 1);
  await client.noop();
  assertEquals(client.mailbox?.name, "INBOX");
  assertEquals((await inbox.uidSearch({ all: true })).all.count, 2);
  inbox.release();
  // The mailbox is still selected, but it is the lease's: a caller that asked for Trash before does not reach it.
  await assertRejects(() => client.expunge(), StateError);
  await client.select("Trash");
  await client.expunge();
  await client.logout();
  await server.close();
});

test("two tasks that empty two mailboxes never reach each other's", async () => {
  const { server, client } = await open();
  const emptied = async (name: string) => {
    await using box = await client.lease(name);
    const { all } = await box.uidSearch({ all: true });
    await box.uidStore(all, "+FLAGS", ["\\Deleted"]);
    return (await box.expunge()).expunged.length;
  };
  const peek = async () => {
    await using inbox = await client.lease("INBOX", { readOnly: true });
    return (await inbox.uidSearch({ all: true })).all.count;
  };
  assertEquals(await Promise.all([peek(), emptied("Trash"), peek(), emptied("Trash"), peek()]), [
    2,
    1,
    2,
    0,
    2,
  ]);
  assertEquals(server.mailbox("INBOX").messages.length, 2);
  await client.logout();
  await server.close();
});

test("after its end a lease refuses everything; what was called before is carried out in its mailbox", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 SELECT INBOX
      S: * 2 EXISTS
      S: A1 OK [READ-WRITE] done
      C: A2 EXPUNGE
      S: A2 OK done
      C: A3 STORE 1 +FLAGS (\\Seen)
      S: A3 OK done
      C: A4 EXAMINE Trash
      S: A4 OK [READ-ONLY] done
    `)
  );
  const inbox = await client.lease("INBOX");
  const waiting = client.lease("Trash", { readOnly: true });
  const expunge = inbox.expunge();
  const store = inbox.store("1", "+FLAGS", ["\\Seen"]);
  inbox.release();
  inbox.release();
  assertEquals(inbox.released, true);
  await assertRejects(() => inbox.expunge(), StateError, "over");
  await assertRejects(async () => {
    for await (const _ of inbox.fetch("1", ["FLAGS"]));
  }, StateError);
  await expunge;
  await store;
  const trash = await waiting;
  await done;
  assertEquals(client.mailbox?.name, "Trash");
  trash.release();
  client.close();
});

test("a mailbox with another UIDVALIDITY than before is not the one that was leased", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 SELECT INBOX
      S: * 2 EXISTS
      S: * OK [UIDVALIDITY 7] first
      S: * OK [UIDVALIDITY 8] the second holds
      S: A1 OK [READ-WRITE] done
      C: A2 CHECK
      S: * OK [UIDVALIDITY 8] still the same
      S: A2 OK done
      C: A3 CHECK
      S: * OK [UIDVALIDITY 9] recreated
      S: A3 OK done
    `)
  );
  const inbox = await client.lease("INBOX");
  await inbox.check();
  const first = inbox.check();
  const second = inbox.uidExpunge("1");
  await first;
  await assertRejects(() => second, StateError, "UIDVALIDITY");
  await assertRejects(() => inbox.uidStore("1", "+FLAGS", ["\\Deleted"]), StateError, "UIDVALIDITY");
  await done;
  client.close();
});

test("a refused SELECT, an aborted wait and a deadline let the next one in line go on", async () => {
  const { server, client } = await open();
  await assertRejects(() => client.lease("No such mailbox"), CommandError);
  const inbox = await client.lease("INBOX");
  const controller = new AbortController();
  const aborted = client.lease("Trash", { signal: controller.signal });
  const refused = client.lease("No such mailbox");
  const last = client.lease("Trash");
  controller.abort(new Error("changed my mind"));
  await assertRejects(() => aborted, Error, "changed my mind");
  inbox.release();
  await assertRejects(() => refused, CommandError);
  (await last).release();
  await assertRejects(
    () => client.lease("Trash", { signal: AbortSignal.abort(new Error("before")) }),
    Error,
    "before",
  );
  await client.logout();
  await server.close();
});

test("a deadline counts for the wait in line", async () => {
  const clock = new ManualClock();
  const server = await startServer({ users: { sam: "secret" }, mailboxes: { INBOX: [] } });
  const auth = { user: "sam", pass: "secret" };
  const client = await connect({ transport: server.connect(), auth, clock });
  const inbox = await client.lease("INBOX");
  const late = client.lease("INBOX", { timeout: 1000 });
  clock.advance(1000);
  await assertRejects(() => late, TimeoutError);
  inbox.release();
  client.close();
  await server.close();
});

test("SELECT given up in mid-flight: the next lease gets its own mailbox", async () => {
  const { client, done } = await preauth(async (peer) => {
    await peer.expect("A1 SELECT INBOX");
    controller.abort(new Error("too slow"));
    await new Promise((resolve) => setTimeout(resolve, 0));
    await peer.play(`
      S: * 3 EXISTS
      S: A1 OK [READ-WRITE] done
      C: A2 SELECT Trash
      S: * 1 EXISTS
      S: A2 OK [READ-WRITE] done
    `);
  });
  const controller = new AbortController();
  const first = client.lease("INBOX", { signal: controller.signal });
  const second = client.lease("Trash");
  await assertRejects(() => first, Error, "too slow");
  const trash = await second;
  await done;
  assertEquals(trash.selection.exists, 1);
  assertEquals(trash.mailbox.name, "Trash");
  client.close();
});

test("the end of the connection reaches the holder of a lease and those who wait", async () => {
  const { server, client } = await open();
  const inbox = await client.lease("INBOX");
  const waiting = [client.lease("INBOX"), client.lease("Trash", { readOnly: true })];
  client.close();
  for (const one of waiting) await assertRejects(() => one, ConnectionError);
  await assertRejects(() => client.lease("INBOX"), ConnectionError);
  assertEquals(inbox.released, true);
  await assertRejects(() => inbox.check(), ConnectionError);
  await inbox[Symbol.asyncDispose]();
  await server.close();
});

test("idle of a lease ends with it; that of the client goes on", async () => {
  const { server, client } = await open();
  const inbox: MailboxSession = await client.lease("INBOX");
  const seen: string[] = [];
  const loop = (async () => {
    for await (const event of inbox.idle()) {
      seen.push(event.type);
      if (event.type === "EXISTS") inbox.release();
    }
  })();
  await inbox.check();
  await client.append("INBOX", new TextEncoder().encode("Subject: three\r\n\r\n"));
  await loop;
  assert(seen.includes("EXISTS"));
  const over = inbox.idle();
  assertEquals((await over.next()).done, true);
  await client.logout();
  await server.close();
});
