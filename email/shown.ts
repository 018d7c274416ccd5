// How messages look in `console.log` and in `JSON.stringify`. Node, Bun and Deno all ask for a method with the same
// registered symbol; its name is Node's.

const inspectKey: symbol = /* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom");

/** Formats a value as the runtime does, colours and depth included. */
type Inspect = (value: unknown, options?: object) => string;

/**
 * Says how the instances of a class are shown.
 *
 * @param of the class
 * @param name its name as it is printed
 * @param view what is worth showing; what is undefined in it is left out
 * @returns the class, so that a program without its instances need not hold what is said of it
 */
export function shownAs<T extends object, C extends { prototype: T }>(
  of: C & { prototype: T },
  name: string,
  view: (self: T) => object,
): C {
  const define = (key: PropertyKey, value: (...args: never[]) => unknown) =>
    Object.defineProperty(of.prototype, key, {
      value,
      configurable: true,
      writable: true,
      enumerable: false,
    });
  define(inspectKey, function (this: T, depth: number, options: object, inspect?: Inspect) {
    // A program may print the prototype itself, whose private fields are not there.
    if (this === of.prototype) return name;
    if (inspect === undefined || depth < 0) return `[${name}]`;
    return `${name} ${inspect(present(view(this)), { ...options, depth })}`;
  });
  if (!("toJSON" in of.prototype)) {
    define("toJSON", function (this: T) {
      return present(view(this));
    });
  }
  return of;
}

function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined));
}
