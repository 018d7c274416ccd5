/**
 * Image parts.
 *
 * @module
 */

import { encodeBase64 } from "../transfer/encoders.ts";
import { hasAt } from "./magic.ts";
import type { MimeDataOptions } from "./application.ts";
import { MIMENonMultipart } from "./nonmultipart.ts";
import { octetsFor } from "../text/given.ts";

/**
 * A part with an image.
 *
 * ```ts
 * import { MIMEImage } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const gif = new MIMEImage(new TextEncoder().encode("GIF89a..."));
 * assertEquals(gif.getContentType(), "image/gif");
 * ```
 *
 * Source: Python's `email.mime.image.MIMEImage`.
 */
export class MIMEImage extends MIMENonMultipart {
  /**
   * Makes the part.
   *
   * @param data the image
   * @param subtype subtype; found out from the first bytes when it is null
   * @param options encoder, policy, parameters
   * @throws {TypeError} when the subtype is null and the bytes do not tell
   */
  constructor(data: Uint8Array, subtype: string | null = null, options: MimeDataOptions = {}) {
    const found = subtype ?? imageType(octetsFor("MIMEImage", data));
    if (found === null) throw new TypeError("Could not guess image MIME subtype");
    super("image", found, options);
    this.setPayload(data);
    (options?.encoder ?? encodeBase64)(this);
  }
}

/** Signatures of the formats CPython tells apart. */
function imageType(data: Uint8Array): string | null {
  const at = (offset: number, text: string) => hasAt(data, offset, text);
  if (at(6, "JFIF") || at(6, "Exif") || at(0, "\xff\xd8\xff\xdb")) return "jpeg";
  if (at(0, "\x89PNG\r\n\x1a\n")) return "png";
  if (at(0, "GIF87a") || at(0, "GIF89a")) return "gif";
  if (at(0, "MM") || at(0, "II")) return "tiff";
  if (at(0, "\x01\xda")) return "rgb";
  if (at(0, "P") && data.length >= 3 && [0x20, 0x09, 0x0a, 0x0d].includes(data[2]!)) {
    const format = { 1: "pbm", 4: "pbm", 2: "pgm", 5: "pgm", 3: "ppm", 6: "ppm" }[data[1]! - 0x30];
    if (format !== undefined) return format;
  }
  if (at(0, "\x59\xa6\x6a\x95")) return "rast";
  if (at(0, "#define ")) return "xbm";
  if (at(0, "BM")) return "bmp";
  if (at(0, "RIFF") && at(8, "WEBP")) return "webp";
  if (at(0, "\x76\x2f\x31\x01")) return "exr";
  return null;
}
