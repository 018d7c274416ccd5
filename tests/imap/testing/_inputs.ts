/** Input of all kinds for the server: commands, commands with mistakes, octets without sense. */

import { generateMessages, startServer, type TestServer } from "@postern/postern/testing";
import type { Random } from "../../support/seeded.ts";
import { Wire } from "./wire.ts";

/** Commands that are right, most of them; what is in them is mixed with what is in others. */
const COMMANDS = [
  'LIST (SUBSCRIBED RECURSIVEMATCH) "" (* %) RETURN (CHILDREN STATUS (MESSAGES UNSEEN) MYRIGHTS)',
  "SELECT INBOX (CONDSTORE)",
  "SELECT INBOX (QRESYNC (1700000001 1 1:9 (1:3 1:3)))",
  "EXAMINE Work",
  "CREATE a/b/c",
  "CREATE x (USE (\\Sent))",
  "DELETE a/b",
  "RENAME INBOX Old",
  "RENAME a z",
  "SUBSCRIBE x",
  "STATUS INBOX (MESSAGES UIDNEXT HIGHESTMODSEQ SIZE DELETED-STORAGE APPENDLIMIT MAILBOXID)",
  'APPEND INBOX (\\Seen $x) " 1-Jan-2026 00:00:00 +0000" {8+}\r\na: b\r\n\r\n',
  "APPEND INBOX {3+}\r\na:b {3+}\r\na:c",
  'APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;SECTION=TEXT" TEXT {2+}\r\nxx)',
  "FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[1.MIME]<2.9> BINARY[1] PREVIEW SAVEDATE EMAILID)",
  "UID FETCH 1:5,9:* (FLAGS) (CHANGEDSINCE 2 VANISHED)",
  "UID FETCH 1:* (X-GM-LABELS X-GM-MSGID) (PARTIAL -1:-3)",
  "STORE 1:3 (UNCHANGEDSINCE 5) +FLAGS.SILENT (\\Deleted key)",
  "STORE 2 +X-GM-LABELS (Work New)",
  "UID COPY 1:* Work",
  "MOVE 1 Work",
  "UID REPLACE 2 INBOX {8+}\r\na: b\r\n\r\n",
  "EXPUNGE",
  "UID EXPUNGE 1:4",
  "SEARCH RETURN (MIN MAX ALL COUNT SAVE PARTIAL 1:2) CHARSET UTF-8 OR (FROM ann) NOT (BODY x UID $)",
  "UID SEARCH FUZZY SUBJECT x OLDER 99 SAVEDSINCE 1-Jan-2026 MODSEQ 4 X-GM-RAW from:ann",
  "SORT RETURN (ALL) (REVERSE DATE DISPLAYFROM SUBJECT) UTF-8 ALL",
  "THREAD REFERENCES UTF-8 1:*",
  'GETMETADATA (DEPTH infinity MAXSIZE 9) "" (/shared /private/x)',
  'SETMETADATA INBOX (/shared/comment "x" /private/y NIL)',
  'SETQUOTA "" (STORAGE 9999 MESSAGE 999)',
  "GETQUOTAROOT INBOX",
  "SETACL INBOX bob +lr",
  "LISTRIGHTS INBOX bob",
  "NOTIFY SET STATUS (SELECTED (MessageNew (UID) MessageExpunge)) (SUBTREE (a INBOX) (MailboxName FlagChange MessageNew MessageExpunge))",
  "ENABLE CONDSTORE QRESYNC IMAP4rev2 XNONE",
  "ID (name x)",
  "IDLE\r\nDONE",
  "NAMESPACE",
  "NOOP",
  "CLOSE",
  "UNSELECT",
  "UNAUTHENTICATE",
  "LOGIN alice alice-pw",
  "AUTHENTICATE PLAIN AGFsaWNlAGFsaWNlLXB3",
];
const encoder = new TextEncoder();

/** Sends `count` inputs over several connections; throws where the server stops serving or makes a mistake. */
export async function throwInputs(random: Random, count: number): Promise<void> {
  const server = await startServer({
    with: ["NOTIFY", "MULTIAPPEND", "CATENATE", "UNAUTHENTICATE", "X-GM-EXT-1", "AUTH=CRAM-MD5"],
    mailboxes: {
      INBOX: generateMessages({ count: 12 }),
      Work: [],
      All: { specialUse: ["\\All"] },
      Trash: { specialUse: ["\\Trash"] },
    },
  });
  for (let sent = 0; sent < count;) {
    const some = Math.min(count - sent, random.between(1, 60));
    await converse(server, random, some);
    sent += some;
    const wire = await Wire.login(server, random.chance(0.5) ? "INBOX" : undefined);
    await wire.ok("NOOP");
    wire.close();
    // Bounded: what clients leave is cleared away now and then, so that each round has something to work on.
    if (server.mailbox("INBOX").messages.length > 60) server.change({ expunge: { oldest: 50 } });
  }
  // What went wrong inside is thrown here.
  await server.close();
}

/** One connection: a client that reads what comes and does not care. */
async function converse(server: TestServer, random: Random, count: number): Promise<void> {
  const transport = server.connect();
  const reading = (async () => {
    const buffer = new Uint8Array(16 * 1024);
    while (await transport.read(buffer).catch(() => null) !== null);
  })();
  const send = (octets: Uint8Array) => Promise.resolve(transport.write(octets)).catch(() => {});
  if (random.chance(0.9)) await send(encoder.encode("a LOGIN alice alice-pw\r\nb SELECT INBOX\r\n"));
  for (let i = 0; i < count; i++) await send(inputOf(random, i));
  await transport.close();
  await reading;
}

function inputOf(random: Random, number: number): Uint8Array {
  if (random.chance(0.05)) return random.bytes(random.below(300));
  let command = random.pick(COMMANDS);
  if (random.chance(0.3)) command = spliced(random, command, random.pick(COMMANDS));
  const octets = encoder.encode(`t${number} ${command}\r\n`);
  if (random.chance(0.5)) return octets;
  const at = 3 + random.below(octets.length - 3);
  switch (random.below(4)) {
    case 0:
      octets[at] = random.below(256);
      return octets;
    case 1:
      return octets.subarray(0, at);
    case 2:
      return new Uint8Array([...octets.subarray(0, at), ...octets.subarray(at + 1)]);
    default:
      return new Uint8Array([
        ...octets.subarray(0, at),
        ...encoder.encode(
          random.pick([
            "(",
            ")",
            '"',
            "{9}\r\n",
            "{99999999999}\r\n",
            "~{2+}\r\n\0\0",
            "*",
            ":",
            "4294967295",
            "\\",
            " NIL ",
            "$",
          ]),
        ),
        ...octets.subarray(at),
      ]);
  }
}

function spliced(random: Random, left: string, right: string): string {
  const words = (text: string) => text.split(" ");
  const [a, b] = [words(left), words(right)];
  return [...a.slice(0, 1 + random.below(a.length)), ...b.slice(random.below(b.length))].join(" ");
}
