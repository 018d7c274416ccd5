/** The listener of the runtime at hand. */

import { currentRuntime } from "../../transport/runtime.ts";
import type { Listen } from "./listener.ts";

/** The listener of the runtime at hand. Deno's own sockets cannot be the server's side of STARTTLS; its `node:net` can. */
export async function listenHere(needs: { tls: boolean }): Promise<Listen> {
  const runtime = currentRuntime();
  if (runtime === "workerd") throw new Error("A worker cannot listen; connect() of the server needs no port");
  return runtime === "deno" && !needs.tls
    ? (await import("./listen_deno.ts")).listen
    : (await import("./listen_node.ts")).listen;
}
