/**
 * Watches on Dovecot and Cyrus whose processes are killed and stopped, until a schedule fails:
 *
 *     deno task fuzz:servers -- --count 50 --seed 1 --server cyrus --verbose
 */

import process from "node:process";
import { realServers } from "../../servers/real_servers.ts";
import { options } from "../../support/options.ts";
import { livesOn } from "./real_lives.ts";

const { count, seed, server: wanted, verbose } = options({ count: 50, seed: 1, server: "", verbose: false });
const servers = realServers.filter(({ name }) => wanted === "" || wanted === name.toLowerCase());
if (servers.length === 0) throw new TypeError(`--server must be the name of a server, not ${wanted}`);
const began = performance.now();
const at = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
const said: string[] = [];
const told = (line: string) => {
  const whole = `${at()} ${line}`;
  if (verbose) console.log(whole);
  else said.push(whole);
};
for (const { name, need, start } of servers) {
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
