/** Random lives of a watched mailbox: mail, other clients, faults of server and network, and a consumer that is killed. */

import { AuthError } from "../../../imap/base/errors.ts";
import type { AccountOptions, WatchEvent } from "../../../imap/mailbox/mod.ts";
import {
  type Change,
  type Fault,
  ManualClock,
  type ServerOptions,
  startServer,
  type TestServer,
} from "../../../imap/testing/mod.ts";
import { forSeedsAsync, type Random } from "../../support/seeded.ts";
import { Consumer } from "./consumer.ts";
import { accountOn } from "./support.ts";

const kinds: readonly Partial<ServerOptions>[] = [
  {},
  { without: ["QRESYNC"] },
  { without: ["QRESYNC", "CONDSTORE"] },
  { rev2: false, without: ["IDLE", "QRESYNC"] },
  { rev2: false, capabilities: ["IMAP4rev1", "SASL-IR"] },
  { rev2: false, capabilities: ["IMAP4rev1", "IDLE", "CONDSTORE", "ENABLE"] },
];

/** What other people do. */
function someChange(random: Random): Change {
  const dice = random.below(100);
  const deliver = Array.from({ length: random.between(1, 4) }, () => "Subject: x\r\n\r\n.\r\n");
  if (dice < 45) return { deliver };
  if (dice < 60) {
    return {
      setFlags: { messages: { newest: random.between(1, 5) }, flags: random.pick([[], ["\\Seen"], ["a"]]) },
    };
  }
  if (dice < 75) {
    return {
      expunge: random.chance(0.5) ? { oldest: random.between(1, 3) } : { newest: random.between(1, 3) },
    };
  }
  if (dice < 80) return { expunge: random.pick([{ oldest: 100 }, "all" as const]), deliver };
  if (dice < 90) {
    return { expunge: { newest: 2 }, deliver, setFlags: { messages: "all", flags: ["\\Answered"] } };
  }
  if (dice < 94) return { restart: random.chance(0.5) ? { bye: "Restarting" } : {} };
  if (dice < 97) return { restart: { uidValidities: true } };
  return { uidValidity: "next" };
}

/** What goes wrong. */
function someFault(random: Random): Fault {
  const on = random.pick([undefined, "EXAMINE", "UID FETCH", "UID SEARCH", "IDLE", "STATUS", "AUTHENTICATE"]);
  const when = { ...(on === undefined ? {} : { on }), times: random.between(1, 3) };
  switch (random.below(11)) {
    case 0:
      return { ...when, dropAfter: random.below(600) };
    case 1:
      return { dropSessionAfter: random.below(6_000), times: 1 };
    case 2:
      return { ...when, bye: random.pick(["Session expired", "Connection closed. 14", "Autologout"]) };
    case 3:
      return { ...when, silence: true };
    case 4:
      return { ...when, delay: random.between(1, 100_000) };
    case 5:
      return { ...when, refuse: { status: "NO", text: "[UNAVAILABLE] Try again" }, times: 2 };
    case 6:
      return { ...when, throttle: { commands: 1, within: 30_000 }, times: 5 };
    case 7:
      return {
        on: "GREETING",
        times: random.between(1, 3),
        bye: "[UNAVAILABLE] Maximum number of connections from user+IP exceeded",
      };
    case 8:
      return { ...when, splitEvery: random.between(1, 50) };
    case 9:
      return { ...when, meanwhile: [someChange(random)] };
    default:
      return { on: "GREETING", times: 1, silence: true };
  }
}

/** What happened in lives. */
export interface Counts {
  news: number;
  offline: number;
  kills: number;
  /** Tokens that expired while they were in use. */
  expired: number;
}

/** Most of a life is waiting for timers: so many are lived at once. */
const atOnce = 64;

/**
 * Many lives, each of a seed of its own.
 *
 * @param count How many.
 * @param first The first seed.
 * @param told Told after each.
 * @param consumer Makes the consumer of each.
 * @throws With the seed of the first that failed.
 */
export async function livesOf(
  count: number,
  first: number,
  told: (sum: Counts) => void = () => {},
  consumer: () => Consumer = () => new Consumer(),
): Promise<Counts> {
  const sum: Counts = { news: 0, offline: 0, kills: 0, expired: 0 };
  let next = first;
  const live = async () => {
    while (next < first + count) {
      const seed = next++;
      try {
        await forSeedsAsync(1, async (random) => {
          const counts = await oneLife(random, consumer());
          for (const name of ["news", "offline", "kills", "expired"] as const) sum[name] += counts[name];
        }, seed);
      } catch (error) {
        // The others come to their end, and begin no further one.
        next = Infinity;
        throw error;
      }
      told(sum);
    }
  };
  const lives = await Promise.allSettled(Array.from({ length: Math.min(atOnce, count) }, live));
  for (const life of lives) if (life.status === "rejected") throw life.reason;
  return sum;
}

/** Where tokens come from, which is out of reach now and then. They are good until the server takes them back. */
function tokensOf(server: () => TestServer, random: Random): AccountOptions["auth"] {
  let issued = 0;
  const token = () => {
    if (random.chance(0.1)) throw new Error("no token to be had");
    const text = `token${++issued}`;
    server().addToken(text);
    return text;
  };
  return { user: "alice", token };
}

/** One life. Throws when the consumer does not have in the end what is in the mailbox, was told something twice, or something hangs. */
export async function oneLife(random: Random, consumer: Consumer = new Consumer()): Promise<Counts> {
  const clock = new ManualClock();
  const hasTokens = random.chance(0.3);
  const server = await startServer({
    clock,
    ...random.pick(kinds),
    ...(hasTokens ? { with: ["AUTH=XOAUTH2"] } : {}),
    users: { alice: "alice-pw" },
    mailboxes: { INBOX: Array.from({ length: random.below(12) }, (_, i) => `Subject: ${i}\r\n\r\n.\r\n`) },
  });
  const counts = { news: 0, offline: 0, kills: 0, expired: 0 };
  try {
    const account = await accountOn(server, {
      clock,
      connections: random.between(1, 2),
      random: () => random.below(1000) / 1000,
      // The first connection is not what is tried here.
      lazy: true,
      ...(hasTokens ? { auth: tokensOf(() => server, random) } : {}),
    });
    const abort = new AbortController();
    let failure: unknown;
    let alive = true;
    const living = live(account, consumer, abort.signal, random, counts).catch((error) =>
      void (failure = error)
    ).finally(() => alive = false);
    for (let turn = random.between(3, 15); turn > 0; turn--) {
      if (random.chance(0.5)) server.faults.add(someFault(random));
      if (random.chance(0.8)) server.change(someChange(random));
      if (hasTokens && random.chance(0.3)) {
        counts.expired++;
        const bye = "Session invalidated - AccessTokenExpired";
        server.change({ expireTokens: random.chance(0.3) ? true : { bye } });
      }
      await clock.advance(random.pick([0, 10, 1_000, 20_000, 200_000]));
      if (!alive) throw failure;
    }
    server.faults.clear();
    // The longest that anything may take: a server that was asked to be silent, then a wait of a minute, then the next poll.
    for (let minute = 0; minute < 45; minute++) {
      await clock.advance(60_000);
      if (!alive) throw failure;
      if (minute >= 6 && consumer.differences(server).length === 0) break;
    }
    const differences = consumer.differences(server);
    if (differences.length > 0) throw new Error(differences.join("; "));
    counts.news = consumer.news;
    abort.abort();
    await clock.advance(2_000);
    if (alive) throw new Error("the watch did not end within two seconds");
    await living;
    const closing = account.close();
    await clock.advance(10_000);
    await closing;
    if (clock.timers > 0) throw new Error(`${clock.timers} timers are left`);
    return counts;
  } catch (error) {
    throw new Error(`${(error as Error)?.message ?? error}\n${tail(server)}`, { cause: error });
  } finally {
    const closing = server.close();
    await clock.advance(1_000);
    await closing;
  }
}

/** Consumes, is killed now and then, and goes on from what was committed. */
async function live(
  account: Awaited<ReturnType<typeof accountOn>>,
  consumer: Consumer,
  signal: AbortSignal,
  random: Random,
  counts: { offline: number; kills: number },
): Promise<void> {
  while (!signal.aborted) {
    consumer.begin();
    let left = random.chance(0.6) ? random.below(20) : Infinity;
    const options = {
      cursor: consumer.cursor,
      from: "all" as const,
      flagsEvery: 60_000,
      batch: random.between(1, 5),
      signal,
    };
    try {
      for await (const event of account.mailbox("INBOX").watch(options)) {
        if (left-- <= 0) {
          counts.kills++;
          break;
        }
        if (event.type === "offline") counts.offline++;
        if (event.type === "reset" && event.reason === "messages") {
          throw new Error(`the number of messages does not agree: ${JSON.stringify(event)}`);
        }
        if (isChange(event)) consumer.take(event);
      }
    } catch (error) {
      // Two tokens in a row were taken back between being issued and being used: that ends a watch, and the program begins another one.
      if (!(error instanceof AuthError) || error.kind !== "token") throw error;
    }
  }
}

function isChange(event: WatchEvent): event is Exclude<WatchEvent, { type: "offline" | "online" }> {
  return event.type !== "offline" && event.type !== "online";
}

function tail(server: TestServer): string {
  return server.log.split("\n").slice(-60).map((line) => line.slice(0, 160)).join("\n");
}
