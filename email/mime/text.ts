/**
 * Text parts.
 *
 * @module
 */

import type { Charset } from "../charset.ts";
import type { Policy } from "../policy.ts";
import { isAscii } from "../text/text.ts";
import { MIMENonMultipart } from "./nonmultipart.ts";
import { textFor } from "../text/given.ts";

/**
 * A text part, encoded for transport as its charset asks for.
 *
 * ```ts
 * import { MIMEText } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const text = new MIMEText("Grüße\n");
 * assertEquals(text.get("content-type"), 'text/plain; charset="utf-8"');
 * assertEquals(text.getPayload(), "R3LDvMOfZQo=\n");
 * ```
 *
 * Source: Python's `email.mime.text.MIMEText`.
 */
export class MIMEText extends MIMENonMultipart {
  /**
   * Makes the part.
   *
   * @param text the text
   * @param subtype subtype
   * @param charset charset; us-ascii if that can express the text, else utf-8, unless given
   * @param options policy
   * @throws {UnicodeEncodeError} when the charset cannot express the text
   * @throws {LookupError} when no codec knows the charset
   */
  constructor(
    text: string,
    subtype = "plain",
    charset: string | Charset | null = null,
    options: { policy?: Policy } = {},
  ) {
    const target = charset ?? (isAscii(textFor("MIMEText", text)) ? "us-ascii" : "utf-8");
    super("text", subtype, { policy: options?.policy, params: { charset: String(target) } });
    this.setPayload(text, target);
  }
}
