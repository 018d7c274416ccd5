import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CapabilityError } from "../../../imap/base/errors.ts";
import { generateMessages, startServer } from "../../../imap/testing/mod.ts";
import { accountOn } from "./support.ts";

test("messages are found by Message-ID: one, or any of a list", async () => {
  const mail = (id: string) => `Message-ID: <${id}@x>\nSubject: ${id}\n\n.\n`;
  await using server = await startServer({ mailboxes: { INBOX: [mail("a"), mail("b"), mail("c")] } });
  await using account = await accountOn(server);
  const found = async (messageId: string | string[]) =>
    (await Array.fromAsync(account.mailbox("INBOX").messages({ messageId }))).map(({ subject }) => subject);
  assertEquals(await found("<b@x>"), ["b"]);
  assertEquals(await found(["<a@x>", "<c@x>", "<d@x>"]), ["a", "c"]);
  assertEquals(await found("<d@x>"), []);
  await assertRejects(() => found(""), RangeError);
  await assertRejects(() => found([]), RangeError);
});

test("a text is appended as octets of UTF-8 with CRLF, and comes back whole", async () => {
  await using server = await startServer();
  await using account = await accountOn(server);
  const inbox = account.mailbox("INBOX");
  await inbox.append("Subject: Tee\nContent-Type: text/plain; charset=utf-8\n\nGrüße\n");
  const [message] = await Array.fromAsync(inbox.messages());
  const octets = await message!.bytes();
  assertEquals(
    new TextDecoder().decode(octets),
    "Subject: Tee\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n",
  );
  assertEquals([octets.length, await message!.text()], [message!.size, "Grüße\n"]);
});

test("labels are added, removed and set at Gmail, and are an error elsewhere", async () => {
  await using server = await startServer({
    profile: "gmail",
    mailboxes: { INBOX: ["Subject: a\n\n.\n", "Subject: b\n\n.\n"], One: [], Two: [] },
  });
  await using account = await accountOn(server);
  const inbox = account.mailbox("INBOX");
  const labels = async () =>
    (await Array.fromAsync(inbox.messages())).map(({ labels }) =>
      labels?.filter((label) => !label.startsWith("\\")).toSorted().join()
    );
  assertEquals((await inbox.label({}, { add: ["One"] })).done.count, 2);
  await inbox.label([2], { set: ["Two"] });
  assertEquals(await labels(), ["One", "Two"]);
  await inbox.label([1], { add: ["Two"], remove: ["One"] });
  assertEquals(await labels(), ["Two", "Two"]);
  await assertRejects(() => inbox.label([1], {}), TypeError, "which labels");
  await using plain = await startServer({ mailboxes: { INBOX: ["Subject: a\n\n.\n"] } });
  await using other = await accountOn(plain);
  await assertRejects(
    () => other.mailbox("INBOX").label([1], { add: ["One"] }),
    CapabilityError,
    "X-GM-EXT-1",
  );
});

test("what has come since a mailbox was opened is listed, found and flagged", async () => {
  for (const query of [{}, { larger: 1 }, { subject: "late" }]) {
    await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 3 }) } });
    await using account = await accountOn(server, { connections: 1 });
    const inbox = account.mailbox("INBOX");
    const list = async () => (await Array.fromAsync(inbox.messages(query))).length;
    const flag = async () => (await inbox.flag(query, { add: ["$x"] })).done.count;
    for (const look of [list, flag]) {
      const before = await look();
      const uid = server.append("INBOX", "Subject: late\r\n\r\n.\r\n");
      assertEquals(await look(), before + 1);
      const id = `v1:${server.mailbox("INBOX").uidValidity}:${uid + 1}:INBOX`;
      server.append("INBOX", "Subject: late\r\n\r\n.\r\n");
      const found = await account.message(id);
      assert(typeof found === "object", String(found));
      server.expunge("INBOX", [uid, uid + 1]);
      assertEquals(await account.message(id), "gone");
    }
  }
});
