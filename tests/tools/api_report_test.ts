import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { runtime } from "../support/runtime.ts";

if (runtime === "deno") {
  test("the report of the API has names and signatures, and nothing that is not public", async () => {
    const { apiReport } = await import("./api_report.ts");
    const path = "tests/tools/data/api/sample.ts";
    const report = await apiReport({ "./sample": path, ".": path });
    assertEquals(
      report.split("\n==== .\n")[0],
      [
        "==== ./sample",
        "",
        "class Box<T> {",
        "    readonly size: number;",
        "    constructor(first: T, rest?: Word[]);",
        "    open(by?: Word): Promise<number>;",
        "}",
        "",
        'type Word = "one" | "two";',
        "",
        "function pick(word: Word): Word;",
        "function pick(word: number): number;",
        "",
        "const words: readonly Word[];",
        "",
      ].join("\n"),
    );
    assertEquals(report.split("\n==== .\n")[1]!.split("\n").filter(Boolean), [
      "Box: as in ./sample",
      "Word: as in ./sample",
      "pick: as in ./sample",
      "words: as in ./sample",
    ]);
  });
} else {
  test("the report of the API is made by a Deno program, and tested under Deno", () => {});
}
