/** `client.command`: what goes out for each kind of argument, and what of the answer comes back. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { CommandError, ConnectionError, LimitError, StateError } from "../../../imap/base/errors.ts";
import { arg, type RawArgument } from "../../../imap/client/raw_command.ts";
import { settle } from "../session/scripted.ts";
import { preauth, selected } from "../session/scripted.ts";

test("every kind of argument is written, and every untagged response comes back as it came", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.expect('A2 UID XFOO atom "a \\"text\\"" "" Entw&APw-rfe 1:3,5 (\\Seen $x (1)) ~{3}');
    await peer.send("+ go\r\n");
    await peer.expect("a\0b");
    await peer.play(`
      S: * XFOO (a "b c" NIL) 7
      S: * 11 EXISTS
      S: * OK [XCODE 5] hello
    `);
    await peer.send('* XFOO {4}\r\nA2 \n "x"\r\n');
    await peer.send("A2 OK [XDONE 1 2] all done\r\n");
  });
  const result = await client.command("uid xfoo", [
    arg.atom("atom"),
    arg.string('a "text"'),
    arg.string(""),
    arg.mailbox("Entwürfe"),
    arg.set([1, 2, 3, 5]),
    arg.list([arg.flag("\\Seen"), arg.flag("$x"), arg.list([arg.atom("1")])]),
    arg.literal("a\0b"),
  ], { state: "selected" });
  assertEquals(result.text, "all done");
  assertEquals(result.code?.name, "XDONE");
  assertEquals(result.responses.map(String), [
    'XFOO (a "b c" NIL) 7',
    "11 EXISTS",
    "OK [XCODE 5] hello",
    'XFOO {4}\r\nA2 \n "x"',
  ]);
  assertEquals(result.responses[0]!.tree(), ["XFOO", ["a", "b c", null], "7"]);
  assertEquals(client.mailbox?.exists, 11, "what the client knows is taken into account");
  await done;
});

test("it runs alone: commands before it have ended, those after it wait", async () => {
  const { client, done } = await preauth(async (peer) => {
    await peer.expect("A1 NOOP");
    await settle();
    assertEquals(peer.received, "");
    await peer.send("A1 OK done\r\n");
    await peer.expect("A2 XFOO");
    await settle();
    assertEquals(peer.received, "");
    await peer.play(`
      S: * STATUS x (MESSAGES 1)
      S: A2 OK done
      C: A3 STATUS x (MESSAGES)
      S: * STATUS x (MESSAGES 2)
      S: A3 OK done
    `);
  });
  const noop = client.noop();
  const raw = client.command("XFOO");
  const status = client.status("x", ["MESSAGES"]);
  await noop;
  assertEquals((await raw).responses.map(String), ["STATUS x (MESSAGES 1)"]);
  assertEquals((await status).messages, 2);
  await done;
});

test("NO and BAD reject with code and text, and the connection goes on", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 XFOO
      S: A1 NO [NOPERM] not you
      C: A2 XFOO
      S: A2 BAD what?
      C: A3 NOOP
      S: A3 OK done
    `)
  );
  const no = await assertRejects(() => client.command("XFOO"), CommandError, "not you");
  assertEquals([no.status, no.code?.name], ["NO", "NOPERM"]);
  const bad = await assertRejects(() => client.command("XFOO"), CommandError);
  assertEquals(bad.status, "BAD");
  await client.noop();
  await done;
});

test("a literal that the server refuses leaves nothing over", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 XFOO {1000}
      S: A1 NO too big
      C: A2 NOOP
      S: A2 OK done
    `)
  );
  await assertRejects(() => client.command("XFOO", [arg.literal("x".repeat(1000))]), CommandError, "too big");
  await client.noop();
  await done;
});

test("state, signal and deadline hold", async () => {
  const { client, done } = await preauth((peer) => peer.expect("A2 XFOO"));
  await assertRejects(() => client.command("XFOO", [], { state: "selected" }), StateError, "selected");
  const gone = new AbortController();
  const waiting = client.command("XFOO", [], { state: ["auth", "selected"], signal: gone.signal });
  await done;
  gone.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  client.close();
  await assertRejects(() => client.command("XFOO"), ConnectionError);
});

test("what a command may collect is bounded", async () => {
  const { client, done } = await preauth(async (peer) => {
    await peer.expect("A1 XFOO");
    for (let i = 0; i < 5; i++) await peer.send(`* XFOO ${i}\r\n`);
    await peer.send("A1 OK done\r\n");
    await peer.expect("A2 XFOO");
    await peer.send(`* XFOO {5000}\r\n${"x".repeat(5000)}\r\nA2 OK done\r\n`);
  }, { limits: { maxItems: 4, maxLiteral: 4096 } });
  await assertRejects(() => client.command("XFOO"), LimitError, "maxItems");
  await assertRejects(() => client.command("XFOO"), LimitError, "maxLiteral");
  await done;
});

test("commands that change the connection are refused, and so is what is not the name of a command", async () => {
  const { client } = await preauth(async () => {});
  for (
    const name of ["IDLE", "authenticate", "StartTLS", "COMPRESS", "LOGIN", "LOGOUT", "SELECT", "EXAMINE"]
      .concat("CLOSE", "UNSELECT", "ENABLE", "UNAUTHENTICATE")
      // The first argument with the name: passwords of such a LOGIN are not known to be secret.
      .concat("login alice", "AUTHENTICATE PLAIN", "SELECT INBOX", "COMPRESS DEFLATE", "IDLE X", "UID LOGIN")
  ) await assertRejects(() => client.command(name), RangeError, "method of its own");
  for (const name of ["", " ", "A B C", "X\r\nA9 LOGOUT", "X ", " X", "XFÖO", 'X"', "X(", "X{3}", "X*"]) {
    await assertRejects(() => client.command(name), RangeError, "not the name");
  }
  for (const name of ["X-LOGIN", "IDLE.X"]) {
    await assertRejects(() => client.command(name, [], { state: "nonauth" }), StateError);
  }
  await assertRejects(() => client.command("XFOO", ["x" as unknown as RawArgument]), TypeError, "arg");
  client.close();
});

test("what the caller changes afterwards is not sent", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 NOOP
      S: A1 OK done
      C: A2 XFOO (a)
      S: A2 OK done
    `)
  );
  const items = [arg.atom("a")];
  const args = [arg.list(items)];
  const noop = client.noop();
  const raw = client.command("XFOO", args);
  items.push(arg.atom("b"));
  args.push(arg.atom("c"));
  await Promise.all([noop, raw, done]);
  assert(!client.closed);
});
