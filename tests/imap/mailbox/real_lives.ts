/** Watches on a real server whose processes are killed and stopped, while another client changes what is watched. */

import { kill } from "node:process";
import { type Account, CommandError, openAccount, SequenceSet } from "../../../mod.ts";
import type { RealServer } from "../../servers/private_server.ts";
import { type Random, seeded } from "../../support/seeded.ts";
import { Consumer } from "./consumer.ts";

/** Watches that live at the same time. */
const TOGETHER = 5;
/** A call of the other client is tried again for so long: a stopped process may hold a lock for three seconds. */
const CALL_MS = 45_000;
/** How long a watch may take to tell the last change. */
const SETTLE_MS = 45_000;
/** A process that is stopped is ended after so long: its client has given it up, and Cyrus's keeps its locks while it lives. */
const STOPPED_MS = 3_000;

/** What was done to processes. */
export interface Harm {
  killed: number;
  stopped: number;
}

/** Told what happens, line by line. */
type Told = (line: string) => void;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * Lives through schedules, some at a time: the n-th draws from `seed + n`.
 *
 * @throws for a watch that told what is not so, and for a client that gets nowhere
 */
export async function livesOn(
  server: RealServer,
  count: number,
  seed: number,
  told: Told = () => {},
): Promise<Harm> {
  const chaos = new Chaos(server, seeded(seed), told);
  const running = chaos.run();
  try {
    for (let next = 0; next < count;) {
      const some = Array.from({ length: Math.min(TOGETHER, count - next) }, () => next++);
      await Promise.all(some.map((i) => live(server, `S${i}`, seeded(seed + i), told)));
      told(`${next} schedules`);
    }
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`seed ${seed}, ${count} schedules: ${message}`, { cause: error });
  } finally {
    chaos.end();
    await running;
  }
  return chaos.harm;
}

/** Kills and stops processes. */
class Chaos {
  readonly harm: Harm = { killed: 0, stopped: 0 };
  readonly #server: RealServer;
  readonly #random: Random;
  readonly #told: Told;
  readonly #stopped = new Set<number>();
  #over = false;

  constructor(server: RealServer, random: Random, told: Told) {
    this.#server = server;
    this.#random = random;
    this.#told = told;
  }

  /** Until it is over. */
  async run(): Promise<void> {
    while (!this.#over) {
      await sleep(this.#random.between(100, 900));
      if (!this.#over) this.#strike();
    }
  }

  /** Stopped processes do not hear that the server ends. */
  end(): void {
    this.#over = true;
    for (const process of this.#stopped) this.#finish(process);
  }

  #strike(): void {
    // One that has no client does no harm; Cyrus's master closes the port after five of those.
    const processes = this.#server.serving().filter((process) => !this.#stopped.has(process));
    // Each is left alone for some seconds, however few there are: the last schedule has to come to its end.
    if (processes.length === 0 || !this.#random.chance(processes.length / 10)) return;
    const process = this.#random.pick(processes);
    const signal = this.#random.chance(0.5) ? "SIGKILL" : "SIGSTOP";
    try {
      kill(process, signal);
    } catch {
      return; // It has ended by itself.
    }
    this.#told(`${signal} ${process}`);
    if (signal === "SIGKILL") {
      this.harm.killed++;
      return;
    }
    this.harm.stopped++;
    this.#stopped.add(process);
    setTimeout(() => this.#finish(process), STOPPED_MS);
  }

  /** Ends a process that was stopped, where it is still there. */
  #finish(process: number): void {
    try {
      if (this.#stopped.delete(process) && this.#server.workers().includes(process)) kill(process, "SIGKILL");
    } catch {
      // Gone already, and maybe the server, too.
    }
  }
}

function open({ host, port }: RealServer, told: Told): Promise<Account> {
  return openAccount({
    host,
    port,
    tls: "plaintext",
    auth: { user: "alice", pass: "alice-pw" },
    connections: 1,
    lazy: true,
    // A process that is stopped is found out soon.
    timeouts: { command: 1_500, done: 1_000, connect: 3_000, greeting: 3_000, total: 5_000 },
    patience: 10_000,
    gate: () => Promise.resolve({ [Symbol.dispose]() {} }),
    onState: (event) => {
      if (event.type === "offline") told(`offline for ${event.retryInMs} ms: ${event.error}`);
    },
  });
}

/** One watched mailbox, and another client that fills it. */
async function live(server: RealServer, name: string, random: Random, told: Told): Promise<void> {
  const say: Told = (line) => told(`${name} ${line}`);
  await using account = await open(server, (line) => say(`watch ${line}`));
  await using other = await open(server, (line) => say(`other ${line}`));
  await again(say, "create", () => other.create(name));
  const consumer = new Consumer();
  const abort = new AbortController();
  const watching = (async () => {
    while (!abort.signal.aborted) {
      consumer.begin();
      let left = random.chance(0.5) ? random.below(12) : Infinity;
      const options = { cursor: consumer.cursor, from: "all" as const, renew: 2_000, signal: abort.signal };
      for await (const event of account.mailbox(name).watch(options)) {
        if (left-- <= 0) break;
        if (event.type !== "offline" && event.type !== "online") consumer.take(event);
      }
    }
  })();
  // A watch that throws ends the schedule.
  const failed = watching.then<never>(() => new Promise<never>(() => {}));
  failed.catch(() => {});
  try {
    await Promise.race([change(other, name, random, consumer, say), failed]);
  } finally {
    abort.abort();
  }
  await watching;
}

async function change(
  account: Account,
  name: string,
  random: Random,
  consumer: Consumer,
  say: Told,
): Promise<void> {
  const mailbox = account.mailbox(name);
  const some = SequenceSet.from([[1, 8]]);
  for (let step = 0; step < 12; step++) {
    const dice = random.below(10);
    if (dice < 5) {
      // Cyrus takes no more than 100 messages of an account that are the same.
      const octets = new TextEncoder().encode(`Subject: ${name} ${step}\r\n\r\n.\r\n`);
      await again(say, `step ${step}, append`, () => mailbox.append(octets));
    } else if (dice < 7) {
      const set = random.pick([["\\Seen"], [], ["a"]]);
      await again(say, `step ${step}, flag`, () => mailbox.flag(some, { set }));
    } else if (dice < 9) {
      const uids = [random.between(1, 8)];
      await again(say, `step ${step}, delete`, () => mailbox.delete(uids, { forever: true }));
    }
    await sleep(random.below(300));
  }
  say("changed");
  const until = Date.now() + SETTLE_MS;
  for (;;) {
    await sleep(500);
    const messages = await again(say, "list", () => Array.fromAsync(mailbox.messages()));
    const differences = consumer.differencesTo(messages ?? []);
    if (differences.length === 0) return say("settled");
    if (Date.now() > until) throw new Error(`${name}: the watch has not told: ${differences.join(", ")}`);
  }
}

/**
 * What fails for the harm that is done is done again; an APPEND whose fate is unknown may be there twice, and that is all right here.
 */
async function again<T>(say: Told, what: string, act: () => Promise<T>): Promise<T | undefined> {
  const until = Date.now() + CALL_MS;
  for (;;) {
    const began = Date.now();
    try {
      return await act();
    } catch (error) {
      // CREATE was carried out and nobody heard of it. Cyrus says so without a code.
      if (error instanceof CommandError && /already exists/i.test(error.message)) return undefined;
      say(`${what}, after ${Date.now() - began} ms: ${error}`);
      if (Date.now() > until) throw new Error(`${what}: not done after ${CALL_MS} ms`, { cause: error });
      await sleep(300);
    }
  }
}
