/** Random octets and texts, and the ways to write them. Used by tests only. */
import type { Random } from "../check/random.ts";
import type { Output, SentenceOptions } from "../check/sentence_output.ts";
import type { ByteSet } from "../model/ir.ts";

export const utf8 = new TextEncoder();
export const words = [
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
export function choicesOf(set: ByteSet): { members: number[]; plain: number[]; letters: number[] } {
  const known = choices.get(set);
  if (known !== undefined) return known;
  const members = set.flatMap((has, byte) => has && byte < 256 ? [byte] : []);
  const plain = members.filter((byte) => byte >= 0x20 && byte < 0x7f);
  const letters = members.filter((byte) => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a));
  const made = { members, plain, letters };
  choices.set(set, made);
  return made;
}

export function cased(random: Random, text: string): string {
  const way = random.below(3);
  return way === 0 ? text : way === 1 ? text.toLowerCase() : text.toUpperCase();
}

/** Octets of a string, and the text they are read as; without NUL, which no string may hold. */
export function someString(
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
export function writeQuoted(bytes: Iterable<number>, out: Output, loose?: Random): void {
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
export function spell(bytes: Uint8Array, out: Output, random: Random, loose = false): void {
  const awkward = bytes.some((byte) => byte === 0x0d || byte === 0x0a);
  if (awkward || random.chance(0.15)) out.literal(bytes);
  else writeQuoted(bytes, out, loose ? random : undefined);
}

/** The same, and as an atom where every byte allows that. */
export function spellAtom(bytes: Uint8Array, set: ByteSet, out: Output, random: Random): void {
  const atom = bytes.length > 0 && bytes.every((byte) => set[byte]);
  if (atom && random.chance(0.7)) out.add(bytes);
  else spell(bytes, out, random);
}

export function someOctets(random: Random): Uint8Array {
  const octets = new Uint8Array(random.below(random.chance(0.1) ? 300 : 12));
  for (let i = 0; i < octets.length; i++) {
    octets[i] = random.chance(0.3) ? random.pick([0x0d, 0x0a, 0x29, 0x22]) : random.below(256);
  }
  return octets;
}
