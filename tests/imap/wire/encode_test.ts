import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import * as encode from "../../../imap/codec/_gen/encode.ts";
import { writeResponse } from "../../../imap/codec/_gen/encode_response.ts";
import type { Response, SearchKey } from "../../../imap/codec/_gen/types.ts";
import { DateTime } from "../../../imap/values/date_time.ts";
import type { FetchItem } from "../../../imap/values/fetch_item.ts";
import { Raw } from "../../../imap/values/raw.ts";
import { SequenceSet } from "../../../imap/values/sequence_set.ts";
import { Writer } from "../../../imap/wire/writer.ts";
import type { WriterOptions } from "../../../imap/wire/fragment.ts";

/** A command as text: a sync literal in `<>`, another in `[]`, line ends as `|`. */
function sent(write: (w: Writer) => void, options: WriterOptions = {}): string {
  const w = new Writer(options);
  write(w);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return w.end().map((one) => {
    if ("line" in one) return text(one.line);
    const data = one.literal instanceof Uint8Array ? text(one.literal) : `stream of ${one.size}`;
    return one.sync ? `<${data}>` : `[${data}]`;
  }).join("").replaceAll("\r\n", "|");
}

function said(response: Response): string {
  const w = new Writer({ response: true });
  writeResponse(w, response);
  return new TextDecoder().decode(w.endResponse()).replaceAll("\r\n", "|");
}

test("encode: SELECT with its parameters", () => {
  assertEquals(sent((w) => encode.encodeSelect(w, { mailbox: "INBOX" })), "SELECT INBOX|");
  assertEquals(
    sent((w) => encode.encodeSelect(w, { mailbox: "Sent Items", condstore: true })),
    'SELECT "Sent Items" (CONDSTORE)|',
  );
  assertEquals(sent((w) => encode.encodeSelect(w, { mailbox: "nil", condstore: false })), 'SELECT "nil"|');
  const qresync = {
    uidValidity: 7,
    modSeq: 20050715194045000n,
    known: SequenceSet.parse("41,43:211"),
    match: undefined,
  };
  assertEquals(
    sent((w) => encode.encodeSelect(w, { mailbox: "x", condstore: true, qresync })),
    "SELECT x (CONDSTORE QRESYNC (7 20050715194045000 41,43:211))|",
  );
});

test("encode: FETCH, its items and modifiers", () => {
  const fetch = (set: string | number[], items: FetchItem[], more = {}) =>
    sent((w) => encode.encodeFetch(w, { set, items, ...more }));
  assertEquals(fetch("1:*", ["UID"]), "FETCH 1:* UID|");
  assertEquals(
    fetch([3, 1, 2], ["UID", "BODY.PEEK[HEADER.FIELDS (Subject)]"]),
    "FETCH 1:3 (UID BODY.PEEK[HEADER.FIELDS (Subject)])|",
  );
  assertEquals(
    fetch("1:*", ["UID"], { changedSince: 12345n, vanished: true }),
    "FETCH 1:* UID (CHANGEDSINCE 12345 VANISHED)|",
  );
  assertThrows(() => fetch("1 LOGOUT", ["UID"]), RangeError);
  assertThrows(() => fetch([], ["UID"]), RangeError, "without messages");
  assertThrows(() => fetch("1", []), RangeError);
  assertThrows(() => fetch("1", ["UID\r\nA2 LOGOUT" as FetchItem]), RangeError);
});

test("encode: APPEND sends the message as the session may", () => {
  const append = (options: WriterOptions, message: string) =>
    sent(
      (w) =>
        encode.encodeAppend(w, {
          mailbox: "Entwürfe",
          flags: ["\\Seen"],
          date: new DateTime(" 1-Feb-1994 21:52:25 -0800"),
          message,
        }),
      options,
    );
  assertEquals(append({}, "abc"), 'APPEND Entw&APw-rfe (\\Seen) " 1-Feb-1994 21:52:25 -0800" {3}|<abc>|');
  assertEquals(
    append({ literalPlus: true, utf8: true }, "abc"),
    'APPEND "Entwürfe" (\\Seen) " 1-Feb-1994 21:52:25 -0800" {3+}|[abc]|',
  );
  assertEquals(append({ literalMinus: true }, "x".repeat(5000)).includes("{5000}|<"), true);
  assertEquals(sent((w) => encode.encodeAppend(w, { mailbox: "x", message: "" })), "APPEND x {0}|<>|");
});

test("encode: SEARCH is a tree with a bound", () => {
  const word = (op: string, more = {}) => ({ op, ...more }) as SearchKey;
  const keys = [
    word("UNSEEN"),
    word("OR", { left: word("FROM", { value: "a b" }), right: word("NOT", { key: word("SEEN") }) }),
  ];
  assertEquals(
    sent((w) => encode.encodeSearch(w, { keys, returns: ["MIN", "COUNT"], charset: "UTF-8" })),
    'SEARCH RETURN (MIN COUNT) CHARSET UTF-8 UNSEEN OR FROM "a b" NOT SEEN|',
  );
  assertEquals(
    sent((w) => encode.encodeSearch(w, { keys: [word("ALL")], extended: true })),
    "SEARCH RETURN () ALL|",
  );
  assertEquals(
    sent((w) => encode.encodeSearch(w, { keys: [word("SINCE", { date: "2026-11-01" })] })),
    "SEARCH SINCE 1-Nov-2026|",
  );
  assertThrows(() => sent((w) => encode.encodeSearch(w, { keys: [] })), RangeError, "at least one");
  assertThrows(() => sent((w) => encode.encodeSearch(w, { keys: [word("NOSUCH")] })), RangeError, "NOSUCH");
  let deep = word("ALL");
  for (let i = 0; i < 20_000; i++) deep = word("NOT", { key: deep });
  assertThrows(() => sent((w) => encode.encodeSearch(w, { keys: [deep] })), RangeError, "100 levels");
});

test("encode: lists of one, of many, of none", () => {
  const list = (patterns: string[], more = {}) =>
    sent((w) => encode.encodeList(w, { reference: "", patterns, ...more }));
  assertEquals(list(["*"]), 'LIST "" *|');
  assertEquals(list(["a", "b c"]), 'LIST "" (a "b c")|');
  assertEquals(
    list(["%"], { select: ["SUBSCRIBED"], returns: ["CHILDREN"], status: ["MESSAGES", "UIDNEXT"] }),
    'LIST (SUBSCRIBED) "" % RETURN (CHILDREN STATUS (MESSAGES UIDNEXT))|',
  );
  assertThrows(() => list([]), RangeError);
  assertThrows(() => list(["*"], { returns: ["NOSUCH"] }), RangeError);
  assertEquals(
    sent((w) => encode.encodeStore(w, { set: 1, action: "+FLAGS", flags: [] })),
    "STORE 1 +FLAGS ()|",
  );
  assertEquals(
    sent((w) => encode.encodeStore(w, { set: "$", action: "FLAGS.SILENT", flags: ["\\Seen", "x"] })),
    "STORE $ FLAGS.SILENT (\\Seen x)|",
  );
  assertThrows(
    () => sent((w) => encode.encodeStore(w, { set: 1, action: "+FLAGS\r\nx" as "FLAGS", flags: [] })),
    RangeError,
  );
});

test("encode: a password is in no trace", () => {
  const w = new Writer();
  encode.encodeLogin(w, { user: "joe", password: "hunter2 \u00fc" });
  const trace = w.end().map((one) => one.trace).join(" ");
  assertEquals(trace.includes("hunter2"), false);
  assertEquals(trace, "LOGIN joe *** *** ***");
  const sasl = new Writer();
  encode.encodeAuthenticate(sasl, {
    mechanism: "PLAIN",
    initialResponse: new TextEncoder().encode("\0joe\0hunter2"),
  });
  assertEquals(sasl.end().map((one) => one.trace), ["AUTHENTICATE PLAIN ***"]);
});

test("encode: what a server says", () => {
  const unknown = {
    type: "UNKNOWN",
    number: 4,
    name: "XFOO",
    raw: new Raw(new TextEncoder().encode(" (a)"), []),
    error: undefined,
  };
  assertEquals(said(unknown as Response), "* 4 XFOO (a)|");
  assertEquals(
    said({ type: "TAGGED", tag: "A1", status: "OK", code: { name: "READ-WRITE" }, text: "done" } as Response),
    "A1 OK [READ-WRITE] done|",
  );
  assertEquals(said({ type: "CONTINUATION", code: undefined, text: "" } as Response), "+ |");
  assertEquals(said({ type: "EXISTS", count: 23 } as Response), "* 23 EXISTS|");
  assertThrows(
    () => said({ type: "TAGGED", tag: "A1", status: "OK", code: undefined, text: "a\r\n* BYE" } as Response),
    RangeError,
  );
  assertThrows(() => said({ type: "NOSUCH" } as unknown as Response), RangeError);
  assertThrows(() => said({ type: "EXISTS", count: -1 } as Response), RangeError);
});
