/** What every contestant shares: it is a program of its own that does one kind of work on one set of messages. */

import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { argv, cpuUsage, exit, memoryUsage, resourceUsage } from "node:process";

/** What to do, with what, and for how long. */
export interface Task {
  work: string;
  files: string[];
  /** Processor time for the timed passes; as much goes before them to warm up, also where others take most of the machine. */
  milliseconds: number;
  /** One pass, cold, for its memory alone. */
  memory: boolean;
}

/** What a contestant prints. */
export interface Timing {
  /** Fastest pass. */
  best: number;
  /** Mean processor time of a pass, collection of garbage included, which other programs leave alone. */
  cpu: number;
  passes: number;
  /** What the passes saw, which shows that they looked. */
  seen: number;
  /** Octets that the one pass of a memory task needed at its height, beside the messages themselves. */
  peak?: number;
}

/** One pass over the messages; returns how many octets came out. */
export type Pass = (messages: Uint8Array[]) => number | Promise<number>;

/** Prepares a pass, outside of the time that counts. */
export type Prepared = (messages: Uint8Array[]) => () => number;

/** Runs the task of the command line and prints the result. */
export async function measure(
  works: Record<string, Pass>,
  prepared: Record<string, Prepared> = {},
): Promise<void> {
  const task = JSON.parse(argv[2]!) as Task;
  const pass = works[task.work];
  const prepare = prepared[task.work];
  const messages = task.files.map(readFile);
  const one = async (): Promise<[seconds: number, cpu: number, seen: number]> => {
    const run = prepare?.(messages);
    const [started, before] = [performance.now(), cpuUsage()];
    const seen = run !== undefined ? run() : await pass!(messages);
    const { user, system } = cpuUsage(before);
    return [(performance.now() - started) / 1000, (user + system) / 1e6, seen];
  };
  if (task.memory) {
    const before = memoryUsage().rss;
    const [best, cpu, seen] = await one();
    print({ best, cpu, passes: 1, seen, peak: highest() - before });
  } else {
    for (let left = task.milliseconds / 1000; left > 0;) left -= (await one())[1];
    const timing: Timing = { best: Infinity, cpu: 0, passes: 0, seen: 0 };
    while (timing.passes === 0 || timing.cpu * 1000 < task.milliseconds) {
      const [seconds, cpu, seen] = await one();
      timing.best = Math.min(timing.best, seconds);
      timing.cpu += cpu;
      timing.passes++;
      timing.seen = seen;
    }
    timing.cpu /= timing.passes;
    print(timing);
  }
  exit(0);
}

/** Reads a file without a moment at which it is there twice: what follows is to set the highest resident size. */
function readFile(name: string): Uint8Array {
  const file = openSync(name, "r");
  const bytes = new Uint8Array(fstatSync(file).size);
  for (let at = 0; at < bytes.length;) {
    at += readSync(file, bytes, at, Math.min(1 << 20, bytes.length - at), null);
  }
  closeSync(file);
  return bytes;
}

/** Highest resident size so far. What getrusage says counts the program that started this one too; Linux has the truth. */
function highest(): number {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024;
  } catch {
    return resourceUsage().maxRSS * 1024;
  }
}

function print(timing: Timing): void {
  console.log(JSON.stringify(timing));
}
