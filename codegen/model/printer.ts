/** Prints expressions of the intermediate representation in the notation, for comments and reports. */
import type { Branch, Expr } from "./ir.ts";
import { only } from "./lists.ts";

/** An expression as the grammar would write it; rules that only name bytes are printed by name. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case "word":
      return `"${expr.text}"`;
    case "bytes":
      return printBytes(expr.bytes);
    case "set":
      return expr.name;
    case "ref":
      return expr.rule;
    case "builtin":
      return `@builtin(${expr.name})`;
    case "seq":
      return expr.items.length === 0 ? '""' : expr.items.map(printItem).join(" ");
    case "choice":
      return expr.branches.map(printBranch).join(" / ");
    case "optional":
      return `[${printExpr(expr.item)}]`;
    case "repeat": {
      const count = expr.min === expr.max ? String(expr.min) : `${expr.min || ""}*${expr.max ?? ""}`;
      return count + printItem(expr.item);
    }
    case "capture":
      return `${expr.label}${expr.append ? "+" : ""}:${printCaptured(expr.item)}` +
        (expr.like === undefined ? "" : ` @like(${expr.like})`);
    case "extra":
      return `+~${expr.quirk}(${printExpr(expr.item)})`;
    case "absent":
      return `(${printExpr(expr.item)})-~${expr.quirk}`;
    case "peek":
      return `&${expr.name.includes(" ") ? `(${expr.name})` : expr.name}`;
    case "peekWord":
      return `&"${expr.text}"`;
  }
}

function printBytes(bytes: number[]): string {
  if (bytes.length === 1 && bytes[0] === 0x20) return "SP";
  if (bytes.length === 1 && bytes[0] === 0x22) return "DQUOTE";
  if (bytes.every((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x22)) {
    return `"${String.fromCharCode(...bytes)}"`;
  }
  return "%x" + bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(".");
}

function printItem(expr: Expr): string {
  const group = expr.kind === "choice" || (expr.kind === "seq" && expr.items.length > 1);
  return group ? `(${printExpr(expr)})` : printExpr(expr);
}

/** A captured constant that is the word itself is printed as the word. */
function printCaptured(expr: Expr): string {
  const branch = expr.kind === "choice" ? only(expr.branches) : undefined;
  return branch?.expr.kind === "word" && branch.constant?.value === branch.expr.text
    ? printExpr(branch.expr)
    : printItem(expr);
}

function printBranch(branch: Branch): string {
  const parts: string[] = [];
  if (branch.damage) parts.push("!!!");
  else if (branch.open) parts.push("...");
  if (branch.quirk !== undefined) parts.push(`~${branch.quirk}`);
  if (branch.guard !== undefined) {
    const tests = branch.guard.map(({ label, values }) =>
      `${label} = ${values.map((value) => `"${value}"`).join(",")}`
    );
    parts.push(`?{${tests.join("; ")}}`);
  }
  parts.push(printExpr(branch.expr));
  const spelled = branch.constant !== undefined &&
    !(branch.expr.kind === "word" && branch.expr.text === branch.constant.value);
  if (spelled) parts.push(`=> ${JSON.stringify(branch.constant!.value)}`);
  return parts.join(" ");
}
