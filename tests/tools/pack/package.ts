/** The folder that is published to npm, and the tarball of it. */

import { filesBelow, lastLines, run } from "../process.ts";
import { declarationsOf, toJavaScript } from "./compile.ts";

/** What deno.json says of the package. */
interface Config {
  name: string;
  version: string;
  license: string;
  exports: Record<string, string>;
  publish: { include: string[] };
}

/** What `pack` made. */
export interface Packed {
  tarball: string;
  files: number;
  octets: number;
}

/** Writes the package's folder and its tarball into a folder, which is emptied before. */
export async function pack(out: string): Promise<Packed> {
  const config: Config = JSON.parse(Deno.readTextFileSync("deno.json"));
  await Deno.remove(out, { recursive: true }).catch(() => {});
  const folder = `${out}/package`;
  Deno.mkdirSync(folder, { recursive: true });
  const sources = config.publish.include.flatMap(published).filter((file) => file !== "deno.json");
  const code = sources.filter((file) => file.endsWith(".ts"));
  const compiled = declarationsOf(code);
  for (const file of code) {
    compiled.set(file.replace(/\.ts$/, ".js"), toJavaScript(file, Deno.readTextFileSync(file)));
  }
  const pages = sources.filter((file) => !file.endsWith(".ts"));
  for (const [file, text] of compiled) Deno.writeTextFileSync(place(folder, file), text);
  for (const file of pages) Deno.copyFileSync(file, place(folder, file));
  Deno.writeTextFileSync(`${folder}/package.json`, JSON.stringify(manifest(config), null, 2) + "\n");
  const packed = await run("npm", ["pack", "--silent", "--pack-destination", ".."], { cwd: folder });
  const tarball = `${out}/${config.name.replace("@", "").replace("/", "-")}-${config.version}.tgz`;
  if (packed.code !== 0) throw new Error(`npm pack: ${lastLines(packed.output, 10)}`);
  return { tarball, files: compiled.size + pages.length + 1, octets: Deno.statSync(tarball).size };
}

function place(folder: string, file: string): string {
  const target = `${folder}/${file}`;
  Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
  return target;
}

function published(source: string): string[] {
  // Pages that explain the code lie beside it.
  return Deno.statSync(source).isFile ? [source] : filesBelow(source, (file) => /\.(?:ts|md)$/.test(file));
}

function manifest({ name, version, license, exports }: Config): Record<string, unknown> {
  const { description, keywords } = JSON.parse(Deno.readTextFileSync("package.json"));
  const versions = JSON.parse(Deno.readTextFileSync("tests/runtime/versions.json"));
  const engines = Object.fromEntries(
    ["node", "bun", "deno"].map((runtime) => [runtime, `>=${versions[runtime][0]}`]),
  );
  const compiled = (file: string, ending: string) => file.replace(/\.ts$/, ending);
  const entries = Object.entries(exports).map(([entry, file]) => [
    entry,
    { types: compiled(file, ".d.ts"), default: compiled(file, ".js") },
  ]);
  return {
    ...{ name, version, description, keywords, license },
    type: "module",
    sideEffects: false,
    engines,
    // For tools that do not know "exports".
    main: compiled(exports["."]!, ".js"),
    types: compiled(exports["."]!, ".d.ts"),
    exports: { ...Object.fromEntries(entries), "./package.json": "./package.json" },
  };
}
