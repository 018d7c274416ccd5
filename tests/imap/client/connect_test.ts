import { test } from "node:test";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../../imap/client/connect.ts";
import type { HostOptions } from "../../../imap/client/connect_with.ts";
import {
  CapabilityError,
  CommandError,
  ConnectionError,
  type ImapError,
  ProtocolError,
  TimeoutError,
} from "../../../imap/base/errors.ts";
import { plain } from "../../../imap/sasl/plain.ts";
import { fixtureText } from "../../support/fixtures.ts";
import { runtime } from "../../support/runtime.ts";
import { ManualClock } from "../../../imap/testing/mod.ts";
import type { Transport } from "../../../imap/transport/transport.ts";
import { scripted } from "../session/scripted.ts";

const authority = fixtureText("imap/data/ca.pem");
// A worker's authorities are in its configuration, and it refuses others.
const caCerts = runtime === "workerd" ? undefined : [authority];
const identity = {
  cert: fixtureText("imap/data/localhost.pem"),
  key: fixtureText("imap/data/localhost.key"),
};
const auth = { user: "alice", pass: "s3cret" };
// printf '\0alice\0s3cret' | base64
const plainMessage = "AGFsaWNlAHMzY3JldA==";

async function dialogue(text: string, options: object = {}, secure = true) {
  const { transport, done } = scripted((peer) => peer.play(text), secure);
  const client = await connect({ transport, auth, ...options });
  return { client, done };
}

test("PLAIN with the first response in the command where the server offers SASL-IR", async () => {
  const { client, done } = await dialogue(`
    S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi
    C: A1 AUTHENTICATE PLAIN ${plainMessage}
    S: A1 OK [CAPABILITY IMAP4rev1 MOVE] welcome
  `);
  await done;
  assertEquals(client.state, "auth");
  assertEquals(client.capabilities?.has("MOVE"), true);
  client.close();
});

test("PLAIN in two steps where it does not, or where the caller says so", async () => {
  for (const [offered, options] of [["", {}], [" SASL-IR", { saslIr: false }]] as const) {
    const { client } = await dialogue(
      `
      S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN${offered}] hi
      C: A1 AUTHENTICATE PLAIN
      S: +
      C: ${plainMessage}
      S: A1 OK [CAPABILITY IMAP4rev1] welcome
    `,
      options,
    );
    assertEquals(client.state, "auth");
    client.close();
  }
});

test("LOGIN where the server does not offer PLAIN; capabilities are asked for before and after", async () => {
  const { client } = await dialogue(`
    S: * OK hi
    C: A1 CAPABILITY
    S: * CAPABILITY IMAP4rev1
    S: A1 OK done
    C: A2 LOGIN alice s3cret
    S: A2 OK welcome
    C: A3 CAPABILITY
    S: * CAPABILITY IMAP4rev1 IDLE
    S: A3 OK done
  `);
  assertEquals([...client.capabilities!], ["IMAP4REV1", "IDLE"]);
  client.close();
  // Dovecot says it in an untagged response to clients that asked before.
  const { client: other } = await dialogue(`
    S: * OK [CAPABILITY IMAP4rev1] hi
    C: A1 LOGIN alice s3cret
    S: * CAPABILITY IMAP4rev1 MOVE
    S: A1 OK welcome
  `);
  assertEquals(other.capabilities?.has("MOVE"), true);
  other.close();
});

test("IMAP4rev2 is enabled where it is offered, unless the caller does not want it", async () => {
  const { client } = await dialogue(`
    S: * PREAUTH [CAPABILITY IMAP4rev1 IMAP4rev2] hi
    C: A1 ENABLE IMAP4rev2
    S: * ENABLED IMAP4rev2
    S: A1 OK done
    C: A2 NOOP
    S: A2 OK done
  `);
  await client.noop();
  assertEquals([...client.enabled], ["IMAP4REV2"]);
  client.close();
  const refused = await dialogue(`
    S: * PREAUTH [CAPABILITY IMAP4rev1 IMAP4rev2] hi
    C: A1 ENABLE IMAP4rev2
    S: A1 BAD what
    C: A2 NOOP
    S: A2 OK done
  `);
  await refused.client.noop();
  assertEquals([...refused.client.enabled], []);
  refused.client.close();
  const without = await dialogue("S: * PREAUTH [CAPABILITY IMAP4rev1 IMAP4rev2] hi", { rev2: false });
  assertEquals([...without.client.enabled], []);
  without.client.close();
});

test("ID is sent when it is asked for and offered", async () => {
  const { client, done } = await dialogue(
    `
    S: * PREAUTH [CAPABILITY IMAP4rev1 ID] hi
    C: A1 ID ("name" "postern")
    S: * ID NIL
    S: A1 OK done
  `,
    { id: { name: "postern", version: null } },
  );
  await done;
  client.close();
});

test("a refused login is an error without the password in it", async () => {
  const cases = [["LOGIN", "", "alice s3cret"], [
    "AUTHENTICATE",
    " AUTH=PLAIN SASL-IR",
    `PLAIN ${plainMessage}`,
  ]];
  for (const [command, offered, args] of cases) {
    const error = await assertRejects(
      () =>
        dialogue(`
          S: * OK [CAPABILITY IMAP4rev1${offered}] hi
          C: A1 ${command} ${args}
          S: A1 NO [AUTHENTICATIONFAILED] cannot log in alice with s3cret
        `),
      CommandError,
    ) as CommandError;
    assertEquals([error.command, error.status, error.code?.name], [command, "NO", "AUTHENTICATIONFAILED"]);
    for (const text of [error.message, error.stack, error.text, JSON.stringify(error)]) {
      assertEquals(String(text).includes("s3cret"), false, String(text));
    }
  }
});

test("a challenge that cannot be answered cancels the exchange", async () => {
  const failure = new Error("I do not know");
  const mechanism = {
    name: "X-ODD",
    clientFirst: false,
    exposesPassword: false,
    respond: (challenge: Uint8Array) => {
      if (new TextDecoder().decode(challenge) === "again") throw failure;
      return new TextEncoder().encode("first");
    },
  };
  const error = await assertRejects(() =>
    dialogue(
      `
        S: * OK [CAPABILITY IMAP4rev1 AUTH=X-ODD] hi
        C: A1 AUTHENTICATE X-ODD
        S: + aGVsbG8=
        C: Zmlyc3Q=
        S: + YWdhaW4=
        C: *
        S: A1 BAD cancelled
      `,
      { auth: mechanism },
    )
  );
  assertEquals(error, failure);
  await assertRejects(
    () => dialogue("S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi", { auth: mechanism }),
    CapabilityError,
    "AUTH=X-ODD",
  );
});

test("LOGINDISABLED is obeyed", async () => {
  await assertRejects(() => dialogue("S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi"), CapabilityError);
});

test("a password is not sent where others can read it", async () => {
  const silent = "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi";
  await assertRejects(() => dialogue(silent, {}, false), CapabilityError, "not encrypted");
  await assertRejects(() => dialogue(silent, { auth: plain(auth) }, false), CapabilityError, "not encrypted");
  const { client } = await dialogue(
    `${silent}
    C: A1 AUTHENTICATE PLAIN
    S: +
    C: ${plainMessage}
    S: A1 OK [CAPABILITY IMAP4rev1] welcome`,
    { allowInsecureAuth: true },
    false,
  );
  client.close();
});

test("credentials that cannot be sent are refused before connecting", async () => {
  const dial = () => Promise.reject(new Error("called"));
  for (const bad of [{ user: "", pass: "x" }, { user: "a", pass: "" }, { user: "a\0b", pass: "x" }]) {
    await assertRejects(() => connect({ host: "mail.example.org", dial, auth: bad }), RangeError);
  }
  await assertRejects(() => connect({ host: "", dial }), TypeError);
  await assertRejects(() => connect({ host: "a", port: 70000, dial }), RangeError);
  await assertRejects(() => connect({ host: "a", tls: "maybe" as "implicit", dial }), TypeError);
  await assertRejects(() => connect({ host: "a", dial, limits: { maxLine: 0 } }), RangeError);
});

test("dial is told where to, and its failure is a ConnectionError", async () => {
  const targets: unknown[] = [];
  const cause = new Error("unreachable");
  const dial = (options: { hostname: string; port: number; tls?: unknown }) => {
    targets.push([options.hostname, options.port, options.tls]);
    return Promise.reject(cause);
  };
  const host = "mail.example.org";
  for (
    const options of [
      {},
      { tls: "starttls" },
      { tls: "plaintext", port: 1143 },
      { port: 1 },
      { port: 65535 },
      {
        tlsHostname: "imap",
      },
    ] as const
  ) {
    const error = await assertRejects(
      () => connect({ host, dial, ...options }),
      ConnectionError,
    ) as ConnectionError;
    assertEquals([error.cause, error.retryable], [cause, true]);
  }
  assertEquals(targets, [
    [host, 993, { hostname: host, caCerts: undefined }],
    [host, 143, undefined],
    [host, 1143, undefined],
    [host, 1, { hostname: host, caCerts: undefined }],
    [host, 65535, { hostname: host, caCerts: undefined }],
    [host, 993, { hostname: "imap", caCerts: undefined }],
  ]);
  for (const port of [0, 65536, 1.5]) {
    await assertRejects(() => connect({ host, dial, port }), RangeError, "1 to 65535");
  }
});

test("connecting has a deadline and takes a signal", async () => {
  const dial = () => new Promise<never>(() => {});
  const host = "mail.example.org";
  const hangs = (options: object) => {
    const dialled = (o: { signal?: AbortSignal | undefined }) =>
      new Promise<never>((_, reject) => o.signal!.addEventListener("abort", () => reject(o.signal!.reason)));
    return connect({ host, dial: dialled, ...options });
  };
  await assertRejects(() => hangs({ timeouts: { connect: 20 } }), TimeoutError);
  const reason = new Error("enough");
  assertEquals(await assertRejects(() => connect({ host, dial, signal: AbortSignal.abort(reason) })), reason);
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 10);
  assertEquals(await assertRejects(() => hangs({ signal: controller.signal })), reason);
  // In the middle of the login.
  const later = new AbortController();
  const { transport, done } = scripted(async (peer) => {
    await peer.play("S: * OK [CAPABILITY IMAP4rev1] hi\nC: A1 LOGIN alice s3cret");
    later.abort(reason);
    await peer.untilEnd();
  });
  assertEquals(await assertRejects(() => connect({ transport, auth, signal: later.signal })), reason);
  await done;
});

// ---- over loopback, with TLS

async function served(server: Server, work: (options: HostOptions) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  try {
    await work({ host: "127.0.0.1", port, tlsHostname: "localhost", caCerts });
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Answers each line by what the table has for its command, and says nothing else. */
function answers(socket: Socket, table: Record<string, string>): void {
  let text = "";
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    text += chunk;
    for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
      const [tag, command] = text.slice(0, end).split(" ");
      text = text.slice(end + 2);
      const answer = table[command!];
      if (answer !== undefined) socket.write(answer.replaceAll("TAG", tag!));
    }
  });
}

const loggedIn = {
  AUTHENTICATE: "TAG OK [CAPABILITY IMAP4rev1] welcome\r\n",
  LOGIN: "TAG OK [CAPABILITY IMAP4rev1] welcome\r\n",
  CAPABILITY: "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\nTAG OK done\r\n",
  LOGOUT: "* BYE\r\nTAG OK done\r\n",
};

test("implicit TLS: the certificate must be good", async () => {
  const server = createTlsServer(identity, (socket) => {
    socket.write("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n");
    answers(socket, loggedIn);
  });
  await served(server, async (options) => {
    await using client = await connect({ ...options, auth });
    assertEquals([client.secure, client.state], [true, "auth"]);
    if (caCerts !== undefined) {
      await assertRejects(() => connect({ ...options, caCerts: undefined, auth }), ConnectionError);
    } else {
      await assertRejects(
        () => connect({ ...options, caCerts: authority, auth }),
        ConnectionError,
        "caCerts",
      );
    }
    await assertRejects(
      () => connect({ ...options, tlsHostname: "mail.example.org", auth }),
      ConnectionError,
    );
  });
});

/** A server that offers STARTTLS and answers it as told; `after` goes into the same packet as the OK. */
function startTlsServer(
  answer: string,
  greeting = "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hi",
): Server {
  return createServer((socket) => {
    socket.on("error", () => {});
    socket.write(`${greeting}\r\n`);
    let text = "";
    const first = (chunk: Uint8Array) => {
      text += new TextDecoder().decode(chunk);
      if (!text.includes("\r\n")) return;
      const [tag, command] = text.split(/[ \r]/);
      if (command !== "STARTTLS") return void socket.end("* BYE that was not STARTTLS\r\n");
      socket.off("data", first);
      socket.write(answer.replaceAll("TAG", tag!), () => {
        if (!answer.startsWith("TAG OK")) return;
        answers(new TLSSocket(socket, { isServer: true, ...identity }), loggedIn);
      });
    };
    socket.on("data", first);
  });
}

test("STARTTLS encrypts before a password is sent, and what came in clear is discarded", async () => {
  await served(startTlsServer("TAG OK go\r\n"), async (options) => {
    await using client = await connect({ ...options, tls: "starttls", auth });
    assertEquals([client.secure, client.state], [true, "auth"]);
    assertEquals(client.capabilities?.has("LOGINDISABLED"), false);
  });
});

test("STARTTLS ends encrypted or throws", async () => {
  const cases: [Server, abstract new (...args: never[]) => ImapError][] = [
    [startTlsServer("TAG NO not today\r\n"), CommandError],
    [startTlsServer("TAG BAD what\r\n"), CommandError],
    // Injected by an attacker in between: it would be read as if it had come encrypted.
    [startTlsServer("TAG OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"), ProtocolError],
    [startTlsServer("TAG OK go\r\n* O"), ProtocolError],
    [startTlsServer("A99 OK go\r\n"), ProtocolError],
    [startTlsServer("", "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi"), CapabilityError],
    [startTlsServer("", "* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi"), ProtocolError],
  ];
  for (const [server, type] of cases) {
    await served(server, async (options) => {
      await assertRejects(
        () => connect({ ...options, tls: "starttls", auth, timeouts: { connect: 2000 } }),
        type,
      );
    });
  }
  await served(startTlsServer("TAG OK go\r\n"), async (options) => {
    const error = await assertRejects(
      () => connect({ ...options, tls: "starttls", auth, tlsHostname: "mail.example.org" }),
      ConnectionError,
    ) as ConnectionError;
    assertEquals([error.message.split(":")[0], error.reason], ["The TLS handshake failed", "certificate"]);
  });
});

test("plaintext to this machine needs no further option", async () => {
  const server = createServer((socket) => {
    socket.write("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n");
    answers(socket, loggedIn);
  });
  await served(server, async (options) => {
    await using client = await connect({ ...options, tls: "plaintext", auth });
    assertEquals([client.secure, client.state], [false, "auth"]);
  });
});

test("a port without a listener is a ConnectionError", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  for (const tls of ["implicit", "plaintext"] as const) {
    await assertRejects(() => connect({ host: "127.0.0.1", port, tls }), ConnectionError);
  }
});

test("a peer that is silent after its OK to STARTTLS hangs neither connect nor starttls", async () => {
  const silentTls = (): Transport => {
    const { transport } = scripted(async (peer) => {
      await peer.send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n");
      await peer.expect("A1 STARTTLS");
      await peer.send("A1 OK go\r\n");
      await peer.untilEnd();
    });
    // Deaf to the signal, too.
    return {
      secure: false,
      read: (into: Uint8Array) => transport.read(into),
      write: (bytes: Uint8Array) => transport.write(bytes),
      close: () => transport.close(),
      startTls: () => new Promise<never>(() => {}),
    };
  };
  const clock = new ManualClock();
  const connecting = connect({
    host: "mail.example.org",
    tls: "starttls",
    dial: () => Promise.resolve(silentTls()),
    clock,
    timeouts: { connect: 5_000 },
  });
  const late = assertRejects(() => connecting, TimeoutError);
  await clock.advance(5_000);
  await late;
  const tls = { hostname: "mail.example.org" };
  const client = await connect({ transport: silentTls(), clock, timeouts: { connect: 7_000 } });
  const upgrade = assertRejects(() => client.starttls(tls), TimeoutError, "not finished after 7000 ms");
  await clock.advance(7_000);
  await upgrade;
  assertEquals(client.closed, true);
  const other = await connect({ transport: silentTls(), clock });
  const controller = new AbortController();
  const reason = new Error("not any more");
  clock.setTimeout(() => controller.abort(reason), 10);
  const given = assertRejects(() => other.starttls(tls, { signal: controller.signal }));
  await clock.advance(10);
  assertEquals(await given, reason);
  assertEquals([other.closed, clock.timers], [true, 0]);
});

test("connect has a deadline for all of it, whatever comes meanwhile", async () => {
  const byte = async (peer: { send(text: string): Promise<void>; ended: boolean }, text: string) => {
    while (!peer.ended) {
      await peer.send(text);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const slow: [string, string][] = [["", "*"], [
    "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n",
    "* OK still here\r\n",
  ]];
  for (const [first, then] of slow) {
    const { transport } = scripted(async (peer) => {
      await peer.send(first);
      await byte(peer, then);
    });
    const timeouts = { total: 100, greeting: 60_000, command: 60_000 };
    await assertRejects(() => connect({ transport, auth, timeouts }), TimeoutError, "100 ms");
  }
});
