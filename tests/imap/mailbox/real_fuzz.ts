/**
 * Watches on Dovecot and Cyrus whose processes are killed and stopped, until a schedule fails:
 *
 *     deno task fuzz:servers -- --count 50 --seed 1 --server cyrus --verbose
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { realServers } from "../../servers/real_servers.ts";
import { livesOn } from "./real_lives.ts";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== "--"),
  options: {
    count: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    server: { type: "string" },
    verbose: { type: "boolean" },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
const began = performance.now();
const at = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
const said: string[] = [];
const told = (line: string) => {
  const whole = `${at()} ${line}`;
  if (values.verbose) console.log(whole);
  else said.push(whole);
};
for (const { name, need, start } of realServers) {
  if (values.server !== undefined && values.server !== name.toLowerCase()) continue;
  if (!need.available) throw new Error(need.enable);
  const server = await start();
  try {
    const { killed, stopped } = await livesOn(server, count, seed, told);
    console.log(
      `${name}, seed ${seed}, ${count} schedules, ${at()}: ${killed} processes killed, ${stopped} stopped, all well`,
    );
  } catch (error) {
    console.error(said.join("\n"));
    console.error(server.log().slice(-4_000));
    console.error(error);
    process.exitCode = 1;
  } finally {
    await server.stop();
  }
}
