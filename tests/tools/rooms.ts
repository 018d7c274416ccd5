/**
 * The rules of the house, on the files' own imports: arrows between rooms point down only, no circle of imports, no
 * timer or clock beside the one in `imap/base`, nothing of a runtime outside its file, no file too long to review.
 *
 * A circle that only types make may stay when the import that closes it says why on the line above:
 *
 *     // circle: a node holds its tree, and the tree's type names its nodes
 *     import type { Tree } from "./tree.ts";
 */

import { circles } from "./circles.ts";
import * as house from "./house_rules.ts";
import { type Import, type Outline, outline } from "./imports.ts";

/** What a look through the house found. */
export interface Findings {
  /** What is wrong, one line each. */
  problems: string[];
  /** Rooms, longest hand-written file, circles: one line. */
  summary: string;
}

/** The rules; a test may give others. */
export type Rules = Partial<typeof house>;

/** What the rules are for; tests may import everything, and only make no circles. */
const BUILT = /^(?:mod\.ts|(?:imap|email|codegen)\/.*)$/;
const PUBLISHED = /^(?:mod\.ts|(?:imap|email)\/.*)$/;
const GENERATED = /(?:^|\/)_gen\//;

/** An import of one file of the repository by another. */
interface Arrow extends Import {
  from: string;
  to: string;
}

/** Looks through `files`, texts by path. */
export function lookThrough(files: ReadonlyMap<string, string>, changed: Rules = {}): Findings {
  const rules = { ...house, ...changed };
  const built = [...files.keys()].filter((path) => BUILT.test(path)).sort();
  const outlines = new Map([...files.keys()].sort().map((path) => [path, outline(path, files.get(path)!)]));
  const arrows = [...outlines].flatMap(([from, { imports }]) =>
    imports.flatMap((each): Arrow[] => {
      const to = target(from, each.specifier);
      return to === undefined ? [] : [{ ...each, from, to }];
    })
  );
  const round = roundabout(arrows);
  const written = built.filter((path) => !GENERATED.test(path));
  const longest = written.reduce((a, b) => outlines.get(b)!.lines > outlines.get(a)!.lines ? b : a);
  const rooms = new Set(written.map((path) => path.slice(0, path.lastIndexOf("/"))).filter(Boolean));
  return {
    problems: [
      ...arrows.filter(({ from }) => BUILT.test(from)).flatMap((arrow) => forbidden(arrow, rules)),
      ...round.problems,
      ...[...outlines].flatMap(([path, each]) => foreign(path, each, rules)),
      ...written.flatMap((path) => tooLong(path, outlines.get(path)!.lines, rules)),
      ...needless(outlines, rules),
    ],
    summary: `${rooms.size} rooms, ${written.length} hand-written files, the longest ${longest} with ` +
      `${outlines.get(longest)!.lines} lines, ${round.values} circles of values, ${round.types} of types`,
  };
}

/** The path in the repository that a specifier names, undefined for a module that is not ours. */
function target(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return decodeURIComponent(new URL(specifier, `file:///${from}`).pathname.slice(1));
}

function roomOf(path: string, arrows: typeof house.ARROWS): string | undefined {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(at.lastIndexOf("/"), 0))) {
    if (at in arrows) return at;
  }
  return undefined;
}

function forbidden({ from, to, line, specifier }: Arrow, rules: typeof house): string[] {
  const room = roomOf(from, rules.ARROWS);
  if (room === undefined) return [`${from}: no room in tests/tools/house_rules.ts`];
  const other = roomOf(to, rules.ARROWS) ?? to.split("/")[0]!;
  const allowed = rules.ARROWS[room]!;
  if (other === room || allowed.includes(other)) return [];
  const may = allowed.length === 0 ? "nothing" : allowed.join(", ");
  return [`${from}:${line}: ${room} may not import ${other} ("${specifier}"); it may import ${may}`];
}

function roundabout(arrows: Arrow[]): { problems: string[]; values: number; types: number } {
  const problems: string[] = [];
  const values = circles(arrows.filter(({ typeOnly }) => !typeOnly));
  for (const circle of values) {
    problems.push(`${told(circle, arrows)}: a circle of values: ${circle.join(" -> ")}`);
  }
  const inValues = new Set(values.flat());
  const types = circles(arrows.filter(({ circle, typeOnly }) => circle === undefined || !typeOnly))
    .filter((circle) => !circle.every((path) => inValues.has(path)));
  for (const circle of types) {
    problems.push(
      `${told(circle, arrows)}: a circle of types: ${circle.join(" -> ")}; ` +
        'break it through an interface, or say why above the import that closes it: "// circle: reason"',
    );
  }
  for (const arrow of arrows.filter(({ circle }) => circle !== undefined)) {
    if (arrow.typeOnly && isNeeded(arrow, arrows)) continue;
    problems.push(`${arrow.from}:${arrow.line}: this import closes no circle of types; take out the comment`);
  }
  return { problems, values: values.length, types: types.length };
}

/** The place of the import that leads from the first file of a circle to the second. */
function told(circle: string[], arrows: Arrow[]): string {
  const first = arrows.find(({ from, to }) => from === circle[0] && to === circle[1])!;
  return `${first.from}:${first.line}`;
}

/** Whether there is a way from where an import leads back to its file. */
function isNeeded(arrow: Arrow, arrows: Arrow[]): boolean {
  const reached = new Set([arrow.to]);
  for (const path of reached) {
    for (const { from, to } of arrows) if (from === path) reached.add(to);
  }
  return reached.has(arrow.from);
}

/** What ties a file to a runtime: its modules, its timers, its clock. */
function foreign(path: string, { imports, clock }: Outline, rules: typeof house): string[] {
  if (!PUBLISHED.test(path) || rules.RUNTIME_FILES.test(path)) return [];
  const modules = imports.filter(({ specifier }) => !specifier.startsWith(".")).map(({ line, specifier }) =>
    `${path}:${line}: "${specifier}" is not a web standard; it belongs in the file of a runtime`
  );
  if (!path.startsWith("imap/") || path === rules.CLOCK) return modules;
  const uses = clock.map(({ name, line }) => `${path}:${line}: ${name}: take the time from ${rules.CLOCK}`);
  return [...modules, ...uses];
}

function tooLong(path: string, lines: number, rules: typeof house): string[] {
  const reason = rules.LONG_FILES[path];
  if (lines <= rules.LONGEST_FILE || reason !== undefined) return [];
  return [`${path}: ${lines} lines, more than ${rules.LONGEST_FILE}: cut it by topic`];
}

/** Names in the list of long files that need not be there any more. */
function needless(outlines: ReadonlyMap<string, Outline>, rules: typeof house): string[] {
  return Object.keys(rules.LONG_FILES)
    .filter((path) => (outlines.get(path)?.lines ?? 0) <= rules.LONGEST_FILE)
    .map((path) => `${path}: not a long file any more; take it out of tests/tools/house_rules.ts`);
}
