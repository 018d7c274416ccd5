/**
 * What the server for tests and real servers do otherwise is listed in `tests/servers/differences.json`, and the list must not grow
 * by itself: each entry has a reason, each list the number of its entries (`most`), and an entry more wants a line in CHANGELOG.md, as
 * a change of the public API does. The suite refuses what is different and not listed, and what is listed and is not different.
 */

import { run } from "./process.ts";

/** Where the list is. */
export const listed = "tests/servers/differences.json";

const changelog = "CHANGELOG.md";

/** An entry of a list: its name, and the reason. */
type Entries = Readonly<Record<string, string>>;

/** What is in the file. */
interface Differences {
  /** The number of entries of each list. */
  readonly most: Readonly<Record<string, number>>;
  readonly structures: Entries;
  readonly searches: Entries;
  readonly client: Readonly<Record<string, Entries>>;
}

/** The lists by their names. */
function listsIn({ structures, searches, client }: Differences): Map<string, Entries> {
  return new Map([["structures", structures], ["searches", searches], ...Object.entries(client)]);
}

/** What is wrong with the list as it is: empty when nothing is. */
export function problemsOf(text: string): string[] {
  const differences = JSON.parse(text) as Differences;
  const problems: string[] = [];
  const lists = listsIn(differences);
  for (const name of new Set([...lists.keys(), ...Object.keys(differences.most)])) {
    const count = Object.keys(lists.get(name) ?? {}).length;
    const most = differences.most[name] ?? 0;
    if (count > most) {
      problems.push(`${listed}: ${name} has grown to ${count} entries, and ${most} is the most`);
    }
    if (count < most) {
      problems.push(`${listed}: ${name} has ${count} entries: make that the most, which is ${most}`);
    }
  }
  for (const [name, entries] of lists) {
    for (const [entry, reason] of Object.entries(entries)) {
      const says = name === "structures" ? /\bRFC \d+.*\b\d|\bDovecot \d/.test(reason) : reason.length > 10;
      if (!says) problems.push(`${listed}: ${entry}: no reason with an RFC's section or a server's version`);
    }
  }
  return problems;
}

/**
 * The entries that came after CHANGELOG.md changed last, in commits or in the working tree. Without git there are none.
 *
 * @param folder the top of the working tree
 */
export async function untoldEntries(folder: string): Promise<string[]> {
  const git = async (...args: string[]) => await run("git", ["-C", folder, ...args]);
  if ((await git("status", "--porcelain", "--", changelog)).output.trim() !== "") return [];
  const told = (await git("log", "-1", "--format=%H", "--", changelog)).output.trim();
  if (!/^[0-9a-f]{40,64}$/.test(told)) return [];
  const before = await git("show", `${told}:${listed}`);
  if (before.code !== 0) return [];
  const now = listsIn(JSON.parse(await Deno.readTextFile(`${folder}/${listed}`)));
  const old = listsIn(JSON.parse(before.output));
  return [...now].flatMap(([name, entries]) =>
    Object.keys(entries).filter((entry) => !(entry in (old.get(name) ?? {}))).map((entry) =>
      `${name}: ${entry}`
    )
  );
}

/** What `deno task check differences` has to say. */
export async function differenceProblems(): Promise<string> {
  const untold = await untoldEntries(".");
  const problems = problemsOf(await Deno.readTextFile(listed));
  if (untold.length > 0) {
    problems.push(
      `${listed} has grown since ${changelog} changed: say there what is different now`,
      ...untold,
    );
  }
  return problems.join("\n");
}
