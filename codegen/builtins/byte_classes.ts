/** Byte sets that the primitives are made of. */
import { complement, emptySet, minus, rangeSet, setOf, setOfText, union } from "../model/byte_set.ts";
import { END } from "../model/ir.ts";
import type { ByteSet } from "../model/ir.ts";

/** ATOM-CHAR of RFC 9051. */
export const atomChar: ByteSet = minus(rangeSet(0x21, 0x7e), setOfText('(){%*"\\]'));
/** ASTRING-CHAR of RFC 9051. */
export const astringChar: ByteSet = union(atomChar, setOfText("]"));
/** list-char of RFC 9051. */
export const listChar: ByteSet = union(astringChar, setOfText("%*"));
/** What the reader takes for a flag: servers put "]", "*" and bytes above 7F there too. */
export const flagChar: ByteSet = union(astringChar, setOfText("\\*"), rangeSet(0x80, 0xff));
/** Letters. */
export const alpha: ByteSet = union(rangeSet(0x41, 0x5a), rangeSet(0x61, 0x7a));
/** Digits. */
export const digit: ByteSet = rangeSet(0x30, 0x39);
/** DQUOTE. */
export const quote: ByteSet = setOfText('"');
/** What a string begins with. */
export const stringStart: ByteSet = setOfText('"{');
/** What NIL begins with. */
export const nilStart: ByteSet = setOfText("Nn");
/** Every byte and the end. */
export const anything: ByteSet = minus(complement(emptySet()), setOf(END));
/** What can be typed. */
export const printable: ByteSet = rangeSet(0x20, 0x7e);
