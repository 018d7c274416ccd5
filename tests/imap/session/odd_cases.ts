/** Servers that deviate, and what a caller gets from each. */

import type { ImapClient } from "../../../imap/core.ts";
import { cramMd5, loginMechanism, oauthBearer, plain, scramSha256, xoauth2 } from "../../../imap/core.ts";
import { echo, type Odd } from "./odd_dialogues.ts";
import { settle } from "./scripted.ts";

const raw = String.raw;
const pre = "S: * PREAUTH [CAPABILITY IMAP4rev1 IDLE UIDPLUS ESEARCH COMPRESS=DEFLATE MOVE] hi";
const hello =
  "S: * OK [CAPABILITY IMAP4rev1 AUTH=X-ECHO AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-256 " +
  "AUTH=XOAUTH2 AUTH=OAUTHBEARER] hi";
const inbox = `${pre}
  C: A1 SELECT INBOX
  S: * 3 EXISTS
  S: * OK [UIDVALIDITY 7] ok
  S: A1 OK [READ-WRITE] done`;
const alice = { user: "alice", pass: "s3cret" };

type Start = Parameters<Odd["caller"]>[0];

/** What a call gives on a connection that is there. */
function call(does: (client: ImapClient) => PromiseLike<unknown>): Odd["caller"] {
  return async (start: Start) => (await does(await start())) ?? "done";
}

/** The same with INBOX selected. */
function inInbox(does: (client: ImapClient) => PromiseLike<unknown>): Odd["caller"] {
  return call(async (client) => {
    await client.select("INBOX");
    return await does(client);
  });
}

/** The first thing that IDLE tells; the loop over it ends then. */
const firstNews = inInbox(async (client) => {
  const news = client.idle();
  const { value } = await news.next();
  await news.return!();
  return value;
});
const noop = call((client) => client.noop());
const append = call((client) => client.append("INBOX", "abc"));
const flags = inInbox((client) => client.uidFetch("1:*", ["FLAGS"]));
const body = inInbox(async (client) => {
  const rows = await client.uidFetch("1:*", ["BODY.PEEK[]"]);
  return rows.map(({ uid, sections }) => [uid, String.fromCharCode(...sections[0]?.data ?? [])]);
});

/** Everything that no command has asked for. */
const unasked = raw`
  S: * 5 EXISTS
  S: * 2 RECENT
  S: * 1 EXPUNGE
  S: * FLAGS (\Seen)
  S: * OK [PERMANENTFLAGS (\*)] x
  S: * OK [UIDNEXT 9] x
  S: * OK [UIDVALIDITY 4] x
  S: * OK [HIGHESTMODSEQ 99] x
  S: * OK [APPENDUID 1 2] x
  S: * OK [COPYUID 1 2 3] x
  S: * OK [READ-ONLY] x
  S: * OK [CLOSED] x
  S: * OK [ALERT] x
  S: * NO [OVERQUOTA] x
  S: * BAD x
  S: * PREAUTH you are in
  S: * LIST (\Noselect) "/" Other
  S: * LSUB () "/" Other
  S: * SEARCH 1 2 3
  S: * ESEARCH (TAG "A1") UID ALL 5
  S: * SORT 3 2 1
  S: * THREAD (1)(2)
  S: * STATUS Other (MESSAGES 17)
  S: * 1 FETCH (UID 1 FLAGS (\Deleted))
  S: * 4000000000 FETCH (FLAGS ())
  S: * VANISHED 1:3
  S: * VANISHED (EARLIER) 1:3
  S: * NAMESPACE (("x." ".")) NIL NIL
  S: * ID ("name" "x")
  S: * ENABLED IMAP4rev2 UTF8=ACCEPT CONDSTORE
  S: * QUOTA "" (STORAGE 10 512)
  S: * QUOTAROOT INBOX ""
  S: * ACL INBOX alice lrs
  S: * MYRIGHTS INBOX lrs
  S: * LISTRIGHTS INBOX alice l
  S: * METADATA INBOX ("/shared/comment" "x")
  S: * LANGUAGE (DE)
  S: * COMPARATOR i;octet
  S: * URLFETCH "x" "y"
  S: * X-UNKNOWN whatever (
  S: + nobody asked
  S: Z99 OK of nobody`;

export const oddities: Odd[] = [
  // ---- the greeting
  {
    name: "a greeting that is longer than a line may be",
    server: `S: * OK ${"x".repeat(2000)}`,
    caller: async (start) => await start({ limits: { maxLine: 1000 } }),
    gets: "LimitError: maxLine",
  },
  {
    name: "NUL in front of the greeting",
    server: raw`S- \u0000\u0000* OK [CAPABILITY IMAP4rev1] hi\r\n
    C: A1 NOOP
    S: A1 OK`,
    caller: noop,
    gets: '"done"',
  },
  {
    name: "a byte order mark in front of the greeting",
    server: raw`S- \u00ef\u00bb\u00bf* OK hi\r\n`,
    caller: noop,
    gets: "ProtocolError: not an IMAP greeting",
  },
  {
    name: "blank lines in front of the greeting",
    server: raw`S- \r\n\r\n\n* OK [CAPABILITY IMAP4rev1] hi\r\n
    C: A1 NOOP
    S: A1 OK`,
    caller: noop,
    gets: '"done"',
  },
  {
    name: "an alert of TLS instead of a greeting, and the end",
    server: raw`S- \u0015\u0003\u0001\u0000\u0002\u0002\u0028
      X`,
    caller: noop,
    gets: "ConnectionError: The server closed the connection",
  },
  {
    name: "an alert of TLS instead of a greeting, and silence",
    server: raw`S- \u0015\u0003\u0001\u0000\u0002\u0002\u0028`,
    caller: noop,
    gets: "TimeoutError: did not greet",
  },
  {
    name: "another protocol's greeting",
    server: "S: SSH-2.0-OpenSSH_9.2p1",
    caller: noop,
    gets: "ProtocolError: SSH-2.0",
  },
  {
    name: "a greeting that ends in CR alone",
    server: raw`S- * OK hi\r`,
    caller: noop,
    gets: "TimeoutError: did not greet",
  },
  {
    name: "a greeting without text",
    server: raw`S- * OK\r\n
    C: A1 CAPABILITY
    S: * CAPABILITY IMAP4rev1
    S: A1 OK
    C: A2 NOOP
    S: A2 OK`,
    caller: noop,
    gets: '"done"',
  },
  {
    name: "two greetings",
    server: `S: * OK [CAPABILITY IMAP4rev1] one
      S: * OK [CAPABILITY IMAP4rev1 X-TWO] two
      C: A1 NOOP
      S: A1 OK`,
    caller: call(async (client) => {
      await client.noop();
      return [client.state, client.capabilities?.has("X-TWO")];
    }),
    gets: '["nonauth",true]',
  },
  {
    name: "a greeting with a code that does not end",
    server: `S: * OK [CAPABILITY IMAP4rev1 X-ONE hi
      C: A1 CAPABILITY
      S: * CAPABILITY IMAP4rev1 X-TWO
      S: A1 OK`,
    caller: call((client) => Promise.resolve([...client.capabilities!])),
    gets: '["IMAP4REV1","X-TWO"]',
  },
  {
    name: "what looks like a literal at the end of the greeting",
    server: `S: * OK [CAPABILITY IMAP4rev1] hi {99999999999999999999}
    C: A1 NOOP
    S: A1 OK`,
    caller: noop,
    gets: '"done"',
  },
  {
    name: "BYE right after the greeting, and the end",
    server: `S: * OK [CAPABILITY IMAP4rev1] hi
      S: * BYE down for an hour
      X`,
    caller: noop,
    gets: "ConnectionError: down for an hour",
  },
  {
    name: "BYE right after the greeting, and silence",
    server: `S: * OK [CAPABILITY IMAP4rev1] hi
      S: * BYE [UNAVAILABLE] down for an hour`,
    caller: noop,
    gets: "ThrottledError: down for an hour",
  },
  {
    name: "PREAUTH where credentials were given: they are not sent",
    server: `S: * PREAUTH [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi
      C: A1 NOOP
      S: A1 OK`,
    caller: async (start) => {
      const client = await start({ auth: alice });
      await client.noop();
      return client.state;
    },
    gets: '"auth"',
  },
  // ---- completions
  {
    name: "a tag in lower case",
    server: `${pre}
    C: A1 NOOP
    S: a1 OK done`,
    caller: noop,
    gets: "TimeoutError: silent",
  },
  {
    name: "a tag after a space",
    server: `${pre}
    C: A1 NOOP
    S:  A1 OK done`,
    caller: noop,
    gets: "ProtocolError: completion cannot be read",
  },
  {
    name: "a tag and nothing else",
    server: `${pre}
    C: A1 NOOP
    S: A1`,
    caller: noop,
    gets: "ProtocolError: completion cannot be read",
  },
  {
    name: "a tag before a tab",
    server: raw`${pre}
    C: A1 NOOP
    S- A1\tOK\tdone\r\n`,
    caller: noop,
    gets: "ProtocolError: completion cannot be read",
  },
  {
    name: "another word than a verdict",
    server: `${pre}
    C: A1 NOOP
    S: A1 BYE then`,
    caller: noop,
    gets: "ProtocolError: completion cannot be read",
  },
  {
    name: "NUL and octets above 7F in the text of a completion",
    server: raw`${pre}
    C: A1 NOOP
    S- A1 OK d\u0000n\u00e9\r\n`,
    caller: noop,
    gets: '"done"',
  },
  {
    name: "NUL in a tag",
    server: raw`${pre}
    C: A1 NOOP
    S- A\u00001 OK done\r\n`,
    caller: noop,
    gets: "TimeoutError: silent",
  },
  {
    name: "a code that does not end",
    server: `${pre}
    C: A1 NOOP
    S: A1 OK [ALERT and no more`,
    caller: noop,
    gets: '"done"',
  },
  {
    name: "what looks like a literal in a completion, and its octets",
    server: `${pre}
    C: A1 NOOP
    S: A1 OK done {5}
    S: hello
    C: A2 NOOP
    S: A2 OK`,
    caller: call(async (client) => {
      await client.noop();
      await client.noop();
    }),
    gets: '"done"',
  },
  {
    name: "a literal as a tag",
    server: raw`${pre}
    C: A1 NOOP
    S- {2}\r\nA1 OK done\r\n`,
    caller: noop,
    gets: '"done"',
  },
  {
    name: "the second of two commands is completed first, and the first twice",
    server: `${pre}
      C: A1 STATUS a (MESSAGES)
      C: A2 STATUS b (MESSAGES)
      S: * STATUS b (MESSAGES 2)
      S: A2 OK
      S: * STATUS a (MESSAGES 1)
      S: A1 OK
      S: A1 NO after all
      C: A3 NOOP
      S: A3 OK`,
    caller: call(async (client) => {
      const both = await Promise.all([client.status("a", ["MESSAGES"]), client.status("b", ["MESSAGES"])]);
      await client.noop();
      return both.map(({ messages }) => messages);
    }),
    gets: "[1,2]",
  },
  // ---- what nobody asked for
  {
    name: "everything that nobody asked for, before login",
    server: `S: * OK [CAPABILITY IMAP4rev1] hi
      C: A1 NOOP${unasked}
      S: A1 OK done
      C- A2 LOGIN
      S: A2 NO no`,
    caller: call(async (client) => {
      await client.noop();
      const error = await client.login("alice", "s3cret").then(() => "in", (error) => (error as Error).name);
      return [client.state, client.mailbox, [...client.enabled], error];
    }),
    gets: '["nonauth",null,[],"AuthError"]',
  },
  {
    name: "everything that nobody asked for, while STATUS runs",
    server: `${pre}
      C: A1 STATUS INBOX (MESSAGES)${unasked}
      S: * STATUS INBOX (MESSAGES 3)${unasked}
      S: A1 OK done`,
    caller: call(async (client) => {
      const { messages } = await client.status("INBOX", ["MESSAGES"]);
      return [messages, client.state, client.mailbox, [...client.enabled]];
    }),
    gets: '[3,"auth",null,[]]',
  },
  {
    name: "everything that nobody asked for, while FETCH runs",
    server: raw`${inbox}
      C: A2 UID FETCH 2 BODY.PEEK[]${unasked.replace("S: * 1 FETCH (UID 1", "S: * 1 FETCH (UID 7")}
      S- * 2 FETCH (UID 2 BODY[] {3}\r\nabc)\r\n
      S: A2 OK done`,
    caller: inInbox(async (client) => {
      const rows = await client.uidFetch(2, ["BODY.PEEK[]"]);
      return rows.map(({ uid, sections }) => [uid, sections.length]);
    }),
    gets: "[[2,1]]",
  },
  // ---- numbers
  ...["-1", "4294967296", "99999999999999999999", "1e99", "0x10", "{1}"].map((number): Odd => ({
    name: `${number} as the number of messages`,
    server: `${pre}
      C: A1 SELECT INBOX
      S: * ${number} EXISTS
      S: A1 OK [READ-WRITE] done`,
    caller: call(async (client) => await client.select("INBOX")),
    gets: "ProtocolError: SELECT: the number of messages could not be read",
  })),
  ...["0", "4294967296", "18446744073709551616", "-5"].map((number): Odd => ({
    name: `${number} as a UID that SEARCH found`,
    server: `${inbox}
      C: A2 UID SEARCH ALL
      S: * SEARCH 2 ${number} 3
      S: A2 OK done`,
    caller: inInbox(async (client) => {
      const { all, other } = await client.uidSearch({ all: true });
      return [String(all), ...other.map(({ value }) => String(value))];
    }),
    gets: JSON.stringify(number === "0" ? ["2:3"] : ["2:3", number]),
  })),
  ...["-1", "18446744073709551616", '"5"', "NIL", "{1}"].map((number): Odd => ({
    name: `${number} as the size of a message`,
    server: `${inbox}
      C: A2 UID FETCH 1:* RFC822.SIZE
      S: * 1 FETCH (UID 1 RFC822.SIZE ${number})
      S: A2 OK done`,
    caller: inInbox(async (client) =>
      (await client.uidFetch("1:*", ["RFC822.SIZE"])).map(({ size }) => size)
    ),
    // Dovecot and Zoho say -1 where they do not know.
    gets: number === "-1" ? "[0]" : "ProtocolError: message 1 has no RFC822.SIZE",
  })),
  // ---- literals
  {
    name: "a literal as only clients may announce it",
    server: raw`${inbox}
    C: A2 UID FETCH 1:* BODY.PEEK[]
    S- * 1 FETCH (UID 1 BODY[] {5+}\r\nhello)\r\n
    S: A2 OK done`,
    caller: body,
    gets: '[[1,"hello"]]',
  },
  {
    name: "a literal that holds a completion",
    server: raw`${inbox}
    C: A2 UID FETCH 1:* BODY.PEEK[]
    S- * 1 FETCH (UID 1 BODY[] {17}\r\n)\r\nA2 OK done\r\n\r\n)\r\n
    S: A2 OK done`,
    caller: body,
    gets: raw`[[1,")\r\nA2 OK done\r\n\r\n"]]`,
  },
  {
    name: "a literal of a negative size",
    server: raw`${inbox}
    C: A2 UID FETCH 1:* BODY.PEEK[]
    S- * 1 FETCH (UID 1 BODY[] {-1}\r\n)\r\n
    S: A2 OK done`,
    caller: body,
    gets: "ProtocolError: FETCH",
  },
  {
    name: "a literal of a size that no memory has",
    server: raw`${inbox}
    C: A2 UID FETCH 1:* BODY.PEEK[]
    S- * 1 FETCH (UID 1 BODY[] {99999999999999999999}\r\n)\r\n`,
    caller: body,
    gets: "ProtocolError: impossible size",
  },
  {
    name: "a literal that ends with the connection",
    server: raw`${inbox}
    C: A2 UID FETCH 1:* BODY.PEEK[]
    S- * 1 FETCH (UID 1 BODY[] {5000}\r\nhel
    X`,
    caller: body,
    gets: "ConnectionError: in the middle of a response",
  },
  {
    name: "a literal that never ends",
    server: raw`${inbox}
    C: A2 UID FETCH 1:* BODY.PEEK[]
    S- * 1 FETCH (UID 1 BODY[] {5000}\r\nhel`,
    caller: body,
    gets: "TimeoutError: silent",
  },
  {
    name: "a literal as a flag",
    server: raw`${inbox}
    C: A2 UID FETCH 1:* FLAGS
    S- * 1 FETCH (UID 1 FLAGS ({5}\r\n\\Seen))\r\n
    S: A2 OK done`,
    caller: async (start) => {
      const rows = await flags(start) as { flags: string[] }[];
      return rows.map(({ flags }) => flags);
    },
    gets: "ProtocolError",
  },
  {
    name: "a literal as a UID",
    server: raw`${inbox}
    C: A2 UID FETCH 1:* FLAGS
    S- * 1 FETCH (UID {1}\r\n1 FLAGS ())\r\n
    S: A2 OK done`,
    caller: inInbox(async (client) => (await client.uidFetch("1:*", ["FLAGS"])).map(({ uid }) => uid)),
    gets: "ProtocolError: message 1 has no UID",
  },
  {
    name: "a literal with NUL as the name of a mailbox",
    server: raw`${pre}
    C: A1 LIST "" *
    S- * LIST () "/" ~{5}\r\nIN\u0000OX\r\n
    S: A1 OK done`,
    caller: call(async (client) => {
      const { mailboxes, other } = await client.list("", "*");
      return [mailboxes.length, other.map(({ name }) => name)];
    }),
    gets: '[0,["LIST"]]',
  },
  // ---- codes
  {
    name: "an empty list of capabilities",
    server: `${pre}
    C: A1 NOOP
    S: * OK [CAPABILITY] none
    S: * CAPABILITY
    S: A1 OK [CAPABILITY] none`,
    caller: call(async (client) => {
      await client.noop();
      return client.capabilities?.has("IDLE");
    }),
    gets: "true",
  },
  {
    name: "codes of other commands in the completion of NOOP",
    server: `${inbox}
    C: A2 NOOP
    S: * OK [CLOSED] x
    S: A2 OK [APPENDUID 1 2] done
    C: A3 NOOP
    S: A3 OK [COPYUID 1 2 3] done
    C: A4 NOOP
    S: A4 OK [] done
    C: A5 NOOP
    S: A5 OK [[[ done`,
    caller: inInbox(async (client) => {
      for (let i = 0; i < 4; i++) await client.noop();
      return [client.state, client.mailbox?.exists];
    }),
    gets: '["selected",3]',
  },
  {
    name: "a UID that APPEND cannot have given",
    server: `${pre}
    C: A1 APPEND INBOX {3}
    S: + go
    C: abc
    S: A1 OK [APPENDUID 7 0] done`,
    caller: append,
    gets: "{}",
  },
  {
    name: "two sets of different size in COPYUID",
    server: `${inbox}
    C: A2 UID COPY 1:3 Other
    S: A2 OK [COPYUID 7 1:3 5] done`,
    caller: inInbox((client) => client.uidCopy("1:3", "Other")),
    gets: '{"uidValidity":7,"source":"1:3","destination":"5"}',
  },
  // ---- continuation requests
  {
    name: "a continuation request before there is anything to ask for",
    server: `${pre}
    S: + early
    S: + early
    C: A1 APPEND INBOX {3}`,
    caller: append,
    gets: "TimeoutError: silent",
  },
  {
    name: "two continuation requests for one literal",
    server: `${pre}
    C: A1 APPEND INBOX {3}
    S: + go
    S: + go
    C: abc
    S: A1 OK [APPENDUID 7 8] done`,
    caller: append,
    gets: '{"uidValidity":7,"uids":"8"}',
  },
  {
    name: "OK before the literal was asked for",
    server: `${pre}
    C: A1 APPEND INBOX {3}
    S: A1 OK done`,
    caller: append,
    gets: "ProtocolError: before all of it was sent",
  },
  {
    name: "BYE in place of a continuation request",
    server: `${pre}
    C: A1 APPEND INBOX {3}
    S: * BYE the disk is full
    X`,
    caller: append,
    gets: "ConnectionError: the disk is full",
  },
  {
    name: "BYE after a literal",
    server: `${pre}
    C: A1 APPEND INBOX {3}
    S: + go
    C: abc
    S: * BYE the disk is full
    X`,
    caller: append,
    gets: "ConnectionError: the disk is full",
  },
  {
    name: "no continuation request at all",
    server: `${pre}
    C: A1 APPEND INBOX {3}`,
    caller: append,
    gets: "TimeoutError: silent",
  },
  {
    name: "a continuation request without its space",
    server: raw`${pre}
    C: A1 APPEND INBOX {3}
    S- +\r\n
    C: abc
    S: A1 OK [APPENDUID 7 8] done`,
    caller: append,
    gets: '{"uidValidity":7,"uids":"8"}',
  },
  // ---- SASL
  {
    name: "a challenge that is not base64",
    server: `${hello}
    C: A1 AUTHENTICATE X-ECHO
    S: + not base64!
    C: *
    S: A1 BAD cancelled
    C: A2 NOOP
    S: A2 OK`,
    caller: call(async (client) => {
      const error = await client.authenticate(echo).then(() => "in", (error) => error.name);
      await client.noop();
      return [error, client.state];
    }),
    gets: '["ProtocolError","nonauth"]',
  },
  {
    name: "an empty challenge, without its space",
    server: raw`${hello}
    C: A1 AUTHENTICATE X-ECHO
    S- +\r\n
    C:${" "}
    S: + eA==
    C: eA==
    S: A1 OK done
    C: A2 CAPABILITY
    S: * CAPABILITY IMAP4rev1
    S: A2 OK`,
    caller: call(async (client) => {
      await client.authenticate(echo);
      await client.capability();
      return client.state;
    }),
    gets: '"auth"',
  },
  {
    name: "another challenge after the exchange was cancelled",
    server: `${hello}
    C: A1 AUTHENTICATE X-ECHO
    S: + ???
    C: *
    S: + eA==`,
    caller: call((client) => client.authenticate(echo)),
    gets: "ProtocolError",
  },
  {
    name: "what looks like a literal as a challenge",
    server: `${hello}
    C: A1 AUTHENTICATE X-ECHO
    S: + {3}
    S: abc
    C: *
    S: A1 NO cancelled`,
    caller: call((client) => client.authenticate(echo)),
    gets: "ProtocolError",
  },
  {
    name: "everything that nobody asked for, in the middle of SASL",
    server: `${hello}
    C: A1 AUTHENTICATE X-ECHO${unasked.replace("S: + nobody asked", "S: * OK x")}
    S: + eA==
    C: eA==
    S: A1 OK done`,
    caller: call(async (client) => {
      await client.authenticate(echo);
      return [client.state, client.mailbox, [...client.enabled]];
    }),
    gets: '["auth",null,[]]',
  },
  {
    name: "NO while a mechanism still thinks: what it answers then is not sent",
    server: `${hello}
    C: A1 AUTHENTICATE X-ECHO
    S: + eA==
    S: A1 NO too slow
    C: A2 NOOP
    S: A2 OK`,
    caller: call(async (client) => {
      const thought = Promise.withResolvers<Uint8Array>();
      const error = await client.authenticate({ ...echo, respond: () => thought.promise })
        .then(() => "in", ({ text }) => text);
      thought.resolve(new Uint8Array(5));
      await settle();
      await client.noop();
      return error;
    }),
    gets: '"too slow"',
  },
  {
    name: "what a mechanism of the caller's own sends as a secret is repeated by the server",
    server: `${hello}
    C: A1 AUTHENTICATE X-ECHO
    S: +
    C: aHVudGVyMi1odW50ZXIy
    S: A1 NO aHVudGVyMi1odW50ZXIy is wrong`,
    caller: call((client) =>
      client.authenticate({
        ...echo,
        exposesPassword: true,
        respond: () => new TextEncoder().encode("hunter2-hunter2"),
      }).then(() => "in", ({ text }) => text)
    ),
    gets: '"*** is wrong"',
  },
  {
    name: "BYE in the middle of SASL",
    server: `${hello}
    C: A1 AUTHENTICATE X-ECHO
    S: + eA==
    C: eA==
    S: * BYE too slow
    X`,
    caller: call((client) => client.authenticate(echo)),
    gets: "ConnectionError: too slow",
  },
  {
    name: "NO before an answer, and a challenge after it",
    server: `${hello}
    C: A1 AUTHENTICATE X-ECHO
    S: A1 NO [AUTHENTICATIONFAILED] no
    S: + eA==
    C: A2 NOOP
    S: A2 OK`,
    caller: call(async (client) => {
      const error = await client.authenticate(echo).then(() => "in", (error) => error.kind);
      await client.noop();
      return error;
    }),
    gets: '"credentials"',
  },
  {
    name: "OK to SCRAM without a proof",
    server: `${hello}
    C: A1 AUTHENTICATE SCRAM-SHA-256
    S: A1 OK welcome`,
    caller: call((client) => client.authenticate(scramSha256(alice))),
    gets: "ProtocolError",
  },
  {
    name: "OK to SCRAM after the client's first message",
    server: `${hello}
    C: A1 AUTHENTICATE SCRAM-SHA-256
    S: +
    C- bi
    S: A1 OK welcome`,
    caller: call((client) => client.authenticate(scramSha256(alice))),
    gets: "ProtocolError",
  },
  ...["", "cj14", "cj1hYmMscz1kLGk9MA==", "cj1hYmMscz1kLGk9OTk5OTk5OTk5", "bT1leHQscj1hYmM=", "/////w=="].map(
    (challenge): Odd => ({
      name: `SCRAM is asked ${JSON.stringify(challenge)}`,
      server: `${hello}
      C: A1 AUTHENTICATE SCRAM-SHA-256
      S: +
      C- bi
      S: + ${challenge}
      C: *
      S: A1 NO cancelled`,
      caller: call((client) => client.authenticate(scramSha256(alice))),
      gets: "ProtocolError",
    }),
  ),
  {
    name: "CRAM-MD5 without a challenge",
    server: `${hello}
    C: A1 AUTHENTICATE CRAM-MD5
    S: +
    C- YWxpY2U
    S: A1 NO no`,
    caller: call((client) => client.authenticate(cramMd5(alice))),
    gets: "AuthError",
  },
  {
    name: "LOGIN asks a third time",
    server: `${hello}
    C: A1 AUTHENTICATE LOGIN
    S: + VXNlcm5hbWU6
    C: YWxpY2U=
    S: + UGFzc3dvcmQ6
    C: czNjcmV0
    S: + QWdhaW46
    C: *
    S: A1 BAD cancelled`,
    caller: call((client) => client.authenticate(loginMechanism(alice))),
    gets: "ProtocolError: answers",
  },
  {
    name: "PLAIN is completed before it was asked",
    server: `${hello}
    C: A1 AUTHENTICATE PLAIN
    S: A1 NO too early`,
    caller: call((client) => client.authenticate(plain(alice))),
    gets: "AuthError: too early",
  },
  {
    name: "a token is refused in words that are not JSON",
    server: `${hello}
    C: A1 AUTHENTICATE XOAUTH2
    S: +
    C- dXNlcj1hbGlj
    S: + bm90IEpTT04=
    C:${" "}
    S: A1 NO no`,
    caller: call((client) => client.authenticate(xoauth2("alice", "t0ken"))),
    gets: "AuthError",
  },
  {
    name: "a token is refused in JSON of another kind",
    server: `${hello}
    C: A1 AUTHENTICATE OAUTHBEARER
    S: +
    C- bixhPWFsaWNl
    S: + WzEsMixbM11d
    C: AQ==
    S: A1 NO no`,
    caller: call((client) => client.authenticate(oauthBearer("alice", "t0ken"))),
    gets: "AuthError",
  },
  // ---- IDLE
  {
    name: "IDLE is completed before it has begun",
    server: `${inbox}
    C: A2 IDLE
    S: A2 OK already
    C: A3 IDLE
    S: + idling
    S: * 5 EXISTS
    C: DONE
    S: A3 OK done`,
    caller: firstNews,
    gets: '{"count":5,"type":"EXISTS"}',
  },
  {
    name: "IDLE is begun and completed at once",
    server: raw`${inbox}
    C: A2 IDLE
    S- + idling\r\nA2 OK over\r\n
    C: A3 IDLE
    S- + idling\r\n+ idling\r\n* 5 EXISTS\r\n
    C: DONE
    S: A3 OK done`,
    caller: firstNews,
    gets: '{"count":5,"type":"EXISTS"}',
  },
  {
    name: "IDLE is refused",
    server: `${inbox}
    C: A2 IDLE
    S: A2 BAD what`,
    caller: inInbox((client) => client.idle().next()),
    gets: "CommandError: what",
  },
  {
    name: "DONE is answered with NO",
    server: `${inbox}
    C: A2 IDLE
    S: + idling
    S: * 5 EXISTS
    C: DONE
    S: A2 NO you should not have
    C: A3 NOOP
    S: A3 OK`,
    caller: inInbox(async (client) => {
      const news = client.idle();
      await news.next();
      await news.return!();
      await client.noop();
    }),
    gets: '"done"',
  },
  {
    name: "BYE during IDLE",
    server: `${inbox}
    C: A2 IDLE
    S: + idling
    S: * BYE idle for too long
    X`,
    caller: inInbox(async (client) => {
      const news = client.idle();
      for (;;) if ((await news.next()).done) return "at its end";
    }),
    gets: "ConnectionError: idle for too long",
  },
  // ---- the end
  {
    name: "LOGOUT is answered without BYE",
    server: `${pre}
    C: A1 LOGOUT
    S: A1 OK done`,
    caller: call((client) => client.logout()),
    gets: '"done"',
  },
  {
    name: "LOGOUT is answered with BYE alone",
    server: `${pre}
    C: A1 LOGOUT
    S: * BYE see you`,
    caller: call((client) => client.logout()),
    gets: '"done"',
  },
  {
    name: "LOGOUT is refused",
    server: `${pre}
    C: A1 LOGOUT
    S: A1 NO stay`,
    caller: call((client) => client.logout()),
    gets: '"done"',
  },
  {
    name: "LOGOUT is not answered",
    server: `${pre}
    C: A1 LOGOUT`,
    caller: call((client) => client.logout()),
    gets: '"done"',
  },
  // ---- COMPRESS
  {
    name: "what cannot be decompressed after COMPRESS",
    server: raw`${pre}
    C: A1 COMPRESS DEFLATE
    S: A1 OK done
    C- ${""}
    S- \u00ff\u00ff\u00ff\u00ff\u00ff\u00ff`,
    caller: call(async (client) => {
      await client.compress();
      await client.noop();
    }),
    gets: "ConnectionError",
  },
];
