/** Mailbox names that a server lists go back to it as they came. */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { ImapClient } from "../../../imap/client/client.ts";
import { arg } from "../../../imap/client/raw_command.ts";
import { type Peer, plenty, preauth, selected } from "../session/scripted.ts";

test("a listed name selects the mailbox, however it was written", async () => {
  // On the wire, one character for each octet.
  const raw = "Envoy\xc3\xa9s";
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 LIST "" *
      S: * LIST () "/" "${raw}"
      S: * LIST () "/" "&AOk-&AOk-"
      S: * LIST () "/" "caf\xe9"
      S: * LIST () "/" "~a[b]"
      S: * LIST () "/" "a}"
      S: * LIST () "/" "Entw&APw-rfe"
      S: A1 OK done
      C: A2 STATUS "${raw}" (MESSAGES)
      S: * STATUS "${raw}" (MESSAGES 5)
      S: A2 OK done
      C: A3 STATUS &AOk-&AOk- (MESSAGES)
      S: * STATUS "&AOk-&AOk-" (MESSAGES 1)
      S: A3 OK done
      C: A4 STATUS {4}
      S: + go
      C: caf\xe9 (MESSAGES)
      S: * STATUS "caf\xe9" (MESSAGES 2)
      S: A4 OK done
      C: A5 STATUS "~a[b]" (MESSAGES)
      S: * STATUS "~a[b]" (MESSAGES 3)
      S: A5 OK done
      C: A6 STATUS "a}" (MESSAGES)
      S: * STATUS "a}" (MESSAGES 4)
      S: A6 OK done
      C: A7 STATUS Entw&APw-rfe (MESSAGES)
      S: * STATUS Entw&APw-rfe (MESSAGES 6)
      S: A7 OK done
    `)
  );
  const { mailboxes } = await client.list("", "*");
  assertEquals(mailboxes[0]!.mailbox, "Envoyés");
  const counts = [];
  for (const { mailbox } of mailboxes) counts.push((await client.status(mailbox, ["MESSAGES"])).messages);
  assertEquals(counts, [5, 1, 2, 3, 4, 6]);
  await done;
});

test("two mailboxes that would be shown alike are told apart", async () => {
  for (const order of [["Envoy\xc3\xa9s", "Envoy&AOk-s"], ["Envoy&AOk-s", "Envoy\xc3\xa9s"]]) {
    const { client, done } = await preauth(async (peer) => {
      for (const round of [1, 2]) {
        await peer.play(`
          C: A${round} LIST "" *
          S: * LIST () "/" "${order[0]}"
          S: * LIST () "/" "${order[1]}"
          S: A${round} OK done
        `);
      }
      await peer.play(
        order.map((name, index) => {
          const ok = `S: A${index + 3} OK done`;
          return name.includes("&")
            ? `C: A${index + 3} DELETE ${name}\n${ok}`
            : `C: A${index + 3} DELETE {8}\nS: + go\nC: ${name}\n${ok}`;
        }).join("\n"),
      );
    });
    await client.list("", "*");
    const { mailboxes } = await client.list("", "*");
    for (const { mailbox } of mailboxes) await client.delete(mailbox);
    await done;
  }
});

/** Names as servers list them, one character for each octet: nothing in them is canonical. */
const odd = {
  "raw UTF-8": "Envoy\xc3\xa9s",
  "raw Latin-1": "caf\xe9",
  "two shifts in a row": "&AOk-&AOk-",
  "a shift for ASCII": "&AGE-b",
  "a shift that is not closed": "x&AOk",
  "a shift with spare bits": "&AOl-",
  "an ampersand by itself": "R&D",
  "what Courier takes in quotes only": "~a[b]}",
  "a quote, a backslash and a space": 'a "b" \\c',
  "wildcards": "50% of *",
  "a name that is NIL": "NIL",
  "a name of digits": "200",
  "braces that look like a literal": "x{3}",
};

interface Call {
  command: string;
  call: (client: ImapClient, name: string) => PromiseLike<unknown>;
  /** What the server says of it, `#` for the name. */
  answer?: string;
  /** Part of the result. */
  gives?: (result: never) => unknown;
}

/** Every command that is told a mailbox. */
const calls: readonly Call[] = [
  {
    command: "STATUS",
    call: (c, name) => c.status(name, ["MESSAGES"]),
    answer: "* STATUS # (MESSAGES 3)",
    gives: (result: { messages: number; mailbox: string }) => [result.mailbox, result.messages],
  },
  { command: "CREATE", call: (c, name) => c.create(name) },
  { command: "DELETE", call: (c, name) => c.delete(name) },
  { command: "RENAME", call: (c, name) => c.rename(name, "other") },
  { command: "RENAME", call: (c, name) => c.rename("other", name) },
  { command: "SUBSCRIBE", call: (c, name) => c.subscribe(name) },
  { command: "UNSUBSCRIBE", call: (c, name) => c.unsubscribe(name) },
  { command: "APPEND", call: (c, name) => c.append(name, "x") },
  { command: "COPY", call: (c, name) => c.copy("1", name) },
  { command: "UID COPY", call: (c, name) => c.uidCopy("1", name) },
  { command: "MOVE", call: (c, name) => c.move("1", name) },
  { command: "UID MOVE", call: (c, name) => c.uidMove("1", name) },
  { command: "REPLACE", call: (c, name) => c.replace(1, name, "x") },
  { command: "UID REPLACE", call: (c, name) => c.uidReplace(1, name, "x") },
  {
    command: "GETACL",
    call: (c, name) => c.getacl(name),
    answer: "* ACL # fred lrs",
    gives: (result: { entries: { identifier: string }[] }) => result.entries.map((one) => one.identifier),
  },
  { command: "SETACL", call: (c, name) => c.setacl(name, "fred", "lrs") },
  { command: "DELETEACL", call: (c, name) => c.deleteacl(name, "fred") },
  {
    command: "LISTRIGHTS",
    call: (c, name) => c.listrights(name, "fred"),
    answer: "* LISTRIGHTS # fred lr w",
    gives: (result: { required: string }) => result.required,
  },
  {
    command: "MYRIGHTS",
    call: (c, name) => c.myrights(name),
    answer: "* MYRIGHTS # lrs",
    gives: (result: { rights: string }) => result.rights,
  },
  {
    command: "GETQUOTAROOT",
    call: (c, name) => c.getquotaroot(name),
    answer: "* QUOTAROOT # root\r\n* QUOTA root (STORAGE 1 2)",
    gives: (result: { roots: string[]; quotas: unknown[] }) => [result.roots, result.quotas.length],
  },
  {
    command: "GETMETADATA",
    call: (c, name) => c.getmetadata(name, ["/shared/comment"]),
    answer: '* METADATA # (/shared/comment "x")',
    gives: (result: { responses: { mailbox: string }[] }) => result.responses.map((one) => one.mailbox),
  },
  {
    command: "SETMETADATA",
    call: (c, name) => c.setmetadata(name, [{ name: "/shared/comment", value: null }]),
  },
  { command: "GETANNOTATION", call: (c, name) => c.getannotation(name, ["/comment"], ["value.priv"]) },
  {
    command: "LIST",
    call: (c, name) => c.list("", name),
    answer: '* LIST () "/" #',
    gives: (result: { mailboxes: { mailbox: string }[] }) => result.mailboxes.map((one) => one.mailbox),
  },
  { command: "LSUB", call: (c, name) => c.lsub(name, "%") },
  { command: "RESETKEY", call: (c, name) => c.resetkey({ mailbox: name }) },
  {
    command: "ESEARCH",
    call: (c, name) => c.esearch({ all: true }, { sources: [{ filter: "MAILBOXES", mailboxes: [name] }] }),
    answer: '* ESEARCH (TAG "@" MAILBOX # UIDVALIDITY 1) UID ALL 1:3',
    gives: (result: { mailboxes: { mailbox: string }[] }) => result.mailboxes.map((one) => one.mailbox),
  },
  {
    command: "NOTIFY",
    call: (c, name) =>
      c.notify({
        groups: [{ mailboxes: { filter: "SUBTREE", mailboxes: [name] }, events: [{ event: "MAILBOXNAME" }] }],
      }),
  },
  { command: "XFOO", call: (c, name) => c.command("XFOO", [arg.mailbox(name)]) },
  { command: "XFOO", call: (c, name) => c.command("XFOO", [arg.list([arg.mailbox(name)])]) },
  { command: "EXAMINE", call: (c, name) => c.examine(name), answer: '* LIST () "/" #\r\n* 3 EXISTS' },
  {
    command: "SELECT",
    call: (c, name) => c.select(name),
    answer: '* LIST () "/" #\r\n* 3 EXISTS',
    gives: (result: { list: { mailbox: string }; exists: number }) => [result.list.mailbox, result.exists],
  },
];

/** Words, strings and literals of a command, with their octets as characters. */
async function argumentsOf(peer: Peer): Promise<string[]> {
  const words: string[] = [];
  for (let line = await peer.line();;) {
    for (const [, quoted, word] of line.matchAll(/"((?:[^"\\]|\\.)*)"|((?:\[[^\]]*\]|[^\s()"])+)/g)) {
      words.push(quoted === undefined ? word! : quoted.replace(/\\(.)/g, "$1"));
    }
    const literal = /\{(\d+)(\+?)\}$/.exec(line);
    if (literal === null) return words;
    words.pop();
    if (literal[2] === "") await peer.send("+ go\r\n");
    words.push(await peer.octets(Number(literal[1])));
    line = await peer.line();
  }
}

for (const [kind, wire] of Object.entries(odd)) {
  test(`every command takes a name as it was listed, and its answer is found by it: ${kind}`, async () => {
    const quoted = `"${wire.replace(/["\\]/g, "\\$&")}"`;
    const { client, done } = await selected(async (peer) => {
      const [tag] = await argumentsOf(peer);
      await peer.send(`* LIST () "/" ${quoted}\r\n${tag} OK done\r\n`);
      for (const { command, answer } of calls) {
        const [tag, ...words] = await argumentsOf(peer);
        const line = JSON.stringify(words);
        assertEquals(words.join(" ").startsWith(command), true, line);
        assertEquals(words.includes(wire), true, `${command}: ${line}`);
        if (answer !== undefined) {
          await peer.send(`${answer.replaceAll("#", () => quoted).replace("@", tag!)}\r\n`);
        }
        await peer.send(`${tag} OK done\r\n`);
      }
    }, { capabilities: everything });
    const { mailboxes: [listed] } = await client.list("", "*");
    const name = listed!.mailbox;
    const gives: unknown[] = [];
    for (const { call, gives: of } of calls) {
      const result = await call(client, name);
      if (of !== undefined) gives.push(of(result as never));
    }
    assertEquals(gives, [
      [name, 3],
      ["fred"],
      "lr",
      "lrs",
      [["root"], 1],
      [name],
      [name],
      [name],
      [name, 3],
    ]);
    await done;
  });
}

const everything =
  `${plenty} REPLACE ACL QUOTA METADATA ANNOTATEMORE URLAUTH MULTISEARCH NOTIFY LIST-EXTENDED LIST-STATUS`;
