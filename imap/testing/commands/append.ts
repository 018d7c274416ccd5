/** APPEND (RFC 9051 6.3.12), of several messages (RFC 3502) and from parts (RFC 4469). */

import type { CatenatePart, Code } from "../../codec/_gen/types.ts";
import type { AppendRequest } from "../_gen/request.ts";
import { concat } from "../concat.ts";
import { described } from "../content/described.ts";
import { sectionBytes, type SectionSpec } from "../content/section.ts";
import { plainCode, Refusal, type Reply, setOf } from "../protocol/reply.ts";
import { changeable, may, reach } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import type { Mailbox } from "../store/mailbox.ts";
import type { StoredMessage, ZonedTime } from "../store/message.ts";
import { parseSection } from "./fetch_plan.ts";

/** RFC 9051 6.3.12; of several messages all are added, or none. */
export function append(session: Session, request: AppendRequest): Reply {
  const mailbox = reach(session, request.mailbox, "i", "TRYCREATE");
  if (request.more.length > 0) session.require("MULTIAPPEND");
  const messages = [request, ...request.more as Given[]].map((one) => incoming(session, one));
  for (const message of messages) check(session, mailbox, message);
  const octets = messages.reduce((sum, { message }) => sum + (message?.length ?? 0), 0);
  session.account.quota.check({ octets, messages: messages.length });
  const added = messages.map((message) => appendMessage(session, mailbox, message));
  return { status: "OK", code: appendUid(session, mailbox, ...added), text: "APPEND completed" };
}

/** A message as APPEND and REPLACE bring it. */
type Incoming = Pick<AppendRequest, "flags" | "date" | "message">;

/** The same, or what it is to be put together from. */
type Given = Incoming & Pick<AppendRequest, "parts">;

/** The message that is given, put together where it comes in parts. */
export function incoming(session: Session, { flags, date, message, parts }: Given): Incoming {
  if (message === undefined) session.require("CATENATE");
  return { flags, date, message: message ?? catenated(session, parts) };
}

/** Adds a message to a mailbox. */
export function appendMessage(session: Session, mailbox: Mailbox, incoming: Incoming): StoredMessage {
  const message = check(session, mailbox, incoming);
  return session.account.append(
    mailbox,
    message,
    changeable(session, mailbox, incoming.flags ?? []),
    zonedTime(session, incoming),
  );
}

/** The octets, if they can be stored. */
function check(session: Session, mailbox: Mailbox, incoming: Incoming): Uint8Array {
  const { message } = incoming;
  if (message === undefined) throw new Refusal("BAD", "There is no message");
  // RFC 3502 6.3.11, and what Dovecot says without that extension.
  if (message.length === 0) {
    throw new Refusal("NO", "A message of no octets is not added, and cancels the others");
  }
  for (const flag of incoming.flags ?? []) checkFlag(mailbox, flag);
  // A message is a CHAR8 string; where it came as literal8, nothing here could turn it into one.
  if (message.includes(0)) throw new Refusal("NO", "The message holds NUL", plainCode("UNKNOWN-CTE"));
  if (message.length > Math.min(mailbox.maxMessage, session.server.maxMessage)) {
    throw new Refusal("NO", "The message is too big", plainCode("TOOBIG"));
  }
  zonedTime(session, incoming);
  return message;
}

/** Refuses a flag with a backslash that is not one of RFC 9051 2.3.2, and `\Recent`. */
export function checkFlag(mailbox: Mailbox, flag: string): void {
  if (!flag.startsWith("\\") || mailbox.canonicalFlag(flag) !== undefined) return;
  throw new Refusal("BAD", `${flag.slice(0, 80)} is not a flag that a client may set`);
}

/** `[APPENDUID ...]`, where the client gets UIDs (RFC 4315). */
export function appendUid(session: Session, mailbox: Mailbox, ...added: StoredMessage[]): Code | undefined {
  const uids = setOf(added.map(({ uid }) => uid));
  if (uids === undefined || !session.tellsUids) return undefined;
  return { name: "APPENDUID", uidValidity: mailbox.uidValidity, uids };
}

function zonedTime(session: Session, request: Incoming): ZonedTime {
  if (request.date === undefined) return { time: session.server.now(), zone: 0 };
  const time = request.date.toDate()?.getTime();
  if (time === undefined) throw new Refusal("BAD", "The date has no meaning");
  return { time, zone: request.date.zoneMinutes ?? 0 };
}

/** RFC 4469 3: the texts and the parts of messages that are there, one after the other. */
function catenated(session: Session, parts: readonly CatenatePart[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (const part of parts) {
    const piece = part.kind === "TEXT" ? part.text as Uint8Array : octetsAt(session, part.url);
    pieces.push(piece);
    length += piece.length;
    if (length > session.server.maxMessage) {
      throw new Refusal("NO", "The message is too big", plainCode("TOOBIG"));
    }
  }
  return concat(pieces);
}

/** `[/mailbox[;UIDVALIDITY=n]]/;UID=n[/;SECTION=s]`: without a mailbox the selected one (RFC 5092 7). */
const URL_FORM = /^(?:\/([^;]+?)(?:;UIDVALIDITY=(\d{1,10}))?)?\/?;UID=(\d{1,10})(?:\/;SECTION=([^;]+))?$/i;

function octetsAt(session: Session, url: string): Uint8Array {
  // The code is one line of a status response, whatever came as a literal.
  const told = url.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
  const bad = () => new Refusal("NO", "There is nothing at this URL", { name: "BADURL", url: told });
  const match = URL_FORM.exec(url);
  if (match === null) throw bad();
  const [, name, uidValidity, uid, section = ""] = match;
  const mailbox = name === undefined ? session.view?.mailbox : session.account.get(decoded(name) ?? "");
  if (mailbox === undefined || !may(session, mailbox, "r")) throw bad();
  if (uidValidity !== undefined && Number(uidValidity) !== mailbox.uidValidity) throw bad();
  const message = mailbox.find(Number(uid));
  if (message === undefined) throw bad();
  const wanted = sectionOf(decoded(section) ?? "?");
  if (wanted === undefined) throw bad();
  const octets = sectionBytes(message.bytes, described(message.content).root, wanted);
  if (octets === null) throw bad();
  return octets;
}

function sectionOf(text: string): SectionSpec | undefined {
  try {
    return parseSection(text);
  } catch {
    return undefined;
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
