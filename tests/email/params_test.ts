import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import type { ParamValue } from "../../email/params/rfc2231.ts";
import { parseParams } from "../../email/params/split.ts";
import {
  collapseRfc2231Value,
  decodeParams,
  decodeRfc2231,
  encodeRfc2231,
  quote,
  unquote,
} from "../../email/utils.ts";
import { testVectors } from "./_vectors.ts";

/** What Message.getParams makes of a field: the steps of the package, without a message. */
function getParams(field: string, unquoted: boolean): [string, ParamValue][] {
  const params = decodeParams(parseParams(field));
  if (!unquoted) return params;
  return params.map(([name, value]) => [
    name,
    typeof value === "string" ? unquote(value) : [value[0], value[1], unquote(value[2])],
  ]);
}

testVectors("params", {
  getParams,
  unquote,
  quote,
  decodeRfc2231,
  encodeRfc2231,
  collapseRfc2231Value,
  decodeParams,
});

test("a piece without a number comes before those with one", () => {
  // CPython 3.13.0: TypeError, out of messageFromBytes when the parameter is the boundary.
  assertEquals(decodeParams([["a", "b"], ["c*0", "e"], ["c*", "%64"]]), [["a", "b"], ["c", [
    null,
    null,
    '"de"',
  ]]]);
  assertEquals(decodeParams(parseParams("x;boundary*0=b;boundary*=utf-8''a")), [
    ["x", ""],
    ["boundary", ["utf-8", "", '"ab"']],
  ]);
});

test("numbers have any length", () => {
  // CPython 3.13.0: ValueError from 4,301 digits on.
  const nines = "9".repeat(5000);
  const params = decodeParams([
    ["a", "b"],
    [`c*1${nines}`, "3"],
    [`c*${nines}`, "2"],
    [`c*000${nines}`, "2"],
    ["c*7", "1"],
  ]);
  assertEquals(params, [["a", "b"], ["c", '"1223"']]);
});

test("without even a first pair there is a RangeError", () => {
  assertThrows(() => decodeParams([]), RangeError);
});

test("names that objects inherit are names like others", () => {
  assertEquals(decodeParams(parseParams("x;__proto__*0=a;constructor*0=b;toString=c")), [
    ["x", ""],
    ["tostring", '"c"'],
    ["__proto__", '"a"'],
    ["constructor", '"b"'],
  ]);
});

test("a charset that Python takes for one but mail does not have is unknown", () => {
  // CPython 3.13.0 decodes the first with its string literal codec and raises ValueError for the second.
  assertEquals(collapseRfc2231Value(["unicode_escape", "", "\\x41"]), "\\x41");
  assertEquals(collapseRfc2231Value(["utf\0-8", "", "x"]), "x");
});
