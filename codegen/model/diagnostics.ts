/** Messages of the compiler: collected, so that one run shows all of a stage, and printed with file and line. */
import type { Origin } from "./ir.ts";

/** One message. */
export interface Diagnostic {
  severity: "error" | "warning";
  /** Name of the pass that found it. */
  pass: string;
  message: string;
  origin: Origin;
}

/** Collects messages of a compilation. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];

  error(pass: string, origin: Origin, message: string): void {
    this.#add({ severity: "error", pass, message, origin });
  }

  warning(pass: string, origin: Origin, message: string): void {
    this.#add({ severity: "warning", pass, message, origin });
  }

  /** One cause is one message, however often a pass meets it. */
  #add(one: Diagnostic): void {
    const text = formatDiagnostic(one);
    if (!this.list.some((other) => formatDiagnostic(other) === text)) this.list.push(one);
  }

  get failed(): boolean {
    return this.list.some((one) => one.severity === "error");
  }
}

/** One message in the form editors recognise: `file:line: error: text (pass)`. */
export function formatDiagnostic(one: Diagnostic): string {
  return `${one.origin.file}:${one.origin.line}: ${one.severity}: ${one.message} (${one.pass})`;
}
