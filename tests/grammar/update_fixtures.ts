/**
 * Writes the values of fixtures that have none yet, and with `--all` of every one: to be read by a person before they
 * count, because what is written is what the decoder gives.
 *
 *     deno run -A tests/grammar/update_fixtures.ts [--all]
 */
import process from "node:process";
import { readFileSync, writeFileSync } from "node:fs";
import { decodeResponse } from "../../imap/codec/codec.ts";
import {
  fixtureFiles,
  fixtureFolder,
  headOf,
  isDamaged,
  printValue,
  readCase,
  shownValue,
} from "./_fixtures.ts";
import type { Case } from "./_fixtures.ts";

const all = process.argv.includes("--all");
for (const file of [...fixtureFiles(), ...fixtureFiles("quirks/")]) {
  const path = new URL(file, fixtureFolder);
  const text = readFileSync(path, "utf8");
  const [head, ...parts] = text.split(/^=== /m);
  const written = parts.map((part) => {
    const one = readCase(file, part);
    if (!all && one.value !== undefined) return part.trimEnd() + "\n";
    const response = decoded(one);
    const value = shownValue(response);
    const { quirks = [], type } = response;
    const deviations = quirks.length > 0 ? `with ${quirks.join(" ")}` : "as";
    const title = isDamaged(value)
      ? `recovers ${deviations}`
      : quirks.length > 0
      ? deviations
      : type === "UNKNOWN"
      ? "as UNKNOWN"
      : "as";
    return `${headOf(part)}--- ${title}\n${printValue(value)}\n`;
  });
  writeFileSync(path, head + written.map((part) => `=== ${part}`).join("\n"));
}

function decoded(one: Case): ReturnType<typeof decodeResponse> {
  try {
    return decodeResponse(one.octets, one.mode);
  } catch (error) {
    throw new Error(`${one.file}: ${one.name}: ${error}`);
  }
}
