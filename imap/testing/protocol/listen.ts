/** The listener of the runtime at hand. */

import { currentRuntime } from "../../transport/runtime.ts";
import type { Listen } from "./listener.ts";

/** The listener of the runtime at hand. */
export async function listenHere(): Promise<Listen> {
  const runtime = currentRuntime();
  if (runtime === "workerd") throw new Error("A worker cannot listen; connect() of the server needs no port");
  return runtime === "deno"
    ? (await import("./listen_deno.ts")).listen
    : (await import("./listen_node.ts")).listen;
}
