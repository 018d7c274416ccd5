/** What all connections of a test server share: users, capabilities, faults, the clock. */

import type { Clock } from "../../base/clock.ts";
import type { Change } from "../change.ts";
import type { FaultScript } from "../faults.ts";
import type { Behaviour } from "../profiles.ts";
import type { Account } from "../store/account.ts";
import type { Mailbox } from "../store/mailbox.ts";
import { BEFORE_LOGIN } from "./capabilities.ts";
import { Transcript } from "./transcript.ts";

/** A user who may log in. */
export interface User {
  readonly name: string;
  readonly password: string;
  /** When the password expires, in milliseconds since 1970; Infinity for never. */
  readonly expires: number;
  /** Access tokens, each with the time when it expires. */
  readonly tokens: Map<string, number>;
  readonly account: Account;
}

/** The session in which a change from outside comes due. */
export interface Occasion {
  readonly user: User | undefined;
  /** The mailbox it has selected. */
  readonly mailbox: Mailbox | undefined;
}

/** How the server greets. */
export interface Greeting {
  readonly type: "OK" | "PREAUTH" | "BYE";
  readonly text: string;
  /** Who is logged in on a PREAUTH connection. */
  readonly user: User;
}

/** The settings of a server. */
export class Settings {
  readonly users: ReadonlyMap<string, User>;
  readonly faults: FaultScript;
  readonly greeting: Greeting;
  /** Octets of the largest message that APPEND takes. */
  readonly maxMessage: number;
  /** Timers and times. */
  readonly clock: Clock;
  /** Time for internal dates, in milliseconds since 1970. */
  readonly now: () => number;
  /** Where servers differ and no RFC decides. */
  readonly behaviour: Behaviour;
  /** Deviations of real servers in every answer. */
  readonly quirks: ((response: string) => string) | undefined;
  /** What was said. */
  readonly transcript: Transcript = new Transcript();
  /** Makes a change from outside. */
  change: (change: Change, occasion: Occasion) => void = () => {};
  #capabilities: readonly string[];
  #offered: ReadonlySet<string>;
  /** Left out on purpose: a certificate alone brings STARTTLS. */
  readonly #without: Set<string>;

  constructor(options: {
    users: ReadonlyMap<string, User>;
    faults: FaultScript;
    greeting: Greeting;
    maxMessage: number;
    clock: Clock;
    now: () => number;
    capabilities: readonly string[];
    without: Iterable<string>;
    behaviour: Behaviour;
    quirks: ((response: string) => string) | undefined;
  }) {
    this.users = options.users;
    this.faults = options.faults;
    this.greeting = options.greeting;
    this.maxMessage = options.maxMessage;
    this.clock = options.clock;
    this.now = options.now;
    this.behaviour = options.behaviour;
    this.quirks = options.quirks;
    this.#capabilities = options.capabilities;
    this.#offered = new Set(options.capabilities.map((name) => name.toUpperCase()));
    this.#without = upper(options.without);
  }

  /** Offers more from now on, or less. */
  flip(change: { with?: readonly string[]; without?: readonly string[] }): void {
    const left = upper(change.without ?? []);
    for (const name of left) this.#without.add(name);
    for (const name of upper(change.with ?? [])) this.#without.delete(name);
    const added = (change.with ?? []).filter((name) => !this.offers(name.toUpperCase()));
    this.#capabilities = [...this.#capabilities, ...added].filter((name) => !left.has(name.toUpperCase()));
    this.#offered = new Set(this.#capabilities.map((name) => name.toUpperCase()));
  }

  /** Whether a capability, written in upper case, is offered. */
  offers(capability: string): boolean {
    return this.#offered.has(capability);
  }

  /** Whether STARTTLS works on a connection where TLS may begin. */
  get offersStartTls(): boolean {
    return !this.#without.has("STARTTLS");
  }

  /** Whether any capability that begins so is offered. */
  offersSome(beginning: string): boolean {
    return [...this.#offered].some((name) => name.startsWith(beginning));
  }

  /** What CAPABILITY lists before or after login, on a connection where TLS may begin or has begun. */
  capabilities(beforeLogin: boolean, tls: "possible" | "begun" | "never"): string[] {
    const listed = this.#capabilities.filter((name) => {
      const upper = name.toUpperCase();
      return beforeLogin ? BEFORE_LOGIN.test(upper) : !upper.startsWith("AUTH=") && upper !== "LOGINDISABLED";
    });
    const startTls = tls === "possible" && this.offersStartTls && !this.offers("STARTTLS");
    if (beforeLogin && startTls) listed.push("STARTTLS");
    if (tls === "begun") return listed.filter((name) => !/^(?:LOGINDISABLED|STARTTLS)$/i.test(name));
    return listed;
  }
}

function upper(names: Iterable<string>): Set<string> {
  return new Set([...names].map((name) => name.toUpperCase()));
}
