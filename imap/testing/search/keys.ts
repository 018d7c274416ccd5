/** Evaluates search keys over a view of a mailbox (RFC 9051 6.4.4). */

import type { SearchKey } from "../../codec/_gen/types.ts";
import type { SearchDate } from "../../values/date_time.ts";
import type { SequenceSet } from "../../values/sequence_set.ts";
import { fieldText, scan, type ScannedPart } from "../content/fields.ts";
import type { StoredMessage } from "../store/message.ts";
import { bodyText, foldText, headersText, headerText } from "../content/text.ts";
import type { View } from "../store/view.ts";

/** Thrown for a key that this server does not offer. */
export class UnsupportedKeyError extends Error {
  override name = "UnsupportedKeyError";
}

/** What keys need beside the message itself. */
export interface SearchContext {
  view: View;
  /** What `$` stands for. */
  saved: ReadonlySet<StoredMessage>;
}

/** A search program turned into one test. */
type Test = (entry: Entry) => boolean;

/** Messages of the view that match all keys, in order. */
export function searchMessages(keys: readonly SearchKey[], context: SearchContext): StoredMessage[] {
  const tests = keys.map((key) => compile(key, context));
  return context.view.messages.filter((message, index) => {
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

  /** Calendar day of the Date field as a number, undefined when it has none that can be read. */
  get sentDay(): number | undefined {
    return parseSentDay(fieldText(this.message.bytes, this.part, "date") ?? "");
  }

  /** Calendar day of the internal date in its own zone. */
  get day(): number {
    const { time, zone } = this.message.internalDate;
    const local = new Date(time + zone * 60_000);
    return dayNumber(local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate());
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
    default:
      throw new UnsupportedKeyError(`The search key ${key.op} is not supported`);
  }
}

function inSet(
  set: SequenceSet,
  context: SearchContext,
  last: number,
  numberOf: (entry: Entry) => number,
): Test {
  if (set.isSaved) return (entry) => context.saved.has(entry.message);
  if (last === 0) return () => false;
  const resolved = set.resolve(last);
  return (entry) => resolved.contains(numberOf(entry));
}

function hasFlag(flag: string, context: SearchContext): Test {
  const canonical = context.view.mailbox.canonicalFlag(flag);
  return (entry) => canonical !== undefined && entry.message.flags.has(canonical);
}

function inField(field: string, value: string): Test {
  const name = field.toLowerCase();
  const wanted = foldText(value);
  return (entry) => entry.hasField(name, wanted);
}

function onDay(op: string, date: SearchDate, dayOf: (entry: Entry) => number | undefined): Test {
  const wanted = typeof date === "string"
    ? Number(date.replaceAll("-", ""))
    : dayNumber(date.year, date.month, date.day);
  return (entry) => {
    const day = dayOf(entry);
    if (day === undefined) return false;
    return op === "BEFORE" ? day < wanted : op === "ON" ? day === wanted : day >= wanted;
  };
}

/** Days compare as numbers: 1994-02-01 is 19940201. */
function dayNumber(year: number, month: number, day: number): number {
  return year * 10_000 + month * 100 + day;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Day, month and year of an RFC 5322 date; two-digit years as section 4.3 there reads them. */
function parseSentDay(text: string): number | undefined {
  const match = /(\d{1,2})\s{1,8}([a-zA-Z]{3})[a-zA-Z]{0,8}\s{1,8}(\d{2,4})/.exec(text.slice(0, 200));
  if (match === null) return undefined;
  const month = MONTHS.indexOf(match[2].toLowerCase()) + 1;
  if (month === 0) return undefined;
  const written = Number(match[3]);
  const year = match[3].length > 3
    ? written
    : written + (match[3].length === 2 && written < 50 ? 2000 : 1900);
  return dayNumber(year, month, Number(match[1]));
}
