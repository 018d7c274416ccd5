/** What kind of value an argument is, so that a client can say in words what is wrong with one before anything is sent. */
import type { ExternalName, Grammar, Type, TypeDefinition } from "../model/ir.ts";
import type { Argument } from "../passes/arguments.ts";
import type { ResolvedCommand } from "../passes/resolve_table.ts";

const ofScalars = {
  string: "",
  number: "number",
  bigint: "bigint",
  boolean: "bool",
  bytes: "octets",
} as const;

const ofExternals: Record<ExternalName, string> = {
  SequenceSet: "set",
  DateTime: "date",
  FetchItem: "",
  DateTimeInput: "date",
  LiteralInput: "literal",
  // The writer says what is wrong with these.
  SearchDate: "any",
  Raw: "any",
};

/** The kind of an argument as the specs write it: `=set`, `=number*` for a list, nothing for text. */
export function kindOf(argument: Pick<Argument, "type" | "literal">, grammar: Grammar): string {
  const [kind, list] = argument.literal ? ["literal", ""] : kindOfType(argument.type, grammar);
  return kind === "" && list === "" ? "" : `=${kind}${list}`;
}

function kindOfType(type: Type, grammar: Grammar): [kind: string, list: "" | "*"] {
  switch (type.kind) {
    case "scalar":
      return [ofScalars[type.name], ""];
    case "external":
      return [ofExternals[type.name], ""];
    case "literal":
      return [type.value === true ? "bool" : typeof type.value === "string" ? "" : "any", ""];
    case "optional":
      return kindOfType(type.of, grammar);
    case "list": {
      const [kind, list] = kindOfType(type.of, grammar);
      return list === "" ? [kind, "*"] : ["any", "*"];
    }
    case "nullable":
      return ["any", ""];
    case "union":
      return [type.of.every((one) => kindOfType(one, grammar)[0] === "") ? "" : "any", ""];
    case "named": {
      const definition = grammar.types.get(type.name);
      if (definition?.kind === "record") return [type.name, ""];
      if (definition?.kind !== "alias") return ["any", ""];
      return kindOfAlias(definition.type, grammar);
    }
  }
}

/** Few words: which ones, with `|` between them. Of many, the encoder says it. */
function kindOfAlias(type: Type, grammar: Grammar): [kind: string, list: "" | "*"] {
  if (type.kind === "union" && type.of.length <= 6) {
    const words = type.of.map((one) => one.kind === "literal" ? one.value : undefined);
    if (words.every((one) => typeof one === "string")) return [words.join("|"), ""];
  }
  const [kind, list] = kindOfType(type, grammar);
  return kind === "" ? ["any", list] : [kind, list];
}

/** The kind of a parameter of a function written by hand; it checks what cannot be said here. */
export function kindOfWritten(type: string, grammar: Grammar): string {
  if (type === "string") return "";
  const record = /^readonly (\w+)\[\]$/.exec(type)?.[1];
  return record !== undefined && grammar.types.get(record)?.kind === "record" ? `=${record}*` : "=any";
}

/** The records that arguments are made of, and those in their fields, by name. */
export function argumentRecords(
  commands: readonly ResolvedCommand[],
  grammar: Grammar,
): Map<string, TypeDefinition & { kind: "record" }> {
  const records = new Map<string, TypeDefinition & { kind: "record" }>();
  const visit = (type: Type): void => {
    if (type.kind === "list" || type.kind === "optional") return visit(type.of);
    const definition = type.kind === "named" ? grammar.types.get(type.name) : undefined;
    if (definition?.kind !== "record" || records.has(definition.name)) return;
    records.set(definition.name, definition);
    for (const field of definition.fields) visit(field.type);
  };
  for (const { positional, options } of commands) {
    for (const { type } of [...positional, ...options]) visit(type);
  }
  return records;
}
