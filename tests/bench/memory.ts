/**
 * What a client holds: of memory for each connection that idles, and while one large literal passes through; for the latter also the
 * time, beside a plain read of the same octets. Each figure is of a process of its own, and so is the server. For literals there is
 * also what the same literal takes above that when it comes once more to the same process.
 *
 *     deno task bench:memory                                all, some minutes
 *     deno task bench:memory --only=rest --seconds=60       KiB of each of 1,000 connections after 60 s in IDLE, imapflow beside
 *     deno task bench:memory --only=literal --mebibytes=1024
 */

import { firstLine } from "./first_line.ts";
import { runOnce, works } from "./programs.ts";
import type { Taken, Task } from "./memory_side.ts";

const folder = new URL(".", import.meta.url).pathname;
/** KiB of a connection at rest; MiB above idle for a reader with a buffer of its own, and for a plain loop. */
const most = { rest: 64, byob: 32, plain: 128 } as const;

const options = { only: "", seconds: 60, mebibytes: 1024, connections: 1000 };
for (const arg of Deno.args) {
  const [name, value = ""] = arg.replace(/^--/, "").split("=");
  if (!Object.hasOwn(options, name!)) throw new Error(`unknown option ${arg}`);
  Object.assign(options, { [name!]: name === "only" ? value : Number(value) });
}

const runtimes: [name: string, command: string[]][] = [["deno", [
  Deno.execPath(),
  "run",
  "-A",
  "--no-check",
]]];
for (const name of ["bun", "node"]) {
  if (await works([name, "--version"])) runtimes.push([name, [name]]);
  else console.log(`no ${name} on the path: its figures are missing`);
}

const server = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", `${folder}memory_server.ts`],
  stdin: "piped",
  stdout: "piped",
}).spawn();
const [port, tlsPort] = (await firstLine(server.stdout)).split(" ").map(Number) as [number, number];
const imapflow = `${folder}imapflow`;
const hasImapflow = options.only !== "literal" &&
  await works(["npm", "ci", "--no-fund", "--no-audit", "--silent"], imapflow);
let failed = 0;
try {
  for (const [name, command] of runtimes) {
    const take = async (what: Task["what"], count: number): Promise<Taken | undefined> => {
      const task: Task = {
        port: what === "rest-tls" ? tlsPort : port,
        what,
        count,
        seconds: options.seconds,
      };
      const taken = await runOnce<Taken>({ command: [...command, "memory_side.ts"], cwd: folder }, task);
      if (typeof taken !== "string") return taken;
      console.log(`${name} ${what}: ${taken}`);
      failed++;
      return undefined;
    };
    if (options.only !== "literal") {
      const kib = (await take("rest", options.connections))?.kib;
      if (kib !== undefined) report(`${name}: a connection in IDLE`, kib, "KiB", most.rest);
      const encrypted = (await take("rest-tls", options.connections))?.kib;
      if (encrypted !== undefined) {
        console.log(`       ${name}: a connection in IDLE, with TLS: ${encrypted.toFixed(1)} KiB`);
      }
      if (hasImapflow) {
        const task = { port, count: options.connections, seconds: options.seconds };
        const taken = await runOnce<Taken>({ command: [...command, "rest.mjs"], cwd: imapflow }, task);
        const said = typeof taken === "string" ? taken : `${taken.kib!.toFixed(1)} KiB`;
        console.log(`       ${name}: a connection of imapflow in IDLE: ${said}`);
      }
    }
    if (options.only === "rest") continue;
    const sizes = [options.mebibytes / 8, options.mebibytes];
    // Compilers and heaps grow for a while with everything that runs: a plain read of the same octets shows how much of it is theirs.
    for (const [what, beside] of [["byob", "raw"], ["plain", "owned"]] as const) {
      let raw: Taken | undefined;
      for (const size of sizes) {
        raw = await take(beside, size);
        if (raw === undefined) continue;
        const { mib, again } = raw;
        console.log(
          `       ${name}: ${size} MiB, ${beside} read: ${mib!.toFixed(1)} MiB, once more ${
            again!.toFixed(1)
          }`,
        );
      }
      let taken: Taken | undefined;
      for (const size of sizes) {
        taken = await take(what, size);
        if (taken === undefined) continue;
        report(`${name}: a literal of ${size} MiB, ${what}`, taken.mib!, "MiB", most[what]);
        console.log(`       the same once more: ${taken.again!.toFixed(1)} MiB`);
      }
      if (raw === undefined || taken === undefined) continue;
      const [time, work] = [taken.seconds! / raw.seconds!, taken.cpu! / raw.cpu!];
      console.log(
        `       beside the ${beside} read: ${time.toFixed(2)} of its time, ${work.toFixed(2)} of its work`,
      );
    }
  }
} finally {
  await server.stdin.close();
  await server.status;
}
Deno.exit(failed === 0 ? 0 : 1);

function report(title: string, value: number, unit: string, limit: number): void {
  if (value > limit) failed++;
  console.log(
    `${value > limit ? "LARGE " : "ok    "} ${title}: ${value.toFixed(1)} ${unit} (at most ${limit})`,
  );
}
