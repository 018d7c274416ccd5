/** What a search reports of its result: SEARCH or ESEARCH, and what `$` means afterwards. */

import { SequenceSet } from "../../values/sequence_set.ts";
import { partOf } from "../commands/partial.ts";
import type { Call } from "../protocol/command.ts";
import { emptyEsearch, Refusal, searchLine } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import type { StoredMessage } from "../store/message.ts";

/** What the client wants to be told (RFC 4731, RFC 5182, RFC 9394). */
export interface Wanted {
  readonly returns: ReadonlySet<string>;
  /** A range of the result. */
  readonly partial: string | undefined;
  /** An ESEARCH response instead of SEARCH. */
  readonly extended: boolean;
  /** Keep the result for `$`. */
  readonly saves: boolean;
}

/** Reads the return options of a command and refuses those that are not offered. */
export function wantedOf(
  session: Session,
  request: { extended: true | undefined; returns: readonly string[]; partial: string | undefined },
): Wanted {
  const returns = new Set<string>(request.returns);
  const saves = returns.delete("SAVE");
  for (const option of returns) {
    if (!["MIN", "MAX", "ALL", "COUNT"].includes(option)) {
      throw new Refusal("BAD", `RETURN has no option ${option} here`);
    }
  }
  if (request.extended) session.require("ESEARCH");
  if (saves) session.require("SEARCHRES");
  if (request.partial !== undefined && returns.has("ALL")) {
    throw new Refusal("BAD", "PARTIAL and ALL exclude each other");
  }
  return { returns, partial: request.partial, extended: session.rev2 || request.extended === true, saves };
}

/**
 * Tells of what was found, in the order given, and keeps it for `$` where that is wanted.
 *
 * @param wanted what is told
 * @param modSeq whether the highest modification sequence is told too (RFC 7162 3.1.5 and 3.1.10)
 * @param type the response that is not ESEARCH
 */
export function tellResult(
  session: Session,
  found: readonly StoredMessage[],
  wanted: Wanted,
  { tag, uid }: Call,
  modSeq: boolean,
  type: "SEARCH" | "SORT" = "SEARCH",
): void {
  const { returns, partial, saves } = wanted;
  const numberOf = (message: StoredMessage) => uid ? message.uid : session.selected.numberOf(message);
  const part = partial === undefined ? undefined : partOf(found, partial);
  if (saves) session.saved = new Set(savedOf(found, returns, part));
  if (!wanted.extended) {
    const numbers = found.map(numberOf);
    const greatest = modSeq && found.length > 0 ? highest(found) : undefined;
    session.send(
      type === "SORT"
        ? { type, numbers, other: [], modSeq: greatest }
        : { ...searchLine(numbers), modSeq: greatest },
    );
    return;
  }
  // RFC 5182 2.1: SAVE alone gets no answer.
  if (saves && returns.size === 0 && partial === undefined) return;
  const all = returns.has("ALL") || returns.size === 0 && partial === undefined;
  const ends = { min: found.at(0), max: found.at(-1) };
  session.send({
    ...emptyEsearch(tag),
    uid: uid || undefined,
    min: returns.has("MIN") && ends.min !== undefined ? numberOf(ends.min) : undefined,
    max: returns.has("MAX") && ends.max !== undefined ? numberOf(ends.max) : undefined,
    all: all ? inOrder(found.map(numberOf)) : undefined,
    count: returns.has("COUNT") ? found.length : undefined,
    partial: part === undefined || partial === undefined
      ? undefined
      : { range: partial, set: inOrder(part.map(numberOf)) ?? null },
    modSeq: modSeq && found.length > 0 ? highest(returnedOf(found, returns, part, ends)) : undefined,
  });
}

/** The first and the last message: lowest and highest in the order of the mailbox, or of a SORT (RFC 5267 3.1). */
interface Ends {
  min: StoredMessage | undefined;
  max: StoredMessage | undefined;
}

/** RFC 4731 3.2: with MIN or MAX and nothing that tells of all, only those count. */
function returnedOf(
  found: readonly StoredMessage[],
  returns: ReadonlySet<string>,
  part: readonly StoredMessage[] | undefined,
  ends: Ends,
): readonly StoredMessage[] {
  if (returns.has("ALL") || returns.has("COUNT") || returns.size === 0 && part === undefined) return found;
  const returned = [...part ?? []];
  if (returns.has("MIN") && ends.min !== undefined) returned.push(ends.min);
  if (returns.has("MAX") && ends.max !== undefined) returned.push(ends.max);
  return returned.length === 0 ? found : returned;
}

/** Table 4 of RFC 9051 6.4.4.1 and table 1 of RFC 9394 3.2: with MIN, MAX or PARTIAL alone only those are saved. */
function savedOf(
  found: readonly StoredMessage[],
  returns: ReadonlySet<string>,
  part: readonly StoredMessage[] | undefined,
): StoredMessage[] {
  const some = returns.has("MIN") || returns.has("MAX") || part !== undefined;
  const first = found.at(0);
  const last = found.at(-1);
  if (!some || returns.has("ALL") || returns.has("COUNT") || first === undefined || last === undefined) {
    return [...found];
  }
  const saved = [...part ?? []];
  if (returns.has("MIN")) saved.push(first);
  if (returns.has("MAX")) saved.push(last);
  return saved;
}

/** Numbers as a set that keeps their order: the result of SORT (RFC 5267 3.2). */
function inOrder(numbers: readonly number[]): SequenceSet | undefined {
  const ranges: string[] = [];
  for (let i = 0; i < numbers.length;) {
    let end = i;
    while (end + 1 < numbers.length && numbers[end + 1] === numbers[end]! + 1) end += 1;
    ranges.push(end === i ? `${numbers[i]}` : `${numbers[i]}:${numbers[end]}`);
    i = end + 1;
  }
  return ranges.length === 0 ? undefined : SequenceSet.parse(ranges.join(","));
}

function highest(messages: readonly StoredMessage[]): bigint {
  return messages.reduce((greatest, { modSeq }) => modSeq > greatest ? modSeq : greatest, 0n);
}
