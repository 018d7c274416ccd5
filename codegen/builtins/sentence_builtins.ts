/** Random values of the hand-written primitives: octets, and what a decoder must make of them. Used by tests only. */
import { DateTime, formatSearchDate } from "../../imap/values/date_time.ts";
import { normalizeFetchItem, normalizeSection } from "../../imap/values/fetch_item.ts";
import { decodeMailboxName, encodeMailboxName } from "../../imap/values/mailbox_name.ts";
import { SequenceSet } from "../../imap/values/sequence_set.ts";
import { isUtf8 } from "../../imap/values/utf8.ts";
import { astringChar, atomChar, listChar } from "./builtin_sets.ts";
import type { BuiltinName, ByteSet } from "../model/ir.ts";
import type { Random } from "../check/random.ts";
import type { Output, SentenceOptions } from "../check/sentence_output.ts";

const utf8 = new TextEncoder();
const words = [
  "",
  "a",
  "TEXT",
  "hello world",
  'say "hi"',
  "back\\slash",
  "NIL",
  "[x]",
  "INBOX",
  "ü",
  "日本語",
  "😀",
  "{5}",
];

/** A run of bytes of a set, at least `min`; now and then one of the wanted texts, in any case. */
export function makeText(
  random: Random,
  set: ByteSet,
  min: number,
  wanted: string[] | undefined,
): Uint8Array {
  if (wanted !== undefined) return utf8.encode(cased(random, random.pick(wanted)));
  const { members, plain, letters } = choicesOf(set);
  const from = random.chance(0.6) && letters.length > 0 ? letters : plain.length > 0 ? plain : members;
  const length = Math.max(min, random.below(random.chance(0.1) ? 40 : 9));
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) out[i] = random.pick(random.chance(0.03) ? members : from);
  return out;
}

const choices = new WeakMap<ByteSet, { members: number[]; plain: number[]; letters: number[] }>();

/** The bytes of a set, those of them that can be typed, and the letters and digits. */
function choicesOf(set: ByteSet): { members: number[]; plain: number[]; letters: number[] } {
  const known = choices.get(set);
  if (known !== undefined) return known;
  const members = set.flatMap((has, byte) => has && byte < 256 ? [byte] : []);
  const plain = members.filter((byte) => byte >= 0x20 && byte < 0x7f);
  const letters = members.filter((byte) => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a));
  const made = { members, plain, letters };
  choices.set(set, made);
  return made;
}

function cased(random: Random, text: string): string {
  const way = random.below(3);
  return way === 0 ? text : way === 1 ? text.toLowerCase() : text.toUpperCase();
}

/** Octets of a string, and the text they are read as; without NUL, which no string may hold. */
function someString(
  random: Random,
  options: SentenceOptions,
  wanted?: string[],
): [Uint8Array, string] {
  if (wanted !== undefined) {
    const text = cased(random, random.pick(wanted));
    return [utf8.encode(text), text];
  }
  if (options.quirks && random.chance(0.03)) {
    const text = `caf\u00e9 ${String.fromCharCode(0xa0 + random.below(0x60))}`;
    return [Uint8Array.from(text, (char) => char.charCodeAt(0)), text];
  }
  let text = "";
  for (let n = random.below(4); n > 0; n--) {
    text += random.chance(0.4) ? random.pick(words) : String.fromCharCode(0x20 + random.below(0x5f));
  }
  return [utf8.encode(text), text];
}

/** `loose`: now and then a quote inside goes without its backslash, where nothing can be mistaken for the end. */
function quoted(bytes: Iterable<number>, out: Output, loose?: Random): void {
  const all = [...bytes];
  out.text('"');
  for (const [at, byte] of all.entries()) {
    const next = all[at + 1];
    const safe = next !== undefined && next !== 0x22 && !" ()]>}".includes(String.fromCharCode(next));
    if (byte === 0x22 && safe && loose?.chance(0.5)) {
      out.quirks.add("unescaped-quote");
    } else if (byte === 0x22 || byte === 0x5c) out.text("\\");
    out.add([byte]);
  }
  out.text('"');
}

/** A string in quotes or, where it may be one, as a literal. */
function spell(bytes: Uint8Array, out: Output, random: Random, loose = false): void {
  const awkward = bytes.some((byte) => byte === 0x0d || byte === 0x0a);
  if (awkward || random.chance(0.15)) out.literal(bytes);
  else quoted(bytes, out, loose ? random : undefined);
}

/** The same, and as an atom where every byte allows that. */
function spellAtom(bytes: Uint8Array, set: ByteSet, out: Output, random: Random): void {
  const atom = bytes.length > 0 && bytes.every((byte) => set[byte]);
  if (atom && random.chance(0.7)) out.add(bytes);
  else spell(bytes, out, random);
}

function mailbox(out: Output, random: Random, options: SentenceOptions, set: ByteSet): string {
  const names = [
    "INBOX",
    "inbox",
    "Sent Items",
    "Entwürfe",
    "日本/語",
    "a&b",
    "x",
    "Archive/2026",
    '"',
    "caf\udce9",
    "~",
  ];
  let name = random.pick(names);
  if (random.chance(0.4)) name += String.fromCharCode(0x21 + random.below(0x5e));
  if (set[0x2a] && random.chance(0.5)) name += random.pick(["*", "%"]);
  const bytes = encodeMailboxName(name, options.utf8);
  spellAtom(bytes, set, out, random);
  return decodeMailboxName(bytes, options.utf8);
}

/** A flag, or a deviation that is read as one. */
function makeFlag(out: Output, random: Random, options: SentenceOptions, permanent: boolean): string {
  const names = ["Seen", "deleted", "$Forwarded", "NonJunk", "x", "[test"];
  if (random.chance(0.1) && (permanent || options.quirks)) {
    out.text("\\*");
    if (!permanent) out.quirks.add("star-flag");
    return "\\*";
  }
  let flag = (random.chance(0.5) ? "\\" : "") + random.pick(names);
  if (options.quirks && random.chance(0.1)) {
    flag += random.pick(["]", "*", "]b"]);
    out.quirks.add("odd-flag");
  }
  if (options.quirks && random.chance(0.05)) {
    out.text(random.chance(0.5) ? `"${flag}"` : `"${flag.replace("\\", "\\\\")}"`);
    out.quirks.delete("odd-flag");
    out.quirks.add("quoted-flag");
  } else out.text(flag);
  return flag;
}

function setText(random: Random): string {
  if (random.chance(0.05)) return "$";
  const number = () =>
    random.chance(0.1) ? "*" : String(1 + random.below(random.chance(0.1) ? 4294967295 : 300));
  const range = () => random.chance(0.4) ? `${number()}:${number()}` : number();
  return Array.from({ length: 1 + random.below(4) }, range).join(",");
}

function sectionText(random: Random): string {
  const part = Array.from({ length: random.below(3) }, () => 1 + random.below(9)).join(".");
  const names = () =>
    Array.from({ length: 1 + random.below(3) }, () => random.pick(["Subject", "FROM", '"X Y"', "x-z]"]));
  const word = random.below(6);
  const inner = word === 0
    ? "HEADER"
    : word === 1
    ? "TEXT"
    : word === 2
    ? `HEADER.FIELDS (${names().join(" ")})`
    : word === 3
    ? `HEADER.FIELDS.NOT (${names().join(" ")})`
    : word === 4 && part !== ""
    ? "MIME"
    : "";
  return inner === "" ? part : part === "" ? inner : `${part}.${inner}`;
}

function someOctets(random: Random): Uint8Array {
  const octets = new Uint8Array(random.below(random.chance(0.1) ? 300 : 12));
  for (let i = 0; i < octets.length; i++) {
    octets[i] = random.chance(0.3) ? random.pick([0x0d, 0x0a, 0x29, 0x22]) : random.below(256);
  }
  return octets;
}

/** A balanced value: an atom, a string, or a list of such, nested by a counter. */
function balanced(out: Output, random: Random, noWord = false): void {
  const value = () => {
    const kind = random.below(6);
    if (kind === 0) out.literal(someOctets(random), random.chance(0.3));
    else if (kind === 1) quoted(makeText(random, printable, 0, undefined), out);
    else out.add(makeText(random, atomChar, 1, undefined));
  };
  if (!noWord && random.chance(0.5)) return value();
  let open = 0;
  let first = true;
  // an even walk up and down comes back after any time at all, so after a while it only goes down
  let left = random.chance(0.02) ? 300 : 30;
  do {
    const step = open === 0 ? 0 : left-- > 0 ? random.below(4) : 3;
    if (step !== 3 && !first) out.text(" ");
    if (step === 0) out.text("(");
    else if (step === 3) out.text(")");
    else value();
    open += step === 0 ? 1 : step === 3 ? -1 : 0;
    first = step === 0;
  } while (open > 0);
}

const againstElement: ByteSet = Array.from(
  { length: 257 },
  (_, byte) => byte < 256 && byte !== 0x20 && byte !== 0x28 && byte !== 0x29,
);

const printable: ByteSet = Array.from({ length: 257 }, (_, byte) => byte >= 0x20 && byte < 0x7f);

/** Writes one value of a primitive and gives what it must be read as. */
export function makeBuiltin(
  name: BuiltinName,
  out: Output,
  random: Random,
  options: SentenceOptions,
  wanted: string[] | undefined,
): unknown {
  switch (name) {
    case "quoted": {
      const [bytes, text] = someString(random, options, wanted);
      quoted(bytes, out, options.quirks ? random : undefined);
      if (!isUtf8(bytes)) out.quirks.add("eight-bit");
      return text;
    }
    case "literal": {
      const octets = someOctets(random);
      out.literal(octets, random.chance(0.1));
      return octets;
    }
    case "nstring":
      if (wanted === undefined && random.chance(0.3)) {
        out.text(cased(random, "NIL"));
        return null;
      }
      return makeBuiltin("string", out, random, options, wanted);
    case "string": {
      const [bytes, text] = someString(random, options, wanted);
      spell(bytes, out, random, options.quirks);
      // A literal may hold any octets.
      if (out.bytes[out.bytes.length - 1] === 0x22 && !isUtf8(bytes)) out.quirks.add("eight-bit");
      return text;
    }
    case "nbytes": {
      if (random.chance(0.2)) {
        out.text(cased(random, "NIL"));
        return null;
      }
      if (random.chance(0.5)) {
        const octets = someOctets(random);
        out.literal(octets, random.chance(0.3));
        return octets;
      }
      const octets = makeText(random, printable, 0, undefined);
      quoted(octets, out);
      return octets;
    }
    case "sectionData":
      out.text(" ");
      return makeBuiltin("nbytes", out, random, options, wanted);
    case "astring": {
      const [bytes, text] = someString(random, options, wanted);
      spellAtom(bytes, astringChar, out, random);
      if (out.bytes[out.bytes.length - 1] === 0x22 && !isUtf8(bytes)) out.quirks.add("eight-bit");
      return text;
    }
    case "mailbox":
      return mailbox(out, random, options, astringChar);
    case "delimiter": {
      const delimiter = random.pick([null, "/", ".", "\\"]);
      if (delimiter === null) out.text(options.quirks && random.chance(0.2) ? '""' : cased(random, "NIL"));
      else if (options.quirks && random.chance(0.1) && delimiter !== "\\") {
        out.text(delimiter);
        out.quirks.add("unquoted-delimiter");
      } else quoted(utf8.encode(delimiter), out);
      if (delimiter === null && out.bytes[out.bytes.length - 1] === 0x22) out.quirks.add("empty-delimiter");
      return delimiter;
    }
    case "listMailbox":
      return mailbox(out, random, options, listChar);
    case "listedMailbox":
      return mailbox(out, random, options, astringChar);
    case "flag":
      return makeFlag(out, random, options, false);
    case "permanentFlag":
      return makeFlag(out, random, options, true);
    case "sequenceSet": {
      const text = setText(random);
      out.text(text);
      return SequenceSet.parse(text);
    }
    case "section": {
      const text = sectionText(random);
      out.text(
        random.chance(0.3) ? text.replace(/HEADER|TEXT|MIME|FIELDS/g, (word) => word.toLowerCase()) : text,
      );
      return normalizeSection(text);
    }
    case "dateTime": {
      const texts = [
        "17-Jul-1996 02:44:25 -0700",
        " 1-Feb-1994 21:52:25 +0000",
        "00-Jan-0000 00:00:00 +0000",
        "nonsense",
      ];
      const text = random.pick(options.quirks ? texts : texts.slice(0, 2));
      if (texts.indexOf(text) > 1) out.quirks.add("odd-date-time");
      quoted(utf8.encode(text), out);
      return new DateTime(text);
    }
    case "date": {
      const day = new Date(random.below(4e12)).toISOString().slice(0, 10);
      const text = cased(random, formatSearchDate(day));
      out.text(random.chance(0.3) ? `"${text}"` : text);
      return day;
    }
    case "fetchItem": {
      const items = [
        "UID",
        "FLAGS",
        "BODY",
        `BODY[${sectionText(random)}]`,
        "BINARY.SIZE[1.2]",
        "BODY.PEEK[]<0.100>",
      ];
      const item = random.pick(items);
      out.text(random.chance(0.3) ? item.replace(/^[A-Z.]+/, (word) => word.toLowerCase()) : item);
      return normalizeFetchItem(item);
    }
    case "text": {
      const made = makeText(random, printable, 0, undefined);
      const bytes = random.chance(0.1) ? [...made, ...utf8.encode(random.pick(words))] : [...made];
      if (options.quirks && random.chance(0.05)) {
        bytes.push(random.pick([0, 0x0d]), 0x2e);
        out.quirks.add("odd-text");
      }
      out.add(bytes);
      return new TextDecoder().decode(Uint8Array.from(bytes));
    }
    case "itemValue":
    case "looseValue": {
      out.text(" ");
      const start = out.bytes.length;
      const literal = out.literals.length;
      // A word might be taken for the next item's name.
      if (random.chance(0.3)) out.text(String(random.below(100)));
      else if (random.chance(0.2)) out.text("NIL");
      else balanced(out, random, true);
      return { bytes: Uint8Array.from(out.bytes.slice(start)), literals: out.literals.slice(literal) };
    }
    case "element":
    case "piece":
    case "sublist": {
      const start = out.bytes.length;
      const literal = out.literals.length;
      out.text(name === "sublist" || random.chance(0.5) ? "(?" : "?(");
      if (random.chance(0.3)) out.literal(someOctets(random));
      out.text(" x)");
      // What stands against it would belong to it; where it may end, the list decides.
      out.omit({ by: "byte", sets: [againstElement] });
      return { bytes: Uint8Array.from(out.bytes.slice(start)), literals: out.literals.slice(literal) };
    }
    case "remainder":
    case "readableSet":
      throw new Error(`${name} is for damage that no sentence has`);
    case "generic":
    case "rest": {
      const start = out.bytes.length;
      const literal = out.literals.length;
      if (name === "generic" || random.chance(0.7)) balanced(out, random);
      if (name === "rest" && random.chance(0.5)) out.text(" x");
      return { bytes: Uint8Array.from(out.bytes.slice(start)), literals: out.literals.slice(literal) };
    }
    case "base64": {
      const octets = someOctets(random);
      out.text(octets.length === 0 ? "=" : btoa(String.fromCharCode(...octets)));
      return octets;
    }
  }
}
