// Charsets of seven bits, put into the eight bits of those that every platform can read: what escape sequences say becomes
// the high bit.

const ESC = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;

/** ISO-2022-JP with all its extensions, as EUC-JP: for what the platform's decoder stops at. */
export function iso2022JpAsEuc(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length * 2);
  let at = 0;
  // Octets of a character: 1 and 2, 3 for JIS X 0212, 0 for half-width katakana.
  let size = 1;
  let kana = false;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    if (octet === ESC && (bytes[i + 1] === 0x24 || bytes[i + 1] === 0x28)) {
      const long = bytes[i + 1] === 0x24 && bytes[i + 2] === 0x28;
      const final = bytes[long ? i + 3 : i + 2];
      size = bytes[i + 1] === 0x24 ? (final === 0x44 ? 3 : 2) : final === 0x49 ? 0 : 1;
      i += long ? 3 : 2;
    } else if (octet === SHIFT_OUT || octet === SHIFT_IN) {
      kana = octet === SHIFT_OUT;
    } else if (octet <= 0x20 || octet === 0x7f) {
      // Line ends and blanks end what was opened: RFC 1468 wants ASCII there.
      if (octet === 0x0a) size = 1;
      out[at++] = octet;
    } else if (octet >= 0xa1 && octet <= 0xdf || ((size === 0 || kana) && octet <= 0x5f)) {
      out[at++] = 0x8e;
      out[at++] = octet | 0x80;
    } else if (size >= 2) {
      if (size === 3) out[at++] = 0x8f;
      out[at++] = octet | 0x80;
      if (i + 1 < bytes.length) out[at++] = bytes[++i]! | 0x80;
    } else {
      out[at++] = octet;
    }
  }
  return out.subarray(0, at);
}

/** ISO-2022-KR as EUC-KR: between shift-out and shift-in. */
export function iso2022KrAsEuc(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let at = 0;
  let shifted = false;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    if (octet === ESC && bytes[i + 1] === 0x24 && bytes[i + 2] === 0x29) i += 3;
    else if (octet === SHIFT_OUT || octet === SHIFT_IN) shifted = octet === SHIFT_OUT;
    else out[at++] = shifted && octet > 0x20 ? octet | 0x80 : octet;
  }
  return out.subarray(0, at);
}

/** HZ as GB 2312: between `~{` and `~}`, which a line end closes too (RFC 1843). */
export function hzAsGb(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let at = 0;
  let shifted = false;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    const next = bytes[i + 1];
    if (octet === 0x0a) shifted = false;
    if (octet !== 0x7e || next === undefined) {
      out[at++] = shifted && octet > 0x20 ? octet | 0x80 : octet;
      continue;
    }
    i++;
    if (next === 0x7b) shifted = true;
    else if (next === 0x7d) shifted = false;
    else if (next === 0x7e && !shifted) out[at++] = octet;
    else if (next !== 0x0a || shifted) {
      out[at++] = shifted ? octet | 0x80 : octet;
      i--;
    }
  }
  return out.subarray(0, at);
}

/** UTF-7 (RFC 2152); what is not base64 stays as it is. */
export function readUtf7(bytes: Uint8Array): string {
  let out = "";
  let from = 0;
  const text = (end: number) => {
    for (; from < end; from += 4096) {
      out += String.fromCharCode(...bytes.subarray(from, Math.min(end, from + 4096)));
    }
    from = end;
  };
  for (let i = bytes.indexOf(0x2b); i >= 0; i = bytes.indexOf(0x2b, i)) {
    text(i++);
    let bits = 0;
    let word = 0;
    const start = out;
    let value = sextet(bytes[i]);
    while (value >= 0) {
      word = (word << 6 | value) & 0x3fffff;
      bits += 6;
      if (bits >= 16) {
        bits -= 16;
        out += String.fromCharCode(word >> bits & 0xffff);
      }
      value = sextet(bytes[++i]);
    }
    const empty = out === start;
    if (bytes[i] === 0x2d) {
      if (empty) out += "+";
      i++;
    } else if (empty) out += "+";
    from = i;
  }
  text(bytes.length);
  return out;
}

function sextet(octet: number | undefined): number {
  if (octet === undefined) return -1;
  if (octet >= 0x41 && octet <= 0x5a) return octet - 0x41;
  if (octet >= 0x61 && octet <= 0x7a) return octet - 0x61 + 26;
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30 + 52;
  return octet === 0x2b ? 62 : octet === 0x2f ? 63 : -1;
}
