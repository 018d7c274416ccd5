/** LIST with its options (RFC 9051 6.3.9, RFC 5258, RFC 5819, RFC 6154). */

import type { ListRequest } from "../_gen/request.ts";
import { listLine, Refusal, type Reply } from "../protocol/reply.ts";
import { may } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import type { ListedMailbox } from "../store/account.ts";
import type { Mailbox } from "../store/mailbox.ts";
import { DELIMITER } from "../store/names.ts";
import { sendMyRights } from "./acl.ts";
import { sendMetadata } from "./metadata.ts";
import { sendStatus } from "./status.ts";

/** RFC 9051 6.3.9. */
export function list(session: Session, request: ListRequest): Reply {
  const select = new Set<string>(request.select);
  const known = ["SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE", "CHILDREN", "MYRIGHTS"];
  if ([...request.select, ...request.returns].some((option) => !known.includes(option))) {
    throw new Refusal("BAD", "An option that is not offered");
  }
  if (select.size + request.returns.length > 0 || request.patterns.length > 1) {
    session.require("LIST-EXTENDED");
  }
  if (select.has("SPECIAL-USE") || request.returns.includes("SPECIAL-USE")) session.require("SPECIAL-USE");
  if (request.status.length > 0) session.require("LIST-STATUS");
  const tellsRights = request.returns.includes("MYRIGHTS");
  if (tellsRights) session.require("LIST-MYRIGHTS");
  if (request.metadata.length > 0) session.require("LIST-METADATA");
  const recursive = select.has("RECURSIVEMATCH");
  if (recursive && !select.has("SUBSCRIBED") && !select.has("SPECIAL-USE")) {
    throw new Refusal("BAD", "RECURSIVEMATCH needs another selection option");
  }
  if (request.patterns.length === 1 && request.patterns[0] === "" && select.size === 0) {
    // The one question about the delimiter itself.
    session.send(listLine("LIST", "", DELIMITER, ["\\Noselect"]));
    return { status: "OK", text: "LIST completed" };
  }
  const subscribed = select.has("SUBSCRIBED");
  const patterns = request.patterns.map((pattern) => request.reference + pattern);
  const children = request.returns.includes("CHILDREN");
  const returnSubscribed = subscribed || request.returns.includes("SUBSCRIBED");
  for (const listed of session.account.list(patterns, { subscriptions: subscribed })) {
    if (listed.mailbox !== undefined && !may(session, listed.mailbox, "l")) continue;
    const matches = (!subscribed || listed.subscribed) &&
      (!select.has("SPECIAL-USE") || (listed.mailbox?.specialUse.length ?? 0) > 0);
    const childInfo = recursive && subscribed && listed.childSubscribed ? ["SUBSCRIBED"] : undefined;
    if (!matches && childInfo === undefined) continue;
    const attributes = attributesOf(session, listed, { subscribed: returnSubscribed, children });
    session.send(listLine("LIST", listed.name, DELIMITER, attributes, { childInfo }));
    if (request.status.length > 0 && listed.mailbox?.selectable) {
      // RFC 5819 section 2: for what cannot be told, there is no STATUS response.
      if (may(session, listed.mailbox, "r")) sendStatus(session, listed.mailbox, request.status);
    }
    if (listed.mailbox === undefined) continue;
    if (tellsRights) sendMyRights(session, listed.mailbox);
    if (request.metadata.length > 0) sendMetadata(session, listed.mailbox, request.metadata);
  }
  return { status: "OK", text: "LIST completed" };
}

/** `* LIST` for a name that was used, with OLDNAME when it is not the one that was written. */
export function announceName(session: Session, mailbox: Mailbox, written: string): void {
  const listed = session.account.list([mailbox.name], { subscriptions: false })[0];
  const attributes = listed === undefined ? [] : attributesOf(session, listed, { subscribed: true });
  const oldName = written === mailbox.name ? undefined : written;
  session.send(listLine("LIST", mailbox.name, DELIMITER, attributes, { oldName }));
}

/** Mailbox attributes as LIST shows them. */
export function attributesOf(
  session: Session,
  listed: ListedMailbox,
  options: { subscribed: boolean; children?: boolean },
): string[] {
  const attributes: string[] = [];
  if (listed.mailbox === undefined) attributes.push("\\NonExistent");
  // \NonExistent implies it (RFC 9051 7.3.1), but a client of RFC 3501 does not know that word.
  if (!listed.mailbox?.selectable && (listed.mailbox !== undefined || !session.rev2)) {
    attributes.push("\\Noselect");
  }
  if (options.children || session.offers("CHILDREN")) {
    attributes.push(listed.hasChildren ? "\\HasChildren" : "\\HasNoChildren");
  }
  if (options.subscribed && listed.subscribed) attributes.push("\\Subscribed");
  if (session.server.offers("SPECIAL-USE") || session.rev2) {
    attributes.push(...listed.mailbox?.specialUse ?? []);
  }
  return attributes;
}
