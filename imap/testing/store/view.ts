/** What one session sees of the mailbox it selected: message numbers, and the news it has not been told yet. */

import type { Mailbox, MailboxObserver } from "./mailbox.ts";
import type { StoredMessage } from "./message.ts";
import { indexOfUid } from "./by_uid.ts";

/** The news of a mailbox for one session, in the order in which it must be sent. */
export interface ViewUpdate {
  /** Messages that are gone; each number counts with those before it gone already. */
  readonly expunged: readonly { seq: number; uid: number }[];
  /** The new number of messages, where messages came. */
  readonly exists: number | undefined;
  /** The new number of recent messages, where it grew. */
  readonly recent: number | undefined;
  /** Messages that came. */
  readonly added: readonly StoredMessage[];
  /** Messages with other flags. */
  readonly flags: readonly { seq: number; message: StoredMessage }[];
}

/**
 * A session's numbering of a mailbox.
 *
 * A mailbox changes under many sessions at once, but a session's message numbers change only when it is told:
 * a view therefore keeps its own list of messages, and {@linkcode sync} brings it up to date and says what to
 * announce. Expunged messages stay readable through a view until it has reported them.
 */
export class View implements MailboxObserver {
  readonly mailbox: Mailbox;
  readonly readOnly: boolean;
  /** The messages by number: index 0 is message 1. */
  messages: StoredMessage[];
  /** Messages that this session is the first to see (RFC 3501 2.3.2). */
  readonly recent: Set<StoredMessage> = new Set();
  /** Called when there is news. */
  onChange: (() => void) | undefined;
  readonly #flagNews: Set<StoredMessage> = new Set();
  #lastUid: number;
  #expunged = 0;

  /** Opens the mailbox. A read-only view leaves `\Recent` to the next session. */
  constructor(mailbox: Mailbox, readOnly: boolean) {
    this.mailbox = mailbox;
    this.readOnly = readOnly;
    this.messages = mailbox.messages.slice();
    this.#lastUid = mailbox.uidNext - 1;
    this.#takeRecent(this.messages);
    mailbox.observers.add(this);
  }

  /** Leaves the mailbox. */
  close(): void {
    this.mailbox.observers.delete(this);
    this.onChange = undefined;
  }

  /** The greatest UID in the view, 0 when it is empty: what `*` means in a UID set. */
  get maxUid(): number {
    return this.messages.at(-1)?.uid ?? 0;
  }

  /** Whether {@linkcode sync} would announce anything. */
  get hasNews(): boolean {
    return this.#expunged > 0 || this.#flagNews.size > 0 || this.mailbox.uidNext - 1 > this.#lastUid;
  }

  /** Number of expunged messages that the session still counts. */
  get unreportedExpunges(): number {
    return this.#expunged;
  }

  /** Index of the first message whose UID is at least `uid`. */
  indexOfUid(uid: number): number {
    return indexOfUid(this.messages, uid);
  }

  /** Number of a message in this view, 0 when it is not there. */
  numberOf(message: StoredMessage): number {
    const index = this.indexOfUid(message.uid);
    return this.messages[index] === message ? index + 1 : 0;
  }

  /** The mailbox reports changed flags. */
  flagsChanged(message: StoredMessage): void {
    this.#flagNews.add(message);
    this.onChange?.();
  }

  /** The mailbox reports an expunged message. */
  messageExpunged(message: StoredMessage): void {
    // A message that came and went between two syncs was never counted, so nobody may hear of its end.
    if (message.uid > this.#lastUid) return;
    this.#expunged += 1;
    this.#flagNews.delete(message);
    this.onChange?.();
  }

  /** The mailbox reports a new message. */
  messageAdded(): void {
    this.onChange?.();
  }

  /**
   * Takes the news into the numbering and returns what has to be announced.
   *
   * Without `expunge` the numbers that the session knows stay as they are: no EXPUNGE may be sent while FETCH,
   * STORE or SEARCH is in progress (RFC 9051 7.5.1).
   */
  sync(options: { expunge: boolean }): ViewUpdate {
    const expunged = options.expunge && this.#expunged > 0 ? this.#takeExpunged() : [];
    let exists: number | undefined;
    let recent: number | undefined;
    let added: StoredMessage[] = [];
    if (this.mailbox.uidNext - 1 > this.#lastUid) {
      added = this.mailbox.messagesAbove(this.#lastUid);
      this.#lastUid = this.mailbox.uidNext - 1;
      if (added.length > 0) {
        for (const message of added) this.messages.push(message);
        exists = this.messages.length;
        if (this.#takeRecent(added)) recent = this.recent.size;
      }
    }
    const flags: { seq: number; message: StoredMessage }[] = [];
    for (const message of this.#flagNews) {
      const seq = message.expunged ? 0 : this.numberOf(message);
      if (seq > 0) flags.push({ seq, message });
    }
    this.#flagNews.clear();
    return { expunged, exists, recent, added, flags };
  }

  #takeExpunged(): { seq: number; uid: number }[] {
    const expunged: { seq: number; uid: number }[] = [];
    const kept: StoredMessage[] = [];
    for (const message of this.messages) {
      if (message.expunged) {
        expunged.push({ seq: kept.length + 1, uid: message.uid });
        this.recent.delete(message);
      } else {
        kept.push(message);
      }
    }
    this.messages = kept;
    this.#expunged = 0;
    return expunged;
  }

  /** Forgets the news about one message's flags, because they have just been sent to the session. */
  flagsReported(message: StoredMessage): void {
    this.#flagNews.delete(message);
  }

  #takeRecent(messages: StoredMessage[]): boolean {
    let any = false;
    for (const message of messages) {
      if (message.uid < this.mailbox.firstRecentUid) continue;
      this.recent.add(message);
      any = true;
    }
    if (any && !this.readOnly) this.mailbox.firstRecentUid = this.mailbox.uidNext;
    return any;
  }
}
