/**
 * A private Cyrus IMAP 3.10 on loopback for the client's tests: Debian's packages in a root of their own, which
 * `cyrus_root.sh` unpacks; a temporary folder inside of it; the certificates of the tests. It ends, and its folder
 * goes, when the process that started it does.
 */

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import process from "node:process";
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

/** What may differ between two of them. */
export interface CyrusOptions {
  /** Offer no login before TLS. */
  requireTls?: boolean;
  /** The storage each user may fill, in KiB; 100,000 by default. */
  quota?: number;
}

const ROOT = process.env.POSTERN_CYRUS ?? "/var/cache/postern/cyrus";

/** For `testWith`. chroot is for root alone. */
export const cyrus: Need = {
  name: "Cyrus tests",
  enable: "as root, on Debian: sh tests/servers/cyrus_root.sh, then the tests as root",
  available: existsSync(`${ROOT}/.done`) && isRoot(),
};

/** Starts a Cyrus and returns once it greets. alice, bob and carol are ordinary users, admin manages it. */
export async function startCyrus(options: CyrusOptions = {}): Promise<RealServer> {
  return await withFreePorts(() => startOnce(options));
}

async function startOnce(options: CyrusOptions): Promise<RealServer> {
  const host = "127.0.0.1";
  const [port, tlsPort] = await freePorts(host, 2) as [number, number];
  const dir = mkdtempSync(`${ROOT}/tmp/`);
  chmodSync(dir, 0o755);
  // As Cyrus sees it.
  const inside = dir.slice(ROOT.length);
  const child = supervise(
    'chroot "$1" /usr/lib/cyrus/bin/master -C "$2/imapd.conf" -M "$2/cyrus.conf" -p "$2/pid" -l 64 >/dev/null 2>&1',
    dir,
    [ROOT, inside],
  );
  try {
    for (const folder of ["state/db", "state/socket", "proc", "lock", "mail", "tls"]) {
      mkdirSync(`${dir}/${folder}`, { recursive: true });
    }
    const values: Record<string, string> = {
      DIR: inside,
      PORT: String(port),
      TLS_PORT: String(tlsPort),
      PLAINTEXT: options.requireTls ? "no" : "yes",
      QUOTA: String(options.quota ?? 100_000),
    };
    for (const name of ["imapd.conf", "cyrus.conf"]) {
      const filled = fixtureText(`servers/${name}.in`).replace(
        /@([A-Z_]+)@/g,
        (whole, word: string) => values[word] ?? whole,
      );
      writeFileSync(`${dir}/${name}`, filled);
    }
    for (const user of [...NAMES, "admin"]) {
      const words = ["/usr/sbin/saslpasswd2", "-f", `${inside}/users`, "-c", "-p", "-u", "localhost", user];
      execFileSync("chroot", [ROOT, ...words], { input: `${user}-pw`, stdio: ["pipe", "ignore", "ignore"] });
    }
    const caPem = writeCertificates(`${dir}/tls`);
    execFileSync("chown", ["-R", "8:8", dir]);
    await begin(child, host, port);
    const workers = () => workersOf(`${dir}/pid`, "imapd");
    return {
      host,
      port,
      tlsPort,
      caPem,
      dir,
      users: NAMES.map((user) => ({ user, pass: `${user}-pw` })),
      // It writes to syslog, which its root does not have.
      log: () => "",
      workers,
      // Where five of the others die within ten seconds of each other, master closes the port.
      serving: () => connectedTo([port, tlsPort], workers()),
      stop: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw new Error(`Cyrus did not start: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
