/**
 * Every exception and defect of the email package, with Python's names and hierarchy.
 *
 * Python's built-in exceptions have no JavaScript counterpart with the same meaning, so the ones the package
 * raises are exported here too: {@linkcode ValueError}, {@linkcode LookupError}, {@linkcode KeyError},
 * {@linkcode UnicodeError}, {@linkcode UnicodeEncodeError}, {@linkcode UnicodeDecodeError}. `TypeError` is
 * JavaScript's own and `IndexError` is JavaScript's `RangeError`.
 *
 * @module
 */

/**
 * Common base of everything the package throws, other than `TypeError` and `RangeError`.
 *
 * Source: Python's built-in `Exception`.
 */
export class EmailError extends Error {
  /** Name of the class, as Python spells it; a literal, so that it survives minification. */
  override name: string = "EmailError";
}

/**
 * A value has the right type but cannot be accepted.
 *
 * Source: Python's built-in `ValueError`.
 */
export class ValueError extends EmailError {
  /** Name of the class. */
  override name: string = "ValueError";
}

/**
 * Something named does not exist: above all a charset no codec knows.
 *
 * Source: Python's built-in `LookupError`.
 */
export class LookupError extends EmailError {
  /** Name of the class. */
  override name: string = "LookupError";
}

/**
 * A charset that loads on demand was used before it was loaded: the message names the call to `loadCharset` that does it.
 *
 * Source: none, Python has all of its charsets at all times.
 */
export class CharsetNotLoadedError extends LookupError {
  /** Name of the class. */
  override name: string = "CharsetNotLoadedError";
}

/**
 * A header or parameter that has to exist is absent.
 *
 * Source: Python's built-in `KeyError`.
 */
export class KeyError extends LookupError {
  /** Name of the class. */
  override name: string = "KeyError";
}

/**
 * Text could not be turned into bytes, or bytes into text.
 *
 * Source: Python's built-in `UnicodeError`.
 */
export class UnicodeError extends ValueError {
  /** Name of the class. */
  override name: string = "UnicodeError";
}

/**
 * Bytes that are not valid in the charset they were decoded with.
 *
 * Source: Python's built-in `UnicodeDecodeError`.
 */
export class UnicodeDecodeError extends UnicodeError {
  /** Name of the class. */
  override name: string = "UnicodeDecodeError";
  /** Charset that was asked for. */
  readonly encoding: string;
  /** Index of the first byte that could not be decoded. */
  readonly start: number;
  /** Index after the last byte that could not be decoded. */
  readonly end: number;
  /** Why, in a few words. */
  readonly reason: string;

  /**
   * Makes the error.
   *
   * @param encoding charset that was asked for
   * @param start index of the first bad byte
   * @param end index after the last bad byte
   * @param reason why, in a few words
   */
  constructor(encoding: string, start: number, end: number, reason: string) {
    super(`'${encoding}' codec can't decode bytes in position ${start}-${end - 1}: ${reason}`);
    this.encoding = encoding;
    this.start = start;
    this.end = end;
    this.reason = reason;
  }
}

/**
 * Text that the charset it was encoded to cannot express.
 *
 * Source: Python's built-in `UnicodeEncodeError`.
 */
export class UnicodeEncodeError extends UnicodeError {
  /** Name of the class. */
  override name: string = "UnicodeEncodeError";
  /** Charset that was asked for. */
  readonly encoding: string;
  /** Index of the first UTF-16 unit that could not be encoded. */
  readonly start: number;
  /** Index after the last UTF-16 unit that could not be encoded. */
  readonly end: number;
  /** Why, in a few words. */
  readonly reason: string;

  /**
   * Makes the error.
   *
   * @param encoding charset that was asked for
   * @param start index of the first UTF-16 unit that could not be encoded
   * @param end index after the last one
   * @param reason why, in a few words
   */
  constructor(encoding: string, start: number, end: number, reason: string) {
    super(`'${encoding}' codec can't encode characters in position ${start}-${end - 1}: ${reason}`);
    this.encoding = encoding;
    this.start = start;
    this.end = end;
    this.reason = reason;
  }
}

/**
 * Base class of the exceptions the email package itself defines.
 *
 * Source: Python's `email.errors.MessageError`.
 */
export class MessageError extends EmailError {
  /** Name of the class. */
  override name: string = "MessageError";
}

/**
 * Base class of the errors of parsing.
 *
 * Source: Python's `email.errors.MessageParseError`.
 */
export class MessageParseError extends MessageError {
  /** Name of the class. */
  override name: string = "MessageParseError";
}

/**
 * A header cannot be parsed, or a header to be written would be read back as two.
 *
 * Source: Python's `email.errors.HeaderParseError`.
 */
export class HeaderParseError extends MessageParseError {
  /** Name of the class. */
  override name: string = "HeaderParseError";
}

/**
 * The boundary that ends a multipart was not found. Kept for its name: the parser records defects.
 *
 * Source: Python's `email.errors.BoundaryError`.
 */
export class BoundaryError extends MessageParseError {
  /** Name of the class. */
  override name: string = "BoundaryError";
}

/**
 * A part was attached to a message that cannot hold parts.
 *
 * In Python it is a `TypeError` as well; JavaScript classes have one base.
 *
 * Source: Python's `email.errors.MultipartConversionError`.
 */
export class MultipartConversionError extends MessageError {
  /** Name of the class. */
  override name: string = "MultipartConversionError";
}

/**
 * A charset name that cannot be one, such as a name with characters outside ASCII.
 *
 * Source: Python's `email.errors.CharsetError`.
 */
export class CharsetError extends MessageError {
  /** Name of the class. */
  override name: string = "CharsetError";
}

/**
 * A folded header would not be read back as the one field it was.
 *
 * Source: Python's `email.errors.HeaderWriteError`.
 */
export class HeaderWriteError extends MessageError {
  /** Name of the class. */
  override name: string = "HeaderWriteError";
}

/**
 * A message tree is deeper than the package follows, or contains itself.
 *
 * Source: Python's `RecursionError`, in the same place.
 */
export class NestingLimitError extends MessageError {
  /** Name of the class. */
  override name: string = "NestingLimitError";
}

/**
 * Something wrong with a message that was parsed all the same. Found in `message.defects`.
 *
 * Source: Python's `email.errors.MessageDefect`.
 */
export class MessageDefect extends ValueError {
  /** Name of the class. */
  override name: string = "MessageDefect";
  /** What is wrong, for a defect that is about no line. */
  static readonly about: string = "the message is damaged";
  /** The line, or the words, the defect is about; null when there is none. */
  readonly line: string | null;

  /**
   * Makes the defect.
   *
   * @param line the line, or the words, the defect is about
   */
  constructor(line: string | null = null) {
    super(line ?? new.target.about);
    this.line = line;
  }
}

/**
 * The type says multipart and no boundary parameter exists.
 *
 * Source: Python's `email.errors.NoBoundaryInMultipartDefect`.
 */
export class NoBoundaryInMultipartDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "NoBoundaryInMultipartDefect";
  /** What is wrong. */
  static override readonly about: string = "the multipart has no boundary parameter";
}

/**
 * The boundary that the type announces does not occur.
 *
 * Source: Python's `email.errors.StartBoundaryNotFoundDefect`.
 */
export class StartBoundaryNotFoundDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "StartBoundaryNotFoundDefect";
  /** What is wrong. */
  static override readonly about: string = "the boundary of the multipart does not occur";
}

/**
 * A multipart begins and its closing boundary does not occur.
 *
 * Source: Python's `email.errors.CloseBoundaryNotFoundDefect`.
 */
export class CloseBoundaryNotFoundDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "CloseBoundaryNotFoundDefect";
  /** What is wrong. */
  static override readonly about: string = "the multipart is not closed";
}

/**
 * The first line of the headers is a continuation line; it was dropped.
 *
 * Source: Python's `email.errors.FirstHeaderLineIsContinuationDefect`.
 */
export class FirstHeaderLineIsContinuationDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "FirstHeaderLineIsContinuationDefect";
  /** What is wrong. */
  static override readonly about: string = "the first header line is a continuation line";
}

/**
 * An mbox `From ` line is among the headers.
 *
 * Source: Python's `email.errors.MisplacedEnvelopeHeaderDefect`.
 */
export class MisplacedEnvelopeHeaderDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "MisplacedEnvelopeHeaderDefect";
  /** What is wrong. */
  static override readonly about: string = "an envelope line is among the headers";
}

/**
 * A line that is not a header ends the headers without a blank line; it became the first line of the body.
 *
 * Source: Python's `email.errors.MissingHeaderBodySeparatorDefect`.
 */
export class MissingHeaderBodySeparatorDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "MissingHeaderBodySeparatorDefect";
  /** What is wrong. */
  static override readonly about: string = "no blank line ends the headers";
}

/**
 * The type says multipart and no parts were found.
 *
 * Source: Python's `email.errors.MultipartInvariantViolationDefect`.
 */
export class MultipartInvariantViolationDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "MultipartInvariantViolationDefect";
  /** What is wrong. */
  static override readonly about: string = "the multipart has no parts";
}

/**
 * A multipart claims a transfer encoding that RFC 2045 section 6.4 forbids for it.
 *
 * Source: Python's `email.errors.InvalidMultipartContentTransferEncodingDefect`.
 */
export class InvalidMultipartContentTransferEncodingDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "InvalidMultipartContentTransferEncodingDefect";
  /** What is wrong. */
  static override readonly about: string = "a multipart cannot have this transfer encoding";
}

/**
 * A header holds bytes that cannot be decoded. Not made under compat32.
 *
 * Source: Python's `email.errors.UndecodableBytesDefect`.
 */
export class UndecodableBytesDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "UndecodableBytesDefect";
  /** What is wrong. */
  static override readonly about: string = "a header holds bytes of no known charset";
}

/**
 * Base64 data lacks padding.
 *
 * Source: Python's `email.errors.InvalidBase64PaddingDefect`.
 */
export class InvalidBase64PaddingDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "InvalidBase64PaddingDefect";
  /** What is wrong. */
  static override readonly about: string = "the base64 text is padded wrongly";
}

/**
 * Base64 data holds characters outside its alphabet; they were skipped.
 *
 * Source: Python's `email.errors.InvalidBase64CharactersDefect`.
 */
export class InvalidBase64CharactersDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "InvalidBase64CharactersDefect";
  /** What is wrong. */
  static override readonly about: string = "the base64 text holds other characters";
}

/**
 * Base64 data has one character too many (1 modulo 4); it was left undecoded.
 *
 * Source: Python's `email.errors.InvalidBase64LengthDefect`.
 */
export class InvalidBase64LengthDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "InvalidBase64LengthDefect";
  /** What is wrong. */
  static override readonly about: string = "the base64 text has a length that cannot be";
}

/**
 * Base class of the defects of one header.
 *
 * Source: Python's `email.errors.HeaderDefect`.
 */
export class HeaderDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "HeaderDefect";
  /** What is wrong. */
  static override readonly about: string = "a header is damaged";
}

/**
 * A header is not valid, the line says why.
 *
 * Source: Python's `email.errors.InvalidHeaderDefect`.
 */
export class InvalidHeaderDefect extends HeaderDefect {
  /** Name of the class. */
  override name: string = "InvalidHeaderDefect";
  /** What is wrong. */
  static override readonly about: string = "a header is not valid";
}

/**
 * A header that needs a value has none. Not made under compat32.
 *
 * Source: Python's `email.errors.HeaderMissingRequiredValue`.
 */
export class HeaderMissingRequiredValue extends HeaderDefect {
  /** Name of the class. */
  override name: string = "HeaderMissingRequiredValue";
  /** What is wrong. */
  static override readonly about: string = "a header lacks a value";
}

/**
 * A header holds unprintable ASCII characters. Not made under compat32.
 *
 * Source: Python's `email.errors.NonPrintableDefect`.
 */
export class NonPrintableDefect extends HeaderDefect {
  /** Name of the class. */
  override name: string = "NonPrintableDefect";
  /** What is wrong. */
  static override readonly about: string = "a header holds characters that are not printable";
}

/**
 * A header uses syntax that RFC 5322 calls obsolete. Not made under compat32.
 *
 * Source: Python's `email.errors.ObsoleteHeaderDefect`.
 */
export class ObsoleteHeaderDefect extends HeaderDefect {
  /** Name of the class. */
  override name: string = "ObsoleteHeaderDefect";
  /** What is wrong. */
  static override readonly about: string = "a header is in an obsolete form";
}

/**
 * A local part holds characters outside ASCII. Not made under compat32.
 *
 * Source: Python's `email.errors.NonASCIILocalPartDefect`.
 */
export class NonASCIILocalPartDefect extends HeaderDefect {
  /** Name of the class. */
  override name: string = "NonASCIILocalPartDefect";
  /** What is wrong. */
  static override readonly about: string = "a local part is not ASCII";
}

/**
 * A date is missing or cannot be parsed. Not made under compat32.
 *
 * Source: Python's `email.errors.InvalidDateDefect`.
 */
export class InvalidDateDefect extends HeaderDefect {
  /** Name of the class. */
  override name: string = "InvalidDateDefect";
  /** What is wrong. */
  static override readonly about: string = "a date is missing or not valid";
}

/**
 * Older name of {@linkcode MissingHeaderBodySeparatorDefect}.
 *
 * Source: Python's `email.errors.MalformedHeaderDefect`.
 */
export const MalformedHeaderDefect: typeof MissingHeaderBodySeparatorDefect =
  MissingHeaderBodySeparatorDefect;

/**
 * Base class of the defects that say a limit of the parser was reached. The rest of the message is kept as text.
 *
 * Source: none, CPython has no limits.
 */
export class LimitDefect extends MessageDefect {
  /** Name of the class. */
  override name: string = "LimitDefect";
  /** What is wrong. */
  static override readonly about: string = "a limit of the parser is reached";
}

/**
 * Parts are nested more deeply than the parser follows; the part with this defect keeps its body as text.
 *
 * Source: none, CPython has no limits.
 */
export class NestingLimitDefect extends LimitDefect {
  /** Name of the class. */
  override name: string = "NestingLimitDefect";
  /** What is wrong. */
  static override readonly about: string = "parts are nested too deeply";
}

/**
 * The message has more parts than the parser makes; the part with this defect keeps the rest of its body as text.
 *
 * Source: none, CPython has no limits.
 */
export class PartLimitDefect extends LimitDefect {
  /** Name of the class. */
  override name: string = "PartLimitDefect";
  /** What is wrong. */
  static override readonly about: string = "the message has too many parts";
}

/**
 * The headers of this part take more bytes, or are more, than the parser accepts; the rest of them became body.
 *
 * Source: none, CPython has no limits.
 */
export class HeaderLimitDefect extends LimitDefect {
  /** Name of the class. */
  override name: string = "HeaderLimitDefect";
  /** What is wrong. */
  static override readonly about: string = "the headers are too long";
}

/**
 * A header has more parameters than are read; the others are left out.
 *
 * Source: none, CPython has no limits.
 */
export class ParameterLimitDefect extends LimitDefect {
  /** Name of the class. */
  override name: string = "ParameterLimitDefect";
  /** What is wrong. */
  static override readonly about: string = "a header has too many parameters";
}

/**
 * The parser found more defects than it records for one part; this one is the last.
 *
 * Source: none, CPython has no limits.
 */
export class DefectLimitDefect extends LimitDefect {
  /** Name of the class. */
  override name: string = "DefectLimitDefect";
  /** What is wrong. */
  static override readonly about: string = "there are more defects than are recorded";
}
