/** The table of Python's `imaplib`: what a row gives, and what is refused with its line. */

import { test } from "node:test";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { emitImaplibCommands, emitImaplibTable } from "../../codegen/emit/imaplib.ts";
import { Diagnostics } from "../../codegen/model/diagnostics.ts";
import { parseImaplib, type PythonCommand } from "../../codegen/read/parse_imaplib.ts";
import { parseTable } from "../../codegen/read/parse_table.ts";

const typed = `
LOOK
  state     nonauth auth selected
  collects  [UIDNEXT] ? , SEEN *
  touches   reads
  rfc       9051 1
  doc       Looks.
`;

function read(text: string): { commands: PythonCommand[]; messages: string[] } {
  const diagnostics = new Diagnostics();
  const rows = parseTable(typed, "typed", diagnostics);
  const commands = parseImaplib({ name: "t", text }, rows, diagnostics);
  return { commands, messages: diagnostics.list.map(({ origin, message }) => `${origin.line}: ${message}`) };
}

test("a row takes from the command table what it does not say", () => {
  const { commands, messages } = read(`
*
  labels    who: Who looks.
LOOK
  call      look((who), where = "x", ...more)
  labels    where: The place.
            more: More of it.
  returns   what was seen
  example
            await M.look("me");
`);
  assertEquals(messages, []);
  const table = emitImaplibTable(commands);
  assertStringIncludes(table, "LOOK: NONAUTH_AUTH_SELECTED_LOGOUT,");
  assertStringIncludes(table, "look: [1, Infinity],");
  const source = emitImaplibCommands(commands);
  assertStringIncludes(
    source,
    'async look(who: string, where: Argument = "x", ...more: Argument[]): Promise<Answer> {\n' +
      '    return await rows(this, "LOOK", "SEEN", inParentheses(who, "who"), where, ...more);',
  );
  for (
    const line of [
      "* Looks.",
      "* Sends `LOOK`. RFC 9051 1.",
      "* @param who Who looks.",
      'await M.look("me");',
    ]
  ) {
    assertStringIncludes(source, line);
  }
});

test("a row that says too little or what is not known is refused with its line", () => {
  const cases: readonly [rows: string, ...messages: string[]][] = [
    ["LOOK\n  colour red\n", '2: There is no cell "colour"'],
    ["NEW\n  call new()\n  hand yes\n", "1: NEW: no row of the command table says its states, and no cell"],
    ["LOOK\n  call see()\n  hand yes\n", "2: LOOK: its method is called see"],
    ["LOOK\n  call look\n  hand yes\n", '2: LOOK: "look" is not method(name, name = value, (name), ...name)'],
    [
      "LOOK\n  call look((who)\n  hand yes\n",
      '2: LOOK: "(who" is not name, name = value, (name) or ...name',
    ],
    [
      "LOOK\n  call look(who)\n  gives text\n  example\n    x();\n",
      '2: LOOK: no text says what "who" is',
    ],
    ["LOOK\n  call look()\n", "1: LOOK: no cell says what is in SEEN", "1: LOOK: has no example"],
  ];
  for (const [rows, ...messages] of cases) assertEquals(read(rows).messages, messages, rows);
});
