/** Header fields as ENVELOPE and BODYSTRUCTURE need them: unfolded text, parameters, addresses. */

import type { HeaderField } from "./mime.ts";

/** A media type with its parameters as written, type and subtype in lower case. */
export interface MediaType {
  readonly type: string;
  readonly subtype: string;
  readonly params: readonly (readonly [name: string, value: string])[];
}

/** One address of an ENVELOPE (RFC 9051 7.5.2): a null host marks the beginning or end of a group. */
export interface EnvelopeAddress {
  name: string | null;
  route: string | null;
  mailbox: string | null;
  host: string | null;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder("latin1");

/** Text of header bytes: UTF-8 when it is that, else Latin-1, so that every byte has a character. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

/** The unfolded value of the first field of this name (lower case), undefined when there is none. */
export function fieldText(
  bytes: Uint8Array,
  part: { fields: readonly HeaderField[] },
  name: string,
): string | undefined {
  const field = part.fields.find((field) => field.name === name);
  return field === undefined ? undefined : unfold(decodeText(bytes.subarray(field.valueStart, field.end)));
}

/** All values of this name joined by a comma, as for an address field that occurs twice. */
export function fieldTexts(
  bytes: Uint8Array,
  part: { fields: readonly HeaderField[] },
  name: string,
): string | undefined {
  const texts = part.fields
    .filter((field) => field.name === name)
    .map((field) => unfold(decodeText(bytes.subarray(field.valueStart, field.end))));
  return texts.length === 0 ? undefined : texts.join(", ");
}

/** Takes the line ends out of a folded value. NUL cannot stand in an IMAP string, so it goes too. */
function unfold(text: string): string {
  return text.replace(/[\r\n\0]/g, "").trim();
}

/** Reads `type/subtype; name=value ...`; undefined when there is no media type. */
export function parseContentType(text: string): MediaType | undefined {
  const slash = text.indexOf("/");
  if (slash <= 0) return undefined;
  const scanner = new Tokens(text);
  const type = scanner.token();
  if (type === "" || !scanner.take("/")) return undefined;
  const subtype = scanner.token();
  if (subtype === "") return undefined;
  return { type: type.toLowerCase(), subtype: subtype.toLowerCase(), params: scanner.params() };
}

/** Reads `value; name=value ...` of Content-Disposition. */
export function parseDisposition(text: string): { value: string; params: MediaType["params"] } | undefined {
  const scanner = new Tokens(text);
  const value = scanner.token();
  return value === "" ? undefined : { value, params: scanner.params() };
}

/** The words of a comma-separated field such as Content-Language. */
export function parseWords(text: string): string[] {
  const scanner = new Tokens(text);
  const words: string[] = [];
  while (!scanner.atEnd()) {
    const word = scanner.token();
    if (word === "") scanner.skip();
    else words.push(word);
  }
  return words;
}

/** Reads an address list with groups, routes and comments; what cannot be read becomes an address as it stands. */
export function parseAddresses(text: string): EnvelopeAddress[] {
  const tokens = new Tokens(text);
  const addresses: EnvelopeAddress[] = [];
  for (;;) {
    const words = tokens.words();
    const name = words.text === "" ? null : words.text;
    const next = tokens.next();
    if (next === "<") {
      addresses.push(angleAddress(tokens, name));
    } else if (next === "@") {
      const host = tokens.domain();
      const comment = tokens.words().comment;
      addresses.push({ name: comment ?? words.comment, route: null, mailbox: words.local, host });
    } else if (next === ":") {
      addresses.push({ name: null, route: null, mailbox: name ?? "", host: null });
    } else {
      // No domain: RFC 9051 has no word for it, and a null host would say "group".
      if (name !== null) addresses.push({ name: words.comment, route: null, mailbox: words.local, host: "" });
      if (next === ";") addresses.push({ name: null, route: null, mailbox: null, host: null });
      if (next === "") return closeGroup(addresses);
    }
  }
}

function angleAddress(tokens: Tokens, name: string | null): EnvelopeAddress {
  let route: string | null = null;
  let words = tokens.words();
  let next = tokens.next();
  if (words.text === "" && next === "@") {
    // Source route of RFC 822: `<@a,@b:user@host>`.
    const hosts = ["@" + tokens.domain()];
    while (tokens.take(",")) if (tokens.take("@")) hosts.push("@" + tokens.domain());
    tokens.take(":");
    route = hosts.join(",");
    words = tokens.words();
    next = tokens.next();
  }
  const host = next === "@" ? tokens.domain() : "";
  if (next === "@") tokens.words();
  if (next !== ">") tokens.take(">");
  return { name, route, mailbox: words.local, host };
}

/** A group that is never closed would swallow every address after it. */
function closeGroup(addresses: EnvelopeAddress[]): EnvelopeAddress[] {
  let open = false;
  for (const { mailbox, host } of addresses) if (host === null) open = mailbox !== null;
  if (open) addresses.push({ name: null, route: null, mailbox: null, host: null });
  return addresses;
}

const SPECIALS = '()<>@,;:\\"[]';
const TSPECIALS = '()<>@,;:\\"/[]?=';

/** Words, quoted strings and comments of a structured field. Every step goes forward; comments only count depth. */
class Tokens {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    this.#space();
    return this.#at >= this.#text.length;
  }

  skip(): void {
    this.#at += 1;
  }

  take(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  /** The next special character, or "" at the end. Others are passed over. */
  next(): string {
    this.#space();
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at];
      this.#at += 1;
      if ("<>@,;:".includes(character)) return character;
    }
    return "";
  }

  /** A token of RFC 2045, or "". */
  token(): string {
    this.#space();
    const start = this.#at;
    while (this.#at < this.#text.length && !endsWord(this.#text[this.#at], TSPECIALS)) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  /** `; name=value` up to the end. */
  params(): [string, string][] {
    const params: [string, string][] = [];
    while (!this.atEnd()) {
      if (!this.take(";")) {
        this.skip();
        continue;
      }
      const name = this.token();
      if (name === "" || !this.take("=")) continue;
      this.#space();
      params.push([name, this.#text[this.#at] === '"' ? this.#quoted() : this.#value()]);
    }
    return params;
  }

  /** A run of atoms and quoted strings: as a phrase, as a local part, and the last comment in it. */
  words(): { text: string; local: string; comment: string | null } {
    const words: string[] = [];
    let comment: string | null = null;
    for (;;) {
      comment = this.#space() ?? comment;
      const character = this.#text[this.#at];
      if (character === '"') {
        words.push(this.#quoted());
        continue;
      }
      const start = this.#at;
      while (this.#at < this.#text.length && !endsWord(this.#text[this.#at], SPECIALS)) this.#at += 1;
      if (this.#at === start) break;
      words.push(this.#text.slice(start, this.#at));
    }
    return {
      text: words.join(" "),
      local: words.join(words.length > 1 && !words.some(dotted) ? " " : ""),
      comment,
    };
  }

  /** A domain or domain literal, without the white space around its dots. */
  domain(): string {
    this.#space();
    if (this.#text[this.#at] === "[") {
      const close = this.#text.indexOf("]", this.#at);
      const end = close === -1 ? this.#text.length : close + 1;
      const literal = this.#text.slice(this.#at, end);
      this.#at = end;
      return literal;
    }
    let domain = "";
    for (;;) {
      const start = this.#at;
      while (this.#at < this.#text.length && !endsWord(this.#text[this.#at], SPECIALS)) this.#at += 1;
      domain += this.#text.slice(start, this.#at);
      const here = this.#at;
      this.#space();
      const joins = domain.endsWith(".") || this.#text[this.#at] === ".";
      if (!joins || this.#at === start || this.#at >= this.#text.length) {
        this.#at = here;
        return domain;
      }
    }
  }

  /** Passes white space and comments; returns the last comment. */
  #space(): string | null {
    let comment: string | null = null;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === " " || character === "\t") this.#at += 1;
      else if (character === "(") comment = this.#comment();
      else return comment;
    }
  }

  #comment(): string {
    const parts: string[] = [];
    let depth = 0;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at];
      this.#at += 1;
      if (character === "\\") {
        parts.push(this.#text[this.#at] ?? "");
        this.#at += 1;
        continue;
      }
      if (character === "(") depth += 1;
      if (character === ")") depth -= 1;
      if (depth === 0) break;
      if (depth > 1 || character !== "(") parts.push(character);
    }
    return parts.join("");
  }

  #quoted(): string {
    const parts: string[] = [];
    this.#at += 1;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at];
      this.#at += 1;
      if (character === '"') break;
      if (character === "\\" && this.#at < this.#text.length) {
        parts.push(this.#text[this.#at]);
        this.#at += 1;
      } else {
        parts.push(character);
      }
    }
    return parts.join("");
  }

  /** An unquoted parameter value: more than a token, since real mail writes `name=a/b.txt`. */
  #value(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !endsWord(this.#text[this.#at], ";")) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }
}

function endsWord(character: string, specials: string): boolean {
  return character <= " " || specials.includes(character);
}

function dotted(word: string): boolean {
  return word.startsWith(".") || word.endsWith(".");
}
