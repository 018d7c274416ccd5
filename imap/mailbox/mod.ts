/**
 * Mailboxes as people think of them: an account that comes back when connections are lost, its mailboxes, their messages and files.
 *
 * {@linkcode openAccount} makes an {@linkcode Account}. Everything it does runs on a few connections, which are made when they are
 * needed and made again when they are lost; nothing that is read becomes seen.
 *
 * @example Save the attachments of October
 * ```ts
 * import { openAccount } from "@postern/postern/mailbox";
 *
 * async function saveAttachments(host: string, user: string, pass: string, sink: (name: string) => WritableStream<Uint8Array>) {
 *   await using account = await openAccount({ host, auth: { user, pass } });
 *   for await (const m of account.mailbox("INBOX").messages({ since: "2026-10-01", before: "2026-11-01" })) {
 *     for (const a of m.attachments) await a.stream().pipeTo(sink(`${m.uid}-${a.safeName}`));
 *   }
 * }
 * ```
 *
 * @module
 */

export {
  Account,
  type AccountCallOptions,
  type AccountOptions,
  type DraftOptions,
  type MailboxesOptions,
  openAccount,
} from "./account.ts";
export type { AccountEvent, AccountState } from "./account_events.ts";
export type { MailboxInfo } from "./directory.ts";
export { FateUnknownError, MessageGoneError } from "./errors.ts";
export type { ListingOptions } from "./listing.ts";
export { type DeleteOptions, Mailbox, type MailboxCounts, ReadonlyMailbox } from "./mailbox.ts";
export { type MessagePlace, readMessageId } from "./message_id.ts";
export { MailboxAttachment } from "./message/attachment.ts";
export { MailboxMessage, type TextOptions } from "./message/message.ts";
export type { Progress, ReadOptions } from "./message/reader.ts";
export { type ConnectGate, connectGate, type ConnectGateOptions } from "./pool/gate.ts";
export type { MessageQuery } from "./query.ts";
export type { MailboxRole, MailboxTarget } from "./roles.ts";
export type { Change, ResetReason, StartFrom } from "./sync/change.ts";
export type { ChangesOptions } from "./sync/changes.ts";
export type { Cursor } from "./sync/cursor.ts";
export {
  type CursorStore,
  type StepBudget,
  type StepOptions,
  type StepResult,
  syncStep,
} from "./sync/sync_step.ts";
export type { WatchEvent, WatchOptions } from "./sync/watch.ts";
export { type Conversation, conversationsOf, type Threadable } from "./threads.ts";
export type { Added, AddOptions } from "./verbs/append.ts";
export type { BulkOptions, BulkResult } from "./verbs/bulk.ts";
export type { FlagChange, LabelChange } from "./verbs/flag.ts";
export type { MoveResult } from "./verbs/move.ts";
export type { MessageRef, MessagesInput } from "./verbs/targets.ts";
