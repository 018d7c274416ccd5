/**
 * Tells how large programs get by using Postern: each is bundled, minified and compressed, and set against what
 * it may weigh, with the files that contribute most.
 *
 *     deno task size               a table, exit code 1 when a program is too large
 *     deno task size --files=40    more of the files of each
 *     deno task size --only=parse  one program
 */

import { gzipSync } from "node:zlib";
import { bundler, EDGE, MAIL, PARSE, ROOT, run, WEIGHED } from "./bundler.ts";

interface Program {
  name: string;
  title: string;
  /** Where the imports below come from, seen from the project's folder. */
  entry: string;
  code: string;
  /** Most kB (of 1,000 octets) it may have, compressed. */
  most: number;
  /** A single file holds whatever it may load on demand. */
  single?: boolean;
}

/** Octets of every file in a bundle, of the whole, and of what loads on demand and so does not count. */
interface Bundle extends Size {
  files: [name: string, octets: number][];
  onDemand: [name: string, size: Size][];
}

interface Size {
  octets: number;
  compressed: number;
}

/** What a bundle made with `splitting` consists of. */
interface Output {
  entryPoint?: string;
  imports: { path: string; kind: string; external?: boolean }[];
  inputs: Record<string, { bytesInOutput: number }>;
}

/**
 * The programs. Of the 75.0 kB of the one for an edge worker, by what it weighs less without each room: the code that is generated
 * from the grammar and the table 17.8 (decoders 9.1, encoders 3.2, the table 2.6, methods and results 2.4), sessions 15.8, octets to tokens
 * and back 11.2, the rest of the client 9.5, sets, dates, names and raw values 5.7, mechanisms of SASL 3.1, the transport 2.9, options,
 * errors and limits 2.8, checks of arguments and the reading of the table 1.7; 4.2 are shared. All commands are methods of one class, so
 * no bundler leaves one out. Texts of messages are 6 kB of it. Checks of arguments and options, fields that are promised, refusals that
 * nobody looked at with the frames of their calls, and printing are 3.9 kB; 4 is their limit. Loops over bodies that do not pass through
 * the reader of the platform are 0.4. The other program that connects has the sockets of four runtimes beside, and the checks of
 * certificates.
 */
const PROGRAMS: Program[] = [
  {
    name: "email",
    title: "./email whole",
    entry: "email/mod.ts",
    code: 'export * from "ENTRY";',
    // What is Python's takes 39.6 kB alone, reading adds 19.4 and building and writing messages 8.1.
    most: 68,
  },
  {
    name: "parse",
    title: "a program that parses and decodes",
    entry: "email/mod.ts",
    code: PARSE,
    // Methods stay in a class: about 6 kB of it write. The charsets of East Asia, which need not be loaded, are 3.
    most: 29,
  },
  {
    name: "mail",
    title: "a program that calls readMail, in a single file",
    entry: "email/mod.ts",
    code: MAIL,
    most: 28,
    single: true,
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
    most: 79,
  },
  {
    name: "edge",
    title: "the same in an edge worker, in a single file",
    entry: "imap/core.ts",
    code: EDGE,
    most: 76,
    single: true,
  },
  {
    name: "imaplib",
    title: "./imaplib whole",
    entry: "imap/imaplib/mod.ts",
    code: 'export * from "ENTRY";',
    most: 45,
  },
  {
    name: "decoder",
    title: "a program that decodes responses",
    entry: "imap/mod.ts",
    code: 'export { decodeResponse } from "ENTRY";',
    most: 26,
  },
];

async function main(): Promise<number> {
  let shown = 12;
  let only: string | undefined;
  for (const arg of Deno.args.filter((each) => each !== "--")) {
    const [name, value = ""] = arg.split("=");
    if (name === "--files") shown = Number(value);
    else if (name === "--only" && PROGRAMS.some((program) => program.name === value)) only = value;
    else throw new Error(`unknown option ${arg}`);
  }
  const esbuild = await bundler();
  const folder = await Deno.makeTempDir({ prefix: "postern-size-" });
  const summary: string[] = [];
  let missed = 0;
  try {
    for (const program of PROGRAMS.filter(({ name }) => only === undefined || name === only)) {
      const { octets, compressed, files, onDemand } = await bundle(
        esbuild,
        program,
        `${folder}/${program.name}`,
      );
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
      if (onDemand.length > 0) console.log("on demand, kB compressed and minified:");
      for (const [name, size] of onDemand) {
        console.log(`${kilo(size.compressed)} ${kilo(size.octets)}  ${name}`);
      }
      console.log();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  console.log(summary.join("\n"));
  return missed === 0 ? 0 : 1;
}

/** Bundles a program without what it loads on demand, and once more with that in files of its own. */
async function bundle(esbuild: string, program: Program, folder: string): Promise<Bundle> {
  await Deno.mkdir(folder);
  await Deno.writeTextFile(
    `${folder}/program.js`,
    program.code.replace("ENTRY", ROOT + program.entry).replace("ROOT/", ROOT),
  );
  const apart = program.single ? [] : ["--external:./on_demand/*"];
  const outputs = await build(esbuild, folder, "whole", apart);
  const [only] = Object.values(outputs);
  const files = Object.entries(only!.inputs)
    .map(([name, { bytesInOutput }]): [string, number] => [name, bytesInOutput])
    .filter(([name, size]) => size > 0 && !name.endsWith("program.js"))
    .sort((a, b) => b[1] - a[1]);
  return {
    ...await weigh(Object.keys(outputs)),
    files,
    onDemand: program.single ? [] : await onDemand(esbuild, folder),
  };
}

async function onDemand(esbuild: string, folder: string): Promise<[string, Size][]> {
  const outputs = await build(esbuild, folder, "parts", ["--splitting"]);
  const first = needed(outputs, Object.keys(outputs).find((path) => path.endsWith("/program.js"))!);
  const sizes: [string, Size][] = [];
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint === undefined || first.includes(path)) continue;
    // What several of them share counts for each.
    sizes.push([entryPoint, await weigh(needed(outputs, path).filter((each) => !first.includes(each)))]);
  }
  return sizes;
}

async function build(
  esbuild: string,
  folder: string,
  name: string,
  options: string[],
): Promise<Record<string, Output>> {
  const facts = `${folder}/${name}.json`;
  await run(esbuild, [
    `${folder}/program.js`,
    ...WEIGHED,
    "--log-level=warning",
    `--outdir=${folder}/${name}`,
    `--metafile=${facts}`,
    ...options,
  ], ROOT);
  return JSON.parse(await Deno.readTextFile(facts)).outputs;
}

/** An output and those it imports before it runs. */
function needed(outputs: Record<string, Output>, start: string): string[] {
  const paths = [start];
  for (const path of paths) {
    for (const { path: next, kind, external } of outputs[path]!.imports) {
      if (kind === "import-statement" && !external && !paths.includes(next)) paths.push(next);
    }
  }
  return paths;
}

async function weigh(paths: string[]): Promise<Size> {
  const size = { octets: 0, compressed: 0 };
  for (const path of paths) {
    const bytes = await Deno.readFile(ROOT + path);
    size.octets += bytes.length;
    size.compressed += gzipSync(bytes, { level: 9 }).length;
  }
  return size;
}

function kilo(octets: number): string {
  return (octets / 1000).toFixed(1).padStart(7);
}

if (import.meta.main) Deno.exit(await main());
