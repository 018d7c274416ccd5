// Connections that deviate: ends that come on one side only, counts that are not numbers of octets, an upgrade that goes wrong. A caller gets an error
// that says what happened, and never waits without end.

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { connect, type ImapClient, memoryPair, streamTransport, type Transport } from "../../../imap/core.ts";
import { ManualClock } from "../../../imap/base/manual_clock.ts";
import { playOdd } from "./odd_dialogues.ts";
import { Peer, settle } from "./scripted.ts";

const never = () => new Promise<never>(() => {});
const pre = "S: * PREAUTH [CAPABILITY IMAP4rev1] hi";

/** A connection to a server that plays a script, with some of its ways replaced. */
function over(server: string, change: (transport: Transport) => Partial<Transport>): Transport {
  const [transport, end] = memoryPair(true);
  void playOdd(new Peer(end), server).catch(() => {});
  const plain: Transport = {
    secure: true,
    local: true,
    read: (into) => transport.read(into),
    write: (bytes) => transport.write(bytes),
    close: () => transport.close(),
  };
  return { ...plain, ...change(plain) };
}

/** What a caller gets, by a clock that does not wait; everything has ended when it is closed. */
async function outcome(work: (clock: ManualClock) => Promise<unknown>): Promise<string> {
  const clock = new ManualClock();
  let result: string | undefined;
  const done = work(clock).then(
    (value) => result = JSON.stringify(value) ?? "done",
    (error) => result = error instanceof Error ? `${error.name}: ${error.message}` : `threw ${error}`,
  );
  for (let passed = 0; result === undefined && passed < 600; passed += 5) await clock.advance(5_000);
  assert(result !== undefined, "hangs");
  const got = await done;
  await clock.advance(10_000);
  assertEquals(clock.timers, 0, "timers are left");
  return got;
}

function noop(transport: Transport): Promise<string> {
  return outcome(async (clock) => {
    await using client = await connect({ transport, clock });
    await client.noop();
  });
}

function is(outcome: string, name: string, words: string): void {
  assert(outcome.startsWith(`${name}: `) && outcome.includes(words), `${outcome}, not ${name} with ${words}`);
}

test("a peer that sends no more, and takes nothing", async () => {
  const got = await noop(over(`${pre}\nX`, () => ({ write: never })));
  is(got, "ConnectionError", "closed the connection");
});

test("a peer that said why, and then takes nothing more", async () => {
  const broken = () => Promise.reject(new Error("EPIPE: broken pipe"));
  is(
    await noop(over(`${pre}\nS: * BYE too many of you\nX`, () => ({ write: broken }))),
    "ConnectionError",
    "too many of you",
  );
  is(
    await noop(over(`${pre}\nS: * NO not today\nX`, () => ({ write: broken }))),
    "ConnectionError",
    "not today",
  );
  is(await noop(over(pre, () => ({ write: broken }))), "ConnectionError", "EPIPE");
  is(
    await noop(over(pre, () => ({
      write: () => {
        throw new Error("EPIPE: at once");
      },
    }))),
    "ConnectionError",
    "EPIPE: at once",
  );
});

test("a connection that is reset while a command is written", async () => {
  let reset: (error: Error) => void = () => {};
  const gone = new Promise<never>((_, reject) => reset = reject);
  gone.catch(() => {});
  const got = await noop(over(pre, (plain) => ({
    read: (into) => Promise.race([plain.read(into), gone]),
    write: () => {
      reset(new Error("ECONNRESET: reset by peer"));
      return never();
    },
  })));
  is(got, "ConnectionError", "ECONNRESET");
});

test("OK to a command whose first line is still being written", async () => {
  const plus = "S: * PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi";
  const transport = over(`${plus}\nC: A1 APPEND INBOX {3+}\nS: A1 OK done`, (plain) => ({
    write: async (bytes) => {
      await plain.write(bytes);
      await never();
    },
  }));
  const got = await outcome(async (clock) => {
    const client = await connect({ transport, clock });
    return await client.append("INBOX", "abc");
  });
  is(got, "ProtocolError", "before all of it was sent");
});

test("a close that throws, rejects or never settles keeps nobody waiting", async () => {
  const closes: Transport["close"][] = [
    () => {
      throw new Error("no");
    },
    () => Promise.reject(new Error("no")),
    never,
  ];
  for (const close of closes) {
    const got = await noop(over(`${pre}\nC: A1 NOOP\nS: A1 OK\nC: A2 LOGOUT\nS: A2 OK`, () => ({ close })));
    assertEquals(got, "done");
  }
});

test("a read that goes on after close keeps nobody waiting", async () => {
  let greeted = false;
  const got = await noop(over(`${pre}\nC: A1 NOOP\nS: A1 OK`, (plain) => ({
    read: async (into) => {
      const count = greeted ? await plain.read(into) : await plain.read(into);
      greeted = true;
      return count ?? await never();
    },
  })));
  assertEquals(got, "done");
});

test("counts of octets that cannot be", async () => {
  for (const count of [0, -1, 0.5, NaN, Infinity, 1e9, undefined, "5", {}] as number[]) {
    let reads = 0;
    const got = await noop(over(pre, (plain) => ({
      read: async (into) => reads++ === 0 ? await plain.read(into) : (await settle(), count),
    })));
    is(got, "ConnectionError", "transport");
    assert(reads < 10, `${reads} reads`);
  }
  const long = `${pre}\nC- A1 EXAMINE\nS: A1 OK\nC- A2 UID FETCH\nS: * 1 FETCH (UID 1 BODY[] {700000}`;
  for (const chunk of [new Uint8Array(0), undefined, "text", {}, 5] as Uint8Array[]) {
    let takes = 0;
    const got = await outcome(async (clock) => {
      const transport = over(long, () => ({
        take: async () => (takes++, await settle(), chunk),
      }));
      await using client = await connect({ transport, clock });
      await client.examine("INBOX");
      for await (const { stream } of client.uidFetch(1, ["BODY.PEEK[]"]).bodies()) {
        for await (const _ of stream);
      }
    });
    is(got, "ConnectionError", "transport");
    assertEquals(takes, 1);
  }
});

test("streams that give something else than octets, or nothing without end", async () => {
  const over = (chunk: unknown) => {
    const readable = new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }, {
      highWaterMark: 0,
    });
    return streamTransport({ readable, writable: new WritableStream() }, true);
  };
  for (const chunk of ["* OK hi\r\n", null, 5, new Uint16Array(2), new ArrayBuffer(2), [42]]) {
    is(await noop(over(chunk)), "ConnectionError", "gives Uint8Array");
  }
  is(await noop(over(new Uint8Array(0))), "TimeoutError", "did not greet");
});

const offers = "S: * OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi";

/** What `connect` gives over a connection in clear that is to be encrypted. */
function encrypted(
  clear: string,
  startTls: (inner: Transport) => unknown = (inner) => Promise.resolve(inner),
  inside = "C- A\nS: * CAPABILITY IMAP4rev1\nS: A2 OK",
): Promise<string> {
  return outcome(async (clock) => {
    const [inner, innerEnd] = memoryPair(true);
    void playOdd(new Peer(innerEnd), inside).catch(() => {});
    const transport = over(clear, () => ({
      secure: false,
      local: false,
      startTls: () => startTls(inner) as Promise<Transport>,
    }));
    let client: ImapClient;
    try {
      client = await connect({
        host: "imap.example.org",
        tls: "starttls",
        dial: () => Promise.resolve(transport),
        clock,
      });
    } catch (error) {
      const { name, message, reason } = error as Error & { reason?: string };
      throw Object.assign(new Error(`${message} (${reason})`), { name });
    }
    const { secure } = client;
    client.close();
    return secure;
  });
}

test("an upgrade that goes right", async () => {
  assertEquals(await encrypted(`${offers}\nC: A1 STARTTLS\nS: A1 OK go`), "true");
});

test("what comes in clear after the OK to STARTTLS", async () => {
  for (
    const more of [
      "\\r",
      "A",
      "* CAPABILITY IMAP4rev1 AUTH=PLAIN\\r\\n",
      "A2 OK\\r\\n",
      "\\u0016\\u0003\\u0001",
      "\\r\\n",
    ]
  ) {
    const got = await encrypted(`${offers}\nC: A1 STARTTLS\nS- A1 OK go\\r\\n${more}`);
    is(got, "ProtocolError", "more in clear");
  }
  is(
    await encrypted(`${offers}\nC: A1 STARTTLS\nS: A0 OK of nobody`),
    "ProtocolError",
    "another command than STARTTLS",
  );
});

test("STARTTLS that is refused, not offered, not answered or in vain", async () => {
  is(await encrypted(`${offers}\nC: A1 STARTTLS\nS: A1 NO not here`), "CommandError", "not here");
  is(await encrypted(`${offers}\nC: A1 STARTTLS\nS: A1 BAD what`), "CommandError", "what");
  is(
    await encrypted("S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi"),
    "CapabilityError",
    "(starttls-refused)",
  );
  is(await encrypted("S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi"), "ProtocolError", "PREAUTH");
  is(await encrypted(`${offers}\nC: A1 STARTTLS`), "TimeoutError", "");
  is(await encrypted(`${offers}\nC: A1 STARTTLS\nS: + go\nS: * OK go`), "TimeoutError", "");
  is(
    await encrypted(`${offers}\nC: A1 STARTTLS\nS: * BYE certificates are out\nX`),
    "ConnectionError",
    "certificates are out",
  );
});

test("a handshake that fails, hangs or gives nothing", async () => {
  const clear = `${offers}\nC: A1 STARTTLS\nS: A1 OK go`;
  is(await encrypted(clear, () => Promise.reject(new Error("alert 40"))), "ConnectionError", "alert 40");
  is(
    await encrypted(clear, () => {
      throw new Error("alert 41");
    }),
    "ConnectionError",
    "alert 41",
  );
  is(await encrypted(clear, never), "TimeoutError", "");
  is(await encrypted(clear, () => Promise.resolve(undefined)), "ConnectionError", "no function read");
  is(await encrypted(clear, () => Promise.resolve({})), "ConnectionError", "no function read");
  is(await encrypted(clear, (inner) => Promise.resolve(inner), ""), "TimeoutError", "");
});

test("a dial that gives something else than a connection", async () => {
  for (const nothing of [undefined, null, {}, "socket", { read: never, write: never }]) {
    const got = await outcome((clock) =>
      connect({
        host: "imap.example.org",
        dial: () => Promise.resolve(nothing as unknown as Transport),
        clock,
      })
    );
    is(got, "TypeError", "What dial gives must be a Transport");
  }
});
