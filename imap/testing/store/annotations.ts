/** Annotations of a mailbox or of the server (RFC 5464). */

/** Octets of the longest value. */
export const LONGEST_VALUE = 64 * 1024;
/** Entries of one mailbox. */
const MOST_ENTRIES = 1_000;

/** Entries by name; those below /private belong to one user. */
export class Annotations {
  readonly #entries: Map<string, { name: string; value: Uint8Array }> = new Map();

  /** The value of an entry, undefined when it has none. */
  get(user: string, name: string): Uint8Array | undefined {
    return this.#entries.get(keyOf(user, name))?.value;
  }

  /** Sets an entry; null takes it away. False when there are too many. */
  set(user: string, name: string, value: Uint8Array | null): boolean {
    const key = keyOf(user, name);
    if (value === null) this.#entries.delete(key);
    else if (this.#entries.size >= MOST_ENTRIES && !this.#entries.has(key)) return false;
    else this.#entries.set(key, { name: name.toLowerCase(), value });
    return true;
  }

  /** Names of the entries below one, at most so many levels deep. */
  below(user: string, name: string, depth: number): string[] {
    const above = name.toLowerCase() + "/";
    const names: string[] = [];
    for (const [key, entry] of this.#entries) {
      if (key !== keyOf(user, entry.name) || !entry.name.startsWith(above)) continue;
      if (entry.name.slice(above.length).split("/").length <= depth) names.push(entry.name);
    }
    return names.sort();
  }
}

/** Whether an entry can have that name (RFC 5464 3.2). */
export function isEntryName(name: string): boolean {
  return /^\/(?:private|shared)(?:\/[ !-$&-)+-.0-~]+)+$/i.test(name);
}

function keyOf(user: string, name: string): string {
  const lower = name.toLowerCase();
  return lower.startsWith("/private/") ? `${user}\0${lower}` : lower;
}
