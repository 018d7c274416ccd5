/**
 * What the codecs that load on demand share with those that are always there.
 *
 * @module
 */

import type { DoubleByteCodec } from "./double_byte.ts";
import type { Codec, ErrorMode } from "./io.ts";

/** What the codecs that load on demand are made from: those that are always there. */
export interface Core {
  /** The codec of a charset of one and two octets. */
  doubleByte(name: string): DoubleByteCodec;
  /** Decodes with the codec of a name. */
  decode(bytes: Uint8Array, name: string, errors: ErrorMode): string;
  /** Encodes with the codec of a name. */
  encode(text: string, name: string, errors: ErrorMode): Uint8Array;
}

/** What a module that loads on demand exports: the codecs of its charsets by name. */
export interface OnDemandModule {
  /** Builds a codec. */
  codec(name: string, core: Core): Codec;
}
