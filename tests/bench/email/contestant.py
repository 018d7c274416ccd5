"""CPython's turn. Prints what measure.ts prints."""

import json
import sys
import time
from email import message_from_bytes
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser


def leaves(messages):
    size = 0
    for octets in messages:
        for part in message_from_bytes(octets).walk():
            if not part.is_multipart():
                size += len(part.get_payload(decode=True))
    return size


def read(messages):
    size = 0
    for octets in messages:
        message = message_from_bytes(octets)
        for name in ("subject", "from", "to"):
            size += len(str(make_header(decode_header(message[name]))))
        for part in message.walk():
            if part.is_multipart():
                continue
            data = part.get_payload(decode=True)
            if part.get_content_maintype() == "text":
                data = data.decode(part.get_content_charset("us-ascii"), "replace")
            size += len(data)
    return size


def header(messages):
    return sum(len(str(message_from_bytes(octets)["subject"])) for octets in messages)


def header_only(messages):
    return sum(len(str(BytesHeaderParser().parsebytes(octets)["subject"])) for octets in messages)


def scan(messages):
    return sum(octets.find(b"\0") + 1 for octets in messages)


def write(parsed):
    return sum(len(message.as_bytes()) for message in parsed)


def parsed(messages):
    return [message_from_bytes(octets) for octets in messages]


def changed(messages):
    found = parsed(messages)
    for message in found:
        message["X-Seen"] = "yes"
    return found


def same(messages):
    return messages


WORKS = {
    "leaves": (same, leaves),
    "read": (same, read),
    "header": (same, header),
    "headerOnly": (same, header_only),
    "scan": (same, scan),
    "write": (parsed, write),
    "change": (changed, write),
}


def one(prepare, work, messages):
    ready = prepare(messages)
    started, before = time.perf_counter(), time.process_time()
    seen = work(ready)
    return time.perf_counter() - started, time.process_time() - before, seen


def status(name):
    """A figure of the kernel in octets; getrusage would count the program that started this one too."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name + ":"))


def main():
    task = json.loads(sys.argv[1])
    prepare, work = WORKS[task["work"]]
    messages = []
    for name in task["files"]:
        with open(name, "rb") as file:
            messages.append(file.read())
    if task["memory"]:
        before = status("VmRSS")
        best, cpu, seen = one(prepare, work, messages)
        peak = status("VmHWM") - before
        print(json.dumps({"best": best, "cpu": cpu, "passes": 1, "seen": seen, "peak": peak}))
        return
    # No compiler to warm up: one pass for the caches.
    one(prepare, work, messages)
    times = []
    end = time.perf_counter() + task["milliseconds"] / 1000
    while not times or time.perf_counter() < end:
        times.append(one(prepare, work, messages))
    print(json.dumps({
        "best": min(seconds for seconds, _, _ in times),
        "cpu": sum(cpu for _, cpu, _ in times) / len(times),
        "passes": len(times),
        "seen": times[-1][2],
    }))


main()
