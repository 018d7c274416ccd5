/** What the server for tests and Dovecot are both asked: each key at least once, nested, in orders, in threads. */

/** Commands, without their tag. */
export function questions(): string[] {
  return [
    ...KEYS.map((key) => `UID SEARCH CHARSET UTF-8 ${key}`),
    ...BARE.map((key) => `SEARCH ${key}`),
    ...ORDERS.flatMap((order) => ["ALL", "UNSEEN"].map((key) => `UID SORT (${order}) UTF-8 ${key}`)),
    ...EXTENDED.map((options) => `UID SEARCH RETURN (${options}) FLAGGED`),
    "UID SEARCH RETURN (MIN MAX COUNT) SUBJECT nowhere",
    "UID SORT RETURN (MIN MAX COUNT ALL) (REVERSE DATE) UTF-8 UNSEEN",
    "SORT (SUBJECT) US-ASCII FROM ann",
    ...["ORDEREDSUBJECT", "REFERENCES"].flatMap((way) =>
      ["ALL", "UNFLAGGED", "SUBJECT invoice", "SEEN SINCE 1-Feb-2026", "SUBJECT nowhere"].map((key) =>
        `UID THREAD ${way} UTF-8 ${key}`
      )
    ),
    "THREAD REFERENCES US-ASCII 1:100",
  ];
}

const KEYS = [
  "ALL",
  ...["SEEN", "UNSEEN", "ANSWERED", "UNANSWERED", "FLAGGED", "UNFLAGGED", "DELETED", "UNDELETED", "DRAFT"],
  ...["UNDRAFT", "NEW", "OLD", "RECENT", "UNANSWERED FLAGGED", "KEYWORD $Forwarded", "KEYWORD nobody"],
  ...["UNKEYWORD $Forwarded NOT SEEN", "UNKEYWORD nobody"],
  ...['FROM "ann"', 'FROM "juergen@"', "FROM {7+}\r\nM\u00fcller", "FROM {4+}\r\nZO\u00cb", 'FROM ""'],
  ...['TO "Park, Ji"', 'TO "undisclosed"', 'CC "zoe"', 'CC ""', 'BCC "quoted"', "CC example.org"],
  ...[
    'SUBJECT "invoice"',
    'SUBJECT "re: "',
    "SUBJECT {5+}\r\nK\u00f6ln",
    "SUBJECT {5+}\r\n\u00dcber",
    'SUBJECT ""',
  ],
  ...["SUBJECT {5+}\r\n\u00c9T\u00c9", 'SUBJECT "(fwd)"', 'SUBJECT "[list]"'],
  ...[
    'BODY "nobody had"',
    'BODY "late because"',
    "BODY report.pdf",
    "BODY {3+}\r\n\u00fcb",
    'BODY "no such words"',
  ],
  ...[
    'TEXT "example.kr"',
    'TEXT "generated.example"',
    'TEXT "the report"',
    'TEXT "Content-Type"',
    "TEXT ZOE",
  ],
  ...['HEADER In-Reply-To ""', "HEADER Message-ID <17.11@", "HEADER X-None x", 'HEADER X-None ""'],
  ...[
    "HEADER Content-Type multipart/mixed",
    "HEADER references missing",
    'HEADER date ""',
    "HEADER SUBJECT lunch",
  ],
  ...["SINCE 1-Feb-2026", "BEFORE 15-Jan-2026", "ON 20-Jan-2026", "ON 1-Feb-2026", "ON 2-Feb-2026"],
  ...["BEFORE 1-Feb-2026 SINCE 31-Jan-2026", 'SINCE "28-Feb-2026"', "NOT ON 3-Feb-2026 ON 3-Feb-2026"],
  ...[
    "SENTSINCE 1-Feb-2026 SENTBEFORE 20-Feb-2026",
    "SENTON 2-Mar-2026",
    "SENTON 1-Feb-2026",
    "SENTON 31-Jan-2026",
  ],
  ...[
    "SENTBEFORE 1-Feb-2026",
    "SENTSINCE 1-Mar-2026",
    "NOT SENTSINCE 1-Jan-1970",
    "NOT SENTBEFORE 1-Jan-2030",
  ],
  ...["LARGER 2000", "SMALLER 500", "LARGER 1000 SMALLER 1500", "LARGER 0", "SMALLER 0", "LARGER 4294967295"],
  ...["OLDER 1", "YOUNGER 1", "OLDER 2000000000", "YOUNGER 2000000000"],
  ...["SAVEDSINCE 1-Jan-2020", "SAVEDBEFORE 1-Jan-2020", "SAVEDON 1-Jan-2020", "SAVEDATESUPPORTED"],
  ...[
    "UID 100:120,3,*",
    "UID *",
    "UID 2000:*",
    "UID 990:2000",
    "UID 5000",
    "10:20 SEEN",
    "*",
    "*:995",
    "1,3,5:7",
  ],
  ...["OR SEEN FLAGGED", "OR (SEEN SUBJECT lunch) (NOT ANSWERED LARGER 3000)"],
  ...["NOT (OR SEEN (FLAGGED ANSWERED))", "NOT NOT SEEN", "OR OR SEEN FLAGGED OR ANSWERED DRAFT"],
  ...["OR NOT SEEN NOT (OR FLAGGED NOT ANSWERED)", "(((SEEN)))", "(SEEN FLAGGED) (NOT (DELETED DRAFT))"],
  ...["NOT 1:500 NOT UID 700:*", "OR FROM ann OR TO ann OR CC ann BCC ann", "NOT ALL"],
];

/** Without a charset, with others, and wrong. */
const BARE = [
  ...[
    "SUBJECT lunch",
    "CHARSET US-ASCII SUBJECT lunch",
    "CHARSET utf-8 FROM ann",
    "CHARSET X-NONE SUBJECT x",
  ],
  ...["1:3", "CHARSET UTF-8 SINCE 1-Feb-2026 5:900", "FROM {3+}\r\nann SUBJECT {5+}\r\nlunch"],
];

const ORDERS = [
  ...["ARRIVAL", "CC", "DATE", "FROM", "SIZE", "SUBJECT", "TO", "DISPLAYFROM", "DISPLAYTO"],
  ...[
    "REVERSE ARRIVAL",
    "REVERSE CC",
    "REVERSE DATE",
    "REVERSE FROM",
    "REVERSE SIZE",
    "REVERSE SUBJECT",
    "REVERSE TO",
  ],
  ...["REVERSE DISPLAYFROM", "REVERSE DISPLAYTO"],
  ...["SUBJECT DATE", "REVERSE FROM SIZE", "TO REVERSE SUBJECT REVERSE ARRIVAL", "SUBJECT REVERSE DATE"],
  ...["CC REVERSE CC", "DATE ARRIVAL"],
];

const EXTENDED = ["", "MIN", "MAX", "ALL", "COUNT", "MIN MAX COUNT ALL", "MIN COUNT"];
