/**
 * Charsets by name: Python's codecs with Python's characters, and the web's labels for them.
 *
 * Everything but loading is synchronous, and the same on every runtime. Names of codecs that are not charsets (`idna`,
 * `unicode_escape`, `rot13` ...) are unknown.
 *
 * @module
 */

import { CharsetNotLoadedError, LookupError } from "../errors.ts";
import { commonLabels, lookup as lookupIn, readLabels } from "./labels.ts";
import { RARE_LABELS } from "./rare_labels.ts";
import { DIFFERENCES } from "./double_byte_data.ts";
import type { Core, OnDemandModule } from "./core.ts";
import type { Codec, ErrorMode } from "./io.ts";
import { readIso2022Jp } from "./iso2022_jp.ts";
import { DoubleByteCodec, Gb18030Codec } from "./double_byte.ts";
import { platformTable, SingleByteCodec } from "./single_byte.ts";
import { Utf8Codec } from "./utf8.ts";

export type { ErrorMode } from "./io.ts";

let labels: Map<string, string> | undefined;

/**
 * The codec of a charset label: Python's meaning, else the platform's, whatever the label separates words by.
 *
 * @param label any spelling Python accepts, or a label of the WHATWG Encoding Standard
 * @returns Python's module name of the codec, such as `iso8859_2`, or null when no codec knows the label
 */
export function lookup(label: string): string | null {
  return lookupIn(label, labels ??= new Map([...commonLabels(), ...readLabels(RARE_LABELS)]));
}

/** What the names of the codecs that load on demand match first, module by module: load.ts has the modules. */
const ON_DEMAND: RegExp[] = [/2004|x0213|jp_3/, /^hz|^iso2022/, /^johab/, /^big5|^cp950/, /^utf/, /^/];
const loaded: (OnDemandModule | undefined)[] = [];

const core: Core = { doubleByte: (name) => findCodec(name) as DoubleByteCodec, decode, encode };

/** Labels are folded once: mail repeats few of them. Bounded, as mail also makes up new ones. */
const MAX_KNOWN = 256;
const known = /* @__PURE__ */ new Map<string, Codec>();
const codecs = /* @__PURE__ */ new Map<string, Codec>();

function codecOf(label: string): Codec {
  let codec = known.get(label);
  if (codec !== undefined) return codec;
  codec = findCodec(label);
  if (known.size < MAX_KNOWN) known.set(label, codec);
  return codec;
}

function findCodec(label: string): Codec {
  const name = lookup(label);
  if (name === null) throw new LookupError(`unknown encoding: ${label.slice(0, 200)}`);
  const codec = readyCodec(name);
  if (codec !== undefined) return codec;
  const notLoaded = (): never => {
    throw new CharsetNotLoadedError(`await loadCharset("${name}") first`);
  };
  if (name !== "iso2022_jp") notLoaded();
  return { name, decode: (bytes) => readIso2022Jp(bytes, core) ?? notLoaded(), encode: notLoaded };
}

/** The codec of a name; undefined when it has to be loaded. */
function readyCodec(name: string): Codec | undefined {
  let codec = codecs.get(name);
  if (codec === undefined) {
    codec = build(name) ?? loaded[moduleOf(name)]?.codec(name, core);
    if (codec !== undefined) codecs.set(name, codec);
  }
  return codec;
}

/** Builds a codec that is always there; undefined for any other name. */
function build(name: string): Codec | undefined {
  if (name === "utf_8") return new Utf8Codec();
  if (name === "gb18030") return new Gb18030Codec(name);
  if (name in DIFFERENCES) return new DoubleByteCodec(name);
  const table = platformTable(name);
  return table === null ? undefined : new SingleByteCodec(name, table);
}

function moduleOf(name: string): number {
  return ON_DEMAND.findIndex((names) => names.test(name));
}

/** The module that a codec is in, by its number; -1 for one that can be used now. */
export function moduleToLoad(name: string): number {
  return readyCodec(name) === undefined ? moduleOf(name) : -1;
}

/** Makes the codecs of a module known. */
export function provideModule(index: number, module: OnDemandModule): void {
  loaded[index] = module;
  known.clear();
}

/** Forgets what was loaded. */
export function forgetModules(): void {
  for (const map of [codecs, known]) map.clear();
  loaded.length = 0;
}

/**
 * Decodes octets of a charset, as Python's `bytes.decode(charset, errors)`.
 *
 * @param bytes the octets, the whole of them
 * @param charset a label, see {@linkcode lookup}
 * @param errors what to do with octets that mean nothing; `strict` when left out
 * @throws {LookupError} when the charset is unknown
 * @throws {UnicodeDecodeError} in strict mode
 */
export function decode(bytes: Uint8Array, charset: string, errors: ErrorMode = "strict"): string {
  return codecOf(charset).decode(bytes, errors);
}

/**
 * Encodes text in a charset, as Python's `str.encode(charset, errors)`.
 *
 * @param text the text; a pair of surrogates is one character
 * @param charset a label, see {@linkcode lookup}
 * @param errors what to do with characters the charset lacks; `strict` when left out
 * @throws {LookupError} when the charset is unknown
 * @throws {UnicodeEncodeError} in strict mode
 */
export function encode(text: string, charset: string, errors: ErrorMode = "strict"): Uint8Array {
  return codecOf(charset).encode(text, errors);
}
