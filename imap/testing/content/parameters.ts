/**
 * Content-Type, Content-Disposition and their like as the grammar of RFC 2045 5.1 and RFC 2183 has them. What does not keep to it
 * ends where it stops to, as Dovecot has it: the reader of `email` takes what Python takes, which is much more.
 */

/** A parameter: name as it is written, and value. */
export type Parameter = [name: string, value: string];

/** A media type. */
export interface MediaType {
  readonly type: string;
  readonly subtype: string;
  readonly params: readonly Parameter[];
}

/** What a token cannot have (RFC 2045 5.1): blanks, controls and the tspecials. */
const NOT_IN_TOKEN = new Set(' \t\r\n()<>@,;:\\"/[]?=');

/** Reads a value from its beginning on; every step goes forward. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character after blanks and comments; "" at the end. */
  peek(): string {
    for (;;) {
      const character = this.#text.charAt(this.#at);
      if (character === "(") this.#comment();
      else if (character !== "" && " \t\r\n".includes(character)) this.#at += 1;
      else return character;
    }
  }

  /** Goes one character on. */
  pass(): void {
    this.#at += 1;
  }

  /** Takes that character, if it is next. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  /** The token that is next, "" where there is none; `more` may be in it, too. */
  token(more = ""): string {
    if (this.peek() === "") return "";
    const start = this.#at;
    while (this.#at < this.#text.length && isToken(this.#text, this.#at, more)) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  /** A quoted string without its quotes, undefined where it does not end. */
  quoted(): string | undefined {
    let value = "";
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      let character = this.#text.charAt(this.#at);
      if (character === '"') {
        this.#at += 1;
        return value;
      }
      if (character === "\\") character = this.#text.charAt(this.#at += 1);
      value += character;
    }
    return undefined;
  }

  #comment(): void {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at);
      this.#at += character === "\\" ? 2 : 1;
      if (character === "(") depth += 1;
      if (character === ")") depth -= 1;
      if (depth === 0) return;
    }
  }
}

function isToken(text: string, at: number, more: string): boolean {
  const character = text.charAt(at);
  return character > " " && (!NOT_IN_TOKEN.has(character) || more.includes(character));
}

/** Content-Type fields are few and the same again and again: so many are kept. */
const MOST_KNOWN = 1_000;
const known: Map<string, MediaType | undefined> = new Map();
/** A multipart is asked for its type and then for its boundary. */
let last: { text: string; read: MediaType | undefined } = { text: "", read: undefined };

/** Reads a Content-Type, undefined where its syntax is invalid: RFC 2045 5.2 has it read as text/plain then. */
export function readMediaType(text: string): MediaType | undefined {
  if (text === last.text) return last.read;
  const read = known.get(text) ?? mediaTypeIn(new Reader(text));
  last = { text, read };
  if (known.size < MOST_KNOWN && text.length < 200) known.set(text, read);
  return read;
}

function mediaTypeIn(reader: Reader): MediaType | undefined {
  const type = reader.token().toLowerCase();
  if (type === "" || !reader.take("/")) return undefined;
  const subtype = reader.token().toLowerCase();
  const ends = reader.peek() === "" || reader.peek() === ";";
  return subtype === "" || !ends ? undefined : { type, subtype, params: paramsIn(reader) };
}

/** Reads a Content-Disposition. */
export function readDisposition(text: string): { value: string; params: Parameter[] } {
  const reader = new Reader(text);
  return { value: reader.token(), params: paramsIn(reader) };
}

/** Reads a Content-Transfer-Encoding: one token and nothing beside it (RFC 2045 6.1), "" where it is something else. */
export function readEncoding(text: string): string {
  const reader = new Reader(text);
  const token = reader.token();
  return reader.peek() === "" ? token : "";
}

/** Reads a list of tags (RFC 3282) as far as it is one. */
export function readLanguages(text: string): string[] {
  const reader = new Reader(text);
  const tags: string[] = [];
  do {
    const tag = reader.token();
    if (tag === "") break;
    tags.push(tag);
  } while (reader.take(","));
  return tags;
}

/** `;name=value` again and again; after what is neither, the next semicolon begins anew. */
function paramsIn(reader: Reader): Parameter[] {
  const params: Parameter[] = [];
  while (reader.peek() !== "") {
    const begins = reader.take(";");
    const name = begins ? reader.token() : "";
    if (!begins || !reader.take("=")) {
      reader.pass();
      continue;
    }
    // An encoded word is often seen there, and does no harm.
    const value = reader.peek() === '"' ? reader.quoted() : reader.token("=?");
    if (value !== undefined) params.push([name, value]);
  }
  return joinedPieces(params.filter(([name]) => name !== ""));
}

/** A piece of a parameter (RFC 2231 section 3). */
interface Piece {
  readonly number: number;
  readonly written: string;
  readonly value: string;
  readonly encoded: boolean;
}

/**
 * RFC 2231 section 6: a server joins `name*0`, `name*1` and so on to `name`, or to `name*` where one of them is encoded; all of them
 * come after the others. Pieces of which one is missing or there twice stay apart, in order.
 */
function joinedPieces(params: readonly Parameter[]): Parameter[] {
  const pieces = new Map<string, Piece[]>();
  const out: Parameter[] = [];
  for (const [written, value] of params) {
    const match = /^([^*]+)\*(?:(0|[1-9]\d{0,3})(\*?))?$/.exec(written);
    if (match === null) {
      out.push([written, value]);
      continue;
    }
    const name = match[1]!.toLowerCase();
    const same = pieces.get(name);
    const number = Number(match[2] ?? 0);
    const piece = { number, written, value, encoded: match[2] === undefined || match[3] !== "" };
    if (same === undefined) pieces.set(name, [piece]);
    else same.push(piece);
  }
  const names = [...pieces.keys()].sort();
  return [...out, ...names.flatMap((name) => joined(pieces.get(name)!))];
}

function joined(pieces: readonly Piece[]): Parameter[] {
  const inOrder = pieces.toSorted((a, b) => a.number - b.number);
  const [first] = inOrder;
  if (first === undefined || inOrder.some(({ number }, index) => number !== index)) {
    return inOrder.map(({ written, number, encoded, value }) => [
      `${written.replace(/\*.*/s, "")}*${number}${encoded ? "*" : ""}`,
      value,
    ]);
  }
  const encoded = inOrder.some((piece) => piece.encoded);
  // Where the first piece is not encoded, it does not say charset and language.
  const start = encoded && !first.encoded ? "''" : "";
  const name = first.written.replace(/\*.*/s, "") + (encoded ? "*" : "");
  return [[name, start + inOrder.map(({ value }) => value).join("")]];
}
