/**
 * A command during which both sides speak: the server asks with `+`, the client answers with lines, until the tagged
 * response. IDLE, AUTHENTICATE and STARTTLS are such commands. A dialogue has the connection to itself.
 */

import type { Wrap, WriteOptions } from "./link.ts";

/** What the client's side of a dialogue does. The session calls it. */
export interface Dialogue {
  /**
   * The command is about to be sent.
   *
   * @param talk How to speak, until the tagged response.
   */
  begin(talk: Talk): void;
  /**
   * The server wants the next line.
   *
   * @param text What followed its `+`.
   */
  asked(text: string): void;
  /** Another command waits, or the caller has given up: come to an end, if the protocol has a way. May be called again. */
  interrupt?(): void;
  /** The tagged OK has come, and nothing after it was read. The one moment for `talk.upgrade`. */
  agreed?(): void;
}

/** What a dialogue can do. After the tagged response, nothing of it has an effect. */
export interface Talk {
  /** Whether the caller has given up, so that the result does not matter. */
  readonly abandoned: boolean;
  /** What must not be shown in an error. */
  hide(secret: string): void;
  /** A value without what must not be shown. */
  redact<T>(value: T): T;
  /**
   * Writes a line.
   *
   * @param line The line without its end: base64 or a word, and so without CR, LF and NUL.
   */
  say(line: string, options?: WriteOptions): void;
  /** Says whether the server may be silent for long. At first it may not. */
  maySleep(may: boolean): void;
  /** Ends the connection: the server did not keep to what was agreed. */
  end(reason: unknown): void;
  /** Changes how octets travel; when it fails, the connection ends. */
  upgrade(command: string, wrap: Wrap): Promise<void>;
}
