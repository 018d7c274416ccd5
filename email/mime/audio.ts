/**
 * Audio parts.
 *
 * @module
 */

import { encodeBase64 } from "../transfer/encoders.ts";
import { hasAt } from "./magic.ts";
import type { MimeDataOptions } from "./application.ts";
import { MIMENonMultipart } from "./nonmultipart.ts";
import { octetsFor } from "../text/given.ts";

/**
 * A part with audio.
 *
 * ```ts
 * import { MIMEAudio } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const au = new MIMEAudio(new TextEncoder().encode(".snd..."));
 * assertEquals(au.getContentType(), "audio/basic");
 * ```
 *
 * Source: Python's `email.mime.audio.MIMEAudio`.
 */
export class MIMEAudio extends MIMENonMultipart {
  /**
   * Makes the part.
   *
   * @param data the audio
   * @param subtype subtype; found out from the first bytes when it is null
   * @param options encoder, policy, parameters
   * @throws {TypeError} when the subtype is null and the bytes do not tell
   */
  constructor(data: Uint8Array, subtype: string | null = null, options: MimeDataOptions = {}) {
    const found = subtype ?? audioType(octetsFor("MIMEAudio", data));
    if (found === null) throw new TypeError("Could not find audio MIME subtype");
    super("audio", found, options);
    this.setPayload(data);
    (options?.encoder ?? encodeBase64)(this);
  }
}

/** Signatures of the formats CPython tells apart. */
function audioType(data: Uint8Array): string | null {
  const at = (offset: number, text: string) => hasAt(data, offset, text);
  if (at(0, "FORM") && (at(8, "AIFF") || at(8, "AIFC"))) return "x-aiff";
  if (at(0, ".snd")) return "basic";
  if (at(0, "RIFF") && at(8, "WAVE") && at(12, "fmt ")) return "x-wav";
  return null;
}
