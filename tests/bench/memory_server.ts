/**
 * A server for measuring what a client holds: it greets each client as logged in, idles, and answers `FETCH n` with one literal of
 * n MiB, from memory that is the same for all. Prints its port and that for TLS, and ends when its standard input does.
 */

import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { exit, stdin } from "node:process";

const mebibyte = new Uint8Array(1 << 20).fill(65);

const server = createServer({ noDelay: true }, serve);
const [cert, key] = ["good.pem", "good.key"].map((name) =>
  readFileSync(new URL(`../imap/transport/data/${name}`, import.meta.url), "utf8")
);
const encrypted = createTlsServer({ cert, key }, serve);
const ports = [await listening(server), await listening(encrypted)];
console.log(ports.join(" "));
stdin.on("end", () => exit(0)).on("error", () => exit(0)).resume();

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

function serve(socket: Socket): void {
  let pending = "";
  let idle = "";
  // Commands are answered one after the other, however many arrive at once.
  let work = Promise.resolve();
  const say = (...lines: string[]) => void socket.write(lines.map((line) => `${line}\r\n`).join(""));
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending += chunk.toString("latin1");
    for (let end = pending.indexOf("\r\n"); end >= 0; end = pending.indexOf("\r\n")) {
      const line = pending.slice(0, end);
      pending = pending.slice(end + 2);
      work = work.then(() => answer(line)).catch(() => void socket.destroy());
    }
  });
  say("* PREAUTH [CAPABILITY IMAP4rev1 IDLE] ready");

  async function answer(line: string): Promise<void> {
    const [tag, command, first] = line.split(" ");
    switch (command) {
      case undefined:
        return say(`${idle} OK done`);
      case "IDLE":
        idle = tag!;
        return say("+ idling");
      case "SELECT":
        return say("* 1 EXISTS", `${tag} OK [READ-WRITE] done`);
      case "CAPABILITY":
        return say("* CAPABILITY IMAP4rev1 IDLE", `${tag} OK done`);
      case "FETCH":
        await literal(Number(first));
        return say(")", `${tag} OK done`);
      default:
        return say(`${tag} OK done`);
    }
  }

  async function literal(count: number): Promise<void> {
    say(`* ${count} FETCH (BODY[] {${count * mebibyte.length}}`);
    for (let i = 0; i < count; i++) {
      if (!socket.write(mebibyte)) await new Promise((resolve) => socket.once("drain", resolve));
    }
  }
}
