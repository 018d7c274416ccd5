// Domain names outside ASCII (RFC 5890): on the wire they are their A-labels, which every server knows.

import { isAscii } from "../../text/text.ts";

/** What a URL would read as more than a name, or decode. */
const NOT_A_NAME = /[\s/?#@:%\\[\]<>"|^]/;
const A_LABELS = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * A domain name in ASCII, as DNS and SMTP have it: `exämple.org` is `xn--exmple-cua.org`.
 *
 * @param domain the name, in any script
 * @returns the name with A-labels; null when it cannot be a domain name
 */
export function domainToAscii(domain: string): string | null {
  if (isAscii(domain)) return domain;
  if (NOT_A_NAME.test(domain)) return null;
  try {
    // Every runtime has the mapping and Punycode of UTS 46 in its URL parser, and nowhere else.
    const { hostname } = new URL(`http://${domain}/`);
    return A_LABELS.test(hostname) ? hostname : null;
  } catch {
    return null;
  }
}
