import { execFileSync, spawnSync } from "node:child_process";
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { fixtureText } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { testWith } from "../support/skip.ts";

const git = {
  name: "tests that make a repository of git",
  enable: "install with: apt-get install -y git",
  get available() {
    return spawnSync("git", ["--version"]).status === 0;
  },
};

/** The file with so many differences of the client suite. */
function text(names: string[], most: number): string {
  const Dovecot = Object.fromEntries(names.map((name) => [name, "Not in Dovecot 2.3."]));
  return JSON.stringify({
    most: { structures: 1, searches: 0, Dovecot: most },
    structures: { "a.eml": "RFC 5322 2.2" },
    searches: {},
    client: { Dovecot },
  });
}

if (runtime === "deno") {
  test("a list of differences that grows, or has no reasons, is refused", async () => {
    const { problemsOf } = await import("./differences.ts");
    assertEquals(problemsOf(fixtureText("servers/differences.json")), []);
    assertEquals(problemsOf(text(["a"], 1)), []);
    assertEquals(problemsOf(text(["a", "b"], 1)), [
      "tests/servers/differences.json: Dovecot has grown to 2 entries, and 1 is the most",
    ]);
    assertEquals(problemsOf(text([], 1)), [
      "tests/servers/differences.json: Dovecot has 0 entries: make that the most, which is 1",
    ]);
    assertEquals(problemsOf(text(["a"], 1).replace("RFC 5322 2.2", "it is odd")), [
      "tests/servers/differences.json: a.eml: no reason with an RFC's section or a server's version",
    ]);
  });

  testWith(git, "an entry more is refused until CHANGELOG.md tells of it", async () => {
    const { listed, untoldEntries } = await import("./differences.ts");
    const folder = await Deno.makeTempDir();
    const run = (...args: string[]) => execFileSync("git", ["-C", folder, ...args]);
    const write = (path: string, text: string) => Deno.writeTextFile(`${folder}/${path}`, text);
    const commit = (message: string) => {
      run("add", "-A");
      run("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", message);
    };
    try {
      run("init", "-q");
      await Deno.mkdir(`${folder}/tests/servers`, { recursive: true });
      await write("CHANGELOG.md", "- one\n");
      await write(listed, text(["a"], 1));
      commit("one");
      assertEquals(await untoldEntries(folder), []);
      await write(listed, text(["a", "b"], 2));
      assertEquals(await untoldEntries(folder), ["Dovecot: b"]);
      commit("in silence");
      assertEquals(await untoldEntries(folder), ["Dovecot: b"]);
      await write("CHANGELOG.md", "- two\n- one\n");
      assertEquals(await untoldEntries(folder), []);
      commit("two");
      assertEquals(await untoldEntries(folder), []);
      await write(listed, text([], 0));
      assertEquals(await untoldEntries(folder), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
} else {
  test("the list of differences is looked at by a Deno program, and tested under Deno", () => {});
}
