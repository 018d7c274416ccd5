// What a sender can make as many of as octets allow: how many are read, and that it is said.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { createMail, decodeHeader, type Mail, readMail, utils, writeMail } from "../../../email/mod.ts";

function limits(mail: Mail): string[] {
  return mail.problems.filter(({ kind }) => kind === "limit").map(({ detail }) => detail);
}

function numbered(count: number, each: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => each(i)).join("");
}

test("100 charsets of a field are looked up, and those that were are known to its end", () => {
  const words = (count: number) => numbered(count, (i) => `=?x-${i}?q?a?= =?utf-8?q?=C3=A9?= `);
  const few = readMail(`Subject: ${words(98)}\n\n`);
  assertEquals(few.subject, "aé".repeat(98));
  assertEquals(limits(few), []);
  const many = readMail(`Subject: ${words(150)}=?koi8-r?b?8A==?=\n\n`);
  // The last label would be the 151st.
  assertEquals(many.subject, `${"aé".repeat(150)}\u00f0`);
  assertEquals(limits(many), ["no more than 100 charsets of a field are looked up"]);
});

test("10,000 mailboxes of a field are read, in groups and in one item too", () => {
  const forms = [
    (i: number) => `a${i}@b,`,
    (i: number) => `<a${i}@b>`,
    (i: number) => `g${i}: a${i}@b;`,
    (i: number) => `<a${i}@b>;`,
  ];
  for (const form of forms) {
    const all = readMail(`To: ${numbered(10_000, form)}\n\n`);
    assertEquals(all.to.length, 10_000, form(1));
    assertEquals([all.to[9_999]!.address, limits(all).length > 1], ["a9999@b", false], form(1));
    const more = readMail(`To: ${numbered(10_002, form)}\n\n`);
    assertEquals(more.to.length, 10_000, form(1));
    assertEquals(limits(more).length, 1, form(1));
  }
});

test("1,000 words of one item are read", () => {
  const mail = readMail(`To: ${numbered(3_000, (i) => `w${i} `)}<a@b>, c@d\n\n`);
  assertEquals(mail.to.map(({ address }) => address), ["a@b", "c@d"]);
  assertEquals([mail.to[0]!.name.startsWith("w0 w1 "), mail.to[0]!.name.endsWith(" w999")], [true, true]);
  assertEquals(limits(mail), ["no more than 1000 words of an address are read"]);
});

test("100 addresses of a list field are read", () => {
  for (const form of [(i: number) => `<mailto:a${i}@b>, `, (i: number) => `mailto:a${i}@b,`]) {
    const { unsubscribe } = readMail(`List-Unsubscribe: ${numbered(5_000, form)}\n\n`).listHeaders;
    assertEquals([unsubscribe.length, unsubscribe[99]], [100, "mailto:a99@b"]);
  }
});

test("pieces of decodeHeader do not change one another, however they are kept", () => {
  const chunks = decodeHeader("a =?utf-8?q?b?= c =?l1?b?ZA==?= \u20ac =?utf-8?q?\u0101?=");
  const texts = chunks.map(([octets]) => new TextDecoder().decode(octets as Uint8Array));
  assertEquals(texts, ["a ", "b", " c ", "d", " \\u20ac ", "\\u0101"]);
  (chunks[0]![0] as Uint8Array).fill(0);
  assertEquals(new TextDecoder().decode(chunks[1]![0] as Uint8Array), "b");
  assertEquals(decodeHeader("=?utf-8?q??="), [[new Uint8Array(), "utf-8"]]);
});

test("of one field 20,000 encoded words are decoded", () => {
  const subject = (count: number) => {
    const { subject, problems } = readMail(`Subject: ${"=?l1?q?a?= =?utf-8?q?b?= ".repeat(count / 2)}\n\n`);
    return [subject, problems.length];
  };
  assertEquals(subject(20_000), ["ab".repeat(10_000), 0]);
  assertEquals(subject(20_002), ["ab".repeat(10_000) + " =?l1?q?a?= =?utf-8?q?b?=", 1]);
});

test("utils.getaddresses reads all there are", () => {
  assertEquals(utils.getaddresses([numbered(20_000, (i) => `a${i}@b, `) + "c@d"]).length, 20_001);
});

test("getaddresses and decodeHeader of Python have limits that no mail comes to", () => {
  const addresses = (count: number) =>
    utils.getaddresses([`${"a@b,".repeat(count - 1)}c@d`], { strict: false });
  assertEquals([addresses(50_000).length, addresses(50_000).at(-1)], [50_000, ["", "c@d"]]);
  assertEquals([addresses(50_001).length, addresses(50_001).at(-1)], [50_000, ["", "a@b"]]);
  assertEquals(utils.getaddresses([`g: ${"a@b,".repeat(150_000)}`], { strict: false }).length, 50_000);
  // Strictly, what cannot be read as it is meant is nothing.
  assertEquals(utils.getaddresses(["a@b,".repeat(150_000)]), [["", ""]]);
  const words = (count: number) =>
    decodeHeader("=?l1?q?a?= =?l1?q?b?= ".repeat(count / 2) + "=?l1?q?c?=").at(-1)!;
  assertEquals(words(19_998), [octets("ab".repeat(9_999) + "c"), "l1"]);
  assertEquals(words(20_000), [octets(" =?l1?q?c?="), null]);
});

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

test("the longest address that is read can be written, with quotes and A-labels", () => {
  for (const start of ["a.", "a.."]) {
    for (const domain of ["example.org", "\xfc\xfc.example"]) {
      for (const [length, count] of [[800, 1], [801, 0]] as const) {
        const address = `${start}${"b".repeat(length - start.length - 1 - domain.length)}@${domain}`;
        const { to } = readMail(`To: ${address}\r\n\r\n`);
        assertEquals(to.length, count);
        const written = new TextDecoder().decode(writeMail(createMail({ from: "nora@example.org", to })));
        assertEquals(written.includes("b".repeat(700)), count === 1);
      }
    }
  }
});
