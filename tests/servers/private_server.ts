/** What all real servers of the suite have in common: how they are started on loopback, and how they end. */

import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { fixtureText } from "../support/fixtures.ts";
import { untilGreeting } from "./socket.ts";

/** An account of a test server. */
export interface TestUser {
  user: string;
  pass: string;
}

/** A running server. */
export interface RealServer {
  host: string;
  /** Plain IMAP with STARTTLS. */
  port: number;
  /** IMAP inside TLS. */
  tlsPort: number;
  /** The authority that signed the server's certificate, which names localhost. */
  caPem: string;
  /** alice, bob and carol, in that order, each with an empty INBOX. */
  users: TestUser[];
  /** Its temporary folder, gone once it has stopped. */
  dir: string;
  /** The server's log so far. */
  log(): string;
  /** The processes that serve one connection each, or wait for one. */
  workers(): number[];
  /** Those of them that have a client. */
  serving(): number[];
  stop(): Promise<void>;
}

/** Who has an account everywhere; the password is the name with `-pw` after it. */
export const NAMES = ["alice", "bob", "carol"];

const START_ATTEMPTS = 5;
const START_MS = 20_000;
const STOP_MS = 10_000;

/** Starts a server again while another program takes its port between the look and the listen; nothing else is worth it. */
export async function withFreePorts<T>(start: () => Promise<T>): Promise<T> {
  let last: unknown;
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    try {
      return await start();
    } catch (error) {
      last = error;
      if (!String(error).includes("Address already in use")) break;
    }
  }
  throw last;
}

/**
 * Runs a server below a shell that waits on a pipe from this process. The pipe closes when this process ends, however
 * it ends, and then the shell stops the server and removes its folder; no handler of ours has to run for that.
 *
 * @param command what starts the server in the foreground; the folder is its `$0`, `args` are `$1` and so on
 */
export function supervise(command: string, dir: string, args: readonly string[]): ChildProcess {
  const script = `
    trap '' INT HUP TERM
    read go || { rm -rf "$0"; exit; }
    ${command} </dev/null &
    server=$!
    # Ends this shell, and so closes the test's view of it, when the server dies by itself.
    ( while kill -0 $server 2>/dev/null; do sleep 1; done; kill -KILL $$ 2>/dev/null ) </dev/null >/dev/null 2>&1 &
    watch=$!
    read end
    kill -KILL $watch 2>/dev/null
    kill -TERM $server 2>/dev/null
    wait $server
    rm -rf "$0"`;
  const child = spawn("/bin/sh", ["-c", script, dir, ...args], {
    stdio: ["pipe", "ignore", "ignore"],
    // A group of its own: Ctrl-C in a terminal must reach the server through the pipe, after the tests' own end.
    detached: true,
  });
  // Writing to a shell that has ended is not an error of the test's.
  child.stdin!.on("error", () => {});
  return child;
}

/** Lets a supervised server start, and returns once it greets. */
export async function begin(child: ChildProcess, host: string, port: number): Promise<void> {
  child.stdin!.write("go\n");
  await untilGreeting(host, port, START_MS, () => child.exitCode === null);
}

/** Stops a supervised server. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.stdin!.end();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the server did not stop")), STOP_MS);
  });
  await Promise.race([ended, late]).finally(() => clearTimeout(timer));
}

/** The children of a master, whose number is in a file, that run a program of this name. */
export function workersOf(pidFile: string, program: string): number[] {
  const master = readFileSync(pidFile, "utf8").trim();
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      // pid (name) state parent ...
      const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))!;
      return name === program && parent === master;
    } catch {
      return false;
    }
  }).map(Number);
}

/** The processes that hold a connection to one of these ports of theirs. Linux only. */
export function connectedTo(ports: readonly number[], processes: readonly number[]): number[] {
  const inodes = new Set<string>();
  for (const line of readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1)) {
    // sl local_address rem_address st ... uid timeout inode; 0A is a socket that listens.
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    if (state !== "0A" && ports.includes(parseInt(local.split(":")[1] ?? "", 16))) {
      inodes.add(`socket:[${inode}]`);
    }
  }
  return processes.filter((pid) => {
    try {
      const folder = `/proc/${pid}/fd`;
      return readdirSync(folder).some((name) => inodes.has(readlinkSync(`${folder}/${name}`)));
    } catch {
      return false;
    }
  });
}

/**
 * The certificates of the tests, so that no other program is needed. Not one for both: Deno's TLS refuses a server certificate that is
 * marked as an authority (CaUsedAsEndEntity).
 */
export function writeCertificates(dir: string): string {
  writeFileSync(`${dir}/cert.pem`, fixtureText("imap/transport/data/good.pem"));
  writeFileSync(`${dir}/key.pem`, fixtureText("imap/transport/data/good.key"));
  const caPem = fixtureText("imap/transport/data/authority.pem");
  writeFileSync(`${dir}/ca.pem`, caPem);
  return caPem;
}

/** Whether the tests run as root. */
export function isRoot(): boolean {
  return userInfo().uid === 0;
}

/** Ports that were free a moment ago; all are held open together, so that they differ. */
export async function freePorts(host: string, count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () =>
      new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
        const server = createServer();
        server.once("error", reject);
        server.listen(0, host, () => resolve(server));
      })),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
