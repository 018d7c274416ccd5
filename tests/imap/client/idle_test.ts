import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { CommandError, ConnectionError, StateError, TimeoutError } from "../../../imap/base/errors.ts";
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

test("another command ends IDLE, which goes on after it", async () => {
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

test("an IDLE that waits for its turn is taken back with its loop", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.expect('A2 LIST "" *');
    await settle();
    await settle();
    await peer.send("A2 OK done\r\n");
    // A3 was to be IDLE.
    await peer.play("C: A4 NOOP\nS: A4 OK done");
  });
  const list = client.list("", "*");
  const idle = client.idle();
  await idle.return!();
  await list;
  await client.noop();
  await done;
  client.close();
});

test("silence inside IDLE is not a failure, silence after DONE is", async () => {
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

test("a lost connection and a refusal end the loop with an error", async () => {
  const lost = await selected(async (peer) => {
    await peer.play("C: A2 IDLE\nS: + idling");
    peer.close();
  });
  await assertRejects(() => lost.client.idle().next(), ConnectionError);
  const refused = await selected((peer) => peer.play("C: A2 IDLE\nS: A2 NO not now"));
  await assertRejects(() => refused.client.idle().next(), CommandError);
  refused.client.close();
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

test("all loops of one connection share one IDLE", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A2 IDLE
      S: + idling
      S: * 11 EXISTS
      C: DONE
      S: A2 OK done
      C: A3 NOOP
      S: A3 OK done
    `)
  );
  const loops = [client.idle(), client.idle(), client.idle({ duration: 10_000 })];
  for (const loop of loops) assertEquals((await loop.next()).value?.type, "EXISTS");
  await loops[0]!.return!();
  await loops[2]!.return!();
  await settle();
  const rest = loops[1]!.next();
  await loops[1]!.return!();
  assertEquals((await rest).done, true);
  await client.noop();
  await done;
  client.close();
});

test("a loop that begins while the last one ends is served, and the shortest renewal counts", async () => {
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
      C: A4 IDLE
      S: + idling
      S: * 12 EXISTS
      C: DONE
      S: A4 OK done
    `), { timeouts: { command: 2000 } });
  const first = client.idle();
  await settle();
  const left = first.return!();
  const second = client.idle();
  await left;
  const third = client.idle({ renewAfter: 20 });
  assertEquals((await second.next()).value?.type, "EXISTS");
  // So that no renewal comes between.
  await Promise.all([third.return!(), second.return!()]);
  await done;
  client.close();
});

test("calls of next that do not wait are answered in order, and an abandoned one is not an unhandled rejection", async () => {
  const { client } = await selected(async (peer) => {
    await peer.play("C: A2 IDLE\nS: + idling");
    await settle();
    await peer.send("* 11 EXISTS\r\n* 12 EXISTS\r\n");
    await settle();
    peer.close();
  });
  const idle = client.idle();
  const counts = (await Promise.all([idle.next(), idle.next()])).map(({ value }) =>
    value?.type === "EXISTS" ? value.count : undefined
  );
  assertEquals(counts, [11, 12]);
  void idle.next();
  void idle.next();
  await settle();
  await settle();
  assertEquals((await idle.next()).done, true);
});

test("without a mailbox there is nothing to wait for", async () => {
  const { client } = await preauth(() => Promise.resolve());
  await assertRejects(() => client.idle().next(), StateError, "IDLE is for selected");
  client.close();
});

test("where IDLE is missing, NOOP asks from time to time", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A2 NOOP
      S: A2 OK done
      C: A3 NOOP
      S: * 11 EXISTS
      S: A3 OK done
      C: A4 CHECK
      S: A4 OK done
    `), { capabilities: "IMAP4rev1", timeouts: { command: 2000 } });
  for await (const event of client.idle({ renewAfter: 20 })) if (event.type === "EXISTS") break;
  await client.check();
  await done;
  client.close();
});

test("DONE is answered in time, whatever else comes, or the connection ends", async () => {
  const { client } = await selected(async (peer) => {
    await peer.play("C: A2 IDLE\nS: + idling\nC: DONE");
    while (!peer.ended) {
      await peer.send("* 1 RECENT\r\n");
      await settle();
    }
  }, { timeouts: { done: 100 } });
  const idle = client.idle();
  await settle();
  await assertRejects(async () => await client.noop(), TimeoutError, "DONE");
  await assertRejects(async () => {
    for await (const _ of idle);
  }, TimeoutError);
});

test("DONE is answered in time, also when the loop has been left meanwhile", async () => {
  const { client } = await selected((peer) => peer.play("C: A2 IDLE\nS: + idling\nC: DONE"), {
    timeouts: { done: 100 },
  });
  const idle = client.idle({ renewAfter: 10 });
  const news = idle.next();
  // DONE is said for the renewal, and then nobody reads any more.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await idle.return!();
  assertEquals((await news).done, true);
  await assertRejects(async () => await client.noop(), TimeoutError, "DONE");
});
