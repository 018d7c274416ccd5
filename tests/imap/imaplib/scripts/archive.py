"""Moves what a sender wrote into an archive, leaves a note about it, and tells what is where afterwards."""
import imaplib
import sys
import time
from email.message import Message
from email.utils import formatdate


def count(M, box):
    typ, data = M.select('"%s"' % box, readonly=True)
    if typ != 'OK':
        return '%s: %s' % (box, typ)
    typ, data = M.search(None, 'ALL')
    return '%s: %d' % (box, len(data[0].split()))


def main(host, port):
    M = imaplib.IMAP4(host, int(port))
    try:
        M.login('alice', 'wrong')
    except M.error as problem:
        print('refused:', isinstance(problem, M.abort))
    M.login('alice', 'alice-pw')
    print(count(M, 'Old mail'))
    print(M.create('"Old mail"')[0], M.create('"Old mail"')[0])
    print(M.subscribe('"Old mail"')[0])
    M.select()
    typ, data = M.uid('SEARCH', None, 'FROM', '"fred"')
    uids = data[0].split()
    print('%d from fred' % len(uids))
    for uid in uids:
        typ, data = M.uid('COPY', uid, '"Old mail"')
        if typ == 'OK':
            M.uid('STORE', uid, '+FLAGS', '(\\Deleted)')
    typ, data = M.expunge()
    print(typ, [int(num) for num in data])
    print(M.response('EXISTS')[0], len(M.response('COPYUID')[1]) > 0)

    note = Message()
    note['Subject'] = 'Archived'
    note['Date'] = formatdate(0)
    note.set_payload('%d messages went into "Old mail".\n' % len(uids))
    when = imaplib.Time2Internaldate(time.mktime((2026, 11, 20, 12, 0, 0, 0, 0, -1)))
    typ, data = M.append('INBOX', '\\Seen', when, note.as_bytes())
    print(typ)
    M.noop()
    typ, data = M.search(None, 'SUBJECT', '"Archived"', 'SINCE', '19-Nov-2026')
    typ, data = M.fetch(data[0], '(INTERNALDATE BODY[TEXT])')
    print(imaplib.Internaldate2tuple(data[0][0])[:6])
    print(data[0][1].decode().strip())
    try:
        M.fetch('1:*', 'NONSENSE')
    except M.error as problem:
        print('error:', isinstance(problem, M.abort))
    print(count(M, 'INBOX'), count(M, 'Old mail'))
    print(M.close()[0], M.state)
    print(M.unsubscribe('"Old mail"')[0], M.delete('"Old mail"')[0])
    print(M.logout()[0])


main(*sys.argv[1:])
