/** The items of FETCH that have no section: what each needs, and how its value is found. */

import type { FetchResponse } from "../../codec/_gen/types.ts";
import { Described, described } from "../content/described.ts";
import type { ScannedPart } from "../content/fields.ts";
import { previewOf } from "../content/preview.ts";
import { sectionBytes } from "../content/section.ts";
import { bodyOf } from "../content/structure.ts";
import type { Capability } from "../protocol/capabilities.ts";
import { formatZonedTime } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import { emailId, gmailMessageId, gmailThreadId, threadId } from "../store/object_ids.ts";
import type { StoredMessage } from "../store/message.ts";

/** A message while its items are collected. */
export class Fetched {
  readonly session: Session;
  readonly message: StoredMessage;

  constructor(session: Session, message: StoredMessage) {
    this.session = session;
    this.message = message;
  }

  get bytes(): Uint8Array {
    return this.message.bytes;
  }

  get root(): ScannedPart {
    return described(this.message.content).root;
  }
}

/** What is kept of a message, or a copy of it where a fault's `rewrite` may change what it is given. */
function describe({ session, message }: Fetched): Described {
  return session.output.rewrites ? new Described(message.bytes) : described(message.content);
}

/** One item. */
export interface Item {
  /** The capability that brings it. */
  readonly needs?: Capability;
  /** Reading it marks the message as seen. */
  readonly marksSeen?: true;
  /** Puts the value into the response. */
  readonly write: (response: FetchResponse, fetched: Fetched) => void;
}

const PREVIEW: Item = {
  needs: "PREVIEW",
  write: (response, { bytes, root }) => response.preview = previewOf(bytes, root),
};

/** Items by name (RFC 9051 6.4.5, RFC 3501 6.4.5, and the extensions that `needs` names). */
export const ITEMS: ReadonlyMap<string, Item> = new Map<string, Item>([
  ["UID", { write: (response, { message }) => response.uid = message.uid }],
  ["FLAGS", { write: (response, { message, session }) => response.flags = session.flagsOf(message) }],
  ["INTERNALDATE", {
    write: (response, { message, session }) =>
      response.internalDate = formatZonedTime(message.internalDate, session.server.behaviour.zeroDay),
  }],
  ["RFC822.SIZE", { write: (response, { bytes }) => response.size = bytes.length }],
  ["ENVELOPE", { write: (response, fetched) => response.envelope = describe(fetched).envelope }],
  ["BODYSTRUCTURE", {
    write: (response, fetched) => response.bodyStructure = describe(fetched).structure,
  }],
  ["BODY", { write: (response, { bytes, root }) => response.body = bodyOf(bytes, root, false) }],
  ["RFC822", {
    marksSeen: true,
    write: (response, { bytes }) =>
      response.sections.push({ item: "RFC822", name: "", origin: undefined, data: bytes }),
  }],
  ["RFC822.HEADER", { write: (response, fetched) => addRfc822(response, fetched, "HEADER") }],
  ["RFC822.TEXT", { marksSeen: true, write: (response, fetched) => addRfc822(response, fetched, "TEXT") }],
  ["MODSEQ", { needs: "CONDSTORE", write: (response, { message }) => response.modSeq = message.modSeq }],
  ["EMAILID", {
    needs: "OBJECTID",
    write: (response, { message }) => response.emailId = emailId(message.content),
  }],
  ["THREADID", {
    needs: "OBJECTID",
    write: (response, { message, session }) => response.threadId = threadId(session.account, message.content),
  }],
  ["X-GM-MSGID", {
    needs: "X-GM-EXT-1",
    write: (response, { message }) => response.gmailMessageId = gmailMessageId(message.content),
  }],
  ["X-GM-THRID", {
    needs: "X-GM-EXT-1",
    write: (response, { message, session }) =>
      response.gmailThreadId = gmailThreadId(session.account, message.content),
  }],
  ["X-GM-LABELS", {
    needs: "X-GM-EXT-1",
    write: (response, { message, session }) =>
      response.gmailLabels = session.account.places.labels(session.selected.mailbox, message),
  }],
  ["PREVIEW", PREVIEW],
  // The server has every preview at hand, so LAZY makes no difference (RFC 8970 3.1).
  ["PREVIEW (LAZY)", PREVIEW],
  ["SAVEDATE", {
    needs: "SAVEDATE",
    write: (response, { message, session }) =>
      response.saveDate = formatZonedTime({ time: message.saved, zone: 0 }, session.server.behaviour.zeroDay),
  }],
]);

function addRfc822(response: FetchResponse, { bytes, root }: Fetched, text: "HEADER" | "TEXT"): void {
  const data = sectionBytes(bytes, root, { path: [], text, fields: [] });
  response.sections.push({ item: `RFC822.${text}`, name: text, origin: undefined, data });
}
