"""Answers the fuzzer: one JSON line for each line {"n": number, "b64": message, "light": bool} on stdin.

The line is email_oracle.describe of the message or, when it is to be light, what light.ts says about it: all of the
parts, the two usual ways of writing, and of everything else one thing in turn, by the number of the message.
"""

import base64
import io
import json
import sys

import email
import email.generator
import email.header
import email.parser
import email_oracle as oracle
from email.policy import compat32

ENCODINGS = ('encode_utf8', 'encode_latin1', 'encode_ascii', 'fold_40')
CHANGES = dict(oracle.mutations())
TEXT = email.generator.Generator
POLICIES = {
    'as_bytes_nofold': compat32.clone(max_line_length=None),
    'as_bytes_crlf': compat32.clone(linesep='\r\n'),
    'as_bytes_crlf_nofold': compat32.clone(max_line_length=None, linesep='\r\n'),
    'as_bytes_7bit': compat32.clone(cte_type='7bit'),
}
FOLD_40 = compat32.clone(max_line_length=40)


def decoded_generator(msg):
    fp = io.StringIO()
    email.generator.DecodedGenerator(fp).flatten(msg)
    return fp.getvalue()


OUTPUTS = {
    'as_string_unixfrom_78': lambda m: m.as_string(unixfrom=True, maxheaderlen=78),
    'as_string_40': lambda m: m.as_string(maxheaderlen=40),
    'as_bytes_unixfrom': lambda m: m.as_bytes(unixfrom=True),
    **{name: lambda m, name=name: m.as_bytes(policy=POLICIES[name]) for name in POLICIES},
    'generator_default': lambda m: oracle.flatten_text(m, TEXT),
    'generator_mangle_60': lambda m: oracle.flatten_text(m, TEXT, mangle_from_=True, maxheaderlen=60, unixfrom=True),
    'bytes_generator_mangle': lambda m: oracle.flatten_bytes(m, mangle_from_=True, linesep='\r\n'),
    'decoded_generator': decoded_generator,
}
FLAGS = ('round_trip_nofold', 'round_trip_crlf_nofold', 'idempotent')
ENTRIES = ('headers_only', 'binary_file', 'string_latin1', 'string_latin1_payloads', 'feed_61_same')
EXTRAS = (*OUTPUTS, *FLAGS, *ENTRIES)


def brief(msg):
    return {'structure': oracle.structure(msg),
            'defects': [oracle.defects(p) for p in msg.walk()],
            'keys': msg.keys(),
            'as_bytes': oracle.serialise(msg.as_bytes),
            'as_string': oracle.serialise(msg.as_string)}


def flag(name, data, first):
    if name == 'idempotent':
        return oracle.attempt(lambda: oracle.stable_bytes(email.message_from_bytes(first).as_bytes())
                              == oracle.stable_bytes(first))
    policy = POLICIES[name.replace('round_trip', 'as_bytes')]
    return oracle.attempt(lambda: email.message_from_bytes(data).as_bytes(policy=policy)) == data


def entry(name, data):
    if name == 'headers_only':
        return brief(email.parser.BytesHeaderParser().parsebytes(data))
    if name == 'binary_file':
        return brief(email.message_from_binary_file(io.BytesIO(data)))
    if name == 'string_latin1':
        return brief(email.message_from_string(data.decode('latin-1')))
    if name == 'string_latin1_payloads':
        return [oracle.attempt(lambda: oracle.digest(p.get_payload(decode=True)))
                for p in email.message_from_string(data.decode('latin-1')).walk()]

    def feed():
        parser = email.parser.BytesFeedParser()
        for i in range(0, len(data), 61):
            parser.feed(data[i:i + 61])
        return brief(parser.close())
    return oracle.attempt(feed) == oracle.attempt(lambda: brief(email.message_from_bytes(data)))


def describe_header(name, value, which):
    made = oracle.attempt(lambda: str(email.header.make_header(email.header.decode_header(value))))
    out = {'str': oracle.attempt(lambda: str(value)),
           'decode_header': oracle.attempt(lambda: oracle.chunks(email.header.decode_header(value))),
           'make_header': made}
    text = value if which == 'fold_40' else made
    if not isinstance(text, str) or len(text) > 4000:
        return out
    Header = email.header.Header
    out[which] = oracle.attempt({
        'encode_utf8': lambda: Header(text, 'utf-8', header_name=name).encode(),
        'encode_latin1': lambda: Header(text, 'iso-8859-1', header_name=name, maxlinelen=60).encode(),
        'encode_ascii': lambda: Header(text, header_name=name, continuation_ws='\t').encode(
            splitchars=' ', maxlinelen=40, linesep='\r\n'),
        'fold_40': lambda: FOLD_40.fold(name, text),
    }[which])
    return out


whole_header, PARAM_NAMES = oracle.describe_header, oracle.PARAM_NAMES


def describe_light(data, n):
    try:
        msg = email.message_from_bytes(data)
    except Exception as exc:
        return {'error': type(exc).__name__}
    output = {'as_string': oracle.serialise(lambda: email.message_from_bytes(data).as_string())}
    oracle.NUMBERS.count = 0
    first = oracle.attempt(lambda: email.message_from_bytes(data).as_bytes())
    output['as_bytes'] = oracle.serialise(lambda: first)
    output['round_trip'] = first == data
    mutations = {}
    if n % 2:
        change = list(CHANGES)[(n >> 1) % len(CHANGES)]
        msg2 = email.message_from_bytes(data)
        mutations[change] = [oracle.attempt(lambda: CHANGES[change](msg2) and None),
                             oracle.attempt(lambda: oracle.params(msg2.get_params())),
                             oracle.serialise(lambda: msg2.as_bytes(unixfrom=True))]
    entries = {}
    extra = EXTRAS[(n >> 1) % len(EXTRAS)]
    if n % 2:
        pass
    elif extra in OUTPUTS:
        output[extra] = oracle.serialise(lambda: OUTPUTS[extra](email.message_from_bytes(data)))
    elif extra in FLAGS:
        if extra != 'idempotent' or isinstance(first, bytes):
            output[extra] = flag(extra, data, first)
    elif extra != 'string_latin1_payloads' or any(b > 127 for b in data):
        entries[extra] = oracle.attempt(lambda: entry(extra, data))
    which = ENCODINGS[n % len(ENCODINGS)]
    oracle.describe_header = lambda name, value: describe_header(name, value, which)
    oracle.PARAM_NAMES = PARAM_NAMES[n % 4::4]
    parts = oracle.describe_tree(msg)
    oracle.describe_header, oracle.PARAM_NAMES = whole_header, PARAM_NAMES
    return {'structure': oracle.structure(msg), 'output': output, 'entries': entries,
            'mutations': mutations, 'parts': parts}


for line in sys.stdin:
    request = json.loads(line)
    message, number = base64.b64decode(request['b64']), request['n']
    answer = describe_light(message, number) if request['light'] else oracle.describe(message, str(number))
    sys.stdout.write(json.dumps(answer, separators=(',', ':')) + '\n')
    sys.stdout.flush()
