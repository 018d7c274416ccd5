/** A client that knows no IMAP but tags, lines and literals, so that tests see exactly what the server sends. */

import type { TestServer, Transport } from "@postern/postern/testing";

const encoder = new TextEncoder();

/** One connection; text is UTF-8. */
export class Wire {
  readonly #transport: Transport;
  #buffer: Uint8Array = new Uint8Array(0);
  #tag = 0;

  /** Tag of the last command. */
  get lastTag(): string {
    return `T${this.#tag}`;
  }

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Connects and reads the greeting. */
  static async open(server: TestServer): Promise<Wire> {
    const wire = new Wire(server.connect());
    await wire.response();
    return wire;
  }

  /** Connects as the default user; with a mailbox, selects it. */
  static async login(server: TestServer, mailbox?: string, options: { rev2?: boolean } = {}): Promise<Wire> {
    const wire = await Wire.open(server);
    await wire.ok("LOGIN alice alice-pw");
    if (options.rev2) await wire.ok("ENABLE IMAP4rev2");
    if (mailbox !== undefined) await wire.ok(`SELECT ${mailbox}`);
    return wire;
  }

  /** Sends octets as they are. */
  async send(text: string | Uint8Array): Promise<void> {
    await this.#transport.write(typeof text === "string" ? encoder.encode(text) : text);
  }

  /** Sends a command, each piece after the first once a "+" has come of the server, and reads the answer. */
  async run(...pieces: string[]): Promise<string[]> {
    const tag = `T${++this.#tag}`;
    const lines: string[] = [];
    await this.send(`${tag} ${pieces[0]}\r\n`);
    let sent = 1;
    for (;;) {
      const line = await this.response();
      if (line === undefined) return lines;
      if (line.startsWith("+") && sent < pieces.length) {
        await this.send(`${pieces[sent++]}\r\n`);
      } else if (line.startsWith(`${tag} `)) {
        return [...lines, line.slice(tag.length + 1)];
      } else {
        lines.push(line);
      }
    }
  }

  /** Sends a command that must succeed; returns the untagged responses. */
  async ok(...pieces: string[]): Promise<string[]> {
    const lines = await this.run(...pieces);
    const status = lines.pop();
    if (!status?.startsWith("OK")) throw new Error(`${pieces[0]}: ${status}`);
    return lines;
  }

  /** The tagged answer alone. */
  async status(...pieces: string[]): Promise<string | undefined> {
    return (await this.run(...pieces)).at(-1);
  }

  /** One response with its literals, without the final line end; undefined at the end of the stream. */
  async response(): Promise<string | undefined> {
    let end = 0;
    for (;;) {
      const newline = await this.#find(0x0a, end);
      if (newline === undefined) return undefined;
      const text = new TextDecoder("latin1").decode(
        this.#buffer.subarray(Math.max(0, newline - 24), newline - 1),
      );
      const mark = /\{(\d+)\}$/.exec(text);
      end = newline + 1;
      if (mark === null) break;
      end += Number(mark[1]);
      while (this.#buffer.length < end) if (!await this.#more()) return undefined;
    }
    const response = new TextDecoder().decode(this.#buffer.subarray(0, end - 2));
    this.#buffer = this.#buffer.subarray(end);
    return response;
  }

  /** Everything the server still sends before it closes. */
  async rest(): Promise<string> {
    while (await this.#more());
    return new TextDecoder().decode(this.#buffer);
  }

  /** Hangs up. */
  close(): void {
    void this.#transport.close();
  }

  async #find(byte: number, from: number): Promise<number | undefined> {
    for (;;) {
      const at = this.#buffer.indexOf(byte, from);
      if (at !== -1) return at;
      if (!await this.#more()) return undefined;
    }
  }

  async #more(): Promise<boolean> {
    const chunk = new Uint8Array(64 * 1024);
    const count = await this.#transport.read(chunk).catch(() => null);
    if (count === null) return false;
    const grown = new Uint8Array(this.#buffer.length + count);
    grown.set(this.#buffer);
    grown.set(chunk.subarray(0, count), this.#buffer.length);
    this.#buffer = grown;
    return true;
  }
}
