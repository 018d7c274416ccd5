# -*- coding: ascii -*-
"""Sessions of hostile and odd servers, played and written as record.py does.

    python2.7 tests/imap/imaplib/record_odd.py > tests/imap/imaplib/data/odd_python2.7.json
    python3.13 tests/imap/imaplib/record_odd.py > tests/imap/imaplib/data/odd_python3.13.json
"""

import base64
import json
import socket
import sys

import record
from record import SELECTED, play

P = '* PREAUTH hi'


def S(name, calls, answers, greeting=P):
    return {'name': name, 'greeting': greeting, 'calls': calls, 'answers': answers}


OK = '{tag} OK done'


def sel(name, calls, answers):
    return S(name, [['select']] + calls, [SELECTED] + answers)


def odd():
    # literals in odd places
    yield S('literal name and attributes', [['list'], ['response', 'LIST']], [['* LIST () "/" {5}\r\na b c', '* LIST (\\Noselect) {1}\r\n/ {1}\r\nx', OK]])
    yield S('empty literal', [['list']], [['* LIST () "/" {0}\r\n', OK]])
    yield S('literal with CRLF', [['list']], [['* LIST () "/" {6}\r\na\r\nb\r\n', OK]])
    yield S('literal that looks like a response', [['list'], ['response', 'FOO']], [['* LIST () "/" {7}\r\n* FOO 1', OK]])
    yield sel('literals in a row', [['fetch', '1', '(BODY[1] BODY[2] UID)']], [['* 1 FETCH (BODY[1] {3}\r\nabc BODY[2] {0}\r\n UID 5)', OK]])
    yield sel('literal at the very end', [['fetch', '1', 'X']], [['* 1 FETCH (X {3}\r\nabc', OK]])
    yield sel('two rows with literals and one without', [['fetch', '1:3', '(BODY[])']], [['* 1 FETCH (BODY[] {1}\r\na)', '* 2 FETCH (BODY[] NIL)', '* 3 FETCH (BODY[] {2}\r\nbc FLAGS ())', OK]])
    yield sel('literal8', [['fetch', '1', '(BINARY[1])']], [['* 1 FETCH (BINARY[1] ~{3}\r\na\x00b)', OK]])
    yield sel('literal with binary octets', [['fetch', '1', '(BODY[])']], [['* 1 FETCH (BODY[] {4}\r\n\xff\x00\x80\n)', OK]])
    yield S('literal in STATUS', [['status', 'x', '(MESSAGES)']], [['* STATUS {3}\r\nx y (MESSAGES 3)', OK]])
    yield S('literal in QUOTAROOT', [['getquotaroot', 'x']], [['* QUOTAROOT {1}\r\nx {4}\r\nroot', '* QUOTA {4}\r\nroot (STORAGE 1 2)', OK]])
    yield S('literal in ACL', [['getacl', 'x']], [['* ACL {1}\r\nx fred {3}\r\nlrs', OK]])
    yield S('literal in MYRIGHTS', [['myrights', 'x']], [['* MYRIGHTS {1}\r\nx lrs', OK]])
    yield S('literal in NAMESPACE', [['namespace']], [['* NAMESPACE (({0}\r\n "/")) NIL NIL', OK]])
    yield S('literal in ANNOTATION', [['getannotation', 'x', '/comment', 'value']], [['* ANNOTATION x /comment (value.priv {3}\r\na"b)', OK]])
    yield S('literal in unknown response', [['noop'], ['response', 'XFOO']], [['* XFOO {2}\r\nab tail', OK]])
    yield S('literal in numbered unknown response', [['noop'], ['response', 'XFOO']], [['* 5 XFOO {2}\r\nab tail', OK]])
    # order and draining
    yield sel('rows in several orders', [['noop'], ['response', 'FETCH'], ['response', 'FETCH'], ['response', 'EXISTS'], ['response', 'RECENT'], ['response', 'FLAGS']],
        [['* 3 FETCH (FLAGS (\\Seen))', '* 4 EXISTS', '* 1 FETCH (FLAGS ())', '* 0 RECENT', '* FLAGS (a)', OK]])
    yield sel('flood', [['noop'], ['response', 'EXISTS'], ['expunge'], ['response', 'EXPUNGE']], [['* %d EXISTS' % n for n in range(60)] + ['* 1 EXPUNGE'] * 40 + [OK], ['* 7 EXPUNGE', OK]])
    yield sel('flood before fetch', [['noop'], ['fetch', '1', 'FLAGS'], ['fetch', '1', 'FLAGS']], [['* %d FETCH (FLAGS ())' % n for n in range(1, 4)] + [OK], ['* 1 FETCH (FLAGS (\\Seen))', OK], [OK]])
    yield sel('search rows of before', [['noop'], ['search', None, 'ALL'], ['search', None, 'ALL']], [['* SEARCH 9', OK], ['* SEARCH 1 2', '* SEARCH 3', OK], ['* SEARCH', OK]])
    yield sel('select twice drops', [['noop'], ['select', 'b'], ['response', 'FETCH'], ['response', 'EXISTS']], [['* 9 FETCH (FLAGS ())', OK], ['* 0 EXISTS', OK]])
    yield sel('select without EXISTS', [['select', 'b'], ['response', 'EXISTS']], [[OK]])
    yield sel('select twice EXISTS', [['select', 'b'], ['response', 'EXISTS'], ['select', 'b']], [['* 1 EXISTS', '* 2 EXISTS', OK], [OK]])
    yield sel('select NO', [['select', 'b'], ['response', 'EXISTS'], ['fetch', '1', 'FLAGS'], ['select', 'c']], [['* 1 EXISTS', '{tag} NO [NONEXISTENT] no'], SELECTED])
    yield sel('select BAD', [['select', 'b'], ['fetch', '1', 'FLAGS']], [['{tag} BAD no'], ['* 1 FETCH (FLAGS ())', OK]])
    yield sel('examine READ-ONLY', [['select', 'b', True], ['response', 'READ-ONLY'], ['select', 'b', True], ['noop'], ['select', 'b', 1], ['store', '1', 'FLAGS', 'a']], [['* 1 EXISTS', '{tag} OK [READ-ONLY] done'], ['* 1 EXISTS', '{tag} OK [READ-ONLY] done'], [OK], ['* 4 EXISTS', '{tag} OK [READ-ONLY] done'], ['{tag} NO [READ-ONLY] sorry']])
    yield sel('READ-ONLY flips in a tagged NO', [['store', '1', 'FLAGS', 'a'], ['noop'], ['response', 'READ-ONLY'], ['noop']], [['{tag} NO [READ-ONLY] sorry'], [OK]])
    yield sel('READ-ONLY then READ-WRITE', [['noop'], ['noop'], ['response', 'READ-WRITE']], [['* OK [READ-ONLY] a', '* OK [READ-WRITE] b', OK], [OK]])
    yield sel('select not readonly but READ-ONLY, close', [['select', 'b'], ['close'], ['select', 'c'], ['fetch', '1', 'FLAGS']], [['* 1 EXISTS', '{tag} OK [READ-ONLY] done'], [OK], SELECTED, ['* 1 FETCH (FLAGS ())', OK]])
    yield S('select not readonly but READ-ONLY, logout', [['select', 'b'], ['logout']], [['* 1 EXISTS', '{tag} OK [READ-ONLY] done'], ['* BYE x', OK]])
    # statuses
    for status in ('OK', 'NO', 'BAD'):
        yield S('%s with several codes' % status, [['noop'], ['response', 'X'], ['response', 'Y'], ['response', 'X-Y'], ['response', 'ALERT']], [['* OK [X] a', '* NO [Y 1 2] b', '* BAD [X-Y (a b)] c', '{tag} %s [ALERT] t' % status]])
        yield S('tagged %s with a text of brackets' % status, [['noop'], ['response', 'X']], [['{tag} %s [X a] b [c] d' % status]])
        yield S('untagged %s before tagged' % status, [['noop'], ['response', status], ['response', 'OK']], [['* %s something' % status, OK]])
        yield S('untagged %s in the middle of list' % status, [['list'], ['list']], [['* LIST () "/" a', '* %s [ALERT] x' % status, '* LIST () "/" b', OK], [OK]])
        yield S('list then %s' % status, [['list'], ['response', 'LIST'], ['list'], ['response', 'LIST']], [['* LIST () "/" a', '{tag} %s no' % status], ['* LIST () "/" b', OK]])
        yield sel('fetch then %s' % status, [['fetch', '1', 'FLAGS'], ['response', 'FETCH'], ['fetch', '1', 'FLAGS']], [['* 1 FETCH (FLAGS (a))', '{tag} %s no' % status], ['* 1 FETCH (FLAGS (b))', OK]])
        yield sel('expunge then %s' % status, [['expunge'], ['response', 'EXPUNGE'], ['expunge']], [['* 1 EXPUNGE', '{tag} %s no' % status], ['* 2 EXPUNGE', OK]])
        yield sel('search then %s' % status, [['search', None, 'ALL'], ['response', 'SEARCH'], ['search', None, 'ALL']], [['* SEARCH 1', '{tag} %s no' % status], ['* SEARCH 2', OK]])
        yield sel('store then %s' % status, [['store', '1', '+FLAGS', 'x'], ['response', 'FETCH']], [['* 1 FETCH (FLAGS (x))', '{tag} %s no' % status]])
        yield sel('uid copy then %s' % status, [['uid', 'COPY', '1', 'x'], ['response', 'COPYUID'], ['copy', '1', 'x'], ['response', 'COPYUID'], ['response', 'COPYUID']], [['{tag} %s [COPYUID 1 2 3] no' % status], ['{tag} OK [COPYUID 4 5 6] done']])
        yield sel('uid move then %s' % status, [['uid', 'MOVE', '1', 'x'], ['response', 'COPYUID'], ['response', 'EXPUNGE'], ['response', 'OK']], [['* OK [COPYUID 1 2 3] ok', '* 1 EXPUNGE', '{tag} %s no' % status]])
        yield sel('close then %s' % status, [['close'], ['noop'], ['fetch', '1', 'FLAGS']], [['{tag} %s no' % status], [OK], ['* 1 FETCH (FLAGS ())', OK]])
        yield S('quotaroot then %s' % status, [['getquotaroot', 'x'], ['response', 'QUOTA'], ['response', 'QUOTAROOT']], [['* QUOTAROOT x r', '* QUOTA r (S 1 2)', '{tag} %s no' % status]])
        yield S('xatom then %s' % status, [['xatom', 'xfoo', 'a'], ['response', 'XFOO'], ['xatom', 'XFOO', 'b']], [['* XFOO 1', '{tag} %s no' % status], ['* XFOO 2', OK]])
        yield S('logout then %s' % status, [['logout'], ['logout'], ['noop']], [['{tag} %s no' % status]])
        yield S('login then %s' % status, [['login', 'a', 'b'], ['login', 'a', 'b'], ['list']], [['* CAPABILITY X', '{tag} %s [AUTHENTICATIONFAILED] no' % status], [OK]], '* OK hi')
        yield S('append then %s before the literal' % status, [['append', 'x', None, None, {'b64': 'YQ=='}], ['noop'], ['append', 'x', None, None, {'b64': 'Yg=='}]], [['refuse', '{tag} %s [TRYCREATE] no' % status], [OK], [OK]])
        yield S('append then %s after the literal' % status, [['append', 'x', None, None, {'b64': 'YQ=='}], ['response', 'APPENDUID'], ['noop']], [['{tag} %s [APPENDUID 1 2] no' % status], [OK]])
        yield S('untagged %s while append waits' % status, [['append', 'x', None, None, {'b64': 'YQ=='}], ['noop']], [['refuse', '* %s hm' % status, '{tag} NO no'], [OK]])
    yield S('status codes of many forms', [['noop']] + [['response', c] for c in ('UIDNEXT', 'uidnext', 'PERMANENTFLAGS', 'BADCHARSET', 'NEWNAME', 'REFERRAL', 'X.Y', 'X_Y', 'X1')],
        [['* OK [UIDNEXT 5] a', '* OK [UIDNEXT 6] b', '* OK [PERMANENTFLAGS (\\Seen $a \\*)] c', '* NO [BADCHARSET (UTF-8 "x y")] d', '* NO [NEWNAME a "b c"] e', '* OK [REFERRAL imap://x/;y=z] f', '* OK [X.Y 1] g', '* OK [X_Y 1] g', '* OK [X1 1] h', OK]])
    yield S('code without text', [['noop'], ['response', 'ALERT']], [['* OK [ALERT]', '{tag} OK [ALERT]']])
    yield S('code not first', [['noop'], ['response', 'ALERT']], [['* OK see [ALERT] x', OK]])
    yield S('BYE with a code', [['noop'], ['response', 'BYE'], ['noop']], [['* BYE [UNAVAILABLE] gone', OK]])
    yield sel('BYE in fetch', [['fetch', '1', 'FLAGS'], ['fetch', '1', 'FLAGS'], ['logout']], [['* 1 FETCH (FLAGS ())', '* BYE out', OK]])
    yield S('BYE after tagged', [['list'], ['list'], ['logout']], [['* LIST () "/" a', OK, '* BYE late'], ['* LIST () "/" b', OK]])
    yield S('logout with BYE rows', [['logout'], ['response', 'BYE']], [['* BYE a', '* BYE b', OK]])
    yield S('logout without BYE', [['logout']], [[OK]])
    yield S('logout twice', [['logout'], ['logout']], [['* BYE a', OK], ['* BYE a', OK]])
    yield S('noop after logout', [['logout'], ['noop'], ['list'], ['response', 'BYE']], [['* BYE a', OK]])
    # continuation for nothing
    yield S('continuation for nothing', [['noop'], ['noop']], [['+ idle hands', OK], [OK]])
    yield S('continuation before rows', [['list']], [['+ x', '* LIST () "/" a', OK]])
    yield sel('continuation in fetch', [['fetch', '1', 'FLAGS']], [['* 1 FETCH (FLAGS ())', '+ ', '* 2 FETCH (FLAGS ())', OK]])
    yield S('bare continuation', [['noop'], ['noop']], [['+', OK], [OK]])
    yield S('authenticate asked too often', [['authenticate', 'x', {'answers': ['a', 'b', 'c', 'd']}]], [[['+ ', '+ ', '+ ', '+ '], [OK]]], '* OK hi')
    yield S('authenticate at once OK', [['authenticate', 'x', {'answers': []}]], [[[], [OK]]], '* OK hi')
    yield S('authenticate at once NO', [['authenticate', 'x', {'answers': []}]], [[[], ['{tag} NO no']]], '* OK hi')
    yield S('authenticate untagged between', [['authenticate', 'x', {'answers': ['a', 'b']}], ['response', 'ALERT']], [[['* OK [ALERT] x\r\n+ YQ==', '* NO hm\r\n+ Yg=='], [OK]]], '* OK hi')
    yield S('authenticate bad base64', [['authenticate', 'x', {'answers': ['a']}]], [[['+ !!!'], [OK]]], '* OK hi')
    yield S('authenticate long answer', [['authenticate', 'x', {'answers': ['x' * 200]}]], [[['+ '], [OK]]], '* OK hi')
    yield S('authenticate empty answers', [['authenticate', 'x', {'answers': ['', {'b64': ''}]}]], [[['+ ', '+ '], [OK]]], '* OK hi')
    yield S('authenticate when logged in', [['authenticate', 'x', {'answers': []}]], [])
    yield S('cram-md5 refused', [['login_cram_md5', 'a', 'b'], ['noop']], [[['+ YWJj'], ['{tag} NO no']]], '* OK hi')
    yield S('cram-md5 utf8 and empty', [['login_cram_md5', '', '']], [[['+ YWJj'], [OK]]], '* OK hi')
    # lines that are not responses
    for line in ('', ' ', '*', '* ', '** x', '* 5', '* fetch 1', '*  OK two spaces', '* ok lower', 'garbage', '* 3 exists', '{tag}', '{tag} ', '{tag} OK', '{tag}  OK x', '{tag} ok x', '{tag} BYE x', '{tag} PREAUTH x', '{tag} FOO x', 'Z9 OK other', '* 99999999999999999999 EXISTS', '* -1 EXISTS', '* X-Y z', '* X.Y z', '* 1 2 EXISTS', '*\tOK tab', '* OK\ttab', '+x', '-x', '* LIST', '* 1', '* (a)', '* OK', '* SEARCH ', '* EXISTS 5', '* CAPABILITY'):
        yield S('line %r' % line, [['noop'], ['response', 'OK'], ['response', 'EXISTS'], ['noop']], [[line, OK], [OK]])
    yield S('greeting two spaces', [['noop']], [], '*  OK hi')
    for greeting in ('* OK', '* ok hi', 'OK hi', '* PREAUTH', '* OK [CAPABILITY IMAP4rev1 X] hi', '* BAD x', '+ x', '* FOO x', '* 5 EXISTS', '* BYE', '* OK [ALERT]'):
        yield S('greeting %r' % greeting, [['noop'], ['response', 'CAPABILITY'], ['response', 'ALERT']], [], greeting)
    # append
    for text in ('', '\n', '\r', '\r\n', 'a\n\nb', 'a\r\rb', 'a\r\n\nb', 'a\n\rb', '\r\n\r\n', 'a\r', '\ra', 'a\x00b', '.\r\n.', 'a\r\r\n', '\n\r\n\r', 'x' * 5000):
        yield S('append %r' % text[:20], [['append', 'x', None, None, {'b64': base64.b64encode(text.encode('latin-1') if record.PY3 else text).decode('ascii')}]], [[OK]])
    for flags in ('\\Seen', '(\\Seen)', '()', '(', ')', '(a) (b)', ' ', 'a b', '', None, '(a', 'a)'):
        yield S('append flags %r' % (flags,), [['append', 'x', flags, None, {'b64': 'YQ=='}]], [[OK]])
    for mailbox in ('', None, 'a b', '"a b"', '(a)', 'INBOX', 'a"b'):
        yield S('append mailbox %r' % (mailbox,), [['append', mailbox, None, None, {'b64': 'YQ=='}]], [[OK]])
    for date in ('"18-May-2033 05:33:20 +0200"', '18-May-2033', '', 0, '"x"', None, '"', '""'):
        yield S('append date %r' % (date,), [['append', 'x', None, date, {'b64': 'YQ=='}]], [[OK]])
    yield sel('append while selected', [['append', 'x', None, None, {'b64': 'YQ=='}], ['response', 'EXISTS'], ['response', 'APPENDUID']], [['* 9 EXISTS', '{tag} OK [APPENDUID 1 2] done']])
    yield S('append continuation without text', [['append', 'x', None, None, {'b64': 'YQ=='}]], [[['+'], ['ignored']]])
    # arguments
    yield sel('fetch arguments', [['fetch', '1:*', 'ALL'], ['fetch', '1', '(BODY[HEADER.FIELDS (A B)])'], ['fetch', '1', 'BODY[HEADER.FIELDS (A)]'], ['fetch', '1', 'UID FLAGS'], ['fetch', '1,2', 'BODY.PEEK[]<0.10>'], ['fetch', '', ''], ['fetch', '*', 'BODY[]']], [])
    yield sel('store arguments', [['store', '1', '+FLAGS', '\\Deleted'], ['store', '1', '+FLAGS', '(\\Deleted)'], ['store', '1', 'flags.silent', 'a b'], ['store', '1', '+X-GM-LABELS', 'a b'], ['store', '1', '+FLAGS', ''], ['store', '1', '+FLAGS', '(']], [])
    yield sel('search arguments', [['search', None, 'ALL'], ['search', '', 'ALL'], ['search', 'UTF-8', 'SUBJECT', 'a b'], ['search', None, '(FROM "x y")'], ['search', None, 'FROM', 'x y'], ['search', None], ['search', None, 'OR', 'SEEN', '(NOT ANSWERED)'], ['search', None, 'SINCE', '1-Jan-2020'], ['search', None, 'HEADER', 'X-A', ''], ['search', None, 'UID', '1:*']], [])
    yield sel('sort arguments', [['sort', 'DATE', 'UTF-8', 'ALL'], ['sort', '(DATE)', 'UTF-8', 'ALL', 'SEEN'], ['sort', '', 'UTF-8', 'ALL'], ['sort', '(', 'X', 'Y'], ['sort', 'DATE', '', 'ALL']], [])
    yield sel('thread arguments', [['thread', 'ORDEREDSUBJECT', 'UTF-8', 'ALL'], ['thread', 'REFERENCES', 'US-ASCII', 'FROM', 'a b'], ['thread', '', '', '']], [])
    yield sel('partial arguments', [['partial', '1', 'BODY[]', '1', '10'], ['partial', '1', 'RFC822.TEXT', '0', '1000']], [['* 1 FETCH (BODY[] {2}\r\nab)', OK], ['* 1 FETCH (RFC822.TEXT "x")', '{tag} NO x']])
    yield sel('copy arguments', [['copy', '1:*', 'a b'], ['copy', '1', '"a b"'], ['copy', '1', ''], ['copy', '1', '(x)']], [])
    yield S('list arguments', [['list', '', '*'], ['list', '""', '"*"'], ['list', 'a b', '%'], ['list', '"a"', ''], ['list', 'x/', 'y z*'], ['lsub', '', '%'], ['lsub', 'a', '*']], [])
    yield S('status arguments', [['status', 'a b', '(MESSAGES)'], ['status', 'INBOX', 'MESSAGES'], ['status', 'INBOX', 'MESSAGES UNSEEN'], ['status', '', '()']], [])
    yield S('acl arguments', [['setacl', 'a b', 'fred x', 'lr'], ['setacl', 'x', 'y', ''], ['setacl', 'x', 'y', '+lr'], ['deleteacl', 'a b', '"q"'], ['getacl', '']], [])
    yield S('quota arguments', [['setquota', '', '(STORAGE 1)'], ['setquota', 'a b', '()'], ['getquota', ''], ['getquotaroot', 'a b']], [])
    yield S('annotation arguments', [['getannotation', 'a b', '/c d', '("x" "y")'], ['setannotation'], ['setannotation', 'x'], ['setannotation', 'x', '/e', '("a" "b")', '/f', '("c" NIL)']], [])
    yield S('rename arguments', [['rename', 'a b', 'c"d'], ['rename', '', ''], ['rename', 'a\\b', 'x{1}']], [])
    yield S('proxyauth arguments', [['proxyauth', 'a b'], ['proxyauth', '']], [])
    yield S('enable arguments', [['enable', 'CONDSTORE QRESYNC'], ['enable', 'x']], [['* ENABLED CONDSTORE', OK], ['{tag} BAD x']])
    yield S('login arguments', [['login', 'a b', 'c d']], [['{tag} NO x']], '* OK hi')
    yield S('login twice', [['login', 'a', 'b'], ['login', 'a', 'b']], [[OK], [OK]], '* OK hi')
    for a in ('', 'a"', '\\', '"q"', '(p)', 'x' * 300, 'p{3}x', 'a%b*'):
        yield S('user %r' % a[:10], [['login', a, 'p']], [[OK]], '* OK hi')
    yield S('xatom arguments', [['xatom', 'xfoo'], ['xatom', 'XFOO', 'a b'], ['xatom', 'xbar', '(a b)', '"c"'], ['xatom', 'noop'], ['xatom', 'Select', 'x'], ['list']], [])
    yield S('xatom of another state', [['xatom', 'fetch', '1', 'x'], ['xatom', 'login', 'a', 'b']], [])
    yield sel('xatom selected then closed', [['xatom', 'xfoo2'], ['close'], ['xatom', 'xfoo2']], [])
    # uid
    yield sel('uid forms', [['uid', 'fetch', '1:*', '(UID)'], ['uid', 'SEARCH', None, 'ALL'], ['uid', 'SEARCH', 'CHARSET', 'UTF-8', 'ALL'], ['uid', 'SORT', '(DATE)', 'UTF-8', 'ALL'], ['uid', 'THREAD', 'REFERENCES', 'UTF-8', 'ALL'], ['uid', 'EXPUNGE', '1:5'], ['uid', 'STORE', '1', '+FLAGS', '\\Seen'], ['uid', 'COPY', '1', 'a b'], ['uid', 'FETCH'], ['uid', 'NOOP'], ['uid', 'LIST', '""', '*']],
        [['* 1 FETCH (UID 1)', '* 2 FETCH (UID 2)', OK], ['* SEARCH 1', OK], ['* SEARCH', OK], ['* SORT 3 1', OK], ['* THREAD (1)(2 3)', OK], ['* 1 EXPUNGE', OK]])
    yield sel('uid expunge rows', [['uid', 'EXPUNGE', '1'], ['response', 'EXPUNGE'], ['expunge']], [['* 1 EXPUNGE', '* 1 EXPUNGE', OK], [OK]])
    yield sel('uid search stale', [['noop'], ['uid', 'SEARCH', 'ALL'], ['uid', 'COPY', '1', 'x'], ['uid', 'SEARCH', 'ALL']], [['* SEARCH 8', '* 1 FETCH (FLAGS ())', OK], ['* SEARCH 9', OK], [OK], [OK]])
    yield S('uid not selected', [['uid', 'FETCH', '1', 'x']], [])
    # esearch etc
    yield sel('esearch', [['search', None, 'RETURN', '(COUNT)', 'ALL'], ['response', 'ESEARCH'], ['uid', 'SEARCH', 'RETURN', '()', 'ALL']], [['* ESEARCH (TAG "x") COUNT 5', OK], ['* ESEARCH (TAG "x") UID ALL 1:5', OK]])
    yield sel('sort several lines', [['sort', 'DATE', 'UTF-8', 'ALL'], ['sort', 'DATE', 'UTF-8', 'ALL']], [['* SORT 1', '* SORT 2 3', OK], ['* SORT', OK]])
    yield sel('thread several', [['thread', 'REFERENCES', 'UTF-8', 'ALL'], ['thread', 'REFERENCES', 'UTF-8', 'ALL']], [['* THREAD (1)', '* THREAD (2 3)', OK], ['* THREAD', OK]])
    yield sel('expunge while fetching', [['fetch', '1:3', 'FLAGS'], ['response', 'EXPUNGE'], ['response', 'EXISTS']], [['* 1 FETCH (FLAGS ())', '* 2 EXPUNGE', '* 2 EXISTS', '* 2 FETCH (FLAGS ())', OK]])
    yield sel('recent forms', [['recent'], ['recent'], ['response', 'RECENT']], [[OK], ['* 5 RECENT', '* 6 RECENT', OK]])
    yield sel('recent NO', [['recent'], ['recent'], ['recent']], [['{tag} NO x'], ['* 1 RECENT', '{tag} NO x']])
    yield S('capability twice', [['capability'], ['capability'], ['response', 'CAPABILITY']], [['* CAPABILITY A', '* CAPABILITY B', OK], [OK]], '* OK hi')
    yield S('status in the middle', [['noop'], ['status', 'x', '(MESSAGES)'], ['response', 'STATUS']], [['* STATUS y (MESSAGES 1)', OK], ['* STATUS x (MESSAGES 2)', OK]])
    yield S('namespace twice', [['namespace'], ['namespace']], [['* NAMESPACE NIL NIL NIL', '* NAMESPACE (("" "/")) NIL NIL', OK], ['{tag} NO x']])
    yield S('rows of another type', [['list'], ['response', 'LSUB'], ['lsub'], ['response', 'LIST']], [['* LSUB () "/" a', OK], ['* LIST () "/" b', OK]])
    yield sel('check close unselect move', [['check'], ['unselect'], ['check']], [])
    yield sel('unselect NO', [['unselect'], ['select'], ['unselect']], [['{tag} NO x'], SELECTED, ['{tag} BAD x']])
    yield S('wrong state calls', [['check'], ['expunge'], ['close'], ['unselect'], ['fetch', '1', 'x'], ['search', None, 'ALL'], ['copy', '1', 'x'], ['store', '1', 'F', 'x'], ['sort', 'a', 'b', 'c'], ['thread', 'a', 'b', 'c'], ['partial', '1', 'a', '1', '2'], ['uid', 'FETCH', '1', 'x'], ['login', 'a', 'b']], [])
    yield S('not logged in', [['select'], ['list'], ['append', 'x', None, None, {'b64': 'YQ=='}], ['status', 'x', '()'], ['create', 'x'], ['noop'], ['namespace'], ['enable', 'X'], ['proxyauth', 'x'], ['getacl', 'x']], [], '* OK hi')
    yield sel('proxyauth selected', [['proxyauth', 'x'], ['enable', 'x'], ['login', 'a', 'b']], [])
    yield S('utf8 text', [['list'], ['noop'], ['response', 'X']], [['* LIST () "/" "\xc3\xbc"', OK], ['* X \xc3\xbc\xff', OK]])
    yield S('tab in text', [['list']], [['* LIST\t() "/" x', OK]])
    yield S('trailing spaces', [['list'], ['namespace']], [['* LIST () "/" x  ', OK + '  '], ['* NAMESPACE NIL NIL NIL ', OK]])
    yield S('quoted brace text', [['list'], ['list']], [['* LIST () "/" "a{3}"', OK], ['* LIST () "/" {3}x', OK]])
    yield sel('envelope with quoted', [['fetch', '1', '(ENVELOPE)']], [['* 1 FETCH (ENVELOPE ("d" "s\\"x" NIL NIL NIL NIL NIL NIL NIL "<m>"))', OK]])
    yield sel('fetch in uppercase and lower items', [['fetch', '1', '(flags)']], [['* 1 FETCH (flags (\\seen) Uid 5)', OK]])
    yield sel('fetch without space after', [['fetch', '1', '(flags)']], [['* 1 FETCH(FLAGS ())', OK], [OK]])
    yield sel('numbers', [['noop'], ['response', 'EXISTS'], ['response', 'EXPUNGE']], [['* 0 EXISTS', '* 007 EXISTS', '* 0 EXPUNGE', OK]])
    yield sel('exists with more', [['noop'], ['response', 'EXISTS']], [['* 5 EXISTS now', OK]])
    yield S('uid twice and unknown', [['uid', 'uid', '1'], ['uid', '', '1'], ['uid', 'XYZ']], [])


def wrong():
    """Calls that cannot be right, and servers that break the form of lines."""
    A = {'b64': 'YQ=='}
    # numbers of arguments
    for call in (['create'], ['create', 'a', 'b'], ['rename', 'a'], ['rename', 'a', 'b', 'c'], ['list', 'a', 'b', 'c'], ['status', 'x'],
                 ['append', 'x', None, None], ['append', 'x', None, None, A, 'more'], ['getquotaroot'], ['setacl', 'x', 'y'], ['noop', 'x'],
                 ['capability', 'x'], ['namespace', 1], ['select', 'x', False, 'y'], ['enable'], ['setquota', 'x']):
        yield S('arguments: %s' % json.dumps(call), [call, ['noop']], [])
    for call in (['fetch', '1'], ['fetch', '1', 'FLAGS', 'UID'], ['store', '1', '+FLAGS'], ['copy', '1'], ['search'], ['sort', 'DATE'],
                 ['thread', 'REFERENCES'], ['expunge', '1'], ['close', 'x'], ['check', 'x'], ['uid'], ['partial', '1', 'a', '1'], ['unselect', 'x']):
        yield sel('arguments: %s' % json.dumps(call), [call, ['noop']], [])
    yield S('arguments of login', [['login', 'a'], ['login'], ['authenticate', 'x'], ['login_cram_md5', 'a'], ['logout', 'x']], [], '* OK hi')
    # nothing in place of something
    yield S('None as an argument', [['create', None], ['list', None, None], ['status', None, None], ['rename', None, 'b'], ['xatom', 'xfoo', None, 'a']], [])
    yield sel('None for messages', [['fetch', None, 'FLAGS'], ['copy', '1', None], ['search', None, None, 'ALL'], ['uid', 'FETCH', None, 'FLAGS']], [])
    # lines
    yield sel('raw line end in quotes', [['fetch', '1', 'ENVELOPE'], ['noop']], [['* 1 FETCH (ENVELOPE (NIL "a\r\nb" NIL))', OK], [OK]])
    yield sel('empty line after a literal in a list', [['fetch', '1', 'BODY[]'], ['noop']], [['* 1 FETCH (BODY[] {1}\r\na\r\n\r\n)', OK], [OK]])
    yield S('server literal with plus', [['list'], ['noop']], [['* LIST () "/" {1+}\r\na', OK], [OK]])
    yield S('LF without CR', [['noop'], ['response', 'EXISTS']], [['* 3 EXISTS\n* 4 EXISTS', OK]])
    yield S('CR in a line', [['noop'], ['response', 'X']], [['* X a\rb', OK]])
    yield S('NUL in a line', [['noop'], ['response', 'X']], [['* X a\x00b', OK]])
    yield S('PREAUTH in the middle', [['noop'], ['response', 'PREAUTH'], ['login', 'a', 'b']], [['* PREAUTH x', OK]])
    yield S('CAPABILITY in the middle', [['list'], ['response', 'CAPABILITY']], [['* CAPABILITY IMAP4rev1', '* LIST () "/" a', OK]])
    yield S('FLAGS by another case', [['noop'], ['response', 'flags'], ['response', 'Flags']], [['* FLAGS (a b)', OK]])
    yield S('code without a space after it', [['noop'], ['response', 'UIDNEXT'], ['response', 'ALERT']], [['* OK [UIDNEXT 5]text', '* NO [ALERT]x', OK]])
    yield S('code with brackets in quotes', [['noop'], ['response', 'X'], ['response', 'PERMANENTFLAGS']], [['* OK [X "a]b" c] t', '* OK [PERMANENTFLAGS (a]b \\*)] t', OK]])
    yield S('code that does not end', [['noop'], ['response', 'X']], [['* OK [X a b', '{tag} OK [X c']])
    yield S('code that is empty', [['noop'], ['response', '']], [['* OK [] x', '{tag} OK [] y']])
    # what commands leave
    yield S('login with a code', [['login', 'a', 'b'], ['response', 'CAPABILITY'], ['response', 'ALERT']], [['* NO [ALERT] soon down', '{tag} OK [CAPABILITY IMAP4rev1 X] in']], '* OK hi')
    yield S('login BYE', [['login', 'a', 'b'], ['login', 'a', 'b']], [['* BYE out', '{tag} NO no'], [OK]], '* OK hi')
    yield S('authenticate again', [['authenticate', 'x', {'answers': ['a']}], ['authenticate', 'x', {'answers': ['b']}], ['list']], [[['+ '], ['{tag} NO no']], [['+ '], [OK]]], '* OK hi')
    yield S('untagged before the continuation of append', [['append', 'x', None, None, A], ['response', 'EXISTS']], [[['* 5 EXISTS\r\n+ go'], [OK]]])
    yield sel('codes of copy and rename', [['copy', '1', 'x'], ['response', 'TRYCREATE'], ['rename', 'a', 'b'], ['response', 'ALREADYEXISTS']], [['{tag} NO [TRYCREATE] no'], ['{tag} NO [ALREADYEXISTS] no']])
    yield S('quota without root and root without quota', [['getquotaroot', 'x'], ['getquotaroot', 'x']], [['* QUOTA "" (S 1 2)', OK], ['* QUOTAROOT x ""', OK]])
    yield S('two rights', [['getacl', 'x'], ['myrights', 'x'], ['getacl', 'x']], [['* ACL x a l', '* ACL y b r', OK], ['* MYRIGHTS x l', '* MYRIGHTS y r', OK], ['{tag} NO no']])
    yield sel('what stays after close', [['noop'], ['close'], ['response', 'EXISTS'], ['response', 'FETCH'], ['select'], ['response', 'FETCH']], [['* 9 EXISTS', '* 1 FETCH (FLAGS ())', OK], [OK], SELECTED])
    yield sel('VANISHED', [['expunge'], ['response', 'VANISHED'], ['uid', 'EXPUNGE', '1:5'], ['response', 'VANISHED']], [['* VANISHED 1:3', OK], ['* VANISHED 4', '{tag} NO no']])
    yield sel('store refused with rows', [['noop'], ['uid', 'STORE', '1', 'FLAGS', 'a'], ['response', 'FETCH']], [['* 7 FETCH (FLAGS (x))', OK], ['* 1 FETCH (FLAGS ())', '{tag} NO no']])
    yield sel('sort refused', [['uid', 'SORT', '(DATE)', 'UTF-8', 'ALL'], ['sort', 'DATE', 'X', 'ALL'], ['response', 'BADCHARSET']], [['* SORT 1', '{tag} NO no'], ['{tag} NO [BADCHARSET (UTF-8)] no']])
    yield sel('flags of store', [['store', '1', 'FLAGS', '()'], ['store', '1', 'FLAGS', '(a b) (c)'], ['store', '1', '-FLAGS', '\\Recent'], ['store', '1', '+FLAGS.SILENT', '"q"']], [])
    yield sel('sections with parentheses and literals', [['fetch', '1', 'BODY[HEADER.FIELDS (A B)]'], ['fetch', '1', 'X']], [['* 1 FETCH (BODY[HEADER.FIELDS (A "B C")] {2}\r\nhi)', OK], ['* 1 FETCH (BODY[HEADER.FIELDS ({1}\r\nA)] {2}\r\nhi UID 3)', OK]])
    yield S('octets as arguments', [['create', {'b64': 'YSBi'}], ['create', {'b64': 'ww=='}], ['xatom', 'xfoo', {'b64': 'YQ=='}]], [])
    yield S('xatom without a name', [['xatom', ''], ['xatom', 'a b'], ['xatom', 'noop', 'x']], [])


if __name__ == '__main__':
    socket.setdefaulttimeout(1)
    found = []
    for each in list(odd()) + list(wrong()):
        each['outcome'] = play(each)
        found.append(each)
    options = {} if record.PY3 else {'encoding': 'latin-1'}
    print('[')
    print(',\n'.join(json.dumps(each, sort_keys=True, **options) for each in found))
    print(']')
