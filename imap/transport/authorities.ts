/** Certificates: those of private authorities and the client's own, checked before connecting, and one that no name matches. */

import type { TlsOptions } from "./transport.ts";

const begin = "-----BEGIN CERTIFICATE-----";
const end = "-----END CERTIFICATE-----";

/**
 * Checks the certificates that a connection is given, for `connectWith`.
 *
 * @param given What `connect` was told.
 * @returns Them as a transport takes them.
 * @throws {TypeError} For what {@linkcode checkAuthorities} and {@linkcode checkIdentity} refuse.
 */
export function certificates(
  { caCerts, cert, key }: {
    caCerts?: string | readonly string[] | undefined;
    cert?: string | undefined;
    key?: string | undefined;
  },
): Omit<TlsOptions, "hostname"> {
  checkIdentity(cert, key);
  return { caCerts: checkAuthorities(caCerts), ...(cert && { cert, key }) };
}

/**
 * Checks certificates in PEM. Runtimes differ in what they do with others: Node.js takes any text and then trusts nothing more,
 * Bun and Deno fail in the middle of the handshake.
 *
 * @param given One text or several; each may hold several certificates and words around them, as files of authorities do.
 * @returns The certificates, one in each text; undefined when none were given.
 * @throws {TypeError} For something that is not text, or text without a whole certificate.
 */
export function checkAuthorities(
  given: string | readonly string[] | undefined,
): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const texts = typeof given === "string" ? [given] : given;
  if (!Array.isArray(texts)) throw new TypeError('"caCerts" must be PEM text or a list of PEM texts');
  return texts.flatMap((text, index) => {
    const where = texts.length > 1 ? `"caCerts" number ${index + 1}` : '"caCerts"';
    if (typeof text !== "string") {
      throw new TypeError(`${where} must be PEM text, not ${text === null ? "null" : typeof text}`);
    }
    const found = certificatesIn(text);
    if (found === undefined) {
      const hint = text.includes("\n") || text.includes(begin) ? "" : " (the text of the file, not its path)";
      throw new TypeError(`${where} holds no whole certificate in PEM${hint}`);
    }
    return found;
  });
}

/**
 * Checks the certificate of a client, and its key.
 *
 * @param cert The certificate in PEM, those between it and its authority after it.
 * @param key Its private key in PEM.
 * @throws {TypeError} For one without the other, something that is not text, text without them, and a key under a password.
 */
export function checkIdentity(cert: string | undefined, key: string | undefined): void {
  if (cert === undefined && key === undefined) return;
  for (const [name, text] of Object.entries({ cert, key })) {
    if (text === undefined) throw new TypeError(`"cert" and "key" belong together, and "${name}" is missing`);
    if (typeof text !== "string") {
      throw new TypeError(`"${name}" must be PEM text, not ${text === null ? "null" : typeof text}`);
    }
  }
  if (certificatesIn(cert!) === undefined) throw new TypeError('"cert" holds no whole certificate in PEM');
  // RFC 7468 sections 10 and 11, and the forms before them: RSA PRIVATE KEY, EC PRIVATE KEY.
  if (/-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(key!)) {
    throw new TypeError('"key" is encrypted: decrypt it first, as with openssl pkey');
  }
  if (!/-----BEGIN (?:[A-Z]{2,3} )?PRIVATE KEY-----/.test(key!)) {
    throw new TypeError('"key" holds no private key in PEM');
  }
}

function certificatesIn(text: string): string[] | undefined {
  const found: string[] = [];
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, at)) {
    const stop = text.indexOf(end, at);
    if (stop === -1) return undefined;
    const body = text.slice(at + begin.length, stop);
    // RFC 7468 section 3: base64, white space at will. 48 is the octet that DER sequences begin with.
    const packed = body.replaceAll(/\s/g, "");
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed) || !packed.startsWith("M")) return undefined;
    found.push(`${begin}${body}${end}\n`);
    at = stop + end.length;
  }
  return found.length === 0 ? undefined : found;
}

/** A server's certificate has no subjectAltName; its common name does not count (RFC 9525 section 2). */
export class CertificateWithoutNames extends Error {
  /** The code that Node.js gives to a certificate for another name. */
  readonly code = "ERR_TLS_CERT_ALTNAME_INVALID";

  constructor() {
    super("The certificate has no subjectAltName, so it is for no name at all");
  }
}
