/** Which runtime a test file is running in, for the few tests that must know. */

export type Runtime = "deno" | "bun" | "node" | "workerd";

/** The runtime this process is; Deno and Bun both carry `process`, so their own globals are asked first. */
export const runtime: Runtime = "Deno" in globalThis
  ? "deno"
  : "Bun" in globalThis
  ? "bun"
  : globalThis.navigator?.userAgent === "Cloudflare-Workers"
  ? "workerd"
  : "node";
