/** Byte sets of the reference, said once more than in `imap/wire`: it shares no code with what it checks. */
import { astringChar, flagChar } from "../builtins/byte_classes.ts";
import { END } from "../model/ir.ts";
import type { ByteSet } from "../model/ir.ts";

/** The bytes of a text. */
export function setFrom(text: string): ByteSet {
  const set = new Array<boolean>(END + 1).fill(false);
  for (const char of text) set[char.charCodeAt(0)] = true;
  return set;
}

export const highNameChar: ByteSet = astringChar.map((has, byte) => has || (byte > 0x7f && byte < 0x100));
export const keywordChar: ByteSet = flagChar.map((has, byte) => has && byte !== 0x5c);
/** What may follow a string. */
export const afterString: ByteSet = setFrom(" ()]>}\r\n");
afterString[END] = true;
/** What may follow a raw value. */
export const afterValue: ByteSet = setFrom(" )\r\n");
afterValue[END] = true;
export const decimalChar: ByteSet = setFrom("0123456789.eE+-");
export const digit: ByteSet = setFrom("0123456789");
export const setChar: ByteSet = setFrom("0123456789:,*$");
/** What an atom in a raw value is made of: whatever does not end it. */
export const rawAtom: ByteSet = new Array<boolean>(END + 1).fill(true);
for (const char of '() "\r\n') rawAtom[char.charCodeAt(0)] = false;
rawAtom[END] = false;
