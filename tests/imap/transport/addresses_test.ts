// Hosts with several addresses, with a dialler and a clock of the test's own.

import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { ManualClock } from "../../../imap/base/manual_clock.ts";
import { connectionFailure } from "../../../imap/transport/failure.ts";
import { firstOf } from "../../../imap/transport/addresses.ts";
import { settle } from "../session/scripted.ts";

/** A dialler that does what the test says, when the test says it. */
class Dialler {
  readonly clock = new ManualClock();
  readonly tried: string[] = [];
  readonly aborted: string[] = [];
  readonly discarded: string[] = [];
  readonly controller = new AbortController();
  readonly #attempts = new Map<string, PromiseWithResolvers<string>>();

  dial(...addresses: string[]): Promise<string> {
    const attempt = (address: string, signal: AbortSignal) => {
      this.tried.push(address);
      signal.addEventListener("abort", () => this.aborted.push(address));
      const attempt = Promise.withResolvers<string>();
      this.#attempts.set(address, attempt);
      return attempt.promise;
    };
    const discard = (late: string) => void this.discarded.push(late);
    const dialled = firstOf(addresses, attempt, discard, this.controller.signal, this.clock);
    dialled.catch(() => {});
    return dialled;
  }

  async answers(address: string): Promise<void> {
    this.#attempts.get(address)!.resolve(address);
    await settle();
  }

  async refuses(address: string): Promise<void> {
    const error = new Error(`connect ECONNREFUSED ${address}`);
    this.#attempts.get(address)!.reject(Object.assign(error, { code: "ECONNREFUSED" }));
    await settle();
  }

  async wait(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await settle();
  }
}

test("an address that does not answer has a quarter of a second, then the next is tried beside it", async () => {
  const dialler = new Dialler();
  const dialled = dialler.dial("192.0.2.1", "192.0.2.2", "192.0.2.3");
  await dialler.wait(249);
  assertEquals(dialler.tried, ["192.0.2.1"]);
  await dialler.wait(1);
  assertEquals(dialler.tried, ["192.0.2.1", "192.0.2.2"]);
  await dialler.answers("192.0.2.2");
  assertEquals(await dialled, "192.0.2.2");
  await dialler.wait(10_000);
  assertEquals(dialler.tried, ["192.0.2.1", "192.0.2.2"]);
  assertEquals(dialler.aborted, ["192.0.2.1"]);
  // One that comes too late is closed.
  await dialler.answers("192.0.2.1");
  assertEquals(dialler.discarded, ["192.0.2.1"]);
});

test("the first address may still be the first to answer", async () => {
  const dialler = new Dialler();
  const dialled = dialler.dial("192.0.2.1", "192.0.2.2");
  await dialler.wait(400);
  await dialler.answers("192.0.2.1");
  assertEquals(await dialled, "192.0.2.1");
  assertEquals(dialler.aborted, ["192.0.2.2"]);
});

test("after an address that refuses, the next is tried at once", async () => {
  const dialler = new Dialler();
  const dialled = dialler.dial("192.0.2.1", "192.0.2.2");
  await dialler.refuses("192.0.2.1");
  assertEquals(dialler.tried, ["192.0.2.1", "192.0.2.2"]);
  await dialler.answers("192.0.2.2");
  assertEquals(await dialled, "192.0.2.2");
});

test("the two families take turns, beginning with that of the look-up's first address", async () => {
  const dialler = new Dialler();
  void dialler.dial("2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1");
  await dialler.wait(250);
  await dialler.wait(250);
  await dialler.wait(250);
  assertEquals(dialler.tried, ["2001:db8::1", "192.0.2.1", "2001:db8::2", "2001:db8::3"]);
  const other = new Dialler();
  void other.dial("192.0.2.1", "2001:db8::1", "2001:db8::2");
  await other.wait(250);
  await other.wait(250);
  assertEquals(other.tried, ["192.0.2.1", "2001:db8::1", "2001:db8::2"]);
});

test("when all addresses fail, the reason is known; of one alone its own error comes", async () => {
  const dialler = new Dialler();
  const dialled = dialler.dial("2001:db8::1", "192.0.2.1");
  await dialler.refuses("2001:db8::1");
  await dialler.refuses("192.0.2.1");
  const error = await assertRejects(() => dialled, AggregateError);
  const { reason, retryable, message } = connectionFailure("Could not connect", error);
  assertEquals([reason, retryable], ["refused", true]);
  assertEquals(message, "Could not connect: connect ECONNREFUSED 2001:db8::1");
  const alone = new Dialler();
  const one = alone.dial("192.0.2.1");
  await alone.refuses("192.0.2.1");
  await assertRejects(() => one, Error, "connect ECONNREFUSED 192.0.2.1");
});

test("an error that holds a list of none is known by its cause", () => {
  const cause = Object.assign(new Error("no"), { code: "ECONNREFUSED" });
  const { reason } = connectionFailure("Could not connect", new AggregateError([], "all failed", { cause }));
  assertEquals(reason, "refused");
});

test("the signal gives all of them up", async () => {
  const dialler = new Dialler();
  const dialled = dialler.dial("192.0.2.1", "192.0.2.2", "192.0.2.3");
  await dialler.wait(250);
  const reason = new Error("enough");
  dialler.controller.abort(reason);
  assertEquals(await dialled.catch((error) => error), reason);
  assertEquals(dialler.aborted, ["192.0.2.1", "192.0.2.2"]);
  await dialler.answers("192.0.2.2");
  assertEquals(dialler.discarded, ["192.0.2.2"]);
  await dialler.wait(1_000);
  assertEquals(dialler.tried.length, 2);
  const late = new Dialler();
  late.controller.abort(reason);
  assertEquals(await late.dial("192.0.2.1").catch((error) => error), reason);
  assertEquals(late.tried, []);
});

test("a host with very many addresses does not open as many connections", async () => {
  const dialler = new Dialler();
  void dialler.dial(...Array.from({ length: 1_000 }, (_, at) => `192.0.2.${at}`));
  for (let i = 0; i < 40; i++) await dialler.wait(250);
  assertEquals(dialler.tried.length, 16);
});

test("after its end there is no listener on the caller's signal, however it ended", async () => {
  for (const end of ["answers", "refuses", "gives up"] as const) {
    const dialler = new Dialler();
    const { signal } = dialler.controller;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal), remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => (listeners++, add(...given));
    signal.removeEventListener = (...given: Parameters<typeof remove>) => (listeners--, remove(...given));
    const dialled = dialler.dial("192.0.2.1");
    assertEquals(listeners, 1);
    if (end === "gives up") dialler.controller.abort();
    else await dialler[end]("192.0.2.1");
    await dialled.catch(() => {});
    assertEquals(listeners, 0, end);
  }
});
