import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { compareWithRfcs, printDeviation, readDeviations } from "../../codegen/check/conformance.ts";
import { Diagnostics } from "../../codegen/model/diagnostics.ts";
import { parseGrammar } from "../../codegen/read/parse_grammar.ts";
import { normalForm, plainRule, printPlain, readPlainAbnf } from "../../codegen/check/plain_abnf.ts";
import { definitions, listFile, rfcs } from "./_conformance.ts";

test("conformance: without our notation every rule is RFC 5234", () => {
  for (const definition of definitions()) {
    const { name, expr } = plainRule(definition);
    const text = `${name} = ${printPlain(expr)}`;
    const [again] = readPlainAbnf(text);
    assert(again !== undefined, text);
    assertEquals(printPlain(normalForm(again!.expr)), printPlain(normalForm(expr)));
  }
});

test("conformance: the grammar differs from the RFCs where it says so, and nowhere else", () => {
  const { differences, compared } = compareWithRfcs(definitions(), rfcs());
  assert(compared > 100, `${compared} rules compared`);
  const list = readFileSync(listFile, "utf8");
  const listed = new Map(readDeviations(list).map((one) => [`${one.rfc} ${one.rule}`, one]));
  const problems: string[] = [];
  for (const found of differences) {
    const entry = listed.get(`${found.rfc} ${found.rule}`);
    listed.delete(`${found.rfc} ${found.rule}`);
    if (entry?.theirs === found.theirs && entry.ours === found.ours) continue;
    problems.push(
      `${entry === undefined ? "not listed" : "listed otherwise"}:\n${
        printDeviation(found, entry?.why ?? "")
      }`,
    );
  }
  for (const { rfc, rule, line } of listed.values()) {
    problems.push(`line ${line}: no longer differs: rfc${rfc} ${rule}`);
  }
  if (problems.length > 0) {
    problems.push("tests/codegen/update_deviations.ts writes the list anew, reasons kept");
  }
  assertEquals(problems.join("\n"), "");
});

test("conformance: the comparison sees what it should", () => {
  const rfc = 'a = "X" SP b [c]\nb = 1*DIGIT\nc = "y" / "z"\nd = "x"';
  const compared = (ours: string) => {
    const file = parseGrammar("t.abnf", `@rfc 1\n${ours}`, new Diagnostics());
    return compareWithRfcs(file.definitions, new Map([["1", readPlainAbnf(rfc)]])).differences;
  };
  assertEquals(compared('a = "x" SP n:digits [("Z" / "Y")]\ndigits = 1*DIGIT\n'), []);
  assertEquals(compared('d = ("x" / ~odd "w")\n'), []);
  assertEquals(compared('d = "x" / "w"\n'), [{ rfc: "1", rule: "d", theirs: "", ours: '"W"' }]);
  assertEquals(compared("b = *DIGIT\n"), [{ rfc: "1", rule: "b", theirs: "1*digit", ours: "*digit" }]);
});

test("conformance: the list is read as it is printed, and an entry without a reason is refused", () => {
  const one = { rfc: "9051", rule: "text", theirs: "", ours: '*text-char / "x"' };
  const [read] = readDeviations(printDeviation(one, "servers do it"));
  assertEquals(read, { ...one, why: "servers do it", line: 1 });
  assertThrows(() => readDeviations(printDeviation(one, "")), Error, "has no reason");
  assertThrows(() => readDeviations("rfc9051 text\nwhat is this"), Error, "line 2");
});
