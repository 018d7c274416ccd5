"""Answers the fuzzer: one JSON line of email_oracle.describe for each line {"n": number, "b64": message} on stdin."""

import base64
import json
import sys

import email_oracle

for line in sys.stdin:
    request = json.loads(line)
    answer = email_oracle.describe(base64.b64decode(request["b64"]), str(request["n"]))
    sys.stdout.write(json.dumps(answer, separators=(",", ":")) + "\n")
    sys.stdout.flush()
