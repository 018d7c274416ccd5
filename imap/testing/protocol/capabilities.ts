/** The capabilities that the server acts on; a name that is not here can be offered, and brings nothing. */

/** Each by its name, in upper case; the mechanisms, the limit and the letters are written out as they are usually. */
export const CAPABILITIES = [
  ...["IMAP4REV1", "IMAP4REV2", "SASL-IR", "LITERAL+", "LITERAL-", "ID", "ENABLE", "IDLE", "NAMESPACE"],
  ...["AUTH=PLAIN", "AUTH=LOGIN", "AUTH=CRAM-MD5", "AUTH=SCRAM-SHA-1", "AUTH=SCRAM-SHA-256", "AUTH=XOAUTH2"],
  ...["AUTH=OAUTHBEARER", "LOGINDISABLED", "STARTTLS", "COMPRESS=DEFLATE", "UNAUTHENTICATE"],
  ...["UIDPLUS", "MOVE", "UNSELECT", "ESEARCH", "SEARCHRES", "LIST-EXTENDED", "LIST-STATUS", "CHILDREN"],
  ...["SPECIAL-USE", "CREATE-SPECIAL-USE", "STATUS=SIZE", "STATUS=DELETED", "BINARY", "CONDSTORE", "QRESYNC"],
  ...["SORT", "SORT=DISPLAY", "ESORT", "THREAD=ORDEREDSUBJECT", "THREAD=REFERENCES", "PARTIAL", "WITHIN"],
  ...["SEARCH=FUZZY", "OBJECTID", "SAVEDATE", "PREVIEW", "REPLACE", "MULTIAPPEND", "CATENATE", "UIDONLY"],
  ...["METADATA", "METADATA-SERVER", "QUOTA", "QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE", "QUOTA=RES-MAILBOX"],
  ...["QUOTASET", "ACL", "RIGHTS=KXTE", "LIST-MYRIGHTS", "LIST-METADATA", "APPENDLIMIT", "NOTIFY"],
  "X-GM-EXT-1",
] as const;

/** One of them. */
export type Capability = (typeof CAPABILITIES)[number];

/** Everything the default server offers. */
export const defaultCapabilities: readonly string[] = [
  ...["IMAP4rev1", "IMAP4rev2", "SASL-IR", "LITERAL+", "ID", "ENABLE", "AUTH=PLAIN", "IDLE", "NAMESPACE"],
  ...["UIDPLUS", "MOVE", "UNSELECT", "ESEARCH", "SEARCHRES", "LIST-EXTENDED", "LIST-STATUS", "CHILDREN"],
  ...["SPECIAL-USE", "CREATE-SPECIAL-USE", "STATUS=SIZE", "BINARY", "CONDSTORE", "QRESYNC", "SORT"],
  ...["SORT=DISPLAY", "ESORT", "THREAD=ORDEREDSUBJECT", "THREAD=REFERENCES", "PARTIAL", "WITHIN"],
  ...["SEARCH=FUZZY", "OBJECTID", "SAVEDATE", "PREVIEW", "REPLACE", "METADATA", "QUOTA"],
  ...["QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE", "QUOTA=RES-MAILBOX", "QUOTASET", "ACL", "RIGHTS=kxte"],
  ...["LIST-MYRIGHTS", "LIST-METADATA", "APPENDLIMIT"],
];

/** Offered before login; what else is offered shows only afterwards. */
export const BEFORE_LOGIN: RegExp =
  /^(?:IMAP4REV[12]|SASL-IR|LITERAL[+-]|ID|ENABLE|LOGINDISABLED|STARTTLS|AUTH=.*)$/;

/** RFC 9051 appendix E: extensions that IMAP4rev2 includes. ID is the one that it does not bring in. */
export const IN_REV2: ReadonlySet<string> = new Set<Capability>([
  ...["NAMESPACE", "UNSELECT", "UIDPLUS", "ESEARCH", "SEARCHRES", "ENABLE", "IDLE", "SASL-IR"] as const,
  ...["LIST-EXTENDED", "LIST-STATUS", "MOVE", "LITERAL-", "SPECIAL-USE", "STATUS=SIZE"] as const,
  ...["STATUS=DELETED", "BINARY", "CHILDREN"] as const,
]);
