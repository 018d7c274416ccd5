// Messages and parts as they were sent.

import type { Message } from "../message.ts";
import { internals } from "../model/message_model.ts";
import type { Span } from "../parse/source.ts";

/** Where a message was found, when it has not been changed since; the parts in it are not looked at. */
export function spanOf(message: Message): Span | null {
  const span = internals.span(message);
  if (span === null || !span.source.exact) return null;
  if (internals.added(message).length > 0 || (internals.block(message) === null && message.length > 0)) {
    return null;
  }
  const payload = internals.range(message) === null ? internals.payload(message) : null;
  return Array.isArray(payload)
    ? (payload.length === span.parts ? span : null)
    : payload === null
    ? span
    : null;
}

/** Header and body as they were sent; as they are written, when the message was made or changed. */
export function sentBytes(message: Message): Uint8Array {
  const open: Message[] = [message];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (spanOf(next) === null) return message.asBytes();
    if (next.isMultipart()) open.push(...next.getPayload() as Message[]);
  }
  const { source, start, end } = spanOf(message)!;
  return source.bytes.slice(start, end);
}
