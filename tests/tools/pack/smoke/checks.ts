// A program that has installed the package: a little of every entry point, in whatever runtime. It is compiled with TypeScript
// without the types of any runtime, and its JavaScript runs everywhere; `ask` below is all that differs.

import * as whole from "@postern/postern";
import { connect, ConnectionError, decodeResponse, type FetchRow, SequenceSet } from "@postern/postern/imap";
import { connect as connectCore, type Dial, type ImapClient } from "@postern/postern/imap/core";
import { IMAP4, Time2Internaldate } from "@postern/postern/imaplib";
import { createMail, loadCharsets, messageFromBytes, readMail, writeMail } from "@postern/postern/email";
import { startServer } from "@postern/postern/testing";
import { openAccount } from "@postern/postern/mailbox";
import { edge } from "@postern/postern/cloudflare";

/** Where the runtime's own sockets find the server that was started for this program. */
export interface Ask {
  /** `undefined` in a worker, which connects with `edge`. */
  runtime: "deno" | "bun" | "node" | undefined;
  plaintext: number;
  implicit: number;
  starttls: number;
  authority: string;
}

const auth = { user: "alice", pass: "alice-pw" };
const encoder = new TextEncoder();

function same(actual: unknown, expected: unknown): void {
  const [left, right] = [actual, expected].map((value) => JSON.stringify(value));
  if (left !== right) throw new Error(`${left} instead of ${right}`);
}

/** Everything that a session does, over whatever transport. */
async function session(client: ImapClient): Promise<void> {
  const inbox = await client.select("INBOX");
  const before = inbox.exists;
  const { uids } = await client.append("INBOX", "Subject: New\r\n\r\nText\r\n", { flags: ["\\Seen"] });
  if (uids === undefined) throw new Error("no APPENDUID");
  const rows: FetchRow<"ENVELOPE" | "FLAGS" | "BODY[]" | "UID">[] = [];
  for await (const row of client.uidFetch(uids, ["ENVELOPE", "FLAGS", "BODY[]"])) rows.push(row);
  same(rows.map((row) => [row.envelope.subject, row.flags.includes("\\Seen")]), [["New", true]]);
  same(readMail(rows[0]!.sections[0]!.data!).text, "Text\n");
  const { all } = await client.uidSearch({ subject: "New", seen: true });
  same(all.contains(rows[0]!.uid), true);
  const [status] = await Promise.all([client.status("INBOX", ["MESSAGES"]), client.noop()]);
  same(status.messages, before + 1);
  await client.uidStore(uids, "+FLAGS", ["\\Deleted"]);
  await client.uidExpunge(uids);
  const controller = new AbortController();
  const news = client.idle({ signal: controller.signal })[Symbol.asyncIterator]();
  const first = news.next();
  first.then(() => {}, () => {});
  controller.abort();
  await first.catch(() => {});
  await client.logout();
}

/** The checks by their names, in their order. */
export function checksFor(ask: Ask): Record<string, () => Promise<void>> {
  const dial: { dial?: Dial } = ask.runtime === undefined ? { dial: edge.dial } : {};
  const host = "localhost";
  const caCerts = ask.runtime === undefined ? undefined : ask.authority;
  return {
    "every entry point": async () => {
      same([typeof whole.connect, typeof whole.readMail, typeof whole.openAccount], Array(3).fill("function"));
      same(whole.openAccount === openAccount, true);
    },
    "mail, read and written": async () => {
      const bytes = writeMail(
        createMail({
          from: "Nora <nora@example.org>",
          to: "sam@example.org",
          subject: "Grüße",
          text: "Hi\n",
          attachments: [{ fileName: "a.csv", content: "a;b\n" }],
        }),
      );
      const mail = readMail(bytes);
      same([mail.subject, mail.text, mail.attachments.map((file) => file.safeFileName)], [
        "Grüße",
        "Hi\n",
        ["a.csv"],
      ]);
      same(messageFromBytes(bytes).isMultipart(), true);
      await loadCharsets();
      const japanese = 'Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B$"\x1b(B\r\n';
      same(readMail(encoder.encode(japanese)).text, "あ\n");
    },
    "the codec": async () => {
      const response = decodeResponse(encoder.encode("* 12 FETCH (UID 7 FLAGS (\\Seen))\r\n"));
      same(response.type === "FETCH" && [response.seq, response.uid, response.flags], [12, 7, ["\\Seen"]]);
      same(SequenceSet.from("1:3,9").toString(), "1:3,9");
    },
    "the server and the client in memory": async () => {
      await using server = await startServer({ mailboxes: { INBOX: ["Subject: One\n\n1\n"] } });
      await session(await connectCore({ transport: server.connect(), auth }));
    },
    "plaintext to this machine": async () =>
      await session(
        await connect({ host: "127.0.0.1", port: ask.plaintext, tls: "plaintext", auth, ...dial }),
      ),
    "imaplib": async () => {
      const M = await IMAP4.connect("127.0.0.1", ask.plaintext);
      await M.login(auth.user, auth.pass);
      same((await M.select("INBOX"))[0], "OK");
      await M.logout();
      same(Time2Internaldate(0).length, 28);
    },
    "TLS": async () => await session(await connect({ host, port: ask.implicit, caCerts, auth, ...dial })),
    "STARTTLS": async () =>
      await session(await connect({ host, port: ask.starttls, tls: "starttls", caCerts, auth, ...dial })),
    "a server that hangs up": async () => {
      await using server = await startServer({ faults: [{ on: "NOOP", bye: "see you" }] });
      const client = await connect({ transport: server.connect(), auth });
      const error = await client.noop().then(() => undefined, (reason: unknown) => reason);
      same(error instanceof ConnectionError && error.retryable, true);
    },
  };
}
