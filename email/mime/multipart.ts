/**
 * Messages with parts.
 *
 * @module
 */

import type { Message } from "../message.ts";
import { MIMEBase, type MimeOptions } from "./base.ts";

/** What a {@linkcode MIMEMultipart} is made with. */
export interface MimeMultipartOptions extends MimeOptions {
  /** Boundary; one is made up when the message is written unless given. */
  boundary?: string | null;
  /** The first parts. */
  subparts?: Iterable<Message> | null;
}

/**
 * A multipart message, empty of parts until some are attached.
 *
 * ```ts
 * import { MIMEMultipart, MIMEText } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = new MIMEMultipart("alternative", { boundary: "b" });
 * message.attach(new MIMEText("tea"));
 * message.attach(new MIMEText("<p>tea</p>", "html"));
 * assertEquals(message.get("content-type"), 'multipart/alternative; boundary="b"');
 * ```
 *
 * Source: Python's `email.mime.multipart.MIMEMultipart`.
 */
export class MIMEMultipart extends MIMEBase {
  /**
   * Makes the message.
   *
   * @param subtype subtype
   * @param options boundary, first parts, policy, parameters
   */
  constructor(subtype = "mixed", options: MimeMultipartOptions = {}) {
    super("multipart", subtype, options);
    this.setPayload([]);
    for (const part of options?.subparts ?? []) this.attach(part);
    if (options?.boundary) this.setBoundary(options.boundary);
  }
}
