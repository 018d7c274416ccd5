/**
 * A private Dovecot 2.3 on loopback for the client's tests: Debian's package, a temporary folder, the
 * certificates of the tests. As root it runs with the package's own accounts, as an ordinary
 * user with that user's; either way it ends, and its folder goes, when the process that started it does.
 */

import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { Buffer } from "node:buffer";
import { fixtureText } from "../support/fixtures.ts";
import type { Need } from "../support/skip.ts";
import {
  begin,
  connectedTo,
  freePorts,
  isRoot,
  NAMES,
  type RealServer,
  stop,
  supervise,
  withFreePorts,
  workersOf,
  writeCertificates,
} from "./private_server.ts";

/** A running Dovecot. */
export interface DovecotServer extends RealServer {
  /** A token for alice that XOAUTH2 and OAUTHBEARER accept. */
  token: string;
}

/** What may differ between two Dovecots of the suite. */
export interface DovecotOptions {
  /** How mail is stored; the default is "maildir". */
  format?: "maildir" | "mdbox" | "sdbox";
  /** The hierarchy separator, "/" by default. */
  separator?: string;
  /** The prefix of the user's own namespace, empty by default, for example "INBOX/". */
  prefix?: string;
  /**
   * Offer no login before TLS. Dovecot takes a client whose address is its own for secured and then never
   * says LOGINDISABLED, so this server listens on 127.0.0.2.
   */
  requireTls?: boolean;
  /** Let nobody log in without a certificate of the tests' authority. */
  clientCertificates?: boolean;
  /** The storage each user may fill, "10M" by default. */
  quota?: string;
}

const PROGRAM = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/usr/bin/dovecot"];
const TOKEN_SECRET = "secret-key-for-tests-only";

/** For `testWith`. */
export const dovecot: Need = {
  name: "Dovecot tests",
  enable: "install with: apt-get install -y dovecot-imapd",
  available: dovecotProgram() !== undefined,
};

/** Dovecot's program, when it is installed and is a 2.3, whose configuration the template speaks. */
function dovecotProgram(): string | undefined {
  // Debian's ordinary users do not have /usr/sbin on their path, so the places come before the bare name.
  for (const program of [...PROGRAM, "dovecot"]) {
    try {
      const version = execFileSync(program, ["--version"], { stdio: ["ignore", "pipe", "ignore"] });
      if (String(version).startsWith("2.3.")) return program;
    } catch {
      // Not there.
    }
  }
  return undefined;
}

/** Starts a Dovecot and returns once it greets; throws with the server's log when it does not. */
export async function startDovecot(options: DovecotOptions = {}): Promise<DovecotServer> {
  const program = dovecotProgram();
  if (program === undefined) throw new Error("Dovecot 2.3 is not installed");
  return await withFreePorts(() => startOnce(program, options));
}

async function startOnce(program: string, options: DovecotOptions): Promise<DovecotServer> {
  const host = options.requireTls ? "127.0.0.2" : "127.0.0.1";
  const [port, tlsPort] = await freePorts(host, 2) as [number, number];
  const dir = mkdtempSync(`${tmpdir()}/postern-dovecot-`);
  chmodSync(dir, 0o755);
  const child = supervise('"$1" -F -c "$0/dovecot.conf" >>"$0/log" 2>&1', dir, [program]);
  try {
    const { caPem, token } = prepare(dir, host, port, tlsPort, options);
    await begin(child, host, port);
    const workers = () => workersOf(`${dir}/run/master.pid`, "imap");
    return {
      host,
      port,
      tlsPort,
      caPem,
      token,
      dir,
      users: NAMES.map((user) => ({ user, pass: `${user}-pw` })),
      log: () => readLog(dir),
      workers,
      serving: () => connectedTo([port, tlsPort], workers()),
      stop: () => stop(child),
    };
  } catch (error) {
    const log = readLog(dir);
    await stop(child);
    throw new Error(`Dovecot did not start: ${error instanceof Error ? error.message : error}\n${log}`);
  }
}

function prepare(
  dir: string,
  host: string,
  port: number,
  tlsPort: number,
  options: DovecotOptions,
): { caPem: string; token: string } {
  for (const folder of ["run", "state", "tls", "home", "shared", "virtual/All", "virtual/Flagged"]) {
    mkdirSync(`${dir}/${folder}`, { recursive: true });
  }
  mkdirSync(`${dir}/keys/default/HS256`, { recursive: true });
  writeFileSync(`${dir}/virtual/All/dovecot-virtual`, "*\n  all\n");
  writeFileSync(`${dir}/virtual/Flagged/dovecot-virtual`, "*\n  flagged\n");
  // CRAM-MD5 and SCRAM need the password itself in the file.
  const accounts = [...NAMES, "anonymous"].map((name) => `${name}:{PLAIN}${name}-pw::::::\n`);
  writeFileSync(`${dir}/users`, accounts.join(""));
  // A token that Dovecot checks by itself, without any token server.
  writeFileSync(`${dir}/keys/default/HS256/default`, btoa(TOKEN_SECRET));
  writeFileSync(
    `${dir}/oauth2.conf`,
    "introspection_mode = local\n" +
      `local_validation_key_dict = fs:posix:prefix=${dir}/keys/\n` +
      "username_attribute = sub\n",
  );
  writeFileSync(`${dir}/dovecot.conf`, configuration(dir, host, port, tlsPort, options));
  const caPem = writeCertificates(`${dir}/tls`);
  if (isRoot()) execFileSync("chown", ["-R", "mail:mail", `${dir}/home`, `${dir}/virtual`, `${dir}/shared`]);
  return { caPem, token: accessToken("alice") };
}

function configuration(
  dir: string,
  host: string,
  port: number,
  tlsPort: number,
  options: DovecotOptions,
): string {
  const [user, group, uid, gid] = isRoot() ? [] : ["-un", "-gn", "-u", "-g"].map(identity);
  const format = options.format ?? "maildir";
  const mail = format === "maildir" ? "maildir:~/Maildir:LAYOUT=fs" : `${format}:~/${format}`;
  const sharedMail = format === "maildir"
    ? `maildir:${dir}/home/%%n/Maildir:LAYOUT=fs:INDEXPVT=~/shared/%%n`
    : `${format}:${dir}/home/%%n/${format}`;
  const accounts = isRoot() ? "mail_access_groups = mail" : [
    `default_internal_user = ${user}`,
    `default_internal_group = ${group}`,
    `default_login_user = ${user}`,
    // Without root no service can take another user.
    `service auth-worker {\n  user = ${user}\n}`,
  ].join("\n");
  const values: Record<string, string> = {
    DIR: dir,
    ADDRESS: host,
    PORT: String(port),
    TLS_PORT: String(tlsPort),
    REQUIRE_TLS: options.requireTls ? "yes" : "no",
    ACCOUNTS: accounts,
    CLIENT_CERTIFICATES: options.clientCertificates
      ? [
        `ssl_ca = <${dir}/tls/ca.pem`,
        "ssl_require_crl = no",
        "ssl_verify_client_cert = yes",
        "auth_ssl_require_client_cert = yes",
      ].join("\n")
      : "",
    MAIL_IDS: isRoot() ? "uid=mail gid=mail" : `uid=${uid} gid=${gid}`,
    MAIL: mail,
    SHARED_MAIL: sharedMail,
    SEPARATOR: options.separator ?? "/",
    PREFIX: options.prefix ?? "",
    QUOTA: options.quota ?? "10M",
  };
  return fixtureText("servers/dovecot.conf.in").replace(/@([A-Z_]+)@/g, (whole, name: string) => {
    return values[name] ?? whole;
  });
}

function accessToken(user: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = part({ alg: "HS256", typ: "JWT" }) + "." + part({ sub: user, iat: 1, exp: 4102444800 });
  return signed + "." + createHmac("sha256", TOKEN_SECRET).update(signed).digest("base64url");
}

function readLog(dir: string): string {
  try {
    return readFileSync(`${dir}/log`, "utf8");
  } catch {
    return "";
  }
}

/** What `id` says of this user; os.userInfo() has no name for one in Bun when USER is not set. */
function identity(option: string): string {
  return String(execFileSync("id", [option])).trim();
}
