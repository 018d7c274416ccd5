import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../../imap/base/errors.ts";
import { connect } from "../../../imap/client/connect_with.ts";
import type { ImapClient } from "../../../imap/client/client.ts";
import { memoryPair } from "../../../imap/transport/streams.ts";
import type { Transport } from "../../../imap/transport/transport.ts";
import { Peer, preauth } from "../session/scripted.ts";

/** A transport that tells what was written, one text for each write. */
function counted(transport: Transport): { transport: Transport; writes: string[] } {
  const writes: string[] = [];
  return {
    writes,
    transport: {
      secure: transport.secure,
      local: true,
      read: (into) => transport.read(into),
      write: (bytes) => {
        writes.push(new TextDecoder().decode(bytes));
        return transport.write(bytes);
      },
      close: () => transport.close(),
    },
  };
}

async function counting(
  script: string,
  use: (client: ImapClient) => Promise<unknown>,
  options: Partial<Parameters<typeof connect>[0]> = {},
): Promise<string[]> {
  const [near, far] = memoryPair(true);
  const { transport, writes } = counted(near);
  const peer = new Peer(far);
  const done = peer.play(script);
  const client = await connect({ auth: { user: "sam", pass: "secret" }, ...options, transport });
  await use(client);
  await done;
  client.close();
  return writes;
}

const offers = "[CAPABILITY IMAP4rev1 IMAP4rev2 ID SASL-IR AUTH=PLAIN]";

test("three round trips to the first envelope: login; ENABLE, ID and SELECT in one write; FETCH", async () => {
  const writes = await counting(
    `
    S: * OK ${offers} hi
    C: A1 AUTHENTICATE PLAIN AHNhbQBzZWNyZXQ=
    S: A1 OK ${offers} in
    C: A2 ENABLE IMAP4rev2
    C: A3 ID ("name" "Postern")
    C: A4 SELECT INBOX
    S: * ENABLED IMAP4rev2
    S: A2 OK done
    S: * ID NIL
    S: A3 OK done
    S: * 1 EXISTS
    S: A4 OK [READ-WRITE] done
    C: A5 UID FETCH 1 (UID ENVELOPE)
    S: * 1 FETCH (UID 1 ENVELOPE (NIL "Hello" NIL NIL NIL NIL NIL NIL NIL NIL))
    S: A5 OK done
  `,
    async (client) => {
      assertEquals((await client.select("INBOX")).exists, 1);
      assertEquals(client.enabled.has("IMAP4REV2"), true);
      assertEquals((await client.uidFetch(1, ["UID", "ENVELOPE"]))[0]!.envelope.subject, "Hello");
    },
  );
  assertEquals(writes.length, 3);
  assertEquals(writes[1], 'A2 ENABLE IMAP4rev2\r\nA3 ID ("name" "Postern")\r\nA4 SELECT INBOX\r\n');
});

test("what is written in another way once IMAP4rev2 is enabled waits until that is known", async () => {
  const greeting = "S: * PREAUTH [CAPABILITY IMAP4rev1 IMAP4rev2] hi";
  const writes = await counting(
    `
    ${greeting}
    C: A1 ENABLE IMAP4rev2
    S: A1 NO not today
    C: A2 SELECT Entw&APw-rfe
    S: A2 OK done
  `,
    (client) => client.select("Entwürfe"),
  );
  assertEquals(writes.length, 2);
  const [near, far] = memoryPair(true);
  const peer = new Peer(far);
  const done = peer.play(`
    ${greeting}
    C: A1 ENABLE IMAP4rev2
    S: * ENABLED IMAP4rev2
    S: A1 OK done
    C: A2 SELECT "Entw\u00c3\u00bcrfe"
    S: A2 OK done
  `);
  const client = await connect({ transport: near });
  await client.select("Entwürfe");
  await done;
  client.close();
});

test("without a first command, ENABLE and ID go all the same; id is what the caller says, or nothing", async () => {
  const writes = await counting(
    `
    S: * PREAUTH [CAPABILITY IMAP4rev1 IMAP4rev2 ID] hi
    C: A1 ENABLE IMAP4rev2
    C: A2 ID ("name" "x" "version" "1")
    S: A1 OK done
    S: A2 BAD what
  `,
    () => Promise.resolve(),
    { id: { name: "x", version: "1", vendor: null } },
  );
  assertEquals(writes.length, 1);
  const none = await counting(
    "S: * PREAUTH [CAPABILITY IMAP4rev1 ID] hi\nC: A1 NOOP\nS: A1 OK done",
    (client) => client.noop(),
    { id: false },
  );
  assertEquals(none, ["A1 NOOP\r\n"]);
});

test("five independent STATUS are written before the first is answered", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const { client, done } = await preauth(async (peer) => {
    for (const [at, name] of names.entries()) await peer.expect(`A${at + 1} STATUS ${name} (MESSAGES)`);
    for (const at of [4, 2, 0, 1, 3]) {
      await peer.send(`* STATUS ${names[at]} (MESSAGES ${at})\r\nA${at + 1} OK done\r\n`);
    }
  });
  const all = await Promise.all(names.map((name) => client.status(name, ["MESSAGES"])));
  assertEquals(all.map(({ messages }) => messages), [0, 1, 2, 3, 4]);
  await done;
  client.close();
});

test("what could be mixed up goes one after the other", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 STATUS a (MESSAGES)
      S: * STATUS a (MESSAGES 1)
      S: A1 OK done
      C: A2 STATUS a (MESSAGES)
      S: * STATUS a (MESSAGES 2)
      S: A2 OK done
      C: A3 LIST "" *
      S: * LIST () "/" INBOX
      S: A3 OK done
      C: A4 SELECT INBOX
      S: * 3 EXISTS
      S: A4 OK done
      C: A5 NOOP
      S: * 4 EXISTS
      S: A5 OK done
      C: A6 SELECT INBOX
      S: * 5 EXISTS
      S: A6 OK done
    `)
  );
  const calls = [
    client.status("a", ["MESSAGES"]).then(({ messages }) => messages),
    client.status("a", ["MESSAGES"]).then(({ messages }) => messages),
    client.list("", "*").then(({ mailboxes }) => mailboxes.length),
    client.select("INBOX").then(({ exists }) => exists),
    client.noop().then(() => undefined),
    client.select("INBOX").then(({ exists }) => exists),
  ];
  assertEquals(await Promise.all(calls), [1, 2, 1, 3, undefined, 5]);
  await done;
  client.close();
});

test("one of several commands of one write is refused: the others are not", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 STATUS a (MESSAGES)
      C: A2 STATUS b (MESSAGES)
      S: A1 NO none
      S: * STATUS b (MESSAGES 2)
      S: A2 OK done
    `)
  );
  const [a, b] = [client.status("a", ["MESSAGES"]), client.status("b", ["MESSAGES"])];
  await assertRejects(() => a, CommandError);
  assertEquals((await b).messages, 2);
  await done;
  client.close();
});
