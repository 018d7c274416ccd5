/** Each capability, offered and not offered: listed or not, and what it brings works or is refused. */

import { test } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ProfileName, type ServerOptions, startServer } from "@postern/postern/testing";
import {
  CAPABILITIES,
  type Capability,
  defaultCapabilities,
} from "../../../imap/testing/protocol/capabilities.ts";
import { profiles } from "../../../imap/testing/profiles.ts";
import { Wire } from "./wire.ts";

/** A command with what it sends after each `+`. */
type Command = string | readonly string[];

/** How a capability shows. */
interface Shown {
  /** How it is written in the list, where that is not its name in upper case. */
  readonly as?: string;
  /** Capabilities offered in both cases, beside IMAP4rev1. */
  readonly with?: readonly string[];
  /** Before login. */
  readonly before?: true;
  /** What comes first, in both cases. */
  readonly first?: readonly Command[];
  /** What is tried; all of it must work where it is offered. */
  readonly tries: readonly Command[];
  /** What is in the answers where it is offered. OK at the end when left out. */
  readonly on?: RegExp;
  /** What is in each answer where it is not. BAD when left out. */
  readonly off?: RegExp;
}

const mechanism: Shown = {
  before: true,
  tries: [["AUTHENTICATE MECHANISM", "*"]],
  on: /^BAD Cancelled$/,
  off: /^NO \[CANNOT\] /,
};
const select = "SELECT INBOX";

/** All of them; the compiler sees to it that none is left out. */
const shown: Readonly<Record<Capability, Shown>> = {
  IMAP4REV1: {
    as: "IMAP4rev1",
    with: ["IMAP4rev2"],
    tries: [select],
    on: / RECENT\n/,
    off: /^(?![^]* RECENT\n)/,
  },
  IMAP4REV2: {
    as: "IMAP4rev2",
    with: ["ENABLE"],
    tries: ["ENABLE IMAP4rev2"],
    on: /^\* ENABLED IMAP4rev2\n/,
    off: /^\* ENABLED\n/,
  },
  "SASL-IR": { before: true, tries: ["AUTHENTICATE PLAIN AGFsaWNlAGFsaWNlLXB3"], with: ["AUTH=PLAIN"] },
  "LITERAL+": { tries: [`APPEND INBOX {5000+}\r\n${"x".repeat(5000)}`] },
  "LITERAL-": { tries: ["APPEND INBOX {3+}\r\na:b"] },
  ID: { tries: ["ID NIL"] },
  ENABLE: { tries: ["ENABLE CONDSTORE"] },
  IDLE: { tries: [["IDLE", "DONE"]] },
  NAMESPACE: { tries: ["NAMESPACE"] },
  "AUTH=PLAIN": mechanism,
  "AUTH=LOGIN": mechanism,
  "AUTH=CRAM-MD5": mechanism,
  "AUTH=SCRAM-SHA-1": mechanism,
  "AUTH=SCRAM-SHA-256": mechanism,
  "AUTH=XOAUTH2": mechanism,
  "AUTH=OAUTHBEARER": mechanism,
  LOGINDISABLED: {
    before: true,
    tries: ["LOGIN alice alice-pw"],
    on: /^NO \[PRIVACYREQUIRED\] /,
    off: /^OK /,
  },
  // Over a port it works: tls_test.ts.
  STARTTLS: { before: true, tries: ["STARTTLS"], on: /^BAD TLS is not offered here$/ },
  "COMPRESS=DEFLATE": { tries: ["COMPRESS DEFLATE"] },
  UNAUTHENTICATE: { tries: ["UNAUTHENTICATE"] },
  UIDPLUS: { first: [select], tries: ["UID EXPUNGE 1"] },
  MOVE: { first: [select], tries: ["MOVE 1 Other", "UID MOVE 2 Other"] },
  UNSELECT: { first: [select], tries: ["UNSELECT"] },
  ESEARCH: { first: [select], tries: ["SEARCH RETURN (ALL) ALL"] },
  SEARCHRES: {
    with: ["ESEARCH"],
    first: [select],
    tries: ["SEARCH RETURN (SAVE) ALL", "FETCH $ UID", "SEARCH $", "UID SEARCH UID $"],
  },
  "LIST-EXTENDED": { tries: ['LIST (SUBSCRIBED) "" *', 'LIST "" (A B)', 'LIST "" * RETURN (CHILDREN)'] },
  "LIST-STATUS": { with: ["LIST-EXTENDED"], tries: ['LIST "" * RETURN (STATUS (MESSAGES))'] },
  CHILDREN: { tries: ['LIST "" INBOX'], on: /\\HasNoChildren/, off: /^(?![^]*Children)/ },
  "SPECIAL-USE": {
    with: ["LIST-EXTENDED"],
    tries: ['LIST (SPECIAL-USE) "" *', 'LIST "" * RETURN (SPECIAL-USE)'],
    on: /\\Sent[^]*\nOK /,
  },
  "CREATE-SPECIAL-USE": { tries: ["CREATE x (USE (\\Sent))"] },
  "STATUS=SIZE": { tries: ["STATUS INBOX (SIZE)"] },
  "STATUS=DELETED": { tries: ["STATUS INBOX (DELETED)"] },
  BINARY: {
    first: [select],
    tries: ["FETCH 1 BINARY.PEEK[1]", "FETCH 1 BINARY.SIZE[1]", ["APPEND INBOX ~{3}", "a:b"]],
  },
  CONDSTORE: {
    first: [select],
    tries: [
      ...["FETCH 1 MODSEQ", "FETCH 1 FLAGS (CHANGEDSINCE 1)", "STORE 1 (UNCHANGEDSINCE 99) FLAGS ()"],
      ...["SEARCH MODSEQ 1", "STATUS INBOX (HIGHESTMODSEQ)", "SELECT INBOX (CONDSTORE)"],
    ],
  },
  QRESYNC: {
    with: ["ENABLE", "CONDSTORE"],
    first: ["ENABLE QRESYNC"],
    tries: ["SELECT INBOX (QRESYNC (1 1))", "UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)"],
  },
  SORT: { first: [select], tries: ["SORT (DATE) UTF-8 ALL", "UID SORT (DATE) UTF-8 ALL"] },
  "SORT=DISPLAY": { with: ["SORT"], first: [select], tries: ["SORT (DISPLAYFROM) UTF-8 ALL"] },
  ESORT: { with: ["SORT", "ESEARCH"], first: [select], tries: ["SORT RETURN (ALL) (DATE) UTF-8 ALL"] },
  "THREAD=ORDEREDSUBJECT": {
    with: ["THREAD=REFERENCES"],
    first: [select],
    tries: ["THREAD ORDEREDSUBJECT UTF-8 ALL"],
  },
  "THREAD=REFERENCES": { first: [select], tries: ["THREAD REFERENCES UTF-8 ALL"] },
  PARTIAL: {
    with: ["ESEARCH"],
    first: [select],
    tries: ["SEARCH RETURN (PARTIAL 1:2) ALL", "UID FETCH 1:* UID (PARTIAL 1:2)"],
  },
  WITHIN: { first: [select], tries: ["SEARCH OLDER 9", "SEARCH YOUNGER 9"] },
  "SEARCH=FUZZY": { first: [select], tries: ["SEARCH FUZZY BODY x"] },
  OBJECTID: {
    first: [select],
    tries: ["FETCH 1 EMAILID", "FETCH 1 THREADID", "SEARCH EMAILID M1", "STATUS INBOX (MAILBOXID)"],
  },
  SAVEDATE: {
    first: [select],
    tries: ["FETCH 1 SAVEDATE", "SEARCH SAVEDSINCE 1-Jan-2026", "SEARCH SAVEDATESUPPORTED"],
  },
  PREVIEW: { first: [select], tries: ["FETCH 1 PREVIEW", "FETCH 1 (PREVIEW (LAZY))"] },
  REPLACE: { first: [select], tries: [["REPLACE 1 INBOX {3}", "a:b"], ["UID REPLACE 2 INBOX {3}", "a:b"]] },
  MULTIAPPEND: { with: ["LITERAL+"], tries: ["APPEND INBOX {3+}\r\na:b {3+}\r\na:b"] },
  CATENATE: { with: ["LITERAL+"], tries: ["APPEND INBOX CATENATE (TEXT {3+}\r\na:b)"] },
  UIDONLY: {
    with: ["ENABLE"],
    tries: ["ENABLE UIDONLY"],
    on: /^\* ENABLED UIDONLY\n/,
    off: /^\* ENABLED\n/,
  },
  METADATA: { tries: ["GETMETADATA INBOX /shared/x", 'SETMETADATA INBOX (/private/x "y")'] },
  "METADATA-SERVER": { tries: ['GETMETADATA "" /shared/x', 'SETMETADATA "" (/private/x "y")'] },
  QUOTA: { tries: ['GETQUOTA ""', "GETQUOTAROOT INBOX"] },
  "QUOTA=RES-STORAGE": { tries: ["STATUS INBOX (DELETED-STORAGE)"] },
  "QUOTA=RES-MESSAGE": { tries: ["STATUS INBOX (DELETED)"] },
  "QUOTA=RES-MAILBOX": {
    with: ["QUOTA", "QUOTASET", "QUOTA=RES-STORAGE"],
    tries: ['SETQUOTA "" (MAILBOX 9)'],
    off: /^NO \[CANNOT\] MAILBOX /,
  },
  QUOTASET: { with: ["QUOTA"], tries: ['SETQUOTA "" (STORAGE 9)'] },
  ACL: {
    tries: [
      ...["GETACL INBOX", "SETACL INBOX bob lr", "DELETEACL INBOX bob", "LISTRIGHTS INBOX bob"],
      "MYRIGHTS INBOX",
    ],
  },
  "RIGHTS=KXTE": {
    as: "RIGHTS=kxte",
    with: ["ACL"],
    tries: ["SETACL INBOX bob +k", "SETACL INBOX bob xte"],
    off: /^BAD There is no right [kx] here$/,
  },
  "LIST-MYRIGHTS": { with: ["ACL", "LIST-EXTENDED"], tries: ['LIST "" * RETURN (MYRIGHTS)'] },
  "LIST-METADATA": {
    with: ["METADATA", "LIST-EXTENDED"],
    tries: ['LIST "" * RETURN (METADATA (/shared/x))'],
  },
  APPENDLIMIT: { tries: ["STATUS INBOX (APPENDLIMIT)"] },
  NOTIFY: { tries: ["NOTIFY NONE", "NOTIFY SET (SELECTED (MessageNew MessageExpunge))"] },
  "X-GM-EXT-1": {
    first: [select],
    tries: [
      ...["FETCH 1 X-GM-MSGID", "FETCH 1 X-GM-THRID", "FETCH 1 X-GM-LABELS", "STORE 1 +X-GM-LABELS (Other)"],
      ...["SEARCH X-GM-RAW x", "SEARCH X-GM-MSGID 1", "SEARCH X-GM-THRID 1", "SEARCH X-GM-LABELS Other"],
    ],
  },
};

const mailboxes: ServerOptions["mailboxes"] = {
  INBOX: ["Subject: one\n\n1\n", "Subject: two\n\n2\n"],
  Other: [],
  Sent: { specialUse: ["\\Sent"] },
};

/** What is answered to each command, all lines in one; and the list of capabilities. */
async function answers(
  capability: Capability,
  capabilities: readonly string[],
): Promise<{ listed: string[]; said: string[] }> {
  const { before, first = [], tries } = shown[capability];
  await using server = await startServer({ capabilities, mailboxes });
  const wire = before ? await Wire.open(server) : await Wire.login(server);
  const run = async (command: Command): Promise<string> => {
    const [beginning = "", ...more] = typeof command === "string" ? [command] : command;
    return (await wire.run(beginning.replace("MECHANISM", capability.slice(5)), ...more)).join("\n");
  };
  const [line = ""] = await wire.ok("CAPABILITY");
  for (const command of first) await run(command);
  const said: string[] = [];
  for (const command of tries) said.push(await run(command));
  return { listed: line.split(" ").slice(2), said };
}

for (const capability of CAPABILITIES) {
  test(`${capability}, offered and not offered`, async () => {
    const { as = capability, with: more = [], on = /(?:^|\n)OK /, off = /^BAD /, tries } = shown[capability];
    const usual = ["IMAP4rev1", ...more].filter((name) => name !== as);
    const with_ = await answers(capability, [as, ...usual]);
    assert(with_.listed.includes(as) || /^AUTH=/.test(as) && with_.listed.includes(as), with_.listed.join());
    for (const [index, said] of with_.said.entries()) assertMatch(said, on, `offered: ${tries[index]}`);
    const without = await answers(capability, capability === "IMAP4REV1" ? more : usual);
    assertEquals(without.listed.includes(as), false);
    for (const [index, said] of without.said.entries()) {
      assertMatch(said, off, `not offered: ${tries[index]}`);
    }
  });
}

test("all that the server offers by itself and with each profile is among them", () => {
  const known = new Set<string>(CAPABILITIES);
  const offered = Object.keys(profiles).flatMap((name) => profiles[name as ProfileName].capabilities);
  for (const name of [...defaultCapabilities, ...offered]) {
    const upper = name.toUpperCase().replace(/^(APPENDLIMIT)=.*/, "$1").replace(/^RIGHTS=.*/, "RIGHTS=KXTE");
    assert(known.has(upper), name);
  }
  assertEquals(known.size, CAPABILITIES.length);
});
