"""Writes email/codecs/on_demand/_code_pages.ts from the codecs of the Python it runs on (3.13.0 for the file that is checked in).

    python3 code_pages.py

A line is a page: its name, the page it starts from (latin_1, a page TextDecoder has, or one above), and numbers. A number is
written in digits of base 44, the lowest first: characters 0-43 of the alphabet end it, 44-87 say that more follow. The
numbers are runs: octets to skip, octets that differ, and for each of these its code point less the one before it less 1,
zigzag coded (0, -1, 1, -2 ... as 0, 1, 2, 3 ...). U+FFFD stands for no character.
"""

import os

PAGES = (
    "cp037 cp273 cp424 cp437 cp500 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 "
    "cp869 cp875 cp1006 cp1026 cp1125 cp1140 hp_roman8 kz1048 koi8_t ptcp154 palmos mac_arabic mac_croatian mac_farsi "
    "mac_greek mac_iceland mac_latin2 mac_romanian mac_turkish"
).split()
BASES = "latin_1 cp866 mac_roman koi8_r cp1251".split()
ALPHABET = "".join(chr(c) for c in range(35, 127) if chr(c) not in "\\`$")
HERE = os.path.dirname(os.path.abspath(__file__))


def table(name):
    return bytes(range(256)).decode(name, "replace")


def number(n):
    out = ""
    while True:
        n, digit = divmod(n, 44)
        if not n:
            return out + ALPHABET[digit]
        out += ALPHABET[44 + digit]


def differences(page, base):
    out, at, last, before = "", 0, 0, 0
    while at < 256:
        if page[at] == base[at]:
            at += 1
            continue
        end = at
        while end < 256 and page[end] != base[end]:
            end += 1
        out += number(at - last) + number(end - at)
        for character in page[at:end]:
            step = ord(character) - before - 1
            out += number(2 * step if step >= 0 else -2 * step - 1)
            before = ord(character)
        last = at = end
    return out


known = {name: table(name) for name in BASES}
lines = []
for name in PAGES:
    page = table(name)
    packed, base = min(((differences(page, known[base]), base) for base in known), key=lambda pair: len(pair[0]))
    lines.append(f"{name} {base} {packed}")
    known[name] = page

with open(os.path.join(HERE, "..", "..", "..", "email", "codecs", "on_demand", "_code_pages.ts"), "w") as fp:
    fp.write("""// deno-fmt-ignore-file
/**
 * The single-byte charsets that Python has and TextDecoder has not, each as its differences to another one. Written by
 * tests/email/data/code_pages.py, which says how.
 *
 * @module
 */

/** A page on each line: name, the page it starts from, packed differences. From CPython 3.13.0. */
export const CODE_PAGES = `""" + "\n".join(lines) + "`;\n")
