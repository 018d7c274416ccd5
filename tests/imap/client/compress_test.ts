import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { toArrayBuffer } from "@std/streams";
import {
  CapabilityError,
  CommandError,
  ConnectionError,
  LimitError,
  ProtocolError,
  StateError,
} from "../../../imap/base/errors.ts";
import { connect } from "../../../imap/client/connect_with.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { plain } from "../../../imap/sasl/plain.ts";
import { preauth } from "../session/scripted.ts";

const auth = { user: "sam", pass: "secret" };
const users = { sam: "secret", eve: "other" };
const capabilities = ["COMPRESS=DEFLATE", "UNAUTHENTICATE"];
const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const packed = (text: string) => deflateRawSync(new TextEncoder().encode(text), { finishFlush: 2 });

test("after COMPRESS everything goes on as before, literals both ways and IDLE included", async () => {
  await using server = await startServer({ users, with: capabilities, mailboxes: { INBOX: [] } });
  await using client = await connect({ transport: server.connect(), auth });
  await client.compress();
  const message = new TextEncoder().encode(`Subject: long\r\n\r\n${"text and more text\r\n".repeat(20_000)}`);
  await client.append("INBOX", message);
  await client.select("INBOX");
  const [row] = await client.uidFetch("1:*", ["BODY[]"]);
  assertEquals(row!.sections[0]!.data, message);
  for await (const { stream } of client.uidFetch("1:*", ["BODY[]"]).bodies()) {
    assertEquals(new Uint8Array(await toArrayBuffer(stream)), message);
  }
  const news = client.idle();
  const next = news.next();
  await client.append("INBOX", message);
  assertEquals((await next).done, false);
  await news.return!();
  await assertRejects(() => client.compress(), CommandError, "COMPRESSIONACTIVE");
  await client.noop();
});

test("COMPRESS needs its capability, and calls that were made before it are answered before", async () => {
  await using server = await startServer({ users, mailboxes: { INBOX: [] } });
  await using client = await connect({ transport: server.connect(), auth });
  await assertRejects(() => client.compress(), CapabilityError);
  await using other = await startServer({ users, with: capabilities, mailboxes: { INBOX: [] } });
  await using one = await connect({ transport: other.connect(), auth });
  const status = () => one.status("INBOX", ["MESSAGES"]).then(({ messages }) => messages);
  assertEquals(await Promise.all([status(), one.compress(), status()]), [0, undefined, 0]);
});

test("octets that came in clear after the OK, and what cannot be decompressed, end the connection", async () => {
  const early = await preauth(async (peer) => {
    await peer.expect("A1 COMPRESS DEFLATE");
    await peer.send("A1 OK done\r\n* 1 EXISTS\r\n");
  }, { capabilities: "IMAP4rev1 COMPRESS=DEFLATE" });
  await assertRejects(() => early.client.compress(), ProtocolError);
  const noise = await preauth(async (peer) => {
    await peer.expect("A1 COMPRESS DEFLATE");
    await peer.send("A1 OK done\r\n");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await peer.send("\xff\xff* 1 EXISTS\r\n\xff\xff\xff");
  }, { capabilities: "IMAP4rev1 COMPRESS=DEFLATE" });
  await noise.client.compress();
  await assertRejects(() => noise.client.noop(), ConnectionError);
});

test("the limits hold for what is decompressed: a line without end, a literal that is larger than allowed", async () => {
  // 64 MiB of one letter are 64 kB on the wire.
  const bomb = packed("x".repeat(1 << 26));
  assert(bomb.length < 100_000);
  for (
    const [begin, error] of [["A2 OK ", LimitError], [
      `* 1 FETCH (BODY[] {${1 << 26}}\r\n`,
      LimitError,
    ]] as const
  ) {
    let octets = 0;
    const { client } = await preauth(async (peer) => {
      await peer.expect("A1 COMPRESS DEFLATE");
      await peer.send("A1 OK done\r\n");
      await new Promise((resolve) => setTimeout(resolve, 20));
      const all = latin1(packed(begin)) + latin1(bomb) + latin1(packed(")\r\nA2 OK done\r\n"));
      for (let at = 0; at < all.length; at += 4096) await peer.send(all.slice(at, at + 4096));
      await peer.untilEnd();
    }, {
      capabilities: "IMAP4rev1 COMPRESS=DEFLATE",
      limits: { maxLine: 1 << 20, maxLiteral: 1 << 20 },
      onResponse: () => octets++,
    });
    await client.compress();
    const call = begin.startsWith("*")
      ? client.command("FETCH").then(() => client.noop()).then(() => {
        throw new LimitError("skipped");
      })
      : client.noop();
    await assertRejects(() => call, error);
    client.close();
  }
});

test("UNAUTHENTICATE: another user logs in on the same connection, and nothing of the first is known", async () => {
  await using server = await startServer({
    users,
    with: capabilities,
    mailboxes: { INBOX: ["Subject: sam\n\n"] },
  });
  await using client = await connect({ transport: server.connect(), auth });
  await client.select("INBOX");
  assert(client.enabled.has("IMAP4REV2"));
  const lease = await client.lease("INBOX");
  await assertRejects(() => client.unauthenticate(), StateError, "lease");
  lease.release();
  await client.unauthenticate();
  assertEquals(client.state, "nonauth");
  assertEquals(client.mailbox, undefined);
  assertEquals([...client.enabled], []);
  assert(client.capabilities!.has("AUTH=PLAIN"));
  await assertRejects(() => client.status("INBOX", ["MESSAGES"]), StateError);
  await client.authenticate(plain({ user: "eve", pass: "other" }));
  assertEquals(client.state, "auth");
  await client.compress();
  await client.unauthenticate();
  await client.authenticate(plain(auth));
  assertEquals((await client.status("INBOX", ["MESSAGES"])).messages, 1);
});

test("what waits for UNAUTHENTICATE is written as it must be after it", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 ENABLE UTF8=ACCEPT
      S: * ENABLED UTF8=ACCEPT
      S: A1 OK done
      C: A2 UNAUTHENTICATE
      S: A2 OK out
      C: A3 LOGIN {7}
      S: + go on
      C: j\u00c3\u00bcrgen {4}
      S: + go on
      C: p\u00c3\u00b6t
      S: A3 OK [CAPABILITY IMAP4rev1] done
      C: A4 CAPABILITY
      S: * CAPABILITY IMAP4rev1
      S: A4 OK done
    `), { capabilities: "IMAP4rev1 ENABLE UTF8=ACCEPT UNAUTHENTICATE" });
  await client.enable(["UTF8=ACCEPT"]);
  const out = client.unauthenticate();
  const login = client.login("jürgen", "pöt");
  await out;
  await login;
  await done;
  client.close();
});

test("a server that does not say what it offers after UNAUTHENTICATE is asked", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 UNAUTHENTICATE
      S: A1 OK out
      C: A2 CAPABILITY
      S: * CAPABILITY IMAP4rev1 AUTH=X
      S: A2 OK done
      C: A3 UNAUTHENTICATE
    `).catch(() => {}), { capabilities: "IMAP4rev1 UNAUTHENTICATE" });
  await client.unauthenticate();
  assertEquals([...client.capabilities!], ["IMAP4REV1", "AUTH=X"]);
  await assertRejects(() => client.unauthenticate(), StateError);
  client.close();
  await done;
});
