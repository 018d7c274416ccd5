/** Servers that there are: what they offer, and how they answer otherwise than the rest. */

import type { SeedMailbox } from "./seed/seed.ts";

/** A server that the test server can take after. */
export type ProfileName = "rev1" | "dovecot" | "cyrus" | "gmail";

/** Where servers differ and no RFC decides. */
export interface Behaviour {
  /** What is added to the text of a tagged OK. */
  readonly completed?: string;
  /** The day of a date with a zero in front, `06-Jan`, instead of a space. */
  readonly zeroDay?: true;
  /** A part that is not there is empty, `BODY[9] {0}`, instead of NIL. */
  readonly emptyParts?: true;
  /** A message number that does not exist gets NO instead of BAD. */
  readonly missingNumber?: "NO";
  /** ENABLED names all that is enabled so far, or is left out where nothing new is. */
  readonly enabled?: "all" | "new";
  /** `* THREAD` with a space after it where nothing was found. */
  readonly threadSpace?: true;
}

/** What a profile sets. */
export interface Profile {
  readonly capabilities: readonly string[];
  readonly greeting?: string;
  readonly behaviour?: Behaviour;
  /** Mailboxes that are there from the beginning. */
  readonly mailboxes?: Readonly<Record<string, SeedMailbox>>;
}

const words = (text: string) => text.split(" ");

/** What all real servers of today have. */
const COMMON = "IMAP4rev1 SASL-IR ID ENABLE IDLE AUTH=PLAIN UIDPLUS UNSELECT CHILDREN NAMESPACE QUOTA MOVE";

/** The profiles, each as far as the server has what they offer. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  // RFC 3501 and nothing else.
  rev1: { capabilities: ["IMAP4rev1", "AUTH=PLAIN"] },
  // 2.3.19 of Debian 12.
  dovecot: {
    capabilities: words(
      `${COMMON} LITERAL+ AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-1 AUTH=SCRAM-SHA-256 AUTH=XOAUTH2 AUTH=OAUTHBEARER ` +
        "SORT SORT=DISPLAY THREAD=REFERENCES THREAD=ORDEREDSUBJECT MULTIAPPEND CATENATE LIST-EXTENDED CONDSTORE " +
        "QRESYNC ESEARCH ESORT SEARCHRES WITHIN LIST-STATUS BINARY PREVIEW STATUS=SIZE SAVEDATE NOTIFY METADATA " +
        "SPECIAL-USE COMPRESS=DEFLATE ACL RIGHTS=texk",
    ),
    greeting: "Dovecot (Debian) ready.",
    behaviour: {
      completed: " (0.001 + 0.000 secs).",
      zeroDay: true,
      emptyParts: true,
      enabled: "new",
      threadSpace: true,
    },
  },
  // 3.10 of Debian 13.
  cyrus: {
    capabilities: words(
      `${COMMON} IMAP4rev2 LITERAL+ AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-1 AUTH=SCRAM-SHA-256 ACL RIGHTS=kxten ` +
        "APPENDLIMIT=2147483647 BINARY CATENATE COMPRESS=DEFLATE CONDSTORE CREATE-SPECIAL-USE ESEARCH ESORT " +
        "LIST-EXTENDED LIST-METADATA LIST-MYRIGHTS LIST-STATUS METADATA MULTIAPPEND NOTIFY OBJECTID PREVIEW QRESYNC " +
        "QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX QUOTASET REPLACE SAVEDATE SEARCH=FUZZY SEARCHRES " +
        "SORT SORT=DISPLAY SPECIAL-USE STATUS=SIZE THREAD=ORDEREDSUBJECT THREAD=REFERENCES UIDONLY WITHIN",
    ),
    greeting: "localhost Cyrus IMAP 3.10.2-Debian server ready",
    behaviour: { completed: " (0.000 secs)", missingNumber: "NO", enabled: "all" },
  },
  // As Gmail offers it after login.
  gmail: {
    capabilities: words(
      `${COMMON} AUTH=XOAUTH2 AUTH=OAUTHBEARER X-GM-EXT-1 COMPRESS=DEFLATE CONDSTORE ESEARCH LIST-EXTENDED LIST-STATUS ` +
        "LITERAL- SPECIAL-USE APPENDLIMIT=35651584",
    ),
    greeting: "Gimap ready for requests from 127.0.0.1",
    mailboxes: {
      "[Gmail]/All Mail": { specialUse: ["\\All"] },
      "[Gmail]/Drafts": { specialUse: ["\\Drafts"] },
      "[Gmail]/Important": { specialUse: ["\\Important"] },
      "[Gmail]/Sent Mail": { specialUse: ["\\Sent"] },
      "[Gmail]/Spam": { specialUse: ["\\Junk"] },
      "[Gmail]/Starred": { specialUse: ["\\Flagged"] },
      "[Gmail]/Trash": { specialUse: ["\\Trash"] },
    },
  },
};
