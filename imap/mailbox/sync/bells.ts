/**
 * Watches that wait without a connection of their own, and who wakes them: with NOTIFY (RFC 5465) the server tells on one connection
 * about other mailboxes than the selected one.
 */

import type { Clock } from "../../base/clock.ts";
import { CommandError } from "../../base/errors.ts";
import type { ImapClient } from "../../client/client.ts";
import type { NotifyEvent, NotifyGroup } from "../../codec/_gen/types.ts";
import { mailboxName } from "../directory.ts";
import { isPassing } from "../pool/backoff.ts";
import type { Line } from "../pool/line.ts";

/** So many mailboxes are named in one command; watches of others ask from time to time. */
const most = 200;
/** RFC 5465 5: these go together. */
const messageEvents: NotifyEvent[] = [
  { event: "MESSAGENEW" },
  { event: "MESSAGEEXPUNGE" },
  { event: "FLAGCHANGE" },
];

interface Listener {
  client: ImapClient;
  selected: string;
  more: () => void;
}

/** How sure it is that there is something to look for: the server has told of it; something may have been told while nobody heard it. */
export type Ring = "told" | "maybe";

/** What wakes one watch. */
export class Bell {
  /** The mailbox that is watched. */
  readonly mailbox: string;
  /** What has rung since this was set to undefined. */
  rung: Ring | undefined;
  #wake: (() => void) | undefined;

  constructor(mailbox: string) {
    this.mailbox = mailbox;
  }

  /** Wakes the watch, or lets it not fall asleep. */
  ring(how: Ring): void {
    if (this.rung !== "told") this.rung = how;
    this.#wake?.();
  }

  /**
   * Waits until it rings, or until it is time.
   *
   * @throws The signal's reason.
   */
  async wait(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.rung !== undefined) return;
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

/**
 * The bells of an account. On each connection on which the server was asked to tell there is an ear from before it was asked until the
 * connection ends: it tells whenever it likes, be it while the watch to which the connection belongs is looking, or is with its consumer.
 */
export class Bells {
  readonly #bells = new Set<Bell>();
  /** Of which mailboxes the server tells, by connection. */
  readonly #told = new Map<ImapClient, ReadonlySet<string>>();
  /** Who waits with IDLE now. */
  readonly #listeners = new Set<Listener>();
  #fails = false;

  /** A watch has no connection of its own. */
  add(mailbox: string): Bell {
    const bell = new Bell(mailbox);
    this.#bells.add(bell);
    // It may have told since the watch has looked, and of this mailbox there was no bell.
    for (const told of this.#told.values()) if (told.has(mailbox)) bell.ring("told");
    if (!this.hears(mailbox)) { for (const { more } of [...this.#listeners]) more(); }
    return bell;
  }

  /** It has one, or is over. */
  remove(bell: Bell): void {
    this.#bells.delete(bell);
  }

  /** Whether the server reports on a mailbox by itself. */
  hears(mailbox: string): boolean {
    for (const { client, selected } of this.#listeners) {
      if (selected === mailbox || this.#told.get(client)?.has(mailbox)) return true;
    }
    return false;
  }

  /** Wakes those who wait for a mailbox. */
  ring(mailbox: string, how: Ring): void {
    for (const bell of this.#bells) if (bell.mailbox === mailbox) bell.ring(how);
  }

  /**
   * Lets the server report on the mailboxes that are watched, in addition to the selected one.
   *
   * @param line A connection on which IDLE comes next.
   * @param selected The mailbox that is selected on it.
   * @param signal Gives up.
   */
  async ask(line: Line, selected: string, signal: AbortSignal | undefined): Promise<void> {
    const { client } = line;
    if (this.#fails || !client.capabilities?.has("NOTIFY")) return;
    const told = this.#told.get(client);
    const names = this.#names(selected, told);
    if (names === undefined) return;
    const groups: NotifyGroup[] = [
      // As without NOTIFY: numbers of messages hold until a command allows them to change.
      { mailboxes: { filter: "SELECTED-DELAYED" }, events: messageEvents },
      { mailboxes: { filter: "MAILBOXES", mailboxes: [...names] }, events: messageEvents },
    ];
    if (told === undefined) void this.#hear(line);
    this.#told.set(client, names);
    try {
      // Dovecot 2.3 tells nothing at all after a second SET, without an error, unless it was told to stop in between.
      const stopped = told === undefined ? undefined : client.notify({ signal });
      await Promise.all([stopped, client.notify({ groups, signal })]);
    } catch (error) {
      if (this.#told.has(client)) this.#told.set(client, told ?? new Set());
      if (!(error instanceof CommandError) || isPassing(error)) throw error;
      // A server that offers it and refuses: the watches go on asking.
      this.#fails = true;
      return;
    }
    // What has happened before the server began to tell, or told no more: Dovecot waits half a second with what it tells.
    for (const name of names) this.ring(name, "maybe");
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
   * A watch waits on a connection from now on.
   *
   * @param client The connection.
   * @param selected The mailbox that is selected on it.
   * @param more Called when the server is to be asked to tell more.
   * @returns Ends that.
   */
  listen(client: ImapClient, selected: string, more: () => void): Disposable {
    const told = this.#told.get(client)?.size ?? 0;
    const canMore = !this.#fails && client.capabilities?.has("NOTIFY") && told < most;
    const listener = { client, selected, more: canMore ? more : () => {} };
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** STATUS was asked on a connection, of one mailbox or of many: what the server told of them meanwhile was taken for the answer. */
  asked(client: ImapClient, mailbox?: string): void {
    for (const name of this.#told.get(client) ?? []) {
      if (mailbox === undefined || mailbox === name) this.ring(name, "maybe");
    }
  }

  /** Hears what the server tells on a connection, until that ends. */
  async #hear(line: Line): Promise<void> {
    const { client } = line;
    // While a mailbox is selected, the server tells of it in other words, and keeps some of that to itself.
    line.onLeft = (mailbox) => this.asked(client, mailbox);
    try {
      for await (const event of client.events()) {
        if (event.type === "STATUS") this.ring(mailboxName(event.mailbox), "told");
        else if (event.type === "MISSED" || event.type === "DROPPED") this.asked(client);
        // It tells no more, and has to be asked again.
        else if (event.type === "OK" && event.code?.name === "NOTIFICATIONOVERFLOW") {
          this.asked(client);
          this.#told.set(client, new Set());
          for (const listener of [...this.#listeners]) if (listener.client === client) listener.more();
        }
      }
    } catch {
      // The users of the connection are told why it has ended.
    } finally {
      this.#told.delete(client);
    }
  }
}
