/** Reads each primitive of the notation with the reference. Used by tests only. */
import { parseSearchDate } from "../../imap/values/date_time.ts";
import { fetchItemAt } from "../../imap/values/fetch_item.ts";
import { decodeMailboxName } from "../../imap/values/mailbox_name.ts";
import { astringChar, listChar } from "../builtins/builtin_sets.ts";
import type { BuiltinName } from "../model/ir.ts";
import type { Cursor } from "./cursor.ts";

/** Reads one primitive. */
export const readBuiltin: Record<BuiltinName, (c: Cursor) => unknown> = {
  quoted: (c) => c.decode(c.quotedBytes()),
  literal: (c) => c.literalBytes(),
  string: (c) => c.stringText(),
  nstring: (c) => c.isNil() ? null : c.stringText(),
  nbytes: (c) => c.nbytes(),
  sectionData: (c) => c.sectionData(),
  astring: (c) => c.next() === 0x7b ? c.stringText() : c.decode(c.astringBytes(astringChar)),
  mailbox: (c) => decodeMailboxName(c.mailboxBytes(), c.mode.utf8),
  listedMailbox: (c) => c.listedMailbox(),
  delimiter: (c) => c.delimiter(),
  listMailbox: (c) => decodeMailboxName(c.astringBytes(listChar), c.mode.utf8),
  flag: (c) => c.flag(false),
  permanentFlag: (c) => c.flag(true),
  sequenceSet: (c) => c.sequenceSet(),
  section: (c) => c.section(),
  dateTime: (c) => c.dateTime(),
  date: (c) => {
    const quoted = c.next() === 0x22;
    const text = c.decode(quoted ? c.quotedBytes() : c.run(astringChar));
    return parseSearchDate(text) ?? c.fail("a date");
  },
  fetchItem: (c) => {
    const text = Array.from(c.text, (byte) => String.fromCharCode(byte)).join("");
    try {
      const { item, end } = fetchItemAt(text, c.at);
      c.at = end;
      return item;
    } catch {
      return c.fail("a fetch item");
    }
  },
  text: (c) => c.humanText(),
  itemValue: (c) => c.itemValue(true),
  looseValue: (c) => c.itemValue(false),
  element: (c) => c.element(true, false, false),
  piece: (c) => c.element(false, false, false),
  sublist: (c) => c.element(false, true, false),
  remainder: (c) => c.rest(),
  readableSet: (c) => c.readableSet(),
  generic: (c) => c.raw(),
  rest: (c) => c.rest(),
  base64: (c) => {
    const text = String.fromCharCode(...c.run(astringChar));
    if (text === "=") return new Uint8Array();
    try {
      return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    } catch {
      return c.fail("base64");
    }
  },
};
