import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { ConnectionError, ProtocolError } from "../../../imap/base/errors.ts";
import { checkLimits } from "../../../imap/base/limits.ts";
import { Link } from "../../../imap/session/link.ts";
import type { TraceEvent } from "../../../imap/session/trace.ts";
import { memoryPair } from "../../../imap/transport/streams.ts";
import type { Transport } from "../../../imap/transport/transport.ts";

const limits = checkLimits();
const latin1 = new TextDecoder("latin1");

function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

async function received(transport: Transport, length: number): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(1_000);
  while (text.length < length) {
    const count = await transport.read(buffer.subarray(0, length - text.length));
    if (count === null) break;
    text += latin1.decode(buffer.subarray(0, count));
  }
  return text;
}

/** Hides octets in a way that can be seen and turned round: each is changed by a bit pattern. */
function veiled(below: Transport, pattern: number): Transport {
  const turned = (bytes: Uint8Array) => bytes.map((byte) => byte ^ pattern);
  return {
    secure: true,
    async read(into) {
      const count = await below.read(into);
      if (count !== null) into.set(turned(into.subarray(0, count)));
      return count;
    },
    write: (bytes) => below.write(turned(bytes)),
    close: () => below.close(),
  };
}

test("link: a trace shows what is written, and of a secret that it was one", async () => {
  const shown: TraceEvent[] = [];
  const [transport, server] = memoryPair();
  const link = new Link(transport, { limits, trace: (event) => shown.push(event) });
  await link.write(octets("A1 NOOP\r\n"));
  await link.write(octets("A2 LOGIN tim s3cret\r\n"), { secret: true });
  assertEquals(await received(server, 30), "A1 NOOP\r\nA2 LOGIN tim s3cret\r\n");
  assertEquals(shown.map(({ line }) => line), ["A1 NOOP", "***"]);
});

test("link: responses one by one, with their literals, until the stream ends", async () => {
  const [transport, server] = memoryPair();
  const link = new Link(transport, { limits });
  const greeting = link.frame();
  await server.write(octets("* OK hi\r\n* 1 FETCH (BODY[] {5}\r\nab"));
  assertEquals(latin1.decode((await greeting)!.text), "* OK hi");
  assertEquals(link.next(), undefined);
  assertEquals(link.partial, true);
  await server.write(octets("\r\nc)\r\nA1 OK\r\n"));
  server.close();
  const row = (await link.frame())!;
  assertEquals([latin1.decode(row.text), latin1.decode(row.literals[0])], [
    "* 1 FETCH (BODY[] {5}\r\n)",
    "ab\r\nc",
  ]);
  assertEquals(latin1.decode(link.next()!.text), "A1 OK");
  assertEquals(await link.frame(), undefined);
});

test("link: writes go out in the order of the calls, and reject once it is closed", async () => {
  const [transport, server] = memoryPair();
  const link = new Link(transport, { limits });
  void link.write(octets("A1 NOOP\r\n"));
  void link.write(octets("A2 NOOP\r\n"));
  assertEquals(await received(server, 18), "A1 NOOP\r\nA2 NOOP\r\n");
  const reason = new Error("enough");
  link.close(reason);
  assertEquals(await assertRejects(() => link.write(octets("A3 NOOP\r\n"))), reason);
  assertEquals(await received(server, 1), "");
});

test("link: it can be changed twice; what is written meanwhile goes out in the new way", async () => {
  const [transport, server] = memoryPair();
  const link = new Link(transport, { limits });
  assertEquals(link.secure, false);
  await server.write(octets("A1 OK begin\r\n"));
  assertEquals(latin1.decode((await link.frame())!.text), "A1 OK begin");
  const upgraded = link.upgrade("STARTTLS", (below) => Promise.resolve(veiled(below, 0x55)));
  const written = link.write(octets("A2 NOOP\r\n"));
  const next = link.frame();
  const first = veiled(server, 0x55);
  assertEquals(await received(first, 9), "A2 NOOP\r\n");
  await first.write(octets("A2 OK begin\r\n"));
  assertEquals(latin1.decode((await next)!.text), "A2 OK begin");
  await Promise.all([upgraded, written]);
  assertEquals(link.secure, true);
  await link.upgrade("COMPRESS", (below) => Promise.resolve(veiled(below, 0x33)));
  await link.write(octets("A3 NOOP\r\n"));
  const second = veiled(first, 0x33);
  assertEquals(await received(second, 9), "A3 NOOP\r\n");
  await second.write(octets("A3 OK\r\n"));
  assertEquals(latin1.decode((await link.frame())!.text), "A3 OK");
});

test("link: it is not changed when octets have come already, and nothing of them is handed out", async () => {
  for (const more of ["* CAPABILITY X\r\n", "* CAPA", "\r\n"]) {
    const [transport, server] = memoryPair();
    const link = new Link(transport, { limits });
    await server.write(octets(`A1 OK begin\r\n${more}`));
    await link.frame();
    const upgraded = link.upgrade("STARTTLS", () => {
      throw new Error("must not be called");
    });
    assertEquals(link.next(), undefined);
    await assertRejects(() => link.frame(), ProtocolError, "more in clear");
    await assertRejects(() => upgraded, ProtocolError, "STARTTLS");
    await assertRejects(() => link.write(octets("A2 LOGIN tim secret\r\n")), ProtocolError);
  }
});

test("link: after a change that failed, nothing is read or written", async () => {
  const [transport, server] = memoryPair();
  const link = new Link(transport, { limits });
  await server.write(octets("A1 OK begin\r\n"));
  await link.frame();
  const upgraded = link.upgrade("COMPRESS", () => Promise.reject(new Error("no")));
  await assertRejects(() => upgraded, ConnectionError, "COMPRESS failed");
  await server.write(octets("* OK in clear\r\n"));
  await assertRejects(() => link.frame(), ConnectionError);
  await assertRejects(() => link.write(octets("A2 NOOP\r\n")), ConnectionError);
});

test("link: it is not changed during a read; closed meanwhile, the new transport is closed", async () => {
  const [transport, server] = memoryPair();
  const link = new Link(transport, { limits });
  const reading = link.frame();
  await assertRejects(() => link.upgrade("STARTTLS", (below) => Promise.resolve(below)), TypeError);
  await server.write(octets("A1 OK begin\r\n"));
  await reading;
  let closed = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const upgraded = link.upgrade("STARTTLS", async (below) => {
    begun.resolve();
    await promise;
    return { ...veiled(below, 1), close: () => void closed++ };
  });
  await begun.promise;
  const reason = new Error("enough");
  link.close(reason);
  assertEquals(await assertRejects(() => upgraded), reason);
  resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(closed, 1);
});
