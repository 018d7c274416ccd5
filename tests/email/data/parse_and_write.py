"""Writes parse_and_write.json: messages, and what CPython 3.13.0 makes of them.

    python3.13 parse_and_write.py > parse_and_write.json

Bytes are strings with one character for each byte. Made-up boundaries and the date of a
made-up envelope line are replaced by fixed text.
"""

import email
import email.generator
import email.header
import email.iterators
import email.parser
import io
import json
import random
import re
import sys

from email.policy import compat32

assert sys.version_info[:2] == (3, 13)
RANDOM = random.Random(5322)
MADE_UP = re.compile(r'={15}[0-9]{19}==')
NOBODY = re.compile(r'^From nobody .{24}$', re.M)

BY_HAND = [
    'A: b\n\nc\n', '', '\n', '\r\n\r\nbody', 'A: b', 'A: b\r\n c\r\n\r\nd\r\n', 'A: \t \r\n \r\n b\n\n', 'A:b \t\r\n\r\n',
    'From x y\r\n\r\nbody', 'From x y', 'A: b\nFrom x\n\nbody', 'A: b\nFrom x\n c\nD: e\n\nbody', ': foo\nA: b\n',
    'A: b\n:foo\n bar\nC: d\n\n', ' x\nA: b\n\n', 'A b: c\n', 'A\xe9: c\n\n', 'A: \xe9\n\n\xe9', 'A: b\rC: d\r\n\r\nfoo\rbar',
    'A: b\n\rfoo', 'Content-type: message/rfc822\nFrom x\n\nA: b\n\nc',
    'Content-Type: multipart/mixed\n\nx', 'Content-Type: multipart/mixed; boundary=b\n\nx\n',
    'Content-Type: multipart/mixed; boundary=b\n\npre\n--b--\nrest\n--b\n\nx\n--b--\n',
    'Content-Type: multipart/mixed; boundary=b\n\n--b\n--b--\n\nrest\n--b\n\nx\n--b--\n',
    'Content-Type: multipart/mixed; boundary=b\n\n--b\n--b', 'Content-Type: multipart/mixed; boundary=b\n\n--b',
    'Content-Type: multipart/mixed; boundary=\n\n--b\n--\nx\n----',
    'Content-Type: multipart/mixed; boundary=b\n\n\n--b\nContent-Type: message/rfc822\n\nA: b\n\nxx\n\n--b--',
    'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nxx\n\n--b--\n--b--',
    'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nxx\n\n--b--\n--b--',
    'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n\n\n--b--\n',
    'Content-Type: multipart/digest; boundary=b\n\n\n--b\n\nA: b\n\nc\n--b\nContent-Type: foo\n\n\n\n--b--\n\n',
    'Content-Type: message/delivery-status\n\nA: b\n\nC: d\n\n\nE: f\nG h\ni\n',
    'Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b \t \r\n\r\nx\r\n--b--\t\r\nepi\r\n',
    'Content-Type: multipart/mixed; boundary=b\n\n--b\nFrom foo\nA: b\n\n\n--bx\n --b\n--b',
    'Content-Type: multipart/mixed; boundary=b\n\n--b\nA: b\n--b\nfoo\n--b\n\n\n--b--\n',
    'Content-Transfer-Encoding: base64\n\nQQ==QUJD', 'Content-Transfer-Encoding: base64\n\nQUJ\n-- \nfooter',
    'Content-Transfer-Encoding: base64 (comment)\n\nQUJD', 'Content-Transfer-Encoding: quoted-printable\n\na=3D=\nb =XY==\n',
    'Content-Transfer-Encoding: x-uuencode\n\nbegin 666 foo\n+:&5L;&\\@=V]R;&0 \n \nend\n',
    'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGr\xc3\xbc\xc3\x9fe\nFrom here\n',
    'Content-Type: text/plain; charset=x-none\n\n\xe9\n', 'Content-Type: text/plain\nSubject: \xe9\n\n\xe9\n',
    'Content-Type: multipart/signed; boundary=b\nX-Long: ' + 'word ' * 20 + '\n\n--b\nX-Long: ' + 'word ' * 20 + '\n\nx\n--b--\n',
    'Subject: ' + 'word ' * 30 + '\n\nbody\n', 'Subject: ' + 'w' * 100 + '\n\nbody\n', 'Subject:  two  blanks \n\n', 'Subject:\n\n',
]

HEADERS = [
    'Subject: tea', 'Subject: ' + 'tea, ' * 20, 'Subject:\tte a', 'Subject: \xe9t\xe9', 'Subject: =?utf-8?q?gr=C3=BC?= x',
    'To: a@example.org,\n b@example.org', 'X-Y:  z ', 'MIME-Version: 1.0', 'Content-Disposition: attachment; filename="a b.txt"',
    "Content-Disposition: attachment; filename*=utf-8''%e2%82%ac.txt", 'Content-Transfer-Encoding: base64',
    'Content-Transfer-Encoding: quoted-printable', 'From the middle', ' lost', ':nameless',
]
TYPES = [
    'text/plain', 'text/plain; charset=utf-8', 'text/html; charset="iso-8859-1"', 'text/plain; charset=x-none', 'image/png; name="x.png"',
    'text', '/x', 'text/plain; charset', "text/plain; charset*=utf-8''utf-8", 'application/x; a="b\\"c"; d=\'e f\'; a=2',
]
LINES = ['hello', 'From me', '>From x', '', 'caf\xc3\xa9', '\xe9', 'SGVsbG8=', 'a=3Db=', 'end ', '--x', 'a\rb', '--b1', '--b2--']


def part(depth):
    heads = RANDOM.sample(HEADERS[:12], RANDOM.choice([0, 1, 1, 3])) + RANDOM.sample(HEADERS[12:], RANDOM.random() < .1)
    kind = RANDOM.random() if depth else 1
    if kind < .4:
        name = 'b%d' % RANDOM.randrange(4)
        heads.append('Content-Type: multipart/%s%s' % (
            RANDOM.choice(['mixed', 'alternative', 'digest', 'signed']),
            RANDOM.choice(['; boundary=' + name, '; x=y; boundary="%s"' % name, '; boundary=' + name, ''])))
        text = '\n'.join(heads) + '\n\n' + RANDOM.choice(['', 'pre\n', 'From pre\n\n'])
        for _ in range(RANDOM.choice([0, 1, 2, 3])):
            text += '--%s\n%s\n' % (name, part(depth - 1))
        return text + RANDOM.choice(['', '--%s--' % name, '--%s--\n' % name, '--%s--\nFrom epilogue\n' % name])
    if kind < .5:
        return '\n'.join(heads + ['Content-Type: message/rfc822']) + '\n\n' + part(depth - 1)
    if kind < .55:
        return 'Content-Type: message/delivery-status\n\n' + '\n\n'.join(['A: b\nC: d'] * RANDOM.randrange(4))
    if RANDOM.random() < .7:
        heads.insert(0, 'Content-Type: ' + RANDOM.choice(TYPES))
    body = '\n'.join(RANDOM.sample(LINES, RANDOM.choice([0, 1, 3]))) + RANDOM.choice(['', '\n', '\n\n'])
    return ''.join(h + '\n' for h in heads) + RANDOM.choice(['\n', '\n', '\n', '']) + body


def attempt(call):
    try:
        value = call()
    except Exception as error:
        return {'error': type(error).__name__}
    if isinstance(value, bytes):
        value = value.decode('latin-1')
    if isinstance(value, str):
        value = NOBODY.sub('From nobody', MADE_UP.sub('=BOUNDARY=', value))
    return value


def field(value):
    if isinstance(value, email.header.Header):
        return {'header': [[text, str(charset)] for text, charset in value._chunks]}
    return list(value) if isinstance(value, tuple) else value


def pairs(value):
    return value and [[name, field(item)] for name, item in value]


def describe_part(message):
    out = {
        'type': message.get_content_type(), 'items': pairs(message.items()), 'params': pairs(message.get_params()),
        'filename': message.get_filename(), 'boundary': message.get_boundary(), 'charset': message.get_content_charset(),
        'disposition': message.get_content_disposition(), 'unixfrom': message.get_unixfrom(),
        'preamble': message.preamble, 'epilogue': message.epilogue,
    }
    out = {name: value for name, value in out.items() if value is not None and value != []}
    if message.is_multipart():
        out['parts'] = [describe_part(sub) for sub in message.get_payload()]
    else:
        out['payload'] = message.get_payload()
        decoded = attempt(lambda: message.get_payload(decode=True))
        if decoded != out['payload']:
            out['decoded'] = decoded
    if message.defects:
        out['defects'] = [[type(defect).__name__, defect.line] for defect in message.defects]
    return out


def generated(kind, message, **options):
    sink = io.BytesIO() if kind is email.generator.BytesGenerator else io.StringIO()
    kind(sink, **options).flatten(message, unixfrom=True)
    return sink.getvalue()


def describe(text):
    def fresh():
        return email.message_from_bytes(text.encode('latin-1'))
    crlf = compat32.clone(linesep='\r\n')
    written = {
        'asString': lambda: fresh().as_string(),
        'asString60': lambda: fresh().as_string(unixfrom=True, maxheaderlen=60),
        'asBytes': lambda: fresh().as_bytes(),
        'asBytesCrlf': lambda: fresh().as_bytes(policy=crlf),
        'asBytesExact': lambda: fresh().as_bytes(policy=compat32.clone(max_line_length=None)),
        'asBytes7bit': lambda: fresh().as_bytes(policy=compat32.clone(cte_type='7bit')),
        'generator': lambda: generated(email.generator.Generator, fresh()),
        'bytesGenerator': lambda: generated(email.generator.BytesGenerator, fresh()),
        'decodedGenerator': lambda: generated(email.generator.DecodedGenerator, fresh()),
        'headersOnly': lambda: email.parser.BytesHeaderParser().parsebytes(text.encode('latin-1')).as_bytes(),
    }
    out, shorter = {}, {}
    for name, call in written.items():
        value = attempt(call)
        key = json.dumps(value)
        out[name] = {'as': shorter[key]} if key in shorter else value
        shorter.setdefault(key, name)
    return {'message': text, 'root': describe_part(fresh()), 'written': out}


def main():
    messages = list(BY_HAND)
    while len(messages) < 190:
        text = part(3)
        if RANDOM.random() < .1:
            text = 'From someone\n' + text
        if RANDOM.random() < .3:
            text = text.replace('\r', '').replace('\n', '\r\n')
        messages.append(text)
    print('[')
    print(',\n'.join(json.dumps(describe(text), separators=(',', ':')) for text in messages))
    print(']')


main()
