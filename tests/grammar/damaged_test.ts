/**
 * What damage costs: in every response that has items, the damaged item alone; its octets and the reason stay in the
 * row. The items are those of the grammar, so that a new one is damaged here without being named.
 */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Random, seedOf } from "../../codegen/check/random.ts";
import { Decoder, decodeResponse, encodeResponse, responses } from "../../imap/codec/codec.ts";
import { checkLimits } from "../../imap/base/limits.ts";
import { readResponse } from "../../imap/codec/_gen/decode.ts";
import { Reader } from "../../imap/wire/reader.ts";
import { framesOf, mutated, sentence, wireBytes } from "./_properties.ts";
import type { Response, UnknownItem } from "../../imap/codec/_gen/types.ts";
import { latin1 } from "../../imap/values/raw.ts";
import type { Raw } from "../../imap/values/raw.ts";
import { grammar, plain } from "./_support.ts";

type Row = Record<string, unknown> & { type: string; other: UnknownItem[] };

const octets = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const decode = (text: string) => decodeResponse(octets(`${text}\r\n`)) as unknown as Row;

function wordsOf(rule: string): string[] {
  const { expr } = grammar().rules.get(rule)!;
  if (expr.kind !== "choice" || expr.decision.by !== "word") throw new Error(rule);
  return expr.decision.words.map(([word]) => word);
}

/** Values that no item takes: too much, too little, of another kind, with a literal, nested deeply. */
const damage = ["@", "()", '("', "{2}\r\n()", '(1 "two" (NIL', `${"(".repeat(500)}`].map((text) => {
  const open = [...text.replace(/\{2\}\r\n\(\)/, "")].reduce(
    (n, c) => n + (c === "(" ? 1 : c === ")" ? -1 : 0),
    0,
  );
  return (text.endsWith('("') ? text + '"' : text) + ")".repeat(open);
});

/** Items that are asked for with brackets: the name alone is another item, or none. */
const bracketed = ["BINARY", "BINARY.SIZE", "BODYPARTSTRUCTURE", "AVAILABLECONVERSIONS"];

/** Damages each item of a response between two good ones, and tells how often that made a raw item of it. */
function damageEach(
  words: string[],
  line: (item: string) => string,
  check: (row: Row, where: string) => void,
): number {
  let raw = 0;
  for (const word of words) {
    const before = raw;
    for (const value of damage) {
      const name = bracketed.includes(word) ? `${word}[1.2]` : word;
      const text = line(`${name} ${value}`);
      const row = decode(text);
      check(row, text);
      // Some damage is a value of some item: an empty list of flags, a literal in place of a string.
      if (row.other.length === 0) continue;
      raw++;
      assertEquals(row.other.length, 1, text);
      const [item] = row.other;
      assertEquals(item!.name, word, text);
      assertEquals(String(item!.value), value, text);
      assert(item!.error?.startsWith("expected "), text);
    }
    // At least one kind of damage is damage to this item.
    assert(raw > before, word);
  }
  return raw;
}

test("damage: each item of FETCH", () => {
  const words = wordsOf("msg-att").filter((word) => word !== "UID" && word !== "FLAGS");
  assert(words.length > 15, `${words.length} items`);
  const raw = damageEach(words, (item) => `* 7 FETCH (UID 3 ${item} FLAGS (\\Seen))`, (row, where) => {
    assertEquals([row.type, row.seq, row.uid, row.flags], ["FETCH", 7, 3, ["\\Seen"]], where);
  });
  assert(raw >= words.length * 4, `${raw} of ${words.length * damage.length}`);
});

test("damage: the UID and the flags of FETCH", () => {
  for (const value of damage) {
    const row = decode(`* 7 FETCH (UID ${value} RFC822.SIZE 5 FLAGS (\\Seen))`);
    assertEquals([row.uid, row.size, row.flags, row.other[0]?.name], [undefined, 5, ["\\Seen"], "UID"]);
  }
  const row = decode("* 7 FETCH (UID 3 FLAGS (\\Seen (x)) RFC822.SIZE 5)");
  assertEquals([row.uid, row.size, row.flags, row.other[0]?.name], [3, 5, undefined, "FLAGS"]);
});

test("damage: each item of UIDFETCH, STATUS, ESEARCH and CONVERTED", () => {
  damageEach(
    wordsOf("msg-att").filter((word) => word !== "FLAGS" && word !== "UID"),
    (item) => `* 25996 UIDFETCH (${item} FLAGS ())`,
    (row, where) => assertEquals([row.type, row.number, row.flags], ["UIDFETCH", 25996, []], where),
  );
  damageEach(
    wordsOf("status-att-val").filter((word) => word !== "MESSAGES" && word !== "UNSEEN"),
    (item) => `* STATUS "a b" (MESSAGES 1 ${item} UNSEEN 2)`,
    (row, where) =>
      assertEquals([row.type, row.mailbox, row.messages, row.unseen], ["STATUS", "a b", 1, 2], where),
  );
  damageEach(
    wordsOf("search-return-data").filter((word) => word !== "COUNT" && word !== "MIN"),
    (item) => `* ESEARCH (TAG "A1") UID MIN 1 ${item} COUNT 4`,
    (row, where) =>
      assertEquals([row.type, row.tag, row.uid, row.min, row.count], ["ESEARCH", "A1", true, 1, 4], where),
  );
  damageEach(
    wordsOf("convert-msg-att").filter((word) => word !== "UID"),
    (item) => `* 2 CONVERTED (TAG "A1") (${item.replace(/^BODY /, "BODY[1] ")} UID 3)`,
    (row, where) => assertEquals([row.type, row.seq, row.uid], ["CONVERTED", 2, 3], where),
  );
});

test("damage: what follows SEARCH and SORT, a result of URLFETCH, and a mailbox in LIST", () => {
  for (const name of ["SEARCH", "SORT"]) {
    const row = decode(`* ${name} 2 5 (MODSEQ x)`);
    assertEquals([row.type, row.numbers, row.other[0]?.name], [name, [2, 5], "MODSEQ"]);
    assert(row.other[0]!.error !== undefined);
  }
  const fetched = decode('* URLFETCH "a" (BODYPARTSTRUCTURE (x)) (BINARY "y") "b" "z"') as unknown as {
    results: { url: string; binary?: Uint8Array; data: Uint8Array | null; other: UnknownItem[] }[];
  };
  assertEquals(fetched.results.map((one) => [one.url, one.other.length]), [["a", 1], ["b", 0]]);
  assertEquals(fetched.results[0]!.binary, octets("y"));
  const list = decode('* LIST (\\HasChildren) "/" a ("CHILDINFO" (x) "OLDNAME" ("b"))') as unknown as {
    mailbox: string;
    oldName: string;
    extended: { label: string; value: unknown; error?: string }[];
  };
  assertEquals([list.mailbox, list.oldName, list.extended.map((one) => one.label)], ["a", "b", [
    "CHILDINFO",
  ]]);
  assertEquals(String(list.extended[0]!.value), "(x)");
});

test("damage: each response code costs its data, not the answer", () => {
  let damaged = 0;
  const words = wordsOf("resp-text-code");
  for (const word of words) {
    for (const text of ["@", "(((", '"', "5 5 5 5 5"]) {
      const row = decode(`A1 NO [${word} ${text}] why`) as unknown as {
        tag: string;
        status: string;
        text: string;
        code: { name: string; text?: string; error?: string };
      };
      assertEquals(
        [row.tag, row.status, row.text, row.code.name],
        ["A1", "NO", "why", word],
        `${word} ${text}`,
      );
      if (row.code.error === undefined) continue;
      damaged++;
      assertEquals(row.code.text, text);
    }
  }
  assert(damaged > words.length * 3, `${damaged} of ${words.length * 4}`);
});

test("damage: a response that cannot be read is kept whole, and the next one is read", async () => {
  const names = wordsOf("response-data").filter((name) => !/^(OK|NO|BAD|BYE|PREAUTH)$/.test(name));
  assert(names.length > 25, `${names.length} responses`);
  const lines = names.flatMap((
    name,
  ) => [`* ${name} @ (`, `* ${name} ((`, `* ${name} "x`, `* ${name} {2}\r\n)("`]);
  const stream = octets(lines.map((line) => `${line}\r\n* 5 EXISTS\r\n`).join(""));
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(stream);
      controller.close();
    },
  });
  const got: Row[] = [];
  for await (const response of responses(readable)) got.push(response as unknown as Row);
  assertEquals(got.length, lines.length * 2);
  let whole = 0;
  got.forEach((row, index) => {
    if (index % 2 === 1) return assertEquals([row.type, row.count], ["EXISTS", 5]);
    const line = lines[index / 2]!;
    if (row.type === "UNKNOWN") {
      whole++;
      assertEquals(`* ${row.name}${row.raw}`, line);
      assertEquals(typeof row.error, "string", line);
      return;
    }
    // What has elements keeps the damaged ones.
    assertEquals(row.type, line.split(" ")[1]);
    assert(row.other.length > 0, line);
    assert(row.other.every((one) => one.error !== undefined), line);
  });
  assert(whole > 50, `${whole} of ${lines.length}`);
});

/** Every response with elements: what stands around them, good ones, and after which of them a "(" is another thing. */
const lists: [head: string, elements: string[], end: string][] = [
  ["* CAPABILITY ", ["IMAP4rev1", "IDLE"], ""],
  ["* ENABLED ", ["CONDSTORE", "UTF8=ACCEPT"], ""],
  ["* FLAGS (", ["\\Seen", "a"], ")"],
  ["* LIST (", ["\\HasChildren", "\\Sent"], ') "/" a'],
  ["* LSUB (", ["\\HasChildren", "\\Sent"], ') "/" a'],
  ["* XLIST (", ["\\HasChildren", "\\Sent"], ') "/" a'],
  ['* LIST () "/" a (', ['"OLDNAME" ("b")', '"CHILDINFO" ("SUBSCRIBED")'], ")"],
  ["* STATUS a (", ["MESSAGES 1", "UNSEEN 2"], ")"],
  ["* SEARCH ", ["1", "2"], ""],
  ["* SEARCH ", ["1", "2"], " (MODSEQ 5)"],
  ["* SORT ", ["9", "2"], ""],
  ['* ESEARCH (TAG "a") UID ', ["MIN 1", "COUNT 2"], ""],
  ["* ESEARCH (", ['TAG "a"', 'MAILBOX "b"'], ") UID COUNT 2"],
  ["* THREAD ", ["(1 2)", "(3 (4)(5))"], ""],
  ["* 1 FETCH (", ["UID 3", "FLAGS (\\Seen)"], ")"],
  ["* 1 UIDFETCH (", ["MODSEQ (3)", "FLAGS (\\Seen)"], ")"],
  ["* QUOTA a (", ["STORAGE 1 2", "MESSAGE 3 4"], ")"],
  ["* QUOTAROOT a ", ["b", '"c d"'], ""],
  ["* ACL a ", ["fred lrs", '"bob" lr'], ""],
  ["* LISTRIGHTS a fred r ", ["l", "t"], ""],
  ["* METADATA a (", ['/shared/x "1"', '"/private/y" NIL'], ")"],
  ["* METADATA a ", ["/shared/x", '"/private/y"'], ""],
  ['* ANNOTATION a "/x" (', ['"value.priv" "1"', '"size.priv" "2"'], ")"],
  ["* ID (", ['"name" "x"', '"version" NIL'], ")"],
  ["* LANGUAGE (", ["EN", "DE"], ")"],
  ["* COMPARATOR a (", ["b", "c"], ")"],
  ['* NAMESPACE (("a" "/" ', ['"X" ("y")', '"Z" ("1" "2")'], ")) NIL NIL"],
  ["* GENURLAUTH ", ['"imap://a"', "imap://b"], ""],
  ["* URLFETCH ", ['"imap://a" "x"', "imap://b NIL"], ""],
  ['* 1 CONVERTED (TAG "a") (', ["UID 3", 'BODY[1] "x"'], ")"],
  ['* CONVERSION "a/b" "c/d" (', ["e", "f"], ")"],
];

let named = false;

/** A value without what damage left in it, and that as text. */
function apart(value: unknown, kept: string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => apart(one, kept));
  const shown = value as Record<string, unknown>;
  if (value === null || typeof value !== "object" || !Object.values(shown).every((one) => one !== value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(shown).filter(([label, field]) => {
      if (label === "quirks") return false;
      if (label !== "other" && label !== "extended" && label !== "correlators") return true;
      for (const one of field as (UnknownItem & { label?: string })[]) {
        const name = one.label ?? one.name;
        kept.push(/^(|ATTRIBUTES|NAMES|CORRELATOR)$/.test(name) ? String(one.value) : `${name} ${one.value}`);
        named ||= one.error === undefined;
      }
      return false;
    }).map(([label, field]) => [label, apart(field, kept)]),
  );
}

function readApart(line: string): { rest: string; kept: string } {
  const kept: string[] = [];
  const row = decode(line);
  named = false;
  const rest = JSON.stringify(plain(apart(row, kept)));
  // What has no reason has a name, and is named as a deviation.
  assert(!named || (row.quirks as string[]).length > 0, line);
  return { rest, kept: kept.join(" ") };
}

test("damage: one element of each list costs that element, and its octets are kept", () => {
  const wrong = ["(?)", "?(x y)", 'x"y"', "{2}\r\n)(z", "\xe9\xe8(\xff)", "(((x) y) (z))", '(?"("")")'];
  for (const [head, [first, second], end] of lists) {
    const without = readApart(`${head}${first} ${second}${end}`);
    assertEquals(without.kept, "", head);
    let elements = 0;
    for (const element of wrong) {
      for (const order of [[element, first, second], [first, element, second], [first, second, element]]) {
        const line = `${head}${order.join(" ")}${end}`;
        // A "(" after the numbers of SEARCH, and after a result of URLFETCH, begins something else.
        if (/^\* (SEARCH|SORT|URLFETCH)/.test(head) && element.startsWith("(")) continue;
        // A "(" in front of names alone makes entries of them.
        if (head === "* METADATA a " && order[0]!.startsWith("(")) continue;
        const { rest, kept } = readApart(line);
        assertEquals(rest, without.rest, line);
        const letters = (text: string) => text.replace(/\{2\}\r\n|[ "]/g, "").toUpperCase();
        assertEquals(letters(kept), letters(element), line);
        elements++;
      }
    }
    assert(elements >= 9, head);
  }
});

test("damage: what does not end costs the rest of its line, and nothing before it", () => {
  for (const [head, [first, second], end] of lists) {
    const without = readApart(`${head}${first}${end}`);
    for (const element of ["(x", '"x', '(x "y']) {
      if (end.length > 1 || (/^\* (SEARCH|SORT|URLFETCH)/.test(head) && element.startsWith("("))) continue;
      // A quote further on ends the string.
      if (element.includes('"') && second!.includes('"')) continue;
      const line = `${head}${first} ${element} ${second}${end}`;
      const { rest, kept } = readApart(line);
      assertEquals(rest, without.rest, line);
      assertEquals(kept.replaceAll(" ", ""), `${element}${second}`.replaceAll(" ", ""), line);
    }
    // One parenthesis too many, or one too few.
    // A name that goes on after the list of LIST is not a name with a list.
    if (end !== ")" || head.startsWith("* LIST ")) continue;
    const whole = readApart(`${head}${first} ${second}${end}`);
    const more = readApart(`${head}${first} ${second}) ${first})`);
    assertEquals([more.rest, more.kept], [whole.rest, `) ${first})`], head);
    const less = readApart(`${head}${first} ${second}`);
    assert(less.rest === whole.rest || less.rest === without.rest, head);
  }
});

test("damage: one part of the set of VANISHED costs that part", () => {
  for (
    const [set, good] of [["41,x,43:45", "41,43:45"], ["x", ""], ["1,,3", "1,3"], ["4294967296,7", "7"], [
      "0:5,7",
      "7",
    ]]
  ) {
    const row = decode(`* VANISHED (EARLIER) ${set}`);
    assertEquals([row.type, row.earlier, String(row.uids)], ["VANISHED", true, good]);
    assertEquals(row.other.map((one) => [one.name, String(one.value)]), [["", set]]);
    assert(row.other[0]!.error !== undefined);
    assertEquals(latin1(encodeResponse(row as unknown as Response)), `* VANISHED (EARLIER) ${set}\r\n`);
  }
});

test("damage: one part of the batches of UIDBATCHES costs that part", () => {
  const row = decode('* UIDBATCHES (TAG "a" MAILBOX b) 300:200,x,99:1');
  assertEquals([row.type, row.tag, row.mailbox, String(row.batches)], [
    "UIDBATCHES",
    "a",
    "b",
    "300:200,99:1",
  ]);
  assertEquals(row.other.map((one) => String(one.value)), ["300:200,x,99:1"]);
});

test("damage: a line of nothing but damage takes time that grows with its length", () => {
  const families: [head: string, element: string, end: string][] = [
    ["* QUOTAROOT a", ' "a"b', ""],
    ["* QUOTAROOT a", ' "a"b', ' "('],
    ["* 1 FETCH (UID 3", ' INTERNALDATE "a"b', ")"],
    ["* 1 FETCH (UID 3", ' ENVELOPE ("a"b)', ' ENVELOPE (" "'],
    ["* STATUS a (MESSAGES 1", " UNSEEN x", ")"],
    ["* THREAD ", "(?)", ""],
    ["* SEARCH", " x", ""],
    ["* ID (", '"a" "b" ', '"c'],
    ["* CAPABILITY", " {", ""],
    ["* VANISHED 1", ",x", ""],
    ["* METADATA a (", "/a /b 1 ", '"'],
  ];
  for (const [head, element, end] of families) {
    const line = octets(`${head}${element.repeat(300_000 / element.length)}${end}\r\n`);
    // Tens of milliseconds where the line is read once; minutes where each element reads it to its end.
    decodeResponse(line);
  }
});

test("damage: a description of NAMESPACE, and what is left of a row, are written as they were read", () => {
  const lines = [
    '* NAMESPACE (("" "/")(?)) NIL ((x) ("#public/" "/"))',
    '* METADATA a (/x "1" (?) /y 5)',
    "* METADATA a /x (?) /y",
    '* LIST ((?)) "/" a',
    "* SEARCH 1 x 2 (MODSEQ 5)",
  ];
  for (const line of lines) {
    const row = decode(line);
    const again = decode(latin1(encodeResponse(row as unknown as Response)).replace(/\r\n$/, ""));
    const kept = (one: Row) => one.other.map((item) => `${item.name} ${item.value}`);
    assertEquals(JSON.stringify(plain(apart(again, []))), JSON.stringify(plain(apart(row, []))), line);
    assertEquals(kept(again), kept(row), line);
    assert(row.other.length > 0, line);
  }
});

test("damage: nothing that was sent is dropped, whatever it is", () => {
  const seed = seedOf();
  for (let round = 0; round < 3000; round++) {
    const random = new Random(seed + round);
    const made = sentence("response", random, { quirks: true, utf8: false });
    const [frame] = framesOf(wireBytes(mutated(made, random)), () => 1 << 20);
    if (frame === undefined) continue;
    const reader = new Reader();
    reader.reset(frame, { utf8: false, strict: false });
    let read = true;
    try {
      readResponse(reader);
      reader.finish();
    } catch {
      read = false;
    }
    const decoder = new Decoder({ limits: checkLimits(undefined) });
    const response = decoder.decode(frame) as unknown as Row;
    // What cannot be read as it came may be read without spaces that do not belong there.
    if (read) assert(response.type !== "INVALID", `seed ${seed} round ${round}`);
    if (response.type !== "INVALID") continue;
    const { raw } = response as unknown as { raw: Raw };
    assertEquals([latin1(raw.bytes), raw.literals], [latin1(frame.text), frame.literals]);
  }
});

test("damage: nesting beyond the limit costs the item that nests, and not those beside it", () => {
  const part = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)';
  for (const depth of [99, 100, 101, 1000, 20_000]) {
    const deep = `${"(".repeat(depth)}${part}${' "MIXED")'.repeat(depth)}`;
    const row = decode(`* 1 FETCH (UID 7 BODYSTRUCTURE ${deep} BODY ${part} ENVELOPE (x) FLAGS (\\Seen))`);
    const fits = depth < 100;
    assertEquals([row.uid, row.flags, row.body !== undefined], [7, ["\\Seen"], true], `depth ${depth}`);
    assertEquals(row.bodyStructure !== undefined, fits, `depth ${depth}`);
    assertEquals(row.other.map((item) => item.name), fits ? ["ENVELOPE"] : ["BODYSTRUCTURE", "ENVELOPE"]);
    if (!fits) assertEquals(String(row.other[0]!.value), deep);
  }
});

test("damage: octets above 7F lose nothing, whatever they mean", () => {
  for (let byte = 0x80; byte <= 0xff; byte++) {
    const char = String.fromCharCode(byte);
    const row = decode(
      `* 1 FETCH (ENVELOPE (NIL "a${char}b" NIL NIL NIL NIL NIL NIL NIL NIL) FLAGS (${char}) ` +
        `X-NOTE "${char}" BODY[] "${char}" BODY[TEXT] {1}\r\n${char} RFC822.SIZE ${char})`,
    ) as unknown as Row & {
      envelope: { subject: string };
      sections: { data: Uint8Array }[];
      quirks: string[];
    };
    assertEquals([row.envelope.subject, row.flags], [`a${char}b`, [char]], `byte ${byte}`);
    assert(row.quirks.includes("eight-bit"));
    assertEquals(row.sections.map((section) => latin1(section.data)), [char, char]);
    assertEquals(row.other.map((item) => latin1(item.value.bytes)), [`"${char}"`, char]);
    // Names go back as they came, so that a mailbox with such a name can be selected.
    for (const name of [`"x${char}y"`, `{3}\r\nx${char}y`]) {
      const list = decode(`* LIST () "/" ${name}`);
      const written = encodeResponse(list as unknown as Response);
      assert(latin1(written).includes(`x${char}y`), latin1(written));
    }
  }
  // What is UTF-8 is read as such, and is not a deviation.
  const row = decode(
    `* 1 FETCH (ENVELOPE (NIL "${
      latin1(new TextEncoder().encode("Grüße 日本"))
    }" NIL NIL NIL NIL NIL NIL NIL NIL))`,
  );
  assertEquals((row.envelope as { subject: string }).subject, "Grüße 日本");
  assertEquals(row.quirks, undefined);
});
