import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { execPath } from "node:process";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { startServer } from "@postern/postern/testing";
import { fixtureText } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { type Need, testWith } from "../support/skip.ts";

const accounts = 200;
const redis: Need = {
  name: "The example of a queue on Redis",
  enable: "install with: apt-get install -y redis-server",
  available: works("redis-server", "--version"),
};

function works(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A program in the background, with the lines it printed. */
function start(command: string, args: string[]) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  let errors = "";
  child.stdout.on("data", (data) => lines.push(...String(data).split("\n").filter((line) => line !== "")));
  child.stderr.on("data", (data) => errors += data);
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return {
    lines,
    errors: () => errors,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

test("the page about queues and the worker name the same parts of the engine", () => {
  const page = fixtureText("../imap/mailbox/QUEUES.md");
  const worker = fixtureText("examples/queue_worker.ts");
  for (const name of ["jobId", "moveToDelayed", "syncStep", "connectGate"]) {
    assertEquals([name, page.includes(name), worker.includes(name)], [name, true, true]);
  }
});

// The programs of the example run in Deno, whatever runs the test; once is enough.
if (runtime === "deno") {
  testWith(
    redis,
    `${accounts} accounts in a queue, two workers, one killed: nothing lost, nothing doubled`,
    async () => {
      const users = Array.from({ length: accounts }, (_, i) => `user${i}`);
      await using server = await startServer({
        users: Object.fromEntries(
          users.map((
            user,
          ) => [user, { password: "x", mailboxes: { INBOX: ["Subject: 1\n\n", "Subject: 2\n\n"] } }]),
        ),
      });
      const { port: imap } = await server.listen();
      const port = await freePort();
      const dir = mkdtempSync(`${tmpdir()}/postern-queue-`);
      const database = start("redis-server", [
        ...["--port", String(port), "--bind", "127.0.0.1", "--dir", dir],
        ...["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"],
      ]);
      const ask = (script: string): unknown => {
        const out = execFileSync("redis-cli", ["-p", String(port), "EVAL", script, "0"], {
          encoding: "utf8",
        });
        return JSON.parse(out);
      };
      const all = `local all = {} for _, key in ipairs(redis.call("KEYS", "subjects:*")) do
      all[string.sub(key, 10)] = redis.call("LRANGE", key, 0, -1) end return cjson.encode(all)`;
      const settings = { redis: port, imap, users, pass: "x", every: 1_000, lock: 4_000, perMinute: 6_000 };
      const program = new URL("queue_worker.ts", import.meta.url).pathname;
      const args = ["run", "-A", "--no-check", "--quiet", program, JSON.stringify(settings)];
      const workers: ReturnType<typeof start>[] = [];
      const until = async (what: () => boolean) => {
        // Ten jobs at once on a machine that does other things as well.
        for (let tries = 0; !what(); tries++) {
          if (tries > 900) {
            throw new Error(`it takes too long: ${workers.map(({ errors }) => errors()).join("\n")}`);
          }
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      };
      try {
        await until(() => works("redis-cli", "-p", String(port), "PING"));
        workers.push(start(execPath, args), start(execPath, args));
        const [one, other] = workers as [typeof workers[0], typeof workers[0]];
        await until(() => one.lines.length >= 20 && other.lines.length >= 20);
        await one.kill();
        const steps = other.lines.length;
        for (const user of users) server.append("INBOX", "Subject: 3\n\n", { user });
        await until(() => {
          const told = Object.values(ask(all) as Record<string, string[]>);
          return told.length === accounts && told.every((subjects) => subjects.length >= 3);
        });
        // Each account is looked at once more: what would be told twice is told now.
        const again = new Map(users.map((user) => [user, 0]));
        const from = other.lines.length;
        await until(() => {
          for (const user of again.keys()) {
            again.set(user, other.lines.slice(from).filter((line) => line === user).length);
          }
          return [...again.values()].every((count) => count > 0);
        });
        const told = ask(all) as Record<string, string[]>;
        for (const user of users) assertEquals(told[user], ["1", "2", "3"], user);
        assert(other.lines.length > steps);
      } finally {
        for (const worker of workers) await worker.kill();
        await database.kill();
        rmSync(dir, { recursive: true, force: true });
      }
    },
  );
}
