/** Plays cases of commands against a scripted server. */

import { assertInstanceOf } from "@std/assert";
import { ImapClient } from "../../../imap/client/client.ts";
import { methods, specs } from "../../../imap/codec/_gen/specs.ts";
import type { ImapEvent } from "../../../imap/session/events.ts";
import { Session } from "../../../imap/session/session.ts";
import { type Peer, scripted } from "../session/scripted.ts";
import type { CommandCase } from "./_cases.ts";

/**
 * Calls the method of a case on a connection that plays the case; NO and BAD take the place of the answers. Events are put
 * into `heard`.
 */
export async function playCase(
  one: CommandCase,
  status: "OK" | "NO" | "BAD",
  heard?: ImapEvent[],
): Promise<unknown> {
  const { client, done } = await clientFor(one, async (peer) => {
    let tag = "";
    let talked = false;
    for (const [who, text] of one.talk) {
      if (who === "C") {
        const line = await peer.line();
        if (tag === "") tag = line.slice(0, line.indexOf(" "));
        const sent = tag !== "" && line.startsWith(`${tag} `) ? line.slice(tag.length + 1) : line;
        if (sent !== text) throw new Error(`expected ${text} and got ${sent}`);
      } else if (status === "OK" || text.startsWith("+")) {
        await peer.send(`${text.replaceAll("%TAG%", tag)}\r\n`);
        talked = text.startsWith("%TAG% ");
      }
    }
    if (status !== "OK") await peer.send(`${tag} ${status} [SERVERBUG] not today\r\n`);
    else if (!talked) await peer.send(`${tag} OK done\r\n`);
    // The connection goes on.
    await peer.send(`${(await peer.line()).replace(" NOOP", "")} OK done\r\n`);
  });
  const listening = heard === undefined ? undefined : listen(client, heard);
  const method = client[one.method as "noop"] as (...args: unknown[]) => Promise<unknown>;
  assertInstanceOf(method, Function, `there is no method ${one.method}`);
  const [outcome] = await Promise.allSettled([method.apply(client, one.args)]);
  const [after] = await Promise.allSettled([client.noop().then(() => done)]);
  client.close();
  await listening;
  if (outcome.status === "rejected") throw outcome.reason;
  if (after.status === "rejected") throw after.reason;
  return outcome.value;
}

async function listen(client: ImapClient, heard: ImapEvent[]): Promise<void> {
  try {
    for await (const event of client.events()) heard.push(event);
  } catch {
    // The connection was lost; the command tells.
  }
}

async function clientFor(
  { offers, state, method }: CommandCase,
  script: (peer: Peer) => Promise<void>,
): Promise<{ client: ImapClient; done: Promise<void> }> {
  const [name] = [...methods].find(([, spec]) => spec.name === method) ?? [];
  const [least] = specs.get(name ?? "")?.states ?? [];
  const wanted = state || least;
  const { transport, done } = scripted(async (peer) => {
    const capability = `[CAPABILITY ${`IMAP4rev1 ${offers}`.trim()}]`;
    await peer.send(`* ${wanted === "nonauth" ? "OK" : "PREAUTH"} ${capability} ready\r\n`);
    if (wanted === "selected") {
      await peer.play(`
        C: A1 SELECT INBOX
        S: * 20 EXISTS
        S: * OK [UIDVALIDITY 7] ok
        S: A1 OK [READ-WRITE] done
      `);
    }
    await script(peer);
  });
  const client = new ImapClient(await Session.open(transport));
  if (wanted === "selected") await client.select("INBOX");
  return { client, done };
}
