// The list of header fields against a list that is searched from its beginning each time.

import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { Message, messageFromBytes, messageFromString, UnicodeEncodeError } from "../../email/mod.ts";
import { growth } from "../support/growth.ts";

/** Random numbers from a seed (mulberry32). */
function generator(state: number): (limit: number) => number {
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * limit);
  };
}

test("fields are added, replaced and deleted as in a plain list", () => {
  const seed = Date.now() % 1_000_000_000;
  console.log(`seed ${seed}`);
  const random = generator(seed);
  for (let round = 0; round < 40; round++) {
    const kinds = 1 + random(60);
    const name = () => `X-${random(2) === 0 ? "F" : "f"}ield-${random(kinds)}`;
    let model: [string, string][] = Array.from({ length: random(90) }, (_, i) => [name(), `v${i}`]);
    const text = model.map(([name, value]) => `${name}: ${value}\n`).join("") + "\nbody\n";
    const message = random(2) === 0
      ? messageFromString(text)
      : messageFromBytes(new TextEncoder().encode(text));
    const at = (wanted: string) => model.findIndex(([name]) => name.toLowerCase() === wanted.toLowerCase());
    const without = (unwanted: string) =>
      model.filter(([name]) => name.toLowerCase() !== unwanted.toLowerCase());
    for (let step = 0; step < 300; step++) {
      const one = name();
      const value = `new ${step}`;
      const place = at(one);
      switch (random(8)) {
        case 0:
        case 1:
          message.set(one, value);
          model = [...without(one), [one, value]];
          break;
        case 2:
          message.append(one, value);
          model.push([one, value]);
          break;
        case 3:
          message.delete(one);
          model = without(one);
          break;
        case 4:
          if (place >= 0) {
            message.replaceHeader(one, value);
            model[place] = [model[place]![0], value];
          }
          break;
        case 5:
          assertEquals(message.get(one), place < 0 ? null : model[place]![1]);
          assertEquals(message.has(one), place >= 0);
          break;
        case 6: {
          const all = model.filter(([name]) => name.toLowerCase() === one.toLowerCase());
          assertEquals(message.getAll(one), all.length === 0 ? null : all.map(([, value]) => value));
          break;
        }
        case 7:
          assertEquals(message.length, model.length);
          if (random(10) === 0) assertEquals(message.items(), model);
      }
    }
    assertEquals(message.items(), model);
    assertEquals(
      message.asString(),
      model.map(([name, value]) => `${name}: ${value}\n`).join("") + "\nbody\n",
    );
  }
});

test("deleting what is not there changes nothing", () => {
  const text = "A: b\nSubject: =?utf-8?q?a?=\n =?utf-8?q?b?=\n\nbody\n";
  const message = messageFromString(text);
  message.delete("x");
  assertEquals(message.asString(), text);
});

test("replacing every field takes time in proportion to their number", async () => {
  await growth("fields", [2_000, 16_000], (count) => {
    const message = new Message();
    for (let i = 0; i < count; i++) message.append(`X-${i}`, "a");
    for (let i = 0; i < count; i++) message.set(`X-${i}`, "b");
    assertEquals(message.length, count);
  });
});

test("a type that cannot be set leaves the message as it was", () => {
  const text = "Content-Type: text/plain; a=b; x*=us-ascii''%E9\nMIME-Version: 1.0\nX: y\n\nbody\n";
  for (const requote of [true, false]) {
    const message = messageFromString(text);
    assertThrows(() => message.setType("text/html", { requote }), UnicodeEncodeError);
    assertEquals(message.asString(), text);
  }
});
