/**
 * Writes data/created.json: the messages of created.ts, and what CPython, postal-mime and mailparser read of them.
 *
 *     (cd tests/bench/email/rivals && npm ci) && deno run -A tests/email/content/make_created.ts
 */

import { run } from "../../tools/process.ts";
import { built, CREATED } from "./created.ts";
import { latin1 } from "./wire.ts";

const here = new URL("./", import.meta.url).pathname;
const messages = CREATED.map(({ options }) => built(options));
const input = JSON.stringify(messages.map((message) => btoa(latin1(message))));

async function answers(command: string, args: string[]): Promise<unknown> {
  const child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  return JSON.parse(new TextDecoder().decode((await child.output()).stdout));
}

const python = await answers("python3.13", [`${here}read_created.py`]) as unknown[];
const others = await answers("node", [`${here}../../bench/email/rivals/answers.mjs`]) as Record<
  string,
  unknown[]
>;
const versions = (await run("python3.13", ["-c", "import sys; print(sys.version.split()[0])"])).output.trim();

const rows = CREATED.map(({ name }, i) => ({
  name,
  message: latin1(messages[i]!),
  answers: {
    [`CPython ${versions}`]: python[i],
    ...Object.fromEntries(Object.entries(others).map(([who, all]) => [who, all[i]])),
  },
}));
await Deno.writeTextFile(`${here}data/created.json`, JSON.stringify(rows, null, 1) + "\n");
