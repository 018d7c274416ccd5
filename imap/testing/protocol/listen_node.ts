/** Listening under Bun and Node.js, and under Deno where TLS is wanted. */

import type { AddressInfo, Socket } from "node:net";
import { ChunkQueue } from "../../transport/chunk_queue.ts";
import type { Transport } from "../../transport/transport.ts";
import type { Identity, Listener, ListenOptions, ServerTransport } from "./listener.ts";

/** Makes a socket the server's end of a TLS connection. */
type Secure = (socket: Socket) => Promise<Socket>;

/** Listens with `node:net`. */
export async function listen(
  { hostname, port, identity, tls }: ListenOptions,
  serve: (transport: ServerTransport) => void,
): Promise<Listener> {
  // Not at the top of the file: a bundle for another runtime may hold this file and must load without Node.js.
  const { createServer } = await import("node:net");
  const secure = identity === undefined ? undefined : await securing(identity);
  /** Clients that may never come to the end of their handshake. */
  const shaking = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    if (!tls || secure === undefined) return serve(new NodeConnection(socket, false, secure));
    shaking.add(socket);
    // A client that does not trust the certificate leaves during the handshake: nobody is to be served.
    secure(socket).then((secured) => serve(new NodeConnection(secured, true)), () => socket.destroy())
      .finally(() => shaking.delete(socket));
  });
  return await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => {
          for (const socket of shaking) socket.destroy();
          return new Promise((closed) => server.close(() => closed()));
        },
      });
    });
  });
}

async function securing({ cert, key }: Identity): Promise<Secure> {
  const { createSecureContext, TLSSocket } = await import("node:tls");
  const secureContext = createSecureContext({ cert, key });
  return (socket) =>
    new Promise((resolve, reject) => {
      const secured = new TLSSocket(socket, { isServer: true, secureContext });
      const failed = () => reject(new Error("The client left during the TLS handshake"));
      secured.once("secure", () => {
        for (const event of ["error", "close"]) secured.off(event, failed);
        resolve(secured);
      });
      for (const event of ["error", "close"]) secured.once(event, failed);
      // Closed from this side while the client says nothing.
      for (const event of ["error", "close"]) socket.on(event, failed);
    });
}

class NodeConnection implements ServerTransport {
  readonly secure: boolean;
  readonly prepareTls?: () => () => Promise<Transport>;
  readonly #socket: Socket;
  readonly #queue: ChunkQueue;

  constructor(socket: Socket, secure: boolean, secured?: Secure) {
    this.#socket = socket;
    this.secure = secure;
    const queue = this.#queue = new ChunkQueue(() => socket.pause(), () => socket.resume());
    const push = (chunk: Uint8Array) => queue.push(chunk);
    socket.on("data", push);
    // A reset peer is as gone as one that said goodbye.
    for (const event of ["end", "close", "error"]) socket.on(event, () => queue.end());
    if (secured !== undefined) {
      this.prepareTls = () => {
        // What comes from here on is the handshake's.
        socket.off("data", push);
        socket.pause();
        return async () => new NodeConnection(await secured(socket), true);
      };
    }
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
