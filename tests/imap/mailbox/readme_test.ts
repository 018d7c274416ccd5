/** The two programs that README begins with: how long they are, and that they run with the permissions it names. */

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { tmpdir } from "node:os";
import { execPath } from "node:process";
import { assert, assertEquals } from "@std/assert";
import { startServer, type TestServer } from "../../../imap/testing/mod.ts";
import { fixturePath, fixtureText } from "../../support/fixtures.ts";
import { runtime } from "../../support/runtime.ts";
import { mailWith } from "./support.ts";

const titles = ["## Save the attachments of October", "## Watch for new mail"];

function program(title: string): string {
  const readme = fixtureText("../README.md");
  const at = readme.indexOf(title);
  assert(at >= 0, title);
  return /```ts\n([\s\S]*?)```/.exec(readme.slice(at))![1]!;
}

for (const title of titles) {
  test(`${title.slice(3)}: ten lines or fewer`, () => {
    const lines = program(title).split("\n").filter((line) =>
      line.trim() !== "" && !/^import |^ *\/\//.test(line)
    );
    assert(lines.length <= 10, `${lines.length} lines`);
  });
}

/** Runs a program of README against a server, in a folder of its own, with no permission but the two. */
async function run(
  title: string,
  call: string,
  server: TestServer,
  meanwhile: (folder: string, stop: () => void) => Promise<void>,
) {
  const { port } = await server.listen();
  const folder = mkdtempSync(`${tmpdir()}/postern-readme-`);
  try {
    const where =
      `{ host: "127.0.0.1", port: ${port}, tls: "plaintext", auth: { user: "alice", pass: "alice-pw" } }`;
    const code = program(title).replace("{ host, auth: { user, pass } }", where);
    assert(code.includes(where));
    writeFileSync(`${folder}/program.ts`, `${code}\n${call}\n`);
    const child = spawn(execPath, [
      ...["run", "--no-check", "--no-prompt", "--config", fixturePath("../deno.json")],
      ...[`--allow-net=127.0.0.1:${port}`, `--allow-write=${folder}`, "program.ts"],
    ], { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (data) => output += data);
    child.stderr.on("data", (data) => output += data);
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    await meanwhile(folder, () => child.stdin.end());
    assertEquals(await ended, 0, output);
    const files = Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]),
    );
    return { output, files };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000 && !holds(); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

if (runtime === "deno") {
  test("the first program saves files with the permissions that README names", async () => {
    const date = new Date("2026-10-07T12:00:00Z");
    await using server = await startServer({
      mailboxes: {
        INBOX: [
          { message: mailWith("one", { "a.txt": "ABC", "../../b.txt": "DEF" }), date },
          { message: mailWith("two", { "a.txt": "GHI" }), date: new Date("2026-11-01T12:00:00Z") },
        ],
      },
    });
    const { files } = await run(
      titles[0]!,
      `await saveAttachments("", "", "");`,
      server,
      () => Promise.resolve(),
    );
    delete files["program.ts"];
    assertEquals(files, { "1-a.txt": "ABC", "1-b.txt": "DEF" });
    assertEquals(server.mailbox("INBOX").messages[0]!.flags, []);
  });

  test("the second program reports new mail, stores the cursor and ends by its signal", async () => {
    await using server = await startServer();
    const call = `
      const stop = new AbortController();
      void Deno.stdin.read(new Uint8Array(1)).then(() => stop.abort());
      await watchInbox("", "", "", stop.signal);`;
    const { output, files } = await run(titles[1]!, call, server, async (folder, stop) => {
      const stored = (uidNext: number) =>
        existsSync(`${folder}/cursor.json`) &&
        readFileSync(`${folder}/cursor.json`, "utf8").includes(`"uidNext":${uidNext}`);
      await until(() => stored(1));
      server.append("INBOX", "From: zoe@example.org\nSubject: Tea\n\nAt four?\n");
      await until(() => stored(2));
      stop();
    });
    assertEquals(output, "Tea zoe@example.org\n");
    assertEquals(JSON.parse(files["cursor.json"]!).uidNext, 2);
  });
}
