/** The recipe of grammar/README.md, followed word for word in a copy of the project. */
import { test } from "node:test";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { generate } from "../../codegen/generate.ts";
import { newExtension, writeExtension } from "../../codegen/new_extension.ts";
import { formatDiagnostic } from "../../codegen/model/diagnostics.ts";
import { readSources } from "../../codegen/read/sources.ts";

const root = new URL("../../", import.meta.url);
const table = "grammar/commands.table";

/** The files that the recipe names, each with the block after its name. */
function recipe(): Map<string, string> {
  const text = readFileSync(new URL("grammar/README.md", root), "utf8");
  const section = text.slice(text.indexOf("## An extension step by step"));
  const steps = section.matchAll(/^\d+\. [^`]*`([^`]+)`[^]*?```\w+\n([^]*?)```/gm);
  return new Map(Array.from(steps, ([, path, block]) => [path!, block!]));
}

test("new-extension writes what the recipe shows", () => {
  assertEquals(recipe(), newExtension("XPING"));
});

test("the recipe takes two files of 20 lines and no TypeScript for the method", () => {
  const lines = ["grammar/ext/xping.abnf", table].flatMap((path) => recipe().get(path)!.trim().split("\n"));
  assert(lines.filter((line) => line !== "").length <= 20, String(lines.length));
});

test("new-extension refuses what is not a name, and a name that is taken", () => {
  for (const name of ["", "xping", "X PING", "1PING", "../X"]) {
    assertThrows(() => newExtension(name), Error, "name");
  }
  assertThrows(() => writeExtension(root, "NOOP"), Error, "has a row NOOP");
  assertThrows(() => writeExtension(root, "QUOTA"), Error, "grammar/ext/quota.abnf is there already");
});

test("the recipe passes as it is, in a copy of the project", () => {
  const folder = mkdtempSync(join(tmpdir(), "extension-"));
  try {
    for (
      const name of [
        "codegen",
        "email",
        "grammar",
        "imap",
        "mod.ts",
        "deno.json",
        "deno.lock",
        "package.json",
      ]
    ) {
      cpSync(new URL(name, root), join(folder, name), { recursive: true });
    }
    for (const name of ["bunfig.toml", "bun.lock", "tsconfig.json"]) {
      cpSync(new URL(name, root), join(folder, name));
    }
    for (const name of ["codegen", "grammar", "support", "imap/client", "imap/session"]) {
      mkdirSync(join(folder, "tests", name), { recursive: true });
      cpSync(new URL(`tests/${name}`, root), join(folder, "tests", name), { recursive: true });
    }
    // What Bun has installed for the suite serves the copy as well.
    const modules = new URL("node_modules", root);
    if (existsSync(modules)) symlinkSync(modules, join(folder, "node_modules"));
    for (const [path, text] of recipe()) {
      const rows = path === table ? `${readFileSync(join(folder, path), "utf8")}\n` : "";
      writeFileSync(join(folder, path), rows + text);
    }
    const { files, diagnostics } = generate(readSources(pathToFileURL(folder + "/")));
    assertEquals(diagnostics.map(formatDiagnostic), []);
    for (const [path, text] of files) writeFileSync(join(folder, path), text);
    assert(files.get("imap/client/_gen/commands.ts")!.includes("  xping(count: number"));
    assert(files.get("grammar/REFERENCE.md")!.includes("XPING"));
    const paths = [
      ...[
        "imap/client/commands_test.ts",
        "codegen/documentation_test.ts",
        "imap/client/injection_test.ts",
      ],
      "grammar/fixtures_test.ts",
    ];
    const tests = paths.map((path) => `./tests/${path}`);
    const args = "Deno" in globalThis
      ? ["test", "-A", "--no-check", "--quiet", ...tests]
      : ["test", ...tests];
    execFileSync(process.execPath, args, { cwd: folder, stdio: "pipe" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
