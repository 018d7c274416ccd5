/**
 * Measures FETCH through the whole client beside imapflow and beside a plain read of the same octets, and the
 * decoder alone. Every contestant is a process of its own; the rounds take turns, so that a busy machine is
 * busy for all. Two seconds of each process warm it up and do not count.
 *
 *     deno task bench                          everything, some minutes
 *     deno task bench --rounds=5 --only=rows   one part: rows (of metadata), bodies or decode
 *     deno task bench --rows=2000 --bodies=400 smaller mailboxes
 *     deno task bench --only=bodies --bodies=256 --octets=1048576
 */

import type { Task } from "./contestant.ts";
import { prepareMetadata } from "./mailbox.ts";
import { works } from "./programs.ts";
import { startReplayServer } from "./replay.ts";
import { compete, type Contestant, type Kind } from "./rounds.ts";

interface Options {
  rounds: number;
  rows: number;
  bodies: number;
  /** Of one body. */
  octets: number;
  only?: string;
}

interface Runtime {
  name: string;
  run: string[];
}

const HERE = new URL(".", import.meta.url).pathname;
const METADATA = ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE"];
const PARTS = ["rows", "bodies", "decode"];
const PASSES = 2;

async function main(): Promise<number> {
  const options = readOptions();
  const runtimes = await findRuntimes();
  const imapflow = await installImapflow();
  if (options.only !== "decode") await benchFetch(options, runtimes, imapflow);
  if (options.only === undefined || options.only === "decode") await benchDecode(options, runtimes, imapflow);
  return 0;
}

async function benchFetch(options: Options, runtimes: Runtime[], imapflow?: string): Promise<void> {
  const server = await startReplayServer(options.rows, options.bodies, options.octets);
  try {
    for (const mailbox of server.mailboxes) {
      const bodies = mailbox.name === "BODIES";
      if (options.only !== undefined && (options.only === "bodies") !== bodies) continue;
      const contestants = gather(runtimes, imapflow, {
        raw: ["raw.ts"],
        ...(bodies ? { owned: ["raw.ts", "owned"] } : {}),
        postern: ["postern.ts"],
        ...(bodies ? { streamed: ["streamed.ts", "chunks"], byob: ["streamed.ts", "own"] } : {}),
        imapflow: ["fetch.mjs"],
      });
      const task: Task = {
        host: "127.0.0.1",
        port: server.port,
        mailbox: bodies ? "Bodies" : "INBOX",
        items: bodies ? ["UID", "BODY[]"] : METADATA,
        passes: PASSES,
      };
      const each = Math.round(mailbox.octets / mailbox.rows);
      console.log(
        `\nFETCH of ${mailbox.rows} rows of ${bodies ? "BODY[]" : "metadata"}, ${each} octets each`,
      );
      await compete(contestants, task, { ...mailbox, unit: bodies ? "MiB" : "rows" }, options.rounds);
    }
  } finally {
    await server.stop();
  }
}

async function benchDecode(options: Options, runtimes: Runtime[], imapflow?: string): Promise<void> {
  const contestants = gather(runtimes, imapflow, {
    postern: ["decode_postern.ts"],
    imapflow: ["decode.mjs"],
  });
  const { octets } = prepareMetadata(options.rows);
  const file = await Deno.makeTempFile({ prefix: "postern-bench-" });
  try {
    await Deno.writeFile(file, octets);
    console.log(`\nthe decoder alone: ${options.rows} rows of metadata from memory`);
    const amount = { rows: options.rows, octets: octets.length, unit: "rows" } as const;
    await compete(contestants, { mailbox: file, passes: PASSES }, amount, options.rounds);
  } finally {
    await Deno.remove(file);
  }
}

function readOptions(): Options {
  const options: Options = { rounds: 3, rows: 20_000, bodies: 4096, octets: 65_536 };
  for (const arg of Deno.args.filter((each) => each !== "--")) {
    const [name, value = ""] = arg.split("=");
    if (name === "--rounds") options.rounds = Number(value);
    else if (name === "--rows") options.rows = Number(value);
    else if (name === "--bodies") options.bodies = Number(value);
    else if (name === "--octets") options.octets = Number(value);
    else if (name === "--only" && PARTS.includes(value)) options.only = value;
    else throw new Error(`unknown option ${arg}`);
  }
  return options;
}

async function findRuntimes(): Promise<Runtime[]> {
  const runtimes: Runtime[] = [{ name: "deno", run: [Deno.execPath(), "run", "-A", "--no-check"] }];
  // A Node.js that runs TypeScript as it is.
  for (const [name, run] of [["bun", ["bun"]], ["node", ["npx", "-y", "node@24"]]] as const) {
    if (await works([...run, "--version"])) runtimes.push({ name, run: [...run] });
    else console.log(`${run.join(" ")} cannot be started: its figures are missing`);
  }
  return runtimes;
}

/** Each program of `scripts` under each runtime that can run it. */
function gather(
  runtimes: Runtime[],
  imapflow: string | undefined,
  scripts: Partial<Record<Kind, string[]>>,
): Contestant[] {
  const names = {
    raw: "raw read",
    owned: "raw read, to keep",
    postern: "Postern",
    streamed: "Postern, streamed",
    byob: "Postern, own buffer",
    imapflow: "imapflow",
  };
  return runtimes.flatMap(({ name: runtime, run }) =>
    (Object.keys(scripts) as Kind[]).flatMap((kind) => {
      const cwd = kind === "imapflow" ? imapflow : HERE;
      if (cwd === undefined) return [];
      return [{
        name: `${names[kind]} (${runtime})`,
        kind,
        runtime,
        command: [...run, ...scripts[kind]!],
        cwd,
      }];
    })
  );
}

/** Installs imapflow in its own folder and returns that, or says why it cannot take part. */
async function installImapflow(): Promise<string | undefined> {
  const folder = `${HERE}imapflow`;
  if (await works(["npm", "ci", "--no-fund", "--no-audit", "--silent"], folder)) return folder;
  console.log("imapflow could not be installed (npm ci in tests/bench/imapflow): its figures are missing");
  return undefined;
}

if (import.meta.main) Deno.exit(await main());
