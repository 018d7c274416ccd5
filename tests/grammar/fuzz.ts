/**
 * The long run of the grammar's properties: random sentences, with and without deviations, damaged sentences and noise.
 *
 *     deno task fuzz                             one minute, a new seed
 *     deno task fuzz -- --seconds 600 --seed 7   ten minutes, from this seed
 *     deno task fuzz -- --rounds 100000          so many rounds of each kind
 *
 * Prints the seed. A failing input is made smaller and kept under tests/grammar/fixtures/, where the test suite reads
 * it from then on. Ends with 1 when something failed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import type { Mode } from "../../codegen/cursor.ts";
import { Random } from "../../codegen/random.ts";
import { checkAgreement, Failure } from "./_properties.ts";
import type { Input } from "./_properties.ts";
import { fixtureText, round, runs, splitRound } from "./_rounds.ts";

const most = 20;

function option(name: string): number | undefined {
  const at = process.argv.indexOf(`--${name}`);
  if (at === -1) return undefined;
  const value = Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} wants a whole number`);
  return value;
}

function main(): number {
  const seed = option("seed") ?? (Math.random() * 0x1_0000_0000) >>> 0;
  const rounds = option("rounds") ?? Infinity;
  const seconds = option("seconds") ?? (rounds === Infinity ? 60 : Infinity);
  console.log(`seed ${seed}`);
  const start = performance.now();
  const counts = runs.map(() => 0);
  let splits = 0;
  let failures = 0;
  for (let i = 0; i < rounds && failures < most && performance.now() - start < seconds * 1000; i++) {
    runs.forEach((run, index) => {
      const random = new Random(seed + i);
      try {
        round(run, random, `seed ${seed} round ${i}`);
      } catch (error) {
        failures++;
        report(error, run.title);
      }
      counts[index]!++;
    });
    if (i % 10 !== 0) continue;
    try {
      splitRound(new Random(seed + i), `seed ${seed} round ${i}`);
    } catch (error) {
      failures++;
      report(error, "splits");
    }
    splits++;
  }
  const took = (performance.now() - start) / 1000;
  runs.forEach((run, index) => console.log(`${String(counts[index]).padStart(10)} ${run.title}`));
  console.log(`${String(splits).padStart(10)} streams cut in pieces`);
  console.log(`${failures} failures in ${took.toFixed(0)} s`);
  return failures > 0 ? 1 : 0;
}

function report(error: unknown, title: string): void {
  console.log(`FAILED ${title}: ${error instanceof Error ? error.message : String(error)}`);
  if (!(error instanceof Failure)) {
    if (error instanceof Error) console.log(error.stack);
    return;
  }
  const modes = [false, true].flatMap((utf8) => [false, true].map((strict) => ({ utf8, strict })));
  const mode = modes.find((one) => fails(error, error.input, one) !== null) ?? modes[0]!;
  const failure = smaller(error, mode);
  const text = fixtureText(failure, mode, `found by a random run: ${failure.property}`);
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) >>> 0;
  const folder = new URL("fixtures/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL(`${failure.rule}_${hash.toString(16)}.json`, folder);
  writeFileSync(file, text);
  console.log(`kept as ${file.pathname.split("/").slice(-4).join("/")}`);
}

/** How decoder and interpreter disagree on an input, if they do. */
function fails(failure: Failure, input: Input, mode: Mode): Failure | null {
  try {
    checkAgreement(failure.rule, input, mode);
    return null;
  } catch (error) {
    return error instanceof Failure ? error : null;
  }
}

/** The failing input with everything cut out that it fails without; only where decoder and interpreter disagree. */
function smaller(failure: Failure, mode: Mode): Failure {
  let best = fails(failure, failure.input, mode);
  if (best === null) return failure;
  for (let size = best.input.text.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= best.input.text.length;) {
      const { text, literals }: Input = best.input;
      const shorter = Uint8Array.from([...text.subarray(0, at), ...text.subarray(at + size)]);
      const found = fails(failure, { text: shorter, literals }, mode);
      if (found === null) at += size;
      else best = found;
    }
  }
  return best;
}

process.exit(main());
