import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  AuthError,
  CapabilityError,
  ConnectionError,
  ImapError,
  StateError,
} from "../../../imap/base/errors.ts";
import { SequenceSet } from "../../../imap/core.ts";
import { type AccountEvent, connectGate } from "../../../imap/mailbox/mod.ts";
import { Backoff } from "../../../imap/mailbox/pool/backoff.ts";
import { generateMessages, ManualClock, startServer } from "../../../imap/testing/mod.ts";
import { accountOn, commandsIn, mailWith } from "./support.ts";

test("mailboxes have roles: the server's, and otherwise by name", async () => {
  await using server = await startServer({
    mailboxes: {
      Sent: { specialUse: ["\\Sent"] },
      Papierkorb: [],
      "Gesendete Objekte": [],
      "Projects/Sent": [],
      "INBOX/Entwürfe": [],
      Archive: [{ message: "Subject: x\n\nx\n", flags: ["\\Seen"] }, "Subject: y\n\ny\n"],
    },
  });
  for (const without of [[], ["LIST-STATUS", "LIST-EXTENDED", "SPECIAL-USE"]]) {
    await using account = await accountOn(server, { rev2: without.length === 0 });
    const list = await account.mailboxes({ counts: true });
    const roles = Object.fromEntries(
      list.map(({ name, role, roleSource }) => [name, role && `${role} ${roleSource}`]),
    );
    assertEquals(roles, {
      INBOX: "inbox server",
      "INBOX/Entwürfe": "drafts name",
      Sent: "sent server",
      Papierkorb: "trash name",
      "Gesendete Objekte": undefined,
      Projects: undefined,
      "Projects/Sent": undefined,
      Archive: "archive name",
    });
    const archive = list.find(({ name }) => name === "Archive")!;
    assertEquals([archive.messages, archive.unseen, archive.delimiter, archive.subscribed], [
      2,
      1,
      "/",
      true,
    ]);
    assertEquals((await account.mailboxFor({ role: "trash" })).name, "Papierkorb");
    await assertRejects(() => account.mailboxFor({ role: "flagged" }), CapabilityError);
  }
});

test("a role is looked up again when it was not found, and when what had it is not there any more", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 5 }) } });
  await using account = await accountOn(server);
  const inbox = account.mailbox("INBOX");
  await assertRejects(() => inbox.delete([1]), CapabilityError, 'has the role "trash"');
  // Another program: nothing of it passes through this account.
  server.change({ mailbox: "Bin", create: true });
  assertEquals((await inbox.delete([1])).done.toString(), "1");
  for (
    const [verb, uid, before, after] of [
      ["move", 2, "Bin", "Trash"],
      ["copy", 4, "Trash", "Deleted Items"],
    ] as const
  ) {
    await inbox[verb]([uid], { role: "trash" });
    server.rename(before, after);
    await assertRejects(() => inbox[verb]([uid + 1], { role: "trash" }), Error, "NO");
    assertEquals((await inbox[verb]([uid + 1], { role: "trash" })).mailbox, after);
  }
  assertEquals(server.mailbox("Deleted Items").messages.length, 5);
});

test("mailboxes are created, renamed, subscribed to and deleted", async () => {
  await using server = await startServer();
  await using account = await accountOn(server);
  const invoices = await account.create("Invoices");
  await invoices.append(new TextEncoder().encode("Subject: x\n\nx\n"));
  const bills = await account.rename("Invoices", "Bills");
  assertEquals((await Array.fromAsync(bills.messages())).length, 1);
  await account.subscribe("Bills");
  await account.subscribe("Bills", { subscribed: false });
  await account.delete("Bills");
  assertEquals(server.mailboxes(), ["INBOX"]);
});

test("refused credentials and an unknown host are reported at once", async () => {
  await using server = await startServer();
  await assertRejects(() => accountOn(server, { auth: { user: "alice", pass: "wrong" } }), AuthError);
  const dial = () => Promise.reject(new Error("nobody there"));
  await assertRejects(() => accountOn(server, { dial }), ConnectionError);
  assertEquals(server.connections, 0);
});

test("a call goes on after the connection was lost, and waits as the back-off says", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: generateMessages({ count: 5 }) } });
  const events: AccountEvent[] = [];
  await using account = await accountOn(server, { clock, onState: (event) => void events.push(event) });
  server.faults.add({ on: "UID FETCH", nth: 1, dropAfter: 100 });
  server.faults.add({ on: "GREETING", nth: 1, bye: "too busy" });
  const listed = Array.fromAsync(account.mailbox("INBOX").messages());
  await clock.advance(10_000);
  assertEquals((await listed).length, 5);
  assertEquals(events.map((event) => [event.type, "retryInMs" in event ? event.retryInMs : undefined]), [
    ["connecting", undefined],
    ["online", undefined],
    ["offline", 1000],
    ["connecting", undefined],
    ["offline", 1500],
    ["connecting", undefined],
    ["online", undefined],
  ]);
  assertEquals(account.state, "online");
});

test("a call gives up when patience is at its end, and one that is refused for good does not try again", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock });
  await using account = await accountOn(server, { clock, patience: 5_000 });
  server.faults.add({ on: "STATUS", refuse: { status: "NO", text: "[UNAVAILABLE] later" } });
  const counts = account.mailbox("INBOX").counts();
  counts.catch(() => {});
  await clock.advance(60_000);
  await assertRejects(() => counts, Error, "later");
  const tries = commandsIn(server).filter((line) => line.startsWith("STATUS")).length;
  assert(tries >= 3 && tries <= 5, `${tries} tries`);
  await assertRejects(() => Array.fromAsync(account.mailbox("No such").messages()), Error, "NO");
  const abort = new AbortController();
  const aborted = account.mailbox("INBOX").counts({ signal: abort.signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => aborted, Error, "enough");
});

test("back-off doubles from one second to a minute, and never comes before the time that was asked for", () => {
  for (const chance of [0, 0.5, 0.999]) {
    const backoff = new Backoff(() => chance);
    const waits = Array.from({ length: 9 }, () => backoff.failed(undefined));
    waits.forEach((wait, i) => {
      const whole = Math.min(60_000, 1000 * 2 ** i);
      assert(wait >= Math.max(1000, whole / 2) && wait <= whole, `${wait} of ${whole}`);
    });
    backoff.reset();
    assert(backoff.failed(undefined) <= 1000);
    const wait = backoff.failed(new ConnectionError("x", { retryAfterMs: 299_961 }));
    assert(wait >= 299_961 && wait <= 300_961);
  }
});

test("calls for one mailbox share a connection; others get their own, up to the number that is allowed", async () => {
  await using server = await startServer({
    mailboxes: {
      INBOX: generateMessages({ count: 3 }),
      A: generateMessages({ count: 3 }),
      B: generateMessages({ count: 3 }),
    },
  });
  await using account = await accountOn(server, { connections: 2 });
  const list = (name: string) => Array.fromAsync(account.mailbox(name).messages());
  const all = await Promise.all(["INBOX", "A", "B", "INBOX", "A", "B", "INBOX"].map(list));
  assertEquals(all.map(({ length }) => length), [3, 3, 3, 3, 3, 3, 3]);
  assertEquals(server.connections, 2);
  const before = commandsIn(server).length;
  const inbox = all[0]!;
  await Promise.all(inbox.map((m) => m.text()));
  assert(commandsIn(server).length <= before + 4);
});

test("who reads a mailbox on the only connection waits until it is opened, whoever opens it", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: generateMessages({ count: 3 }) } });
  await using account = await accountOn(server, { clock, connections: 1 });
  const inbox = account.mailbox("INBOX");
  server.faults.add({ on: "EXAMINE", delay: 1_000 });
  const told = Array.fromAsync(inbox.changes(undefined, { from: "all" }));
  await clock.advance(500);
  const lists = [{}, { larger: 1 }].map((query) => Array.fromAsync(inbox.messages(query)));
  const found = account.message(`v1:${server.mailbox("INBOX").uidValidity}:2:INBOX`);
  await clock.advance(10_000);
  assertEquals(typeof await found, "object");
  assertEquals((await told).length, 4);
  assertEquals((await Promise.all(lists)).map(({ length }) => length), [3, 3]);
});

test("a server that allows fewer connections than wished is content with fewer", async () => {
  await using server = await startServer({
    mailboxes: { INBOX: generateMessages({ count: 3 }), A: generateMessages({ count: 2 }) },
  });
  await using account = await accountOn(server, { connections: 5 });
  server.faults.add({
    on: "GREETING",
    bye: "[UNAVAILABLE] Maximum number of connections from user+IP exceeded",
  });
  const names = ["INBOX", "A", "INBOX", "A", "INBOX", "A"];
  const all = await Promise.all(names.map((name) => Array.fromAsync(account.mailbox(name).messages())));
  assertEquals(all.map(({ length }) => length), [3, 2, 3, 2, 3, 2]);
  assertEquals(server.connections, 1);
});

test("a fresh token is asked for each connection", async () => {
  await using server = await startServer({
    with: ["AUTH=XOAUTH2"],
    users: { alice: { password: "x", tokens: { one: null, two: null } } },
  });
  const tokens = ["one", "two"];
  const asked: string[] = [];
  const token = () => {
    asked.push(tokens[0]!);
    return tokens.shift()!;
  };
  await using account = await accountOn(server, { auth: { user: "alice", token } });
  server.faults.add({ on: "NOOP", nth: 1, bye: "Session invalidated - AccessTokenExpired" });
  server.faults.add({ on: "STATUS", nth: 1, bye: "Session expired" });
  assertEquals((await account.mailbox("INBOX").counts()).messages, 0);
  assertEquals(asked, ["one", "two"]);
});

test("closing ends what is underway, by signal as well, and leaves no timer", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock });
  const abort = new AbortController();
  const account = await accountOn(server, { clock, signal: abort.signal });
  server.faults.add({ on: "STATUS", silence: true });
  const counts = account.mailbox("INBOX").counts();
  counts.catch(() => {});
  await clock.advance(10);
  abort.abort();
  await clock.advance(10_000);
  await assertRejects(() => counts);
  assertEquals(account.state, "closed");
  await assertRejects(() => account.mailbox("INBOX").counts(), StateError);
  await clock.advance(1);
  assertEquals([clock.timers, server.connections], [0, 0]);
});

test("the gate lets so many in at once, and so many in a minute", async () => {
  const clock = new ManualClock();
  const gate = connectGate({ concurrent: 2, perMinute: 60, clock });
  const { signal } = new AbortController();
  const got: number[] = [];
  const places: Disposable[] = [];
  for (let i = 0; i < 5; i++) {
    void gate("host", "", signal).then((place) => {
      got.push(i);
      places.push(place);
    });
  }
  const other = gate("other", "", signal);
  await clock.advance(10_000);
  assertEquals(got, [0, 1]);
  (await other)[Symbol.dispose]();
  places.shift()![Symbol.dispose]();
  places.shift()![Symbol.dispose]();
  await clock.advance(10_000);
  assertEquals(got, [0, 1, 2, 3]);
  const abort = new AbortController();
  const late = gate("host", "", abort.signal);
  abort.abort(new Error("enough"));
  await assertRejects(() => late, Error, "enough");
});

test("who gives up at the gate, wherever in it, takes no place from those that come later", async () => {
  const clock = new ManualClock();
  const gate = connectGate({ concurrent: 1, perMinute: 1, clock });
  const { signal } = new AbortController();
  (await gate("host", "", signal))[Symbol.dispose]();
  const abort = new AbortController();
  // The first has the place and waits for its minute; the second waits for the place.
  const gone = [1, 2].map(() => gate("host", "", abort.signal).catch(String));
  await clock.advance(1_000);
  abort.abort("enough");
  assertEquals(await Promise.all(gone), ["enough", "enough"]);
  let passed = false;
  void gate("host", "", signal).then(() => passed = true);
  await clock.advance(180_000);
  assertEquals([passed, clock.timers], [true, 0]);
});

test("verbs: flags, moves, deletion, in pieces, and only what was named", async () => {
  await using server = await startServer({
    mailboxes: {
      INBOX: generateMessages({ count: 2500 }),
      Trash: { specialUse: ["\\Trash"] },
      Archive: { specialUse: ["\\Archive"] },
    },
  });
  await using account = await accountOn(server);
  const inbox = account.mailbox("INBOX");
  const progress: number[] = [];
  const flagged = await inbox.flag("1:2500" as never, { add: ["x"] }).catch((error) => error);
  assert(flagged instanceof RangeError, "text is an id");
  server.setFlags("INBOX", 7, ["\\Deleted"]);
  const result = await inbox.flag(SequenceSet.parse("1:2600"), { add: ["\\Flagged"], remove: ["\\Seen"] }, {
    onProgress: ({ done }) => void progress.push(done),
  });
  assertEquals([result.done.toString(), result.skipped.toString()], ["1:2500", "2501:2600"]);
  assertEquals(progress, [1000, 2000, 2600]);
  const [m] = await Array.fromAsync(inbox.messages({ uid: "42" }));
  const moved = await inbox.move([m!, 43], { role: "archive" });
  assertEquals([moved.done.toString(), moved.mailbox], ["42:43", "Archive"]);
  assert((await account.message(moved.ids.get(42)!)) !== "gone");
  assertEquals((await inbox.move(m!, "Archive")).skipped.toString(), "42");
  await inbox.delete({ uid: "1:10" });
  assertEquals(server.mailbox("Trash").messages.length, 10);
  const trash = account.mailbox("Trash");
  server.setFlags("Trash", 9, ["\\Deleted"]);
  await trash.delete({ uid: "1:5" });
  assertEquals(server.mailbox("Trash").messages.map(({ uid }) => uid), [6, 7, 8, 9, 10]);
  await inbox.delete([11, 12], { forever: true });
  assertEquals(server.mailbox("INBOX").messages.length, 2500 - 2 - 10 - 2);
  assert(!/ C: \S+ (EXPUNGE|CLOSE)/.test(server.log));
});

test("without MOVE, COPY and UID EXPUNGE; without either, nothing", async () => {
  const mailboxes = { INBOX: generateMessages({ count: 5 }), Archive: [] };
  const without = ["MOVE", "UIDPLUS"];
  {
    await using server = await startServer({ rev2: false, without: ["MOVE"], mailboxes });
    await using account = await accountOn(server);
    server.setFlags("INBOX", 5, ["\\Deleted"]);
    await account.mailbox("INBOX").move([1, 2], "Archive");
    assertEquals(server.mailbox("INBOX").messages.map(({ uid }) => uid), [3, 4, 5]);
    assertEquals(server.mailbox("Archive").messages.length, 2);
  }
  await using server = await startServer({ rev2: false, without, mailboxes });
  await using account = await accountOn(server);
  await assertRejects(() => account.mailbox("INBOX").move([1, 2], "Archive"), CapabilityError);
  assertEquals([server.mailbox("INBOX").messages.length, server.mailbox("Archive").messages.length], [5, 0]);
});

test("a move that is cut off is finished on the next connection, and nothing moves twice", async () => {
  for (let cut = 0; cut < 140; cut += 7) {
    const clock = new ManualClock();
    await using server = await startServer({
      clock,
      mailboxes: { INBOX: generateMessages({ count: 5 }), Archive: [] },
    });
    await using account = await accountOn(server, { clock });
    server.faults.add({ on: "UID MOVE", nth: 1, dropAfter: cut });
    const moving = account.mailbox("INBOX").move({ uid: "2:4" }, "Archive");
    await clock.advance(5_000);
    assertEquals((await moving).done.toString(), "2:4");
    assertEquals([server.mailbox("INBOX").messages.length, server.mailbox("Archive").messages.length], [
      2,
      3,
    ]);
  }
});

test("an APPEND whose fate is unknown says so and is not sent again", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock });
  await using account = await accountOn(server, { clock });
  server.faults.add({ on: "APPEND", nth: 1, dropAfter: 0 });
  const inbox = account.mailbox("INBOX");
  const message = new TextEncoder().encode("Subject: x\n\nx\n");
  const appending = inbox.append(message);
  appending.catch(() => {});
  await clock.advance(5_000);
  const error = await assertRejects(() => appending, ConnectionError, "not known");
  assertEquals([error.name, error.retryable], ["FateUnknownError", false]);
  assert(commandsIn(server).filter((line) => line.startsWith("APPEND")).length === 1);
  const added = inbox.append(message, { flags: ["\\Seen"], date: new Date("2020-01-02T03:04:05Z") });
  await clock.advance(5_000);
  const found = await account.message((await added).id!);
  if (typeof found === "string") throw new Error(found);
  assertEquals([found.seen, found.receivedAt], [true, new Date("2020-01-02T03:04:05Z")]);
});

test("a draft takes the place of the one before", async () => {
  for (const without of [[], ["REPLACE"]]) {
    await using server = await startServer({ without, mailboxes: { Drafts: { specialUse: ["\\Drafts"] } } });
    await using account = await accountOn(server);
    const first = await account.saveDraft(new TextEncoder().encode(mailWith("first", {})));
    const second = await account.saveDraft(new TextEncoder().encode(mailWith("second", {})), {
      replaces: first.id!,
    });
    assertEquals(server.mailbox("Drafts").messages.map(({ flags }) => flags), [["\\Draft", "\\Seen"]]);
    const found = await account.message(second.id!);
    assertEquals(typeof found === "object" && found.subject, "second");
    assertEquals(await account.message(first.id!), "gone");
  }
});

test("a draft that cannot be saved leaves the one before", async () => {
  await using server = await startServer({
    without: ["REPLACE"],
    mailboxes: { Drafts: { specialUse: ["\\Drafts"] } },
    faults: [{ on: "APPEND", nth: 2, refuse: { status: "NO", text: "[OVERQUOTA] full" } }],
  });
  await using account = await accountOn(server);
  const { id } = await account.saveDraft(new TextEncoder().encode(mailWith("first", {})));
  const octets = new TextEncoder().encode(mailWith("second", {}));
  await assertRejects(() => account.saveDraft(octets, { replaces: id! }), Error, "OVERQUOTA");
  assertEquals(server.mailbox("Drafts").messages.map(({ uid }) => uid), [1]);
});

test("an error of an account has the frames of the call, however far below it was made", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["Subject: one\n\n1\n"] } });
  await using account = await accountOn(server);
  const inbox = account.mailbox("INBOX");
  const calls: Promise<unknown>[] = [];
  function theRightOne(name: string): void {
    calls.push(account.subscribe(name));
  }
  function theWrongOne(name: string): void {
    calls.push(inbox.move([1], name));
  }
  for (const name of ["INBOX", "Nowhere", "INBOX"]) (name === "Nowhere" ? theWrongOne : theRightOne)(name);
  const failed = (await Promise.allSettled(calls)).filter((one) => one.status === "rejected");
  assertEquals(failed.length, 1);
  const { stack = "" } = failed[0]!.reason as Error;
  assertStringIncludes(stack, "theWrongOne");
  async function theReader(): Promise<void> {
    for await (const _message of account.mailbox("Nowhere").messages());
  }
  const error = await assertRejects(() => theReader(), ImapError);
  assertStringIncludes(error.stack ?? "", "theReader");
});
