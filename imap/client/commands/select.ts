/** SELECT and EXAMINE: the defaults of RFC 9051 6.3.2 for servers that only know RFC 2060 or 3501. */

import { ProtocolError } from "../../base/errors.ts";
import type { FlagsResponse, UnknownResponse } from "../../codec/_gen/types.ts";
import type { CommandSpec } from "../../codec/spec.ts";
import type { Collected } from "../../session/collected.ts";

/** How many messages there are where no EXISTS was read: none. */
export function noMessages(collected: Collected, { name: command }: CommandSpec): number {
  // One that could not be read would make every message of the mailbox seem to be gone.
  const damaged = collected.all<UnknownResponse>("UNKNOWN").find(({ name, raw }) =>
    /EXISTS/i.test(`${name} ${raw}`)
  );
  if (damaged !== undefined) {
    throw new ProtocolError(`${command}: the number of messages could not be read: ${damaged.error}`, {
      command,
    });
  }
  return 0;
}

/** Flags that can be changed permanently, of a server that does not say which. */
export function changeableFlags(collected: Collected): string[] {
  return [...collected.last<FlagsResponse>("FLAGS")?.flags ?? [], "\\*"];
}

/** Whether the command opens for reading only, whatever the server says. */
export function opensReadOnly(_collected: Collected, spec: CommandSpec): boolean {
  return spec.after.ok?.includes("read-only") ?? false;
}
