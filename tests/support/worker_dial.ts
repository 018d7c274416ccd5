/** What tests connect with in workerd: the transport that ships, where the worker's configuration trusts the authorities of the tests. */

import type { Dial } from "../../imap/transport/transport.ts";

/** The dial of `imap/transport/cloudflare.ts`, without the authorities that it would refuse. */
export async function workerDial(): Promise<Dial> {
  const { dial } = await import("../../imap/transport/cloudflare.ts");
  const without = <T extends { caCerts?: unknown }>(tls: T) => ({ ...tls, caCerts: undefined });
  return async (options) => {
    const { tls } = options;
    const transport = await dial(tls === undefined ? options : { ...options, tls: without(tls) });
    const { startTls } = transport;
    return startTls === undefined ? transport : Object.assign(transport, {
      startTls: (tls: NonNullable<typeof options.tls>, signal?: AbortSignal) =>
        startTls(without(tls), signal),
    });
  };
}
