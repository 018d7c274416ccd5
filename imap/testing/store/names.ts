/** Mailbox names: their one spelling, what may be in them, their levels. */

import { StoreError, storeLimits } from "./limits.ts";

/** The hierarchy delimiter of every mailbox name. */
export const DELIMITER = "/";

/**
 * The one spelling of a name: INBOX without regard to case, also as the first level of longer names; the rest
 * composed as Net-Unicode has it (RFC 9051 5.1, RFC 5198).
 */
export function canonicalName(written: string): string {
  const name = written.normalize("NFC");
  return /^inbox(?:\/|$)/i.test(name) ? "INBOX" + name.slice(5) : name;
}

/** Refuses a name that no mailbox can have. */
export function checkName(name: string): void {
  const levels = name.split(DELIMITER);
  if (name === "" || levels.includes("")) throw new StoreError("CANNOT", "Empty mailbox name or level");
  if (name.length > storeLimits.nameLength || levels.length > storeLimits.nameDepth) {
    throw new StoreError("LIMIT", "The mailbox name is too long");
  }
  // Octets that modified UTF-7 (RFC 3501 5.1.3) cannot have are surrogates here.
  if (!name.isWellFormed()) throw new StoreError("CANNOT", "The mailbox name is not modified UTF-7");
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (unit < 0x20 || unit === 0x7f || unit === 0x2a || unit === 0x25) {
      throw new StoreError("CANNOT", "Control characters and wildcards are not allowed in a mailbox name");
    }
  }
}

/** `a` and `a/b` for `a/b/c`. */
export function levelsAbove(name: string): string[] {
  const above: string[] = [];
  for (let at = name.indexOf(DELIMITER); at > 0; at = name.indexOf(DELIMITER, at + 1)) {
    above.push(name.slice(0, at));
  }
  return above;
}
