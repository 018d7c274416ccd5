/** What the algorithm asks, as commands on a connection. */

import { CommandError } from "../../base/errors.ts";
import type { ImapClient } from "../../client/client.ts";
import type { FetchResponse } from "../../codec/_gen/types.ts";
import { SequenceSet } from "../../values/sequence_set.ts";
import { isPassing } from "../pool/backoff.ts";
import type { Lease } from "../pool/line.ts";
import { common, plausible } from "../uids.ts";
import { lastingFlags } from "../message/message.ts";
import type { FlagRow } from "./flag_digests.ts";
import type { Opened, SinceWhen, SyncSource } from "./source.ts";

/** A mailbox on a connection that nobody else uses meanwhile. */
export class ClientSource implements SyncSource {
  readonly #lease: Lease;
  readonly #mailbox: string;
  readonly #signal: AbortSignal | undefined;

  constructor(lease: Lease, mailbox: string, signal: AbortSignal | undefined) {
    this.#lease = lease;
    this.#mailbox = mailbox;
    this.#signal = signal;
  }

  get remembers(): boolean {
    return this.#client.enabled.has("QRESYNC");
  }

  async open(since: SinceWhen | undefined): Promise<Opened> {
    const client = this.#client;
    await enableQresync(client);
    const canAsk = since !== undefined && this.remembers && since.uidNext > 1;
    const condstore = client.capabilities?.has("CONDSTORE") || client.capabilities?.has("QRESYNC");
    const selection = await this.#lease.line.select(this.#mailbox, false, {
      signal: this.#signal,
      ...(canAsk
        ? {
          qresync: {
            uidValidity: since.uidValidity,
            modSeq: since.modSeq,
            known: SequenceSet.from([[1, since.uidNext - 1]]),
            match: undefined,
          },
        }
        : condstore
        ? { condstore: true }
        : {}),
    });
    const { exists, highestModSeq, mailboxId } = selection;
    // Zoho says -1 and others 0 where they have none.
    const modSeq = highestModSeq !== undefined && highestModSeq > 0n ? highestModSeq : undefined;
    // What has come since is in the client's own count.
    return {
      exists,
      uidValidity: selection.uidValidity || undefined,
      uidNext: selection.uidNext || await this.#statusUidNext(),
      modSeq,
      mailboxId,
      since: canAsk && modSeq !== undefined
        ? { changed: flagRows(selection.changed), vanished: selection.vanished }
        : undefined,
    };
  }

  async uids(from: number, to: number | undefined): Promise<SequenceSet> {
    const set = SequenceSet.from([[from, to ?? "*"]]);
    const all = await this.#search({ uid: set });
    // `n:*` has the last message in it, whatever its UID.
    return common(all, SequenceSet.from([[from, to ?? 0xffff_ffff]]));
  }

  async firstSince(day: string): Promise<number | undefined> {
    const all = await this.#search({ since: day });
    return all.isEmpty ? undefined : all.ranges[0]![0];
  }

  async flags(to: number, changedSince: bigint | undefined): Promise<readonly FlagRow[]> {
    const rows: FetchResponse[] = await this.#client.uidFetch(SequenceSet.from([[1, to]]), ["UID", "FLAGS"], {
      signal: this.#signal,
      ...(changedSince === undefined ? {} : { changedSince }),
    }).asSent();
    return flagRows(rows);
  }

  get #client(): ImapClient {
    return this.#lease.client;
  }

  async #search(query: { uid?: SequenceSet; since?: string }): Promise<SequenceSet> {
    const client = this.#client;
    const extended = client.capabilities?.has("ESEARCH") || client.enabled.has("IMAP4REV2");
    const options = { signal: this.#signal, ...(extended ? { returns: ["ALL" as const] } : {}) };
    return plausible(client, (await client.uidSearch(query, options)).all);
  }

  /** Winmail and 163 leave UIDNEXT out of the answer to SELECT, and some say it in STATUS. */
  async #statusUidNext(): Promise<number | undefined> {
    const status = await this.#client.status(this.#mailbox, ["UIDNEXT"], { signal: this.#signal });
    // A copy has what was left out as undefined.
    return { ...status }.uidNext || undefined;
  }
}

/**
 * Switches QRESYNC on, where the server has it. RFC 7162 3.2.3 wants that before a mailbox is selected: one that is gets left first.
 * A server that refuses is used without it.
 */
export async function enableQresync(client: ImapClient): Promise<void> {
  if (
    !client.capabilities?.has("QRESYNC") || !client.capabilities.has("ENABLE") ||
    client.enabled.has("QRESYNC") || refusing.has(client)
  ) {
    return;
  }
  if (client.state === "selected") {
    if (!client.capabilities.has("UNSELECT") && !client.enabled.has("IMAP4REV2")) return;
    await client.unselect();
  }
  try {
    await client.enable(["QRESYNC"]);
  } catch (error) {
    if (!(error instanceof CommandError) || isPassing(error)) throw error;
    refusing.add(client);
  }
}

/** Connections on which it was refused. */
const refusing = new WeakSet<ImapClient>();

/** The rows that say a UID and flags; others have come besides. */
function flagRows(rows: readonly FetchResponse[]): FlagRow[] {
  const byUid = new Map<number, FlagRow>();
  for (const { uid, flags } of rows) {
    if (uid !== undefined && flags !== undefined) byUid.set(uid, { uid, flags: lastingFlags(flags) });
  }
  return [...byUid.values()];
}
