/**
 * Postern at work, in plain words: reads mail from a server that lives inside this process, or, with
 * `--host H --user U`, the newest ten messages of a real mailbox, without changing anything there.
 *
 *     deno task demo
 *     deno task demo --imaplib                        the same through IMAP4, as in Python
 *     deno task demo --host imap.example.org --user sam
 *
 * The password of a real account comes from POSTERN_PASSWORD or from a prompt, never from the command line.
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { readdir, readFile } from "node:fs/promises";
import { messageFromBytes } from "@postern/postern/email";
import { connect, type ImapClient, ImapError } from "@postern/postern/imap";
import { startServer, type TestServer } from "@postern/postern/testing";
import { imaplibTour } from "./imaplib.ts";
import { askPassword, NoPassword } from "./password.ts";
import { formatTable } from "./table.ts";
import {
  attachmentsOf,
  columns,
  dateOf,
  displayDate,
  displayHeader,
  displaySender,
  displaySize,
  plainText,
} from "./view.ts";

const usage =
  `Usage: demo [--imaplib] [--host HOST --user USER [--port PORT] [--tls implicit|starttls] [--mailbox NAME]]`;

/** Says what happens next. */
function say(text: string): void {
  console.log(text);
}

/** What the server gave us, set off from the story. */
function show(text: string): void {
  console.log("\n" + text.trimEnd().replace(/^(?=.)/gm, "  ") + "\n");
}

/** Lists messages: what FETCH says of each, decoded. */
async function list(client: ImapClient, messages: Parameters<ImapClient["uidFetch"]>[0]): Promise<void> {
  const rows: string[][] = [];
  // PEEK: looking at a message must not mark it as read. The structure names attachments without fetching them.
  for await (
    const m of client.uidFetch(messages, [
      "FLAGS",
      "INTERNALDATE",
      "RFC822.SIZE",
      "BODYSTRUCTURE",
      "BODY.PEEK[HEADER]",
    ])
  ) {
    const header = messageFromBytes(m.sections[0]?.data ?? new Uint8Array());
    rows.push([
      m.flags.includes("\\Seen") ? " " : "\u25cf",
      displaySender(header),
      displayHeader(header.get("Subject")),
      displayDate(m.internalDate.toDate()),
      displaySize(m.size),
      attachmentsOf(m.bodyStructure).map(({ name, size }) => `${name} (${displaySize(size)})`).join(", "),
    ]);
  }
  show(formatTable(columns, rows, (process.stdout.columns ?? 112) - 2));
}

/** A few realistic messages, as if they had come in during the week. */
async function seededServer(): Promise<TestServer> {
  const folder = new URL("messages/", import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".eml")).sort();
  const messages = await Promise.all(names.map(async (name, index) => {
    const message = new Uint8Array(await readFile(new URL(name, folder)));
    return {
      message,
      flags: index === 0 ? ["\\Seen", "\\Answered"] : [],
      date: dateOf(messageFromBytes(message)) ?? new Date(),
    };
  }));
  return await startServer({
    users: { sam: "not-a-secret" },
    mailboxes: { INBOX: messages, Sent: { specialUse: ["\\Sent"] } },
  });
}

/** The whole story with the server in this process. */
async function embedded(): Promise<void> {
  await using server = await seededServer();
  const { port } = await server.listen();
  say(
    `Started an IMAP server inside this process, on 127.0.0.1 port ${port}. It holds a few messages in memory.`,
  );

  const options = {
    host: "127.0.0.1",
    port,
    tls: "plaintext" as const, // allowed by name, and credentials only because this is loopback
    auth: { user: "sam", pass: "not-a-secret" },
  };
  await using client = await connect(options);
  // ENABLE goes with the first command: only then is it known what the protocol is.
  const inbox = await client.select("INBOX");
  say(
    `Connected and logged in as sam; the protocol is ${
      client.enabled.has("IMAP4REV2") ? "IMAP4rev2" : "IMAP4rev1"
    }.`,
  );
  say(`Selected INBOX: ${inbox.exists} messages; the next one will get UID ${inbox.uidNext}.`);

  const found = await client.uidSearch({ unseen: true, since: "2026-11-17" });
  say(`Searched for unread messages since 17 November: UIDs ${found.all}.`);
  say("Fetched their flags, sizes, structure and headers, and decoded them:");
  await list(client, "1:*");

  const japanese = (await client.uidSearch({ subject: "\u6253\u3061\u5408\u308f\u305b" })).all;
  for await (const m of client.uidFetch(japanese, ["BODY.PEEK[]"])) {
    const message = messageFromBytes(m.sections[0]?.data ?? new Uint8Array());
    say(
      `Searched for a Japanese word in the subject and fetched the message; it came as ${message.getContentCharset()}:`,
    );
    show(plainText(message));
  }

  say("Now waiting for new mail by IDLE, while a second connection appends a message ...");
  const news = client.idle({ duration: 10_000 });
  const [arrived] = await Promise.all([waitForMail(news, inbox.exists), appendFromElsewhere(options)]);
  say(`... and the server told us: INBOX now has ${arrived} messages. This one came in:`);
  await list(client, "*");

  await client.logout();
  say("Logged out.");
}

/** The tour through the facade of imaplib, with the server in this process. */
async function embeddedImaplib(): Promise<void> {
  await using server = await seededServer();
  const { port } = await server.listen();
  await imaplibTour({ host: "127.0.0.1", port, user: "sam", pass: "not-a-secret", say });
}

/** Reads the news until the mailbox has grown. */
async function waitForMail(news: ReturnType<ImapClient["idle"]>, before: number): Promise<number> {
  for await (const event of news) {
    if (event.type === "EXISTS" && event.count > before) return event.count;
  }
  throw new Error("No news within ten seconds");
}

async function appendFromElsewhere(options: Parameters<typeof connect>[0]): Promise<void> {
  await using other = await connect(options);
  const message = [
    "Date: Sat, 21 Nov 2026 12:00:00 +0100",
    "From: Sam Lindgren <sam@postern.example>",
    "To: Ines Okafor <ines@harbour.example>",
    "Subject: =?utf-8?Q?Re=3A_Lunch_on_Thursday=3F_=E2=9C=93?=",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "Yes, please take it.",
    "",
  ].join("\r\n");
  await other.append("INBOX", new TextEncoder().encode(message));
  await other.logout();
}

/** The newest ten messages of a real mailbox, read-only. */
async function real(
  options: { host: string; user: string; port?: number; tls: "implicit" | "starttls"; mailbox: string },
) {
  const { host, user, port, tls, mailbox } = options;
  const pass = await askPassword(`Password of ${user} at ${host}: `);
  await using client = await connect({
    host,
    ...(port === undefined ? {} : { port }),
    tls,
    auth: { user, pass },
  });
  say(`Connected to ${host} over TLS and logged in as ${user}.`);
  const selected = await client.examine(mailbox);
  say(`Opened ${mailbox} for reading only: ${selected.exists} messages.`);
  if (selected.exists > 0) {
    const first = Math.max(1, selected.exists - 9);
    const newest = await client.uidSearch({ seq: `${first}:${selected.exists}` });
    say("The newest messages; none of them is marked as read by this:");
    await list(client, newest.all);
  }
  await client.logout();
  say("Logged out.");
}

/** What the command line asks for; what is wrong when it makes no sense. */
function readArguments(): {
  host?: string;
  user?: string;
  port?: number;
  tls: "implicit" | "starttls";
  mailbox: string;
  imaplib: boolean;
} | string {
  try {
    const { host, user, port, tls, mailbox, imaplib } = parseArgs({
      // `deno task demo -- --host H` hands the dashes on.
      args: process.argv.slice(2).filter((argument, index) => index > 0 || argument !== "--"),
      options: {
        host: { type: "string" },
        user: { type: "string" },
        port: { type: "string" },
        tls: { type: "string", default: "implicit" },
        mailbox: { type: "string", default: "INBOX" },
        imaplib: { type: "boolean", default: false },
      },
    }).values;
    if ((host === undefined) !== (user === undefined) || (tls !== "implicit" && tls !== "starttls")) {
      return usage;
    }
    const number = port === undefined ? undefined : Number(port);
    if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= 65_535)) {
      return `--port must be a number from 1 to 65535, not ${JSON.stringify(port)}`;
    }
    return { host, user, tls, mailbox, imaplib, port: number };
  } catch {
    return usage;
  }
}

const options = readArguments();
if (typeof options === "string") {
  console.error(options);
  process.exitCode = 2;
} else {
  const { host, user, imaplib } = options;
  try {
    if (imaplib) await embeddedImaplib();
    else await (host === undefined || user === undefined ? embedded() : real({ ...options, host, user }));
  } catch (error) {
    // A wrong password or an unknown host is not a crash: the message says what went wrong.
    if (!(error instanceof ImapError || error instanceof NoPassword)) throw error;
    console.error(`That did not work: ${error.message}`);
    process.exitCode = 1;
  }
}
