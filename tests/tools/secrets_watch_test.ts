// The watch over the suite's traces and errors sees a secret in them.

import { test } from "node:test";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { fixturePath } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { isTelling } from "./telling.ts";

test("secrets that are looked for: not words, and not what is tried as every argument", () => {
  const secrets = [
    "alice-pw",
    "pa55-w0rd",
    "dXNlcg==",
    "secret",
    "pw-1",
    "x {9+}",
    "x\r\nZZ9 LOGOUT",
    "a b c d e 1",
  ];
  assertEquals(secrets.filter(isTelling), ["alice-pw", "pa55-w0rd", "dXNlcg=="]);
});

if (runtime === "deno") {
  const { run } = await import("./process.ts");

  test("the watch for secrets reports one in a trace and one in an error, and nothing else", async () => {
    const folder = await Deno.makeTempDir();
    const notes = `${folder}/notes.jsonl`;
    const source = (name: string) => JSON.stringify(`file://${fixturePath(`../imap/${name}`)}`);
    await Deno.writeTextFile(
      `${folder}/leaks_test.ts`,
      `import { Command } from ${source("session/handle.ts")};
      import { Secrets } from ${source("session/secrets.ts")};
      import { Session } from ${source("session/session.ts")};
      import { memoryPair } from ${source("transport/streams.ts")};
      Deno.test("leaks", async () => {
        const [near, far] = memoryPair(true);
        await far.write(new TextEncoder().encode("* OK hi\\r\\n"));
        const session = await Session.open(near);
        new Command<void>().fail(new Error("nothing"));
        // Told on another connection, so that this one does not hide it.
        new Secrets().add("pa55-w0rd");
        new Command<void>().fail(new Error("it was pa55-w0rd"));
        await far.write(new TextEncoder().encode("* OK pa55-w0rd\\r\\n"));
        await new Promise((resolve) => setTimeout(resolve, 20));
        session.close();
      });\n`,
    );
    const args = [
      "test",
      "-A",
      "--no-check",
      "--no-config",
      "--quiet",
      `--preload=${fixturePath("tools/secrets_watch.ts")}`,
    ];
    const { code, output } = await run(Deno.execPath(), [...args, `${folder}/leaks_test.ts`], {
      env: { POSTERN_TEST_REPORT: notes },
      cwd: folder,
    });
    assertEquals(code, 0, output);
    const lines = (await Deno.readTextFile(notes)).trim().split("\n");
    await Deno.remove(folder, { recursive: true });
    assertEquals(lines.length, 2, lines.join("\n"));
    assertStringIncludes(lines[0]!, "in an error: it was pa55-w0rd");
    assertStringIncludes(lines[1]!, "in a trace: * OK pa55-w0rd");
  });
}
