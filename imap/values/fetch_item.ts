/**
 * What FETCH can be asked for, as text that completes while it is typed, and the check that nothing else is sent.
 */

import { kindOf } from "../base/option_names.ts";

/** Text between the brackets of `BODY[...]`. RFC 9051 section 9 `section-spec`. */
export type SectionText =
  | ""
  | "HEADER"
  | "TEXT"
  | `HEADER.FIELDS (${string})`
  | `HEADER.FIELDS.NOT (${string})`
  | `${number}`
  | `${number}${string}`;

/** A part of the octets: the first octet, counted from 0, and how many. RFC 9051 section 9 `partial`. */
export type PartialText = "" | `<${number}.${number}>`;

/**
 * One thing that FETCH can be asked for.
 *
 * `BODY[...]` marks the message as seen, `BODY.PEEK[...]` does not. Words are compared without regard to case when they are sent,
 * but typed here in the RFC's spelling.
 *
 * `ALL`, `FAST` and `FULL` are sent as the items that they mean. `BODYPARTSTRUCTURE` and `AVAILABLECONVERSIONS` are for CONVERT.
 *
 * RFC 9051 6.4.5; RFC 3501 (`RFC822...`), RFC 5257 (`ANNOTATION`), RFC 5259 (CONVERT), RFC 7162 (`MODSEQ`), RFC 8474 (`EMAILID`, `THREADID`), RFC 8514 (`SAVEDATE`),
 * RFC 8970 (`PREVIEW`), Gmail (`X-GM-...`).
 */
export type FetchItem =
  | FetchMacro
  | "UID"
  | "FLAGS"
  | "INTERNALDATE"
  | "RFC822.SIZE"
  | "ENVELOPE"
  | "BODYSTRUCTURE"
  | "BODY"
  | "RFC822"
  | "RFC822.HEADER"
  | "RFC822.TEXT"
  | "MODSEQ"
  | "EMAILID"
  | "THREADID"
  | "SAVEDATE"
  | "PREVIEW"
  | "PREVIEW (LAZY)"
  | "PREVIEW (FUZZY)"
  | "X-GM-MSGID"
  | "X-GM-THRID"
  | "X-GM-LABELS"
  | `${"BODY" | "BODY.PEEK"}[${SectionText}]${PartialText}`
  | `${"BODY" | "BODY.PEEK" | "BINARY" | "BINARY.PEEK"}[${string}]${PartialText}`
  | `${"BINARY.SIZE" | "BODYPARTSTRUCTURE" | "AVAILABLECONVERSIONS"}[${string}]`
  | `ANNOTATION (${string})`;

/** Names for several items. RFC 9051 6.4.5. */
export type FetchMacro = "ALL" | "FAST" | "FULL";

const words: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ ("UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY RFC822 RFC822.HEADER RFC822.TEXT MODSEQ EMAILID " +
    "THREADID SAVEDATE PREVIEW X-GM-MSGID X-GM-THRID X-GM-LABELS").split(" "),
);

/** Items with a section that is any part of a message. */
const body = /^BODY(\.PEEK)?$/;
/** Items with a section after which a range may be named. */
const ranged = /^(BODY|BINARY)(\.PEEK)?$/;
/** Items with a section that is a part number alone, without a range. */
const parts = /^(BINARY\.SIZE|BODYPARTSTRUCTURE|AVAILABLECONVERSIONS)$/;

/** A fetch item is a line of a person's making; anything longer is a mistake (or an attack on the server). */
const maxLength = 10_000;

/**
 * Checks a fetch item and gives it the spelling in which it is sent: words in upper case, header field names as they were
 * written, numbers without leading zeros.
 *
 * RFC 9051 section 9 `fetch-att`, `section`, `partial`.
 *
 * @param item such as `"UID"`, `"body.peek[1.2.header]"`, `"BODY[HEADER.FIELDS (Subject \"X Y\")]<0.1000>"`
 * @returns the item as it is sent
 * @throws {RangeError} when IMAP does not know the item; the message says what was wrong
 *
 * @example
 * ```ts
 * import { normalizeFetchItem } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(normalizeFetchItem("body.peek[header.fields (Subject)]<0.100>"), "BODY.PEEK[HEADER.FIELDS (Subject)]<0.100>");
 * ```
 */
export function normalizeFetchItem(item: string): FetchItem {
  if (typeof item !== "string") throw new TypeError(`a fetch item must be text, not ${kindOf(item)}`);
  if (item.length > maxLength) throw new RangeError(`a fetch item of ${item.length} characters`);
  const scan = new Scan(item);
  const result = readFetchItem(scan) as FetchItem;
  if (scan.at !== item.length) scan.fail("nothing more");
  return result;
}

const fast: readonly FetchItem[] = ["FLAGS", "INTERNALDATE", "RFC822.SIZE"];
/** What macros mean (RFC 9051 6.4.5). */
const macros: ReadonlyMap<string, readonly FetchItem[]> = /* @__PURE__ */ new Map([
  ["FAST", fast],
  ["ALL", [...fast, "ENVELOPE"]],
  ["FULL", [...fast, "ENVELOPE", "BODY"]],
]);

/** Items with those in the place of macros that these mean: a macro must be given alone, and what it means need not. */
export function withoutMacros(items: readonly FetchItem[]): readonly FetchItem[] {
  return items.flatMap((item) => macros.get(item.toUpperCase()) ?? [item]);
}

/**
 * Reads the fetch item that begins somewhere in a text: what a server does with a list of them. The macros ALL, FAST and
 * FULL come out as they are.
 *
 * @param text a command line, or a piece of it
 * @param start where the item begins
 * @returns the item in the spelling of {@linkcode normalizeFetchItem}, and where it ends
 * @throws {RangeError} when there is no fetch item
 */
export function fetchItemAt(text: string, start: number): { item: FetchItem; end: number } {
  const scan = new Scan(text, start);
  const word = scan.word();
  if (macros.has(word) && scan.peek() !== "[") return { item: word as FetchItem, end: scan.at };
  scan.at = start;
  const item = readFetchItem(scan) as FetchItem;
  if (scan.at - start > maxLength) throw new RangeError(`a fetch item of ${scan.at - start} characters`);
  return { item, end: scan.at };
}

/**
 * Gives the text between the brackets of `BODY[...]` in one spelling: words in upper case, numbers without leading
 * zeros, header field names as they are.
 *
 * @param text such as `1.2.header.fields (Subject)`, or empty
 * @returns the normalised text
 * @throws {RangeError} when it is not a section
 *
 * RFC 9051 section 9 `section-spec`.
 */
export function normalizeSection(text: string): string {
  const scan = new Scan(text);
  const result = readSection(scan);
  if (scan.at !== text.length) scan.fail("nothing more");
  return result;
}

/**
 * A key under which equal sections are equal text. Servers echo header field names in upper case (Dovecot), as asked
 * (Cyrus) or quoted (Courier), so the text itself does not tell.
 *
 * @param text text between the brackets, as asked for or as answered
 * @returns the key; the text itself in upper case when it is not a section
 */
export function sectionKey(text: string): string {
  const scan = new Scan(text);
  try {
    return readSection(scan, true);
  } catch {
    return text.toUpperCase();
  }
}

/** Reads one fetch item at the scan's position; what follows is left to the caller. */
function readFetchItem(scan: Scan): string {
  const word = scan.word();
  if (scan.peek() !== "[") {
    if (word === "ANNOTATION") {
      scan.expect(" (");
      const entries = readNames(scan);
      scan.expect(" ");
      const item = `${word} (${entries} ${readNames(scan)})`;
      scan.expect(")");
      return item;
    }
    if (!words.has(word)) scan.fail("an item that FETCH knows", 0);
    if (word === "PREVIEW" && scan.take(" (")) {
      const modifier = scan.word();
      if (modifier !== "LAZY" && modifier !== "FUZZY") scan.fail("LAZY");
      scan.expect(")");
      return `PREVIEW (${modifier})`;
    }
    return word;
  }
  const isRanged = ranged.test(word);
  if (!isRanged && !parts.test(word)) {
    scan.fail("BODY, BODY.PEEK, BINARY, BINARY.PEEK or BINARY.SIZE before [", 0);
  }
  scan.expect("[");
  const section = body.test(word) ? readSection(scan) : readPart(scan);
  if (section.endsWith(".")) scan.fail("a part number");
  scan.expect("]");
  return `${word}[${section}]${isRanged && scan.peek() === "<" ? readPartial(scan) : ""}`;
}

/** Part numbers, with the dot after them when a word follows. */
function readPart(scan: Scan): string {
  let part = "";
  while (scan.peek() >= "0" && scan.peek() <= "9") {
    part += scan.number(1, 4294967295);
    if (!scan.take(".")) return part;
    part += ".";
  }
  return part;
}

function readSection(scan: Scan, key = false): string {
  const part = readPart(scan);
  const inPart = part.endsWith(".");
  if (part !== "" && !inPart) return part;
  if (scan.peek() === "]" || scan.peek() === "") {
    return inPart ? scan.fail("a word after the part number") : "";
  }
  const at = scan.at;
  const word = scan.word();
  if (word === "HEADER" || word === "TEXT" || (word === "MIME" && inPart)) return part + word;
  if (word !== "HEADER.FIELDS" && word !== "HEADER.FIELDS.NOT") {
    return scan.fail(`HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, ${inPart ? "MIME or " : ""}TEXT`, at);
  }
  scan.expect(" (");
  const names = readList(scan, key);
  if (key) names.sort();
  return `${part}${word} (${names.join(" ")})`;
}

function readList(scan: Scan, key = false): string[] {
  const names: string[] = [];
  do names.push(readFieldName(scan, key)); while (scan.take(" "));
  scan.expect(")");
  return names;
}

/** One name, or several in parentheses. RFC 5257 4.2. */
function readNames(scan: Scan): string {
  return scan.take("(") ? `(${readList(scan).join(" ")})` : readFieldName(scan);
}

/** `header-fld-name = astring`, but not as a literal: those are for the writer, not for a text. */
function readFieldName(scan: Scan, key = false): string {
  const quoted = scan.match(/"(?:[ !#-[\]-~]|\\["\\])*/y);
  if (quoted === "") {
    const name = scan.match(/[!#$&'+-[\]-z|-~]*/y);
    if (name === "") scan.fail("a header field name");
    return key ? name.toUpperCase() : name;
  }
  if (scan.take("\\")) scan.fail('" or \\');
  if (!scan.take('"')) scan.fail("a printable character");
  return key ? quoted.slice(1).replace(/\\(.)/g, "$1").toUpperCase() : `${quoted}"`;
}

function readPartial(scan: Scan): string {
  scan.expect("<");
  const from = scan.number(0, Number.MAX_SAFE_INTEGER);
  scan.expect(".");
  const count = scan.number(1, Number.MAX_SAFE_INTEGER);
  scan.expect(">");
  return `<${from}.${count}>`;
}

/** A position in a text. */
class Scan {
  at: number;
  readonly text: string;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  /** The next character, or nothing at the end. */
  peek(): string {
    return this.text.charAt(this.at);
  }

  /** What a pattern, which is sticky, finds here. */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ""] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }

  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  expect(expected: string): void {
    if (!this.take(expected)) this.fail(JSON.stringify(expected));
  }

  /** A word of letters, digits, dots and dashes, in upper case. */
  word(): string {
    return this.match(/[A-Z\d.-]*/iy).toUpperCase();
  }

  number(min: number, max: number): number {
    const start = this.at;
    const digits = this.match(/\d*/y);
    const value = Number(digits);
    if (value > max) this.fail(`a number up to ${max}`, start);
    if (digits === "" || value < min) this.fail(`a number from ${min}`, start);
    return value;
  }

  fail(expected: string, at: number = this.at): never {
    const shown = this.text.length > 60 ? `${this.text.slice(0, 60)}...` : this.text;
    throw new RangeError(
      `not a fetch item: ${JSON.stringify(shown)}: expected ${expected} at character ${at + 1}`,
    );
  }
}
