/** Operations on types, and their TypeScript form. */
import type { AstType } from "../read/ast.ts";
import { externals } from "./ir.ts";
import type { ExternalName, Type } from "./ir.ts";
import { only } from "./lists.ts";

const scalars = ["string", "number", "bigint", "boolean", "bytes"] as const;

/** The type that a rule declares. */
export function declaredType(ast: AstType): Type {
  const scalar = scalars.find((name) => name === ast.name);
  let type: Type = scalar !== undefined
    ? { kind: "scalar", name: scalar }
    : Object.hasOwn(externals, ast.name)
    ? { kind: "external", name: ast.name as ExternalName }
    : { kind: "named", name: ast.name };
  for (const suffix of ast.suffixes) {
    type = suffix === "[]" ? { kind: "list", of: type } : { kind: "nullable", of: type };
  }
  return type;
}

/** How a type is printed where it is not the one that a decoder gives. */
export interface TypeForms {
  /** The name under which a generated or hand-written type goes, for one that the file imports. */
  name?: (type: Type & { kind: "named" | "external" }) => string;
  /** Lists are only read. */
  readonlyLists?: boolean;
}

/** A type as TypeScript writes it. */
export function printType(type: Type, forms: TypeForms = {}): string {
  switch (type.kind) {
    case "scalar":
      return type.name === "bytes" ? "Uint8Array" : type.name;
    case "named":
    case "external":
      return forms.name?.(type) ?? type.name;
    case "literal":
      return JSON.stringify(type.value);
    case "list": {
      const of = printType(type.of, forms);
      return (forms.readonlyLists ? "readonly " : "") + (/[ |]/.test(of) ? `(${of})[]` : `${of}[]`);
    }
    case "nullable":
      return `${printType(type.of, forms)} | null`;
    case "optional":
      return `${printType(type.of, forms)} | undefined`;
    case "union":
      return type.of.map((one) => printType(one, forms)).join(" | ");
  }
}

export function sameType(left: Type, right: Type): boolean {
  return printType(left) === printType(right);
}

/** Types joined without duplicates; null and undefined go to the end. */
export function unite(types: Type[]): Type {
  const members: Type[] = [];
  let nullable = false;
  let optional = false;
  const add = (type: Type): void => {
    if (type.kind === "union") type.of.forEach(add);
    else if (type.kind === "nullable") (nullable = true, add(type.of));
    else if (type.kind === "optional") (optional = true, add(type.of));
    else if (type.kind === "literal" && type.value === null) nullable = true;
    else if (!members.some((one) => covers(one, type))) {
      // "7BIT" besides string says nothing.
      members.splice(0, members.length, ...members.filter((one) => !covers(type, one)), type);
    }
  };
  types.forEach(add);
  let type: Type = only(members) ??
    (members.length === 0 ? { kind: "literal", value: null } : { kind: "union", of: members });
  if (nullable && members.length > 0) type = { kind: "nullable", of: type };
  return optional ? { kind: "optional", of: type } : type;
}

function covers(wide: Type, narrow: Type): boolean {
  if (sameType(wide, narrow)) return true;
  if (wide.kind !== "scalar" || narrow.kind !== "literal") return false;
  // `=> 0` in a rule of type bigint is 0n.
  if (wide.name === "bigint" && typeof narrow.value === "number") return true;
  return wide.name === (typeof narrow.value as string);
}

/** Types of what a caller may give, and the decoded type that each holds. */
const wider: Partial<Record<ExternalName, string>> = {
  DateTimeInput: "DateTime",
  LiteralInput: "Uint8Array",
};

/** Whether a value of `from` may be where `to` is declared. `resolve` gives what an alias means. */
export function assignable(from: Type, to: Type, resolve: (name: string) => Type | null): boolean {
  if (sameType(from, to)) return true;
  // What a caller may give holds what a decoder gives.
  if (to.kind === "external" && wider[to.name] === printType(from)) return true;
  if (from.kind === "union") return from.of.every((one) => assignable(one, to, resolve));
  if (to.kind === "nullable" || to.kind === "optional") {
    if (from.kind === to.kind) return assignable(from.of, to.of, resolve);
    if (to.kind === "nullable" && from.kind === "literal" && from.value === null) return true;
    return assignable(from, to.of, resolve);
  }
  if (to.kind === "union") return to.of.some((one) => assignable(from, one, resolve));
  if (from.kind === "list" && to.kind === "list") return assignable(from.of, to.of, resolve);
  if (from.kind === "literal" && to.kind === "scalar") return covers(to, from);
  if (to.kind === "named") {
    const alias = resolve(to.name);
    if (alias !== null && assignable(from, alias, resolve)) return true;
  }
  if (from.kind === "named") {
    const alias = resolve(from.name);
    return alias !== null && assignable(alias, to, resolve);
  }
  return false;
}

/** Whether values of a type are bigints. */
export function isBigint(type: Type | null): boolean {
  return type?.kind === "scalar" && type.name === "bigint";
}
