/** Watches on real servers whose processes are killed and stopped: a sample of what `deno task fuzz:servers` lives through. */

import { assert } from "@std/assert";
import { realServers } from "../../servers/real_servers.ts";
import { testWith } from "../../support/skip.ts";
import { livesOn } from "./real_lives.ts";

for (const { name, need, start } of realServers) {
  testWith(
    need,
    `${name}: processes that are killed and stopped lose nothing and double nothing`,
    async () => {
      const server = await start();
      try {
        const { killed, stopped } = await livesOn(server, 5, 1);
        assert(killed > 0 && stopped > 0, `${killed} killed, ${stopped} stopped`);
      } finally {
        await server.stop();
      }
    },
  );
}
