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

const { values } = parseArgs({
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
});

const mailboxes: Record<string, SeedMessage[]> = values.seed === undefined ? {} : await seedFrom(values.seed);
if (values.generate !== undefined) {
  mailboxes.INBOX = [...mailboxes.INBOX ?? [], ...generateMessages({ count: Number(values.generate) })];
}
const tls = values.cert === undefined || values.key === undefined
  ? (values.tls || values.ca !== undefined ? { tls: "generated" as const } : {})
  : { tls: { cert: await readFile(values.cert, "utf8"), key: await readFile(values.key, "utf8") } };
const server = await startServer({
  users: { [values.user]: values.password },
  mailboxes,
  faults: values.fault.map((text) => JSON.parse(text) as Fault),
  ...(values.profile === undefined ? {} : { profile: values.profile as ProfileName }),
  quirks: values.quirk,
  ...tls,
});
if (values.ca !== undefined && server.ca !== undefined) await writeFile(values.ca, server.ca);
const { port } = await server.listen({ port: Number(values.port), hostname: values.host, tls: values.tls });
console.log(`imap${values.tls ? "s" : ""}://${values.user}@${values.host}:${port}`);
process.once("SIGINT", () => {
  console.log(server.log);
  void server.close().then(() => process.exit(0));
});
