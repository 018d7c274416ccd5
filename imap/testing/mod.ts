/**
 * An IMAP server in memory, for tests: any client can talk to it, in memory without any permission or over a loopback
 * port.
 *
 * It speaks IMAP4rev1 and, after ENABLE, IMAP4rev2 (RFC 3501, RFC 9051), keeps flags, UIDs and message numbers as a real
 * server does, announces changes between sessions, and misbehaves on demand ({@linkcode Fault}).
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap";
 * import { startServer } from "@postern/postern/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await startServer({
 *   users: { sam: "secret" },
 *   mailboxes: { INBOX: ["Subject: Hello\n\nHello Sam!\n"] },
 * });
 * await using client = await connect({ transport: server.connect(), auth: { user: "sam", pass: "secret" } });
 * await client.select("INBOX");
 * await client.store("1", "+FLAGS", ["\\Flagged"]);
 * assertEquals(server.mailbox("INBOX").messages[0].flags, ["\\Flagged"]);
 *
 * // For any other client on this machine:
 * // const { port } = await server.listen();
 * ```
 *
 * @module
 */

import { type Clock, systemClock } from "../base/clock.ts";
import { memoryPair } from "../transport/streams.ts";
import type { Transport } from "../transport/transport.ts";
import { type Fault, FaultScript } from "./faults.ts";
import { listenHere } from "./protocol/listen.ts";
import type { Listener } from "./protocol/listener.ts";
import { defaultCapabilities, type Greeting, Settings, type User } from "./protocol/settings.ts";
import { ServerCore } from "./server.ts";
import { Account } from "./store/account.ts";
import type { Mailbox } from "./store/mailbox.ts";
import type { StoredMessage } from "./store/message.ts";
import { QUOTA_RESOURCES } from "./store/quota.ts";

export type { Clock, Timer } from "../base/clock.ts";
export { ManualClock } from "../base/manual_clock.ts";
export type { Fault } from "./faults.ts";
export { FaultScript } from "./faults.ts";
export type { Transport } from "../transport/transport.ts";
export type { Response } from "../codec/_gen/types.ts";

/** A message to put into a mailbox: the text or octets alone, or with flags and date. */
export type SeedMessage = string | Uint8Array | {
  /** The message; text is sent as UTF-8. */
  message: string | Uint8Array;
  /** Flags and keywords. None when left out. */
  flags?: readonly string[];
  /** INTERNALDATE. The server's clock when left out. */
  date?: Date;
  /** True keeps the octets as they are; otherwise a lone LF becomes CRLF, as a real server stores it. */
  exact?: boolean;
};

/** Messages of a mailbox, or a mailbox with its attributes. */
export type SeedMailbox = Iterable<SeedMessage> | {
  /** Its messages, oldest first. */
  messages?: Iterable<SeedMessage>;
  /** Special use (RFC 6154), such as `\Sent`. */
  specialUse?: readonly string[];
  /** Whether users are subscribed to it. True when left out. */
  subscribed?: boolean;
};

/** A user with mailboxes that nobody else sees. */
export interface SeedUser {
  /** The password for LOGIN and AUTHENTICATE PLAIN. */
  password: string;
  /** The user's mailboxes. INBOX always exists. */
  mailboxes?: Readonly<Record<string, SeedMailbox>>;
  /** Limits, such as `{ STORAGE: 512, MESSAGE: 100 }`: STORAGE in units of 1,024 octets, MESSAGE, MAILBOX. */
  quota?: Readonly<Record<string, number>>;
}

/** What {@linkcode startServer} can be told. */
export interface ServerOptions {
  /**
   * Who may log in: name and password, or name and {@linkcode SeedUser}. Users given by password alone share
   * `mailboxes`. `{ alice: "alice-pw" }` when left out.
   */
  users?: Readonly<Record<string, string | SeedUser>>;
  /** The shared mailboxes by name, levels separated by "/". INBOX always exists. */
  mailboxes?: Readonly<Record<string, SeedMailbox>>;
  /** Limits of the shared mailboxes, as in {@linkcode SeedUser}. */
  quota?: Readonly<Record<string, number>>;
  /** Everything the server offers, instead of the default list. What is not listed does not work. */
  capabilities?: readonly string[];
  /** False: the server knows no IMAP4rev2. */
  rev2?: boolean;
  /** How it greets. PREAUTH logs in the first user; BYE closes the connection. */
  greeting?: {
    /** The kind of greeting. OK when left out. */
    type?: "OK" | "PREAUTH" | "BYE";
    /** The text that follows it. */
    text?: string;
  };
  /** What it does wrong, and when. */
  faults?: Iterable<Fault>;
  /** Timers and times of the server, such as a {@linkcode ManualClock}; the runtime's own when left out. */
  clock?: Clock;
  /** Internal dates only; what `clock` says when left out. */
  now?: () => Date;
  /** UIDVALIDITY of the first mailbox; the others count up from it. 1700000001 when left out. */
  uidValidity?: number;
  /** Octets of the largest message that APPEND takes. 64 MiB when left out. */
  maxMessage?: number;
}

/** A message as it lies in a mailbox, for assertions. */
export interface MessageSnapshot {
  /** Its UID. */
  readonly uid: number;
  /** Flags and keywords, sorted. */
  readonly flags: readonly string[];
  /** INTERNALDATE. */
  readonly date: Date;
  /** The message, octet for octet. */
  readonly bytes: Uint8Array;
  /** The same as text, octets that are not UTF-8 replaced. */
  readonly text: string;
}

/** A mailbox as it is at one moment, for assertions. */
export interface MailboxSnapshot {
  /** Its name. */
  readonly name: string;
  /** UIDVALIDITY. */
  readonly uidValidity: number;
  /** UIDNEXT. */
  readonly uidNext: number;
  /** Its messages, oldest first. */
  readonly messages: readonly MessageSnapshot[];
}

/** Whose mailbox is meant, where it is not that of the first user. */
export interface OfUser {
  /** The user's name. */
  user?: string;
}

/**
 * Starts a test server. Nothing listens until {@linkcode TestServer.listen} is called.
 *
 * @param options users, mailboxes, behaviour
 * @returns the server; `await using` closes it
 * @throws {RangeError} for options that contradict themselves
 *
 * @example
 * ```ts
 * import { startServer } from "@postern/postern/testing";
 *
 * await using server = await startServer({
 *   mailboxes: { INBOX: ["Subject: one\n\n1\n", { message: "Subject: two\n\n2\n", flags: ["\\Seen"] }] },
 * });
 * console.log(server.mailbox("INBOX").messages.length); // 2
 * ```
 */
export function startServer(options: ServerOptions = {}): Promise<TestServer> {
  return Promise.resolve(new TestServer(options));
}

/** A running test server; {@linkcode startServer} makes one. */
export class TestServer implements AsyncDisposable {
  /** What the server does wrong; faults may be added at any time. */
  readonly faults: FaultScript;
  readonly #core: ServerCore;
  readonly #accounts: Map<string, Account> = new Map();
  readonly #listeners: Set<Listener> = new Set();
  readonly #seeder: Seeder;

  /** Makes the server from its options. */
  constructor(options: ServerOptions = {}) {
    const { clock = systemClock } = options;
    const now = options.now ?? (() => new Date(clock.now()));
    const seeder = this.#seeder = new Seeder(options.uidValidity ?? 1_700_000_001, now);
    const users = new Map<string, User>();
    let shared: Account | undefined;
    for (const [name, user] of Object.entries(options.users ?? { alice: "alice-pw" })) {
      const own = typeof user === "string" ? undefined : user;
      const account = own === undefined
        ? shared ??= seeder.account(options.mailboxes ?? {}, options.quota)
        : seeder.account(own.mailboxes ?? {}, own.quota);
      users.set(name, { name, password: typeof user === "string" ? user : user.password, account });
      this.#accounts.set(name, account);
    }
    const first = users.values().next().value;
    if (first === undefined) throw new RangeError("A server needs at least one user");
    this.faults = new FaultScript(options.faults);
    this.#core = new ServerCore(
      new Settings({
        users,
        faults: this.faults,
        greeting: greetingOf(options.greeting, first),
        maxMessage: options.maxMessage ?? 64 * 1024 * 1024,
        clock,
        now: () => now().getTime(),
        capabilities: capabilitiesOf(options),
      }),
    );
  }

  /**
   * Opens a connection in memory.
   *
   * @returns the client's end, for `connect({ transport })`
   */
  connect(): Transport {
    // Nobody else can read what never leaves the process, so a client may send its password.
    const [client, server] = memoryPair(true);
    this.#core.serve(server);
    return client;
  }

  /**
   * Listens on a port. Under Deno this needs the permission to listen on that address.
   *
   * @param address port 0, the default, takes a free one; the default address is 127.0.0.1
   * @returns the port, for any client
   */
  async listen(address: { port?: number; hostname?: string } = {}): Promise<{ port: number }> {
    const listen = await listenHere();
    const { port = 0, hostname = "127.0.0.1" } = address;
    const listener = await listen({ hostname, port }, (transport) => this.#core.serve(transport));
    this.#listeners.add(listener);
    return { port: listener.port };
  }

  /**
   * What was said on all connections so far, oldest first: the number of the connection, `C:` or `S:`, the line. Passwords
   * and tokens are masked. The octets of the client's literals are left out, and long answers cut.
   *
   * @example
   * ```ts
   * import { startServer } from "@postern/postern/testing";
   *
   * await using server = await startServer();
   * try {
   *   // A test that talks to the server.
   * } catch (error) {
   *   console.error(server.log);
   *   throw error;
   * }
   * ```
   */
  get log(): string {
    return String(this.#core.settings.transcript);
  }

  /**
   * Renames a mailbox and all below it, as another client would.
   *
   * @param from its name
   * @param to its new name
   * @param of whose mailbox
   * @throws {Error} when there is no such mailbox, or the new name is taken or cannot be used
   */
  rename(from: string, to: string, of: OfUser = {}): void {
    this.#account(of).rename(from, to);
  }

  /**
   * Gives a mailbox another UIDVALIDITY and its messages new UIDs, as a server does that was restored from a backup.
   * Sessions that have it open are disconnected, since nothing they know of it holds any longer.
   *
   * @param mailbox name of the mailbox
   * @param uidValidity the new value; one more than the old when left out
   * @param of whose mailbox
   * @throws {Error} when there is no such mailbox
   */
  changeUidValidity(mailbox: string, uidValidity?: number, of: OfUser = {}): void {
    const found = this.#find(mailbox, of);
    this.#core.disconnect(found);
    found.renumber(uidValidity ?? found.uidValidity + 1);
  }

  /** Number of open connections. */
  get connections(): number {
    return this.#core.connections;
  }

  /**
   * Delivers a message, as if mail had come in; sessions that have the mailbox open hear of it.
   *
   * @param mailbox name of the mailbox
   * @param message the message
   * @param of whose mailbox
   * @returns the UID it got
   * @throws {Error} when there is no such mailbox
   */
  append(mailbox: string, message: SeedMessage, of: OfUser = {}): number {
    return this.#seeder.message(this.#account(of), this.#find(mailbox, of), message).uid;
  }

  /**
   * Changes the flags of a message, as another client would.
   *
   * @param mailbox name of the mailbox
   * @param uid which message
   * @param flags all flags it has afterwards
   * @param of whose mailbox
   * @throws {Error} when there is no such mailbox or message
   */
  setFlags(mailbox: string, uid: number, flags: Iterable<string>, of: OfUser = {}): void {
    const found = this.#find(mailbox, of);
    found.storeFlags(messageIn(found, uid), "set", flags);
  }

  /**
   * Removes messages for good, as another client would.
   *
   * @param mailbox name of the mailbox
   * @param uids which messages
   * @param of whose mailbox
   * @throws {Error} when there is no such mailbox or message
   */
  expunge(mailbox: string, uids: Iterable<number>, of: OfUser = {}): void {
    const found = this.#find(mailbox, of);
    found.expunge([...uids].map((uid) => messageIn(found, uid)));
  }

  /**
   * Looks into a mailbox.
   *
   * @param name name of the mailbox
   * @param of whose mailbox
   * @returns what it holds now
   * @throws {Error} when there is no such mailbox
   */
  mailbox(name: string, of: OfUser = {}): MailboxSnapshot {
    const mailbox = this.#find(name, of);
    return {
      name: mailbox.name,
      uidValidity: mailbox.uidValidity,
      uidNext: mailbox.uidNext,
      messages: mailbox.messages.map(snapshotOf),
    };
  }

  /**
   * Names of all mailboxes, sorted.
   *
   * @param of whose mailboxes
   * @returns the names
   */
  mailboxes(of: OfUser = {}): string[] {
    return [...this.#account(of).mailboxes.keys()].sort();
  }

  /**
   * Says goodbye to all clients, closes all connections and stops listening.
   *
   * @throws the error of a fault's `rewrite` that failed, so that it is not taken for a lost connection
   */
  async close(): Promise<void> {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    const closing = listeners.map((listener) => listener.close());
    try {
      await this.#core.close();
    } finally {
      await Promise.all(closing);
    }
  }

  /** The same as {@linkcode TestServer.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #account({ user }: OfUser): Account {
    const account = user === undefined ? this.#accounts.values().next().value : this.#accounts.get(user);
    if (account === undefined) throw new Error(`No such user: ${user}`);
    return account;
  }

  #find(name: string, of: OfUser): Mailbox {
    const mailbox = this.#account(of).get(name);
    if (mailbox === undefined) throw new Error(`No such mailbox: ${name}`);
    return mailbox;
  }
}

/** Fills accounts with what the options say. */
class Seeder {
  #uidValidity: number;
  readonly #now: () => Date;

  constructor(uidValidity: number, now: () => Date) {
    this.#uidValidity = uidValidity;
    this.#now = now;
  }

  account(
    mailboxes: Readonly<Record<string, SeedMailbox>>,
    quota: Readonly<Record<string, number>> = {},
  ): Account {
    const account = new Account(this.#uidValidity, () => this.#now().getTime());
    // Accounts apart from each other, so that no two mailboxes share a number by accident.
    this.#uidValidity += 1_000_000;
    account.subscriptions.add("INBOX");
    for (const [name, seed] of Object.entries(mailboxes)) {
      const { messages = [], specialUse = [], subscribed = true } = isIterable(seed)
        ? { messages: seed }
        : seed;
      const mailbox = account.get(name) ?? account.create(name, specialUse);
      if (subscribed) account.subscriptions.add(mailbox.name);
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

  message(account: Account, mailbox: Mailbox, seed: SeedMessage): StoredMessage {
    const { message, flags = [], date = this.#now(), exact = false } =
      typeof seed === "string" || seed instanceof Uint8Array ? { message: seed } : seed;
    const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message.slice();
    const stored = exact ? bytes : withCrlf(bytes);
    return account.append(mailbox, stored, flags, { time: date.getTime(), zone: 0 });
  }
}

function isIterable(seed: SeedMailbox): seed is Iterable<SeedMessage> {
  return Symbol.iterator in seed;
}

/** Puts a CR in front of every LF that has none. */
function withCrlf(bytes: Uint8Array): Uint8Array {
  let missing = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0x0a && bytes[i - 1] !== 0x0d) missing += 1;
  if (missing === 0) return bytes;
  const out = new Uint8Array(bytes.length + missing);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x0a && bytes[i - 1] !== 0x0d) out[at++] = 0x0d;
    out[at++] = bytes[i];
  }
  return out;
}

function greetingOf(greeting: ServerOptions["greeting"], user: User): Greeting {
  return { type: greeting?.type ?? "OK", text: greeting?.text ?? "Postern test server ready", user };
}

function capabilitiesOf({ capabilities = defaultCapabilities, rev2 = true }: ServerOptions): string[] {
  const offered = capabilities.filter((name) => rev2 || name.toUpperCase() !== "IMAP4REV2");
  if (!offered.some((name) => /^IMAP4rev[12]$/i.test(name))) {
    throw new RangeError("A server must offer IMAP4rev1 or IMAP4rev2");
  }
  return offered;
}

function messageIn(mailbox: Mailbox, uid: number): StoredMessage {
  const message = mailbox.find(uid);
  if (message === undefined) throw new Error(`No message with UID ${uid} in ${mailbox.name}`);
  return message;
}

function snapshotOf(message: StoredMessage): MessageSnapshot {
  return {
    uid: message.uid,
    flags: [...message.flags].sort(),
    date: new Date(message.internalDate.time),
    bytes: message.bytes.slice(),
    text: new TextDecoder().decode(message.bytes),
  };
}
