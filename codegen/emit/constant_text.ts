/** Constant text of encoders, put together before it is written. */
import type { CodeBlockWriter } from "ts-morph";

const pendingText = new WeakMap<CodeBlockWriter, string>();

/** Constant text is collected, so that `SP "FLAGS" SP "("` is one call. */
export function text(out: CodeBlockWriter, more: string): void {
  pendingText.set(out, (pendingText.get(out) ?? "") + more);
}

/** Writes the constant text that was collected. */
export function flush(out: CodeBlockWriter): void {
  const pending = pendingText.get(out) ?? "";
  pendingText.set(out, "");
  if (pending === " ") out.writeLine("w.sp();");
  else if (pending !== "") out.writeLine(`w.text(${JSON.stringify(pending)});`);
}
