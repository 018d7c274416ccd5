import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { compile } from "../../codegen/compile.ts";
import { Diagnostics } from "../../codegen/model/diagnostics.ts";
import { emitCommands } from "../../codegen/emit/commands.ts";
import { emitSpecs } from "../../codegen/emit/specs.ts";
import { type CommandRow, parseTable } from "../../codegen/read/parse_table.ts";
import { type ResolvedCommand, resolveTable } from "../../codegen/passes/resolve_table.ts";
import { command, uidForm } from "../../imap/codec/command_row.ts";
import { isSafeToRetry } from "../../imap/codec/spec.ts";

const grammarText = `
response: Response = "*" %x20 data
data: Untagged = exists / fetch-data / seen / ok
exists: ExistsResponse = count:number %x20 type:"EXISTS"
fetch-data: FetchResponse = seq:number %x20 type:"FETCH"
seen: SeenResponse = type:"SEEN" *(%x20 numbers+:number)
ok: OkResponse = type:"OK" %x20 "[" code:resp-text-code "]"
resp-text-code: Code = "CLOSED" / "UIDNEXT" %x20 uidNext:number @tag(name)
number: number = 1*DIGIT @token
DIGIT = %x30-39
ALPHA = %x41-5A
atom: string = 1*ALPHA @token
command: Command = tag:number %x20 request:request
request: Request = look / two
; set: where to look
; hint: what to look for
look: LookRequest = name:"LOOK" %x20 set:number [%x20 hint:atom]
two: TwoRequest = name:"TWO" %x20 a:atom %x20 b:atom %x20 c:atom
`;

const look = `
LOOK
  state     auth selected
  collects  EXISTS ? , FETCH * by set
            [UIDNEXT] ?
  result    LookResult
              exists = EXISTS.count, rows = FETCH,
              uidNext = [UIDNEXT].uidNext or EXISTS.count, closed = tagged [CLOSED]
  after     send deselect ; OK selected ; NO auth
  flow      sequence renumbers
  uid       yes
  rfc       1 2 ; 3
  doc       Looks.
  touches   reads flags
`;

function grammar() {
  const compiled = compile([{ name: "test.abnf", text: grammarText }]);
  const errors = compiled.diagnostics.filter((one) => one.severity === "error");
  assertEquals(errors, []);
  return compiled.grammar;
}

function resolved(text: string): ResolvedCommand[] {
  const diagnostics = new Diagnostics();
  const commands = resolveTable(grammar(), parseTable(text, "t", diagnostics), diagnostics);
  assertEquals(diagnostics.list, []);
  return commands;
}

function messages(text: string): string[] {
  const diagnostics = new Diagnostics();
  const rows = parseTable(text, "t", diagnostics);
  if (!diagnostics.failed) resolveTable(grammar(), rows, diagnostics);
  return diagnostics.list.map(({ origin, message }) => `${origin.line}: ${message}`);
}

test("a row is read cell by cell, absent cells take their defaults", () => {
  const diagnostics = new Diagnostics();
  const [row] = parseTable(look, "t", diagnostics) as [CommandRow];
  assertEquals(diagnostics.list, []);
  const collects = row.collects.map(({ origin: _, ...rest }) => rest);
  assertEquals(row.cells["doc"], { file: "t", line: 13 });
  assertEquals({ ...row, collects, result: undefined, origin: undefined, cells: undefined }, {
    name: "LOOK",
    syntax: "look",
    states: ["auth", "selected"],
    needs: [],
    unless: [],
    argumentNeeds: new Map(),
    collects: [
      { name: "EXISTS", code: false, count: "?" },
      { name: "FETCH", code: false, count: "*", by: "set" },
      { name: "UIDNEXT", code: true, count: "?" },
    ],
    result: undefined,
    after: { send: ["deselect"], ok: ["selected"], no: ["auth"] },
    flow: ["sequence", "renumbers"],
    touches: ["reads", "flags"],
    retry: "no",
    uid: true,
    positional: 2,
    without: [],
    sends: "",
    method: "",
    rfc: "1 2 ; 3",
    doc: "Looks.",
    about: { more: "", labels: new Map(), returns: "", throws: new Map(), example: [] },
    origin: undefined,
    cells: undefined,
  });
});

test("what a row generates follows from the grammar's captures", () => {
  const text = emitCommands(resolved(look), grammar());
  assertMatch(
    text,
    /export interface LookOptions extends CallOptions \{\s+\/\*\* What to look for\. \*\/\s+hint\?: string \| undefined;/,
  );
  assertMatch(text, /exists: number \| undefined;/);
  assertMatch(text, /rows: FetchResponse\[\];/);
  assertMatch(text, /closed: boolean;/);
  assertMatch(
    text,
    /uidNext: collected\.code<UidnextCode>\("UIDNEXT"\)\?\.uidNext \?\? collected\.last<ExistsResponse>\("EXISTS"\)\?\.count,/,
  );
  assertMatch(
    text,
    / look\(set: number, options: LookOptions = \{\}\): Command<LookResult> \{\s+return run<LookResult, LookArgs, \["set"\]>\(this\.#caller, lookSpec, \[set\], options, encodeLook, lookResult\);/,
  );
  assertMatch(text, /uidLook\(set: number, options: LookOptions = \{\}\): Command<LookResult>/);
});

test("a function written by hand makes arguments, a result or the whole method", () => {
  const text = emitCommands(
    resolved(`
LOOK
  state     auth
  collects  EXISTS ?
  result    LookResult
              exists = EXISTS.count or 0, wide = via look.isWide(spec): boolean, names = [UIDNEXT].uidNext or via look.next: Next
  args via  look.lookArgs(place: Place | readonly number[], session)
  touches   reads
  rfc       1
  doc       Looks.
  more      Around too.
  labels    place: Where
              to look.
            wide: Whether all was seen.
  returns   What was seen.
  throws    RangeError: When there is nothing.
  example
            if (true) {

              client.look(place);
            }

TWO
  state     auth
  method via  two.two(hint: string, options: CallOptions = {}): Promise<Seen>
  positional  3
  touches   reads
  rfc       1
  doc       Does two things.
`),
    grammar(),
  );
  assertMatch(
    text,
    /import \{ isWide, lookArgs, next \} from "\.\.\/commands\/look\.ts";\nimport type \{ Next, Place \}/,
  );
  assertMatch(text, /exists: number;\s+\/\*\* Whether all was seen\. \*\/\s+wide: boolean;/);
  assertMatch(text, /exists: collected\.last<ExistsResponse>\("EXISTS"\)\?\.count \?\? 0,/);
  assertMatch(text, /wide: isWide\(collected, spec\),/);
  assertMatch(text, /names: collected\.code<UidnextCode>\("UIDNEXT"\)\?\.uidNext \?\? next\(collected\),/);
  assertMatch(
    text,
    / look\(place: Place \| readonly number\[\], options: LookOptions = \{\}\): Command<LookResult>/,
  );
  assertMatch(text, /\(\) => lookArgs\(place, options, this\.#session\), options, encodeLook, lookResult\);/);
  const doc = [
    "   * Looks. Around too.",
    "   *",
    "   * Sends `LOOK`. RFC 1.",
    "   *",
    "   * @param place Where to look.",
    "   * @param options `hint`, a signal, a deadline.",
    "   * @returns What was seen.",
    "   * @throws {CommandError} When the server refuses.",
    "   * @throws {StateError} When the connection is not in a state for it.",
    "   * @throws {RangeError} When there is nothing.",
    "   *",
    "   * @example",
    "   * ```ts",
    '   * import type { ImapClient } from "@postern/postern/imap";',
    "   *",
    "   * async function example(client: ImapClient): Promise<void> {",
    "   *   if (true) {",
    "   *",
    "   *     client.look(place);",
    "   *   }",
    "   * }",
    "   * ```",
  ].join("\n");
  assertEquals(text.slice(text.indexOf("   * Looks."), text.indexOf("   * Looks.") + doc.length), doc);
  assertMatch(
    text,
    /two\(hint: string, options: CallOptions = \{\}\): Promise<Seen> \{\s+return two\(this\.#session, hint, options\);/,
  );
});

test("a row and its UID form are described as data", () => {
  const text = emitSpecs(resolved(look), grammar());
  assertMatch(text, /export const lookSpec: CommandSpec = \/\* @__PURE__ \*\/ command\("LOOK", \{\n/);
  assertMatch(text, /export const uidLookSpec: CommandSpec = \/\* @__PURE__ \*\/ uidForm\(lookSpec\);\n/);
  assertMatch(text, /\n {2}args: "set=number hint\?",\n {2}collects: /);
  assertMatch(
    text,
    /\n {2}collects: "\?EXISTS \*FETCH@set \?\[UIDNEXT\]",\n {2}flow: "sequence renumbers",\n/,
  );
  assertMatch(text, /\n {2}touches: "reads flags",\n/);
  assertMatch(text, /\["UID LOOK", \{ name: "uidLook", types: \{ set: "number", hint: "string" \} \}\],/);
  assertMatch(text, /after: \{ send: \["deselect"\], ok: \["selected"\], no: \["auth"\] \},/);
  assertMatch(text, /\["LOOK", lookSpec\],\n {2}\["UID LOOK", uidLookSpec\],\n/);
});

test("what most rows say is left out of the short form", () => {
  assertEquals([command("X", {}).states, command("X", {}).flow], [["auth", "selected"], ["free"]]);
  assertEquals([command("X", { states: "auth", flow: "barrier" }).states], [["auth"]]);
});

test("the short form of a row means what the session reads", () => {
  const row = command("LOOK", {
    args: "set=set names=* hint?",
    states: "auth selected",
    collects: "?EXISTS *FETCH@set ?[UIDNEXT]",
    flow: "sequence renumbers",
    touches: "reads flags",
    unless: "LOOKDISABLED",
    after: { send: ["deselect"] },
  });
  assertEquals({ ...row }, {
    name: "LOOK",
    args: [
      { name: "set", kind: "set" },
      { name: "names", kind: "text", list: true },
      { name: "hint", kind: "text", option: true },
    ],
    states: ["auth", "selected"],
    needs: [],
    unless: ["LOOKDISABLED"],
    collects: [
      { name: "EXISTS", count: "?" },
      { name: "FETCH", count: "*", by: "set" },
      { name: "UIDNEXT", code: true, count: "?" },
    ],
    flow: ["sequence", "renumbers"],
    touches: ["reads", "flags"],
    retry: "no",
    uid: false,
    after: { send: ["deselect"] },
  });
  const { name, uid, ...rest } = uidForm(row);
  const { name: _name, uid: _uid, ...same } = row;
  assertEquals([name, uid, rest], ["UID LOOK", true, same]);
});

test("what may be sent once more follows from what a command touches, unless its row says it", () => {
  const retries = (cells: string) => {
    const [{ row }] = resolved(`LOOK\n  state auth\n  rfc 1\n  doc Looks.\n${cells}`) as [ResolvedCommand];
    const text = emitSpecs(resolved(`LOOK\n  state auth\n  rfc 1\n  doc Looks.\n${cells}`), grammar());
    return [row.retry, /retry: "(\w+)"/.exec(text)?.[1]];
  };
  assertEquals(retries("  touches reads\n"), ["yes", undefined]);
  assertEquals(retries("  touches writes\n"), ["no", undefined]);
  assertEquals(retries("  touches reads\n  retry no\n"), ["no", "no"]);
  assertEquals(retries("  touches flags\n  retry uid\n  uid yes\n"), ["uid", "uid"]);
  const row = { states: "auth", flow: "free" };
  assertEquals(command("LOOK", row).retry, "yes");
  assertEquals(command("LOOK", { ...row, touches: "flags" }).retry, "no");
  const both = command("LOOK", { ...row, touches: "flags", retry: "uid" });
  assertEquals([isSafeToRetry(both), isSafeToRetry(uidForm(both))], [false, true]);
  assertEquals(isSafeToRetry(command("LOOK", row)), true);
  assertEquals(isSafeToRetry(uidForm(command("LOOK", { ...row, retry: "no" }))), false);
});

test("what arguments and their words need comes from the grammar, or from the row", () => {
  const extended = compile([
    {
      name: "test.abnf",
      text: grammarText.replace("/ two", "/ two / sift") + `
; keys: what to sift for
sift: SiftRequest = name:"SIFT" [%x20 "(" option *(%x20 option) ")"] *(%x20 keys+:key)
option = returns+:("SMALL" / "LARGE" @needs(GRID|GRID2)) / "DEEP" %x20 deep:number @needs(DEEP)
key: Key = "HERE" / "WITH" %x20 inner:key / "NEAR" %x20 place:atom @tag(op)
`,
    },
    {
      name: "ext/far.abnf",
      text: `
@capability FAR
@needs FAR or GRID
option =/ returns+:"WIDE"
key =/ "FAR" %x20 place:atom / "FURTHER" @needs(FAR2)
`,
    },
  ]);
  assertEquals(extended.diagnostics.filter((one) => one.severity === "error"), []);
  const specsOf = (cells: string) => {
    const diagnostics = new Diagnostics();
    const text = `SIFT\n  state auth\n  rfc 1\n  doc Sifts.\n  touches reads\n${cells}`;
    const rows = resolveTable(extended.grammar, parseTable(text, "t", diagnostics), diagnostics);
    assertEquals(diagnostics.list, []);
    return emitSpecs(rows, grammar());
  };
  const plain = specsOf("");
  assertMatch(plain, /args: "returns=\*\? deep=number\?:DEEP keys=any\*\?"/);
  assertMatch(plain, /const siftReturnsNeeds =\n {2}"LARGE:GRID\|GRID2 WIDE:FAR\|GRID";/);
  assertMatch(plain, /const siftKeysNeeds =\n {2}"FAR:FAR\|GRID FURTHER:FAR2";/);
  assertMatch(plain, /words: \{ returns: siftReturnsNeeds, keys: siftKeysNeeds \}/);
  // What the command or the argument needs anyway is not asked for twice.
  assertMatch(specsOf("  needs FAR or GRID\n"), /const siftKeysNeeds =\n {2}"FURTHER:FAR2";/);
  const row = specsOf("  arguments returns: GRID\n");
  assertMatch(row, /args: "returns=\*\?:GRID deep=number\?:DEEP keys=any\*\?"/);
  assertEquals(row.includes("siftReturnsNeeds"), false);
});

test("rows that send the same command take different arguments of it", () => {
  const row = (name: string, cells: string) =>
    `${name}\n  state auth\n  rfc 1\n  doc Looks.\n  touches reads\n${cells}`;
  const text = emitCommands(
    resolved(
      row("LOOK", "  without hint\n") +
        row("LOOK FOR", "  syntax look\n  positional hint set\n  sends LOOK\n"),
    ),
    grammar(),
  );
  assertMatch(text, /look\(set: number, options: CallOptions = \{\}\)/);
  assertMatch(text, /lookFor\(hint: string, set: number, options: CallOptions = \{\}\)/);
  assertEquals(text.split("Sends `LOOK`.").length, 3);
});

test("a table that does not fit the grammar is refused with the line", () => {
  const row = (cells: string) => `LOOK\n  state auth\n  rfc 1\n  doc Looks.\n${cells}  touches reads\n`;
  const cases: [string, string[]][] = [
    ["  state auth\n", ["1: A cell comes before the first command"]],
    ["look\n  state auth\n  rfc 1\n  doc x\n  touches reads\n", [
      '1: "look" is not the name of a command: the upper-case words of a name begin in column one',
    ]],
    ["LOOK\n", [
      '1: LOOK has no cell "state"',
      '1: LOOK has no cell "touches"',
      '1: LOOK has no cell "rfc"',
      '1: LOOK has no cell "doc"',
    ]],
    [row("").replace("touches reads", "touches all"), [
      '5: LOOK: "all" is not a touches; known are reads, flags, writes, deletes, admin',
    ]],
    [row("  colects EXISTS ?\n"), ['5: There is no cell "colects"']],
    [row("  doc Again.\n"), ['5: LOOK has two cells "doc"']],
    [row("  flow fast\n"), [
      '5: LOOK: "fast" is not a flow; known are free, mailbox, sequence, renumbers, barrier, switch, literal, sasl, idle',
    ]],
    [row("  collects EXISTS many\n"), ['5: LOOK: "EXISTS many" is not NAME, a count and perhaps "by ..."']],
    [row("  after OK dance\n"), ['5: LOOK: "dance" is not a change of state']],
    [row("  needs A and B\n"), [
      '5: LOOK: needs "A and B" is not the name of a capability, so no server could offer it; ' +
      'write names in upper case, with "or" between those of which one is enough',
    ]],
    [row("  unless x\n"), [
      '5: LOOK: unless "x" is not the name of a capability, so no server could offer it; ' +
      'write names in upper case, with "or" between those of which one is enough',
    ]],
    [row("  after send deselect\n        OK dance\n"), ['6: LOOK: "dance" is not a change of state']],
    [row("  retry never\n"), ['5: LOOK: "never" is not a retry; known are yes, no, uid']],
    [row("  retry uid\n"), ["5: LOOK: there is no UID form that could be sent once more"]],
    [row("  positional set place\n"), [
      '5: LOOK: names "place", which is not one of its arguments',
    ]],
    [row("  without place\n"), ['5: LOOK: names "place", which is not one of its arguments']],
    [row("  arguments place: X\n"), ['5: LOOK: says what "place" needs, which is not one of its arguments']],
    [row("  arguments hint: x and y\n"), [
      '5: LOOK: needs "x and y" is not the name of a capability, so no server could offer it; ' +
      'write names in upper case, with "or" between those of which one is enough',
    ]],
    [row("  uid no\n"), ["5: LOOK: uid says yes or is absent"]],
    [row("  args via search(query: string)\n"), [
      '5: LOOK: "search(query: string)" is not module.function(name: Type, ...) of imap/client/commands/',
    ]],
    [row("  labels where: Here.\n"), [
      '5: LOOK: describes "where", which is neither an argument nor a field of its result',
    ]],
    [row("  method a b\n"), ['5: LOOK: "a b" is not the name of a method']],
    [row("  syntax glance\n"), ['5: LOOK: there is no rule "glance" for its syntax']],
    [row("  collects EXPUNGE *\n"), ["5: LOOK: no response is called EXPUNGE"]],
    [row("  collects [READ-ONLY] ?\n"), ["5: LOOK: no code is called READ-ONLY"]],
    [row("  collects EXISTS ? by mailbox\n"), [
      '5: LOOK: collects by "mailbox", which is not one of its arguments',
    ]],
    [row("  collects EXISTS ?\n  result R\n    x = EXISTS.size\n"), [
      "7: LOOK: its result reads EXISTS.size; there are count, type",
    ]],
    [row("  result R\n    x = EXISTS.count\n"), [
      "6: LOOK: its result reads EXISTS, which it does not collect",
    ]],
    [row("  result FETCH\n"), ["5: LOOK: its rows, FETCH, are not a response that it collects with *"]],
    ["TWO\n  state auth\n  rfc 1\n  doc x\n  touches reads\n", [
      "1: TWO: has 3 required arguments and 2 parameters for them",
    ]],
    ["TWO\n  state auth\n  rfc 1\n  doc x\n  touches reads\n  positional 3\n", []],
    [look + look, ["16: The command LOOK has two rows"]],
    [
      look +
      "TWO\n  state auth\n  positional 3\n  touches reads\n  rfc 1\n  doc x\n  collects EXISTS ?\n  result LookResult\n    x = EXISTS\n",
      [
        "22: TWO: its result LookResult differs from the one of LOOK",
      ],
    ],
  ];
  for (const [table, expected] of cases) assertEquals(messages(table), expected, table);
});
