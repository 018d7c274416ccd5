/** How much memory this process takes at most, from a moment on. Linux alone tells it. */

import { readFileSync, writeFileSync } from "node:fs";

/**
 * KiB that the system says of this process.
 *
 * @param which What is resident now, or was at most.
 */
export function memory(which: "VmRSS" | "VmHWM"): number {
  const text = readFileSync("/proc/self/status", "latin1");
  return Number(text.slice(text.indexOf(`${which}:`) + which.length + 1).trim().split(" ")[0]);
}

/**
 * Forgets what was resident at most before: while it loads a program, Deno takes 30 MiB more than afterwards, which hid what came then.
 *
 * @returns Tells MiB that were resident at most since, beyond what is now.
 */
export function peakFromNow(): () => number {
  writeFileSync("/proc/self/clear_refs", "5");
  const idle = memory("VmRSS");
  return () => (memory("VmHWM") - idle) / 1024;
}
