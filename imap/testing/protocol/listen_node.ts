/** Listening under Bun and Node.js. */

import type { AddressInfo, Socket } from "node:net";
import { ChunkQueue } from "../../transport/chunk_queue.ts";
import type { Transport } from "../../transport/transport.ts";
import type { Listener } from "./listener.ts";

/** Listens with `node:net`. */
export async function listen(
  address: { hostname: string; port: number },
  serve: (transport: Transport) => void,
): Promise<Listener> {
  // Not at the top of the file: a bundle for another runtime may hold this file and must load without Node.js.
  const { createServer } = await import("node:net");
  const server = createServer({ noDelay: true }, (socket) => serve(new NodeConnection(socket)));
  return await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.hostname, () => {
      server.off("error", reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => new Promise((closed) => server.close(() => closed())),
      });
    });
  });
}

class NodeConnection implements Transport {
  readonly secure = false;
  readonly #socket: Socket;
  readonly #queue: ChunkQueue;

  constructor(socket: Socket) {
    this.#socket = socket;
    const queue = this.#queue = new ChunkQueue(() => socket.pause(), () => socket.resume());
    socket.on("data", (chunk: Uint8Array) => queue.push(chunk));
    // A reset peer is as gone as one that said goodbye.
    for (const event of ["end", "close", "error"]) socket.on(event, () => queue.end());
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#queue.read(into);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve());
    });
  }

  close(): void {
    // Not destroy(): what was written before must still arrive.
    this.#socket.destroySoon();
    this.#queue.end();
  }
}
