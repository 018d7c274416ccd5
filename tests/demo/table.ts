/** Tables for a terminal: columns line up whatever script the cells are in. */

/** One column. */
export interface Column {
  /** What is above it. */
  title: string;
  /** Most terminal cells it may take; longer text is cut. */
  width: number;
  /** Which side text sticks to. Left when left out. */
  align?: "left" | "right";
}

/** First and last code point of the ranges that take two cells: East Asian wide and fullwidth (UAX 11), emoji. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

const graphemes = new Intl.Segmenter();

/** How many terminal cells a text takes. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  const point = grapheme.codePointAt(0) ?? 0;
  if (WIDE.some(([from, to]) => point >= from && point <= to) || grapheme.includes("\ufe0f")) return 2;
  return /^[\p{Mn}\p{Me}\p{Cf}]/u.test(grapheme) ? 0 : 1;
}

/** Cuts a text to a number of cells, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  let out = "";
  let taken = 0;
  for (const { segment } of graphemes.segment(text)) {
    const more = graphemeWidth(segment);
    if (taken + more > width - 1) break;
    out += segment;
    taken += more;
  }
  return out + "\u2026";
}

/**
 * Lays rows out under their titles. Text of strangers cannot move the cursor: control characters become spaces.
 *
 * @param total cells of one line; the widest columns give way until the line fits
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  total: number,
): string {
  const clean = rows.map((row) =>
    row.map((text) => text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " "))
  );
  const widths = columns.map(({ title, width }, i) =>
    Math.max(cellWidth(title), Math.min(width, Math.max(0, ...clean.map((row) => cellWidth(row[i] ?? "")))))
  );
  const room = total - 2 * (columns.length - 1);
  while (widths.reduce((sum, width) => sum + width, 0) > room && Math.max(...widths) > 12) {
    widths[widths.indexOf(Math.max(...widths))]! -= 1;
  }
  const line = (row: readonly string[]) =>
    row.map((text, i) => {
      const width = widths[i]!;
      const shown = cut(text, width);
      const space = " ".repeat(width - cellWidth(shown));
      return columns[i]!.align === "right" ? space + shown : shown + space;
    }).join("  ").trimEnd();
  const rule = widths.map((width) => "\u2500".repeat(width)).join("  ");
  return [line(columns.map(({ title }) => title)), rule, ...clean.map(line)].join("\n");
}
