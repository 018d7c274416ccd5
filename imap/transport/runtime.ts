/** Which runtime this is, and what it has to connect and to listen with. The only place that asks. */

// All four, and at once: each is small and loads in every runtime, and apart they make the single file of a bundler larger.
import { dial as bun } from "./bun.ts";
import { dial as workerd } from "./cloudflare.ts";
import { dial as deno } from "./deno.ts";
import { dial as node } from "./node.ts";
import { ConnectionError } from "../base/errors.ts";
import type { Dial, DialOptions, Transport } from "./transport.ts";

/** A runtime with sockets that are known here. */
export type Runtime = "deno" | "bun" | "node" | "workerd";

/** The runtime that this program runs in; undefined when it has no sockets that are known here. */
export function currentRuntime(): Runtime | undefined {
  const { Deno, Bun, navigator, process } = globalThis as {
    Deno?: { connect?: unknown };
    Bun?: unknown;
    navigator?: { userAgent?: string };
    process?: { versions?: { node?: string } };
  };
  // workerd can say that it is Node.js as well, and its node:tls does not verify names.
  if (navigator?.userAgent === "Cloudflare-Workers") return "workerd";
  if (Deno?.connect !== undefined) return "deno";
  // Bun also says that it is Node.
  if (Bun !== undefined) return "bun";
  return process?.versions?.node === undefined ? undefined : "node";
}

/**
 * How this runtime opens connections.
 *
 * @throws {ConnectionError} When the runtime has no sockets that are known here.
 */
export function runtimeDial(): Promise<Dial> {
  const runtime = currentRuntime();
  if (runtime !== undefined) return Promise.resolve({ deno, bun, node, workerd }[runtime]);
  return Promise.reject(
    new ConnectionError(
      "The sockets of this runtime are not supported; give connect() a dial or a transport",
      { retryable: false },
    ),
  );
}

/**
 * Opens a connection as `connect` does when it is given no `dial`: for a `dial` of one's own that goes through a proxy, say, and for
 * whoever wants a {@linkcode Transport}.
 *
 * @param options Where to.
 * @returns The connection, TLS handshake done where TLS was asked for.
 * @throws {ConnectionError} When the runtime has no sockets that are known here.
 * @throws {Error} The runtime's own error when the connection cannot be made.
 *
 * @example
 * ```ts
 * import { dial } from "@postern/postern/imap";
 *
 * async function greeting(hostname: string): Promise<string> {
 *   const transport = await dial({ hostname, port: 993, tls: { hostname } });
 *   const octets = new Uint8Array(1_000);
 *   const count = await transport.read(octets) ?? 0;
 *   await transport.close();
 *   return new TextDecoder().decode(octets.subarray(0, count));
 * }
 * ```
 */
export async function dial(options: DialOptions): Promise<Transport> {
  return await (await runtimeDial())(options);
}
