/** From BODYSTRUCTURE to bodies and files: what `email/content` finds in a message that is there, found without fetching it. */

import type { BodyStructure, Param, SinglePart } from "../../codec/_gen/types.ts";
import { bareId } from "../../../email/content/part.ts";
import { FileNames, nameByType, safeName } from "../../../email/content/file_name.ts";
import { decodeWords } from "../../../email/content/encoded_words.ts";
import { oneLine } from "../../../email/content/fields.ts";
import { type Parameterized, textParameter } from "../../../email/content/parameters.ts";
import { type Encoding, encodingOf } from "../../../email/content/transfer.ts";

/** One part that holds content. */
export interface PartInfo {
  /** Its number, as FETCH wants it: `1`, `2.1`. */
  part: string;
  /** Type in lower case, without parameters: `application/pdf`. */
  contentType: string;
  /** Charset as it is labelled; undefined without a label. */
  charset: string | undefined;
  /** Name the sender gives the file, decoded, on one line. */
  fileName: string | undefined;
  /** A name that can be used for a file. */
  safeFileName: string;
  /** Identifier that `cid:` addresses refer to. */
  contentId: string | undefined;
  /** What the sender says the part is. */
  description: string | undefined;
  /** To be shown with the text. */
  inline: boolean;
  /** Belongs to another part, as the images of an HTML body. */
  related: boolean;
  /** Its transfer encoding. */
  encoding: Encoding;
  /** Octets as they are transferred. */
  encodedSize: number;
  /** Octets of the content, as far as that can be told. */
  size: number;
}

/** What a structure says. */
export interface Parts {
  /** The first plain text. */
  text: PartInfo | undefined;
  /** The first HTML. */
  html: PartInfo | undefined;
  /** Everything else that holds content. */
  attachments: PartInfo[];
}

/** More parts are not looked at: the structure is the sender's. */
const maxParts = 10_000;

interface Open {
  node: BodyStructure;
  part: string;
  root: boolean;
  alternative: boolean;
  related: boolean;
}

/**
 * Finds bodies and files in the structure of a message, by the rules of `readMail`.
 *
 * @param structure What the server said; undefined where it could not be read: then there is nothing to find.
 */
export function partsOf(structure: BodyStructure | undefined): Parts {
  const found: Parts = { text: undefined, html: undefined, attachments: [] };
  if (structure === undefined) return found;
  const leaves: PartInfo[] = [];
  const open: Open[] = [{ node: structure, part: "", root: true, alternative: false, related: false }];
  for (let next = open.pop(); next !== undefined && leaves.length < maxParts; next = open.pop()) {
    const { node, part, root, related } = next;
    if (node.kind === "part") {
      const leaf = leafOf(node, { ...next, part: root ? "1" : part });
      leaves.push(leaf);
      if (!isBody(leaf, node, next)) continue;
      if (leaf.contentType === "text/plain") found.text ??= leaf;
      else found.html ??= leaf;
      continue;
    }
    const subtype = node.subtype.toLowerCase();
    for (let i = node.parts.length - 1; i >= 0; i--) {
      open.push({
        node: node.parts[i]!,
        part: root ? `${i + 1}` : `${part}.${i + 1}`,
        root: false,
        alternative: subtype === "alternative",
        related: related || (subtype === "related" && i > 0),
      });
    }
  }
  found.attachments = leaves.filter((leaf) => leaf !== found.text && leaf !== found.html);
  nameFiles([...found.attachments, ...leaves]);
  return found;
}

/** Files first, so that they get the names they have. */
function nameFiles(parts: PartInfo[]): void {
  const names = new FileNames();
  for (const part of new Set(parts)) {
    part.safeFileName = names.unique(safeName(part.fileName ?? "") || nameByType(part.contentType));
  }
}

function leafOf(node: SinglePart, { part, related }: Open): PartInfo {
  const contentType = typeOf(node);
  const params = parameters(contentType, node.params);
  const disposition = node.disposition
    ? parameters(node.disposition.type.toLowerCase(), node.disposition.params ?? [])
    : undefined;
  const encoding = isMessage(contentType) ? "identity" : encodingOf(node.encoding.toLowerCase());
  const encodedSize = Math.max(0, node.size);
  return {
    part,
    contentType,
    charset: textParameter(params, "charset")?.toLowerCase() || undefined,
    fileName: (disposition && textParameter(disposition, "filename")) || textParameter(params, "name") ||
      (disposition && textParameter(disposition, "name")) || textParameter(params, "filename") || undefined,
    safeFileName: "",
    contentId: bareId(node.id ?? "") || undefined,
    description: oneLine(decodeWords(node.description ?? "")).toWellFormed() || undefined,
    inline: disposition === undefined || disposition.value === "" ? related : disposition.value === "inline",
    related,
    encoding,
    encodedSize,
    size: decodedSize(encoding, encodedSize),
  };
}

function typeOf({ type, subtype }: SinglePart): string {
  // Exchange and others send NIL or nothing for what they cannot read.
  return type === "" || subtype === "" ? "application/octet-stream" : `${type}/${subtype}`.toLowerCase();
}

function isMessage(type: string): boolean {
  return type === "message/rfc822" || type === "message/global";
}

function parameters(value: string, params: readonly Param[]): Parameterized {
  const map = new Map<string, string>();
  for (const { name, value } of params) {
    const key = name.toLowerCase();
    if (!map.has(key)) map.set(key, value);
  }
  return { value, params: map };
}

function isBody(leaf: PartInfo, node: SinglePart, { root, alternative }: Open): boolean {
  if (leaf.contentType !== "text/plain" && leaf.contentType !== "text/html") return false;
  if (node.disposition?.type.toLowerCase() === "attachment") return false;
  return root || alternative || leaf.fileName === undefined;
}

/**
 * Octets of the content. Of base64 in lines of 76 characters (RFC 2045 section 6.8), 57 octets are 78 with the line end; padding and
 * the last line's end make it two more or less. Of quoted-printable nobody can tell: what is transferred is the most.
 */
function decodedSize(encoding: Encoding, encoded: number): number {
  if (encoding !== "base64") return encoded;
  // The line end before a boundary belongs to the boundary.
  const lines = Math.floor((encoded + 2) / 78);
  const rest = Math.max(0, encoded - lines * 78);
  return lines * 57 + Math.floor(rest * 3 / 4);
}
