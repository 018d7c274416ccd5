"""Every method of imaplib.IMAP4 against a server: python3 imaplib_tour.py PORT CA_FILE"""

import imaplib
import ssl
import sys
import time

port, ca_file = int(sys.argv[1]), sys.argv[2]
called = set()


class Touring(imaplib.IMAP4):
    """Notes which methods were called from outside."""

    def __getattribute__(self, name):
        value = object.__getattribute__(self, name)
        if callable(value) and not name.startswith("_") and sys._getframe(1).f_code.co_filename == __file__:
            called.add(name)
        return value


def check(got, *wanted):
    """The status is OK, and the data, where it is given, the same."""
    typ, data = got
    assert typ == "OK", got
    assert not wanted or data == list(wanted), (data, wanted)
    return data


def refused(how, *args):
    """A command that this server does not have."""
    try:
        typ, data = how(*args)
    except imaplib.IMAP4.error:
        return
    assert typ in ("NO", "BAD"), (typ, data)


def message(number, more=""):
    return f"From: ann@example.org\r\nSubject: number {number}\r\n{more}\r\nText {number}\r\n".encode()


M = Touring("127.0.0.1", port)
assert M.welcome.startswith(b"* OK")
context = ssl.create_default_context(cafile=ca_file)
M.host = "localhost"
check(M.starttls(context))
assert M.socket().fileno() > 0
assert "IMAP4REV1" in M.capabilities
check(M.capability())
check(M.login_cram_md5("alice", "alice-pw"))
check(M.enable("CONDSTORE"))
check(M.namespace(), b'(("" "/")) NIL NIL')
check(M.create("Work"))
check(M.create("Old"))
check(M.rename("Old", "Older"))
check(M.subscribe("Work"))
assert [line for line in check(M.lsub()) if b"Work" in line]
check(M.unsubscribe("Work"))
assert not [line for line in check(M.lsub()) if b"Work" in line]
assert len(check(M.list())) == 3
when = imaplib.Time2Internaldate(time.time())
for number in (1, 2, 3):
    check(M.append("Work", r"(\Flagged)" if number == 2 else None, when, message(number)))
check(M.append("Work", None, None, message(4, "In-Reply-To: <x@example.org>\r\n")))
assert check(M.status("Work", "(MESSAGES UIDNEXT)")) == [b"Work (MESSAGES 4 UIDNEXT 5)"]
check(M.select("Work"), b"4")
assert M.recent()[0] == "OK"
assert M.response("UIDVALIDITY")[0] == "UIDVALIDITY"
check(M.search(None, "FLAGGED"), b"2")
check(M.search("UTF-8", "SUBJECT", '"number 3"'), b"3")
M.literal = b"number 1"
check(M.search("UTF-8", "SUBJECT"), b"1")
check(M.sort("(REVERSE SUBJECT)", "UTF-8", "ALL"), b"4 3 2 1")
check(M.thread("REFERENCES", "UTF-8", "ALL"), b"(1)(2)(3)(4)")
data = check(M.fetch("2", "(FLAGS BODY.PEEK[])"))
assert data[0][1] == message(2) and rb"\Flagged" in data[0][0], data
data = check(M.fetch("1:2", "(RFC822.SIZE BODYSTRUCTURE ENVELOPE INTERNALDATE)"))
assert len(data) == 2 and imaplib.Internaldate2tuple(data[0]), data
data = check(M.store("3", "+FLAGS", r"(\Deleted)"))
assert rb"\Deleted" in data[0], data
assert rb"\Deleted" in imaplib.ParseFlags(data[0])
check(M.copy("1", "Older"))
check(M.uid("FETCH", "1:*", "(UID)"))
check(M.uid("MOVE", "2", "Older"))
# The one of MOVE waits to be taken, too.
check(M.expunge(), b"2", b"2")
check(M.check())
check(M.noop())
check(M.getacl("Work"))
check(M.setacl("Work", "bob", "lr"))
assert b"bob" in check(M.getacl("Work"))[0]
check(M.deleteacl("Work", "bob"))
assert b"lrs" in check(M.myrights("Work"))[0]
check(M.setquota('""', "(STORAGE 512)"))
assert b"STORAGE" in check(M.getquota('""'))[0]
assert b"Work" in check(M.getquotaroot("Work"))[0][0]
refused(M.proxyauth, "bob")
refused(M.setannotation, "Work", "/comment", "()")
refused(M.getannotation, "Work", "/comment", "value.shared")
refused(M.partial, "1", "RFC822", "1", "2")
typ, data = M.xatom("ID", "NIL")
assert typ == "OK", data
check(M.unselect())
assert M.select("Work", readonly=True)[0] == "OK"
refused(M.store, "1", "+FLAGS", r"(\Seen)")
check(M.close())
check(M.delete("Older"))
try:
    M.select("Older")
    M.fetch("1", "(UID)")
except imaplib.IMAP4.error:
    pass
assert M.logout()[0] == "BYE"

M = Touring("127.0.0.1", port)
check(M.authenticate("PLAIN", lambda challenge: b"\0alice\0alice-pw"))
M.send(b"x NOOP\r\n")
assert M.readline() == b"x OK NOOP completed\r\n"
M.send(b"y FETCH\r\n")
assert M.readline().startswith(b"y BAD")
assert M.read(0) == b""
M.shutdown()
with Touring("127.0.0.1", port) as M:
    refused(M.login, "alice", "wrong")
    check(M.login("alice", "alice-pw"))
    M.print_log() if hasattr(M, "print_log") else None

public = {name for name in dir(imaplib.IMAP4) if not name.startswith("_") and callable(getattr(imaplib.IMAP4, name))}
public -= {"abort", "error", "readonly"}
# What the constructor calls by itself.
missed = public - called - {"open", "print_log"}
assert not missed, f"methods that the tour leaves out: {sorted(missed)}"
print(f"{len(called)} methods")
