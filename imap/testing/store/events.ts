/** What happens in an account, for sessions that want to hear of mailboxes they have not selected (RFC 5465). */

import type { Mailbox } from "./mailbox.ts";

/** One thing that happened. */
export type AccountEvent =
  | { kind: "MESSAGENEW" | "MESSAGEEXPUNGE" | "FLAGCHANGE"; mailbox: Mailbox }
  /** A mailbox was made, deleted or, with an old name, renamed. */
  | { kind: "MAILBOXNAME"; name: string; oldName?: string }
  | { kind: "SUBSCRIPTIONCHANGE"; name: string }
  /** Annotations changed; those of the server have the name "". */
  | { kind: "METADATA"; name: string; entries: readonly string[] };

/** Who listens. */
export type AccountListener = (event: AccountEvent) => void;
