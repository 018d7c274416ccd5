/** `node:tls` for the tests in workerd: the relay of `net.ts` does TLS, what the worker has is decrypted. */

import { type Identity, Server, servers, Socket, take } from "./net.ts";

export function createServer(identity: Identity, onSocket?: (socket: Socket) => void): Server {
  return new Server(identity, onSocket);
}

/** The server's end of a connection that goes on inside TLS. */
export class TLSSocket extends Socket {
  constructor(plain: Socket, { cert, key, ALPNProtocols }: Identity) {
    super();
    const server = servers.get(plain)!;
    this.control = plain.control;
    server.once(`upgraded ${plain.id}`, (id: number) => take(this, id));
    this.control!.send({
      starttls: { id: plain.id, consumed: plain.consumed, identity: { cert, key, ALPNProtocols } },
    });
    plain.release();
  }
}
