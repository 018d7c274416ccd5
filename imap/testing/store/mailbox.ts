/** One mailbox: its messages in order of UID, their flags, and who is notified of changes. */

import { Acl } from "./acl.ts";
import { Annotations } from "./annotations.ts";
import { ExpungeHistory } from "./history.ts";
import { StoreError, storeLimits } from "./limits.ts";
import type { NewMessage, StoredMessage } from "./message.ts";
import { indexOfUid } from "./by_uid.ts";

const SYSTEM_FLAGS = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];
const systemFlags = new Map(SYSTEM_FLAGS.map((flag) => [flag.toLowerCase(), flag]));

/** A listener that is told of changes in a mailbox. */
export interface MailboxObserver {
  /** A message came to the end. */
  messageAdded(message: StoredMessage): void;
  /** The flags of a message are others now. */
  flagsChanged(message: StoredMessage): void;
  /** A message left. */
  messageExpunged(message: StoredMessage): void;
}

/** What STORE does with flags. */
export type FlagAction = "set" | "add" | "remove";

/** A mailbox. */
export class Mailbox {
  name: string;
  /** MAILBOXID (RFC 8474): stays when the name changes. */
  readonly id: string;
  uidValidity: number;
  uidNext = 1;
  /** The greatest modification sequence given away so far (RFC 7162); an empty mailbox has one already. */
  highestModSeq = 1n;
  /** In order of UID. */
  messages: StoredMessage[] = [];
  /** Octets of all messages. */
  size = 0;
  /** Special-use attributes such as `\Sent` (RFC 6154). */
  readonly specialUse: readonly string[];
  /** Octets of the largest message that it takes (RFC 7889); what the server takes is less, maybe. */
  maxMessage = Infinity;
  /** False for a name that is only a level of the hierarchy. */
  selectable = true;
  /** Messages from this UID on have not been announced to any session yet (RFC 3501 2.3.2). */
  firstRecentUid = 1;
  readonly observers: Set<MailboxObserver> = new Set();
  readonly annotations: Annotations = new Annotations();
  readonly acl: Acl;
  history: ExpungeHistory = new ExpungeHistory();
  readonly #keywords: Map<string, string> = new Map();

  constructor(name: string, options: {
    id: string;
    uidValidity: number;
    specialUse: readonly string[];
    owners: () => readonly string[];
  }) {
    this.name = name;
    this.id = options.id;
    this.uidValidity = options.uidValidity;
    this.specialUse = options.specialUse;
    this.acl = new Acl(options.owners);
  }

  /** Flags that this mailbox knows: the system flags, then the keywords in order of first use. */
  get flags(): string[] {
    return [...SYSTEM_FLAGS, ...this.#keywords.values()];
  }

  /** Number of messages that carry the flag. */
  count(flag: string): number {
    return this.messages.reduce((sum, message) => sum + (message.flags.has(flag) ? 1 : 0), 0);
  }

  /** Messages whose UID is greater than `uid`. */
  messagesAbove(uid: number): StoredMessage[] {
    return this.messages.slice(indexOfUid(this.messages, uid + 1));
  }

  /** The message with a UID. */
  find(uid: number): StoredMessage | undefined {
    const message = this.messages[indexOfUid(this.messages, uid)];
    return message?.uid === uid ? message : undefined;
  }

  /**
   * The one spelling of a flag in this mailbox: flags are compared without regard to case, a keyword is shown
   * as it was first written. Undefined for a flag that cannot be stored.
   */
  canonicalFlag(flag: string): string | undefined {
    const lower = flag.toLowerCase();
    if (flag.startsWith("\\")) return systemFlags.get(lower);
    return this.#keywords.get(lower);
  }

  /** Makes the keywords among `flags` known and returns all in their canonical spelling. */
  learnFlags(flags: Iterable<string>): Set<string> {
    const learned = new Set<string>();
    for (const flag of flags) {
      const lower = flag.toLowerCase();
      if (!flag.startsWith("\\") && !this.#keywords.has(lower)) {
        if (this.#keywords.size >= storeLimits.keywords || flag.length > storeLimits.keywordLength) {
          throw new StoreError("LIMIT", "Too many or too long keywords");
        }
        this.#keywords.set(lower, flag);
      }
      const canonical = this.canonicalFlag(flag);
      if (canonical !== undefined) learned.add(canonical);
    }
    return learned;
  }

  /** Adds a message and tells the observers. */
  append({ content, flags, internalDate, saved }: NewMessage): StoredMessage {
    if (this.messages.length >= storeLimits.messages) throw new StoreError("LIMIT", "Too many messages");
    const modSeq = this.#nextModSeq();
    const message: StoredMessage = {
      uid: this.uidNext,
      content,
      bytes: content.bytes,
      flags: this.learnFlags(flags),
      internalDate,
      saved,
      modSeq,
      createdModSeq: modSeq,
      flagModSeqs: undefined,
      expunged: false,
    };
    this.uidNext += 1;
    this.size += content.bytes.length;
    this.messages.push(message);
    for (const observer of this.observers) observer.messageAdded(message);
    return message;
  }

  /** Changes the flags of a message; every observer but `by` is told. Returns whether anything changed. */
  storeFlags(
    message: StoredMessage,
    action: FlagAction,
    flags: Iterable<string>,
    by?: MailboxObserver,
  ): boolean {
    const before = message.flags;
    let after: Set<string>;
    if (action === "remove") {
      after = new Set(before);
      for (const flag of flags) {
        const canonical = this.canonicalFlag(flag);
        if (canonical !== undefined) after.delete(canonical);
      }
    } else {
      after = this.learnFlags(flags);
      if (action === "add") after = new Set([...before, ...after]);
    }
    const changed = [...after].filter((flag) => !before.has(flag));
    for (const flag of before) if (!after.has(flag)) changed.push(flag);
    if (changed.length === 0) return false;
    message.flags = after;
    message.modSeq = this.#nextModSeq();
    message.flagModSeqs ??= new Map();
    for (const flag of changed) message.flagModSeqs.set(flag, message.modSeq);
    for (const observer of this.observers) if (observer !== by) observer.flagsChanged(message);
    return true;
  }

  /**
   * Modification sequence of what a change of flags would touch: that of the message when all flags are set anew, else
   * the greatest of the flags named, so that others that change do not stand in the way (RFC 7162 3.1.3). A keyword
   * that the message never had has 0; a system flag exists whether it is set or not.
   */
  modSeqOf(message: StoredMessage, action: FlagAction, flags: Iterable<string>): bigint {
    if (action === "set") return message.modSeq;
    let greatest = 0n;
    for (const flag of flags) {
      const canonical = this.canonicalFlag(flag) ?? flag;
      const exists = canonical.startsWith("\\") || message.flags.has(canonical);
      const modSeq = message.flagModSeqs?.get(canonical) ?? (exists ? message.createdModSeq : 0n);
      if (modSeq > greatest) greatest = modSeq;
    }
    return greatest;
  }

  /** Removes messages permanently and tells the observers. Returns those that were still there. */
  expunge(messages: Iterable<StoredMessage>): StoredMessage[] {
    const gone: StoredMessage[] = [];
    for (const message of messages) {
      if (message.expunged) continue;
      message.expunged = true;
      gone.push(message);
    }
    if (gone.length === 0) return gone;
    const modSeq = this.#nextModSeq();
    for (const message of gone) {
      this.size -= message.bytes.length;
      this.history.add(message.uid, modSeq);
    }
    // One message out of many is taken out in place: a test that removes them one by one stays linear enough.
    const only = gone.length === 1 ? gone[0] : undefined;
    if (only !== undefined) this.messages.splice(indexOfUid(this.messages, only.uid), 1);
    else this.messages = this.messages.filter((message) => !message.expunged);
    for (const observer of this.observers) {
      for (const message of gone) observer.messageExpunged(message);
    }
    return gone;
  }

  /** Gives the mailbox another UIDVALIDITY and its messages new UIDs, from 1 on; what was expunged is forgotten. */
  renumber(uidValidity: number): void {
    this.uidValidity = uidValidity;
    this.uidNext = this.messages.length + 1;
    this.firstRecentUid = this.uidNext;
    this.history = new ExpungeHistory();
    this.messages = this.messages.map((message, index) => ({
      ...message,
      uid: index + 1,
      modSeq: this.#nextModSeq(),
      createdModSeq: this.highestModSeq,
      flagModSeqs: undefined,
    }));
  }

  /** The highest modification sequence goes back, and with it those of messages that are above: after a restore. */
  setBack(by: bigint): void {
    this.highestModSeq = this.highestModSeq > by ? this.highestModSeq - by : 1n;
    for (const message of this.messages) {
      if (message.modSeq > this.highestModSeq) message.modSeq = this.highestModSeq;
    }
  }

  /** Something else than a message changed: the modification sequence of the mailbox grows (RFC 7162 3.2). */
  touch(): void {
    this.#nextModSeq();
  }

  #nextModSeq(): bigint {
    return this.highestModSeq += 1n;
  }
}
