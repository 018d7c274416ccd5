/** What the server has said about the selected mailbox. */

import { isCode } from "../codec/codes.ts";
import type { Code, Response } from "../codec/_gen/types.ts";

/**
 * The selected mailbox as the server describes it at present; kept up to date by every response.
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap/core";
 * import { startServer } from "@postern/postern/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await startServer({ mailboxes: { INBOX: ["Subject: hello\r\n\r\nworld\r\n"] } });
 * await using client = await connect({ transport: server.connect(), auth: { user: "alice", pass: "alice-pw" } });
 *
 * await client.examine("INBOX");
 * server.append("INBOX", "Subject: another\r\n\r\n");
 * await client.noop();
 * assertEquals([client.mailbox?.name, client.mailbox?.exists], ["INBOX", 2]);
 * ```
 */
export class SelectedMailbox {
  /** Its name, as it was selected. */
  readonly name: string;
  /** Whether the client may change nothing in it. */
  readOnly: boolean;
  /** How many messages it holds. */
  exists = 0;
  /** How many of them are recent; undefined under IMAP4rev2, which has no such thing. */
  recent: number | undefined;
  /** Flags that messages in it may carry. */
  flags: readonly string[] = [];
  /**
   * Flags that can be changed permanently; `\*` means that new keywords can be made. Undefined when the server does not
   * say: all flags may then be changed (RFC 9051 6.3.2).
   */
  permanentFlags: readonly string[] | undefined;
  /** The next UID, as the server last predicted; undefined when it does not say. */
  uidNext: number | undefined;
  /** Validity value of its UIDs; undefined when the server does not say: UIDs then mean nothing in a later session. */
  uidValidity: number | undefined;
  /** Highest modification sequence, as the server last said. */
  highestModSeq: bigint | undefined;
  /**
   * How many messages have left it: message numbers from before mean something else then.
   *
   * @internal
   */
  removed = 0;
  /**
   * The lease that has selected it; undefined for the client itself.
   *
   * @internal
   */
  readonly owner: symbol | undefined;
  /**
   * The validity value that its UIDs had when it was selected.
   *
   * @internal
   */
  validity: number | undefined;

  /** Starts with nothing known. */
  constructor(name: string, readOnly: boolean, owner?: symbol) {
    this.name = name;
    this.readOnly = readOnly;
    this.owner = owner;
  }

  /**
   * Takes an untagged response into account.
   *
   * @internal
   */
  apply(response: Response): void {
    switch (response.type) {
      case "EXISTS":
        this.exists = response.count;
        break;
      case "EXPUNGE":
        this.#remove(1);
        break;
      case "VANISHED":
        // RFC 7162 3.2.10.2: what went before this session looked is not in the number of messages.
        if (!response.earlier && !response.uids.isSaved) this.#remove(response.uids.count);
        break;
      case "RECENT":
        this.recent = response.count;
        break;
      case "FLAGS":
        this.flags = response.flags;
        break;
    }
  }

  #remove(count: number): void {
    this.removed += count;
    this.exists = Math.max(0, this.exists - count);
  }

  /**
   * Whether a message has a number: some servers say EXPUNGE of message 0 or of one that is not there.
   *
   * @internal
   */
  has(seq: number): boolean {
    return seq >= 1 && seq <= this.exists;
  }

  /**
   * Takes a response code into account.
   *
   * @internal
   */
  applyCode(code: Code): void {
    if (isCode(code, "PERMANENTFLAGS")) this.permanentFlags = code.flags;
    else if (isCode(code, "UIDNEXT")) this.uidNext = code.uidNext;
    else if (isCode(code, "UIDVALIDITY")) this.uidValidity = code.uidValidity;
    else if (isCode(code, "HIGHESTMODSEQ")) this.highestModSeq = code.modSeq;
    else if (isCode(code, "READ-ONLY")) this.readOnly = true;
    else if (isCode(code, "READ-WRITE")) this.readOnly = false;
  }
}
