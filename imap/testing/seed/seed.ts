/** What users, mailboxes and messages a test gives the server to begin with. */

/** A message to put into a mailbox: the text or octets alone, or with flags and date. */
export type SeedMessage = string | Uint8Array | {
  /** The message; text is sent as UTF-8. */
  message: string | Uint8Array;
  /** Flags and keywords. None when left out. */
  flags?: readonly string[];
  /** INTERNALDATE. The server's clock when left out. */
  date?: Date;
  /** True keeps the octets as they are; otherwise a lone LF becomes CRLF, as a real server stores it. */
  exact?: boolean;
};

/** Messages of a mailbox, or a mailbox with its attributes. */
export type SeedMailbox = Iterable<SeedMessage> | {
  /** Its messages, oldest first. */
  messages?: Iterable<SeedMessage>;
  /** Special use (RFC 6154), such as `\Sent`. */
  specialUse?: readonly string[];
  /** Whether users are subscribed to it. True when left out. */
  subscribed?: boolean;
  /** Octets of the largest message that it takes, where that is less than the server takes (RFC 7889). */
  maxMessage?: number;
};

/** A user with mailboxes that nobody else sees. */
export interface SeedUser {
  /** The password for LOGIN and the mechanisms PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1 and SCRAM-SHA-256. */
  password: string;
  /** When the password expires, by the server's clock. Never when left out. */
  passwordExpires?: Date;
  /** Access tokens for XOAUTH2 and OAUTHBEARER, each with the time when it expires, by the server's clock; null for never. */
  tokens?: Readonly<Record<string, Date | null>>;
  /** The user's mailboxes. INBOX always exists. */
  mailboxes?: Readonly<Record<string, SeedMailbox>>;
  /** Limits, such as `{ STORAGE: 512, MESSAGE: 100 }`: STORAGE in units of 1,024 octets, MESSAGE, MAILBOX. */
  quota?: Readonly<Record<string, number>>;
}
