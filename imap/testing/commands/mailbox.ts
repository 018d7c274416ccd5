/** Commands about mailboxes as a whole: SELECT, CREATE, STATUS, APPEND and their like. */

import type {
  AppendRequest,
  CreateRequest,
  DeleteRequest,
  ExamineRequest,
  RenameRequest,
  SelectRequest,
  SubscribeRequest,
  UnsubscribeRequest,
} from "../_gen/request.ts";
import { attributesOf } from "./list.ts";
import { condition, listLine, plainCode, Refusal, type Reply, setOf } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import { canonicalName, DELIMITER, type Mailbox, type ZonedTime } from "../store/store.ts";
import { View } from "../store/view.ts";

/** Attributes that CREATE may ask for (RFC 6154). */
const SPECIAL_USES = new Map(
  ["\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Junk", "\\Sent", "\\Trash"].map((
    use,
  ) => [use.toLowerCase(), use]),
);

/** RFC 9051 6.3.2 and 6.3.3. */
export function select(session: Session, request: SelectRequest | ExamineRequest): Reply {
  if (session.view !== undefined) {
    // Also when the new mailbox cannot be selected: the old one is closed before that is tried.
    session.deselect();
    session.send(condition("OK", "Previous mailbox is now closed", { name: "CLOSED" }));
  }
  const mailbox = session.user.require(request.mailbox);
  const readOnly = request.name === "EXAMINE";
  const view = new View(mailbox, readOnly);
  session.view = view;
  session.state = "selected";
  session.send({ type: "FLAGS", flags: mailbox.flags, other: [] });
  session.send(condition("OK", readOnly ? "No permanent flags permitted" : "Flags and keywords allowed", {
    name: "PERMANENTFLAGS",
    flags: readOnly ? [] : [...mailbox.flags, "\\*"],
  }));
  session.send({ type: "EXISTS", count: view.messages.length });
  if (!session.rev2) announceRev1(session, view);
  session.send(condition("OK", "UIDs valid", { name: "UIDVALIDITY", uidValidity: mailbox.uidValidity }));
  session.send(condition("OK", "Predicted next UID", { name: "UIDNEXT", uidNext: mailbox.uidNext }));
  if (session.rev2) announceName(session, mailbox, request.mailbox);
  return {
    status: "OK",
    code: plainCode(readOnly ? "READ-ONLY" : "READ-WRITE"),
    text: `${request.name} completed`,
  };
}

/** What RFC 3501 wants and RFC 9051 dropped. */
function announceRev1(session: Session, view: View): void {
  session.send({ type: "RECENT", count: view.recent.size });
  const unseen = view.messages.findIndex((message) => !message.flags.has("\\Seen"));
  if (unseen >= 0) session.send(condition("OK", "First unseen", { name: "UNSEEN", seq: unseen + 1 }));
}

/** `* LIST` for a name that was used, with OLDNAME when it is not the one that was written. */
function announceName(session: Session, mailbox: Mailbox, written: string): void {
  const listed = session.user.list([mailbox.name], { subscriptions: false })[0];
  const attributes = listed === undefined ? [] : attributesOf(session, listed, { subscribed: true });
  const oldName = written === mailbox.name ? undefined : written;
  session.send(listLine("LIST", mailbox.name, DELIMITER, attributes, { oldName }));
}

/** RFC 9051 6.3.4, RFC 6154 for USE. */
export function create(session: Session, request: CreateRequest): Reply {
  const uses = request.use.map((use) => SPECIAL_USES.get(use.toLowerCase()));
  if (uses.includes(undefined)) throw new Refusal("NO", "Unknown use", plainCode("USEATTR"));
  const mailbox = session.user.create(request.mailbox, uses.filter((use) => use !== undefined));
  const written = request.mailbox.endsWith(DELIMITER) ? request.mailbox.slice(0, -1) : request.mailbox;
  if (session.rev2 && written !== mailbox.name) announceName(session, mailbox, written);
  return { status: "OK", text: "CREATE completed" };
}

/** RFC 9051 6.3.5. */
export function remove(session: Session, request: DeleteRequest): Reply {
  session.user.delete(request.mailbox);
  return { status: "OK", text: "DELETE completed" };
}

/** RFC 9051 6.3.6. */
export function rename(session: Session, request: RenameRequest): Reply {
  session.user.rename(request.mailbox, request.newName);
  const renamed = session.user.get(request.newName);
  const fromInbox = canonicalName(request.mailbox) === "INBOX";
  if (session.rev2 && renamed !== undefined && !fromInbox) announceName(session, renamed, request.mailbox);
  return { status: "OK", text: "RENAME completed" };
}

/** RFC 9051 6.3.7 and 6.3.8. A name may be subscribed to before or after its mailbox exists. */
export function subscribe(session: Session, request: SubscribeRequest | UnsubscribeRequest): Reply {
  const name = canonicalName(request.mailbox);
  if (request.name === "UNSUBSCRIBE") {
    session.user.subscriptions.delete(name);
  } else {
    session.user.subscribe(name);
  }
  return { status: "OK", text: `${request.name} completed` };
}

/** RFC 9051 6.3.10. */
export function namespace(session: Session): Reply {
  session.send({
    type: "NAMESPACE",
    personal: [{ prefix: "", delimiter: DELIMITER, extensions: [], other: [] }],
    otherUsers: [],
    shared: [],
    other: [],
  });
  return { status: "OK", text: "NAMESPACE completed" };
}

/** RFC 9051 6.3.12. */
export function append(session: Session, request: AppendRequest): Reply {
  const mailbox = session.user.require(request.mailbox, "TRYCREATE");
  // A message is a CHAR8 string; where it came as literal8, nothing here could turn it into one.
  if (request.message.includes(0)) {
    throw new Refusal("NO", "The message holds NUL", plainCode("UNKNOWN-CTE"));
  }
  const date = zonedTime(session, request);
  const message = mailbox.append(request.message, request.flags ?? [], date);
  const uids = setOf([message.uid]);
  const code = uids !== undefined && session.tellsUids
    ? { name: "APPENDUID" as const, uidValidity: mailbox.uidValidity, uids }
    : undefined;
  return { status: "OK", code, text: "APPEND completed" };
}

function zonedTime(session: Session, request: AppendRequest): ZonedTime {
  if (request.date === undefined) return { time: session.server.now(), zone: 0 };
  const time = request.date.toDate()?.getTime();
  if (time === undefined) throw new Refusal("BAD", "The date has no meaning");
  return { time, zone: request.date.zoneMinutes ?? 0 };
}
