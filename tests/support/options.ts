/** Options of the programs that are run by hand. */

import process from "node:process";
import { parseArgs } from "node:util";

/**
 * Reads `--name value` and `--name=value` of the command line. An option that nobody knows is refused: a long run would go on without it.
 *
 * @param known Every option with what it is when it is left out; undefined for a number that may be missing, false for a switch.
 * @returns The values, of the kind of what they are when left out.
 * @throws {TypeError} For an unknown option, and for a number that is not whole and not negative.
 */
export function options<Known extends Record<string, string | number | boolean | undefined>>(
  known: Known,
): { [Name in keyof Known]: Known[Name] extends undefined ? number | undefined : Widened<Known[Name]> } {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter((word) => word !== "--"),
    options: Object.fromEntries(
      Object.entries(known).map((
        [name, value],
      ) => [name, { type: typeof value === "boolean" ? "boolean" : "string" }]),
    ),
  });
  const read = Object.entries(known).map(([name, otherwise]) => {
    const given = values[name];
    if (given === undefined) return [name, otherwise];
    if (typeof otherwise === "string" || typeof otherwise === "boolean") return [name, given];
    if (!/^\d+$/.test(String(given))) throw new TypeError(`--${name} must be a whole number, not ${given}`);
    return [name, Number(given)];
  });
  return Object.fromEntries(read);
}

type Widened<Value> = Value extends string ? string : Value extends number ? number : boolean;
