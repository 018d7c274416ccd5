/** `node:process` of a worker: no environment but where notes about skips go. */

export const env: Record<string, string | undefined> = { POSTERN_TEST_REPORT: "notes" };
export const execPath = "";
export const platform = "workerd";
export default { env, execPath, platform };
