/** Moving, copying and deleting. RFC 6851, RFC 4315. A plain EXPUNGE, which takes what others have marked as well, is never sent. */

import { CapabilityError, CommandError } from "../../base/errors.ts";
import type { ImapClient } from "../../client/client.ts";
import type { CopyResult } from "../../client/_gen/commands.ts";
import { copySpec } from "../../codec/_gen/specs.ts";
import type { SequenceSet } from "../../values/sequence_set.ts";
import { messageId } from "../message_id.ts";
import type { Jobs } from "../pool/jobs.ts";
import { common } from "../uids.ts";
import { bulk, type BulkOptions, type BulkResult, type Piece, present } from "./bulk.ts";
import type { MessagesInput } from "./targets.ts";

/** What has become of messages that were moved or copied. */
export interface MoveResult extends BulkResult {
  /** Where they are now. */
  mailbox: string;
  /** New identifiers by the UIDs before, where the server tells them (UIDPLUS, RFC 4315). */
  ids: ReadonlyMap<number, string>;
}

function offers(client: ImapClient, capability: string): boolean {
  return client.capabilities?.has(capability) === true || client.enabled.has("IMAP4REV2");
}

/** Moves messages to another mailbox. */
export async function moveMessages(
  jobs: Jobs,
  mailbox: string,
  input: MessagesInput,
  target: string,
  options: BulkOptions,
): Promise<MoveResult> {
  const ids = new Map<number, string>();
  const result = await bulk(jobs, mailbox, input, options, async (piece) => {
    const canMove = await piece.run(({ client }) => Promise.resolve(offers(client, "MOVE")));
    if (canMove) {
      await move(piece, target, ids, options.signal);
      return piece.uids;
    }
    await piece.run(({ client }) => Promise.resolve(needUidExpunge(client)));
    const uids = await copy(piece, target, ids, options.signal);
    if (!uids.isEmpty) await expunge({ ...piece, uids }, options.signal);
    return uids;
  }, target);
  return { ...result, mailbox: target, ids };
}

/** Copies messages to another mailbox. */
export async function copyMessages(
  jobs: Jobs,
  mailbox: string,
  input: MessagesInput,
  target: string,
  options: BulkOptions,
): Promise<MoveResult> {
  const ids = new Map<number, string>();
  const result = await bulk(jobs, mailbox, input, options, async (piece) => {
    return await copy(piece, target, ids, options.signal);
  }, target);
  return { ...result, mailbox: target, ids };
}

/** Deletes messages permanently. */
export async function expungeMessages(
  jobs: Jobs,
  mailbox: string,
  input: MessagesInput,
  options: BulkOptions,
): Promise<BulkResult> {
  return await bulk(jobs, mailbox, input, options, async (piece) => {
    await piece.run(({ client }) => Promise.resolve(needUidExpunge(client)));
    await expunge(piece, options.signal);
    return piece.uids;
  });
}

/**
 * Each message is either where it was or where it goes (RFC 6851 section 3.3): after a connection was lost, those that are still here
 * were not moved.
 */
async function move(
  { uids, run }: Piece,
  target: string,
  ids: Map<number, string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let first = true;
  await run(async (lease) => {
    const rest = first ? uids : await present(lease, uids, signal);
    first = false;
    if (rest.isEmpty) return;
    const told = note(await lease.client.uidMove(rest, target, { signal }), rest, target, ids);
    if (told !== undefined && rest.difference(told).isEmpty) return;
    // A caller who forgets moved messages must not forget those that a server has left where they are.
    const { count } = await present(lease, rest, signal);
    if (count === 0) return;
    const text = `the server says that it is done, and ${count} of ${rest.count} messages are still there`;
    throw new CommandError("UID MOVE", undefined, undefined, text);
  });
}

/** Gives which were copied. */
async function copy(
  { uids, command }: Piece,
  target: string,
  ids: Map<number, string>,
  signal: AbortSignal | undefined,
): Promise<SequenceSet> {
  // COPY takes all of them or none (RFC 9051 6.4.7), but which of the two it was is not known after a lost connection.
  const copied = await command(copySpec, ({ client }) => client.uidCopy(uids, target, { signal }));
  // Those that another client has removed meanwhile were not.
  return note(copied, uids, target, ids) ?? uids;
}

/** Both commands do the same when they are sent twice. */
async function expunge({ uids, run }: Piece, signal: AbortSignal | undefined): Promise<void> {
  await run(async ({ client }) => {
    const stored = client.uidStore(uids, "+FLAGS.SILENT", ["\\Deleted"], { signal });
    const expunged = client.uidExpunge(uids, { signal });
    try {
      await stored;
    } finally {
      await expunged;
    }
  });
}

function needUidExpunge(client: ImapClient): void {
  if (offers(client, "UIDPLUS")) return;
  throw new CapabilityError(
    "The server offers no UID EXPUNGE (UIDPLUS): messages cannot be removed without removing what others have marked",
    { command: "UID EXPUNGE" },
  );
}

/**
 * Takes over the new identifiers.
 *
 * @returns For which of the messages that were asked for it was done; undefined where the server does not tell, or tells nonsense.
 */
function note(
  { uidValidity, source, destination }: CopyResult,
  asked: SequenceSet,
  mailbox: string,
  ids: Map<number, string>,
): SequenceSet | undefined {
  if (uidValidity === undefined || source === undefined || destination === undefined) return undefined;
  // Two lists of different lengths say of no message where it is; one that is longer than what was asked for may have no end.
  if (source.count !== destination.count || source.count > asked.count) return undefined;
  const to = destination.inOrder(Infinity);
  for (const uid of source.inOrder(Infinity)) {
    const next = to.next();
    if (!next.done && asked.contains(uid)) ids.set(uid, messageId({ mailbox, uidValidity, uid: next.value }));
  }
  return common(source, asked);
}
