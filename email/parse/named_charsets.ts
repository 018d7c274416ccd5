/**
 * The charsets that the headers of a message name, to have them loaded before anyone asks for the text.
 *
 * @module
 */

import { unquoteText } from "../params/quoting.ts";
import { decodeParamList } from "../params/rfc2231.ts";
import { parseParams } from "../params/split.ts";
import { isAscii } from "../text/text.ts";
import { Charset } from "../charset.ts";
import { loadCharset } from "../codecs/load.ts";
import type { Message } from "../message.ts";

/**
 * Loads the charsets that a message and its parts name in encoded words, RFC 2231 values and charset parameters. One that
 * cannot be loaded stays what it is without: a charset whose use throws.
 */
export async function loadNamedCharsets(message: Message): Promise<void> {
  const labels = new Set<string>();
  // Their charset is named by octets in another charset.
  const indirect: Message[] = [];
  for (const part of message.walk()) {
    for (const [, value] of part.rawItems()) {
      if (typeof value !== "string") continue;
      addWords(value, labels);
      if (value.includes("=") && /\*|charset/i.test(value) && addParams(value, labels)) indirect.push(part);
    }
  }
  await load(labels);
  if (indirect.length === 0) return;
  labels.clear();
  for (const part of indirect) {
    try {
      const label = part.getContentCharset();
      if (label !== null) labels.add(label);
    } catch {
      // A value that is not text has no charset.
    }
  }
  await load(labels);
}

async function load(labels: Iterable<string>): Promise<void> {
  await Promise.allSettled(Array.from(labels).flatMap(codecsOf).map(loadCharset));
}

/** A label, and what `Header` reads and writes it with: EUC-JP is written as ISO-2022-JP. */
function codecsOf(label: string): string[] {
  if (!isAscii(label)) return [label];
  const { inputCodec, outputCodec } = new Charset(label);
  return [label, inputCodec ?? label, outputCodec ?? label];
}

/** What is in the place of the charset of an encoded word, whether or not it is one. */
function addWords(value: string, labels: Set<string>): void {
  for (const [, label] of value.matchAll(/=\?(?=([^?]*)\?)/g)) {
    labels.add(label!);
    // RFC 2231 section 5 puts the language after an asterisk.
    labels.add(label!.split("*", 1)[0]!);
  }
}

/** Charsets in the parameters; true when the one named `charset` is encoded itself. */
function addParams(value: string, labels: Set<string>): boolean {
  let indirect = false;
  for (const [name, content] of decodeParamList(parseParams(value, 1_000))) {
    if (typeof content !== "string") {
      if (content[0] !== null) labels.add(content[0]);
      if (name === "charset") indirect = true;
    } else if (name === "charset") labels.add(unquoteText(content));
  }
  return indirect;
}
