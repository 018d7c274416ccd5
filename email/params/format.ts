// Parameters as they are written, for addHeader, setParam, setType and similar functions.

import { isAscii } from "../text/text.ts";
import { quoteText } from "./quoting.ts";
import { encodeRfc2231, type ParamValue } from "./rfc2231.ts";
import { textFor } from "../text/given.ts";

/** RFC 2045 section 5.1 tspecials, and the blank: a value with one of them has to be quoted. */
const TSPECIALS = /[ ()<>@,;:\\"/[\]?=]/;

/**
 * One parameter as it is written: `name="value"`, `name*=charset'language'value`, or the bare name when there is
 * no value.
 *
 * @param name name of the parameter
 * @param value its value; a triple is written in RFC 2231 form, text outside ASCII as utf-8 in that form
 * @param quoted quote the value even where it need not be
 */
export function formatParam(name: string, value: ParamValue | null, quoted = true): string {
  if (value !== null && !Array.isArray(value)) textFor(`the parameter ${name}`, value);
  if (value === null || value.length === 0) return name;
  if (typeof value !== "string") {
    return `${name}*=${encodeRfc2231(value[2], value[0], value[1])}`;
  }
  if (!isAscii(value)) return `${name}*=${encodeRfc2231(value, "utf-8", "")}`;
  return quoted || TSPECIALS.test(value) ? `${name}="${quoteText(value)}"` : `${name}=${value}`;
}

/** Text of a value as Python's `str()` gives it: the RFC 2231 form is a tuple there and reads like one. */
export function paramText(value: ParamValue): string {
  return typeof value === "string" ? value : `(${value.map(pythonRepr).join(", ")})`;
}

function pythonRepr(text: string | null): string {
  if (text === null) return "None";
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = mark;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === "\\" || char === mark) out += "\\" + char;
    else if (char === "\n") out += "\\n";
    else if (char === "\r") out += "\\r";
    else if (char === "\t") out += "\\t";
    else if (code < 0x20 || code >= 0x7f && code <= 0xa0 || code === 0xad) {
      out += "\\x" + code.toString(16).padStart(2, "0");
    } else if (code >= 0xd800 && code < 0xe000) out += "\\u" + code.toString(16);
    else out += char;
  }
  return out + mark;
}

/**
 * A type with the parameters it had before, as one `set_param` after the other leaves them: a name that comes
 * again replaces the value it had, unless that is empty.
 *
 * @param type the new type
 * @param params the parameters, without the value itself
 */
export function setTypeParams(type: string, params: [string, ParamValue][]): string {
  const parts: { name: string; text: string }[] = [];
  // Places of each name, and whether the first of them has a value.
  const places = new Map<string, { at: number[]; filled: boolean }>();
  for (const [name, value] of params) {
    const key = name.toLowerCase();
    const text = formatParam(name, value);
    const place = places.get(key);
    if (place?.filled) {
      for (const at of place.at) parts[at]!.text = text;
      place.filled = value.length > 0;
      continue;
    }
    if (place === undefined) places.set(key, { at: [parts.length], filled: value.length > 0 });
    else place.at.push(parts.length);
    parts.push({ name, text });
  }
  return [type, ...parts.map((part) => part.text)].join("; ");
}
