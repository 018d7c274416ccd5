/** Numbers as bits, few bits for small ones: Rice codes (Golomb 1966, Rice 1979). */

/** Ones before a number that is written in full: one that is far larger than the others must not cost its size in bits. */
const escape = 24;

/** Writes numbers of 0 to 2^32-1. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;
  #count = 0;

  /** Writes the lowest bits of a number, highest first; at most 32. */
  write(value: number, bits: number): void {
    for (let i = bits - 1; i >= 0; i--) {
      this.#bits = this.#bits << 1 | (value >>> i & 1);
      if (++this.#count < 8) continue;
      this.#bytes.push(this.#bits);
      this.#bits = this.#count = 0;
    }
  }

  /** Writes a number whose usual size is about `2 ** k`. */
  rice(value: number, k: number): void {
    const high = Math.floor(value / 2 ** k);
    if (high < escape) {
      for (let i = 0; i < high; i++) this.write(1, 1);
      this.write(0, 1);
      this.write(value, k);
    } else {
      for (let i = 0; i < escape; i++) this.write(1, 1);
      this.write(value, 32);
    }
  }

  /** All that was written, filled up with zeros. */
  end(): Uint8Array {
    if (this.#count > 0) this.write(0, 8 - this.#count);
    return Uint8Array.from(this.#bytes);
  }
}

/** Reads what {@linkcode BitWriter} wrote. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * Reads so many bits.
   *
   * @throws {RangeError} When there are not so many.
   */
  read(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError("The data ends too early");
      value = value * 2 + (byte >> 7 - (this.#at++ & 7) & 1);
    }
    return value;
  }

  /** Reads a number. */
  rice(k: number): number {
    let high = 0;
    while (high < escape && this.read(1) === 1) high++;
    return high === escape ? this.read(32) : high * 2 ** k + this.read(k);
  }
}

/** So many numbers are looked at. */
const sample = 4_096;

/** The parameter with which numbers take the fewest bits, as far as a sample of them tells. */
export function bestParameter(values: readonly number[]): number {
  let best = 0;
  let least = Infinity;
  const stride = Math.max(1, Math.floor(values.length / sample));
  for (let k = 0; k <= 24; k++) {
    let bits = 0;
    for (let i = 0; i < values.length; i += stride) {
      const value = values[i]!;
      const high = Math.floor(value / 2 ** k);
      bits += high < escape ? high + 1 + k : escape + 32;
      if (bits > least) break;
    }
    if (bits < least) {
      least = bits;
      best = k;
    }
  }
  return best;
}
