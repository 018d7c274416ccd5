/** What must not be shown: servers repeat what they were told, in errors that end in logs. */

import { Raw } from "../values/raw.ts";

const encoder = /* @__PURE__ */ new TextEncoder();
const mask = "***";
/** Shorter pieces of base64 would be found in any text. */
const shortestPiece = 4;
/** Shorter halves would be found at the ends of many texts. */
const shortestHalf = 3;
/** What a line of the server has before its text: tag, status and code; in the words of an error, what it is quoted in. */
const beforeText = /^(?:[^"]*, found "|(?:[*+]|\w+) (?:(?:OK|NO|BAD|BYE|PREAUTH) )?(?:\[[^\]]*\] )?)/i;
/** What a line has before its words, so that a secret can go on from one line to the next. */
const beforeWords = /^(?:[*+] |\w+ (?=(?:OK|NO|BAD|BYE|PREAUTH) ))?(?:(?:OK|NO|BAD|BYE|PREAUTH) )?/i;
/** What parts the words of a line, and the pieces of a secret that is spread over them. */
const parting = /[\s"()[\]]+/g;
/** So many characters of a secret come together by chance in no text. */
const surely = 8;
/** A pattern for each character takes up to sixty; of longer secrets, tokens mostly, only the forms that are sent are looked for. */
const mostSpelled = 200;
/** A character that is a part of other spellings, too, can be read in two ways: a secret with more of them takes too long to look for. */
const mostTwofold = 8;

/** What HTML must write so. */
const entities: Readonly<Record<string, string[]>> = {
  "&": ["amp"],
  "<": ["lt"],
  ">": ["gt"],
  '"': ["quot"],
};

/** How many characters of each secret have come, without what parts words. */
export type Progress = Map<string, number>;

/** The secrets that were told on one connection. */
export class Secrets {
  /** Told, and no forms made of them: most connections end with nothing to hide. */
  readonly #told: (string | Uint8Array)[] = [];
  /** What is hidden: a pattern for each character, by all of them together. */
  readonly #forms = new Map<string, readonly string[]>();
  /** The forms that are sent, in lower case. */
  readonly #sent = new Set<string>();
  /** The same without what parts words. */
  readonly #words = new Set<string>();
  #pattern: RegExp | undefined;
  /** The beginning of any of them, at the end of a text. */
  #begun: RegExp | undefined;

  /**
   * Hides a secret from now on, in every form in which it can have been sent: as it is, in quotes, in base64, alone or
   * as a part of something longer. Also as others write octets: in hexadecimal, UTF-16, URLs, HTML, JSON and quoted-printable.
   *
   * @param secret The secret; octets are a SASL message that holds one.
   */
  add(secret: string | Uint8Array): void {
    this.#told.push(typeof secret === "string" ? secret : new Uint8Array(secret));
  }

  /** Whether there is anything to hide. */
  #any(): boolean {
    for (const secret of this.#told.splice(0)) this.#make(secret);
    return this.#forms.size > 0;
  }

  #make(secret: string | Uint8Array): void {
    const before = this.#forms.size;
    const bytes = typeof secret === "string" ? encoder.encode(secret) : secret;
    if (bytes.length === 0) return;
    const latin1 = octetText(bytes);
    const isShort = bytes.length <= mostSpelled;
    const texts = new Set([latin1]);
    if (typeof secret === "string") {
      texts.add(secret);
      // Servers normalize what they are told (RFC 8265), and may say it as the name of a mailbox.
      for (const form of ["NFC", "NFD", "NFKC"]) texts.add(secret.normalize(form));
      texts.add(secret.replace(/["\\]/g, "\\$&"));
      if (isShort) texts.add(shifted(secret));
    }
    for (const text of texts) {
      this.#send(text);
      this.#hide(Array.from(text, isTwofold(text) ? escaped : isShort ? spelled : quoted));
    }
    // Two digits would be found in any number.
    if (isShort && bytes.length > 1) {
      this.#hide(Array.from(bytes, (byte, at) => `${at > 0 ? "[ :-]?" : ""}${hexOf(byte)}`));
    }
    // RFC 4648 section 5: two characters are others in URLs.
    const pieces = base64Pieces(latin1);
    if (typeof secret === "string" && isShort) pieces.push(...base64Pieces(utf16(secret)));
    for (const piece of pieces) {
      this.#send(piece);
      this.#hide(Array.from(piece, (each) => each === "+" ? "[+-]" : each === "/" ? "[/_,]" : each));
    }
    if (this.#forms.size > before) this.#pattern = this.#begun = undefined;
  }

  #send(text: string): void {
    const lower = text.toLowerCase();
    this.#sent.add(lower);
    this.#words.add(lower.replace(parting, ""));
  }

  #hide(characters: readonly string[]): void {
    this.#forms.set(characters.join(""), characters);
  }

  /**
   * Text without the secrets. A server may spread one over two lines: the beginning of a secret at the end of a text, and its
   * end at the beginning of one, are masked when they are at least half of it. One that is spread over several words or texts is
   * masked from the word on with which half of it has come, or 16 characters. So half of it is shown at most.
   *
   * @param text The text.
   * @param cut It goes on where it came from: what may be the beginning of a secret goes, too.
   * @param halves Look for pieces; not in what this side says.
   * @param come How much of each secret has come at the end of the texts before; goes on with this one.
   */
  redact(text: string, cut = false, halves = true, come: Progress = new Map()): string {
    if (!this.#any()) return text;
    // The longest first, so that nothing of one is left when another is a part of it. Servers change case.
    this.#pattern ??= new RegExp(
      [...this.#forms].sort(([, a], [, b]) => b.length - a.length).map(([form]) => form).join("|"),
      "gi",
    );
    const whole = text.replace(this.#pattern, mask);
    const redacted = halves ? this.#withoutHalves(this.#withoutWords(whole, come)) : whole;
    if (!cut) return redacted;
    this.#begun ??= new RegExp(`(?:${[...this.#forms.values()].map(beginningOf).join("|")})$`, "i");
    return redacted.replace(this.#begun, "");
  }

  /** Masks the words with which a secret goes on that has begun in words before. */
  #withoutWords(text: string, come: Progress): string {
    const head = beforeWords.exec(text)![0];
    return head + text.slice(head.length).replace(/[^\s"()[\]]+/g, (word) => {
      const lower = word.toLowerCase();
      let masked = 0;
      for (const form of this.#words) {
        const begun = come.get(form) ?? 0;
        const rest = form.slice(begun);
        let now = begun + lower.length;
        if (
          begun > 0 && lower.startsWith(rest) &&
          (rest.length >= surely || !/^[a-z\d]/.test(lower.slice(rest.length)))
        ) {
          if (form.length > shortestHalf) masked = Math.max(masked, rest.length);
          now = 0;
        } else if (begun === 0 || !rest.startsWith(lower)) {
          now = beginningAtEnd(lower, form);
        } else if (now > shortestHalf && now * 2 >= Math.min(form.length, 4 * surely)) {
          masked = word.length;
        }
        come.set(form, now);
      }
      return masked === 0 ? word : mask + word.slice(masked);
    });
  }

  #withoutHalves(text: string): string {
    const lower = text.toLowerCase();
    const start = beforeText.exec(text)?.[0].length ?? 0;
    const end = text.length - (text.endsWith('"') ? 1 : 0);
    // Where one character becomes two in lower case, places would differ.
    for (const form of lower.length === text.length ? this.#sent : []) {
      const half = Math.max(shortestHalf, Math.ceil(form.length / 2));
      // One look at most lines is enough: tokens have thousands of characters.
      if (!lower.includes(form.slice(0, half)) && !lower.includes(form.slice(-half))) continue;
      for (let size = form.length - 1; size >= half; size--) {
        for (const at of [0, start]) {
          if (lower.startsWith(form.slice(-size), at)) {
            return text.slice(0, at) + mask + this.#withoutHalves(text.slice(at + size));
          }
        }
        if (lower.endsWith(form.slice(0, size), end)) {
          return this.#withoutHalves(text.slice(0, end - size)) + mask;
        }
      }
    }
    return text;
  }

  /**
   * The beginning of a text without the secrets, and without the beginning of one at the cut.
   *
   * @param text The text, which may be cut already where it is longer than `most`.
   * @param most How many characters are wanted at most.
   * @param halves Look for pieces, too.
   * @param come See {@linkcode redact}.
   */
  redactHead(text: string, most: number, halves: boolean, come?: Progress): { line: string; whole: boolean } {
    const whole = text.length <= most;
    return { line: this.redact(whole ? text : text.slice(0, most), !whole, halves, come), whole };
  }

  /** The same for a value of a response: every text in it, one after the other. A value without secrets is given back as it is. */
  redactValue<T>(value: T): T {
    return this.#any() ? this.#redactValue(value, 0, new Map()) as T : value;
  }

  #redactValue(value: unknown, depth: number, come: Progress): unknown {
    if (typeof value === "string") return this.redact(value, false, true, come);
    if (typeof value !== "object" || value === null) return value;
    // No rule of the grammar nests the data of a code so deep.
    if (depth > 10) return mask;
    if (value instanceof Raw || value instanceof Uint8Array) {
      const text = value instanceof Raw ? value.toString() : octetText(value);
      const redacted = this.redact(text, false, true, come);
      if (redacted === text) return value;
      const bytes = encoder.encode(redacted);
      return value instanceof Raw ? new Raw(bytes, []) : bytes;
    }
    if (Array.isArray(value)) return value.map((each) => this.#redactValue(each, depth + 1, come));
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    const entries = Object.entries(value).map((
      [name, each],
    ) => [name, this.#redactValue(each, depth + 1, come)]);
    return Object.fromEntries(entries);
  }
}

/**
 * What base64 makes of octets wherever they begin in a longer text: the characters on which nothing has an influence but
 * these octets. At each of the three places it is another text.
 */
function base64Pieces(latin1: string): string[] {
  const pieces = [btoa(latin1)];
  for (const before of [0, 1, 2]) {
    const text = btoa("\0".repeat(before) + latin1 + "\0\0");
    const piece = text.slice(Math.ceil(before * 8 / 6), Math.floor((before + latin1.length) * 8 / 6));
    if (piece.length >= shortestPiece) pieces.push(piece);
  }
  return pieces;
}

/** Text as UTF-16 octets, of which UTF-7 makes base64 (RFC 2152), one character for each. */
function utf16(text: string): string {
  return Array.from({ length: text.length }, (_, at) => {
    const code = text.charCodeAt(at);
    return String.fromCharCode(code >> 8, code & 0xff);
  }).join("");
}

/** Text in modified UTF-7. RFC 3501 5.1.3. */
function shifted(text: string): string {
  return text.replace(
    /&|[^ -~]+/g,
    (run) => `&${run === "&" ? "" : btoa(utf16(run)).replace(/=/g, "").replace(/\//g, ",")}-`,
  );
}

/** How much of the beginning of a secret is at the end of a word: as a word of its own, or so much that it is not by chance. */
function beginningAtEnd(word: string, form: string): number {
  let size = Math.min(word.length, form.length, mostSpelled);
  while (
    size > 0 &&
    !(word.endsWith(form.slice(0, size)) && (size >= surely || !/[a-z\d]$/.test(word.slice(0, -size))))
  ) size--;
  return size;
}

/** One character for each octet. */
function octetText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function isTwofold(text: string): boolean {
  return text.split(/[\0\\%=&]/).length - 1 > mostTwofold;
}

function quoted(character: string): string {
  return `\\\\?${escaped(character)}`;
}

/** The ways to write one character, of which a server may use any; a NUL beside it is UTF-16. */
function spelled(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = hexOf(code);
  const coded = code > 0xff ? `|${escapes(character)}` : `|[%=]${hex}|\\\\(?:x|u00)${hex}`;
  const entity = [`#0*${code}`, `#x0*${hex}`, ...(entities[character] ?? [])].join("|");
  // In another charset, an octet that is not UTF-8.
  const octet = code > 0x7f ? "|[\\udc80-\\udcff\\ufffd]" : "";
  return `\\0?(?:\\\\?${escaped(character)}${coded}${octet}|&(?:${entity});)`;
}

/** As JSON writes characters that are not ASCII, where it does: by UTF-16 units. */
function escapes(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\\\u${hexOf(character.charCodeAt(at)).padStart(4, "0")}`,
  )
    .join("");
}

/** One character after the other, from the first on, as many as there are. */
function beginningOf(characters: readonly string[]): string {
  return characters.slice(0, mostSpelled).reduceRight((rest, each) => `${each}(?:${rest})?`, "");
}

function hexOf(code: number): string {
  return code.toString(16).padStart(2, "0");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
