/** How user names and passwords are made comparable before they are hashed: SASLprep, RFC 4013, on stringprep, RFC 3454. */

/** A character class of code points and ranges of them. */
function classOf(codePoints: string): RegExp {
  const ranges = codePoints.split(" ").map((range) =>
    range.split("-").map((code) => `\\u{${code}}`).join("-")
  );
  return new RegExp(`[${ranges.join("")}]`, "u");
}

/** RFC 3454 table C.1.2: spaces that are not ASCII's. */
const spaces = "A0 1680 2000-200B 202F 205F 3000";
/** Table B.1: mapped to nothing. */
const nothing = "AD 34F 1806 180B-180D 200B-200D 2060 FE00-FE0F FEFF";
/** Tables C.2.1, C.2.2, C.3, C.4 (below), C.5, C.6, C.7, C.8 and C.9, as RFC 4013 2.3 names them. */
const prohibited = "0-1F 7F 80-9F 6DD 70F 180E 2028 2029 2061-2063 206A-206F FFF9-FFFD 1D173-1D17A " +
  "E000-F8FF F0000-FFFFD 100000-10FFFD FDD0-FDEF D800-DFFF 2FF0-2FFB 340 341 200E 200F 202A-202E E0001 E0020-E007F";
/** Table D.1: letters that are written from right to left. */
const rightToLeft =
  "5BE 5C0 5C3 5D0-5EA 5F0-5F4 61B 61F 621-63A 640-64A 66D-66F 671-6D5 6DD 6E5 6E6 6FA-6FE 700-70D 710 " +
  "712-72C 780-7A5 7B1 200F FB1D FB1F-FB28 FB2A-FB36 FB38-FB3C FB3E FB40 FB41 FB43 FB44 FB46-FBB1 FBD3-FD3D FD50-FD8F " +
  "FD92-FDC7 FDF0-FDFC FE70-FE74 FE76-FEFC";

let tables: { space: RegExp; nothing: RegExp; prohibited: RegExp; rightToLeft: RegExp } | undefined;

/**
 * Prepares a user name or a password as RFC 5802 section 5.1 asks for it. Code points that Unicode 3.2 did not know pass, as RFC 3454
 * section 7 has it for what a client sends.
 *
 * @param text The text.
 * @param what What it is, for the error.
 * @returns The text to hash or to send.
 * @throws {RangeError} For a character that SASLprep prohibits, and for text that mixes directions.
 */
export function saslprep(text: string, what: string): string {
  // Nearly every name and password: nothing to do, and no table to build.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  tables ??= {
    space: new RegExp(classOf(spaces.replace("2000-200B", "2000-200A")), "gu"),
    nothing: new RegExp(classOf(nothing), "gu"),
    prohibited: classOf(`${spaces} ${prohibited}`),
    rightToLeft: classOf(rightToLeft),
  };
  const mapped = text.replace(tables.nothing, "").replace(tables.space, " ").normalize("NFKC");
  if (!mapped.isWellFormed()) throw new RangeError(`The ${what} is not well-formed Unicode`);
  for (const char of mapped) {
    // Table C.4: the last two code points of each plane.
    if (tables.prohibited.test(char) || (char.codePointAt(0)! & 0xfffe) === 0xfffe) {
      const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
      throw new RangeError(`The ${what} holds U+${code}, which SASLprep (RFC 4013) prohibits`);
    }
  }
  if (tables.rightToLeft.test(mapped)) checkDirection(mapped, tables.rightToLeft, what);
  return mapped;
}

/** RFC 3454 section 6: from right to left from the first to the last character, and no letter the other way. */
function checkDirection(text: string, rightToLeft: RegExp, what: string): void {
  const chars = [...text];
  const mixed = chars.some((char) => /\p{L}/u.test(char) && !rightToLeft.test(char));
  if (mixed || !rightToLeft.test(chars[0]!) || !rightToLeft.test(chars.at(-1)!)) {
    throw new RangeError(`The ${what} mixes characters from right to left with others (RFC 3454 section 6)`);
  }
}
