import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { ManualClock } from "../../../imap/base/manual_clock.ts";
import { TimeoutError } from "../../../imap/base/errors.ts";
import { connect } from "../../../imap/client/connect_with.ts";
import type { Transport } from "../../../imap/transport/transport.ts";

const never = <T>() => new Promise<T>(() => {});
const greeting = "* OK [CAPABILITY IMAP4rev1 STARTTLS COMPRESS=DEFLATE] hi\r\n";

/** A connection that says what it is told to, and of which one operation never settles. */
function stuck(operation: "read" | "write" | "close" | "startTls", said: string[]): Transport {
  const written = Promise.withResolvers<void>();
  let reads = 0;
  return {
    secure: false,
    local: true,
    async read(into): Promise<number> {
      const next = operation === "read" ? undefined : said.shift();
      if (next === undefined) return await never();
      // All but the greeting answers something.
      if (reads++ > 0) await written.promise;
      return new TextEncoder().encodeInto(next, into).written;
    },
    write(): Promise<void> {
      if (operation === "write") return never();
      written.resolve();
      return Promise.resolve();
    },
    close: () => operation === "close" ? never() : Promise.resolve(),
    startTls: () => never(),
  };
}

/** Lets everything happen that needs no time, then lets time go by. */
async function later(clock: ManualClock, ms: number): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  clock.advance(ms);
}

test("a greeting that is never read: a deadline, and the caller's signal", async () => {
  for (const how of ["deadline", "signal"]) {
    const clock = new ManualClock();
    const controller = new AbortController();
    const call = connect({ transport: stuck("read", []), clock, signal: controller.signal });
    call.catch(() => {});
    if (how === "signal") controller.abort(new RangeError("enough"));
    else await later(clock, 30_000);
    await assertRejects(() => call, how === "signal" ? RangeError : TimeoutError);
  }
});

test("a dial that never settles: a deadline, and the caller's signal", async () => {
  for (const how of ["deadline", "signal"]) {
    const clock = new ManualClock();
    const controller = new AbortController();
    const call = connect({ host: "localhost", dial: () => never(), clock, signal: controller.signal });
    call.catch(() => {});
    if (how === "signal") controller.abort(new RangeError("enough"));
    else await later(clock, 30_000);
    await assertRejects(() => call, how === "signal" ? RangeError : TimeoutError);
  }
});

test("a write that is never taken: a deadline, and the caller's signal; closing is not waited for", async () => {
  for (const operation of ["write", "close"] as const) {
    for (const how of ["deadline", "signal", "logout"]) {
      const clock = new ManualClock();
      const controller = new AbortController();
      const client = await connect({ transport: stuck(operation, [greeting]), clock });
      const call = how === "logout" ? client.logout() : client.noop({ signal: controller.signal });
      Promise.resolve(call).catch(() => {});
      if (how === "signal") controller.abort(new RangeError("enough"));
      else await later(clock, 120_000);
      if (how === "logout") await call;
      else await assertRejects(() => call, how === "signal" ? RangeError : TimeoutError);
      client.close();
      assertEquals(client.closed, true);
    }
  }
});

test("a handshake that never settles: a deadline, and the caller's signal", async () => {
  for (const how of ["deadline", "signal", "timeout"]) {
    const clock = new ManualClock();
    const controller = new AbortController();
    const client = await connect({ transport: stuck("startTls", [greeting, "A1 OK begin\r\n"]), clock });
    const timeout = how === "timeout" ? { timeout: 10 } : {};
    const call = client.starttls({ hostname: "localhost" }, { signal: controller.signal, ...timeout });
    call.catch(() => {});
    await later(clock, 0);
    if (how === "signal") controller.abort(new RangeError("enough"));
    else await later(clock, how === "timeout" ? 10 : 30_000);
    await assertRejects(() => call, how === "signal" ? RangeError : TimeoutError);
    assertEquals(client.closed, true);
  }
});

test("options that are refused do not wait for the connection to be closed", async () => {
  const transport = stuck("close", []);
  await assertRejects(() => connect({ transport, limits: { maxLine: -1 } }), RangeError);
});
