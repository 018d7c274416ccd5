/**
 * Begins an extension: a grammar file, a row of the command table, an example of its response and a dialogue of its method,
 * all of which pass as they are. What they say is then replaced, piece by piece, by what the document says.
 *
 *     deno task new-extension XPING
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

const table = "grammar/commands.table";

/** The files of a new extension by path; the text for the table is to be added at its end. */
export function newExtension(name: string): Map<string, string> {
  if (!/^[A-Z][A-Z0-9]*$/.test(name)) {
    throw new Error(`${name} is not a name such as XPING: capital letters and digits, a letter first`);
  }
  const rule = name.toLowerCase();
  const type = name.charAt(0) + rule.slice(1);
  return new Map([
    [
      `grammar/ext/${rule}.abnf`,
      `; What ${name} is for.
@rfc none
@capability ${name}

request        =/ ${rule}
response-data  =/ ${rule}-data

; count: how many answers are wanted
${rule}: ${type}Request = name:"${name}" SP count:number
; count: how many answers there were
${rule}-data: ${type}Response = type:"${name}" SP count:number
`,
    ],
    [
      table,
      `${name}
  state     auth selected
  needs     ${name}
  collects  ${name} ?
  result    ${type}Result
              count = ${name}.count
  touches   reads
  rfc       none
  doc       Says what it does in one sentence.
  example
            console.log((await client.${rule}(3)).count);
`,
    ],
    [
      `tests/grammar/fixtures/${rule}.txt`,
      `=== ${name}
source: the document and the section that the example is from
--- reads
* ${name} 3
--- as
{ "type": "${name}", "count": 3 }
`,
    ],
    [
      `tests/imap/client/data/${rule}.txt`,
      `=== ${name}
offers: ${name}
call: ["${rule}", 3]
--- talk
C: ${name} 3
S: * ${name} 3
--- gives
{ "count": 3 }
`,
    ],
  ]);
}

/**
 * Writes the files of a new extension.
 *
 * @param root the project's folder
 * @param name the command's name
 * @returns the paths that were written
 * @throws {Error} when the name cannot be one, or a file is there already
 */
export function writeExtension(root: URL, name: string): string[] {
  const files = newExtension(name);
  const row = `\n${files.get(table)!}`;
  const rows = readFileSync(new URL(table, root), "utf8");
  if (rows.split("\n").includes(name)) throw new Error(`${table} has a row ${name}`);
  for (const path of files.keys()) {
    if (path !== table && existsSync(new URL(path, root))) throw new Error(`${path} is there already`);
  }
  for (const [path, text] of files) {
    writeFileSync(new URL(path, root), path === table ? rows.trimEnd() + "\n" + row : text);
  }
  return [...files.keys()];
}

if (import.meta.main) {
  try {
    const written = writeExtension(new URL("../", import.meta.url), process.argv[2] ?? "");
    for (const path of written) console.log(`wrote ${path}`);
    console.log("now: deno task codegen, and read grammar/README.md, An extension step by step");
  } catch (problem) {
    console.error((problem as Error).message);
    process.exitCode = 1;
  }
}
