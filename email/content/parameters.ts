// Type and parameters of Content-Type and Content-Disposition, however damaged. Python's answers are in params/.

import { unescaped } from "../text/hex.ts";
import { decodeText } from "./decode_text.ts";
import { decodeWords } from "./encoded_words.ts";
import { oneLine, trimBlanks } from "./fields.ts";
import type { Problem } from "./model.ts";

/** A value with parameters. */
export interface Parameterized {
  /** What is before the parameters, in lower case. */
  value: string;
  /** Values by names in lower case; the first of each name. RFC 2231 pieces are not put together. */
  params: Map<string, string>;
}

/** More parameters are not read: 2 MB of semicolons are as many of them. */
const MAX_PARAMS = 200;

/** Names that begin a parameter although no semicolon is before them. */
const NAMES =
  /^(?:charset|boundary|name|filename|format|delsp|type|start|protocol|micalg|method|report-type|size|(?:creation|modification|read)-date|content-transfer-encoding)\*?(?:\d\d?\*?)?$/;

const OTHER_QUOTES = /^['‘“](.+)['’”]$/;

/** Reads a value with parameters. Never fails; what separates them may be a semicolon, a comma or a blank. */
export function readParameters(text: string): Parameterized {
  let at = 0;
  while (at < text.length && isValueUnit(text.charCodeAt(at))) at++;
  const value = text.slice(0, at).toLowerCase();
  const params = new Map<string, string>();
  for (let count = 0; at < text.length && count < MAX_PARAMS; count++) {
    while (at < text.length && isSeparator(text.charCodeAt(at))) at++;
    const start = at;
    while (isNameUnit(text.charCodeAt(at))) at++;
    let name = text.slice(start, at);
    at = skipBlanks(text, at);
    // `filename *=`
    for (; name !== "" && text[at] === "*"; at = skipBlanks(text, at + 1)) name += "*";
    // `name*00`
    name = name.toLowerCase().replace(/\*0(?=\d)/, "*");
    const sign = text[at];
    if (name === "" || (sign !== "=" && sign !== ":")) {
      // Not a parameter: on to what separates it from the next.
      if (at === start) at++;
      while (at < text.length && !isSeparator(text.charCodeAt(at))) at++;
      continue;
    }
    at = skipBlanks(text, at + 1);
    // Two signs of which the second does not begin an encoded word.
    if (text[at] === "=" && text[at + 1] !== "?") at++;
    const [content, end] = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    at = end;
    if (!params.has(name)) params.set(name, content);
  }
  return { value, params };
}

function isValueUnit(unit: number): boolean {
  return unit > 0x20 && unit !== 0x3b && unit !== 0x2c;
}

function isSeparator(unit: number): boolean {
  return unit <= 0x20 || unit === 0x3b || unit === 0x2c;
}

function isNameUnit(unit: number): boolean {
  return unit > 0x20 && unit !== 0x3d && unit !== 0x3a && unit !== 0x3b && unit !== 0x2c && unit !== 0x22;
}

function skipBlanks(text: string, at: number): number {
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/**
 * A quoted value. A backslash counts before a quote and a backslash only: senders write paths in it. A quote counts as the end
 * when a separator or another parameter follows, or none does: senders write quotes in it, too.
 */
function readQuoted(text: string, at: number): [value: string, end: number] {
  let out = "";
  let from = at + 1;
  const last = text.lastIndexOf('"');
  for (let i = from; i <= last; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5c) {
      const next = text.charCodeAt(i + 1);
      if (next === 0x22 || next === 0x5c) {
        out += text.slice(from, i);
        from = ++i;
      }
    } else if (unit === 0x22) {
      const next = text.charCodeAt(i + 1);
      const ends = i === last || isSeparator(next) || next === 0x29 ||
        /^[a-z][a-z0-9*-]{0,30} {0,9}=/i.test(text.slice(i + 1, i + 45));
      if (ends) {
        out += text.slice(from, i);
        // `""a.txt""`, `"report".pdf`
        if (text[at + 1] === '"' && out.endsWith('"') && out.length > 2) out = out.slice(1, -1);
        for (
          from = ++i;
          text.charCodeAt(i) === 0x2e || i > from && !isSeparator(text.charCodeAt(i)) && i < text.length;
        ) i++;
        return [out + text.slice(from, i), i];
      }
    }
  }
  // Never closed: up to the next parameter.
  const next = /;\s{0,9}[\w*-]{1,30}\s{0,9}=/.exec(text.slice(at));
  return next === null
    ? [trimEnd(text.slice(at + 1)), text.length]
    : readPlain(text.slice(0, at + next.index), at + 1);
}

/** A value without quotes: up to a semicolon, or what can only be the next parameter. */
function readPlain(text: string, at: number): [value: string, end: number] {
  let end = text.indexOf(";", at);
  if (end < 0) end = text.length;
  let value = text.slice(at, end);
  for (let sign = value.indexOf("="); sign >= 0; sign = value.indexOf("=", sign + 1)) {
    let last = sign;
    while (value.charCodeAt(last - 1) <= 0x20) last--;
    let first = last;
    while (last - first < 30 && isNameUnit(value.charCodeAt(first - 1))) first--;
    if (
      isSeparator(value.charCodeAt(first - 1)) &&
      NAMES.test(value.slice(first, last).toLowerCase())
    ) {
      end = at + first;
      value = value.slice(0, first);
      break;
    }
  }
  return [trimEnd(value).replace(OTHER_QUOTES, "$1"), end];
}

function trimEnd(value: string): string {
  let end = value.length;
  while (end > 0 && isSeparator(value.charCodeAt(end - 1))) end--;
  return value.slice(0, end);
}

/**
 * A parameter as text: the RFC 2231 forms first, which new readers are meant to take, then the plain one with its encoded
 * words. One line.
 *
 * @returns undefined when there is none
 */
export function textParameter(
  { params }: Parameterized,
  name: string,
  problems?: Problem[],
): string | undefined {
  if (params.size === 0) return undefined;
  const found = extended(params, name, problems);
  // What was percent-encoded is text; an encoded word in it is one that the sender wants to be seen.
  const text = found === undefined || !found.coded
    ? decodeWords(found?.text ?? params.get(name) ?? "", problems)
    : found.text;
  if (text === "" && found === undefined && !params.has(name)) return undefined;
  return trimBlanks(oneLine(text)).toWellFormed();
}

/** What only the form of RFC 2231 begins with. */
const STARLESS = /^(?:utf-?8|iso-8859-\d\d?|windows-125\d)'[\w-]{0,20}'[^%]{0,900}%[0-9a-f]{2}/i;

interface Extended {
  text: string;
  coded: boolean;
}

function extended(params: Map<string, string>, name: string, problems?: Problem[]): Extended | undefined {
  const pieces: [string, boolean][] = [];
  const whole = params.get(`${name}*`);
  // An empty one says nothing that the plain one does not say.
  if (whole) pieces.push([whole, true]);
  else if (params.size > 1 || !params.has(name)) {
    // In the order of their numbers: one that was lost costs itself, not the ending of a name.
    const found: [number: number, text: string, coded: boolean][] = [];
    for (const [key, text] of params) {
      if (!key.startsWith(`${name}*`)) continue;
      const [, number, star] = /^(\d{1,3})(\*?)$/.exec(key.slice(name.length + 1)) ?? [];
      // Of two with one number the first counts that is percent-encoded.
      if (number !== undefined) found.push([2 * Number(number) + (star ? 0 : 1), text, star !== ""]);
    }
    found.sort(([x], [y]) => x - y);
    let last = -1;
    for (const [at, text, coded] of found) {
      if (at >> 1 !== last) pieces.push([text, coded]);
      last = at >> 1;
    }
  }
  if (pieces.length === 0) {
    // A star that was forgotten: `filename="utf-8''%C3%BC.txt"`.
    const plain = params.get(name);
    if (plain === undefined || !STARLESS.test(plain)) return undefined;
    pieces.push([plain, true]);
  }
  return pieces.some(([, coded]) => coded)
    ? { text: readExtended(pieces, problems), coded: true }
    : { text: pieces.map(([text]) => text).join(""), coded: false };
}

/** Pieces in order, each with whether it is percent-encoded; the first such one begins with charset and language. */
function readExtended(pieces: [text: string, coded: boolean][], problems?: Problem[]): string {
  let charset = "";
  let head = "";
  let known = false;
  let out = "";
  let octets = "";
  const flush = () => {
    if (octets !== "") {
      out += decodeText(Uint8Array.from(octets, (char) => char.charCodeAt(0)), charset, problems);
    }
    octets = "";
  };
  for (let [text, coded] of pieces) {
    if (coded && !known) {
      known = true;
      const parts = /^([^']{0,60})'[^']{0,60}'/.exec(text);
      if (parts !== null) [head, charset] = parts as unknown as [string, string];
    }
    // Some say it again in each piece.
    if (coded && text.startsWith(head)) text = text.slice(head.length);
    // Characters outside ASCII, which have no place there, are themselves.
    text.split(/([^\0-\x7f]+)/).forEach((run, i) => {
      if (i % 2 === 0) {
        octets += coded ? unescaped(run, "%") : run;
      } else {
        flush();
        out += run;
      }
    });
  }
  flush();
  return out;
}
