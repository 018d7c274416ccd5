/**
 * Tells how large programs get by using Postern: each is bundled, minified and compressed, and set against what
 * it may weigh, with the files that contribute most.
 *
 *     deno task size               a table, exit code 1 when a program is too large
 *     deno task size --files=40    more of the files behind each
 *     deno task size --only=parse  one program
 */

import { gzipSync } from "node:zlib";

interface Program {
  name: string;
  title: string;
  /** Where the imports below come from, seen from the project's folder. */
  entry: string;
  code: string;
  /** Most kB (of 1,000 octets) it may have, compressed. */
  most: number;
  /** Modules that load on demand in the program and so do not count. */
  onDemand?: string[];
}

/** Octets of every file in a bundle, and of the whole. */
interface Bundle {
  octets: number;
  compressed: number;
  files: [name: string, octets: number][];
}

/** Code pages that no runtime's TextDecoder has. */
const CODE_PAGES = ["*/_code_pages.ts"];

const PARSE = `import { messageFromBytes } from "ENTRY";
export function attachments(bytes) {
  return Array.from(messageFromBytes(bytes).walk(), (part) => [part.getFilename(), part.getPayload({ decode: true })]);
}`;

const PROGRAMS: Program[] = [
  {
    name: "email",
    title: "./email whole, without the code pages (the module that may load on demand)",
    entry: "email/mod.ts",
    code: 'export * from "ENTRY";',
    most: 45,
    onDemand: CODE_PAGES,
  },
  {
    name: "email+pages",
    title: "./email whole",
    entry: "email/mod.ts",
    code: 'export * from "ENTRY";',
    most: 45,
  },
  {
    name: "parse",
    title: "a program that parses and decodes, without the code pages",
    entry: "email/mod.ts",
    code: PARSE,
    most: 25,
    onDemand: CODE_PAGES,
  },
  {
    name: "parse+pages",
    title: "the same with them",
    entry: "email/mod.ts",
    code: PARSE,
    most: 25,
  },
  {
    name: "imap",
    title: "a program that connects and fetches",
    entry: "imap/mod.ts",
    code: `import { connect } from "ENTRY";
export async function subjects(host, auth) {
  await using client = await connect({ host, auth });
  await client.examine("INBOX");
  return await Array.fromAsync(client.fetch("1:*", ["ENVELOPE"]), (row) => row.envelope.subject);
}`,
    most: 30,
  },
  {
    name: "decoder",
    title: "a program that decodes responses",
    entry: "imap/mod.ts",
    code: 'export { decodeResponse } from "ENTRY";',
    most: 25,
  },
];

const ROOT = new URL("../../", import.meta.url).pathname;
const BUNDLER = new URL("./bundler", import.meta.url).pathname;

async function main(): Promise<number> {
  let shown = 12;
  let only: string | undefined;
  for (const arg of Deno.args.filter((each) => each !== "--")) {
    const [name, value = ""] = arg.split("=");
    if (name === "--files") shown = Number(value);
    else if (name === "--only" && PROGRAMS.some((program) => program.name === value)) only = value;
    else throw new Error(`unknown option ${arg}`);
  }
  await run("npm", ["ci", "--no-fund", "--no-audit", "--silent"], BUNDLER);
  const folder = await Deno.makeTempDir({ prefix: "postern-size-" });
  const summary: string[] = [];
  let missed = 0;
  try {
    for (const program of PROGRAMS.filter(({ name }) => only === undefined || name === only)) {
      const { octets, compressed, files } = await bundle(program, folder);
      const large = compressed > program.most * 1000;
      if (large) missed++;
      summary.push(
        `${program.name.padEnd(12)}${kilo(compressed)} kB compressed of ${String(program.most).padStart(3)}` +
          `${kilo(octets)} kB minified   ${large ? "TOO LARGE" : "fits     "}  ${program.title}`,
      );
      console.log(`${program.title}: octets by file, minified`);
      for (const [name, size] of files.slice(0, shown)) console.log(`${String(size).padStart(9)}  ${name}`);
      const rest = files.slice(shown);
      if (rest.length > 0) {
        const size = rest.reduce((total, file) => total + file[1], 0);
        console.log(`${String(size).padStart(9)}  ${rest.length} more files`);
      }
      console.log();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  console.log(summary.join("\n"));
  return missed === 0 ? 0 : 1;
}

async function bundle(program: Program, folder: string): Promise<Bundle> {
  const entry = `${folder}/program.js`;
  const [output, facts] = [`${folder}/bundle.js`, `${folder}/facts.json`];
  await Deno.writeTextFile(entry, program.code.replace("ENTRY", ROOT + program.entry));
  const left = [...(program.onDemand ?? []), "node:*", "cloudflare:*"];
  await run(`${BUNDLER}/node_modules/.bin/esbuild`, [
    entry,
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=esnext",
    "--log-level=warning",
    `--outfile=${output}`,
    `--metafile=${facts}`,
    ...left.map((pattern) => `--external:${pattern}`),
  ], ROOT);
  const bytes = await Deno.readFile(output);
  const { outputs } = JSON.parse(await Deno.readTextFile(facts));
  const inputs =
    (Object.values(outputs) as { inputs: Record<string, { bytesInOutput: number }> }[])[0]!.inputs;
  const files = Object.entries(inputs)
    .map(([name, { bytesInOutput }]): [string, number] => [name, bytesInOutput])
    .filter(([name, size]) => size > 0 && !name.endsWith("program.js"))
    .sort((a, b) => b[1] - a[1]);
  return { octets: bytes.length, compressed: gzipSync(bytes, { level: 9 }).length, files };
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, cwd, stdout: "null", stderr: "piped" })
    .output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
}

function kilo(octets: number): string {
  return (octets / 1000).toFixed(1).padStart(7);
}

if (import.meta.main) Deno.exit(await main());
