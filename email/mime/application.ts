/**
 * Application parts.
 *
 * @module
 */

import { encodeBase64 } from "../transfer/encoders.ts";
import type { Message } from "../message.ts";
import type { MimeOptions } from "./base.ts";
import { MIMENonMultipart } from "./nonmultipart.ts";
import { octetsFor } from "../text/given.ts";

/** What a part of binary data is made with. */
export interface MimeDataOptions extends MimeOptions {
  /** Encodes the payload and adds Content-Transfer-Encoding. Default `encodeBase64`. */
  encoder?: (message: Message) => void;
}

/**
 * A part of application data.
 *
 * ```ts
 * import { MIMEApplication } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const part = new MIMEApplication(Uint8Array.of(1, 2, 3), "pdf", { params: { name: "a.pdf" } });
 * assertEquals(part.get("content-type"), 'application/pdf; name="a.pdf"');
 * assertEquals(part.getPayload(), "AQID\n");
 * ```
 *
 * Source: Python's `email.mime.application.MIMEApplication`.
 */
export class MIMEApplication extends MIMENonMultipart {
  /**
   * Makes the part.
   *
   * @param data the data
   * @param subtype subtype
   * @param options encoder, policy, parameters
   * @throws {TypeError} when the subtype is null
   */
  constructor(data: Uint8Array | string, subtype = "octet-stream", options: MimeDataOptions = {}) {
    if (subtype === null) throw new TypeError("Invalid application MIME subtype");
    super("application", subtype, options);
    this.setPayload(typeof data === "string" ? data : octetsFor("MIMEApplication", data));
    (options?.encoder ?? encodeBase64)(this);
  }
}
