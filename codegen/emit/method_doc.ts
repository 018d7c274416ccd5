/** Writes the documentation of a method from the cells of its row. */
import type { Argument } from "../passes/arguments.ts";
import type { WordNeeds } from "../passes/word_needs.ts";
import { type CommandForm, formsOf } from "./command_names.ts";

/** The text of the comment above a method. */
export function methodDoc(form: CommandForm): string {
  const { command, uid, wire } = form;
  const { row, positional, options, result } = command;
  const { about } = row;
  const lines = ["", [row.doc, about.more].filter((text) => text !== "").join(" ")];
  if (uid) lines.push("Messages are named by UID, in the arguments and in the answer.");
  if (row.needs.length > 0) lines.push(`The server must offer ${row.needs.join(" or ")}.`);
  const rfc = sourceOf(row.rfc);
  if (row.unless.length > 0) lines.push(`It is not sent to a server that offers ${row.unless.join(" or ")}.`);
  lines.push(
    "",
    row.dialogue === undefined
      ? `Sends \`${row.sends === "" ? wire : `${uid && row.uid ? "UID " : ""}${row.sends}`}\`. ${rfc}`
      : rfc,
    "",
  );
  const parameters: { label: string; doc?: string }[] = row.dialogue?.parameters ?? row.args?.parameters ??
    positional;
  for (const { label, doc } of parameters) {
    lines.push(`@param ${label} ${sentence(about.labels.get(label) ?? (doc || label))}`);
  }
  if (row.dialogue === undefined) {
    lines.push(
      options.length > 0
        ? `@param options ${options.map((one) => `\`${one.label}\``).join(", ")}, a signal, a deadline.`
        : "@param options A signal, a deadline.",
    );
  }
  const returns = result.kind === "rows"
    ? "The rows, to await or to iterate."
    : result.kind === "void"
    ? "Nothing; settles when the server is done."
    : `The server's answer: ${result.fields.map(({ label }) => `\`${label}\``).join(", ")}.`;
  lines.push(`@returns ${about.returns || returns}`);
  for (const [name, text] of thrown(command)) lines.push(`@throws {${name}} ${text}`);
  if (about.example.length > 0) lines.push("", "@example", "```ts", ...exampleOf(form), "```");
  return lines.join("\n");
}

/** A row's example; statements alone are those of a function that is given a client. */
function exampleOf({ command, method }: CommandForm): string[] {
  const { example } = command.row.about;
  if (example.some((line) => line.startsWith("import "))) return [...example];
  const [{ method: plain }] = formsOf(command) as [CommandForm];
  return [
    'import type { ImapClient } from "@postern/postern/imap";',
    "",
    "async function example(client: ImapClient): Promise<void> {",
    ...example.map((line) =>
      line === "" ? "" : `  ${line.replaceAll(`client.${plain}(`, `client.${method}(`)}`
    ),
    "}",
  ];
}

/** Where a command is described. */
export function sourceOf(rfc: string): string {
  if (rfc === "none") return "No RFC describes it.";
  return `RFC ${rfc.split(" ; ").join(", RFC ").replace("RFC draft", "draft")}.`.replace(
    "RFC draft",
    "Draft",
  );
}

/** The errors that every command of its kind throws, and what the row says of them or adds. */
function thrown({ row, options, words }: CommandForm["command"]): Map<string, string> {
  const { needs, unless, dialogue, about } = row;
  const mayLack = needs.length > 0 || unless.length > 0 || options.some((one) => one.needs.length > 0) ||
    [...words.values()].some((one) => one.length > 0);
  const usual = dialogue === undefined
    ? [
      ["CommandError", "When the server refuses."],
      [
        "CapabilityError",
        unless.length > 0 ? "When the server forbids it." : "When the server does not offer what it needs.",
      ],
      ["StateError", "When the connection is not in a state for it."],
    ].filter(([name]) => name !== "CapabilityError" || mayLack) as [string, string][]
    : [];
  return new Map([...usual, ...about.throws]);
}

/** A comment of the grammar as a sentence. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const first = trimmed[0]!.toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** What an argument needs of the server, and what words of it need, as sentences after its description. */
export function needed({ needs }: Argument, words: WordNeeds = []): string {
  const some = (list: readonly string[]) => list.join(" or ");
  const all = needs.length === 0 ? "" : ` Needs ${some(needs)}.`;
  // Search keys by themselves would be a page.
  const listed = words.length > 8 ? [] : words;
  return all +
    listed.map(({ words, needs }) =>
      ` ${words.map((word) => `\`${word}\``).join(", ")}: needs ${some(needs)}.`
    ).join("");
}
