/** Listening under Deno. */

import type { Transport } from "../../transport/transport.ts";
import type { Listener, ListenOptions } from "./listener.ts";

/** Listens with `Deno.listen`. */
export function listen(
  { hostname, port }: ListenOptions,
  serve: (transport: Transport) => void,
): Promise<Listener> {
  const listener = Deno.listen({ hostname, port });
  const accepting = accept(listener, serve);
  return Promise.resolve({
    port: listener.addr.port,
    async close() {
      listener.close();
      await accepting;
    },
  });
}

async function accept(listener: Deno.TcpListener, serve: (transport: Transport) => void): Promise<void> {
  try {
    for await (const conn of listener) {
      conn.setNoDelay(true);
      serve(new DenoConnection(conn));
    }
  } catch {
    // The listener was closed while it waited.
  }
}

class DenoConnection implements Transport {
  readonly secure = false;
  readonly #conn: Deno.TcpConn;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#conn.read(into);
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  close(): void {
    try {
      this.#conn.close();
    } catch {
      // Closed already.
    }
  }
}
