/** What a connection must be able to do. Each runtime has one small file that provides it. */

import { onAbort } from "../base/abort.ts";

/** How TLS is set up. Certificates are always verified; there is no switch for that. */
export interface TlsOptions {
  /** The name that the server's certificate must be for. */
  hostname: string;
  /** Certificates of private authorities, in PEM, trusted in addition to the runtime's own where it can add them. */
  caCerts?: readonly string[] | undefined;
  /** This side's own certificate, in PEM, with those between it and its authority after it: for servers that ask for one. */
  cert?: string | undefined;
  /** The private key of `cert`, in PEM, not encrypted. */
  key?: string | undefined;
}

/** Where to connect to. */
export interface DialOptions {
  /** Host name or address. */
  hostname: string;
  /** Port number. */
  port: number;
  /** TLS from the first byte; undefined for a plain connection. What of it cannot be used must be an error. */
  tls?: TlsOptions | undefined;
  /** Gives up connecting. */
  signal?: AbortSignal | undefined;
}

/** Opens connections; what `connect({ dial })` takes. */
export type Dial = (options: DialOptions) => Promise<Transport>;

/** A two-way byte stream. One read and one write may be underway at a time. */
export interface Transport {
  /** Whether bytes travel encrypted. */
  readonly secure: boolean;
  /**
   * Whether bytes that are not encrypted stay on this machine, so that nobody else can read them: a loopback address, a pair in
   * memory, a child process. False when left out.
   */
  readonly local?: boolean | undefined;
  /**
   * Reads at least one byte into the buffer given.
   *
   * @returns How many were read, or null when the peer has ended the stream.
   */
  read(into: Uint8Array): Promise<number | null>;
  /**
   * Gives the next bytes as a chunk that is the caller's from then on, in place of `read`: where they come in chunks anyway. It is called
   * for what is handed on as it comes, the octets of a long body that somebody loops over. Absent elsewhere.
   *
   * @returns The chunk, not empty, or null when the peer has ended the stream.
   */
  take?(): Promise<Uint8Array | null>;
  /** Writes all bytes; the promise settles when they were accepted for sending. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Throws when the caller of the moment may not use the connection although it works, so that a command fails alone before any of it
   * is sent. Absent where everybody may who holds it.
   */
  check?(): void;
  /**
   * Says whether the connection keeps the program running, as it does at first: an account lets go of connections that nobody uses.
   * Absent where a connection does so always, or never.
   */
  hold?(held: boolean): void;
  /** Ends the connection in both directions. A read underway rejects or returns null. May be called again. */
  close(): Promise<void> | void;
  /**
   * Starts TLS on this connection. No read may be underway. The transport is used up, and the result takes its place.
   * Absent where the runtime cannot, or where the connection is encrypted already.
   *
   * @param options The name to verify, and private authorities.
   * @param signal Gives the handshake up; the connection is then closed.
   */
  startTls?(options: TlsOptions, signal?: AbortSignal): Promise<Transport>;
}

/**
 * Checks what a caller gives as a transport.
 *
 * @param what What it is, for the message.
 * @param transport What was given.
 * @throws {TypeError} When it lacks a function.
 */
export function checkTransport(what: string, transport: Transport): void {
  for (const name of ["read", "write", "close"] as const) {
    if (typeof transport?.[name] !== "function") {
      throw new TypeError(`${what} must be a Transport: it has no function ${name}`);
    }
  }
}

/** Whether an address is one of this machine itself (RFC 1122 3.2.1.3, RFC 4291 2.5.3), also when written as IPv6. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i.test(address);
}

/**
 * Waits for something that cannot be cancelled, for as long as the signal allows.
 *
 * @param promise What is waited for.
 * @param signal Ends the wait.
 * @param discard Gets the value when it comes after the wait has ended.
 * @returns The value.
 * @throws The signal's reason, or what the promise rejects with.
 */
export function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  discard: (value: T) => void,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    // A function of the caller's own may give the value itself.
    const settled = Promise.resolve(promise);
    const done = onAbort(signal, (reason) => {
      reject(reason);
      settled.then(discard, () => {});
    });
    // At once, before anything else can abort it: what was given to the caller must not be discarded.
    settled.then((value) => (done(), resolve(value)), (reason) => (done(), reject(reason)));
  });
}
