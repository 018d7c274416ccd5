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
  if (
    typeof given !== "object" || given === null || Array.isArray(given) || isPromise(given) || isOther(given)
  ) {
    throw new TypeError(`${of} must be an object with ${known.join(", ")}, not ${kindOf(given)}`);
  }
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw new TypeError(`${of} cannot have ${JSON.stringify(name)}: ${meant(name, known)}`);
  }
}

/** Whether a value is an object of some class that has no fields to look at, such as a Map or an AbortSignal. */
export function isOther(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype !== null && Object.getPrototypeOf(prototype) !== null && Object.keys(value).length === 0;
}

/**
 * Checks what gives a call up.
 *
 * @param of What takes it, for the message.
 * @param signal What was given; null is taken as not given.
 * @throws {TypeError} For something that cannot be listened to, such as the controller.
 */
export function checkSignal(of: string, signal: unknown): void {
  const given = signal as Partial<AbortSignal> | null | undefined;
  if (given === null || given === undefined || typeof given.addEventListener === "function") return;
  throw new TypeError(`${of}: signal must be an AbortSignal, not ${kindOf(signal)}`);
}

/**
 * What to write instead of a name that does not exist: the one that was probably meant, or where no name is like it, all of them.
 *
 * @param written What was written.
 * @param known The names that exist.
 */
export function meant(written: string, known: readonly string[]): string {
  const name = nearest(written, known);
  return name === undefined ? `there are ${known.join(", ")}` : `did you mean "${name}"?`;
}

/** A name that is part of what was written or the other way round, else the one that fewest changes make of it, if they are few. */
function nearest(written: string, known: readonly string[]): string | undefined {
  const wanted = written.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let least = 0.6 * wanted.length;
  for (const name of known) {
    const other = name.toLowerCase();
    const isPart = other.length > 2 && wanted.includes(other) ||
      wanted.length > 2 && other.includes(wanted) ||
      other.startsWith(wanted);
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

/** Whether a value is a promise; also one of this library or of another realm. */
export function isPromise(value: unknown): boolean {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === "function";
}

/**
 * What a value is, for a message about one that should be something else. It never shows the value: it may be a password.
 *
 * @param value The value.
 */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (isPromise(value)) return "a promise, which must be awaited first";
  if (typeof value === "object") return `an object (${value.constructor?.name ?? "without a class"})`;
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}
