// A search that a server refuses because of its charset is sent once more where another one helps.

import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { CommandError, type SearchResult } from "../../../imap/mod.ts";
import { type Peer, preauth, selected } from "../session/scripted.ts";

const capabilities = "IMAP4rev1 LITERAL+ SORT THREAD=REFERENCES ESEARCH SEARCHRES ENABLE IMAP4rev2";
const subject = "Gr\u00fc\u00dfe";
/** One character for each octet, as the scripted server has them. */
const inUtf8 = "Gr\u00c3\u00bc\u00c3\u009fe";

function client(play: (peer: Peer) => Promise<void>) {
  return selected(play, { capabilities });
}

const numbers = ({ all }: SearchResult) => all.toString();

test("texts that ISO-8859-1 has are sent in it, where the server says that it knows it", async () => {
  const { client: imap, done } = await client((peer) =>
    peer.play(`
      C: A2 UID SEARCH CHARSET UTF-8 SUBJECT {7+}
      C: ${inUtf8}
      S: A2 NO [BADCHARSET (US-ASCII ISO-8859-1)] not that one
      C: A3 UID SEARCH CHARSET ISO-8859-1 SUBJECT {5+}
      C: ${subject}
      S: * SEARCH 2
      S: A3 OK done
    `)
  );
  assertEquals(numbers(await imap.uidSearch({ subject })), "2");
  await done;
  imap.close();
});

test("a charset that the caller names is the one that the texts are in", async () => {
  const { client: imap, done } = await client((peer) =>
    peer.play(`
      C: A2 SEARCH CHARSET latin1 SUBJECT {5+}
      C: ${subject}
      S: * SEARCH 3
      S: A2 OK done
    `)
  );
  assertEquals(numbers(await imap.search({ subject }, { charset: "latin1" })), "3");
  await assertRejects(() => imap.search({ subject: "\u20ac" }, { charset: "ISO-8859-1" }), RangeError);
  await done;
  imap.close();
});

test("texts that are ASCII need no charset, and SORT and THREAD the plainest", async () => {
  const { client: imap, done } = await client((peer) =>
    peer.play(`
      C: A2 SEARCH CHARSET UTF-8 SUBJECT a
      S: A2 BAD [BADCHARSET] what
      C: A3 SEARCH SUBJECT a
      S: * SEARCH 1
      S: A3 OK done
      C: A4 SORT (DATE) UTF-8 ALL
      S: A4 NO [BADCHARSET (US-ASCII)] no
      C: A5 SORT (DATE) US-ASCII ALL
      S: * SORT 2 1
      S: A5 OK done
      C: A6 UID THREAD REFERENCES UTF-8 SUBJECT a
      S: A6 NO [BADCHARSET] no
      C: A7 UID THREAD REFERENCES US-ASCII SUBJECT a
      S: * THREAD (1)
      S: A7 OK done
    `)
  );
  assertEquals(numbers(await imap.search({ subject: "a" }, { charset: "UTF-8" })), "1");
  assertEquals((await imap.sort([{ key: "DATE" }], "UTF-8", { all: true })).numbers, [2, 1]);
  assertEquals((await imap.uidThread("REFERENCES", "UTF-8", { subject: "a" })).threads.length, 1);
  await done;
  imap.close();
});

test("IMAP4rev2 has UTF-8 without ENABLE", async () => {
  const { client: imap, done } = await preauth((peer) =>
    peer.play(`
      C: A1 ENABLE IMAP4rev2
      S: * ENABLED IMAP4rev2
      S: A1 OK done
      C: A2 SELECT INBOX
      S: * 1 EXISTS
      S: A2 OK done
      C: A3 SEARCH CHARSET UTF-8 SUBJECT "${inUtf8}"
      S: A3 NO [BADCHARSET] no
      C: A4 SEARCH SUBJECT "${inUtf8}"
      S: * ESEARCH (TAG "A4") ALL 2
      S: A4 OK done
    `), { capabilities });
  await imap.enable(["IMAP4rev2"]);
  await imap.select("INBOX");
  assertEquals(numbers(await imap.search({ subject })), "2");
  await done;
  imap.close();
});

test("where nothing helps, or after one retry, the server's refusal is the result", async () => {
  const { client: imap, done } = await client((peer) =>
    peer.play(`
      C: A2 SEARCH CHARSET UTF-8 SUBJECT {7+}
      C: ${inUtf8}
      S: A2 NO [BADCHARSET (US-ASCII)] first
      C: A3 SEARCH CHARSET UTF-8 SUBJECT {3+}
      C: \u00e2\u0082\u00ac
      S: A3 NO [BADCHARSET (ISO-8859-1)] second
      C: A4 SEARCH CHARSET UTF-8 SUBJECT {7+}
      C: ${inUtf8}
      S: A4 NO [BADCHARSET (ISO-8859-1)] third
      C: A5 SEARCH CHARSET ISO-8859-1 SUBJECT {5+}
      C: ${subject}
      S: A5 NO [BADCHARSET (ISO-8859-1)] fourth
      C: A6 SEARCH RETURN (SAVE) CHARSET UTF-8 SUBJECT a
      S: A6 NO [BADCHARSET (US-ASCII)] fifth
      C: A7 SEARCH SUBJECT a
      S: A7 NO [BADCHARSET (US-ASCII)] sixth
    `)
  );
  const refusals = [
    () => imap.search({ subject }),
    () => imap.search({ subject: "\u20ac" }),
    () => imap.search({ subject }),
    () => imap.search({ subject: "a" }, { returns: ["SAVE"], charset: "UTF-8" }),
    () => imap.search({ subject: "a" }),
  ];
  const texts: unknown[] = [];
  for (const refusal of refusals) texts.push((await assertRejects(refusal, CommandError)).text);
  assertEquals(texts, ["first", "second", "fourth", "fifth", "sixth"]);
  await done;
  imap.close();
});

test("the second search is of the same messages, or there is none", async () => {
  const { client: imap, done } = await client((peer) =>
    peer.play(`
      C: A2 SEARCH CHARSET UTF-8 ALL
      S: * 1 EXPUNGE
      S: A2 NO [BADCHARSET] gone
      C: A4 UID SEARCH CHARSET UTF-8 ALL
      S: A4 NO [BADCHARSET] elsewhere
      C: A5 SELECT Other
      S: * 1 EXISTS
      S: A5 OK done
    `)
  );
  const removed = await assertRejects(() => imap.search({ all: true }, { charset: "UTF-8" }), CommandError);
  const search = imap.uidSearch({ all: true }, { charset: "UTF-8" });
  const select = imap.select("Other");
  const other = await assertRejects(() => search, CommandError);
  assertEquals([removed.text, other.text], ["gone", "elsewhere"]);
  await select;
  await done;
  imap.close();
});
