/**
 * SEARCH, SORT and THREAD of the server for tests beside Dovecot's, on 1,000 messages as they come and on 1,000 whose
 * dates, subjects and references are odd: the same but for what `differences.json` lists with a reason.
 */

import { assertEquals } from "@std/assert";
import { generateMessages, startServer } from "@postern/postern/testing";
import { Wire } from "../imap/testing/wire.ts";
import { runtime } from "../support/runtime.ts";
import { testWith } from "../support/skip.ts";
import { beside, differences, fillInbox } from "./beside_dovecot.ts";
import { dovecot, type DovecotServer } from "./dovecot.ts";
import { oddMessages, type Seed } from "./odd_messages.ts";
import { questions } from "./questions.ts";
import { plainTransport } from "./socket.ts";

testWith(
  dovecot,
  "SEARCH, SORT and THREAD find what Dovecot finds, in its order",
  async () => {
    // What is compared is the same in every runtime.
    if (runtime !== "deno") return;
    const usual = generateMessages({ count: 1000, seed: 11 }) as Seed[];
    const differ: string[] = [];
    for (const [kind, messages] of [["", usual], ["odd: ", oddMessages(usual, 11)]] as const) {
      await beside(async (server) => void differ.push(...await compare(server, messages, kind)));
    }
    assertEquals(differ.sort(), Object.keys(differences.searches).sort());
  },
);

/** The questions that are not answered alike. */
async function compare(theirs: DovecotServer, messages: readonly Seed[], kind: string): Promise<string[]> {
  fillInbox(
    theirs,
    messages.map(({ message, flags, date }) => ({ bytes: new TextEncoder().encode(message), flags, date })),
  );
  await using here = await startServer({
    mailboxes: { INBOX: messages },
    with: ["MULTIAPPEND"],
  });
  const { port } = await here.listen();
  const places = [{ host: theirs.host, port: theirs.port }, { host: "127.0.0.1", port }];
  const open = () =>
    Promise.all(places.map(async (at) => {
      const session = new Wire(await plainTransport(at));
      await session.response();
      await session.ok("LOGIN alice alice-pw");
      await session.ok("SELECT INBOX");
      return session;
    }));
  // The first session sees the messages as \Recent.
  const [first, sessions] = [await open(), await open()];
  for (const session of first) session.close();
  const differ: string[] = [];
  for (const question of questions()) {
    const [expected, found] = await Promise.all(sessions.map(async (session) => {
      const lines = await session.run(question);
      return lines.filter((line) => !KEYWORDS.test(line)).map(alike);
    }));
    if (expected?.join() === found?.join()) continue;
    differ.push(kind + question);
    if (kind + question in differences.searches) continue;
    console.error(`${kind}${question}\n  Dovecot: ${expected}\n  here:    ${found}`);
  }
  for (const session of sessions) session.close();
  return differ;
}

/** Dovecot knows a keyword from the time when it is looked for. */
const KEYWORDS = /^\* (?:FLAGS|OK \[PERMANENTFLAGS) /;

/**
 * Dovecot puts how long it took after the text, a space after `* THREAD` that found nothing, and quotes around the tag of an ESEARCH,
 * which RFC 4466 wanted and RFC 9051 leaves open.
 */
function alike(line: string): string {
  return line.trim().replace(/^OK .*/, "OK").replace(/\(TAG "(\w+)"\)/, "(TAG $1)").replace(
    /^(NO \[\w+|NO\b|BAD\b).*/,
    "$1",
  );
}
