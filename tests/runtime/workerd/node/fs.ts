/** The data files of the tests in place of `node:fs`, which workerd has not without a compatibility flag: one blob and its index. */

// @ts-ignore -- made by tests/tools/workerd_bundle.ts
import blob from "fixtures.bin";
// @ts-ignore -- made by tests/tools/workerd_bundle.ts
import places from "fixtures.json";

const bytes = new Uint8Array(blob as ArrayBuffer);
const index = places as Record<string, [from: number, to: number]>;
const root = "/bundle/";

export function readFileSync(path: string | URL, encoding?: string): Uint8Array | string {
  const name = nameOf(path);
  const place = Object.hasOwn(index, name) ? index[name] : undefined;
  if (place === undefined) throw Object.assign(new Error(`ENOENT: ${name}`), { code: "ENOENT" });
  const data = bytes.slice(...place);
  return encoding === undefined ? data : new TextDecoder("utf-8", { ignoreBOM: true }).decode(data);
}

export function readdirSync(path: string | URL): string[] {
  const folder = nameOf(path).replace(/\/?$/, "/");
  const inside = Object.keys(index).filter((name) => name.startsWith(folder));
  return [...new Set(inside.map((name) => name.slice(folder.length).split("/")[0]!))].sort();
}

export function existsSync(path: string | URL): boolean {
  return Object.hasOwn(index, nameOf(path));
}

/** Only notes about skipped tests are appended to anything; here they are lines of the output. */
export function appendFileSync(_path: string, text: string): void {
  console.log("@@" + text.trim());
}

function nameOf(path: string | URL): string {
  const whole = typeof path === "string" ? path : path.pathname;
  return whole.startsWith(root) ? whole.slice(root.length) : whole;
}
