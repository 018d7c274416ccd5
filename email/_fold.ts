// Which header values folding leaves alone. Nearly all of them, and Header.encode is by far the slowest part of
// writing a message: CPython parses and decodes 6,400 small messages in the time it writes 1,500.

/** Where CPython folds a field that is not to be folded. */
const NO_LIMIT = 1_000_000;

/**
 * True when folding gives back the value as it is: printable ASCII in lines that fit, continuation lines that
 * begin with one blank, no blanks at line ends, line ends as they will be written.
 *
 * @param name name of the field
 * @param value its value, without the line end
 * @param maxLength longest line; 0 for no limit
 * @param linesep line end to be written
 */
export function foldsToItself(name: string, value: string, maxLength: number, linesep: string): boolean {
  const limit = maxLength === 0 ? NO_LIMIT : maxLength;
  const length = value.length;
  if (length === 0) return false;
  const crlf = linesep === "\r\n";
  if (!crlf && linesep !== "\n") return value.length + name.length + 2 <= limit && isOneLine(value);
  let column = name.length + 2;
  // 0 is the start of a line, 1 behind a blank, 2 behind anything else.
  let state = 0;
  for (let i = 0; i < length; i++) {
    const unit = value.charCodeAt(i);
    if (unit > 0x20 && unit < 0x7f) {
      state = 2;
      column++;
    } else if (unit === 0x20 || unit === 0x09) {
      if (state === 0) return false;
      state = 1;
      column++;
    } else {
      if (state !== 2 || column > limit) return false;
      if (crlf) {
        if (unit !== 0x0d || value.charCodeAt(i + 1) !== 0x0a) return false;
        i++;
      } else if (unit !== 0x0a) return false;
      const blank = value.charCodeAt(i + 1);
      const next = value.charCodeAt(i + 2);
      if (blank !== 0x20 && blank !== 0x09 || !(next > 0x20 && next < 0x7f)) return false;
      i++;
      column = blank === 0x20 ? 1 : 8;
      state = 1;
    }
  }
  return state === 2 && column <= limit;
}

function isOneLine(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit < 0x20 && unit !== 0x09 || unit > 0x7e) return false;
  }
  const first = value.charCodeAt(0);
  const last = value.charCodeAt(value.length - 1);
  return first > 0x20 && last > 0x20;
}

/**
 * True when a whole header block is written as it was read: fields without a gap, `Name: value` with one blank,
 * and every value one that {@linkcode foldsToItself}.
 *
 * @param bytes what the block was read from
 * @param offsets start of the name, offset of the colon and end, for each field
 * @param maxLength longest line; 0 for no limit
 * @param linesep line end to be written
 */
export function blockFoldsToItself(
  bytes: Uint8Array,
  offsets: number[],
  maxLength: number,
  linesep: string,
): boolean {
  const limit = maxLength === 0 ? NO_LIMIT : maxLength;
  const crlf = linesep === "\r\n";
  if (!crlf && linesep !== "\n") return false;
  for (let i = 0; i < offsets.length; i += 3) {
    const start = offsets[i]!;
    if (i > 0 && offsets[i - 1] !== start) return false;
    if (!fieldFoldsToItself(bytes, start, offsets[i + 1]!, offsets[i + 2]!, limit, crlf)) return false;
  }
  return true;
}

function fieldFoldsToItself(
  bytes: Uint8Array,
  start: number,
  colon: number,
  end: number,
  limit: number,
  crlf: boolean,
): boolean {
  let i = colon + 2;
  if (bytes[colon + 1] !== 0x20 || !(bytes[i]! > 0x20)) return false;
  // What the offset of a line's first character is, for measuring; a tab at its start counts for eight.
  let zero = start;
  while (i < end) {
    const byte = bytes[i]!;
    if (byte >= 0x20 && byte < 0x7f || byte === 0x09) {
      i++;
      continue;
    }
    const before = bytes[i - 1]!;
    if (before === 0x20 || before === 0x09 || i - zero > limit) return false;
    if (crlf && (byte !== 0x0d || bytes[++i] !== 0x0a)) return false;
    if (!crlf && byte !== 0x0a) return false;
    i++;
    if (i === end) return true;
    const blank = bytes[i]!;
    if (blank !== 0x20 && blank !== 0x09 || !(bytes[i + 1]! > 0x20)) return false;
    zero = blank === 0x20 ? i : i - 7;
  }
  return false;
}
