/**
 * Look-ahead as the passes compute it: the first byte, and where that is a SP the byte after it. IMAP needs
 * one byte of look-ahead once SP is transparent, so this pair is all that is ever needed besides whole words.
 */
import { emptySet, intersection, isEmpty, sameSet, union } from "./byte_set.ts";
import type { ByteSet } from "./ir.ts";

const SP = 0x20;

export interface Look {
  /** First bytes other than SP. */
  direct: ByteSet;
  /** Bytes after a leading SP. */
  spaced: ByteSet;
  /** A leading SP after which this expression ends: what follows decides. */
  space: boolean;
  /** The expression may match nothing. */
  empty: boolean;
}

export function nothing(): Look {
  return { direct: emptySet(), spaced: emptySet(), space: false, empty: false };
}

export function emptyLook(): Look {
  return { ...nothing(), empty: true };
}

/** One byte of a set. */
export function oneOf(set: ByteSet): Look {
  const direct = [...set];
  direct[SP] = false;
  return { direct, spaced: emptySet(), space: set[SP] === true, empty: false };
}

/** A run of bytes of one set. */
export function runOf(set: ByteSet, min: number): Look {
  const look = oneOf(set);
  if (set[SP]) {
    look.spaced = [...set];
    look.space = min < 2;
  }
  look.empty = min === 0;
  return look;
}

export function either(...looks: Look[]): Look {
  return {
    direct: union(...looks.map((look) => look.direct)),
    spaced: union(...looks.map((look) => look.spaced)),
    space: looks.some((look) => look.space),
    empty: looks.some((look) => look.empty),
  };
}

/** `left` and then `right`. */
export function then(left: Look, right: Look): Look {
  const result: Look = {
    direct: [...left.direct],
    spaced: [...left.spaced],
    space: false,
    empty: left.empty && right.empty,
  };
  if (left.space) {
    result.spaced = union(result.spaced, heads(right));
    result.space = right.empty;
  }
  if (!left.empty) return result;
  result.direct = union(result.direct, right.direct);
  result.spaced = union(result.spaced, right.spaced);
  result.space ||= right.space;
  return result;
}

/** `look`, if its first byte is in `set`. */
export function filter(look: Look, set: ByteSet): Look {
  const result: Look = {
    direct: intersection(look.direct, set),
    spaced: set[SP] ? look.spaced : emptySet(),
    space: set[SP] === true && look.space,
    empty: false,
  };
  // An expression that consumes nothing after a test: whatever the test lets through comes next.
  return look.empty ? either(result, oneOf(set)) : result;
}

/** All first bytes, SP included. */
export function heads(look: Look): ByteSet {
  const set = [...look.direct];
  set[SP] = look.space || !isEmpty(look.spaced);
  return set;
}

export function sameLook(left: Look, right: Look): boolean {
  return left.space === right.space && left.empty === right.empty &&
    sameSet(left.direct, right.direct) && sameSet(left.spaced, right.spaced);
}
