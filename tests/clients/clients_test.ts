/** Other people's clients against the server for tests: what works with them here works with real servers. */

import { mkdir, readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { generateMessages, type ServerOptions, startServer, type TestServer } from "@postern/postern/testing";
import { fixtureText } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { testWith } from "../support/skip.ts";
import {
  beside,
  fetchmailNeed,
  imapflowFolder,
  imapflowNeed,
  mbsyncNeed,
  pythonNeed,
  run,
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

  testWith(
    mbsyncNeed,
    "mbsync: 1,000 messages both ways, interrupted once, nothing lost or doubled",
    () =>
      serving(
        { mailboxes: { INBOX: generateMessages({ count: 1000 }) } },
        (port, server) =>
          withDirectory(async (directory) => {
            const near = join(directory, "near");
            const file = join(directory, "rc");
            await mkdir(near);
            await writeFile(file, configuration(near, port));
            const sync = () => run("mbsync", ["-c", file, "-a"]);
            server.faults.add({ on: "UID FETCH", nth: 400, dropAfter: 100 });
            assertNotEquals((await sync()).code, 0);
            assertEquals((await sync()).code, 0);
            assertEquals((await nearIds(near)).length, 1000);
            await expectSame(near, server);
            // Both sides change, and what one did the other gets.
            const [oldest = ""] = await nearFiles(near);
            await unlink(oldest);
            for (const name of ["a", "b", "c"]) {
              await writeFile(
                join(near, "INBOX/new", `1.${name}.here`),
                `Message-ID: <near-${name}@example.org>\nSubject: ${name}\n\n${name}\n`,
              );
            }
            server.change({ expunge: [10, 11], deliver: ["Message-ID: <far@example.org>\n\nfar\n"] });
            server.setFlags("INBOX", 12, ["\\Seen", "\\Flagged"]);
            // In the middle of it, once while a message goes up, and once when one is there and mbsync has not heard of it.
            server.faults.add({ on: "APPEND", nth: 2, dropInUpload: 10 });
            assertNotEquals((await sync()).code, 0);
            server.faults.add({ on: "APPEND", times: 1, dropAfter: 0 });
            assertNotEquals((await sync()).code, 0);
            assertEquals((await sync()).code, 0);
            assertEquals((await sync()).code, 0);
            await expectSame(near, server);
            assertEquals((await nearIds(near)).length, 1000 - 1 - 2 + 3 + 1);
            assertEquals(server.mailbox("INBOX").messages.filter(({ uid }) => uid === 12)[0]?.flags, [
              "\\Flagged",
              "\\Seen",
            ]);
          }),
      ),
  );
} else {
  test("other clients are run once, under Deno", () => {});
}

function configuration(near: string, port: number): string {
  return `
FSync no
IMAPAccount account
Host 127.0.0.1
Port ${port}
User alice
Pass alice-pw
SSLType None
Timeout 20

IMAPStore far
Account account

MaildirStore near
Path ${near}/
Inbox ${near}/INBOX

Channel all
Far :far:
Near :near:
Create Both
Expunge Both
Sync All
SyncState *
CopyArrivalDate yes
`;
}

async function expectSame(near: string, server: TestServer): Promise<void> {
  const ids = await nearIds(near);
  assertEquals(new Set(ids).size, ids.length, "no message is there twice");
  assertEquals(ids, idsOf(server));
}

async function nearFiles(near: string): Promise<string[]> {
  const files: string[] = [];
  for (const folder of ["cur", "new"]) {
    const names = await readdir(join(near, "INBOX", folder));
    files.push(...names.sort().map((name) => join(near, "INBOX", folder, name)));
  }
  return files;
}

async function nearIds(near: string): Promise<string[]> {
  const texts = await Promise.all((await nearFiles(near)).map((file) => readFile(file, "utf8")));
  return texts.flatMap(idsIn).sort();
}

function idsOf(server: TestServer): string[] {
  return server.mailbox("INBOX").messages.flatMap(({ text }) => idsIn(text)).sort();
}

function idsIn(text: string): string[] {
  return [...text.matchAll(/^Message-ID: <(.*)>\r?$/gm)].map(([, id = ""]) => id);
}
