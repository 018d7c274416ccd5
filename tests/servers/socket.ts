/** What the server tests need of a socket: the first line a server says, plain or inside TLS. */

import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Transport } from "@postern/postern/testing";

/** Where to connect; with `ca` inside TLS, the certificate checked against that authority. */
export interface Endpoint {
  host: string;
  port: number;
  ca?: string;
  /** The name the certificate must carry; the address by default. */
  servername?: string;
}

/** Connects, returns the first line without its line end, and closes. */
export async function greeting(endpoint: Endpoint, timeoutMs = 5_000): Promise<string> {
  const { host, port, ca, servername } = endpoint;
  const socket: Socket = ca === undefined
    ? connectPlain({ host, port })
    : connectTls({ host, port, ca, servername: servername ?? "localhost" });
  try {
    return await new Promise<string>((resolve, reject) => {
      let text = "";
      socket.setTimeout(timeoutMs, () => reject(new Error(`nothing heard from port ${port}`)));
      socket.once("error", reject);
      socket.once("close", () => reject(new Error(`port ${port} closed without a greeting`)));
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
        const end = text.indexOf("\r\n");
        if (end >= 0) resolve(text.slice(0, end));
      });
    });
  } finally {
    socket.destroy();
  }
}

/** A connection without TLS, for tests that see every line. */
export async function plainTransport({ host, port }: Endpoint): Promise<Transport> {
  const socket = connectPlain({ host, port });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  const chunks: AsyncIterator<Uint8Array> = socket[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    secure: false,
    async read(into) {
      if (rest.length === 0) {
        const { done, value } = await chunks.next();
        if (done) return null;
        rest = value;
      }
      const taken = rest.subarray(0, into.length);
      into.set(taken);
      rest = rest.subarray(taken.length);
      return taken.length;
    },
    write: (bytes) =>
      new Promise((resolve, reject) => void socket.write(bytes, (e) => e ? reject(e) : resolve())),
    close: () => void socket.destroy(),
  };
}

/** Waits until a starting server greets; stops early when `alive` says it has died. */
export async function untilGreeting(
  host: string,
  port: number,
  timeoutMs: number,
  alive: () => boolean,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      if ((await greeting({ host, port })).startsWith("* OK")) return;
    } catch (error) {
      if (!alive()) throw new Error("the server ended while starting");
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
