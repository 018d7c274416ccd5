/** Moves what a sender wrote into an archive, leaves a note about it, and tells what is where afterwards. */
import { Message, utils } from "@postern/postern/email";
import { type ConnectOptions, IMAP4, Internaldate2tuple, Time2Internaldate } from "@postern/postern/imaplib";

async function count(M: IMAP4, box: string): Promise<string> {
  const [typ] = await M.select(`"${box}"`, true);
  if (typ !== "OK") return `${box}: ${typ}`;
  const [, data] = await M.search(null, "ALL");
  return `${box}: ${words(data[0]).length}`;
}

export async function main(
  host: string,
  port: number,
  print: (...words: unknown[]) => void,
  options: ConnectOptions,
) {
  const M = await IMAP4.connect(host, port, options);
  try {
    await M.login("alice", "wrong");
  } catch (problem) {
    if (!(problem instanceof IMAP4.error)) throw problem;
    print("refused:", bool(problem instanceof IMAP4.abort));
  }
  await M.login("alice", "alice-pw");
  print(await count(M, "Old mail"));
  print((await M.create('"Old mail"'))[0], (await M.create('"Old mail"'))[0]);
  print((await M.subscribe('"Old mail"'))[0]);
  await M.select();
  const [, found] = await M.uid("SEARCH", null, "FROM", '"fred"');
  const uids = words(found[0]);
  print(`${uids.length} from fred`);
  for (const uid of uids) {
    const [typ] = await M.uid("COPY", uid, '"Old mail"');
    if (typ === "OK") await M.uid("STORE", uid, "+FLAGS", "(\\Deleted)");
  }
  const [typ, gone] = await M.expunge();
  print(typ, `[${gone.map(Number).join(", ")}]`);
  print(M.response("EXISTS")[0], bool(M.response("COPYUID")[1].length > 0));

  const note = new Message();
  note.set("Subject", "Archived");
  note.set("Date", utils.formatdate(0));
  note.setPayload(`${uids.length} messages went into "Old mail".\n`);
  const when = Time2Internaldate(new Date(2026, 10, 20, 12, 0, 0));
  print((await M.append("INBOX", "\\Seen", when, note.asBytes()))[0]);
  await M.noop();
  const [, notes] = await M.search(null, "SUBJECT", '"Archived"', "SINCE", "19-Nov-2026");
  const [, data] = await M.fetch(notes[0] as string, "(INTERNALDATE BODY[TEXT])");
  const [head, octets] = data[0] as [string, Uint8Array];
  print(`(${Internaldate2tuple(head)!.slice(0, 6).join(", ")})`);
  print(new TextDecoder().decode(octets).trim());
  try {
    await M.fetch("1:*", "NONSENSE");
  } catch (problem) {
    if (!(problem instanceof IMAP4.error)) throw problem;
    print("error:", bool(problem instanceof IMAP4.abort));
  }
  print(await count(M, "INBOX"), await count(M, "Old mail"));
  print((await M.close())[0], M.state);
  print((await M.unsubscribe('"Old mail"'))[0], (await M.delete('"Old mail"'))[0]);
  print((await M.logout())[0]);
}

/** Python's `split()`. */
function words(data: unknown): string[] {
  return String(data).split(" ").filter(Boolean);
}

/** How Python prints it. */
function bool(value: boolean): string {
  return value ? "True" : "False";
}
