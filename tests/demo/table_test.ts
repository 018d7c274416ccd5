import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { cellWidth, type Column, cut, formatTable } from "./table.ts";

test("East Asian characters and emoji take two cells, combining marks none", () => {
  assertEquals(cellWidth("abc"), 3);
  assertEquals(cellWidth("\u7530\u4e2d \u967d\u5b50"), 9);
  assertEquals(cellWidth("\uff21\uff42"), 4);
  assertEquals(cellWidth("\uff71\uff72"), 2);
  assertEquals(cellWidth("\ud83c\udfee Lanterns"), 11);
  assertEquals(cellWidth("Zoe\u0308"), 3);
  assertEquals(cellWidth("\ud83d\udc69\u200d\ud83d\udd27"), 2);
});

test("a cut never splits a character and never exceeds the width", () => {
  assertEquals(cut("abcdef", 6), "abcdef");
  assertEquals(cut("abcdefg", 6), "abcde\u2026");
  assertEquals(cut("\u7530\u4e2d\u967d\u5b50", 6), "\u7530\u4e2d\u2026");
  assertEquals(cut("e\u0301e\u0301e\u0301", 2), "e\u0301\u2026");
});

const columns: Column[] = [
  { title: "Name", width: 20 },
  { title: "Size", width: 6, align: "right" },
];

test("columns line up by cells", () => {
  assertEquals(
    formatTable(columns, [["\u7530\u4e2d", "1 B"], ["Ann", "10 B"]], 80),
    [
      "Name  Size",
      "\u2500\u2500\u2500\u2500  \u2500\u2500\u2500\u2500",
      "\u7530\u4e2d   1 B",
      "Ann   10 B",
    ].join("\n"),
  );
});

test("the widest column gives way when the line is too long", () => {
  const lines = formatTable(columns, [["a".repeat(40), "1 B"]], 20).split("\n");
  assertEquals(lines.at(-1), `${"a".repeat(13)}\u2026   1 B`);
});

test("control characters of a subject do not reach the terminal", () => {
  const table = formatTable(columns, [["\u001b[2J\u0007x\u202ey\nz", "1 B"]], 80);
  assertEquals(table.split("\n").at(-1), " [2J x y z   1 B");
});

test("a table without rows is its titles", () => {
  assertEquals(formatTable(columns, [], 80).split("\n").length, 2);
});
