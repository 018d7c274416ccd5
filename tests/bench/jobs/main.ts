/**
 * Two jobs of people beside imapflow, from `connect` on, with round trips counted, at 0 and 50 ms: the 50 newest messages with subject,
 * sender, date and names of files; one file of 10 MiB to disk.
 *
 * Each round is a process of its own for each contestant, by turns. The time is from before `connect` on, with the program loaded, to the
 * last octet; nothing is warmed up, since a script is not. Both log out, which the round trips count and the time does not. The server
 * and the line have been used once before. On a machine that does other things as well, the least of the times and the processor time
 * of the program tell more than the median. Beside the file there is its floor: the same octets by one FETCH over a plain socket, and
 * written. The server offers BINARY, which Postern uses: without it, it fetches a third more and decodes it. imapflow's download() does
 * not ask for it.
 *
 *     deno task bench:mailbox --rounds=5
 *     deno task bench:mailbox --without=BINARY   a server without it, and so without IMAP4rev2; the floor is left out then
 */

import { firstLine } from "../first_line.ts";
import { runOnce, works } from "../programs.ts";
import { startRelay } from "./relay.ts";

interface Printed {
  milliseconds: number;
  /** Milliseconds of processor time of the program alone. */
  cpu: number;
  result: number;
  rss: number;
}

const here = new URL(".", import.meta.url).pathname;
const rounds = Number(/^--rounds=(\d+)$/m.exec(Deno.args.join("\n"))?.[1] ?? 5);
const without = /^--without=(\w+)$/m.exec(Deno.args.join("\n"))?.slice(1) ?? [];
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
  // What any client pays for the file.
  "floor (node)": { command: [...node, "floor.ts"], cwd: here },
};
const server = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--no-check", `${here}server.ts`, ...without],
  stdin: "piped",
  stdout: "piped",
}).spawn();
const port = Number(await firstLine(server.stdout));
const file = await Deno.makeTempFile();
try {
  for (const delay of [0, 50]) {
    const relay = startRelay(port, delay);
    for (const job of ["newest", "attachment"]) {
      // The server reads a message when it is asked about it first.
      await runOnce<Printed>(contestants["Postern (deno)"], { port: relay.port, job, file });
      console.log(`\n${job === "newest" ? "50 newest" : "10 MiB to disk"}, ${delay} ms: median of ${rounds}`);
      const times = new Map<string, Printed[]>();
      const trips = new Map<string, number>();
      for (let round = 0; round < rounds; round++) {
        for (const [name, program] of Object.entries(contestants)) {
          if (name.startsWith("floor") && (job !== "attachment" || without.length > 0)) continue;
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
        const [time, least] = middleAndLeast(printed.map(({ milliseconds }) => milliseconds));
        const [cpu] = middleAndLeast(printed.map(({ cpu }) => cpu));
        const [rss] = middleAndLeast(printed.map(({ rss }) => rss));
        console.log(
          `  ${name.padEnd(16)}${shown(time, 6)} ms (least${shown(least, 6)}), processor${
            shown(cpu, 5)
          } ms,` +
            `${shown(trips.get(name)!, 4)} round trips,${shown(rss, 4)} MiB above idle, ` +
            `result ${printed[0]!.result}`,
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

function middleAndLeast(values: number[]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  return [sorted[sorted.length >> 1]!, sorted[0]!];
}

function shown(value: number, width: number): string {
  return value.toFixed(0).padStart(width);
}
