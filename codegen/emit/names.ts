/** Names in generated code, made from names of the grammar. */

/** "msg-att" and "RFC822.SIZE" as part of a name: MsgAtt, Rfc822Size. */
export function pascalName(name: string): string {
  return name.split(/[^A-Za-z0-9]+/).map((part) => {
    const word = /^[A-Z0-9]+$/.test(part) ? part.toLowerCase() : part;
    return word.charAt(0).toUpperCase() + word.slice(1);
  }).join("");
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

/** A label as the name of a local variable. */
export function localName(label: string): string {
  return reserved.has(label) ? label + "_" : label;
}
