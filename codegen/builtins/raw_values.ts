/** What is kept as it came: values that no rule describes, and what is left of damaged ones. */
import type { Random } from "../check/random.ts";
import type { Output } from "../check/sentence_output.ts";
import { emptySet, minus, rangeSet, setOfText } from "../model/byte_set.ts";
import type { ByteSet } from "../model/ir.ts";
import { alpha, anything, atomChar, printable } from "./byte_classes.ts";
import { makeText, someOctets, writeQuoted } from "./samples.ts";
import type { Builtin, Making } from "./builtin.ts";

const againstElement: ByteSet = minus(rangeSet(0, 0xff), setOfText(" ()"));

/** A balanced value: an atom, a string, or a list of such, nested by a counter. */
function balanced(out: Output, random: Random, noWord = false): void {
  const value = () => {
    const kind = random.below(6);
    if (kind === 0) out.literal(someOctets(random), random.chance(0.3));
    else if (kind === 1) writeQuoted(makeText(random, printable, 0, undefined), out);
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

/** What is written meanwhile, unchanged. */
function kept(out: Output, write: () => void): unknown {
  const start = out.bytes.length;
  const literal = out.literals.length;
  write();
  return { bytes: Uint8Array.from(out.bytes.slice(start)), literals: out.literals.slice(literal) };
}

function sampleValue({ out, random }: Making): unknown {
  out.text(" ");
  return kept(out, () => {
    // A word might be taken for the next item's name.
    if (random.chance(0.3)) out.text(String(random.below(100)));
    else if (random.chance(0.2)) out.text("NIL");
    else balanced(out, random, true);
  });
}

function sampleElement({ out, random }: Making, isList = random.chance(0.5)): unknown {
  return kept(out, () => {
    out.text(isList ? "(?" : "?(");
    if (random.chance(0.3)) out.literal(someOctets(random));
    out.text(" x)");
    // What follows it directly would belong to it; where it may end, the list decides.
    out.omit({ by: "byte", sets: [againstElement] });
  });
}

/** Any balanced value: atom, string, literal or list, kept raw; iterative, so without a depth limit. */
export const generic: Builtin = {
  type: "Raw",
  first: minus(anything, setOfText(") \r\n")),
  empty: false,
  read: (c) => c.raw(),
  sample: ({ out, random }) => kept(out, () => balanced(out, random)),
};

/** Everything up to the end of the response, kept raw. */
export const rest: Builtin = {
  type: "Raw",
  first: anything,
  empty: true,
  read: (c) => c.rest(),
  sample: ({ out, random }) =>
    kept(out, () => {
      if (random.chance(0.7)) balanced(out, random);
      if (random.chance(0.5)) out.text(" x");
    }),
};

/** The value after an item's name, its SP included, in a list in parentheses: what is left of it, if anything. */
export const itemValue: Builtin = {
  type: "Raw",
  first: minus(anything, alpha),
  empty: true,
  read: (c) => c.itemValue(true),
  sample: sampleValue,
};

/** The same, where no parentheses enclose the list. */
export const looseValue: Builtin = {
  type: "Raw",
  first: minus(anything, alpha),
  empty: true,
  writtenAs: "itemValue",
  read: (c) => c.itemValue(false),
  sample: sampleValue,
};

/** A damaged element of a list in parentheses, up to the next SP. */
export const element: Builtin = {
  type: "Raw",
  first: minus(anything, setOfText(" )")),
  empty: false,
  writtenAs: "generic",
  read: (c) => c.element(true, false, false),
  sample: (making) => sampleElement(making),
};

/** The same, where no parentheses enclose the list. */
export const piece: Builtin = {
  type: "Raw",
  first: minus(anything, setOfText(" ")),
  empty: false,
  writtenAs: "generic",
  read: (c) => c.element(false, false, false),
  sample: (making) => sampleElement(making),
};

/** A damaged list among lists that follow each other directly. */
export const sublist: Builtin = {
  type: "Raw",
  first: minus(anything, setOfText(" ")),
  empty: false,
  writtenAs: "generic",
  read: (c) => c.element(false, true, false),
  sample: (making) => sampleElement(making, true),
};

/** What is left of a list in parentheses, its end included. */
export const remainder: Builtin = {
  type: "Raw",
  first: emptySet(),
  empty: false,
  read: (c) => c.rest(),
};

/** The readable elements of a damaged sequence set; reads nothing. */
export const readableSet: Builtin = {
  type: "SequenceSet",
  first: minus(anything, setOfText(" ")),
  empty: false,
  read: (c) => c.readableSet(),
};
