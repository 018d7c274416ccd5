/** Connecting: transport, greeting, TLS, login, and what is switched on for every session. */

import { ImapClient } from "./client.ts";
import {
  CapabilityError,
  CommandError,
  ConnectionError,
  ImapError,
  ProtocolError,
  TimeoutError,
} from "../base/errors.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { checkLimits, checkTimeouts, type Limits, type Timeouts } from "../base/limits.ts";
import { plain, type PlainCredentials } from "../sasl/plain.ts";
import type { SaslMechanism } from "../sasl/mechanism.ts";
import type { ServerResponse } from "../codec/codec.ts";
import { Session } from "../session/session.ts";
import { checkAuthorities } from "../transport/authorities.ts";
import { connectionFailure } from "../transport/failure.ts";
import { abortable, type Dial, type TlsOptions, type Transport } from "../transport/transport.ts";

/** What `connect` takes whatever it connects to. */
export interface ClientOptions {
  /** Who logs in: user and password, or a SASL mechanism. Without it, the client is left before login. */
  auth?: PlainCredentials | SaslMechanism | undefined;
  /** Send a password where others can read it. Without it, `"plaintext"` sends one to this machine itself only. */
  allowInsecureAuth?: boolean | undefined;
  /** Send the first answer of AUTHENTICATE with the command where the server offers it; some offer it and refuse. */
  saslIr?: boolean | undefined;
  /** Enable IMAP4rev2 where the server offers it; true when not given. */
  rev2?: boolean | undefined;
  /** Tell the server about this client with ID (RFC 2971), where the server offers it. Nothing is told unasked. */
  id?: Readonly<Record<string, string | null>> | undefined;
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
  /** Certificates of private authorities: PEM text, one or several; an error in a runtime that cannot use them. */
  caCerts?: string | readonly string[] | undefined;
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

/**
 * Connects to an IMAP server, logs in, and enables IMAP4rev2 where the server offers it.
 *
 * @param options Where to, and as whom.
 * @returns The client, ready for use. `await using` logs it out at the end of the block.
 * @throws {ConnectionError} When no connection can be made, or it ends.
 * @throws {TimeoutError} When a deadline passes.
 * @throws {CommandError} When the server refuses the login or the connection.
 * @throws {CapabilityError} When the server does not offer STARTTLS, or no way to log in that may be used.
 * @throws {ProtocolError} When the peer does not speak IMAP, or tries to keep the connection from being encrypted.
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap";
 *
 * async function countUnseen(host: string, user: string, pass: string): Promise<number> {
 *   await using client = await connect({ host, auth: { user, pass } });
 *   await client.examine("INBOX");
 *   const { all } = await client.uidSearch({ unseen: true });
 *   return all.count;
 * }
 * ```
 */
export async function connect(options: HostOptions | TransportOptions): Promise<ImapClient> {
  const { limits, timeouts, signal, clock = systemClock, onResponse } = options;
  checkLimits(limits);
  const { connect: connectTimeout } = checkTimeouts(timeouts);
  const mechanism = mechanismOf(options.auth);
  const target = "transport" in options ? undefined : targetOf(options);
  const deadline = deadlineFor(clock, connectTimeout, signal);
  try {
    const transport = target === undefined
      ? (options as TransportOptions).transport
      : await dialTo(target, deadline.signal);
    const session = await Session.open(transport, { limits, timeouts, signal, clock, onResponse });
    const client = new ImapClient(session);
    const close = () => session.close(signal?.reason);
    signal?.addEventListener("abort", close, { once: true });
    try {
      if (target?.mode === "starttls") await upgrade(client, session, target.tls, deadline);
      deadline.clear();
      await prepare(client, session, mechanism, options, target);
      signal?.throwIfAborted();
      return client;
    } catch (error) {
      session.close(error);
      throw signal?.aborted ? signal.reason : error;
    } finally {
      signal?.removeEventListener("abort", close);
    }
  } finally {
    deadline.clear();
  }
}

interface Target {
  host: string;
  port: number;
  mode: "implicit" | "starttls" | "plaintext";
  tls: TlsOptions;
  dial: Dial | undefined;
}

function targetOf(options: HostOptions): Target {
  const { host, tls: mode = "implicit", caCerts, tlsHostname, dial } = options;
  if (typeof host !== "string" || host === "") throw new TypeError('"host" must be the name of a server');
  if (/[\s/@?#]/.test(host)) {
    const given = JSON.stringify(host.slice(0, 100));
    throw new TypeError(`"host" must be a name or an address alone, such as imap.example.org, not ${given}`);
  }
  if (mode !== "implicit" && mode !== "starttls" && mode !== "plaintext") {
    throw new TypeError('"tls" must be "implicit", "starttls" or "plaintext"');
  }
  const port = options.port ?? (mode === "implicit" ? 993 : 143);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new RangeError('"port" must be 1 to 65535');
  return {
    host,
    port,
    mode,
    tls: { hostname: tlsHostname ?? host, caCerts: checkAuthorities(caCerts) },
    dial,
  };
}

function mechanismOf(auth: ClientOptions["auth"]): SaslMechanism | PlainCredentials | undefined {
  // Credentials that cannot be sent are refused before anybody is called.
  if (auth !== undefined && !isMechanism(auth)) plain(auth);
  return auth;
}

function isMechanism(auth: PlainCredentials | SaslMechanism): auth is SaslMechanism {
  return "respond" in auth;
}

interface Deadline {
  signal: AbortSignal;
  clear(): void;
}

/** One deadline over name look-up, TCP and TLS, whichever of them is slow. */
function deadlineFor(clock: Clock, ms: number, signal: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const timer = clock.setTimeout(
    () => controller.abort(new TimeoutError(`Not connected after ${ms} ms`)),
    ms,
  );
  const abort = () => controller.abort(signal!.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    clear(): void {
      clock.clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}

async function dialTo(target: Target, signal: AbortSignal): Promise<Transport> {
  const { host, port, mode, tls } = target;
  signal.throwIfAborted();
  try {
    const dial = target.dial ?? await runtimeDial();
    const dialled = dial({ hostname: host, port, tls: mode === "implicit" ? tls : undefined, signal });
    // A dial of the caller's own may not look at the signal.
    return await abortable(dialled, signal, (late) => void Promise.resolve(late.close()).catch(() => {}));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ImapError) throw error;
    throw connectionFailure(`Could not connect to ${host}:${port}`, error);
  }
}

async function runtimeDial(): Promise<Dial> {
  const { Deno, Bun, process } = globalThis as {
    Deno?: { connect?: unknown };
    Bun?: unknown;
    process?: { versions?: { node?: string } };
  };
  // Each import names its file, so that no runtime loads another's.
  if (Deno?.connect !== undefined) return (await import("../transport/deno.ts")).dial;
  if (Bun !== undefined) return (await import("../transport/bun.ts")).dial;
  if (process?.versions?.node !== undefined) return (await import("../transport/node.ts")).dial;
  throw new ConnectionError(
    "This runtime has no sockets that are known here; give connect() a dial or a transport",
    {
      retryable: false,
    },
  );
}

async function upgrade(
  client: ImapClient,
  session: Session,
  tls: TlsOptions,
  deadline: Deadline,
): Promise<void> {
  // RFC 9051 11.1: with PREAUTH, STARTTLS can no longer be used; whoever sits between may have sent it.
  if (session.state !== "nonauth") {
    throw new ProtocolError("The server greeted with PREAUTH where TLS is required");
  }
  if (session.capabilities === undefined) await client.capability();
  if (!session.offers("STARTTLS")) {
    throw new CapabilityError("The server does not offer STARTTLS, and the connection must be encrypted");
  }
  const giveUp = () => session.close(deadline.signal.reason);
  deadline.signal.addEventListener("abort", giveUp, { once: true });
  try {
    await client.starttls(tls);
  } finally {
    deadline.signal.removeEventListener("abort", giveUp);
  }
}

async function prepare(
  client: ImapClient,
  session: Session,
  auth: SaslMechanism | PlainCredentials | undefined,
  options: ClientOptions,
  target: Target | undefined,
): Promise<void> {
  if (session.capabilities === undefined) await client.capability();
  if (auth !== undefined && session.state === "nonauth") {
    const before = session.capabilities;
    await login(client, session, auth, options, target);
    // RFC 9051 6.2.3: what was offered before login says nothing about what is offered after.
    if (session.capabilities === before) await client.capability();
  }
  if (session.state === "auth" && options.rev2 !== false && session.offers("IMAP4REV2")) {
    await optional(client.enable(["IMAP4rev2"]));
  }
  if (options.id !== undefined && session.offers("ID")) {
    await optional(client.id(Object.entries(options.id).map(([name, value]) => ({ name, value }))));
  }
}

/** A server that refuses what it offered can be used without it. */
async function optional(promise: PromiseLike<unknown>): Promise<void> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}

async function login(
  client: ImapClient,
  session: Session,
  auth: SaslMechanism | PlainCredentials,
  options: ClientOptions,
  target: Target | undefined,
): Promise<void> {
  const { saslIr } = options;
  const mechanism = isMechanism(auth) ? auth : plain(auth);
  if (mechanism.exposesPassword && !mayExpose(session, options, target)) {
    throw new CapabilityError(
      "The connection is not encrypted: a password is sent to this machine itself only, or with allowInsecureAuth",
    );
  }
  if (isMechanism(auth) || session.offers(`AUTH=${mechanism.name}`)) {
    return await client.authenticate(mechanism, { saslIr }).catch((error) => {
      throw isMechanism(auth) ? error : withoutPassword(error, auth.pass);
    });
  }
  if (session.offers("LOGINDISABLED")) {
    throw new CapabilityError(
      "The server offers neither AUTH=PLAIN nor LOGIN" + (session.secure ? "" : "; it may do so over TLS"),
      { command: "LOGIN" },
    );
  }
  if (auth.authorizationId !== undefined) {
    throw new CapabilityError("The server does not offer AUTH=PLAIN, and LOGIN cannot act for another user");
  }
  await client.login(auth.user, auth.pass);
}

/** A server may repeat what it was told. */
function withoutPassword(error: unknown, pass: string): unknown {
  if (!(error instanceof CommandError) || !error.text?.includes(pass)) return error;
  const { command, status, code, text } = error;
  return new CommandError(command!, status!, code, text.replaceAll(pass, "***"));
}

function mayExpose(session: Session, options: ClientOptions, target: Target | undefined): boolean {
  if (session.secure || options.allowInsecureAuth === true) return true;
  return target !== undefined && isLoopback(target.host);
}

/** Whether a name stands for this machine itself: RFC 6761 6.3 for `localhost`, RFC 1122 and 4291 for addresses. */
function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$|\.$/g, "");
  return name === "localhost" || name === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}
