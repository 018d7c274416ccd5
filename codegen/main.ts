/**
 * Generates the codec, the typed commands and the reports from grammar/.
 *
 * `deno task codegen` writes what changed; with `--check` nothing is written, and a difference or a warning is an error.
 */
import { formatDiagnostic } from "./model/diagnostics.ts";
import { generate } from "./generate.ts";
import { readSources } from "./read/sources.ts";

const root = new URL("../", import.meta.url);

async function main(): Promise<number> {
  const check = Deno.args.includes("--check");
  const { files, diagnostics } = generate(readSources(root));
  for (const one of diagnostics) console.error(formatDiagnostic(one));
  if (files.size === 0) return 1;
  let different = 0;
  for (const [path, text] of files) {
    const url = new URL(path, root);
    const old = await Deno.readTextFile(url).catch(() => undefined);
    if (old === text) continue;
    different++;
    if (check) {
      console.error(`${path} is not what the grammar gives: ${firstDifference(old ?? "", text)}`);
    } else {
      await Deno.mkdir(new URL(".", url), { recursive: true });
      await Deno.writeTextFile(url, text);
      console.log(`wrote ${path}`);
    }
  }
  if (different === 0) console.log(`${files.size} generated files are up to date`);
  const warnings = diagnostics.length;
  if (check && warnings > 0) console.error(`${warnings} warnings, which fail a check`);
  return check && different + warnings > 0 ? 1 : 0;
}

/** The first line that differs, as it is and as it should be. */
function firstDifference(old: string, text: string): string {
  const left = old.split("\n");
  const right = text.split("\n");
  const line = right.findIndex((one, index) => one !== left[index]);
  const at = line === -1 ? right.length : line;
  return `line ${at + 1} is ${JSON.stringify(left[at] ?? "")}, should be ${JSON.stringify(right[at] ?? "")}`;
}

if (import.meta.main) Deno.exit(await main());
