/** What a hostile server, or the sender of a mail, can choose to make a client slow: every kind that has. */

import { Decoder } from "../../imap/codec/codec.ts";
import { writeResponse } from "../../imap/codec/_gen/encode_response.ts";
import type { Response } from "../../imap/codec/_gen/types.ts";
import { checkLimits } from "../../imap/base/limits.ts";
import { decodeMailboxName, encodeMailboxName } from "../../imap/values/mailbox_name.ts";
import { SequenceSet } from "../../imap/values/sequence_set.ts";
import { Framer } from "../../imap/wire/framer.ts";
import { Writer } from "../../imap/wire/writer.ts";

/** Streams of about `size` bytes that decode in time proportional to their size. */
export const streams: Record<string, (size: number) => string> = {
  "unknown item, nested parentheses": (size) =>
    `* 1 FETCH (X ${"(".repeat(size / 2)}${")".repeat(size / 2)})\r\n`,
  "BODYSTRUCTURE nested beyond the limit": (size) =>
    `* 1 FETCH (BODYSTRUCTURE ${"(".repeat(size / 2)}${")".repeat(size / 2)})\r\n`,
  "multipart of many parts": (size) =>
    `* 1 FETCH (BODYSTRUCTURE (${'("A" "B" NIL NIL NIL "7BIT" 1)'.repeat(size / 31)} "MIXED"))\r\n`,
  "multipart of many damaged parts": (size) =>
    `* 1 FETCH (BODYSTRUCTURE (${'("A" "B" NIL NIL NIL "7BIT" x)'.repeat(size / 31)} "MIXED"))\r\n`,
  "messages inside messages, the last damaged": (size) => {
    const levels = 40;
    const envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
    const head = `("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 1 ${envelope} `;
    return `* 1 FETCH (BODYSTRUCTURE ${head.repeat(levels)}("A" "B" ("${"x".repeat(size)}" x))${
      " 1)".repeat(levels)
    })\r\n`;
  },
  "flags": (size) => `* 1 FETCH (FLAGS (${"\\Seen ".repeat(size / 6)}\\Seen))\r\n`,
  "flags without spaces": (size) => `* 1 FETCH (FLAGS (${"\\Seen".repeat(size / 5)}))\r\n`,
  "addresses": (size) =>
    `* 1 FETCH (ENVELOPE (NIL NIL (${
      '("a" NIL "b" "c") '.repeat(size / 18)
    }) NIL NIL NIL NIL NIL NIL NIL))\r\n`,
  "SEARCH numbers": (size) => `* SEARCH${" 12345".repeat(size / 6)}\r\n`,
  "sequence set": (size) => `* ESEARCH (TAG "A1") ALL ${"1:2,".repeat(size / 4)}7\r\n`,
  "sequence set that ends badly": (size) => `* ESEARCH (TAG "A1") ALL ${"1:2,".repeat(size / 4)}\r\n`,
  "quoted string with escapes": (size) =>
    `* 1 FETCH (ENVELOPE (NIL "${'\\"'.repeat(size / 2)}" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n`,
  "quoted string that never ends": (size) => `* 1 FETCH (ENVELOPE (NIL "${'\\"'.repeat(size / 2)}\r\n`,
  "many strings in a line that is not ASCII": (size) =>
    `* 1 FETCH (ENVELOPE ("\xe9" NIL (${
      '("a" NIL "b" "c")'.repeat(size / 17)
    }) NIL NIL NIL NIL NIL NIL NIL))\r\n`,
  "bytes that are not UTF-8": (size) =>
    `* 1 FETCH (ENVELOPE ("${"\xe9".repeat(size)}" NIL NIL NIL NIL NIL NIL NIL NIL NIL))\r\n`,
  "literals": (size) => `* 1 FETCH (${"X {1}\r\na ".repeat(size / 9)}X Y)\r\n`,
  "marks of literals that are not there": (size) => `* 1 FETCH (${"X {1} ".repeat(size / 6)}X Y)\r\n`,
  "digits of a literal's mark": (size) => `* 1 FETCH (X {${"1".repeat(size)} X Y)\r\n`,
  "damaged items": (size) => `* 1 FETCH (${"UID x ".repeat(size / 6)}UID 1)\r\n`,
  "damaged items with literals": (size) => `* 1 FETCH (${"UID {1}\r\na ".repeat(size / 11)}UID 1)\r\n`,
  "unknown items": (size) => `* 1 FETCH (${"X-Y z ".repeat(size / 6)}UID 1)\r\n`,
  "sections": (size) => `* 1 FETCH (${"BODY[1] NIL ".repeat(size / 12)}UID 1)\r\n`,
  "section of many header names": (size) =>
    `* 1 FETCH (BODY[HEADER.FIELDS (${"X ".repeat(size / 2)}X)] NIL)\r\n`,
  "section that never ends": (size) => `* 1 FETCH (BODY[HEADER.FIELDS (${"] ".repeat(size / 2)}\r\n`,
  "digits": (size) => `* 1 FETCH (UID ${"9".repeat(size)} MODSEQ (${"9".repeat(size)}))\r\n`,
  "STATUS items": (size) => `* STATUS a (${"X-Y 1 ".repeat(size / 6)}UIDNEXT 1)\r\n`,
  "THREAD, wide": (size) => `* THREAD ${"(1 2 (3)(4))".repeat(size / 12)}\r\n`,
  "THREAD, deep": (size) => `* THREAD ${"(".repeat(size / 2)}1${")".repeat(size / 2)}\r\n`,
  "THREAD, long": (size) => `* THREAD (1${" 2".repeat(size / 2)})\r\n`,
  "response code": (size) => `* OK [X ${"[".repeat(size)}] x\r\n`,
  "response code that never ends": (size) => `* OK [COPYUID ${"1,".repeat(size / 2)}\r\n`,
  "CAPABILITY": (size) => `* CAPABILITY${" X-Y".repeat(size / 4)}\r\n`,
  "LIST attributes and mailbox": (size) =>
    `* LIST (${"\\X ".repeat(size / 6)}\\X) "/" "${"&AOk-".repeat(size / 10)}"\r\n`,
  "unknown response": (size) => `* X-THING ${"(a ".repeat(size / 3)}\r\n`,
  "nested parentheses, never closed": (size) => `* 1 FETCH (X ${"(".repeat(size)}\r\n`,
  "messages within messages": (size) => {
    const envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
    const levels = size / 90;
    return `* 1 FETCH (BODYSTRUCTURE ${
      `("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 1 ${envelope} `.repeat(levels)
    }("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)${" 1)".repeat(levels)})\r\n`;
  },
  "SORT numbers, the last damaged": (size) => `* SORT${" 12345".repeat(size / 6)} x\r\n`,
  "strings of Latin-1 in a list": (size) => `* 1 FETCH (X (${'"caf\xe9" '.repeat(size / 7)}""))\r\n`,
  "sections with octets": (size) => `* 1 FETCH (UID 1${" BODY[1] {1}\r\na".repeat(size / 15)})\r\n`,
  "sequence set, from its end": (size) =>
    `* ESEARCH (TAG "a") ALL ${Array.from({ length: size / 8 }, (_, i) => 4_000_000 - 2 * i).join(",")}\r\n`,
  "VANISHED": (size) => `* VANISHED (EARLIER) ${"1:2,".repeat(size / 4)}9\r\n`,
  "quota resources": (size) => `* QUOTA "" (${"STORAGE 1 2 ".repeat(size / 12)}STORAGE 1 2)\r\n`,
  "damaged quota resources": (size) => `* QUOTA "" (${"STORAGE x ".repeat(size / 10)}STORAGE 1 2)\r\n`,
  "damaged ID": (size) => `* ID (${'"a" (b) '.repeat(size / 8)}"a" "b")\r\n`,
  "damaged METADATA": (size) => `* METADATA "" (${"/a (b) ".repeat(size / 7)}/a "b")\r\n`,
  "damaged ACL": (size) => `* ACL a${" b (c)".repeat(size / 6)}\r\n`,
  "damaged THREAD": (size) => `* THREAD ${"(1 x)".repeat(size / 5)}(2)\r\n`,
  "damaged SEARCH": (size) => `* SEARCH${" x (".repeat(size / 4)} 1\r\n`,
  "damaged NAMESPACE": (size) => `* NAMESPACE (${'("" /)'.repeat(size / 6)}) NIL NIL\r\n`,
  "damaged LIST extension": (size) => `* LIST () "/" a (${"CHILDINFO x ".repeat(size / 12)}OLDNAME (b))\r\n`,
  "damaged ESEARCH": (size) => `* ESEARCH (TAG "a")${" MIN x".repeat(size / 6)} COUNT 1\r\n`,
  "damaged STATUS": (size) => `* STATUS a (${"UIDNEXT x ".repeat(size / 10)}UIDNEXT 1)\r\n`,
  "damaged ENVELOPE": (size) => `* 1 FETCH (UID 1${' ENVELOPE (NIL "a" x)'.repeat(size / 21)})\r\n`,
  "many lines": (size) => "* 1 FETCH (FLAGS (\\Seen))\r\n".repeat(size / 27),
  "blank lines": (size) => "\r\n".repeat(size / 2) + "* 1 EXISTS\r\n",
};

/** Other work on about `size` bytes, made ready outside the time. */
export const works: Record<string, (size: number) => () => unknown> = {
  "framer: a line, byte by byte": (size) => decoding(`* OK ${"x".repeat(size)}\r\n`, 1),
  "sequence set, sorted, merged, taken away from": (size) => {
    const set = Array.from({ length: size / 8 }, (_, i) => 1 + (i * 7919) % 4_000_000).join(",");
    return () => SequenceSet.parse(set).union("5:9").difference("7").count;
  },
  "mailbox name of ampersands": (size) => {
    const name = "&".repeat(size);
    return () => encodeMailboxName(decodeMailboxName(name, false), false);
  },
  "mailbox name of broken UTF-8": (size) => {
    const name = new Uint8Array(size).fill(0xe2);
    return () => encodeMailboxName(decodeMailboxName(name, true), true);
  },
  "response of many flags, written": (size) => {
    const response: Response = {
      type: "FLAGS",
      flags: Array.from({ length: size / 6 }, () => "\\Seen"),
      other: [],
    };
    return () => {
      const writer = new Writer({ response: true });
      writeResponse(writer, response);
      return writer.endResponse();
    };
  },
};

const limits = checkLimits({ maxLine: 1 << 30, maxResponse: 1 << 30, maxItems: 1 << 30 });

/** Frames a stream and decodes every response in it, as a connection does. */
export function decoding(stream: string, chunk = 1 << 16): () => number {
  const bytes = Uint8Array.from(stream, (char) => char.charCodeAt(0));
  return () => {
    const framer = new Framer({ limits, room: 4096 });
    const decoder = new Decoder({ limits });
    let count = 0;
    for (let at = 0; at < bytes.length;) {
      at += framer.take(bytes.subarray(at, at + chunk));
      for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
        decoder.decode(frame);
        count++;
      }
    }
    if (count === 0) throw new Error("nothing was decoded");
    return count;
  };
}
