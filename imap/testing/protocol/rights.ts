/** Whether who has logged in may do something with a mailbox (RFC 4314 section 4). Without ACL everybody may. */

import { RIGHTS } from "../store/acl.ts";
import { StoreError, type StoreErrorCode } from "../store/limits.ts";
import type { Mailbox } from "../store/mailbox.ts";
import { DELIMITER } from "../store/names.ts";
import type { Session } from "./session.ts";

/** The rights on a mailbox, one letter each. */
export function rightsOn(session: Session, mailbox: Mailbox): string {
  return session.offers("ACL") ? mailbox.acl.of(session.user?.name ?? "") : RIGHTS;
}

/** Whether all of the rights are there. */
export function may(session: Session, mailbox: Mailbox, rights: string): boolean {
  const had = rightsOn(session, mailbox);
  return [...rights].every((right) => had.includes(right));
}

/** Refuses a user who lacks one of the rights. A mailbox that the user may not see does not exist (RFC 4314 section 6). */
export function demand(session: Session, mailbox: Mailbox, rights: string): void {
  if (may(session, mailbox, rights)) return;
  if (!rightsOn(session, mailbox).includes("l")) throw new StoreError("NONEXISTENT", "No such mailbox");
  throw new StoreError("NOPERM", `The rights ${rights} are needed`);
}

/** Finds a mailbox that holds messages and on which there are these rights. */
export function reach(
  session: Session,
  name: string,
  rights: string,
  code: StoreErrorCode = "NONEXISTENT",
): Mailbox {
  const mailbox = session.account.require(name, code);
  demand(session, mailbox, rights);
  return mailbox;
}

/** Refuses a user who may not make mailboxes below the nearest level above a name. */
export function demandRoom(session: Session, name: string): void {
  for (let at = name.lastIndexOf(DELIMITER); at > 0; at = name.lastIndexOf(DELIMITER, at - 1)) {
    const above = session.account.get(name.slice(0, at));
    if (above !== undefined) return demand(session, above, "k");
  }
}

/** The right that changing a flag takes. */
function rightOf(flag: string): string {
  const lower = flag.toLowerCase();
  return lower === "\\seen" ? "s" : lower === "\\deleted" ? "t" : "w";
}

/** Of some flags, those that may be changed. */
export function changeable(session: Session, mailbox: Mailbox, flags: readonly string[]): string[] {
  const rights = rightsOn(session, mailbox);
  return flags.filter((flag) => rights.includes(rightOf(flag)));
}
