// What edge programs import: a single file of it holds nothing of Node.js, Deno or Bun, and the README's workers run in workerd.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { startServer } from "@postern/postern/testing";
import { fixtureText } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { testWith } from "../support/skip.ts";

/** A single file of a program, with what the sources say about where modules are. */
async function bundled(program: string, files: Record<string, string> = {}): Promise<string> {
  const { bundleFile, copySources } = await import("../tools/workerd_bundle.ts");
  const folder = mkdtempSync(`${tmpdir()}/postern-edge-`);
  try {
    copySources(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}/${name}`, text);
    writeFileSync(`${folder}/program.ts`, program);
    assertEquals(await bundleFile(folder, "program.ts", "program.js"), "");
    return Deno.readTextFileSync(`${folder}/program.js`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The blocks of code of a section of the README. */
function blocksOf(section: string): string[] {
  const [, rest] = fixtureText("../README.md").split(`\n## ${section}\n`);
  assert(rest !== undefined, `the README has a section ${section}`);
  return [...rest!.split("\n## ")[0]!.matchAll(/```ts ignore\n([^]*?)```/g)].map(([, code]) => code!);
}

/** The embedded server inside TLS, on a port of its own. */
async function serving(work: (port: number) => Promise<void>): Promise<void> {
  const subjects = Array.from({ length: 12 }, (_, number) => `Subject: Number ${number + 1}\n\nHi\n`);
  await using server = await startServer({ mailboxes: { INBOX: subjects, Archive: [] } });
  const { port } = await server.listen();
  const cert = fixtureText("imap/transport/data/good.pem");
  const key = fixtureText("imap/transport/data/good.key");
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const accepting = (async () => {
    for await (const outer of listener) {
      const inner = await Deno.connect({ hostname: "127.0.0.1", port });
      void inner.readable.pipeTo(outer.writable).catch(() => {});
      void outer.readable.pipeTo(inner.writable).catch(() => {});
    }
  })().catch(() => {});
  try {
    await work((listener.addr as Deno.NetAddr).port);
  } finally {
    listener.close();
    await accepting;
  }
}

test("the README shows two workers", () => {
  assertEquals(blocksOf("Workers").length, 2);
});

// The bundler and the runner of workerd are Deno programs.
if (runtime === "deno") {
  const { findWorkerd } = await import("../tools/workerd_suite.ts");
  const { run } = await import("../tools/process.ts");
  const workerd = await findWorkerd();
  const need = {
    name: "workerd tests",
    enable: "install with: npm install -g workerd",
    available: workerd.path !== undefined,
  };

  test("a single file for the edge holds nothing of Node.js, Deno or Bun", async () => {
    const text = await bundled(
      `export { connect } from "@postern/postern/imap/core";\nexport { edge } from "@postern/postern/cloudflare";\n`,
    );
    assert(text.length > 100_000, "the client is in it");
    for (
      const foreign of [
        /\bnode:/,
        /\b(?:Deno|Bun)[.?\]]/,
        /[{,] (?:Deno|Bun)\b/,
        /\bprocess\.versions\b/,
        /\brequire\(/,
      ]
    ) {
      // A comment may name a runtime.
      const code = text.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, "");
      assertEquals(foreign.exec(code)?.[0], undefined);
    }
  });

  testWith(need, "the README's workers, and a client that another request uses", async () => {
    const [fetchHandler, emailHandler] = blocksOf("Workers");
    const worker = await bundled('export { default } from "./tests/runtime/workerd/edge.ts";\n', {
      "tests/runtime/workerd/readme_fetch.ts": fetchHandler!,
      "tests/runtime/workerd/readme_email.ts": emailHandler!,
    });
    await serving(async (port) => {
      const folder = mkdtempSync(`${tmpdir()}/postern-edge-`);
      try {
        writeFileSync(`${folder}/edge.js`, worker);
        writeFileSync(`${folder}/authority.pem`, fixtureText("imap/transport/data/authority.pem"));
        const config = fixtureText("runtime/workerd/edge.capnp.in").replace("@PORT@", String(port));
        writeFileSync(`${folder}/config.capnp`, config);
        const said: Record<string, unknown> = {};
        const { code, output } = await run(workerd.path!, ["test", "config.capnp"], {
          cwd: folder,
          stallMs: 60_000,
          onLine(line) {
            if (!line.startsWith("@@")) return;
            const { name, value } = JSON.parse(line.slice(2));
            said[name] = value;
          },
        });
        assertEquals(code, 0, output);
        const newest = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((number) => `Number ${number}`);
        assertEquals(said["subjects"], newest);
        const message =
          "This connection belongs to another request of the worker: connect in each, or keep it in a Durable Object";
        assertEquals(said["another request"], ["StateError", false, message, "StateError"]);
        assertEquals(said["the owner"], ["selected", "INBOX", 12]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
}
