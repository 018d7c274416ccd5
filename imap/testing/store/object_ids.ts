/** Identifiers of messages and conversations (RFC 8474). */

import type { Account } from "./account.ts";
import type { MessageContent } from "./message.ts";

/** EMAILID (RFC 8474 5.1): the same for all copies of a message. */
export function emailId(content: MessageContent): string {
  return `M${content.id}`;
}

/** THREADID (RFC 8474 5.2): the same for all messages of a conversation. */
export function threadId(account: Account, content: MessageContent): string {
  return `T${account.threadOf(content)}`;
}
