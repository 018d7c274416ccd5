/** Lists of messages: few round trips, whatever their length. */

import type { ImapClient } from "../client/client.ts";
import type { FetchResponse } from "../codec/_gen/types.ts";
import type { FetchItem } from "../values/fetch_item.ts";
import { SequenceSet } from "../values/sequence_set.ts";
import { MessageGoneError } from "./errors.ts";
import { MailboxMessage } from "./message/message.ts";
import { messageId } from "./message_id.ts";
import type { PartReader } from "./message/reader.ts";
import type { Jobs } from "./pool/jobs.ts";
import type { Lease } from "./pool/line.ts";
import { isEverything, type MessageQuery, queryKeys } from "./query.ts";
import { piecesOf, plausible } from "./uids.ts";

/** How messages are listed. */
export interface ListingOptions {
  /** Only so many, the newest ones, newest first. Without it all of them come, oldest first. */
  newest?: number | undefined;
  /** Gives up. */
  signal?: AbortSignal | undefined;
}

/** Messages of one FETCH. A row with envelope and structure takes some two kilobytes. */
const batch = 200;

/** What a list shows. */
export function messageItems(client: ImapClient): FetchItem[] {
  const items: FetchItem[] = ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE"];
  if (client.capabilities?.has("X-GM-EXT-1")) items.push("X-GM-MSGID", "X-GM-THRID", "X-GM-LABELS");
  else if (client.capabilities?.has("OBJECTID")) items.push("EMAILID", "THREADID");
  return items;
}

/** Makes messages of rows, in the order of their UIDs. Rows that hold nothing but flags are not messages. */
export function messagesOf(
  rows: readonly FetchResponse[],
  place: { mailbox: string; uidValidity: number },
  reader: PartReader,
  newestFirst = false,
): MailboxMessage[] {
  const byUid = new Map<number, FetchResponse>();
  for (const row of rows) {
    if (row.uid === undefined || (row.envelope === undefined && row.size === undefined)) continue;
    // Of two rows about one message, the one that says more.
    if (row.envelope !== undefined || !byUid.has(row.uid)) byUid.set(row.uid, row);
  }
  const messages = [...byUid].map(([uid, row]) => new MailboxMessage(row, { ...place, uid }, reader));
  return messages.sort((a, b) => newestFirst ? b.uid - a.uid : a.uid - b.uid);
}

/** UIDs that a query finds, as the mailbox is now. */
export async function findUids(
  { client, isFresh }: Lease,
  query: MessageQuery,
  signal: AbortSignal | undefined,
): Promise<SequenceSet> {
  const keys = isEverything(query) ? queryKeys({ all: true }) : queryKeys(query);
  // A mailbox that was selected a while ago is searched as it was then, until the server may tell what is new.
  if (!isFresh) client.noop().catch(() => {});
  const extended = client.capabilities?.has("ESEARCH") || client.enabled.has("IMAP4REV2");
  const { all } = await client.uidSearch(keys, { signal, ...(extended ? { returns: ["ALL"] } : {}) });
  return plausible(client, all);
}

/**
 * Lists messages. The connection is held while rows arrive and not while the caller looks at them; one batch is fetched ahead.
 *
 * @param jobs Where it runs.
 * @param mailbox The mailbox's name.
 * @param query Which messages.
 * @param options How many, a signal.
 * @param reader What the messages read their content with.
 */
export async function* listMessages(
  jobs: Jobs,
  mailbox: string,
  query: MessageQuery,
  { newest, signal }: ListingOptions,
  reader: PartReader,
): AsyncGenerator<MailboxMessage, undefined> {
  if (
    newest !== undefined &&
    !(typeof newest === "number" && newest >= 1 && (newest === Infinity || Number.isInteger(newest)))
  ) {
    throw new RangeError('"newest" must be a positive integer');
  }
  signal?.throwIfAborted();
  const want = { mailbox, signal };
  if (newest !== undefined && newest <= batch && isEverything(query)) {
    yield* await jobs.run(want, (lease) => newestMessages(lease, mailbox, newest, reader, signal));
    return undefined;
  }
  const found = await jobs.run(want, async (lease) => ({
    uids: await findUids(lease, query, signal),
    uidValidity: lease.selection.uidValidity,
  }));
  const newestFirst = newest !== undefined;
  const fetch = (uids: SequenceSet) =>
    jobs.run(want, async ({ client, selection }) => {
      // A caller that takes the list for the whole mailbox must not get half of it.
      if (selection.uidValidity !== found.uidValidity) {
        const uid = uids.ranges[0]![0];
        throw new MessageGoneError("reset", messageId({ ...placeOf(mailbox, found.uidValidity), uid }));
      }
      const rows: FetchResponse[] = await client.uidFetch(uids, messageItems(client), { signal }).asSent();
      const messages = messagesOf(rows, placeOf(mailbox, selection.uidValidity), reader, newestFirst);
      return messages.filter(({ uid }) => uids.contains(uid));
    });
  let ahead: Promise<MailboxMessage[]> | undefined;
  for (const uids of piecesOf(found.uids, batch, newestFirst, newest)) {
    const ready = ahead;
    ahead = fetch(uids);
    ahead.catch(() => {});
    if (ready !== undefined) yield* await ready;
    signal?.throwIfAborted();
  }
  if (ahead !== undefined) yield* await ahead;
  return undefined;
}

/** The last so many by their numbers: nothing has to be searched. */
async function newestMessages(
  { client, isFresh, selection }: Lease,
  mailbox: string,
  newest: number,
  reader: PartReader,
  signal: AbortSignal | undefined,
): Promise<MailboxMessage[]> {
  if (!isFresh) await client.noop({ signal });
  const exists = client.mailbox?.exists ?? 0;
  if (exists === 0) return [];
  const set = SequenceSet.from([[Math.max(1, exists - newest + 1), exists]]);
  const rows: FetchResponse[] = await client.fetch(set, messageItems(client), { signal }).asSent();
  return messagesOf(rows, placeOf(mailbox, selection.uidValidity), reader, true).slice(0, newest);
}

/** A server that says no UIDVALIDITY gives UIDs that hold for one session: 0, which no mailbox has, never fits later. */
function placeOf(mailbox: string, uidValidity: number | undefined): { mailbox: string; uidValidity: number } {
  return { mailbox, uidValidity: uidValidity ?? 0 };
}
