/** The mailbox store behind the test server: accounts, mailboxes, messages. Knows nothing of the wire. */

import { matchesPattern } from "./match.ts";
import type { View } from "./view.ts";

/** The hierarchy delimiter of every mailbox name. */
export const DELIMITER = "/";

/** Numbers that keep a client from growing the store without end. */
export const storeLimits = {
  /** Mailboxes of one account. */
  mailboxes: 10_000,
  /** UTF-16 units of a mailbox name. */
  nameLength: 1_000,
  /** Levels of a mailbox name. */
  nameDepth: 50,
  /** Different keywords of one mailbox. */
  keywords: 500,
  /** Length of one keyword. */
  keywordLength: 200,
} as const;

/** Why the store refused something: the response code of RFC 9051 7.1 that says so. */
export type StoreErrorCode =
  | "ALREADYEXISTS"
  | "CANNOT"
  | "HASCHILDREN"
  | "LIMIT"
  | "NONEXISTENT"
  | "TRYCREATE";

/** A request that the store refuses. */
export class StoreError extends Error {
  override name = "StoreError";
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A moment with the zone it was given in. SEARCH compares the calendar date of that zone (RFC 9051 6.4.4). */
export interface ZonedTime {
  /** Milliseconds since 1970, UTC. */
  time: number;
  /** Minutes east of UTC. */
  zone: number;
}

/** A message in a mailbox. */
export interface StoredMessage {
  readonly uid: number;
  /** The message, octet for octet. */
  readonly bytes: Uint8Array;
  /** Flags and keywords in their canonical spelling, without `\Recent`. */
  flags: ReadonlySet<string>;
  readonly internalDate: ZonedTime;
  /** True once the message has left the mailbox; sessions may still have to be told. */
  expunged: boolean;
}

const SYSTEM_FLAGS = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];
const systemFlags = new Map(SYSTEM_FLAGS.map((flag) => [flag.toLowerCase(), flag]));

/** A mailbox: messages in order of UID, and the sessions that look at them. */
export class Mailbox {
  name: string;
  readonly uidValidity: number;
  uidNext = 1;
  /** In order of UID. */
  messages: StoredMessage[] = [];
  /** Special-use attributes such as `\Sent` (RFC 6154). */
  readonly specialUse: readonly string[];
  /** False for a name that is only a level of the hierarchy. */
  selectable = true;
  /** Messages from this UID on have not been announced to any session yet (RFC 3501 2.3.2). */
  firstRecentUid = 1;
  readonly views: Set<View> = new Set();
  readonly #keywords: Map<string, string> = new Map();

  constructor(name: string, uidValidity: number, specialUse: readonly string[] = []) {
    this.name = name;
    this.uidValidity = uidValidity;
    this.specialUse = specialUse;
  }

  /** Flags that this mailbox knows: the system flags, then the keywords in order of first use. */
  get flags(): string[] {
    return [...SYSTEM_FLAGS, ...this.#keywords.values()];
  }

  /** Octets of all messages. */
  get size(): number {
    return this.messages.reduce((sum, message) => sum + message.bytes.length, 0);
  }

  /** Number of messages that carry the flag. */
  count(flag: string): number {
    return this.messages.reduce((sum, message) => sum + (message.flags.has(flag) ? 1 : 0), 0);
  }

  /** Messages whose UID is greater than `uid`. */
  messagesAbove(uid: number): StoredMessage[] {
    let first = this.messages.length;
    while (first > 0 && this.messages[first - 1].uid > uid) first -= 1;
    return this.messages.slice(first);
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

  /** Adds a message and tells the sessions. */
  append(bytes: Uint8Array, flags: Iterable<string>, internalDate: ZonedTime): StoredMessage {
    const message: StoredMessage = {
      uid: this.uidNext,
      bytes,
      flags: this.learnFlags(flags),
      internalDate,
      expunged: false,
    };
    this.uidNext += 1;
    this.messages.push(message);
    for (const view of this.views) view.messageAdded();
    return message;
  }

  /** Changes the flags of a message; every session but `by` is told. Returns whether anything changed. */
  storeFlags(
    message: StoredMessage,
    action: "set" | "add" | "remove",
    flags: Iterable<string>,
    by?: View,
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
    if (after.size === before.size && [...after].every((flag) => before.has(flag))) return false;
    message.flags = after;
    for (const view of this.views) if (view !== by) view.flagsChanged(message);
    return true;
  }

  /** Removes messages for good and tells the sessions. */
  expunge(messages: Iterable<StoredMessage>): void {
    const gone: StoredMessage[] = [];
    for (const message of messages) {
      if (message.expunged) continue;
      message.expunged = true;
      gone.push(message);
    }
    if (gone.length === 0) return;
    this.messages = this.messages.filter((message) => !message.expunged);
    for (const view of this.views) {
      for (const message of gone) view.messageExpunged(message);
    }
  }
}

/** One line of LIST, before the session turns it into attributes. */
export interface ListedMailbox {
  name: string;
  mailbox: Mailbox | undefined;
  subscribed: boolean;
  hasChildren: boolean;
  /** The name itself was not selected by the options, but one below it was (RFC 5258 RECURSIVEMATCH). */
  childSubscribed: boolean;
}

/** The mailboxes of one user. */
export class Account {
  readonly mailboxes: Map<string, Mailbox> = new Map();
  readonly subscriptions: Set<string> = new Set();
  #uidValidity: number;

  /** An account with an INBOX. UIDVALIDITY counts up from the number given. */
  constructor(uidValidity: number) {
    this.#uidValidity = uidValidity;
    this.create("INBOX");
  }

  /** Finds a mailbox; INBOX in any case. */
  get(name: string): Mailbox | undefined {
    return this.mailboxes.get(canonicalName(name));
  }

  /** Finds a mailbox that holds messages, or refuses with the code given. */
  require(name: string, code: StoreErrorCode = "NONEXISTENT"): Mailbox {
    const mailbox = this.get(name);
    if (mailbox === undefined) throw new StoreError(code, "No such mailbox");
    if (!mailbox.selectable) throw new StoreError("CANNOT", "This name holds no messages");
    return mailbox;
  }

  /** Creates a mailbox and the levels above it (RFC 9051 6.3.4). */
  create(written: string, specialUse: readonly string[] = []): Mailbox {
    // A trailing delimiter only announces that names will follow below.
    const name = canonicalName(written.endsWith(DELIMITER) ? written.slice(0, -1) : written);
    checkName(name);
    const existing = this.mailboxes.get(name);
    if (existing?.selectable) throw new StoreError("ALREADYEXISTS", "The mailbox exists already");
    if (existing !== undefined) {
      existing.selectable = true;
      return existing;
    }
    for (const level of levelsAbove(name)) {
      if (!this.mailboxes.has(level)) this.#add(level, []);
    }
    return this.#add(name, specialUse);
  }

  /** Deletes a mailbox; with mailboxes below it the name stays, but holds nothing (RFC 9051 6.3.5). */
  delete(written: string): void {
    const name = canonicalName(written);
    if (name === "INBOX") throw new StoreError("CANNOT", "INBOX cannot be deleted");
    const mailbox = this.mailboxes.get(name);
    if (mailbox === undefined) throw new StoreError("NONEXISTENT", "No such mailbox");
    if (this.hasChildren(name)) {
      if (!mailbox.selectable) throw new StoreError("HASCHILDREN", "The name has mailboxes below it");
      mailbox.expunge(mailbox.messages.slice());
      this.mailboxes.delete(name);
      this.#add(name, []).selectable = false;
      return;
    }
    mailbox.expunge(mailbox.messages.slice());
    this.mailboxes.delete(name);
  }

  /** Renames a mailbox and all below it; INBOX is emptied into the new name instead (RFC 9051 6.3.6). */
  rename(writtenFrom: string, writtenTo: string): void {
    const from = canonicalName(writtenFrom);
    const to = canonicalName(writtenTo);
    checkName(to);
    if (to === "INBOX" || this.mailboxes.has(to)) {
      throw new StoreError("ALREADYEXISTS", "The new name exists");
    }
    const mailbox = this.mailboxes.get(from);
    if (mailbox === undefined) throw new StoreError("NONEXISTENT", "No such mailbox");
    if (from === "INBOX") {
      this.move(mailbox, mailbox.messages.slice(), this.create(to));
      return;
    }
    if (to.startsWith(from + DELIMITER)) throw new StoreError("CANNOT", "A mailbox cannot move below itself");
    const moved = [...this.mailboxes].filter(([name]) => name === from || name.startsWith(from + DELIMITER));
    for (const [name] of moved) checkName(to + name.slice(from.length));
    for (const level of levelsAbove(to)) if (!this.mailboxes.has(level)) this.#add(level, []);
    for (const [name, entry] of moved) {
      this.mailboxes.delete(name);
      entry.name = to + name.slice(from.length);
      this.mailboxes.set(entry.name, entry);
    }
  }

  /** Subscribes to a name, which need not exist. */
  subscribe(name: string): void {
    checkName(name);
    if (this.subscriptions.size >= storeLimits.mailboxes) {
      throw new StoreError("LIMIT", "Too many subscriptions");
    }
    this.subscriptions.add(name);
  }

  /** Copies messages with their flags and dates; answers the new messages in the same order. */
  copy(messages: Iterable<StoredMessage>, target: Mailbox): StoredMessage[] {
    return [...messages].map((message) => target.append(message.bytes, message.flags, message.internalDate));
  }

  /** Copies, then removes the originals. */
  move(source: Mailbox, messages: Iterable<StoredMessage>, target: Mailbox): StoredMessage[] {
    const moving = [...messages];
    const copies = this.copy(moving, target);
    source.expunge(moving);
    return copies;
  }

  /** Whether a mailbox exists below the name. */
  hasChildren(name: string): boolean {
    for (const other of this.mailboxes.keys()) {
      if (other.startsWith(name + DELIMITER)) return true;
    }
    return false;
  }

  /**
   * The names that match any of the patterns, in order: mailboxes, and with `subscriptions` also subscribed
   * names that do not exist. INBOX comes first, the rest by code unit.
   */
  list(patterns: readonly string[], options: { subscriptions: boolean }): ListedMailbox[] {
    const names = new Set(this.mailboxes.keys());
    if (options.subscriptions) { for (const name of this.subscriptions) names.add(name); }
    const canonical = patterns.map(canonicalName);
    const parents = new Set([...this.mailboxes.keys()].flatMap(levelsAbove));
    const subscribedParents = new Set([...this.subscriptions].flatMap(levelsAbove));
    return [...names]
      .filter((name) => canonical.some((pattern) => matchesPattern(name, pattern, DELIMITER)))
      .sort((a, b) => (a === "INBOX" ? -1 : b === "INBOX" ? 1 : a < b ? -1 : 1))
      .map((name) => ({
        name,
        mailbox: this.mailboxes.get(name),
        subscribed: this.subscriptions.has(name),
        hasChildren: parents.has(name),
        childSubscribed: subscribedParents.has(name),
      }));
  }

  #add(name: string, specialUse: readonly string[]): Mailbox {
    if (this.mailboxes.size >= storeLimits.mailboxes) throw new StoreError("LIMIT", "Too many mailboxes");
    // A name that is used again must not get the number it had before (RFC 9051 2.3.1.1).
    const mailbox = new Mailbox(name, this.#uidValidity, specialUse);
    this.#uidValidity += 1;
    this.mailboxes.set(name, mailbox);
    return mailbox;
  }
}

/**
 * The one spelling of a name: INBOX without regard to case, also as the first level of longer names; the rest
 * composed as Net-Unicode has it (RFC 9051 5.1, RFC 5198).
 */
export function canonicalName(written: string): string {
  const name = written.normalize("NFC");
  return /^inbox(?:\/|$)/i.test(name) ? "INBOX" + name.slice(5) : name;
}

function checkName(name: string): void {
  const levels = name.split(DELIMITER);
  if (name === "" || levels.includes("")) throw new StoreError("CANNOT", "Empty mailbox name or level");
  if (name.length > storeLimits.nameLength || levels.length > storeLimits.nameDepth) {
    throw new StoreError("LIMIT", "The mailbox name is too long");
  }
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (unit < 0x20 || unit === 0x7f || unit === 0x2a || unit === 0x25) {
      throw new StoreError("CANNOT", "Control characters and wildcards are not allowed in a mailbox name");
    }
  }
}

/** `a` and `a/b` for `a/b/c`. */
export function levelsAbove(name: string): string[] {
  const above: string[] = [];
  for (let at = name.indexOf(DELIMITER); at > 0; at = name.indexOf(DELIMITER, at + 1)) {
    above.push(name.slice(0, at));
  }
  return above;
}
