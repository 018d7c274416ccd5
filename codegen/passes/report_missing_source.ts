/** Reports grammar files whose rules come from no document: what is read and written is to be checked against one. */
import type { Compilation } from "../model/compilation.ts";

const PASS = "report_missing_source";

export function reportMissingSource(compilation: Compilation): void {
  for (const { unsourced } of compilation.files) {
    if (unsourced === undefined) continue;
    compilation.diagnostics.error(
      PASS,
      unsourced.origin,
      `${unsourced.name} has no source: write @rfc NUMBER above it, or @rfc none for what no RFC describes`,
    );
  }
}
