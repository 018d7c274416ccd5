import { test } from "node:test";
import { runtime } from "../../support/runtime.ts";
import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { connect as connectTcp } from "node:net";
import { startServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

/** For what needs a port: a worker cannot listen. */
const listeningTest: (name: string, body: () => Promise<void>) => void = runtime === "workerd"
  ? () => {}
  : test;

test("messages are seeded with CRLF line ends unless they are to stay as they are", async () => {
  await using server = await startServer({
    mailboxes: {
      INBOX: ["a: b\n\nc\r\n", new TextEncoder().encode("a: b\n"), { message: "a: b\n\n", exact: true }],
    },
  });
  assertEquals(server.mailbox("INBOX").messages.map(({ text }) => text), [
    "a: b\r\n\r\nc\r\n",
    "a: b\r\n",
    "a: b\n\n",
  ]);
});

test("users given by password share mailboxes, others have their own", async () => {
  await using server = await startServer({
    users: { ann: "1", ben: "2", eve: { password: "3", mailboxes: { Secrets: ["a: b\n\n"] } } },
    mailboxes: { Shared: [] },
  });
  server.append("INBOX", "Subject: for both\n\n", { user: "ben" });
  assertEquals(server.mailbox("INBOX", { user: "ann" }).messages.length, 1);
  assertEquals(server.mailbox("INBOX", { user: "eve" }).messages.length, 0);
  assertEquals(server.mailboxes(), ["INBOX", "Shared"]);
  assertEquals(server.mailboxes({ user: "eve" }), ["INBOX", "Secrets"]);
  const wire = await Wire.open(server);
  await wire.ok("LOGIN eve 3");
  assertMatch(await wire.status("SELECT Shared") ?? "", /^NO /);
});

test("the clock and the UIDVALIDITY are the test's own", async () => {
  let minute = 0;
  await using server = await startServer({
    now: () => new Date(Date.UTC(2026, 0, 1, 0, minute++)),
    uidValidity: 42,
  });
  server.append("INBOX", "a: b\n\n");
  server.append("INBOX", { message: "a: b\n\n", date: new Date(0) });
  const { messages, uidValidity } = server.mailbox("INBOX");
  assertEquals(uidValidity, 42);
  assertEquals(messages.map(({ date }) => date.toISOString().slice(0, 4)), ["2026", "1970"]);
});

test("what does not exist, and options that make no sense, are errors", async () => {
  await using server = await startServer();
  assertThrows(() => server.mailbox("x"), Error, "No such mailbox: x");
  assertThrows(() => server.append("INBOX", "x", { user: "x" }), Error, "No such user: x");
  assertThrows(() => server.expunge("INBOX", [1]), Error, "No message with UID 1");
  assertThrows(() => server.setFlags("INBOX", 7, []), Error, "No message with UID 7");
  await assertRejects(() => Promise.resolve().then(() => startServer({ users: {} })), RangeError);
  await assertRejects(
    () => Promise.resolve().then(() => startServer({ capabilities: ["IDLE"] })),
    RangeError,
  );
});

test("a snapshot is not the mailbox itself", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["a: b\n\n"] } });
  server.mailbox("INBOX").messages[0]!.bytes.fill(0);
  assertEquals(server.mailbox("INBOX").messages[0]!.text, "a: b\r\n\r\n");
});

listeningTest("any client can connect to a loopback port", async () => {
  await using server = await startServer({
    mailboxes: { INBOX: [`Subject: big\r\n\r\n${"x".repeat(3_000_000)}`] },
  });
  const { port } = await server.listen();
  const socket = connectTcp(port, "127.0.0.1");
  const received: Uint8Array[] = [];
  socket.on("data", (chunk) => received.push(chunk));
  socket.write("1 LOGIN alice alice-pw\r\n2 SELECT INBOX\r\n3 FETCH 1 BODY.PEEK[TEXT]\r\n4 LOGOUT\r\n");
  await new Promise((resolve, reject) => socket.on("close", resolve).on("error", reject));
  const length = received.reduce((sum, chunk) => sum + chunk.length, 0);
  assertEquals(length > 3_000_000, true);
  assertMatch(new TextDecoder().decode(received.at(-1)), /4 OK LOGOUT completed\r\n$/);
});

listeningTest("closing the server ends connections and frees the port", async () => {
  const server = await startServer();
  const { port } = await server.listen();
  const socket = connectTcp(port, "127.0.0.1");
  const ended = new Promise<string>((resolve) => {
    let text = "";
    socket.on("data", (chunk) => text += chunk).on("close", () => resolve(text));
  });
  await new Promise((resolve) => socket.once("data", resolve));
  await server.close();
  assertMatch(await ended, /\* BYE /);
  await using next = await startServer();
  assertEquals((await next.listen({ port })).port, port);
});

test("closing the server does not wait for a client that reads nothing", async () => {
  const server = await startServer({
    mailboxes: { INBOX: [`Subject: big\r\n\r\n${"x".repeat(5_000_000)}`] },
  });
  const transport = server.connect();
  await transport.write(
    new TextEncoder().encode("1 LOGIN alice alice-pw\r\n2 SELECT INBOX\r\n3 FETCH 1 BODY[]\r\n"),
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  await server.close();
});

listeningTest("a client that vanishes does no harm", async () => {
  const server = await startServer({ mailboxes: { INBOX: ["a: b\n\n"] } });
  const { port } = await server.listen();
  for (const last of ["", "2 SELECT INBOX\r\n3 IDLE\r\n", "2 APPEND INBOX {1000}\r\nhalf", "2 LOGIN {5"]) {
    const socket = connectTcp(port, "127.0.0.1");
    await new Promise((resolve) => socket.once("data", resolve));
    socket.write(`1 LOGIN alice alice-pw\r\n${last}`);
    await new Promise((resolve) => socket.once("data", resolve));
    socket.resetAndDestroy();
  }
  for (let i = 0; i < 100 && server.connections > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertEquals(server.connections, 0);
  await server.close();
});
