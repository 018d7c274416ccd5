// Servers that lie to verbs and lists: nothing is lost, and who asked is told what is so.

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MessageGoneError } from "../../../../imap/mailbox/mod.ts";
import { type Fault, generateMessages, ManualClock, startServer } from "../../../../imap/testing/mod.ts";
import { accountOn, commandsIn } from "../support.ts";
import { alsoSays, changed, codeInstead, saysOnly } from "./servers.ts";

const mailboxes = () => ({
  INBOX: generateMessages({ count: 10 }),
  Archive: { specialUse: ["\\Archive"] },
  Trash: { specialUse: ["\\Trash"] },
});
const uids = (messages: readonly { uid: number }[]) => messages.map(({ uid }) => uid).join(" ");

const movesNothing: Record<string, Fault> = {
  "and says nothing else": saysOnly("UID MOVE"),
  "and tells where to": saysOnly("UID MOVE", "* OK [COPYUID 7 1 1] done"),
  "and tells of nobody": saysOnly("UID MOVE", "* OK [COPYUID 7 99 1] done"),
  "and tells in numbers that do not fit": saysOnly(
    "UID MOVE",
    "* OK [COPYUID 7 1:4294967295 1:4294967295] done",
  ),
};
for (const [how, fault] of Object.entries(movesNothing)) {
  test(`MOVE is answered with OK ${how}, and moves nothing: an error that says so`, async () => {
    await using server = await startServer({ mailboxes: mailboxes(), faults: [fault] });
    await using account = await accountOn(server);
    const moving = account.mailbox("INBOX").move([1, 2, 3], "Archive");
    await assertRejects(() => moving, Error, "3 of 3 messages are still there");
    assertEquals(server.mailbox("INBOX").messages.length, 10);
  });
}

const lies: Record<string, [code: string, ids: number]> = {
  "wrong numbers of messages": ["[COPYUID 7 1:3 1:2]", 0],
  "more than were asked for": ["[COPYUID 7 1:9 1:9]", 0],
  "four thousand millions": ["[COPYUID 7 1:4294967295 1:4294967295]", 0],
  "other messages": ["[COPYUID 7 4:6 1:3]", 0],
  "UIDs of other messages besides": ["[COPYUID 7 1,5,6 1:3]", 1],
  "nothing": ["", 0],
  "what cannot be read": ["[COPYUID x y z]", 0],
};
for (const [lie, [code, ids]] of Object.entries(lies)) {
  for (const verb of ["move", "copy"] as const) {
    test(`COPYUID of ${verb} tells ${lie}: nothing is made up of it`, async () => {
      await using server = await startServer({
        mailboxes: mailboxes(),
        faults: [
          codeInstead("UID MOVE", "COPYUID", code),
          codeInstead("UID COPY", "COPYUID", code),
        ],
      });
      await using account = await accountOn(server);
      const result = await account.mailbox("INBOX")[verb]([1, 2, 3], "Archive");
      assertEquals([result.ids.size, server.mailbox("Archive").messages.length], [ids, 3]);
      assertEquals(server.mailbox("INBOX").messages.length, verb === "move" ? 7 : 10);
    });
  }
}

test("a search that names more than was asked for: nothing is done to what nobody named", async () => {
  for (const type of ["ESEARCH", "SEARCH"] as const) {
    await using server = await startServer({
      mailboxes: mailboxes(),
      ...(type === "ESEARCH" ? {} : { rev2: false, without: ["ESEARCH"] }),
      faults: [
        changed("UID SEARCH", "ESEARCH", ({ tag, all }) => `* ESEARCH (TAG "${tag}") UID ALL ${all},7:9\r\n`),
        changed("UID SEARCH", "SEARCH", ({ numbers }) => `* SEARCH ${[...numbers, 7, 8, 9].join(" ")}\r\n`),
      ],
    });
    await using account = await accountOn(server);
    const inbox = account.mailbox("INBOX");
    assertEquals(`${(await inbox.flag([1, 2], { add: ["$x"] })).done}`, "1:2");
    assertEquals(server.mailbox("INBOX").messages.filter(({ flags }) => flags.includes("$x")).length, 2);
    assertEquals(`${(await inbox.move([1], "Archive")).done}`, "1");
    assertEquals(`${(await inbox.delete([2, 3], { forever: true })).done}`, "2:3");
    assertEquals(uids(server.mailbox("INBOX").messages), "4 5 6 7 8 9 10");
  }
});

test("without MOVE: what COPYUID does not name is not removed", async () => {
  await using server = await startServer({
    mailboxes: mailboxes(),
    rev2: false,
    without: ["MOVE"],
    faults: [codeInstead("UID COPY", "COPYUID", "[COPYUID 7 1,3 1:2]")],
  });
  await using account = await accountOn(server);
  const { done, skipped } = await account.mailbox("INBOX").move([1, 2, 3], "Archive");
  assertEquals([`${done}`, `${skipped}`], ["1,3", "2"]);
  assertEquals(uids(server.mailbox("INBOX").messages), "2 4 5 6 7 8 9 10");
});

test("without MOVE: UID EXPUNGE is refused after COPY: an error, and nothing is gone", async () => {
  await using server = await startServer({
    mailboxes: mailboxes(),
    rev2: false,
    without: ["MOVE"],
    faults: [{ on: "UID EXPUNGE", refuse: { status: "NO", text: "[NOPERM] not yours" } }],
  });
  await using account = await accountOn(server);
  await assertRejects(() => account.mailbox("INBOX").move([1], "Archive"), Error, "NOPERM");
  assertEquals(server.mailbox("INBOX").messages.length, 10);
});

test("APPENDUID of another UIDVALIDITY names a message that is not taken for another one", async () => {
  for (
    const [code, found] of [["[APPENDUID 4711 1]", "reset"], ["[APPENDUID 0 0]", ""], ["[APPENDUID x]", ""]]
  ) {
    await using server = await startServer({
      mailboxes: mailboxes(),
      faults: [codeInstead("APPEND", "APPENDUID", code!)],
    });
    await using account = await accountOn(server);
    const { id } = await account.mailbox("Archive").append(
      new TextEncoder().encode("Subject: x\r\n\r\n.\r\n"),
    );
    assertEquals(id === undefined ? "" : await account.message(id), found);
    assertEquals(server.mailbox("Archive").messages.length, 1);
  }
});

test("throttled in the middle of a bulk verb: it goes on when it may, and does nothing twice", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    mailboxes: { ...mailboxes(), INBOX: generateMessages({ count: 3_500 }) },
  });
  await using account = await accountOn(server, { clock });
  server.faults.add({ on: "UID MOVE", throttle: { commands: 2, within: 20_000 } });
  server.faults.add({ on: "UID STORE", throttle: { commands: 2, within: 20_000 } });
  const steps: number[] = [];
  const flagged = account.mailbox("INBOX").flag({}, { add: ["$x"] }, {
    onProgress: ({ done }) => steps.push(done),
  });
  await clock.advance(120_000);
  assertEquals((await flagged).done.count, 3_500);
  assertEquals(steps, [1_000, 2_000, 3_000, 3_500]);
  const moved = account.mailbox("INBOX").move({}, { role: "archive" });
  await clock.advance(120_000);
  assertEquals([(await moved).done.count, (await moved).ids.size], [3_500, 3_500]);
  assertEquals(server.mailbox("Archive").messages.length, 3_500);
});

test("STATUS is refused for the selected mailbox: the numbers come all the same", async () => {
  await using server = await startServer({
    mailboxes: mailboxes(),
    faults: [{ on: "STATUS", refuse: { status: "NO", text: "it is selected" } }],
  });
  await using account = await accountOn(server, { connections: 1 });
  const inbox = account.mailbox("INBOX");
  await inbox.flag([1, 2], { add: ["\\Seen"] });
  const unseen = server.mailbox("INBOX").messages.filter(({ flags }) => !flags.includes("\\Seen")).length;
  assertEquals(await inbox.counts(), { messages: 10, unseen });
});

const listed: Record<string, Fault> = {
  "rows of other messages": alsoSays(
    "UID FETCH",
    '* 9 FETCH (UID 900 RFC822.SIZE 7 ENVELOPE (NIL "foreign" NIL NIL NIL NIL NIL NIL NIL NIL))',
  ),
  "each row twice": { on: "UID FETCH", twice: true },
  "a second row that says less": alsoSays("UID FETCH", "* 3 FETCH (UID 3 RFC822.SIZE 1)"),
  "rows without UID": alsoSays("UID FETCH", "* 3 FETCH (RFC822.SIZE 1)"),
  "UIDs that are not there": changed(
    "UID SEARCH",
    "ESEARCH",
    ({ tag, all }) => `* ESEARCH (TAG "${tag}") UID ALL ${all},700:800\r\n`,
  ),
  "EXISTS that is too high": alsoSays("EXAMINE", "* 12 EXISTS"),
};
for (const [what, fault] of Object.entries(listed)) {
  test(`a list where the server gives ${what}: each message once, with its subject`, async () => {
    await using server = await startServer({ mailboxes: mailboxes() });
    await using account = await accountOn(server);
    const subjects = async (newest?: number) =>
      (await Array.fromAsync(account.mailbox("INBOX").messages({ larger: 1 }, { newest })))
        .map(({ uid, subject }) => `${uid} ${subject}`);
    const before = [await subjects(), await subjects(300)];
    server.faults.add(fault);
    assertEquals([await subjects(), await subjects(300)], before);
  });
}

test("a search that names four thousand million messages is an error, and not that many questions", async () => {
  await using server = await startServer({
    mailboxes: mailboxes(),
    faults: [
      changed("UID SEARCH", "ESEARCH", ({ tag }) => `* ESEARCH (TAG "${tag}") UID ALL 1:4294967295\r\n`),
    ],
  });
  await using account = await accountOn(server);
  const inbox = account.mailbox("INBOX");
  const said = "names 4294967295 messages of a mailbox that has 10";
  await assertRejects(() => Array.fromAsync(inbox.messages({ unseen: true })), Error, said);
  await assertRejects(() => inbox.flag({ unseen: true }, { add: ["\\Seen"] }), Error, said);
  assert(commandsIn(server).length < 20);
});

test("a mailbox that gets new UIDs while it is listed: half a list is an error", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 900 }) } });
  await using account = await accountOn(server, { connections: 1 });
  let count = 0;
  await assertRejects(async () => {
    for await (const _ of account.mailbox("INBOX").messages()) {
      if (++count === 150) server.change({ uidValidity: "next", restart: {} });
    }
  }, MessageGoneError);
  assert(count < 900);
});

test("a mailbox that gets new UIDs in the middle of a verb: the rest is skipped, and nothing is done to other messages", async () => {
  for (const verb of ["flag", "move", "delete"] as const) {
    await using server = await startServer({
      mailboxes: { ...mailboxes(), INBOX: generateMessages({ count: 1_500 }) },
    });
    await using account = await accountOn(server, { random: () => 0 });
    const inbox = account.mailbox("INBOX");
    const onProgress = ({ done }: { done: number }) => {
      if (done === 1_000) server.change({ uidValidity: "next", restart: {} });
    };
    const { done, skipped } = verb === "flag"
      ? await inbox.flag({}, { add: ["$x"] }, { onProgress })
      : verb === "move"
      ? await inbox.move({ uid: "1:1200" }, "Archive", { onProgress })
      : await inbox.delete({ uid: "1:1200" }, { onProgress });
    assertEquals([done.count, skipped.count], [1_000, verb === "flag" ? 500 : 200]);
    const { messages } = server.mailbox("INBOX");
    assertEquals(messages.length, verb === "flag" ? 1_500 : 500);
    if (verb === "flag") assertEquals(messages.filter(({ flags }) => flags.includes("$x")).length, 1_000);
  }
});

test("messages that another client removes in the middle of a verb are skipped, and the others are done", async () => {
  for (const [on, quiet] of [["UID STORE", true], ["UID MOVE", false], ["UID COPY", false]] as const) {
    await using server = await startServer({
      mailboxes: mailboxes(),
      faults: [{
        on,
        nth: 1,
        refuse: { status: "NO", text: "[EXPUNGEISSUED] Some of the messages are gone" },
      }],
    });
    await using account = await accountOn(server);
    const inbox = account.mailbox("INBOX");
    server.faults.add({ on, nth: 1, meanwhile: { expunge: { oldest: 2 } } });
    const { done, skipped } = quiet
      ? await inbox.flag([1, 2, 3, 4], { add: ["$x"] })
      : await inbox[on === "UID MOVE" ? "move" : "copy"]([1, 2, 3, 4], "Archive");
    assertEquals([on, `${done}`, `${skipped}`], [on, "3:4", "1:2"]);
  }
});

test("a move whose answer was lost is not sent again when all of it was done", async () => {
  await using server = await startServer({ mailboxes: mailboxes() });
  await using account = await accountOn(server, { random: () => 0 });
  server.faults.add({ on: "UID MOVE", nth: 1, dropAfter: 0 });
  const { done } = await account.mailbox("INBOX").move([1, 2], "Archive");
  assertEquals(done.toString(), "1:2");
  assertEquals(commandsIn(server).filter((line) => line.startsWith("UID MOVE")), ["UID MOVE 1:2 Archive"]);
});

for (const without of [[], ["REPLACE"]]) {
  const how = without.length === 0 ? "with" : "without";
  test(`${how} REPLACE: a draft takes the place of none when its mailbox has got new UIDs`, async () => {
    const draft = (subject: string) => new TextEncoder().encode(`Subject: ${subject}\r\n\r\n.\r\n`);
    await using server = await startServer({
      mailboxes: { Drafts: { specialUse: ["\\Drafts"], messages: generateMessages({ count: 3 }) } },
      without,
    });
    await using account = await accountOn(server, { random: () => 0 });
    const { id } = await account.saveDraft(draft("first"));
    assert(id !== undefined);
    server.change({ mailbox: "Drafts", uidValidity: "next" });
    await account.saveDraft(draft("second"), { replaces: id });
    assertEquals(server.mailbox("Drafts").messages.length, 5);
  });
}
