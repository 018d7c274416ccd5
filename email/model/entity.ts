// What a message holds, and where that was found. The parser fills it in, the readers of content look at it, and class Message
// is Python's interface to it: a program that only reads content needs no more than this.

import { DefectLimitDefect, type MessageDefect } from "../errors.ts";
import { type Range, rangeText, type Span } from "../parse/source.ts";
import { FieldList } from "./fields.ts";
// circle: a message is made of an entity, which is asked for its message
import type { MessageModel } from "./message_model.ts";

/** A message or a part of one. */
export class Entity {
  /** Header fields. */
  readonly fields: FieldList = new FieldList();
  /** Text, messages, what else a program has put there, or null; undefined while it is the text of the range. */
  payload: unknown = null;
  /** Where the text of a payload was found that has not been replaced since. */
  range: Range | null = null;
  /** Parts, until there are messages of them in the payload. */
  parts: Entity[] | null = null;
  /** Where all of it was found. */
  span: Span | null = null;
  /** The envelope line. */
  unixfrom: string | null = null;
  /** Text before the first boundary. */
  preamble: string | Range | null = null;
  /** Text after the last boundary. */
  epilogue: string | Range | null = null;
  /** Type without a Content-Type. */
  defaultType = "text/plain";
  /** Defects that nobody has asked for yet. */
  found: (() => MessageDefect)[] | null = null;
  /** The message that this is in, once there is one. */
  message: MessageModel | null = null;

  /** Makes the payload the text of a range. */
  setRange(range: Range): void {
    this.range = range;
    this.payload = undefined;
  }

  /** Replaces the payload. */
  setPayload(payload: unknown): void {
    this.payload = payload;
    this.range = null;
  }

  /** The payload as it is stored, text cut out of the source when it is first needed. */
  stored(): unknown {
    if (this.payload === undefined) this.payload = rangeText(this.range!);
    return this.payload;
  }

  /** Octets of a payload that was parsed and not replaced since, when octets are what was parsed. */
  bytes(): Uint8Array | null {
    const { range } = this;
    return range?.source.exact ? range.source.bytes.subarray(range.start, range.end) : null;
  }

  /**
   * Adds a defect that is made when it is asked for: each captures the stack, which takes 10 microseconds.
   *
   * @param make makes the defect
   * @param most as many are kept
   */
  addDefect(make: () => MessageDefect, most: number): void {
    const found = this.found ??= [];
    if (found.length < most) found.push(make);
    else if (found.length === most) found.push(() => new DefectLimitDefect());
  }
}
