/** Limits of an account (RFC 9208 section 5), which the store holds to. */

import { StoreError } from "./limits.ts";
import type { Mailbox } from "./mailbox.ts";

/** What can be limited here: STORAGE in units of 1,024 octets, MESSAGE and MAILBOX in numbers. */
export const QUOTA_RESOURCES = ["STORAGE", "MESSAGE", "MAILBOX"] as const;

/** One quota root for all mailboxes of an account. */
export class Quota {
  /** Limits by resource; what is not there is not limited. */
  readonly limits: Map<string, number> = new Map();
  readonly #mailboxes: () => Iterable<Mailbox>;

  constructor(mailboxes: () => Iterable<Mailbox>) {
    this.#mailboxes = mailboxes;
  }

  /** How much of a resource is in use. */
  usage(resource: string): number {
    const mailboxes = [...this.#mailboxes()];
    if (resource === "MAILBOX") return mailboxes.length;
    return resource === "MESSAGE"
      ? mailboxes.reduce((sum, { messages }) => sum + messages.length, 0)
      : Math.ceil(mailboxes.reduce((sum, { size }) => sum + size, 0) / 1024);
  }

  /** Refuses what would go over a limit: messages of so many octets together, or mailboxes. */
  check(more: { octets?: number; messages?: number; mailboxes?: number }): void {
    for (const [resource, limit] of this.limits) {
      const added = resource === "STORAGE"
        ? (more.octets ?? 0) / 1024
        : resource === "MESSAGE"
        ? more.messages ?? 0
        : more.mailboxes ?? 0;
      if (added > 0 && this.usage(resource) + added > limit) {
        throw new StoreError("OVERQUOTA", `The quota of ${resource} is used up`);
      }
    }
  }
}
