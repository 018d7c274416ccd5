"""Writes email/codecs/on_demand/_code_pages.ts from the codecs of the Python it runs on (3.13.0 for the file that is checked in).

    python3 code_pages.py

A line is a page: its name, the page it starts from (latin_1, a page TextDecoder has, or one above), and where it differs
from that one, packed. U+FFFD stands for no character.
"""

import os

import packing

PAGES = (
    "cp037 cp273 cp424 cp437 cp500 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 "
    "cp869 cp875 cp1006 cp1026 cp1125 cp1140 hp_roman8 kz1048 koi8_t ptcp154 palmos mac_arabic mac_croatian mac_farsi "
    "mac_greek mac_iceland mac_latin2 mac_romanian mac_turkish"
).split()
BASES = "latin_1 cp866 mac_roman koi8_r cp1251".split()
HERE = os.path.dirname(os.path.abspath(__file__))


def characters(name):
    return bytes(range(256)).decode(name, "replace")


def differences(page, base):
    return packing.table([None if new == old else ord(new) for new, old in zip(page, base)])


known = {name: characters(name) for name in BASES}
lines = []
for name in PAGES:
    page = characters(name)
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
