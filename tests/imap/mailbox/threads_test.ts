import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { conversationsOf } from "../../../imap/mailbox/mod.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { accountOn } from "./support.ts";

test("conversations: the server's where it has them, otherwise by the identifiers", async () => {
  const mails = ["", "<1@x>", "<9@missing>", "<2@x>", "<9@missing>", ""].map((answers, i) =>
    `Message-ID: <${i + 1}@x>\nSubject: same\n${answers === "" ? "" : `In-Reply-To: ${answers}\n`}\n.\n`
  );
  for (const without of [["OBJECTID"], []]) {
    await using server = await startServer({ without, mailboxes: { INBOX: mails } });
    await using account = await accountOn(server);
    const found = conversationsOf(await Array.fromAsync(account.mailbox("INBOX").messages()));
    if (without.length > 0) {
      assertEquals(found.map(({ messages }) => messages.map(({ uid }) => uid)), [[1, 2, 4], [3, 5], [6]]);
    }
    const source = without.length > 0 ? "references" : "server";
    assertEquals([...new Set(found.map((one) => one.source))], [source]);
  }
});

test("conversations: chains, circles and unknown identifiers, in time that grows with their number", () => {
  const chain = Array.from({ length: 20_000 }, (_, i) => ({
    messageId: `<${i}>`,
    references: i === 0 ? [] : [`<${i - 1}>`],
  }));
  assertEquals(conversationsOf(chain.toReversed()).length, 1);
  const circle = [{ messageId: "<a>", inReplyTo: ["<b>"] }, { messageId: "<b>", inReplyTo: ["<a>"] }];
  assertEquals(conversationsOf([...circle, {}, {}, { threadId: "<a>" }]).length, 4);
  assertEquals(conversationsOf([]), []);
});
