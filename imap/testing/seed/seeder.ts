/** From the mailboxes and messages of the options to accounts. */

import { checkFields } from "../../codec/arguments.ts";
import type { SeedMailbox, SeedMessage } from "./seed.ts";
import { Account } from "../store/account.ts";
import type { Mailbox } from "../store/mailbox.ts";
import type { StoredMessage } from "../store/message.ts";
import { QUOTA_RESOURCES } from "../store/quota.ts";

const encoder = new TextEncoder();
/** Octets of a buffer that small messages share. */
const SHARED = 256 * 1024;

/** Fills accounts with what the options say. */
export class Seeder {
  #uidValidity: number;
  readonly #now: () => Date;
  /** What is left of the buffer that small messages share. */
  #shared: Uint8Array = new Uint8Array(0);

  /** UIDVALIDITY counts up from the number given. */
  constructor(uidValidity: number, now: () => Date) {
    this.#uidValidity = uidValidity;
    this.#now = now;
  }

  /** Makes an account with its mailboxes. */
  account(
    mailboxes: Readonly<Record<string, SeedMailbox>>,
    quota: Readonly<Record<string, number>> = {},
    gmail: boolean = false,
  ): Account {
    const account = new Account(this.#uidValidity, () => this.#now().getTime());
    // Accounts apart from each other, so that no two mailboxes share a number by accident.
    this.#uidValidity += 1_000_000;
    account.places.gmail = gmail;
    account.subscriptions.add("INBOX");
    const seeded: [Mailbox, Iterable<SeedMessage>][] = [];
    for (const [name, seed] of Object.entries(mailboxes)) {
      if (!isIterable(seed)) {
        checkFields(`the mailbox ${name}`, seed, {
          messages: "list?",
          specialUse: "text*?",
          subscribed: "bool?",
          maxMessage: "number?",
        });
      }
      const { messages = [], specialUse = [], subscribed = true, maxMessage } = isIterable(seed)
        ? { messages: seed }
        : seed;
      const mailbox = account.get(name) ?? account.create(name, specialUse);
      if (maxMessage !== undefined) mailbox.maxMessage = maxMessage;
      if (subscribed) account.subscriptions.add(mailbox.name);
      seeded.push([mailbox, messages]);
    }
    // When all are there, since a message in one may have to be in another too.
    for (const [mailbox, messages] of seeded) {
      for (const message of messages) this.message(account, mailbox, message);
    }
    // Afterwards, so that a test can begin with a mailbox that is over its limit.
    for (const [resource, limit] of Object.entries(quota)) {
      if (!QUOTA_RESOURCES.some((known) => known === resource)) {
        throw new RangeError(`No quota of ${resource}`);
      }
      account.quota.limits.set(resource, limit);
    }
    return account;
  }

  /** Adds a message to a mailbox. */
  message(account: Account, mailbox: Mailbox, seed: SeedMessage): StoredMessage {
    if (typeof seed !== "string" && !(seed instanceof Uint8Array) && !isUsual(seed)) {
      checkFields("a message", seed, { message: "any", flags: "text*?", date: "date?", exact: "bool?" });
    }
    const { message, flags = [], date = this.#now(), exact = false } =
      typeof seed === "string" || seed instanceof Uint8Array ? { message: seed } : seed;
    const bytes = typeof message === "string" ? this.#encode(message) : new Uint8Array(message);
    const stored = exact ? bytes : withCrlf(bytes);
    return account.append(mailbox, stored, flags, { time: date.getTime(), zone: 0 });
  }

  /** Small messages share a buffer: 20,000 buffers of their own cost more than all that is written into them. */
  #encode(text: string): Uint8Array {
    const most = text.length * 3;
    if (most > SHARED / 4) return encoder.encode(text);
    if (this.#shared.length < most) this.#shared = new Uint8Array(SHARED);
    const { written } = encoder.encodeInto(text, this.#shared);
    const bytes = this.#shared.subarray(0, written);
    this.#shared = this.#shared.subarray(written);
    return bytes;
  }
}

/** Whether nothing is wrong with it that can be seen at a glance: of 20,000 messages a closer look takes as long as adding them. */
function isUsual(seed: Exclude<SeedMessage, string | Uint8Array>): boolean {
  const { message, flags = [], date, exact, ...more } = seed ?? { wrong: true };
  return (typeof message === "string" || message instanceof Uint8Array) &&
    Object.keys(more).length === 0 && Array.isArray(flags) &&
    flags.every((flag) => typeof flag === "string") &&
    (date === undefined || date instanceof Date) && (exact === undefined || typeof exact === "boolean");
}

function isIterable(seed: SeedMailbox): seed is Iterable<SeedMessage> {
  return typeof seed === "object" && Symbol.iterator in (seed ?? {});
}

/** Puts a CR in front of every LF that has none. */
function withCrlf(bytes: Uint8Array): Uint8Array {
  let missing = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] !== 0x0d) missing += 1;
  }
  if (missing === 0) return bytes;
  const out = new Uint8Array(bytes.length + missing);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x0a && bytes[i - 1] !== 0x0d) out[at++] = 0x0d;
    out[at++] = bytes[i]!;
  }
  return out;
}
