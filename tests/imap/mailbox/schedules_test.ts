import { test } from "node:test";
import { assert, assertMatch, assertRejects } from "@std/assert";
import type { Change } from "../../../imap/mailbox/mod.ts";
import { Consumer } from "./consumer.ts";
import { cutAll, kindsOfSync } from "./cuts.ts";
import { livesOf } from "./schedules.ts";

test("whatever goes wrong, the consumer of a watch has in the end what is in the mailbox, and nothing twice", async () => {
  const all = await livesOf(40, 1);
  // The faults do come about.
  assert(all.news > 100 && all.offline > 20 && all.kills > 10 && all.expired > 5, JSON.stringify(all));
});

/** Loses the third message. */
class LosesOne extends Consumer {
  override take(change: Change): void {
    if (change.type === "new" && this.news === 2) this.news++;
    else super.take(change);
  }
}

/** Stores the cursor before what it made of the changes, which is lost when it is killed between the two. */
class SavesTooEarly extends Consumer {
  #late: Change | undefined;
  override begin(): void {
    this.#late = undefined;
    super.begin();
  }
  override take(change: Change): void {
    this.#flush();
    if (change.type !== "checkpoint") return super.take(change);
    this.cursor = change.cursor;
    this.#late = change;
  }
  override differencesTo(...args: Parameters<Consumer["differencesTo"]>): string[] {
    this.#flush();
    return super.differencesTo(...args);
  }
  #flush(): void {
    const late = this.#late;
    this.#late = undefined;
    if (late !== undefined) super.take(late);
  }
}

/** Stores every second cursor only, and what it made of the changes each time. */
class SavesTooLate extends Consumer {
  #count = 0;
  override take(change: Change): void {
    const before = this.cursor;
    super.take(change);
    if (change.type === "checkpoint" && ++this.#count % 2 === 0) this.cursor = before;
  }
}

/** Does not care for flags. */
class KeepsOldFlags extends Consumer {
  override take(change: Change): void {
    if (change.type !== "flags") super.take(change);
  }
}

/** Takes a reset for nothing. */
class IgnoresResets extends Consumer {
  override take(change: Change): void {
    if (change.type !== "reset") super.take(change);
  }
}

for (const Planted of [LosesOne, SavesTooEarly, SavesTooLate, KeepsOldFlags, IgnoresResets]) {
  test(`random lives find a planted mistake: ${Planted.name}`, async () => {
    const found = await assertRejects(() => livesOf(200, 1, undefined, () => new Planted()), Error);
    // What the check says, and not something else that fails.
    const said =
      /: (?:UID \d+ was told twice|(?:lost|not gone) \d+|flags of |a change of another UIDVALIDITY)/;
    assertMatch(`: ${found.message}`, said);
  });
}

for (const kind of Object.keys(kindsOfSync)) {
  test(`${kind}: a connection that drops after any octet of a sync loses nothing and repeats nothing`, async () => {
    // Each kind from another octet on; `deno task fuzz:mailbox --cuts` cuts after each.
    await cutAll(kind, Object.keys(kindsOfSync).indexOf(kind), 17);
  });
}
