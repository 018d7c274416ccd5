/** Every primitive that is written by hand: the one table that the passes, the emitters and the tests read. */
import type { Builtin } from "./builtin.ts";
import * as names from "./names.ts";
import * as rawValues from "./raw_values.ts";
import * as strings from "./strings.ts";
import * as values from "./values.ts";

const table = { ...strings, ...names, ...values, ...rawValues };

/** Name of a primitive. */
export type BuiltinName = keyof typeof table;

/** The primitives, by name: every export of the four files. */
export const builtins: Readonly<Record<BuiltinName, Builtin>> = table;
