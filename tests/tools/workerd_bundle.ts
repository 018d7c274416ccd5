/** Makes one file of test files, for workerd: sources copied, Node's modules replaced, data files in one blob beside it. */

import { filesBelow, lastLines, run } from "./process.ts";

/** What the published code and its tests are made of; only this is copied and bundled. */
const SOURCES = ["mod.ts", "imap", "email", "tests", "codegen", "grammar"];
/** Where tests/runtime/workerd has its own in place of Node's modules; they need no compatibility flag. */
export const REPLACED: Readonly<Record<string, string>> = {
  "node:test": "registry.ts",
  "node:fs": "node/fs.ts",
  "node:net": "node/net.ts",
  "node:process": "node/process.ts",
  "node:tls": "node/tls.ts",
  "node:url": "node/url.ts",
};
/** Modules that are not there before the worker runs. */
const EXTERNAL = ["node:*", "cloudflare:*", "fixtures.bin", "fixtures.json", "relay_port"];
/** Tests that are about this repository or need other programs, and folders whose data files no test for edge workers reads. */
export const NOT_FOR_EDGE =
  /^tests\/(?:servers\/(?!differences\.json)|tools|codegen|demo|bench|imap\/coverage|runtime\/(?!workerd\/))/;

/** Copies the sources, each told by name where it lies: a bundle has but one `import.meta.url`, and workerd none. */
export function copySources(folder: string): void {
  for (const source of SOURCES) {
    const files = source.endsWith(".ts") ? [source].filter(exists) : filesBelow(source, () => true);
    for (const file of files) {
      const target = `${folder}/${file}`;
      Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
      if (!file.endsWith(".ts")) {
        Deno.copyFileSync(file, target);
        continue;
      }
      const place = JSON.stringify(`file:///bundle/${file}`);
      let text = Deno.readTextFileSync(file).replaceAll("import.meta.url", place);
      // Not by the import map: to the bundler every node: module is external before the map is asked. Published code stays as it is.
      if (file.startsWith("tests/")) {
        for (const name of Object.keys(REPLACED)) {
          text = text.replaceAll(`from "${name}"`, `from "workerd_${name.slice(5)}"`);
        }
      }
      Deno.writeTextFileSync(target, text);
    }
  }
  const { name, exports, imports } = JSON.parse(Deno.readTextFileSync("deno.json"));
  const entryPoints = Object.entries(exports as Record<string, string>)
    .map(([entry, file]) => [name + entry.slice(1), file]);
  const replaced = Object.entries(REPLACED)
    .map(([name, file]) => [`workerd_${name.slice(5)}`, `./tests/runtime/workerd/${file}`]);
  const config = {
    imports: { ...imports, ...Object.fromEntries(entryPoints), ...Object.fromEntries(replaced) },
  };
  Deno.writeTextFileSync(`${folder}/deno.json`, JSON.stringify(config));
  writeFixtures(folder);
}

function writeFixtures(folder: string): void {
  const index: Record<string, [from: number, to: number]> = {};
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const source of SOURCES.filter((each) => !each.endsWith(".ts"))) {
    for (const path of filesBelow(source, (file) => !/\.(?:ts|mjs|py|in|lock)$/.test(file))) {
      if (NOT_FOR_EDGE.test(path)) continue;
      const bytes = Deno.readFileSync(path);
      parts.push(bytes);
      index[path] = [size, size += bytes.length];
    }
  }
  const whole = new Uint8Array(size);
  Object.values(index).forEach(([from], number) => whole.set(parts[number]!, from));
  Deno.writeFileSync(`${folder}/fixtures.bin`, whole);
  Deno.writeTextFileSync(`${folder}/fixtures.json`, JSON.stringify(index));
}

/** Writes one worker of test files; returns what went wrong, empty when nothing did. */
export async function bundleTests(folder: string, files: string[], output: string): Promise<string> {
  const shim = `./tests/runtime/workerd/${REPLACED["node:test"]}`;
  const lines = [`import { runAll } from "${shim}";`];
  for (const [index, file] of files.entries()) {
    // Imports are evaluated in their order, so a small module before each test file can name it.
    const marker = `${output}.marker${index}.ts`;
    const enter = `import { enterFile } from "${shim}";\nenterFile(${JSON.stringify(file)});\n`;
    Deno.writeTextFileSync(`${folder}/${marker}`, enter);
    lines.push(`import "./${marker}";`, `import "./${file}";`);
  }
  lines.push("export default { test: runAll };");
  Deno.writeTextFileSync(`${folder}/${output}.entry.ts`, lines.join("\n") + "\n");
  return await bundleFile(folder, `${output}.entry.ts`, output);
}

/** Bundles one file of the copied sources; returns what went wrong, empty when nothing did. */
export async function bundleFile(folder: string, entry: string, output: string): Promise<string> {
  const external = EXTERNAL.map((name) => `--external=${name}`);
  const options = ["--quiet", "--no-lock", "--platform=browser", ...external, `--output=${output}`];
  const bundled = await run(Deno.execPath(), ["bundle", ...options, entry], { cwd: folder });
  return bundled.code === 0 && exists(`${folder}/${output}`) ? "" : lastLines(bundled.output, 20);
}

/** Whether a file is there. */
export function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
