import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { CommandError, StateError } from "../../../imap/base/errors.ts";
import { preauth } from "../session/scripted.ts";

test("the first example of RFC 9051 6.3.2", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 SELECT INBOX
      S: * 172 EXISTS
      S: * OK [UIDVALIDITY 3857529045] UIDs valid
      S: * OK [UIDNEXT 4392] Predicted next UID
      S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
      S: * OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited
      S: * LIST () "/" INBOX
      S: A1 OK [READ-WRITE] SELECT completed
    `)
  );
  assertEquals(client.state, "auth");
  const inbox = await client.select("INBOX");
  await done;
  assertEquals(inbox.exists, 172);
  assertEquals(inbox.uidValidity, 3857529045);
  assertEquals(inbox.uidNext, 4392);
  assertEquals(inbox.flags, ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"]);
  assertEquals(inbox.permanentFlags, ["\\Deleted", "\\Seen", "\\*"]);
  assertEquals(inbox.list?.mailbox, "INBOX");
  assertEquals(inbox.list?.delimiter, "/");
  assertEquals(inbox.readOnly, false);
  assertEquals(client.state, "selected");
  assertEquals(client.mailbox?.name, "INBOX");
  assertEquals(client.mailbox?.exists, 172);
  client.close();
});

test("the second example of RFC 9051 6.3.2: another mailbox was selected, [CLOSED] parts the two", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 SELECT INBOX
      S: * 172 EXISTS
      S: * OK [UIDVALIDITY 3857529045] UIDs valid
      S: * OK [UIDNEXT 4392] Predicted next UID
      S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
      S: * OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited
      S: A1 OK [READ-WRITE] SELECT completed
      C: A2 SELECT Drafts
      S: * OK [CLOSED] Previous mailbox is now closed
      S: * 5 EXISTS
      S: * OK [UIDVALIDITY 9877410381] UIDs valid
      S: * OK [UIDNEXT 102] Predicted next UID
      S: * LIST () "/" Drafts
      S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
      S: * OK [PERMANENTFLAGS (\\Deleted \\Seen \\Answered
          \\Flagged \\Draft \\*)] System flags and keywords allowed
      S: A2 OK [READ-WRITE] SELECT completed
    `)
  );
  await client.select("INBOX");
  const drafts = await client.select("Drafts");
  await done;
  assertEquals(drafts.exists, 5);
  // 9877410381 is more than 32 bits hold: an UIDVALIDITY cannot be that, and then none is known.
  assertEquals(drafts.uidValidity, undefined);
  assertEquals(drafts.uidNext, 102);
  assertEquals(drafts.list?.mailbox, "Drafts");
  assertEquals(drafts.permanentFlags, ["\\Deleted", "\\Seen", "\\Answered", "\\Flagged", "\\Draft", "\\*"]);
  assertEquals(client.mailbox?.name, "Drafts");
  assertEquals(client.mailbox?.exists, 5);
  client.close();
});

test("the example of RFC 9051 6.3.3: EXAMINE is read-only", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 EXAMINE blurdybloop
      S: * 17 EXISTS
      S: * OK [UIDVALIDITY 3857529045] UIDs valid
      S: * OK [UIDNEXT 4392] Predicted next UID
      S: * LIST () "/" blurdybloop
      S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
      S: * OK [PERMANENTFLAGS ()] No permanent flags permitted
      S: A1 OK [READ-ONLY] EXAMINE completed
    `)
  );
  const mailbox = await client.examine("blurdybloop");
  await done;
  assertEquals(mailbox.exists, 17);
  assertEquals(mailbox.permanentFlags, []);
  assertEquals(mailbox.readOnly, true);
  assertEquals(client.mailbox?.readOnly, true);
  client.close();
});

test("what an RFC 2060 server leaves out has the default that RFC 9051 6.3.2 names", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 SELECT old
      S: * FLAGS (\\Seen $Work)
      S: * 3 EXISTS
      S: * 1 RECENT
      S: * OK [UNSEEN 2] Message 2 is first unseen
      S: A1 OK done
      C: A2 EXAMINE old
      S: * FLAGS (\\Seen)
      S: * 3 EXISTS
      S: A2 OK done
    `)
  );
  const mailbox = await client.select("old");
  // No PERMANENTFLAGS: all flags can be changed for good.
  assertEquals(mailbox.permanentFlags, ["\\Seen", "$Work", "\\*"]);
  // Not zero: nothing is known about UIDs.
  assertEquals(mailbox.uidNext, undefined);
  assertEquals(mailbox.uidValidity, undefined);
  assertEquals(mailbox.list, undefined);
  assertEquals(mailbox.recent, 1);
  assertEquals(mailbox.firstUnseen, 2);
  // Neither code on the OK of SELECT: changes are permitted.
  assertEquals(mailbox.readOnly, false);
  // EXAMINE is read-only whether the server says so or not.
  assertEquals((await client.examine("old")).readOnly, true);
  assertEquals(client.mailbox?.readOnly, true);
  client.close();
});

test("SELECT of a mailbox that may not be changed is read-only", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 SELECT news
      S: * FLAGS (\\Seen)
      S: * 0 EXISTS
      S: A1 OK [READ-ONLY] done
    `)
  );
  assertEquals((await client.select("news")).readOnly, true);
  assertEquals(client.mailbox?.readOnly, true);
  client.close();
});

test("a failed SELECT leaves no mailbox selected, whether it is NO or BAD", async () => {
  for (const status of ["NO", "BAD"]) {
    const { client } = await preauth((peer) =>
      peer.play(`
        C: A1 SELECT INBOX
        S: * 2 EXISTS
        S: * FLAGS (\\Seen)
        S: A1 OK [READ-WRITE] done
        C: A2 SELECT missing
        S: * OK [CLOSED] gone
        S: A2 ${status} [NONEXISTENT] No such mailbox
      `)
    );
    await client.select("INBOX");
    const error = await assertRejects(() => client.select("missing"), CommandError) as CommandError;
    assertEquals(error.status, status);
    assertEquals(error.code?.name, "NONEXISTENT");
    assertEquals(error.text, "No such mailbox");
    assertEquals(error.command, "SELECT");
    assertEquals(client.state, "auth");
    assertEquals(client.mailbox, undefined);
    await assertRejects(() => client.fetch("1", ["FLAGS"]), StateError);
    client.close();
  }
});

test("responses before [CLOSED] belong to the old mailbox, those after it to the new one", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 SELECT INBOX
      S: * 2 EXISTS
      S: * FLAGS (\\Seen)
      S: * OK [UIDNEXT 77] next
      S: A1 OK [READ-WRITE] done
      C: A2 SELECT other
      S: * 3 EXISTS
      S: * 1 EXPUNGE
      S: * OK [UIDNEXT 78] next
      S: * FLAGS (\\Seen old)
      S: * OK [CLOSED] INBOX is closed
      S: * 9 EXISTS
      S: * FLAGS (\\Seen new)
      S: A2 OK [READ-WRITE] done
    `)
  );
  await client.select("INBOX");
  const inbox = client.mailbox!;
  const events = client.events();
  const other = await client.select("other");
  assertEquals(other.exists, 9);
  assertEquals(other.flags, ["\\Seen", "new"]);
  assertEquals(other.uidNext, undefined);
  assertEquals(inbox.exists, 2);
  assertEquals(inbox.flags, ["\\Seen", "old"]);
  assertEquals(inbox.uidNext, 78);
  // What came for the old mailbox is news; what came for the new one is the answer.
  const types = [];
  for (let i = 0; i < 5; i++) {
    const { value } = await events.next();
    types.push(value.type);
  }
  assertEquals(types, ["EXISTS", "EXPUNGE", "OK", "FLAGS", "OK"]);
  client.close();
});

test("a server that does not know [CLOSED] tells about the new mailbox only", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 SELECT INBOX
      S: * 2 EXISTS
      S: A1 OK [READ-WRITE] done
      C: A2 SELECT other
      S: * 9 EXISTS
      S: * FLAGS (\\Seen new)
      S: * OK [UIDVALIDITY 5] ok
      S: A2 OK [READ-WRITE] done
    `)
  );
  await client.select("INBOX");
  const inbox = client.mailbox!;
  const other = await client.select("other");
  assertEquals([other.exists, other.uidValidity, other.flags], [9, 5, ["\\Seen", "new"]]);
  assertEquals(client.mailbox?.exists, 9);
  assertEquals(inbox.exists, 2);
  client.close();
});

test("LIST with OLDNAME gives the normal form of a denormalised name", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 SELECT foo
      S: * LIST () "/" unrelated
      S: * 0 EXISTS
      S: * FLAGS ()
      S: * LIST (\\HasNoChildren) "/" FOO ("OLDNAME" (foo))
      S: A1 OK [READ-WRITE] done
    `)
  );
  const { list } = await client.select("foo");
  assertEquals(list?.mailbox, "FOO");
  assertEquals(list?.oldName, "foo");
  assertEquals(list?.attributes, ["\\HasNoChildren"]);
  client.close();
});

test("RECENT is ignored under IMAP4rev2", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 ENABLE IMAP4rev2
      S: * ENABLED IMAP4rev2
      S: A1 OK done
      C: A2 SELECT INBOX
      S: * 4 EXISTS
      S: * 4 RECENT
      S: * FLAGS ()
      S: A2 OK [READ-WRITE] done
    `), { capabilities: "IMAP4rev1 IMAP4rev2" });
  assertEquals(client.enabled.has("IMAP4REV2"), false);
  await client.enable(["IMAP4rev2"]);
  assertEquals(client.enabled.has("IMAP4REV2"), true);
  const inbox = await client.select("INBOX");
  assertEquals(inbox.exists, 4);
  assertEquals(inbox.recent, undefined);
  assertEquals(client.mailbox?.recent, undefined);
  client.close();
});

test("later responses keep the selected mailbox up to date", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 SELECT INBOX
      S: * 4 EXISTS
      S: A1 OK [READ-WRITE] done
      C: A2 NOOP
      S: * 6 EXISTS
      S: * 1 EXPUNGE
      S: * FLAGS (\\Seen $New)
      S: * OK [PERMANENTFLAGS (\\Seen)] less
      S: * OK [UIDNEXT 12] more
      S: A2 OK done
      C: A3 NOOP
      S: * OK [READ-ONLY] rights were taken
      S: A3 OK done
      C: A4 CLOSE
      S: A4 OK done
    `)
  );
  await client.select("INBOX");
  await client.noop();
  const mailbox = client.mailbox!;
  assertEquals(mailbox.exists, 5);
  assertEquals(mailbox.flags, ["\\Seen", "$New"]);
  assertEquals(mailbox.permanentFlags, ["\\Seen"]);
  assertEquals(mailbox.uidNext, 12);
  assertEquals(mailbox.readOnly, false);
  await client.noop();
  assertEquals(mailbox.readOnly, true);
  await client.closeMailbox();
  assertEquals([client.state, client.mailbox], ["auth", undefined]);
  client.close();
});
