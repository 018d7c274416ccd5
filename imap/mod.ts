/**
 * An IMAP client for IMAP4rev1 and IMAP4rev2 servers, and the codec under it.
 *
 * {@linkcode connect} makes an {@linkcode ImapClient}. It has one method for each command of the protocol; what a method returns is
 * a promise of the whole answer, and for FETCH also an async iterable of rows. Nothing here emits `error` events, returns `false`
 * for a failure, or leaves a promise unsettled: errors are {@linkcode ImapError}s, and when the connection ends, everything that
 * waits on it rejects.
 *
 * The codec without I/O is {@linkcode decodeResponse}, {@linkcode responses} and {@linkcode encodeResponse}.
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap";
 *
 * async function printUnseen(host: string, user: string, pass: string): Promise<void> {
 *   await using client = await connect({ host, auth: { user, pass } });
 *   await client.examine("INBOX");
 *   const { all } = await client.uidSearch({ unseen: true, since: "2026-11-01" });
 *   if (all.isEmpty) return;
 *   for await (const message of client.uidFetch(all, ["ENVELOPE"])) {
 *     console.log(message.uid, message.envelope.subject);
 *   }
 * }
 * ```
 *
 * @module
 */

export * from "./core.ts";
// Takes the place of the one in core.ts, which has no runtime to fall back on.
export { connect } from "./client/connect.ts";
export { dial } from "./transport/runtime.ts";
