/** What has been found out of a message, kept as long as the message: its octets never change. */

import type { BodyStructure, Envelope } from "../../codec/_gen/types.ts";
import type { MessageContent } from "../store/message.ts";
import { scan, type ScannedPart } from "./fields.ts";
import { bodyOf, envelopeOf } from "./structure.ts";

/** Octets of a message whose parts are found once. */
const worthKeeping = 256 * 1024;

/** A message whose parts are each found at most once. */
export class Described {
  readonly #bytes: Uint8Array;
  #root: ScannedPart | undefined;
  #envelope: Envelope | undefined;
  #structure: BodyStructure | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get root(): ScannedPart {
    return this.#root ??= scan(this.#bytes);
  }

  /** Shared by all who ask: not to be changed. */
  get envelope(): Envelope {
    return this.#envelope ??= envelopeOf(this.#bytes, this.root);
  }

  /** Shared by all who ask: not to be changed. */
  get structure(): BodyStructure {
    this.#structure ??= bodyOf(this.#bytes, this.root, true);
    // Of 20,000 messages they would take longer to keep than to find once more. Of 14 MB that takes 50 ms, each time a client asks
    // for a part of what it was told about.
    if (this.#bytes.length < worthKeeping) this.#root = undefined;
    return this.#structure;
  }
}

/** What is known of a message. */
export function described(content: MessageContent): Described {
  return (content.described ??= new Described(content.bytes)) as Described;
}
