/** What each pass writes into the intermediate representation. Messages are tested by cases/errors.txt. */
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { members, printSet } from "../../codegen/model/byte_set.ts";
import { compile } from "../../codegen/compile.ts";
import { emitReport } from "../../codegen/emit/report.ts";
import { outline } from "../../codegen/emit/outline.ts";
import type { Decision, Expr, Grammar, Rule } from "../../codegen/model/ir.ts";
import { printExpr } from "../../codegen/model/printer.ts";
import { printType } from "../../codegen/model/type.ts";

function grammarOf(...texts: string[]): Grammar {
  const files = texts.map((text, index) => ({ name: `g/${"ext/".repeat(index)}f.abnf`, text }));
  const { grammar, diagnostics } = compile(files, { entries: ["main"] });
  assertEquals(diagnostics.filter((one) => one.severity === "error").map((one) => one.message), []);
  return grammar;
}

function ruleOf(grammar: Grammar, name = "main"): Rule {
  return grammar.rules.get(name)!;
}

/** The decisions of an expression, outside first, without those that decide nothing. */
function decisionsOf(expr: Expr): Decision[] {
  const own = "decision" in expr && expr.decision.by !== "none" ? [expr.decision] : [];
  const inner = expr.kind === "seq"
    ? expr.items
    : expr.kind === "choice"
    ? expr.branches.map((one) => one.expr)
    : "item" in expr
    ? [expr.item]
    : [];
  return [...own, ...inner.flatMap(decisionsOf)];
}

const base = `number: number = 1*DIGIT @token
word: string = 1*LETTER @token
LETTER = %x41-5A / %x61-7A
`;

test("merge_alternatives puts extensions in front of the open alternative and keeps where they came from", () => {
  const grammar = grammarOf(
    `@rfc 1\nmain: Thing = "A" a:number / ... other:word\n${base}`,
    `@rfc 2 @capability TWO\nmain =/ "B" b:number`,
  );
  const rule = ruleOf(grammar);
  if (rule.expr.kind !== "choice") throw new Error("no choice");
  assertEquals(rule.expr.branches.map((branch) => [branch.open, branch.rfc, branch.capability]), [
    [false, ["1"], undefined],
    [false, ["2"], "TWO"],
    [true, ["1"], undefined],
  ]);
  assertEquals(rule.rfc, ["1", "2"]);
  assertEquals(rule.text, 'main: Thing = "A" a:number / ... other:word\nmain =/ "B" b:number');
});

test("byte_sets computes ranges, differences and letters in both cases", () => {
  const grammar = grammarOf(
    `main: string = 1*CHAR-X @token\nCHAR-X = ANY - special\nANY = %x40-46\nspecial = "b" / "E"\n`,
  );
  assertEquals(printSet(ruleOf(grammar).token!.set), '"@" "A" "C" "D" "F"');
});

test("tokens gives each distinct class one name", () => {
  const grammar = grammarOf(
    `main: Pair = a:one b:two\none: string = 1*A-CHAR @token\ntwo: string = *B-CHAR @token @upper\nA-CHAR = %x41-5A\nB-CHAR = %x41-5A\n`
      .replace("a:one b:two", 'a:one "-" b:two'),
  );
  assertEquals(grammar.classes.map((one) => one.name), ["A-CHAR"]);
  assertEquals([ruleOf(grammar, "two").token!.min, ruleOf(grammar, "two").token!.upper], [0, true]);
});

test("infer_types finds roles and types", () => {
  const grammar = grammarOf(`main: Thing = a:kind [SP b:list] SP c:maybe fragment
kind: Kind = "ONE" / "TWO"
list: number[] = number *("," number)
maybe: string? = word / "-"
fragment = [SP d+:number]
${base}`);
  const roles = ["main", "kind", "list", "maybe", "fragment", "number"].map((name) =>
    ruleOf(grammar, name).role
  );
  assertEquals(roles, ["record", "value", "list", "value", "fragment", "token"]);
  assertEquals(ruleOf(grammar).fields.map((field) => `${field.label}: ${printType(field.type)}`), [
    "a: Kind",
    "b: number[] | undefined",
    "c: string | null",
    "d: number[]",
  ]);
  const kind = grammar.types.get("Kind")!;
  assertEquals(kind.kind === "alias" && printType(kind.type), '"ONE" | "TWO"');
});

test("collect_fields takes comments on fields from the rule or its fragments", () => {
  const grammar = grammarOf(
    `; All of it.\n; a: the first\n;   number\nmain: Thing = a:number part\n; b: the second\npart = SP b:number\n${base}`,
  );
  assertEquals(ruleOf(grammar).doc, "All of it.");
  assertEquals(ruleOf(grammar).fields.map((field) => field.doc), ["the first number", "the second"]);
});

test("define_types gives one type one shape and names the variants of a union", () => {
  const grammar = grammarOf(
    `main: Key = "READ-ONLY" / "UID" SP n:number / "(" m:number ")" => "GROUP" / ... op:name @tag(op)\nname: string = 1*NAME-CHAR @token\nNAME-CHAR = LETTER / "-"\n${base}`,
  );
  assertEquals(
    ruleOf(grammar).variants.map((one) => [one.typeName, one.fields.map((field) => field.label)]),
    [
      ["ReadOnlyKey", []],
      ["UidKey", ["n"]],
      ["GroupKey", ["m"]],
      ["OtherKey", ["op", "error"]],
    ],
  );
});

test("first_follow computes how rules begin and what follows them", () => {
  const grammar = grammarOf(
    `main: Thing = "(" [item *(SP item)] ")"\nitem = a:number / "x" b:number\n${base}`,
  );
  assertEquals(printSet(ruleOf(grammar, "item").first), '"0"-"9" "X" "x"');
  assertEquals(printSet(ruleOf(grammar, "item").follow), 'SP ")"');
  assertEquals(printSet(ruleOf(grammar).follow), "end");
});

test("decisions look at a byte, after a space, at a word or at a value, in this order of preference", () => {
  const by = (text: string): string[] =>
    decisionsOf(ruleOf(grammarOf(`${text}\n${base}`)).expr).map((one) => one.by);
  assertEquals(by('main: Thing = a:number / "x" b:number'), ["byte"]);
  assertEquals(by('main: Thing = "A" [SP "(" a:number ")"] [SP b:number]'), ["afterSpace", "byte"]);
  assertEquals(by('main: Thing = "AB" a:number / "AC" SP b:number / "AD"'), ["word"]);
  assertEquals(by('main: Thing = t:word ( ?{t = "A"} SP a:number / ?{} )'), ["value"]);
});

test("decisions keep known words, words after numbers and other beginnings apart", () => {
  const grammar = grammarOf(
    `main: Thing = "A" / "AB" SP a:number / n:number SP "C" / "(" b:number ")" / ... [&DIGIT m:number SP] other:word\n${base}`,
  );
  const [decision] = decisionsOf(ruleOf(grammar).expr);
  if (decision?.by !== "word") throw new Error(decision?.by);
  assertEquals(decision.words, [["A", 0], ["AB", 1]]);
  assertEquals(decision.numbered, [["C", 2]]);
  assertEquals(decision.bytes.map(([set, branch]) => [members(set), branch]), [[[0x28], 3]]);
  assertEquals([decision.open, decision.wordClassName], [4, "LETTER"]);
});

test("a look-ahead takes its bytes from later alternatives", () => {
  const [decision] = decisionsOf(ruleOf(grammarOf(`main: Thing = &"a" a:word / b:word\n${base}`)).expr);
  if (decision?.by !== "byte") throw new Error(decision?.by);
  assertEquals(printSet(decision.sets[0]!), '"A" "a"');
  assertEquals(printSet(decision.sets[1]!), '"B"-"Z" "b"-"z"');
});

test("cycles guards one rule of each cycle", () => {
  const grammar = grammarOf(
    `main: A = "(" [b:second] ")"\nsecond: B = "<" [c:third] ">"\nthird: C = "{" a:main "}" / "!" n:number\n${base}`,
  );
  assertEquals([...grammar.rules.values()].filter((rule) => rule.guarded).map((rule) => rule.name), ["main"]);
});

test("outline cuts open alternations and captured choices into rules of their own", () => {
  const grammar = grammarOf(`main: Thing = s:("A" / "B") SP ( "X" SP n:number / ... w:word )\n${base}`);
  const rules = outline(grammar, "main");
  assertEquals([...rules.keys()], ["main-s", "main-choice", "main", "number", "word"]);
  assertEquals(printExpr(rules.get("main")!.expr), "s:main-s SP main-choice");
  assertEquals(rules.get("main-choice")!.text, 'main-choice = "X" SP n:number / ... w:word');
});

test("printExpr writes the notation", () => {
  const text =
    `main: Thing = k:"KIND" [SP &"(" "(" a+:number *(SP a+:number) ")"] (SP b:word)-~gone (?{b = "X","Y"} "!" / ?{} "") +~more(1*SP) e:("" => true)`;
  const grammar = grammarOf(`${text}\n@quirk gone "x"\n@quirk more "x"\n${base}`);
  assertEquals(`main: Thing = ${printExpr(ruleOf(grammar).expr)}`, text);
});

test("the report has one line per rule and one per byte set", () => {
  const report = emitReport(
    grammarOf(`@rfc 9\nmain: Thing = "A" a:number +~odd(SP) / "B" b:number\n@quirk odd "x"\n${base}`),
  );
  const rows = report.split("\n").filter((line) => line.startsWith("| main") || line.startsWith("| LETTER"));
  assertEquals(rows, [
    '| main | record | Thing | "A" "B" "a" "b" | 2 byte | odd |  | g/f.abnf:2, RFC 9 |',
    '| LETTER | "A"-"Z" "a"-"z" |',
  ]);
});
