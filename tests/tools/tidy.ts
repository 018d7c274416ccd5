/** Looks over the tracked files for what does not belong into a repository that others read. */

import { run } from "./process.ts";

/** What may be at the top level; everything else has a folder it belongs into. */
const TOP_LEVEL = new Set([
  ...["mod.ts", "imap", "email", "codegen", "grammar", "tests", "deno.json", "bunfig.toml"],
  ...[
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "package.json",
    "tsconfig.json",
  ],
  ...["bun.lock", "deno.lock", ".ci", ".gitignore", ".gitattributes"],
]);

/** Lines that tie a file to one machine or one registry, or that were left by mistake. */
const UNWANTED: [name: string, pattern: RegExp][] = [
  ["a path of one machine", /(?:^|[\s"'`(=:])\/(?:work|opt|root|tmp|home|Users)\/[\w.]/],
  ["a registry's host name", /\bregistry\.[a-z]+js\.org\b|\bnpm\.jsr\.io\b|\bdeb\.debian\.org\b/],
  ["a conflict marker", /^(?:<{7}|>{7}) /],
  ["a note of something unfinished", /\b(?:TODO|FIXME)\b/],
  ["a test left alone", /\b(?:test|it|describe)\.only\(/],
];

/** Messages and recorded sessions are data: what is in them was not written for the project. */
const DATA = /(?:^|\/)(?:data|fixtures|oracle)\/|\.(?:eml|wire|bin)$/;
/** Larger than any file a person is asked to review; recorded data may be larger. */
const LARGEST_SOURCE = 400_000;

/** Returns what is wrong, one line each, empty when nothing is. */
export async function tidyProblems(): Promise<string> {
  const listed = await run("git", ["ls-files", "-z"]);
  if (listed.code !== 0) return listed.output;
  const problems: string[] = [];
  const files = listed.output.split("\0").filter((file) => file !== "" && exists(file));
  for (const top of new Set(files.map((file) => file.split("/")[0]!))) {
    if (!TOP_LEVEL.has(top)) problems.push(`${top}: does not belong at the top level`);
  }
  for (const file of files.filter((each) => !DATA.test(each))) {
    const text = readText(file);
    if (text === undefined) {
      problems.push(`${file}: not UTF-8 text, and not in a data folder`);
      continue;
    }
    if (text.length > LARGEST_SOURCE) {
      problems.push(`${file}: ${text.length} characters are too many to review`);
    }
    if (text.includes("\r\n")) problems.push(`${file}: has CRLF line ends`);
    if (file === "tests/tools/tidy.ts") continue;
    for (const [index, line] of text.split("\n").entries()) {
      for (const [name, pattern] of UNWANTED) {
        if (pattern.test(line)) problems.push(`${file}:${index + 1}: ${name}: ${line.trim().slice(0, 120)}`);
      }
    }
  }
  return problems.join("\n");
}

function readText(file: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(file));
  } catch {
    return undefined;
  }
}

/** A file that is tracked but deleted in the work tree is on its way out. */
function exists(file: string): boolean {
  try {
    return Deno.lstatSync(file).isFile;
  } catch {
    return false;
  }
}
