/** Changing flags. RFC 9051 6.4.6. */

import { storeSpec, storeXGmLabelsSpec } from "../../codec/_gen/specs.ts";
import type { Jobs } from "../pool/jobs.ts";
import { bulk, type BulkOptions, type BulkResult } from "./bulk.ts";
import type { MessagesInput } from "./targets.ts";

/** Which flags change: `\Seen`, `\Flagged`, `\Answered`, `\Draft`, `\Deleted`, or keywords such as `$Forwarded`. */
export interface FlagChange {
  /** Flags to set. */
  add?: readonly string[] | undefined;
  /** Flags to take away. */
  remove?: readonly string[] | undefined;
  /** All flags that they have afterwards. */
  set?: readonly string[] | undefined;
}

/** Which of Gmail's labels change. A label is a mailbox with the message in it, too. */
export interface LabelChange {
  /** Labels to set. */
  add?: readonly string[] | undefined;
  /** Labels to take away. */
  remove?: readonly string[] | undefined;
  /** All labels that they have afterwards. */
  set?: readonly string[] | undefined;
}

/** The STORE commands of a change, as signs and values. */
function changesOf({ add, remove, set }: FlagChange, what: string): ["" | "+" | "-", readonly string[]][] {
  if (set !== undefined && (add !== undefined || remove !== undefined)) {
    throw new TypeError(`"set" says all ${what}: it does not go with "add" or "remove"`);
  }
  if (set !== undefined) return [["", set]];
  const changes: ["+" | "-", readonly string[]][] = [];
  if (add?.length) changes.push(["+", add]);
  if (remove?.length) changes.push(["-", remove]);
  if (changes.length === 0) throw new TypeError(`Say which ${what} to "add", "remove" or "set"`);
  return changes;
}

/** Changes flags of messages. */
export async function flagMessages(
  jobs: Jobs,
  mailbox: string,
  input: MessagesInput,
  change: FlagChange,
  options: BulkOptions,
): Promise<BulkResult> {
  const { signal } = options;
  const changes = changesOf(change, "flags");
  return await bulk(jobs, mailbox, input, options, async ({ uids, command }) => {
    for (const [sign, flags] of changes) {
      await command(
        storeSpec,
        ({ client }) => client.uidStore(uids, `${sign}FLAGS.SILENT`, flags, { signal }),
      );
    }
    return uids;
  });
}

/** Changes Gmail's labels of messages. */
export async function labelMessages(
  jobs: Jobs,
  mailbox: string,
  input: MessagesInput,
  change: LabelChange,
  options: BulkOptions,
): Promise<BulkResult> {
  const { signal } = options;
  const changes = changesOf(change, "labels");
  return await bulk(jobs, mailbox, input, options, async ({ uids, command }) => {
    for (const [sign, labels] of changes) {
      await command(
        storeXGmLabelsSpec,
        ({ client }) => client.uidStoreLabels(uids, `${sign}X-GM-LABELS.SILENT`, labels, { signal }),
      );
    }
    return uids;
  });
}
