/** Sets, sections, dates and items of FETCH. */
import { SequenceSet } from "../../imap/values/sequence_set.ts";
import { DateTime, formatSearchDate, parseSearchDate } from "../../imap/values/date_time.ts";
import { fetchItemAt, normalizeFetchItem, normalizeSection } from "../../imap/values/fetch_item.ts";
import type { Random } from "../check/random.ts";
import { minus, setOf, setOfText, union } from "../model/byte_set.ts";
import { anything, astringChar, atomChar, digit, quote } from "./byte_classes.ts";
import { cased, utf8, writeQuoted } from "./samples.ts";
import type { Builtin } from "./builtin.ts";

function setText(random: Random): string {
  if (random.chance(0.05)) return "$";
  const number = () =>
    random.chance(0.1) ? "*" : String(1 + random.below(random.chance(0.1) ? 4294967295 : 300));
  const range = () => random.chance(0.4) ? `${number()}:${number()}` : number();
  return Array.from({ length: 1 + random.below(4) }, range).join(",");
}

function sectionText(random: Random): string {
  const part = Array.from({ length: random.below(3) }, () => 1 + random.below(9)).join(".");
  const names = () =>
    Array.from({ length: 1 + random.below(3) }, () => random.pick(["Subject", "FROM", '"X Y"', "x-z]"]));
  const word = random.below(6);
  const inner = word === 0
    ? "HEADER"
    : word === 1
    ? "TEXT"
    : word === 2
    ? `HEADER.FIELDS (${names().join(" ")})`
    : word === 3
    ? `HEADER.FIELDS.NOT (${names().join(" ")})`
    : word === 4 && part !== ""
    ? "MIME"
    : "";
  return inner === "" ? part : part === "" ? inner : `${part}.${inner}`;
}

/** `sequence-set`, `uid-set`, `$`. */
export const sequenceSet: Builtin = {
  type: "SequenceSet",
  first: union(digit, setOfText("*$")),
  empty: false,
  words: { "$": ["SEARCHRES", "IMAP4REV2"] },
  read: (c) => c.sequenceSet(),
  sample: ({ out, random }) => {
    const text = setText(random);
    out.text(text);
    return SequenceSet.parse(text);
  },
};

/** Text between the brackets of `section`, normalised to upper case outside header names. */
export const section: Builtin = {
  type: "string",
  first: minus(anything, setOf(0x0a, 0x0d)),
  empty: true,
  read: (c) => c.section(),
  sample: ({ out, random }) => {
    const text = sectionText(random);
    out.text(
      random.chance(0.3) ? text.replace(/HEADER|TEXT|MIME|FIELDS/g, (word) => word.toLowerCase()) : text,
    );
    return normalizeSection(text);
  },
};

/** `date-time` in quotes. */
export const dateTime: Builtin = {
  type: "DateTime",
  first: quote,
  empty: false,
  read: (c) => c.dateTime(),
  sample: ({ out, random, options }) => {
    const texts = [
      "17-Jul-1996 02:44:25 -0700",
      " 1-Feb-1994 21:52:25 +0000",
      "00-Jan-0000 00:00:00 +0000",
      "nonsense",
    ];
    const text = random.pick(options.quirks ? texts : texts.slice(0, 2));
    if (texts.indexOf(text) > 1) out.quirks.add("odd-date-time");
    writeQuoted(utf8.encode(text), out);
    return new DateTime(text);
  },
};

/** `date` of SEARCH: 1-Feb-1994, quoted or not. */
export const date: Builtin = {
  type: "SearchDate",
  first: union(quote, digit),
  empty: false,
  read: (c) => {
    const quoted = c.next() === 0x22;
    const text = c.decode(quoted ? c.quotedBytes() : c.run(astringChar));
    return parseSearchDate(text) ?? c.fail("a date");
  },
  sample: ({ out, random }) => {
    const day = new Date(random.below(4e12)).toISOString().slice(0, 10);
    const text = cased(random, formatSearchDate(day));
    out.text(random.chance(0.3) ? `"${text}"` : text);
    return day;
  },
};

/** `fetch-att`, checked and sent as written. */
export const fetchItem: Builtin = {
  type: "FetchItem",
  first: atomChar,
  empty: false,
  read: (c) => {
    const text = Array.from(c.text, (byte) => String.fromCharCode(byte)).join("");
    try {
      const { item, end } = fetchItemAt(text, c.at);
      c.at = end;
      return item;
    } catch {
      return c.fail("a fetch item");
    }
  },
  sample: ({ out, random }) => {
    const items = [
      "UID",
      "FLAGS",
      "BODY",
      `BODY[${sectionText(random)}]`,
      "BINARY.SIZE[1.2]",
      "BODY.PEEK[]<0.100>",
    ];
    const item = random.pick(items);
    out.text(random.chance(0.3) ? item.replace(/^[A-Z.]+/, (word) => word.toLowerCase()) : item);
    return normalizeFetchItem(item);
  },
};
