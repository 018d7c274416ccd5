/**
 * Reads tables as the programs in tests/email/data pack them.
 *
 * @module
 */

const DIGITS = new Uint8Array(128);
// Characters from # to ~ but for those that mean something in a template.
for (let code = 35, digit = 0; code < 127; code++) {
  if (code !== 0x24 && code !== 0x5c && code !== 0x60) DIGITS[code] = digit++;
}

/** Calls `visit` with every place in a table that the packed text changes, and its code point. */
export function unpack(packed: string, visit: (at: number, code: number) => void): void {
  let next = 0;
  const number = () => {
    let value = 0;
    for (let scale = 1;; scale *= 44) {
      const digit = DIGITS[packed.charCodeAt(next++)]!;
      value += scale * (digit % 44);
      if (digit < 44) return value;
    }
  };
  let code = 0;
  for (let at = 0; next < packed.length;) {
    at += number();
    for (let count = number(); count > 0; count--) {
      const step = number();
      code += 1 + (step % 2 === 0 ? step / 2 : -(step + 1) / 2);
      visit(at++, code);
    }
  }
}
