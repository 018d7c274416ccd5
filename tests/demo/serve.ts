/** The server for tests on a port, for clients in any language; `--help` says how. */

import process from "node:process";
import { parseArgs } from "node:util";
import { readFile, writeFile } from "node:fs/promises";
import {
  type Fault,
  generateMessages,
  type ProfileName,
  type SeedMessage,
  startServer,
} from "@postern/postern/testing";
import { seedFrom } from "./seed_directory.ts";

const HELP = `The IMAP server for tests on a port, until it is ended.

    deno task serve                                   an empty INBOX on port 1143 of 127.0.0.1, alice with alice-pw
    deno task serve --port 0 --seed DIRECTORY         a free port, which is printed; mailboxes out of a directory
    deno task serve --generate 1000 --user sam --password secret
    deno task serve --tls --ca ca.pem                 TLS from the first octet
    deno task serve --profile gmail --quirk double-space
    deno task serve --fault '{"on": "FETCH", "nth": 3, "dropAfter": 100}'

  --port N          0 takes a free one; 1143
  --host ADDRESS    127.0.0.1
  --seed DIRECTORY  a.eml is a message of INBOX, Name.mbox the mailbox Name, and a directory a mailbox of its name:
                    a Maildir where it has cur, else the .eml files in it
  --generate N      so many made messages in INBOX
  --user NAME       alice
  --password WORD   alice-pw
  --tls             TLS from the first octet, as on port 993; with a certificate and without this word: STARTTLS
  --ca FILE         a certificate is made for localhost, and the authority to trust is written there
  --cert FILE --key FILE   a certificate of one's own, in PEM
  --profile WORD    rev1, dovecot, cyrus or gmail
  --quirk NAME      a deviation of real servers, by its name in grammar/REFERENCE.md; again and again
  --fault JSON      what goes wrong, by the members in imap/testing/TESTING.md; again and again
  --help            this

SIGINT (Ctrl-C) prints what was said, and ends it.`;

/** What is wrong on the command line, in one line. */
class Wrong extends Error {}

function readArguments() {
  try {
    return parseArgs({
      args: process.argv.slice(2).filter((word) => word !== "--"),
      options: {
        port: { type: "string", default: "1143" },
        host: { type: "string", default: "127.0.0.1" },
        seed: { type: "string" },
        generate: { type: "string" },
        user: { type: "string", default: "alice" },
        password: { type: "string", default: "alice-pw" },
        tls: { type: "boolean", default: false },
        ca: { type: "string" },
        cert: { type: "string" },
        key: { type: "string" },
        profile: { type: "string" },
        quirk: { type: "string", multiple: true, default: [] },
        fault: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new Wrong((error as Error).message);
  }
}

/** A whole number of the command line. */
function number(option: string, text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) > most) {
    throw new Wrong(`--${option} must be a number from 0 to ${most}, not ${JSON.stringify(text)}`);
  }
  return Number(text);
}

function fault(text: string): Fault {
  try {
    return JSON.parse(text) as Fault;
  } catch {
    throw new Wrong(
      `--fault must be JSON as in '{"on":"FETCH","dropAfter":100}', not ${JSON.stringify(text)}`,
    );
  }
}

async function serve(): Promise<void> {
  const values = readArguments();
  if (values.help) return console.log(HELP);
  const wanted = number("port", values.port, 65_535);
  const mailboxes: Record<string, SeedMessage[]> = values.seed === undefined
    ? {}
    : await seedFrom(values.seed);
  if (values.generate !== undefined) {
    const count = number("generate", values.generate, 10_000_000);
    mailboxes.INBOX = [...mailboxes.INBOX ?? [], ...generateMessages({ count })];
  }
  if ((values.cert === undefined) !== (values.key === undefined)) {
    throw new Wrong("--cert and --key come together");
  }
  const tls = values.cert === undefined || values.key === undefined
    ? (values.tls || values.ca !== undefined ? { tls: "generated" as const } : {})
    : { tls: { cert: await readFile(values.cert, "utf8"), key: await readFile(values.key, "utf8") } };
  const server = await startServer({
    users: { [values.user]: values.password },
    mailboxes,
    faults: values.fault.map(fault),
    ...(values.profile === undefined ? {} : { profile: values.profile as ProfileName }),
    quirks: values.quirk,
    ...tls,
  });
  if (values.ca !== undefined && server.ca !== undefined) await writeFile(values.ca, server.ca);
  const { port } = await server.listen({ port: wanted, hostname: values.host, tls: values.tls });
  console.log(`imap${values.tls ? "s" : ""}://${values.user}@${values.host}:${port}`);
  process.once("SIGINT", () => {
    console.log(server.log);
    void server.close().then(() => process.exit(0));
  });
}

try {
  await serve();
} catch (error) {
  // A wrong option, a file that is not there, a port that is taken: the line says it, a stack would not.
  if (
    !(error instanceof Wrong || error instanceof TypeError || error instanceof RangeError ||
      (error as { code?: string }).code !== undefined)
  ) {
    throw error;
  }
  console.error(`serve: ${(error as Error).message.replace(/\s+/g, " ")}`);
  process.exit(2);
}
