/** Other people's clients against the server for tests: what works with them here works with real servers. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertEquals, assertMatch } from "@std/assert";
import { generateMessages, type ServerOptions, startServer, type TestServer } from "@postern/postern/testing";
import { fixtureText } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { testWith } from "../support/skip.ts";
import {
  beside,
  fetchmailNeed,
  imapflowFolder,
  imapflowNeed,
  pythonNeed,
  runs,
  withDirectory,
} from "./tools.ts";

const caFile = fileURLToPath(new URL("../imap/data/ca.pem", import.meta.url));
const tls = { cert: fixtureText("imap/data/localhost.pem"), key: fixtureText("imap/data/localhost.key") };
const message = (subject: string) =>
  `From: Ann <ann@example.org>\r\nSubject: ${subject}\r\nContent-Type: text/plain\r\n\r\nText of ${subject}\r\n`;

/** Serves while something is done; a failure shows what was said. */
async function serving(
  options: ServerOptions,
  work: (port: number, server: TestServer) => Promise<void>,
): Promise<void> {
  await using server = await startServer(options);
  const { port } = await server.listen();
  try {
    await work(port, server);
  } catch (error) {
    console.error(server.log.slice(-4_000));
    throw error;
  }
}

// The clients are processes of their own: once is enough, and Deno's listener and that of node:net are both used.
if (runtime === "deno") {
  testWith(
    pythonNeed,
    "imaplib: a tour of all its methods",
    () =>
      serving({ tls, with: ["AUTH=CRAM-MD5"], mailboxes: { INBOX: [] } }, async (port) => {
        assertMatch(
          await runs("python3", beside("imaplib_tour.py"), String(port), caFile),
          /^\d+ methods\n$/m,
        );
      }),
  );

  testWith(
    imapflowNeed,
    "imapflow: list, search, fetch, download, append, move, idle, quota, QRESYNC",
    () =>
      serving(
        { quota: { STORAGE: 1024 }, mailboxes: { INBOX: ["one", "two", "three"].map(message) } },
        async (port) => {
          const tour = beside("imapflow_tour.mjs");
          assertEquals(await runs("node", tour, imapflowFolder, String(port)), "toured\n");
        },
      ),
  );

  testWith(
    fetchmailNeed,
    "fetchmail: takes all messages, and leaves none",
    () =>
      serving(
        { mailboxes: { INBOX: generateMessages({ count: 50 }) } },
        (port, server) =>
          withDirectory(async (directory) => {
            const before = idsOf(server);
            const got = join(directory, "got");
            const file = join(directory, "fetchmailrc");
            await writeFile(
              file,
              `set no syslog\nset idfile "${directory}/ids"\npoll 127.0.0.1 service ${port} protocol IMAP auth password ` +
                `user "alice" password "alice-pw" mda "cat >> ${got}" no sslcertck sslproto "" fetchall no keep\n`,
              { mode: 0o600 },
            );
            await runs("fetchmail", "-N", "-f", file, "--nodetach", "--pidfile", join(directory, "pid"));
            assertEquals(server.mailbox("INBOX").messages.length, 0);
            assertEquals(idsIn(await readFile(got, "utf8")).sort(), before);
          }),
      ),
  );
} else {
  test("other clients are run once, under Deno", () => {});
}

function idsOf(server: TestServer): string[] {
  return server.mailbox("INBOX").messages.flatMap(({ text }) => idsIn(text)).sort();
}

function idsIn(text: string): string[] {
  return [...text.matchAll(/^Message-ID: <(.*)>\r?$/gm)].map(([, id = ""]) => id);
}
