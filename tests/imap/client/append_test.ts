import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { sleep, systemClock } from "../../../imap/base/clock.ts";
import {
  connect,
  ConnectionError,
  ImapClient,
  type LiteralInput,
  memoryPair,
  type Transport,
} from "../../../imap/mod.ts";
import { Session } from "../../../imap/session/session.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { Peer, preauth } from "../session/scripted.ts";

const encoder = new TextEncoder();
const text = "Subject: a\r\n\r\n1\r\n";
const size = text.length;

function streamOf(...chunks: unknown[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller): void {
      for (const chunk of chunks) controller.enqueue(chunk as Uint8Array);
      controller.close();
    },
  });
}

/** A view of a buffer that can grow, and grows with it. */
function growing(content: string): { view: Uint8Array; resize: (length: number) => void } {
  const buffer = new ArrayBuffer(content.length, { maxByteLength: 1_000 });
  const view = new Uint8Array(buffer);
  view.set(encoder.encode(content));
  return { view, resize: (length) => buffer.resize(length) };
}

/** What can happen to a message between the call and its turn. */
const changes: Record<string, () => { message: LiteralInput; change: () => void }> = {
  "the buffer is used again": () => {
    const message = encoder.encode(text);
    return { message, change: () => void message.set(encoder.encode("X9 DELETE INBOX\r\n")) };
  },
  "the buffer is transferred": () => {
    const message = encoder.encode(text);
    return { message, change: () => void structuredClone(message, { transfer: [message.buffer] }) };
  },
  "the buffer grows": () => {
    const { view, resize } = growing(text);
    return { message: view, change: () => resize(900) };
  },
  "the buffer shrinks": () => {
    const { view, resize } = growing(text);
    return { message: view, change: () => resize(3) };
  },
  "the size of a source is set": () => {
    const message = {
      size,
      stream: streamOf(encoder.encode(`${text}X9 DELETE INBOX\r\n`).subarray(0, size)),
    };
    return { message, change: () => void (message.size = size + 17) };
  },
  "the stream of a source is set": () => {
    const message = { size, stream: streamOf(encoder.encode(text)) };
    return { message, change: () => void (message.stream = streamOf(encoder.encode("X9 DELETE INBOX\r\n"))) };
  },
};

for (const [name, make] of Object.entries(changes)) {
  test(`append: what was given at the call is sent, though meanwhile ${name}`, async () => {
    // Also written again meanwhile, because the server then offers something else.
    for (const news of ["", "* CAPABILITY IMAP4rev1 LITERAL+\r\n"]) {
      const changed = Promise.withResolvers<void>();
      const { client, done } = await preauth(async (peer: Peer) => {
        await peer.expect("A1 ENABLE CONDSTORE");
        await changed.promise;
        await peer.send(`${news}A1 OK done\r\n`);
        await peer.expect(`A2 APPEND Box {${size}${news === "" ? "" : "+"}}`);
        if (news === "") await peer.send("+ go\r\n");
        assertEquals(await peer.octets(size), text);
        await peer.expect("");
        await peer.send("A2 OK done\r\n");
        await peer.expect("A3 NOOP");
        await peer.send("A3 OK done\r\n");
      });
      // Nothing else is sent while this one is underway.
      const enabled = client.enable(["CONDSTORE"]);
      const { message, change } = make();
      const appended = client.append("Box", message);
      change();
      changed.resolve();
      await Promise.all([enabled, appended]);
      await client.noop();
      await done;
      client.close();
    }
  });
}

test("append: a chunk that is not octets ends the connection, and nothing of it is sent", async () => {
  const cases: [string, unknown][] = [
    ["a string", text],
    ["16-bit numbers", new Uint16Array(size)],
    ["a buffer", new ArrayBuffer(size)],
    ["signed numbers", new Int8Array(size)],
    ["something that says it is octets", { [Symbol.toStringTag]: "Uint8Array", length: size }],
    ["null", null],
  ];
  for (const [name, chunk] of cases) {
    let after = "";
    const { client, done } = await preauth(async (peer: Peer) => {
      await peer.expect(`A1 APPEND Box {${size}}`);
      await peer.send("+ go\r\n");
      await peer.untilEnd();
      after = peer.received;
    });
    const error = await assertRejects(async () => {
      await client.append("Box", { size, stream: streamOf(encoder.encode("ab"), chunk) });
    });
    assert(error instanceof TypeError, `${name}: ${error}`);
    await done;
    assertEquals([name, after, client.closed], [name, "ab", true]);
  }
});

test("append: a stream that may hold NUL goes as literal8, to a server with BINARY only", async () => {
  const octets = Uint8Array.of(0x41, 0, 0x42);
  const { client, done } = await preauth(async (peer: Peer) => {
    await peer.expect("A1 APPEND Box ~{3}");
    await peer.send("+ go\r\n");
    assertEquals(await peer.octets(3), "A\0B");
    await peer.expect("");
    await peer.send("A1 OK done\r\n");
  }, { capabilities: "IMAP4rev1 BINARY" });
  await client.append("Box", { size: 3, stream: streamOf(octets), binary: true });
  await done;
  client.close();
  const without = await preauth((peer: Peer) => peer.play("C: A2 NOOP\nS: A2 OK done"), {
    capabilities: "IMAP4rev1",
  });
  await assertRejects(
    async () => await without.client.append("Box", { size: 3, stream: streamOf(octets), binary: true }),
    RangeError,
    "BINARY",
  );
  await without.client.noop();
  await without.done;
  without.client.close();
});

test("append: a chunk that is used again or transferred while it goes out is sent as it was", async () => {
  for (const spoil of ["used again", "transferred"]) {
    const [end, far] = memoryPair(true);
    const slow: Transport = {
      secure: true,
      read: (into) => end.read(into),
      // Accepts octets at once and looks at them later, as a socket does.
      async write(bytes) {
        for (let turn = 0; turn < 3; turn++) await sleep(systemClock, 0);
        await end.write(bytes);
      },
      close: () => end.close(),
    };
    const peer = new Peer(far);
    const served = (async () => {
      await peer.send("* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] ready\r\n");
      await peer.expect(`A1 APPEND Box {${size}+}`);
      assertEquals(await peer.octets(size), text);
      await peer.expect("");
      await peer.send("A1 OK done\r\n");
    })();
    const pieces = [encoder.encode(text).slice(0, 5), encoder.encode(text).slice(5)];
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller): Promise<void> {
        await sleep(systemClock, 0);
        const piece = pieces.shift();
        if (piece === undefined) return controller.close();
        controller.enqueue(piece);
        await sleep(systemClock, 0);
        if (spoil === "used again") piece.fill(0x58);
        else structuredClone(piece, { transfer: [piece.buffer] });
      },
    }, { highWaterMark: 0 });
    const client = new ImapClient(await Session.open(slow));
    await client.append("Box", { size, stream });
    await served;
    client.close();
  }
});

test("append: what cannot be a message is refused at the call, and nothing is sent", async () => {
  const { client, done } = await preauth(async (peer: Peer) => {
    // Tags are counted, sent or not.
    const [tag, command] = (await peer.line()).split(" ");
    assertEquals(command, "NOOP");
    await peer.send(`${tag} OK done\r\n`);
  });
  const transferred = encoder.encode(text);
  structuredClone(transferred, { transfer: [transferred.buffer] });
  const locked = streamOf(encoder.encode(text));
  locked.getReader();
  const cases: unknown[] = [
    ...[null, undefined, 17, true, [], {}, new Uint16Array(4), new DataView(new ArrayBuffer(4))],
    ...[new ArrayBuffer(4), streamOf(), transferred],
    ...[{ size }, { size, stream: text }, { size, stream: [1] }, { size, stream: locked }, {
      size,
      stream: null,
    }],
    ...[-1, 1.5, NaN, 2 ** 60, "17"].map((size) => ({ size, stream: streamOf() })),
  ];
  for (const message of cases) {
    const error = await assertRejects(async () => await client.append("Box", message as LiteralInput));
    assert(error instanceof TypeError || error instanceof RangeError, String(error));
  }
  await client.noop();
  await done;
  client.close();
});

test("append: a connection that is lost while a stream goes out is a ConnectionError, with what the runtime said as its cause", async () => {
  await using server = await startServer();
  const inner = server.connect();
  const gone = new Error("EPIPE, says the runtime");
  let writes = 0;
  const client = await connect({
    transport: {
      secure: true,
      read: (into) => inner.read(into),
      write: (bytes) => bytes.length === 10 && ++writes > 2 ? Promise.reject(gone) : inner.write(bytes),
      close: () => inner.close(),
    },
    auth: { user: "alice", pass: "alice-pw" },
  });
  const chunks = Array.from({ length: 5 }, () => new Uint8Array(10).fill(0x78));
  const stream = new ReadableStream<Uint8Array>({
    pull(controller): void {
      const chunk = chunks.pop();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const error = await assertRejects(
    async () => await client.append("INBOX", { size: 50, stream }),
    ConnectionError,
  );
  assertEquals([error.reason, error.retryable, client.closed], ["lost", true, true]);
  const causes: unknown[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) causes.push(at);
  assert(causes.includes(gone), String(error));
});

test("append: a stream is cancelled when the connection ends, also while it is waited for", async () => {
  const reasons: Record<string, (client: ImapClient, signal: AbortController, server: Peer) => void> = {
    close: (client) => client.close(),
    signal: (_client, controller) => controller.abort(new RangeError("enough")),
    "the server": (_client, _controller, server) => server.close(),
  };
  for (const [why, end] of Object.entries(reasons)) {
    let server: Peer;
    const { client } = await preauth(async (peer) => {
      server = peer;
      await peer.untilEnd();
    }, { capabilities: "IMAP4rev1 LITERAL+" });
    const cancelled = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const stream = new ReadableStream<Uint8Array>({
      pull(): Promise<void> {
        asked.resolve();
        return new Promise(() => {});
      },
      cancel: () => cancelled.resolve(),
    }, { highWaterMark: 0 });
    const controller = new AbortController();
    const { signal } = controller;
    const append = Promise.resolve(client.append("Box", { size: 5, stream }, { signal }));
    append.catch(() => {});
    await asked.promise;
    end(client, controller, server!);
    await cancelled.promise;
    await assertRejects(() => append, why === "signal" ? RangeError : ConnectionError);
  }
});
