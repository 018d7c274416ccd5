"""What CPython reads of messages: a JSON list of messages in base64 from stdin, a JSON list of answers to stdout.

The newer API (policy.default) gives subject, people, texts and files; the older one (compat32) has to give the same
subjects, addresses and file names, or the answer says what it gives.
"""

import base64
import json
import sys
from email import message_from_bytes, policy
from email._parseaddr import AddressList
from email.header import decode_header, make_header


def people(message, name):
    field = message[name]
    return [] if field is None else [[a.display_name, a.addr_spec] for a in field.addresses]


def body(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return "" if part is None else part.get_content().replace("\r\n", "\n").rstrip("\n")


def content_id(part):
    value = part["content-id"]
    return None if value is None else str(value).strip("<>")


def files(message):
    for part in message.walk():
        if not part.is_multipart() and part.get_content_disposition() is not None:
            data = base64.b64encode(part.get_payload(decode=True)).decode()
            yield [part.get_filename(), part.get_content_type(), data, content_id(part)]


def older(octets):
    message = message_from_bytes(octets)
    pairs = AddressList(message["to"]).addresslist if message["to"] else []
    return {
        "subject": str(make_header(decode_header(message["subject"]))).replace("\r\n ", " "),
        "to": [[str(make_header(decode_header(name))), address] for name, address in pairs],
        "files": [part.get_filename() for part in message.walk() if part.get_content_disposition() is not None],
    }


def answer(octets):
    message = message_from_bytes(octets, policy=policy.default)
    found = {
        "subject": str(message["subject"]),
        "from": people(message, "from"),
        "to": people(message, "to"),
        "cc": people(message, "cc"),
        "text": body(message, "plain"),
        "html": body(message, "html"),
        "files": list(files(message)),
    }
    old = older(octets)
    same = {"subject": found["subject"], "to": found["to"], "files": [file[0] for file in found["files"]]}
    if old != same:
        found["older"] = old
    return found


print(json.dumps([answer(base64.b64decode(message)) for message in json.load(sys.stdin)]))
