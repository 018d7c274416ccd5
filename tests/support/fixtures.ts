/** Data files of the tests, named relative to the tests folder whatever the working directory is. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const testsFolder = new URL("../", import.meta.url);

/** The path of a data file, for the few callers that hand it to another program. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(name, testsFolder));
}

/** The octets of a data file, for example `fixtureBytes("email/data/plain.eml")`. */
export function fixtureBytes(name: string): Uint8Array {
  // A copy with a buffer of its own: Node's small Buffers share one pool, which a parser must never see.
  return Uint8Array.from(readFileSync(fixturePath(name)));
}

/** The text of a data file; octets that are not UTF-8 are an error, since a changed fixture proves nothing. */
export function fixtureText(name: string): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(fixtureBytes(name));
}

/** The value of a JSON data file. */
export function fixtureJson<T>(name: string): T {
  return JSON.parse(fixtureText(name)) as T;
}

/** The names of the files in a data folder that end with `suffix`, sorted, each relative to the tests folder. */
export function fixtureNames(folder: string, suffix = ""): string[] {
  const inside = folder.endsWith("/") ? folder : folder + "/";
  return readdirSync(fixturePath(inside)).filter((name) => name.endsWith(suffix)).sort().map((name) =>
    inside + name
  );
}
