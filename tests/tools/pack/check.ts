/** Tries the package as those do who install it: in a folder of their own, from the tarball, in each runtime. */

import { startServer } from "../../../imap/testing/mod.ts";
import { lastLines, run } from "../process.ts";
import { fetchTool, VERSIONS } from "../runtimes.ts";

/** What one check came to. */
export interface Checked {
  name: string;
  /** Empty when there are none. */
  problems: string;
  seconds: number;
}

const STALL_MS = 120_000;
const PROGRAM = "tests/tools/pack/smoke";
const DATA = "tests/imap/transport/data";

/** Where the checks of one call work. */
interface Place {
  tarball: string;
  /** The program's folder, with the package installed in it and its JavaScript in `out`. */
  folder: string;
  /** What the program is told: smoke/checks.ts has its type. */
  ask: Record<string, string | number>;
}

type Check = (place: Place) => Promise<string>;

/** Runs the checks whose name holds a word; all of them for an empty one. */
export async function* checkPackage(tarball: string, only: string): AsyncGenerator<Checked> {
  const folder = await Deno.makeTempDir({ prefix: "postern-pack-" });
  const mailboxes = { INBOX: ["Subject: One\n\n1\n"] };
  const text = (name: string) => Deno.readTextFileSync(`${DATA}/${name}`);
  await using plain = await startServer({ mailboxes });
  await using secure = await startServer({
    mailboxes,
    tls: { cert: text("good.pem"), key: text("good.key") },
  });
  const { port: plaintext } = await plain.listen();
  const { port: implicit } = await secure.listen({ tls: true });
  const { port: starttls } = await secure.listen();
  const ask = { plaintext, implicit, starttls, authority: text("authority.pem") };
  const place: Place = { tarball: await Deno.realPath(tarball), folder, ask };
  async function timed(name: string, check: Check): Promise<Checked> {
    const started = performance.now();
    const problems = await check(place).catch((error) => String(error));
    return { name, problems, seconds: (performance.now() - started) / 1000 };
  }
  try {
    for (const [name, check] of Object.entries(ofThePackage)) {
      if (name.includes(only)) yield await timed(name, check);
    }
    const programs = Object.entries(ofAProgram()).filter(([name]) => name.includes(only));
    if (programs.length === 0) return;
    const installed = await timed(
      "installs, and compiles with TypeScript 5.9 without types of a runtime",
      install,
    );
    yield installed;
    if (installed.problems !== "") return;
    for (const [name, check] of programs) yield await timed(name, check);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const ofThePackage: Record<string, Check> = {
  publint: ({ tarball }) => npx("publint@0.3", ["publint", "--strict", tarball]),
  // Every entry is a module of ECMAScript alone, and Node.js 10 does not run it.
  "are-the-types-wrong": ({ tarball }) =>
    npx("@arethetypeswrong/cli@0.18", ["attw", "--profile", "esm-only", tarball]),
};

/** The program in the oldest and the newest version of each runtime. */
function ofAProgram(): Record<string, Check> {
  const out: Record<string, Check> = {};
  for (const [runtime, versions] of Object.entries(VERSIONS)) {
    for (const version of versions) {
      out[`${runtime} ${version}`] = runtime === "workerd"
        ? (place) => inWorkerd(version, place)
        : (place) => asProcess(runtime, version, place);
    }
  }
  return out;
}

async function install({ tarball, folder }: Place): Promise<string> {
  for (const name of ["checks.ts", "process.ts", "worker.ts", "tsconfig.json"]) {
    Deno.copyFileSync(`${PROGRAM}/${name}`, `${folder}/${name}`);
  }
  Deno.writeTextFileSync(
    `${folder}/package.json`,
    JSON.stringify({ name: "smoke", type: "module", private: true }),
  );
  const npm = await run("npm", ["install", "--no-audit", "--no-fund", tarball], {
    cwd: folder,
    stallMs: STALL_MS,
  });
  if (npm.code !== 0) return `npm install: ${npm.output}`;
  return await npx("typescript@5.9", ["tsc", "--project", "."], folder);
}

async function asProcess(runtime: string, version: string, { folder, ask }: Place): Promise<string> {
  const program = await fetchTool(runtime, version);
  const options = runtime === "deno" ? ["run", "-A"] : [];
  const told = JSON.stringify({ ...ask, runtime });
  return judge(await run(program, [...options, "out/process.js", told], { cwd: folder, stallMs: STALL_MS }));
}

/** One file of the whole, as those make it who deploy a worker. */
async function inWorkerd(version: string, { folder, ask }: Place): Promise<string> {
  const bundle = [
    "--bundle",
    "--format=esm",
    "--platform=browser",
    "--external:node:*",
    "--outfile=bundle.js",
  ];
  const problems = await npx("esbuild@0.25", ["esbuild", ...bundle, "out/worker.js"], folder);
  if (problems !== "") return problems;
  const workerd = await fetchTool("workerd", version);
  const config = Deno.readTextFileSync(`${PROGRAM}/config.capnp.in`)
    .replace("@ASK@", JSON.stringify(JSON.stringify(ask)));
  Deno.writeTextFileSync(`${folder}/config.capnp`, config);
  Deno.copyFileSync(`${DATA}/authority.pem`, `${folder}/authority.pem`);
  return judge(await run(workerd, ["test", "config.capnp"], { cwd: folder, stallMs: STALL_MS }));
}

function judge({ code, output }: { code: number; output: string }): string {
  const passed = output.split("\n").filter((line) => line.startsWith("ok ")).length;
  return code === 0 && passed > 5 && !/^FAILED/m.test(output) ? "" : `exit code ${code}\n${output}`;
}

async function npx(packageName: string, command: string[], cwd?: string): Promise<string> {
  const args = ["-y", "-p", packageName, ...command];
  const { code, output } = await run("npx", args, {
    stallMs: STALL_MS,
    ...(cwd === undefined ? {} : { cwd }),
  });
  return code === 0 ? "" : lastLines(output, 40) || `exit code ${code}`;
}
