/** Names in generated code, made from names of the grammar. */

/** "msg-att" and "RFC822.SIZE" as part of a name: MsgAtt, Rfc822Size. */
export function pascalName(name: string): string {
  return name.split(/[^A-Za-z0-9]+/).map((part) => {
    const word = /^[A-Z0-9]+$/.test(part) ? part.toLowerCase() : part;
    return word.charAt(0).toUpperCase() + word.slice(1);
  }).join("");
}

/** "msg-att" as the name of a variable: msgAtt. */
export function camelName(name: string): string {
  const pascal = pascalName(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** What one element of a list is called: `flags` has flags, `entries` entries, `children` children. */
export function elementName(list: string): string {
  const one = list === "children"
    ? "child"
    : /ies$/.test(list)
    ? list.replace(/ies$/, "y")
    : /(?:x|ch|sh|ss)es$/.test(list)
    ? list.replace(/es$/, "")
    : list.replace(/(?<![sui])s$/, "");
  return taken.has(one) ? `${one}Item` : one;
}

/** "ATOM-CHAR" as a constant: ATOM_CHAR. */
export function constantName(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase();
}

const reserved = new Set(
  ("arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public " +
    "return static super switch this throw true try typeof var void while with yield r row error mark list value")
    .split(" "),
);

/** Names that mean something else where a list is written. */
const taken = new Set([...reserved, "w", "args", "it", "index", "count", "word"]);

/** A label as the name of a local variable. */
export function localName(label: string): string {
  return reserved.has(label) ? label + "_" : label;
}
