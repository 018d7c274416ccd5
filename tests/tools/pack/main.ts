/**
 * Makes the package for npm: JavaScript of ES2022 with its types, from the same sources that go to JSR.
 *
 *     deno task pack                 dist/postern-postern-VERSION.tgz
 *     deno task pack --out=FOLDER    there
 *     deno task pack --check         and tries it: publint, are-the-types-wrong, TypeScript, and a program in each runtime
 *     deno task pack --check=types   one of those: publint, attw, types, or a runtime
 */

import { lastLines } from "../process.ts";
import { checkPackage } from "./check.ts";
import { pack } from "./package.ts";

async function main(): Promise<number> {
  Deno.chdir(new URL("../../..", import.meta.url));
  let out = "dist";
  let check: string | undefined;
  for (const arg of Deno.args.filter((each) => each !== "--")) {
    const [name, value = ""] = arg.split("=");
    if (name === "--out") out = value;
    else if (name === "--check") check = value;
    else throw new Error(`unknown option ${arg}`);
  }
  const { tarball, files, octets } = await pack(out);
  console.log(`${tarball}: ${files} files, ${(octets / 1000).toFixed(0)} kB`);
  if (check === undefined) return 0;
  let failed = 0;
  for await (const { name, problems, seconds } of checkPackage(tarball, check)) {
    console.log(`${problems === "" ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)`);
    if (problems === "") continue;
    failed++;
    console.log(lastLines(problems, 40).replace(/^/gm, "    "));
  }
  return failed > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main());
