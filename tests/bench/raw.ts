/**
 * The limit: reads the octets of the same FETCH from the socket and looks at none but the last few. With `owned`, what each read brings
 * is an array of its own, as a program that keeps octets or hands them on must have it: Deno and Node.js read into the same buffer again and
 * again, and Bun gives such arrays anyway.
 */

import { connect } from "node:net";
import { argv } from "node:process";
import { passes, type Task } from "./contestant.ts";

const BUFFER = 256 * 1024;
/** Longer than the tagged lines of the replay server. */
const TAIL = 200;
const owned = argv[2] === "owned";
/** What came last, so that making it cannot be left out. */
let last: Uint8Array | undefined;

interface Wire {
  write(text: string): Promise<void>;
  /** Reads to the end of the tagged response. */
  finish(tag: string): Promise<number>;
  close(): void;
}

await passes(async (task: Task) => {
  const wire = await ("Deno" in globalThis ? denoWire : "Bun" in globalThis ? bunWire : nodeWire)(task);
  await wire.write("a LOGIN alice alice-pw\r\n");
  await wire.finish("a");
  await wire.write(`b SELECT ${task.mailbox}\r\n`);
  await wire.finish("b");
  return {
    async fetch() {
      await wire.write(`c UID FETCH 1:* (${task.items.join(" ")})\r\n`);
      return { octets: await wire.finish("c") };
    },
    close: () => Promise.resolve(wire.close()),
  };
});

/** Recognises the tagged OK line at the end of what was read, also when it comes in two pieces. */
function ending(tag: string): (octets: Uint8Array) => boolean {
  const decoder = new TextDecoder("latin1");
  let tail = "\r\n";
  return (octets) => {
    tail = (tail + decoder.decode(octets.subarray(Math.max(0, octets.length - TAIL)))).slice(-TAIL);
    return tail.endsWith("\r\n") &&
      tail.slice(tail.lastIndexOf("\r\n", tail.length - 3) + 2).startsWith(`${tag} OK`);
  };
}

async function denoWire(task: Task): Promise<Wire> {
  const conn = await Deno.connect({ hostname: task.host, port: task.port, transport: "tcp" });
  const buffer = new Uint8Array(BUFFER);
  return {
    async write(text) {
      await conn.write(new TextEncoder().encode(text));
    },
    async finish(tag) {
      const isLast = ending(tag);
      let octets = 0;
      for (;;) {
        const count = await conn.read(buffer);
        if (count === null) throw new Error("the server closed");
        octets += count;
        if (owned) last = new Uint8Array(buffer.subarray(0, count));
        if (isLast(last ?? buffer.subarray(0, count))) return octets;
      }
    },
    close: () => conn.close(),
  };
}

function nodeWire(task: Task): Wire {
  let isLast = ending("");
  let octets = 0;
  let done = (_octets: number) => {};
  const onread = {
    buffer: new Uint8Array(BUFFER),
    callback(count: number, buffer: Uint8Array): boolean {
      octets += count;
      if (owned) last = new Uint8Array(buffer.subarray(0, count));
      if (isLast(last ?? buffer.subarray(0, count))) done(octets);
      return true;
    },
  };
  const socket = connect({ host: task.host, port: task.port, noDelay: true, onread });
  return {
    write(text) {
      isLast = ending(text.slice(0, text.indexOf(" ")));
      octets = 0;
      socket.write(text);
      return Promise.resolve();
    },
    finish: () => new Promise((resolve) => done = resolve),
    close: () => void socket.end(),
  };
}

interface BunSocket {
  write(text: string): number;
  end(): void;
}

interface BunApi {
  connect(options: {
    hostname: string;
    port: number;
    socket: { data(socket: BunSocket, data: Uint8Array): void };
  }): Promise<BunSocket>;
}

async function bunWire(task: Task): Promise<Wire> {
  const { Bun } = globalThis as unknown as { Bun: BunApi };
  let isLast = ending("");
  let octets = 0;
  let done = (_octets: number) => {};
  const socket = await Bun.connect({
    hostname: task.host,
    port: task.port,
    socket: {
      data(_socket, data) {
        octets += data.length;
        if (owned) last = data;
        if (isLast(data)) done(octets);
      },
    },
  });
  return {
    write(text) {
      isLast = ending(text.slice(0, text.indexOf(" ")));
      octets = 0;
      socket.write(text);
      return Promise.resolve();
    },
    finish: () => new Promise((resolve) => done = resolve),
    close: () => socket.end(),
  };
}
