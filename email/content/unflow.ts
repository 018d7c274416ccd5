/**
 * Text with flowed lines.
 *
 * @module
 */

import { textFor } from "../text/given.ts";

/** How {@linkcode unflow} reads. */
export interface UnflowOptions {
  /** The `delsp=yes` of the Content-Type: the blank at the end of a flowed line is not text. Default false. */
  delSp?: boolean;
}

/**
 * Paragraphs of a `text/plain; format=flowed`: lines that end in a blank are joined with the next one, if both are quoted as
 * deeply. Blanks that were stuffed in front of a line go; quoted lines are written with `>` for each depth and a blank.
 *
 * @param text the text, as `text()` gives it
 * @param options whether the blanks at line ends go
 * @returns the text, each paragraph one line
 *
 * @example
 * ```ts
 * import { unflow } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(unflow("> One para- \n> graph.\nAnd an \nanswer.\n-- \nIda\n"), "> One para- graph.\nAnd an answer.\n-- \nIda\n");
 * assertEquals(unflow("長い \n行\n", { delSp: true }), "長い行\n");
 * ```
 *
 * Source: RFC 3676 section 4.
 */
export function unflow(text: string, options: UnflowOptions = {}): string {
  const { delSp = false } = options ?? {};
  const out: string[] = [];
  let paragraph: string[] = [];
  let depth = 0;
  const end = () => {
    if (paragraph.length > 0) {
      const content = paragraph.join("");
      out.push(depth === 0 ? content : ">".repeat(depth) + (content === "" ? "" : ` ${content}`));
    }
    paragraph = [];
  };
  const lines = textFor("unflow", text).split(/\r\n?|\n/);
  const last = lines.pop()!;
  const read = (line: string) => {
    let quotes = 0;
    while (line.charCodeAt(quotes) === 0x3e) quotes++;
    // A stuffed blank comes after the quotes.
    const content = line.slice(line.charCodeAt(quotes) === 0x20 ? quotes + 1 : quotes);
    // The line before a signature is fixed, and belongs to no paragraph.
    const signature = content === "-- ";
    if (quotes !== depth || signature) end();
    depth = quotes;
    const flowed = content.endsWith(" ") && !signature;
    paragraph.push(flowed && delSp ? content.slice(0, -1) : content);
    if (!flowed) end();
  };
  for (const line of lines) read(line);
  if (last !== "") read(last);
  end();
  return out.join("\n") + (last === "" && lines.length > 0 ? "\n" : "");
}
