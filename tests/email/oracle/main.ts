// The port's side of the two oracles; run it with Deno or Bun.
//
//   main.ts [--full] [--slow] [--crlf] PATH...   the lines of email_oracle.py for files and folders
//   main.ts --vectors FILE                       the lines of a file that email_vectors.py wrote, answered anew
//
// Compare with `email_oracle.py --diff PY.jsonl PORT.jsonl` and `email_vectors.py --diff PY.jsonl PORT.jsonl`.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import process from "node:process";
import { loadCharsets } from "../../../email/mod.ts";
import { describe, toCrlf } from "./describe.ts";
import { options } from "./values.ts";
import { answer, type Vector } from "./vectors.ts";

function* findFiles(path: string, top: string = path): Generator<[full: string, name: string]> {
  if (!statSync(path).isDirectory()) {
    yield [path, path === top ? basename(path) : relative(top, path)];
    return;
  }
  const names = readdirSync(path).sort();
  const isFolder = (name: string) => statSync(join(path, name)).isDirectory();
  for (const name of names.filter((name) => !isFolder(name))) {
    if (name !== "SOURCES.md" && name !== ".gitignore") yield* findFiles(join(path, name), top);
  }
  for (const name of names.filter(isFolder)) yield* findFiles(join(path, name), top);
}

function main(args: string[]): number {
  if (args[0] === "--vectors") {
    for (const line of readFileSync(args[1]!, "utf-8").split("\n")) {
      if (line === "") continue;
      const vector = JSON.parse(line) as Vector;
      console.log(JSON.stringify({ ...vector, out: answer(vector) }));
    }
    return 0;
  }
  options.full = args.includes("--full");
  options.slow = args.includes("--slow");
  options.crlf = args.includes("--crlf");
  const paths = args.filter((arg) => !arg.startsWith("--"));
  if (paths.length === 0) {
    console.error("usage: main.ts [--full] [--slow] [--crlf] PATH... | --vectors FILE");
    return 2;
  }
  for (const path of paths) {
    for (const [full, name] of findFiles(path)) {
      const data = new Uint8Array(readFileSync(full));
      console.log(JSON.stringify(describe(options.crlf ? toCrlf(data) : data, name)));
    }
  }
  return 0;
}

await loadCharsets();
process.exitCode = main(process.argv.slice(2));
