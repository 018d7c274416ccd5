/** What goes out: commands in the order of the calls, each when the scheduler lets it go. */

import { onAbort } from "../base/abort.ts";
import { ConnectionError } from "../base/errors.ts";
import { isNotAllowedNow } from "./failures.ts";
import type { Link, WriteOptions } from "./link.ts";
import type { Pending, Phase } from "./pending.ts";
import type { Running } from "./running.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Silence } from "./silence.ts";
import type { KnownState } from "./state.ts";
import { PendingTalk } from "./talk.ts";
import { ownOctets } from "../wire/literal_input.ts";
import type { Fragment, LiteralFragment } from "../wire/fragment.ts";

/** Large literals are written in pieces, so that a slow line shows progress and the deadline for silence does not strike. */
const pieceSize = 256 * 1024;

/** What sending needs of the session. */
export interface OutgoingParts {
  link: Link;
  known: KnownState;
  running: Running;
  scheduler: Scheduler;
  silence: Silence;
  /** Told when the connection does not work any more. */
  lost: (error: unknown) => void;
}

/** Sends the commands of one connection. */
export class Outgoing {
  readonly #parts: OutgoingParts;
  #sending = false;
  /** The command that waits for `+` before its literal. */
  #asking: Pending | undefined;

  constructor(parts: OutgoingParts) {
    this.#parts = parts;
  }

  /** Sends what may be sent. A command that must wait for a dialogue asks that to end. */
  async pump(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    const { scheduler, running, lost } = this.#parts;
    try {
      let lines: Uint8Array[] = [];
      for (let next = scheduler.next; next !== undefined || lines.length > 0; next = scheduler.next) {
        if (next !== undefined) {
          scheduler.take(next);
          if (!this.#ready(next)) continue;
          const line = this.#begin(next);
          if (line !== undefined) {
            lines.push(line);
            continue;
          }
        }
        // Lines that may go at the same time go as one.
        if (lines.length > 0) await this.#parts.link.write(lines.length === 1 ? lines[0]! : joined(lines));
        lines = [];
        if (next !== undefined) await this.#send(next);
      }
      if (scheduler.queued > 0) running.inDialogue?.call.dialogue?.interrupt?.();
    } catch (error) {
      lost(error);
    } finally {
      this.#sending = false;
    }
  }

  /** Whether the literal of a command waits for a continuation request. */
  get asks(): boolean {
    return this.#asking?.phase === "asking";
  }

  /** Gives a continuation request to the command whose literal waits for it; false when there is none. */
  continued(): boolean {
    if (!this.asks) return false;
    this.#asking!.asked!.resolve(true);
    return true;
  }

  #ready(pending: Pending): boolean {
    const { known, link } = this.#parts;
    const { spec, tellsSecret } = pending;
    const problem = isNotAllowedNow(pending.call, known) ??
      (tellsSecret ? link.secretProblem(spec.name) : undefined);
    try {
      if (problem !== undefined) throw problem;
      pending.call.check?.();
      link.check();
      // What was enabled since the call changes how it is written.
      if (pending.epoch !== known.epoch) pending.encode(known);
      return true;
    } catch (error) {
      pending.fail(error);
      return false;
    }
  }

  /** Begins to send a command. Returns its line when that is all, and no secret. */
  #begin(pending: Pending): Uint8Array | undefined {
    const { link, known, running, silence, lost } = this.#parts;
    for (const secret of pending.secrets) link.secrets.add(secret);
    running.add(pending);
    known.sending(pending);
    if (running.count === 1) silence.progress();
    silence.watch();
    pending.phase = "sending";
    pending.call.dialogue?.begin(new PendingTalk(pending, link, silence, lost));
    const { fragments } = pending;
    const line = fragments.length === 1 && !pending.tellsSecret ? fragments[0]! : undefined;
    if (line === undefined || !("line" in line)) return undefined;
    this.#beforeLine(pending, undefined);
    return line.line;
  }

  async #send(pending: Pending): Promise<void> {
    const { link } = this.#parts;
    const { fragments, tellsSecret: guarded } = pending;
    for (let i = 0; i < fragments.length; i++) {
      const fragment = fragments[i]!;
      if ("line" in fragment) {
        // Said before the octets leave: in memory, the server's answer may come before the write has settled.
        this.#beforeLine(pending, fragments[i + 1]);
        await link.write(fragment.line, {
          secret: guarded && fragment.secret === true,
          trace: fragment.trace,
        });
        continue;
      }
      // False when the server refused the command instead of asking for the literal.
      if (fragment.sync && !(await pending.asked?.promise)) return;
      await this.#literal(pending, fragment, { secret: guarded && fragment.secret === true });
      if ((pending.phase as Phase) === "literal") pending.phase = "sending";
    }
  }

  #beforeLine(pending: Pending, next: Fragment | undefined): void {
    pending.asked = undefined;
    if (pending.phase === "done") return;
    if (next === undefined) {
      pending.phase = "sent";
    } else if ("literal" in next && next.sync) {
      pending.phase = "asking";
      pending.asked = Promise.withResolvers();
      this.#asking = pending;
    }
  }

  async #literal(pending: Pending, fragment: LiteralFragment, options: WriteOptions): Promise<void> {
    if (pending.phase !== "done") pending.phase = "literal";
    const { literal, trace } = fragment;
    if (!(literal instanceof Uint8Array)) return await this.#stream(pending, fragment, literal.stream);
    for (let at = 0; at < literal.length; at += pieceSize) {
      const piece = literal.subarray(at, at + pieceSize);
      await this.#parts.link.write(piece, { ...options, trace: at === 0 ? trace : "" });
    }
  }

  async #stream(
    pending: Pending,
    { size, trace }: LiteralFragment,
    stream: ReadableStream<Uint8Array>,
  ): Promise<void> {
    let missing = size;
    let writing = false;
    try {
      for await (const chunk of untilClosed(stream, this.#parts.link.closing)) {
        // A copy: the stream's owner may use the buffer again, or transfer it, before it has gone out.
        const octets = ownOctets(chunk, "a chunk of the message");
        if (octets.length > missing) {
          throw new RangeError(`The message is longer than the ${size} octets announced`);
        }
        const first = missing === size;
        missing -= octets.length;
        writing = true;
        await this.#parts.link.write(octets, { trace: first ? trace : "" });
        writing = false;
      }
      if (missing > 0) {
        throw new RangeError(`The message ends ${missing} octets short of the ${size} announced`);
      }
    } catch (error) {
      // Not the message's fault: the connection is lost for all commands.
      if (writing) throw error;
      // The server waits for octets that will not come: nothing else can be said on this connection.
      pending.fail(error);
      throw new ConnectionError(`${pending.spec.name}: the message could not be sent whole`, {
        cause: error,
      });
    }
  }
}

/** The chunks of a stream, which is cancelled when the connection ends: a loop that waits for a chunk could not do that. */
function untilClosed(
  stream: ReadableStream<Uint8Array>,
  closing: AbortSignal,
): AsyncIterable<Uint8Array> {
  // Whatever else can be iterated over is taken, too.
  return typeof stream.getReader === "function" ? chunksOf(stream.getReader(), closing) : stream;
}

async function* chunksOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  closing: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const cancel = (reason?: unknown) => void reader.cancel(reason).catch(() => {});
  const unlisten = onAbort(closing, cancel);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    unlisten();
    cancel();
  }
}

function joined(lines: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(lines.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const line of lines) {
    all.set(line, at);
    at += line.length;
  }
  return all;
}
