/**
 * The mark that announces a literal: its size in braces at the end of a line. Everything that looks for one asks here.
 *
 *     literal   =  "{" number64 ["+"] "}" CRLF *CHAR8     ; RFC 9051 section 9
 *     literal8  = "~{" number64 ["+"] "}" CRLF *OCTET     ; "+" by RFC 7888
 */

const tilde = 0x7e;
const open = 0x7b;
const close = 0x7d;
const plus = 0x2b;

/**
 * Where the mark that begins at `at` ends, its CRLF included.
 *
 * @param bytes The text.
 * @param at Where the mark begins: `{`, or the `~` of a literal8.
 * @param end Where the text ends.
 * @returns The position after CRLF, -1 when no whole mark begins there.
 */
export function markEnd(bytes: Uint8Array, at: number, end: number = bytes.length): number {
  let next = bytes[at] === tilde ? at + 1 : at;
  if (bytes[next] !== open) return -1;
  const digits = ++next;
  while (next < end && isDigit(bytes[next]!)) next++;
  if (next === digits) return -1;
  if (next < end && bytes[next] === plus) next++;
  const whole = next + 3 <= end && bytes[next] === close && bytes[next + 1] === 0x0d &&
    bytes[next + 2] === 0x0a;
  return whole ? next + 3 : -1;
}

/**
 * Where the mark begins with which a line ends, CRLF not counted.
 *
 * @param line The text.
 * @param start Where the line begins.
 * @param end Where it ends, before its CRLF.
 * @returns The position of `{`, -1 when the line does not end in a mark. The digits end before `}` or `+}`.
 */
export function markStart(line: Uint8Array, start: number, end: number): number {
  let at = end - 1;
  if (at - start < 2 || line[at] !== close) return -1;
  at--;
  if (line[at] === plus) at--;
  const lastDigit = at;
  while (at >= start && isDigit(line[at]!)) at--;
  return at === lastDigit || at < start || line[at] !== open ? -1 : at;
}

/** What a mark says. */
export interface Mark {
  /** Where it begins, `~` included. */
  readonly start: number;
  /** The digits of its size, zeros before it left out; at least one. */
  readonly digits: string;
  /** `+`: the other side does not wait for permission. */
  readonly plus: boolean;
  /** `~`: the octets may hold NUL (RFC 3516). */
  readonly binary: boolean;
}

/**
 * Reads the mark with which a line ends.
 *
 * @param line The text.
 * @param start Where the line begins.
 * @param end Where it ends, before its CRLF.
 * @returns What it says; undefined when the line does not end in one.
 */
export function markOf(line: Uint8Array, start: number, end: number): Mark | undefined {
  const at = markStart(line, start, end);
  if (at === -1) return undefined;
  const binary = at > start && line[at - 1] === tilde;
  const withPlus = line[end - 2] === plus;
  const last = withPlus ? end - 2 : end - 1;
  let first = at + 1;
  while (first < last - 1 && line[first] === 0x30) first++;
  let digits = "";
  for (let i = first; i < last && digits.length < longestSize; i++) digits += String.fromCharCode(line[i]!);
  return { start: binary ? at - 1 : at, digits, plus: withPlus, binary };
}

/** As many digits as are read: nobody could send a literal whose size has more. */
const longestSize = 20;

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
