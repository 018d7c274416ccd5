#!/usr/bin/env python3
"""Writes what the functions of CPython's imaplib return, in several time zones.

    python3.13 tests/imap/imaplib/record_functions.py > tests/imap/imaplib/data/functions.json
"""

import imaplib
import json
import os
import sys
import time

ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Kiritimati']
EPOCHS = [0, 1, 86399, 951782400, 1067000000, 1120000000.9, 1616893200, 1616896800, 1635638400, 1635642000, 1700000000, 1720000000,
          1735689599, 2000000000, 4102444800]
TUPLES = [(2020, 1, 15, 10, 20, 30, 2, 15, -1), (2020, 7, 15, 10, 20, 30, 2, 197, -1), (2024, 2, 29, 23, 59, 59, 3, 60, 0)]
ZONE_TEXTS = ['+0000', '-0000', '+0200', '-0330', '+1400', '+0545']
DATES = ['01-Jan-2000 11:30:00', ' 1-Feb-1994 21:52:25', '29-Feb-2024 23:59:59', '31-Feb-2021 00:00:00', '28-Mar-2021 02:30:00',
         '31-Oct-2021 01:30:00', '31-Dec-1999 23:59:60', '18-May-2033 05:33:20', '07-Jul-1970 00:00:00']
ROWS = ['25 (INTERNALDATE "%s %s")' % (date, zone) for date in DATES for zone in ZONE_TEXTS] + [
    '1 (INTERNALDATE "x" INTERNALDATE "01-Jan-2000 11:30:00 +0000")', '1 (INTERNALDATE "01-Jan-2000 11:30:00 +0000" INTERNALDATE "x")',
    '', 'INTERNALDATE "1-Jan-2000 11:30:00 +0000"', 'INTERNALDATE "01-JAN-2000 11:30:00 +0000"', 'a\nINTERNALDATE "01-Jan-2000 11:30:00 +0000"',
    'INTERNALDATE "01-Jan-2000 11:30:00"', 'INTERNALDATE "01-Jan-2000 11:30:00 +0000']
FLAGS = ['1 (FLAGS (\\Seen \\Deleted) UID 5)', '1 (FLAGS ())', 'FLAGS (a  b\tc)', '1 (UID 5)', '', 'FLAGS (\\Seen', 'FLAGS (a) FLAGS (b',
         '(FLAGS (\\Seen) X-FLAGS (a b))', 'PERMANENTFLAGS (a b)', 'flags (a)', 'FLAGS(a)', 'FLAGS ( a )', 'FLAGS (a(b) c)',
         'x\r\nFLAGS (a)', 'FLAGS (a\nb)', 'FLAGS (a) \n FLAGS (b)', ')FLAGS (', 'FLAGS ()FLAGS (']
NUMBERS = [0, 1, 15, 16, 17, -17, 255, 4096, 65535, 2 ** 40]


def main():
    found = {'zones': {}}
    for zone in ZONES:
        os.environ['TZ'] = zone
        time.tzset()
        found['zones'][zone] = {
            'Internaldate2tuple': [[row, imaplib.Internaldate2tuple(row.encode())] for row in ROWS],
            'Time2Internaldate': [[given, imaplib.Time2Internaldate(given)] for given in EPOCHS + TUPLES],
        }
    found['ParseFlags'] = [[row, [flag.decode() for flag in imaplib.ParseFlags(row.encode())]] for row in FLAGS]
    found['Int2AP'] = [[number, imaplib.Int2AP(number).decode()] for number in NUMBERS]
    json.dump(found, sys.stdout, indent=0, separators=(',', ': '))
    sys.stdout.write('\n')


if __name__ == '__main__':
    main()
