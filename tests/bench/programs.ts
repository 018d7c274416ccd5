/** Starts the programs that are measured. */

/** A program, with its arguments and the folder it runs in. */
export interface Program {
  command: string[];
  cwd: string;
}

/** As long as this a contestant may take; imapflow needs most of it. */
const PROGRAM_MS = 180_000;

/** Hands a program its task and gives what it printed, or the line that says why it failed. */
export async function runOnce<Printed extends object>(
  { command, cwd }: Program,
  task: unknown,
): Promise<Printed | string> {
  const { code, stdout, stderr } = await new Deno.Command(command[0]!, {
    args: [...command.slice(1), JSON.stringify(task)],
    cwd,
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(PROGRAM_MS),
  }).output();
  const text = new TextDecoder();
  if (code === 0) return JSON.parse(text.decode(stdout)) as Printed;
  const lines = text.decode(stderr).split("\n");
  return lines.find((line) => /error|Error/.test(line))?.trim() ?? `exit code ${code}`;
}

/** Whether a command is there and succeeds. */
export async function works(command: string[], cwd?: string): Promise<boolean> {
  try {
    const options = { args: command.slice(1), cwd, stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(command[0]!, options).output()).success;
  } catch {
    return false;
  }
}
