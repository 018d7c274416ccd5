/** Connecting with what the runtime has. */

import { certificates } from "../transport/authorities.ts";
import { runtimeDial } from "../transport/runtime.ts";
import type { ImapClient } from "./client.ts";
import { checkConnectOptions, connectWith, type HostOptions, type TransportOptions } from "./connect_with.ts";

/**
 * Connects to an IMAP server, logs in, and enables IMAP4rev2 where the server offers it: that
 * goes with the first command, and saves a round trip.
 *
 * @param options The server and the login.
 * @returns The client, ready for use. `await using` logs it out at the end of the block.
 * @throws {ConnectionError} When no connection can be made, or it ends.
 * @throws {TimeoutError} When a deadline passes.
 * @throws {CommandError} When the server refuses the login or the connection.
 * @throws {CapabilityError} When the server does not offer STARTTLS, or no way to log in that may be used.
 * @throws {ProtocolError} When the peer does not speak IMAP, or tries to keep the connection from being encrypted.
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap";
 *
 * async function countUnseen(host: string, user: string, pass: string): Promise<number> {
 *   await using client = await connect({ host, auth: { user, pass } });
 *   await client.examine("INBOX");
 *   const { all } = await client.uidSearch({ unseen: true });
 *   return all.count;
 * }
 * ```
 */
export async function connect(options: HostOptions | TransportOptions): Promise<ImapClient> {
  checkConnectOptions("connect()", options);
  return await connectWith(options, { dial: runtimeDial, certificates });
}
