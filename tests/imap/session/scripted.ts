/**
 * A server that says what a test tells it to, over a pair of transports in memory: for the corners of the protocol that
 * no well-behaved server shows.
 */

import { ImapClient } from "../../../imap/client/client.ts";
import { Session, type SessionOptions } from "../../../imap/session/session.ts";
import { memoryPair } from "../../../imap/transport/streams.ts";
import type { Transport } from "../../../imap/transport/transport.ts";

/** The server's end of the connection. */
export class Peer {
  readonly #transport: Transport;
  /** What has come and was not looked at, one character for each octet. */
  #received = "";
  #ended = false;
  #arrived: (() => void) | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
    void this.#read();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(65_536);
    for (;;) {
      const count = await this.#transport.read(buffer).catch(() => null);
      if (count === null) break;
      this.#received += latin1(buffer.subarray(0, count));
      this.#arrived?.();
    }
    this.#ended = true;
    this.#arrived?.();
  }

  /** Sends octets, one for each character. */
  async send(text: string): Promise<void> {
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    await this.#transport.write(bytes).catch(() => {});
  }

  /** The next line without its end; throws when the client has gone. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf("\r\n");
      if (end >= 0) {
        const line = this.#received.slice(0, end);
        this.#received = this.#received.slice(end + 2);
        return line;
      }
      if (this.#ended) throw new Error(`the client left after ${JSON.stringify(this.#received)}`);
      await new Promise<void>((resolve) => this.#arrived = resolve);
    }
  }

  /** The next octets. */
  async octets(count: number): Promise<string> {
    while (this.#received.length < count) {
      if (this.#ended) throw new Error(`the client left after ${JSON.stringify(this.#received)}`);
      await new Promise<void>((resolve) => this.#arrived = resolve);
    }
    const text = this.#received.slice(0, count);
    this.#received = this.#received.slice(count);
    return text;
  }

  /** What has come so far, without waiting. */
  get received(): string {
    return this.#received;
  }

  /** Whether the client has closed the connection. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Waits until the client closes the connection. */
  async untilEnd(): Promise<void> {
    while (!this.#ended) await new Promise<void>((resolve) => this.#arrived = resolve);
  }

  /** Waits for exactly this line. */
  async expect(line: string): Promise<void> {
    const got = await this.line();
    if (got !== line) {
      throw new Error(`expected ${JSON.stringify(line)} from the client, got ${JSON.stringify(got)}`);
    }
  }

  /** Plays a dialogue in the RFCs' notation: lines that begin with `C: ` and `S: `, others continue the one above. */
  async play(dialogue: string): Promise<void> {
    const lines: [who: string, text: string][] = [];
    for (const raw of dialogue.trim().split("\n")) {
      const line = raw.trim();
      const match = /^([CS]): ?(.*)$/.exec(line);
      if (match !== null) lines.push([match[1]!, match[2]!]);
      else lines.at(-1)![1] += ` ${line}`;
    }
    for (const [who, text] of lines) {
      if (who === "S") await this.send(`${text}\r\n`);
      else await this.expect(text);
    }
  }

  /** Ends the connection. */
  close(): void {
    this.#transport.close();
  }
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The same transport as one that others can read: a pair in memory says that it is local. */
export function exposed(transport: Transport): Transport {
  return { ...reading(transport), secure: false, local: false };
}

/** The same transport without chunks: it is read from into a buffer, as are those of most runtimes. */
export function reading(transport: Transport): Transport {
  return {
    secure: transport.secure,
    local: transport.local,
    read: (into) => transport.read(into),
    write: (bytes) => transport.write(bytes),
    close: () => transport.close(),
  };
}

/** A connection to a server that is played by `script`; `done` settles with it. Others can read it unless it is secure. */
export function scripted(
  script: (peer: Peer) => Promise<void>,
  secure = true,
): { transport: Transport; done: Promise<void> } {
  const [transport, end] = memoryPair(secure);
  const peer = new Peer(end);
  const done = script(peer).catch(async (error) => {
    // So that the client's error, which is what fails the test, tells what the server did not like.
    await peer.send(
      `* BYE script: ${error instanceof Error ? error.message.replace(/[\r\n]/g, " ") : error}\r\n`,
    );
    peer.close();
    throw error;
  });
  // A test that fails before it awaits this has told what went wrong already.
  done.catch(() => {});
  return { transport: secure ? transport : exposed(transport), done };
}

/** Capabilities of the scripted server where a test does not care. */
export const plenty = "IMAP4rev1 IDLE ENABLE UIDPLUS MOVE UNSELECT NAMESPACE ID ESEARCH BINARY";

/** A client that is logged in already, and its server. */
export async function preauth(
  script: (peer: Peer) => Promise<void>,
  options: SessionOptions & { capabilities?: string; reads?: boolean } = {},
): Promise<{ client: ImapClient; done: Promise<void> }> {
  const { capabilities = plenty, reads = false, ...rest } = options;
  const { transport, done } = scripted(async (peer) => {
    await peer.send(`* PREAUTH [CAPABILITY ${capabilities}] ready\r\n`);
    await script(peer);
  });
  return { client: new ImapClient(await Session.open(reads ? reading(transport) : transport, rest)), done };
}

/** A client with INBOX selected: its first command will be A2. */
export async function selected(
  script: (peer: Peer) => Promise<void>,
  options: SessionOptions & { capabilities?: string; exists?: number } = {},
): Promise<{ client: ImapClient; done: Promise<void> }> {
  const { exists = 10, ...rest } = options;
  const { client, done } = await preauth(async (peer) => {
    await peer.play(`
      C: A1 SELECT INBOX
      S: * ${exists} EXISTS
      S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
      S: * OK [UIDVALIDITY 1] ok
      S: A1 OK [READ-WRITE] done
    `);
    await script(peer);
  }, rest);
  await client.select("INBOX");
  return { client, done };
}

/** Lets everything that is ready run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
