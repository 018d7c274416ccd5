/** A line of some length between a client and a server: delays what goes over it, and counts round trips and octets. */

/** A relay that listens. */
export interface Relay {
  port: number;
  /** What went over it since the last call. */
  take(): { trips: number; down: number; up: number };
  close(): void;
}

/**
 * Starts a relay.
 *
 * @param port Where the server listens.
 * @param delay Milliseconds of a round trip; half of it each way.
 */
export function startRelay(port: number, delay: number): Relay {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  let counts = { trips: 0, down: 0, up: 0 };
  const serve = async (client: Deno.TcpConn) => {
    client.setNoDelay(true);
    const server = await Deno.connect({ port, hostname: "127.0.0.1" });
    server.setNoDelay(true);
    // A round trip: the client speaks after the server has; the greeting is the end of the first.
    let waits = true;
    counts.trips++;
    const up = pump(client, server, delay / 2, (size) => {
      counts.up += size;
      if (!waits) counts.trips++;
      waits = true;
    });
    const down = pump(server, client, delay / 2, (size) => {
      counts.down += size;
      waits = false;
    });
    await Promise.allSettled([up, down]);
  };
  void (async () => {
    for await (const client of listener) serve(client).catch(() => {});
  })().catch(() => {});
  return {
    port: (listener.addr as Deno.NetAddr).port,
    take() {
      const taken = counts;
      counts = { trips: 0, down: 0, up: 0 };
      return taken;
    },
    close: () => listener.close(),
  };
}

/** Buffers that were used already: new memory for each read took longer than all the rest. */
const free: Uint8Array[] = [];

async function pump(
  from: Deno.TcpConn,
  to: Deno.TcpConn,
  delay: number,
  saw: (size: number) => void,
): Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const send = async (before: Promise<void>, buffer: Uint8Array, count: number, due: number) => {
    await before;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
    free.push(buffer);
  };
  try {
    for (;;) {
      const buffer = free.pop() ?? new Uint8Array(256 * 1024);
      const count = await from.read(buffer);
      if (count === null) break;
      saw(count);
      last = send(last, buffer, count, performance.now() + delay);
      last.catch(() => {});
      // Without a delay, at most what a socket holds is in flight.
      if (delay === 0) await last;
    }
    await last;
  } finally {
    for (const one of [from, to]) {
      try {
        one.close();
      } catch {
        // Closed already.
      }
    }
  }
}
