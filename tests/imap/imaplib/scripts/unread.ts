/** Lists the mailboxes, and what is unread in INBOX: who wrote, when, about what, with which files. */
import { decodeHeader, makeHeader, messageFromBytes, utils } from "@postern/postern/email";
import { type ConnectOptions, IMAP4, ParseFlags } from "@postern/postern/imaplib";

const { parseaddr, parsedateTz, mktimeTz } = utils;

function text(value: unknown): string {
  return value ? String(makeHeader(decodeHeader(String(value)))) : "";
}

export async function main(
  host: string,
  port: number,
  print: (...words: unknown[]) => void,
  options: ConnectOptions,
) {
  const M = await IMAP4.connect(host, port, options);
  print(M.PROTOCOL_VERSION, M.state);
  await M.login("alice", "alice-pw");
  const [, boxes] = await M.list();
  for (const line of boxes) {
    const [, rest] = split(String(line), ") ");
    const [delimiter, name] = split(rest, " ");
    const [, counts] = await M.status(name, "(MESSAGES UNSEEN)");
    print(name.replace(/^"|"$/g, ""), "at", delimiter, String(counts[0]).split("(")[1]!.replace(/\)$/, ""));
  }

  const [, exists] = await M.select("INBOX", true);
  print(`${exists[0]} messages`);
  const [, found] = await M.search(null, "UNSEEN");
  for (const num of String(found[0]).split(" ").filter(Boolean)) {
    const [, data] = await M.fetch(num, "(FLAGS RFC822.SIZE BODY.PEEK[])");
    const [head, octets] = data[0] as [string, Uint8Array];
    const message = messageFromBytes(octets);
    const [name, address] = parseaddr(String(message.get("From")));
    print(`${num}: ${text(name)} <${address}>`);
    print("   ", text(message.get("Subject")));
    print("   ", mktimeTz(parsedateTz(String(message.get("Date")))!), octets.length, "octets");
    print(
      "   ",
      `[${ParseFlags(head).sort().map((flag) => `'${flag.replaceAll("\\", "\\\\")}'`).join(", ")}]`,
    );
    for (const part of message.walk()) {
      if (part.isMultipart()) continue;
      const filename = part.getFilename();
      if (filename) {
        print("    file", text(filename), part.getContentType(), part.getPayload({ decode: true })!.length);
      } else if (part.getContentType() === "text/plain") {
        const charset = part.getContentCharset() ?? "ascii";
        const body = new TextDecoder(charset).decode(part.getPayload({ decode: true })!);
        print("    text", body.split("\n")[0]!.trim());
      }
    }
  }
  await M.close();
  const [typ] = await M.logout();
  print(typ, M.state);
}

/** Python's `str.split(separator, 1)`. */
function split(value: string, separator: string): [string, string] {
  const at = value.indexOf(separator);
  return [value.slice(0, at), value.slice(at + separator.length)];
}
