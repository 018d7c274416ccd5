/** The program that serves a directory, talked to by curl and over a socket. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertEquals, assertMatch } from "@std/assert";
import { curlNeed, runs } from "../clients/tools.ts";
import { testWith } from "../support/skip.ts";
import { seedFrom } from "./seed_directory.ts";

const main = fileURLToPath(new URL("serve.ts", import.meta.url));
const data = fileURLToPath(new URL("../imap/data/", import.meta.url));

async function withDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "postern-seed-"));
  try {
    await writeFile(join(directory, "b.eml"), "Subject: two\n\n2\n");
    await writeFile(join(directory, "a.eml"), "Subject: one\n\n1\n");
    await writeFile(
      join(directory, "Old.mbox"),
      "From a Sat Nov 21 10:00:00 2026\nSubject: m\n\n>From x\n\nFrom b x\nSubject: n\n\n",
    );
    await mkdir(join(directory, "Md/cur"), { recursive: true });
    await mkdir(join(directory, "Md/new"));
    await writeFile(join(directory, "Md/cur/1.x:2,FS"), "Subject: cur\n\n");
    await writeFile(join(directory, "Md/new/2.x"), "Subject: new\n\n");
    await mkdir(join(directory, "Sent"));
    await writeFile(join(directory, "Sent/x.eml"), "Subject: sent\n\n");
    await work(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function serving(args: string[], work: (port: number) => Promise<void>): Promise<void> {
  const command = "Deno" in globalThis ? ["run", "-A", "--no-check", main] : [main];
  const child: ChildProcess = spawn(process.execPath, [...command, "--", "--port", "0", ...args]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    const said = await new Promise<string>((resolve, reject) => {
      let errors = "";
      child.stderr!.on("data", (chunk) => errors += chunk);
      child.stdout!.once("data", (chunk) => resolve(String(chunk)));
      child.once("exit", () => reject(new Error(errors)));
    });
    await work(Number(/:(\d+)\n/.exec(said)![1]));
  } finally {
    child.kill();
    await ended;
  }
}

/** What curl prints. */
const curl = (...args: string[]) =>
  runs("curl", "--silent", "--show-error", "--user", "alice:alice-pw", ...args);

test("a directory becomes mailboxes", () =>
  withDirectory(async (directory) => {
    const mailboxes = await seedFrom(directory);
    const shown = Object.entries(mailboxes).map(([name, messages]) => [
      name,
      ...messages.map((seed) => {
        const { message, flags = [] } = typeof seed === "object" && "message" in seed
          ? seed
          : { message: seed };
        return [typeof message === "string" ? message : new TextDecoder().decode(message), ...flags].join(
          "|",
        );
      }),
    ]);
    assertEquals(shown, [
      ["INBOX", "Subject: one\n\n1\n", "Subject: two\n\n2\n"],
      ["Md", "Subject: cur\n\n|\\Flagged|\\Seen", "Subject: new\n\n"],
      ["Old", "Subject: m\n\nFrom x\n", "Subject: n\n"],
      ["Sent", "Subject: sent\n\n"],
    ]);
  }));

test("the program serves it, with faults", () =>
  withDirectory((directory) =>
    serving(["--seed", directory, "--fault", '{"on":"NOOP","bye":"enough"}'], async (port) => {
      const socket = connect(port, "127.0.0.1");
      let heard = "";
      socket.on("data", (chunk) => heard += chunk);
      socket.write("1 LOGIN alice alice-pw\r\n2 STATUS Old (MESSAGES)\r\n3 NOOP\r\n");
      await new Promise((resolve) => socket.on("close", resolve));
      assertMatch(heard, /\* STATUS Old \(MESSAGES 2\)\r\n2 OK [^]*\* BYE enough\r\n$/);
    })
  ));

testWith(
  curlNeed,
  "curl reads it over plain text, TLS and STARTTLS",
  () =>
    withDirectory(async (directory) => {
      const tls = ["--cert", join(data, "localhost.pem"), "--key", join(data, "localhost.key")];
      const trust = ["--cacert", join(data, "ca.pem")];
      await serving(["--seed", directory], async (port) => {
        const got = await curl(`imap://127.0.0.1:${port}/INBOX;UID=2`);
        assertEquals(got, "Subject: two\r\n\r\n2\r\n");
      });
      await serving(["--seed", directory, ...tls], async (port) => {
        const got = await curl(...trust, "--ssl-reqd", `imap://localhost:${port}/Md;UID=1`);
        assertEquals(got, "Subject: cur\r\n\r\n");
      });
      const ca = join(directory, "made.pem");
      await serving(["--seed", directory, "--tls", "--ca", ca, "--profile", "dovecot"], async (port) => {
        const got = await curl("--cacert", ca, `imaps://localhost:${port}/Sent;UID=1`);
        assertEquals(got, "Subject: sent\r\n\r\n");
      });
      await serving(["--seed", directory, "--tls", ...tls], async (port) => {
        const got = await curl(...trust, `imaps://localhost:${port}/Sent;UID=1`);
        assertEquals(got, "Subject: sent\r\n\r\n");
      });
    }),
);

test("--help says how it is used", async () => {
  const command = "Deno" in globalThis ? ["run", "-A", "--no-check", main] : [main];
  assertMatch(await runs(process.execPath, ...command, "--help"), /^The IMAP server[^]*--fault JSON/);
});

test("an error of the command line is reported in one line", async () => {
  for (
    const [args, says] of [
      [["--port", "imap"], /^serve: --port must be a number from 0 to 65535, not "imap"\n$/],
      [["--port", "70000"], /^serve: --port must be/],
      [["--generate", "-1"], /^serve: .*--generate/],
      [["--fault", "{on"], /^serve: --fault must be JSON/],
      [["--seed", join(data, "nowhere")], /^serve: .*nowhere.*\n$/],
      [["--profile", "nobody"], /^serve: .*nobody.*\n$/],
      [["--fault", '{"on":"FETCH","refuse":"NO"}'], /^serve: a fault: refuse must be an object, not text/],
      [
        ["--fault", '{"on":"FETCH","dropAfterwards":1}'],
        /^serve: a fault cannot have "dropAfterwards": did you mean "dropAfter"/,
      ],
      [["--fault", '{"on":"FETHC","bye":"x"}'], /^serve: a fault: there is no command FETHC\n$/],
      [["--fault", "7"], /^serve: a fault/],
      [["--quirk", "none"], /^serve: There is no deviation none: /],
      [["--cert", "x.pem"], /^serve: --cert and --key come together\n$/],
      [["--cert", "/no/such.pem", "--key", "/no/such.key"], /^serve: .*no.such\.pem.*\n$/],
      [["words"], /^serve: .*words/],
      [["--nonsense"], /^serve: .*--nonsense/],
    ] as const
  ) {
    const said = await serving([...args], () => Promise.resolve()).then(
      () => "nothing",
      (error) => error.message,
    );
    assertMatch(said, says);
    assertEquals(said.trim().split("\n").length, 1, said);
  }
});
