// PORTING.md promises names; each of them is there.

import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import * as imaplib from "@postern/postern/imaplib";
import { ScriptedServer } from "./_scripted.ts";

const page = readFileSync(new URL("../../../imap/imaplib/PORTING.md", import.meta.url), "utf8");
const section = (title: string) => page.split(`## ${title}\n`)[1]!.split("\n## ")[0]!;

test("every member that PORTING.md lists is one of the class or of the module", async () => {
  const server = new ScriptedServer({ answers: [] });
  const M = await imaplib.IMAP4.connect("", 143, { dial: server.dial });
  const ssl = imaplib.IMAP4_SSL.prototype;
  const rows = section("Members").split("\n").filter((line) => line.startsWith("| `"));
  const names = rows.flatMap((row) => {
    const cell = row.split("|")[1]!;
    return [...cell.matchAll(/`(?:imaplib\.)?(\w+)/g)].map(([, name]) => name!);
  });
  for (const name of names) assert(name in M || name in imaplib || name in ssl, name);
  assert(names.length > 70, `${names.length}`);
});

test("PORTING.md lists every method of the class", () => {
  const members = section("Members");
  for (
    const Class of [
      imaplib.TableCommands,
      imaplib.SessionCommands,
      imaplib.MailboxCommands,
      imaplib.Connection,
      imaplib.IMAP4_SSL,
    ]
  ) {
    for (const name of Object.getOwnPropertyNames(Class.prototype)) {
      if (name === "constructor" || name.startsWith("_")) continue;
      assert(new RegExp(`\\b${name}\\b`).test(members), `${Class.name}.${name}`);
    }
  }
});

test("each row of what differs says three things", () => {
  const rows = section("What differs on purpose").split("\n").filter((line) => line.startsWith("|")).slice(2);
  assert(rows.length >= 15);
  for (const row of rows) assertEquals(row.split("|").length, 5, row);
});
