/**
 * Listens for the test files in workerd, which cannot. Each server of a test has a line to here (tests/runtime/workerd/node/net.ts says
 * what is spoken on it); a connection that comes for it is joined with one that the worker opens for it, decrypted where that server
 * is inside TLS.
 */

import { Buffer } from "node:buffer";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Identity, RelayMessage } from "../runtime/workerd/node/net.ts";

/** A connection that came for a server of a test, until that test has taken it and longer. */
interface Accepted {
  socket: Socket;
  owner: Owner;
  /** What was passed on so far: TLS may have to be given the end of it again. */
  passed: Buffer[];
  taker?: Socket;
}

/** One server of a test: its line, its listeners, its connections. */
interface Owner {
  control: Socket;
  listeners: { close(): void }[];
  accepted: Set<number>;
}

/** A relay on a port of its own. */
export interface Relay {
  port: number;
  close(): void;
}

/** Starts a relay on loopback. */
export async function startRelay(): Promise<Relay> {
  const accepted = new Map<number, Accepted>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => meet(socket, accepted));
  const port = await listen(server);
  return { port, close: () => server.close() };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Reads the first line of what the worker opened: it is a line of a server, or it takes a connection. */
function meet(socket: Socket, accepted: Map<number, Accepted>): void {
  socket.on("error", () => {});
  let head = Buffer.alloc(0);
  const first = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(10);
    if (end < 0) return;
    socket.off("data", first);
    const message: RelayMessage = JSON.parse(String(head.subarray(0, end)));
    const rest = head.subarray(end + 1);
    if (message.take === undefined) serve(socket, message, rest, accepted);
    else join(socket, rest, accepted.get(message.take));
  };
  socket.on("data", first);
}

function serve(control: Socket, first: RelayMessage, rest: Buffer, accepted: Map<number, Accepted>): void {
  const owner: Owner = { control, listeners: [], accepted: new Set() };
  let text = String(rest);
  const handle = (message: RelayMessage) => {
    if (message.listen !== undefined) {
      void open(owner, message.listen === true ? undefined : message.listen, accepted);
    } else if (message.destroy !== undefined) {
      accepted.get(message.destroy)?.socket.destroy();
    } else if (message.starttls !== undefined) {
      void upgrade(owner, message.starttls, accepted);
    }
  };
  handle(first);
  control.on("data", (chunk: Buffer) => {
    const lines = (text + chunk).split("\n");
    text = lines.pop()!;
    for (const line of lines) handle(JSON.parse(line));
  });
  const end = () => {
    for (const listener of owner.listeners) close(listener);
    for (const id of owner.accepted) {
      const found = accepted.get(id);
      accepted.delete(id);
      found?.socket.destroy();
      found?.taker?.destroy();
    }
    control.end();
  };
  control.once("end", end).once("close", end);
}

async function open(
  owner: Owner,
  identity: Identity | undefined,
  accepted: Map<number, Accepted>,
): Promise<void> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const id = admit(socket, owner, accepted);
    tell(owner, { accepted: { id, alpnProtocol: protocols.get(socket.remotePort!) } });
  });
  owner.listeners.push(server);
  const port = await listen(server);
  tell(owner, { port: identity === undefined ? port : decrypt(identity, port, owner) });
}

/** The protocol agreed on with TLS, by the port that the decrypted connection comes from. */
const protocols = new Map<number, string | false>();

/**
 * Listens inside TLS and passes what is decrypted on to a port. Not by node:tls: all its servers in one process have the same keys for
 * tickets under Deno, so that a session of one is resumed by the next, whose certificate nobody looks at then.
 */
function decrypt({ cert = "", key = "", ALPNProtocols }: Identity, port: number, owner: Owner): number {
  const listener = Deno.listenTls({
    hostname: "127.0.0.1",
    port: 0,
    cert,
    key,
    alpnProtocols: ALPNProtocols,
  });
  owner.listeners.push(listener);
  void (async () => {
    for await (const outer of listener) {
      void (async () => {
        const { alpnProtocol } = await outer.handshake();
        const inner = await Deno.connect({ hostname: "127.0.0.1", port });
        protocols.set((inner.localAddr as Deno.NetAddr).port, alpnProtocol ?? false);
        await Promise.all([outer.readable.pipeTo(inner.writable), inner.readable.pipeTo(outer.writable)]);
      })().catch(() => close(outer));
    }
  })().catch(() => {});
  return (listener.addr as Deno.NetAddr).port;
}

function close(closable: { close(): void }): void {
  try {
    closable.close();
  } catch {
    // Closed already.
  }
}

function admit(socket: Socket, owner: Owner, accepted: Map<number, Accepted>): number {
  const id = ++lastId;
  socket.on("error", () => {});
  // Nothing is read of it before the worker takes it.
  socket.pause();
  accepted.set(id, { socket, owner, passed: [] });
  owner.accepted.add(id);
  return id;
}

let lastId = 0;

function tell(owner: Owner, message: RelayMessage): void {
  owner.control.write(JSON.stringify(message) + "\n");
}

function join(taker: Socket, rest: Buffer, found: Accepted | undefined): void {
  if (found === undefined) return void taker.destroy();
  const { socket, passed } = found;
  found.taker = taker;
  if (rest.length > 0) socket.write(rest);
  taker.pipe(socket);
  socket.pipe(taker);
  let size = 0;
  socket.on("data", (chunk: Buffer) => {
    // No test says more than this before TLS.
    if (size < 65_536) passed.push(chunk);
    size += chunk.length;
  });
  socket.once("close", () => taker.destroy());
  socket.resume();
}

/** Sends what comes from here on through a TLS server of its own, beginning with what the worker has not looked at. */
async function upgrade(
  owner: Owner,
  { id, consumed, identity }: NonNullable<RelayMessage["starttls"]>,
  accepted: Map<number, Accepted>,
): Promise<void> {
  const found = accepted.get(id);
  if (found === undefined) return;
  const { socket, taker, passed } = found;
  if (taker !== undefined) {
    socket.unpipe(taker);
    socket.removeAllListeners("data");
    // What the worker wrote in clear may come later than its word on the other line.
    taker.unpipe(socket).on("data", (chunk: Buffer) => socket.write(chunk)).resume();
  }
  socket.pause();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (inner) => {
    tell(owner, { upgraded: { id, as: admit(inner, owner, accepted) } });
  });
  owner.listeners.push(server);
  const outer = connect(decrypt(identity, await listen(server), owner), "127.0.0.1");
  outer.on("error", () => socket.destroy());
  const ahead = Buffer.concat(passed).subarray(consumed);
  if (ahead.length > 0) outer.write(ahead);
  socket.pipe(outer).pipe(socket);
  outer.once("close", () => socket.destroy());
  socket.once("close", () => outer.destroy());
}
