import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { SequenceSet } from "../../../imap/values/sequence_set.ts";
import { Random, seedOf } from "../../../codegen/check/random.ts";

test("sequence sets: text of RFC 9051 section 9", () => {
  const set = SequenceSet.parse("2,4:7,9,12:*");
  assertEquals(set.ranges, [[2, 2], [4, 7], [9, 9], [12, Infinity]]);
  assertEquals(set.toString(), "2,4:7,9,12:*");
  assert(set.isOpen && set.contains(5) && set.contains(4294967295) && !set.contains(11));
  assertEquals(SequenceSet.parse("*:4,5:7").ranges, [[4, Infinity]]);
  assertEquals(SequenceSet.parse("4:2").ranges, [[2, 4]]);
  assertEquals(SequenceSet.parse("*").ranges, [[Infinity, Infinity]]);
  assertEquals(SequenceSet.parse("007").ranges, [[7, 7]]);
  assertEquals(SequenceSet.parse("1:3,3:4,6").union([]).toString(), "1:4,6");
});

test("sequence sets: text that is not one", () => {
  const texts = [
    "",
    ",",
    "1,",
    ",1",
    "1:",
    ":1",
    "1::2",
    "0",
    "0:3",
    "4294967296",
    "1 2",
    "1,\r\n2",
    "-1",
    "1.5",
    "$,1",
  ];
  for (const text of [...texts, "99999999999999999999", "1:*:2", "**", "$$", "\u0661"]) {
    assertThrows(() => SequenceSet.from(text), RangeError, "not a sequence set");
  }
  for (const number of [0, -1, 1.5, NaN, Infinity, 4294967296]) {
    assertThrows(() => SequenceSet.from(number), RangeError, "not a message number");
    assertThrows(() => SequenceSet.from([number]), RangeError, "not a message number");
  }
});

test("sequence sets: made from what a caller has", () => {
  assertEquals(SequenceSet.from([5, 3, 4, 9, 4]).toString(), "3:5,9");
  assertEquals(SequenceSet.from([[10, 12], 1, "*", [7, "*"]]).toString(), "1,7:*");
  assertEquals(SequenceSet.from(new Set([2, 1])).toString(), "1:2");
  assertEquals(SequenceSet.from(4294967295).toString(), "4294967295");
  assertEquals(SequenceSet.from([]).toString(), "");
  assert(SequenceSet.from([]).isEmpty);
  const set = SequenceSet.parse("3,1");
  assertEquals(SequenceSet.from(set), set);
  assertEquals(JSON.stringify({ set }), '{"set":"3,1"}');
});

test("sequence sets: the order of an extended SORT (RFC 5267 3.2)", () => {
  const set = SequenceSet.parse("4,3,5,1:2");
  assertEquals(set.toString(), "4,3,5,1:2");
  assertEquals([...set.inOrder()], [4, 3, 5, 1, 2]);
  assertEquals([...set], [1, 2, 3, 4, 5]);
  assertEquals(set.ranges, [[1, 5]]);
  assertEquals([...SequenceSet.parse("12:10,3").inOrder()], [10, 11, 12, 3]);
});

test("sequence sets: $ is known to the server alone", () => {
  assertEquals(SequenceSet.parse("$"), SequenceSet.saved);
  assertEquals(String(SequenceSet.saved), "$");
  assert(!SequenceSet.saved.isEmpty && SequenceSet.saved.equals("$") && !SequenceSet.saved.equals([]));
  assertThrows(() => SequenceSet.saved.count, RangeError, "only the server");
  assertThrows(() => SequenceSet.saved.contains(1), RangeError, "only the server");
  assertThrows(() => SequenceSet.from(1).union("$"), RangeError, "only the server");
  assertThrows(() => [...SequenceSet.saved], RangeError, "only the server");
});

test("sequence sets: enumeration has a limit, counting has none", () => {
  const set = SequenceSet.parse("1:4294967295");
  assertEquals(set.count, 4294967295);
  assertThrows(() => [...set], RangeError, "limit");
  assertThrows(() => SequenceSet.all.values(), RangeError, "Infinity");
  assertEquals([...SequenceSet.from([[1, 3]]).values(3)], [1, 2, 3]);
  assertThrows(() => SequenceSet.from([[1, 4]]).values(3), RangeError, "4 members");
  assertThrows(() => SequenceSet.parse("1:3,1:3").inOrder(5), RangeError, "6 members");
});

test("sequence sets: * means the last message", () => {
  assertEquals(SequenceSet.parse("5:*").resolve(3).toString(), "3:5");
  assertEquals(SequenceSet.parse("1,*").resolve(9).toString(), "1,9");
  assertEquals(SequenceSet.all.resolve(9).difference(9).toString(), "1:8");
  assertEquals(SequenceSet.all.difference(5).toString(), "1:4,6:*");
  assertEquals(SequenceSet.all.difference("6:*").toString(), "1:5");
  assertEquals(SequenceSet.all.difference("1:*").toString(), "");
  assertEquals(SequenceSet.parse("1:3,*").difference("*").toString(), "1:3");
  assertThrows(() => SequenceSet.all.difference("*"), RangeError, "resolve");
  assertEquals(SequenceSet.all.intersection("7:*").toString(), "7:*");
});

test("sequence sets: pieces for servers with a line limit", () => {
  const set = SequenceSet.from(Array.from({ length: 1000 }, (_, i) => 2 * i + 1));
  const pieces = set.split(100);
  assert(pieces.every((piece) => piece.toString().length <= 100));
  assertEquals(pieces.map(String).join(","), set.toString());
  assertEquals(SequenceSet.saved.split(21).map(String), ["$"]);
  assertThrows(() => set.split(20), RangeError);
});

test("sequence sets: the algebra agrees with Set of numbers", () => {
  const seed = seedOf();
  const random = new Random(seed);
  const some = () => {
    const numbers: number[] = [];
    const items: (number | [number, number])[] = [];
    for (let n = random.below(8); n > 0; n--) {
      const from = 1 + random.below(40);
      const to = random.chance(0.5) ? from : from + random.below(6);
      items.push(from === to ? from : random.chance(0.2) ? [to, from] : [from, to]);
      for (let i = from; i <= to; i++) numbers.push(i);
    }
    return { set: SequenceSet.from(items), members: new Set(numbers) };
  };
  const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);
  for (let round = 0; round < 5000; round++) {
    const a = some();
    const b = some();
    const where = `seed ${seed} round ${round}: ${a.set} and ${b.set}`;
    assertEquals([...a.set], sorted(a.members), where);
    assertEquals(a.set.count, a.members.size, where);
    assertEquals([...a.set.union(b.set)], sorted(a.members.union(b.members)), where);
    assertEquals([...a.set.difference(b.set)], sorted(a.members.difference(b.members)), where);
    assertEquals([...a.set.intersection(b.set)], sorted(a.members.intersection(b.members)), where);
    assertEquals(a.set.equals(b.set), sorted(a.members).join() === sorted(b.members).join(), where);
    for (let i = 1; i < 48; i++) assertEquals(a.set.contains(i), a.members.has(i), where);
    if (!a.set.isEmpty) assert(SequenceSet.parse(a.set.toString()).equals(a.set), where);
    const ranges = a.set.union(b.set).ranges;
    assert(ranges.every((range, i) => i === 0 || range[0] > ranges[i - 1]![1] + 1), where);
  }
});
