// Address fields as people mean them.

import { fromUnits } from "../text/text.ts";
import { decodeWords, WordFinder } from "./encoded_words.ts";
import { oneLine, trimBlanks, trimOf } from "./fields.ts";
import type { MailAddress, MailGroup, Problem } from "./model.ts";
import { note } from "./problems.ts";

/** As many mailboxes and groups of one field are read. */
const MAX_ADDRESSES = 10_000;
/** As many words and comments of one item are kept, for its name. */
const MAX_TOKENS = 1_000;

/** A domain literal (RFC 5322 section 3.4.1) up to the bracket that ends it. */
const LITERAL = /\[[^\]\s,;<>]{0,60}(?=\])/y;

/** A piece of a field: a word, quoted text, an address in angle brackets, a comment, or one of `,;:`. */
interface Token {
  kind: "word" | "quoted" | "angle" | "comment" | "," | ";" | ":";
  /** As it is written; quoted text and comments without what encloses them, backslashes undone. */
  text: string;
  /** For quoted text: as it is written. */
  raw: string;
  /** Whether a blank is before it. */
  spaced: boolean;
}

/** What an address list holds. */
export interface AddressList {
  mailboxes: MailAddress[];
  groups: MailGroup[];
}

/**
 * Reads a list of addresses.
 *
 * The list is taken apart first and names are decoded after that, so that nothing in an encoded word separates or encloses
 * anything (RFC 2047 section 6.2). What has no `@` is not an address.
 *
 * @param text the unfolded field
 */
export function readAddresses(text: string, problems?: Problem[]): AddressList {
  const list: AddressList = { mailboxes: [], groups: [] };
  const groups: MailGroup[] = [];
  /** Words before a comma without an address: `Stein, Jo <jo@example.net>`. */
  let before: Token[] = [];
  let item: Token[] = [];
  let full = false;
  let cut = false;
  const end = (comma?: Token) => {
    const hasAngle = item.some(({ kind }) => kind === "angle");
    const found = readItem(hasAngle ? [...before, ...item] : item, problems);
    if (found.length === 0 && comma !== undefined && !hasAngle && before.length + item.length < 8) {
      if (item.length > 0) before.push(...item, comma);
    } else {
      if (found.length === 0 && item.some(({ kind }) => kind !== "comment")) {
        note(problems, "address", "an item of an address list has no address");
      }
      before = [];
    }
    item = [];
    for (const mailbox of found) {
      if (list.mailboxes.length === MAX_ADDRESSES) {
        full = true;
        return;
      }
      const group = groups[groups.length - 1];
      if (group !== undefined) {
        mailbox.group = group.name;
        group.members.push(mailbox);
      }
      list.mailboxes.push(mailbox);
    }
  };
  for (const token of new Tokenizer(text).all()) {
    if (full) break;
    switch (token.kind) {
      case ",":
        end(token);
        break;
      case ";":
        end();
        groups.pop();
        break;
      case ":":
        if (item.length === 1 && item[0]!.text.toLowerCase() === "mailto") {
          item = [];
          break;
        }
        // A colon after an address, or without a name, opens nothing.
        if (
          item.length === 0 ||
          item.some(({ kind, text }) => kind === "angle" || (kind === "word" && text.includes("@")))
        ) {
          end();
        } else {
          const group = { name: nameOf([...before, ...item], problems), members: [] };
          before = [];
          item = [];
          full = list.groups.length === MAX_ADDRESSES;
          if (!full) list.groups.push(group);
          groups.push(group);
        }
        break;
      default:
        if (item.length < (token.kind === "angle" ? MAX_ADDRESSES : MAX_TOKENS)) item.push(token);
        else cut = true;
    }
  }
  if (!full) end();
  if (full) note(problems, "limit", `no more than ${MAX_ADDRESSES} addresses of a field are read`);
  if (cut) note(problems, "limit", `no more than ${MAX_TOKENS} words of an address are read`);
  return list;
}

/** The addresses of one item; most have one. */
function readItem(item: Token[], problems?: Problem[]): MailAddress[] {
  const out: MailAddress[] = [];
  if (item.some(({ kind }) => kind === "angle")) {
    let name: Token[] = [];
    for (const token of item) {
      if (token.kind !== "angle") {
        name.push(token);
        continue;
      }
      const address = addressIn(token.text);
      if (address !== null) out.push({ name: nameOf(name, problems), address });
      // `<"Jo Stein" jo@example.net>`
      else if (token.text.length <= MAX_ADDRESS && /\s/.test(token.text) && !/[<,;:()]/.test(token.text)) {
        out.push(...readItem([...new Tokenizer(token.text).all()], problems));
      } else if (token.text !== "") note(problems, "address", "what is in angle brackets is not an address");
      // The name may follow: `<jo@example.net> (Jo)`, `<jo@example.net> Jo`.
      name = [];
    }
    const last = out[out.length - 1];
    // `<jo@example.net> kai@example.net`: a comma is missing.
    if (last !== undefined && name.some(({ text }) => text.includes("@"))) {
      return [...out, ...readItem(name, problems)];
    }
    if (last !== undefined && last.name === "") last.name = nameOf(name, problems);
    if (out.length > 0) return out;
  }
  // Without brackets: words with an @ in them, whatever blanks are around it and around dots.
  const words: { text: string; tokens: Token[] }[] = [];
  const rest: Token[] = [];
  let glued = false;
  for (const token of item) {
    if (token.kind === "comment" || token.kind === "angle") {
      rest.push(token);
      continue;
    }
    const last = words[words.length - 1];
    const written = token.kind === "quoted" ? token.raw : token.text;
    const joins = last !== undefined && last.text.length < MAX_ADDRESS &&
      (!token.spaced || glued || written.startsWith("@") || written === "." ||
        last.text.includes("@") && (written.startsWith(".") || /[.@]$/.test(last.text)));
    if (joins) {
      last.text += written;
      last.tokens.push(token);
    } else {
      words.push({ text: written, tokens: [token] });
    }
    // `jdoe . smith @ example . com`: RFC 5322 section 4.4.
    glued = written === "@" || written === ".";
  }
  const found: string[] = [];
  const names: Token[] = [];
  for (const { text, tokens } of words) {
    const address = addressIn(text);
    if (address !== null) found.push(address);
    else names.push(...tokens);
  }
  if (found.length === 0) return out;
  const name = nameOf([...names, ...rest], problems);
  return found.map((address, i) => ({ name: i === found.length - 1 ? name : "", address }));
}

/** The name that words, quoted text and comments make: comments only when there is nothing else. */
function nameOf(tokens: Token[], problems?: Problem[]): string {
  let text = "";
  let comment = "";
  for (const token of tokens) {
    if (token.kind === "comment") comment += (comment === "" ? "" : " ") + token.text;
    // `Stein\, Jo`
    else if (token.kind === "," && text.endsWith("\\")) text = `${text.slice(0, -1)},`;
    else text += (token.spaced && text !== "" ? " " : "") + token.text;
  }
  const name = trimBlanks(text === "" ? comment : text);
  return trimBlanks(oneLine(decodeWords(name, problems))).toWellFormed();
}

/** Longest address that is read: RFC 5321 allows 64 and 255 octets. Quotes and A-labels have to fit into the line that it is written in. */
const MAX_ADDRESS = 800;

/**
 * The address in what an address may be written as: with a route, comments, blanks, quotes of every kind around it.
 *
 * @returns null when it is not one: exactly one `@` outside a quoted local part, something on both sides, no control characters
 */
export function addressIn(written: string): string | null {
  if (written.length > MAX_ADDRESS || !written.includes("@")) return null;
  let text = trimBlanks(written);
  if (!text.startsWith('"')) {
    text = text.slice(text.lastIndexOf("<") + 1);
    text = trimOf(text, "'`<[(", "'`>)");
    if (!text.includes("[")) text = trimOf(text, "", "'`>)]");
    // `Jo [mailto:jo@example.net]` is what Outlook makes of an address in text.
    if (/^mailto:/i.test(text)) text = text.slice(7).split("?", 1)[0]!;
  } else {
    text = trimOf(text, "", ">");
  }
  // An encoded word that lost its end is not an address, wherever it is.
  if (text.startsWith("=?")) return null;
  // An obsolete route: `@a,@b:jo@example.net`.
  if (text.startsWith("@")) text = text.slice(text.indexOf(":") + 1);
  let local = 0;
  if (text.startsWith('"')) {
    for (local = 1; local < text.length && text[local] !== '"'; local++) if (text[local] === "\\") local++;
    local++;
  }
  const at = text.indexOf("@", local);
  const quoted = text.slice(0, local);
  const left = text.slice(local, at).replace(/[ \t]+/g, "");
  const right = text.slice(at + 1).replace(/[ \t]+/g, "");
  if (at < 0 || (quoted + left) === "" || right === "" || right.includes("@") || right.startsWith(".")) {
    return null;
  }
  if (quoted !== "" && left !== "" && !left.startsWith(".")) return null;
  if (
    /[\p{Cc}\u2028\u2029]/u.test(text) || /[<>(),;:"\\]/.test(left) || /[<>(),;"\\ ]/.test(right)
  ) return null;
  // A bracket that is not closed would take in what follows when the address is written again.
  if (/[:[\]]/.test(right) && !/^\[[^[\]]*\]$/.test(right)) return null;
  return `${quoted}${left}@${right}`.toWellFormed();
}

/** Takes a field apart, in one pass. */
class Tokenizer {
  readonly #text: string;
  readonly #finder: WordFinder;
  #spaced = false;
  // What was opened and never closed is not looked for again: each look may go through all of the field.
  #openQuote = false;
  #openComment = false;

  constructor(text: string) {
    this.#text = text;
    this.#finder = new WordFinder(text);
  }

  *all(): Generator<Token> {
    const text = this.#text;
    for (let i = 0; i < text.length;) {
      const char = text[i]!;
      if (char === " " || char === "\t" || char === ">") {
        // A bracket that closes nothing.
        this.#spaced = true;
        i++;
      } else if (char === "," || char === ";" || char === ":") {
        yield this.#make(char, char);
        i++;
      } else if (char === '"') {
        const quoted = this.#quoted(i);
        if (quoted !== null) yield this.#make("quoted", quoted[0], text.slice(i, quoted[1]));
        // One that is never closed hides no address.
        i = quoted === null ? i + 1 : quoted[1];
      } else if (char === "(") {
        const [content, end] = this.#comment(i);
        yield this.#make("comment", content);
        i = end;
      } else if (char === "<") {
        // `<<jo@example.net>>`
        while (text[i + 1] === "<") i++;
        const end = angleEnd(text, i);
        yield this.#make("angle", stripRouteComments(text.slice(i + 1, end)));
        i = text[end] === ">" ? end + 1 : end;
      } else {
        const end = this.#wordEnd(i);
        yield this.#make("word", text.slice(i, end));
        i = end;
      }
    }
  }

  #make(kind: Token["kind"], content: string, raw = content): Token {
    const token = { kind, text: content, raw, spaced: this.#spaced };
    this.#spaced = false;
    return token;
  }

  /** End of a word: an encoded word is one, whatever is in it. */
  #wordEnd(at: number): number {
    const text = this.#text;
    for (let i = at; i < text.length; i++) {
      const char = text[i]!;
      if (char === "=") {
        const word = text[i + 1] === "?" ? this.#finder.at(i) : null;
        if (word !== null) i = word.end - 1;
      } else if (char === "[") {
        // A domain literal holds colons.
        LITERAL.lastIndex = i;
        if (LITERAL.test(text)) i = LITERAL.lastIndex;
      } else if (' \t,;:"(<'.includes(char)) {
        // `Stein &amp; Co.`, out of a form of the web
        if (char !== ";" || !/&#?\w{2,8}$/.test(text.slice(at, i).slice(-10))) return i;
      }
    }
    return text.length;
  }

  /** Quoted text with its backslashes undone, and where it ends; null when it does not end. */
  #quoted(at: number): [content: string, end: number] | null {
    const text = this.#text;
    for (let i = at + 1; !this.#openQuote && i < text.length; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === '"') return [unescaped(text.slice(at + 1, i)), i + 1];
    }
    this.#openQuote = true;
    return null;
  }

  /** The text of a comment, nested ones with their parentheses, and where it ends. */
  #comment(at: number): [content: string, end: number] {
    const text = this.#text;
    let depth = 1;
    for (let i = at + 1; !this.#openComment && i < text.length; i++) {
      const char = text[i];
      if (char === "\\") i++;
      else if (char === "(") depth++;
      else if (char === ")" && --depth === 0) return [unescaped(text.slice(at + 1, i)), i + 1];
    }
    this.#openComment = true;
    return this.#unclosed(at);
  }

  /** What is opened and never closed ends where another item may begin, so that it hides no address. */
  #unclosed(at: number): [content: string, end: number] {
    const text = this.#text;
    let end = at + 1;
    while (end < text.length && !",;<".includes(text[end]!)) end++;
    return [text.slice(at + 1, end), end];
  }
}

/** The text without the backslashes of quoted pairs. */
function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  const units = new Uint16Array(text.length);
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\" && i + 1 < text.length) i++;
    units[size++] = text.charCodeAt(i);
  }
  return fromUnits(units, size);
}

/** End of what is in angle brackets: the closing one, or where another address begins. */
function angleEnd(text: string, at: number): number {
  let quoted = false;
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i];
    if (char === "\\") i++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === ">") return i;
    else if (!quoted && (char === "<" || char === ";")) return commaBefore(text, at, i);
  }
  if (!quoted) return commaBefore(text, at, text.length);
  let end = at + 1;
  while (end < text.length && !">,;".includes(text[end]!)) end++;
  return end;
}

/** The comma that ends an address whose bracket is not closed; a route (RFC 5322 section 4.4) has commas of its own. */
function commaBefore(text: string, at: number, end: number): number {
  if (text[at + 1] === "@") return end;
  const comma = text.slice(at, end).indexOf(",");
  return comma < 0 ? end : at + comma;
}

function stripRouteComments(text: string): string {
  return text.includes("(") ? text.replace(/\([^()]*\)/g, "") : text;
}
