/**
 * Breaks the long lines of generated TypeScript as a formatter would: lists one element a line, conditions at their
 * operators, comments between words, ABNF between its elements.
 */

/** Longest line. */
const WIDTH = 110;

/** The text with no line longer than 110 characters, where there is a place to break it. */
export function layout(text: string): string {
  let fence = "";
  return text.split("\n").flatMap((line) => {
    const mark = /^ *\* ```(\w*)$/.exec(line);
    if (mark !== null) fence = fence === "" ? mark[1] || "text" : "";
    if (line.length <= WIDTH) return [line];
    if (/^ *\/\*\* .* \*\/$/.test(line)) return comment(line);
    if (/^ *\* /.test(line)) {
      return fence === "abnf" ? abnfLine(line) : fence === "" ? proseLine(line) : [line];
    }
    return code(line);
  }).join("\n");
}

/** A rule as a block of ABNF in a comment. */
function comment(line: string): string[] {
  const [, indent, text] = /^( *)\/\*\* (.*) \*\/$/.exec(line)!;
  const rule = /^`([^`]*)`$/.exec(text!)?.[1];
  const inner = rule === undefined
    ? proseLine(`${indent} * ${text}`)
    : [`${indent} * \`\`\`abnf`, ...abnfLine(`${indent} * ${rule}`), `${indent} * \`\`\``];
  return [`${indent}/**`, ...inner, `${indent} */`];
}

function proseLine(line: string): string[] {
  const [, head, text] = /^( *\* )(.*)$/.exec(line)!;
  return filled(text!.split(" "), head!, head!);
}

/** Goes on under what follows the "=", and does not break inside a text in quotes. */
function abnfLine(line: string): string[] {
  const [, head, text] = /^( *\* )(.*)$/.exec(line)!;
  const equals = /^(?:[\w-]+(?:: [^=]*)?) =\/? /.exec(text!)?.[0].length ?? /^ */.exec(text!)![0].length;
  const words = text!.match(/ *(?:"[^"]*"|[^ "])+/g)!.map((word, index) =>
    index === 0 ? word : word.slice(1)
  );
  return filled(words, head!, head! + " ".repeat(Math.min(equals, 40)));
}

function filled(words: readonly string[], first: string, others: string): string[] {
  const lines: string[] = [];
  let line = first + words[0];
  for (const word of words.slice(1)) {
    if (line.length + 1 + word.length <= WIDTH) line += ` ${word}`;
    else {
      lines.push(line);
      line = others + word;
    }
  }
  return [...lines, line];
}

/** A statement: its outermost brackets are opened, then those of the lines that are still too long. */
function code(line: string): string[] {
  if (line.length <= WIDTH) return [line];
  const indent = /^ */.exec(line)![0];
  const lines = opened(line, indent) ?? assigned(line, indent) ?? [line];
  return lines.length === 1 ? lines : lines.flatMap(code);
}

/** `head(a, b) tail` in as many lines as there are elements, or `head(a || b) tail` in as many as there are conditions. */
function opened(line: string, indent: string): string[] | null {
  for (const [from, to] of brackets(line)) {
    const inner = line.slice(from + 1, to).trim();
    const head = line.slice(0, from + 1);
    const tail = line.slice(to);
    if (inner.length < 30 || tail.length + indent.length > WIDTH) continue;
    const elements = split(inner, [", "]);
    if (line[from] === "(" && split(inner, [" | "]).length > 1 && elements.length === 1) {
      const [, value = "", union] = /^(\w+ as )?(.*)$/.exec(inner)!;
      const types = split(union!, [" | "]).map((one) => `${indent}  | ${one}`);
      return [head + value.trimEnd(), ...types, indent + tail];
    }
    if (
      elements.length > 1 || line[from] === "{" && inner !== "" || split(inner, [" || ", " && "]).length === 1
    ) {
      const comma = line[from] === "(" && (elements.length === 1 || elements.at(-1)!.startsWith("..."))
        ? ""
        : ",";
      return [
        head,
        ...elements.map((one, index) => `${indent}  ${one}${index === elements.length - 1 ? comma : ","}`),
        indent + tail,
      ];
    }
    const parts = split(inner, [" || "]).length > 1 ? split(inner, [" || "]) : split(inner, [" && "]);
    const operator = split(inner, [" || "]).length > 1 ? " ||" : " &&";
    return [
      head,
      ...parts.map((one, index) => `${indent}  ${one}${index === parts.length - 1 ? "" : operator}`),
      indent + tail,
    ];
  }
  return null;
}

/** `type A = B | C;` one to a line; another value on a line of its own. */
function assigned(line: string, indent: string): string[] | null {
  const [head, ...rest] = split(line.trim(), [" = "]);
  if (rest.length !== 1) return members(line, indent);
  const [, value = "", union] = /^(\w+ as )?(.*)$/.exec(rest[0]!)!;
  const parts = split(union!.replace(/;$/, ""), [" | "]);
  if (parts.length === 1) return [`${indent}${head} =`, `${indent}  ${rest[0]}`];
  return [`${indent}${head} = ${value}`.trimEnd(), ...united(parts, `${indent}  `)];
}

/** `field: A | B;` */
function members(line: string, indent: string): string[] | null {
  const [head, ...rest] = split(line.trim(), [": "]);
  if (!/^(?:readonly )?\w+\??$/.test(head!) || !line.endsWith(";")) return operands(line, indent);
  const parts = split(rest.join(": ").replace(/;$/, ""), [" | "]);
  return parts.length === 1 ? null : [`${indent}${head}:`, ...united(parts, `${indent}  `)];
}

/** `field: a ?? b,` */
function operands(line: string, indent: string): string[] | null {
  const [head, ...rest] = split(line, [" ?? "]);
  const comma = line.endsWith(",") ? "," : "";
  return rest.length === 0 ? null : [`${head} ??`, `${indent}  ${rest.join(" ?? ")}${comma}`];
}

function united(parts: readonly string[], indent: string): string[] {
  return parts.map((part, index) => `${indent}| ${part}${index === parts.length - 1 ? ";" : ""}`);
}

/** The pairs of brackets that are in no other one, the widest first. */
function brackets(line: string): [from: number, to: number][] {
  const pairs: [number, number][] = [];
  let depth = 0;
  let from = 0;
  walk(line, (char, at) => {
    if ("([{".includes(char) && depth++ === 0) from = at;
    else if (")]}".includes(char) && --depth === 0) pairs.push([from, at]);
  });
  return pairs.sort((a, b) => (b[1] - b[0]) - (a[1] - a[0]));
}

/** The parts of a text between separators that are in no brackets. */
function split(text: string, separators: readonly string[]): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  walk(text, (char, at) => {
    const isArgument = char === "<" && /\w/.test(text[at - 1] ?? "") ||
      char === ">" && !" =".includes(text[at - 1] ?? "");
    if ("([{".includes(char) || isArgument && char === "<") depth++;
    else if (")]}".includes(char) || isArgument) depth--;
    const separator = depth === 0 ? separators.find((one) => text.startsWith(one, at)) : undefined;
    if (separator === undefined) return;
    parts.push(text.slice(from, at));
    from = at + separator.length;
  });
  const last = text.slice(from).replace(/,$/, "");
  return last.trim() === "" ? parts : [...parts, last];
}

/** Every character of code that is not in a text or a comment. */
function walk(text: string, see: (char: string, at: number) => void): void {
  for (const found of text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\/\*.*?\*\/|\/\/.*|./g)) {
    if (found[0].length === 1) see(found[0], found.index);
  }
}
