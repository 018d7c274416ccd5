/** What every contestant shares: it is a program of its own that runs one task several times on one connection. */

import { argv, cpuUsage, exit } from "node:process";

/** What to fetch, from where, and how often. */
export interface Task {
  host: string;
  port: number;
  mailbox: string;
  items: string[];
  /** Timed passes, after those that warm up. */
  passes: number;
}

/** A client that is logged in with the mailbox selected. */
export interface Ready {
  /** Fetches everything once and says how much it saw, which shows that it did. */
  fetch(): Promise<{ rows?: number; octets?: number }>;
  close(): void | Promise<void>;
}

/** What a contestant prints. */
export interface Timing {
  seconds: number[];
  /** Processor time of the same passes, which a busy machine leaves alone. */
  cpu: number[];
  rows?: number;
  octets?: number;
}

/**
 * As long as this every contestant warms up, in one pass at least: compilers work by time and not by rows. After one pass,
 * a quarter of a second for Postern and eight for imapflow, JavaScriptCore was still compiling for two passes more.
 */
const WARM_MS = 2000;

/** Runs the task of the command line with the client that `open` makes, and prints the times. */
export async function passes(open: (task: Task) => Promise<Ready>): Promise<void> {
  const task = JSON.parse(argv.at(-1)!) as Task;
  const ready = await open(task);
  const timing: Timing = { seconds: [], cpu: [] };
  const warm = performance.now() + WARM_MS;
  do Object.assign(timing, await ready.fetch()); while (performance.now() < warm);
  for (let i = 0; i < task.passes; i++) {
    const [started, before] = [performance.now(), cpuUsage()];
    await ready.fetch();
    const { user, system } = cpuUsage(before);
    timing.seconds.push((performance.now() - started) / 1000);
    timing.cpu.push((user + system) / 1e6);
  }
  await ready.close();
  console.log(JSON.stringify(timing));
  exit(0);
}
