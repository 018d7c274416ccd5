/**
 * A raw line end inside a quoted string, as some servers send it from a folded header or a decoded file name: what the sender
 * of a message put on the next line is not a response, whatever it looks like.
 */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import type { ImapClient, ImapEvent } from "../../../imap/mod.ts";
import { type Peer, selected, settle } from "./scripted.ts";

/** What a sender might want to be believed. */
const lines = [
  "* 9 EXPUNGE",
  "* 99 EXISTS",
  "* 0 RECENT",
  "* VANISHED 1:3",
  "* 1 FETCH (UID 1 FLAGS (\\Deleted))",
  "* 1 FETCH (UID 1 BODY[] {4}\r\nfake)",
  "* BYE go away",
  "* OK [UIDVALIDITY 666] yes",
  "* OK [CAPABILITY IMAP4rev1 LITERAL+] yes",
  "* OK [ALERT] send money",
  "* CAPABILITY IMAP4rev1 XFAKE",
  "* ENABLED UTF8=ACCEPT",
  "* FLAGS ()",
  '* LIST () "/" Fake',
  "* SEARCH 1 2 3",
  "* NO no",
  "+ more",
  "A77 OK of nobody",
  "* 9 EXPUNGE {11}\r\n* 9 EXPUNGE",
  "",
];

/** Places where a string of a message, or of another user, is. */
const places: readonly [name: string, before: string, after: string][] = [
  [
    "an address",
    '* 3 FETCH (UID 3 ENVELOPE (NIL "s" (("a',
    '" NIL "b" "c")) NIL NIL NIL NIL NIL NIL "<i>"))',
  ],
  [
    "a subject after an escaped quote",
    '* 3 FETCH (UID 3 ENVELOPE (NIL "\\"a\\',
    '" NIL NIL NIL NIL NIL NIL NIL NIL))',
  ],
  ["a file name", '* 3 FETCH (UID 3 BODYSTRUCTURE ("A" "PDF" ("NAME" "a', '") NIL NIL "base64" 3))'],
  ["a section", '* 3 FETCH (UID 3 BODY[TEXT] "a', '" FLAGS (\\Seen))'],
  ["an item after a literal", '* 3 FETCH (UID 3 BODY[] {5}\r\nhello PREVIEW "a', '")'],
  ["an unknown item", '* 3 FETCH (UID 3 X-NEW ("a', '"))'],
  ["an unknown response", '* XNEW (("a', '") 3)'],
  ["a value of metadata", '* METADATA INBOX (/private/comment "a', '")'],
  ["a name", '* LIST () "/" "a', '"'],
  ["a code", '* OK [BADURL "a', '"] there'],
];

function told(events: readonly ImapEvent[]): string[] {
  return events.filter(({ type }) => type !== "INVALID" && type !== "UNKNOWN").map((event) =>
    JSON.stringify(event)
  );
}

/** A client with ten messages, and what it has been told. */
async function listening(
  script: (peer: Peer) => Promise<void>,
): Promise<[ImapClient, ImapEvent[], Promise<void>]> {
  const { client, done } = await selected(script);
  const events: ImapEvent[] = [];
  void (async () => {
    for await (const event of client.events()) events.push(event);
  })();
  return [client, events, done];
}

for (const [name, before, after] of places) {
  test(`what stands on a line of its own in a string is not a response: ${name}`, async () => {
    for (const line of lines) {
      const play = async (inside: string) => {
        const [client, events, done] = await listening(async (peer) => {
          await peer.expect("A2 UID FETCH 3 UID");
          await peer.send(`${before}${inside}${after}\r\n* 11 EXISTS\r\nA2 OK done\r\n`);
          await peer.play("C: A3 NOOP\nS: A3 OK done");
        });
        const rows = await client.uidFetch("3", ["UID"]).then((rows) => rows, () => []);
        await client.noop();
        await done;
        const exists = client.mailbox!.exists;
        const state = JSON.stringify([client.mailbox, [...client.capabilities ?? []]]);
        client.close();
        await settle();
        return { state, exists, events: told(events), rows: rows.length };
      };
      const folded = await play(`\r\n b`);
      const hostile = await play(`\r\n${line}\r\nb`);
      assertEquals(hostile, folded, line);
      // Of the lines after it nothing is lost.
      assertEquals(hostile.exists, 11);
    }
  });
}

test("a quote that is never closed ends with the completion of a command", async () => {
  const [client, events, done] = await listening(async (peer) => {
    await peer.expect("A2 UID FETCH 3 FLAGS");
    await peer.send(
      '* 3 FETCH (UID 3 FLAGS () PREVIEW "a\r\n* 9 EXPUNGE\r\nA77 NO x\r\nA2 OK done\r\n* 12 EXISTS\r\n',
    );
    await peer.play("C: A3 NOOP\nS: * 13 EXISTS\nS: A3 OK done");
  });
  const rows = await client.uidFetch("3", ["FLAGS"]);
  assertEquals(rows.map(({ uid }) => uid), [3]);
  await client.noop();
  assertEquals(client.mailbox!.exists, 13);
  await done;
  client.close();
  await settle();
  assertEquals(events.filter(({ type }) => type === "INVALID").length, 2);
  assertEquals(told(events), ['{"count":12,"type":"EXISTS"}', '{"count":13,"type":"EXISTS"}']);
});

test("a continuation request that is waited for ends an open quote, as does the end of what a header can be", async () => {
  const [client, , done] = await listening(async (peer) => {
    await peer.expect("A2 APPEND Big {100000}");
    await peer.send('* 3 FETCH (UID 3 PREVIEW "a\r\n+ go\r\n');
    await peer.octets(100_000);
    assertEquals(await peer.line(), "");
    await peer.send("A2 OK done\r\n");
    await peer.expect("A3 NOOP");
    await peer.send(`* 3 FETCH (UID 3 PREVIEW "a\r\n${"* 9 EXPUNGE\r\n".repeat(110_000)}`);
    await peer.send("* 20 EXISTS\r\nA3 OK done\r\n");
  });
  await client.append("Big", "x".repeat(100_000));
  await client.noop();
  await done;
  // More than a MiB of them, and the server has told of 20 messages after that.
  assertEquals(client.mailbox!.exists, 20);
  client.close();
});

test("a quote without its backslash leaves nothing open", async () => {
  const odd = ['"a"b" NIL', '"a""', '"""', 'a" NIL', '"a" b" "c"'];
  for (const subject of odd) {
    const [client, , done] = await listening(async (peer) => {
      await peer.expect("A2 FETCH 1:3 (ENVELOPE UID)");
      await peer.send(`* 1 FETCH (ENVELOPE (NIL ${subject} NIL NIL NIL NIL NIL NIL NIL NIL))\r\n`);
      await peer.send(`* 2 FETCH (ENVELOPE (NIL "b" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n* 11 EXISTS\r\n`);
      await peer.send("A2 OK done\r\n");
    });
    const rows = await client.fetch("1:3", ["ENVELOPE", "UID"]);
    assertEquals(rows.at(-1)?.envelope?.subject, "b", subject);
    assertEquals(client.mailbox!.exists, 11, subject);
    await done;
    client.close();
  }
});
