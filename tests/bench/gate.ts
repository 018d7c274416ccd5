/**
 * Whether a change made Postern slower: this tree beside an earlier commit, and that commit beside itself, which shows
 * what the machine's noise is. The sides take turns, each a process of its own; what counts is the least processor time of each.
 * A ratio of 1.03 means that this tree needs 3 percent less, 0.97 that it needs 3 percent more.
 *
 *     deno task bench:gate --base=REVISION                    all jobs, 10 processes a side, some minutes
 *     deno task bench:gate --base=REVISION --only=rows,email  rows, bodies, decode or email
 *     deno task bench:gate --base=REVISION --processes=4 --runtime=bun
 */

import { smallMessages } from "./email/corpus.ts";
import { prepareMetadata } from "./mailbox.ts";
import { runOnce } from "./programs.ts";
import { startReplayServer } from "./replay.ts";

const jobs = ["rows", "bodies", "decode", "email"] as const;
type Job = typeof jobs[number];

/** Below this the change is too slow; where the old commit is that far from itself, the second holds. */
const allowed = 0.97;
const allowedInNoise = 0.95;
const noisy = 0.98;

interface Options {
  base: string;
  only: readonly Job[];
  processes: number;
  runtime: string;
}

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  const here = new URL("../../", import.meta.url);
  const folder = await Deno.makeTempDir({ prefix: "postern-gate-" });
  const old = `${folder}/old`;
  await git(here, "worktree", "add", "--detach", old, options.base);
  const server = await startReplayServer(6_000, 1_024);
  try {
    await Deno.writeFile(`${folder}/rows`, prepareMetadata(6_000).octets);
    await Deno.writeFile(`${folder}/mail`, packed(smallMessages(2_000)));
    let failed = 0;
    for (const what of options.only) {
      const sides = { old: `file://${old}/`, again: `file://${old}/`, now: here.href };
      const best = await takeTurns(what, sides, options, folder, server.port);
      const noise = best.old / best.again;
      const ratio = Math.min(best.old, best.again) / best.now;
      const limit = Math.min(noise, 1 / noise) < noisy ? allowedInNoise : allowed;
      if (ratio < limit) failed++;
      console.log(
        `${ratio < limit ? "SLOWER" : "ok    "} ${what.padEnd(6)} ${ratio.toFixed(3)} (at least ${limit}); ` +
          `old against old ${noise.toFixed(3)}; least ms of processor time: ${best.now.toFixed(1)} now, ` +
          `${best.old.toFixed(1)} and ${best.again.toFixed(1)} before`,
      );
    }
    return failed === 0 ? 0 : 1;
  } finally {
    await server.stop();
    await git(here, "worktree", "remove", "--force", old);
    await Deno.remove(folder, { recursive: true });
  }
}

async function takeTurns(
  what: Job,
  sides: Record<"old" | "again" | "now", string>,
  options: Options,
  folder: string,
  port: number,
): Promise<Record<"old" | "again" | "now", number>> {
  const best = { old: Infinity, again: Infinity, now: Infinity };
  const run = options.runtime === "deno"
    ? [Deno.execPath(), "run", "-A", "--no-check"]
    : [options.runtime, "run"];
  const program = new URL("gate_side.ts", import.meta.url).pathname;
  const names = Object.keys(sides) as (keyof typeof sides)[];
  for (let round = 0; round < options.processes; round++) {
    // Every side is first, second and last equally often.
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length]!;
      const file = `${folder}/${what === "email" ? "mail" : "rows"}`;
      const task = { root: sides[name], what, port, file, passes: 20 };
      const timing = await runOnce<{ cpu: number[] }>({ command: [...run, program], cwd: folder }, task);
      if (typeof timing === "string") throw new Error(`${what}, ${name}: ${timing}`);
      best[name] = Math.min(best[name], ...timing.cpu);
    }
    await Deno.stderr.write(new TextEncoder().encode(`\r${what}: ${round + 1} of ${options.processes} `));
  }
  await Deno.stderr.write(new TextEncoder().encode("\r"));
  return best;
}

/** Messages one after the other, the length of each before it in four octets. */
function packed(messages: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(messages.reduce((sum, message) => sum + 4 + message.length, 0));
  let at = 0;
  for (const message of messages) {
    new DataView(out.buffer).setUint32(at, message.length);
    out.set(message, at + 4);
    at += 4 + message.length;
  }
  return out;
}

function readOptions(args: string[]): Options {
  const options: Options = { base: "", only: jobs, processes: 10, runtime: "deno" };
  for (const arg of args.filter((each) => each !== "--")) {
    const [name, value = ""] = arg.split("=");
    if (name === "--base") options.base = value;
    else if (name === "--processes" && Number(value) > 0) options.processes = Number(value);
    else if (name === "--runtime" && ["deno", "bun"].includes(value)) options.runtime = value;
    else if (name === "--only") {
      options.only = value.split(",").map((word) => {
        const job = jobs.find((each) => each === word);
        if (job === undefined) throw new Error(`no job ${word}; there are ${jobs.join(", ")}`);
        return job;
      });
    } else throw new Error(`unknown option ${arg}`);
  }
  if (options.base === "") throw new Error("name the commit to compare with: --base=REVISION");
  return options;
}

async function git(root: URL, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", { args, cwd: root }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

if (import.meta.main) Deno.exit(await main());
