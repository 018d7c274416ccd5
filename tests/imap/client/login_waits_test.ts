// What may go wrong around a login and must not end, or hang, the rest.

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ManualClock } from "../../../imap/base/manual_clock.ts";
import type { ClientOptions } from "../../../imap/client/connect_with.ts";
import { connect, ImapError, type SaslMechanism, TimeoutError } from "../../../imap/mod.ts";
import { type Peer, scripted, settle } from "../session/scripted.ts";

test("a mechanism whose answer never settles: a deadline, and the caller's signal", async () => {
  for (const saslIr of [true, false]) {
    const never: SaslMechanism = {
      name: "X-NEVER",
      exposesPassword: false,
      clientFirst: saslIr,
      respond: () => new Promise(() => {}),
    };
    const play = async (peer: Peer) => {
      await peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=X-NEVER] hi\r\n");
      await peer.line().catch(() => "");
      await peer.send("+ \r\n");
      await peer.untilEnd();
    };
    const clock = new ManualClock();
    const late = connect({ transport: scripted(play).transport, auth: never, clock });
    const outcome = late.then(() => "in", (error) => error);
    for (let i = 0; i < 20; i++) {
      await settle();
      await clock.advance(10_000);
    }
    assert(await outcome instanceof TimeoutError, String(await outcome));
    const controller = new AbortController();
    const reason = new Error("enough");
    const given = connect({ transport: scripted(play).transport, auth: never, signal: controller.signal });
    await settle();
    controller.abort(reason);
    assertEquals(await given.catch((error) => error), reason);
  }
});

test("a CAPABILITY that is refused after login does not end connect", async () => {
  for (const verdict of ["NO [LIMIT] too often", "BAD what"]) {
    const { transport } = scripted(async (peer) => {
      await peer.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n");
      await peer.expect("A1 AUTHENTICATE PLAIN AGFsaWNlAHMzY3JldA==");
      await peer.send("A1 OK in\r\n");
      await peer.expect("A2 CAPABILITY");
      await peer.send(`A2 ${verdict}\r\n`);
      await peer.expect("A3 NOOP");
      await peer.send("A3 OK done\r\n");
    });
    const client = await connect({ transport, auth: { user: "alice", pass: "s3cret" } });
    assertEquals([client.state, client.capabilities], ["auth", undefined]);
    await client.noop();
    client.close();
  }
});

test("no value of ID is NIL: Cyrus ends the connection for one", async () => {
  const seen: string[] = [];
  const { transport } = scripted(async (peer) => {
    await peer.send("* PREAUTH [CAPABILITY IMAP4rev1 ID] hi\r\n");
    for (let i = 0; i < 2; i++) {
      const line = await peer.line();
      seen.push(line);
      await peer.send(`${line.split(" ")[0]} OK done\r\n`);
    }
  });
  const client = await connect({ transport, id: { name: "a program", version: null } });
  await client.noop();
  client.close();
  assertEquals(seen, ['A1 ID ("name" "a program")', "A2 NOOP"]);
});

test("a host that is a URL is refused before connecting, and is not retryable", async () => {
  const dial = () => Promise.reject(new Error("dialled"));
  for (const host of ["imaps://imap.example.org", "imap.example.org/", "alice@imap.example.org", ""]) {
    const error = await connect({ host, dial }).catch((error) => error);
    assert(error instanceof TypeError && !(error instanceof ImapError), String(error));
  }
  await assertRejects(() => connect({ host: "imap.example.org", dial }), ImapError, "dialled");
});

test("NUL in what the client tells about itself is refused before connecting, and CR and LF end no command", async () => {
  const dial = () => Promise.reject(new Error("dialled"));
  const ids: ClientOptions["id"][] = [{ name: "a\0b" }, { "a\0b": "name" }, [{ name: "name", value: "\0" }]];
  for (const id of ids) {
    await assertRejects(() => connect({ host: "imap.example.org", dial, id }), RangeError, "NUL");
  }
  const { transport, done } = scripted(async (peer) => {
    await peer.send("* PREAUTH [CAPABILITY IMAP4rev1 ID] hi\r\n");
    await peer.expect('A1 ID ("name" {11}');
    await peer.send("+ go\r\n");
    assertEquals(await peer.octets(13), "a\r\nZ LOGOUT)\r");
    await peer.octets(1);
    await peer.send("A1 OK done\r\n");
    await peer.expect("A2 NOOP");
    await peer.send("A2 OK done\r\n");
  });
  const client = await connect({ transport, id: { name: "a\r\nZ LOGOUT" } });
  await client.noop();
  await done;
  client.close();
});
