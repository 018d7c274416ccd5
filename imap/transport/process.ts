/** Starting a command and talking to it, by the means of the runtime. */

import { ConnectionError } from "../base/errors.ts";
import { currentRuntime } from "./runtime.ts";
import type { Transport } from "./transport.ts";

/**
 * Starts a command whose standard input and output are a connection; its standard error is this program's.
 *
 * @param command A command for the shell, or a program and its arguments.
 * @returns The connection. Closing it ends the command's input, and then the command.
 * @throws {ConnectionError} When the runtime cannot start processes, or the program cannot be started.
 */
export async function startProcess(command: string | readonly string[]): Promise<Transport> {
  const words = typeof command === "string" ? shell(command) : [...command];
  if (words.length === 0 || words[0] === "") throw new TypeError("The command is empty");
  const start = await starter();
  try {
    return await start(words);
  } catch (cause) {
    throw new ConnectionError(`Could not start ${words[0]}`, { cause, retryable: false });
  }
}

async function starter(): Promise<(words: string[]) => Transport | Promise<Transport>> {
  // Each import names its file, so that a bundler sees it and no runtime loads another's.
  switch (currentRuntime()) {
    case "deno":
      return (await import("./process_deno.ts")).start;
    case "bun":
      return (await import("./process_bun.ts")).start;
    case "node":
      return (await import("./process_node.ts")).start;
    default:
      throw new ConnectionError("This runtime cannot start processes; give two streams instead", {
        reason: "unsupported",
        retryable: false,
      });
  }
}

function shell(command: string): string[] {
  if (command === "") return [];
  const { navigator } = globalThis as { navigator?: { platform?: string } };
  return navigator?.platform?.startsWith("Win")
    ? ["cmd", "/d", "/s", "/c", command]
    : ["/bin/sh", "-c", command];
}
