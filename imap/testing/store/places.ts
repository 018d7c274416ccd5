/** Where the messages of an account lie, and what Gmail makes of it: labels, All Mail, bins (X-GM-EXT-1). */

import type { Mailbox } from "./mailbox.ts";
import type { MessageContent, NewMessage, StoredMessage } from "./message.ts";

/** What Gmail calls mailboxes with a special use. */
const SYSTEM_LABELS: ReadonlyMap<string, string> = new Map([
  ["\\sent", "\\Sent"],
  ["\\drafts", "\\Draft"],
  ["\\flagged", "\\Starred"],
  ["\\important", "\\Important"],
]);
/** Uses of mailboxes that are not labels: a message there is nowhere else. */
const BINS = ["\\trash", "\\junk"];

/** The mailboxes in which each message lies. */
export class Places {
  /** All messages are in All Mail, and mailboxes are their labels. */
  gmail = false;
  readonly #byId: Map<number, Map<Mailbox, StoredMessage>> = new Map();
  readonly #mailboxes: () => Iterable<Mailbox>;

  constructor(mailboxes: () => Iterable<Mailbox>) {
    this.#mailboxes = mailboxes;
  }

  /** Notes that a message is in a mailbox. */
  add(mailbox: Mailbox, message: StoredMessage): void {
    if (!this.gmail) return;
    const places = this.#byId.get(message.content.id);
    if (places === undefined) this.#byId.set(message.content.id, new Map([[mailbox, message]]));
    else places.set(mailbox, message);
  }

  /** Notes that it has left. */
  remove(mailbox: Mailbox, message: StoredMessage): void {
    const places = this.#byId.get(message.content.id);
    if (places?.get(mailbox) !== message) return;
    places.delete(mailbox);
    if (places.size === 0) this.#byId.delete(message.content.id);
  }

  /** Flags are those of the message, in whatever mailbox it is looked at; \Deleted is not. */
  share(mailbox: Mailbox, message: StoredMessage): void {
    if (!this.gmail) return;
    for (const [other, twin] of this.#placesOf(message.content)) {
      if (other === mailbox) continue;
      const flags = [...message.flags].filter((flag) => flag !== "\\Deleted");
      other.storeFlags(twin, "set", twin.flags.has("\\Deleted") ? [...flags, "\\Deleted"] : flags);
    }
  }

  /** Puts a message into a mailbox as Gmail does: into All Mail too, out of the bins, and into a bin alone. */
  put(mailbox: Mailbox, incoming: NewMessage): StoredMessage {
    const there = this.#byId.get(incoming.content.id)?.get(mailbox);
    if (there !== undefined) return there;
    const added = mailbox.append(incoming);
    if (!this.gmail) return added;
    for (const [other, twin] of this.#placesOf(incoming.content)) {
      if (other !== mailbox && (isBin(mailbox) || isBin(other))) other.expunge([twin]);
    }
    const all = [...this.#mailboxes()].find((one) => hasUse(one, "\\all"));
    if (all !== undefined && all !== mailbox && !isBin(mailbox)) this.put(all, incoming);
    return added;
  }

  /** The labels of a message, but for that of the mailbox in which it is looked at. */
  labels(mailbox: Mailbox, { content }: StoredMessage): string[] {
    return this.#placesOf(content)
      .filter(([other]) => other !== mailbox && !isBin(other) && !hasUse(other, "\\all"))
      .map(([other]) => labelOf(other))
      .sort();
  }

  /** The mailbox that a label is, if there is one. */
  mailboxOf(label: string): Mailbox | undefined {
    const wanted = label.toLowerCase();
    return [...this.#mailboxes()].find((mailbox) =>
      labelOf(mailbox).toLowerCase() === wanted || mailbox.name === label
    );
  }

  /** Takes labels off a message. */
  unlabel({ content }: StoredMessage, isGone: (label: string, mailbox: Mailbox) => boolean): void {
    for (const [mailbox, twin] of this.#placesOf(content)) {
      if (isBin(mailbox) || hasUse(mailbox, "\\all")) continue;
      if (isGone(labelOf(mailbox), mailbox)) mailbox.expunge([twin]);
    }
  }

  #placesOf({ id }: MessageContent): [Mailbox, StoredMessage][] {
    return [...this.#byId.get(id) ?? []];
  }
}

/** The label that a mailbox is. */
export function labelOf(mailbox: Mailbox): string {
  if (mailbox.name === "INBOX") return "\\Inbox";
  for (const use of mailbox.specialUse) {
    const label = SYSTEM_LABELS.get(use.toLowerCase());
    if (label !== undefined) return label;
  }
  return mailbox.name;
}

function hasUse(mailbox: Mailbox, use: string): boolean {
  return mailbox.specialUse.some((one) => one.toLowerCase() === use);
}

function isBin(mailbox: Mailbox): boolean {
  return BINS.some((use) => hasUse(mailbox, use));
}
