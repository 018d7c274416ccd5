import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import type { CommandSpec } from "../../../imap/codec/spec.ts";
import { noopSpec, statusSpec, uidFetchSpec } from "../../../imap/codec/_gen/specs.ts";
import { Command } from "../../../imap/session/handle.ts";
import { MessageRanges } from "../../../imap/session/message_ranges.ts";
import { RowCommand } from "../../../imap/session/rows.ts";
import { Session } from "../../../imap/session/session.ts";
import { forSeeds } from "../../support/seeded.ts";
import { type Peer, scripted } from "./scripted.ts";

/** A spec that counts how often it is read: deciding what may overlap means reading specs. */
function counted(spec: CommandSpec): { spec: CommandSpec; looks: () => number } {
  let looks = 0;
  const proxy = new Proxy(spec, {
    get(target, name) {
      looks++;
      return target[name as keyof CommandSpec];
    },
  });
  return { spec: proxy, looks: () => looks };
}

/** How often specs are looked at for each of `count` commands that are all sent before the first is answered. */
async function looksPerCommand(
  count: number,
  table: CommandSpec,
  args: (index: number) => object,
  answer: (index: number) => string,
): Promise<number> {
  // Nothing is selected, which the table would not let pass.
  const { spec, looks } = counted({ ...table, states: ["auth"] });
  const { transport, done } = scripted(async (peer: Peer) => {
    await peer.send("* PREAUTH ready\r\n");
    for (let i = 0; i < count; i++) await peer.line();
    let text = "";
    for (let i = 0; i < count; i++) text += `${answer(i)}A${i + 1} OK done\r\n`;
    await peer.send(text);
  });
  const session = await Session.open(transport);
  const handles = Array.from({ length: count }, (_, index) => {
    const handle = table === uidFetchSpec ? new RowCommand<unknown>() : new Command<unknown>();
    return session.submit({
      spec,
      args: args(index),
      encode: (writer) => writer.text("X"),
      result: (collected) => collected.all("STATUS").length,
      // deno-lint-ignore no-explicit-any -- a row command's result is its rows
      handle: handle as Command<any>,
      options: {},
    });
  });
  const results = await Promise.all(handles);
  await done;
  session.close();
  if (table !== noopSpec) {
    assertEquals(
      results.map((result) => Array.isArray(result) ? result.length : result),
      results.map(() => 1),
    );
  }
  return looks() / count;
}

test("the work for one command does not grow with the number of commands underway", async () => {
  const cases: [string, CommandSpec, (index: number) => object, (index: number) => string][] = [
    ["NOOP", noopSpec, () => ({}), () => ""],
    [
      "STATUS of different mailboxes",
      statusSpec,
      (index) => ({ mailbox: `box${index}` }),
      (index) => `* STATUS box${index} (MESSAGES 1)\r\n`,
    ],
    [
      "UID FETCH of different messages",
      uidFetchSpec,
      // Neither ascending nor neighbours.
      (index) => ({ set: [(index * 7919) % 1_000_003 * 2 + 1] }),
      (index) => `* 1 FETCH (UID ${(index * 7919) % 1_000_003 * 2 + 1} FLAGS ())\r\n`,
    ],
  ];
  for (const [name, spec, args, answer] of cases) {
    const few = await looksPerCommand(200, spec, args, answer);
    const many = await looksPerCommand(2_000, spec, args, answer);
    assert(many < few * 1.5 + 1, `${name}: ${few} looks a command with 200 underway, ${many} with 2,000`);
  }
});

test("commands that are taken back cost nothing, and the queue goes on after them", async () => {
  const { transport, done } = scripted(async (peer: Peer) => {
    await peer.send("* PREAUTH ready\r\n");
    await peer.expect("A1 X");
    await peer.send("A1 OK done\r\n");
    await peer.expect("A1002 X");
    await peer.send("A1002 OK done\r\n");
  });
  const session = await Session.open(transport);
  const { spec, looks } = counted({ ...noopSpec, flow: ["barrier"] });
  const submit = (signal?: AbortSignal) =>
    session.submit<void>({
      spec,
      args: {},
      encode: (writer) => writer.text("X"),
      result: () => {},
      handle: new Command<void>(),
      options: { signal },
    });
  const first = submit();
  const controller = new AbortController();
  const taken = Array.from({ length: 1_000 }, () => submit(controller.signal));
  const last = submit();
  const before = looks();
  controller.abort(new Error("not any more"));
  const reasons = await Promise.allSettled(taken);
  assertEquals(reasons.every(({ status }) => status === "rejected"), true);
  await Promise.all([first, last, done]);
  assert(looks() - before < 10 * 1_000, `${looks() - before} looks`);
  session.close();
});

test("ranges of messages: found and removed as by a list that is searched from end to end", () => {
  forSeeds(15, (random) => {
    const ranges = new MessageRanges<number>();
    const list: { first: number; last: number; owner: number }[] = [];
    const overlapping = (first: number, last: number) =>
      list.filter((range) => range.first <= last && range.last >= first);
    for (let step = 0; step < 1_500; step++) {
      const first = random.between(1, 20_000);
      const last = first + random.below(random.chance(0.1) ? 500 : 4);
      const expected = overlapping(first, last);
      const found = ranges.find(first, last);
      if (expected.length === 0) {
        assertEquals(found, undefined);
        ranges.add(first, last, step);
        list.push({ first, last, owner: step });
      } else {
        assert(expected.some(({ owner }) => owner === found));
      }
      if (random.chance(0.3) && list.length > 0) {
        const [gone] = list.splice(random.below(list.length), 1);
        ranges.remove(gone!.first);
        assertEquals(ranges.find(gone!.first, gone!.last), undefined);
      }
    }
    for (const { first, last, owner } of list) {
      assertEquals([ranges.find(first), ranges.find(last)], [owner, owner]);
    }
  });
});
