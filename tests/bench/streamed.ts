/** Postern's client again: bodies as streams, by a plain loop over `chunks`, or into an `own` buffer of the reader. */

import { argv } from "node:process";
import { connect } from "../../imap/mod.ts";
import { passes, type Task } from "./contestant.ts";

const octetsOf = argv[2] === "own" ? intoOwnBuffer : inChunks;
let own = new Uint8Array(256 * 1024);

await passes(async ({ host, port, mailbox }: Task) => {
  const auth = { user: "alice", pass: "alice-pw" };
  const client = await connect({ host, port, tls: "plaintext", auth });
  await client.select(mailbox);
  return {
    async fetch() {
      let rows = 0;
      let octets = 0;
      for await (const { stream } of client.fetch("1:*", ["UID", "BODY[]"]).bodies()) {
        rows++;
        octets += await octetsOf(stream);
      }
      return { rows, octets };
    },
    close: () => client.close(),
  };
});

async function inChunks(stream: ReadableStream<Uint8Array>): Promise<number> {
  let octets = 0;
  for await (const chunk of stream) octets += chunk.length;
  return octets;
}

async function intoOwnBuffer(stream: ReadableStream<Uint8Array>): Promise<number> {
  const reader = stream.getReader({ mode: "byob" });
  let octets = 0;
  for (;;) {
    const { done, value } = await reader.read(own);
    own = new Uint8Array(value!.buffer);
    if (done) return octets;
    octets += value.length;
  }
}
