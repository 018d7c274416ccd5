/** Programs that do not close their account end when they have nothing more to do, and not before. */

import { spawn } from "node:child_process";
import { execPath } from "node:process";
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { type Fault, startServer, type TestServer } from "../../../imap/testing/mod.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { runtime } from "../../support/runtime.ts";

/** Runs the program until it ends by itself: it is killed after half a minute, and says nothing of its own then. */
async function run(server: TestServer, job: string, said: (words: string) => void = () => {}) {
  const { port } = await server.listen({ tls: server.ca !== undefined });
  const run = runtime === "deno" ? ["run", "-A", "--no-check"] : [];
  const path = fixturePath(`imap/mailbox/unclosed_program.${runtime === "node" ? "js" : "ts"}`);
  const more = server.ca === undefined ? [] : [server.ca];
  const child = spawn(execPath, [...run, path, job, `${port}`, ...more], { timeout: 30_000 });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data) => said(output += data));
  child.stderr.on("data", (data) => errors += data);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  assertEquals(code, 0, errors);
  return output.trim().split("\n");
}

const mailboxes = { INBOX: ["Subject: hello\r\n\r\nworld\r\n"] };
/** Long enough for a program that nothing keeps running to end. */
const slowly = 500;

for (const encrypted of [false, true]) {
  const how = encrypted ? " (TLS)" : "";
  const start = (faults: Fault[] = []) =>
    startServer({ mailboxes, faults, ...(encrypted ? { tls: "generated" as const } : {}) });

  test(`a program that has done its work ends without close()${how}`, async () => {
    await using server = await start();
    assertEquals(await run(server, "nothing"), ["hello"]);
  });

  test(`a program does not end while a call is underway${how}`, async () => {
    await using server = await start([{ on: "STATUS", delay: slowly }]);
    assertEquals(await run(server, "call"), ["hello", "1"]);
  });

  test(`a program does not end while it closes its account${how}`, async () => {
    await using server = await start([{ on: "LOGOUT", delay: slowly }]);
    assertEquals(await run(server, "close"), ["hello", "closed"]);
  });

  test(`a program does not end while it watches${how}`, async () => {
    await using server = await start();
    let delivered = false;
    const output = await run(server, "watch", (words) => {
      if (delivered || !words.includes("watching")) return;
      delivered = true;
      setTimeout(() => server.append("INBOX", "Subject: two\r\n\r\n"), slowly);
    });
    assertEquals(output, ["hello", "watching", "new"]);
  });
}
