/** Programs whose input and output are a connection, in each runtime that can start one. */

import { test } from "node:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { assertEquals, assertRejects } from "@std/assert";
import { ConnectionError } from "../../../imap/base/errors.ts";
import { startProcess } from "../../../imap/transport/process.ts";
import type { Transport } from "../../../imap/transport/transport.ts";

/** Reads until so many octets are there, or the end. */
async function text(transport: Transport, length = Infinity): Promise<string> {
  let got = "";
  const into = new Uint8Array(10_000);
  while (got.length < length) {
    const count = await transport.read(into);
    if (count === null) break;
    got += new TextDecoder().decode(into.subarray(0, count));
  }
  return got;
}

const octets = (words: string) => new TextEncoder().encode(words);

test("a program is told what is written, and read until its end", async () => {
  const script = 'read line; printf "got %s." "$line"; cat';
  for (const command of [["/bin/sh", "-c", script], script]) {
    const transport = await startProcess(command);
    assertEquals(transport.secure, true);
    await transport.write(octets("one line\n"));
    assertEquals(await text(transport, 13), "got one line.");
    const long = "0123456789".repeat(20_000);
    const [, echo] = await Promise.all([transport.write(octets(long)), text(transport, long.length)]);
    assertEquals(echo === long, true);
    await transport.close();
  }
  const brief = await startProcess("printf bye");
  assertEquals(await text(brief), "bye");
  await brief.close();
});

test("a connection that is closed ends the program's input", async () => {
  const folder = mkdtempSync(`${tmpdir()}/postern-process-`);
  try {
    const transport = await startProcess([
      "/bin/sh",
      "-c",
      'printf ready; cat; : > "$0"',
      `${folder}/ended`,
    ]);
    assertEquals(await text(transport, 5), "ready");
    await transport.close();
    for (let wait = 0; wait < 250 && !existsSync(`${folder}/ended`); wait++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assertEquals(existsSync(`${folder}/ended`), true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a program that is not there is an error that no repetition changes", async () => {
  const error = await assertRejects(
    () => startProcess(["/nowhere/imap", "-x"]),
    ConnectionError,
    "/nowhere/imap",
  );
  assertEquals(error.retryable, false);
  await assertRejects(() => startProcess(""), TypeError, "empty");
});
