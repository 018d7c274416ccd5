/** The mailboxes of one user, by name. */

import { StoreError, type StoreErrorCode, storeLimits } from "./limits.ts";
import { Annotations } from "./annotations.ts";
import type { AccountEvent, AccountListener } from "./events.ts";
import { Conversations } from "./conversations.ts";
import { Mailbox } from "./mailbox.ts";
import { matchesPattern } from "./match.ts";
import type { MessageContent, StoredMessage, ZonedTime } from "./message.ts";
import { Places } from "./places.ts";
import { Quota } from "./quota.ts";
import { canonicalName, checkName, DELIMITER, levelsAbove } from "./names.ts";

/** One line of LIST, before the session turns it into attributes. */
export interface ListedMailbox {
  name: string;
  mailbox: Mailbox | undefined;
  subscribed: boolean;
  hasChildren: boolean;
  /** The name itself was not selected by the options, but one below it was (RFC 5258 RECURSIVEMATCH). */
  childSubscribed: boolean;
}

/** An account. */
export class Account {
  readonly mailboxes: Map<string, Mailbox> = new Map();
  readonly subscriptions: Set<string> = new Set();
  /** Names of its users; the first can never be shut out of a mailbox. */
  readonly owners: string[] = [];
  /** Annotations of the server, as the users of this account see them (RFC 5464). */
  readonly annotations: Annotations = new Annotations();
  readonly quota: Quota = new Quota(() => this.mailboxes.values());
  /** Milliseconds since 1970. */
  readonly #now: () => number;
  #uidValidity: number;
  #contents = 0;
  readonly #conversations = new Conversations();
  /** Where each message lies. */
  readonly places: Places = new Places(() => this.mailboxes.values());
  /** Sessions that want to hear what happens. */
  readonly listeners: Set<AccountListener> = new Set();

  /** An account with an INBOX. UIDVALIDITY counts up from the number given. */
  constructor(uidValidity: number, now: () => number) {
    this.#uidValidity = uidValidity;
    this.#now = now;
    this.create("INBOX");
  }

  /** Tells what happened. */
  tell(event: AccountEvent): void {
    for (const listener of this.listeners) listener(event);
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
      this.tell({ kind: "MAILBOXNAME", name });
      return existing;
    }
    for (const level of levelsAbove(name)) {
      if (!this.mailboxes.has(level)) this.#add(level, []);
    }
    const made = this.#add(name, specialUse);
    this.tell({ kind: "MAILBOXNAME", name });
    return made;
  }

  /** Deletes a mailbox; with mailboxes below it the name stays, but holds nothing (RFC 9051 6.3.5). */
  delete(written: string): void {
    const name = canonicalName(written);
    if (name === "INBOX") throw new StoreError("CANNOT", "INBOX cannot be deleted");
    const mailbox = this.mailboxes.get(name);
    if (mailbox === undefined) throw new StoreError("NONEXISTENT", "No such mailbox");
    const hasChildren = this.hasChildren(name);
    if (hasChildren && !mailbox.selectable) {
      throw new StoreError("HASCHILDREN", "The name has mailboxes below it");
    }
    mailbox.expunge(mailbox.messages.slice());
    this.mailboxes.delete(name);
    if (hasChildren) this.#add(name, []).selectable = false;
    this.tell({ kind: "MAILBOXNAME", name });
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
    this.tell({ kind: "MAILBOXNAME", name: to, oldName: from });
  }

  /** Subscribes to a name, which need not exist. */
  subscribe(name: string): void {
    checkName(name);
    if (this.subscriptions.size >= storeLimits.mailboxes) {
      throw new StoreError("LIMIT", "Too many subscriptions");
    }
    this.subscriptions.add(name);
    this.tell({ kind: "SUBSCRIPTIONCHANGE", name });
  }

  /** Takes a subscription away. */
  unsubscribe(name: string): void {
    if (this.subscriptions.delete(name)) this.tell({ kind: "SUBSCRIPTIONCHANGE", name });
  }

  /** Adds a new message to a mailbox. */
  append(
    mailbox: Mailbox,
    bytes: Uint8Array,
    flags: Iterable<string>,
    internalDate: ZonedTime,
  ): StoredMessage {
    this.quota.check({ octets: bytes.length, messages: 1 });
    return this.places.put(mailbox, {
      content: this.#content(bytes),
      flags,
      internalDate,
      saved: this.#now(),
    });
  }

  /** Copies messages with their dates and those of their flags that `keep` lets through; answers the new messages in the same order. */
  copy(
    messages: Iterable<StoredMessage>,
    target: Mailbox,
    keep: (flags: string[]) => string[] = (flags) => flags,
  ): StoredMessage[] {
    const copied = [...messages];
    this.quota.check({
      octets: copied.reduce((sum, { bytes }) => sum + bytes.length, 0),
      messages: copied.length,
    });
    return this.#copyAll(copied, target, keep);
  }

  #copyAll(
    messages: readonly StoredMessage[],
    target: Mailbox,
    keep: (flags: string[]) => string[],
  ): StoredMessage[] {
    const saved = this.#now();
    return messages.map(({ content, flags, internalDate }) =>
      this.places.put(target, { content, flags: keep([...flags]), internalDate, saved })
    );
  }

  /** Copies, then removes the originals. */
  move(
    source: Mailbox,
    messages: Iterable<StoredMessage>,
    target: Mailbox,
    keep: (flags: string[]) => string[] = (flags) => flags,
  ): StoredMessage[] {
    const moving = [...messages];
    // What only moves needs no more room.
    const copies = this.#copyAll(moving, target, keep);
    source.expunge(moving);
    return copies;
  }

  /** The `id` of the first message of a message's conversation; THREADID and X-GM-THRID are made of it. */
  threadOf(content: MessageContent): number {
    return this.#conversations.of(content);
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

  #content(bytes: Uint8Array): MessageContent {
    const content = { bytes, id: this.#contents += 1, described: undefined };
    this.#conversations.add(content);
    return content;
  }

  #add(name: string, specialUse: readonly string[]): Mailbox {
    this.quota.check({ mailboxes: 1 });
    if (this.mailboxes.size >= storeLimits.mailboxes) throw new StoreError("LIMIT", "Too many mailboxes");
    // A name that is used again must not get the number it had before (RFC 9051 2.3.1.1).
    const uidValidity = this.#uidValidity;
    this.#uidValidity += 1;
    const mailbox = new Mailbox(name, {
      id: `F${uidValidity}`,
      uidValidity,
      specialUse,
      owners: () => this.owners,
    });
    this.mailboxes.set(name, mailbox);
    mailbox.observers.add({
      messageAdded: (message) => {
        this.places.add(mailbox, message);
        this.tell({ kind: "MESSAGENEW", mailbox });
      },
      messageExpunged: (message) => {
        this.places.remove(mailbox, message);
        this.tell({ kind: "MESSAGEEXPUNGE", mailbox });
      },
      flagsChanged: (message) => {
        this.places.share(mailbox, message);
        this.tell({ kind: "FLAGCHANGE", mailbox });
      },
    });
    return mailbox;
  }
}
