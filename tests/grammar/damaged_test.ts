/**
 * What damage costs: in every response that has items, the damaged item alone; its octets and the reason stay in the
 * row. The items are those of the grammar, so that a new one is damaged here without being named.
 */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { decodeResponse, encodeResponse, responses } from "../../imap/codec.ts";
import type { Response, UnknownItem } from "../../imap/_gen/types.ts";
import { latin1 } from "../../imap/wire/raw.ts";
import { grammar } from "./_support.ts";

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

test("damage: what stands behind SEARCH and SORT, in URLFETCH, and behind a mailbox in LIST", () => {
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
  const lines = names.flatMap((name) => [`* ${name} @ (`, `* ${name} ((`, `* ${name} {2}\r\n)("`]);
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
  got.forEach((row, index) => {
    if (index % 2 === 1) return assertEquals([row.type, row.count], ["EXISTS", 5]);
    const line = lines[index / 2]!;
    assertEquals(row.type, "UNKNOWN", line);
    assertEquals(`* ${row.name}${row.raw}`, line);
    assertEquals(typeof row.error, "string", line);
  });
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
  // What is UTF-8 is read as such, and is no deviation.
  const row = decode(
    `* 1 FETCH (ENVELOPE (NIL "${
      latin1(new TextEncoder().encode("Grüße 日本"))
    }" NIL NIL NIL NIL NIL NIL NIL NIL))`,
  );
  assertEquals((row.envelope as { subject: string }).subject, "Grüße 日本");
  assertEquals(row.quirks, undefined);
});
