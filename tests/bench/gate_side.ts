/** One side of the gate: does one job with the sources below a folder, several times, and prints its processor times. */

import { readFileSync } from "node:fs";
import { argv, cpuUsage, exit } from "node:process";

interface Job {
  /** Root of the sources, with a slash at the end. */
  root: string;
  what: "rows" | "bodies" | "decode" | "email";
  port: number;
  /** Rows of metadata, or small messages with their lengths before them. */
  file: string;
  passes: number;
}

const warmUpMs = 1500;
const piece = 64 * 1024;
const metadata = ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE"] as const;

const job = JSON.parse(argv[2]!) as Job;
const pass = await prepare();
const warm = performance.now() + warmUpMs;
do await pass(); while (performance.now() < warm);
const cpu: number[] = [];
for (let i = 0; i < job.passes; i++) {
  const before = cpuUsage();
  await pass();
  const { user, system } = cpuUsage(before);
  cpu.push((user + system) / 1e3);
}
console.log(JSON.stringify({ cpu }));
exit(0);

async function prepare(): Promise<() => Promise<void>> {
  switch (job.what) {
    case "email":
      return await readMessages();
    case "decode":
      return await decodeRows();
    default:
      return await fetchRows(job.what);
  }
}

async function fetchRows(what: "rows" | "bodies"): Promise<() => Promise<void>> {
  const { connect } = await import(`${job.root}imap/mod.ts`) as typeof import("../../imap/mod.ts");
  const auth = { user: "alice", pass: "alice-pw" };
  const client = await connect({ host: "127.0.0.1", port: job.port, tls: "plaintext", auth });
  await client.select(what === "rows" ? "INBOX" : "Bodies");
  return async () => {
    let seen = 0;
    if (what === "rows") {
      for await (const row of client.fetch("1:*", metadata)) seen += row.envelope === undefined ? 0 : 1;
    } else {
      for await (const row of client.fetch("1:*", ["UID", "BODY[]"])) seen += row.sections[0]!.data!.length;
    }
    if (seen === 0) throw new Error("nothing was fetched");
  };
}

async function decodeRows(): Promise<() => Promise<void>> {
  const { responses } = await import(`${job.root}imap/mod.ts`) as typeof import("../../imap/mod.ts");
  const octets = new Uint8Array(readFileSync(job.file));
  return async () => {
    let at = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= octets.length) return controller.close();
        controller.enqueue(octets.subarray(at, at += piece));
      },
    });
    for await (const response of responses(stream)) {
      if (response.type !== "FETCH") throw new Error(`a row was read as ${response.type}`);
    }
  };
}

async function readMessages(): Promise<() => Promise<void>> {
  const { headerText, messageFromBytes } = await import(
    `${job.root}email/mod.ts`
  ) as typeof import("../../email/mod.ts");
  const all = new Uint8Array(readFileSync(job.file));
  const messages: Uint8Array[] = [];
  for (let at = 0; at < all.length;) {
    const size = new DataView(all.buffer).getUint32(at);
    messages.push(all.slice(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return () => {
    let size = 0;
    for (const bytes of messages) {
      const message = messageFromBytes(bytes);
      for (const name of ["subject", "from", "to"]) size += headerText(message.get(name)!).length;
      for (const part of message.walk()) {
        if (!part.isMultipart()) size += part.getPayload({ decode: true })!.length;
      }
    }
    if (size === 0) throw new Error("nothing was read");
    return Promise.resolve();
  };
}
