/** What to look for, in words of people: a list means any of its members. */

import type { SearchKey } from "../codec/_gen/types.ts";
import { searchKeys, type SearchQuery } from "../client/commands/search.ts";

/**
 * Which messages. All conditions must hold; of a list, any member is enough. Days are the server's: `since: "2026-10-01"` is by the
 * day on which the server received the message.
 *
 * RFC 9051 6.4.4.
 */
export interface MessageQuery extends
  Omit<
    SearchQuery,
    | "from"
    | "to"
    | "cc"
    | "bcc"
    | "subject"
    | "body"
    | "text"
    | "keyword"
    | "gmailLabel"
    | "or"
    | "not"
    | "fuzzy"
    | "seq"
  > {
  /** Text in From, or any of these. */
  from?: string | readonly string[];
  /** Text in To, or any of these. */
  to?: string | readonly string[];
  /** Text in Cc, or any of these. */
  cc?: string | readonly string[];
  /** Text in Bcc, or any of these. */
  bcc?: string | readonly string[];
  /** Text in Subject, or any of these. */
  subject?: string | readonly string[];
  /** Text in the body, or any of these. */
  body?: string | readonly string[];
  /** Text anywhere in the message, or any of these. */
  text?: string | readonly string[];
  /** With this Message-ID, angle brackets included, or any of these. */
  messageId?: string | readonly string[];
  /** With this keyword, or any of these. */
  keyword?: string | readonly string[];
  /** With this label of Gmail, or any of these. */
  gmailLabel?: string | readonly string[];
  /** At least one of these holds. */
  or?: readonly MessageQuery[];
  /** This does not hold, or none of these. */
  not?: MessageQuery | readonly MessageQuery[];
}

/** Conditions that take several texts. */
const textFields: ReadonlySet<string> = new Set(
  "from to cc bcc subject body text keyword gmailLabel".split(" "),
);

/** Queries inside queries. */
const maxDepth = 50;

/**
 * Turns a query into search keys.
 *
 * @throws {TypeError} For a name that is not a condition, or a value of the wrong type.
 * @throws {RangeError} For an empty operand.
 */
export function queryKeys(query: MessageQuery): SearchKey[] {
  return partsOf(query, 0).flatMap((part) => searchKeys(part));
}

/** Whether a query is about every message. */
export function isEverything(query: MessageQuery): boolean {
  const names = Object.keys(query);
  return names.length === 0 || (names.length === 1 && query.all === true);
}

/** Queries of the client, whose lists mean all of their members, that together are the query. */
function partsOf(query: MessageQuery, depth: number): SearchQuery[] {
  if (typeof query !== "object" || query === null) throw new TypeError("A query must be an object");
  if (depth > maxDepth) throw new RangeError(`The query is nested more than ${maxDepth} levels deep`);
  const plain: Record<string, unknown> = {};
  const parts: SearchQuery[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value) && value.length === 0 && (textFields.has(name) || name === "messageId")) {
      throw new RangeError(`The search condition ${JSON.stringify(name)} is an empty list`);
    }
    if (name === "messageId") {
      const ids = Array.isArray(value) ? value : [value];
      parts.push({ or: ids.map((one) => ({ header: { "Message-ID": one } })) });
    } else if (Array.isArray(value) && textFields.has(name)) {
      parts.push({ or: value.map((one) => ({ [name]: one })) });
    } else if (name === "or" && Array.isArray(value)) {
      parts.push({ or: value.map((one) => whole(one, depth)) });
    } else if (name === "not") {
      for (const one of Array.isArray(value) ? value : [value]) parts.push({ not: whole(one, depth) });
    } else {
      plain[name] = value;
    }
  }
  if (Object.keys(plain).length > 0) parts.unshift(plain);
  return parts;
}

/** A query as one: `or` of one member holds a query inside a query. */
function whole(query: MessageQuery, depth: number): SearchQuery {
  const parts = partsOf(query, depth + 1);
  if (parts.length === 1) return parts[0]!;
  // Not (not a or not b or ...): all of them hold, with what the client's queries can say.
  if (parts.length > 1) return { not: { or: parts.map((part) => ({ not: part })) } };
  return {};
}
