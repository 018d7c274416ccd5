/**
 * Measures FETCH through the whole client beside imapflow and beside a plain read of the same octets. Every
 * contestant is a process of its own; the rounds take turns, so that a busy machine is busy for all.
 *
 *     deno task bench                          everything, three minutes or so
 *     deno task bench --rounds=5 --only=rows   metadata rows only (or --only=bodies)
 *     deno task bench --rows=2000 --bodies=400 a smaller mailbox
 */

import type { Task, Timing } from "./contestant.ts";

interface Contestant {
  name: string;
  /** What it is compared as: the best contestant of a kind stands for the kind. */
  kind: "raw" | "imapflow" | "postern";
  runtime: "deno" | "bun" | "node";
  command: string[];
  cwd: string;
}

interface Measured extends Contestant {
  seconds: number[];
  /** No further rounds. */
  out?: boolean;
  /** Why there is no figure. */
  failure?: string;
}

interface Mailbox {
  name: string;
  rows: number;
  octets: number;
}

const HERE = new URL(".", import.meta.url).pathname;
const METADATA = ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE"];
const PASSES = 2;
const CONTESTANT_MS = 120_000;

async function main(): Promise<number> {
  const options = readOptions();
  const server = await startServer(options.rows, options.bodies);
  try {
    const contestants = await findContestants();
    for (const mailbox of server.mailboxes) {
      const bodies = mailbox.name === "BODIES";
      if (options.only !== undefined && (options.only === "bodies") !== bodies) continue;
      const task: Task = {
        host: "127.0.0.1",
        port: server.port,
        mailbox: bodies ? "Bodies" : "INBOX",
        items: bodies ? ["UID", "BODY[]"] : METADATA,
        passes: PASSES,
      };
      const each = Math.round(mailbox.octets / mailbox.rows);
      console.log(`\n${mailbox.rows} rows of ${bodies ? "BODY[]" : "metadata"}, ${each} octets each`);
      const measured = await measure(contestants, task, mailbox, options.rounds);
      report(measured, mailbox, bodies);
    }
  } finally {
    await server.stop();
  }
  return 0;
}

function readOptions(): { rounds: number; rows: number; bodies: number; only?: string } {
  const options = { rounds: 3, rows: 20_000, bodies: 4096, only: undefined as string | undefined };
  for (const arg of Deno.args.filter((each) => each !== "--")) {
    const [name, value = ""] = arg.split("=");
    if (name === "--rounds") options.rounds = Number(value);
    else if (name === "--rows") options.rows = Number(value);
    else if (name === "--bodies") options.bodies = Number(value);
    else if (name === "--only" && ["rows", "bodies"].includes(value)) options.only = value;
    else throw new Error(`unknown option ${arg}`);
  }
  return options;
}

async function startServer(
  rows: number,
  bodies: number,
): Promise<{ port: number; mailboxes: Mailbox[]; stop(): Promise<void> }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${HERE}replay_server.ts`, String(rows), String(bodies)],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  let text = "";
  for await (
    const chunk of child.stdout.pipeThrough(new TextDecoderStream()).values({ preventCancel: true })
  ) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  if (!text.includes("\n")) throw new Error("the replay server did not start");
  return {
    ...JSON.parse(text),
    async stop() {
      await child.stdin.close();
      await child.status;
    },
  };
}

/** Every contestant whose runtime is here. */
async function findContestants(): Promise<Contestant[]> {
  const runtimes: { runtime: Contestant["runtime"]; run: string[] }[] = [
    { runtime: "deno", run: [Deno.execPath(), "run", "-A", "--no-check"] },
  ];
  for (const runtime of ["bun", "node"] as const) {
    if (await works([runtime, "--version"])) runtimes.push({ runtime, run: [runtime] });
    else console.log(`no ${runtime} on the path: its figures are missing`);
  }
  const imapflow = await installImapflow();
  const found: Contestant[] = [];
  for (const { runtime, run } of runtimes) {
    const name = (kind: string) => `${kind} (${runtime})`;
    // Node runs imapflow only: the other two are TypeScript for Deno and Bun.
    if (runtime !== "node") {
      found.push({ name: name("raw read"), kind: "raw", runtime, command: [...run, "raw.ts"], cwd: HERE });
      found.push({
        name: name("Postern"),
        kind: "postern",
        runtime,
        command: [...run, "postern.ts"],
        cwd: HERE,
      });
    }
    if (imapflow !== undefined) {
      found.push({
        name: name("imapflow"),
        kind: "imapflow",
        runtime,
        command: [...run, "fetch.mjs"],
        cwd: imapflow,
      });
    }
  }
  return found;
}

/** Installs imapflow in its own folder and returns that, or says why it cannot take part. */
async function installImapflow(): Promise<string | undefined> {
  const folder = `${HERE}imapflow`;
  if (await works(["npm", "ci", "--no-fund", "--no-audit", "--silent"], folder)) return folder;
  console.log("imapflow could not be installed (npm ci in tests/bench/imapflow): its figures are missing");
  return undefined;
}

async function works(command: string[], cwd?: string): Promise<boolean> {
  try {
    const options = { args: command.slice(1), cwd, stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(command[0]!, options).output()).success;
  } catch {
    return false;
  }
}

async function measure(
  contestants: Contestant[],
  task: Task,
  mailbox: Mailbox,
  rounds: number,
): Promise<Measured[]> {
  const measured: Measured[] = contestants.map((each) => ({ ...each, seconds: [] }));
  for (let round = 1; round <= rounds; round++) {
    for (const contestant of measured.filter((each) => each.failure === undefined && !each.out)) {
      const timing = await runOnce(contestant, task);
      if (typeof timing === "string") {
        contestant.failure = timing;
      } else if (timing.rows !== undefined && timing.rows !== mailbox.rows) {
        contestant.failure = `saw ${timing.rows} rows of ${mailbox.rows}`;
      } else {
        contestant.seconds.push(...timing.seconds);
      }
    }
    console.log(`  round ${round} of ${rounds}`);
    // imapflow needs seconds for a pass: after the first round only its best runtime goes on.
    const rivals = measured.filter((each) => each.kind === "imapflow" && each.seconds.length > 0);
    if (round === 1 && rivals.length > 1) {
      const fastest = rivals.reduce((a, b) => best(b.seconds) < best(a.seconds) ? b : a);
      for (const rival of rivals) rival.out = rival !== fastest;
    }
  }
  return measured;
}

async function runOnce({ command, cwd }: Contestant, task: Task): Promise<Timing | string> {
  const { code, stdout, stderr } = await new Deno.Command(command[0]!, {
    args: [...command.slice(1), JSON.stringify(task)],
    cwd,
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(CONTESTANT_MS),
  }).output();
  const text = new TextDecoder();
  if (code === 0) return JSON.parse(text.decode(stdout)) as Timing;
  const lines = text.decode(stderr).split("\n");
  return lines.find((line) => /error|Error/.test(line))?.trim() ?? `exit code ${code}`;
}

function report(measured: Measured[], mailbox: Mailbox, bodies: boolean): void {
  for (const { name, seconds, failure } of measured) {
    if (failure !== undefined || seconds.length === 0) {
      console.log(`${name.padEnd(18)} no figure: ${failure ?? "not run"}`);
      continue;
    }
    const rate = (time: number) =>
      bodies
        ? `${(mailbox.octets / time / (1 << 20)).toFixed(0).padStart(7)} MiB/s`
        : `${(mailbox.rows / time).toFixed(0).padStart(9)} rows/s`;
    const [low, middle] = [best(seconds), median(seconds)];
    const times = `${(low * 1000).toFixed(1)} ms best, ${(middle * 1000).toFixed(1)} ms median`;
    console.log(`${name.padEnd(18)} ${rate(low)} best ${rate(middle)} median   ${times}`);
  }
  const figures = (kind: Contestant["kind"], runtime?: string) =>
    measured.filter((each) =>
      each.kind === kind && each.seconds.length > 0 && (runtime === undefined || each.runtime === runtime)
    );
  const rivals = figures("imapflow");
  for (const ours of figures("postern")) {
    if (rivals.length > 0) {
      const rival = rivals.reduce((a, b) => median(b.seconds) < median(a.seconds) ? b : a);
      compare(`${ours.name} is faster than ${rival.name} by`, rival.seconds, ours.seconds);
    }
    for (const raw of figures("raw", ours.runtime)) {
      compare(`${ours.name} takes, in times of ${raw.name},`, ours.seconds, raw.seconds);
    }
  }
}

function compare(text: string, over: number[], under: number[]): void {
  const ratios = [best(over) / best(under), median(over) / median(under)].map((each) => each.toFixed(2));
  console.log(`${text} ${ratios[0]} (best to best), ${ratios[1]} (median to median)`);
}

function best(values: number[]): number {
  return Math.min(...values);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

if (import.meta.main) Deno.exit(await main());
