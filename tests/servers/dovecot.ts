/**
 * A private Dovecot 2.3 on loopback for the client's tests: Debian's package, a temporary folder, the
 * certificates of the tests. As root it runs with the package's own accounts, as an ordinary
 * user with that user's; either way it ends, and its folder goes, when the process that started it does.
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { Buffer } from "node:buffer";
import { fixtureText } from "../support/fixtures.ts";
import type { Need } from "../support/skip.ts";
import { untilGreeting } from "./socket.ts";

/** An account of a test server. */
export interface TestUser {
  user: string;
  pass: string;
}

/** A running server. */
export interface TestServer {
  host: string;
  /** Plain IMAP with STARTTLS. */
  port: number;
  /** IMAP inside TLS. */
  tlsPort: number;
  /** The authority that signed the server's certificate, which names localhost. */
  caPem: string;
  /** alice, bob and carol, in that order, each with an empty INBOX. */
  users: TestUser[];
  /** A token for alice that XOAUTH2 and OAUTHBEARER accept. */
  token: string;
  /** Its temporary folder, gone once it has stopped. */
  dir: string;
  /** The server's log so far. */
  log(): string;
  stop(): Promise<void>;
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
const NAMES = ["alice", "bob", "carol"];
const TOKEN_SECRET = "secret-key-for-tests-only";
const START_ATTEMPTS = 5;
const START_MS = 20_000;
const STOP_MS = 10_000;

/** True when Dovecot's IMAP server is installed and is a 2.3, whose configuration the template speaks. */
export function dovecotAvailable(): boolean {
  return dovecotProgram() !== undefined;
}

/** For `testWith`. */
export const dovecot: Need = {
  name: "Dovecot tests",
  enable: "install with: apt-get install -y dovecot-imapd",
  available: dovecotAvailable(),
};

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
export async function startDovecot(options: DovecotOptions = {}): Promise<TestServer> {
  const program = dovecotProgram();
  if (program === undefined) throw new Error("Dovecot 2.3 is not installed");
  let last: unknown;
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    try {
      return await startOnce(program, options);
    } catch (error) {
      last = error;
      // Another program may take a free port between the look and the listen; nothing else is worth a retry.
      if (!String(error).includes("Address already in use")) break;
    }
  }
  throw last;
}

async function startOnce(program: string, options: DovecotOptions): Promise<TestServer> {
  const host = options.requireTls ? "127.0.0.2" : "127.0.0.1";
  const [port, tlsPort] = await freePorts(host, 2) as [number, number];
  const dir = mkdtempSync(`${tmpdir()}/postern-dovecot-`);
  chmodSync(dir, 0o755);
  const child = supervise(program, dir);
  try {
    const { caPem, token } = prepare(dir, host, port, tlsPort, options);
    child.stdin!.write("go\n");
    await untilGreeting(host, port, START_MS, () => child.exitCode === null);
    return {
      host,
      port,
      tlsPort,
      caPem,
      token,
      dir,
      users: NAMES.map((user) => ({ user, pass: `${user}-pw` })),
      log: () => readLog(dir),
      stop: () => stop(child),
    };
  } catch (error) {
    const log = readLog(dir);
    await stop(child);
    throw new Error(`Dovecot did not start: ${error instanceof Error ? error.message : error}\n${log}`);
  }
}

/**
 * Runs Dovecot below a shell that waits on a pipe from this process. The pipe closes when this process ends, however
 * it ends, and then the shell stops the server and removes its folder; no handler of ours has to run for that.
 */
function supervise(program: string, dir: string): ChildProcess {
  const script = `
    trap '' INT HUP TERM
    read go || { rm -rf "$2"; exit; }
    "$1" -F -c "$2/dovecot.conf" >>"$2/log" 2>&1 </dev/null &
    server=$!
    # Ends this shell, and so closes the test's view of it, when the server dies by itself.
    ( while kill -0 $server 2>/dev/null; do sleep 1; done; kill -KILL $$ 2>/dev/null ) </dev/null >/dev/null 2>&1 &
    watch=$!
    read end
    kill -KILL $watch 2>/dev/null
    kill -TERM $server 2>/dev/null
    wait $server
    rm -rf "$2"`;
  const child = spawn("/bin/sh", ["-c", script, "sh", program, dir], {
    stdio: ["pipe", "ignore", "ignore"],
    // A group of its own: Ctrl-C in a terminal must reach the server through the pipe, after the tests' own end.
    detached: true,
  });
  // Writing to a shell that has ended is no error of the test's.
  child.stdin!.on("error", () => {});
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.stdin!.end();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("Dovecot did not stop")), STOP_MS);
  });
  await Promise.race([ended, late]).finally(() => clearTimeout(timer));
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

/**
 * The certificates of the tests, so that no other program is needed. Not one for both: Deno's TLS refuses a server certificate that is
 * marked as an authority (CaUsedAsEndEntity).
 */
function writeCertificates(dir: string): string {
  writeFileSync(`${dir}/cert.pem`, fixtureText("imap/transport/data/good.pem"));
  writeFileSync(`${dir}/key.pem`, fixtureText("imap/transport/data/good.key"));
  const caPem = fixtureText("imap/transport/data/authority.pem");
  writeFileSync(`${dir}/ca.pem`, caPem);
  return caPem;
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

function isRoot(): boolean {
  return userInfo().uid === 0;
}

/** Ports that were free a moment ago; all are held open together, so that they differ. */
async function freePorts(host: string, count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () =>
      new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
        const server = createServer();
        server.once("error", reject);
        server.listen(0, host, () => resolve(server));
      })),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
