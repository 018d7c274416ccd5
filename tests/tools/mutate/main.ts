/**
 * Changes one operator, constant or statement at a time and runs the tests that should notice.
 *
 *     deno task mutate                             150 mutants of every folder of data/targets.json, drawn by a printed seed
 *     deno task mutate --only=email/parse          of one folder
 *     deno task mutate --count=20 --seed=7         so many, drawn so
 *     deno task mutate --count=50 --seed=7 --skip=50   the second 50 of the hundred that this seed draws
 *     deno task mutate --seed=7 --steady           drawn by what each place says: a change of one line leaves the other mutants drawn
 *     deno task mutate --list                      how many places there are
 *
 * A mutant that every test passes is a survivor. data/survivors.json names those that are known, each with the reason why no
 * test can tell; any other makes the exit code 1. The work is done in a copy of the tracked files.
 */

import { run } from "../process.ts";
import { type Mutant, mutantsOf } from "./sites.ts";

/** A folder or a file, and the tests that look after it: those that notice most come first. */
interface Target {
  folder: string;
  tests: string[];
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

const ROOT = new URL("../../../", import.meta.url).pathname;
/** A mutant that loops does so for this long. */
const STALL = 60_000;

async function main(): Promise<number> {
  let count = 150;
  let seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  let skip = 0;
  let only = "";
  let steady = false;
  let list = false;
  for (const arg of Deno.args.filter((each) => each !== "--")) {
    const [name, value = ""] = arg.split("=");
    if (name === "--count") count = Number(value);
    else if (name === "--seed") seed = Number(value);
    else if (name === "--skip") skip = Number(value);
    else if (name === "--only") only = value;
    else if (name === "--steady") steady = true;
    else if (name === "--list") list = true;
    else throw new Error(`unknown option ${arg}`);
  }
  const targets = data<Target[]>("targets").filter(({ folder }) => folder.startsWith(only));
  const mutants = targets.flatMap((target): Place[] =>
    mutantsIn(target.folder).map((mutant) => ({ target, mutant }))
  );
  console.log(`${mutants.length} places in ${targets.map(({ folder }) => folder).join(", ")}; seed ${seed}`);
  if (list) return 0;
  const known = data<Survivor[]>("survivors");
  const drawn = (steady ? drawSteadily : draw)(mutants, skip + count, seed).slice(skip);
  const copy = await copyTracked();
  let killed = 0;
  let excused = 0;
  const survivors: Mutant[] = [];
  try {
    for (const { target, mutant } of drawn) {
      const survives = await passes(copy, target, mutant);
      const same = ({ file, code, change }: Survivor) =>
        file === mutant.file && code === mutant.code && change === mutant.change;
      const reason = survives ? known.find(same)?.reason : undefined;
      if (!survives) killed++;
      else if (reason !== undefined) excused++;
      else survivors.push(mutant);
      const verdict = !survives ? "killed  " : reason === undefined ? "SURVIVES" : "known   ";
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

/** Mutants of a file, or of the files of a folder, generated ones and tables left out. */
function mutantsIn(folder: string): Mutant[] {
  if (folder.endsWith(".ts")) return mutantsOf(folder, Deno.readTextFileSync(ROOT + folder));
  const out: Mutant[] = [];
  for (const entry of [...Deno.readDirSync(ROOT + folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory && entry.name !== "_gen") out.push(...mutantsIn(file));
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith("_data.ts")) {
      out.push(...mutantsOf(file, Deno.readTextFileSync(ROOT + file)));
    }
  }
  return out;
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

/** Whether every test of the target passes with the mutant. */
async function passes(copy: string, target: Target, mutant: Mutant): Promise<boolean> {
  const path = `${copy}/${mutant.file}`;
  const original = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, mutant.text);
  try {
    // The first file tells for most mutants, and alone it is there soonest.
    for (const tests of [target.tests.slice(0, 1), target.tests.slice(1)]) {
      const args = ["test", "-A", "--no-check", "--quiet", "--fail-fast", "--no-lock", ...tests];
      const { code, output } = await run(Deno.execPath(), args, { cwd: copy, stallMs: STALL });
      if (code !== 0) return false;
      if (!/ [1-9]\d* passed/.test(output)) throw new Error(`no test ran of ${tests.join(", ")}`);
    }
    return true;
  } finally {
    await Deno.writeTextFile(path, original);
  }
}

if (import.meta.main) Deno.exit(await main());
