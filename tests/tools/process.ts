/** Runs other programs for the test and check commands, with their output kept, and with an end when they hang. */

/** The output of a finished program and how it ended. */
export interface Finished {
  /** The exit code; -1 when the program could not be started, -2 when it was stopped because it hung. */
  code: number;
  /** Standard output and standard error together, in the order they came. */
  output: string;
}

/** How to run a program. */
export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Stop the program when it has printed nothing for this long. */
  stallMs?: number;
  /** Stop the program, and what it has started, after this long. */
  deadlineMs?: number;
  /** Called for every line of output. */
  onLine?: (line: string) => void;
}

const KEPT_OUTPUT = 4_000_000;

/** Runs a program to its end; a program that does not exist is a result, not an exception. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<Finished> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command, {
      args,
      cwd: options.cwd,
      env: { NO_COLOR: "1", ...options.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      // A group of its own, which the deadline ends as a whole.
      detached: options.deadlineMs !== undefined,
    }).spawn();
  } catch (error) {
    return { code: -1, output: `${command}: ${error instanceof Error ? error.message : error}\n` };
  }
  let output = "";
  let stalled = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  function rearm(): void {
    clearTimeout(timer);
    if (options.stallMs === undefined) return;
    timer = setTimeout(() => {
      stalled = true;
      child.kill("SIGKILL");
    }, options.stallMs);
  }
  async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
    let partial = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      rearm();
      output += text;
      if (output.length > 2 * KEPT_OUTPUT) output = output.slice(-KEPT_OUTPUT);
      if (options.onLine === undefined) continue;
      const lines = (partial + text).split("\n");
      partial = lines.pop()!;
      lines.forEach(options.onLine);
    }
  }
  rearm();
  let late = false;
  const deadline = options.deadlineMs === undefined ? undefined : setTimeout(() => {
    late = true;
    Deno.kill(-child.pid, "SIGKILL");
  }, options.deadlineMs);
  const [status] = await Promise.all([child.status, drain(child.stdout), drain(child.stderr)]);
  clearTimeout(timer);
  clearTimeout(deadline);
  if (late) return { code: -2, output: output + `\nstopped after ${options.deadlineMs} ms\n` };
  if (stalled) {
    const seconds = Math.round(options.stallMs! / 1000);
    return { code: -2, output: output + `\nstopped: nothing printed for ${seconds} s\n` };
  }
  return { code: status.code, output };
}

/** The last lines of a text, for showing why a program failed without showing everything it said. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

/** Every file below a folder, sorted, as paths that start with the folder's name. */
export function filesBelow(folder: string, keep: (path: string) => boolean): string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of Deno.readDirSync(at)) {
      const path = `${at}/${entry.name}`;
      if (entry.isDirectory && entry.name !== "node_modules") folders.push(path);
      else if (entry.isFile && keep(path)) found.push(path);
    }
  }
  return found.sort();
}
