// Code as people write it before they have read the manual: every line has to compile as it is, and to mean what it says.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import {
  formatdate,
  getaddresses,
  headerText,
  type Message,
  messageFromBytes,
  messageFromString,
  MIMEMultipart,
  MIMEText,
  parseaddr,
  parsedate,
  parsedateToDatetime,
  parsedateTz,
} from "../../email/mod.ts";

const m: Message = messageFromString([
  "From: Jane <jane@example.org>",
  "To: joe@example.net",
  "To: ann@example.net",
  "Subject: tea",
  "Date: Fri, 20 Nov 2026 10:00:00 +0000",
  'Content-Type: multipart/alternative; boundary="b"',
  "",
  "--b",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "At four?",
  "--b",
  "Content-Type: text/html",
  "",
  "<p>At four?",
  "--b--",
  "",
].join("\n"));

test("reading", () => {
  assertEquals(getaddresses(m.getAll("to")).map(([, address]) => address), [
    "joe@example.net",
    "ann@example.net",
  ]);
  assertEquals(getaddresses(m.getAll("cc")), []);
  assertEquals(m.get("subject")?.toString(), "tea");
  assertEquals(parseaddr(m.get("from")), ["Jane", "jane@example.org"]);
  assertEquals(parseaddr(m.get("reply-to"), { strict: false }), ["", ""]);
  assertEquals(parsedateToDatetime(m.get("date")).toDate().getTime(), Date.UTC(2026, 10, 20, 10));
  assertEquals(parsedate(m.get("resent-date")), null);
  assertEquals(parsedateTz(m.get("date"))?.[9], 0);
  assertEquals(headerText(m.get("subject")?.toString()), "tea");
  assertEquals(m.walk().find((part) => part.getContentType() === "text/html")?.getPayload(), "<p>At four?");
  const types: string[] = [];
  if (m.isMultipart()) { for (const part of m.getPayload()) types.push(part.getContentType()); }
  assertEquals(types, ["text/plain", "text/html"]);
  const leaves = m.walk().filter((part) => !part.isMultipart()).toArray();
  assertEquals(leaves[0]!.getPayload({ decode: true })?.length, 8);
  assertEquals(new Map(m).size, 5);
  assertEquals((JSON.parse(JSON.stringify(m)) as { headers: string[][] }).headers[2], [
    "To",
    "ann@example.net",
  ]);
});

test("writing", () => {
  const message = new MIMEMultipart("mixed", { subparts: [new MIMEText("hello")] });
  message.set("Date", formatdate(new Date(0)));
  message.set("Subject", "tea");
  message.addHeader("X-Order", "v", [["b", "1"], ["2", "x"], ["1", "y"]]);
  assertEquals(message.get("x-order"), 'v; b="1"; 2="x"; 1="y"');
  assertEquals(messageFromBytes(message.asBytes()).get("subject"), "tea");
});
