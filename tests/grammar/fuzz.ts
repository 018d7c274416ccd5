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
import { options } from "../support/options.ts";
import type { Mode } from "../../codegen/check/cursor.ts";
import { Random } from "../../codegen/check/random.ts";
import { checkAgreement, Failure } from "./_properties.ts";
import type { Input } from "./_properties.ts";
import { fixtureText, round, runs, splitRound } from "./_rounds.ts";

const most = 20;
/** Seconds between two lines of progress. */
const tellEvery = 30;

function main(): number {
  // Damaged sentences throw all the time, and a stack takes longer to note than a sentence to read.
  Error.stackTraceLimit = 0;
  const given = options({
    seed: (Math.random() * 0x1_0000_0000) >>> 0,
    rounds: Infinity,
    seconds: undefined,
  });
  const { seed, rounds, seconds = rounds === Infinity ? 60 : Infinity } = given;
  console.log(`seed ${seed}`);
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const counts = runs.map(() => 0);
  let splits = 0;
  let failures = 0;
  let told = 0;
  const attempt = (title: string, check: () => void) => {
    try {
      check();
    } catch (error) {
      failures++;
      report(error, title, check);
    }
  };
  for (let i = 0; i < rounds && failures < most && elapsed() < seconds; i++) {
    const where = `seed ${seed} round ${i}`;
    runs.forEach((run, index) => {
      attempt(run.title, () => round(run, new Random(seed + i), where));
      counts[index]!++;
    });
    if (i % 10 === 0) {
      attempt("splits", () => splitRound(new Random(seed + i), where));
      splits++;
    }
    if (elapsed() - told < tellEvery) continue;
    told = elapsed();
    console.log(`${i + 1} rounds of ${runs.length} kinds in ${told.toFixed(0)} s, ${failures} failures`);
  }
  runs.forEach((run, index) => console.log(`${String(counts[index]).padStart(10)} ${run.title}`));
  console.log(`${String(splits).padStart(10)} streams cut in pieces`);
  console.log(`${failures} failures in ${elapsed().toFixed(0)} s`);
  return failures > 0 ? 1 : 0;
}

function report(error: unknown, title: string, check: () => void): void {
  console.log(`FAILED ${title}: ${error instanceof Error ? error.message : String(error)}`);
  if (!(error instanceof Failure)) return console.log(stackOf(check));
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

/** Where a check fails, which it does again because its random numbers are its own. */
function stackOf(check: () => void): string {
  Error.stackTraceLimit = 50;
  try {
    check();
    return "it did not fail again";
  } catch (error) {
    return (error as Error).stack ?? String(error);
  } finally {
    Error.stackTraceLimit = 0;
  }
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
