import { test } from "node:test";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CommandError } from "../../../imap/base/errors.ts";
import { searchKeys, type SearchQuery } from "../../../imap/client/commands/search.ts";
import { encodeSearch } from "../../../imap/codec/_gen/encode.ts";
import type { SearchKey } from "../../../imap/codec/_gen/types.ts";
import { Writer } from "../../../imap/wire/writer.ts";
import { plenty, preauth, selected } from "../session/scripted.ts";

/** What a query is on the wire. */
async function sent(query: SearchQuery, capabilities?: string): Promise<string> {
  let line = "";
  const { client } = await selected(async (peer) => {
    line = await peer.line();
    await peer.send("A2 NO\r\n");
  }, capabilities === undefined ? {} : { capabilities });
  await assertRejects(() => client.search(query), CommandError);
  client.close();
  return line.replace("A2 SEARCH ", "");
}

test("a query is sent as RFC 9051 6.4.4 writes it", async () => {
  const cases: [SearchQuery, string][] = [
    [{ all: true }, "ALL"],
    [{ unseen: true, since: "2026-11-01" }, "UNSEEN SINCE 1-Nov-2026"],
    [
      { seen: false, unseen: false, flagged: true, answered: false, draft: true, deleted: false }, // both ways
      "UNSEEN SEEN FLAGGED UNANSWERED DRAFT UNDELETED",
    ],
    [{ from: "smith", to: ["a b", 'c"d'] }, 'FROM smith TO "a b" TO "c\\"d"'],
    [{ subject: "NIL" }, 'SUBJECT "NIL"'],
    [{ header: { "X-A": "b", "List-Id": true } }, 'HEADER X-A b HEADER List-Id ""'],
    [{ keyword: "$Junk", unkeyword: ["a", "b"] }, "KEYWORD $Junk UNKEYWORD a UNKEYWORD b"],
    [{ larger: 1000, smaller: 5_000_000_000 }, "LARGER 1000 SMALLER 5000000000"],
    [{ uid: [1, [3, 5], [7, "*"]], seq: "2:4" }, "UID 1,3:5,7:* 2:4"],
    [{ sentOn: { year: 2026, month: 2, day: 3 } }, "SENTON 3-Feb-2026"],
    [{ modSeq: 620162338n }, "MODSEQ 620162338"],
    [{ not: { from: "x" } }, "NOT FROM x"],
    [{ not: { from: "x", seen: true } }, "NOT (FROM x SEEN)"],
    [{ not: [{ from: "x" }, { to: "y" }] }, "NOT FROM x NOT TO y"],
    [{ or: [{ from: "x" }] }, "FROM x"],
    [{ or: [{ from: "x" }, { to: "y", seen: true }] }, "OR FROM x (TO y SEEN)"],
    [{ or: [{ from: "a" }, { from: "b" }, { from: "c" }] }, "OR OR FROM a FROM b FROM c"],
    [{ or: [{ from: "a" }, { from: "b" }], seen: true }, "OR FROM a FROM b SEEN"],
  ];
  for (const [query, line] of cases) assertEquals(await sent(query, `${plenty} CONDSTORE`), line);
});

/** A value for each condition, and what is written for it: the compiler misses one that has none. */
const samples = {
  all: [true, "ALL"],
  answered: [true, "ANSWERED"],
  deleted: [true, "DELETED"],
  draft: [true, "DRAFT"],
  flagged: [true, "FLAGGED"],
  seen: [true, "SEEN"],
  unanswered: [true, "UNANSWERED"],
  undeleted: [true, "UNDELETED"],
  undraft: [true, "UNDRAFT"],
  unflagged: [true, "UNFLAGGED"],
  unseen: [true, "UNSEEN"],
  keyword: ["a", "KEYWORD a"],
  unkeyword: ["a", "UNKEYWORD a"],
  from: ["a", "FROM a"],
  to: ["a", "TO a"],
  cc: ["a", "CC a"],
  bcc: ["a", "BCC a"],
  subject: ["a", "SUBJECT a"],
  body: ["a", "BODY a"],
  text: ["a", "TEXT a"],
  header: [{ a: "b" }, "HEADER a b"],
  before: ["2026-11-01", "BEFORE 1-Nov-2026"],
  on: ["2026-11-01", "ON 1-Nov-2026"],
  since: ["2026-11-01", "SINCE 1-Nov-2026"],
  sentBefore: ["2026-11-01", "SENTBEFORE 1-Nov-2026"],
  sentOn: ["2026-11-01", "SENTON 1-Nov-2026"],
  sentSince: ["2026-11-01", "SENTSINCE 1-Nov-2026"],
  larger: [5, "LARGER 5"],
  smaller: [5, "SMALLER 5"],
  uid: [5, "UID 5"],
  seq: [5, "5"],
  modSeq: [5n, "MODSEQ 5"],
  older: [5, "OLDER 5"],
  younger: [5, "YOUNGER 5"],
  fuzzy: [{ seen: true }, "FUZZY SEEN"],
  emailId: ["a", "EMAILID a"],
  threadId: ["a", "THREADID a"],
  savedBefore: ["2026-11-01", "SAVEDBEFORE 1-Nov-2026"],
  savedOn: ["2026-11-01", "SAVEDON 1-Nov-2026"],
  savedSince: ["2026-11-01", "SAVEDSINCE 1-Nov-2026"],
  saveDateSupported: [true, "SAVEDATESUPPORTED"],
  uidAfter: [5, "UIDAFTER 5"],
  uidBefore: [5, "UIDBEFORE 5"],
  new: [true, "NEW"],
  old: [true, "OLD"],
  recent: [true, "RECENT"],
  filter: ["a", "FILTER a"],
  gmailRaw: ["a", "X-GM-RAW a"],
  gmailLabel: ["a", "X-GM-LABELS a"],
  gmailMessageId: [5n, "X-GM-MSGID 5"],
  gmailThreadId: [5n, "X-GM-THRID 5"],
  or: [[{ seen: true }, { draft: true, to: "a" }], "OR SEEN (DRAFT TO a)"],
  not: [{ seen: true }, "NOT SEEN"],
} as const satisfies {
  readonly [Name in keyof Required<SearchQuery>]: readonly [SearchQuery[Name], string];
};

/** The word that a key begins with. */
type WordOf<Wire> = Wire extends `${infer Word} ${string}` ? Word : Wire;
/** Keys of the grammar that no condition is written as: those without a word, and one for who gives keys. */
type Others = Exclude<SearchKey["op"], WordOf<typeof samples[keyof typeof samples][1]>>;
const others: { readonly [Op in Others]: true } = { AND: true, SET: true, ANNOTATION: true };

test("every condition is written as the grammar's key, and every key of the grammar has a condition", () => {
  for (const [name, [value, wire]] of Object.entries(samples)) {
    const writer = new Writer();
    encodeSearch(writer, { keys: searchKeys({ [name]: value }) });
    const [line] = writer.end();
    assertEquals("line" in line! ? new TextDecoder().decode(line.line) : "", `SEARCH ${wire}\r\n`);
  }
  // That there are no more is for the compiler to say.
  assertEquals(Object.keys(others).length, 3);
});

test("many alternatives make a shallow tree", async () => {
  const line = await sent({ or: Array.from({ length: 1000 }, (_, i) => ({ from: `a${i}` })) });
  assertEquals(line.match(/OR/g)?.length, 999);
  assertEquals(line.startsWith("OR ".repeat(10)) && !line.startsWith("OR ".repeat(11)), true);
});

test("the charset is named where text needs it, unless that is forbidden", async () => {
  const lines: string[] = [];
  const script = (name: string) =>
    preauth(async (peer) => {
      if (name !== "") await peer.play(`C: A1 ENABLE ${name}\nS: * ENABLED ${name}\nS: A1 OK`);
      await peer.play(
        `C: A${name === "" ? 1 : 2} SELECT INBOX\nS: * 1 EXISTS\nS: A${name === "" ? 1 : 2} OK`,
      );
      for (;;) {
        const line = await peer.line().catch(() => undefined);
        if (line === undefined) return;
        lines.push(line.replace(/^A\d+ /, ""));
        if (/\{\d+\}$/.test(line)) {
          await peer.send("+ go\r\n");
          lines.push(await peer.line());
        }
        await peer.send(`${line.split(" ")[0]} NO\r\n`);
      }
    }, { capabilities: "IMAP4rev1 IMAP4rev2" });
  for (const name of ["", "IMAP4rev2", "UTF8=ACCEPT"]) {
    const { client } = await script(name);
    if (name !== "") await client.enable([name]);
    await client.select("INBOX");
    await client.search({ subject: "Grüße" }).catch(() => {});
    await client.search({ subject: "Gruss" }).catch(() => {});
    client.close();
  }
  const utf8 = "Gr\xc3\xbc\xc3\x9fe";
  assertEquals(lines, [
    "SEARCH CHARSET UTF-8 SUBJECT {7}",
    utf8,
    "SEARCH SUBJECT Gruss",
    `SEARCH CHARSET UTF-8 SUBJECT "${utf8}"`,
    "SEARCH SUBJECT Gruss",
    `SEARCH SUBJECT "${utf8}"`,
    "SEARCH SUBJECT Gruss",
  ]);
});

test("what would find more than was asked for is refused", () => {
  const range: unknown[] = [
    {},
    [],
    { from: "" },
    { from: [] },
    { from: ["a", ""] },
    { header: {} },
    { header: { "": "x" } },
    {
      or: [],
    },
    { or: [{}] },
    { not: {} },
    { not: [] },
    { uid: [] },
    { keyword: "" },
  ];
  for (const query of range) assertThrows(() => searchKeys(query as SearchQuery), RangeError);
  const type: unknown[] = [
    null,
    "ALL",
    { from: undefined },
    { form: "x" },
    { from: 3 },
    { seen: "yes" },
    { all: false },
    { since: new Date() },
    { or: { from: "x" } },
    { not: 3 },
    { header: "x" },
    // One search box has one text.
    { gmailRaw: ["a", "b"] },
  ];
  for (const query of type) assertThrows(() => searchKeys(query as SearchQuery), TypeError);
  let deep: SearchQuery = { seen: true };
  for (let i = 0; i < 10_000; i++) deep = { not: deep };
  assertThrows(() => searchKeys(deep), RangeError);
});

test("what was found comes as a set, from SEARCH and from ESEARCH", async () => {
  const { client } = await selected((peer) =>
    peer.play(`
      C: A2 SEARCH SEEN
      S: * SEARCH 2 84 882
      S: A2 OK done
      C: A3 UID SEARCH SEEN
      S: * SEARCH
      S: A3 OK done
      C: A4 UID SEARCH SEEN
      S: * ESEARCH (TAG "A4") UID ALL 1:3,5
      S: A4 OK done
      C: A5 SEARCH RETURN (MIN COUNT) SEEN
      S: * ESEARCH (TAG A5) MIN 2 COUNT 4
      S: A5 OK done
      C: A6 SEARCH SEEN
      S: * ESEARCH (TAG "A6")
      S: A6 OK done
      C: A7 SEARCH SEEN
      S: * SEARCH 1 2 (MODSEQ 917162500)
      S: A7 OK done
      C: A8 SEARCH SEEN
      S: A8 NO [BADCHARSET] what
    `)
  );
  assertEquals((await client.search({ seen: true })).all.toString(), "2,84,882");
  assertEquals((await client.uidSearch({ seen: true })).all.isEmpty, true);
  assertEquals((await client.uidSearch({ seen: true })).all.toString(), "1:3,5");
  const counted = await client.search({ seen: true }, { returns: ["MIN", "COUNT"] });
  assertEquals([counted.min, counted.max, counted.count, counted.all.isEmpty], [2, undefined, 4, true]);
  assertEquals((await client.search({ seen: true })).all.isEmpty, true);
  assertEquals((await client.search({ seen: true })).modSeq, 917162500n);
  // A refusal is an error and not an empty answer.
  await assertRejects(() => client.search({ seen: true }), CommandError);
  client.close();
});

test("keys that hold themselves are refused, and very many are sent", async () => {
  const { client } = await selected(async (peer) => {
    for (let i = 0; i < 2; i++) {
      const line = await peer.line();
      assertEquals(line.length > 200_000 * 5, true);
      await peer.send(`* SEARCH 1\r\n${line.split(" ", 1)[0]} OK done\r\n`);
    }
  });
  const not: { op: "NOT"; key: SearchKey } = { op: "NOT", key: { op: "SEEN" } };
  not.key = not;
  const and: { op: "AND"; keys: SearchKey[] } = { op: "AND", keys: [] };
  and.keys.push(and);
  const or: { op: "OR"; left: SearchKey; right: SearchKey } = { op: "OR", left: { op: "SEEN" }, right: not };
  or.left = or;
  for (const key of [not, and, or] as SearchKey[]) {
    await assertRejects(async () => await client.search([key]), RangeError);
  }
  const query: SearchQuery = { unseen: true };
  query.not = [query];
  await assertRejects(async () => await client.search(query), RangeError);
  const keys = Array.from({ length: 200_000 }, (): SearchKey => ({ op: "SEEN" }));
  await client.search([{ op: "AND", keys }]);
  await client.search({ subject: Array.from({ length: 200_000 }, () => `s`) });
  client.close();
});
