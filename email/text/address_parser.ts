// The address grammar of RFC 822 with CPython's tolerance: any text gives a list, never an error.
// One pass with an index and counters in place of recursion: CPython 3.13.0 raises RecursionError for nested comments and
// nested groups, and joins lists for each member of a group (x2.7 for twice as many).

import { quoteText } from "../params/quoting.ts";
import { isSpace } from "./text.ts";

/** Display name and address; both '' where nothing could be read. */
export type AddressPair = [name: string, address: string];

/** As many addresses of one field are read. CPython has no limit, and no mail as many. */
const MAX_ADDRESSES = 50_000;

const SPECIALS = '()<>@,:;."[]';
const BLANKS = " \t";
const FOLDING = " \t\r\n";

const SPECIAL = 1;
const BLANK = 2;
const FOLD = 4;
const ATOM_END = 8;
const PHRASE_END = 16;

/** One flag set for each ASCII character. */
const CLASS = /* @__PURE__ */ classes();

function classes(): Uint8Array {
  const flags = new Uint8Array(128);
  for (const char of SPECIALS) {
    flags[char.charCodeAt(0)]! |= SPECIAL | ATOM_END | (char === "." ? 0 : PHRASE_END);
  }
  for (const char of FOLDING) flags[char.charCodeAt(0)]! |= FOLD | ATOM_END | PHRASE_END;
  for (const char of BLANKS) flags[char.charCodeAt(0)]! |= BLANK;
  return flags;
}

class AddressParser {
  readonly #field: string;
  #pos = 0;
  #comments: string[] = [];

  constructor(field: string) {
    this.#field = field;
  }

  /** All addresses. Groups give their members; what gives nothing, an empty group too, is a pair of ''. */
  all(): AddressPair[] {
    const result: AddressPair[] = [];
    while (this.#pos < this.#field.length && result.length < MAX_ADDRESSES) {
      const before = result.length;
      let depth = 0;
      // A member of a group is read like an address outside, so groups nest: depth says how many are open.
      do {
        if (this.#address(result)) depth++;
        else this.#separator();
        while (depth > 0 && this.#groupEnds()) {
          depth--;
          this.#separator();
        }
      } while (depth > 0 && result.length < MAX_ADDRESSES);
      if (result.length === before) result.push(["", ""]);
    }
    return result;
  }

  /** True at the end of the group that is open: its semicolon, or the end of the field. */
  #groupEnds(): boolean {
    if (this.#pos >= this.#field.length) return true;
    this.#skip();
    if (this.#at() !== ";") return false;
    this.#pos++;
    return true;
  }

  #separator(): void {
    this.#skip();
    if (this.#at() === ",") this.#pos++;
  }

  /** Reads one address into result; true when it is the name of a group, whose members follow. */
  #address(result: AddressPair[]): boolean {
    if (this.#comments.length > 0) this.#comments = [];
    this.#skip();
    const simple = this.#comments.length === 0 ? this.#simple() : null;
    if (simple !== null) {
      result.push(["", simple]);
      return false;
    }
    const start = this.#pos;
    const phrase = this.#phrase();
    this.#skip();
    const next = this.#at();
    if (next === "." || next === "@") {
      // No phrase after all but the local part: read it again. Its comments stay, so they count twice, as in CPython.
      this.#pos = start;
      const address = this.#addrSpec();
      result.push([this.#comments.join(" "), address]);
    } else if (next === ":") {
      this.#pos++;
      return true;
    } else if (next === "<") {
      const address = this.#routeAddress();
      const name = phrase.join(" ");
      result.push([this.#comments.length > 0 ? `${name} (${this.#comments.join(" ")})` : name, address]);
    } else if (phrase[0] !== undefined) {
      result.push([this.#comments.join(" "), phrase[0]]);
    } else if (this.#is(SPECIAL)) {
      this.#pos++;
    }
    return false;
  }

  /** `local@domain` alone, without blanks, quotes or comments, up to a comma or the end; null for everything else. */
  #simple(): string | null {
    const start = this.#pos;
    const at = this.#wordEnd(start);
    if (at === start || this.#field.charCodeAt(at) !== 0x40) return null;
    const end = this.#wordEnd(at + 1);
    if (end === at + 1 || end < this.#field.length && this.#field.charCodeAt(end) !== 0x2c) return null;
    this.#pos = end;
    return this.#field.slice(start, end);
  }

  #wordEnd(at: number): number {
    const { length } = this.#field;
    for (; at < length; at++) {
      const unit = this.#field.charCodeAt(at);
      // Other white space is left out where it is a word of its own.
      if (unit <= 0x20 || unit > 0x7e || (CLASS[unit]! & PHRASE_END) !== 0) break;
    }
    return at;
  }

  #at(): string {
    return this.#field.charAt(this.#pos);
  }

  #is(flag: number): boolean {
    const unit = this.#field.charCodeAt(this.#pos);
    return unit < 128 && (CLASS[unit]! & flag) !== 0;
  }

  /** Skips white space and comments; gives the blanks among them. */
  #skip(): string {
    let blanks = "";
    for (;;) {
      const start = this.#pos;
      while (this.#is(FOLD)) this.#pos++;
      if (this.#pos > start) blanks += this.#field.slice(start, this.#pos).replace(/[\r\n]+/g, "");
      if (this.#at() !== "(") return blanks;
      this.#comments.push(this.#comment());
    }
  }

  #phrase(): string[] {
    const words: string[] = [];
    while (this.#pos < this.#field.length) {
      const next = this.#at();
      if (this.#is(FOLD)) this.#pos++;
      else if (next === '"') words.push(this.#delimited('"'));
      else if (next === "(") this.#comments.push(this.#comment());
      else if (this.#is(PHRASE_END)) break;
      else words.push(this.#atom(PHRASE_END));
    }
    return words;
  }

  #atom(end: number): string {
    const start = this.#pos;
    while (this.#pos < this.#field.length && !this.#is(end)) this.#pos++;
    return this.#field.slice(start, this.#pos);
  }

  /** The text of a comment without its outer parentheses; those of comments inside are dropped as well. */
  #comment(): string {
    let text = "";
    let depth = 1;
    let from = ++this.#pos;
    const take = () => text += this.#field.slice(from, this.#pos);
    for (; this.#pos < this.#field.length; this.#pos++) {
      const char = this.#at();
      if (char === "\\") {
        take();
        from = ++this.#pos;
      } else if (char === "(" || char === ")" || char === "\r") {
        take();
        from = this.#pos + 1;
        depth += char === "(" ? 1 : -1;
        if (depth === 0) {
          this.#pos++;
          return text;
        }
      }
    }
    take();
    return text;
  }

  /** What stands up to the given end, a carriage return or the end of the field; a backslash takes the next character as it is. */
  #delimited(end: string): string {
    let text = "";
    let from = ++this.#pos;
    for (; this.#pos < this.#field.length; this.#pos++) {
      const char = this.#at();
      if (char === "\\") {
        text += this.#field.slice(from, this.#pos);
        from = ++this.#pos;
      } else if (char === end || char === "\r") {
        return text + this.#field.slice(from, this.#pos++);
      }
    }
    return text + this.#field.slice(from);
  }

  /** `<@route:address>`: routes are read and dropped, a missing `>` does no harm. */
  #routeAddress(): string {
    let address = "";
    let route = false;
    this.#pos++;
    this.#skip();
    while (this.#pos < this.#field.length) {
      const next = this.#at();
      if (route) {
        this.#domain();
        route = false;
      } else if (next === ">") {
        this.#pos++;
        break;
      } else if (next === "@") {
        this.#pos++;
        route = true;
      } else if (next === ":") {
        this.#pos++;
      } else {
        address = this.#addrSpec();
        this.#pos++;
        break;
      }
      this.#skip();
    }
    return address;
  }

  /** Local part and domain; blanks inside the local part stay unless they touch a dot or its end. */
  #addrSpec(): string {
    const parts: string[] = [];
    const dropBlanks = () => {
      const last = parts.at(-1);
      if (last !== undefined && isSpace(last)) parts.pop();
    };
    this.#skip();
    while (this.#pos < this.#field.length) {
      const next = this.#at();
      let keepBlanks = true;
      if (next === ".") {
        dropBlanks();
        parts.push(".");
        this.#pos++;
        keepBlanks = false;
      } else if (next === '"') {
        parts.push(`"${quoteText(this.#delimited('"'))}"`);
      } else if (this.#is(ATOM_END)) {
        dropBlanks();
        break;
      } else {
        parts.push(this.#atom(ATOM_END));
      }
      const blanks = this.#skip();
      if (keepBlanks && blanks !== "") parts.push(blanks);
    }
    if (this.#at() !== "@") return parts.join("");
    this.#pos++;
    this.#skip();
    const domain = this.#domain();
    // a@ and a@b@c have no address: giving back the part before the @ has been used to slip past checks
    // (python/cpython#78336).
    return domain === "" ? "" : `${parts.join("")}@${domain}`;
  }

  #domain(): string {
    let domain = "";
    while (this.#pos < this.#field.length) {
      const next = this.#at();
      if (this.#is(BLANK)) {
        this.#pos++;
      } else if (next === "(") {
        this.#comments.push(this.#comment());
      } else if (next === "[") {
        domain += `[${this.#delimited("]")}]`;
      } else if (next === ".") {
        domain += ".";
        this.#pos++;
      } else if (next === "@") {
        return "";
      } else if (this.#is(ATOM_END)) {
        break;
      } else {
        domain += this.#atom(ATOM_END);
      }
    }
    return domain;
  }
}

/** Every address of a field. Time is linear in its length, nesting has no limit and uses no stack. */
export function parseAddressList(field: string): AddressPair[] {
  return new AddressParser(field).all();
}
