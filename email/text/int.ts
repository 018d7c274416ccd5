// Python's int() of a text: mail dates reach it with underscores, signs and digits of other scripts.

import { strip } from "./text.ts";

// CPython refuses longer literals since 3.11 (sys.get_int_max_str_digits()).
const MAX_DIGITS = 4300;

const DECIMAL = /^\p{Nd}$/u;

// Characters that are digits for str.isdigit() but not decimals: superscripts, circled digits and similar.
const OTHER_DIGITS = /* @__PURE__ */ new RegExp(
  "^[\\u00b2\\u00b3\\u00b9\\u1369-\\u1371\\u19da\\u2070\\u2074-\\u2079\\u2080-\\u2089\\u2460-\\u2468\\u2474-\\u247c" +
    "\\u2488-\\u2490\\u24ea\\u24f5-\\u24fd\\u24ff\\u2776-\\u277e\\u2780-\\u2788\\u278a-\\u2792" +
    "\\u{10a40}-\\u{10a43}\\u{10e60}-\\u{10e68}\\u{11052}-\\u{1105a}\\u{1f100}-\\u{1f10a}]$",
  "u",
);

/** Python's `str.isdigit` of the first character. */
export function startsWithDigit(text: string): boolean {
  const code = text.codePointAt(0);
  if (code === undefined) return false;
  const char = String.fromCodePoint(code);
  return DECIMAL.test(char) || OTHER_DIGITS.test(char);
}

/** The value of a decimal digit: blocks of decimals hold whole tens in order, five of them at U+1D7CE. */
function digitValue(code: number): number {
  if (code < 0x80) return code - 0x30;
  let first = code;
  while (DECIMAL.test(String.fromCodePoint(first - 1))) first--;
  return (code - first) % 10;
}

/** Python's `int(text)`; null where that raises ValueError. Beyond 2^53 the value is the nearest number. */
export function parseInteger(text: string): number | null {
  const digits = integerDigits(text);
  return digits === null ? null : Number(digits) + 0;
}

/** The sign and the ASCII digits of Python's `int(text)`; null where that raises ValueError. */
export function integerDigits(text: string): string | null {
  const trimmed = strip(text);
  const signed = trimmed.startsWith("-") || trimmed.startsWith("+");
  let digits = "";
  let underscore = true;
  for (const char of signed ? trimmed.slice(1) : trimmed) {
    if (char === "_") {
      if (underscore) return null;
      underscore = true;
      continue;
    }
    if (!DECIMAL.test(char) || digits.length === MAX_DIGITS) return null;
    digits += digitValue(char.codePointAt(0)!);
    underscore = false;
  }
  if (underscore) return null;
  return trimmed.startsWith("-") ? `-${digits}` : digits;
}
