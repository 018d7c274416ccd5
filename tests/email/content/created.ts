/** Messages for other readers, and what they have to find in them. */

import { createMail, type CreateMailOptions, writeMail } from "../../../email/mod.ts";
import { latin1 } from "./wire.ts";

/** What a reader finds in a message. */
export interface Answer {
  subject: string;
  from: [name: string, address: string][];
  to: [name: string, address: string][];
  cc: [name: string, address: string][];
  /** Without the line ends at its end, of which readers make what they like; "" when there is none. */
  text: string;
  html: string;
  /** Name, type, content in base64 and Content-ID of each file. */
  files: [name: string, type: string, content: string, contentId: string | null][];
}

const common = {
  from: "Nora Lind <nora@example.org>",
  date: new Date(Date.UTC(2026, 10, 3, 8, 15)),
  messageId: "<1@example.org>",
};
const octets = Uint8Array.from({ length: 256 }, (_, i) => i);

/** What is built. */
export const CREATED: { name: string; options: CreateMailOptions }[] = [
  { name: "plain", options: { to: "kai@example.net", subject: "Tea", text: "At four?\n" } },
  {
    name: "names",
    options: {
      to: [
        { name: "Jörg Weiß", address: "joerg@example.net" },
        { name: "Lind, Nora (M.A.)", address: "a@example.org" },
        { name: 'The "Boss" \\ Inc.', address: "b@example.org" },
        { name: "evil@example.com", address: "d@example.org" },
      ],
      cc: [{ name: "Ångström; Sons: <x@y>", address: "o'neil+tag@example.org" }],
      subject: "x",
      text: "",
    },
  },
  {
    name: "subject in German",
    options: { subject: "Bestellung für Ölsardinen und Brötchen, 100 % frisch (heute!)", text: "x" },
  },
  {
    name: "subject in Japanese",
    options: { subject: "会議の議事録と次回の予定についてのお知らせです。".repeat(4), text: "x" },
  },
  { name: "subject with emoji", options: { subject: "Fest 🎉 am Samstag 👩‍👩‍👧 ".repeat(5) + "!", text: "x" } },
  { name: "subject of one word", options: { subject: "w".repeat(2000), text: "x" } },
  { name: "subject that looks encoded", options: { subject: "see =?utf-8?q?a?= for RFC 2047", text: "x" } },
  {
    name: "a long name",
    options: { to: [{ name: "漢字".repeat(40), address: "c@example.org" }], subject: "x", text: "x" },
  },
  {
    name: "a file name that looks encoded",
    options: { subject: "x", text: "x", attachments: [{ fileName: "=?utf-8?q?a?=.bin", content: octets }] },
  },
  {
    name: "many recipients",
    options: {
      to: Array.from(
        { length: 60 },
        (_, i) => ({ name: `Person Nº ${i}`, address: `person.${i}@example.org` }),
      ),
      subject: "x",
      text: "x",
    },
  },
  {
    name: "text in French",
    options: { subject: "x", text: "Voilà, ça marche: = et  \n\tété\n.\nFrom here\n" },
  },
  { name: "text in Chinese", options: { subject: "x", text: "你好，世界\n".repeat(40) } },
  { name: "long lines", options: { subject: "x", text: `${"word ".repeat(600)}\n${"y".repeat(3000)}\n` } },
  { name: "HTML alone", options: { subject: "x", html: "<p>Grüße &amp; mehr</p>\n" } },
  { name: "alternatives", options: { subject: "x", text: "Hello\n", html: "<p>Hello</p>\n" } },
  {
    name: "everything",
    options: {
      subject: "Alles",
      text: "Siehe Anhang.\n",
      html: '<p>Logo: <img src="cid:logo@example.org"></p>\n',
      inline: [{ contentId: "logo@example.org", fileName: "logo.png", content: octets.slice(0, 50) }],
      attachments: [
        { fileName: "plan.pdf", content: octets },
        { fileName: "Übersicht Mai (endgültig).pdf", content: octets.slice(128) },
        { fileName: "table.csv", content: "a;b\r\n1;ü\n" },
      ],
    },
  },
  {
    name: "file names",
    options: {
      subject: "x",
      text: "x",
      attachments: [
        "a b.bin",
        "semi;colon,comma.bin",
        "100% 50%25.bin",
        "it's 'quoted'.bin",
        'say "hi".bin',
        "back\\slash.bin",
        "документ.bin",
        "写".repeat(100) + ".bin",
        "long ".repeat(40) + "name.bin",
      ].map((fileName) => ({ fileName, content: new Uint8Array([1, 2, 3]) })),
    },
  },
  { name: "blanks around a subject", options: { subject: "  a  b\t", text: "x" } },
  {
    name: "every second word outside ASCII",
    options: {
      subject: Array.from({ length: 40 }, (_, i) => `${i % 2 ? "ä" : "a"}${i}`).join(" "),
      text: "x",
    },
  },
  {
    name: "from right to left",
    options: {
      to: [{ name: "שלום, עולם", address: "s@example.org" }],
      subject: "שלום עולם",
      text: "مرحبا\n",
    },
  },
  { name: "a subject like a field", options: { subject: "Bcc: x@example.org?= =_é", text: "x" } },
  {
    name: "dots and envelope lines",
    options: { subject: "x", text: ".\n..\nFrom me\n>From you\n--x--\n-- \nNora\n" },
  },
  {
    name: "file names of signs",
    options: {
      subject: "x",
      text: "x",
      attachments: [
        "résumé – final (1).bin",
        "a*b.bin",
        ".hidden.bin",
        "e\u0301.bin",
        "🦊.bin",
        "utf-8''x.bin",
      ]
        .map((fileName) => ({ fileName, content: new Uint8Array([1, 2, 3]) })),
    },
  },
].map(({ name, options }) => ({ name, options: { ...common, ...options } as CreateMailOptions }));

/** The message, with numbers for its random boundaries. */
export function built(options: CreateMailOptions): Uint8Array {
  const boundaries = new Map<string, string>();
  const text = latin1(writeMail(createMail(options))).replace(
    /=_[0-9a-z]{30}/g,
    (boundary) => {
      if (!boundaries.has(boundary)) boundaries.set(boundary, `=_${boundaries.size + 1}`);
      return boundaries.get(boundary)!;
    },
  );
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

type Box = { name: string; address: string };

/** What was given, in the form of an answer. */
export function given(options: CreateMailOptions): Answer {
  const boxes = (input: CreateMailOptions["to"]): [string, string][] => {
    if (input === undefined) return [];
    if (input === "kai@example.net") return [["", input]];
    if (typeof input === "string") return [["Nora Lind", "nora@example.org"]];
    return (input as Box[]).map(({ name, address }) => [name, address]);
  };
  const base64 = (content: unknown) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content as Uint8Array;
    return btoa(latin1(bytes));
  };
  const types: Record<string, string> = { png: "image/png", pdf: "application/pdf", csv: "text/csv" };
  const files = [...options.inline ?? [], ...options.attachments ?? []] as {
    fileName: string;
    content: unknown;
    contentId?: string;
  }[];
  return {
    subject: options.subject ?? "",
    from: boxes(options.from),
    to: boxes(options.to),
    cc: boxes(options.cc),
    text: (options.text ?? "").replace(/\n+$/, ""),
    html: (options.html ?? "").replace(/\n+$/, ""),
    files: files.map(({ fileName, content, contentId }) => [
      fileName,
      types[fileName.slice(-3)] ?? "application/octet-stream",
      base64(content),
      contentId ?? null,
    ]),
  };
}
