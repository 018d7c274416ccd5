"""Lists the mailboxes, and what is unread in INBOX: who wrote, when, about what, with which files."""
import email
import imaplib
import sys
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_tz, mktime_tz


def text(value):
    return str(make_header(decode_header(value))) if value else ''


def main(host, port):
    M = imaplib.IMAP4(host, int(port))
    print(M.PROTOCOL_VERSION, M.state)
    M.login('alice', 'alice-pw')
    typ, boxes = M.list()
    for line in boxes:
        flags, rest = line.decode().split(') ', 1)
        delimiter, name = rest.split(' ', 1)
        typ, counts = M.status(name, '(MESSAGES UNSEEN)')
        print(name.strip('"'), 'at', delimiter, counts[0].decode().split('(')[1].rstrip(')'))

    typ, data = M.select('INBOX', readonly=True)
    print('%d messages' % int(data[0]))
    typ, data = M.search(None, 'UNSEEN')
    for num in data[0].split():
        typ, data = M.fetch(num, '(FLAGS RFC822.SIZE BODY.PEEK[])')
        head, octets = data[0]
        message = email.message_from_bytes(octets)
        name, address = parseaddr(message['From'])
        print('%s: %s <%s>' % (num.decode(), text(name), address))
        print('   ', text(message['Subject']))
        print('   ', mktime_tz(parsedate_tz(message['Date'])), len(octets), 'octets')
        print('   ', sorted(flag.decode() for flag in imaplib.ParseFlags(head)))
        for part in message.walk():
            if part.is_multipart():
                continue
            filename = part.get_filename()
            if filename:
                print('    file', text(filename), part.get_content_type(), len(part.get_payload(decode=True)))
            elif part.get_content_type() == 'text/plain':
                charset = part.get_content_charset() or 'ascii'
                print('    text', part.get_payload(decode=True).decode(charset).split('\n')[0].strip())
    M.close()
    typ, data = M.logout()
    print(typ, M.state)


main(*sys.argv[1:])
