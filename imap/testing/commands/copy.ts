/** COPY (RFC 9051 6.4.7). */

import type { Code } from "../../codec/_gen/types.ts";
import type { SequenceSet } from "../../values/sequence_set.ts";
import type { CopyRequest } from "../_gen/request.ts";
import type { Call } from "../protocol/command.ts";
import { plainCode, Refusal, type Reply, setOf } from "../protocol/reply.ts";
import { changeable, reach } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import type { Mailbox } from "../store/mailbox.ts";
import type { StoredMessage } from "../store/message.ts";
import { messagesOf } from "./numbers.ts";

/** RFC 9051 6.4.7. */
export function copy(session: Session, request: CopyRequest, { uid }: Call): Reply {
  const target = reach(session, request.mailbox, "i", "TRYCREATE");
  const { present, gone } = presentMessages(session, request.set, uid);
  if (gone) throw new Refusal("NO", "Some of the messages are gone", plainCode("EXPUNGEISSUED"));
  const copies = session.account.copy(present, target, (flags) => changeable(session, target, flags));
  return { status: "OK", code: copyUid(session, target, present, copies), text: "COPY completed" };
}

/** The messages of a set that are still there, and whether some are gone. */
export function presentMessages(
  session: Session,
  set: SequenceSet,
  uid: boolean,
): { present: StoredMessage[]; gone: boolean } {
  const named = messagesOf(session, set, uid).map(({ message }) => message);
  const present = named.filter((message) => !message.expunged);
  return { present, gone: present.length < named.length };
}

/** `[COPYUID ...]`, where the client gets UIDs. */
export function copyUid(
  session: Session,
  target: Mailbox,
  originals: readonly StoredMessage[],
  copies: readonly StoredMessage[],
): Code | undefined {
  const source = setOf(originals.map(({ uid }) => uid));
  const destination = setOf(copies.map(({ uid }) => uid));
  if (source === undefined || destination === undefined || !session.tellsUids) return undefined;
  return { name: "COPYUID", uidValidity: target.uidValidity, source, destination };
}
