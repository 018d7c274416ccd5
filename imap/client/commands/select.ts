/** SELECT and EXAMINE: the defaults of RFC 9051 6.3.2 for servers that only know RFC 2060 or 3501. */

import type { FlagsResponse } from "../../codec/_gen/types.ts";
import type { CommandSpec } from "../../codec/spec.ts";
import type { Collected } from "../../session/collected.ts";

/** Flags that can be changed permanently, of a server that does not say which. */
export function changeableFlags(collected: Collected): string[] {
  return [...collected.last<FlagsResponse>("FLAGS")?.flags ?? [], "\\*"];
}

/** Whether the command opens for reading only, whatever the server says. */
export function opensReadOnly(_collected: Collected, spec: CommandSpec): boolean {
  return spec.after.ok?.includes("read-only") ?? false;
}
