/**
 * Measures the email package beside postal-mime, mailparser and CPython, on messages that a seed makes. Every
 * contestant is a process of its own; the rounds take turns, so that a busy machine is busy for all.
 *
 *     deno task bench:email                        everything, about five minutes
 *     deno task bench:email --only=small           one part: mail, small, html, 1MiB, 25MiB, write, change, header, memory
 *     deno task bench:email --rounds=5 --time=500  more rounds, milliseconds for each
 *
 * CPython takes part when PYTHON, or python3.13 on the path, is CPython 3.13.
 */

import { runOnce, works } from "../programs.ts";
import { attachmentMessage, htmlMessages, smallMessages } from "./corpus.ts";
import type { Task, Timing } from "./measure.ts";

type Kind = "postern" | "postal-mime" | "mailparser" | "cpython" | "scan";

interface Contestant {
  kind: Kind;
  runtime: string;
  command: string[];
  cwd: string;
}

interface Part {
  name: string;
  title: string;
  corpus: string;
  /** The work; for "scan" the contestant does that in place of it. */
  work: string;
  memory?: boolean;
  against: Partial<Record<Kind, { atLeast?: number }>>;
  /** Most that Postern may need at its height, in times of the message. */
  peak?: number;
}

interface Corpus {
  files: string[];
  octets: number;
}

interface Figures extends Contestant {
  timings: Timing[];
  failure?: string;
}

/** What people ask of a message: subject, senders, text, HTML, names and octets of the attachments. */
function mail(corpus: string, title: string): Part {
  return {
    name: "mail",
    title: `${title}: readMail, and five things that people ask of it`,
    corpus,
    work: "mail",
    against: { "postal-mime": { atLeast: 3 }, mailparser: { atLeast: 3 } },
  };
}

const PARTS: Part[] = [
  mail("small", "small messages"),
  mail("html", "text and HTML in quoted-printable"),
  mail("1MiB", "base64 attachment of 1 MiB"),
  {
    name: "small",
    title: "small messages: parse, decode every leaf",
    corpus: "small",
    work: "leaves",
    against: { "postal-mime": { atLeast: 5 }, mailparser: {}, cpython: { atLeast: 4 } },
  },
  {
    name: "small",
    title: "small messages: the same, and subject, from, to and bodies as text (the others always do that)",
    corpus: "small",
    work: "read",
    against: { "postal-mime": {}, mailparser: {}, cpython: {} },
  },
  {
    name: "html",
    title: "text and HTML in quoted-printable: parse, decode every leaf",
    corpus: "html",
    work: "leaves",
    against: { "postal-mime": { atLeast: 3 }, mailparser: {}, cpython: {} },
  },
  {
    name: "html",
    title: "text and HTML in quoted-printable: the same, and fields and bodies as text",
    corpus: "html",
    work: "read",
    against: { "postal-mime": {}, mailparser: {}, cpython: {} },
  },
  {
    name: "1MiB",
    title: "base64 attachment of 1 MiB: parse, decode every leaf",
    corpus: "1MiB",
    work: "leaves",
    against: { "postal-mime": { atLeast: 4 }, mailparser: {}, cpython: { atLeast: 6 } },
  },
  {
    name: "25MiB",
    title: "base64 attachment of 25 MiB: parse, decode every leaf",
    corpus: "25MiB",
    work: "leaves",
    against: { "postal-mime": { atLeast: 4 }, mailparser: {}, cpython: { atLeast: 6 } },
  },
  {
    name: "memory",
    title: "base64 attachment of 25 MiB: the most memory that one parse takes beside the message",
    corpus: "25MiB",
    work: "leaves",
    memory: true,
    against: { "postal-mime": {}, mailparser: {}, cpython: {} },
    peak: 1.5,
  },
  {
    name: "write",
    title: "asBytes of parsed messages, small and HTML",
    corpus: "mixed",
    work: "write",
    against: { cpython: { atLeast: 4 } },
  },
  {
    name: "change",
    title: "asBytes of parsed messages that were given another field",
    corpus: "mixed",
    work: "change",
    against: { cpython: {} },
  },
  {
    name: "header",
    title: "parse a message with a 25 MiB attachment and read its subject",
    corpus: "25MiB",
    work: "header",
    against: { scan: {}, cpython: {} },
  },
  {
    name: "header",
    title: "BytesHeaderParser on a message with a 25 MiB attachment, and its subject",
    corpus: "25MiB",
    work: "headerOnly",
    against: { scan: {}, cpython: {} },
  },
];

const HERE = new URL(".", import.meta.url).pathname;
async function main(): Promise<number> {
  const options = readOptions();
  const contestants = await findContestants();
  const folder = await Deno.makeTempDir({ prefix: "postern-bench-" });
  try {
    const corpora = writeCorpora(folder);
    console.log(`load of the machine: ${load()}`);
    let missed = 0;
    for (const part of PARTS.filter(({ name }) => options.only === undefined || name === options.only)) {
      missed += await compete(part, corpora[part.corpus]!, contestants, options);
    }
    console.log(`\nload of the machine: ${load()}; targets missed: ${missed}`);
    return missed === 0 ? 0 : 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Options {
  rounds: number;
  time: number;
  only?: string;
}

function readOptions(): Options {
  const options: Options = { rounds: 3, time: 700 };
  for (const arg of Deno.args.filter((each) => each !== "--")) {
    const [name, value = ""] = arg.split("=");
    if (name === "--rounds") options.rounds = Number(value);
    else if (name === "--time") options.time = Number(value);
    else if (name === "--only" && PARTS.some((part) => part.name === value)) options.only = value;
    else throw new Error(`unknown option ${arg}`);
  }
  return options;
}

function load(): string {
  const averages = Deno.loadavg().slice(0, 2).map((each) => each.toFixed(1)).join(" and ");
  return `${averages} (1 and 5 minutes) on ${navigator.hardwareConcurrency} processors`;
}

function writeCorpora(folder: string): Record<string, Corpus> {
  const corpora: Record<string, Corpus> = {};
  const add = (name: string, messages: Uint8Array[]) => {
    const files = messages.map((message, i) => {
      const file = `${folder}/${name}-${i}.eml`;
      Deno.writeFileSync(file, message);
      return file;
    });
    corpora[name] = { files, octets: messages.reduce((size, message) => size + message.length, 0) };
  };
  const [small, html] = [smallMessages(300), htmlMessages(40)];
  add("small", small);
  add("html", html);
  add("mixed", [...small, ...html]);
  add("1MiB", [attachmentMessage(1 << 20)]);
  add("25MiB", [attachmentMessage(25 << 20)]);
  return corpora;
}

async function findContestants(): Promise<Contestant[]> {
  const runtimes = [{ name: "deno", run: [Deno.execPath(), "run", "-A", "--no-check"] }];
  if (await works(["bun", "--version"])) runtimes.push({ name: "bun", run: ["bun"] });
  else console.log("no bun on the path: its figures are missing");
  const rivals = await works(["npm", "ci", "--no-fund", "--no-audit", "--silent"], `${HERE}rivals`);
  if (!rivals) console.log("the others could not be installed (npm ci in tests/bench/email/rivals)");
  const out: Contestant[] = [];
  for (const { name: runtime, run } of runtimes) {
    out.push({ kind: "postern", runtime, command: [...run, "postern.ts"], cwd: HERE });
    out.push({ kind: "scan", runtime, command: [...run, "postern.ts"], cwd: HERE });
    if (!rivals) continue;
    out.push({ kind: "postal-mime", runtime, command: [...run, "postal_mime.mjs"], cwd: `${HERE}rivals` });
    out.push({ kind: "mailparser", runtime, command: [...run, "mailparser.mjs"], cwd: `${HERE}rivals` });
  }
  const python = Deno.env.get("PYTHON") ?? "python3.13";
  const check = "import sys; sys.exit(sys.version_info[:2] != (3, 13))";
  if (await works([python, "-c", check])) {
    out.push({ kind: "cpython", runtime: "", command: [python, "contestant.py"], cwd: HERE });
  } else {
    console.log("no CPython 3.13 (PYTHON, or python3.13 on the path): its figures are missing");
  }
  return out;
}

/** Runs one part and prints its figures; returns how many targets were missed. */
async function compete(
  part: Part,
  corpus: Corpus,
  contestants: Contestant[],
  options: Options,
): Promise<number> {
  const each = Math.round(corpus.octets / corpus.files.length);
  console.log(`\n${part.title}\n  ${corpus.files.length} messages of ${each} octets`);
  const wanted = contestants.filter(({ kind }) => kind === "postern" || kind in part.against);
  const figures: Figures[] = wanted.map((contestant) => ({ ...contestant, timings: [] }));
  for (let round = 0; round < options.rounds; round++) {
    for (const contestant of figures) {
      if (contestant.failure !== undefined) continue;
      const task: Task = {
        work: contestant.kind === "scan" ? "scan" : part.work,
        files: corpus.files,
        milliseconds: options.time,
        memory: part.memory ?? false,
      };
      const timing = await runOnce<Timing>(contestant, task);
      if (typeof timing === "string") contestant.failure = timing;
      else contestant.timings.push(timing);
    }
  }
  for (const contestant of figures) {
    if (contestant.failure !== undefined) {
      console.log(`  ${nameOf(contestant)} no figure: ${contestant.failure}`);
    } else if (part.memory) printMemory(contestant, corpus);
    else printRate(contestant, corpus);
  }
  checkSeen(figures);
  return part.memory ? judgeMemory(part, figures, corpus) : judge(part, figures);
}

/** Postern and CPython must have got the same out of the messages. */
function checkSeen(figures: Figures[]): void {
  const seen = figures.filter(({ kind }) => kind === "postern" || kind === "cpython")
    .flatMap(({ timings }) => timings.map((timing) => timing.seen));
  if (new Set(seen).size > 1) throw new Error(`the contestants did not see the same: ${seen}`);
}

function nameOf({ kind, runtime }: Contestant): string {
  const names = { postern: "Postern", scan: "search for an octet", cpython: "CPython" } as Record<
    string,
    string
  >;
  const name = names[kind] ?? kind;
  return (runtime === "" ? name : `${name} (${runtime})`).padEnd(26);
}

const best = ({ timings }: Figures) => Math.min(...timings.map((timing) => timing.best));
const cpu = ({ timings }: Figures) => Math.min(...timings.map((timing) => timing.cpu));
const peak = ({ timings }: Figures) => Math.min(...timings.map((timing) => timing.peak ?? Infinity));

function printRate(figures: Figures, corpus: Corpus): void {
  const seconds = best(figures);
  const rate = (corpus.files.length / seconds).toFixed(corpus.files.length === 1 ? 1 : 0).padStart(9);
  const megabytes = corpus.octets / seconds / 1e6;
  // Who reads the header alone has no speed over the rest.
  const speed = (megabytes < 1e5 ? megabytes.toFixed(1) : "-").padStart(8);
  const times = [seconds, cpu(figures)].map((each) => (each * 1000).toFixed(2));
  console.log(
    `  ${nameOf(figures)}${rate} messages/s${speed} MB/s   ${times[0]} ms best, ` +
      `${times[1]} ms of processor time`,
  );
}

function printMemory(figures: Figures, corpus: Corpus): void {
  const octets = peak(figures);
  const times = (octets / corpus.octets).toFixed(2);
  console.log(`  ${nameOf(figures)}${(octets / 1e6).toFixed(1).padStart(9)} MB, ${times} times the message`);
}

function judge(part: Part, figures: Figures[]): number {
  let missed = 0;
  for (const ours of figures.filter(({ kind, failure }) => kind === "postern" && failure === undefined)) {
    for (const [kind, { atLeast }] of Object.entries(part.against)) {
      // The rival of the same runtime, or the one there is.
      const rival = figures.find((each) =>
        each.kind === kind && each.failure === undefined &&
        (each.runtime === ours.runtime || each.runtime === "")
      );
      if (rival === undefined) continue;
      const [wall, processor] = [best(rival) / best(ours), cpu(rival) / cpu(ours)];
      const missing = atLeast !== undefined && wall < atLeast;
      if (missing) missed++;
      const target = atLeast === undefined ? "" : `, target ${atLeast}${missing ? "  MISSED" : ""}`;
      const text = `  ${nameOf(ours).trim()} against ${nameOf(rival).trim()}:`.padEnd(58);
      console.log(
        `${text}${wall.toFixed(2)} times as fast (${processor.toFixed(2)} by processor time)${target}`,
      );
    }
  }
  return missed;
}

function judgeMemory(part: Part, figures: Figures[], corpus: Corpus): number {
  let missed = 0;
  for (const ours of figures.filter(({ kind, failure }) => kind === "postern" && failure === undefined)) {
    const times = peak(ours) / corpus.octets;
    const missing = times > part.peak!;
    if (missing) missed++;
    const target = `target at most ${part.peak}${missing ? "  MISSED" : ""}`;
    console.log(`  ${nameOf(ours).trim()}: ${times.toFixed(2)} times the message, ${target}`);
  }
  return missed;
}

if (import.meta.main) Deno.exit(await main());
