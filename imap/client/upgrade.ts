/** Commands after whose OK octets travel in another way: STARTTLS and COMPRESS. */

import { type CallOptions, watchCall } from "../base/abort.ts";
import { TimeoutError } from "../base/errors.ts";
import type { CommandSpec } from "../codec/spec.ts";
import type { Dialogue, Talk } from "../session/dialogue.ts";
import type { Wrap } from "../session/link.ts";
import type { Session } from "../session/session.ts";
import type { Writer } from "../wire/writer.ts";

/**
 * Sends the command and changes over.
 *
 * @param session The connection.
 * @param spec The command.
 * @param options A signal, a deadline.
 * @param wrap Makes the new transport of the old one.
 * @param encode Writes it, where it is not its name alone.
 */
export async function upgrade(
  session: Session,
  spec: CommandSpec,
  options: CallOptions,
  wrap: Wrap,
  encode?: (writer: Writer) => void,
): Promise<void> {
  const dialogue = new UpgradeDialogue(session, spec.name, wrap, options);
  await session.send(spec, options, { dialogue, ...(encode && { encode }) });
  await dialogue.upgraded;
}

/** Upgrades right after the OK, before anything else is read. */
class UpgradeDialogue implements Dialogue {
  /** Settles when the handshake is done. */
  upgraded: Promise<void> | undefined;
  readonly #session: Session;
  readonly #command: string;
  readonly #wrap: Wrap;
  readonly #options: CallOptions;
  #talk!: Talk;

  constructor(session: Session, command: string, wrap: Wrap, options: CallOptions) {
    this.#session = session;
    this.#command = command;
    this.#wrap = wrap;
    this.#options = options;
  }

  begin(talk: Talk): void {
    this.#talk = talk;
  }

  /** The server has nothing to ask. */
  asked(): void {}

  agreed(): void {
    this.upgraded = this.#upgrade();
    // The command's own promise settles first, and its caller may have given up.
    this.upgraded.catch(() => {});
  }

  async #upgrade(): Promise<void> {
    const { clock, timeouts } = this.#session;
    const { signal, timeout = timeouts.connect } = this.#options;
    let given: { reason: unknown } | undefined;
    const giveUp = (reason: unknown) => {
      given = { reason };
      // In the middle of a handshake, nothing else can be said on this connection.
      this.#talk.end(reason);
    };
    const command = this.#command;
    const late = (ms: number) => new TimeoutError(`${command}: not finished after ${ms} ms`, { command });
    const upgraded = this.#talk.upgrade(command, this.#wrap);
    const unwatch = watchCall(clock, { signal, timeout }, giveUp, late);
    try {
      await upgraded;
    } catch (error) {
      throw given === undefined ? error : given.reason;
    } finally {
      unwatch();
    }
  }
}
