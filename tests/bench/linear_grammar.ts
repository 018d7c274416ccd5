/**
 * Families of hostile responses made from the grammar: each of its words, repeated with something after it that does not end
 * or does not fit, at each place where a response holds a list. No list by hand knows the next word that a rule gets.
 *
 *     deno run -A tests/bench/linear_grammar.ts          some hundred families, by a seed that it prints
 *     deno run -A tests/bench/linear_grammar.ts BODY     all families of the words that hold BODY
 */

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { seeded } from "../support/seeded.ts";
import { decoding } from "./linear_families.ts";

/** Where elements are repeated. */
const places = [
  "* ",
  "* 1 FETCH (",
  "* 1 FETCH (UID ",
  "* 1 FETCH (ENVELOPE (",
  "* 1 FETCH (BODYSTRUCTURE (",
  '* 1 FETCH (BODYSTRUCTURE ("A" "B" NIL NIL NIL "7BIT" 1 ',
  "* OK [",
  "* STATUS a (",
  '* LIST () "/" a (',
  "* LIST (",
  '* ESEARCH (TAG "A1") ',
  "* SEARCH ",
  "* ID (",
  '* METADATA "" (',
  '* QUOTA "" (',
  "* NAMESPACE (",
];

/** What follows the word, each time. */
const endings = [
  " ",
  "[ ",
  "[",
  "[1 NIL ",
  '["',
  "[(",
  ' "',
  "(",
  " (",
  " x ",
  " 0 ",
  '"" ',
  " {1} ",
  "<0 ",
  ' ("a" ',
];

/** What one byte may cost in nanoseconds of processor time; what was quadratic took 50,000 and more at this size. */
const LIMIT = 5_000;
const SIZE = 64_000;
/** How many families are drawn when no word is given. */
const DRAWN = 500;

/** Every word that the grammar spells, upper case. */
export function grammarWords(): string[] {
  const root = new URL("../../grammar/", import.meta.url);
  const words = new Set<string>([""]);
  for (const folder of ["", "ext/"]) {
    for (const name of readdirSync(new URL(folder, root))) {
      if (!name.endsWith(".abnf")) continue;
      const text = readFileSync(new URL(folder + name, root), "utf8");
      for (const [, word] of text.matchAll(/"([A-Za-z][^"\s]*)"/g)) words.add(word!.toUpperCase());
    }
  }
  return [...words].sort();
}

/** The families of some words, by what they repeat. */
export function* grammarFamilies(words: readonly string[]): Generator<[string, (size: number) => string]> {
  for (const word of words) {
    for (const ending of endings) {
      const unit = word + ending;
      for (const place of places) {
        yield [`${place}${unit}...`, (size) => `${place}${unit.repeat(Math.ceil(size / unit.length))}\r\n`];
      }
    }
  }
}

/** Processor time of the quickest of some runs, in nanoseconds a byte. */
function perByte(make: (size: number) => string, runs: number): number {
  const work = decoding(make(SIZE));
  let best = Infinity;
  for (let run = 0; run < runs && (run === 0 || best > LIMIT); run++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) * 1000 / SIZE);
  }
  return best;
}

function main(): number {
  const wanted = process.argv.slice(2);
  const seed = Math.trunc(Math.random() * 2 ** 31);
  const words = grammarWords().filter((word) =>
    wanted.length === 0 || wanted.some((part) => word.includes(part.toUpperCase()))
  );
  let families = [...grammarFamilies(words)];
  if (wanted.length === 0) {
    console.log(`seed ${seed}`);
    const random = seeded(seed);
    families = Array.from({ length: DRAWN }, () => random.pick(families));
  }
  let slow = 0;
  let slowest: [number, string] = [0, ""];
  for (const [name, make] of families) {
    const cost = perByte(make, 4);
    if (cost > slowest[0]) slowest = [cost, name];
    if (cost <= LIMIT) continue;
    slow++;
    console.log(`${JSON.stringify(name).padEnd(60)} ${cost.toFixed(0)} ns/byte`);
  }
  console.log(
    `${families.length} families, ${slow} above ${LIMIT} ns/byte; slowest ${slowest[0].toFixed(0)}:`,
  );
  console.log(`  ${JSON.stringify(slowest[1])}`);
  return slow > 0 ? 1 : 0;
}

if (import.meta.main) process.exit(main());
