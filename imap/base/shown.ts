/**
 * How values look in `console.log` and in `JSON.stringify`. Node, Bun and Deno all ask for a method with the same
 * registered symbol; its name is Node's.
 */

/** What the three runtimes call. */
const inspectKey: symbol = /* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom");

/** Formats a value as the runtime does, colours and depth included. */
type Inspect = (value: unknown, options?: object) => string;

/** Levels that are copied for `JSON.stringify`; body structures of hostile servers are deeper than a stack. */
const maxDepth = 100;

/**
 * Says how the instances of a class are shown.
 *
 * @param of The class, or the object that others inherit from.
 * @param name The class's name as it is printed.
 * @param view Text, or an object with what is worth showing; what is undefined in it is left out.
 */
export function showAs<T extends object>(
  of: { prototype: T },
  name: string,
  view: (self: T) => string | object,
): void {
  define(of.prototype, inspectKey, function (this: T, depth: number, options: object, inspect?: Inspect) {
    // A program may print the prototype itself, whose private fields are not there.
    if (this === of.prototype) return name;
    const seen = view(this);
    if (typeof seen === "string" || inspect === undefined || depth < 0) {
      return typeof seen === "string" ? `${name}(${seen})` : `[${name}]`;
    }
    return `${name} ${inspect(visible(seen), { ...options, depth })}`;
  });
  if (!("toJSON" in of.prototype)) {
    define(of.prototype, "toJSON", function (this: T) {
      return plain(view(this));
    });
  }
}

/** Says that the errors of a class, and of those below it, are printed with the fields that are known. */
export function showError<T extends Error>(of: { prototype: T }): void {
  define(of.prototype, inspectKey, function (this: T, depth: number, options: object, inspect?: Inspect) {
    const head = this.stack ?? `${this.name}: ${this.message}`;
    const { name: _, ...fields } = this;
    const more = visible(this.cause === undefined ? fields : { ...fields, cause: this.cause });
    if (inspect === undefined || depth < 0 || Object.keys(more).length === 0) return head;
    return `${head} ${inspect(more, { ...options, depth })}`;
  });
  define(of.prototype, "toJSON", function (this: T) {
    const { name, message, cause } = this;
    const why = cause instanceof Error && !("toJSON" in cause) ? `${cause.name}: ${cause.message}` : cause;
    return plain({ ...this, name, message, cause: why });
  });
}

/**
 * What plain objects inherit that are shown without their undefined fields. It has no constructor of its own, so that
 * they pass for plain objects where that is looked at.
 */
export const shownPlain: object = /* @__PURE__ */ makeShownPlain();

function makeShownPlain(): object {
  const prototype = {};
  define(prototype, inspectKey, function (this: object, depth: number, options: object, inspect?: Inspect) {
    return inspect === undefined || depth < 0 ? "[Object]" : inspect(visible(this), { ...options, depth });
  });
  define(prototype, "toJSON", function (this: object) {
    return plain({ ...this });
  });
  return prototype;
}

/**
 * Lets a plain object be shown without its undefined fields, and its big integers and octets be written by
 * `JSON.stringify`. For results, which are made once for each command: they keep the prototype of plain objects, which
 * assertions compare. Rows have it from their class.
 *
 * @param value The object; anything else is left alone.
 * @returns The same value.
 */
export function shown<T>(value: T): T {
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const key of [inspectKey, "toJSON"]) define(value, key, Reflect.get(shownPlain, key));
  }
  return value;
}

/** The fields that say something; octets are shown by their number. */
function visible(value: object, depth = 0): object {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, shortened(field, depth)]),
  );
}

function shortened(value: unknown, depth: number): unknown {
  // A text without quotes.
  if (value instanceof Uint8Array) return { [inspectKey]: () => `Uint8Array(${value.length})` };
  if (depth >= 3 || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => shortened(one, depth + 1));
  const prototype = Object.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== null ? value : visible(value, depth + 1);
}

/** A copy that JSON can say: big integers as text, octets as their number, sets and maps as lists. */
function plain(value: unknown, depth = 0): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.length;
  if (depth >= maxDepth) return null;
  if (Array.isArray(value)) return value.map((one) => plain(one, depth + 1));
  if (value instanceof Set || value instanceof Map) return [...value].map((one) => plain(one, depth + 1));
  if (Object.getPrototypeOf(value) !== shownPlain && typeof (value as Partial<Date>).toJSON === "function") {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, plain(field, depth + 1)]),
  );
}

function define(on: object, key: PropertyKey, value: (...args: never[]) => unknown): void {
  Object.defineProperty(on, key, { value, configurable: true, writable: true, enumerable: false });
}
