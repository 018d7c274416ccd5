/** Addresses as ENVELOPE has them: name, route, mailbox, host, and the marks of groups (RFC 9051 7.5.2). */

/** One address of an ENVELOPE (RFC 9051 7.5.2): a null host marks the beginning or end of a group. */
export interface EnvelopeAddress {
  name: string | null;
  route: string | null;
  mailbox: string | null;
  host: string | null;
}

/**
 * Reads an address list with groups, routes and comments. What is not an address is shown as far as it is read, without mailbox and host,
 * and ends the list, as Dovecot has it.
 */
export function parseAddresses(text: string): EnvelopeAddress[] {
  const tokens = new Tokens(text);
  const addresses: EnvelopeAddress[] = [];
  let inGroup = false;
  for (;;) {
    const words = tokens.words();
    const name = words.text === "" ? null : words.text;
    let next = tokens.next();
    if (next === ":" && !inGroup) {
      inGroup = true;
      addresses.push({ name: null, route: null, mailbox: name ?? "", host: null });
      continue;
    }
    if (next === "<") {
      addresses.push(angleAddress(tokens, name));
    } else if (words.isPhrase) {
      addresses.push({ name: words.broken ? null : name, route: null, mailbox: "", host: "" });
      if (next === "@") return closeGroup(addresses);
    } else if (next === "@") {
      const host = tokens.domain();
      const comment = tokens.words().comment;
      addresses.push({ name: comment, route: null, mailbox: words.local, host });
    } else if (name !== null) {
      // No domain: RFC 9051 has no word for it, and a null host would say "group".
      addresses.push({ name: words.comment, route: null, mailbox: words.local, host: "" });
    }
    if (next === "<" || next === "@") next = tokens.next();
    if (next === ";" && inGroup) {
      inGroup = false;
      addresses.push({ name: null, route: null, mailbox: null, host: null });
      next = tokens.next();
    }
    if (next !== ",") return closeGroup(addresses);
  }
}

/** What is between angle brackets. Where the closing one is missing, the address has no host. */
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
  let host = "";
  if (next === "@") {
    host = tokens.domain();
    tokens.words();
    next = tokens.next();
  }
  return { name, route, mailbox: words.local, host: next === ">" ? host : "" };
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

  /**
   * A run of atoms and quoted strings: as a phrase, as a local part, and the last comment in it; whether it can be a phrase alone, and
   * whether a quoted string in it does not end.
   */
  words(): { text: string; local: string; comment: string | null; isPhrase: boolean; broken: boolean } {
    const words: string[] = [];
    let comment: string | null = null;
    let quoted = false;
    let broken = false;
    for (;;) {
      comment = this.#space() ?? comment;
      const character = this.#text[this.#at];
      if (character === '"') {
        const text = this.#quoted();
        quoted = true;
        broken ||= text === undefined;
        words.push(text ?? "");
        continue;
      }
      const start = this.#at;
      while (this.#at < this.#text.length && !endsWord(this.#text.charAt(this.#at), SPECIALS)) this.#at += 1;
      if (this.#at === start) break;
      words.push(this.#text.slice(start, this.#at));
    }
    const several = words.length > 1 && !words.some(dotted);
    this.#space();
    return {
      text: words.join(" "),
      local: words.join(several ? " " : ""),
      comment,
      isPhrase: several || broken || quoted && this.#text[this.#at] !== "@",
      broken,
    };
  }

  /** A domain or domain literal, without the white space around its dots. */
  domain(): string {
    this.#space();
    if (this.#text[this.#at] === "[") {
      const close = this.#text.indexOf("]", this.#at);
      const end = close === -1 ? this.#text.length : close + 1;
      const literal = close === -1 ? "" : this.#text.slice(this.#at, end);
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

  /** A quoted string, undefined where it does not end. */
  #quoted(): string | undefined {
    const parts: string[] = [];
    this.#at += 1;
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at);
      this.#at += 1;
      if (character === '"') return parts.join("");
      if (character === "\\" && this.#at < this.#text.length) {
        parts.push(this.#text.charAt(this.#at));
        this.#at += 1;
      } else {
        parts.push(character);
      }
    }
    return undefined;
  }
}

function endsWord(character: string, specials: string): boolean {
  return character <= " " || specials.includes(character);
}

function dotted(word: string): boolean {
  return word.startsWith(".") || word.endsWith(".");
}
