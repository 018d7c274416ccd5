/**
 * Reads the cells of the command table that name a function written by hand, `module.function(parameters): Type`, where
 * the module is a file of `imap/client/commands/`; and the cells that hold text for the documentation.
 */

/** A function of `imap/client/commands/` that does what the table cannot say. */
export interface Via {
  /** The file, without its ending. */
  module: string;
  name: string;
  /** It is also given the session, or the command's spec. */
  asks?: "session" | "spec";
}

/** A parameter of a method, as TypeScript writes it. */
export interface Parameter {
  label: string;
  type: string;
  /** What it is when it is not given. */
  initializer?: string;
}

/** A function that takes parameters of the caller. */
export interface ViaCall extends Via {
  parameters: Parameter[];
  /** What it returns; empty where the generated code knows. */
  returns: string;
}

/** What the documentation of a method says beside its first sentence. */
export interface About {
  /** Further sentences. */
  more: string;
  /** Of parameters and of fields of the result, where the grammar's comment does not say it. */
  labels: ReadonlyMap<string, string>;
  returns: string;
  /** By the error's class. */
  throws: ReadonlyMap<string, string>;
  /** Lines of TypeScript. */
  example: string[];
}

/** `module.function`, or `module.function(spec)`. */
export function readVia(text: string): Via | undefined {
  const match = /^([a-z][a-z_]*)\.([a-z][A-Za-z0-9]*)(\(spec\))?$/.exec(text);
  if (match === null) return undefined;
  const via: Via = { module: match[1]!, name: match[2]! };
  return match[3] === undefined ? via : { ...via, asks: "spec" };
}

/** `module.function(name: Type, name: Type = value, session): Type`. */
export function readViaCall(text: string): ViaCall | undefined {
  const match = /^([^(]+)\((.*)\)(?:: (.+))?$/.exec(text);
  const via = match === null ? undefined : readVia(match[1]!);
  if (match === null || via === undefined) return undefined;
  const parameters: Parameter[] = [];
  const parts = match[2]!.split(/, (?=[a-z][A-Za-z0-9]*(?:: |$))/).filter((part) => part !== "");
  if (parts.at(-1) === "session") {
    via.asks = "session";
    parts.pop();
  }
  for (const part of parts) {
    const parameter = /^([a-z][A-Za-z0-9]*): ([^=]+?)(?: = (.+))?$/.exec(part);
    if (parameter === null) return undefined;
    const [, label, type, initializer] = parameter;
    parameters.push({ label: label!, type: type!, ...(initializer === undefined ? {} : { initializer }) });
  }
  return { ...via, parameters, returns: match[3] ?? "" };
}

/** Lines `name: text`, each of which the next ones may continue. */
export function readTexts(lines: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  let last = "";
  for (const line of lines) {
    const match = /^([A-Za-z][A-Za-z0-9_]*): (.+)$/.exec(line);
    if (match !== null) texts.set(last = match[1]!, match[2]!);
    else if (line !== "") texts.set(last, `${texts.get(last) ?? ""} ${line}`.trim());
  }
  return texts;
}

/** Lines without the indentation that all of them have, and without empty ones at either end. */
export function withoutIndent(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  return lines.map((line) => line.slice(Math.min(...indents))).join("\n").trim().split("\n").filter((
    _,
    __,
    all,
  ) => all.length > 1 || all[0] !== "");
}
