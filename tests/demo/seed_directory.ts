/** Mailboxes out of a directory: .eml files, mbox files and Maildirs. */

import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messagesFromMbox } from "@postern/postern/email";
import type { SeedMessage } from "@postern/postern/testing";

/** The letters after `:2,` in the name of a file in a Maildir. */
const MAILDIR_FLAGS = new Map([
  ["D", "\\Draft"],
  ["F", "\\Flagged"],
  ["P", "$Forwarded"],
  ["R", "\\Answered"],
  ["S", "\\Seen"],
  ["T", "\\Deleted"],
]);

/**
 * Reads mailboxes. A `.eml` file directly in the directory is a message of INBOX, `NAME.mbox` is the mailbox NAME, a
 * directory is a mailbox of its name: a Maildir if it has `cur`, else with the `.eml` files in it.
 */
export async function seedFrom(directory: string): Promise<Record<string, SeedMessage[]>> {
  const mailboxes: Record<string, SeedMessage[]> = { INBOX: await emlFiles(directory) };
  for (const entry of await sorted(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      mailboxes[entry.name] = [...mailboxes[entry.name] ?? [], ...await fromDirectory(path)];
    } else if (entry.name.endsWith(".mbox")) {
      const name = entry.name.slice(0, -".mbox".length);
      const messages = mailboxes[name] ??= [];
      for await (const mail of messagesFromMbox(createReadStream(path))) {
        const bytes = mail.rawBytes();
        // The envelope line belongs to the file.
        messages.push(bytes.subarray(bytes.indexOf(0x0a) + 1));
      }
    }
  }
  return mailboxes;
}

async function fromDirectory(path: string): Promise<SeedMessage[]> {
  const names = (await sorted(path)).map(({ name }) => name);
  return names.includes("cur") ? await maildir(path, names) : await emlFiles(path);
}

async function maildir(path: string, names: readonly string[]): Promise<SeedMessage[]> {
  const messages: SeedMessage[] = [];
  for (const part of ["cur", "new"].filter((name) => names.includes(name))) {
    for (const { name } of await sorted(join(path, part))) {
      if (name.startsWith(".")) continue;
      const letters = /[:;!]2,([A-Za-z]*)$/.exec(name)?.[1] ?? "";
      const flags = [...letters].flatMap((letter) => MAILDIR_FLAGS.get(letter) ?? []);
      messages.push({ message: await readFile(join(path, part, name)), flags });
    }
  }
  return messages;
}

async function emlFiles(directory: string): Promise<SeedMessage[]> {
  const files = (await sorted(directory)).filter((entry) => entry.isFile() && entry.name.endsWith(".eml"));
  return await Promise.all(files.map(({ name }) => readFile(join(directory, name))));
}

async function sorted(directory: string) {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}
