import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { type Documented, problemsOf } from "./examples.ts";

const at = { declarationKind: "export", location: { filename: "x.ts" } };
const example = { doc: "Says it.", tags: [{ kind: "example" }] };

test("what lacks words or an example is named, and what no longer lacks one", () => {
  const params = { functionDef: { params: [{}] } };
  const symbols: Documented[] = [
    { name: "whole", declarations: [{ ...at, kind: "function", jsDoc: example }] },
    { name: "silent", declarations: [{ ...at, kind: "function" }] },
    { name: "hidden", declarations: [{ ...at, declarationKind: "private", kind: "function" }] },
    { name: "Shape", declarations: [{ ...at, kind: "interface" }] },
    { name: "OddError", declarations: [{ ...at, kind: "class", jsDoc: { doc: "An error." } }] },
    {
      name: "abort",
      declarations: [{ ...at, kind: "class", jsDoc: { doc: "x" }, def: { extends: "Error" } }],
    },
    {
      name: "Box",
      declarations: [{
        ...at,
        kind: "class",
        jsDoc: { doc: "A box." },
        def: {
          methods: [
            { name: "told", jsDoc: { doc: "x" }, ...params },
            { name: "told", ...params },
            { name: "untold", ...params },
            { name: "inner", jsDoc: { tags: [{ kind: "internal" }] }, ...params },
            { name: "plain", functionDef: { params: [] } },
            { name: "own", accessibility: "private", ...params },
          ],
        },
      }],
    },
  ];
  assertEquals(problemsOf(symbols, ["whole", "silent"]), [
    "Box has no example",
    "Box.untold does not say what it does",
    "silent does not say what it does",
    "whole has an example, or is gone: take it out of tests/tools/data/without_example.txt",
  ]);
});
