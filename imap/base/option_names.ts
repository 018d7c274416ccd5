/** Names of options and fields, checked: one that is spelled otherwise would do nothing, and nobody would know why. */

/**
 * Refuses what has a name that does not exist.
 *
 * @param of What takes it, for the message.
 * @param given What a program gave.
 * @param known Every name.
 * @throws {TypeError} For something that is not an object, and for an unknown name, with the known one that is nearest to it.
 */
export function checkNames(of: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(`${of} takes an object with ${known.join(", ")}, not ${kindOf(given)}`);
  }
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw new TypeError(`${of} has no ${JSON.stringify(name)}: did you mean "${nearest(name, known)}"?`);
  }
}

/**
 * The known name that was probably meant: one that is part of what was written or the other way round, else the one that fewest
 * changes make of it.
 *
 * @param written What was written.
 * @param known The names that exist; at least one.
 */
export function nearest(written: string, known: readonly string[]): string {
  const wanted = written.slice(0, 64).toLowerCase();
  let best = "";
  let least = Infinity;
  for (const name of known) {
    const other = name.toLowerCase();
    const isPart = other.length > 2 && wanted.includes(other) || wanted.length > 2 && other.includes(wanted);
    const changes = isPart ? 0 : distance(wanted, other);
    if (changes < least) [least, best] = [changes, name];
  }
  return best;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, char] of [...a].entries()) {
    let before = i;
    let left = i + 1;
    row = row.map((above, j) => {
      if (j === 0) return left;
      left = Math.min(before + (char === b[j - 1] ? 0 : 1), above + 1, left + 1);
      before = above;
      return left;
    });
  }
  return row[b.length]!;
}

/**
 * What a value is, for a message about one that should be something else. It never shows the value: it may be a password.
 *
 * @param value The value.
 */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return `an object (${value.constructor?.name ?? "without a class"})`;
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}
