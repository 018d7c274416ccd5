// Names for files out of names that a sender wrote.

import { isAscii } from "../text/text.ts";
import { trimOf } from "./fields.ts";

/** Longest name in octets of UTF-8: file systems take 255, and a copy may get a longer one. */
const MAX_OCTETS = 200;
/** Longest ending that is kept when a name is cut. */
const MAX_ENDING = 20;

const encoder = /* @__PURE__ */ new TextEncoder();

/** Endings for parts without a name. */
const ENDINGS: Record<string, string> = {
  "text/plain": ".txt",
  "text/html": ".html",
  "text/calendar": ".ics",
  "text/csv": ".csv",
  "text/vcard": ".vcf",
  "text/x-vcard": ".vcf",
  "text/rfc822-headers": ".txt",
  "image/jpeg": ".jpg",
  "image/svg+xml": ".svg",
  "image/x-icon": ".ico",
  "audio/mpeg": ".mp3",
  "application/msword": ".doc",
  "application/gzip": ".gz",
  "application/pgp-signature": ".asc",
  "application/pgp-encrypted": ".asc",
  "application/pgp-keys": ".asc",
  "application/pkcs7-signature": ".p7s",
  "application/x-pkcs7-signature": ".p7s",
  "application/pkcs7-mime": ".p7m",
  "application/x-pkcs7-mime": ".p7m",
  "application/ms-tnef": ".dat",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
  "application/vnd.ms-excel": ".xls",
  "application/vnd.ms-powerpoint": ".ppt",
  "message/delivery-status": ".txt",
  "message/disposition-notification": ".txt",
};

/** Subtypes that are an ending themselves. */
const SAME =
  /^(?:image\/(?:png|gif|webp|bmp|tiff|heic|avif)|application\/(?:pdf|zip|rtf|json|xml)|(?:audio|video)\/(?:wav|ogg|mp4|webm|aac))$/;

/** A name for a part that has none. */
export function nameByType(type: string): string {
  if (type.startsWith("message/") && !(type in ENDINGS)) return "message.eml";
  return `attachment${ENDINGS[type] ?? (SAME.test(type) ? `.${type.slice(type.indexOf("/") + 1)}` : ".bin")}`;
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
  if (PLAIN.test(name) && !RESERVED.test(stemOf(name))) return name;
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
const PLAIN = /^[A-Za-z0-9_()](?:[A-Za-z0-9_()+,=@#-]|[ .](?![ .]|$)){0,99}$/;

/** Octets of a text in UTF-8. */
function sizeOf(text: string): number {
  return isAscii(text) ? text.length : encoder.encode(text).length;
}

/** The name in no more than so many octets, its ending kept. */
function shorten(name: string, most = MAX_OCTETS): string {
  // No UTF-16 unit takes more than three octets.
  if (3 * name.length <= most || sizeOf(name) <= most) return name;
  const [stem, ending] = split(name);
  const room = most - sizeOf(ending);
  let out = "";
  let size = 0;
  for (const char of stem) {
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
    const key = fold(name);
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
    const key = fold(name);
    if (this.#used.has(key)) return false;
    this.#used.add(key);
    return true;
  }
}

function fold(name: string): string {
  return (isAscii(name) ? name : name.normalize("NFKC")).toLowerCase();
}
