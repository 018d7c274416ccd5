/**
 * Loading the charsets that hardly any mail uses. A program that does not call it contains none of them.
 *
 * @module
 */

import type { OnDemandModule } from "./core.ts";
import { forgetModules, lookup, moduleToLoad, provideModule } from "./mod.ts";

/** The modules, in the order in which mod.ts counts them. */
const MODULES: (() => Promise<OnDemandModule>)[] = [
  () => import("./on_demand/jis_x_0213.ts"),
  () => import("./on_demand/iso2022.ts"),
  () => import("./on_demand/johab.ts"),
  () => import("./on_demand/big5.ts"),
  () => import("./on_demand/utf.ts"),
  () => import("./on_demand/code_pages.ts"),
];
const loading: (Promise<void> | undefined)[] = [];

function load(index: number): Promise<void> {
  return loading[index] ??= MODULES[index]!().then((module) => provideModule(index, module), (error) => {
    // A module that could not be fetched now may be there later.
    loading[index] = undefined;
    throw error;
  });
}

/**
 * Makes a charset ready for use. Most are always there; UTF-16, what writes ISO-2022-JP and what hardly any mail uses, such
 * as `cp437` or `hz`, are in modules that load when they are asked for. Until then whatever needs one throws
 * {@linkcode CharsetNotLoadedError}, or does what it does for unknown charsets. `messageFromStream` loads what its message
 * names by itself.
 *
 * @param label any label of the charset; case and separators do not matter
 * @returns whether there is such a charset; if so it can be used now
 * @throws {Error} what `import` throws, when the module cannot be loaded; another call tries again
 *
 * @example
 * ```ts
 * import { decodeHeader, loadCharset, makeHeader } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await loadCharset("cp437"), true);
 * assertEquals(String(makeHeader(decodeHeader("=?cp437?q?K=94ln?="))), "Köln");
 * assertEquals(await loadCharset("x-none"), false);
 * ```
 */
export async function loadCharset(label: string): Promise<boolean> {
  const name = lookup(label);
  if (name === null) return false;
  const index = moduleToLoad(name);
  if (index >= 0) await load(index);
  return true;
}

/**
 * Makes every charset ready for use, as {@linkcode loadCharset} does one.
 *
 * @throws {Error} what `import` throws, when a module cannot be loaded; another call tries again
 *
 * @example
 * ```ts
 * import { loadCharsets, makeHeader } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * await loadCharsets();
 * assertEquals(makeHeader([[Uint8Array.of(0x7e, 0x7b, 0x3a, 0x3a), "hz"]]).toString(), "汉");
 * ```
 */
export async function loadCharsets(): Promise<void> {
  await Promise.all(MODULES.map((_, index) => load(index)));
}

/** Forgets what was loaded, so that a test can see how it is before. */
export function unloadCharsets(): void {
  forgetModules();
  loading.length = 0;
}
