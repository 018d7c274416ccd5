/**
 * Changes one operator, constant or statement at a time and runs the tests that should notice.
 *
 *     deno task mutate                             150 mutants of every folder of data/targets.json, drawn by a printed seed
 *     deno task mutate --only=email/parse          of one folder; --only=imap is the engine: session, client, wire, transport
 *     deno task mutate --count=20 --seed=7         so many, drawn so
 *     deno task mutate --count=50 --seed=7 --skip=50   the second 50 of the hundred that this seed draws
 *     deno task mutate --seed=7 --steady           drawn by what each place says: a change of one line leaves the other mutants drawn
 *     deno task mutate --known                     those that data/survivors.json names, which should survive still
 *     deno task mutate --list                      how many places there are
 *
 * A mutant that every test passes is a survivor. data/survivors.json names those that are known, each with the reason why no
 * test can tell; any other makes the exit code 1. The work is done in a copy of the tracked files.
 */

import { filesBelow, run } from "../process.ts";
import { type Mutant, mutantsOf } from "./sites.ts";

/** data/targets.json */
interface Targets {
  /** Tests that look after several targets. */
  groups: Record<string, string[]>;
  /** The first that names a file, or a folder above it, has it. */
  targets: Target[];
}

/** A folder or a file, and the tests that look after it: those that notice most come first. */
interface Target {
  folder: string;
  tests: string[];
  /** The group of tests that runs after them. */
  then?: string;
  /** The runtime that the tests run in, where that is not Deno. */
  under?: "bun" | "node" | "workerd";
}

interface Place {
  target: Target;
  mutant: Mutant;
}

interface Survivor {
  file: string;
  code: string;
  change: string;
  reason: string;
}

/** One run of tests, and how long it may take: a mutant that loops or waits is killed by then. */
interface Stage {
  command: string[];
  deadlineMs: number;
}

const ROOT = new URL("../../../", import.meta.url).pathname;
/** How much longer than without a mutant a run may take on a busy machine, before the mutant counts as one that hangs. */
const SLOWER = 4;
const LEAST_MS = 15_000;

async function main(): Promise<number> {
  Deno.chdir(ROOT);
  let count = 150;
  let seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  let skip = 0;
  let only = "";
  let steady = false;
  let list = false;
  let again = false;
  for (const arg of Deno.args.filter((each) => each !== "--")) {
    const [name, value = ""] = arg.split("=");
    if (name === "--count") count = Number(value);
    else if (name === "--seed") seed = Number(value);
    else if (name === "--skip") skip = Number(value);
    else if (name === "--only") only = value;
    else if (name === "--steady") steady = true;
    else if (name === "--list") list = true;
    else if (name === "--known") again = true;
    else throw new Error(`unknown option ${arg}`);
  }
  const { groups, targets } = data<Targets>("targets");
  const mutants = mutantsOfAll(targets).filter(({ mutant }) => mutant.file.startsWith(only));
  console.log(`${mutants.length} places in ${only || "all targets"}; seed ${seed}`);
  if (list) return 0;
  const known = data<Survivor[]>("survivors");
  const same = (mutant: Mutant) => (one: Survivor) =>
    one.file === mutant.file && one.code === mutant.code && one.change === mutant.change;
  const drawn = again
    ? mutants.filter(({ mutant }) => known.some(same(mutant)))
    : (steady ? drawSteadily : draw)(mutants, skip + count, seed).slice(skip);
  const copy = await copyTracked();
  let killed = 0;
  let excused = 0;
  const survivors: Mutant[] = [];
  const stages = new Map<string, Stage>();
  try {
    for (const { target, mutant } of drawn) {
      const end = await endOf(copy, await stagesOf(copy, target, groups, stages), mutant);
      const reason = end === "survives" ? known.find(same(mutant))?.reason : undefined;
      if (end !== "survives") killed++;
      else if (reason !== undefined) excused++;
      else survivors.push(mutant);
      const verdict = end !== "survives" ? end.padEnd(8) : reason === undefined ? "SURVIVES" : "known   ";
      console.log(`${verdict} ${mutant.file}:${mutant.line} ${mutant.change}    ${mutant.code}`);
    }
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
  console.log(
    `seed ${seed}: ${drawn.length} mutants, ${killed} killed, ${excused} known, ${survivors.length} survive`,
  );
  if (survivors.length > 0) {
    console.log(
      JSON.stringify(
        survivors.map(({ file, code, change }) => ({ file, code, change, reason: "" })),
        null,
        2,
      ),
    );
  }
  return survivors.length > 0 ? 1 : 0;
}

function data<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(new URL(`./data/${name}.json`, import.meta.url)));
}

/** The mutants of every target, generated files and tables left out; a file belongs to the first target that has it. */
function mutantsOfAll(targets: Target[]): Place[] {
  const seen = new Set<string>();
  const out: Place[] = [];
  for (const target of targets) {
    const files = target.folder.endsWith(".ts") ? [target.folder] : filesBelow(target.folder, isCode);
    for (const file of files.filter((each) => !seen.has(each))) {
      seen.add(file);
      out.push(...mutantsOf(file, Deno.readTextFileSync(file)).map((mutant) => ({ target, mutant })));
    }
  }
  return out;
}

function isCode(path: string): boolean {
  return path.endsWith(".ts") && !path.endsWith("_data.ts") && !path.includes("/_gen/");
}

/** Takes `count` of a list, without taking one twice; the same for the same seed. */
function draw<T>(from: T[], count: number, seed: number): T[] {
  const left = [...from];
  const out: T[] = [];
  let state = seed >>> 0;
  while (out.length < count && left.length > 0) {
    // Mulberry32.
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    out.push(...left.splice(((mixed ^ mixed >>> 14) >>> 0) % left.length, 1));
  }
  return out;
}

/** The places whose names, mixed with the seed, come first in order. */
function drawSteadily(from: Place[], count: number, seed: number): Place[] {
  const seen = new Map<string, number>();
  const ranked = from.map((place) => {
    const { file, code, change } = place.mutant;
    const name = `${file}\n${code}\n${change}`;
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return { place, rank: fnv1a(`${seed}\n${name}\n${nth}`) };
  });
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, count).map(({ place }) => place);
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // What came last is spread over all bits.
  hash = Math.imul(hash ^ hash >>> 16, 0x45d9f3b);
  return (hash ^ hash >>> 16) >>> 0;
}

async function copyTracked(): Promise<string> {
  const copy = await Deno.makeTempDir({ prefix: "postern-mutate-" });
  const { output } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
  });
  for (const file of output.trim().split("\n")) {
    await Deno.mkdir(`${copy}/${file.split("/").slice(0, -1).join("/")}`, { recursive: true });
    await Deno.copyFile(ROOT + file, `${copy}/${file}`).catch(() => {});
  }
  return copy;
}

/** The runs that a mutant of the target must fail in one of; each is tried without a mutant first, for its time. */
async function stagesOf(
  copy: string,
  target: Target,
  groups: Targets["groups"],
  known: Map<string, Stage>,
): Promise<Stage[]> {
  // The first file tells for most mutants, and alone it is there soonest.
  const first = target.tests.slice(0, 1);
  const lists = [first, target.tests.slice(1), target.then === undefined ? [] : groups[target.then]!];
  const commands = target.under === undefined
    ? lists.filter((tests) => tests.length > 0).map((
      tests,
    ) => ["test", "-A", "--no-check", "--quiet", "--fail-fast", "--no-lock", ...tests])
    : [["run", "-A", "--no-check", "--no-lock", "tests/run.ts", `--${target.under}`, ...target.tests]];
  const stages: Stage[] = [];
  for (const command of commands) {
    const key = command.join(" ");
    if (!known.has(key)) {
      const started = performance.now();
      const { code, output } = await run(Deno.execPath(), command, { cwd: copy, stallMs: 300_000 });
      if (code !== 0) throw new Error(`without a mutant, deno ${key} fails:\n${output}`);
      if (!/\b[1-9]\d* passed/.test(output)) throw new Error(`no test ran of deno ${key}`);
      const deadlineMs = Math.max(LEAST_MS, SLOWER * (performance.now() - started));
      known.set(key, { command, deadlineMs });
    }
    stages.push(known.get(key)!);
  }
  return stages;
}

/** What becomes of the mutant: a test fails, a test is not done by the deadline, or every test passes. */
async function endOf(
  copy: string,
  stages: Stage[],
  mutant: Mutant,
): Promise<"killed" | "hangs" | "survives"> {
  const path = `${copy}/${mutant.file}`;
  const original = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, mutant.text);
  try {
    for (const { command, deadlineMs } of stages) {
      const { code } = await run(Deno.execPath(), command, { cwd: copy, deadlineMs });
      if (code !== 0) return code === -2 ? "hangs" : "killed";
    }
    return "survives";
  } finally {
    await Deno.writeTextFile(path, original);
  }
}

if (import.meta.main) Deno.exit(await main());
