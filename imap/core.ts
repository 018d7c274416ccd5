/**
 * The IMAP client without a choice of runtime, for edge workers and single-file bundles: the same as `@postern/postern/imap`,
 * but {@linkcode connect} wants a `dial` or a `transport`, and nothing here names the sockets of any runtime.
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap/core";
 * import { startServer } from "@postern/postern/testing";
 *
 * await using server = await startServer();
 * await using client = await connect({ transport: server.connect(), auth: { user: "alice", pass: "alice-pw" } });
 * console.log((await client.examine("INBOX")).exists);
 * ```
 *
 * @module
 */

import "./order.ts";
export type { AuthenticateOptions } from "./client/commands/authenticate.ts";
export type { ClientId } from "./client/commands/id.ts";
export { ImapClient } from "./client/client.ts";
export {
  type ClientOptions,
  connect,
  type DialledHostOptions,
  type HostOptions,
  type TransportOptions,
} from "./client/connect_with.ts";
export type { ChangingMethod, ReadingMethod } from "./client/_gen/leased.ts";
export type { LeaseOptions, MailboxSession, ReadOnlyMailboxSession } from "./client/lease.ts";
export type { Credentials, LoginOptions } from "./client/login.ts";
export {
  type DecodeOptions,
  decodeResponse,
  type Deviations,
  encodeResponse,
  type InvalidResponse,
  responses,
  type ServerResponse,
} from "./codec/codec.ts";
export { isCode } from "./codec/codes.ts";
export type { CallOptions } from "./base/abort.ts";
export { type Clock, systemClock, type Timer } from "./base/clock.ts";
export type { ConnectionState } from "./codec/spec.ts";
export { Command } from "./session/handle.ts";
export { RowCommand } from "./session/rows.ts";
export type { FetchBody } from "./session/body.ts";
export {
  AuthError,
  type AuthErrorKind,
  CapabilityError,
  CommandError,
  ConnectionError,
  type ErrorCode,
  type FailureReason,
  ImapError,
  type ImapErrorOptions,
  LimitError,
  type OAuthChallenge,
  ProtocolError,
  type RefusalStatus,
  StateError,
  ThrottledError,
  TimeoutError,
} from "./base/errors.ts";
export type { DroppedEvent, ImapEvent, MissedEvent } from "./session/events.ts";
export type { FetchRow, FieldOf } from "./client/fetch_row.ts";
export type { StatusOf } from "./client/status_result.ts";
export { arg, RawArgument, type RawCommandOptions, type RawResult } from "./client/raw_command.ts";
export type { IdleOptions } from "./client/idle.ts";
export { defaultLimits, defaultTimeouts, type Limits, type Timeouts } from "./base/limits.ts";
export type { SaslMechanism } from "./sasl/mechanism.ts";
export { cramMd5 } from "./sasl/cram_md5.ts";
export { anonymous, external } from "./sasl/external.ts";
export { loginMechanism } from "./sasl/login.ts";
export { oauthBearer, xoauth2 } from "./sasl/oauth.ts";
export { plain, type PlainCredentials } from "./sasl/plain.ts";
export type { AccessToken, TokenCredentials, TokenRequest } from "./sasl/token.ts";
export { type ScramOptions, scramSha1, scramSha256 } from "./sasl/scram.ts";
export { searchKeys, type SearchQuery } from "./client/commands/search.ts";
export type { SelectedMailbox } from "./session/selected_mailbox.ts";
export type { Trace, TraceEvent } from "./session/trace.ts";
export { memoryPair, type StreamPair, streamTransport } from "./transport/streams.ts";
export type { Dial, DialOptions, TlsOptions, Transport } from "./transport/transport.ts";
export {
  type CalendarDate,
  DateTime,
  type DateTimeInput,
  formatDateTime,
  formatSearchDate,
  parseSearchDate,
  type SearchDate,
} from "./values/date_time.ts";
export {
  type FetchItem,
  type FetchMacro,
  normalizeFetchItem,
  type PartialText,
  type SectionText,
} from "./values/fetch_item.ts";
export { decodeMailboxName, encodeMailboxName } from "./values/mailbox_name.ts";
export { type FoundMessages, SequenceSet, type SequenceSetInput } from "./values/sequence_set.ts";
export type { SequenceRange } from "./values/ranges.ts";
export { Raw, type RawTree } from "./values/raw.ts";
export { DecodeError } from "./wire/decode_error.ts";
export type { BlobLike, LiteralInput, LiteralSource } from "./wire/literal_input.ts";
export type * from "./client/_gen/commands.ts";
export type * from "./codec/_gen/types.ts";
