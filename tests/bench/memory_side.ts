/** One process that is measured: it holds connections that idle, or takes one large literal in, and prints what that took. */

import { readFileSync } from "node:fs";
import { argv, cpuUsage, exit } from "node:process";
import { connect } from "../../imap/mod.ts";
import { runtimeDial } from "../../imap/transport/runtime.ts";
import { memory, peakFromNow } from "./peak.ts";

/** What to do. */
export interface Task {
  port: number;
  what: "rest" | "rest-tls" | "byob" | "plain" | "awaited" | "raw" | "owned";
  /** Connections, or MiB. */
  count: number;
  seconds: number;
}

/**
 * KiB of each connection, or MiB above idle; MiB above what it was then, when the same comes once more; seconds and processor seconds
 * that the literal took.
 */
export interface Taken {
  kib?: number;
  mib?: number;
  again?: number;
  seconds?: number;
  cpu?: number;
}

const task = JSON.parse(argv[2]!) as Task;
/** What came last, so that making it cannot be left out. */
export let last: Uint8Array | undefined;
const caCerts = readFileSync(new URL("../imap/transport/data/authority.pem", import.meta.url), "utf8");
const address = task.what === "rest-tls"
  ? { host: "127.0.0.1", port: task.port, tlsHostname: "localhost", caCerts } as const
  : { host: "127.0.0.1", port: task.port, tls: "plaintext" } as const;
console.log(JSON.stringify(task.what.startsWith("rest") ? await rest() : await read()));
exit(0);

async function idling(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const client = await connect(address);
    await client.select("INBOX");
    void client.idle({ renewAfter: 20 * 60_000 }).next().catch(() => {});
  }
}

async function rest(): Promise<Taken> {
  // What the first connections load and compile is not theirs.
  await idling(20);
  const before = memory("VmRSS");
  await idling(task.count);
  await new Promise((resolve) => setTimeout(resolve, task.seconds * 1000));
  return { kib: (memory("VmRSS") - before) / task.count };
}

async function read(): Promise<Taken> {
  const once = task.what === "raw" || task.what === "owned" ? await raw() : await fetched();
  await once(8);
  const peak = peakFromNow();
  const [started, before] = [performance.now(), cpuUsage()];
  const octets = await once(task.count);
  if (octets !== task.count * 2 ** 20) throw new Error(`${octets} octets came`);
  const { user, system } = cpuUsage(before);
  const taken = { mib: peak(), seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
  const more = peakFromNow();
  await once(task.count);
  return { ...taken, again: more() };
}

type Once = (mebibytes: number) => Promise<number>;

async function fetched(): Promise<Once> {
  const client = await connect({ ...address, limits: { maxLiteral: 2 ** 31, maxResponse: 2 ** 31 } });
  await client.select("INBOX");
  const how = task.what === "byob" ? intoOwnBuffer : inChunks;
  return async (mebibytes) => {
    let octets = 0;
    const command = client.fetch(mebibytes, ["BODY[]"]);
    if (task.what === "awaited") return (await command)[0]!.sections[0]!.data!.length;
    for await (const { stream } of command.bodies()) octets += await how(stream);
    return octets;
  };
}

async function inChunks(stream: ReadableStream<Uint8Array>): Promise<number> {
  let octets = 0;
  for await (const chunk of stream) octets += chunk.length;
  return octets;
}

async function intoOwnBuffer(stream: ReadableStream<Uint8Array>): Promise<number> {
  const reader = stream.getReader({ mode: "byob" });
  let buffer = new Uint8Array(256 * 1024);
  let octets = 0;
  for (;;) {
    const { done, value } = await reader.read(buffer);
    if (done) return octets;
    octets += value.length;
    buffer = new Uint8Array(value.buffer);
  }
}

/** The same octets by the same way, and nobody looks at them; with `owned`, what each read brings is an array of its own. */
async function raw(): Promise<Once> {
  const dial = await runtimeDial();
  const transport = await dial({ hostname: address.host, port: address.port });
  const buffer = new Uint8Array(256 * 1024);
  await transport.read(buffer);
  return async (mebibytes) => {
    await transport.write(new TextEncoder().encode(`a FETCH ${mebibytes} BODY[]\r\n`));
    const octets = mebibytes * 2 ** 20;
    const around = `* ${mebibytes} FETCH (BODY[] {${octets}}\r\n)\r\na OK done\r\n`.length;
    for (let left = octets + around; left > 0;) {
      const count = await transport.read(buffer);
      if (count === null) throw new Error("the server closed");
      if (task.what === "owned") last = new Uint8Array(buffer.subarray(0, count));
      left -= count;
    }
    return octets;
  };
}
