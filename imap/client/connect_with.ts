/** Connecting by a given way: transport, greeting, TLS, login. Nothing here knows of a runtime. */

import { deadlineFor, onAbort } from "../base/abort.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { CapabilityError, ImapError, ProtocolError, TimeoutError } from "../base/errors.ts";
import {
  checkLimits,
  checkTimeouts,
  defaultLimits,
  defaultTimeouts,
  type Limits,
  type Timeouts,
} from "../base/limits.ts";
import { checkNames } from "../base/option_names.ts";
import { checkFields } from "../codec/arguments.ts";
import type { ServerResponse } from "../codec/codec.ts";
import { Session } from "../session/session.ts";
import type { Trace } from "../session/trace.ts";
import { connectionFailure } from "../transport/failure.ts";
import {
  abortable,
  checkTransport,
  type Dial,
  type TlsOptions,
  type Transport,
} from "../transport/transport.ts";
import { type ImapClient, makeClient } from "./client.ts";
import { checkCredentials, type LoginOptions, prepare } from "./login.ts";
import { place } from "../session/handle.ts";
import { closeQuietly } from "../session/link.ts";

/** What `connect` takes whatever it connects to. */
export interface ClientOptions extends LoginOptions {
  /** Bounds on what the server may make the client hold. */
  limits?: Partial<Limits> | undefined;
  /** Bounds on how long it may make it wait. */
  timeouts?: Partial<Timeouts> | undefined;
  /** Gives up connecting. It has no effect once `connect` has returned. */
  signal?: AbortSignal | undefined;
  /** Timers and times, for tests; the runtime's own when not given. */
  clock?: Clock | undefined;
  /** Sees every response, in order, before anything else does. What it throws ends the connection. */
  onResponse?: ((response: ServerResponse) => void) | undefined;
  /**
   * Is told every line that goes over the connection, in order, without passwords, tokens and the octets of messages: for logs. What
   * it throws ends the connection.
   */
  trace?: Trace | undefined;
}

/** A server by its name. */
export interface HostOptions extends ClientOptions {
  /** Host name or address. */
  host: string;
  /** Port; 993 for implicit TLS, else 143. */
  port?: number | undefined;
  /**
   * `"implicit"`: TLS from the first byte (when not given). `"starttls"`: upgraded before anything is told, or the connection
   * fails. `"plaintext"`: never encrypted. There is no mode that encrypts if it happens to work.
   */
  tls?: "implicit" | "starttls" | "plaintext" | undefined;
  /**
   * Certificates of private authorities: PEM text, one or several; an error in a runtime that cannot use them. A `dial` of your own gets
   * them, and `cert` and `key`, in its option `tls`; `connect` of `./imap/core` does not look into them.
   */
  caCerts?: string | readonly string[] | undefined;
  /**
   * This side's own certificate, for servers that ask for one, with those between it and its authority after it; PEM text. Workers
   * cannot show one, and Deno only with implicit TLS and without `tlsHostname`: there it is an error.
   */
  cert?: string | undefined;
  /** The private key of `cert`, not encrypted; PEM text. */
  key?: string | undefined;
  /** The name that the certificate must be for, when it is not `host`. */
  tlsHostname?: string | undefined;
  /** Opens the connection, instead of the runtime's own way: through a proxy, for instance. */
  dial?: Dial | undefined;
}

/** A connection that is there already. */
export interface TransportOptions extends ClientOptions {
  /** The connection; the client closes it. */
  transport: Transport;
}

/** A server by its name, with the way to it. */
export interface DialledHostOptions extends HostOptions {
  /** Opens the connection. */
  dial: Dial;
}

/**
 * Connects to an IMAP server by a given way, logs in, and enables IMAP4rev2 where the server offers it: that
 * goes with the first command, and saves a round trip.
 *
 * @param options The server and the login.
 * @returns The client, ready for use. `await using` logs it out at the end of the block.
 * @throws {ConnectionError} When no connection can be made, or it ends.
 * @throws {TimeoutError} When a deadline passes.
 * @throws {CommandError} When the server refuses the login or the connection.
 * @throws {CapabilityError} When the server does not offer STARTTLS, or no way to log in that may be used.
 * @throws {ProtocolError} When the peer does not speak IMAP, or tries to keep the connection from being encrypted.
 *
 * @example
 * ```ts
 * import { connect, type Dial } from "@postern/postern/imap/core";
 *
 * async function countUnseen(dial: Dial, host: string, user: string, pass: string): Promise<number> {
 *   await using client = await connect({ host, dial, auth: { user, pass } });
 *   await client.examine("INBOX");
 *   const { all } = await client.uidSearch({ unseen: true });
 *   return all.count;
 * }
 * ```
 */
export async function connect(options: DialledHostOptions | TransportOptions): Promise<ImapClient> {
  checkConnectOptions("connect()", options);
  const needed = new TypeError("connect() needs a dial or a transport here");
  if (!("transport" in options || options.dial)) throw needed;
  return await connectWith(options, { dial: () => Promise.reject(needed), certificates: asGiven });
}

/**
 * A `dial` of the caller's own gets what the caller gave, and knows what it can use: that for workers refuses all. So no bundle for a
 * worker looks into PEM.
 */
function asGiven({ caCerts, cert, key }: Certificates): Omit<TlsOptions, "hostname"> {
  if ((cert === undefined) !== (key === undefined)) throw new TypeError('"cert" and "key" belong together');
  return { caCerts: typeof caCerts === "string" ? [caCerts] : caCerts, ...(cert && { cert, key }) };
}

/** The kinds of the options, in the short form of specs. */
const clientFields: Readonly<Record<keyof ClientOptions, string>> = {
  auth: "any?",
  allowInsecureAuth: "bool?",
  saslIr: "bool?",
  rev2: "bool?",
  id: "any?",
  limits: "any?",
  timeouts: "any?",
  signal: "signal?",
  clock: "object?",
  onResponse: "function?",
  trace: "function?",
};
const hostFields: Readonly<Record<Exclude<keyof HostOptions, keyof ClientOptions>, string>> = {
  host: "any",
  port: "any?",
  tls: "any?",
  caCerts: "text*?",
  cert: "text?",
  key: "text?",
  tlsHostname: "text?",
  dial: "function?",
};

/**
 * Checks options of whatever connects.
 *
 * @param of What takes them, for the message.
 * @param options What was given.
 * @param more Further options, in the short form of specs.
 * @throws {TypeError} For an unknown name, and for a value of another kind.
 */
export function checkConnectOptions(
  of: string,
  options: object,
  more: Readonly<Record<string, string>> = {},
): void {
  const hasTransport = Object(options) === options && "transport" in options;
  checkFields(of, options, {
    ...clientFields,
    ...(hasTransport ? { transport: "object" } : hostFields),
    ...more,
  });
  const { limits = {}, timeouts = {} } = options as ClientOptions;
  checkNames("limits", limits, Object.keys(defaultLimits));
  checkNames("timeouts", timeouts, Object.keys(defaultTimeouts));
  if (hasTransport) checkTransport(`${of}: transport`, (options as TransportOptions).transport);
}

/** The certificates that `connect` is given. */
type Certificates = Pick<HostOptions, "caCerts" | "cert" | "key">;

/** What there is to connect with. */
export interface Ways {
  /** How to connect where the options do not say it. */
  dial(): Promise<Dial>;
  /** Makes of the certificates that are given what a transport takes, and may refuse them. */
  certificates(given: Certificates): Omit<TlsOptions, "hostname">;
}

/**
 * What all ways to connect share; {@linkcode connect} has the documentation.
 *
 * @param options The server and the login.
 * @param ways What there is to connect with.
 */
export async function connectWith(
  options: HostOptions | TransportOptions,
  ways: Ways,
): Promise<ImapClient> {
  const call = new Error();
  const { limits, timeouts, clock = systemClock, onResponse, trace } = options;
  checkLimits(limits);
  const { connect: connectTimeout, total: totalTimeout } = checkTimeouts(timeouts);
  checkCredentials(options);
  const target = "transport" in options ? undefined : targetOf(options, ways);
  const total = deadlineFor(clock, { signal: options.signal, timeout: totalTimeout }, late);
  const { signal } = total;
  const deadline = deadlineFor(clock, { signal, timeout: connectTimeout }, late);
  try {
    const transport = target === undefined
      ? (options as TransportOptions).transport
      : await dialTo(target, ways, deadline.signal);
    checkTransport("What dial gives", transport);
    const session = await Session.open(transport, {
      ...{ limits, timeouts, signal, clock, onResponse, trace, allowInsecureAuth: options.allowInsecureAuth },
    });
    const client = makeClient(session);
    const unlisten = onAbort(signal, (reason) => session.close(reason));
    try {
      if (target?.mode === "starttls") await upgrade(client, session, target.tls, deadline.signal);
      deadline.clear();
      await prepare(client, session, options, signal);
      signal.throwIfAborted();
      return client;
    } catch (error) {
      session.close(error);
      throw signal.aborted ? signal.reason : error;
    } finally {
      unlisten();
    }
  } catch (error) {
    throw place(error, call, true);
  } finally {
    deadline.clear();
    total.clear();
  }
}

interface Target {
  host: string;
  port: number;
  mode: "implicit" | "starttls" | "plaintext";
  tls: TlsOptions;
  dial: Dial | undefined;
}

function targetOf(options: HostOptions, { certificates }: Ways): Target {
  const { host, tls: mode = "implicit", tlsHostname, dial } = options;
  if (typeof host !== "string" || host === "") throw new TypeError('"host" must be the name of a server');
  if (/[\s/@?#]/.test(host)) {
    const given = JSON.stringify(host.slice(0, 100));
    throw new TypeError(`"host" must be a name or an address alone, such as imap.example.org, not ${given}`);
  }
  if (/^[^:]*:[^:]*$/.test(host)) {
    throw new TypeError(
      `"host" must be a name alone, and the port a number in "port", not ${JSON.stringify(host)}`,
    );
  }
  if (mode !== "implicit" && mode !== "starttls" && mode !== "plaintext") {
    throw new TypeError('"tls" must be "implicit", "starttls" or "plaintext"');
  }
  const port = options.port ?? (mode === "implicit" ? 993 : 143);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new RangeError('"port" must be a number, 1 to 65535');
  }
  return { host, port, mode, tls: { hostname: tlsHostname ?? host, ...certificates(options) }, dial };
}

function late(ms: number): TimeoutError {
  return new TimeoutError(`Not connected after ${ms} ms`);
}

async function dialTo(
  target: Target,
  ways: Ways,
  signal: AbortSignal,
): Promise<Transport> {
  const { host, port, mode, tls } = target;
  signal.throwIfAborted();
  try {
    const dial = target.dial ?? await ways.dial();
    const dialled = dial({ hostname: host, port, tls: mode === "implicit" ? tls : undefined, signal });
    // A dial of the caller's own may not look at the signal.
    return await abortable(dialled, signal, closeQuietly);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ImapError) throw error;
    throw connectionFailure(`Could not connect to ${host}:${port}`, error);
  }
}

async function upgrade(
  client: ImapClient,
  session: Session,
  tls: TlsOptions,
  signal: AbortSignal,
): Promise<void> {
  // RFC 9051 11.1: with PREAUTH, STARTTLS can no longer be used; an attacker in between may have sent it.
  if (session.state !== "nonauth") {
    throw new ProtocolError("The server greeted with PREAUTH where TLS is required");
  }
  if (session.capabilities === undefined) await client.capability();
  if (!session.offers("STARTTLS")) {
    throw new CapabilityError("The server does not offer STARTTLS, and the connection must be encrypted", {
      reason: "starttls-refused",
    });
  }
  const unlisten = onAbort(signal, (reason) => session.close(reason));
  try {
    await client.starttls(tls);
  } finally {
    unlisten();
  }
}
