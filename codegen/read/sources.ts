/** Reads the grammar files and the tables from disk; works in every runtime that has `node:fs`. */
import { readdirSync, readFileSync } from "node:fs";
import type { SourceFile } from "../compile.ts";

/** What everything is generated from. */
export interface Sources {
  grammar: SourceFile[];
  table: SourceFile;
  /** The commands of Python's `imaplib`; without it, nothing is written for them. */
  imaplib?: SourceFile;
}

/** Reads the sources of the project whose root folder is given as a URL that ends in a slash. */
export function readSources(root: URL): Sources {
  const read = (name: string): SourceFile => ({ name, text: readFileSync(new URL(name, root), "utf8") });
  const folders = ["grammar", "grammar/ext"];
  const names = folders.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root)).filter((name) => name.endsWith(".abnf")).map((name) =>
      `${folder}/${name}`
    )
  );
  return {
    grammar: names.map(read),
    table: read("grammar/commands.table"),
    imaplib: read("grammar/imaplib.table"),
  };
}
