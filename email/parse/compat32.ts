// Parsing as Python does it: what policies, factories and the methods of a message say.

import type { MessageDefect } from "../errors.ts";
import { Message, type MessageFactory } from "../message.ts";
import type { Entity } from "../model/entity.ts";
import { entityOf } from "../model/message_model.ts";
import { Compat32, compat32, type Policy, recordsDefects } from "../policy.ts";
import type { Dialect } from "./dialect.ts";
import { parse } from "./parse.ts";
import type { Source } from "./source.ts";

/** How to parse. */
export interface ParseOptions {
  /** Policy of the parser and of the messages. Default {@linkcode compat32}. */
  policy?: Policy | null;
  /** What messages are made with; the policy's factory unless given. */
  factory?: MessageFactory | null;
  /** Keep everything after the headers as one text payload. */
  headersOnly?: boolean;
}

/**
 * Parses a message.
 *
 * @param source the text
 * @param options policy, factory, headers only
 */
export function parseMessage(source: Source, options: ParseOptions = {}): Message {
  return messageIn(parse(source, new Compat32Dialect(options), options?.headersOnly));
}

/** The message around what the parser fills in. */
function messageIn(entity: Entity): Message {
  return entity.message as Message;
}

class Compat32Dialect implements Dialect {
  /** A policy has these limits. */
  readonly limits: Policy;
  readonly lazy: boolean;
  readonly repair = null;
  readonly #make: () => Message;
  /** Whether defects are only recorded, so that they can be made when asked for. */
  readonly #records: boolean;

  constructor(options: ParseOptions) {
    const policy = this.limits = options?.policy ?? compat32;
    this.#make = maker(options?.factory ?? policy.messageFactory, policy);
    this.lazy = policy instanceof Compat32 &&
      policy.headerSourceParse === Compat32.prototype.headerSourceParse;
    this.#records = recordsDefects(policy);
  }

  make(): Entity {
    return entityOf(this.#make());
  }

  attach(parent: Entity, child: Entity): void {
    messageIn(parent).attach(messageIn(child));
  }

  inDigest(child: Entity): void {
    messageIn(child).setDefaultType("message/rfc822");
  }

  envelope(entity: Entity, line: string): void {
    messageIn(entity).setUnixfrom(line);
  }

  field(entity: Entity, lines: string[]): void {
    messageIn(entity).setRaw(...this.limits.headerSourceParse(lines));
  }

  defect(entity: Entity, make: () => MessageDefect): void {
    if (this.#records) entity.addDefect(make, this.limits.maxDefects);
    else this.limits.handleDefect(messageIn(entity), make());
  }

  typeOf(entity: Entity): string {
    return messageIn(entity).getContentType();
  }

  boundaryOf(entity: Entity): string | null {
    return messageIn(entity).getBoundary();
  }

  encodingOf(entity: Entity): string {
    return String(messageIn(entity).get("content-transfer-encoding", "8bit")).toLowerCase();
  }

  mayHoldParts(byte: number | undefined): boolean {
    return byte === undefined || byte > 0x7e || (byte | 0x20) === 0x6d;
  }

  isOpen(): boolean {
    return true;
  }
}

/** Calls the factory the way its kind wants it. */
function maker(factory: MessageFactory | null, policy: Policy): () => Message {
  const options = { policy };
  if (factory === null || factory === Message) return () => new Message(options);
  if (factory.prototype instanceof Message) {
    const Class = factory as new (options: { policy: Policy }) => Message;
    return () => new Class(options);
  }
  return () => (factory as (options: { policy: Policy }) => Message)(options);
}
