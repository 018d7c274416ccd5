/**
 * Python's `imaplib` with `await`: the same names, the same arguments, the same values. Programs that were written for it are
 * ported by adding `await`; see PORTING.md for what differs. New programs are better off with the typed client of `./imap`.
 *
 * @example
 * ```ts
 * import { IMAP4_SSL } from "@postern/postern/imaplib";
 *
 * async function unseen(host: string, user: string, password: string): Promise<string[]> {
 *   await using M = await IMAP4_SSL.connect(host);
 *   await M.login(user, password);
 *   await M.select("INBOX", true);
 *   const [, data] = await M.search(null, "UNSEEN");
 *   return String(data[0]).split(" ").filter((number) => number !== "");
 * }
 * ```
 *
 * @module
 */

export { IMAP4, type UpperCaseNames } from "./imap4.ts";
export { IMAP4_SSL, IMAP4_SSL_PORT } from "./imap4_ssl.ts";
export { IMAP4_stream, type StreamOptions } from "./imap4_stream.ts";
export { MailboxCommands } from "./mailbox_commands.ts";
export { TableCommands } from "./_gen/commands.ts";
export { SessionCommands } from "./session_commands.ts";
export { Connection, Debug, IMAP4_PORT, setDebug } from "./connection.ts";
export type { ConnectOptions } from "./inner.ts";
export { Idler, type News } from "./idler.ts";
export { Internaldate2tuple, type StructTime, Time2Internaldate } from "./dates.ts";
export { Int2AP, ParseFlags } from "./functions.ts";
export { abort, error, readonly } from "./errors.ts";
export { type CommandName, Commands } from "./command_table.ts";
export type { Answer, Argument, AuthObject, Data, State } from "./values.ts";
export type { Clock, Timer } from "../base/clock.ts";
export type { Limits } from "../base/limits.ts";
export type { Dial, DialOptions, TlsOptions, Transport } from "../transport/transport.ts";
export type { StreamPair } from "../transport/streams.ts";
export { DateTime, type DateTimeInput } from "../values/date_time.ts";
