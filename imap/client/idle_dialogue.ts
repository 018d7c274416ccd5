/** The client's side of one IDLE. */

import type { Dialogue, Talk } from "../session/dialogue.ts";

/** Who is told how an IDLE goes. */
export interface IdleListener {
  /** The server has begun to idle, and it is not to end yet. */
  onBegun(): void;
  /** DONE was said. */
  onDone(talk: Talk): void;
}

/** The client's side of one IDLE. */
export class IdleDialogue implements Dialogue {
  /** DONE is to be said as soon as that is allowed. */
  endWanted = false;
  /** The server has said `+`. */
  begun = false;
  readonly #listener: IdleListener;
  #talk: Talk | undefined;
  #done = false;

  /** @param listener Told how it goes. */
  constructor(listener: IdleListener) {
    this.#listener = listener;
  }

  /** The command is about to be sent. */
  begin(talk: Talk): void {
    this.#talk = talk;
  }

  /** The server has said `+`. */
  asked(): void {
    if (this.begun) return;
    this.begun = true;
    this.#talk?.maySleep(true);
    if (this.endWanted) this.interrupt();
    else this.#listener.onBegun();
  }

  /** Ends it as soon as that is allowed. */
  interrupt(): void {
    this.endWanted = true;
    // RFC 9051 6.3.13: DONE may only be said after the server's `+`.
    if (!this.begun || this.#done || this.#talk === undefined) return;
    this.#done = true;
    this.#talk.say("DONE");
    // From here an answer is due again: a connection that is dead without having said so is found out now.
    this.#talk.maySleep(false);
    this.#listener.onDone(this.#talk);
  }
}
