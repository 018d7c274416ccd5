/** What only requests hold: a server reads it, and programs that are clients need not carry it. */

import { parseSearchDate } from "../values/date_time.ts";
import type { SearchDate } from "../values/date_time.ts";
import { fetchItemAt } from "../values/fetch_item.ts";
import type { FetchItem } from "../values/fetch_item.ts";
import { BRACE, LIST } from "./byte_class.ts";
import { textOf } from "./reader.ts";
import { Reader } from "./reader.ts";

/** Characters of an item with literals that are looked at. */
const LONGEST_ITEM = 10_000;

/** Reads one command after another. */
export class RequestReader extends Reader {
  /** The name of a mailbox, with wildcards. */
  listMailbox(): string {
    return this.mailboxOf(LIST);
  }

  /** The date of a search key. */
  date(): SearchDate {
    const start = this.pos;
    if (this.peek() === BRACE) this.fail("a date");
    return parseSearchDate(this.astring()) ?? this.failFrom(start, "a date");
  }

  /** What FETCH asks for. */
  fetchItem(): FetchItem {
    try {
      const { item, end } = fetchItemAt(this.line, this.pos);
      this.pos = end;
      return item;
    } catch {
      return this.#itemWithLiterals() ?? this.fail("a fetch item");
    }
  }

  /**
   * The same where names of header fields are literals (RFC 9051 `header-fld-name = astring`): read with each in its place as it
   * would be written in the line.
   */
  #itemWithLiterals(): FetchItem | undefined {
    const { line } = this;
    let text = "";
    /** Where each literal ends in the text and in the line. */
    const ends: [inText: number, inLine: number][] = [];
    let at = this.pos;
    const start = this.literalsRead;
    while (at < this.end && text.length < LONGEST_ITEM) {
      const end = line[at] === "{" ? this.literalMark(at) : -1;
      if (end === -1) {
        text += line[at++];
        continue;
      }
      const name = textOf(this.literals[this.literalsRead++]!);
      text += /^[!#$&'+-Z[^-z|~]+$/.test(name) ? name : `"${name.replace(/["\\]/g, "\\$&")}"`;
      ends.push([text.length, at = end]);
    }
    this.literalsRead = start;
    if (ends.length === 0) return undefined;
    try {
      const { item, end } = fetchItemAt(text, 0);
      const read = ends.filter(([inText]) => inText <= end);
      const [inText, inLine] = read.at(-1) ?? [0, this.pos];
      this.literalsRead += read.length;
      this.pos = inLine + end - inText;
      return item;
    } catch {
      return undefined;
    }
  }
}
