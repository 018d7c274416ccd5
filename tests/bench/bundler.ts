/** The bundler that the sizes are measured with, and the programs that count most. */

/** The project's folder, with a slash at the end. */
export const ROOT = new URL("../../", import.meta.url).pathname;

const FOLDER = new URL("./bundler", import.meta.url).pathname;

/** A program for an edge worker; `ENTRY` is where its `connect` comes from, `ROOT/` the project. */
export const EDGE = `import { connect } from "ENTRY";
import { dial } from "ROOT/imap/transport/cloudflare.ts";
export async function subjects(host, auth) {
  await using client = await connect({ host, auth, dial });
  await client.examine("INBOX");
  return await Array.fromAsync(client.fetch("1:*", ["ENVELOPE"]), (row) => row.envelope.subject);
}`;

/** A program that parses and decodes; `ENTRY` is where what it imports comes from. */
export const PARSE = `import { messageFromBytes } from "ENTRY";
export function attachments(bytes) {
  return Array.from(messageFromBytes(bytes).walk(), (part) => [part.getFilename(), part.getPayload({ decode: true })]);
}`;

/** A program that calls readMail. */
export const MAIL = `import { readMail } from "ENTRY";
export function attachments(bytes) {
  return readMail(bytes).attachments.map((file) => [file.safeFileName, file.bytes()]);
}`;

/** Installs the bundler, and says where it is. */
export async function bundler(): Promise<string> {
  await run("npm", ["ci", "--no-fund", "--no-audit", "--silent"], FOLDER);
  return `${FOLDER}/node_modules/.bin/esbuild`;
}

/** Runs a program to its end. */
export async function run(command: string, args: string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, cwd, stdout: "null", stderr: "piped" })
    .output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
}

/** How programs are bundled to be weighed: one module, minified, with what only the runtime has left out. */
export const WEIGHED: readonly string[] = [
  "--bundle",
  "--minify",
  "--format=esm",
  "--target=esnext",
  "--external:node:*",
  "--external:cloudflare:*",
];
