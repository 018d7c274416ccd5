/** GETACL, SETACL, DELETEACL, LISTRIGHTS and MYRIGHTS (RFC 4314). */

import type {
  DeleteAclRequest,
  GetAclRequest,
  ListRightsRequest,
  MyRightsRequest,
  SetAclRequest,
} from "../_gen/request.ts";
import { Refusal, type Reply } from "../protocol/reply.ts";
import { reach, rightsOn } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import { RIGHTS, written } from "../store/acl.ts";
import { StoreError } from "../store/limits.ts";
import type { Mailbox } from "../store/mailbox.ts";

/** RFC 4314 3.3. */
export function getAcl(session: Session, request: GetAclRequest): Reply {
  const { name, acl } = reach(session, request.mailbox, "a");
  session.send({ type: "ACL", mailbox: name, entries: acl.entries, other: [] });
  return { status: "OK", text: "GETACL completed" };
}

/** RFC 4314 3.1. */
export function setAcl(session: Session, request: SetAclRequest): Reply {
  const { acl } = reach(session, request.mailbox, "a");
  if (request.identifier === "") throw new Refusal("BAD", "SETACL needs an identifier");
  // RFC 4314 2.2: what RFC 2086 did not have is named in a capability.
  const unknown = [...request.rights].find((right) => "kxte".includes(right) && !hasRight(session, right));
  if (unknown !== undefined) throw new Refusal("BAD", `There is no right ${unknown} here`);
  if (!acl.set(request.identifier, request.rights)) {
    throw new Refusal("BAD", `The rights are ${RIGHTS}, and c and d of RFC 2086`);
  }
  return { status: "OK", text: "SETACL completed" };
}

/** RFC 4314 3.2. */
export function deleteAcl(session: Session, request: DeleteAclRequest): Reply {
  reach(session, request.mailbox, "a").acl.delete(request.identifier);
  return { status: "OK", text: "DELETEACL completed" };
}

/** RFC 4314 3.4: each right can be granted by itself. */
export function listRights(session: Session, { mailbox, identifier }: ListRightsRequest): Reply {
  const { name, acl } = reach(session, mailbox, "a");
  const required = acl.required(identifier);
  const optional = [...RIGHTS].filter((right) => !required.includes(right));
  session.send({ type: "LISTRIGHTS", mailbox: name, identifier, required, optional, other: [] });
  return { status: "OK", text: "LISTRIGHTS completed" };
}

/** RFC 4314 3.5. */
export function myRights(session: Session, request: MyRightsRequest): Reply {
  const mailbox = session.account.require(request.mailbox);
  if (!/[lrikxa]/.test(rightsOn(session, mailbox))) throw new StoreError("NONEXISTENT", "No such mailbox");
  sendMyRights(session, mailbox);
  return { status: "OK", text: "MYRIGHTS completed" };
}

/** Whether a right of RFC 4314 is among those that `RIGHTS=` names. */
function hasRight(session: Session, right: string): boolean {
  const named = session.capabilities.find((name) => /^RIGHTS=/i.test(name)) ?? "";
  return named.slice("RIGHTS=".length).toLowerCase().includes(right);
}

/** `* MYRIGHTS`, also as a part of LIST (RFC 8440). */
export function sendMyRights(session: Session, mailbox: Mailbox): void {
  session.send({ type: "MYRIGHTS", mailbox: mailbox.name, rights: written(rightsOn(session, mailbox)) });
}
