/**
 * Looks for an order of the files of the IMAP client that a bundle compresses well in, and writes it into `imap/order.ts`. gzip sees
 * a word a second time only within 32 KiB, and a client is seven times as long.
 *
 *     deno task size:order                from the order that is there, for five minutes
 *     deno task size:order --minutes=30 --seed=7
 *
 * Each try moves one file or a few and bundles the program for an edge worker; what is lighter stays. Files that others need come
 * before them in any case, since a bundler keeps the order in which modules run.
 */

import { gzipSync } from "node:zlib";
import { bundler, EDGE, ROOT, run } from "./bundler.ts";

const LIST = `${ROOT}imap/order.ts`;

async function main(): Promise<void> {
  const options = new Map(
    Deno.args.filter((arg) => arg !== "--").map((arg) => arg.split("=") as [string, string]),
  );
  const minutes = Number(options.get("--minutes") ?? 5);
  const random = numbers(Number(options.get("--seed") ?? 1));
  const esbuild = await bundler();
  const text = await Deno.readTextFile(LIST);
  const head = text.slice(0, text.indexOf("import "));
  let order = Array.from(text.matchAll(/^import "\.\/(.+)";$/gm), ([, path]) => path!);
  const folder = await Deno.makeTempDir({ prefix: "postern-order-" });
  try {
    // The program imports the core itself first, which would bring its order with it.
    const program = EDGE.replaceAll("ENTRY", `${ROOT}imap/client/connect_with.ts`).replaceAll("ROOT/", ROOT);
    const weigh = async (order: readonly string[]): Promise<number> => {
      const imports = order.map((path) => `import "${ROOT}imap/${path}";\n`).join("");
      await Deno.writeTextFile(`${folder}/program.js`, imports + program);
      await run(esbuild, [
        `${folder}/program.js`,
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=esnext",
        "--log-level=error",
        `--outfile=${folder}/out.js`,
        "--external:node:*",
        "--external:cloudflare:*",
      ], ROOT);
      return gzipSync(await Deno.readFile(`${folder}/out.js`), { level: 9 }).length;
    };
    let best = await weigh(order);
    console.log(`${best} octets`);
    const end = Date.now() + minutes * 60_000;
    for (let tries = 1; Date.now() < end; tries++) {
      const next = [...order];
      const moved = next.splice(random(next.length), random(3) > 0 ? 1 : 1 + random(6));
      next.splice(random(next.length + 1), 0, ...moved);
      const size = await weigh(next);
      if (size >= best) continue;
      [best, order] = [size, next];
      console.log(`${best} octets after ${tries} tries`);
      await Deno.writeTextFile(LIST, head + order.map((path) => `import "./${path}";\n`).join(""));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Numbers below what is asked for, the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

if (import.meta.main) await main();
