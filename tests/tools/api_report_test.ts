import { execFileSync, spawnSync } from "node:child_process";
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { runtime } from "../support/runtime.ts";
import { testWith } from "../support/skip.ts";

const git = {
  name: "tests that make a repository of git",
  enable: "install with: apt-get install -y git",
  get available() {
    return spawnSync("git", ["--version"]).status === 0;
  },
};

if (runtime === "deno") {
  test("the report of the API has names and signatures, and nothing that is not public", async () => {
    const { apiReports } = await import("./api_report.ts");
    const path = "tests/tools/data/api/sample.ts";
    const found = await apiReports({ "./the/sample": path, ".": path });
    assertEquals([...found.keys()], ["the_sample.txt", "main.txt"]);
    assertEquals(
      found.get("the_sample.txt"),
      [
        "The public API of ./the/sample, written by deno task api",
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
    assertEquals(found.get("main.txt")!.split("\n").filter(Boolean), [
      "The public API of ., written by deno task api",
      "Box: as in ./the/sample",
      "Word: as in ./the/sample",
      "pick: as in ./the/sample",
      "words: as in ./the/sample",
    ]);
  });

  testWith(
    git,
    "a report that changes without a line in CHANGELOG.md is told until there is one",
    async () => {
      const { reports, untold } = await import("./api_report.ts");
      const folder = await Deno.makeTempDir();
      const run = (...args: string[]) => execFileSync("git", ["-C", folder, ...args]);
      const write = (path: string, text: string) => Deno.writeTextFile(`${folder}/${path}`, text);
      const commit = (text: string) => {
        run("add", "-A");
        run("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", text);
      };
      try {
        assertEquals(await untold(folder), []);
        run("init", "-q");
        await Deno.mkdir(`${folder}/${reports}`, { recursive: true });
        await write("CHANGELOG.md", "- one\n");
        await write(`${reports}/imap.txt`, "class A {}\n");
        await write(`${reports}/email.txt`, "class B {}\n");
        commit("one");
        assertEquals(await untold(folder), []);
        await write(`${reports}/imap.txt`, "class A { b: number }\n");
        assertEquals(await untold(folder), ["imap.txt"]);
        commit("in silence");
        assertEquals(await untold(folder), ["imap.txt"]);
        await write("CHANGELOG.md", "- two\n- one\n");
        assertEquals(await untold(folder), []);
        commit("two");
        assertEquals(await untold(folder), []);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
} else {
  test("the report of the API is made by a Deno program, and tested under Deno", () => {});
}
