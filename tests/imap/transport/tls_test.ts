import { connect as connectTcp, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { test } from "node:test";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { checkAuthorities, checkIdentity } from "../../../imap/transport/authorities.ts";
import { connectionFailure, failureReason, lostConnection } from "../../../imap/transport/failure.ts";
import type { Dial } from "../../../imap/transport/transport.ts";
import { fixtureText } from "../../support/fixtures.ts";
import { runtime } from "../../support/runtime.ts";
import { workerDial } from "../../support/worker_dial.ts";

const pem = (name: string) => fixtureText(`imap/transport/data/${name}.pem`);
const authority = [pem("authority")];

const dials: [name: string, dial: Dial][] = [];
if (runtime === "deno") dials.push(["Deno", (await import("../../../imap/transport/deno.ts")).dial]);
if (runtime === "bun") dials.push(["Bun", (await import("../../../imap/transport/bun.ts")).dial]);
// In Bun tls.connect({ socket }) never finishes its handshake on some releases, nor in Deno where the socket has an onread.
if (runtime === "node") {
  dials.push(["Node.js", (await import("../../../imap/transport/node.ts")).dial]);
}
if (runtime === "workerd") dials.push(["workerd", await workerDial()]);

/** Runs a server on a port of its own for as long as the work lasts. */
async function serving<T>(server: Server, work: (port: number) => Promise<T>): Promise<T> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work((server.address() as { port: number }).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

function tlsServer(name: string, onSocket: (socket: TLSSocket) => void = () => {}): Server {
  const identity = { cert: pem(name), key: fixtureText(`imap/transport/data/${name}.key`) };
  return createTlsServer({ ...identity, ALPNProtocols: ["imap"] }, (socket) => {
    socket.on("error", () => {});
    onSocket(socket);
  });
}

/** What dialling ends in: `connected`, or the error as `connect` gives it. */
async function outcome(dial: Dial, options: Parameters<Dial>[0]): Promise<string> {
  try {
    await (await dial(options)).close();
    return "connected";
  } catch (error) {
    const { reason, retryable, message } = connectionFailure("Could not connect", error);
    assert(message.length > "Could not connect: ".length, "the runtime's words are in the message");
    return `${reason}, ${retryable ? "worth another try" : "final"}`;
  }
}

const certificates: [server: string, caCerts: string[] | undefined, outcome: string][] = [
  ["good", authority, "connected"],
  ["good", undefined, "certificate, final"],
  ["good", [pem("other_authority")], "certificate, final"],
  ["good", [pem("other_authority"), pem("authority")], "connected"],
  ["other_name", authority, "certificate, final"],
  ["common_name_only", authority, "certificate, final"],
  ["expired", authority, "certificate, final"],
  ["self_signed", undefined, "certificate, final"],
  ["self_signed", authority, "certificate, final"],
];

for (const [runs, dial] of dials) {
  // A worker's authorities are in its configuration, no connection has others; and it does not tell why a handshake failed.
  const fixed = runs === "workerd";
  for (
    const [name, caCerts, expected] of certificates.filter(([, trusted]) => !fixed || trusted === authority)
  ) {
    const trust = caCerts === undefined ? "nothing more" : `${caCerts.length} of ours`;
    test(`${runs}: a certificate "${name}" where ${trust} is trusted: ${expected}`, async () => {
      await serving(tlsServer(name), async (port) => {
        const tls = { hostname: "localhost", caCerts };
        assertEquals(await outcome(dial, { hostname: "127.0.0.1", port, tls }), expected);
      });
      // The same after STARTTLS.
      const tlsPeer = tlsServer(name);
      await serving(tlsPeer, async (tlsPort) => {
        const relay = createServer((socket) => {
          const target = connectTcp(tlsPort, "127.0.0.1");
          target.on("error", () => socket.destroy());
          socket.pipe(target).pipe(socket);
        });
        await serving(relay, async (port) => {
          const plain = await dial({ hostname: "127.0.0.1", port });
          const upgraded = await plain.startTls!({ hostname: "localhost", caCerts }).then(
            async (transport) => {
              await transport.close();
              return "connected";
            },
            (error) => `${failureReason(error)}, final`,
          );
          assertEquals(upgraded, expected);
        });
      });
    });
  }

  test(`${runs}: a port that does not speak TLS, and a port without a listener`, async () => {
    const greets = createServer((socket) => socket.write("* OK hello\r\n"));
    const tls = { hostname: "localhost" };
    assertEquals(
      await serving(greets, (port) => outcome(dial, { hostname: "127.0.0.1", port, tls })),
      fixed ? "certificate, final" : "not-tls, final",
    );
    const slams = createServer((socket) => socket.destroy());
    assertEquals(
      await serving(slams, (port) => outcome(dial, { hostname: "127.0.0.1", port, tls })),
      fixed ? "certificate, final" : "lost, worth another try",
    );
    const closed = await serving(createServer(), (port) => Promise.resolve(port));
    const [refused, unknown] = fixed
      ? ["unreachable, worth another try", "unreachable, worth another try"]
      : ["refused, worth another try", "dns, final"];
    assertEquals(await outcome(dial, { hostname: "127.0.0.1", port: closed }), refused);
    assertEquals(await outcome(dial, { hostname: "no-such-host.invalid", port: 993 }), unknown);
  });

  test(`${runs}: the server is told its name, and that IMAP is spoken`, async () => {
    const seen = Promise.withResolvers<unknown[]>();
    const server = tlsServer("good", (socket) => {
      seen.resolve([(socket as TLSSocket & { servername?: unknown }).servername, socket.alpnProtocol]);
    });
    await serving(server, async (port) => {
      const transport = await dial({
        hostname: "127.0.0.1",
        port,
        tls: { hostname: "localhost", caCerts: authority },
      });
      const [name, protocol] = await seen.promise;
      // Not every runtime's server tells both.
      assert(name === "localhost" || name === undefined || name === null, String(name));
      // Workers have no way to say a protocol.
      assertEquals(protocol || "none", fixed ? "none" : "imap");
      await transport.close();
    });
  });
}

test("reasons are read from causes and parts, and odd errors give none", () => {
  const inner = Object.assign(new Error("connect ECONNREFUSED ::1:993"), { code: "ECONNREFUSED" });
  assertEquals(failureReason(new AggregateError([inner, inner])), "refused");
  assertEquals(failureReason(new Error("outer", { cause: inner })), "refused");
  const ring = new Error("ring");
  ring.cause = ring;
  for (
    const odd of [ring, undefined, null, 7, "text", {}, { code: "constructor" }, { code: 5, message: 6 }]
  ) {
    assertEquals(failureReason(odd), undefined);
    const error = connectionFailure("Could not connect", odd);
    assertEquals([error.reason, error.retryable], [undefined, true]);
  }
  const cut = Object.assign(new Error("getaddrinfo EAI_AGAIN imap.example.org"), { code: "EAI_AGAIN" });
  assertEquals([connectionFailure("x", cut).reason, connectionFailure("x", cut).retryable], ["dns", true]);
  const deno = new Error("invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))");
  assertStringIncludes(connectionFailure("x", deno).message, "CA:TRUE");
});

test("private authorities are PEM, or refused in words", () => {
  const whole = checkAuthorities(pem("authority"));
  assertEquals(whole?.length, 1);
  assertEquals(checkAuthorities([`words before\r\n${pem("authority")}${pem("good")}after`])?.length, 2);
  assertEquals(checkAuthorities(undefined), undefined);
  assertEquals(checkAuthorities([]), []);
  const refused: [given: unknown, words: string][] = [
    ["/etc/ssl/ca.pem", "not its path"],
    ["", "no whole certificate"],
    [pem("authority").slice(0, 200), "no whole certificate"],
    [pem("authority").replace("MII", "???"), "no whole certificate"],
    [[pem("authority"), "garbage\n"], "number 2"],
    [[new Uint8Array(3)], "must be PEM text, not object"],
    [[null], "not null"],
    [5, "list of PEM texts"],
  ];
  for (const [given, words] of refused) {
    assertThrows(() => checkAuthorities(given as string), TypeError, words);
  }
});

test("a client's certificate is PEM with its key, or refused in words", () => {
  const cert = pem("good");
  const key = fixtureText("imap/transport/data/good.key");
  checkIdentity(undefined, undefined);
  checkIdentity(`words before\n${cert}${pem("authority")}`, key);
  const forms = ["RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"];
  for (const form of forms) checkIdentity(cert, `-----BEGIN ${form}-----\nMII=\n-----END ${form}-----\n`);
  const refused: [cert: unknown, key: unknown, words: string][] = [
    [cert, undefined, '"key" is missing'],
    [undefined, key, '"cert" is missing'],
    [new Uint8Array(3), key, '"cert" must be PEM text, not object'],
    [cert, null, '"key" must be PEM text, not null'],
    [key, key, "no whole certificate"],
    ["/etc/ssl/client.pem", key, "no whole certificate"],
    [cert, cert, "no private key"],
    [
      cert,
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII=\n-----END ENCRYPTED PRIVATE KEY-----\n",
      "is encrypted",
    ],
    [cert, "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", "is encrypted"],
  ];
  for (const [cert, key, words] of refused) {
    assertThrows(() => checkIdentity(cert as string, key as string), TypeError, words);
  }
});

test("what a runtime's permissions forbid is final, and says what to do", () => {
  const cause = Object.assign(new Error('Requires net access to "a:993"'), { name: "NotCapable" });
  const { reason, retryable, message } = connectionFailure("x", cause);
  assertEquals([reason, retryable], ["permission", false]);
  assertStringIncludes(message, "does not allow");
});

test("a server that ends the handshake, or the connection, for want of a certificate: no retry mends it", () => {
  // Deno 2.9, Bun 1.4 and Node.js 24 of openssl s_server -Verify: TLS 1.2 in the handshake, TLS 1.3 at the first read.
  const inHandshake = [
    new Error("received fatal alert: HandshakeFailure"),
    new Error("error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE"),
    new Error("error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:../deps/openssl"),
  ];
  for (const cause of inHandshake) {
    const { reason, retryable, message } = connectionFailure("x", cause);
    assertEquals([reason, retryable], ["unsupported", false]);
    assertStringIncludes(message, "wants a certificate");
  }
  const later = [
    new Error("received fatal alert: CertificateRequired"),
    new Error("error:1000045c:SSL routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED"),
    new Error(
      "error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../deps/openssl",
    ),
  ];
  for (const cause of later) {
    const { reason, retryable } = lostConnection(cause);
    assertEquals([reason, retryable], ["certificate", false]);
  }
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  assertEquals([lostConnection(reset).reason, lostConnection(reset).retryable], ["lost", true]);
});
