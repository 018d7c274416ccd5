/** What all connections of a test server share: users, capabilities, faults, the clock. */

import type { Clock } from "../base/clock.ts";
import type { Transport } from "../transport/transport.ts";
import type { FaultScript } from "./faults.ts";
import { Session } from "./protocol/session.ts";
import type { Account } from "./store/store.ts";

/** A user who may log in. */
export interface User {
  readonly password: string;
  readonly account: Account;
}

/** How the server greets. */
export interface Greeting {
  readonly type: "OK" | "PREAUTH" | "BYE";
  readonly text: string;
  /** Whose mailboxes a PREAUTH connection sees. */
  readonly account: Account;
}

/** Offered before login; what else is offered shows only afterwards. */
const BEFORE_LOGIN = /^(?:IMAP4REV[12]|SASL-IR|LITERAL[+-]|ID|ENABLE|LOGINDISABLED|STARTTLS|AUTH=.*)$/;

/** Everything the default server offers. */
export const defaultCapabilities: readonly string[] = [
  ...[
    "IMAP4rev1",
    "IMAP4rev2",
    "SASL-IR",
    "LITERAL+",
    "ID",
    "ENABLE",
    "AUTH=PLAIN",
    "IDLE",
    "NAMESPACE",
    "UIDPLUS",
  ],
  ...["MOVE", "UNSELECT", "ESEARCH", "SEARCHRES", "LIST-EXTENDED", "LIST-STATUS", "CHILDREN", "SPECIAL-USE"],
  ...["CREATE-SPECIAL-USE", "STATUS=SIZE", "BINARY"],
];

/** The server without its public face. */
export class ServerCore {
  readonly users: ReadonlyMap<string, User>;
  readonly faults: FaultScript;
  readonly greeting: Greeting;
  /** Octets of the largest message that APPEND takes. */
  readonly maxMessage: number;
  /** Timers and times. */
  readonly clock: Clock;
  /** Time for internal dates, in milliseconds since 1970. */
  readonly now: () => number;
  readonly #capabilities: readonly string[];
  readonly #offered: ReadonlySet<string>;
  readonly #sessions: Map<Session, Promise<void>> = new Map();
  readonly #failures: unknown[] = [];
  #closed = false;

  constructor(options: {
    users: ReadonlyMap<string, User>;
    faults: FaultScript;
    greeting: Greeting;
    maxMessage: number;
    clock: Clock;
    now: () => number;
    capabilities: readonly string[];
  }) {
    this.users = options.users;
    this.faults = options.faults;
    this.greeting = options.greeting;
    this.maxMessage = options.maxMessage;
    this.clock = options.clock;
    this.now = options.now;
    this.#capabilities = options.capabilities;
    this.#offered = new Set(options.capabilities.map((name) => name.toUpperCase()));
  }

  /** Whether a capability, written in upper case, is offered. */
  offers(capability: string): boolean {
    return this.#offered.has(capability);
  }

  /** What CAPABILITY lists before or after login. */
  capabilities(beforeLogin: boolean): string[] {
    return this.#capabilities.filter((name) => {
      const upper = name.toUpperCase();
      return beforeLogin ? BEFORE_LOGIN.test(upper) : !upper.startsWith("AUTH=") && upper !== "LOGINDISABLED";
    });
  }

  /** The account behind a name and a password, undefined when they do not belong together. */
  authenticate(name: string, password: string): Account | undefined {
    const user = this.users.get(name);
    return user?.password === password ? user.account : undefined;
  }

  /** Serves a connection; a server that is closed hangs up. */
  serve(transport: Transport): void {
    if (this.#closed) {
      void transport.close();
      return;
    }
    const session = new Session(this, transport);
    const ended = session.run()
      .catch((error) => void this.#failures.push(error))
      .finally(() => this.#sessions.delete(session));
    this.#sessions.set(session, ended);
  }

  /** Number of connections that are open. */
  get connections(): number {
    return this.#sessions.size;
  }

  /**
   * Ends all connections.
   *
   * @throws what went wrong inside a session: a mistake here or in a fault's `rewrite` must not look like a lost connection
   */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#sessions];
    await Promise.all(running.map(([session]) => session.shutDown()));
    await Promise.all(running.map(([, ended]) => ended));
    const failures = this.#failures.splice(0);
    if (failures.length > 0) throw failures[0];
  }
}
