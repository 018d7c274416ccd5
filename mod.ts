/**
 * An IMAP client and an email package, with no dependency.
 *
 * This entry point holds everything that `@postern/postern/imap`, `@postern/postern/mailbox` and
 * `@postern/postern/email` hold; a program that
 * needs only one of them imports that one, and loads nothing of the other.
 *
 * @example Read the unread messages of a mailbox without marking them read
 * ```ts
 * import { connect, readMail } from "@postern/postern";
 *
 * async function printUnread(host: string, user: string, pass: string): Promise<void> {
 *   await using client = await connect({ host, auth: { user, pass } });
 *   await client.examine("INBOX");
 *   const { all } = await client.uidSearch({ unseen: true });
 *   if (all.isEmpty) return;
 *   for await (const { uid, sections } of client.uidFetch(all, ["BODY.PEEK[]"])) {
 *     const data = sections[0]?.data;
 *     if (data) console.log(uid, readMail(data).subject);
 *   }
 * }
 * ```
 *
 * @module
 */

export * from "./imap/mod.ts";
export * from "./imap/mailbox/mod.ts";
export * from "./email/mod.ts";
