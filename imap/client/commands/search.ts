/** SEARCH criteria as a plain object, turned into the tree of search keys that is sent. */

import { isPromise, kindOf, meant } from "../../base/option_names.ts";
import type { SearchDate } from "../../values/date_time.ts";
import { SequenceSet, type SequenceSetInput } from "../../values/sequence_set.ts";
import type { Collected } from "../../session/collected.ts";
import type { CommandSpec } from "../../codec/spec.ts";
import type { SearchArgs, SortArgs, ThreadArgs } from "../../codec/_gen/encode.ts";
import type { SearchKey, SearchResponse, SortCriterion } from "../../codec/_gen/types.ts";

/**
 * What to search for. All conditions must hold. Empty texts, empty lists and `undefined` are refused: dropped, they
 * would silently find more than was asked for.
 *
 * RFC 9051 6.4.4.
 */
export interface SearchQuery {
  /** Every message. */
  all?: true;
  /** Answered or not. */
  answered?: boolean;
  /** Marked deleted or not. */
  deleted?: boolean;
  /** A draft or not. */
  draft?: boolean;
  /** Flagged or not. */
  flagged?: boolean;
  /** Seen or not. */
  seen?: boolean;
  /** Not answered. */
  unanswered?: boolean;
  /** Not marked deleted. */
  undeleted?: boolean;
  /** Not a draft. */
  undraft?: boolean;
  /** Not flagged. */
  unflagged?: boolean;
  /** Not seen. */
  unseen?: boolean;
  /** With this keyword, or each of these. */
  keyword?: string | readonly string[];
  /** Without this keyword, or any of these. */
  unkeyword?: string | readonly string[];
  /** Text in From. Here and below: a list means that each must be found. */
  from?: string | readonly string[];
  /** Text in To. */
  to?: string | readonly string[];
  /** Text in Cc. */
  cc?: string | readonly string[];
  /** Text in Bcc. */
  bcc?: string | readonly string[];
  /** Text in Subject. */
  subject?: string | readonly string[];
  /** Text in the body. */
  body?: string | readonly string[];
  /** Text anywhere in the message. */
  text?: string | readonly string[];
  /** Text in header fields by name; `true` means that the field is there. */
  header?: Readonly<Record<string, string | true>>;
  /** Received before this day, as the server counts days. */
  before?: SearchDate;
  /** Received on this day. */
  on?: SearchDate;
  /** Received on this day or later. */
  since?: SearchDate;
  /** Dated before this day. */
  sentBefore?: SearchDate;
  /** Dated on this day. */
  sentOn?: SearchDate;
  /** Dated on this day or later. */
  sentSince?: SearchDate;
  /** More octets than this. */
  larger?: number;
  /** Fewer octets than this. */
  smaller?: number;
  /** UIDs among these. */
  uid?: SequenceSetInput;
  /** Message numbers among these. */
  seq?: SequenceSetInput;
  /** Changed since this modification sequence (RFC 7162). */
  modSeq?: bigint;
  /** Received more than so many seconds ago (RFC 5032). */
  older?: number;
  /** Received less than so many seconds ago (RFC 5032). */
  younger?: number;
  /** Something like this holds; the server decides how like (RFC 6203). */
  fuzzy?: SearchQuery;
  /** With this content, whatever mailbox it is in (RFC 8474). */
  emailId?: string;
  /** Of this conversation (RFC 8474). */
  threadId?: string;
  /** Came into this mailbox before this day (RFC 8514). */
  savedBefore?: SearchDate;
  /** Came into it on this day. */
  savedOn?: SearchDate;
  /** Came into it on this day or later. */
  savedSince?: SearchDate;
  /** In a mailbox that keeps such days. */
  saveDateSupported?: true;
  /** UIDs above this one (RFC 9738). */
  uidAfter?: number;
  /** UIDs below this one (RFC 9738). */
  uidBefore?: number;
  /** Of this session, and not seen; IMAP4rev2 has no such messages (RFC 3501 6.4.4). */
  new?: true;
  /** Not of this session (RFC 3501 6.4.4). */
  old?: true;
  /** Of this session (RFC 3501 6.4.4). */
  recent?: true;
  /** Found by a filter that the server keeps under this name (RFC 5466). */
  filter?: string;
  /** What would be typed into Gmail's search box. */
  gmailRaw?: string;
  /** With this label of Gmail, or each of these. */
  gmailLabel?: string | readonly string[];
  /** With this identifier of Gmail. */
  gmailMessageId?: bigint;
  /** Of this conversation of Gmail. */
  gmailThreadId?: bigint;
  /** At least one of these holds. */
  or?: readonly SearchQuery[];
  /** This does not hold, or none of these. */
  not?: SearchQuery | readonly SearchQuery[];
}

/**
 * Every condition, by the field of the search key that takes its value, or by what makes its key; with the key's name where that
 * is not the condition's.
 */
const conditions = /* @__PURE__ */ new Map<string, [field: string, op: string]>(
  /* @__PURE__ */ [
    "true all new old recent saveDateSupported",
    "boolean answered deleted draft flagged seen unanswered undeleted undraft unflagged unseen",
    "value from to cc bcc subject body text gmailLabel=X-GM-LABELS gmailRaw=X-GM-RAW",
    "flag keyword unkeyword",
    "date before on since sentBefore sentOn sentSince savedBefore savedOn savedSince",
    "size larger smaller",
    "modSeq modSeq",
    "seconds older younger",
    "id emailId threadId",
    "filter filter",
    "uid uidAfter uidBefore",
    "gmailId gmailMessageId=X-GM-MSGID gmailThreadId=X-GM-THRID",
    "set uid seq=SET",
    "key fuzzy not",
    "header header",
    "or or",
  ].flatMap((line) => {
    const [field, ...names] = line.split(" ") as [string, ...string[]];
    return names.map((one): [string, [string, string]] => {
      const [name, op = name!.toUpperCase()] = one.split("=");
      return [name!, [field, op]];
    });
  }),
);

/** Queries inside queries, before the server's own patience is tried. */
const maxDepth = 50;

/**
 * Turns a query into search keys.
 *
 * @param query The query, or keys that are ready already.
 * @returns Keys that must all hold.
 * @throws {TypeError} For a name that is not a condition, or a value of the wrong type.
 * @throws {RangeError} For an empty operand.
 *
 * @example
 * ```ts
 * import { searchKeys } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(searchKeys({ unseen: true, from: "smith" }), [{ op: "UNSEEN" }, { op: "FROM", value: "smith" }]);
 * ```
 */
export function searchKeys(query: SearchQuery | readonly SearchKey[]): SearchKey[] {
  if (Array.isArray(query)) {
    if (query.length === 0) {
      throw new RangeError("A search needs at least one key; use { all: true } for every message");
    }
    if (query.every((one) => typeof one?.op === "string")) return [...query];
  }
  return keysOf(query as SearchQuery, 0);
}

function keysOf(query: SearchQuery, depth: number): SearchKey[] {
  if (typeof query !== "object" || query === null || Array.isArray(query) || isPromise(query)) {
    throw new TypeError(
      `A search query must be an object such as { unseen: true, from: "smith" }, not ${kindOf(query)}`,
    );
  }
  if (depth > maxDepth) throw new RangeError(`The search query is nested more than ${maxDepth} levels deep`);
  const keys: SearchKey[] = [];
  for (const [name, value] of Object.entries(query)) {
    // No spread here and below: it overflows the stack at some hundred thousand keys.
    for (const one of condition(name, value, depth)) keys.push(one);
  }
  if (keys.length === 0) {
    throw new RangeError("A search query without a condition; use { all: true } for every message");
  }
  return keys;
}

function condition(name: string, value: unknown, depth: number): SearchKey[] {
  if (value === undefined) throw new TypeError(`The search condition "${name}" is undefined`);
  const known = conditions.get(name);
  if (known === undefined) {
    throw new TypeError(
      `There is no search condition "${name}": ${meant(name, [...conditions.keys()])}`,
    );
  }
  const [field, op] = known;
  switch (field) {
    case "true":
      if (value !== true) throw new TypeError(`The search condition "${name}" can only be true`);
      return [key({ op })];
    case "boolean":
      if (typeof value !== "boolean") {
        throw new TypeError(`The search condition "${name}" must be true or false`);
      }
      return [key({ op: value ? op : op.startsWith("UN") ? op.slice(2) : `UN${op}` })];
    case "value":
    case "flag":
      return listOf(name, name === "gmailRaw" ? [value] : value).map((text) => key({ op, [field]: text }));
    case "set": {
      const set = setOf(name, value);
      if (set.isEmpty) throw new RangeError(`The search condition "${name}" is an empty set`);
      return [key({ op, set })];
    }
    case "key":
      return (Array.isArray(value) && name === "not" ? filled(name, value) : [value])
        .map((one) => key({ op, key: both(keysOf(one as SearchQuery, depth + 1)) }));
    case "header":
      return headers(value);
    case "or":
      return [anyOf(value, depth)];
    case "date":
      // A point in time has no day until a zone is named, and the server's is not known.
      if (value instanceof Date) {
        throw new TypeError(`The search condition "${name}" takes a day such as "2026-11-01", not a Date`);
      }
      break;
    default: {
      const wanted = /^(modSeq|gmailId)$/.test(field)
        ? "a bigint"
        : /^(id|filter)$/.test(field)
        ? "text"
        : "a number";
      if (kindOf(value) !== wanted) {
        throw new TypeError(`The search condition "${name}" must be ${wanted}, not ${kindOf(value)}`);
      }
    }
  }
  return [key({ op, [field]: value })];
}

function setOf(name: string, value: unknown): SequenceSet {
  try {
    return SequenceSet.from(value as SequenceSetInput);
  } catch (error) {
    throw new RangeError(`The search condition "${name}": ${(error as Error).message}`);
  }
}

/** Built from checked parts; the grammar's union is what the writer takes. */
function key(parts: { op: string } & Record<string, unknown>): SearchKey {
  return parts as unknown as SearchKey;
}

function listOf(name: string, value: unknown): string[] {
  const list = Array.isArray(value) ? filled(name, value) : [value];
  for (const text of list) {
    if (typeof text !== "string") {
      throw new TypeError(`The search condition "${name}" must be text, not ${kindOf(text)}`);
    }
    if (text === "") throw new RangeError(`The search condition "${name}" is empty`);
  }
  return list as string[];
}

function filled(name: string, list: unknown[]): unknown[] {
  if (list.length === 0) throw new RangeError(`The search condition "${name}" is an empty list`);
  // A hole of a list counts as undefined.
  return [...list];
}

function headers(value: unknown): SearchKey[] {
  if (typeof value !== "object" || value === null) {
    throw new TypeError('The search condition "header" must be an object of field names and texts');
  }
  return filled("header", Object.entries(value)).map((entry) => {
    const [field, text] = entry as [string, unknown];
    if (field === "") throw new RangeError('The search condition "header" has an empty field name');
    // RFC 9051 6.4.4: an empty text finds every message that has the field, which must be asked for by name.
    if (text !== true) listOf("header", text);
    return key({ op: "HEADER", field, value: text === true ? "" : text });
  });
}

function both(keys: SearchKey[]): SearchKey {
  return keys.length === 1 ? keys[0]! : key({ op: "AND", keys });
}

/** OR takes two keys: more become a tree of halves, whose depth grows with the logarithm of their number. */
function anyOf(value: unknown, depth: number): SearchKey {
  if (!Array.isArray(value)) throw new TypeError('The search condition "or" must be a list of queries');
  let keys = filled("or", value).map((one) => both(keysOf(one as SearchQuery, depth + 1)));
  while (keys.length > 1) {
    const halves: SearchKey[] = [];
    for (let i = 0; i < keys.length; i += 2) {
      const right = keys[i + 1];
      halves.push(right === undefined ? keys[i]! : key({ op: "OR", left: keys[i]!, right }));
    }
    keys = halves;
  }
  return keys[0]!;
}

/**
 * What is sent for a query.
 *
 * @throws {RangeError} For an empty operand, or an empty list of what to tell.
 */
export function searchArgs(
  query: SearchQuery | readonly SearchKey[],
  options: Omit<SearchArgs, "keys">,
  session: { readonly enabled: ReadonlySet<string> },
): SearchArgs {
  const keys = searchKeys(query);
  const foreign = highestCharacter(keys) > 0x7f;
  return {
    ...options,
    returns: returnsOf(options),
    keys,
    // Asked for when the command is written, by which time ENABLE may have been answered.
    get charset() {
      // RFC 9051 6.4.4 lets IMAP4rev2 do without it, but Cyrus 3.10 then finds nothing; RFC 6855 section 3 forbids it.
      const forbidden = session.enabled.has("UTF8=ACCEPT") || session.enabled.has("UTF8=ONLY");
      return options.charset ?? (foreign && !forbidden ? "UTF-8" : undefined);
    },
  };
}

/** What to tell about the result; the items of `update` stand after UPDATE (RFC 5465 section 7). */
function returnsOf({ returns, update }: Pick<SearchArgs, "returns" | "update">): SearchArgs["returns"] {
  if (returns?.length === 0) throw new RangeError("returns is empty");
  if (update === undefined || returns?.includes("UPDATE")) return returns;
  return [...returns ?? [], "UPDATE"];
}

/**
 * What is sent for SORT (RFC 5256 3).
 *
 * @throws {RangeError} For an empty operand, or an empty list of what to tell.
 */
export function sortArgs(
  criteria: readonly SortCriterion[],
  charset: string,
  query: SearchQuery | readonly SearchKey[],
  options: Omit<SortArgs, "criteria" | "charset" | "keys">,
): SortArgs {
  return { ...options, returns: returnsOf(options), criteria, charset, keys: searchKeys(query) };
}

/**
 * What is sent for THREAD (RFC 5256 3).
 *
 * @throws {RangeError} For an empty operand.
 */
export function threadArgs(
  algorithm: string,
  charset: string,
  query: SearchQuery | readonly SearchKey[],
  options: Omit<ThreadArgs, "algorithm" | "charset" | "keys">,
): ThreadArgs {
  return { ...options, algorithm, charset, keys: searchKeys(query) };
}

/** What the SEARCH responses name. Messages are numbered from 1 (RFC 9051 2.3.1.2); some servers answer 0 when nothing was found. */
export function foundNumbers(collected: Collected): SequenceSet {
  const numbers = collected.all<SearchResponse>("SEARCH").flatMap((one) => one.numbers);
  return SequenceSet.from(numbers.includes(0) ? numbers.filter((number) => number !== 0) : numbers);
}

/** Whether a search gives UIDs. */
export function findsUids(_collected: Collected, spec: CommandSpec): boolean {
  return spec.uid;
}

/**
 * The highest character in the texts of a search: what is not ASCII needs a charset that the server must be told.
 *
 * @param keys The search keys.
 * @returns Its number in Unicode; 0 without text.
 */
export function highestCharacter(keys: readonly SearchKey[]): number {
  let highest = 0;
  const stack: unknown[] = [...keys];
  // Keys that hold themselves are refused when they are written; here they must only come to an end.
  const seen = new Set<unknown>();
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value === "string") {
      for (let i = 0; i < value.length; i++) highest = Math.max(highest, value.charCodeAt(i));
    } else if (!seen.has(value)) {
      seen.add(value);
      for (const one of Object.values(Object(value))) stack.push(one);
    }
  }
  return highest;
}
