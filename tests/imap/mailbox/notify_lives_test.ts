import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { type Change, ManualClock, startServer } from "../../../imap/testing/mod.ts";
import { forSeedsAsync, type Random } from "../../support/seeded.ts";
import { Consumer } from "./consumer.ts";
import { accountOn } from "./support.ts";

const names = ["INBOX", "a", "b", "c"];
const mail = "Subject: x\r\n\r\n.\r\n";

/** What others do in some mailbox. */
function someChange(random: Random): Change {
  const mailbox = random.pick(names);
  const dice = random.below(10);
  if (dice < 6) return { mailbox, deliver: [mail] };
  if (dice < 8) return { mailbox, setFlags: { messages: { newest: 1 }, flags: random.pick([[], ["x"]]) } };
  return { mailbox, expunge: { oldest: 1 } };
}

test("NOTIFY: whatever happens where, and whatever is done besides, all of it is known within 40 seconds", async () => {
  await forSeedsAsync(5, async (random) => {
    const clock = new ManualClock();
    await using server = await startServer({
      clock,
      with: ["NOTIFY"],
      mailboxes: Object.fromEntries(names.map((name) => [name, [mail, mail]])),
    });
    await using account = await accountOn(server, { clock, connections: random.between(1, 3) });
    const abort = new AbortController();
    const consumers = new Map(names.map((name) => [name, new Consumer()]));
    const loops = names.map(async (name) => {
      const consumer = consumers.get(name)!;
      consumer.begin();
      // Where nothing is heard a watch asks once a minute, and where it hears every four and a half.
      for await (const event of account.mailbox(name).watch({ signal: abort.signal, from: "all" })) {
        if (event.type !== "offline" && event.type !== "online") consumer.take(event);
        if (random.chance(0.2)) await new Promise<void>((resolve) => clock.setTimeout(resolve, 3_000));
      }
    });
    await clock.advance(10_000);
    for (let turn = 0; turn < 12; turn++) {
      for (let n = random.between(1, 4); n > 0; n--) {
        if (random.chance(0.5)) {
          const on = random.pick(["EXAMINE", "STATUS", "UID FETCH", "IDLE", "NOTIFY", "LIST", "SELECT"]);
          server.faults.add({ on, nth: 1, meanwhile: someChange(random) });
        }
        if (random.chance(0.7)) server.change(someChange(random));
        const mailbox = account.mailbox(random.pick(names));
        const besides = [
          () => mailbox.counts(),
          () => account.mailboxes({ counts: true }),
          () => Array.fromAsync(mailbox.messages()),
          () => mailbox.flag({}, { add: ["y"] }),
          () => Promise.resolve(),
        ];
        const done = random.pick(besides)();
        await clock.advance(random.pick([0, 10, 100, 2_000]));
        await Promise.all([done, clock.advance(1_000)]);
      }
      server.faults.clear();
      await clock.advance(40_000);
      const differences = names.flatMap((name) =>
        consumers.get(name)!.differences(server, name).map((line) => `${name}: ${line}`)
      );
      assertEquals(differences, [], `turn ${turn}`);
    }
    abort.abort();
    await clock.advance(31_000);
    await Promise.all(loops);
  });
});
