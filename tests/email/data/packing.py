"""Writes tables of characters as the text that email/codecs/ unpacks.

A number is written in digits of base 44, the lowest first: characters 0-43 of the alphabet end it, 44-87 say that more
follow. A table is runs of numbers: places to skip, places that follow, and for each of these its code point less the one
before it less 1, zigzag coded (0, -1, 1, -2 ... as 0, 1, 2, 3 ...).
"""

ALPHABET = "".join(chr(c) for c in range(35, 127) if chr(c) not in "\\`$")


def number(n):
    out = ""
    while True:
        n, digit = divmod(n, 44)
        if not n:
            return out + ALPHABET[digit]
        out += ALPHABET[44 + digit]


def table(codes):
    """Packs code points by place; None is a place to skip."""
    out, at, last, before = "", 0, 0, 0
    while at < len(codes):
        if codes[at] is None:
            at += 1
            continue
        end = at
        while end < len(codes) and codes[end] is not None:
            end += 1
        out += number(at - last) + number(end - at)
        for code in codes[at:end]:
            step = code - before - 1
            out += number(2 * step if step >= 0 else -2 * step - 1)
            before = code
        last = at = end
    return out
