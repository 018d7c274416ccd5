/** Addresses as ENVELOPE has them: name, route, mailbox, host, and the marks of groups (RFC 9051 7.5.2). */

/** One address of an ENVELOPE (RFC 9051 7.5.2): a null host marks the beginning or end of a group. */
export interface EnvelopeAddress {
  name: string | null;
  route: string | null;
  mailbox: string | null;
  host: string | null;
}

/** Reads an address list with groups, routes and comments; what cannot be read becomes an address as it is. */
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

/** Words, quoted strings and comments of a structured field. Every step goes forward; comments only count depth. */
class Tokens {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
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
      const character = this.#text.charAt(this.#at);
      this.#at += 1;
      if ("<>@,;:".includes(character)) return character;
    }
    return "";
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
      while (this.#at < this.#text.length && !endsWord(this.#text.charAt(this.#at), SPECIALS)) this.#at += 1;
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
      while (this.#at < this.#text.length && !endsWord(this.#text.charAt(this.#at), SPECIALS)) this.#at += 1;
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
      const character = this.#text.charAt(this.#at);
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
      const character = this.#text.charAt(this.#at);
      this.#at += 1;
      if (character === '"') break;
      if (character === "\\" && this.#at < this.#text.length) {
        parts.push(this.#text.charAt(this.#at));
        this.#at += 1;
      } else {
        parts.push(character);
      }
    }
    return parts.join("");
  }
}

function endsWord(character: string, specials: string): boolean {
  return character <= " " || specials.includes(character);
}

function dotted(word: string): boolean {
  return word.startsWith(".") || word.endsWith(".");
}
