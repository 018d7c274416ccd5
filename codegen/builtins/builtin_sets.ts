/** What the passes must know of each hand-written primitive: how it can begin, and whether it may be empty. */
import { complement, emptySet, minus, rangeSet, setOf, setOfText, union } from "../model/byte_set.ts";
import { END } from "../model/ir.ts";
import type { BuiltinName, ByteSet } from "../model/ir.ts";

/** ATOM-CHAR of RFC 9051. */
export const atomChar: ByteSet = minus(rangeSet(0x21, 0x7e), setOfText('(){%*"\\]'));
/** ASTRING-CHAR of RFC 9051. */
export const astringChar: ByteSet = union(atomChar, setOfText("]"));
/** list-char of RFC 9051. */
export const listChar: ByteSet = union(astringChar, setOfText("%*"));
/** What the reader takes for a flag: servers put "]", "*" and bytes above 7F there too. */
export const flagChar: ByteSet = union(astringChar, setOfText("\\*"), rangeSet(0x80, 0xff));
const alpha: ByteSet = union(rangeSet(0x41, 0x5a), rangeSet(0x61, 0x7a));
const digit: ByteSet = rangeSet(0x30, 0x39);
const quote: ByteSet = setOfText('"');
const string: ByteSet = setOfText('"{');
const nilStart: ByteSet = setOfText("Nn");
const anything: ByteSet = minus(complement(emptySet()), setOf(END));

/** How a primitive can begin; `empty`: it may match nothing; `word`: the class scanned where it is an atom. */
export interface BuiltinShape {
  first: ByteSet;
  empty: boolean;
  word?: { name: string; set: ByteSet };
}

export const builtinShapes: Record<BuiltinName, BuiltinShape> = {
  quoted: { first: quote, empty: false },
  literal: { first: setOfText("{~"), empty: false },
  string: { first: string, empty: false },
  nstring: { first: union(string, nilStart), empty: false },
  nbytes: { first: union(string, setOfText("~"), nilStart), empty: false },
  sectionData: { first: setOfText(" "), empty: false },
  astring: {
    first: union(string, astringChar),
    empty: false,
    word: { name: "ASTRING-CHAR", set: astringChar },
  },
  mailbox: { first: union(string, astringChar), empty: false },
  listedMailbox: { first: minus(anything, setOfText(" (\r\n")), empty: false },
  delimiter: {
    first: union(minus(rangeSet(0x21, 0x7e), union(alpha, digit, setOfText("(){"))), nilStart),
    empty: false,
  },
  listMailbox: { first: union(string, listChar), empty: false },
  flag: { first: union(flagChar, quote), empty: false },
  permanentFlag: { first: union(flagChar, quote), empty: false },
  sequenceSet: { first: union(digit, setOfText("*$")), empty: false },
  section: { first: minus(anything, setOf(0x0a, 0x0d)), empty: true },
  dateTime: { first: quote, empty: false },
  date: { first: union(quote, digit), empty: false },
  fetchItem: { first: atomChar, empty: false },
  generic: { first: minus(anything, setOfText(") \r\n")), empty: false },
  rest: { first: anything, empty: true },
  text: { first: minus(anything, setOf(END)), empty: true },
  itemValue: { first: minus(anything, alpha), empty: true },
  looseValue: { first: minus(anything, alpha), empty: true },
  element: { first: minus(anything, setOfText(" )")), empty: false },
  piece: { first: minus(anything, setOfText(" ")), empty: false },
  sublist: { first: minus(anything, setOfText(" ")), empty: false },
  remainder: { first: emptySet(), empty: false },
  readableSet: { first: minus(anything, setOfText(" ")), empty: false },
  base64: { first: union(alpha, digit, setOfText("+/=")), empty: true },
};
