/** Reports names of rules and deviations that nothing defines, and deviations declared twice. */
import { walk } from "../read/ast.ts";
import type { Compilation } from "../model/compilation.ts";
import type { Origin } from "../model/ir.ts";

const PASS = "report_undefined";

export function reportUndefined(compilation: Compilation): void {
  const { diagnostics, ast } = compilation;
  const declared = new Map<string, Origin>();
  for (const quirk of compilation.files.flatMap((file) => file.quirks)) {
    const earlier = declared.get(quirk.name);
    if (earlier === undefined) declared.set(quirk.name, quirk.origin);
    else {diagnostics.error(
        PASS,
        quirk.origin,
        `deviation ${quirk.name} is already declared at ${earlier.file}:${earlier.line}`,
      );}
  }
  const checkQuirk = (name: string, origin: Origin): void => {
    if (!declared.has(name)) {
      diagnostics.error(PASS, origin, `deviation ${name} is not declared: @quirk ${name} "server, source"`);
    }
  };
  for (const rule of ast.values()) {
    for (const branch of rule.branches) {
      if (branch.quirk !== undefined) checkQuirk(branch.quirk, branch.origin);
      walk(branch.item, (node) => {
        if (node.kind === "name" && !ast.has(node.name)) {
          diagnostics.error(PASS, node.origin, `${rule.name} uses ${node.name}, which is not defined`);
        } else if (node.kind === "extra" || node.kind === "absent") {
          checkQuirk(node.quirk, node.origin);
        } else if (node.kind === "group") {
          for (const inner of node.branches) {
            if (inner.quirk !== undefined) checkQuirk(inner.quirk, inner.origin);
          }
        }
      });
    }
  }
  for (const entry of compilation.entries) {
    if (!ast.has(entry)) {
      diagnostics.error(PASS, { file: "grammar", line: 1 }, `the entry rule ${entry} is not defined`);
    }
  }
}
