// Parameters of header fields: what class Message does with them. Its methods carry the documentation.

import { decode } from "../codecs/mod.ts";
import { HeaderParseError, LookupError, UnicodeError, ValueError } from "../errors.ts";
import { formatParam, paramText, setTypeParams } from "../params/format.ts";
import { unquoteText } from "../params/quoting.ts";
import { collapseRfc2231Value, type ParamValue } from "../params/rfc2231.ts";
import type { HeaderValue } from "../policy.ts";
import { encodeRawUnicodeEscape, isAscii, rstrip, strip } from "../text/text.ts";
import { entityOf, internals, type MessageModel } from "./message_model.ts";
import { textFor } from "../text/given.ts";

/** Where the parameters are and how they are written. */
export interface ParamOptions {
  /** Header the parameter belongs to. Default `Content-Type`. */
  header?: string;
  /** Undo the quoting of values. Default true. */
  unquote?: boolean;
}

/** How a parameter is set. */
export interface SetParamOptions {
  /** Header the parameter belongs to. Default `Content-Type`. */
  header?: string;
  /** Quote every value, also where it need not be. Default true. */
  requote?: boolean;
  /** Write the value in RFC 2231 form, in this charset. */
  charset?: string | null;
  /** Language of the RFC 2231 form. Default empty. */
  language?: string;
  /** Keep the header where it is; otherwise it moves to the end. Default false. */
  replace?: boolean;
}

/** The value before the first semicolon, in lower case. */
export function firstPart(value: HeaderValue): string {
  const text = String(value);
  const semicolon = text.indexOf(";");
  return strip(semicolon < 0 ? text : text.slice(0, semicolon)).toLowerCase();
}

/** See `Message.getParams`. */
export function getParams(
  message: MessageModel,
  options: ParamOptions,
): [name: string, value: ParamValue][] | null {
  const unquote = options?.unquote ?? true;
  const params = internals.params(message, options?.header ?? "content-type");
  return params &&
    params.pairs.map(([name, value]) => [name, unquote ? unquoteParam(value) : copyParam(value)]);
}

/** See `Message.getParam`. */
export function getParam(message: MessageModel, param: string, options: ParamOptions): ParamValue | null {
  const value = internals.params(message, options?.header ?? "content-type")?.find(param) ?? null;
  return value === null ? null : options?.unquote ?? true ? unquoteParam(value) : copyParam(value);
}

/** See `Message.setParam`. */
export function setParam(
  message: MessageModel,
  param: string,
  value: ParamValue,
  options: SetParamOptions,
): void {
  const { header = "Content-Type", requote = true, charset = null, language = "", replace = false } =
    options ?? {};
  const wanted: ParamValue = typeof value === "string" && charset ? [charset, language, value] : value;
  const old = message.get(header);
  const isType = header.toLowerCase() === "content-type";
  const formatted = formatParam(param, wanted, requote);
  let text: HeaderValue | null;
  if (!message.getParam(param, { header })?.length) {
    text = old ?? (isType ? "text/plain" : null);
    if (text !== null && typeof text !== "string") throw notText();
    const before = text ? internals.lastParams(message) : null;
    text = text ? `${text}; ${formatted}` : formatted;
    // Adding parameters one after the other would otherwise read all of them again each time.
    if (before?.text === old) before.extend(text, formatted);
  } else {
    const lower = param.toLowerCase();
    const params = message.getParams({ header, unquote: requote })!;
    text = joinParams(
      params.map(([name, value]) =>
        name.toLowerCase() === lower ? formatted : formatParam(name, value, requote)
      ),
    );
  }
  // A header with octets outside ASCII is compared by the text that its parameters were read from.
  if (old !== null && text === String(old)) return;
  if (replace) message.replaceHeader(header, text);
  else message.set(header, text);
}

/** See `Message.delParam`. */
export function delParam(
  message: MessageModel,
  param: string,
  options: { header?: string; requote?: boolean },
): void {
  const { header = "content-type", requote = true } = options ?? {};
  const params = message.getParams({ header, unquote: requote });
  if (params === null) return;
  const lower = textFor("delParam", param).toLowerCase();
  const kept = params.filter(([name]) => name.toLowerCase() !== lower);
  const text = joinParams(kept.map(([name, value]) => formatParam(name, value, requote)));
  if (text !== String(message.get(header))) message.set(header, text);
}

/** See `Message.setType`. */
export function setType(
  message: MessageModel,
  type: string,
  options: { header?: string; requote?: boolean },
): void {
  const { header = "Content-Type", requote = true } = options ?? {};
  if (textFor("setType", type).split("/").length !== 2) {
    throw new ValueError(`a type is two words and one slash, not ${JSON.stringify(type)}`);
  }
  const params = message.getParams({ header, unquote: requote })?.slice(1) ?? [];
  let value: HeaderValue = type;
  if (requote) {
    value = setTypeParams(type, params);
  } else {
    // Quotes are kept and quoted again for every parameter set after them: the long way has its own answers.
    const scratch = internals.make(message.policy);
    scratch.append(header, type);
    for (const [name, param] of params) scratch.setParam(name, param, { header, requote });
    for (const [, text] of scratch.rawItems()) value = text;
  }
  if (header.toLowerCase() === "content-type") message.set("MIME-Version", "1.0");
  message.set(header, value);
}

/** See `Message.getFilename`; null when there is none. */
export function getFilename(message: MessageModel): string | null {
  const name = message.getParam("filename", { header: "content-disposition" }) ??
    message.getParam("name", { header: "content-type" });
  return name === null ? null : strip(collapseRfc2231Value(name));
}

/** See `Message.getBoundary`; null when there is none. */
export function getBoundary(message: MessageModel): string | null {
  const boundary = message.getParam("boundary");
  return boundary === null ? null : rstrip(collapseRfc2231Value(boundary));
}

/** See `Message.setBoundary`. */
export function setBoundary(message: MessageModel, boundary: string): void {
  const params = internals.params(message, "content-type");
  if (params === null) throw new HeaderParseError("No Content-Type header found");
  const quoted = `"${boundary}"`;
  let found = false;
  const parts = params.pairs.map(([name, value]) => {
    const isBoundary = name.toLowerCase() === "boundary";
    found ||= isBoundary;
    if (isBoundary) return `boundary=${quoted}`;
    return value === "" ? name : `${name}=${paramText(value)}`;
  });
  if (!found) parts.push(`boundary=${quoted}`);
  const value = parts.join("; ");
  const { fields } = entityOf(message);
  fields.list().forEach(([name], i) => {
    if (name.toLowerCase() === "content-type") {
      fields.replace(i, message.policy.headerStoreParse(name, value));
    }
  });
}

/** See `Message.getContentCharset`; null when there is none or when it is not ASCII. */
export function getContentCharset(message: MessageModel): string | null {
  let charset = message.getParam("charset");
  if (charset === null) return null;
  if (typeof charset !== "string") {
    const [of, , text] = charset;
    charset = text;
    try {
      charset = decode(encodeRawUnicodeEscape(text), of || "us-ascii", "strict");
    } catch (error) {
      if (!(error instanceof LookupError || error instanceof UnicodeError)) throw error;
    }
  }
  return isAscii(charset) ? charset.toLowerCase() : null;
}

function copyParam(value: ParamValue): ParamValue {
  return typeof value === "string" ? value : [...value];
}

function unquoteParam(value: ParamValue): ParamValue {
  return typeof value === "string" ? unquoteText(value) : [value[0], value[1], unquoteText(value[2])];
}

/** Joins written parameters; an empty beginning takes no separator, as CPython has it. */
function joinParams(parts: string[]): string {
  const first = parts.findIndex((part) => part !== "");
  return first < 0 ? "" : parts.slice(first).join("; ");
}

function notText(): TypeError {
  return new TypeError("the header holds bytes outside ASCII: expected text, Header found");
}
