// Quoted strings of parameters: RFC 5322 section 3.2.4, with the answers of CPython.

/** See `quote` of utils.ts, which carries the documentation of the public name. */
export function quoteText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

/** See `unquote` of utils.ts. The two replacements are one after the other, as in CPython (`"\\"` gives `\`). */
export function unquoteText(text: string): string {
  if (text.length < 2) return text;
  if (text.startsWith('"') && text.endsWith('"')) {
    return text.slice(1, -1).replaceAll("\\\\", "\\").replaceAll('\\"', '"');
  }
  if (text.startsWith("<") && text.endsWith(">")) return text.slice(1, -1);
  return text;
}
