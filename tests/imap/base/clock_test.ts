import { test } from "node:test";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connect, systemClock, TimeoutError } from "../../../imap/mod.ts";
import { ManualClock, startServer } from "../../../imap/testing/mod.ts";
import { sleep } from "../../../imap/base/clock.ts";
import { scripted } from "../session/scripted.ts";

test("manual clock: timers fire when they are due, in order, and see their own time", async () => {
  const clock = new ManualClock(1_000);
  const seen: [string, number, number][] = [];
  const note = (name: string) => () => void seen.push([name, clock.monotonic(), clock.now()]);
  clock.setTimeout(note("b"), 20);
  clock.setTimeout(note("a"), 10);
  clock.setTimeout(note("c"), 20);
  const stopped = clock.setTimeout(note("stopped"), 5);
  clock.clearTimeout(stopped);
  clock.clearTimeout(undefined);
  await clock.advance(19);
  assertEquals(seen, [["a", 10, 1_010]]);
  await clock.advance(1);
  assertEquals(seen.slice(1), [["b", 20, 1_020], ["c", 20, 1_020]]);
  assertEquals([clock.timers, clock.monotonic(), clock.now()], [0, 20, 1_020]);
});

test("manual clock: what follows from a timer runs before the next one, and its own timers count", async () => {
  const clock = new ManualClock();
  const seen: string[] = [];
  const beat = async () => {
    for (let i = 0; i < 3; i++) {
      await sleep(clock, 10);
      seen.push(`beat at ${clock.monotonic()}`);
    }
  };
  clock.setTimeout(() => seen.push("the last"), 25);
  const done = beat();
  await clock.advance(100);
  await done;
  assertEquals(seen, ["beat at 10", "beat at 20", "the last", "beat at 30"]);
});

test("manual clock: no time has to pass for 0 ms, and none passes backwards", async () => {
  const clock = new ManualClock();
  await sleep(clock, 0);
  assertEquals(clock.monotonic(), 0);
  await assertRejects(() => clock.advance(-1), RangeError);
  await assertRejects(() => clock.advance(NaN), RangeError);
});

test("system clock: its parts may be taken apart, and it cannot be changed", async () => {
  const { setTimeout, clearTimeout, monotonic, now } = systemClock;
  const from = monotonic();
  const never = setTimeout(() => {
    throw new Error("a stopped timer fired");
  }, 1);
  clearTimeout(never);
  await sleep(systemClock, 2);
  assertEquals([monotonic() >= from, Number.isInteger(now())], [true, true]);
  assertThrows(() => (systemClock as { now: () => number }).now = () => 0, TypeError);
});

const auth = { user: "alice", pass: "alice-pw" };

test("clock: a client and a server live in the time that they are given", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, faults: [{ on: "NOOP", nth: 1, delay: 60_000 }] });
  await using client = await connect({ transport: server.connect(), auth, clock });
  server.append("INBOX", "Subject: now\n\n");
  assertEquals(server.mailbox("INBOX").messages[0]!.date.getTime(), clock.now());
  let answered = false;
  const slow = client.noop().then(() => answered = true);
  await clock.advance(59_999);
  assertEquals(answered, false);
  await clock.advance(1);
  await slow;
});

test("clock: a silent server is given up in the client's time, and no timer is left", async () => {
  const clock = new ManualClock();
  const { transport, done } = scripted(async (peer) => {
    await peer.send("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
    await peer.expect("A1 NOOP");
    await peer.untilEnd();
  });
  const client = await connect({ transport, clock });
  const noop = client.noop();
  noop.catch(() => {});
  await clock.advance(119_000);
  assertEquals(client.closed, false);
  await clock.advance(1_000);
  await assertRejects(() => noop, TimeoutError, "silent for 120000 ms");
  await done;
  assertEquals(clock.timers, 0);
});

test("clock: connecting, greeting and a call's own deadline pass in the client's time", async () => {
  const clock = new ManualClock();
  const dialled = connect({
    host: "mail.example.org",
    dial: () => new Promise(() => {}),
    clock,
    timeouts: { connect: 7_000 },
  });
  const failed = assertRejects(() => dialled, TimeoutError, "Not connected after 7000 ms");
  const silent = scripted((peer) => peer.untilEnd());
  const greeted = connect({ transport: silent.transport, clock, timeouts: { greeting: 8_000 } });
  const mute = assertRejects(() => greeted, TimeoutError, "did not greet within 8000 ms");
  await clock.advance(8_000);
  await Promise.all([failed, mute, silent.done]);
  assertEquals(clock.timers, 0);
});
