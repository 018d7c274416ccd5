/**
 * Watches that wait without a connection of their own, and who wakes them: with NOTIFY (RFC 5465) the server tells on one connection
 * about other mailboxes than the selected one.
 */

import type { Clock } from "../../base/clock.ts";
import { CommandError } from "../../base/errors.ts";
import type { ImapClient } from "../../client/client.ts";
import type { NotifyEvent, NotifyGroup } from "../../codec/_gen/types.ts";
import type { ImapEvent } from "../../session/events.ts";
import { mailboxName } from "../directory.ts";
import { isPassing } from "../pool/backoff.ts";

/** So many mailboxes are named in one command; watches of others ask from time to time. */
const most = 200;
/** RFC 5465 5: these go together. */
const messageEvents: NotifyEvent[] = [
  { event: "MESSAGENEW" },
  { event: "MESSAGEEXPUNGE" },
  { event: "FLAGCHANGE" },
];

interface Listener {
  selected: string;
  told: ReadonlySet<string>;
  more: () => void;
}

/** What wakes one watch. */
export class Bell {
  /** The mailbox that is watched. */
  readonly mailbox: string;
  /** The server has reported it since this was set to false. */
  rung = false;
  #wake: (() => void) | undefined;

  constructor(mailbox: string) {
    this.mailbox = mailbox;
  }

  /** Wakes the watch, or lets it not fall asleep. */
  ring(): void {
    this.rung = true;
    this.#wake?.();
  }

  /**
   * Waits until it rings, or until it is time.
   *
   * @throws The signal's reason.
   */
  async wait(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.rung) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = clock.setTimeout(resolve, milliseconds);
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    this.#wake = resolve;
    try {
      await promise;
    } finally {
      clock.clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      this.#wake = undefined;
    }
  }
}

/** The bells of an account. */
export class Bells {
  readonly #bells = new Set<Bell>();
  /** Of which mailboxes the server tells on each connection. */
  readonly #told = new WeakMap<ImapClient, ReadonlySet<string>>();
  /** What is listened to now. */
  readonly #listeners = new Set<Listener>();
  #fails = false;

  /** A watch has no connection of its own. */
  add(mailbox: string): Bell {
    const bell = new Bell(mailbox);
    this.#bells.add(bell);
    if (!this.hears(mailbox)) { for (const { more } of [...this.#listeners]) more(); }
    return bell;
  }

  /** It has one, or is over. */
  remove(bell: Bell): void {
    this.#bells.delete(bell);
  }

  /** Whether the server reports on a mailbox by itself. */
  hears(mailbox: string): boolean {
    for (const { selected, told } of this.#listeners) {
      if (selected === mailbox || told.has(mailbox)) return true;
    }
    return false;
  }

  /** Wakes those who wait for a mailbox. */
  ring(mailbox: string): void {
    for (const bell of this.#bells) if (bell.mailbox === mailbox) bell.ring();
  }

  /**
   * Lets the server report on the mailboxes that are watched, in addition to the selected one.
   *
   * @param client A connection on which IDLE comes next.
   * @param selected The mailbox that is selected on it.
   * @param signal Gives up.
   */
  async ask(client: ImapClient, selected: string, signal: AbortSignal | undefined): Promise<void> {
    if (this.#fails || !client.capabilities?.has("NOTIFY")) return;
    const told = this.#told.get(client);
    const names = this.#names(selected, told);
    if (names === undefined) return;
    const groups: NotifyGroup[] = [
      // As without NOTIFY: numbers of messages hold until a command allows them to change.
      { mailboxes: { filter: "SELECTED-DELAYED" }, events: messageEvents },
      { mailboxes: { filter: "MAILBOXES", mailboxes: [...names] }, events: messageEvents },
    ];
    try {
      await client.notify({ groups, signal });
      this.#told.set(client, names);
    } catch (error) {
      if (!(error instanceof CommandError) || isPassing(error)) throw error;
      // A server that offers it and refuses: the watches go on asking.
      this.#fails = true;
      return;
    }
    // What has happened before the server began to tell.
    for (const name of names) if (!told?.has(name)) this.ring(name);
  }

  /** The names to report on; undefined when those that the server reports on already are enough. */
  #names(selected: string, told: ReadonlySet<string> = new Set()): Set<string> | undefined {
    const names = new Set<string>();
    for (const { mailbox } of this.#bells) {
      if (mailbox !== selected && names.size < most) names.add(mailbox);
    }
    if (names.size === 0 || [...names].every((name) => told.has(name))) return undefined;
    for (const name of told) if (names.size < most) names.add(name);
    return names;
  }

  /**
   * Somebody listens on a connection from now on.
   *
   * @param client The connection.
   * @param selected The mailbox that is selected on it.
   * @param more Called when there is a watch of a mailbox on which nothing is reported.
   * @returns Ends that.
   */
  listen(client: ImapClient, selected: string, more: () => void): Disposable {
    const told = this.#told.get(client) ?? new Set<string>();
    const canMore = !this.#fails && client.capabilities?.has("NOTIFY") && told.size < most;
    const listener = { selected, told, more: canMore ? more : () => {} };
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /**
   * Looks at what the server has told on a connection.
   *
   * @returns Whether the server does not tell any more: it has to be asked again.
   */
  heard(client: ImapClient, event: ImapEvent): boolean {
    if (event.type === "STATUS") this.ring(mailboxName(event.mailbox));
    if (event.type !== "OK" || event.code?.name !== "NOTIFICATIONOVERFLOW") return false;
    const names = this.#told.get(client);
    this.#told.delete(client);
    for (const name of names ?? []) this.ring(name);
    return true;
  }
}
