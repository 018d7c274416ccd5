import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { toArrayBuffer } from "@std/streams";
import { ConnectionError, LimitError, StateError } from "../../../imap/base/errors.ts";
import type { ImapClient } from "../../../imap/client/client.ts";
import type { FetchBody } from "../../../imap/session/body.ts";
import type { Peer } from "../session/scripted.ts";
import { preauth, settle } from "../session/scripted.ts";
import { runtime } from "../../support/runtime.ts";

/** More than passes through the receive buffer at one go. */
const large = 400_003;

function pattern(size: number, seed: number): string {
  const block = Array.from({ length: 256 }, (_, at) => String.fromCharCode((at * 7 + seed) & 0xff)).join("");
  return block.repeat(Math.ceil(size / 256)).slice(0, size);
}

function text(octets: Uint8Array): string {
  let all = "";
  for (let at = 0; at < octets.length; at += 8192) {
    all += String.fromCharCode(...octets.subarray(at, at + 8192));
  }
  return all;
}

async function whole(body: FetchBody): Promise<string> {
  return text(new Uint8Array(await toArrayBuffer(body.stream)));
}

/** Reads into a buffer of its own, which goes back and forth. */
async function byob(body: FetchBody, size: number): Promise<string> {
  const reader = body.stream.getReader({ mode: "byob" });
  let buffer: Uint8Array<ArrayBuffer> = new Uint8Array(size);
  let all = "";
  for (;;) {
    const { done, value } = await reader.read(buffer);
    if (value !== undefined) all += text(value);
    if (done) return all;
    buffer = new Uint8Array(value.buffer);
  }
}

/** A test for both ways in which octets come: into a buffer, and as chunks that are taken over. */
function bothWays(name: string, body: () => Promise<void>): void {
  for (const each of [true, false]) {
    test(`${name}; octets come ${each ? "into a buffer" : "in chunks"}`, async () => {
      reads = each;
      await body();
    });
  }
}
let reads = false;

async function selected(
  serve: (peer: Peer) => Promise<void>,
  options: Parameters<typeof preauth>[1] = {},
): Promise<{ client: ImapClient; done: Promise<void> }> {
  const { client, done } = await preauth(async (peer) => {
    await peer.expect("A1 SELECT INBOX");
    await peer.send("* 9 EXISTS\r\nA1 OK [READ-WRITE] done\r\n");
    await serve(peer);
  }, { reads, ...options });
  await client.select("INBOX");
  return { client, done: done as Promise<void> };
}

const literal = (octets: string) => `{${octets.length}}\r\n${octets}`;

bothWays("bodies come in order, with what is known of them, large and small", async () => {
  const [a, b, c] = [pattern(large, 1), pattern(10, 2), pattern(300_000, 3)];
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 UID FETCH 5:9 (BODY[HEADER] BODY[] BODY[1] BODY[2])");
    await peer.send(
      `* 1 FETCH (UID 5 BODY[HEADER] ${literal(b)} BODY[] ${literal(a)} BODY[1] "quoted" BODY[2] NIL)\r\n` +
        `* 2 FETCH (BODY[] ${literal(c)} UID 7)\r\n` +
        `* 3 FETCH (FLAGS (\\Seen))\r\n` +
        `* 3 FETCH (UID 8 BODY[HEADER.FIELDS ({7}\r\nSubject)]<5> ${literal(a)})\r\n` +
        `* 4 FETCH (UID 9 BODY[] {0}\r\n)\r\n` +
        "A2 OK done\r\n",
    );
  });
  const seen: unknown[] = [];
  const items = ["BODY[HEADER]", "BODY[]", "BODY[1]", "BODY[2]"] as const;
  const expected = [b, a, "quoted", "", c, a, ""];
  for await (const body of client.uidFetch("5:9", items).bodies()) {
    const { seq, uid, item, name, origin, size } = body;
    seen.push([seq, uid, `${item}[${name}]`, origin, size]);
    const octets = seen.length % 2 === 0 ? await byob(body, 70_000) : await whole(body);
    assert(octets === expected[seen.length - 1], `body ${seen.length}`);
  }
  await done;
  assertEquals(seen, [
    [1, 5, "BODY[HEADER]", undefined, 10],
    [1, 5, "BODY[]", undefined, large],
    [1, 5, "BODY[1]", undefined, 6],
    [1, 5, "BODY[2]", undefined, undefined],
    [2, undefined, "BODY[]", undefined, 300_000],
    [3, 8, 'BODY[HEADER.FIELDS ("Subject")]', 5, large],
    [4, 9, "BODY[]", undefined, 0],
  ]);
  client.close();
});

bothWays(
  "nothing is read from the socket while the body is not read, and what is not read is skipped",
  async () => {
    const a = pattern(3_000_000, 1);
    let sent = 0;
    const { client, done } = await selected(async (peer) => {
      await peer.expect("A2 FETCH 1:3 BODY[]");
      for (const seq of [1, 2, 3]) {
        await peer.send(`* ${seq} FETCH (BODY[] {${a.length}}\r\n`);
        for (let at = 0; at < a.length; at += 100_000) {
          await peer.send(a.slice(at, at + 100_000));
          sent += 100_000;
        }
        await peer.send(")\r\n");
      }
      await peer.send("A2 OK done\r\n");
      await peer.play("C: A3 NOOP\nS: A3 OK done");
    });
    const bodies = client.fetch("1:3", ["BODY[]"]).bodies();
    const first = (await bodies.next()).value!;
    const reader = first.stream.getReader();
    assert((await reader.read()).value!.length > 0);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    assert(sent < 1_500_000, `${sent} octets were sent`);
    const second = (await bodies.next()).value!;
    await assertRejects(() => reader.read().then(() => reader.read()), StateError, "not open");
    assertEquals(second.seq, 2);
    await second.stream.cancel();
    const third = (await bodies.next()).value!;
    assert(await whole(third) === a);
    assertEquals((await bodies.next()).done, true);
    await client.noop();
    await done;
    assertEquals(sent, 9_000_000);
    await assertRejects(() => reader.read(), StateError);
    client.close();
  },
);

bothWays("leaving the loop skips the rest of the body and all that follow", async () => {
  const a = pattern(large, 1);
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 FETCH 1:3 BODY[]");
    for (const seq of [1, 2, 3]) await peer.send(`* ${seq} FETCH (BODY[] ${literal(a)})\r\n`);
    await peer.send("A2 OK done\r\n");
    await peer.play("C: A3 NOOP\nS: A3 OK done");
  });
  for await (const { stream } of client.fetch("1:3", ["BODY[]"]).bodies()) {
    await stream.getReader().read();
    break;
  }
  await client.noop();
  await done;
  client.close();
});

bothWays("other commands inside the loop: what is not read meanwhile waits in memory", async () => {
  const a = pattern(large, 1);
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 FETCH 1:2 BODY[]");
    await peer.send(`* 1 FETCH (BODY[] ${literal(a)})\r\n* 2 FETCH (BODY[] ${literal(a)})\r\nA2 OK done\r\n`);
    await peer.play("C: A3 NOOP\nS: A3 OK done\nC: A4 NOOP\nS: A4 OK done");
  });
  let count = 0;
  for await (const body of client.fetch("1:2", ["BODY[]"]).bodies()) {
    await client.noop();
    count++;
    assert(count === 1 ? await whole(body) === a : await byob(body, 33_333) === a);
  }
  await done;
  assertEquals(count, 2);
  client.close();
});

bothWays("two loops at once, and rows of other commands between", async () => {
  const [a, b] = [pattern(large, 1), pattern(large, 2)];
  const { client, done } = await selected(async (peer) => {
    await peer.play("C: A2 UID FETCH 1 BODY[]\nC: A3 UID FETCH 2 BODY[]\nC: A4 UID FETCH 3 BODY[]");
    await peer.send(`* 3 FETCH (UID 3 BODY[] ${literal(a)})\r\n* 2 FETCH (UID 2 BODY[] ${literal(b)})\r\n`);
    await peer.send(`A3 OK done\r\n* 1 FETCH (UID 1 BODY[] ${literal(a)})\r\nA2 OK done\r\nA4 OK done\r\n`);
  });
  const read = async (uid: number) => {
    const all: string[] = [];
    for await (const body of client.uidFetch(uid, ["BODY[]"]).bodies()) all.push(await whole(body));
    return all;
  };
  const [first, second, third] = await Promise.all([read(1), read(2), client.uidFetch(3, ["BODY[]"])]);
  assert(first.length === 1 && first[0] === a);
  assert(second.length === 1 && second[0] === b);
  assert(text(third[0]!.sections[0]!.data!) === a);
  await done;
  client.close();
});

bothWays("a limit for literals does not hold for what is read as it comes", async () => {
  const a = pattern(large, 1);
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 FETCH 1 BODY[]");
    await peer.send(`* 1 FETCH (BODY[] ${literal(a)})\r\nA2 OK done\r\n`);
    await peer.expect("A3 FETCH 1 BODY[]");
    await peer.send(`* 1 FETCH (BODY[] ${literal(a)})\r\nA3 OK done\r\n`);
  }, { limits: { maxLiteral: 200_000, maxResponse: 200_000 } });
  for await (const body of client.fetch(1, ["BODY[]"]).bodies()) assert(await whole(body) === a);
  await assertRejects(() => client.fetch(1, ["BODY[]"]).then((rows) => rows), LimitError);
  await done;
  client.close();
});

bothWays("the end of the connection, of the command and the caller's signal reach the reader", async () => {
  for (const how of ["lost", "closed", "aborted"] as const) {
    const controller = new AbortController();
    const { client } = await selected(async (peer) => {
      await peer.expect("A2 FETCH 1 BODY[]");
      await peer.send(`* 1 FETCH (BODY[] {${large}}\r\n${pattern(large - 1, 1)}`);
      if (how === "lost") peer.close();
      else await peer.untilEnd();
    });
    const bodies = client.fetch(1, ["BODY[]"], { signal: controller.signal }).bodies();
    const body = (await bodies.next()).value!;
    const read = (async () => {
      let count = 0;
      for await (const chunk of body.stream) {
        count += chunk.length;
        if (how === "closed") client.close();
        if (how === "aborted") controller.abort(new RangeError("enough"));
      }
      return count;
    })();
    if (how === "aborted") await assertRejects(() => read, RangeError, "enough");
    else await assertRejects(() => read, ConnectionError);
    await assertRejects(async () => {
      while (!(await bodies.next()).done);
    });
    client.close();
  }
});

bothWays("a body that comes although it was not asked for is not given to a loop", async () => {
  const a = pattern(large, 1);
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 UID FETCH 7 BODY[]");
    await peer.send(`* 1 FETCH (UID 8 BODY[] ${literal(a)})\r\n`);
    // Not a section: the text of another item, however large.
    await peer.send(`* 2 FETCH (UID 7 X-OTHER ${literal(a)} BODY[] ${literal(a)})\r\n`);
    await peer.send(
      `* 2 FETCH (UID 7 ENVELOPE (${literal(a)} NIL NIL NIL NIL NIL NIL NIL NIL NIL))\r\nA2 OK done\r\n`,
    );
  });
  let count = 0;
  for await (const body of client.uidFetch(7, ["BODY[]"]).bodies()) {
    count++;
    assertEquals(body.uid, 7);
    assert(await whole(body) === a);
  }
  assertEquals(count, 1);
  await done;
  client.close();
});

bothWays("the stream is a byte stream, and two reads may wait", async () => {
  const a = pattern(400_000, 1);
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 FETCH 1 BODY[]");
    await peer.send(`* 1 FETCH (BODY[] {${a.length}}\r\n`);
    for (let at = 0; at < a.length; at += 1000) await peer.send(a.slice(at, at + 1000));
    await peer.send(")\r\nA2 OK done\r\n");
  });
  for await (const { stream } of client.fetch(1, ["BODY[]"]).bodies()) {
    const reader = stream.getReader({ mode: "byob" });
    let all = "";
    for (let over = false; !over;) {
      const reads = await Promise.all([1, 2, 3].map(() => reader.read(new Uint8Array(20_000))));
      for (const { done, value } of reads) {
        over ||= done;
        if (value !== undefined) all += text(value);
      }
    }
    assert(all === a);
  }
  await done;
  client.close();
});

bothWays(
  "calls of next() that are abandoned and that the lost connection rejects are not unhandled rejections",
  async () => {
    const { client, done } = await selected(async (peer) => {
      await peer.expect("A2 UID FETCH 1:3 BODY.PEEK[]");
      peer.close();
    });
    const rows = client.uidFetch("1:3", ["BODY.PEEK[]"]);
    const bodies = rows.bodies();
    void bodies.next();
    void bodies.next();
    await done;
    await settle();
    assertEquals(client.closed, true);
  },
);

bothWays("a stream that is asked for after its loop has gone on fails at once", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 UID FETCH 5:6 BODY[]");
    await peer.send(
      `* 1 FETCH (UID 5 BODY[] ${literal(pattern(large, 1))})\r\n* 2 FETCH (UID 6 BODY[] ${
        literal("x")
      })\r\nA2 OK done\r\n`,
    );
  });
  const bodies: FetchBody[] = [];
  for await (const body of client.uidFetch("5:6", ["BODY[]"]).bodies()) bodies.push(body);
  await assertRejects(() => toArrayBuffer(bodies[0]!.stream), StateError, "its loop has gone on");
  await done;
  client.close();
});

/** What a program can see of a stream whose loop it takes in hand. */
const uses: Record<string, (stream: ReadableStream<Uint8Array>) => Promise<unknown[]>> = {
  "a loop to the end, another one, and a reader after them": async (stream) => {
    const seen: unknown[] = [];
    for await (const chunk of stream) seen.push(text(chunk), stream.locked);
    seen.push(stream.locked);
    for await (const chunk of stream) seen.push(text(chunk));
    return [...seen, (await stream.getReader().read()).done];
  },
  "a loop that is left": async (stream) => {
    for await (const _ of stream) break;
    return [stream.locked, (await stream.getReader().read()).done];
  },
  "a loop that throws": async (stream) => {
    const seen: unknown[] = [];
    try {
      for await (const _ of stream) throw new RangeError("enough");
    } catch (error) {
      seen.push(String(error));
    }
    return [...seen, stream.locked, await stream.cancel()];
  },
  "a reader while a loop has the stream, and a loop while a reader has it": async (stream) => {
    const seen: unknown[] = [];
    const refused = (use: () => unknown) => {
      try {
        use();
      } catch (error) {
        seen.push(error instanceof TypeError);
      }
    };
    for await (const _ of stream) refused(() => stream.getReader());
    stream.getReader();
    refused(() => stream[Symbol.asyncIterator]());
    return seen;
  },
  "several calls of next() at once": async (stream) => {
    const loop = stream[Symbol.asyncIterator]();
    const results = await Promise.all([loop.next(), loop.next(), loop.next()]);
    return [...results.map(({ done, value }) => [done, value && text(value)]), stream.locked];
  },
  "a loop after a reader that took a part": async (stream) => {
    const reader = stream.getReader({ mode: "byob" });
    const { value } = await reader.read(new Uint8Array(2));
    reader.releaseLock();
    const seen = [text(value!)];
    for await (const chunk of stream) seen.push(text(chunk));
    return seen;
  },
  "next() after return()": async (stream) => {
    const loop = stream[Symbol.asyncIterator]();
    await loop.next();
    const returned = await loop.return!();
    return [returned.done, (await loop.next()).done, (await loop.next()).value, stream.locked];
  },
  "return() before next()": async (stream) => {
    const loop = stream[Symbol.asyncIterator]();
    return [(await loop.return!()).done, stream.locked, (await loop.next()).done];
  },
  "a loop of values() that does not cancel": async (stream) => {
    const seen: unknown[] = [];
    for await (const chunk of stream.values({ preventCancel: true })) {
      seen.push(text(chunk), stream.locked);
      break;
    }
    return [...seen, stream.locked, (await stream.getReader().read()).done];
  },
};

for (const [name, use] of Object.entries(uses)) {
  bothWays(`a loop over a body does what a loop over any stream does: ${name}`, async () => {
    const { client, done } = await selected(async (peer) => {
      await peer.expect("A2 FETCH 1 BODY[]");
      await peer.send(`* 1 FETCH (BODY[] ${literal("hello")})\r\nA2 OK done\r\n`);
    });
    const plain = new ReadableStream<Uint8Array<ArrayBuffer>>({
      type: "bytes",
      start(controller) {
        controller.enqueue(new TextEncoder().encode("hello"));
        controller.close();
      },
    });
    for await (const { stream } of client.fetch(1, ["BODY[]"]).bodies()) {
      assertEquals(await use(stream), await use(plain));
    }
    await done;
    client.close();
  });
}

bothWays(
  "a loop over a large body: octets are its own, and several calls of next() get them in order",
  async () => {
    const a = pattern(large, 1);
    const { client, done } = await selected(async (peer) => {
      await peer.expect("A2 FETCH 1:2 BODY[]");
      for (const seq of [1, 2]) await peer.send(`* ${seq} FETCH (BODY[] ${literal(a)})\r\n`);
      await peer.send("A2 OK done\r\n");
    });
    for await (const { seq, stream } of client.fetch("1:2", ["BODY[]"]).bodies()) {
      const chunks: Uint8Array[] = [];
      if (seq === 1) {
        for await (const chunk of stream) chunks.push(chunk);
      } else {
        const loop = stream[Symbol.asyncIterator]();
        for (let over = false; !over;) {
          for (const { done = false, value } of await Promise.all([loop.next(), loop.next(), loop.next()])) {
            over ||= done;
            if (value !== undefined) chunks.push(value);
          }
        }
      }
      assert(chunks.map(text).join("") === a, `body ${seq}`);
      assertEquals(stream.locked, false);
    }
    await done;
    client.close();
  },
);

bothWays("a loop gets what a reader asked for that let go before it came", async () => {
  const a = pattern(large, 1);
  // The platform's own functions, such as those of Response, do not ask the stream for a reader.
  const ways = [(stream: FetchBody["stream"]) => stream.getReader({ mode: "byob" }), (
    stream: FetchBody["stream"],
  ) => ReadableStream.prototype.getReader.call(stream, { mode: "byob" }) as ReadableStreamBYOBReader];
  // In workerd nothing can be put any more into a stream whose reader let go so.
  if (runtime === "workerd") ways.pop();
  for (const [turns, readerOf] of ways.entries()) {
    const { client, done } = await selected(async (peer) => {
      await peer.expect("A2 FETCH 1 BODY[]");
      await peer.send(`* 1 FETCH (BODY[] {${a.length}}\r\n`);
      await peer.expect("A3 NOOP");
      await peer.send(`${a})\r\nA2 OK done\r\nA3 OK done\r\n`);
    });
    for await (const { stream } of client.fetch(1, ["BODY[]"]).bodies()) {
      const reader = readerOf(stream);
      const read = assertRejects(() => reader.read(new Uint8Array(100_000)), TypeError);
      for (let turn = 0; turn < turns; turn++) await settle();
      reader.releaseLock();
      await read;
      const noop = client.noop();
      let all = "";
      for await (const chunk of stream) all += text(chunk);
      assert(all === a);
      await noop;
    }
    await done;
    client.close();
  }
});

bothWays("a small body fails, too, when it is read after its loop has gone on", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 UID FETCH 5:6 BODY[]");
    await peer.send(
      `* 1 FETCH (UID 5 BODY[] ${literal("one")})\r\n* 2 FETCH (UID 6 BODY[] ${
        literal("two")
      })\r\nA2 OK done\r\n`,
    );
  });
  const bodies: FetchBody[] = [];
  for await (const body of client.uidFetch("5:6", ["BODY[]"]).bodies()) bodies.push(body);
  for (const { stream } of bodies) {
    await assertRejects(() => toArrayBuffer(stream), StateError, "its loop has gone on");
  }
  await done;
  client.close();
});

bothWays(
  "a loop over a body whose connection ends fails with the reason, and lets go of the stream",
  async () => {
    const { client, done } = await selected(async (peer) => {
      await peer.expect("A2 FETCH 1 BODY[]");
      await peer.send(`* 1 FETCH (BODY[] {${large}}\r\n${pattern(large - 1, 1)}`);
      peer.close();
    });
    const { value: body } = await client.fetch(1, ["BODY[]"]).bodies().next();
    const { stream } = body!;
    const loop = stream[Symbol.asyncIterator]();
    await assertRejects(async () => {
      while (!(await loop.next()).done);
    }, ConnectionError);
    assertEquals(stream.locked, false);
    assertEquals((await loop.next()).done, true);
    await assertRejects(() => stream.getReader().read(), ConnectionError);
    await done;
    client.close();
  },
);
