/** Changing flags. RFC 9051 6.4.6. */

import { storeSpec } from "../../codec/_gen/specs.ts";
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

/** Changes flags of messages. */
export async function flagMessages(
  jobs: Jobs,
  mailbox: string,
  input: MessagesInput,
  { add, remove, set }: FlagChange,
  options: BulkOptions,
): Promise<BulkResult> {
  if (set !== undefined && (add !== undefined || remove !== undefined)) {
    throw new TypeError('"set" says all flags: it does not go with "add" or "remove"');
  }
  const changes = [
    ...(set === undefined ? [] : [["FLAGS.SILENT", set] as const]),
    ...(add?.length ? [["+FLAGS.SILENT", add] as const] : []),
    ...(remove?.length ? [["-FLAGS.SILENT", remove] as const] : []),
  ];
  if (changes.length === 0) throw new TypeError('Say which flags to "add", "remove" or "set"');
  return await bulk(jobs, mailbox, input, options, async ({ uids, command }) => {
    for (const [operation, flags] of changes) {
      await command(
        storeSpec,
        ({ client }) => client.uidStore(uids, operation, flags, { signal: options.signal }),
      );
    }
    return uids;
  });
}
