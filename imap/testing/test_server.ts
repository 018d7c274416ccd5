/** The face of the server: what a test does with it. */

import { showAs } from "../base/shown.ts";
import { systemClock } from "../base/clock.ts";
import { checkFields } from "../codec/arguments.ts";
import { memoryPair } from "../transport/streams.ts";
import type { Transport } from "../transport/transport.ts";
import { FaultScript } from "./faults.ts";
import { type CertificateOptions, generateCertificate } from "./certificate.ts";
import type { Change } from "./change.ts";
import { Changer } from "./changes.ts";
import { appendLimit, capabilitiesOf, greetingOf, userOf } from "./given.ts";
import { profiles } from "./profiles.ts";
import {
  type MailboxSnapshot,
  type MessageSnapshot,
  type OfUser,
  serverFields,
  type ServerOptions,
} from "./options.ts";
import { listenHere } from "./protocol/listen.ts";
import type { Identity, Listener } from "./protocol/listener.ts";
import { quirksOf } from "./protocol/quirks.ts";
import { Settings, type User } from "./protocol/settings.ts";
import type { SeedMessage } from "./seed/seed.ts";
import { Seeder } from "./seed/seeder.ts";
import { ServerCore } from "./server.ts";
import type { Account } from "./store/account.ts";
import type { Mailbox } from "./store/mailbox.ts";
import type { StoredMessage } from "./store/message.ts";

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
  const tls = (options as ServerOptions | null)?.tls;
  return typeof tls === "string" ? withCertificate(options, tls) : Promise.resolve(new TestServer(options));
}

async function withCertificate(options: ServerOptions, kind: string): Promise<TestServer> {
  const day = 24 * 3600 * 1000;
  const now = systemClock.now();
  const kinds = new Map<string, CertificateOptions>([
    ["generated", {}],
    ["expired", { from: new Date(now - 2 * day), until: new Date(now - day) }],
    ["not yet valid", { from: new Date(now + day) }],
    ["other name", { names: ["other.example"] }],
  ]);
  const wanted = kinds.get(kind);
  if (wanted === undefined) throw new RangeError(`tls is a certificate, or ${[...kinds.keys()].join(", ")}`);
  return new TestServer({ ...options, tls: await generateCertificate(wanted) });
}

/**
 * A running test server; {@linkcode startServer} makes one.
 *
 * @example
 * ```ts
 * import { startServer } from "@postern/postern/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await startServer({ mailboxes: { INBOX: ["Subject: hello\r\n\r\nworld\r\n"] } });
 * server.setFlags("INBOX", 1, "\\Seen");
 * assertEquals(server.mailbox("INBOX").messages.map(({ uid, flags }) => [uid, flags]), [[1, ["\\Seen"]]]);
 * ```
 */
export class TestServer implements AsyncDisposable {
  /** The authority that signed the certificate, in PEM: what a client must trust. */
  readonly ca: string | undefined;
  /** What the server does wrong; faults may be added at any time. */
  readonly faults: FaultScript;
  readonly #core: ServerCore;
  readonly #accounts: Map<string, Account> = new Map();
  readonly #listeners: Set<Listener> = new Set();
  readonly #seeder: Seeder;
  readonly #changer: Changer;
  readonly #identity: Identity | undefined;

  /** Makes the server from its options. */
  constructor(options: ServerOptions = {}) {
    checkFields("startServer()", options, serverFields);
    const { clock = systemClock } = options;
    const now = options.now ?? (() => new Date(clock.now()));
    const seeder = this.#seeder = new Seeder(options.uidValidity ?? 1_700_000_001, now);
    const users = new Map<string, User>();
    const profile = options.profile === undefined ? undefined : profiles[options.profile];
    if (options.profile !== undefined && !Object.hasOwn(profiles, options.profile)) {
      throw new RangeError(`There is no profile ${options.profile}: ${Object.keys(profiles).join(", ")}`);
    }
    const capabilities = capabilitiesOf(options, profile?.capabilities);
    const mailboxes = { ...profile?.mailboxes, ...options.mailboxes };
    const gmail = capabilities.some((name) => name.toUpperCase() === "X-GM-EXT-1");
    let shared: Account | undefined;
    for (const [name, user] of Object.entries(options.users ?? { alice: "alice-pw" })) {
      const own = typeof user === "string" ? undefined : user;
      const account = own === undefined
        ? shared ??= seeder.account(mailboxes, options.quota, gmail)
        : seeder.account({ ...profile?.mailboxes, ...own.mailboxes }, own.quota, gmail);
      users.set(name, userOf(name, typeof user === "string" ? { password: user } : user, account));
      this.#accounts.set(name, account);
      account.owners.push(name);
    }
    const first = users.values().next().value;
    if (first === undefined) throw new RangeError("A server needs at least one user");
    this.faults = new FaultScript(options.faults);
    if (typeof options.tls === "string") throw new RangeError("startServer() makes certificates");
    this.#identity = options.tls;
    this.ca = options.tls?.ca;
    this.#core = new ServerCore(
      new Settings({
        users,
        faults: this.faults,
        greeting: greetingOf({ text: profile?.greeting, ...options.greeting }, first),
        maxMessage: options.maxMessage ?? Math.min(64 * 1024 * 1024, appendLimit(capabilities)),
        clock,
        now: () => now().getTime(),
        capabilities,
        without: options.without ?? [],
        behaviour: profile?.behaviour ?? {},
        quirks: quirksOf(options.quirks ?? []),
      }),
    );
    const { settings } = this.#core;
    const changer = this.#changer = new Changer(this.#core, settings, seeder, this.#accounts);
    settings.change = (change, occasion) => changer.make(change, occasion);
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
   * With `tls`, TLS begins with the first octet, as on port 993. Without it, a server that has a certificate offers STARTTLS.
   *
   * @param address port 0, the default, takes a free one; the default address is 127.0.0.1
   * @returns the port, for any client
   * @throws {RangeError} for `tls` where the server was given no certificate
   */
  async listen(
    address: { port?: number; hostname?: string; tls?: boolean } = {},
  ): Promise<{ port: number }> {
    checkFields("listen()", address, { port: "number?", hostname: "text?", tls: "bool?" });
    const { port = 0, hostname = "127.0.0.1", tls = false } = address;
    const identity = this.#identity;
    if (tls && identity === undefined) throw new RangeError("TLS needs the option tls: { cert, key }");
    const listen = await listenHere({ tls: identity !== undefined });
    const listener = await listen(
      { hostname, port, identity, tls },
      (transport) => this.#core.serve(transport),
    );
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
   *
   * @example
   * ```ts
   * import { startServer } from "@postern/postern/testing";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await startServer({ mailboxes: { INBOX: [], Work: [] } });
   * server.rename("Work", "Old work");
   * assertEquals(server.mailbox("Old work").messages, []);
   * ```
   */
  rename(from: string, to: string, of: OfUser = {}): void {
    checkFields("rename()", { from, to }, { from: "text", to: "text" });
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
   *
   * @example
   * ```ts
   * import { startServer } from "@postern/postern/testing";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await startServer({ mailboxes: { INBOX: ["Subject: one\n\n1\n", "Subject: two\n\n2\n"] } });
   * server.changeUidValidity("INBOX", 77);
   * assertEquals(server.mailbox("INBOX").uidValidity, 77);
   * ```
   */
  changeUidValidity(mailbox: string, uidValidity?: number, of: OfUser = {}): void {
    checkFields("changeUidValidity()", { uidValidity }, { uidValidity: "number?" });
    const found = this.#find(mailbox, of);
    this.#changer.renumber(found, uidValidity ?? found.uidValidity + 1);
  }

  /**
   * Makes a change that comes from outside: what {@linkcode Fault.meanwhile} does in a script, at once.
   *
   * @param change what happens
   * @throws {Error} when there is no such user, or the mailbox cannot be changed like that
   */
  change(change: Change): void {
    this.#changer.make(change);
  }

  /**
   * Lets an access token log in, as after a refresh.
   *
   * @param token the token
   * @param expires when it expires, by the server's clock; null for never
   * @param of whose token
   * @throws {Error} when there is no such user
   *
   * @example
   * ```ts
   * import { connect } from "@postern/postern/imap";
   * import { startServer } from "@postern/postern/testing";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await startServer({ with: ["AUTH=OAUTHBEARER"] });
   * server.addToken("fresh");
   * const auth = { user: "alice", token: "fresh" };
   * await using client = await connect({ transport: server.connect(), auth });
   * assertEquals(client.state, "auth");
   * ```
   */
  addToken(token: string, expires: Date | null = null, of: OfUser = {}): void {
    checkFields("addToken()", { token, expires: expires ?? undefined }, { token: "text", expires: "date?" });
    checkFields("addToken(): of", of, { user: "text?" });
    const { users } = this.#core.settings;
    const user = of.user === undefined ? users.values().next().value : users.get(of.user);
    if (user === undefined) throw new Error(`No such user: ${of.user}`);
    user.tokens.set(token, expires?.getTime() ?? Infinity);
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
   *
   * @example
   * ```ts
   * import { startServer } from "@postern/postern/testing";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await startServer({ mailboxes: { INBOX: ["Subject: one\n\n1\n", "Subject: two\n\n2\n"] } });
   * assertEquals(server.append("INBOX", "Subject: three\n\n3\n"), 3);
   * ```
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
   *
   * @example
   * ```ts
   * import { startServer } from "@postern/postern/testing";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await startServer({ mailboxes: { INBOX: ["Subject: one\n\n1\n", "Subject: two\n\n2\n"] } });
   * server.setFlags("INBOX", 2, ["\\Seen"]);
   * assertEquals(server.mailbox("INBOX").messages[1]?.flags, ["\\Seen"]);
   * ```
   */
  setFlags(mailbox: string, uid: number, flags: Iterable<string>, of: OfUser = {}): void {
    checkFields("setFlags()", { uid, flags }, { uid: "number", flags: "text*" });
    const found = this.#find(mailbox, of);
    found.storeFlags(messageIn(found, uid), "set", typeof flags === "string" ? [flags] : flags);
  }

  /**
   * Removes messages permanently, as another client would.
   *
   * @param mailbox name of the mailbox
   * @param uids which messages, or the one
   * @param of whose mailbox
   * @throws {Error} when there is no such mailbox or message
   *
   * @example
   * ```ts
   * import { startServer } from "@postern/postern/testing";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = await startServer({ mailboxes: { INBOX: ["Subject: one\n\n1\n", "Subject: two\n\n2\n"] } });
   * server.expunge("INBOX", 1);
   * assertEquals(server.mailbox("INBOX").messages.map(({ uid }) => uid), [2]);
   * ```
   */
  expunge(mailbox: string, uids: Iterable<number> | number, of: OfUser = {}): void {
    checkFields("expunge()", { uids }, { uids: "number*" });
    const found = this.#find(mailbox, of);
    found.expunge((typeof uids === "number" ? [uids] : [...uids]).map((uid) => messageIn(found, uid)));
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

  #account(of: OfUser): Account {
    checkFields("of", of, { user: "text?" });
    return this.#changer.account(of.user);
  }

  #find(name: string, of: OfUser): Mailbox {
    checkFields("the mailbox", { name }, { name: "text" });
    const mailbox = this.#account(of).get(name);
    if (mailbox === undefined) throw new Error(`No such mailbox: ${name}`);
    return mailbox;
  }
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

showAs(
  TestServer,
  "TestServer",
  (server) => ({ connections: server.connections, mailboxes: server.mailboxes() }),
);
