/** Verbs about many messages: in pieces, and from where they were when the connection is lost. */

import { CommandError } from "../../base/errors.ts";
import { uidForm } from "../../codec/command_row.ts";
import type { CommandSpec } from "../../codec/spec.ts";
import { SequenceSet } from "../../values/sequence_set.ts";
import type { Progress } from "../message/reader.ts";
import type { Jobs } from "../pool/jobs.ts";
import type { Lease } from "../pool/line.ts";
import { common, piecesOf } from "../uids.ts";
import { type MessagesInput, type Targets, targetsOf } from "./targets.ts";

/** What every verb takes. */
export interface BulkOptions {
  /** Gives up between two pieces, or what is underway. */
  signal?: AbortSignal | undefined;
  /** Told after each piece. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** What has become of the messages. */
export interface BulkResult {
  /** UIDs of messages for which it is done. */
  done: SequenceSet;
  /** UIDs that were named and are not there (any more), or belong to an earlier state of the mailbox. */
  skipped: SequenceSet;
}

/** What a piece is done on: one connection at a time, each with the mailbox open for writing. */
export interface Piece {
  /** UIDs that were there when the piece began. */
  uids: SequenceSet;
  /** Runs what may run twice, whatever commands it takes. */
  run<T>(job: (lease: Lease) => Promise<T>): Promise<T>;
  /** Runs one command: twice only where the command table allows it. */
  command<T>(spec: CommandSpec, job: (lease: Lease) => Promise<T>): Promise<T>;
}

/** Messages of one command: Gmail and Exchange take a while for each. */
const size = 1000;

/**
 * Does something about messages, a thousand at a time.
 *
 * @param jobs Where it runs.
 * @param mailbox The mailbox.
 * @param input Which messages.
 * @param options A signal, and who is told.
 * @param act Does it for a piece, and tells for which UIDs it is done.
 * @param to Where the messages go, for errors.
 */
export async function bulk(
  jobs: Jobs,
  mailbox: string,
  input: MessagesInput,
  { signal, onProgress }: BulkOptions,
  act: (piece: Piece) => Promise<SequenceSet>,
  to?: string,
): Promise<BulkResult> {
  signal?.throwIfAborted();
  const want = { mailbox, to, write: true, signal };
  const begun = await jobs.run(
    want,
    async (lease): Promise<Targets & { uidValidity: number | undefined }> => ({
      ...await targetsOf(lease, mailbox, input, signal),
      uidValidity: lease.selection.uidValidity,
    }),
  );
  const result: BulkResult = { done: SequenceSet.empty, skipped: begun.stale };
  const total = begun.uids.count;
  let count = 0;
  for (const piece of piecesOf(begun.uids, size)) {
    signal?.throwIfAborted();
    const checked = <T>(job: (lease: Lease) => Promise<T>) => async (lease: Lease): Promise<T> => {
      if (lease.selection.uidValidity !== begun.uidValidity) throw new Renumbered();
      return await job(lease);
    };
    try {
      const once = async () => {
        const there = await jobs.run(want, checked((lease) => present(lease, piece, signal)));
        return there.isEmpty ? there : await act({
          uids: there,
          run: (job) => jobs.run(want, checked(job)),
          command: (spec, job) => jobs.command(want, uidForm(spec), checked(job)),
        });
      };
      const done = await once().catch((error) => isOvertaken(error) ? once() : Promise.reject(error));
      result.done = result.done.union(done);
      result.skipped = result.skipped.union(piece.difference(done));
    } catch (error) {
      if (!(error instanceof Renumbered)) throw error;
      result.skipped = result.skipped.union(piece);
    }
    count += piece.count;
    onProgress?.({ done: count, total });
  }
  return result;
}

/** Another client has removed some of the messages between the two questions (RFC 5530): the others are there still. */
function isOvertaken(error: unknown): boolean {
  return error instanceof CommandError && error.code?.name === "EXPUNGEISSUED";
}

/** UIDVALIDITY has changed while the verb ran: what is left to do is not there any more. */
class Renumbered extends Error {}

/** Which of these UIDs are in the mailbox now. */
export async function present(
  { client }: Lease,
  uids: SequenceSet,
  signal?: AbortSignal,
): Promise<SequenceSet> {
  const extended = client.capabilities?.has("ESEARCH") || client.enabled.has("IMAP4REV2");
  const { all } = await client.uidSearch({ uid: uids }, {
    signal,
    ...(extended ? { returns: ["ALL"] } : {}),
  });
  return common(all, uids);
}
