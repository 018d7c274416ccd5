/**
 * An IMAP server that has two prepared mailboxes and sends them as fast as the socket takes them: "INBOX" holds
 * metadata rows, "Bodies" whole messages. It answers what a client needs on its way to a FETCH and nothing
 * else; a FETCH is answered with the prepared rows of its range, whatever items it names.
 *
 *     deno run -A tests/bench/replay_server.ts [rows] [bodies] [octets of a body]
 *
 * Prints one line of JSON with its port and ends when its standard input does.
 */

import { Buffer } from "node:buffer";
import { createServer, type Socket } from "node:net";
import { argv, exit, stdin } from "node:process";
import { prepareBodies, prepareMetadata, type Rows } from "./mailbox.ts";

const CAPABILITIES = "IMAP4rev1 ID NAMESPACE UIDPLUS LITERAL- SASL-IR AUTH=PLAIN";
/** Handed to the socket at once: large enough that the call does not count, small enough to keep it flowing. */
const SLICE = 1 << 20;

const [rows = "20000", bodies = "4096", octets = "65536"] = argv.slice(2);
const mailboxes = new Map<string, Rows>([
  ["INBOX", prepareMetadata(Number(rows))],
  ["BODIES", prepareBodies(Number(bodies), Number(octets))],
]);

const server = createServer({ noDelay: true }, serve);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as { port: number };
  const sizes = [...mailboxes].map(([name, { ends, octets }]) => ({
    name,
    rows: ends.length,
    octets: octets.length,
  }));
  console.log(JSON.stringify({ port, mailboxes: sizes }));
});
stdin.on("end", () => exit(0)).on("error", () => exit(0)).resume();

function serve(socket: Socket): void {
  let pending = "";
  let selected: Rows | undefined;
  let waitingForSasl = "";
  // Commands are answered one after the other, however many arrive at once.
  let work = Promise.resolve();
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending += chunk.toString("latin1");
    for (let end = pending.indexOf("\r\n"); end >= 0; end = pending.indexOf("\r\n")) {
      const line = pending.slice(0, end);
      pending = pending.slice(end + 2);
      work = work.then(() => answer(line)).catch(() => void socket.destroy());
    }
  });
  say(`* OK [CAPABILITY ${CAPABILITIES}] ready`);

  function say(...lines: string[]): void {
    socket.write(lines.map((line) => line + "\r\n").join(""));
  }

  async function answer(line: string): Promise<void> {
    if (waitingForSasl !== "") {
      say(`${waitingForSasl} OK [CAPABILITY ${CAPABILITIES}] done`);
      waitingForSasl = "";
      return;
    }
    const [tag, ...words] = line.split(" ");
    const byUid = words[0]?.toUpperCase() === "UID";
    const command = words[byUid ? 1 : 0]?.toUpperCase() ?? "";
    const rest = words.slice(byUid ? 2 : 1);
    switch (command) {
      case "CAPABILITY":
        return say(`* CAPABILITY ${CAPABILITIES}`, `${tag} OK done`);
      case "LOGIN":
        return say(`${tag} OK [CAPABILITY ${CAPABILITIES}] done`);
      case "AUTHENTICATE":
        if (rest.length > 1) return say(`${tag} OK [CAPABILITY ${CAPABILITIES}] done`);
        waitingForSasl = tag!;
        return say("+ ");
      case "ID":
        return say("* ID NIL", `${tag} OK done`);
      case "NAMESPACE":
        return say('* NAMESPACE (("" "/")) NIL NIL', `${tag} OK done`);
      case "LIST":
      case "LSUB":
        return say(
          `* ${command} (\\HasNoChildren) "/" INBOX`,
          `* ${command} (\\HasNoChildren) "/" Bodies`,
          `${tag} OK done`,
        );
      case "SELECT":
      case "EXAMINE":
        selected = mailboxes.get(rest[0]!.replaceAll('"', "").toUpperCase());
        if (selected === undefined) return say(`${tag} NO [NONEXISTENT] no such mailbox`);
        return say(
          "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
          "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] kept",
          `* ${selected.ends.length} EXISTS`,
          "* 0 RECENT",
          "* OK [UIDVALIDITY 1] valid",
          `* OK [UIDNEXT ${selected.ends.length + 1}] next`,
          `${tag} OK [READ-WRITE] done`,
        );
      case "FETCH":
        if (selected === undefined) return say(`${tag} BAD nothing is selected`);
        await send(selected, rest[0]!);
        return say(`${tag} OK done`);
      case "LOGOUT":
        say("* BYE", `${tag} OK done`);
        socket.end();
        return;
      case "NOOP":
      case "CHECK":
      case "UNSELECT":
      case "CLOSE":
        return say(`${tag} OK done`);
      default:
        return say(`${tag} BAD not here`);
    }
  }

  /** Sends the rows of one range; in these mailboxes the UID is the message number. */
  async function send({ octets, ends }: Rows, range: string): Promise<void> {
    const [low, high = low] = range.split(":").map((part) => part === "*" ? ends.length : Number(part));
    const from = low! > 1 ? ends[low! - 2]! : 0;
    const to = ends[Math.min(high!, ends.length) - 1]!;
    for (let at = from; at < to; at += SLICE) {
      const slice = Buffer.from(octets.buffer, octets.byteOffset + at, Math.min(SLICE, to - at));
      if (!socket.write(slice)) await new Promise((resolve) => socket.once("drain", resolve));
    }
  }
}
