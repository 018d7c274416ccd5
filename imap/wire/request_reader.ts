/** What only requests hold: a server reads it, and programs that are clients need not carry it. */

import { parseSearchDate } from "../values/date_time.ts";
import type { SearchDate } from "../values/date_time.ts";
import { fetchItemAt } from "../values/fetch_item.ts";
import type { FetchItem } from "../values/fetch_item.ts";
import { BRACE, LIST } from "./byte_class.ts";
import { Reader } from "./reader.ts";

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
      return this.fail("a fetch item");
    }
  }
}
