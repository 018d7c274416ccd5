import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  CapabilityError,
  type CommandError,
  connect,
  ImapClient,
  memoryPair,
  plain,
  ProtocolError,
  type SaslMechanism,
} from "../../../imap/mod.ts";
import { Session } from "../../../imap/session/session.ts";
import { toBase64 } from "../../../imap/values/base64.ts";
import { exposed, type Peer, scripted } from "../session/scripted.ts";

const user = "alice";
const encoder = new TextEncoder();

/** Octets as the scripted server sends them: one character each. */
function wire(text: string): string {
  return String.fromCharCode(...encoder.encode(text));
}

async function clientOf(
  script: (peer: Peer) => Promise<void>,
  options: { secure?: boolean; allowInsecureAuth?: boolean } = {},
): Promise<{ client: ImapClient; done: Promise<void> }> {
  const { secure = false, allowInsecureAuth } = options;
  const { transport, done } = scripted(script, secure);
  return { client: new ImapClient(await Session.open(transport, { allowInsecureAuth })), done };
}

test("no call sends a password where others can read it, and the connection goes on", async () => {
  const { client, done } = await clientOf(async (peer) => {
    await peer.send("* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN AUTH=LOGIN] hi\r\n");
    for (let i = 0; i < 1; i++) {
      const line = await peer.line();
      assert(/^A\d+ NOOP$/.test(line), line);
      await peer.send(`${line.split(" ")[0]} OK done\r\n`);
    }
  });
  const pass = "s3cret";
  const calls = [
    () => client.login(user, pass),
    // As a literal.
    () => client.login(user, "p".repeat(2_000)),
    () => client.authenticate(plain({ user, pass })),
    () => client.authenticate(plain({ user, pass }), { saslIr: false }),
  ];
  for (const call of calls) await assertRejects(async () => await call(), CapabilityError, "not encrypted");
  await client.noop();
  await done;
  client.close();
});

test("a password is sent where the transport is secure or local, or the caller allows it", async () => {
  const script = async (peer: Peer) => {
    await peer.send("* OK [CAPABILITY IMAP4rev1] hi\r\n");
    await peer.expect("A1 LOGIN alice s3cret");
    await peer.send("A1 OK done\r\n");
  };
  for (const options of [{ secure: true }, { allowInsecureAuth: true }]) {
    const { client, done } = await clientOf(script, options);
    await client.login(user, "s3cret");
    await done;
    client.close();
  }
  const [transport, end] = memoryPair(false);
  const served = (async () => {
    await end.write(encoder.encode("* OK [CAPABILITY IMAP4rev1] hi\r\n"));
    const buffer = new Uint8Array(100);
    const count = await end.read(buffer);
    assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), "A1 LOGIN alice s3cret\r\n");
    await end.write(encoder.encode("A1 OK done\r\n"));
  })();
  const local = new ImapClient(await Session.open(transport));
  await local.login(user, "s3cret");
  await served;
  local.close();
});

test("a mechanism that does not expose the password may be used where others can read", async () => {
  for (const offered of ["", " SASL-IR"]) {
    const { client, done } = await clientOf(async (peer) => {
      await peer.send(`* OK [CAPABILITY IMAP4rev1 AUTH=X-PROOF${offered}] hi\r\n`);
      await peer.play(
        offered === ""
          ? `
        C: A1 AUTHENTICATE X-PROOF
        S: +
        C: cHJvb2Y=
        S: A1 OK done`
          : `
        C: A1 AUTHENTICATE X-PROOF cHJvb2Y=
        S: A1 OK done`,
      );
    });
    const mechanism: SaslMechanism = {
      name: "X-PROOF",
      clientFirst: true,
      exposesPassword: false,
      respond: () => encoder.encode("proof"),
    };
    await client.authenticate(mechanism);
    await done;
    client.close();
  }
});

test("LOGIN is not sent under LOGINDISABLED, on whatever connection", async () => {
  for (const options of [{ secure: true }, { allowInsecureAuth: true }]) {
    const { client } = await clientOf(
      (peer) => peer.send("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n"),
      options,
    );
    await assertRejects(async () => await client.login(user, "s3cret"), CapabilityError, "LOGINDISABLED");
    client.close();
  }
});

test("a host's name does not make a connection local: the transport says what it is", async () => {
  const { transport } = scripted((peer) => peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n"));
  const dial = () => Promise.resolve(exposed(transport));
  await assertRejects(
    () => connect({ host: "localhost", tls: "plaintext", dial, auth: { user, pass: "s3cret" } }),
    CapabilityError,
    "not encrypted",
  );
});

/** Everything that an error shows, with its causes. */
function shown(error: unknown): string {
  let text = "";
  for (let at = error; at instanceof Error; at = at.cause) {
    text += `${at.message}\n${at.stack}\n${JSON.stringify(at)}\n${String((at as CommandError).text)}\n`;
  }
  return text;
}

test("the server's echo of a password is in no error, whatever its form", async () => {
  for (const pass of ["s3cret", 'pa"ss\\wo.rd', "pässw€rd", "(.*)+$", "x y z"]) {
    const message = toBase64(encoder.encode(`\0${user}\0${pass}`));
    const quoted = `"${pass.replace(/["\\]/g, "\\$&")}"`;
    const bare = toBase64(encoder.encode(pass));
    const forms = [pass, quoted, bare, message, pass.toUpperCase(), toBase64(encoder.encode(`x${pass}`))];
    const answers = forms.flatMap((form) => [
      `TAG NO cannot log in with ${form}, sorry`,
      `TAG BAD [X-ECHO ${form.replace(/\]/g, "")}] what`,
      `* BYE you said ${form}`,
      `* BYE [X-ECHO ${form.replace(/\]/g, "")}] bye`,
    ]);
    for (const answer of answers) {
      for (const method of ["login", "authenticate"] as const) {
        const { client } = await clientOf(async (peer) => {
          await peer.send("* OK [CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN SASL-IR] hi\r\n");
          const tag = (await peer.line()).split(" ")[0]!;
          await peer.send(wire(`${answer.replace("TAG", tag)}\r\n`));
          if (answer.startsWith("*")) peer.close();
        }, { secure: true });
        const error = await assertRejects(async () => {
          if (method === "login") await client.login(user, pass);
          else await client.authenticate(plain({ user, pass }));
        });
        const text = shown(error).toLowerCase();
        const raw = JSON.stringify(pass).slice(1, -1).toLowerCase();
        for (const form of [pass.toLowerCase(), raw, bare.toLowerCase(), message.toLowerCase()]) {
          assertEquals(text.includes(form), false, `${method} ${answer}: ${form} in ${text}`);
        }
        client.close();
      }
    }
  }
});

test("a secret that a mechanism has only once it answers is in no error and no trace either", async () => {
  const trace: string[] = [];
  const { transport, done } = scripted(async (peer) => {
    await peer.play(`
      S: * OK [CAPABILITY IMAP4rev1 AUTH=X-KEY] hi
      C: A1 AUTHENTICATE X-KEY
      S: + bm9uY2U=
      C: cHJvb2Y=
      S: A1 NO your key s3cret-key is of yesterday`);
  }, true);
  const client = new ImapClient(
    await Session.open(transport, { trace: (event) => void trace.push(JSON.stringify(event)) }),
  );
  const secrets: string[] = [];
  const mechanism: SaslMechanism = {
    name: "X-KEY",
    clientFirst: false,
    exposesPassword: false,
    secrets,
    respond: () => {
      secrets.push("s3cret-key");
      return encoder.encode("proof");
    },
  };
  const error = await assertRejects(() => client.authenticate(mechanism), Error, "is of yesterday");
  assertEquals(`${shown(error)}${trace.join("")}`.includes("s3cret"), false, trace.join(""));
  await done;
  client.close();
});

test("a server that asks without end is sent the password once", async () => {
  const said: string[] = [];
  const { client, done } = await clientOf(async (peer) => {
    await peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n");
    await peer.expect("A1 AUTHENTICATE PLAIN");
    for (let i = 0; i < 50 && !peer.ended; i++) {
      await peer.send("+ \r\n");
      const line = await peer.line().catch(() => "");
      if (line !== "") said.push(line);
    }
  }, { secure: true });
  const error = await assertRejects(
    () => client.authenticate(plain({ user, pass: "s3cret" })),
    ProtocolError,
  );
  assert(error.message.includes("more than the 1 answers of PLAIN"), error.message);
  await done;
  assertEquals(said, [toBase64(encoder.encode(`\0${user}\0s3cret`)), "*"]);
  assertEquals(client.closed, true);
});

test("a proof that fails ends the connection; a mechanism is told when its answer is no longer needed", async () => {
  const { client } = await clientOf(async (peer) => {
    await peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=X-PROOF] hi\r\n");
    await peer.expect("A1 AUTHENTICATE X-PROOF");
    await peer.send("+ \r\n");
    await peer.line();
    await peer.send("A1 OK believe me\r\n");
    await peer.untilEnd();
  });
  let started = 0;
  const mechanism: SaslMechanism = {
    name: "X-PROOF",
    clientFirst: false,
    exposesPassword: false,
    start: () => void started++,
    respond: () => encoder.encode("proof"),
    finish(): void {
      throw new ProtocolError("The server proved nothing");
    },
  };
  await assertRejects(() => client.authenticate(mechanism), ProtocolError, "proved nothing");
  assertEquals([client.closed, started], [true, 1]);

  const reason = new Error("not any more");
  const controller = new AbortController();
  let heard = false;
  const other = await clientOf(async (peer) => {
    await peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=X-SLOW] hi\r\n");
    await peer.expect("A1 AUTHENTICATE X-SLOW");
    await peer.send("+ \r\n");
    await peer.expect("*");
    await peer.send("A1 BAD cancelled\r\n");
  });
  const slow: SaslMechanism = {
    name: "X-SLOW",
    clientFirst: false,
    exposesPassword: false,
    respond: (_, signal) =>
      new Promise((_, reject) => {
        signal!.addEventListener("abort", () => {
          heard = true;
          reject(signal!.reason);
        });
        controller.abort(reason);
      }),
  };
  const error = await assertRejects(() => other.client.authenticate(slow, { signal: controller.signal }));
  assertEquals(error, reason);
  await other.done;
  assertEquals(heard, true);
  other.client.close();
});
