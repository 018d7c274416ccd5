/**
 * Mail of many accounts in a queue: BullMQ on Redis owns the timer, the lock and the retry; each job is one bounded step of one account.
 * Any number of these processes may run, on any number of machines.
 *
 *     deno run -A tests/examples/queue_worker.ts '{"redis":6379,"imap":143,"users":["sam"],"pass":"secret","every":60000}'
 */

import { argv } from "node:process";
import { connectGate, type Cursor, type CursorStore, openAccount, syncStep } from "@postern/postern/mailbox";
import { DelayedError, type Job, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

interface Settings {
  /** Port of Redis. */
  redis: number;
  /** Port of the mail server. */
  imap: number;
  users: string[];
  pass: string;
  /** Milliseconds between two looks at an account. */
  every: number;
  /** Milliseconds after which the jobs of a process that has died go to another one. */
  lock?: number;
  /** Connections that this process may begin in a minute: servers count them by address. */
  perMinute?: number;
}

/** Compares and sets the cursor and stores what was made of the changes: both, or neither. */
const commit = `
if (redis.call("GET", KEYS[1]) or "") ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2])
for i = 3, #ARGV do redis.call("RPUSH", KEYS[2], ARGV[i]) end
return 1`;

/** The cursor of one account, and what is stored together with it. */
class RedisStore implements CursorStore {
  /** What was made of the changes since the last checkpoint. */
  effects: string[] = [];
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async load(key: string): Promise<Cursor | undefined> {
    const text = await this.#redis.get(`cursor:${key}`);
    return text === null ? undefined : JSON.parse(text);
  }

  async save(key: string, next: Cursor, expected: Cursor | undefined): Promise<boolean> {
    const before = expected === undefined ? "" : JSON.stringify(expected);
    const keys = [`cursor:${key}`, `subjects:${key}`];
    const args = [before, JSON.stringify(next), ...this.effects.splice(0)];
    return await this.#redis.eval(commit, keys.length, ...keys, ...args) === 1;
  }
}

const settings: Settings = JSON.parse(argv[2]!);
const { imap, users, pass, every, lock = 30_000, perMinute = 300 } = settings;
const gate = connectGate({ concurrent: 10, perMinute });
const connection = { host: "127.0.0.1", port: settings.redis, maxRetriesPerRequest: null };
const redis = new Redis(connection);

/** One step. What it throws is for the engine, which tries again as `attempts` says. */
async function step(job: Job<{ user: string }>, token?: string): Promise<never> {
  const { user } = job.data;
  const store = new RedisStore(redis);
  const server = { host: "127.0.0.1", port: imap, tls: "plaintext" as const };
  const auth = { user, pass };
  await using account = await openAccount({ ...server, auth, connections: 1, gate, lazy: true });
  const inbox = account.mailbox("INBOX").readonly;
  const { done, retryAfterMs } = await syncStep(inbox, user, store, (change) => {
    if (change.type === "new") store.effects.push(change.message.subject);
  }, { from: "all", budget: { ms: lock / 2, messages: 100 } });
  console.log(user);
  await job.moveToDelayed(Date.now() + (done ? every : retryAfterMs ?? 0), token);
  throw new DelayedError();
}

const queue = new Queue("mail", { connection });
// An account has one job: adding it once more does nothing, and nobody else can have it at the same time.
await queue.addBulk(users.map((user) => ({
  name: "step",
  data: { user },
  opts: { jobId: user, attempts: 1_000_000, backoff: { type: "exponential", delay: 1_000, jitter: 0.5 } },
})));
new Worker("mail", step, {
  connection,
  concurrency: 10,
  lockDuration: lock,
  stalledInterval: lock / 2,
  // A process that dies is not the job's fault.
  maxStalledCount: 1_000_000,
});
