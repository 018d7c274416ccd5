import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  CapabilityError,
  CommandError,
  ConnectionError,
  ImapError,
  LimitError,
  ProtocolError,
  StateError,
  ThrottledError,
  TimeoutError,
} from "../../../imap/base/errors.ts";
import { ImapClient } from "../../../imap/client/client.ts";
import { Session } from "../../../imap/session/session.ts";
import { type Peer, preauth, scripted, selected, settle } from "./scripted.ts";

test("a greeting is OK, PREAUTH or BYE", async () => {
  const ok = scripted((peer) => peer.play("S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello"));
  const session = await Session.open(ok.transport);
  assertEquals(session.state, "nonauth");
  assertEquals([...session.capabilities!], ["IMAP4REV1", "AUTH=PLAIN"]);
  assertEquals(session.greeting.text, "hello");
  session.close();

  const preauth = scripted((peer) => peer.play("S: * preauth hello"));
  const authenticated = await Session.open(preauth.transport);
  assertEquals(authenticated.state, "auth");
  assertEquals(authenticated.capabilities, undefined);
  authenticated.close();

  const bye = scripted((peer) => peer.play("S: * BYE [UNAVAILABLE] too busy"));
  const error = await assertRejects(() => Session.open(bye.transport), ThrottledError) as ThrottledError;
  assertEquals([error.status, error.code?.name, error.text, error.retryable], [
    "BYE",
    "UNAVAILABLE",
    "too busy",
    true,
  ]);
});

test("what is not a greeting ends the connection", async () => {
  for (
    const line of [
      "220 mail.example.org ESMTP",
      "* 3 EXISTS",
      "+ go",
      "A1 OK",
      "HTTP/1.1 400 Bad Request",
    ]
  ) {
    const { transport, done } = scripted(async (peer) => {
      await peer.send(`${line}\r\n`);
      await peer.untilEnd();
    });
    const error = await assertRejects(() => Session.open(transport), ProtocolError) as ProtocolError;
    // Words that are not a response may be the only explanation there is.
    if (/^[2H]/.test(line)) assertEquals(error.message.endsWith(line), true, error.message);
    await done;
  }
});

test("a greeting of NO is a refusal with the server's reason", async () => {
  const { transport } = scripted((peer) => peer.play("S: * NO Intrusion prevention active"));
  const error = await assertRejects(() => Session.open(transport), CommandError) as CommandError;
  assertEquals([error.status, error.text], ["NO", "Intrusion prevention active"]);
});

test("the last words before the end are in the error", async () => {
  const ends: [words: string, expected: string][] = [
    ["* NO Your address is blocked", "Your address is blocked"],
    ["* BAD internal error 17", "internal error 17"],
    ["Blocked by policy; ask the help desk* BYE Server logging out", "Blocked by policy; ask the help desk"],
    [`garbage \u0007${"x".repeat(1000)}`, "x".repeat(100)],
  ];
  for (const [words, expected] of ends) {
    const { client } = await preauth(async (peer) => {
      await peer.expect("A1 NOOP");
      await peer.send(`${words}\r\n`);
      peer.close();
    });
    const error = await assertRejects(() => client.noop(), ConnectionError) as ConnectionError;
    assertEquals(error.message.includes(expected), true, error.message);
    assertEquals(error.message.length < 500, true);
  }
});

test("last words about too many connections are a throttle", async () => {
  const { client } = await preauth(async (peer) => {
    await peer.expect("A1 NOOP");
    await peer.send("* NO Maximum number of connections from user+IP exceeded\r\n");
    peer.close();
  });
  const error = await assertRejects(async () => await client.noop(), ThrottledError) as ThrottledError;
  assertEquals(error.retryable, true);
});

test("a completion that completes nothing is an event, unless it claims what was not sent", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 NOOP
      S: DONE BAD Unknown command
      S: A0 OK never sent
      S: A1 OK
      S: A1 OK twice
      C: A2 NOOP
      S: A2 OK
    `)
  );
  const events = client.events();
  await client.noop();
  await client.noop();
  await done;
  client.close();
  const seen: string[] = [];
  for await (const event of events) if (event.type === "TAGGED") seen.push(`${event.tag} ${event.status}`);
  assertEquals(seen, ["DONE BAD", "A0 OK", "A1 OK"]);
  // Queued after a command that runs alone, or not written whole.
  const { client: lied } = await preauth((peer) => peer.play("C: A1 SELECT INBOX\nS: A2 OK done"));
  const select = lied.select("INBOX");
  const close = lied.closeMailbox();
  await assertRejects(() => select, ProtocolError);
  await assertRejects(() => close, ProtocolError);
});

test("an ALERT is an event wherever it comes, and an unasked ENABLED changes nothing", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      S: * ENABLED IMAP4rev2 UTF8=ACCEPT
      C: A1 NOOP
      S: A1 OK [ALERT] Enable IMAP in your settings
      C: A2 CREATE x
      S: A2 NO [ALERT] Not now
    `)
  );
  const events = client.events();
  await client.noop();
  await assertRejects(() => client.create("x"), Error);
  assertEquals([...client.enabled], []);
  client.close();
  const alerts: string[] = [];
  for await (const event of events) {
    if (event.type === "TAGGED" && event.code?.name === "ALERT") alerts.push(event.text);
  }
  assertEquals(alerts, ["Enable IMAP in your settings", "Not now"]);
});

test("a silent, a vanishing and an aborted greeting reject", async () => {
  const silent = scripted((peer) => peer.untilEnd());
  await assertRejects(() => Session.open(silent.transport, { timeouts: { greeting: 20 } }), TimeoutError);
  await silent.done;
  const gone = scripted((peer) => Promise.resolve(peer.close()));
  await assertRejects(() => Session.open(gone.transport), ConnectionError);
  const reason = new Error("not any more");
  const aborted = scripted((peer) => peer.untilEnd());
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 5);
  const error = await assertRejects(() => Session.open(aborted.transport, { signal: controller.signal }));
  assertEquals(error, reason);
  await aborted.done;
});

test("limits and deadlines must be integers", async () => {
  const cases: unknown[] = [
    { limits: { maxLine: "100" } },
    { limits: { maxLine: NaN } },
    { limits: { maxLine: 0 } },
    {
      limits: { maxLines: 5 },
    },
    { timeouts: { command: Infinity } },
    { timeouts: { command: 2 ** 31 } },
    { timeouts: { idle: 1.5 } },
  ];
  for (const options of cases) {
    const { transport } = scripted((peer) => peer.play("S: * OK hi"));
    const error = await assertRejects(() => Session.open(transport, options as object));
    assert(error instanceof TypeError || error instanceof RangeError, String(error));
  }
});

test("five STATUS take one round trip", async () => {
  const { client, done } = await preauth(async (peer) => {
    const tags = [];
    for (let i = 0; i < 5; i++) {
      const [tag, ...rest] = (await peer.line()).split(" ");
      assertEquals(rest.join(" "), `STATUS box${i} (MESSAGES UNSEEN)`);
      tags.push(tag);
    }
    // The answers come in another order than the questions.
    for (const i of [3, 0, 4, 2, 1]) {
      await peer.send(`* STATUS box${i} (MESSAGES ${i} UNSEEN ${10 + i})\r\n${tags[i]} OK done\r\n`);
    }
  });
  const handles = [0, 1, 2, 3, 4].map((i) => client.status(`box${i}`, ["MESSAGES", "UNSEEN"]));
  const results = await Promise.all(handles);
  await done;
  assertEquals(results.map(({ mailbox, messages, unseen }) => [mailbox, messages, unseen]), [
    ["box0", 0, 10],
    ["box1", 1, 11],
    ["box2", 2, 12],
    ["box3", 3, 13],
    ["box4", 4, 14],
  ]);
  client.close();
});

/** Which of the commands given are on the wire before the first is answered. */
async function overlap(
  start: (client: Awaited<ReturnType<typeof selected>>["client"]) => PromiseLike<unknown>[],
): Promise<string[]> {
  const sent: string[] = [];
  const { client } = await selected(async (peer) => {
    await settle();
    while (peer.received.includes("\r\n")) sent.push((await peer.line()).replace(/^A\d+ /, ""));
  });
  for (const handle of start(client)) handle.then(() => {}, () => {});
  await settle();
  await settle();
  client.close();
  return sent;
}

test("commands overlap only where neither answers nor message numbers can be mistaken", async () => {
  // The same mailbox twice: whose answer is it?
  assertEquals((await overlap((c) => [c.status("a", ["MESSAGES"]), c.status("A", ["UNSEEN"])])).length, 2);
  assertEquals((await overlap((c) => [c.status("a", ["MESSAGES"]), c.status("a", ["UNSEEN"])])).length, 1);
  assertEquals(
    (await overlap((c) => [c.status("INBOX", ["MESSAGES"]), c.status("inbox", ["UNSEEN"])])).length,
    1,
  );
  assertEquals((await overlap((c) => [c.list("", "*"), c.list("", "%")])).length, 1);
  assertEquals((await overlap((c) => [c.list("", "*"), c.status("a", ["MESSAGES"])])).length, 1);
  // Message numbers: EXPUNGE may come with NOOP, not with FETCH, STORE and SEARCH.
  assertEquals((await overlap((c) => [c.fetch("1", ["FLAGS"]), c.fetch("2", ["FLAGS"])])).length, 2);
  assertEquals((await overlap((c) => [c.fetch("1:3", ["FLAGS"]), c.fetch("3:5", ["FLAGS"])])).length, 1);
  assertEquals((await overlap((c) => [c.fetch("1", ["FLAGS"]), c.search({ seen: true })])).length, 2);
  assertEquals((await overlap((c) => [c.noop(), c.fetch("1", ["FLAGS"])])).length, 1);
  assertEquals((await overlap((c) => [c.fetch("1", ["FLAGS"]), c.noop()])).length, 2);
  assertEquals((await overlap((c) => [c.noop(), c.uidFetch("1", ["FLAGS"])])).length, 2);
  assertEquals((await overlap((c) => [c.uidFetch("1", ["FLAGS"]), c.fetch("2", ["FLAGS"])])).length, 1);
  assertEquals((await overlap((c) => [c.copy("1", "x"), c.fetch("2", ["FLAGS"])])).length, 1);
  assertEquals((await overlap((c) => [c.search({ seen: true }), c.search({ draft: true })])).length, 1);
  // What changes the selected mailbox runs alone.
  assertEquals((await overlap((c) => [c.status("a", ["MESSAGES"]), c.select("b")])).length, 1);
  assertEquals((await overlap((c) => [c.select("b"), c.fetch("1", ["FLAGS"])])).length, 1);
  assertEquals((await overlap((c) => [c.select("b"), c.status("a", ["MESSAGES"])])).length, 2);
  assertEquals((await overlap((c) => [c.expunge(), c.status("a", ["MESSAGES"])])).length, 1);
  // Nothing overtakes.
  assertEquals(await overlap((c) => [c.noop(), c.fetch("1", ["FLAGS"]), c.status("a", ["MESSAGES"])]), [
    "NOOP",
  ]);
});

test("a literal is sent when the server asks for it", async () => {
  const { client, done } = await preauth(async (peer) => {
    await peer.expect("A1 APPEND box (\\Seen) {5}");
    await settle();
    assertEquals(peer.received, "");
    await peer.send("+ go ahead\r\n");
    assertEquals(await peer.octets(7), "hello\r\n");
    await peer.send("A1 OK [APPENDUID 38505 3955] done\r\n");
  });
  const result = await client.append("box", new TextEncoder().encode("hello"), { flags: ["\\Seen"] });
  await done;
  assertEquals([result.uidValidity, result.uids?.toString()], [38505, "3955"]);
  client.close();
});

test("a literal is not sent when the server refuses the command instead of asking", async () => {
  for (const status of ["NO", "BAD"]) {
    const { client, done } = await preauth(async (peer) => {
      await peer.expect("A1 APPEND box {5}");
      await peer.send(`A1 ${status} [TRYCREATE] no such mailbox\r\n`);
      await peer.expect("A2 NOOP");
      await peer.send("A2 OK done\r\n");
    });
    const error = await assertRejects(() => client.append("box", "hello"), CommandError) as CommandError;
    assertEquals([error.status, error.code?.name], [status, "TRYCREATE"]);
    await client.noop();
    await done;
    client.close();
  }
});

test("LITERAL+ saves the round trip, and so does LITERAL- up to 4096 octets", async () => {
  for (
    const [capability, size, mark] of [["LITERAL+", 5000, "{5000+}"], ["LITERAL-", 4096, "{4096+}"]] as const
  ) {
    const { client, done } = await preauth(async (peer) => {
      await peer.expect(`A1 APPEND box ${mark}`);
      assertEquals(await peer.octets(size + 2), "x".repeat(size) + "\r\n");
      await peer.send("A1 OK done\r\n");
    }, { capabilities: `IMAP4rev1 ${capability}` });
    await client.append("box", "x".repeat(size));
    await done;
    client.close();
  }
  const { client } = await preauth((peer) => peer.play("C: A1 APPEND box {4097}\nS: A1 NO"), {
    capabilities: "IMAP4rev1 LITERAL-",
  });
  await assertRejects(() => client.append("box", "x".repeat(4097)), CommandError);
  client.close();
});

test("a message is appended from a stream of known size", async () => {
  const stream = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of ["hel", "lo"]) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    });
  const { client, done } = await preauth(async (peer) => {
    await peer.expect("A1 APPEND box {5}");
    await peer.send("+ \r\n");
    assertEquals(await peer.octets(7), "hello\r\n");
    await peer.send("A1 OK done\r\n");
  });
  await client.append("box", { size: 5, stream: stream() });
  await done;
  client.close();
  // One that does not keep its word leaves nothing that could be said on the connection.
  for (const size of [4, 6]) {
    const { client } = await preauth(async (peer) => {
      await peer.line();
      await peer.send("+ \r\n");
      await peer.untilEnd();
    });
    const append = client.append("box", { size, stream: stream() });
    const after = client.noop();
    await assertRejects(() => append, RangeError);
    await assertRejects(() => after, ConnectionError);
    assertEquals(client.closed, true);
  }
});

test("OK for a command that is not sent whole, or something else before TLS, is a protocol error", async () => {
  const early = await preauth((peer) => peer.play("C: A1 APPEND box {5}\nS: A1 OK done"));
  await assertRejects(() => early.client.append("box", "hello"), ProtocolError);
  assertEquals(early.client.closed, true);
  const { transport } = scripted(
    (peer) => peer.play("S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\nC: A1 STARTTLS\nS: A7 OK go"),
    false,
  );
  const client = new ImapClient(await Session.open(transport));
  await assertRejects(() => client.starttls({ hostname: "localhost" }), ProtocolError);
});

test("capabilities come from a code or an untagged response, whenever", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 NOOP
      S: * CAPABILITY IMAP4rev1 IDLE
      S: A1 OK done
      C: A2 NOOP
      S: A2 OK [CAPABILITY imap4rev2 move] done
    `)
  );
  await client.noop();
  assertEquals([...client.capabilities!], ["IMAP4REV1", "IDLE"]);
  await client.noop();
  assertEquals([...client.capabilities!], ["IMAP4REV2", "MOVE"]);
  client.close();
});

test("what an IMAP4rev2 server sends about a mailbox unasked does not duplicate it", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 CREATE box
      S: A1 OK done
      C: A2 LIST "" box
      S: * LIST () "/" box
      S: * LIST (\\HasNoChildren) "/" box
      S: A2 OK done
    `)
  );
  await client.create("box");
  const { mailboxes } = await client.list("", "box");
  assertEquals(mailboxes.map(({ mailbox, attributes }) => [mailbox, attributes]), [["box", [
    "\\HasNoChildren",
  ]]]);
  client.close();
});

test("only what the server said it enabled is enabled", async () => {
  // iCloud answers without ENABLED; Cyrus repeats what was enabled before.
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 ENABLE CONDSTORE
      S: A1 OK done
      C: A2 ENABLE X-GOOD-IDEA
      S: * ENABLED
      S: A2 OK done
      C: A3 ENABLE UTF8=ACCEPT
      S: * ENABLED CONDSTORE utf8=accept
      S: A3 OK done
      C: A4 SELECT "Entw\xc3\xbcrfe"
      S: A4 NO
    `)
  );
  assertEquals((await client.enable(["CONDSTORE"])).capabilities, undefined);
  assertEquals((await client.enable(["X-GOOD-IDEA"])).capabilities, []);
  assertEquals([...client.enabled], []);
  await client.enable(["UTF8=ACCEPT"]);
  assertEquals([...client.enabled], ["CONDSTORE", "UTF8=ACCEPT"]);
  // Names travel in UTF-8 from then on.
  await assertRejects(() => client.select("Entwürfe"), CommandError);
  client.close();
});

test("a command is refused before it is sent: state, capability, argument", async () => {
  const { client, done } = await preauth(async (peer) => {
    await settle();
    assertEquals(peer.received, "");
  }, { capabilities: "IMAP4rev1" });
  const state = await assertRejects(() => client.fetch("1", ["FLAGS"]), StateError) as StateError;
  assertEquals(state.command, "FETCH");
  await assertRejects(() => client.login("a", "b"), StateError);
  const missing = await assertRejects(() => client.namespace(), CapabilityError) as CapabilityError;
  assertEquals(missing.command, "NAMESPACE");
  assertEquals(missing.message, "NAMESPACE needs NAMESPACE or IMAP4REV2, which the server does not offer");
  await assertRejects(() => client.enable(["A\r\nB"]), RangeError);
  await assertRejects(() => client.noop({ timeout: NaN }), RangeError);
  await done;
  client.close();
});

test("unknown responses do no harm", async () => {
  const { client } = await preauth(async (peer) => {
    await peer.expect("A1 NOOP");
    for (
      const line of [
        "* XNEW (something {3}\r\nnew) else",
        "* 12 XNUMBERED",
        "* OK [XCODE with data] text",
        "* OK",
        "*",
        "* ",
        "nonsense",
        "\x00\xff",
        "",
        "+ not asked for",
        "* 1 FETCH (XITEM (nested (deep)) FLAGS (\\Seen)",
        "* LIST broken",
        "* STATUS",
        "* 99999999999999999999 EXISTS",
        "BAD without a tag",
      ]
    ) await peer.send(`${line}\r\n`);
    await peer.send("A1 OK done\r\n");
    await peer.play("C: A2 NOOP\nS: A2 OK done");
  });
  await client.noop();
  await client.noop();
  client.close();
});

test("a hook sees every response and can end the connection", async () => {
  const seen: string[] = [];
  const { client } = await preauth((peer) => peer.play("C: A1 NOOP\nS: * 3 EXISTS\nS: A1 OK done"), {
    onResponse: (response) => seen.push(response.type),
  });
  await client.noop();
  assertEquals(seen, ["PREAUTH", "EXISTS", "TAGGED"]);
  client.close();
  const strict = await preauth((peer) => peer.play("C: A1 NOOP\nS: * 3 EXISTS\nS: A1 OK done"), {
    onResponse: (response) => {
      if (response.type === "EXISTS") throw new Error("I do not like it");
    },
  });
  const error = await assertRejects(() => strict.client.noop(), ConnectionError) as ConnectionError;
  assertEquals(((error.cause as Error).cause as Error).message, "I do not like it");
});

test("silence while a command waits ends the connection, progress does not", async () => {
  const { client } = await preauth((peer) => peer.untilEnd(), { timeouts: { command: 30 } });
  await assertRejects(() => client.noop(), TimeoutError);
  assertEquals(client.closed, true);
  await assertRejects(() => client.noop(), ImapError);

  const slow = await preauth(async (peer) => {
    await peer.expect("A1 NOOP");
    for (let i = 0; i < 6; i++) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      await peer.send("* OK Still here\r\n");
    }
    await peer.send("A1 OK done\r\n");
  }, { timeouts: { command: 100 } });
  await slow.client.noop();
  // An idle connection is not a command: nothing is due.
  await new Promise((resolve) => setTimeout(resolve, 150));
  assertEquals(slow.client.closed, false);
  slow.client.close();
});

test("a call's own deadline costs the call and not the connection", async () => {
  const { client } = await preauth(async (peer) => {
    await peer.expect("A1 STATUS slow (MESSAGES)");
    await peer.expect("A2 NOOP");
    await peer.send("* STATUS slow (MESSAGES 3)\r\nA1 OK done\r\nA2 OK done\r\n");
  });
  const slow = await assertRejects(() => client.status("slow", ["MESSAGES"], { timeout: 20 }), TimeoutError);
  assertEquals((slow as TimeoutError).command, "STATUS");
  await client.noop();
  client.close();
});

test("a signal takes back what was not sent, and discards the answer of what was", async () => {
  const { client, done } = await preauth(async (peer) => {
    await peer.expect('A1 LIST "" *');
    await settle();
    await settle();
    await peer.send('* LIST () "/" a\r\nA1 OK done\r\n');
    // A2 was taken back.
    await peer.expect("A3 NOOP");
    await peer.send("A3 OK done\r\n");
  });
  const reason = new Error("enough");
  const first = new AbortController();
  const second = new AbortController();
  const sent = client.list("", "*", { signal: first.signal });
  const queued = client.list("", "%", { signal: second.signal });
  await settle();
  second.abort(reason);
  first.abort(reason);
  assertEquals(await assertRejects(() => queued), reason);
  assertEquals(await assertRejects(() => sent), reason);
  await client.noop();
  await done;
  assertEquals(await assertRejects(() => client.noop({ signal: AbortSignal.abort(reason) })), reason);
  client.close();
});

test("what ENABLE may change in a command waits for it, and for nothing else", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A1 STATUS a (MESSAGES)
      C: A2 STATUS Entw&APw-rfe (MESSAGES)
      S: * STATUS Entw&APw-rfe (MESSAGES 2)
      S: * STATUS a (MESSAGES 1)
      S: A1 OK done
      S: A2 OK done
      C: A3 ENABLE UTF8=ACCEPT
      C: A4 STATUS a (MESSAGES)
      S: * STATUS a (MESSAGES 3)
      S: * ENABLED UTF8=ACCEPT
      S: A3 OK done
      S: A4 OK done
      C: A5 STATUS "Entw\u00c3\u00bcrfe" (MESSAGES)
      S: * STATUS "Entw\u00c3\u00bcrfe" (MESSAGES 4)
      S: A5 OK done
    `), { capabilities: "IMAP4rev1 ENABLE UTF8=ACCEPT" });
  const messages = async (name: string) => (await client.status(name, ["MESSAGES"])).messages;
  assertEquals(await Promise.all([messages("a"), messages("Entw\u00fcrfe")]), [1, 2]);
  const enabling = client.enable(["UTF8=ACCEPT"]);
  assertEquals(await Promise.all([messages("a"), messages("Entw\u00fcrfe")]), [3, 4]);
  await enabling;
  await done;
  client.close();
});

test("the answer of a command that was given up takes no room from others", async () => {
  const [one, other] = ["x".repeat(1000), "y".repeat(1000)];
  const { client, done } = await preauth(async (peer) => {
    await peer.expect(`A1 STATUS ${one} (MESSAGES)`);
    await peer.expect(`A2 STATUS ${other} (MESSAGES)`);
    await settle();
    for (let i = 0; i < 9; i++) await peer.send(`* STATUS ${one} (MESSAGES 1)\r\n`);
    await peer.send(`* STATUS ${other} (MESSAGES 7)\r\nA2 OK done\r\nA1 OK done\r\n`);
  }, { limits: { maxHeld: 10_000 } });
  const controller = new AbortController();
  const givenUp = client.status(one, ["MESSAGES"], { signal: controller.signal });
  const status = client.status(other, ["MESSAGES"]);
  await settle();
  controller.abort();
  await assertRejects(() => givenUp);
  assertEquals((await status).messages, 7);
  await done;
  client.close();
});

test("what was ended by close() is not retryable", async () => {
  const { client } = await preauth((peer) => peer.untilEnd());
  const running = client.noop();
  client.close();
  for (const call of [running, client.noop()]) {
    const error = await assertRejects(() => call, ConnectionError) as ConnectionError;
    assertEquals([error.reason, error.retryable, error.command], ["closed", false, "NOOP"]);
  }
  assertEquals([client.closed, client.state], [true, "logout"]);
});

test("a signal inside our own literal ends the connection", async () => {
  const reason = new Error("enough");
  const { client, done } = await preauth(async (peer) => {
    await peer.expect("A1 APPEND box {5}");
    await peer.untilEnd();
  });
  const controller = new AbortController();
  const append = client.append("box", "hello", { signal: controller.signal });
  const after = client.noop();
  await settle();
  controller.abort(reason);
  assertEquals(await assertRejects(() => append), reason);
  await assertRejects(() => after, ConnectionError);
  await done;
});

test("an error knows the command, the verdict and the code", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 CREATE x
      S: A1 NO [ALREADYEXISTS] It is there
      C: A2 DELETE x
      S: A2 NO [INUSE] Somebody is in it
      C: A3 RENAME x y
      S: A3 BAD
    `)
  );
  const first = await assertRejects(() => client.create("x"), CommandError) as CommandError;
  assertEquals(first.message, "CREATE: NO [ALREADYEXISTS] It is there");
  assertEquals([first.name, first.status, first.retryable], ["CommandError", "NO", false]);
  const second = await assertRejects(() => client.delete("x"), ThrottledError) as ThrottledError;
  assertEquals(second.retryable, true);
  const third = await assertRejects(() => client.rename("x", "y"), CommandError) as CommandError;
  assertEquals([third.message, third.status, third.code, third.text], ["RENAME: BAD", "BAD", undefined, ""]);
  client.close();
});

test("the reason of BYE is in the error of what was waiting", async () => {
  const { client } = await preauth(async (peer) => {
    await peer.play("C: A1 NOOP\nS: * BYE [UNAVAILABLE] shutting down");
    peer.close();
  });
  const error = await assertRejects(() => client.noop(), ThrottledError) as ThrottledError;
  assertEquals([error.status, error.code?.name, error.text, error.command, error.retryable], [
    "BYE",
    "UNAVAILABLE",
    "shutting down",
    "NOOP",
    true,
  ]);
  // A server that says BYE and stays.
  const { client: other } = await preauth((peer) => peer.play("C: A1 NOOP\nS: * BYE later"), {
    timeouts: { logout: 20 },
  });
  const stays = await assertRejects(() => other.noop(), ConnectionError) as ConnectionError;
  assertEquals(stays.status, "BYE");
});

test("logout sends LOGOUT, has a deadline, and never throws", async () => {
  const polite = await preauth(async (peer) => {
    await peer.play("C: A1 LOGOUT\nS: * BYE see you\nS: A1 OK done");
    await peer.untilEnd();
  });
  const events = polite.client.events();
  await polite.client.logout();
  await polite.client.logout();
  await polite.done;
  // A wanted end is not a failure for those who listen.
  assertEquals((await events.next()).value?.type, "BYE");
  assertEquals((await events.next()).done, true);
  for (
    const script of [
      "C: A1 LOGOUT\nS: A1 BAD what",
      "C: A1 LOGOUT\nS: * BYE",
      "C: A1 LOGOUT",
    ]
  ) {
    const { client } = await preauth(async (peer) => {
      await peer.play(script);
      if (script.endsWith("BYE")) peer.close();
    }, { timeouts: { logout: 20 } });
    await client.logout();
    assertEquals(client.closed, true);
  }
  const gone = await preauth((peer) => Promise.resolve(peer.close()));
  await settle();
  await gone.client.logout();
});

test("what is too large costs the command that may have asked for it, not the connection", async () => {
  const { client } = await selected((peer) =>
    peer.play(`
      C: A2 FETCH 1:2 BODY[]
      S: * 1 FETCH (BODY[] {3}
    `).then(async () => {
      await peer.send("abc)\r\n* 2 FETCH (BODY[] {11}\r\n01234567890)\r\nA2 OK done\r\n");
      await peer.play("C: A3 NOOP\nS: A3 OK done");
    }), { limits: { maxLiteral: 10 } });
  const events = client.events();
  const error = await assertRejects(() => client.fetch("1:2", ["BODY[]"]), LimitError) as LimitError;
  assertEquals(error.message, "FETCH: a response exceeds maxLiteral: * 2 FETCH (BODY[] {11}");
  await client.noop();
  assertEquals((await events.next()).value, {
    type: "DROPPED",
    limit: "maxLiteral",
    size: 11,
    head: "* 2 FETCH (BODY[] {11}",
  });
  client.close();
});

test("events that nobody reads are dropped and counted", async () => {
  const { client } = await selected(async (peer) => {
    await peer.expect("A2 NOOP");
    for (let i = 1; i <= 9; i++) await peer.send(`* ${i} EXISTS\r\n`);
    await peer.send("A2 OK done\r\n");
  }, { limits: { maxEvents: 4 } });
  const events = client.events();
  await client.noop();
  assertEquals((await events.next()).value, { type: "MISSED", count: 5 });
  const counts = [];
  for (let i = 0; i < 4; i++) counts.push(((await events.next()).value as { count: number }).count);
  assertEquals(counts, [6, 7, 8, 9]);
  await events.return!();
  assertEquals((await events.next()).done, true);
  client.close();
});

/** A server that answers one command with so many lines, and NOOP with OK. */
async function flood(peer: Peer, command: string, line: (i: number) => string, count: number): Promise<void> {
  await peer.expect(`A2 ${command}`);
  for (let i = 1; i <= count; i++) await peer.send(`${line(i)}\r\n`);
  await peer.play("S: A2 OK done\nC: A3 NOOP\nS: A3 OK done");
}

test("what a command collects has a limit in bytes, and gives it back", async () => {
  const long = "x".repeat(1000);
  const limits = { maxHeld: 20_000 };
  const list = await selected(
    (peer) => flood(peer, 'LIST "" *', (i) => `* LIST () "/" ${long}${i}`, 30),
    { limits },
  );
  const error = await assertRejects(() => list.client.list("", "*"), LimitError, "maxHeld") as LimitError;
  assertEquals(error.command, "LIST");
  await list.client.noop();
  list.client.close();

  const row = (i: number) => `* ${i} FETCH (FLAGS (${long}))`;
  const store = await selected((peer) => flood(peer, "STORE 1:30 +FLAGS (\\Seen)", row, 30), { limits });
  await assertRejects(
    async () => await store.client.store("1:30", "+FLAGS", ["\\Seen"]),
    LimitError,
    "maxHeld",
  );
  await store.client.noop();
  store.client.close();

  const fetched = await selected((peer) => flood(peer, "FETCH 1:30 FLAGS", row, 30), { limits });
  await assertRejects(async () => await fetched.client.fetch("1:30", ["FLAGS"]), LimitError, "maxHeld");
  await fetched.client.noop();
  fetched.client.close();

  const thrice = await selected(async (peer) => {
    for (const tag of ["A2", "A3", "A4"]) {
      await peer.expect(`${tag} LIST "" *`);
      for (let i = 0; i < 15; i++) await peer.send(`* LIST () "/" ${long}${i}\r\n`);
      await peer.send(`${tag} OK done\r\n`);
    }
  }, { limits });
  for (let i = 0; i < 3; i++) assertEquals((await thrice.client.list("", "*")).mailboxes.length, 15);
  thrice.client.close();
});

test("events that nobody reads have a limit in bytes, all readers together", async () => {
  const long = "x".repeat(1000);
  const { client } = await selected(
    (peer) => flood(peer, "NOOP", (i) => `* ${i} FETCH (FLAGS (${long}))`, 30),
    { limits: { maxHeld: 20_000 } },
  );
  const queues = [client.events(), client.events()];
  await client.noop();
  let count = 0;
  for (const queue of queues) {
    const missed = (await queue.next()).value as { type: string; count: number };
    assertEquals(missed.type, "MISSED");
    let rest = 0;
    for (; rest < 30 - missed.count; rest++) await queue.next();
    count += rest;
  }
  assert(count > 0 && count <= 20, `${count} events of 1,000 bytes in 20,000`);
  // What was read makes room.
  await client.noop();
  client.close();
});

test("what comes while another mailbox is being selected, and what is enabled, has a limit in bytes", async () => {
  const long = "x".repeat(1000);
  const { client } = await selected(async (peer) => {
    await peer.expect("A2 SELECT other");
    for (let i = 1; i <= 30; i++) await peer.send(`* ${i} FETCH (FLAGS (${long}))\r\n`);
    await peer.send("A2 OK done\r\n");
    await peer.play("C: A3 NOOP\nS: A3 OK done");
  }, { limits: { maxHeld: 20_000 } });
  const error = await assertRejects(() => client.select("other"), LimitError, "maxHeld") as LimitError;
  assertEquals(error.command, "SELECT");
  await client.noop();
  client.close();

  const other = await preauth(async (peer) => {
    await peer.expect("A1 ENABLE CONDSTORE");
    for (let i = 0; i < 30; i++) await peer.send(`* ENABLED ${long}${i}\r\n`);
    await peer.play("S: * ENABLED CONDSTORE\nS: A1 OK done\nC: A2 NOOP\nS: A2 OK done");
  }, { limits: { maxHeld: 40_000 } });
  await assertRejects(() => other.client.enable(["CONDSTORE"]), LimitError, "maxHeld");
  assert([...other.client.enabled].join("").length < 40_000);
  await other.client.noop();
  other.client.close();
});

test("an answer to SEARCH of 150,000 numbers is read", async () => {
  const { client } = await selected(async (peer) => {
    await peer.expect("A2 UID SEARCH ALL");
    await peer.send(
      `* SEARCH${Array.from({ length: 150_000 }, (_, i) => ` ${1_000_000 + 2 * i}`).join("")}\r\n`,
    );
    await peer.send("A2 OK done\r\n");
  });
  assertEquals((await client.uidSearch({ all: true })).all.count, 150_000);
  client.close();
});

test("a line over maxLine costs its command and not the connection", async () => {
  const { client } = await selected(
    (peer) => flood(peer, "UID SEARCH ALL", () => `* SEARCH${" 12345".repeat(1000)}`, 1),
    { limits: { maxLine: 2000 } },
  );
  await assertRejects(() => client.uidSearch({ all: true }), LimitError, "maxLine");
  await client.noop();
  client.close();
});

test("numbers of messages that are not there change nothing", async () => {
  const { client } = await selected((peer) =>
    peer.play(`
      C: A2 NOOP
      S: * 0 EXPUNGE
      S: * 4000000000 EXPUNGE
      S: * 11 EXPUNGE
      S: * 10 EXPUNGE
      S: A2 OK done
      C: A3 NOOP
      S: * VANISHED (EARLIER) 1:5
      S: * VANISHED 100:102
      S: A3 OK done
    `)
  );
  const events = client.events();
  await client.noop();
  assertEquals(client.mailbox?.exists, 9);
  assertEquals((await events.next()).value, { type: "EXPUNGE", seq: 10 });
  await client.noop();
  assertEquals(client.mailbox?.exists, 6);
  client.close();
});

test("the status of another mailbox is not an answer, that of the same mailbox in another spelling is", async () => {
  const { client } = await preauth((peer) =>
    peer.play(`
      C: A1 STATUS a (MESSAGES)
      S: * STATUS b (MESSAGES 2)
      S: * STATUS ba (MESSAGES 3)
      S: * STATUS a (MESSAGES 1)
      S: A1 OK done
      C: A2 STATUS a (MESSAGES)
      S: * STATUS b (MESSAGES 2)
      S: A2 OK done
      C: A3 STATUS Sent (MESSAGES)
      S: * STATUS INBOX.sent (MESSAGES 4)
      S: A3 OK done
      C: A4 STATUS INBOX (MESSAGES)
      S: * STATUS iNbOx (MESSAGES 5)
      S: A4 OK done
      C: A5 STATUS &ATE-nbox (MESSAGES)
      S: * STATUS INBOX (MESSAGES 5)
      S: * STATUS &ATE-nbox (MESSAGES 6)
      S: A5 OK done
      C: A6 STATUS INBOX (MESSAGES)
      S: * STATUS &ATE-nbox (MESSAGES 6)
      S: * STATUS INBOX (MESSAGES 5)
      S: A6 OK done
    `)
  );
  const events = client.events();
  assertEquals((await client.status("a", ["MESSAGES"])).messages, 1);
  assertEquals([(await events.next()).value?.type, (await events.next()).value?.type], ["STATUS", "STATUS"]);
  await assertRejects(async () => await client.status("a", ["MESSAGES"]), ProtocolError, "STATUS");
  assertEquals((await client.status("Sent", ["MESSAGES"])).messages, 4);
  assertEquals((await client.status("inbox", ["MESSAGES"])).messages, 5);
  // A dotless i is another letter, which toUpperCase() takes for I.
  assertEquals((await client.status("\u0131nbox", ["MESSAGES"])).messages, 6);
  assertEquals((await client.status("INBOX", ["MESSAGES"])).messages, 5);
  client.close();
});

test("a completion whose verdict cannot be read ends its command", async () => {
  const { client } = await selected(
    (peer) => peer.play("C: A2 NOOP\nS: A2 YES sir\nC: A3 NOOP\nS: A3 OK done"),
    { timeouts: { command: 2000 } },
  );
  await assertRejects(async () => await client.noop(), ProtocolError, "cannot be read: YES sir");
  await client.noop();
  client.close();
});

test("rows that a loop takes cannot be awaited too; calls of next that do not wait are answered in order", async () => {
  const { client } = await selected((peer) =>
    peer.play(`
      C: A2 FETCH 1:3 FLAGS
      S: * 1 FETCH (FLAGS ())
      S: * 2 FETCH (FLAGS ())
      S: * 3 FETCH (FLAGS ())
      S: A2 OK done
      C: A3 FETCH 1 FLAGS
    `).then(() => peer.close())
  );
  const command = client.fetch("1:3", ["FLAGS"]);
  const rows = command[Symbol.asyncIterator]();
  const taken = await Promise.all([rows.next(), rows.next(), rows.next(), rows.next()]);
  assertEquals(taken.map(({ value }) => value?.seq), [1, 2, 3, undefined]);
  await assertRejects(async () => await command, TypeError, "loop");
  const lost = client.fetch("1", ["FLAGS"])[Symbol.asyncIterator]();
  void lost.next();
  await settle();
  await settle();
  assertEquals((await lost.next()).done, true);
});

test("a transport that always has something ready does not keep signals and deadlines from their turn", async () => {
  const greeting = new TextEncoder().encode("* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
  const flood = new TextEncoder().encode("* OK still here\r\n".repeat(100));
  let reads = 0;
  const session = await Session.open({
    secure: true,
    read(into) {
      const bytes = reads++ === 0 ? greeting : flood;
      into.set(bytes);
      return Promise.resolve(bytes.length);
    },
    write: () => Promise.resolve(),
    close: () => {},
  }, { limits: { maxEvents: 10 } });
  const client = new ImapClient(session);
  const reason = new Error("enough");
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(reason);
    client.close();
  }, 10);
  assertEquals(await assertRejects(async () => await client.noop({ signal: controller.signal })), reason);
});

test("so many bytes of rows are read ahead as readAhead says, to the byte", async () => {
  const row = (n: number) => `* ${n} FETCH (UID ${n})`;
  const ahead = async (readAhead: number): Promise<number> => {
    let received = 0;
    const { client } = await preauth(async (peer) => {
      await peer.play("C: A1 SELECT INBOX\nS: * 9 EXISTS\nS: A1 OK [READ-WRITE] done");
      await peer.line();
      for (let n = 1; n <= 5; n++) await peer.send(`${row(n)}\r\n`);
      await peer.untilEnd();
    }, {
      limits: { readAhead },
      trace: ({ direction, line }) => void (direction === "received" && line.includes("FETCH") && received++),
    });
    await client.select("INBOX");
    await client.fetch("1:5", ["UID"])[Symbol.asyncIterator]().next();
    await settle();
    client.close();
    return received;
  };
  const size = row(1).length;
  // The one that was taken, and the one with which it is too much.
  assertEquals(await ahead(size - 1), 2);
  assertEquals(await ahead(size), 3);
  assertEquals(await ahead(2 * size - 1), 3);
  assertEquals(await ahead(2 * size), 4);
});
