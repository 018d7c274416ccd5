// What is noted about a message while it is read.

import type { Problem, ProblemKind } from "./model.ts";

/** As many are kept: a sender can make any number. */
const MAX_PROBLEMS = 100;

/** Adds a problem, once. */
export function note(problems: Problem[] | undefined, kind: ProblemKind, detail: string): void {
  if (problems === undefined || problems.length >= MAX_PROBLEMS) return;
  if (problems.some((problem) => problem.kind === kind && problem.detail === detail)) return;
  problems.push({ kind, detail });
}
