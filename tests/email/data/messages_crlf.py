"""Writes messages_crlf.jsonl.gz: where CPython's answers differ when every line of a message ends in CRLF.

    python3.13 ../oracle/email_oracle.py --crlf ../messages | python3.13 messages_crlf.py

Each line is {"file": name, "delta": delta} against the line of messages.jsonl.gz. A delta is an object from keys or
indices to deltas, [value] for another value, [] for none.
"""

import gzip
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent


def delta(old, new):
    if isinstance(old, dict) and isinstance(new, dict):
        changed = {key: delta(old.get(key), value) for key, value in new.items() if key not in old or old[key] != value}
        return changed | {key: [] for key in old if key not in new}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return {str(i): delta(x, y) for i, (x, y) in enumerate(zip(old, new)) if x != y}
    return [new]


with gzip.open(HERE / 'messages.jsonl.gz', 'rt') as lines:
    before = {row['file']: row for row in map(json.loads, lines)}
# No time of day in the file: the same answers give the same octets.
with open(HERE / 'messages_crlf.jsonl.gz', 'wb') as raw, gzip.GzipFile(fileobj=raw, mode='wb', filename='', mtime=0) as out:
    for row in map(json.loads, sys.stdin):
        change = {'file': row['file'], 'delta': delta(before[row['file']], row)}
        out.write(json.dumps(change, separators=(',', ':')).encode() + b'\n')
