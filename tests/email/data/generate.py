"""Writes the expected values of the tests in the folder above: what CPython 3.13.0 answers.

    python3.13 generate.py

Each file is a list of {"fn", "args", "out"}. Octets are {"hex": ...}, an exception is {"error": class name}, an octet that
was not ASCII is a lone surrogate. The lists hold cases by hand first, then calls made of awkward pieces; the same lines
come out each time. OverflowError, which has no counterpart, is written as ValueError.
"""

import json
import os
import random
import sys
import time

os.environ["TZ"] = "UTC"
time.tzset()

import email
from email import utils
from email._parseaddr import AddressList
from email.charset import Charset
from email.header import Header, decode_header, make_header
from email.message import Message

HERE = os.path.dirname(os.path.abspath(__file__))


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return {"hex": bytes(value).hex()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value


def attempt(call, *args):
    try:
        return plain(call(*args))
    except OverflowError:
        return {"error": "ValueError"}
    except Exception as exc:
        return {"error": type(exc).__name__}


def write(name, calls, table):
    rows, seen = [], set()
    for fn, args in calls:
        key = json.dumps([fn, plain(args)])
        if key in seen:
            continue
        seen.add(key)
        out = attempt(table[fn], *args)
        # Mixed numbered and unnumbered pieces: the one place where the package answers and CPython fails. Tested by hand.
        if fn == "getParams" and out == {"error": "TypeError"}:
            continue
        rows.append(json.dumps({"fn": fn, "args": plain(args), "out": out}, separators=(",", ":")))
    with open(os.path.join(HERE, name + ".json"), "w") as fp:
        fp.write("[\n" + ",\n".join(rows) + "\n]\n")
    print(name, len(rows))


def mix(rng, pool, most, seps=("", " ")):
    return "".join(rng.choice(pool) + rng.choice(seps) for _ in range(rng.randint(1, most)))


# ------------------------------------------------------------------ params

def get_params(value, unquote):
    m = Message()
    m["Content-Type"] = value
    return m.get_params(unquote=unquote)


def params():
    rng = random.Random(1)
    hand = [
        "text/plain; charset=utf-8", "", ";", ";;", "; a", "text/plain;", "text/plain ; A = B ", "=x", "a==b", "a=b=c",
        'a="b;c"; d=e', 'a="b\\"c;d"; e=f', 'a="x\\\\";b=c', 'a="x\\\\";b="c"', 'a="\\"";b=c', 'a="b', 'a="b;c;d',
        '"a;b=c";d', 'a\\"b;c"d;e"', 'x;a=\\"b"c;d"', 'x;a="b\\', "a=<b>;c=<d", "x;; ;a=1;", "x; Abc", "x; ABC=",
        "x;a*=b", "x;a*='b", "x;a*=''b", "x;a*=c'd'e", "x;a*=c'd'e'f", "x;a*=utf-8''%E2%82%AC", "x;a*=utf-8''%zz%4%",
        'x;a*0="q r";a*1=s', "x;a*1=s;a*0=r", "x;a*10=t;a*9=s;a*0=r", "x;a*0=r;a*0=q", "x;a*01=e;a*1=b",
        "x;a*0*=us-ascii'en'x; a*1=y%20; a*2*=z%20", "x;a*0=us-ascii'en'x; a*1*=y%20", "x; *=b", "x; a**=b", "x; a*x=b",
        "x; a*x*=b", "x; a-b*0=c; a-b*1=d", "x; a b*0=c", "x; a*0*0=c", "x; a*0**=c", "x; a*-1=c", "x; a*1_0=c",
        "x; \u0661*\u0661=d", "x; a*\u0661*=e", "x;a=\x1cb\x1c;c=\ufeffd", "x; K\u0130=1", 'x;a"b=c"d;e=f"g;h"',
        'x;a="b" c', 'x;a="b""c"', "x;a='b;c'", "x;a=b (comment; d=e)", "x;a=\tb\r\n ;c=d", "x;a*=\"utf-8''%41\"",
        "x;a*0*=\"utf-8''%41\";a*1*=\"%42\"", "x;a*0*=utf-8'';a*1*=%C3;a*2*=%A9", "x;title*1*=%2a%2a;title*0*=us-ascii'en'This",
        "x;a=1;a=2;a*=3;a*0=4".replace(";a*0=4", ""), "x;a*5=e;b*0=f;a*4=d;c=g", "x;a*=%00", "x;a*=utf-8''%", "x;a*=''",
        "x;a*0=%41", "x;a*0=%41;a*1*=%41", "x;a*0=\"'\";a*1*=\"'%41\"", 'x;a="\\\\\\"";b', 'x;a="\\a\\b"', "x;a=\\",
        "x;" + "a" * 300 + "=b", "x;a*4294967296=b;a*4294967295=a", "x;a*99999999999999999999=b;a*100000000000000000000=c",
        "x;" + ";".join("a*%d=%d" % (i, i) for i in range(40)), "x;" + "a=b;" * 60, 'x;a="' + ";" * 60,
        'x;a="' + "\\" * 41 + '";b=c', 'x;a="' + "\\" * 40 + '";b=c', "\u20ac/\udce9; \u20ac=\u20ac".replace("\udce9", "y"),
    ]
    pieces = ["text/plain", "a=b", 'a="b c"', "A=B", 'a="b;c"', 'a="b\\"c"', "a*=us-ascii'en'x%20y", "a*=utf-8''%E2%82%AC",
              "a*0=x", "a*1=y", "a*0*=iso-8859-1''%E9", "a*1*=%FC", 'a*2="z;z"', "a=", "a", "=b", " a = b ", "a*x=y", "a**=b",
              "a*='x", 'a="', 'a=\\"b', '"', "", "\\", '\\"', "b*3=q", "b*03*=%71", "'", "''", "%41", "<x>", "\u20ac=\u0130"]
    for v in hand:
        for unquote in (True, False):
            yield "getParams", [v, unquote]
    for _ in range(350):
        v = rng.choice(["; ", ";", " ;"]).join(rng.choice(pieces) for _ in range(rng.randint(1, 6)))
        yield "getParams", [v, rng.random() < .5]
    for s in hand[:60] + [mix(rng, ['"', "\\", "<", ">", "a", "'", " ", "\\\\", '\\"'], 8, ("",)) for _ in range(200)]:
        yield "unquote", [s]
        yield "unquote", ['"' + s + '"']
        yield "quote", [s]
        yield "decodeRfc2231", [s]
    for s in ["a b~._-/\xe9", "\u20ac", "", "x" * 100, "\x00\x7f", "\U0001f600", "'%*", "\udce9", "\u65e5\u672c"]:
        for cs in (None, "", "us-ascii", "utf-8", "iso-8859-1", "shift_jis", "koi8-r", "no-such-charset"):
            for lang in (None, "", "en"):
                yield "encodeRfc2231", [s, cs, lang]
    for text in ["", "abc", "\xe9", "\xc3\xa9", '"\xe9"', '"\\"', "\u20ac", "\x93\xfa\x96{", "\U0001f600", "<x>", "\udce9"]:
        for cs in (None, "", "us-ascii", "utf-8", "UTF_8", "iso-8859-1", "shift_jis", "windows-1251", "no-such", "rot13", "hex"):
            yield "collapseRfc2231Value", [[cs, "", text]]
        yield "collapseRfc2231Value", [text]
    for pairs in [[["a", "b"], ["c*", "x%41"], ["c*1", "q"]][:2], [["a", '"b"']], [["a", "b"], ["c*0\n", "x"]], [["a", "b"], ["c*\n", "x%41"]],
                  [["a", "b"], ["c*1", "z"], ["c*1", "a"], ["c*1*", "a%41"], ["c*1*", "z"]], [["x", "y"], ["c*5*", '"q%22\\"r"'], ["c*10", "''"]],
                  [["a", "b"], ["c*1", "\U00010000"], ["c*1", "\uffff"]], [["a", "b"], ["c*1*", "%e9%u00%4%zz\u20ac%41"]]]:
        yield "decodeParams", [pairs]


PARAMS = {
    "getParams": get_params,
    "unquote": utils.unquote,
    "quote": utils.quote,
    "decodeRfc2231": utils.decode_rfc2231,
    "encodeRfc2231": utils.encode_rfc2231,
    "collapseRfc2231Value": lambda v: utils.collapse_rfc2231_value(tuple(v) if isinstance(v, list) else v),
    "decodeParams": lambda pairs: utils.decode_params([tuple(p) for p in pairs]),
}


# ----------------------------------------------------------------- address

def address():
    rng = random.Random(2)
    hand = [
        "", " ", ",", ",,", "a@b", "<a@b>", "John Doe <john@example.org>", '"Doe, John" <john@example.org>', "john@example.org (John Doe)",
        "John (Johnny) Doe <john@example.org>", "(c) a@b (d)", "a(b)@d", "a (b) @ (c) d", "a . b @ c . d", '"a b"@c', '"a\\"b"@c', "a@[1.2.3.4]",
        "<@r,@s:a@b>", "<@r:a@b>", "<a@b", "a@b>", "<>", "< >", "x <>", "x <", "a@", "@b", "a@b@c", "<a@b@c>", "alice@example.org )bob@example.org",
        "alice@example.org<bob@example.org>", "alice@example.org, bob@example.org", "Group: a@b, c@d;", "Group:;", "undisclosed-recipients:;",
        "Group: a@b", "A: B: a@b; c@d;", "A: a@b; , c@d", "A:a@b;c@d;", ":;", ";", ":", "a:b:c:d", "Group: ; x@y", "Group: <a@b>, \"C, D\" <c@d>; e@f",
        "M\xfcller <m@example.org>", "m\xfcller@example.org", "=?utf-8?q?J=C3=B6rg?= <j@example.org>", "=?utf-8?q?a=2C_b?= <j@example.org>",
        '"=?utf-8?q?J=C3=B6rg?=" <j@example.org>', "John Doe", "John Doe, a@b", "John; a@b", "a@b; c@d", "a b c@d", "a b <c@d> e", "a <b@c> <d@e>",
        "a@b c@d", "(unclosed a@b", "a@b (unclosed", '"unclosed a@b', 'a "unclosed <b@c>', "a@b)", "a\\@b@c", "\\", '"\\', "(\\", "a@b\\", "((((a))))b@c",
        "(a(b)c)d@e", "(a\rb)c@d", "(a(b\rc)d)e@f", '"a\rb"@c', "[a]@b", "a@[b", "a@b[c]d", "a@.b", "a@b.", "a..b@c", ".a@b", "a.@b", "a\r\n b@c", "a\tb@c",
        "a\n,b", "\x0b@c", "a \x0b@c", "a \xa0 @c", "\udce9 <a@b>", "\udce9@b", "\U0001f600 <a@b>", "'a@b'", "'John' <a@b>", '"a@b" <c@d>', "a@b <c@d>",
        "Jane Doe <jane@[IPv6:::1]>", '"" <a@b>', '"" ""@b', '""@b', "<\"a b\"@c>", "<a b@c>", "<a@b c>", "a@b,", ",a@b", "a@b,,c@d", "a@(x)b", "(x)a(y)@(z)b(w)",
        "('', '')", "a,b,c", "\"a,b\",c", "\"a,b", "\"a\\\",b\" <c@d>", '"a" , "b" <c@d>', "a, \"b, c\" <d@e>, f", "(a,b) c@d", "(a, b@c", "a), b@c", "\\(a) <b@c>",
        "(" * 300 + "a" + ")" * 300 + " b@c", "a:" * 200 + "b@c" + ";" * 200, '"' * 101, "<" * 50 + "a@b" + ">" * 50, "@" * 60, "," * 60, "a@b," * 60, ".:" * 30,
    ]
    atoms = ["a@b.c", "user@example.com", "<a@b>", "John", '"Doe, John"', '"a\\"b"', "(comment)", "(nested (comment))", "a.b.c", '"q u"@x.y',
             "@r,@s:a@b", "[1.2.3.4]", "a@[1.2.3.4]", "Group:", "M\xfcller", "=?utf-8?q?J=C3=B6rg?=", ",", ";", ":", "<", ">", '"', "(", ")", "\\", ".", "@",
             " ", "\n ", "\t", "\r", "\x0b", "\xa0", "\\(", '\\"', "\U0001f600", "\udce9"]
    for s in hand + [mix(rng, atoms, 7) for _ in range(250)]:
        yield "parseaddr", [s, True]
        yield "parseaddr", [s, False]
        yield "getaddresses", [[s], True]
        yield "getaddresses", [[s], False]
    for _ in range(120):
        some = [rng.choice(hand[:90]) for _ in range(rng.randint(0, 4))]
        yield "getaddresses", [some, True]
        yield "getaddresses", [some, False]
    names = ["", "John", "John Doe", "Doe, John", 'a"b', "a\\b", "a.b", "J\xf6rg", "\u65e5\u672c\u8a9e", "\u041f\u0440\u0438\u0432\u0435\u0442", "a\nb", "(x)", "[x]",
             "x@y", "a;b", "tab\tx", "\udce9", "\U0001f600", "=?utf-8?q?x?=", "'x'", "x" * 100, "\xe9" * 60, " ", "a:b", "<x>"]
    for n in names:
        for a in ("a@b", "\xe9@b", "", "a@\U0001f600"):
            for cs in ("utf-8", "iso-8859-1", "koi8-r", "us-ascii", "shift_jis", "gb2312" if n == "x@y" else "utf-8"):
                yield "formataddr", [n, a, cs]
    yield "formataddr", [None, "a@b", "utf-8"]
    lists = ["a@b, c@d", "c@d, e@f", "a@b, a@b, c@d", "a@b, a@b, a@b", "", "X <a@b>, a@b", "c@d, c@d, e@f, e@f"]
    for x in lists:
        for y in lists:
            yield "AddressList", [x, y]


def address_list(x, y):
    out = [(AddressList(x) + AddressList(y)).addresslist, (AddressList(x) - AddressList(y)).addresslist]
    a, b = AddressList(x), AddressList(x)
    a += AddressList(y)
    b -= AddressList(y)
    return out + [a.addresslist, b.addresslist, len(a)]


ADDRESS = {
    "parseaddr": lambda s, strict: utils.parseaddr(s, strict=strict),
    "getaddresses": lambda s, strict: utils.getaddresses(s, strict=strict),
    "formataddr": lambda n, a, cs: utils.formataddr((n, a), cs),
    "AddressList": address_list,
}


# ------------------------------------------------------------------- dates

def dates():
    rng = random.Random(3)
    hand = [
        "Mon, 20 Nov 1995 19:12:08 -0500", "20 Nov 1995 19:12:08 -0500", "Mon, 20 Nov 95 19:12 EST", "Mon, 20-Nov-1995 19:12:08 GMT", "20-Nov-95 19:12:08 GMT",
        "Mon Nov 20 19:12:08 1995", "Mon Nov 20 19:12:08 EST 1995", "Mon Nov 20 19:12:08 1995 -0500", "Nov 20, 1995 19:12:08", "20 November 1995 19.12.08 +01:00",
        "Mon,20 Nov 1995 19:12:08 -0500", "Mon , 20 Nov 1995 19:12:08 -0500", "Monday, 20 Nov 1995 19:12:08 -0500", "Mon 20 Nov 1995 19:12:08 -0500",
        "Fri, 31 Feb 2020 10:00:00 +0000", "29 Feb 2020 10:00:00 Z", "29 Feb 2019 10:00:00 Z", "29 Feb 1900 10:00:00 Z", "29 Feb 2000 10:00:00 Z", "1 Jan 0 00:00:00 Z",
        "1 Jan 68 1:2 A", "1 Jan 69 1:2:3 -0000", "1 Jan 99 1:2 Z", "1 Jan 100 1:2 Z", "1 Jan 999 1:2 Z", "1 Jan 9999 23:59:59 Z", "1 Jan 10000 1:2 Z", "1 Jan -5 1:2 Z",
        "Thu, 1 Jan 2015 10:11:12+0200", "Thu, 1 Jan 2015 10:11:12-0200", "Thu, 1 Jan 2015 10:11:12", "Thu, 1 Jan 2015 10:11", "Thu, 1 Jan 2015 10", "Thu, 1 Jan 2015",
        "Thu, 1 Jan 2015 10:11:12 +99999", "Thu, 1 Jan 2015 10:11:12 +2359", "Thu, 1 Jan 2015 10:11:12 +2400", "Thu, 1 Jan 2015 10:11:12 -2400", "Thu, 1 Jan 2015 10:11:12 +0060",
        "Thu, 1 Jan 2015 10:11:12 +05:30", "Thu, 1 Jan 2015 10:11:12 0530", "Thu, 1 Jan 2015 10:11:12 --5", "Thu, 1 Jan 2015 10:11:12 +", "Thu, 1 Jan 2015 10:11:12 -",
        "Sat,01 Jan 2000 00:00:00 PDT", "1_0 Jan 2020 10:00:00 +0000", "+1 Jan 2020 10:00:00 +0000", "-1 Jan 2020 10:00:00 +0000", "x", "", " ", "Mon", "Mon,", ",", ", , , , ,",
        "Tue, 99 Abc 2020 1:2:3", "Wed 3 Jun 2009 22:46:27 -0500 (CDT)", "Wed, 3 Jun 2009 22:46:27 -0500 (Central Daylight Time) extra words", "25:61:61", "1 Jan 2020 25:61:61 Z",
        "1 Jan 2020 24:00:00 Z", "1 Jan 2020 23:59:60 Z", "1 Jan 2020 1:2:3:4 Z", "1 Jan 2020 1.2.3.4 Z", "1 Jan 2020 1.2 Z", "1 Jan 2020 1:2.3 Z", "1 Jan 2020 : Z", "1 Jan 2020 :: Z",
        "1 Jan 2020 . Z", "1 Jan 2020 -1:2:3 Z", "\u0661 Jan \uff12\uff10\uff12\uff10 10:00:00 Z", "1 Jan \xb2 10:00:00 2020", "1 Jan \u2460 10:00 2020", "1 Ja\u017f 2020 1:2 Z",
        "1 Jan 2020 1:2 E\u017fT", "0x1 Jan 2020 1:2 Z", "1e3 Jan 2020 1:2 Z", "01 Jan 0020 1:2 Z", "001 Jan 2020 001:002 Z", "1 jan 2020 1:2 utc", "JAN 1 2020 1:2 gmt", "Januar 1 2020 1:2 gmt",
        "1 1 2020 1:2 Z", "Jan Feb 2020 1:2 Z", "1, Jan 2020, 1:2, Z", "1 Jan 2020,, 1:2 Z", "1 Jan , 1:2 Z", "1 Jan 1:2 2020 Z", "1 Jan 1:2:3 2020", "2020-01-01 10:00:00 +0000", "2020-01-01T10:00:00Z",
        "01/02/2020 10:00:00 Z", "1-2-3 4 5", "1-Jan-2020 1:2 Z", "1-Jan- 1:2 Z", "-Jan-2020 1:2 Z", "1--2020 1:2 Z", "Jan-1-2020 1:2 Z", "Thu, 01 Jan 1970 00:00:00 +0000", "Wed, 31 Dec 1969 23:59:59 +0000",
        "\x1cMon,\x1d20\x1eNov\x1f1995\x8519:12:08\u2003-0500", "\ufeffMon, 20 Nov 1995 19:12:08 -0500", "Mon, 20 Nov 1995 19:12:08 \u2212" "0500", "9" * 4301 + " Jan 2020 1:2 Z", "1 Jan 2020 1:2 " + "9" * 4301,
        "1 Jan " + "0" * 300 + "2020 1:2 Z", "1 Jan 2020 1:2 Z " + "x " * 300, "a b c d e", "Jan Jan Jan Jan Jan", "1 2 3 4 5", "Mon Tue Wed Thu Fri Sat", "1 Jan 2020 9007199254740991:2 Z",
    ]
    words = ["Mon,", "Tue", "20", "1", "31", "Nov", "November", "nov,", "Feb", "1995", "95", "68", "69", "0", "999", "19:12:08", "19:12", "19.12.08", "25:61:61", "1:2:3:4", "-0500", "+0100", "-0000", "+0000",
             "GMT", "EST", "z", "PDT", "XYZ", "A", "20-Nov-1995", "-", "10:11:12+0200", "10:11-0100", "2000,", "1_0", "1__0", "_1", "+99999", "-2400", "+2359", "(CDT)", "20,", "Sun,06", "x,5", ",", "12:00,", "+5", "-5"]
    texts = list(hand)
    for _ in range(300):
        base = ["Mon,", "20", "Nov", "1995", "19:12:08", "-0500"] if rng.random() < .7 else ["Mon", "Nov", "20", "19:12:08", "1995"]
        for _ in range(rng.randint(0, 3)):
            base[rng.randrange(len(base))] = rng.choice(words)
        if rng.random() < .15:
            rng.shuffle(base)
        texts.append(" ".join(base[:rng.choice([6, 6, 6, 5, 4, 3])]))
    for s in texts:
        for fn in ("parsedate", "parsedateTz", "parsedateToDatetime", "mktimeTz", "formatDatetime"):
            yield fn, [s]
    stamps = [0, 1, -1, 1e9, 1234567890.75, 4e9, 0.9999999, -0.5, 1e-7, 253402300799, 253402300800, -62135596800, -62135596801, 1e20, 951782400, 951868800, 1582934399.5, -2203891200]
    for t in stamps + [rng.randint(-62135596800, 253402300799) for _ in range(150)]:
        yield "formatdate", [t, False]
        yield "formatdate", [t, True]
    for t in [[2000, 13, 1, 0, 0, 0, 0, 1, -1, 0], [0, 1, 1, 0, 0, 0, 0, 1, -1, 0], [10000, 1, 1, 0, 0, 0, 0, 1, -1, 0], [1, 1, 1, 0, 0, 0, 0, 1, -1, 0], [2000, 2, 99, 99, 99, 99, 0, 1, -1, 0],
              [2000, 2, -9, 99, 99, -99, 0, 1, -1, 3600], [2000, 0, 1, 0, 0, 0, 0, 1, -1, 0]]:
        yield "mktimeTzOf", [t]


DATES = {
    "parsedate": utils.parsedate,
    "parsedateTz": utils.parsedate_tz,
    "parsedateToDatetime": lambda s: utils.parsedate_to_datetime(s).isoformat(),
    "formatDatetime": lambda s: utils.format_datetime(utils.parsedate_to_datetime(s)),
    "mktimeTz": lambda s: utils.parsedate_tz(s) and utils.mktime_tz(utils.parsedate_tz(s)),
    "mktimeTzOf": lambda t: utils.mktime_tz(tuple(t)),
    "formatdate": lambda t, gmt: utils.formatdate(t, usegmt=gmt),
}


# ------------------------------------------------------------------ header

def header_encode(chunks, options, encode):
    h = Header(None, options.get("charset"), options.get("maxLineLen"), options.get("headerName"), options.get("continuationWs", " "))
    for text, charset in chunks:
        h.append(bytes.fromhex(text["hex"]) if isinstance(text, dict) else text, charset)
    return [h.encode(encode.get("splitChars", ";, \t"), encode.get("maxLineLen"), encode.get("linesep", "\n")), str(h),
            [str(c) for _, c in h._chunks]]


def header():
    rng = random.Random(4)
    hand = [
        "", " ", "plain", "=?", "?=", "=?=?=", "=?utf-8?q?=C3=A9?=", "=?UTF-8?Q?=c3=a9?=", "=?utf-8?b?w6k=?=", "=?utf-8?B?w6k?=", "=?utf-8?b?====?=", "=?utf-8?b?Q?=", "=?utf-8?b?QUI?=",
        "=?utf-8?b?QUI=Q?=", "=?utf-8?b?Q Q = =?=", "=?utf-8?b?\u20ac?=", "=?utf-8?b?\xe9QUI=?=", "=?utf-8?q?\u20ac_=e9=zz?=", "=?utf-8?q?a b?=", "=?utf-8?q??=", "=?utf-8?b??=", "=??q?a?=", "=?utf-8?x?a?=",
        "=?utf-8?q?a?= =?utf-8?q?b?=", "=?utf-8?q?a?==?utf-8?q?b?=", "=?utf-8?q?a?=  \t =?utf-8?q?b?=", "=?utf-8?q?a?= x =?utf-8?q?b?=", "x =?utf-8?q?a?= y", "x=?utf-8?q?a?=y", '"=?utf-8?q?a?="', "(=?utf-8?q?a?=)",
        "=?utf-8?q?a?=\n =?utf-8?q?b?=", "=?utf-8?q?a?=\r\n\t=?utf-8?q?b?=", "a\r\n b =?utf-8?q?x?= \n =?utf-8?q?y?= z\n\n q\x0b r", "=?utf-8?q?a?= =?iso-8859-1?q?=E9?=", "=?utf-8?q?a\nb?=", "=?a\nb?q?x?=",
        "=?a?q?\n?=", "=?a?q?\r?=", "=?us-ascii*en?q?lang?=", "=?no-such?q?x?=", "=?utf-8?q?=E9?=", "=?gb2312?B?1tDOxA==?=", "=?big5?B?pKSk5Q==?=", "=?euc-kr?B?x9Gxuw==?=", "=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=",
        "=?koi8-r?B?8NLJ18XU?=", "=?windows-1251?q?=CF=F0?=", "=?shift_jis?b?k/qWew==?=", "=?utf-8?q?a?= \xa0 =?utf-8?q?b?=", "=?utf-8?q??= =?utf-8?q?b?= x", "\u20ac\udce9 =?utf-8?q?x?=", "=?\xe9?q?x?=",
        "=?utf-8?q?a?= =?utf-8?q?_?= =?utf-8?q?b?=", "=?utf-8?q?a?==?utf-8?q? ?==?utf-8?q?b?=", "=?utf-8?q?=3F=3D?=", "=?utf-8?q?a??=", "=?utf-8?q?a?b?=", "=?utf-8?q?=?=", "=?utf-8?q?==?=", "=?utf-8?q?=4?=", "=?q?q?q?=?=",
        "=?utf-8?q?a?=?=", "=?=?utf-8?q?a?=", "=?x=?utf-8?q?a?=", "=? utf-8 ?q?a?=", "=?utf-8? q?a?=", "\n", "a\nb", " lead =?utf-8?q?a?= trail ", "=?utf-8?q?a?=\n\n=?utf-8?q?b?=", "=?utf-8?b?w6k=?= =?utf-8?q?=C3=A9?=",
        "=?utf-8?b?8J+Yg?= =?utf-8?b?A==?=", "=?utf-8?b?w?= =?utf-8?b?6k=?=", "=?a?q?" * 50, "=?utf-8?q?a?= " * 50, "=?" * 80, "?=" * 80, "=?a?q?x\n" * 20, "\n" * 40 + "=?utf-8?q?a?=", "=?utf-8?b?" + "QUJD" * 200 + "?=",
    ]
    words = ["a", "word", "Hello", "x" * 30, "Gr\xfc\xdfe", "\u20ac", "\u65e5\u672c\u8a9e", "\U0001f600", "\x85", "\x0b", "\x1c", "\t", "\udce9", "=?utf-8?q?b=C3=A9?=", "=?utf-8?b?w6k=?=", "=?iso-8859-1?Q?Andr=E9?=",
             "=?us-ascii*en?q?lang?=", "=?foo?q?x?=", "=?utf-8?b?QUJ?=", "=?utf-8?q??=", "=?", "?=", "=", "_", '"', "\n", "\r\n", "\r", " ", "?", "q?", "=?a?b?"]
    for s in hand + [mix(rng, words, 8, ("", " ")) for _ in range(250)]:
        yield "decodeHeader", [s]
        yield "makeHeader", [s]
    plain_words = ["a", "word", "Hello,", "semi;", "x" * 30, "y" * 90, "one\ttwo", "  two", "tail  ", "(", ")", "a\\", "line\nend", "line\n end", "cr\r\n\tlf", "x:y", "\n", " ", "\t", "\x0b", "\x1d", "=?utf-8?q?x?=", "1.2", "", "a,b", "a;b"]
    ones = ["Gr\xfc\xdfe", "\xe9" * 50, "\xa0", "caf\xe9 au lait", "\xff\xfe"]
    asian = ["\u65e5\u672c\u8a9e", "\u6f22\u5b57 kana \u304b\u306a " * 3, "\u30ab" * 60]
    smileys = ["\U0001f600" * 30, "e\u0301", "\u20ac 5,00", "\u041f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440 " * 4]
    pools = {None: plain_words, "us-ascii": plain_words, "utf-8": plain_words + ones + asian + smileys, "iso-8859-1": plain_words + ones, "iso-8859-15": plain_words + ones + ["\u20ac"],
             "koi8-r": plain_words + ["\u041f\u0440\u0438\u0432\u0435\u0442 " * 9], "euc-jp": plain_words + asian, "shift_jis": asian, "iso-2022-jp": asian, "euc-kr": ["\ud55c\uad6d\uc5b4 " * 8, "a"],
             "unknown-8bit": plain_words + ["\udce9", "\udcc3\udca9 " * 20], "windows-1252": ones + ["\u20ac"], "utf-16": ["a", "\u20ac"], "no-such": ["x"]}
    fixed = [
        ([["", None]], {}, {}), ([], {}, {}), ([["", "utf-8"]], {}, {}), ([[" ", None]], {}, {}), ([["\n", None]], {}, {}), ([["a \n", None]], {}, {}), ([["a" * 100, None]], {"headerName": "Subject"}, {}),
        ([["a" * 100, None]], {}, {}), ([["a b", None]], {"maxLineLen": -5}, {}), ([["a\nb:c", None]], {}, {}), ([["a\n:c", None]], {}, {}), ([["a\nb\n c:", None]], {}, {}), ([["a\nb\nc:", None]], {}, {}),
        ([["a\n b:c", None]], {}, {}), ([["a\r\nb:c", None]], {}, {"linesep": "\r\n"}), ([["a\nb:c", "utf-8"]], {}, {}), ([[{"hex": "e9"}, None]], {}, {}), ([[{"hex": "e9"}, "unknown-8bit"]], {}, {}),
        ([[{"hex": "c3a9"}, "utf-8"]], {}, {}), ([[{"hex": "e9"}, "utf-8"]], {}, {}), ([["\xe9", None]], {}, {}), ([["\xe9", "us-ascii"]], {}, {}), ([["\u20ac", "iso-8859-1"]], {}, {}), ([["\udce9", None]], {}, {}),
        ([["\udce9", "utf-8"]], {}, {}), ([["\xe9", "utf-8"], ["x", "iso-8859-1"], ["ascii", None], [{"hex": "ff"}, "unknown-8bit"]], {}, {}), ([["\xe9", "utf-8"], ["b", "us-ascii"], ["\xe9", "utf-8"]], {}, {}),
        ([["\xe9", "utf-8"], [" b ", "us-ascii"], ["\xe9", "utf-8"]], {}, {}), ([["(", None], ["\xe9", "utf-8"], [")", None]], {}, {}), ([["a", None], ["b", None]], {}, {}), ([["a", "utf-8"], ["b", "UTF-8"]], {}, {}),
        ([["a b c d", None]], {"maxLineLen": 3, "continuationWs": ""}, {}), ([["\xe9" * 20, "utf-8"]], {"maxLineLen": 30, "continuationWs": ""}, {}), ([["\xe9" * 3, "utf-8"]], {"maxLineLen": 3}, {}),
        ([["\xe9" * 3, "utf-8"]], {"maxLineLen": 3, "headerName": "xx"}, {}), ([["a bcdefghi", None]], {"headerName": "Subject", "maxLineLen": 8}, {}), ([["a bcdefghi", None]], {"headerName": "Subject", "maxLineLen": 8}, {"splitChars": ""}),
        ([[" a", None]], {"headerName": "Subject", "maxLineLen": 8}, {"splitChars": ""}), ([["abc def", None]], {"maxLineLen": 3}, {"splitChars": "bc"}), ([["x " * 200, None]], {}, {"maxLineLen": 0}),
        ([["\xe9" * 200, "utf-8"]], {}, {"maxLineLen": 0}), ([["a; b, c; " * 30, None]], {"headerName": "X"}, {}), ([["a; b, c; " * 30, None]], {"headerName": "X"}, {"splitChars": ",;"}), ([["w " * 60, None]], {}, {"splitChars": ";"}),
        ([["a,b;c d\te " * 20, None]], {"maxLineLen": 20}, {"splitChars": "\t ,;"}), ([["x", ""]], {}, {}), ([["x", "\xe9"]], {}, {}),
    ]
    for chunks, options, encode in fixed:
        yield "encode", [chunks, options, encode]
    charsets = list(pools)
    for _ in range(450):
        chunks = []
        for _ in range(rng.choice([1, 1, 2, 3])):
            cs = rng.choice(charsets[:5] if rng.random() < .6 else charsets)
            chunks.append([mix(rng, pools[cs], rng.choice([2, 5, 12]), ("", " ", " ")), cs])
        options, encode = {}, {}
        if rng.random() < .5:
            options["headerName"] = rng.choice(["Subject", "X-" + "n" * 40, "A"])
        if rng.random() < .3:
            options["maxLineLen"] = rng.choice([0, 10, 20, 40, 76])
        if rng.random() < .3:
            options["continuationWs"] = rng.choice(["\t", "  ", ""])
        if rng.random() < .3:
            encode["maxLineLen"] = rng.choice([0, 12, 30, 60, 998])
        if rng.random() < .4:
            encode["splitChars"] = rng.choice(["", " ", ",", ";, \t", "\t", "o", ",; "])
        if rng.random() < .2:
            encode["linesep"] = "\r\n"
        yield "encode", [chunks, options, encode]


HEADER = {
    "decodeHeader": decode_header,
    "makeHeader": lambda s: str(make_header(decode_header(s))),
    "encode": header_encode,
}

if __name__ == "__main__":
    if sys.version_info[:3] != (3, 13, 0):
        sys.exit("CPython 3.13.0 is the reference")
    write("params", params(), PARAMS)
    write("address", address(), ADDRESS)
    write("dates", dates(), DATES)
    write("header", header(), HEADER)
