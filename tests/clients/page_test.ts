/** The examples of TESTING.md that are not TypeScript, run as they are there. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { env } from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertEquals, assertMatch } from "@std/assert";
import { fixtureJson } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { type Need, testWith } from "../support/skip.ts";
import { imapflowFolder, run, vitestFolder, vitestNeed, withDirectory } from "./tools.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "imap/testing/TESTING.md"), "utf8");

/** The examples in TypeScript, each a test of a framework; what they import is that of this tree, and Node.js's own assertions. */
function asTests(framework: string): string[] {
  return [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => {
    const [imports, rest] = [true, false].map((wanted) =>
      code!.split("\n").filter((line) => line.startsWith("import ") === wanted).join("\n")
    ) as [string, string];
    const here = imports
      .replace('"@postern/postern/imap"', JSON.stringify(join(root, "imap/mod.ts")))
      .replace('"@postern/postern/testing"', JSON.stringify(join(root, "imap/testing/mod.ts")))
      .replace("assertEquals", "deepStrictEqual as assertEquals")
      .replace("assertRejects", "rejects as assertRejects")
      .replace('"@std/assert"', '"node:assert"');
    return `import { test } from "${framework}";\n${here}\ntest("an example", async () => {\n${rest}\n});\n`;
  });
}

function example(language: string): string {
  const start = page.indexOf("```" + language + "\n") + language.length + 4;
  return page.slice(start, page.indexOf("```", start));
}

// Debian's pytest belongs to Debian's Python, which need not be the first on the path.
const python = ["python3", "/usr/bin/python3"].find((command) =>
  spawnSync(command, ["-m", "pytest", "--version"]).status === 0
);
const pytestNeed: Need = {
  name: "tests with pytest",
  enable: "install with: apt-get install -y python3-pytest",
  available: python !== undefined,
};

/** A runtime from npm: its download needs the network once, and new versions of Node.js a library that Debian may lack. */
function fromNpm(program: string): Need {
  const { status } = spawnSync("npx", ["-y", program, "--version"], { timeout: 120_000 });
  return {
    name: `tests with ${program} from npm`,
    enable: "connect to the network once, and install with: apt-get install -y libatomic1",
    available: status === 0,
  };
}

/** A port that nothing listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Whether something listens on a port. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

if (runtime === "deno") {
  testWith(pytestNeed, "imaplib in pytest", () =>
    withDirectory(async (directory) => {
      const port = await freePort();
      const text = example("python");
      assertMatch(text, /"--port", "0"/);
      await writeFile(join(directory, "test_mail.py"), text.replace('"--port", "0"', `"--port", "${port}"`));
      env.POSTERN = root;
      const { code, out, err } = await run(python!, [
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        directory,
      ]);
      assertEquals(code, 0, out + err);
      assertMatch(out, /1 passed/);
      // Nothing that the example started is there afterwards; the last of it may end a little later.
      while (await answers(port)) await new Promise((resolve) => setTimeout(resolve, 50));
    }));

  const versions = fixtureJson<Record<"bun" | "node", string[]>>("runtime/versions.json");
  const node = `node@${versions.node.at(-1)}`;
  const nodeNeed = fromNpm(node);
  testWith(
    vitestNeed.available ? nodeNeed : vitestNeed,
    "imapflow in vitest",
    () =>
      withDirectory(async (directory) => {
        const text = example("js ignore")
          .replace('"@postern/postern/testing"', JSON.stringify(join(root, "imap/testing/mod.ts")));
        await writeFile(join(directory, "mail.test.mjs"), text);
        // What a project has that installed both.
        const modules = join(directory, "node_modules");
        await mkdir(modules);
        await symlink(join(vitestFolder, "node_modules/vitest"), join(modules, "vitest"));
        await symlink(join(imapflowFolder, "node_modules/imapflow"), join(modules, "imapflow"));
        const vitest = [
          join(modules, "vitest/vitest.mjs"),
          "run",
          "--reporter=tap-flat",
          "--root",
          directory,
        ];
        const args = ["-y", node, ...vitest];
        const { code, out, err } = await run("npx", args, 180_000);
        assertEquals(code, 0, out + err);
        assertMatch(out, /^1\.\.1\n+ok 1 - /m);
      }),
  );

  const bun = `bun@${versions.bun.at(-1)}`;
  const frameworks = [
    ["node:test", node, nodeNeed, "--test", /^. pass 3$/m],
    ["bun:test", bun, fromNpm(bun), "test", /^ *3 pass$/m],
  ] as const;
  for (const [framework, program, need, option, passed] of frameworks) {
    testWith(need, `the examples are tests of ${framework}`, () =>
      withDirectory(async (directory) => {
        const files = asTests(framework).map((text, index) => ({
          file: join(directory, `${index}.test.ts`),
          text,
        }));
        assertEquals(files.length, 3);
        for (const { file, text } of files) await writeFile(file, text);
        const args = ["-y", program, option, ...files.map(({ file }) => file)];
        const { code, out, err } = await run("npx", args, 180_000);
        assertEquals(code, 0, out + err);
        assertMatch(out + err, passed);
      }));
  }
} else {
  test("the examples in other languages are run once, under Deno", () => {});
}
