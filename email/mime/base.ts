/**
 * Base class of the MIME classes.
 *
 * @module
 */

import { type HeaderParams, Message } from "../message.ts";
import type { Policy } from "../policy.ts";

/** What the MIME classes have in common. */
export interface MimeOptions {
  /** Policy of the message. Default `compat32`. */
  policy?: Policy;
  /** Parameters of the Content-Type, as `Message.addHeader` takes them. */
  params?: HeaderParams;
}

/**
 * A message that begins with its `Content-Type` and `MIME-Version` headers.
 *
 * ```ts
 * import { MIMEBase } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const part = new MIMEBase("text", "calendar", { params: { method: "REQUEST" } });
 * assertEquals(part.get("content-type"), 'text/calendar; method="REQUEST"');
 * ```
 *
 * Source: Python's `email.mime.base.MIMEBase`.
 */
export class MIMEBase extends Message {
  /**
   * Makes a message with its two headers.
   *
   * @param maintype main type
   * @param subtype subtype
   * @param options policy, parameters
   */
  constructor(maintype: string, subtype: string, options: MimeOptions = {}) {
    super({ policy: options?.policy });
    this.addHeader("Content-Type", `${maintype}/${subtype}`, options?.params);
    this.append("MIME-Version", "1.0");
  }
}
