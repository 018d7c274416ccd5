/** A message as a mailbox keeps it. */

/** A moment with the zone it was given in. SEARCH compares the calendar date of that zone (RFC 9051 6.4.4). */
export interface ZonedTime {
  /** Milliseconds since 1970, UTC. */
  time: number;
  /** Minutes east of UTC. */
  zone: number;
}

/** What does not change: all copies of a message in an account share it. */
export interface MessageContent {
  /** The message, octet for octet. */
  readonly bytes: Uint8Array;
  /** Counts up within the account; EMAILID (RFC 8474) and X-GM-MSGID are made of it. */
  readonly id: number;
  /** What `content/described` has found out of it. A WeakMap of 20,000 took a tenth of the time of their first FETCH. */
  described: object | undefined;
}

/** A message in a mailbox. */
export interface StoredMessage {
  readonly uid: number;
  readonly content: MessageContent;
  /** The octets of the content. */
  readonly bytes: Uint8Array;
  /** Flags and keywords in their canonical spelling, without `\Recent`. */
  flags: ReadonlySet<string>;
  readonly internalDate: ZonedTime;
  /** When it came into this mailbox (RFC 8514): milliseconds since 1970. */
  readonly saved: number;
  /** Modification sequence of the last change (RFC 7162). */
  modSeq: bigint;
  /** Modification sequence with which it came. */
  readonly createdModSeq: bigint;
  /** Modification sequence of the last change of each flag that was ever changed. */
  flagModSeqs: Map<string, bigint> | undefined;
  /** True once the message has left the mailbox; sessions may still have to be told. */
  expunged: boolean;
}

/** A message on its way into a mailbox. */
export interface NewMessage {
  readonly content: MessageContent;
  readonly flags: Iterable<string>;
  readonly internalDate: ZonedTime;
  readonly saved: number;
}
