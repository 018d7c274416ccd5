// Tasks that read one message at once, and servers that answer with what nobody has asked for: each gets what it has asked for, or an error.

import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import type { MailboxMessage } from "../../../../imap/mailbox/mod.ts";
import { type Fault, startServer } from "../../../../imap/testing/mod.ts";
import { forSeedsAsync } from "../../../support/seeded.ts";
import { accountOn, mailWith } from "../support.ts";
import { changed } from "./servers.ts";

const files = { "a.txt": "AAA", "b.txt": "b".repeat(300), "c.bin": "c".repeat(90_000) };
const decoder = new TextDecoder();

/** What can be asked of the message, and what comes. */
const questions: Record<string, (m: MailboxMessage, signal?: AbortSignal) => Promise<string>> = {
  text: async (m, signal) => `${await m.text({ signal })}`,
  beginning: async (m, signal) => `${await m.text({ maxBytes: 3, signal })}`,
  whole: async (m, signal) => decoder.decode(await m.bytes({ signal })),
  ...Object.fromEntries(
    Object.keys(files).map((name, i) => [
      name,
      async (m: MailboxMessage, signal?: AbortSignal) =>
        decoder.decode(await m.attachments[i]!.bytes({ signal })),
    ]),
  ),
};

test("tasks that ask for the same messages at once, over one connection, each get what they have asked for", async () => {
  await forSeedsAsync(6, async (random) => {
    const raw = ["one", "two"].map((subject) => mailWith(subject, files, `Text of ${subject}.\r\n`));
    await using server = await startServer({ mailboxes: { INBOX: raw } });
    await using account = await accountOn(server, { connections: 1 });
    const messages = await Array.fromAsync(account.mailbox("INBOX").messages());
    const names = Object.keys(questions);
    const expected = new Map<string, string>();
    for (const m of messages) {
      for (const name of names) expected.set(`${m.uid} ${name}`, await questions[name]!(m));
    }
    assertEquals(expected.get("1 beginning"), "Tex");
    assertEquals(expected.get("2 text"), "Text of two.\n");
    assertEquals(expected.get("1 b.txt"), files["b.txt"]);
    server.faults.add({ on: "UID FETCH", splitEvery: random.between(500, 8_000) });
    const tasks = Array.from({ length: 30 }, async () => {
      const m = random.pick(messages);
      const name = random.pick(names);
      const abort = new AbortController();
      const isStopped = random.chance(0.3);
      if (isStopped) setTimeout(() => abort.abort(new Error("enough")), random.below(20));
      const told = await questions[name]!(m, abort.signal).catch((error) => String(error));
      if (isStopped && told === "Error: enough") return;
      assertEquals(told, expected.get(`${m.uid} ${name}`), `${m.uid} ${name}`);
    });
    await Promise.all(tasks);
  });
});

/** A row of FETCH with these sections. */
function row(uid: number, sections: Record<string, string | null>): string {
  const items = Object.entries(sections).map(([name, data]) =>
    data === null ? `BODY${name} NIL` : `BODY${name} {${data.length}}\r\n${data}`
  );
  return `* ${uid} FETCH (${[`UID ${uid}`, ...items].join(" ")})\r\n`;
}

/** These rows instead of the one with a section, given its name with brackets and its content. */
const answers = (rows: (name: string, right: string) => string): Fault =>
  changed("UID FETCH", "FETCH", ({ sections: [section] }) => {
    if (section === undefined) return null;
    return rows(`[${section.name}]`, decoder.decode(section.data ?? new Uint8Array()));
  });

const lies: Record<string, [Fault, said: "the text" | "nothing" | "an error"]> = {
  "another part before it": [
    answers((name, right) => row(1, { "[2]": "wrong" }) + row(1, { [name]: right })),
    "the text",
  ],
  "another part after it": [
    answers((name, right) => row(1, { [name]: right }) + row(1, { "[2]": "wrong" })),
    "the text",
  ],
  "another part in the same row": [
    answers((name, right) => row(1, { "[2]": "wrong", [name]: right })),
    "the text",
  ],
  "more parts in another row": [
    answers((name, right) => row(1, { [name]: right }) + row(1, { "[2]": "w", "[3]": "w" })),
    "the text",
  ],
  "the part of another message": [
    answers((name, right) => row(2, { [name]: "wrong" }) + row(1, { [name]: right })),
    "the text",
  ],
  "a later piece of it": [
    answers((name, right) => row(1, { [`${name}<5>`]: "wrong" }) + row(1, { [name]: right })),
    "the text",
  ],
  "a name of its own": [answers((_, right) => row(1, { "[TEXT]": right })), "the text"],
  "NIL": [answers((name) => row(1, { [name]: null })), "nothing"],
  "only another part": [answers(() => row(1, { "[2]": "wrong" })), "an error"],
  "only the whole message": [answers(() => row(1, { "[]": "wrong" })), "an error"],
  "only a later piece of it": [answers((name) => row(1, { [`${name}<5>`]: "wrong" })), "an error"],
  "a row without content": [answers(() => row(1, {})), "an error"],
};

test("a server that gives all of a message where a later piece was asked for: no octet comes twice", async () => {
  const raw = mailWith("long", { "long.bin": "0123456789".repeat(250_000) });
  await using server = await startServer({ mailboxes: { INBOX: [raw] } });
  await using account = await accountOn(server, { connections: 1 });
  const [m] = await Array.fromAsync(account.mailbox("INBOX").messages());
  server.faults.add({ on: "UID FETCH", nth: 2, ...answers(() => row(1, { "[]": raw })) });
  const octets = await m!.bytes();
  assertEquals(decoder.decode(octets) === raw, true, `${octets.length} of ${raw.length} octets`);
});

for (const [lie, [fault, expected]] of Object.entries(lies)) {
  test(`asked for a text, a server gives ${lie}: ${expected}`, async () => {
    await using server = await startServer({
      mailboxes: { INBOX: [mailWith("one", files), mailWith("two", files)] },
    });
    await using account = await accountOn(server, { connections: 1 });
    const [m] = await Array.fromAsync(account.mailbox("INBOX").messages());
    server.faults.add(fault);
    if (expected === "an error") {
      await assertRejects(() => m!.text(), Error, "gives something else than part");
    } else assertEquals(await m!.text(), expected === "nothing" ? "" : "See the files.\n");
  });
}
