import { test } from "node:test";
import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { type Fault, ManualClock, startServer, type TestServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

const body = "0123456789".repeat(10);

function server(...faults: Fault[]): Promise<TestServer> {
  return startServer({ faults, mailboxes: { INBOX: [`Subject: x\r\n\r\n${body}`] } });
}

test("the n-th FETCH is refused, counted over all connections", async () => {
  await using s = await server({
    on: "FETCH",
    nth: 3,
    refuse: { status: "NO", text: "[THROTTLED] Slow down" },
  });
  const first = await Wire.login(s, "INBOX");
  await first.ok("FETCH 1 UID");
  await first.ok("UID FETCH 1 FLAGS");
  const second = await Wire.login(s, "INBOX");
  assertEquals(await second.run("FETCH 1 UID"), ["NO [THROTTLED] Slow down"]);
  await second.ok("FETCH 1 UID");
});

test("the connection drops after so many octets of the answer", async () => {
  await using s = await server({ on: "UID FETCH", dropAfter: 10 });
  const wire = await Wire.login(s, "INBOX");
  await wire.ok("FETCH 1 UID");
  await wire.send("x UID FETCH 1 FLAGS\r\n");
  assertEquals(await wire.rest(), "* 1 FETCH ");
  await (await Wire.login(s, "INBOX")).ok("NOOP");
});

test("the connection drops inside a literal", async () => {
  await using s = await server({ on: "FETCH", dropInLiteral: 17 });
  const wire = await Wire.login(s, "INBOX");
  await wire.ok("FETCH 1 UID");
  await wire.send("x FETCH 1 (UID BODY.PEEK[TEXT])\r\n");
  assertEquals(await wire.rest(), `* 1 FETCH (UID 1 BODY[TEXT] {100}\r\n${body.slice(0, 17)}`);
});

test("a large literal goes out like a small one, under every fault", async () => {
  const large = "0123456789".repeat(10_000);
  const head = `* 1 FETCH (UID 1 FLAGS (\\Recent) BODY[TEXT]<7> {${large.length - 7}}\r\n`;
  const row = `${head}${large.slice(7)} BODY[] {${large.length + 14}}\r\nSubject: x\r\n\r\n${large})\r\n`;
  const all = `${row}x OK FETCH completed\r\n`;
  const expected: [Fault, string][] = [
    [{ delay: 0 }, all],
    [{ twice: true }, row + row + "x OK FETCH completed\r\n".repeat(2)],
    [{ splitEvery: 30_000 }, all],
    [{ dropInLiteral: 70_000 }, all.slice(0, head.length + 70_000)],
    [{ dropAfter: head.length + 99_999 }, all.slice(0, head.length + 99_999)],
    [{ dropSessionAfter: 0 }, ""],
    [{ omit: ["FLAGS"] }, all.replace("FLAGS (\\Recent) ", "")],
  ];
  for (const [fault, answer] of expected) {
    await using s = await startServer({
      faults: [{ on: "FETCH", ...fault }],
      mailboxes: { INBOX: [`Subject: x\r\n\r\n${large}`] },
    });
    const wire = await Wire.login(s, "INBOX");
    await wire.send("x FETCH 1 (UID BODY.PEEK[TEXT]<7.100000> BODY.PEEK[] FLAGS)\r\ny LOGOUT\r\n");
    const [rest = ""] = (await wire.rest()).split("* BYE");
    assertEquals([rest.slice(0, 80), rest.slice(-60), rest.length], [
      answer.slice(0, 80),
      answer.slice(-60),
      answer.length,
    ]);
    assertEquals(rest === answer, true, JSON.stringify(fault));
  }
});

test("an answer can be replaced, delayed and split", async () => {
  await using s = await server(
    { on: "NOOP", nth: 1, reply: "* 99 EXISTS\r\n%TAG% OK [ALERT] so there\r\n" },
    { on: "NOOP", nth: 2, delay: 30 },
    { on: "FETCH", splitEvery: 3 },
  );
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.run("NOOP"), ["* 99 EXISTS", "OK [ALERT] so there"]);
  let answered = false;
  const delayed = wire.ok("NOOP").then(() => answered = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(answered, false);
  await delayed;
  assertEquals(await wire.ok("FETCH 1 (UID BODY.PEEK[TEXT]<0.5>)"), [
    "* 1 FETCH (UID 1 BODY[TEXT]<0> {5}\r\n01234)",
  ]);
});

test("a server closes although an answer is delayed by a clock that does not move", async () => {
  const clock = new ManualClock();
  const s = await startServer({ clock, faults: [{ on: "NOOP", delay: 60_000 }] });
  const wire = await Wire.open(s);
  await wire.ok("LOGIN alice alice-pw");
  await wire.send("x NOOP\r\n");
  await new Promise((resolve) => setTimeout(resolve, 10));
  assertEquals(clock.timers, 1);
  await s.close();
  assertEquals(clock.timers, 0);
});

test("BYE instead of an answer, and a broken greeting", async () => {
  await using s = await server({ on: "SELECT", bye: "Too many connections" }, {
    on: "GREETING",
    nth: 2,
    reply: "220 smtp\r\n",
  });
  const wire = await Wire.open(s);
  await wire.ok("LOGIN alice alice-pw");
  await wire.send("x SELECT INBOX\r\n");
  assertEquals(await wire.rest(), "* BYE Too many connections\r\n");
  assertEquals(await new Wire(s.connect()).response(), "220 smtp");
});

test("a literal is refused before it is sent", async () => {
  await using s = await server({
    on: "APPEND",
    refuse: { status: "NO", text: "[OVERQUOTA] Full", beforeLiteral: true },
  });
  const wire = await Wire.login(s);
  assertEquals(await wire.run("APPEND INBOX {5}"), ["NO [OVERQUOTA] Full"]);
  await wire.ok("NOOP");
  assertEquals(s.mailbox("INBOX").messages.length, 1);
});

test("responses can be rewritten, into a quirk or into nothing", async () => {
  await using s = await server({
    on: "FETCH",
    rewrite: (response) => {
      if (response.type !== "FETCH") return response;
      if (response.bodyStructure !== undefined) return "* 1 FETCH (BODYSTRUCTURE ())\r\n";
      return response.uid === undefined ? { ...response, flags: ["\\Odd"] } : null;
    },
  });
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.ok("FETCH 1 BODYSTRUCTURE"), ["* 1 FETCH (BODYSTRUCTURE ())"]);
  assertEquals(await wire.ok("FETCH 1 UID"), []);
  assertEquals(await wire.ok("FETCH 1 FLAGS"), ["* 1 FETCH (FLAGS (\\Odd))"]);
});

test("faults can be added and cleared while the server runs", async () => {
  await using s = await server();
  const wire = await Wire.login(s);
  s.faults.add({ refuse: { status: "BAD" } });
  assertMatch(await wire.status("NOOP") ?? "", /^BAD /);
  s.faults.clear();
  await wire.ok("NOOP");
  assertThrows(() => s.faults.add({ nth: 0 }), RangeError);
  assertThrows(() => s.faults.add({ splitEvery: 0.5 }), RangeError);
  assertThrows(() => s.faults.add({ bye: "two\r\nlines" }), RangeError);
});

test("a rewrite that throws is told to the test, not hidden as a lost connection", async () => {
  const s = await server({
    on: "NOOP",
    rewrite: () => {
      throw new Error("mistake in the test");
    },
  });
  const wire = await Wire.login(s);
  await wire.send("x NOOP\r\n");
  assertEquals(await wire.rest(), "");
  await assertRejects(() => s.close(), Error, "mistake in the test");
});

test("silence, answers twice and a foreign tag", async () => {
  await using s = await server(
    { on: "CHECK", silence: true },
    { on: "NOOP", twice: true },
    { on: "CLOSE", wrongTag: "X9" },
  );
  const wire = await Wire.login(s, "INBOX");
  await wire.send("a CHECK\r\nb NOOP\r\nc CLOSE\r\nd SELECT INBOX\r\n");
  assertEquals(await wire.response(), "b OK NOOP completed");
  assertEquals(await wire.response(), "b OK NOOP completed");
  assertMatch(await wire.response() ?? "", /^X9 OK /);
  assertMatch(await wire.response() ?? "", /^\* /);
  assertThrows(() => s.faults.add({ wrongTag: "x\r\n" }), RangeError);
});

test("a rewrite that changes an envelope in place changes one answer only", async () => {
  await using s = await server({
    on: "FETCH",
    nth: 2,
    rewrite: (response) => {
      if (response.type === "FETCH" && response.envelope) response.envelope.subject = "changed";
      return response;
    },
  });
  const wire = await Wire.login(s, "INBOX");
  const subjects = [];
  for (let i = 0; i < 3; i++) {
    const [line = ""] = await wire.ok("FETCH 1 ENVELOPE");
    subjects.push(/ENVELOPE \(NIL "(\w+)"/.exec(line)?.[1]);
  }
  assertEquals(subjects, ["x", "changed", "x"]);
});
