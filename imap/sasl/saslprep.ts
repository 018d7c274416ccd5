/** How user names and passwords are made comparable before they are hashed: SASLprep, RFC 4013, on stringprep, RFC 3454. */

/** A character class of code points and ranges of them, and of what is written as in a regular expression. */
function classOf(codePoints: string, more = ""): RegExp {
  const ranges = codePoints.split(" ").map((range) =>
    range.split("-").map((code) => `\\u{${code}}`).join("-")
  );
  return new RegExp(`[${more}${ranges.join("")}]`, "u");
}

/** Table B.1: mapped to nothing. */
const nothing = "AD 34F 1806 180B-180D 200B-200D 2060 FE00-FE0F FEFF";
/** Tables C.2.1, C.2.2, C.6, C.7, C.8 and C.9, as RFC 4013 2.3 names them. */
const prohibited =
  "6DD 70F 180E 2028 2029 2061-2063 206A-206F FFF9-FFFD 1D173-1D17A 2FF0-2FFB 340 341 200E 200F " +
  "202A-202E E0001 E0020-E007F";
/** Controls of C.2, and C.3 to C.5: private use, not characters, surrogates. Unicode promises to change none of them. */
const prohibitedKinds = "\\p{Cc}\\p{Co}\\p{Noncharacter_Code_Point}\\p{Cs}";
/** Table D.1: letters that are written from right to left. */
const rightToLeft =
  "5BE 5C0 5C3 5D0-5EA 5F0-5F4 61B 61F 621-63A 640-64A 66D-66F 671-6D5 6DD 6E5 6E6 6FA-6FE 700-70D 710 " +
  "712-72C 780-7A5 7B1 200F FB1D FB1F-FB28 FB2A-FB36 FB38-FB3C FB3E FB40 FB41 FB43 FB44 FB46-FBB1 FBD3-FD3D FD50-FD8F " +
  "FD92-FDC7 FDF0-FDFC FE70-FE74 FE76-FEFC";

let tables: { nothing: RegExp; prohibited: RegExp; rightToLeft: RegExp } | undefined;

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
    nothing: new RegExp(classOf(nothing), "gu"),
    prohibited: classOf(prohibited, prohibitedKinds),
    rightToLeft: classOf(rightToLeft),
  };
  // Spaces are those of table C.1.2; U+200B of it is mapped to nothing before.
  const mapped = text.replace(tables.nothing, "").replace(/\p{Zs}/gu, " ").normalize("NFKC");
  if (!mapped.isWellFormed()) throw new RangeError(`The ${what} is not well-formed Unicode`);
  const [wrong] = mapped.match(tables.prohibited) ?? [];
  if (wrong !== undefined) {
    const code = wrong.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    throw new RangeError(`The ${what} holds U+${code}, which SASLprep (RFC 4013) prohibits`);
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
