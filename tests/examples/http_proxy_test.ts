import { connect as connectTcp, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { connect, ConnectionError, TimeoutError } from "@postern/postern/imap";
import { startServer } from "@postern/postern/testing";
import { fixtureText } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { throughHttpProxy } from "./http_proxy.ts";

/** A worker cannot listen: there the error is what a test sees. */
const listeningTest: (name: string, body: () => Promise<void>) => void = runtime === "workerd"
  ? (name, body) =>
    test(`${name} (not in a worker)`, () => assertRejects(body, Error, "cannot listen").then(() => {}))
  : test;

/** A proxy that joins, refuses, or says nothing. */
async function proxy(answer: string, seen: string[]): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    let request = "";
    const read = (chunk: Uint8Array) => {
      request += new TextDecoder().decode(chunk);
      if (!request.includes("\r\n\r\n")) return;
      socket.off("data", read);
      seen.push(request);
      if (answer === "") return;
      socket.write(answer);
      if (!answer.includes(" 200 ")) return void socket.end();
      const port = Number(/:(\d+) /.exec(request)![1]);
      const target = connectTcp(port, "127.0.0.1");
      target.on("error", () => socket.destroy());
      socket.pipe(target).pipe(socket);
      sockets.add(target);
    };
    socket.on("data", read);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    close(): void {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

listeningTest(
  "an HTTP proxy: TLS and STARTTLS reach the server, refusal and silence are errors",
  async () => {
    const cert = fixtureText("imap/transport/data/good.pem");
    const key = fixtureText("imap/transport/data/good.key");
    await using server = await startServer({
      tls: { cert, key },
      mailboxes: { INBOX: ["Subject: One\n\n1\n"] },
    });
    const implicit = await server.listen({ tls: true });
    const starttls = await server.listen();
    const seen: string[] = [];
    const open = await proxy("HTTP/1.1 200 Connection established\r\nVia: a proxy\r\n\r\n", seen);
    const options = {
      host: "localhost",
      caCerts: fixtureText("imap/transport/data/authority.pem"),
      auth: { user: "alice", pass: "alice-pw" },
    };
    try {
      const dial = throughHttpProxy({ hostname: "127.0.0.1", port: open.port, user: "me", pass: "too" });
      for (const [port, tls] of [[implicit.port, "implicit"], [starttls.port, "starttls"]] as const) {
        const client = await connect({ ...options, port, tls, dial });
        assertEquals((await client.select("INBOX")).exists, 1);
        await client.logout();
      }
      assertEquals(
        seen.map((request) => request.split("\r\n")),
        [implicit.port, starttls.port].map((port) => [
          `CONNECT localhost:${port} HTTP/1.1`,
          `Host: localhost:${port}`,
          `Proxy-Authorization: Basic ${btoa("me:too")}`,
          "",
          "",
        ]),
      );
    } finally {
      open.close();
    }
    const closed = await proxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", seen);
    try {
      const dial = throughHttpProxy({ hostname: "127.0.0.1", port: closed.port });
      await assertRejects(() => connect({ ...options, dial }), ConnectionError, "407 Proxy Authentication");
    } finally {
      closed.close();
    }
    const silent = await proxy("", seen);
    try {
      const dial = throughHttpProxy({ hostname: "127.0.0.1", port: silent.port });
      await assertRejects(() => connect({ ...options, dial, timeouts: { connect: 200 } }), TimeoutError);
    } finally {
      silent.close();
    }
  },
);
