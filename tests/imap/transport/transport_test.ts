import { test } from "node:test";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { fixtureText } from "../../support/fixtures.ts";
import { runtime } from "../../support/runtime.ts";
import { workerDial } from "../../support/worker_dial.ts";
import type { Dial, Transport } from "../../../imap/transport/transport.ts";
import { memoryPair, streamTransport } from "../../../imap/transport/streams.ts";

const caCerts = [fixtureText("imap/data/ca.pem")];
const identity = {
  cert: fixtureText("imap/data/localhost.pem"),
  key: fixtureText("imap/data/localhost.key"),
};

const dials: Dial[] = [];
if (runtime === "deno") dials.push((await import("../../../imap/transport/deno.ts")).dial);
if (runtime === "bun") dials.push((await import("../../../imap/transport/bun.ts")).dial);
if (runtime === "node") {
  dials.push((await import("../../../imap/transport/node.ts")).dial);
}
if (runtime === "workerd") dials.push(await workerDial());

async function listening(server: Server, work: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await work((server.address() as { port: number }).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

function echo(socket: Socket): void {
  socket.on("error", () => {});
  socket.on("data", (chunk) => socket.write(chunk));
  socket.on("end", () => socket.end());
}

async function readText(transport: Transport, length: number): Promise<string> {
  const into = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const count = await transport.read(into.subarray(at));
    if (count === null) break;
    at += count;
  }
  return new TextDecoder().decode(into.subarray(0, at));
}

/** Sends megabytes and reads them back, in pieces of odd sizes. */
async function roundTrip(transport: Transport, size = 3_000_000): Promise<void> {
  const sent = new Uint8Array(size).map((_, i) => (i * 31 + (i >> 8)) & 255);
  const writing = (async () => {
    for (let at = 0; at < size; at += 70_001) await transport.write(sent.subarray(at, at + 70_001));
  })();
  const got = new Uint8Array(size);
  for (let at = 0, step = 1; at < size; step = (step * 7) % 65_537 + 1) {
    const count = await transport.read(got.subarray(at, Math.min(at + step, size)));
    if (count === null) throw new Error(`the stream ended after ${at} bytes`);
    at += count;
  }
  await writing;
  assert(got.every((byte, i) => byte === sent[i]), "what came back is what was sent");
}

for (const dial of dials) {
  test(`bytes travel both ways, plain and encrypted (${dials.indexOf(dial)})`, async () => {
    await listening(createServer(echo), async (port) => {
      const transport = await dial({ hostname: "127.0.0.1", port });
      assertEquals(transport.secure, false);
      await roundTrip(transport);
      await transport.close();
      await transport.close();
    });
    await listening(createTlsServer(identity, echo), async (port) => {
      const transport = await dial({ hostname: "127.0.0.1", port, tls: { hostname: "localhost", caCerts } });
      assertEquals(transport.secure, true);
      await roundTrip(transport);
      await transport.close();
    });
  });

  test(`certificates are verified: authority and name (${dials.indexOf(dial)})`, async () => {
    await listening(createTlsServer(identity, echo), async (port) => {
      const at = { hostname: "127.0.0.1", port };
      // A worker's authorities are in its configuration, and the tests' one has those of the tests.
      const unknown = runtime === "workerd" ? "mail" : "localhost";
      await assertRejects(() => dial({ ...at, tls: { hostname: unknown } }), Error);
      await assertRejects(() => dial({ ...at, tls: { hostname: "mail.example.org", caCerts } }), Error);
      await assertRejects(() => dial({ ...at, tls: { hostname: "127.0.0.1", caCerts } }), Error);
    });
  });

  test(`a plain connection is upgraded to TLS (${dials.indexOf(dial)})`, async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.write("plain\r\n");
      socket.once("data", () => {
        socket.write("go\r\n", () => echo(new TLSSocket(socket, { isServer: true, ...identity })));
      });
    });
    await listening(server, async (port) => {
      for (const hostname of ["localhost", "mail.example.org"]) {
        const transport = await dial({ hostname: "127.0.0.1", port });
        assertEquals(await readText(transport, 7), "plain\r\n");
        await transport.write(new TextEncoder().encode("start\r\n"));
        assertEquals(await readText(transport, 4), "go\r\n");
        if (hostname === "localhost") {
          const encrypted = await transport.startTls!({ hostname, caCerts });
          assertEquals(encrypted.secure, true);
          assertEquals(encrypted.startTls, undefined);
          await roundTrip(encrypted, 300_000);
          await encrypted.close();
        } else {
          await assertRejects(() => transport.startTls!({ hostname, caCerts }), Error);
          await transport.close();
        }
      }
    });
  });

  test(`the end of the peer is the end of reading, a close ends a read (${dials.indexOf(dial)})`, async () => {
    await listening(createServer((socket) => void socket.on("error", () => {}).end("bye")), async (port) => {
      const transport = await dial({ hostname: "127.0.0.1", port });
      assertEquals(await readText(transport, 10), "bye");
      assertEquals(await transport.read(new Uint8Array(1)), null);
      await transport.close();
    });
    await listening(createServer(echo), async (port) => {
      const transport = await dial({ hostname: "127.0.0.1", port });
      const reading = transport.read(new Uint8Array(1)).catch(() => null);
      await transport.close();
      assertEquals(await reading, null);
      await assertRejects(() => transport.write(new Uint8Array(1)));
    });
  });

  test(`an unread connection holds the sender back (${dials.indexOf(dial)})`, async () => {
    let sent = 0;
    const server = createServer((socket) => {
      socket.on("error", () => {});
      const chunk = new Uint8Array(65_536);
      const fill = () => {
        while (sent < 200_000_000 && socket.write(chunk)) sent += chunk.length;
      };
      socket.on("drain", fill);
      fill();
    });
    await listening(server, async (port) => {
      const transport = await dial({ hostname: "127.0.0.1", port });
      await transport.read(new Uint8Array(10));
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert(sent < 60_000_000, `${sent} bytes were taken without being read`);
      await transport.close();
    });
  });

  test(`a refused or an aborted connection rejects (${dials.indexOf(dial)})`, async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
    const port = (free.address() as { port: number }).port;
    await new Promise((resolve) => free.close(resolve));
    await assertRejects(() => dial({ hostname: "127.0.0.1", port }), Error);
    const reason = new Error("changed my mind");
    await assertRejects(
      () => dial({ hostname: "127.0.0.1", port, signal: AbortSignal.abort(reason) }),
      Error,
      reason.message,
    );
    // A server that accepts and never shakes hands.
    await listening(createServer(() => {}), async (silent) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 50);
      const options = { hostname: "127.0.0.1", port: silent, tls: { hostname: "localhost", caCerts } };
      await assertRejects(() => dial({ ...options, signal: controller.signal }), Error, reason.message);
    });
  });
}

for (const dial of dials) {
  test(`a connection that is given up or closed is not left open, whatever is underway (${dials.indexOf(dial)})`, async () => {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket)).resume();
    });
    await listening(server, async (port) => {
      const options = { hostname: "127.0.0.1", port };
      const reason = new Error("changed my mind");
      const controller = new AbortController();
      const dialled = dial({ ...options, signal: controller.signal });
      controller.abort(reason);
      await assertRejects(() => dialled, Error, reason.message);
      // Encrypted, as soon as the server knows of it; workerd ends no handshake before the server does.
      if (runtime !== "workerd") {
        const second = new AbortController();
        server.once("connection", () => second.abort(reason));
        const tls = { hostname: "localhost", caCerts };
        await assertRejects(() => dial({ ...options, tls, signal: second.signal }), Error, reason.message);
      }
      // The server has this one after the others, as far as it got them at all.
      const later = await dial(options);
      await later.write(new Uint8Array(1));
      await later.close();
      // A server that reads nothing.
      server.once("connection", (socket: Socket) => socket.pause());
      const stalled = await dial(options);
      const writing = stalled.write(new Uint8Array(30_000_000)).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 100));
      await stalled.close();
      await writing;
      for (const socket of open) socket.resume();
      for (let wait = 0; wait < 100 && open.size > 0; wait++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assertEquals(open.size, 0);
    });
  });
}

test("a pair in memory carries bytes both ways, holds back and ends", async () => {
  const [left, right] = memoryPair();
  void (async () => {
    const buffer = new Uint8Array(4096);
    for (let n = await right.read(buffer); n !== null; n = await right.read(buffer)) {
      await right.write(buffer.subarray(0, n));
    }
    right.close();
  })();
  await roundTrip(left);
  left.close();
  assertEquals(await left.read(new Uint8Array(1)), null);
  await assertRejects(() => left.write(new Uint8Array(1)));

  const [fast, slow] = memoryPair(true);
  assertEquals(fast.secure, true);
  let accepted = 0;
  void (async () => {
    for (let i = 0; i < 64; i++) {
      await fast.write(new Uint8Array(65_536));
      accepted++;
    }
  })().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert(accepted < 20, `${accepted} writes were accepted without being read`);
  slow.close();
});

test("any pair of web streams is a connection", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const transport = streamTransport({ readable, writable });
  assertEquals(transport.secure, false);
  await roundTrip(transport, 300_000);
  transport.close();
  transport.close();
});

test("streams that fail while nobody reads or writes are told at the next read and write, and nowhere else", async () => {
  const unhandled: unknown[] = [];
  const listener = (event: unknown) => unhandled.push(event);
  globalThis.addEventListener?.("unhandledrejection", listener);
  let reading: ReadableStreamDefaultController | undefined;
  let writing: WritableStreamDefaultController | undefined;
  const transport = streamTransport({
    readable: new ReadableStream({ start: (controller) => void (reading = controller) }),
    writable: new WritableStream({ start: (controller) => void (writing = controller) }),
  });
  reading!.error(new Error("nothing comes"));
  writing!.error(new Error("nothing goes"));
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 0));
  await assertRejects(() => transport.read(new Uint8Array(1)), Error, "nothing comes");
  await assertRejects(() => transport.write(new Uint8Array(1)), Error, "nothing goes");
  transport.close();
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 0));
  globalThis.removeEventListener?.("unhandledrejection", listener);
  assertEquals(unhandled, []);
});

test("a close gives up a write that stalls, and ends what the streams belong to, once and last", async () => {
  const events: string[] = [];
  const transport = streamTransport({
    readable: new ReadableStream({ cancel: () => void events.push("cancel") }),
    writable: new WritableStream({
      write: () => new Promise<void>(() => {}),
    }, { highWaterMark: 2 }),
    close: () => void events.push("close"),
  });
  void transport.write(new Uint8Array(1)).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 0));
  await transport.close();
  await transport.close();
  // A sink is told of an abort after the write underway has ended, which is for `close` to bring about.
  assertEquals(events, ["cancel", "close"]);

  const broken = streamTransport({
    readable: new ReadableStream(),
    writable: new WritableStream(),
    close: () => {
      throw new Error("cannot be closed");
    },
  });
  await broken.close();
});

test("what is written to a memory pair may be overwritten at once, whatever its class", async () => {
  class Chunk extends Uint8Array {
    override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
      return this.subarray(start, end) as Uint8Array<ArrayBuffer>;
    }
  }
  const [left, right] = memoryPair();
  const chunk = new Chunk([104, 105]);
  const written = left.write(chunk);
  chunk.fill(0);
  assertEquals(await readText(right, 2), "hi");
  await written;
});
