/** Evaluates search keys over a view of a mailbox (RFC 9051 6.4.4). */

import { parsedate } from "../../../email/dates.ts";
import type { SearchKey } from "../../codec/_gen/types.ts";
import type { SearchDate } from "../../values/date_time.ts";
import type { SequenceSet } from "../../values/sequence_set.ts";
import { fieldText, scan, type ScannedPart } from "../content/fields.ts";
import type { Capability } from "../protocol/capabilities.ts";
import type { Session } from "../protocol/session.ts";
import type { StoredMessage } from "../store/message.ts";
import { bodyText, foldText, headersText, headerText } from "../content/text.ts";
import { emailId, gmailMessageId, gmailThreadId, threadId } from "../store/object_ids.ts";
import { labelOf } from "../store/places.ts";
import type { View } from "../store/view.ts";
import { keysOfRaw } from "./gmail.ts";

/** Thrown for a key that this server does not offer. */
export class UnsupportedKeyError extends Error {
  override name = "UnsupportedKeyError";
}

/** A search program turned into one test. */
type Test = (entry: Entry) => boolean;

/** What keys need beside the message itself. */
interface SearchContext {
  readonly session: Session;
  readonly view: View;
  /** What `$` means. */
  readonly saved: ReadonlySet<StoredMessage>;
  /** Milliseconds since 1970, the same for all messages of a search. */
  readonly now: number;
}

/** Messages of the selected mailbox that match all keys, in order. */
export function searchMessages(keys: readonly SearchKey[], session: Session): StoredMessage[] {
  const view = session.selected;
  const context = { session, view, saved: session.saved, now: session.server.now() };
  const tests = keys.map((key) => compile(key, context));
  return view.messages.filter((message, index) => {
    if (message.expunged) return false;
    const entry = new Entry(message, index + 1);
    return tests.every((test) => test(entry));
  });
}

/** A message while it is tested; its text is decoded at most once, and only when a key asks for text. */
class Entry {
  readonly message: StoredMessage;
  readonly seq: number;
  #part: ScannedPart | undefined;
  #header: string | undefined;
  #body: string | undefined;

  constructor(message: StoredMessage, seq: number) {
    this.message = message;
    this.seq = seq;
  }

  get part(): ScannedPart {
    return this.#part ??= scan(this.message.bytes);
  }

  get header(): string {
    return this.#header ??= foldText(headersText(this.message.bytes, this.part));
  }

  get body(): string {
    return this.#body ??= foldText(bodyText(this.message.bytes, this.part));
  }

  hasField(name: string, wanted: string): boolean {
    return this.part.fields.some((field) =>
      field.name === name && foldText(headerText(this.message.bytes, field)).includes(wanted)
    );
  }

  /** Calendar day of the Date field as a number: 1 January 1970 when it has none that can be read, as Dovecot has it. */
  get sentDay(): number {
    return parseSentDay(fieldText(this.message.bytes, this.part, "date") ?? "") ?? 19_700_101;
  }

  /** Calendar day of the internal date in its own zone. */
  get day(): number {
    const { time, zone } = this.message.internalDate;
    return dayAt(time + zone * 60_000);
  }
}

function compile(key: SearchKey, context: SearchContext): Test {
  switch (key.op) {
    case "AND": {
      const tests = key.keys.map((inner) => compile(inner, context));
      return (entry) => tests.every((test) => test(entry));
    }
    case "OR": {
      const left = compile(key.left, context);
      const right = compile(key.right, context);
      return (entry) => left(entry) || right(entry);
    }
    case "NOT": {
      const test = compile(key.key, context);
      return (entry) => !test(entry);
    }
    case "SET":
      return inSet(key.set, context, context.view.messages.length, (entry) => entry.seq);
    case "UID":
      return inSet(key.set, context, context.view.maxUid, (entry) => entry.message.uid);
    case "ALL":
      return () => true;
    case "ANSWERED":
    case "DELETED":
    case "DRAFT":
    case "FLAGGED":
    case "SEEN":
      return hasFlag("\\" + key.op, context);
    case "UNANSWERED":
    case "UNDELETED":
    case "UNDRAFT":
    case "UNFLAGGED":
    case "UNSEEN": {
      const test = hasFlag("\\" + key.op.slice(2), context);
      return (entry) => !test(entry);
    }
    case "KEYWORD":
      return hasFlag(key.flag, context);
    case "UNKEYWORD": {
      const test = hasFlag(key.flag, context);
      return (entry) => !test(entry);
    }
    case "NEW":
      return (entry) => context.view.recent.has(entry.message) && !entry.message.flags.has("\\Seen");
    case "OLD":
      return (entry) => !context.view.recent.has(entry.message);
    case "RECENT":
      return (entry) => context.view.recent.has(entry.message);
    case "LARGER":
      return (entry) => entry.message.bytes.length > key.size;
    case "SMALLER":
      return (entry) => entry.message.bytes.length < key.size;
    case "BEFORE":
    case "ON":
    case "SINCE":
      return onDay(key.op, key.date, (entry) => entry.day);
    case "SENTBEFORE":
    case "SENTON":
    case "SENTSINCE":
      return onDay(key.op.slice(4), key.date, (entry) => entry.sentDay);
    case "BCC":
    case "CC":
    case "FROM":
    case "SUBJECT":
    case "TO":
      return inField(key.op, key.value);
    case "HEADER":
      return inField(key.field, key.value);
    case "BODY": {
      const wanted = foldText(key.value);
      return (entry) => entry.body.includes(wanted);
    }
    case "TEXT": {
      const wanted = foldText(key.value);
      return (entry) => entry.header.includes(wanted) || entry.body.includes(wanted);
    }
    case "FUZZY":
      // RFC 6203 leaves open what is near enough; here it is what contains the text.
      needs(context, "SEARCH=FUZZY", key.op);
      return compile(key.key, context);
    case "MODSEQ":
      needs(context, "CONDSTORE", key.op);
      return (entry) => entry.message.modSeq >= key.modSeq;
    case "OLDER":
      needs(context, "WITHIN", key.op);
      return (entry) => entry.message.internalDate.time <= context.now - key.seconds * 1000;
    case "YOUNGER":
      needs(context, "WITHIN", key.op);
      return (entry) => entry.message.internalDate.time >= context.now - key.seconds * 1000;
    case "SAVEDBEFORE":
    case "SAVEDON":
    case "SAVEDSINCE":
      needs(context, "SAVEDATE", key.op);
      return onDay(key.op.slice(5), key.date, (entry) => dayAt(entry.message.saved));
    case "SAVEDATESUPPORTED":
      needs(context, "SAVEDATE", key.op);
      return () => true;
    case "EMAILID":
      needs(context, "OBJECTID", key.op);
      return (entry) => emailId(entry.message.content) === key.id;
    case "THREADID":
      needs(context, "OBJECTID", key.op);
      return (entry) => threadId(context.session.account, entry.message.content) === key.id;
    case "X-GM-MSGID":
      needs(context, "X-GM-EXT-1", key.op);
      return (entry) => gmailMessageId(entry.message.content) === key.gmailId;
    case "X-GM-THRID":
      needs(context, "X-GM-EXT-1", key.op);
      return (entry) => gmailThreadId(context.session.account, entry.message.content) === key.gmailId;
    case "X-GM-LABELS":
      needs(context, "X-GM-EXT-1", key.op);
      return hasLabel(key.value, context);
    case "X-GM-RAW": {
      needs(context, "X-GM-EXT-1", key.op);
      const tests = keysOfRaw(key.value).map((inner) => compile(inner, context));
      return (entry) => tests.every((test) => test(entry));
    }
    default:
      throw new UnsupportedKeyError(`SEARCH has no key ${key.op} here`);
  }
}

function inSet(
  set: SequenceSet,
  context: SearchContext,
  last: number,
  numberOf: (entry: Entry) => number,
): Test {
  if (set.isSaved) {
    context.session.require("SEARCHRES");
    return (entry) => context.saved.has(entry.message);
  }
  if (last === 0) return () => false;
  const resolved = set.resolve(last);
  return (entry) => resolved.contains(numberOf(entry));
}

function hasFlag(flag: string, context: SearchContext): Test {
  const canonical = context.view.mailbox.canonicalFlag(flag);
  return (entry) => canonical !== undefined && entry.message.flags.has(canonical);
}

/** Labels, that of the selected mailbox among them, are compared without regard to case. */
function hasLabel(label: string, { session, view: { mailbox } }: SearchContext): Test {
  const wanted = label.toLowerCase();
  const own = labelOf(mailbox);
  return ({ message }) =>
    [own, ...session.account.places.labels(mailbox, message)].some((one) => one.toLowerCase() === wanted);
}

function inField(field: string, value: string): Test {
  const name = field.toLowerCase();
  const wanted = foldText(value);
  return (entry) => entry.hasField(name, wanted);
}

function onDay(op: string, date: SearchDate, dayOf: (entry: Entry) => number): Test {
  const wanted = typeof date === "string"
    ? Number(date.replaceAll("-", ""))
    : dayNumber(date.year, date.month, date.day);
  return (entry) => {
    const day = dayOf(entry);
    return op === "BEFORE" ? day < wanted : op === "ON" ? day === wanted : day >= wanted;
  };
}

/** Days compare as numbers: 1994-02-01 is 19940201. */
function dayNumber(year: number, month: number, day: number): number {
  return year * 10_000 + month * 100 + day;
}

/** The day of a time, UTC. */
function dayAt(time: number): number {
  const date = new Date(time);
  return dayNumber(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
}

/** Day, month and year of an RFC 5322 date as it is written: its zone does not count (RFC 9051 6.4.4). */
function parseSentDay(text: string): number | undefined {
  const parsed = parsedate(text.slice(0, 200));
  return parsed === null ? undefined : dayNumber(parsed[0], parsed[1], parsed[2]);
}

function needs({ session }: SearchContext, capability: Capability, op: string): void {
  if (!session.offers(capability)) throw new UnsupportedKeyError(`SEARCH has no key ${op} here`);
}
