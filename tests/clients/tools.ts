/** Other people's clients: which are installed, and how they are run. */

import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Need } from "../support/skip.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The folder in which imapflow is installed. */
export const imapflowFolder = join(root, "tests/bench/imapflow");

function program(name: string, from: string): Need {
  const { status } = spawnSync("sh", ["-c", `command -v ${name}`]);
  return {
    name: `tests with ${name}`,
    enable: `install with: apt-get install -y ${from}`,
    available: status === 0,
  };
}

/** curl, with IMAP. */
export const curlNeed: Need = program("curl", "curl");
/** Python's imaplib. */
export const pythonNeed: Need = program("python3", "python3");
/** mbsync. */
export const mbsyncNeed: Need = program("mbsync", "isync");
/** fetchmail. */
export const fetchmailNeed: Need = program("fetchmail", "fetchmail");
/** imapflow, run by Node.js. */
export const imapflowNeed: Need = {
  name: "tests with imapflow",
  enable: "install with: npm ci --prefix tests/bench/imapflow",
  available: program("node", "nodejs").available && existsSync(join(imapflowFolder, "node_modules/imapflow")),
};

/** The folder in which vitest is installed. */
export const vitestFolder = join(root, "tests/clients/vitest");

/** vitest, with imapflow to try in it. */
export const vitestNeed: Need = {
  name: "tests with vitest",
  enable: "install with: npm ci --prefix tests/clients/vitest && npm ci --prefix tests/bench/imapflow",
  available: imapflowNeed.available && existsSync(join(vitestFolder, "node_modules/vitest")),
};

/** What a program came to. */
export interface Ran {
  /** Its exit code. */
  readonly code: number;
  /** What it printed. */
  readonly out: string;
  /** What it printed about errors. */
  readonly err: string;
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], timeout = 60_000): Promise<Ran> {
  return new Promise((resolve, reject) =>
    execFile(command, args, { timeout, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") resolve({ code, out, err });
      else reject(new Error(`${command}: ${error?.message}\n${err}`));
    })
  );
}

/** Runs a program that must succeed, and returns what it printed. */
export async function runs(command: string, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${out}${err}`);
  return out;
}

/** A file beside this one. */
export function beside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** A directory that is there while something is done with it. */
export async function withDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "postern-client-"));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}
