/** What a session wants to hear of mailboxes that it has not selected: NOTIFY (RFC 5465). */

import type { MailboxFilter, NotifyEvent, NotifyGroup } from "../../codec/_gen/types.ts";
import type { Account } from "../store/account.ts";
import type { AccountEvent } from "../store/events.ts";
import type { Mailbox } from "../store/mailbox.ts";
import { canonicalName, DELIMITER } from "../store/names.ts";

/** News that nobody takes, at most; then the server gives up (RFC 5465 5.8). */
const MOST_NEWS = 10_000;

/** News of one mailbox that is not selected, or of names and annotations. */
export type News = { mailbox: Mailbox; events: Set<string> } | Exclude<AccountEvent, { mailbox: Mailbox }>;

/** Who watches, as much as a watch must know. */
export interface Watcher {
  readonly account: Account;
  /** The selected mailbox. */
  readonly view: { readonly mailbox: Mailbox } | undefined;
}

/** What NOTIFY SET asked for, and the news that has come since it was last told. */
export class Watch {
  readonly groups: readonly NotifyGroup[];
  /** News that has come, oldest first. */
  #news: News[] = [];
  readonly #byMailbox: Map<Mailbox, Set<string>> = new Map();
  readonly #watcher: Watcher;
  readonly #sees: (mailbox: Mailbox) => boolean;
  /** More has come than is kept. */
  overflown = false;

  /** `sees` says whether the user may know of a mailbox. */
  constructor(watcher: Watcher, sees: (mailbox: Mailbox) => boolean, groups: readonly NotifyGroup[]) {
    this.#watcher = watcher;
    this.#sees = sees;
    this.groups = groups;
  }

  /** How news of the selected mailbox is told: at once, at once but for EXPUNGE, or with answers as without NOTIFY. */
  get selected(): "at once" | "delayed" | undefined {
    for (const { mailboxes: { filter }, events } of this.groups) {
      if (events === null) continue;
      if (filter === "SELECTED") return "at once";
      if (filter === "SELECTED-DELAYED") return "delayed";
    }
    return undefined;
  }

  /** Whether there is something to tell. */
  get hasNews(): boolean {
    return this.#news.length > 0 || this.overflown;
  }

  /** Notes what happened, if it was asked for. */
  hear(event: AccountEvent): void {
    if ("mailbox" in event) {
      if (event.mailbox === this.#watcher.view?.mailbox) return;
      if (!this.wants(event.mailbox.name, event.kind)) return;
      const known = this.#byMailbox.get(event.mailbox);
      if (known !== undefined) {
        known.add(event.kind);
        return;
      }
      const events = new Set([event.kind]);
      this.#byMailbox.set(event.mailbox, events);
      this.#news.push({ mailbox: event.mailbox, events });
    } else {
      const kind = event.kind !== "METADATA"
        ? event.kind
        : event.name === ""
        ? "SERVERMETADATACHANGE"
        : "MAILBOXMETADATACHANGE";
      if (this.wants(event.name, kind)) this.#news.push(event);
    }
    if (this.#news.length > MOST_NEWS) this.overflown = true;
  }

  /** Takes the news. */
  take(): News[] {
    const news = this.#news;
    this.#news = [];
    this.#byMailbox.clear();
    return news;
  }

  /** Whether some group asks for this kind of event in a mailbox that is not selected. */
  wants(name: string, kind: NotifyEvent["event"]): boolean {
    const mailbox = this.#watcher.account.get(name);
    if (mailbox !== undefined && !this.#sees(mailbox)) return false;
    return this.groups.some(({ mailboxes, events }) =>
      events !== null && events.some(({ event }) => event === kind) &&
      (kind === "SERVERMETADATACHANGE" || this.#covers(mailboxes, name))
    );
  }

  #covers(filter: MailboxFilter, name: string): boolean {
    switch (filter.filter) {
      case "INBOXES":
      case "PERSONAL":
        return true;
      case "SUBSCRIBED":
        return this.#watcher.account.subscriptions.has(name);
      case "SUBTREE":
      case "SUBTREE-ONE":
        return filter.mailboxes.some((above) => {
          const root = canonicalName(above);
          if (name === root) return true;
          if (!name.startsWith(root + DELIMITER)) return false;
          return filter.filter === "SUBTREE" || !name.slice(root.length + 1).includes(DELIMITER);
        });
      case "MAILBOXES":
        return filter.mailboxes.some((one) => canonicalName(one) === name);
      default:
        return false;
    }
  }
}
