import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { CapabilityError, CommandError, ConnectionError, TimeoutError } from "../../../imap/base/errors.ts";
import { preauth, selected, settle } from "../session/scripted.ts";

test("idle gives events, renews itself, and ends with DONE when the loop is left", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.play(`
      C: A2 IDLE
      S: + idling
      S: * 11 EXISTS
      C: DONE
      S: A2 OK done
      C: A3 IDLE
      S: + idling
      S: * 12 EXISTS
      C: DONE
      S: A3 OK done
      C: A4 NOOP
      S: A4 OK done
    `);
  });
  const counts: number[] = [];
  for await (const event of client.idle({ renewAfter: 20 })) {
    if (event.type === "EXISTS") counts.push(event.count);
    if (counts.length === 2) break;
  }
  assertEquals(counts, [11, 12]);
  await client.noop();
  await done;
  client.close();
});

test("DONE waits for the server's plus", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 IDLE");
    await settle();
    await settle();
    assertEquals(peer.received, "");
    await peer.send("+ idling\r\n");
    await peer.play("C: DONE\nS: A2 OK done\nC: A3 NOOP\nS: A3 OK done");
  });
  const idle = client.idle();
  await settle();
  await idle.return!();
  await client.noop();
  await done;
  client.close();
});

test("another command ends IDLE, which goes on behind it", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A2 IDLE
      S: + idling
      S: * 11 EXISTS
      C: DONE
      S: A2 OK done
      C: A3 FETCH 11 FLAGS
      S: * 12 EXISTS
      S: * 11 FETCH (FLAGS ())
      S: A3 OK done
      C: A4 IDLE
      S: + idling
      S: * 13 EXISTS
      C: DONE
      S: A4 OK done
    `)
  );
  const seen: unknown[] = [];
  for await (const event of client.idle()) {
    if (event.type !== "EXISTS") continue;
    seen.push(event.count);
    if (event.count === 11) seen.push((await client.fetch("11", ["FLAGS"]))[0]?.flags);
    if (event.count === 13) break;
  }
  assertEquals(seen, [11, [], 12, 13]);
  await done;
  client.close();
});

test("a duration ends the loop, a signal throws its reason", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A2 IDLE
      S: + idling
      C: DONE
      S: A2 OK done
      C: A3 IDLE
      S: + idling
      C: DONE
      S: A3 OK done
      C: A4 NOOP
      S: A4 OK done
    `)
  );
  for await (const _ of client.idle({ duration: 20 })) throw new Error("nothing happened");
  const reason = new Error("enough");
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 20);
  const error = await assertRejects(async () => {
    for await (const _ of client.idle({ signal: controller.signal })) throw new Error("nothing happened");
  });
  assertEquals(error, reason);
  await client.noop();
  await done;
  assertEquals(await assertRejects(() => client.idle({ signal: AbortSignal.abort(reason) }).next()), reason);
  client.close();
});

test("silence inside IDLE is no fault, silence after DONE is", async () => {
  const { client } = await selected(async (peer) => {
    await peer.play("C: A2 IDLE\nS: + idling");
    await new Promise((resolve) => setTimeout(resolve, 120));
    await peer.send("* 11 EXISTS\r\n");
    await peer.expect("DONE");
    await peer.untilEnd();
  }, { timeouts: { command: 60, idle: 200 } });
  const idle = client.idle();
  assertEquals((await idle.next()).value?.type, "EXISTS");
  // The renewal finds out that the server is gone.
  await assertRejects(() => idle.next(), TimeoutError);
  assertEquals((await idle.next()).done, true);
});

test("a lost connection, a refusal and a missing capability end the loop with an error", async () => {
  const lost = await selected(async (peer) => {
    await peer.play("C: A2 IDLE\nS: + idling");
    peer.close();
  });
  await assertRejects(() => lost.client.idle().next(), ConnectionError);
  const refused = await selected((peer) => peer.play("C: A2 IDLE\nS: A2 NO not now"));
  await assertRejects(() => refused.client.idle().next(), CommandError);
  refused.client.close();
  const missing = await selected(() => Promise.resolve(), { capabilities: "IMAP4rev1" });
  await assertRejects(() => missing.client.idle().next(), CapabilityError);
  missing.client.close();
  const { client } = await preauth((peer) => peer.play("C: A1 LOGOUT\nS: * BYE\nS: A1 OK done"));
  await client.logout();
  await assertRejects(() => client.idle().next(), ConnectionError);
});

test("closing the client ends the loop without an error", async () => {
  const { client } = await selected((peer) => peer.play("C: A2 IDLE\nS: + idling"));
  const idle = client.idle();
  const next = idle.next();
  await settle();
  client.close();
  assertEquals((await next).done, true);
});

test("a server that ends IDLE by itself is asked again, after a pause", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.play("C: A2 IDLE\nS: + idling\nS: A2 OK that was it");
    await settle();
    assertEquals(peer.received, "");
    await peer.play("C: A3 IDLE\nS: + idling\nS: * 11 EXISTS\nC: DONE\nS: A3 OK done");
  });
  for await (const event of client.idle()) if (event.type === "EXISTS") break;
  await done;
  client.close();
});
