/** What keeps a client from growing the store without end, and how the store says no. */

/** The numbers. */
export const storeLimits = {
  /** Mailboxes of one account. */
  mailboxes: 10_000,
  /** UTF-16 units of a mailbox name. */
  nameLength: 1_000,
  /** Levels of a mailbox name. */
  nameDepth: 50,
  /** Different keywords of one mailbox. */
  keywords: 500,
  /** Length of one keyword. */
  keywordLength: 200,
  /** Expunged UIDs that a mailbox remembers for QRESYNC. */
  history: 10_000,
  /** Messages of one mailbox. */
  messages: 1_000_000,
} as const;

/** Why the store refused something: the response code of RFC 9051 7.1 that says so. */
export type StoreErrorCode =
  | "ALREADYEXISTS"
  | "CANNOT"
  | "HASCHILDREN"
  | "LIMIT"
  | "NONEXISTENT"
  | "NOPERM"
  | "OVERQUOTA"
  | "TRYCREATE";

/** A request that the store refuses. */
export class StoreError extends Error {
  override name = "StoreError";
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
