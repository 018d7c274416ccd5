/**
 * An IMAP server in memory, for tests: any client can talk to it, in memory without any permission or over a loopback
 * port.
 *
 * It speaks IMAP4rev1 and, after ENABLE, IMAP4rev2 (RFC 3501, RFC 9051), keeps flags, UIDs and message numbers as a real
 * server does, announces changes between sessions, and misbehaves on demand ({@linkcode Fault}).
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap";
 * import { startServer } from "@postern/postern/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await startServer({
 *   users: { sam: "secret" },
 *   mailboxes: { INBOX: ["Subject: Hello\n\nHello Sam!\n"] },
 * });
 * await using client = await connect({ transport: server.connect(), auth: { user: "sam", pass: "secret" } });
 * await client.select("INBOX");
 * await client.store("1", "+FLAGS", ["\\Flagged"]);
 * assertEquals(server.mailbox("INBOX").messages[0]?.flags, ["\\Flagged"]);
 *
 * // For any other client on this machine:
 * // const { port } = await server.listen();
 * ```
 *
 * @module
 */

export type { Clock, Timer } from "../base/clock.ts";
export { ManualClock } from "../base/manual_clock.ts";
export type { Response } from "../codec/_gen/types.ts";
export type { Transport } from "../transport/transport.ts";
export type { Fault } from "./faults.ts";
export { FaultScript } from "./faults.ts";
export { type CertificateOptions, generateCertificate, type GeneratedCertificate } from "./certificate.ts";
export type { Change, WhichMessages } from "./change.ts";
export type { MailboxSnapshot, MessageSnapshot, OfUser, ServerOptions } from "./options.ts";
export type { SeedMailbox, SeedMessage, SeedUser } from "./seed/seed.ts";
export type { ProfileName } from "./profiles.ts";
export { generateMessages, type GenerateOptions } from "./seed/generate.ts";
export { startServer, TestServer } from "./test_server.ts";
