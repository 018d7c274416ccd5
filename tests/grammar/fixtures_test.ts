/** What servers say, case by case: see `_fixtures.ts` for how the files are written. */
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { decodeResponse, encodeResponse } from "../../imap/codec/codec.ts";
import type { Response } from "../../imap/codec/_gen/types.ts";
import { DecodeError } from "../../imap/wire/decode_error.ts";
import type { Branch, Expr } from "../../codegen/model/ir.ts";
import { fixtureFiles, isDamaged, readCases, shownValue } from "./_fixtures.ts";
import type { Case } from "./_fixtures.ts";
import { checkAgreement, framesOf } from "./_properties.ts";
import { grammar } from "./_support.ts";

const documents = fixtureFiles().flatMap(readCases);
const deviations = fixtureFiles("quirks/").flatMap(readCases);

for (const file of [...fixtureFiles(), ...fixtureFiles("quirks/")]) {
  test(`fixtures: ${file}`, () => {
    const cases = readCases(file);
    assert(cases.length > 0, "no case");
    assertEquals(new Set(cases.map((one) => one.name)).size, cases.length, "names");
    for (const one of cases) check(one);
  });
}

function check(one: Case): void {
  const where = `tests/grammar/fixtures/${one.file}: ${one.name}`;
  assert(
    one.value !== undefined,
    `${where}: no value; run tests/grammar/update_fixtures.ts and read what it wrote`,
  );
  assert(one.source !== "", `${where}: no source`);
  const response = decodeResponse(one.octets, one.mode);
  const shown = shownValue(response);
  assertEquals(shown, one.value, where);
  assertEquals([...response.quirks ?? []], one.quirks, where);
  assertEquals(isDamaged(shown), one.kind === "recovers", where);
  assertEquals(response.type === "UNKNOWN" && !isDamaged(shown), one.kind === "unknown", where);
  assert(response.type !== "INVALID", where);
  for (const frame of framesOf(one.octets, () => 1 << 20)) checkAgreement("response", frame, one.mode);
  const strict = { ...one.mode, strict: true };
  if (one.quirks.length > 0 || one.kind === "recovers") {
    assertThrows(() => decodeResponse(one.octets, strict), DecodeError, "expected", where);
    return;
  }
  assertEquals(shownValue(decodeResponse(one.octets, strict)), shown, where);
  const written = encodeResponse(response as Response, one.mode);
  assertEquals(shownValue(decodeResponse(written, strict)), shown, `${where}, written`);
}

test("fixtures: every deviation that the grammar names has a file that shows it, and no file shows another", () => {
  const names = grammar().quirks.map(({ name }) => name).sort();
  assertEquals(fixtureFiles("quirks/").map((file) => file.slice("quirks/".length, -".txt".length)), names);
  for (const one of deviations) {
    const name = one.file.slice("quirks/".length, -".txt".length);
    assert(
      one.quirks.includes(name),
      `tests/grammar/fixtures/${one.file}: ${one.name} does not show the deviation ${name}`,
    );
  }
  for (const { name, description } of grammar().quirks) {
    assert(/[;,(]|Courier|imapflow|net-imap|mail\.ru|MailKit/.test(description), `${name}: who does it?`);
  }
});

/** Words of a choice that is decided by words. */
function wordsOf(rule: string): string[] {
  const { expr } = grammar().rules.get(rule)!;
  if (expr.kind !== "choice" || expr.decision.by !== "word") throw new Error(rule);
  return [...expr.decision.words, ...expr.decision.numbered].map(([word]) => word);
}

/** How an example of a word of each choice looks. */
const examples: [rule: string, pattern: (word: string) => RegExp][] = [
  ["response-data", (word) => new RegExp(`^\\* (\\d+ )?${word}\\b`)],
  ["resp-text-code", (word) => new RegExp(`^[^ ]+ \\w+ \\[${word}[\\] ]`)],
  ["msg-att", (word) => new RegExp(`FETCH \\((.* )?${word}[ []`, "s")],
  ["status-att-val", (word) => new RegExp(`STATUS .*[( ]${word} `)],
  ["search-return-data", (word) => new RegExp(`ESEARCH .* ${word} `)],
  ["search-correlator", (word) => new RegExp(`ESEARCH \\((.* )?${word} `)],
  ["convert-msg-att", (word) => new RegExp(`CONVERTED .*[( ]${word}[ []`, "s")],
  ["url-metadata-el", (word) => new RegExp(`URLFETCH .*\\(${word} `, "s")],
  ["mbox-list-extended-item", (word) => new RegExp(`LIST .*\\("${word}" `)],
];

test("fixtures: every response, code and item that the grammar knows is read from an example", () => {
  const texts = documents.filter((one) => one.kind === "plain").map((one) =>
    new TextDecoder("latin1").decode(one.octets)
  );
  const missing = examples.flatMap(([rule, pattern]) =>
    wordsOf(rule).filter((word) => !texts.some((text) => pattern(word.replace(/[.+]/g, "\\$&")).test(text)))
      .map((word) => `${word} of ${rule}, ${placeOf(rule, word)}`)
  );
  assertEquals(missing, [], "write an example of each in a file of tests/grammar/fixtures");
});

/** File and line of the alternative that a word is in. */
function placeOf(rule: string, word: string): string {
  const { expr } = grammar().rules.get(rule)!;
  if (expr.kind !== "choice" || expr.decision.by !== "word") throw new Error(rule);
  const [, branch] = [...expr.decision.words, ...expr.decision.numbered].find(([one]) => one === word)!;
  const { file, line } = expr.branches[branch]!.origin;
  return `${file}:${line}`;
}

// What a client has to read to call itself complete, named here so that a word that leaves the grammar is missed.
const responses =
  "OK NO BAD BYE PREAUTH TAGGED CONTINUATION CAPABILITY FLAGS EXISTS RECENT EXPUNGE SEARCH STATUS " +
  "LIST FETCH LSUB ENABLED NAMESPACE ID ESEARCH SORT THREAD VANISHED UIDFETCH QUOTA QUOTAROOT ACL LISTRIGHTS " +
  "MYRIGHTS METADATA JMAPACCESS UIDBATCHES GENURLAUTH URLFETCH ANNOTATION LANGUAGE COMPARATOR CONVERTED CONVERSION XLIST";
const codes =
  "ALERT BADCHARSET PARSE TRYCREATE PERMANENTFLAGS UIDNEXT UIDVALIDITY UNSEEN READ-ONLY READ-WRITE " +
  "UIDNOTSTICKY APPENDUID COPYUID CAPABILITY CLOSED HIGHESTMODSEQ NOMODSEQ MODIFIED NOTSAVED MAILBOXID UNKNOWN-CTE " +
  "HASCHILDREN UNAVAILABLE AUTHENTICATIONFAILED AUTHORIZATIONFAILED EXPIRED PRIVACYREQUIRED CONTACTADMIN NOPERM INUSE " +
  "EXPUNGEISSUED CORRUPTION SERVERBUG CLIENTBUG CANNOT LIMIT OVERQUOTA ALREADYEXISTS NONEXISTENT COMPRESSIONACTIVE " +
  "TOOBIG BADURL URLMECH USEATTR REFERRAL NEWNAME METADATA NOTIFICATIONOVERFLOW BADEVENT UNDEFINED-FILTER NOUPDATE " +
  "BADCOMPARATOR ANNOTATE ANNOTATIONS TEMPFAIL MAXCONVERTMESSAGES MAXCONVERTPARTS UIDREQUIRED MESSAGELIMIT INPROGRESS " +
  "WEBALERT THROTTLED";

test("fixtures: every response and every code of the published extensions comes out typed", () => {
  const plain = documents.filter((one) => one.kind === "plain").map((one) =>
    one.value as { type: string; code?: { name: string } }
  );
  const types = new Set(plain.map((value) => value.type));
  const names = new Set(plain.map((value) => value.code?.name));
  assertEquals(responses.split(" ").filter((type) => !types.has(type)), []);
  assertEquals(codes.split(" ").filter((name) => !names.has(name)), []);
  // A name alone does not make a code typed: each has a variant of its own.
  const variants = choice("resp-text-code").map((branch) => branch.word);
  assertEquals(codes.split(" ").filter((name) => !variants.includes(name)), []);
});

// What one word alone does not tell: forms of a response or a code that each have fields of their own.
const forms: [text: RegExp, label: string][] = [
  [/^\* VANISHED \(EARLIER\) /, "earlier"],
  [/^\* SEARCH .*\(MODSEQ /, "modSeq"],
  [/^\* ESEARCH .* MODSEQ /, "modSeq"],
  [/^\* URLFETCH .*\(BINARY /s, "results"],
  [/^\* METADATA [^ ]+ [^(]/, "names"],
  [/^\* METADATA [^ ]+ \(/, "entries"],
  [/^\* LIST .*"OLDNAME"/, "oldName"],
  [/^\* LIST .*"CHILDINFO"/, "childInfo"],
  [/\[METADATA LONGENTRIES /, "code.longEntries"],
  [/\[METADATA MAXSIZE /, "code.maxSize"],
  [/\[METADATA TOOMANY\]/, "code.tooMany"],
  [/\[METADATA NOPRIVATE\]/, "code.noPrivate"],
  [/\[BADCHARSET \(/, "code.charsets"],
  [/\[MESSAGELIMIT \d+ \d+\]/, "code.uid"],
  [/\[INPROGRESS \("/, "code.progress"],
  [/\[ANNOTATIONS [^\]]* NOPRIVATE\]/, "code.noPrivate"],
];

test("fixtures: each form of a response or a code has its own fields in an example", () => {
  const plain = documents.filter((one) => one.kind === "plain");
  for (const [pattern, label] of forms) {
    const shown = plain.filter((one) => pattern.test(new TextDecoder("latin1").decode(one.octets)));
    assert(shown.length > 0, `no example of ${pattern}`);
    const found = shown.some(({ value }) => {
      let at = value as Record<string, unknown> | undefined;
      for (const step of label.split(".")) at = at?.[step] as Record<string, unknown> | undefined;
      return at !== undefined;
    });
    assert(found, `${pattern} without ${label}`);
  }
});

test("fixtures: the reference lists every response, code and item", () => {
  const reference = readFileSync(new URL("../../grammar/REFERENCE.md", import.meta.url), "utf8");
  const listed = new Set(reference.match(/[A-Z][A-Z0-9.-]+/g));
  const words = [
    ...responses.split(" ").filter((name) => !/^(TAGGED|CONTINUATION)$/.test(name)),
    ...codes.split(" "),
    ...wordsOf("msg-att"),
    ...wordsOf("status-att-val"),
    ...wordsOf("search-return-data"),
  ];
  assertEquals(words.filter((word) => !listed.has(word)), []);
});

function choice(rule: string): Branch[] {
  const expr: Expr = grammar().rules.get(rule)!.expr;
  return expr.kind === "choice" ? expr.branches : [];
}
