// Servers that name mailboxes strangely.

import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { startServer } from "../../../../imap/testing/mod.ts";
import { accountOn, commandsIn } from "../support.ts";
import { saysOnly } from "./servers.ts";

async function listed(...lines: string[]) {
  const server = await startServer({ rev2: false, faults: [saysOnly("LIST", ...lines)] });
  const account = await accountOn(server);
  const list = await account.mailboxes();
  return { account, list, server, end: () => account.close().then(() => server.close()) };
}

const shown = (list: { name: string; role: string | undefined }[]) =>
  list.map(({ name, role }) => role === undefined ? name : `${name}: ${role}`);

const lists: Record<string, [lines: string[], shown: string[]]> = {
  "a mailbox twice": [
    [
      '* LIST () "/" INBOX',
      '* LIST (\\HasChildren) "/" Work',
      '* LIST (\\Sent) "/" Work',
      '* LIST () "/" inbox',
    ],
    ["INBOX: inbox", "Work: sent"],
  ],
  "no INBOX": [['* LIST () "." Work'], ["Work", "INBOX: inbox"]],
  "nothing": [[], ["INBOX: inbox"]],
  "an empty name": [['* LIST (\\Noselect) "/" ""', '* LIST () "/" INBOX'], ["INBOX: inbox"]],
  "names that cannot be decoded": [
    ['* LIST () "/" INBOX', '* LIST () "/" "&AAA"', '* LIST () "/" "a&b"', '* LIST () "/" "&-x"'],
    ["INBOX: inbox", "\udc26AAA", "a\udc26b", "&x"],
  ],
  "no delimiter": [["* LIST () NIL INBOX", '* LIST () NIL "Sent"'], ["INBOX: inbox", "Sent: sent"]],
  "a role of several": [
    ['* LIST () "/" INBOX', '* LIST (\\Sent) "/" "shared/bob/Sent"', '* LIST (\\Sent) "/" "Gesendet"'],
    ["INBOX: inbox", "shared/bob/Sent: sent", "Gesendet: sent"],
  ],
  "several roles for one": [
    ['* LIST () "/" INBOX', '* LIST (\\Trash \\Junk) "/" Away', '* LIST () "/" Spam'],
    ["INBOX: inbox", "Away: trash", "Spam: junk"],
  ],
  "attributes that nobody knows": [
    ['* LIST (\\HasNoChildren \\X-Blue "y") "/" INBOX', '* LIST (\\constructor) "/" __proto__'],
    ["INBOX: inbox", "__proto__"],
  ],
};
for (const [what, [lines, expected]] of Object.entries(lists)) {
  test(`LIST gives ${what}`, async () => {
    const { list, end } = await listed(...lines);
    assertEquals(shown(list), expected);
    await end();
  });
}

test("of several mailboxes with a role the one higher up is meant, and not another user's", async () => {
  const { account, end } = await listed(...lists["a role of several"]![0]);
  assertEquals((await account.mailboxFor({ role: "sent" })).name, "Gesendet");
  await end();
});

test("a mailbox that cannot be opened is not meant by its role", async () => {
  const { account, end } = await listed(
    '* LIST () "/" INBOX',
    '* LIST (\\Noselect \\Trash) "/" Bin',
    '* LIST (\\Trash) "/" Deleted/Mail',
  );
  assertEquals((await account.mailboxFor({ role: "trash" })).name, "Deleted/Mail");
  await end();
});

test("a name that the server cannot spell correctly goes back to it as it came, also from a cursor", async () => {
  const { account, list, server, end } = await listed(...lists["names that cannot be decoded"]![0]);
  const { name } = JSON.parse(JSON.stringify(list[1]));
  // The server of the test does not have it: what it was asked for is what counts.
  await assertRejects(() => account.mailbox(name).counts(), Error, "STATUS: NO");
  assertEquals(commandsIn(server).filter((line) => line.startsWith("STATUS")), [
    "STATUS &AAA (MESSAGES UNSEEN)",
  ]);
  await end();
});
