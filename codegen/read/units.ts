/** Cuts a grammar file into headers and definitions, each with its comments. */

/** Thrown inside one definition and reported with its line; the next definition is read as if nothing happened. */
export class SyntaxProblem extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** A header or definition: its lines, and the comment block that touches it from above. */
export interface Unit {
  line: number;
  text: string;
  comments: string[];
}

/** Cuts a file where a line starts in column one. */
export function splitUnits(text: string): Unit[] {
  const units: Unit[] = [];
  let comments: string[] = [];
  let current: Unit | undefined;
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.startsWith(";")) {
      comments.push(line);
      return;
    }
    if (line.trim() === "" || /^\s*;/.test(line)) {
      // A comment block belongs to what follows it without a blank line.
      if (line.trim() === "") comments = [];
      if (current !== undefined) current.text += "\n" + line;
      return;
    }
    if (/^\s/.test(line)) {
      if (current === undefined) current = { line: index + 1, text: "", comments: [] };
      // Comment lines that stood in column one inside a definition keep the line numbers right.
      const missing = index - current.line + 1 - current.text.split("\n").length;
      current.text += "\n".repeat(missing + 1) + line;
      comments = [];
      return;
    }
    current = { line: index + 1, text: line, comments };
    units.push(current);
    comments = [];
  });
  return units;
}

/** The headers of a unit: `@rfc`, `@capability`, `@needs`, `@quirk`. */
export function readHeaders(unit: Unit): { name: string; words: string[] }[] {
  const headers: { name: string; words: string[] }[] = [];
  const text = unit.text.trim();
  const quirk = /^@quirk\s+([a-z0-9-]+)\s+"([^"]*)"\s*(?:;.*)?$/.exec(text);
  if (quirk !== null) return [{ name: "quirk", words: quirk.slice(1, 3) }];
  for (const part of text.replace(/;.*$/s, "").split("@").slice(1)) {
    const [name = "", ...words] = part.trim().split(/[\s,]+/);
    if ((name !== "rfc" && name !== "capability" && name !== "needs") || words.length === 0) {
      throw new SyntaxProblem(
        unit.line,
        `unknown header @${part.trim()}: @rfc, @capability, @needs or @quirk name "text"`,
      );
    }
    headers.push({ name, words: name === "needs" ? words.filter((word) => word !== "or") : words });
  }
  return headers;
}
