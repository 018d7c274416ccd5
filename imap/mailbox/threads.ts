/** Conversations, where the server knows them and where it does not. */

import { kindOf } from "../base/option_names.ts";

/** What is asked of a message; a `MailboxMessage` has it, and so has a `Mail` (with `references`). */
export interface Threadable {
  /** Names the conversation, where the server does. */
  readonly threadId?: string | undefined;
  /** Identifier of the message. */
  readonly messageId?: string | undefined;
  /** Identifiers of the messages that it answers. */
  readonly inReplyTo?: readonly string[] | undefined;
  /** Identifiers of the messages before it; a list of messages does not fetch them. */
  readonly references?: readonly string[] | undefined;
}

/** Messages that belong together. */
export interface Conversation<Message> {
  /** Who says so: the server, or the identifiers in the messages. The two are never mixed in one conversation. */
  source: "server" | "references";
  /** The messages, in the order in which they were given. */
  messages: Message[];
}

/**
 * Groups messages into conversations. Those with a `threadId` are together as the server says (RFC 8474, Gmail). All others are together
 * when one names the other, or both name a third one that may be missing, in In-Reply-To and References. Subjects are not compared:
 * strangers have the same.
 *
 * @param messages Messages: of a list, or read whole, whose References are known too.
 * @returns The conversations, in the order of their first messages.
 *
 * @example
 * ```ts
 * import { conversationsOf } from "@postern/postern/mailbox";
 * import { assertEquals } from "@std/assert";
 *
 * const messages = [
 *   { messageId: "<1@a>" },
 *   { messageId: "<2@b>", inReplyTo: ["<0@missing>"] },
 *   { messageId: "<3@a>", inReplyTo: ["<1@a>"] },
 * ];
 * assertEquals(conversationsOf(messages).map(({ messages }) => messages.length), [2, 1]);
 * ```
 */
export function conversationsOf<Message extends Threadable>(
  messages: Iterable<Message>,
): Conversation<Message>[] {
  if (typeof messages?.[Symbol.iterator] !== "function") {
    throw new TypeError(`conversationsOf() takes a list of messages, not ${kindOf(messages)}`);
  }
  const all = [...messages];
  const sets = new DisjointSets();
  const keys = all.map(({ threadId, messageId, inReplyTo = [], references = [] }, i) => {
    if (threadId !== undefined) return `server ${threadId}`;
    const names = [messageId, ...inReplyTo, ...references].filter((name) => name !== undefined);
    const own = `message ${i}`;
    for (const name of names) sets.join(own, `id ${name}`);
    return own;
  });
  const found = new Map<string, Conversation<Message>>();
  all.forEach((message, i) => {
    const isServers = message.threadId !== undefined;
    const key = isServers ? keys[i]! : sets.find(keys[i]!);
    const conversation = found.get(key);
    if (conversation !== undefined) conversation.messages.push(message);
    else found.set(key, { source: isServers ? "server" : "references", messages: [message] });
  });
  return [...found.values()];
}

/** Names that are joined to sets; each set has one member that names it. */
class DisjointSets {
  readonly #parents = new Map<string, string>();

  find(name: string): string {
    let root = name;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    // The way is short from now on: chains of ten thousand answers do not take the square of that.
    for (let at = name; at !== root;) {
      const next = this.#parents.get(at)!;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  join(a: string, b: string): void {
    const from = this.find(a);
    const to = this.find(b);
    if (from !== to) this.#parents.set(from, to);
  }
}
