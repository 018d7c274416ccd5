import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { listenersOfSignals } from "./support.ts";
import { type Held, kindsOfSoak, soak } from "./soak.ts";

test("days with errors of all kinds: what is held does not grow, and every change is known each evening", async () => {
  using signals = listenersOfSignals();
  // At once: most of each is waiting.
  await Promise.all(
    Object.entries(kindsOfSoak).map(async ([kind, options]) => {
      const { days, offline, connected } = await soak(6, options, signals);
      const [end] = days.splice(-1) as [Held];
      assertEquals([end.timers, end.connections], [0, 0], kind);
      assert(offline > 5 && connected > 5, `${kind}: offline ${offline}, connected ${connected}`);
      const most = (held: Held[], name: keyof Held) => Math.max(...held.map((one) => one[name]));
      for (const name of ["timers", "listeners", "connections"] as const) {
        const all = `${kind}, ${name}: ${days.map((one) => one[name])}`;
        assert(most(days.slice(3), name) <= most(days.slice(0, 3), name), all);
      }
    }),
  );
  assertEquals(signals.most(), 0);
});
