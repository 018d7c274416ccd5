/** The frames of a program in the errors of its calls. */

/**
 * Adds to an error the frames of the call that it ends. A call of an account passes through the line of waiting calls, a connection and
 * a command; V8 keeps ten frames, and those of the program would not be among them.
 *
 * @param error What the call ends with.
 * @param call Where it was made.
 * @returns The error.
 */
export function withFrames(error: unknown, call: Error): unknown {
  // What a caller's signal was aborted with is the caller's.
  if (!(error instanceof Error) || error instanceof DOMException) return error;
  const { stack = "" } = error;
  const frames = (call.stack ?? "").split("\n").slice(call.stack?.startsWith("Error") ? 1 : 0);
  const missing = frames.filter((frame) => !stack.includes(frame.trim()));
  if (missing.length > 0) error.stack = [stack, ...missing].join("\n");
  return error;
}

/**
 * Runs a call that waits for something before its work begins: its errors have the frames of the caller all the same.
 *
 * @param work The call.
 * @returns Its result.
 */
export function withCaller<T>(work: () => Promise<T>): Promise<T> {
  const call = new Error();
  return work().catch((error) => {
    throw withFrames(error, call);
  });
}
