/** The same tour through `IMAP4`, for people who come from Python's imaplib: what its manual promises at the module's end. */

import { messageFromBytes } from "@postern/postern/email";
import { IMAP4, Internaldate2tuple, ParseFlags } from "@postern/postern/imaplib";
import { displayHeader, displaySender } from "./view.ts";

/** Where the tour goes, and how it is told. */
export interface ImaplibTour {
  host: string;
  port: number;
  user: string;
  pass: string;
  /** Says what happens next. */
  say(text: string): void;
}

/** Logs in, looks at INBOX, makes a mailbox, fills it and takes it away again. */
export async function imaplibTour({ host, port, user, pass, say }: ImaplibTour): Promise<void> {
  const M = await IMAP4.connect(host, port);
  say(`PROTOCOL_VERSION = ${M.PROTOCOL_VERSION}`);
  say(`capabilities: ${M.capabilities.slice(0, 6).join(" ")} ...`);
  await M.login(user, pass);

  const [, boxes] = await M.list();
  say(`M.list(): ${boxes.join("; ")}`);
  const [, count] = await M.select("INBOX", true);
  say(`M.select("INBOX", true): ${count[0]} messages, UIDVALIDITY ${M.response("UIDVALIDITY")[1][0]}`);

  const [, found] = await M.search(null, "UNSEEN");
  say(`M.search(null, "UNSEEN"): ${found[0]}`);
  for (const num of String(found[0]).split(" ").filter((each) => each !== "")) {
    const [, data] = await M.fetch(num, "(FLAGS INTERNALDATE BODY.PEEK[HEADER])");
    const [head, octets] = data[0] as [string, Uint8Array];
    const header = messageFromBytes(octets);
    const [year, month, day] = Internaldate2tuple(head)!;
    say(
      `  ${num}: ${year}-${month}-${day} ${displaySender(header)}: ${displayHeader(header.get("Subject"))}`,
    );
  }
  await M.close();

  await M.create("Tour");
  await M.append("Tour", null, null, "From: sam@postern.example\nSubject: a test\n\ndata...\n");
  await M.select("Tour");
  const [, stored] = await M.store("1", "+FLAGS", "\\Deleted");
  say(`M.store("1", "+FLAGS", "\\\\Deleted"): ${ParseFlags(String(stored[0])).join(" ")}`);
  say(`M.expunge(): ${(await M.expunge())[1]}`);
  await M.close();
  await M.delete("Tour");
  const [typ] = await M.logout();
  say(`M.logout(): ${typ}`);
}
