/** Who may do what with a mailbox (RFC 4314). */

/** The rights of RFC 4314 2.1, in the order in which they are written. */
export const RIGHTS = "lrswipkxtea";

/** What the rights of RFC 2086 mean here (RFC 4314 2.1.1). */
const OLD_RIGHTS = new Map([["c", "kx"], ["d", "te"]]);

/** Identifiers of one mailbox at most. */
const MOST_ENTRIES = 1_000;

/** The access control list of a mailbox. */
export class Acl {
  readonly #owners: () => readonly string[];
  readonly #entries: Map<string, string> = new Map();

  /** Owners have every right until SETACL says otherwise; the first of them always sees and administers. */
  constructor(owners: () => readonly string[]) {
    this.#owners = owners;
  }

  /** The rights of a user, those of groups and the negative ones taken into account. */
  of(user: string): string {
    const granted = this.#get(user) + this.#get("anyone") + this.required(user);
    const taken = this.#get(`-${user}`) + this.#get("-anyone");
    return inOrder(
      [...granted].filter((right) => !taken.includes(right) || this.required(user).includes(right)),
    );
  }

  /** Rights that an identifier cannot lose. */
  required(identifier: string): string {
    return identifier === this.#owners()[0] ? "la" : "";
  }

  /** All entries as GETACL shows them. */
  get entries(): { identifier: string; rights: string }[] {
    const identifiers = new Set([...this.#owners(), ...this.#entries.keys()]);
    return [...identifiers]
      .map((identifier) => ({
        identifier,
        rights: written(inOrder([...this.#get(identifier), ...this.required(identifier)])),
      }))
      .filter(({ rights }) => rights !== "");
  }

  /**
   * Changes an entry: all of its rights, or with `+` or `-` in front some. False where a letter is not a right, or
   * there are too many entries.
   */
  set(identifier: string, change: string): boolean {
    const sign = /^[+-]/.exec(change)?.[0];
    const letters = [...change.slice(sign?.length ?? 0)].flatMap((
      right,
    ) => [...OLD_RIGHTS.get(right) ?? right]);
    if (letters.some((right) => !RIGHTS.includes(right))) return false;
    if (!this.#entries.has(identifier) && this.#entries.size >= MOST_ENTRIES) return false;
    const before = sign === undefined ? [] : [...this.#get(identifier)];
    const after = sign === "-" ? before.filter((right) => !letters.includes(right)) : [...before, ...letters];
    this.#entries.set(identifier, inOrder(after));
    return true;
  }

  /** Takes an entry away. */
  delete(identifier: string): void {
    if (this.#owners().includes(identifier)) this.#entries.set(identifier, "");
    else this.#entries.delete(identifier);
  }

  #get(identifier: string): string {
    return this.#entries.get(identifier) ?? (this.#owners().includes(identifier) ? RIGHTS : "");
  }
}

/** The rights with those of RFC 2086 that they amount to. */
export function written(rights: string): string {
  const old = [...OLD_RIGHTS].filter(([, parts]) => [...parts].some((right) => rights.includes(right)));
  return rights + old.map(([right]) => right).join("");
}

function inOrder(rights: readonly string[]): string {
  return [...RIGHTS].filter((right) => rights.includes(right)).join("");
}
