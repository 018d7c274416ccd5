// What runtimes push is what a reader gets, in order, whether the reader or the data comes first, and whatever fits.

import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { ChunkQueue } from "../../../imap/transport/chunk_queue.ts";

const octets = (...values: number[]) => new Uint8Array(values);

async function read(queue: ChunkQueue, length: number): Promise<number[] | null> {
  const into = new Uint8Array(length);
  const count = await queue.read(into);
  return count === null ? null : [...into.subarray(0, count)];
}

test("chunk queue: a lent chunk that is longer than the reader's buffer is read to its end", async () => {
  const queue = new ChunkQueue();
  const lent = octets(1, 2, 3, 4, 5);
  const first = read(queue, 2);
  queue.lend(lent);
  lent.fill(0);
  assertEquals(await first, [1, 2]);
  assertEquals(await read(queue, 2), [3, 4]);
  assertEquals(await read(queue, 2), [5]);
});

test("chunk queue: a chunk that is lent while no read waits is copied, and comes after what is there", async () => {
  const queue = new ChunkQueue();
  const lent = octets(3, 4);
  queue.push(octets(1, 2));
  queue.lend(lent);
  lent.fill(0);
  assertEquals(await read(queue, 9), [1, 2, 3, 4]);
});

test("chunk queue: nothing comes after the end", async () => {
  const queue = new ChunkQueue();
  queue.push(octets(1));
  queue.end();
  queue.lend(octets(2));
  queue.push(octets(3));
  assertEquals([await read(queue, 9), await read(queue, 9)], [[1], null]);
});

test("chunk queue: an error is told after what came before it, each time", async () => {
  const queue = new ChunkQueue();
  queue.push(octets(1));
  queue.end(new Error("lost"));
  queue.end();
  assertEquals(await read(queue, 9), [1]);
  await assertRejects(() => read(queue, 9), Error, "lost");
  await assertRejects(() => read(queue, 9), Error, "lost");
});

test("chunk queue: two reads at once are refused, and the first goes on", async () => {
  const queue = new ChunkQueue();
  const first = read(queue, 1);
  await assertRejects(() => read(queue, 1), TypeError, "underway");
  queue.push(octets(7));
  assertEquals(await first, [7]);
});

test("chunk queue: the source pauses above a megabyte, and resumes below half of it", async () => {
  const calls: string[] = [];
  const queue = new ChunkQueue(() => calls.push("pause"), () => calls.push("resume"));
  for (let i = 0; i < 17; i++) queue.push(new Uint8Array(65_536));
  assertEquals(calls, ["pause"]);
  for (let i = 0; i < 9; i++) await queue.read(new Uint8Array(65_536));
  assertEquals(calls, ["pause"]);
  await queue.read(new Uint8Array(65_536));
  assertEquals(calls, ["pause", "resume"]);
});

test("chunk queue: many small chunks are read in order by reads of other sizes", async () => {
  const queue = new ChunkQueue();
  for (let i = 0; i < 1000; i++) queue.push(octets(i & 255, i >> 8, i & 255));
  const got: number[] = [];
  for (let i = 0; got.length < 3000; i++) got.push(...await read(queue, 1 + i % 7) ?? []);
  assertEquals(got, Array.from({ length: 1000 }, (_, i) => [i & 255, i >> 8, i & 255]).flat());
});

test("chunk queue: a chunk is given back when it was copied to its end, and never when it was handed out", async () => {
  const freed: number[] = [];
  const queue = new ChunkQueue(() => {}, () => {}, (chunk) => freed.push(chunk[0]!));
  for (const first of [1, 2, 3, 4]) queue.push(octets(first, 0, 0));
  await read(queue, 2);
  assertEquals(freed, []);
  await read(queue, 2);
  assertEquals(freed, [1]);
  assertEquals([...(await queue.take())!], [0, 0]);
  assertEquals([...(await queue.take())!], [3, 0, 0]);
  assertEquals(await read(queue, 9), [4, 0, 0]);
  assertEquals(freed, [1, 4]);
});
