/** Strings, base64 and text for people. */
import { isUtf8 } from "../../imap/values/utf8.ts";
import { minus, setOf, setOfText, union } from "../model/byte_set.ts";
import { END } from "../model/ir.ts";
import {
  alpha,
  anything,
  astringChar,
  digit,
  nilStart,
  printable,
  quote,
  stringStart,
} from "./byte_classes.ts";
import {
  cased,
  makeText,
  someOctets,
  someString,
  spell,
  spellAtom,
  utf8,
  words,
  writeQuoted,
} from "./samples.ts";
import type { Builtin, Making } from "./builtin.ts";

/** `quoted` of RFC 9051: DQUOTE *QUOTED-CHAR DQUOTE. */
export const quoted: Builtin = {
  type: "string",
  first: quote,
  empty: false,
  read: (c) => c.decode(c.quotedBytes()),
  sample: ({ out, random, options, wanted }) => {
    const [bytes, text] = someString(random, options, wanted);
    writeQuoted(bytes, out, options.quirks ? random : undefined);
    if (!isUtf8(bytes)) out.quirks.add("eight-bit");
    return text;
  },
};

/** `literal` or `literal8`: the octets. */
export const literal: Builtin = {
  type: "bytes",
  first: setOfText("{~"),
  empty: false,
  read: (c) => c.literalBytes(),
  sample: ({ out, random }) => {
    const octets = someOctets(random);
    out.literal(octets, random.chance(0.1));
    return octets;
  },
};

function sampleString({ out, random, options, wanted }: Making): string {
  const [bytes, text] = someString(random, options, wanted);
  spell(bytes, out, random, options.quirks);
  // A literal may hold any octets.
  if (out.bytes[out.bytes.length - 1] === 0x22 && !isUtf8(bytes)) out.quirks.add("eight-bit");
  return text;
}

function sampleBytes({ out, random }: Making): Uint8Array | null {
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
  writeQuoted(octets, out);
  return octets;
}

/** `string` = quoted / literal, as text. */
export const string: Builtin = {
  type: "string",
  first: stringStart,
  empty: false,
  read: (c) => c.stringText(),
  sample: sampleString,
};

/** `nstring` = string / nil, as text. */
export const nstring: Builtin = {
  type: "string?",
  first: union(stringStart, nilStart),
  empty: false,
  read: (c) => c.isNil() ? null : c.stringText(),
  sample: (making) => {
    const { out, random, wanted } = making;
    if (wanted !== undefined || !random.chance(0.3)) return sampleString(making);
    out.text(cased(random, "NIL"));
    return null;
  },
};

/** `nstring` (and literal8) as octets: message data is never decoded unasked. */
export const nbytes: Builtin = {
  type: "bytes?",
  first: union(stringStart, setOfText("~"), nilStart),
  empty: false,
  read: (c) => c.nbytes(),
  sample: sampleBytes,
};

/** SP and `nbytes`, after the brackets of a section; null where another item or the end of the list is instead. */
export const sectionData: Builtin = {
  type: "bytes?",
  first: setOfText(" "),
  empty: false,
  read: (c) => c.sectionData(),
  sample: (making) => {
    making.out.text(" ");
    return sampleBytes(making);
  },
};

/** `astring` = 1*ASTRING-CHAR / string. */
export const astring: Builtin = {
  type: "string",
  first: union(stringStart, astringChar),
  empty: false,
  word: { name: "ASTRING-CHAR", set: astringChar },
  read: (c) => c.next() === 0x7b ? c.stringText() : c.decode(c.astringBytes(astringChar)),
  sample: ({ out, random, options, wanted }) => {
    const [bytes, text] = someString(random, options, wanted);
    spellAtom(bytes, astringChar, out, random);
    if (out.bytes[out.bytes.length - 1] === 0x22 && !isUtf8(bytes)) out.quirks.add("eight-bit");
    return text;
  },
};

/** Text for a person, up to the end of the response. */
export const text: Builtin = {
  type: "string",
  first: minus(anything, setOf(END)),
  empty: true,
  read: (c) => c.humanText(),
  sample: ({ out, random, options }) => {
    const made = makeText(random, printable, 0, undefined);
    const bytes = random.chance(0.1) ? [...made, ...utf8.encode(random.pick(words))] : [...made];
    if (options.quirks && random.chance(0.05)) {
      bytes.push(random.pick([0, 0x0d]), 0x2e);
      out.quirks.add("odd-text");
    }
    out.add(bytes);
    return new TextDecoder().decode(Uint8Array.from(bytes));
  },
};

/** base64 text of SASL and continuation requests, as octets. */
export const base64: Builtin = {
  type: "bytes",
  first: union(alpha, digit, setOfText("+/=")),
  empty: true,
  read: (c) => {
    const text = String.fromCharCode(...c.run(astringChar));
    if (text === "=") return new Uint8Array();
    try {
      return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    } catch {
      return c.fail("base64");
    }
  },
  sample: ({ out, random }) => {
    const octets = someOctets(random);
    out.text(octets.length === 0 ? "=" : btoa(String.fromCharCode(...octets)));
    return octets;
  },
};
