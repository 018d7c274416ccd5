/** How a process tells where it can be reached. */

import { TextLineStream } from "@std/streams";

/** The first line that a process prints; what it prints later is not read, and does not stop it. */
export async function firstLine(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const text = stdout.pipeThrough(new TextDecoderStream());
  const lines: ReadableStream<string> = text.pipeThrough(new TextLineStream());
  for await (const line of lines.values({ preventCancel: true })) return line;
  throw new Error("the process ended before it printed a line");
}
