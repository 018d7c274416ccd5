/** How a dialogue speaks: bound to its command, and without effect when that is completed. */

import { StateError } from "../base/errors.ts";
import type { Talk } from "./dialogue.ts";
import type { Link, Wrap, WriteOptions } from "./link.ts";
import type { Pending } from "./pending.ts";
import type { Silence } from "./silence.ts";

const encoder = /* @__PURE__ */ new TextEncoder();

/** One command's way to speak. */
export class PendingTalk implements Talk {
  readonly #pending: Pending;
  readonly #link: Link;
  readonly #silence: Silence;
  readonly #lost: (error: unknown) => void;

  /**
   * @param pending The command.
   * @param link Where it is sent.
   * @param silence What watches the server meanwhile.
   * @param lost Told when the connection does not work any more.
   */
  constructor(pending: Pending, link: Link, silence: Silence, lost: (error: unknown) => void) {
    this.#pending = pending;
    this.#link = link;
    this.#silence = silence;
    this.#lost = lost;
  }

  get abandoned(): boolean {
    return this.#pending.discarded;
  }

  hide(secret: string): void {
    this.#link.secrets.add(secret);
  }

  redact<T>(value: T): T {
    return this.#link.secrets.redactValue(value);
  }

  say(line: string, options?: WriteOptions): void {
    // What comes too late would be taken for a command.
    if (this.#pending.phase === "done") return;
    if (options?.secret) this.hide(line);
    this.#link.write(encoder.encode(`${line}\r\n`), options).catch(this.#lost);
  }

  maySleep(may: boolean): void {
    this.#pending.phase = may ? "sleeping" : "sent";
    this.#silence.progress();
    this.#silence.watch();
  }

  end(reason: unknown): void {
    this.#lost(reason);
  }

  async upgrade(command: string, wrap: Wrap): Promise<void> {
    if (this.#pending.phase === "done") throw new StateError(`${command} is over`, { command });
    try {
      await this.#link.upgrade(command, wrap);
    } catch (error) {
      this.#lost(error);
      throw error;
    }
  }
}
