/** Identifiers of messages and conversations (RFC 8474). */

import type { Account } from "./account.ts";
import type { MessageContent } from "./message.ts";

/** Where the numbers of Gmail begin here. */
const GMAIL_IDS = 1_800_000_000_000_000_000n;

/** EMAILID (RFC 8474 5.1): the same for all copies of a message. */
export function emailId(content: MessageContent): string {
  return `M${content.id}`;
}

/** X-GM-MSGID: the same for all copies of a message, a number of Gmail's size. */
export function gmailMessageId({ id }: MessageContent): bigint {
  return GMAIL_IDS + BigInt(id);
}

/** X-GM-THRID: that of the first message of the conversation. */
export function gmailThreadId(account: Account, content: MessageContent): bigint {
  return GMAIL_IDS + BigInt(account.threadOf(content));
}

/** THREADID (RFC 8474 5.2): the same for all messages of a conversation. */
export function threadId(account: Account, content: MessageContent): string {
  return `T${account.threadOf(content)}`;
}
