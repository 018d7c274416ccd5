/** Certificates for tests, made with what web runtimes have: X.509 (RFC 5280) with ECDSA on P-256 (RFC 5758). */

import { systemClock } from "../base/clock.ts";
import { checkFields } from "../codec/arguments.ts";
import { toBase64 } from "../values/base64.ts";
import { concat } from "./concat.ts";

/** What {@linkcode generateCertificate} makes. */
export interface CertificateOptions {
  /** Host names and IPv4 addresses that it is for. `localhost` and `127.0.0.1` when left out. */
  names?: readonly string[];
  /** From when it holds. Yesterday when left out. */
  from?: Date;
  /** Until when it holds. In a year when left out. */
  until?: Date;
}

/** A certificate for a server, with the authority that signed it; all in PEM. */
export interface GeneratedCertificate {
  /** The certificate. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
  /** The authority: what a client must trust. */
  readonly ca: string;
}

const DAY = 24 * 3600 * 1000;
const encoder = new TextEncoder();

/**
 * Makes a certificate and the authority that signed it. A test that needs a wrong one asks for it: other names, a time
 * that is over; or its client is not given the authority.
 *
 * @param options names and time
 * @returns certificate, key and authority, for the option `tls` of {@linkcode startServer}
 *
 * @example
 * ```ts
 * import { generateCertificate, startServer } from "@postern/postern/testing";
 *
 * const tls = await generateCertificate({ names: ["mail.example"] });
 * await using server = await startServer({ tls });
 * console.log(tls.ca.startsWith("-----BEGIN CERTIFICATE-----")); // true
 * ```
 */
export async function generateCertificate(options: CertificateOptions = {}): Promise<GeneratedCertificate> {
  checkFields("generateCertificate()", options, { names: "text*?", from: "any?", until: "any?" });
  const now = systemClock.now();
  const {
    names = ["localhost", "127.0.0.1"],
    from = new Date(now - DAY),
    until = new Date(now + 365 * DAY),
  } = options;
  const [authority, server] = await Promise.all([newKeys(), newKeys()]);
  const issuer = nameOf("Postern test authority");
  const ca = await signed(authority, {
    issuer,
    subject: issuer,
    keys: authority,
    from: new Date(Math.min(from.getTime(), now - DAY)),
    until: new Date(Math.max(until.getTime(), now + 365 * DAY)),
    // basicConstraints with cA, keyUsage keyCertSign
    extensions: [
      extension([0x55, 0x1d, 0x13], true, sequence(tlv(0x01, [0xff]))),
      extension(KEY_USAGE, true, tlv(0x03, [2, 4])),
    ],
  });
  const cert = await signed(authority, {
    issuer,
    subject: nameOf(names[0] ?? "nobody"),
    keys: server,
    from,
    until,
    // subjectAltName, keyUsage digitalSignature, extKeyUsage serverAuth
    extensions: [
      extension([0x55, 0x1d, 0x11], false, sequence(...names.map(generalName))),
      extension(KEY_USAGE, true, tlv(0x03, [7, 0x80])),
      extension([0x55, 0x1d, 0x25], false, sequence(oid([0x2b, 6, 1, 5, 5, 7, 3, 1]))),
    ],
  });
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", server.privateKey));
  return { cert: pem("CERTIFICATE", cert), key: pem("PRIVATE KEY", key), ca: pem("CERTIFICATE", ca) };
}

const KEY_USAGE = [0x55, 0x1d, 0x0f];
/** ecdsa-with-SHA256 (RFC 5758 3.2). */
const ALGORITHM = sequence(oid([0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]));

interface Contents {
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly keys: CryptoKeyPair;
  readonly from: Date;
  readonly until: Date;
  readonly extensions: readonly Uint8Array[];
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
}

/** Certificate (RFC 5280 4.1). */
async function signed(by: CryptoKeyPair, contents: Contents): Promise<Uint8Array> {
  const { issuer, subject, keys, from, until, extensions } = contents;
  const serial = crypto.getRandomValues(new Uint8Array(16));
  // Positive, and without zeros in front.
  serial[0] = serial[0]! & 0x3f | 0x40;
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, [2])),
    tlv(0x02, serial),
    ALGORITHM,
    issuer,
    sequence(time(from), time(until)),
    subject,
    new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey)),
    tlv(0xa3, sequence(...extensions)),
  );
  const raw = new Uint8Array(
    await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, by.privateKey, tbs),
  );
  const signature = sequence(positive(raw.subarray(0, 32)), positive(raw.subarray(32)));
  return sequence(tbs, ALGORITHM, tlv(0x03, [0], signature));
}

/** Name with a common name alone. */
function nameOf(commonName: string): Uint8Array {
  return sequence(tlv(0x31, sequence(oid([0x55, 4, 3]), tlv(0x0c, encoder.encode(commonName)))));
}

/** dNSName or iPAddress (RFC 5280 4.2.1.6). */
function generalName(name: string): Uint8Array {
  return /^\d+(?:\.\d+){3}$/.test(name)
    ? tlv(0x87, name.split(".").map(Number))
    : tlv(0x82, encoder.encode(name));
}

function extension(id: readonly number[], critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [tlv(0x01, [0xff])] : []), tlv(0x04, value));
}

/** UTCTime up to 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5). */
function time(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/\.\d+|[-:T]/g, "");
  return date.getUTCFullYear() < 2050
    ? tlv(0x17, encoder.encode(digits.slice(2)))
    : tlv(0x18, encoder.encode(digits));
}

function positive(number: Uint8Array): Uint8Array {
  let start = 0;
  while (start < number.length - 1 && number[start] === 0) start += 1;
  const digits = number.subarray(start);
  return digits[0]! < 0x80 ? tlv(0x02, digits) : tlv(0x02, [0], digits);
}

function oid(octets: readonly number[]): Uint8Array {
  return tlv(0x06, octets);
}

function sequence(...contents: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return tlv(0x30, ...contents);
}

/** Tag, length, contents. */
function tlv(tag: number, ...contents: (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const value = concat(contents.map((each) => each instanceof Uint8Array ? each : new Uint8Array(each)));
  const { length } = value;
  const head = length < 0x80
    ? [tag, length]
    : length < 0x100
    ? [tag, 0x81, length]
    : [tag, 0x82, length >> 8, length & 0xff];
  return new Uint8Array([...head, ...value]);
}

function pem(label: string, octets: Uint8Array): string {
  const lines = toBase64(octets).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
