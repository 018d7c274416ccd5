import { constants, createDeflateRaw, deflateRawSync, inflateRawSync } from "node:zlib";
import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../../imap/base/clock.ts";
import { deflateTransport } from "../../../imap/transport/deflate.ts";
import { memoryPair } from "../../../imap/transport/streams.ts";
import type { Transport } from "../../../imap/transport/transport.ts";
import { seeded } from "../../support/seeded.ts";

const utf8 = new TextEncoder();

async function readExactly(transport: Transport, length: number): Promise<Uint8Array> {
  const into = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const count = await transport.read(into.subarray(at));
    if (count === null) break;
    at += count;
  }
  return into.subarray(0, at);
}

/** Compresses like a server: everything that was said so far can be read. */
function compressor(): (bytes: Uint8Array) => Promise<Uint8Array> {
  const stream = createDeflateRaw();
  let chunks: Uint8Array[] = [];
  stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  return (bytes) =>
    new Promise((resolve) => {
      stream.write(bytes, () => {
        stream.flush(constants.Z_SYNC_FLUSH, () => {
          const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
          let at = 0;
          for (const chunk of chunks) {
            out.set(chunk, at);
            at += chunk.length;
          }
          chunks = [];
          resolve(out);
        });
      });
    });
}

test("what a server compresses is read as soon as it is flushed, cut anywhere", async () => {
  const random = seeded(4978);
  const [near, far] = memoryPair(true);
  const client = deflateTransport(near);
  assertEquals(client.secure, true);
  const compress = compressor();
  for (let round = 0; round < 30; round++) {
    const said = utf8.encode(`* ${round} FETCH (FLAGS (\\Seen))\r\n`.repeat(random.between(1, 400)));
    const packed = await compress(said);
    for (let at = 0; at < packed.length;) {
      const size = random.between(1, 700);
      await far.write(packed.subarray(at, at + size));
      at += size;
    }
    // No more is sent, and all of it is there.
    assertEquals(await readExactly(client, said.length), said);
  }
  await client.close();
});

test("what the client sends is valid deflate, whatever its size", async () => {
  const [near, far] = memoryPair();
  const client = deflateTransport(near);
  const sizes = [1, 5, 0, 65_535, 65_536, 200_000];
  let sent = 0;
  const packed: Uint8Array[] = [];
  for (const size of sizes) {
    const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7 + size) & 255);
    const writing = client.write(bytes);
    const blocks = Math.ceil(size / 65_535);
    const got = await readExactly(far, size + 5 * blocks);
    await writing;
    packed.push(got);
    sent += size;
  }
  const whole = new Uint8Array(packed.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of packed) {
    whole.set(part, at);
    at += part.length;
  }
  const inflated = inflateRawSync(whole, { finishFlush: constants.Z_SYNC_FLUSH });
  assertEquals(inflated.length, sent);
  await client.close();
});

test("two compressed ends understand each other", async () => {
  const [near, far] = memoryPair();
  const [client, server] = [deflateTransport(near), deflateTransport(far)];
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) & 255);
  const writing = client.write(bytes);
  assertEquals(await readExactly(server, bytes.length), bytes);
  await writing;
  await server.write(utf8.encode("A1 OK\r\n"));
  assertEquals(new TextDecoder().decode(await readExactly(client, 7)), "A1 OK\r\n");
  await client.close();
});

test("the end of the stream comes after all that was said, and damage is an error", async () => {
  const [near, far] = memoryPair();
  const client = deflateTransport(near);
  const said = utf8.encode("* BYE see you\r\n");
  await far.write(await compressor()(said));
  await far.close();
  assertEquals(await readExactly(client, said.length), said);
  assertEquals(await client.read(new Uint8Array(10)), null);
  const [left, right] = memoryPair();
  const broken = deflateTransport(left);
  await right.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
  await assertRejects(() => broken.read(new Uint8Array(10)));
  await broken.close();
});

test("turns of the loop are waited for only where something may have been decompressed", async () => {
  const events: ("read" | "turn")[] = [];
  const clock = {
    ...systemClock,
    setTimeout: (callback: () => void, milliseconds: number) => {
      events.push("turn");
      return systemClock.setTimeout(callback, milliseconds);
    },
  };
  /** A connection that gives these chunks, one at each read. */
  const giving = (chunks: Uint8Array[]): Transport => ({
    secure: true,
    read: (into) => {
      events.push("read");
      const chunk = chunks.shift();
      if (chunk === undefined) return new Promise<never>(() => {});
      into.set(chunk);
      return Promise.resolve(chunk.length);
    },
    write: () => Promise.resolve(),
    close: () => {},
  });
  // A stored block (RFC 1951 3.2.4), octet by octet: the first five give nothing.
  const stored = deflateTransport(
    giving([0, 1, 0, 0xfe, 0xff, 0x78].map((octet) => Uint8Array.of(octet))),
    clock,
  );
  assertEquals(await readExactly(stored, 1), utf8.encode("x"));
  const first = events.splice(0).join(" ").split("read").map((turns) => turns.trim().split(" ").length);
  assertEquals(first.slice(0, 6), [1, 16, 16, 16, 16, 16]);
  assertEquals(first.length, 7);
  void stored.close();
  // Full pieces: what follows is decompressed already, and nothing more is read for it.
  const packed = deflateRawSync(new Uint8Array(65_536), { finishFlush: constants.Z_SYNC_FLUSH });
  const full = deflateTransport(giving([packed]), clock);
  assertEquals((await readExactly(full, 65_536)).length, 65_536);
  assertEquals(events.filter((event) => event === "read").length, 1);
  void full.close();
});

test("a bomb is unpacked only as far as it is read", async () => {
  const [near, far] = memoryPair();
  let consumed = 0;
  const counted: Transport = {
    secure: false,
    read: async (into) => {
      const count = await near.read(into);
      consumed += count ?? 0;
      return count;
    },
    write: (bytes) => near.write(bytes),
    close: () => near.close(),
  };
  const client = deflateTransport(counted);
  // 64 MiB of zeros in 64 KiB.
  const bomb = deflateRawSync(new Uint8Array(64 << 20));
  await far.write(bomb);
  assertEquals((await readExactly(client, 100_000)).every((byte) => byte === 0), true);
  // Everything that can move without another read moves now.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  assert(consumed <= bomb.length / 3, `${consumed} of ${bomb.length} octets were decompressed unasked`);
  await client.close();
});
