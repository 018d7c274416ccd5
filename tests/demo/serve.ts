/**
 * The server for tests on a port, for clients in any language:
 *
 *     deno task serve -- --port 1143 --seed DIRECTORY
 *     deno task serve -- --generate 1000 --user sam --password secret
 *     deno task serve -- --tls --ca ca.pem                        TLS from the first octet, with a certificate made for
 *                                                                 localhost; the authority to trust goes into ca.pem
 *     deno task serve -- --cert cert.pem --key key.pem            a certificate of one's own; STARTTLS without --tls
 *     deno task serve -- --profile gmail                          rev1, dovecot, cyrus or gmail
 *     deno task serve -- --quirk double-space                     a deviation of real servers, again and again
 *     deno task serve -- --fault '{"on": "FETCH", "nth": 3, "dropAfter": 100}'
 *
 * `--fault` may be given again and again. It prints the port, and on SIGINT what was said.
 */

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
    throw new Wrong(`--fault must be JSON as in '{"on":"FETCH","refuse":"NO"}', not ${JSON.stringify(text)}`);
  }
}

async function serve(): Promise<void> {
  const values = readArguments();
  const wanted = number("port", values.port, 65_535);
  const mailboxes: Record<string, SeedMessage[]> = values.seed === undefined
    ? {}
    : await seedFrom(values.seed);
  if (values.generate !== undefined) {
    const count = number("generate", values.generate, 10_000_000);
    mailboxes.INBOX = [...mailboxes.INBOX ?? [], ...generateMessages({ count })];
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
