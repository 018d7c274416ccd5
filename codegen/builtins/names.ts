/** Names of mailboxes, delimiters and flags. */
import { decodeMailboxName, encodeMailboxName } from "../../imap/values/mailbox_name.ts";
import type { Random } from "../check/random.ts";
import type { Output, SentenceOptions } from "../check/sentence_output.ts";
import { minus, rangeSet, setOfText, union } from "../model/byte_set.ts";
import type { ByteSet } from "../model/ir.ts";
import {
  alpha,
  anything,
  astringChar,
  digit,
  flagChar,
  listChar,
  nilStart,
  quote,
  stringStart,
} from "./byte_classes.ts";
import { cased, spellAtom, utf8, writeQuoted } from "./samples.ts";
import type { Builtin } from "./builtin.ts";

function sampleMailbox(out: Output, random: Random, options: SentenceOptions, set: ByteSet): string {
  const names = [
    "INBOX",
    "inbox",
    "Sent Items",
    "Entwürfe",
    "日本/語",
    "a&b",
    "x",
    "Archive/2026",
    '"',
    "caf\udce9",
    "~",
  ];
  let name = random.pick(names);
  if (random.chance(0.4)) name += String.fromCharCode(0x21 + random.below(0x5e));
  if (set[0x2a] && random.chance(0.5)) name += random.pick(["*", "%"]);
  const bytes = encodeMailboxName(name, options.utf8);
  spellAtom(bytes, set, out, random);
  return decodeMailboxName(bytes, options.utf8);
}

/** A flag, or a deviation that is read as one. */
function sampleFlag(out: Output, random: Random, options: SentenceOptions, permanent: boolean): string {
  const names = ["$Forwarded", "NonJunk", "x", "[test"];
  if (random.chance(0.1) && (permanent || options.quirks)) {
    out.text("\\*");
    if (!permanent) out.quirks.add("star-flag");
    return "\\*";
  }
  // Without a backslash the client takes a system flag for a mistake, and writes none.
  let flag = random.chance(0.5) ? `\\${random.pick(["Seen", "deleted", ...names])}` : random.pick(names);
  if (options.quirks && random.chance(0.1)) {
    flag += random.pick(["]", "*", "]b"]);
    out.quirks.add("odd-flag");
  }
  if (options.quirks && random.chance(0.05)) {
    out.text(random.chance(0.5) ? `"${flag}"` : `"${flag.replace("\\", "\\\\")}"`);
    out.quirks.delete("odd-flag");
    out.quirks.add("quoted-flag");
  } else out.text(flag);
  return flag;
}

/** `mailbox` = "INBOX" / astring, modified UTF-7 or UTF-8 by mode. */
export const mailbox: Builtin = {
  type: "string",
  // Names in 8 bits without quotes are read, too: Exchange sends such (MailKit issue 945).
  first: union(stringStart, astringChar, rangeSet(0x80, 0xff)),
  empty: false,
  read: (c) => decodeMailboxName(c.mailboxBytes(), c.mode.utf8),
  sample: ({ out, random, options }) => {
    return sampleMailbox(out, random, options, astringChar);
  },
};

/** `mailbox` at the end of a LIST line: a name that is not an astring is the rest of the line. */
export const listedMailbox: Builtin = {
  type: "string",
  first: minus(anything, setOfText(" (\r\n")),
  empty: false,
  writtenAs: "mailbox",
  read: (c) => c.listedMailbox(),
  sample: ({ out, random, options }) => {
    return sampleMailbox(out, random, options, astringChar);
  },
};

/** `list-mailbox` = 1*list-char / string: a name with wildcards. */
export const listMailbox: Builtin = {
  type: "string",
  first: union(stringStart, listChar),
  empty: false,
  read: (c) => decodeMailboxName(c.astringBytes(listChar), c.mode.utf8),
  sample: ({ out, random, options }) => {
    return sampleMailbox(out, random, options, listChar);
  },
};

/** DQUOTE QUOTED-CHAR DQUOTE / nil: the hierarchy delimiter of a mailbox name. */
export const delimiter: Builtin = {
  type: "string?",
  first: union(minus(rangeSet(0x21, 0x7e), union(alpha, digit, setOfText("(){"))), nilStart),
  empty: false,
  writtenAs: "nstring",
  read: (c) => c.delimiter(),
  sample: ({ out, random, options }) => {
    const delimiter = random.pick([null, "/", ".", "\\"]);
    if (delimiter === null) out.text(options.quirks && random.chance(0.2) ? '""' : cased(random, "NIL"));
    else if (options.quirks && random.chance(0.1) && delimiter !== "\\") {
      out.text(delimiter);
      out.quirks.add("unquoted-delimiter");
    } else writeQuoted(utf8.encode(delimiter), out);
    if (delimiter === null && out.bytes[out.bytes.length - 1] === 0x22) out.quirks.add("empty-delimiter");
    return delimiter;
  },
};

/** `flag`, `mbx-list-flags` members: backslash forms, keywords. */
export const flag: Builtin = {
  type: "string",
  first: union(flagChar, quote),
  empty: false,
  read: (c) => c.flag(false),
  sample: ({ out, random, options }) => {
    return sampleFlag(out, random, options, false);
  },
};

/** `flag-perm`: the same, or `\\*`. */
export const permanentFlag: Builtin = {
  type: "string",
  first: union(flagChar, quote),
  empty: false,
  writtenAs: "flag",
  read: (c) => c.flag(true),
  sample: ({ out, random, options }) => {
    return sampleFlag(out, random, options, true);
  },
};
