"""Writes codecs.jsonl and transfer.jsonl (gzipped): what CPython 3.13.0 makes of octets and text.

    python3 codecs.py

codecs: ["label", label, name or null], ["decode", codec, hex, errors, out], ["encode", codec, text, errors, hex], where out
is a text, {"error": class} or, for long ones, {"sha256": of its UTF-8}. transfer: [codec, hex, out].
"""

import base64
import binascii
import codecs
import email
import email.encoders
import encodings.aliases
import gzip
import hashlib
import json
import os
import random
import re
import warnings

warnings.simplefilter("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
RNG = random.Random(20)

DOUBLE = "gb2312 gbk gb18030 big5 cp950 big5hkscs euc_jp shift_jis cp932 euc_kr cp949 johab".split()
JIS_X_0213 = "euc_jis_2004 euc_jisx0213 shift_jis_2004 shift_jisx0213 iso2022_jp_3 iso2022_jp_2004".split()
SWITCHING = "iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_ext iso2022_kr hz".split()
UNICODE = "utf_8 utf_8_sig utf_7 utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le".split()
SINGLE = (
    "ascii latin_1 cp037 cp1006 cp1026 cp1125 cp1140 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp273 "
    "cp424 cp437 cp500 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 "
    "cp869 cp874 cp875 hp_roman8 iso8859_10 iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16 iso8859_2 iso8859_3 "
    "iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 koi8_r koi8_t koi8_u kz1048 mac_arabic mac_croatian "
    "mac_cyrillic mac_farsi mac_greek mac_iceland mac_latin2 mac_roman mac_romanian mac_turkish palmos ptcp154 tis_620"
).split()
# Codecs that are no charsets.
LEFT_OUT = re.compile("idna|punycode|unicode_escape|undefined|mbcs|oem|_codec|rot_13")
MODES = ["replace", "replace", "strict", "ignore", "surrogateescape"]

lines = []


def short(value):
    if isinstance(value, str) and len(value) > 300:
        return {"sha256": hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()}
    return value


def decode(codec, octets, errors):
    try:
        out = octets.decode(codec, errors)
    except UnicodeDecodeError:
        out = {"error": "UnicodeDecodeError"}
    lines.append(["decode", codec, octets.hex(), errors, short(out)])


def encode(codec, text, errors):
    try:
        out = text.encode(codec, errors).hex()
    except UnicodeEncodeError:
        out = {"error": "UnicodeEncodeError"}
    lines.append(["encode", codec, text, errors, out])


def encode_all(codec, last, start=0):
    """All characters from `start` to `last`, a line feed after each; the harness makes the same text."""
    out = b"".join(
        "".join(chr(u) + "\n" for u in range(first, first + 256)).encode(codec, "replace")
        for first in range(start, last, 256)
    )
    lines.append(["encode_all", codec, last, hashlib.sha256(out).hexdigest()] + ([start] if start else []))


def decode_all(codec, prefix, suffix, leads, trails):
    """All pairs between `prefix` and `suffix`; the harness makes the same octets."""
    octets = b"".join(prefix + bytes([a, b]) + suffix for a in range(*leads) for b in range(*trails))
    text = octets.decode(codec, "replace")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    lines.append(["decode_all", codec, prefix.hex(), suffix.hex(), leads, trails, digest])


FRAGMENTS = {
    "iso": [
        b"\x1b", b"\x1b$B", b"\x1b(B", b"\x1b(J", b"\x1b$(D", b"\x1b$)C", b"\x0e", b"\x0f", b"0!", b'$"', b"a", b"\n", b"\\", b"~",
        b"\x1b.A", b"\x1bN", b"\x1b.F", b"\x80", b"\x1b$A", b"\x1b$(C", b"\x1b(I", b"\x1b&@\x1b$B", b"B", b"\x1b$", b"\x1b(",
        b"\x1b$(", b" ", b"\x7f", b"\x00", b"\x1b)B", b"\x1b$)B", b"\x1b" + b"a" * 20, b"\x1b(" + b"a" * 16 + b"B", b"\x1b&@",
    ],
    "hz": [b"~{", b"~}", b"~~", b"~\n", b"~", b"0!", b"a", b"\n", b"\x80", b"!!", b"}", b"{"],
    "utf_7": [b"+", b"-", b"AGE", b"2D0", b"3gA", b"a", b"\n", b"\xe9", b"!", b"/", b"=", b"A", b"+AGE-", b"AA", b"~", b"2D3eAA"],
    "wide": [b"a\0", b"\0a", b"\xff\xfe", b"\xfe\xff", b"\0\xd8", b"\0\xdc", b"\xd8\0", b"\xdc\0", b"x", b"\0\0", b"\0"],
    "utf_8": [b"a", b"\xe2\x82\xac", b"\xc3\xa9", b"\xf0\x9f\x98\x80", b"\xe2", b"\x82", b"\xed\xa0\x80", b"\xf0\x9f", b"\xc0\x80",
              b"\xf5", b"\xef\xbb\xbf", b"\xff", b"\xf4\x90\x80\x80", b"\xe0\x80"],
    "other": [b"a", b"\n", b"\x80", b"\xff", b"\xa4", b"\x8f", b"\x8e", b"\x81", b"0", b"\xfe", b"A", b"\xe9", b"z", b"~", b"\xb0\xa1",
              b"\xb0\xa1", b"\xa4\xd4", b"\xa4\xb6", b"\xa4\xc1", b"\x81\x30", b"\x81\x30\x81\x30", b"\x90\x30\x81\x30"],
}
# No lone high surrogate: one before U+DCxx is a pair in JavaScript.
WORDS = (
    "a \u00e9 \u20ac \u65e5\u672c \ud55c\uad6d \uac01 \u041f\u0440\u0438 \U0001f600 \u4e2d\u6587 \udce9 \udcc3\udca9 ~ \\ \u00a5 \u203e "
    "\uff71 \u4e02 \u301c \uff5e + - / = A \u00a0 \u0304 \u00ca \u2460 \ufeff \x00 \uffff \ue5e5 \U0002000b \udcff"
).split(" ") + [" ", "\n"]


def fragments(codec):
    for key in FRAGMENTS:
        if codec == key or codec.startswith(key):
            return FRAGMENTS[key]
    return FRAGMENTS["wide"] if codec.startswith("utf") else FRAGMENTS["other"]


def at_random(codec, pool, decodes, encodes):
    for _ in range(decodes):
        octets = b"".join(
            RNG.choice(pool) if RNG.random() < 0.93 else bytes([RNG.randrange(256)]) for _ in range(RNG.randint(1, 9))
        )
        try:
            decode(codec, octets, RNG.choice(MODES))
        except RuntimeError:
            pass  # an internal error of the decoder
    for _ in range(encodes):
        encode(codec, "".join(RNG.choice(WORDS) for _ in range(RNG.randint(1, 7))), RNG.choice(MODES))


for label in sorted(set(encodings.aliases.aliases) | set(DOUBLE + SWITCHING + UNICODE + SINGLE + JIS_X_0213)) + [
    "UTF 8", " utf-8 ", "utf--8", "_utf8", "ISO_8859-1:1987", "iso_646.irv:1991", "\u00dctf-8", "big5\u00e9_tw", "", "_", "no-such",
    "x-unknown", "8bit", "unknown-8bit", "viscii", "rot13", "base64", "hex", "utf\u00a08", "uft-8",
]:
    try:
        name = codecs.lookup(label)
        name = name.name.replace("-", "_") if name._is_text_encoding else None
    except LookupError:
        name = None
    if name is None or not LEFT_OUT.search(name):
        lines.append(["label", label, name])

for codec in SINGLE:
    for errors in ("replace", "ignore", "surrogateescape", "strict"):
        decode(codec, bytes(range(256)), errors)
    encode_all(codec, 0x2700)
for codec in DOUBLE + SWITCHING + UNICODE:
    encode_all(codec, 0xD800)
for codec in DOUBLE:
    decode_all(codec, b"", b"\n\n", (0x80, 0x100), (0, 0x100))
decode_all("euc_jp", b"\x8f", b"\n\n", (0x80, 0x100), (0, 0x100))
decode_all("gb18030", b"\x81\x30", b"\n\n", (0x81, 0xFF), (0x30, 0x3A))
decode_all("gb18030", b"\x84\x31", b"\n\n", (0x81, 0xFF), (0x30, 0x3A))
for codec in SWITCHING[:-1]:
    for escape in (b"\x1b$B", b"\x1b$@", b"\x1b$(D", b"\x1b$(C", b"\x1b$A"):
        decode_all(codec, escape, b"\x1b(B\n", (0x20, 0x80), (0x20, 0x80))
decode_all("hz", b"~{", b"~}\n", (0x20, 0x80), (0x20, 0x80))
decode_all("iso2022_kr", b"\x1b$)C\x0e", b"\x0f\n", (0x20, 0x80), (0x20, 0x80))
for codec in DOUBLE + SWITCHING + UNICODE + ["ascii", "latin_1", "cp1252", "cp437", "iso8859_8", "koi8_u"]:
    at_random(codec, fragments(codec), 300, 80)

# With its own random numbers: the rows above stay as they are.
BEFORE, RNG = RNG, random.Random(2004)
WORDS += (
    "\u304b\u309a \u304b \u309a \u30c8\u309a \u02e9\u02e5 \u02e5\u02e9 \u02e9 \u02e5 \xe6\u0300 \u0254\u0301 \u0300 \u31f7\u309a \u31f7 "
    "\U0002000b \U00020b9f \U0002a6b2 \u4ff1 \u9b1c \u9b1d \uff3c \u2225 \u2212 \uff0d \u4e28 \u7e6b"
).split(" ")
POOL = [
    b"a", b"\n", b"\x80", b"\xff", b"\x8f", b"\x8e", b"\x81", b"\\", b"~", b"\xfe", b"\xa4\xf7", b"\x82\xf5", b"\x8f\xa1\xa2", b"\x8f\xfd\xbb",
    b"\xf0\x41", b"\xfc\x5a", b"\x81\x5f", b"\xae\xa1", b"\x87\x9f", b"\xab\xe5", b"\x8e\xb1", b"\xb1", b"\xa0", b"\xfd", b"\xcf\xd4", b"\x98\x73",
]
ISO_POOL = FRAGMENTS["iso"] + [b"\x1b$(O", b"\x1b$(P", b"\x1b$(Q", b"\x1b$O", b"\x1b$)Q", b"$w", b'!"', b"};", b".!", b'!@', b'"2']
for codec in JIS_X_0213:
    encode_all(codec, 0xD800)
    pool = POOL
    if codec.startswith("iso"):
        pool = ISO_POOL
        for escape in (b"\x1b$B", b"\x1b$(O", b"\x1b$(P", b"\x1b$(Q", b"\x1b$@", b"\x1b$(D"):
            decode_all(codec, escape, b"\x1b(B\n", (0x20, 0x80), (0x20, 0x80))
    else:
        decode_all(codec, b"", b"\n\n", (0x80, 0x100), (0, 0x100))
        decode_all(codec, b"\x8f", b"\n\n", (0x80, 0x100), (0, 0x100))
    at_random(codec, pool, 400, 200)
    encode_all(codec, 0x30000, 0x20000)
RNG = BEFORE

with gzip.GzipFile(os.path.join(HERE, "codecs.jsonl.gz"), "wb", 9, mtime=0) as fp:
    fp.write("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode())

POOLS = {
    "base64": [b"QUJD", b"QQ==", b"QQ", b"=", b"\n", b"\r\n", b" ", b"!", b"QUI=", b"Q", b"\xe9", b"-", b"A" * 70, b"QR==", b"==", b"\t"],
    "quoted-printable": [b"=", b"=\r", b"=\n", b"=\r\n", b"==", b"=4", b"=41", b"=zz", b" \n", b"\t\r\n", b"a", b"_", b"=e9", b"\r"],
    "x-uuencode": [
        b"begin 644 x\n", b"begin 0o644 x\n", b"begin x y\n", b"begin 6_4\n", b"begin -7\n", b"#0V%T\n", b"#0V%T", b"end\n", b" end \n",
        b"\n", b"`\n", b'"0V', b"#0V%Tzzz\n", b"M" + b"A" * 60 + b"\n", b"M" + b"A" * 55 + b"\n", b"#0V%T  \n", b"#0V%T``\n", b"\xe9\n",
        b"#0V%TA\n", b"&0V%T  \n", b" \n", b"begin \n", b"begin 0o\n", b"begin 0_7\n",
    ],
    "encode": [b"a", b" ", b"\t", b".", b"\n", b"\r\n", b"\r", b"\x00", b"\xe9", b"x" * 72, b"y" * 75, b"z" * 76, b"=", b".\n", b" \n",
               b"~\x7f", b"_"],
}


def decoded(encoding, body):
    message = email.message_from_bytes(b"Content-Transfer-Encoding: " + encoding.encode() + b"\n\n")
    message.set_payload(body.decode("ascii", "surrogateescape"))
    out = message.get_payload(decode=True)
    return [out.hex(), [type(defect).__name__ for defect in message.defects]]


with gzip.GzipFile(os.path.join(HERE, "transfer.jsonl.gz"), "wb", 9, mtime=0) as fp:
    for name, pool in POOLS.items():
        for _ in range(800):
            body = b"".join(RNG.choice(pool) for _ in range(RNG.randint(0, 12)))
            if name == "x-uuencode" and RNG.random() < 0.6:
                body = b"begin 644 x\n" + body
            rows = (
                [[name, body.hex(), decoded(name, body)]]
                if name != "encode"
                else [
                    ["encode base64", body.hex(), base64.encodebytes(body).decode()],
                    ["encode quoted-printable", body.hex(), binascii.b2a_qp(body, quotetabs=True).replace(b" ", b"=20").hex()],
                ]
            )
            for row in rows:
                fp.write((json.dumps(row, separators=(",", ":")) + "\n").encode())
