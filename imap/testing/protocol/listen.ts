/** The listener of the runtime at hand. */

import { currentRuntime } from "../../transport/runtime.ts";
import type { Listen } from "./listener.ts";

/** The listener of the runtime at hand. */
export async function listenHere(): Promise<Listen> {
  return currentRuntime() === "deno"
    ? (await import("./listen_deno.ts")).listen
    : (await import("./listen_node.ts")).listen;
}
