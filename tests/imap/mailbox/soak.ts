/**
 * Weeks of one account: mailboxes that are watched, other work besides, and each day what happens to connections in the field. What is
 * held must not grow: timers, listeners of signals, connections.
 */

import type { Account, WatchEvent } from "../../../imap/mailbox/mod.ts";
import { ManualClock, type ServerOptions, startServer, type TestServer } from "../../../imap/testing/mod.ts";
import { Consumer } from "./consumer.ts";
import { accountOn, type Listeners, mailWith } from "./support.ts";

/** What is held at the end of a day. */
export interface Held {
  timers: number;
  /** Of the signal that most listen to. */
  listeners: number;
  connections: number;
}

/** What happened, and what was held day by day. */
export interface Soak {
  days: Held[];
  offline: number;
  connected: number;
}

/** What the servers can do. */
export const kindsOfSoak: Readonly<Record<string, Partial<ServerOptions>>> = {
  "IDLE and QRESYNC": {},
  "NOTIFY": { with: ["NOTIFY"] },
  "neither IDLE nor CONDSTORE": { rev2: false, without: ["IDLE", "QRESYNC", "CONDSTORE"] },
};

const hour = 3_600_000;
const names = ["INBOX", "Work", "Lists"];

/**
 * Lives so many days.
 *
 * @param days How many.
 * @param kind What the server can do.
 * @param signals Who listens to signals.
 * @param told Told what is held at the end of each day.
 * @throws When a watch ends, or a mailbox is not known in the end as it is.
 */
export async function soak(
  days: number,
  kind: Partial<ServerOptions>,
  signals: Listeners,
  told: (day: number, held: Held) => void = () => {},
): Promise<Soak> {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    ...kind,
    with: [...kind.with ?? [], "AUTH=XOAUTH2"],
    mailboxes: {
      ...Object.fromEntries(names.map((name) => [name, [mailWith("first", { "a.txt": "a" })]])),
      Archive: { specialUse: ["\\Archive"] },
      Trash: { specialUse: ["\\Trash"] },
    },
  });
  const stop = new AbortController();
  const { signal } = stop;
  const result: Soak = { days: [], offline: 0, connected: 0 };
  let issued = 0;
  const token = () => {
    server.addToken(`token${++issued}`);
    return `token${issued}`;
  };
  const account = await accountOn(server, {
    clock,
    signal,
    auth: { user: "alice", token },
    onState: ({ type }) => result.connected += type === "online" ? 1 : 0,
  });
  let failure: unknown;
  const consumers = names.map(() => new Consumer());
  const watches = names.map((name, i) =>
    watch(account, name, consumers[i]!, signal, (event) => result.offline += event.type === "offline" ? 1 : 0)
      .catch((error) => void (failure ??= error))
  );
  for (let day = 1; day <= days; day++) {
    await oneDay(day, clock, server, account, signal);
    // Until the evening is quiet.
    server.faults.clear();
    await clock.advance(4 * hour);
    if (failure !== undefined) throw failure;
    consumers.forEach((consumer, i) => {
      const found = consumer.differences(server, names[i]);
      if (found.length > 0) throw new Error(`day ${day}, ${names[i]}: ${found.join("; ")}`);
    });
    const held = { timers: clock.timers, listeners: signals.most(), connections: server.connections };
    result.days.push(held);
    told(day, held);
  }
  stop.abort();
  await clock.advance(10_000);
  await Promise.all(watches);
  await account.close();
  result.days.push({ timers: clock.timers, listeners: signals.most(), connections: server.connections });
  return result;
}

async function watch(
  account: Account,
  name: string,
  consumer: Consumer,
  signal: AbortSignal,
  told: (event: WatchEvent) => void,
): Promise<void> {
  consumer.begin();
  const options = { from: "all", poll: hour, renew: 2 * hour, flagsEvery: hour, signal } as const;
  for await (const event of account.mailbox(name).watch(options)) {
    told(event);
    if (event.type !== "offline" && event.type !== "online") consumer.take(event);
  }
  if (!signal.aborted) throw new Error(`the watch of ${name} has ended`);
}

/** Twenty hours. */
async function oneDay(
  day: number,
  clock: ManualClock,
  server: TestServer,
  account: Account,
  signal: AbortSignal,
): Promise<void> {
  const name = names[day % names.length]!;
  const mailbox = account.mailbox(name);
  const work: Promise<unknown>[] = [];
  const begin = (...calls: Promise<unknown>[]) => {
    for (const call of calls) call.catch(() => {});
    work.push(...calls);
  };
  const busy = async (milliseconds: number) => {
    await clock.advance(milliseconds);
    for (const call of await Promise.allSettled(work.splice(0))) {
      if (call.status === "rejected" && String(call.reason) !== "Error: enough") throw call.reason;
    }
  };
  for (const one of names) {
    server.change({ mailbox: one, deliver: [mailWith(`day ${day}`, { "a.txt": "a" })] });
  }
  server.change({ mailbox: name, setFlags: { messages: { newest: 2 }, flags: [`$day${day % 7}`] } });
  if (day > 2) { for (const one of names) server.change({ mailbox: one, expunge: { oldest: 1 } }); }
  await busy(2 * hour);

  // Work besides, and calls that are given up in different places.
  work.push(
    Array.fromAsync(mailbox.messages({}, { newest: 5, signal })).then(async ([m]) => {
      await m!.text({ signal });
      await m!.attachments[0]?.bytes({ signal });
      await m!.attachments[0]?.stream({ signal }).cancel();
    }),
  );
  begin(mailbox.flag({ unseen: true }, { add: ["\\Seen"] }, { signal }));
  begin(mailbox.append(mailWith(`own ${day}`, {}), { signal }));
  begin(account.mailboxes({ counts: true, signal }));
  const stop = new AbortController();
  begin(
    mailbox.counts({ signal: stop.signal }),
    mailbox.move([1], { role: "archive" }, { signal: stop.signal }),
  );
  stop.abort(new Error("enough"));
  begin((async () => {
    for await (const _ of mailbox.changes(undefined, { from: "all", signal })) break;
    for await (const _ of mailbox.watch({ from: "all", signal })) break;
    for await (const _ of mailbox.messages({}, { signal })) break;
  })());
  await busy(2 * hour);

  server.change({ expireTokens: { bye: "Session invalidated - AccessTokenExpired" } });
  await busy(2 * hour);

  server.faults.add({
    on: "GREETING",
    times: 1 + day % 4,
    bye: "[UNAVAILABLE] Maximum number of connections exceeded",
  });
  server.change({ restart: day % 2 === 0 ? {} : { bye: "Autologout" } });
  await busy(2 * hour);

  server.faults.add({
    on: day % 2 === 0 ? "EXAMINE" : "STATUS",
    throttle: { commands: 1, within: 60_000 },
    times: 9,
  });
  server.change({ mailbox: name, deliver: [mailWith("throttled", {})] });
  begin(mailbox.counts({ signal }).catch(() => {}));
  await busy(2 * hour);
  server.faults.clear();

  server.faults.add({
    on: ["IDLE", "EXAMINE", "UID FETCH", "UID SEARCH"][day % 4]!,
    times: 1,
    silence: true,
  });
  server.change({ mailbox: name, deliver: [mailWith("silent", {})] });
  await busy(5 * hour);

  server.faults.add({ on: "UID FETCH", times: 1, dropAfter: 50 * (day % 7) });
  server.change({ mailbox: name, deliver: [mailWith("cut", {})] });
  await busy(5 * hour);
}
