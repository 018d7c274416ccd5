/** The servers that are not ours: what holds of a client must hold with each of them. */

import type { Need } from "../support/skip.ts";
import { cyrus, startCyrus } from "./cyrus.ts";
import { dovecot, startDovecot } from "./dovecot.ts";
import type { RealServer } from "./private_server.ts";

/** What may be asked of any of them. */
export interface StartOptions {
  /** Room for some hundred megabytes of each user. */
  largeQuota?: boolean;
  /** No login before TLS. */
  requireTls?: boolean;
}

/** How to get one. */
export interface RealServerKind {
  readonly name: string;
  readonly need: Need;
  start(options?: StartOptions): Promise<RealServer>;
}

/** All of them. */
export const realServers: readonly RealServerKind[] = [
  {
    name: "Dovecot",
    need: dovecot,
    start: ({ largeQuota, requireTls } = {}) =>
      startDovecot({ requireTls, ...largeQuota ? { quota: "500M" } : {} }),
  },
  {
    name: "Cyrus",
    need: cyrus,
    start: ({ largeQuota, requireTls } = {}) =>
      startCyrus({ requireTls, ...largeQuota ? { quota: 500_000 } : {} }),
  },
];
