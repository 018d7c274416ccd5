/** Which messages of an account belong to one conversation (RFC 8474 5.2). */

import { messageIds } from "../content/message_ids.ts";
import type { MessageContent } from "./message.ts";

/** How many ids are known at most; messages with others make conversations of their own. */
const MOST_IDS = 200_000;

/**
 * A message joins the conversation of the first message that its In-Reply-To or References names, and a conversation
 * has the number of its first message. Headers are only read when asked for: most tests never do.
 */
export class Conversations {
  #unread: MessageContent[] = [];
  /** Message-ID -> conversation. */
  readonly #byId: Map<string, number> = new Map();
  readonly #byContent: WeakMap<MessageContent, number> = new WeakMap();

  /** Takes a new message; messages come in the order of their numbers. */
  add(content: MessageContent): void {
    this.#unread.push(content);
  }

  /** The conversation of a message. */
  of(content: MessageContent): number {
    for (const each of this.#unread.splice(0)) this.#read(each);
    return this.#byContent.get(content) ?? content.id;
  }

  #read(content: MessageContent): void {
    const { own, references } = messageIds(content.bytes);
    const ids = own === undefined ? references : [...references, own];
    const joined = ids.find((id) => this.#byId.has(id));
    const conversation = joined === undefined ? content.id : this.#byId.get(joined)!;
    this.#byContent.set(content, conversation);
    // What is named but has not come yet will join when it comes.
    for (const id of ids) {
      if (!this.#byId.has(id) && this.#byId.size < MOST_IDS) this.#byId.set(id, conversation);
    }
  }
}
