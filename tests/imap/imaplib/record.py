#!/usr/bin/env python
# -*- coding: ascii -*-
"""Plays sessions through the imaplib of the Python that runs this, against a scripted server, and writes what went over the
wire and what came back. The tests play the same sessions through the facade; nobody needs Python to run them.

    python2.7 tests/imap/imaplib/record.py > tests/imap/imaplib/data/python2.7.json
    python3.13 tests/imap/imaplib/record.py > tests/imap/imaplib/data/python3.13.json

A session has a greeting, calls, and for each command that the calls send the lines that answer it, {tag} for its tag. A
command line that ends in {n} gets "+ go" first, unless its answer holds "refuse". An answer of [prompts, lines] is a dialogue:
each prompt is sent and a line is read. Text is UTF-8 with surrogates for other octets; {"b64": ...} are octets.
"""

import base64
import imaplib
import json
import re
import socket
import sys
import threading

PY3 = sys.version_info[0] >= 3
CAPABILITIES = 'IMAP4rev1 ENABLE UNSELECT IDLE UTF8=ACCEPT AUTH=CRAM-MD5'
SELECTED = ['* 3 EXISTS', '* 1 RECENT', '* OK [UIDVALIDITY 17] ids', '* FLAGS (\\Seen \\Deleted)',
            '{tag} OK [READ-WRITE] done']
LITERAL = ['* 1 FETCH (UID 5 BODY[] {12}\r\nA: b\r\n\r\nbody FLAGS (\\Seen))', '* 2 FETCH (FLAGS ())']

# method, arguments, untagged rows of the answer, state it is called in
METHODS = [
    ('append', ['INBOX', '\\Seen', None, {'b64': 'QTogYg0KDQpib2R5Cg=='}], [], 'AUTH'),
    ('append', ['', '', 0, {'b64': 'YQ1iCmMNCmQ='}], ['* 4 EXISTS'], 'AUTH'),
    ('append', ['a b', '(\\Seen $X)', '"18-May-2033 05:33:20 +0200"', {'b64': ''}], [], 'AUTH'),
    ('capability', [], ['* CAPABILITY IMAP4rev1 X'], 'NONAUTH'),
    ('check', [], [], 'SELECTED'),
    ('close', [], [], 'SELECTED'),
    ('copy', ['1:2', 'other box'], [], 'SELECTED'),
    ('create', ['new/box'], [], 'AUTH'),
    ('delete', ['new/box'], [], 'AUTH'),
    ('deleteacl', ['INBOX', 'fred'], [], 'AUTH'),
    ('enable', ['UTF8=ACCEPT'], ['* ENABLED UTF8=ACCEPT'], 'AUTH'),
    ('expunge', [], ['* 1 EXPUNGE', '* 1 EXPUNGE', '* 3 EXPUNGE'], 'SELECTED'),
    ('fetch', ['1:2', '(UID BODY[] FLAGS)'], LITERAL, 'SELECTED'),
    ('fetch', ['1', 'FLAGS'], ['* 1 FETCH (FLAGS (\\Seen))'], 'SELECTED'),
    ('getacl', ['INBOX'], ['* ACL INBOX fred rwipslda'], 'AUTH'),
    ('getannotation', ['INBOX', '/comment', 'value.priv'], ['* ANNOTATION INBOX /comment (value.priv "x")'], 'AUTH'),
    ('getquota', ['user.fred'], ['* QUOTA user.fred (STORAGE 10 512)'], 'AUTH'),
    ('getquotaroot', ['INBOX'], ['* QUOTAROOT INBOX user.fred', '* QUOTA user.fred (STORAGE 10 512)'], 'AUTH'),
    ('list', [], ['* LIST (\\Noselect) "/" ""', '* LIST () "/" {3}\r\na"b'], 'AUTH'),
    ('list', ['dir/', '%'], ['* LIST (\\HasNoChildren) "/" dir/x'], 'AUTH'),
    ('login', ['fred', 'pass "word"'], [], 'NONAUTH'),
    ('lsub', [], ['* LSUB () "." INBOX'], 'AUTH'),
    ('myrights', ['INBOX'], ['* MYRIGHTS INBOX lrs'], 'AUTH'),
    ('namespace', [], ['* NAMESPACE (("" "/")) NIL NIL'], 'AUTH'),
    ('noop', [], ['* 5 EXISTS', '* 2 FETCH (FLAGS (\\Seen))'], 'SELECTED'),
    ('partial', ['1', 'RFC822', '0', '10'], ['* 1 FETCH (RFC822 {3}\r\nabc)'], 'SELECTED'),
    ('proxyauth', ['fred'], [], 'AUTH'),
    ('recent', [], ['* 2 RECENT'], 'AUTH'),
    ('rename', ['a', 'b c'], [], 'AUTH'),
    ('search', [None, 'FROM', '"LDJ"'], ['* SEARCH 2 3 5'], 'SELECTED'),
    ('search', ['UTF-8', '(SUBJECT "x")', 'UNSEEN'], ['* SEARCH'], 'SELECTED'),
    ('select', ['INBOX', True], SELECTED[:-1], 'AUTH'),
    ('select', ['a b'], SELECTED[:-1], 'SELECTED'),
    ('setacl', ['INBOX', 'fred', 'lr'], [], 'AUTH'),
    ('setannotation', ['INBOX', '/comment', '("value.priv" "x")'], [], 'AUTH'),
    ('setquota', ['user.fred', '(STORAGE 512)'], ['* QUOTA user.fred (STORAGE 10 512)'], 'AUTH'),
    ('sort', ['REVERSE DATE', 'UTF-8', 'ALL'], ['* SORT 5 3 2'], 'SELECTED'),
    ('status', ['a b', '(MESSAGES UNSEEN)'], ['* STATUS "a b" (MESSAGES 3 UNSEEN 1)'], 'AUTH'),
    ('store', ['1:2', '+FLAGS', '\\Deleted'], ['* 1 FETCH (FLAGS (\\Deleted))'], 'SELECTED'),
    ('store', ['1', 'FLAGS.SILENT', '(\\Deleted $X)'], [], 'SELECTED'),
    ('subscribe', ['a b'], [], 'AUTH'),
    ('thread', ['REFERENCES', 'UTF-8', 'ALL'], ['* THREAD (2)(3 6 (4 23)(44 7 96))'], 'SELECTED'),
    ('uid', ['FETCH', '5', '(BODY[] FLAGS)'], LITERAL, 'SELECTED'),
    ('uid', ['search', 'ALL'], ['* SEARCH 5 9'], 'SELECTED'),
    ('uid', ['STORE', '5', '+FLAGS', '(\\Seen)'], ['* 1 FETCH (UID 5 FLAGS (\\Seen))'], 'SELECTED'),
    ('uid', ['COPY', '5', 'a b'], [], 'SELECTED'),
    ('uid', ['MOVE', '5', 'other'], ['* 1 EXPUNGE'], 'SELECTED'),
    ('unselect', [], [], 'SELECTED'),
    ('unsubscribe', ['a b'], [], 'AUTH'),
    ('xatom', ['xfoo', 'a', 'b c', '(d)'], ['* XFOO 1'], 'AUTH'),
]
ARGUMENTS = ['a b', 'a"b', 'a\\b', '', '(a b)', '"a b"', 'x*', 'x%y', '1:*', 'NIL', '[Gmail]/All', 'a/b', 'x@y.z', '\\Seen', '{3}',
             'a_b-c.d', "!#$&'+,.:;<=>?^`|~", '(', '"', '((a)', 'tab\there', '5']


def sessions():
    yield {'name': 'connect: nothing else', 'calls': [['response', 'CAPABILITY'], ['response', 'x']], 'answers': []}
    yield {'name': 'greeting with a code', 'greeting': '* OK [ALERT] hello', 'calls': [['response', 'alert']], 'answers': []}
    for greeting in ('* BYE no', '* NO no'):
        yield {'name': 'greeting ' + greeting, 'greeting': greeting, 'calls': [], 'answers': []}
    for method, args, rows, state in METHODS:
        outcomes = [('OK', rows + ['{tag} OK done']), ('NO', ['refuse', '{tag} NO [NOPERM] no']), ('BAD', ['refuse', '{tag} BAD bad'])]
        if rows:
            outcomes.append(('OK and nothing', ['{tag} OK done']))
        for outcome, answer in outcomes:
            yield session(method, args, state, outcome, answer)
    for method, args, rows, state in METHODS:
        wrong = {'AUTH': 'NONAUTH', 'SELECTED': 'AUTH', 'NONAUTH': 'AUTH'}[state]
        if method in ('close', 'unselect', 'select', 'noop', 'capability', 'xatom', 'recent'):
            continue
        yield session(method, args, wrong, 'in the wrong state', ['refuse', '{tag} BAD not now'])
    for argument in ARGUMENTS:
        yield session('create', [argument], 'AUTH', 'with ' + json.dumps(argument), ['{tag} OK done'])
        yield session('login', ['fred', argument], 'NONAUTH', 'with password ' + json.dumps(argument), ['{tag} OK done'])
    yield session('authenticate', ['x-test', {'answers': ['me', {'b64': '/wA='}, '']}], 'NONAUTH', 'three steps',
                  [['+ ', '+ YWJj', '+'], ['{tag} OK done']])
    yield session('authenticate', ['x-test', {'answers': [None]}], 'NONAUTH', 'given up', [['+ '], ['{tag} BAD cancelled']])
    yield session('authenticate', ['x-test', {'answers': ['x' * 100]}], 'NONAUTH', 'refused', [['+ '], ['{tag} NO [AUTHENTICATIONFAILED] no']])
    yield session('login_cram_md5', ['tim', 'tanstaaftanstaaf'], 'NONAUTH', 'RFC 2195',
                  [['+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+'], ['{tag} OK done']])
    yield {'name': 'rows are kept until they are taken', 'greeting': '* PREAUTH hi', 'answers': [
        SELECTED, ['* 4 EXISTS', '* 1 EXPUNGE', '{tag} OK done'], ['* 6 EXISTS', '* 2 FETCH (FLAGS ())', '{tag} OK done'],
        ['* 1 FETCH (FLAGS (\\Seen))', '{tag} OK done'], SELECTED],
        'calls': [['select'], ['noop'], ['noop'], ['response', 'EXPUNGE'], ['fetch', '1', 'FLAGS'], ['response', 'exists'],
                  ['response', 'EXISTS'], ['select'], ['response', 'UIDVALIDITY'], ['response', 'READ-WRITE'], ['response', 'FLAGS']]}
    yield {'name': 'READ-ONLY comes unasked', 'greeting': '* PREAUTH hi', 'answers': [
        SELECTED[:-1] + ['{tag} OK [READ-ONLY] done'], SELECTED[:-1] + ['{tag} OK [READ-ONLY] done'],
        ['* OK [READ-ONLY] now', '{tag} OK done'], SELECTED],
        'calls': [['select'], ['noop'], ['select', 'INBOX', True], ['noop'], ['noop'], ['select'], ['response', 'EXISTS']]}
    yield {'name': 'READ-ONLY while selected', 'greeting': '* PREAUTH hi', 'answers': [
        SELECTED, ['* OK [READ-ONLY] now', '{tag} OK done'], ['{tag} OK done']],
        'calls': [['select'], ['noop'], ['fetch', '1', 'FLAGS'], ['noop'], ['response', 'READ-ONLY'], ['noop']]}
    yield {'name': 'codes', 'greeting': '* PREAUTH hi', 'answers': [
        ['* OK [UIDNEXT 5] x', '* NO [ALERT] y', '* OK [PERMANENTFLAGS (\\Seen \\*)] z', '{tag} OK [COPYUID 1 2 3] w']],
        'calls': [['noop'], ['response', 'UIDNEXT'], ['response', 'ALERT'], ['response', 'PERMANENTFLAGS'], ['response', 'COPYUID'],
                  ['response', 'OK'], ['response', 'NO']]}
    yield {'name': 'logout', 'greeting': '* PREAUTH hi', 'answers': [['* BYE bye', '{tag} OK done']], 'calls': [['logout']]}
    yield {'name': 'BYE in between', 'greeting': '* PREAUTH hi', 'answers': [['* BYE going', '{tag} OK done']], 'calls': [['noop']]}
    yield {'name': 'text in UTF-8 and text that is not', 'greeting': '* PREAUTH hi', 'answers': [
        ['* LIST () "/" "Entw\xc3\xbcrfe"', '* LIST () "/" "\xff\xfe"', '{tag} OK done']], 'calls': [['list']]}
    yield {'name': 'unknown names', 'greeting': '* PREAUTH hi', 'answers': [], 'calls': [['uid', 'XFOO', '1'], ['uid', 'CREATE', '1']]}


def session(method, args, state, outcome, answer):
    calls, answers = [], []
    if state == 'SELECTED':
        calls, answers = [['select']], [SELECTED]
    return {'name': '%s %s: %s' % (method, json.dumps(args), outcome), 'greeting': '* OK hi' if state == 'NONAUTH' else '* PREAUTH hi',
            'calls': calls + [[method] + args], 'answers': answers + [answer]}


class Server(threading.Thread):
    def __init__(self, played):
        threading.Thread.__init__(self)
        self.daemon = True
        self.listener = socket.socket()
        self.listener.bind(('127.0.0.1', 0))
        self.listener.listen(1)
        self.port = self.listener.getsockname()[1]
        self.played = played
        self.wire = []
        self.start()

    def run(self):
        try:
            self.serve(self.listener.accept()[0])
        except (socket.error, ValueError):
            pass

    def serve(self, sock):
        sock.settimeout(1)
        self.file = sock.makefile('rwb') if PY3 else sock.makefile('r+b', 0)
        answers = [['* CAPABILITY ' + CAPABILITIES, '{tag} OK done']] + self.played['answers']
        self.say(self.played.get('greeting', '* OK hi'))
        for line in iter(self.line, ''):
            tag, text = line.split(' ', 1)
            self.wire.append(text)
            answer = answers.pop(0) if answers else ['{tag} OK done']
            if answer and isinstance(answer[0], list):
                for prompt in answer[0]:
                    self.say(prompt)
                    self.wire.append(self.line())
                answer = answer[1]
            elif answer[0] == 'refuse':
                answer = answer[1:]
            else:
                literal = re.search(r'\{(\d+)\}$', text)
                if literal:
                    self.say('+ go')
                    self.wire.append({'b64': base64.b64encode(self.file.read(int(literal.group(1)))).decode('ascii')})
                    self.wire.append(self.line())
            for each in answer:
                self.say(each.replace('{tag}', str(tag)))
        self.file.close()
        sock.close()

    def line(self):
        return self.file.readline().decode('latin-1').rstrip('\r\n')

    def say(self, text):
        self.file.write(text.encode('latin-1') if PY3 else text)
        self.file.write(b'\r\n')
        self.file.flush()


def argument(value):
    if isinstance(value, dict) and 'answers' in value:
        answers = [argument(each) for each in value['answers']]
        return lambda challenge: answers.pop(0)
    if isinstance(value, dict):
        return base64.b64decode(value['b64'])
    return value.encode('utf-8') if not PY3 and isinstance(value, type(u'')) else value


def neutral(value):
    if isinstance(value, tuple):
        return [text(value[0]), {'b64': base64.b64encode(value[1]).decode('ascii')}]
    if isinstance(value, list):
        return [neutral(each) for each in value]
    return text(value)


def text(value):
    if isinstance(value, bytes):
        if PY3:
            return value.decode('utf-8', 'surrogateescape')
        try:
            return value.decode('utf-8')
        except UnicodeDecodeError:
            return u''.join(unichr(0xdc00 + ord(c)) if c >= '\x80' else unicode(c) for c in value)
    return value


def play(played):
    server = Server(played)
    outcome = {'calls': []}
    try:
        M = imaplib.IMAP4('127.0.0.1', server.port)
    except Exception as problem:
        outcome['connect'] = kind(problem)
    else:
        for call in played['calls']:
            try:
                typ, data = getattr(M, call[0])(*[argument(each) for each in call[1:]])
                outcome['calls'].append([text(typ), neutral(data)])
            except Exception as problem:
                outcome['calls'].append({'error': kind(problem)})
        outcome['state'] = M.state
        try:
            M.shutdown()
        except Exception:
            pass
    server.join(5)
    outcome['wire'] = server.wire
    return outcome


def kind(problem):
    for name in ('readonly', 'abort', 'error'):
        if isinstance(problem, getattr(imaplib.IMAP4, name)):
            return name
    return 'other'


if __name__ == '__main__':
    # 3.13 sends {3} as it is, and the server then waits for three octets that never come.
    socket.setdefaulttimeout(1)
    found = []
    for each in sessions():
        each['outcome'] = play(each)
        found.append(each)
    options = {} if PY3 else {'encoding': 'latin-1'}
    json.dump(found, sys.stdout, indent=0, sort_keys=True, separators=(',', ': '), **options)
    sys.stdout.write('\n')
