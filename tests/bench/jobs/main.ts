/**
 * Two jobs of people beside imapflow, from `connect` on, with round trips counted, at 0 and 50 ms: the 50 newest messages with subject,
 * sender, date and names of files; one file of 10 MiB to disk.
 *
 *     deno task bench:mailbox --rounds=5
 */

import { runOnce, works } from "../programs.ts";
import { startRelay } from "./relay.ts";

interface Printed {
  milliseconds: number;
  result: number;
  rss: number;
}

const here = new URL(".", import.meta.url).pathname;
const rounds = Number(/^--rounds=(\d+)$/.exec(Deno.args[0] ?? "")?.[1] ?? 5);
const imapflow = `${here}../imapflow`;
if (!await works(["npm", "ci", "--no-fund", "--no-audit", "--silent"], imapflow)) {
  console.error("imapflow could not be installed");
  Deno.exit(1);
}
// One that runs TypeScript as it is.
const node = ["npx", "-y", "node@24"];
const contestants = {
  "Postern (deno)": { command: [Deno.execPath(), "run", "-A", "--no-check", "postern.ts"], cwd: here },
  "Postern (node)": { command: [...node, "postern.ts"], cwd: here },
  "imapflow (node)": { command: [...node, "jobs.mjs"], cwd: imapflow },
};
const server = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--no-check", `${here}server.ts`],
  stdin: "piped",
  stdout: "piped",
}).spawn();
const { value } = await server.stdout.getReader().read();
const port = Number(new TextDecoder().decode(value));
const file = await Deno.makeTempFile();
try {
  for (const delay of [0, 50]) {
    const relay = startRelay(port, delay);
    for (const job of ["newest", "attachment"]) {
      console.log(`\n${job === "newest" ? "50 newest" : "10 MiB to disk"}, ${delay} ms: median of ${rounds}`);
      const times = new Map<string, Printed[]>();
      const trips = new Map<string, number>();
      for (let round = 0; round < rounds; round++) {
        for (const [name, program] of Object.entries(contestants)) {
          relay.take();
          const printed = await runOnce<Printed>(program, { port: relay.port, job, file });
          if (typeof printed === "string") {
            console.log(`  ${name}: ${printed}`);
            continue;
          }
          trips.set(name, relay.take().trips);
          times.set(name, [...times.get(name) ?? [], printed]);
        }
      }
      for (const [name, printed] of times) {
        const { milliseconds, result, rss } = printed.toSorted((a, b) =>
          a.milliseconds - b.milliseconds
        )[printed.length >> 1]!;
        const shown = `${milliseconds.toFixed(0).padStart(6)} ms, ${
          String(trips.get(name)).padStart(4)
        } round trips`;
        console.log(
          `  ${name.padEnd(16)} ${shown}, ${rss.toFixed(0).padStart(4)} MiB above idle, result ${result}`,
        );
      }
    }
    relay.close();
  }
} finally {
  await Deno.remove(file);
  await server.stdin.close();
}
Deno.exit(0);
