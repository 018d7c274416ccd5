/** Mailbox names that a server lists go back to it as they came. */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { preauth } from "../session/scripted.ts";

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
