// Names for files out of names that a sender wrote.

import { isAscii } from "../text/text.ts";
import { utf8Of } from "../text/utf8.ts";
import { trimOf } from "./fields.ts";
import { endingByType } from "./media_types.ts";

/** Longest name in octets of UTF-8: file systems take 255, and a copy may get a longer one. */
const MAX_OCTETS = 200;
/** Longest ending that is kept when a name is cut. */
const MAX_ENDING = 20;

/** A name for a part that has none. */
export function nameByType(type: string): string {
  const ending = endingByType(type);
  return type.startsWith("message/") && ending !== "txt" ? "message.eml" : `attachment.${ending ?? "bin"}`;
}

/** Names that Windows keeps for devices, whatever ending they have. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;

/**
 * A name that can be used for a file: the last segment of a path; no control, formatting or reserved characters; no dots or
 * blanks at the ends; no name of a device; bounded.
 *
 * @returns `""` when nothing is left
 */
export function safeName(name: string): string {
  if (
    name.length <= MAX_OCTETS && PLAIN.test(name) && !GAP.test(name) && !RESERVED.test(stemOf(name))
  ) return name;
  return name === "" ? name : cleaned(name);
}

/** Apart: a part without a name needs none of these patterns, and making them takes a millisecond. */
function cleaned(name: string): string {
  const last = name.slice(-4 * MAX_OCTETS).split(/[/\\]/).pop()!;
  let safe = last.toWellFormed().normalize("NFC")
    // Control and formatting characters: bidi marks make `fdp.exe` of `exe.pdf`.
    .replace(/\p{Cf}+/gu, "").replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Co}\p{Cn}\ufffd]+/gu, " ")
    .replace(/[<>:"|?*]/g, "_").replace(/\s+/g, " ");
  safe = trimOf(safe, " .~", " .").replace(/^-/, "_");
  if (RESERVED.test(stemOf(safe))) safe = `_${safe}`;
  return shorten(safe);
}

/** What is before the first dot: what counts for Windows. */
function stemOf(name: string): string {
  const dot = name.indexOf(".");
  return (dot < 0 ? name : name.slice(0, dot)).trimEnd();
}

/** A name in which nothing is to be changed, as nearly all are. */
const PLAIN = /^[A-Za-z0-9_()][A-Za-z0-9_()+,=@# .-]*$/;
/** Blanks and dots, where one is left of them, or none. */
const GAP = /[ .](?:[ .]|$)/;

/** Octets of a text in UTF-8. */
function sizeOf(text: string): number {
  return isAscii(text) ? text.length : utf8Of(text).length;
}

/** The name in no more than so many octets, its ending kept. */
function shorten(name: string, most = MAX_OCTETS): string {
  // No UTF-16 unit takes more than three octets.
  if (3 * name.length <= most || sizeOf(name) <= most) return name;
  const [stem, ending] = split(name);
  const room = most - sizeOf(ending);
  let size = 0;
  let out = isAscii(stem) ? stem.slice(0, room) : "";
  for (const char of out === "" ? stem : "") {
    size += sizeOf(char);
    if (size > room) break;
    out += char;
  }
  return trimOf(out, "", " .") + ending;
}

function split(name: string): [stem: string, ending: string] {
  const dot = name.lastIndexOf(".");
  if (dot <= 0 || name.length - dot > MAX_ENDING) return [name, ""];
  return [name.slice(0, dot), name.slice(dot)];
}

/** Gives each file of a message a name of its own, also where case and form of characters do not count. */
export class FileNames {
  readonly #used = new Set<string>();
  readonly #counts = new Map<string, number>();

  /** The name, with a number when it is in use. */
  unique(name: string): string {
    if (this.#take(name)) return name;
    const [stem, ending] = split(name);
    // Long names that differ at their ends have the same ones to try: 5,000 of them would try each other's.
    const key = fold(shorten(stem, MAX_OCTETS - MAX_ENDING - sizeOf(ending)) + ending);
    for (let count = this.#counts.get(key) ?? 2;; count++) {
      const suffix = ` (${count})`;
      const next = shorten(stem, MAX_OCTETS - sizeOf(suffix + ending)) + suffix + ending;
      if (this.#take(next)) {
        this.#counts.set(key, count + 1);
        return next;
      }
    }
  }

  #take(name: string): boolean {
    // A name may be long: it is looked up once.
    const { size } = this.#used;
    return this.#used.add(fold(name)).size > size;
  }
}

function fold(name: string): string {
  return (isAscii(name) ? name : name.normalize("NFKC")).toLowerCase();
}
