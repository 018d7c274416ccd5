/** From a frame to what Python's `imaplib` keeps of a response: its type and flat items, a pair for each literal. */

import type { Frame } from "../wire/frame.ts";
import { textOf } from "./text.ts";
import type { Data } from "./values.ts";

/** A response, as far as this module looks into it. */
export type Reply =
  | { kind: "tagged"; tag: string; typ: string; text: string; line: string }
  | { kind: "untagged"; typ: string; items: Data[]; line: string }
  | { kind: "continuation"; text: string; line: string }
  | { kind: "other"; line: string };

/**
 * A list is kept where no space precedes it, as in `FETCH(FLAGS ())`; Python keeps only the name there, and so does this where
 * something else follows it.
 */
const UNTAGGED = /^\* +(?:(\d+) +)?([A-Za-z-][\w.-]*)(?: (.*)|(\(.*)|[^ ].*)?$/s;
/** What comes after the tag is the status, whatever it is: Python hands it on. */
const TAGGED = /^([^\s*+]\S*) +([A-Za-z]+)(?: (.*))?$/s;
/** Some servers leave out the space. */
const CONTINUATION = /^\+ ?(.*)$/s;

/** Reads a frame. Names are matched without regard to case and come in upper case. */
export function replyOf(frame: Frame): Reply {
  const [line, ...more] = piecesOf(frame);
  const untagged = UNTAGGED.exec(line!);
  if (untagged !== null) {
    const [, number, name, spaced, close] = untagged;
    const rest = spaced ?? close ?? "";
    const head = number === undefined ? rest : rest === "" ? number : `${number} ${rest}`;
    const texts = [head, ...more];
    const items: Data[] = frame.literals.map((literal, i): Data => [texts[i]!, literal]);
    items.push(texts[frame.literals.length]!);
    return { kind: "untagged", typ: name!.toUpperCase(), items, line: line! };
  }
  const continuation = CONTINUATION.exec(line!);
  if (continuation !== null) return { kind: "continuation", text: continuation[1]!, line: line! };
  const tagged = TAGGED.exec(line!);
  if (tagged === null) return { kind: "other", line: line! };
  return {
    kind: "tagged",
    tag: tagged[1]!,
    typ: tagged[2]!.toUpperCase(),
    text: tagged[3] ?? "",
    line: line!,
  };
}

/** The text before, between and after the literals. */
function piecesOf({ text, literals }: Frame): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length - 1 && pieces.length < literals.length; i++) {
    if (text[i] !== 13 || text[i + 1] !== 10 || text[i - 1] !== 0x7d) continue;
    pieces.push(textOf(text.subarray(start, i)));
    start = i + 2;
  }
  pieces.push(textOf(text.subarray(start)));
  return pieces;
}

/** The code in brackets that a status response begins with. */
export function responseCode(text: string): { name: string; value: string } | undefined {
  const head = /^\[([A-Za-z][\w.-]*)([ \]])/.exec(text);
  if (head === null) return undefined;
  const name = head[1]!.toUpperCase();
  if (head[2] === "]") return { name, value: "" };
  const end = closingBracket(text, head[0].length);
  return end < 0 ? undefined : { name, value: text.slice(head[0].length, end) };
}

/** Where the bracket closes: flags and quoted strings may hold one. The first one when nothing fits. */
function closingBracket(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (quoted) {
      if (character === "\\") at++;
      else quoted = character !== '"';
    } else if (character === '"') quoted = true;
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "]" && depth <= 0) return at;
  }
  return text.indexOf("]", start);
}
