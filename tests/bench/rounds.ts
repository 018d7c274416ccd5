/** Runs contestants in turns and prints what they came to. */

import type { Timing } from "./contestant.ts";
import { type Program, runOnce } from "./programs.ts";

/** What contestants are compared as. `owned`: a raw read whose octets can be kept. `streamed` and `byob`: bodies as streams, in chunks or into a buffer of the reader. */
export type Kind = "raw" | "owned" | "imapflow" | "postern" | "streamed" | "byob";

/** A program that does the task once it is started. */
export interface Contestant extends Program {
  name: string;
  /** What it is compared as: the best contestant of a kind is compared for the kind. */
  kind: Kind;
  runtime: string;
}

/** What there was to do, and in which unit its rate is told. */
export interface Amount {
  rows: number;
  octets: number;
  unit: "rows" | "MiB";
}

interface Measured extends Contestant {
  seconds: number[];
  cpu: number[];
  /** No further rounds. */
  out?: boolean;
  /** Why there is no figure. */
  failure?: string;
}

/** Runs every contestant once a round, prints the figures of each and the ratios between them. */
export async function compete(
  contestants: Contestant[],
  task: unknown,
  amount: Amount,
  rounds: number,
): Promise<void> {
  const measured: Measured[] = contestants.map((each) => ({ ...each, seconds: [], cpu: [] }));
  for (let round = 1; round <= rounds; round++) {
    for (const contestant of measured.filter((each) => each.failure === undefined && !each.out)) {
      const timing = await runOnce<Timing>(contestant, task);
      if (typeof timing === "string") {
        contestant.failure = timing;
      } else if (timing.rows !== undefined && timing.rows !== amount.rows) {
        contestant.failure = `saw ${timing.rows} rows of ${amount.rows}`;
      } else {
        contestant.seconds.push(...timing.seconds);
        contestant.cpu.push(...timing.cpu);
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
  for (const each of measured) printFigures(each, amount);
  printRatios(measured);
}

const widest = "Postern, streamed (deno)".length;

function printFigures({ name, seconds, cpu, failure }: Measured, amount: Amount): void {
  if (failure !== undefined || seconds.length === 0) {
    console.log(`${name.padEnd(widest)} no figure: ${failure ?? "not run"}`);
    return;
  }
  const total = amount.unit === "rows" ? amount.rows : amount.octets / (1 << 20);
  const speed = (time: number) => (amount.octets / time / 1e6).toFixed(time < 1 ? 0 : 1);
  const rate = (time: number) => `${(total / time).toFixed(0).padStart(8)} ${amount.unit}/s`;
  const times = [best(seconds), median(seconds), best(cpu)].map((time) => (time * 1000).toFixed(0));
  console.log(
    `${name.padEnd(widest)} ${rate(best(seconds))} best ${rate(median(seconds))} median` +
      `   ${speed(best(seconds))} MB/s best ${speed(median(seconds))} median` +
      `   ${times[0]} ms best, ${times[1]} ms median, ${times[2]} ms of processor time`,
  );
}

function printRatios(measured: Measured[]): void {
  const figures = (kind: Kind, runtime?: string) =>
    measured.filter((each) =>
      each.kind === kind && each.seconds.length > 0 && (runtime === undefined || each.runtime === runtime)
    );
  const rivals = figures("imapflow");
  const postern = (["postern", "streamed", "byob"] as const).flatMap((kind) => figures(kind));
  for (const ours of postern) {
    if (rivals.length > 0) {
      const rival = rivals.reduce((a, b) => best(b.seconds) < best(a.seconds) ? b : a);
      compare(`${ours.name} is faster than ${rival.name} by`, rival, ours);
    }
    for (const raw of [...figures("raw", ours.runtime), ...figures("owned", ours.runtime)]) {
      compare(`${ours.name} takes, in times of ${raw.name},`, ours, raw);
    }
  }
}

function compare(text: string, over: Measured, under: Measured): void {
  const [low, middle, cpu] = [
    best(over.seconds) / best(under.seconds),
    median(over.seconds) / median(under.seconds),
    best(over.cpu) / best(under.cpu),
  ].map((each) => each.toFixed(2));
  console.log(`${text} ${low} (best), ${middle} (median), ${cpu} (processor time)`);
}

function best(values: number[]): number {
  return Math.min(...values);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
