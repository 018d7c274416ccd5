/** Reports each pair of ways that look-ahead does not tell apart, with an input that both accept. */
import { members, printSet } from "../model/byte_set.ts";
import type { Compilation, Conflict } from "../model/compilation.ts";
import { accepts, samples } from "../check/example.ts";

const PASS = "report_conflicts";

export function reportConflicts(compilation: Compilation): void {
  for (const conflict of compilation.conflicts) {
    const { rule, names: [left, right], hint } = conflict;
    let message = `in ${rule}, ${left} and ${right} both begin with ${printSet(conflict.common)}`;
    const example = commonInput(compilation, conflict);
    if (example !== undefined) message += `; both accept ${JSON.stringify(example)}`;
    if (hint !== "") message += `; ${hint}`;
    compilation.diagnostics.error(PASS, conflict.origin, message);
  }
}

/** The shortest sample of one way that the other way accepts too. */
function commonInput(compilation: Compilation, conflict: Conflict): string | undefined {
  const bytes = members(conflict.common).filter((byte) => byte < 256).slice(0, 4);
  const found: string[] = [];
  const [left, right] = conflict.ways;
  for (const [one, other] of [[left, right], [right, left]] as const) {
    for (const sample of samples(compilation, one, bytes)) {
      if (sample !== "" && accepts(compilation, other, sample)) found.push(sample);
    }
  }
  return found.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
}
