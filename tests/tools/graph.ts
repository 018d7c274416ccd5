/** What the test files import, directly and through others, as Deno sees it. */

import { lastLines, run } from "./process.ts";

/** What one file reaches. */
export interface Reached {
  /** Every module: file:, node: and npm: specifiers. */
  specifiers: string[];
  /** The first module that is not there, relative to the root. */
  missing?: string;
}

interface Module {
  specifier: string;
  error?: string;
  dependencies?: { code?: { specifier?: string }; isDynamic?: boolean }[];
}

/** Reads the graph of the files below `root`, whose deno.json applies; throws when Deno cannot. */
export async function reachedModules(root: string, files: string[]): Promise<Map<string, Reached>> {
  const base = new URL(`file://${root}/`).href;
  const entry = await Deno.makeTempFile({ prefix: "postern-graph-", suffix: ".ts" });
  try {
    await Deno.writeTextFile(entry, files.map((file) => `import ${JSON.stringify(base + file)};\n`).join(""));
    const options = ["--quiet", "--json", "--no-lock", `--config=${root}/deno.json`];
    const info = await run(Deno.execPath(), ["info", ...options, entry], { cwd: root });
    if (info.code !== 0) throw new Error(lastLines(info.output, 20));
    const graph: { modules: Module[] } = JSON.parse(info.output.slice(info.output.indexOf("{")));
    const modules = new Map(graph.modules.map((module) => [module.specifier, module]));
    return new Map(files.map((file) => [file, reach(modules, base, file)]));
  } finally {
    await Deno.remove(entry);
  }
}

function reach(modules: Map<string, Module>, base: string, file: string): Reached {
  const reached = new Set([base + file]);
  // The set grows while it is walked, and the walk takes in what is added.
  for (const specifier of reached) {
    for (const { code, isDynamic } of modules.get(specifier)?.dependencies ?? []) {
      // A module that is there only when the bundle runs has none.
      if (code?.specifier === undefined) continue;
      // One runtime's file, which takes Node's modules when it is called there.
      if (isDynamic && code.specifier.startsWith("node:")) continue;
      reached.add(code.specifier);
    }
  }
  const specifiers = [...reached];
  const missing = specifiers.find((specifier) => modules.get(specifier)?.error !== undefined);
  return { specifiers, missing: missing?.startsWith(base) ? missing.slice(base.length) : missing };
}
