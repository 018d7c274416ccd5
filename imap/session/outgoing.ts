/** What goes out: lines and literals, in the order of calls. */

import { ConnectionError } from "../base/errors.ts";
import type { Pending, Phase } from "./pending.ts";
import type { Transport } from "../transport/transport.ts";
import type { Fragment, LiteralFragment, LiteralSource } from "../wire/writer.ts";

/** Large literals are written in pieces, so that a slow line shows progress and the deadline for silence does not strike. */
const pieceSize = 256 * 1024;

/** Writes to one connection. */
export class Outgoing {
  readonly #transport: () => Transport;
  readonly #progress: () => void;
  #last: Promise<void> = Promise.resolve();

  /**
   * @param transport The connection, which STARTTLS changes.
   * @param progress Called when bytes were taken.
   */
  constructor(transport: () => Transport, progress: () => void) {
    this.#transport = transport;
    this.#progress = progress;
  }

  /** Writes octets behind what was written before. */
  write(bytes: Uint8Array): Promise<void> {
    const write = this.#last.then(async () => {
      await this.#transport().write(bytes);
      this.#progress();
    });
    this.#last = write.catch(() => {});
    return write;
  }

  /** Writes a line of a dialogue: an answer to a continuation request, or DONE. */
  writeLine(line: string): Promise<void> {
    const bytes = new TextEncoder().encode(`${line}\r\n`);
    if (bytes.subarray(0, -2).some((byte) => byte === 13 || byte === 10 || byte === 0)) {
      throw new RangeError("CR, LF and NUL cannot be sent in a line");
    }
    return this.write(bytes);
  }

  /** Sends a command; waits before each literal that the server wants to be asked for. */
  async send(pending: Pending): Promise<void> {
    const { fragments } = pending;
    pending.phase = "sending";
    for (let i = 0; i < fragments.length; i++) {
      const fragment = fragments[i]!;
      if ("line" in fragment) {
        // Said before the bytes leave: in memory, the server's answer may come before the write has settled.
        beforeLine(pending, fragments[i + 1]);
        await this.write(fragment.line);
        continue;
      }
      // False when the server refused the command instead of asking for the literal.
      if (fragment.sync && !(await pending.asked?.promise)) return;
      await this.#literal(pending, fragment);
      if ((pending.phase as Phase) === "literal") pending.phase = "sending";
    }
  }

  async #literal(pending: Pending, fragment: LiteralFragment): Promise<void> {
    if (pending.phase !== "done") pending.phase = "literal";
    const { literal } = fragment;
    if (!(literal instanceof Uint8Array)) return await this.#stream(pending, literal);
    for (let at = 0; at < literal.length; at += pieceSize) {
      await this.write(literal.subarray(at, at + pieceSize));
    }
  }

  async #stream(pending: Pending, source: LiteralSource): Promise<void> {
    let missing = source.size;
    try {
      for await (const chunk of source.stream) {
        if (chunk.length > missing) {
          throw new RangeError(`The message is longer than the ${source.size} octets announced`);
        }
        missing -= chunk.length;
        await this.write(chunk);
      }
      if (missing > 0) {
        throw new RangeError(`The message ends ${missing} octets short of the ${source.size} announced`);
      }
    } catch (error) {
      // The server waits for octets that will not come: nothing else can be said on this connection.
      pending.fail(error);
      throw new ConnectionError(`${pending.spec.name}: the message could not be sent whole`, {
        cause: error,
      });
    }
  }
}

function beforeLine(pending: Pending, next: Fragment | undefined): void {
  pending.asked = undefined;
  if (pending.phase === "done") return;
  if (next === undefined) {
    pending.phase = "sent";
  } else if ("literal" in next && next.sync) {
    pending.phase = "asking";
    pending.asked = Promise.withResolvers();
  }
}
