/** Dialogues with servers that deviate, and what a caller gets: played by odd_dialogues_test.ts. */

import { connect, type ImapClient, type Transport } from "../../../imap/core.ts";
import { ManualClock } from "../../../imap/base/manual_clock.ts";
import type { ClientOptions } from "../../../imap/client/connect_with.ts";
import type { SaslMechanism } from "../../../imap/sasl/mechanism.ts";
import { type Peer, scripted } from "./scripted.ts";

/** One dialogue. */
export interface Odd {
  name: string;
  /**
   * What the server does, line by line: `S: ` sends a line, `S- ` sends octets as they are (with the escapes of JSON), `C: ` waits for a
   * line, `C- ` for a line that begins so, `X` closes the connection. After the last it stays open and silent.
   */
  server: string;
  /** What the caller does. */
  caller: (start: (options?: Partial<ClientOptions>) => Promise<ImapClient>) => Promise<unknown>;
  /** What the caller gets: a value as JSON, or the name of an error and a part of its message. */
  gets: string;
}

/** Plays a script; see {@linkcode Odd.server}. */
export async function playOdd(peer: Peer, script: string): Promise<void> {
  for (const raw of script.trim().split("\n")) {
    const line = raw.trimStart();
    const text = line.slice(3);
    if (line.startsWith("S:")) await peer.send(`${text}\r\n`);
    else if (line.startsWith("S-")) await peer.send(JSON.parse(`"${text.replaceAll('"', '\\"')}"`));
    else if (line.startsWith("C:")) await peer.expect(text);
    else if (line.startsWith("C-")) {
      const got = await peer.line();
      if (!got.startsWith(text)) throw new Error(`expected ${text} from the client, got ${got}`);
    } else if (line.startsWith("X")) peer.close();
    else throw new Error(`not a line of a script: ${line}`);
  }
}

/** How much time may pass at most, in milliseconds of a clock that does not wait. */
const longest = 600_000;
const step = 5_000;

/** Plays a dialogue and tells what the caller gets. Nothing may be left undone when the connection has been closed. */
export async function outcomeOf({ server, caller }: Odd): Promise<string> {
  const clock = new ManualClock();
  const { transport } = scripted((peer) => playOdd(peer, server));
  let client: ImapClient | undefined;
  const start = async (options: Partial<ClientOptions> = {}) =>
    client = await connect({ transport: transport as Transport, clock, ...options });
  let outcome: string | undefined;
  const done = caller(start).then(
    (value) =>
      outcome = JSON.stringify(value, (_, one) => typeof one === "bigint" ? String(one) : one) ?? "undefined",
    (error) => outcome = error instanceof Error ? `${error.name}: ${error.message}` : `threw ${error}`,
  );
  for (let passed = 0; outcome === undefined; passed += step) {
    if (passed > longest) return `hangs for ${longest} ms`;
    await clock.advance(step);
  }
  await done;
  client?.close();
  await clock.advance(step);
  return clock.timers === 0 ? outcome! : `${clock.timers} timers are left after ${outcome}`;
}

/** A mechanism that answers each challenge with what it was. */
export const echo: SaslMechanism = {
  name: "X-ECHO",
  clientFirst: false,
  exposesPassword: false,
  respond: (challenge) => challenge,
};
