/**
 * Looks for an order of the files of the IMAP client, or of the email package, that bundles compress well in, and writes it into
 * `imap/order.ts` or `email/order.ts`. gzip sees a word a second time only within 32 KiB, and a client is seven times as long.
 *
 *     deno task size:order                from the order that is there, for five minutes
 *     deno task size:order --of=email --minutes=30 --seed=7
 *
 * The programs of {@linkcode SUBJECTS} are bundled once and cut into their files. Each try moves one of them or a few; what is lighter stays, and
 * at first also what is heavier by a few octets, so that the search does not end in the next hollow. Files that others need come before
 * them in any case, since a bundler keeps the order in which modules run.
 */

import { gzipSync } from "node:zlib";
import { bundler, EDGE, MAIL, PARSE, ROOT, run, WEIGHED } from "./bundler.ts";

/** What is put in order: the programs that use it, and what they import of it: without the order that there is. */
const SUBJECTS: Record<string, { folder: string; entry: string; programs: readonly string[] }> = {
  client: { folder: "imap/", entry: 'export * from "./client/connect_with.ts";', programs: [EDGE] },
  email: {
    folder: "email/",
    entry: (await Deno.readTextFile(`${ROOT}email/mod.ts`)).replace('import "./order.ts";', ""),
    programs: ['export * from "ENTRY";', MAIL, PARSE],
  },
};

/** How many octets heavier a try may be at first. */
const PATIENCE = 10;

/** What the bundler says about what it made. */
interface Facts {
  inputs: Record<string, { imports: { path: string; kind: string; external?: boolean }[] }>;
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
}

/** The files of a bundle. */
interface Pieces {
  /** What each has in the bundle, by its path in the folder; the program itself under its own name. */
  texts: Map<string, Uint8Array>;
  /** What each imports. */
  needs: Map<string, string[]>;
}

async function main(): Promise<void> {
  const options = new Map(
    Deno.args.filter((arg) => arg !== "--").map((arg) => arg.split("=") as [string, string]),
  );
  const minutes = Number(options.get("--minutes") ?? 5);
  const random = numbers(Number(options.get("--seed") ?? 1));
  const { folder: room, entry, programs } = SUBJECTS[options.get("--of") ?? "client"]!;
  const list = `${ROOT}${room}order.ts`;
  const esbuild = await bundler();
  const text = await Deno.readTextFile(list);
  const head = text.slice(0, text.indexOf("import "));
  let order = Array.from(text.matchAll(/^import "\.\/(.+)";$/gm), ([, path]) => path!);
  const folder = await Deno.makeTempDir({ prefix: "postern-order-" });
  try {
    await Deno.writeTextFile(
      `${folder}/entry.ts`,
      entry.replaceAll(/(?<=from ")\.\/(?=[^"]+";)/g, ROOT + room),
    );
    const bundled = (order: readonly string[]) =>
      Promise.all(programs.map((program, i) => bundle(esbuild, `${folder}/${i}`, room, program, order)));
    let pieces = await bundled(order);
    const weigh = (order: readonly string[]) => pieces.reduce((sum, each) => sum + weight(each, order), 0);
    console.log(`${weigh(order)} octets`);
    const start = Date.now();
    const length = minutes * 60_000;
    let best = { order, size: weigh(order) };
    let size = best.size;
    for (let tries = 1; Date.now() < start + length; tries++) {
      const next = [...order];
      const moved = next.splice(random(next.length), random(3) > 0 ? 1 : 1 + random(6));
      next.splice(random(next.length + 1), 0, ...moved);
      const now = weigh(next);
      // In the last third nothing heavier is taken any more.
      const patience = PATIENCE * Math.max(0, 1 - 1.5 * (Date.now() - start) / length);
      if (now >= size + random(1_000) / 1_000 * patience) continue;
      [order, size] = [next, now];
      if (size >= best.size) continue;
      best = { order, size };
      console.log(`${size} octets after ${tries} tries`);
    }
    pieces = await bundled(best.order);
    console.log(`${weigh(best.order)} octets, bundled in this order`);
    await Deno.writeTextFile(list, head + best.order.map((path) => `import "./${path}";\n`).join(""));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Bundles a program with its files in an order, and cuts it. */
async function bundle(
  esbuild: string,
  folder: string,
  room: string,
  program: string,
  order: readonly string[],
): Promise<Pieces> {
  await Deno.mkdir(folder, { recursive: true });
  const imports = order.map((path) => `import "${ROOT}${room}${path}";\n`).join("");
  const code = program.replaceAll("ENTRY", "../entry.ts").replaceAll("ROOT/", ROOT);
  await Deno.writeTextFile(`${folder}/program.js`, imports + code);
  await run(esbuild, [
    `${folder}/program.js`,
    ...WEIGHED,
    "--external:./on_demand/*",
    "--log-level=error",
    `--outfile=${folder}/out.js`,
    `--metafile=${folder}/facts.json`,
  ], ROOT);
  const octets = await Deno.readFile(`${folder}/out.js`);
  const { inputs, outputs } = JSON.parse(await Deno.readTextFile(`${folder}/facts.json`)) as Facts;
  const name = (path: string) => path.startsWith(room) ? path.slice(room.length) : path;
  const texts = new Map<string, Uint8Array>();
  let at = 0;
  // In the order of the bundle.
  for (const [path, { bytesInOutput }] of Object.entries(Object.values(outputs)[0]!.inputs)) {
    texts.set(name(path), octets.subarray(at, at += bytesInOutput));
  }
  const needs = new Map(
    Object.entries(inputs).map(([path, { imports }]) => [
      name(path),
      imports.filter(({ kind, external }) => kind === "import-statement" && !external).map(({ path }) =>
        name(path)
      ),
    ]),
  );
  return { texts, needs };
}

/** What a bundle weighs compressed with its files in an order. */
function weight({ texts, needs }: Pieces, order: readonly string[]): number {
  const done = new Set<string>();
  const visit = (path: string): void => {
    if (done.has(path)) return;
    done.add(path);
    for (const next of needs.get(path) ?? []) visit(next);
    done.delete(path);
    done.add(path);
  };
  for (const path of order) visit(path);
  for (const path of texts.keys()) visit(path);
  const parts = [...done].map((path) => texts.get(path) ?? new Uint8Array());
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return gzipSync(whole, { level: 9 }).length;
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
