// The client over TCP, with the transport of the runtime: the embedded server is joined with the connections of a listener.

import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { test } from "node:test";
import { connect } from "@postern/postern/imap";
import { startServer, type TestServer } from "@postern/postern/testing";
import type { Transport } from "../../../imap/transport/transport.ts";
import { fixtureText } from "../../support/fixtures.ts";
import { runtime } from "../../support/runtime.ts";
import { suite, type Target } from "./client_suite.ts";

const authority = fixtureText("imap/transport/data/authority.pem");
// A worker's authorities are in its configuration.
const caCerts = runtime === "workerd" ? undefined : [authority];
const identity = {
  cert: fixtureText("imap/transport/data/good.pem"),
  key: fixtureText("imap/transport/data/good.key"),
};
const auth = { user: "alice", pass: "alice-pw" };
const wrong = { user: "alice", pass: "not it" };

/** Passes octets on in both directions until either side ends. */
function join(socket: Socket, transport: Transport): void {
  let written = Promise.resolve();
  const end = () => void written.finally(() => transport.close());
  socket.on("error", end).on("end", end).on("close", end);
  socket.on("data", (chunk: Uint8Array) => {
    written = written.then(() => transport.write(chunk)).catch(() => {});
  });
  void (async () => {
    const buffer = new Uint8Array(65_536);
    for (let count = await transport.read(buffer); count !== null; count = await transport.read(buffer)) {
      const bytes = buffer.slice(0, count);
      await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
    }
    socket.end();
  })().catch(() => socket.destroy());
}

async function serving(
  tls: "implicit" | "plaintext",
  work: (port: number, server: TestServer) => Promise<void>,
): Promise<void> {
  await using server = await startServer();
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    sockets.add(socket);
    join(socket, server.connect());
  };
  const listener: Server = tls === "implicit" ? createTlsServer(identity, serve) : createServer(serve);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  try {
    await work((listener.address() as { port: number }).port, server);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => listener.close(resolve));
  }
}

for (const tls of ["implicit", "plaintext"] as const) {
  for (const [name, run] of Object.entries(suite)) {
    test(`embedded server over TCP, ${tls}: ${name}`, async () => {
      await serving(tls, async (port) => {
        const open = (credentials: typeof auth) =>
          connect({ host: "127.0.0.1", port, tls, tlsHostname: "localhost", caCerts, auth: credentials });
        const target: Target = {
          name: tls,
          open: () => open(auth),
          openWrong: () => open(wrong),
          rev2: true,
        };
        await run(target);
      });
    });
  }
}

if (runtime !== "workerd") {
  test("embedded server over a port of its own", async () => {
    await using server = await startServer();
    const { port } = await server.listen();
    const open = (credentials: typeof auth) =>
      connect({ host: "127.0.0.1", port, tls: "plaintext", auth: credentials });
    const target: Target = { name: "port", open: () => open(auth), openWrong: () => open(wrong), rev2: true };
    for (const name of ["connects, logs in and out", "carries megabytes both ways unchanged"]) {
      await suite[name]!(target);
    }
  });
}
