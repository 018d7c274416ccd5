/** What was said on all connections, in the `C:` and `S:` form of the RFCs, passwords and tokens masked. */

/** Characters that are kept; the oldest lines go first. */
const LONGEST = 1_000_000;
/** Octets of one write of the server that are shown. */
const SHOWN = 4_000;

const text = new TextDecoder();

/** The transcript of a server. */
export class Transcript {
  /** What the server sent is only made text when it is read: most tests never do. */
  #lines: (string | Sent)[] = [];
  #length = 0;
  #connections = 0;

  /** Gives a new connection its number. */
  connection(): ConnectionLog {
    return new ConnectionLog(this, this.#connections += 1);
  }

  /** For a connection's log: adds a line, or the octets that were sent. */
  add(line: string | Sent): void {
    this.#lines.push(line);
    this.#length += lengthOf(line);
    if (this.#length <= LONGEST) return;
    // Half at once, so that a long session does not move all lines for each new one.
    const kept = this.#lines.slice(this.#lines.length >> 1);
    this.#lines = kept.length > 0 ? kept : [];
    this.#length = this.#lines.reduce((sum, line) => sum + lengthOf(line), 0);
  }

  /** All lines. */
  toString(): string {
    return this.#lines.map((line) => typeof line === "string" ? line + "\n" : textOf(line)).join("");
  }
}

/** One connection's part of it. */
export class ConnectionLog {
  readonly #transcript: Transcript;
  /** Number of the connection, from 1 on. */
  readonly number: number;

  /** For {@linkcode Transcript.connection}. */
  constructor(transcript: Transcript, number: number) {
    this.#transcript = transcript;
    this.number = number;
  }

  /** A command as it came, without the octets of its literals. */
  command(line: Uint8Array): void {
    this.#add("C", masked(text.decode(line.subarray(0, SHOWN))));
  }

  /** A line that belongs to a dialogue, or what is in its place. */
  line(shown: string): void {
    this.#add("C", shown);
  }

  /** Octets that were sent. */
  sent(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#transcript.add({
      connection: this.number,
      bytes: bytes.slice(0, SHOWN),
      more: Math.max(0, bytes.length - SHOWN),
    });
  }

  #add(side: "C", lines: string): void {
    for (const line of linesOf(lines)) this.#transcript.add(`${this.number} ${side}: ${line}`);
  }
}

/** Octets that the server sent on one connection. */
interface Sent {
  readonly connection: number;
  /** The first of them. */
  readonly bytes: Uint8Array;
  /** How many are left out. */
  readonly more: number;
}

function lengthOf(line: string | Sent): number {
  return 1 + (typeof line === "string" ? line.length : line.bytes.length);
}

function textOf({ connection, bytes, more }: Sent): string {
  const lines = linesOf(text.decode(bytes));
  if (more > 0) lines.push(`[${more} octets more]`);
  return lines.map((line) => `${connection} S: ${line}\n`).join("");
}

function linesOf(lines: string): string[] {
  return lines.replace(/\r?\n$/, "").split(/\r?\n/);
}

const SECRET = /\b(LOGIN|AUTHENTICATE\s+\S+)\s[^]*/i;

/** Whether a line of a client holds what must not be shown. */
export function holdsSecret(line: string): boolean {
  return SECRET.test(line);
}

/** The line without it, wherever in it a login begins: a command that is wrong may hold a password too. */
function masked(line: string): string {
  return line.replace(SECRET, "$1 ***");
}
