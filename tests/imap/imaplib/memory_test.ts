// What a server may make the facade keep: octets of everything that nobody has taken, and not only items of one kind.

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { IMAP4 } from "@postern/postern/imaplib";
import { memoryPair } from "../../../imap/transport/streams.ts";
import { Peer } from "../session/scripted.ts";

const maxHeld = 100_000;

/** A client that may keep little, and its server, which says `flood` before it answers NOOP, or after IDLE was begun. */
async function connected(flood: (peer: Peer) => Promise<void>): Promise<IMAP4> {
  const [transport, end] = memoryPair(true);
  const peer = new Peer(end);
  let last = "";
  void (async () => {
    await peer.send("* PREAUTH hi\r\n");
    for (;;) {
      const [tag = "", command] = (await peer.line()).split(" ");
      if (tag !== "DONE") last = tag;
      if (command === "CAPABILITY") await peer.send("* CAPABILITY IMAP4rev1 IDLE\r\n");
      if (command === "IDLE") await peer.send("+ idling\r\n");
      if (command === "NOOP" || command === "IDLE") await flood(peer);
      if (command !== "IDLE") {
        await peer.send(`${last} OK done\r\n`);
      }
    }
  })().catch(() => {});
  return await IMAP4.connect("", 143, {
    dial: () => Promise.resolve(transport),
    limits: { maxHeld },
  });
}

const text = "x".repeat(1000);
const floods: Record<string, (at: number) => string> = {
  "rows of one type": () => `* LIST () "/" ${text}`,
  "literals": () => `* LIST () "/" {1000}\r\n${text}`,
  "a type for each": (at) => `* X${at} ${text}`,
  "a type for each, and nothing in it": (at) => `* X${text}${at}`,
  "codes": (at) => `* OK [X${at} ${text}] ok`,
  "empty rows": () => "* SEARCH\r\n".repeat(100).trimEnd(),
};

for (const [name, line] of Object.entries(floods)) {
  test(`${name}: more than may be kept ends the connection`, async () => {
    const M = await connected(async (peer) => {
      for (let at = 0; at < 300; at++) await peer.send(`${line(at)}\r\n`);
    });
    await assertRejects(() => M.noop(), IMAP4.abort, "maxHeld");
    await assertRejects(() => M.noop(), IMAP4.abort, "maxHeld");
    await M.shutdown();
  });
}

test("news of IDLE that nobody takes have the same limit", async () => {
  const M = await connected(async (peer) => {
    for (let at = 0; at < 300; at++) await peer.send(`* LIST () "/" ${text}\r\n`);
  });
  const idler = M.idle();
  await assertRejects(
    async () => {
      await idler.next();
      await idler.done();
    },
    IMAP4.abort,
    "maxHeld",
  );
  await M.shutdown();
});

test("what is taken in time has no limit, and neither have the news of a loop", async () => {
  const M = await connected(async (peer) => {
    for (let at = 0; at < 30; at++) await peer.send(`* LIST () "/" ${text}\r\n`);
  });
  for (let round = 0; round < 20; round++) {
    await M.noop();
    assertEquals(M.response("LIST")[1].length, 30);
  }
  let news = 0;
  for await (const [typ] of M.idle()) {
    assertEquals(typ, "LIST");
    if (++news === 30) break;
  }
  await M.shutdown();
});

test("a line of the log is kept in part, and what is masked is masked where it is shown", async () => {
  const pass = "s3cr3tPass";
  const M = await connected(async (peer) => {
    await peer.send(`* OK you said ${pass}\r\n* OK ${"x".repeat(1988)} ${pass}${text}\r\n`);
  });
  M.state = "NONAUTH";
  await M.login("alice", pass);
  await M.noop();
  const shown: string[] = [];
  const write = console.error;
  try {
    console.error = (line: string) => void shown.push(line);
    M.print_log();
  } finally {
    console.error = write;
  }
  const log = shown.join("\n");
  assert(log.includes("you said ***") && log.includes("xxx ..."), log);
  assert(!log.includes("s3c"), log);
  await M.shutdown();
});
