// Mailboxes as they are written. An address is never inside an encoded word (RFC 2047 section 5 (3)): names are
// encoded, addresses are not.

import { ValueError } from "../../errors.ts";
import { isAscii } from "../../text/text.ts";
import { utf8Of } from "../../text/utf8.ts";
import { encodedWords } from "./encode_words.ts";
import { domainToAscii } from "./idn.ts";
import { checkOptions, freeText, oneLine } from "./options.ts";
import { readAddresses } from "../addresses.ts";
import type { Problem } from "../model.ts";
import { decodeAsciiEscape } from "../../text/text.ts";
import { wrongType } from "../../text/given.ts";

/** A mailbox to be written: an address, and perhaps the name of its owner. */
export interface MailboxInput {
  /** Display name, as people read it. */
  readonly name?: string;
  /** `local-part@domain`. A domain outside ASCII is written as its A-labels. */
  readonly address: string;
  /** Name of the group it is a member of, as {@linkcode Mail.to} has it: neighbours of one name are written as a group. */
  readonly group?: string;
}

/** A group to be written: a name and its members, of which there may be none. */
export interface GroupInput {
  /** Name of the group. */
  readonly name: string;
  /** Its mailboxes. */
  readonly members: readonly MailboxInput[];
}

/**
 * Whom a field names: text as in the field (`"Nora Lind <nora@example.org>, kai@example.net"`), a mailbox, a group,
 * or a list of these.
 */
export type AddressInput =
  | string
  | MailboxInput
  | GroupInput
  | readonly (string | MailboxInput | GroupInput)[];

// atext (RFC 5322 section 3.2.3), and what RFC 6532 section 3.2 adds to it
const DOT_ATOM =
  /^[\u0080-\uffffA-Za-z0-9!#$%&'*+\/=?^_`{|}~-]+(?:\.[\u0080-\uffffA-Za-z0-9!#$%&'*+\/=?^_`{|}~-]+)*$/;
/** A name that goes as it is: atoms with one blank between them. */
const ATOMS = /^[A-Za-z0-9!#$%&'*+\/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+\/=?^_`{|}~-]+)*$/;
/** A name that goes into quotes: printable ASCII, blanks one at a time and inside only. */
const QUOTABLE = /^[!-~]+(?: [!-~]+)*$/;
/** Longer names are encoded words, which can be folded anywhere. */
const LONGEST_QUOTED = 60;
// quoted-string around a local part: qtext and quoted-pair (RFC 5322 section 3.2.4)
const QUOTED = /^"(?:[^"\\]|\\.)*"$/s;
// domain-literal (RFC 5322 section 3.4.1)
const LITERAL = /^\[[^\0-\x20\x7f[\]\\]*\]$/;
/** What a domain may hold in a field: more than DNS has, since what was read has to be writable. */
const DOMAIN = /^[^\0-\x20\x7f<>()[\]\\,;:@"]+$/;
/** RFC 5321 section 4.5.3.1 gives 64 octets and 255; deployed local parts are longer, and 998 would break the line. */
const LONGEST_ADDRESS = 900;
// deno-lint-ignore no-control-regex
const CONTROLS = /[\0-\x1f\x7f]/;

/**
 * Mailboxes and groups of what a program gave for a field.
 *
 * @param what name of the option or field, for messages
 * @param input what was given
 * @throws {TypeError} for something that is not text, a mailbox, a group or a list of them
 * @throws {ValueError} for text without an address
 */
export function addressesFrom(what: string, input: unknown): (MailboxInput | GroupInput)[] {
  if (Array.isArray(input)) return input.flatMap((one) => addressesFrom(what, one));
  if (typeof input === "string") return addressesInText(what, oneLine(what, input));
  if (typeof input !== "object" || input === null) {
    throw wrongType(
      what,
      'text such as "Nora <nora@example.org>", { name, address } or a list',
      input,
      "must be",
    );
  }
  if ("members" in input) {
    checkOptions(`a group in ${what}`, input, ["name", "members"]);
    const { name, members } = input as GroupInput;
    return [{
      name: freeText(`the name of a group in ${what}`, name),
      members: addressesFrom(what, members).map(onlyMailbox),
    }];
  }
  checkOptions(`a mailbox in ${what}`, input, ["name", "address", "group"]);
  const { name, address, group } = input as MailboxInput;
  return [{
    name: freeText(`a name in ${what}`, name ?? ""),
    address: oneLine(`an address in ${what}`, address),
    ...(group === undefined ? {} : { group: freeText(`the name of a group in ${what}`, group) }),
  }];
}

function onlyMailbox(one: MailboxInput | GroupInput): MailboxInput {
  if ("members" in one) throw new ValueError(`a group cannot be inside the group: list its mailboxes`);
  return one;
}

function addressesInText(what: string, text: string): (MailboxInput | GroupInput)[] {
  const problems: Problem[] = [];
  const { mailboxes, groups } = readAddresses(text, problems);
  const empty = groups.filter(({ members }) => members.length === 0);
  if (problems.length > 0 || mailboxes.length + empty.length === 0) {
    throw new ValueError(
      `${what} has no address in ${JSON.stringify(text.slice(0, 80))}: write Name <local@domain>, ` +
        `a name with a comma in quotes, or give { name, address }`,
    );
  }
  return [...mailboxes, ...empty];
}

/** Neighbours that are members of one group, as that group. */
function grouped(list: readonly (MailboxInput | GroupInput)[]): (MailboxInput | GroupInput)[] {
  const out: (MailboxInput | { name: string; members: MailboxInput[] })[] = [];
  let open: string | undefined;
  for (const one of list) {
    const last = out[out.length - 1];
    const group = "members" in one ? undefined : one.group;
    if (group !== undefined && group === open && last !== undefined && "members" in last) {
      last.members.push(one as MailboxInput);
    } else if (group !== undefined) {
      out.push({ name: group, members: [one as MailboxInput] });
    } else {
      out.push("members" in one ? { name: one.name, members: [...one.members] } : one);
    }
    open = group;
  }
  return out;
}

/**
 * The pieces of a list of mailboxes and groups, for folding.
 *
 * @param what name of the option or field, for messages
 * @param list the mailboxes and groups
 * @param column where the first piece will be in its line
 * @throws {ValueError} for an address that cannot be written
 */
export function addressPieces(
  what: string,
  list: readonly (MailboxInput | GroupInput)[],
  column: number,
): string[] {
  const pieces: string[] = [];
  grouped(list).forEach((one, i, all) => {
    const at = i === 0 ? column : 1;
    if ("members" in one) {
      pieces.push(...namePieces(one.name, at));
      pieces[pieces.length - 1] += ":";
      one.members.forEach((member, k) => {
        pieces.push(...mailboxPieces(what, member, 1));
        if (k < one.members.length - 1) pieces[pieces.length - 1] += ",";
      });
      pieces[pieces.length - 1] += ";";
    } else {
      pieces.push(...mailboxPieces(what, one, at));
    }
    if (i < all.length - 1) pieces[pieces.length - 1] += ",";
  });
  return pieces;
}

// mailbox = name-addr / addr-spec ; name-addr = [display-name] angle-addr   (RFC 5322 section 3.4)
function mailboxPieces(what: string, mailbox: MailboxInput, column: number): string[] {
  // Octets outside ASCII are UTF-8 in the field (RFC 6532 section 3.2), which a Message holds as escaped octets.
  const address = decodeAsciiEscape(utf8Of(writtenAddress(what, mailbox.address)));
  return mailbox.name ? [...namePieces(mailbox.name, column), `<${address}>`] : [address];
}

function namePieces(name: string, column: number): string[] {
  if (!name.includes("=?")) {
    if (ATOMS.test(name) && name.length <= LONGEST_QUOTED) return name.split(" ");
    if (QUOTABLE.test(name) && name.length <= LONGEST_QUOTED) return [`"${name.replace(/["\\]/g, "\\$&")}"`];
    if (name === "") return ['""'];
  }
  return encodedWords(name, column);
}

/**
 * An address as it is written in fields and envelopes: a domain outside ASCII as its A-labels, a local part in
 * quotes where it needs them.
 *
 * @param what name of the option or field, for messages
 * @param address the address
 * @throws {ValueError} when it cannot be one
 */
export function writtenAddress(what: string, address: string): string {
  const refuse = (why: string): never => {
    throw new ValueError(`${what} has the address ${JSON.stringify(address.slice(0, 80))}, ${why}`);
  };
  if (CONTROLS.test(address)) refuse("which holds a control character: take it out");
  const at = address.lastIndexOf("@");
  if (at <= 0) refuse("which has no local part and domain: write it as local@domain");
  let local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (!DOT_ATOM.test(local) && !QUOTED.test(local)) {
    if (/[\s<>@,;:"\\()]/.test(local)) {
      refuse(
        'whose local part holds a character that is only allowed in quotes: write it as "local part"@domain',
      );
    }
    // Dots at the ends and next to each other are deployed, and need quotes.
    local = `"${local}"`;
  }
  const ascii = LITERAL.test(domain) ? domain : domainToAscii(domain) ?? domain;
  if (!DOMAIN.test(ascii) && !LITERAL.test(ascii)) refuse("whose domain cannot be a domain name");
  const written = `${local}@${ascii}`;
  if (written.length > LONGEST_ADDRESS) {
    refuse(`which is longer than ${LONGEST_ADDRESS} characters: no server takes it`);
  }
  return written;
}

/** Whether an address needs a server that knows SMTPUTF8 (RFC 6531): its local part is not ASCII. */
export function needsUtf8(address: string): boolean {
  return !isAscii(address);
}
