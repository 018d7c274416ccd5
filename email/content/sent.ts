// Messages and parts as they were sent.

import type { Message } from "../message.ts";
import type { Entity } from "../model/entity.ts";
import { entityOf, messageAround, type MessageModel } from "../model/message_model.ts";
import type { Span } from "../parse/source.ts";

/** The parts of a multipart or an enclosed message; null for a leaf. */
export function partsOf({ parts, payload }: Entity): Entity[] | null {
  return parts ?? (Array.isArray(payload) ? (payload as MessageModel[]).map(entityOf) : null);
}

/** The message of what was found. */
export function messageFor(entity: Entity): Message {
  return messageAround(entity) as Message;
}

/** Where a message was found, when it has not been changed since; the parts in it are not looked at. */
export function spanOf(entity: Entity): Span | null {
  const { span, fields } = entity;
  if (span === null || !span.source.exact) return null;
  if (fields.added().length > 0 || (fields.block === null && fields.length > 0)) return null;
  const parts = entity.parts ?? (entity.range === null ? entity.payload : null);
  return parts === null || Array.isArray(parts) && parts.length === span.parts ? span : null;
}

/** Header and body as they were sent; as they are written, when the message was made or changed. */
export function sentBytes(entity: Entity): Uint8Array {
  const open: Entity[] = [entity];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (spanOf(next) === null) return messageFor(entity).asBytes();
    open.push(...partsOf(next) ?? []);
  }
  const { source, start, end } = spanOf(entity)!;
  return source.bytes.slice(start, end);
}
