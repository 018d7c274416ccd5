// Hexadecimal digits.

/** What is not a hexadecimal digit. */
export const NONE = 0xff;

/** Values of hexadecimal digits by octet. */
export const HEX: Uint8Array = /* @__PURE__ */ hexValues();

function hexValues(): Uint8Array {
  const values = new Uint8Array(256).fill(NONE);
  for (const digit of "0123456789abcdefABCDEF") values[digit.charCodeAt(0)] = parseInt(digit, 16);
  return values;
}

/** Value of a hexadecimal digit, -1 for another character or none. */
export function hexValue(unit: number): number {
  return unit < 0x80 && HEX[unit] !== NONE ? HEX[unit]! : -1;
}
