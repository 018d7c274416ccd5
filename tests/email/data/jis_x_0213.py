"""Writes email/codecs/on_demand/_jis_x_0213.ts from the codecs of the Python it runs on (3.13.0 for the file that is checked in).

    python3 jis_x_0213.py

Cells of the first plane that EUC-JP does not have, and of the second, each plane packed. Cells count through 94 rows of
94. A cell of two characters has 0 and is in PAIRS.
"""

import os

import packing

HERE = os.path.dirname(os.path.abspath(__file__))


def cell(codec, prefix, index):
    octets = prefix + bytes([0xA1 + index // 94, 0xA1 + index % 94])
    try:
        return octets.decode(codec)
    except UnicodeDecodeError:
        return None


def plane(prefix):
    """Characters by cell, None where EUC-JP has the same or there is none."""
    cells = [(cell("euc_jis_2004", prefix, index), cell("euc_jp", prefix, index)) for index in range(94 * 94)]
    assert all(old in (None, new) for new, old in cells)
    return [new if old is None else None for new, old in cells]


def packed(cells):
    return packing.table([None if c is None else ord(c) if len(c) == 1 else 0 for c in cells])


planes = [plane(b""), plane(b"\x8f")]
pairs = [c for cells in planes for c in cells if c is not None and len(c) > 1]
assert all(len(c) == 2 for c in pairs) and all(len(c or "") < 2 for c in planes[1])
# The edition of 2000 lacks these cells, and has another character in one.
later = [
    prefix.hex() + bytes([0xA1 + i // 94, 0xA1 + i % 94]).hex()
    for prefix in (b"", b"\x8f")
    for i in range(94 * 94)
    if cell("euc_jisx0213", prefix, i) is None and cell("euc_jis_2004", prefix, i) is not None
]
other = [
    prefix.hex() + bytes([0xA1 + i // 94, 0xA1 + i % 94]).hex() + cell("euc_jisx0213", prefix, i)
    for prefix in (b"", b"\x8f")
    for i in range(94 * 94)
    if cell("euc_jisx0213", prefix, i) not in (None, cell("euc_jis_2004", prefix, i))
]
assert len(other) == 1 and other[0].startswith("8f")

with open(os.path.join(HERE, "..", "..", "..", "email", "codecs", "on_demand", "_jis_x_0213.ts"), "w") as fp:
    fp.write(f"""// deno-fmt-ignore-file
/**
 * What JIS X 0213 has and the EUC-JP of the platform has not. Written by tests/email/data/jis_x_0213.py, which says how.
 *
 * @module
 */

/** The first plane. From CPython 3.13.0. */
export const FIRST = `{packed(planes[0])}`;

/** The second plane. */
export const SECOND = `{packed(planes[1])}`;

/** The cells of two characters, in order. */
export const PAIRS = "{" ".join("".join(f"{chr(92)}u{ord(c):04x}" for c in pair) for pair in pairs)}";

/** Cells in EUC-JP that the edition of 2000 has not. */
export const LATER = "{" ".join(later)}";

/** The sequence of three octets that was another character then, less its first octet. */
export const OTHER = "{other[0][2:6]}\\u{ord(other[0][6]):04x}";
""")
