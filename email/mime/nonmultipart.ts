/**
 * Base class of the MIME classes that hold no parts.
 *
 * @module
 */

import { MultipartConversionError } from "../errors.ts";
import type { Message } from "../message.ts";
import { MIMEBase } from "./base.ts";

/**
 * A message that no part can be attached to.
 *
 * ```ts
 * import { MIMENonMultipart, MIMEText, MultipartConversionError } from "@postern/postern/email";
 * import { assertThrows } from "@std/assert";
 *
 * const part = new MIMENonMultipart("text", "calendar");
 * assertThrows(() => part.attach(new MIMEText("x")), MultipartConversionError);
 * ```
 *
 * Source: Python's `email.mime.nonmultipart.MIMENonMultipart`.
 */
export class MIMENonMultipart extends MIMEBase {
  /**
   * Refuses the part.
   *
   * @param _part the part
   * @throws {MultipartConversionError} always
   */
  override attach(_part: Message): void {
    throw new MultipartConversionError("Cannot attach additional subparts to non-multipart/*");
  }
}
