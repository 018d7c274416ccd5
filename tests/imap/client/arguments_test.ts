import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connect, ConnectionError, type Dial, type TlsOptions } from "../../../imap/core.ts";
import { connect as connectAnyhow } from "../../../imap/client/connect.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import * as email from "../../../email/mod.ts";
import { openAccount } from "../../../imap/mailbox/mod.ts";
import * as imap from "../../../imap/mod.ts";
import {
  accountCalls,
  connecting,
  elsewhere,
  type Loose,
  mailboxCalls,
  mails,
  opening,
  type Row,
  selected,
  serverCalls,
  starting,
  unselected,
} from "./data/wrong_calls.ts";

const mailboxes = { INBOX: ["Subject: one\n\n1\n", "Subject: two\n\n2\n"], Drafts: [] };
const auth = { user: "alice", pass: "alice-pw" };

/** The error of a call that may throw at once or reject. */
async function refusal([call]: Row, on: Loose): Promise<Error> {
  try {
    await call(on);
  } catch (error) {
    return error as Error;
  }
  throw new Error(`not refused: ${call}`);
}

function linesOf(server: { log: string }): string[] {
  return server.log.split("\n");
}

function check([call, ...words]: Row, error: Error): void {
  for (const word of words) assertStringIncludes(error.message, word, `${call}: ${error.message}`);
  assert(!/undefined \(reading|is not a function|Cannot read/.test(error.message), error.message);
}

test("a call that cannot be right is refused in words, and nothing is sent", async () => {
  await using server = await startServer({ mailboxes, with: ["QUOTA"] });
  await using client = await connect({ transport: server.connect(), auth });
  await client.select("INBOX");
  for (const row of selected) {
    const before = linesOf(server).length;
    const error = await refusal(row, client);
    check(row, error);
    assert(error instanceof TypeError || error instanceof RangeError, String(error));
    const sent = linesOf(server).slice(before).filter((line) =>
      line.includes("C: ") && !line.includes("SEARCH")
    );
    assertEquals(sent, [], String(row[0]));
  }
  assert(selected.length + connecting.length + starting.length + elsewhere.length >= 120);
});

test("a mailbox refuses what it cannot do in words", async () => {
  await using server = await startServer({ mailboxes });
  const dial = () => Promise.resolve(server.connect());
  await using account = await openAccount({ host: "imap.example.org", dial, auth });
  for (const row of mailboxCalls) check(row, await refusal(row, account.mailbox("INBOX")));
  for (const row of accountCalls) check(row, await refusal(row, account));
});

test("the server for tests refuses what it cannot do in words, and takes one where it takes several", async () => {
  await using server = await startServer({ mailboxes });
  for (const row of serverCalls) check(row, await refusal(row, server));
  server.setFlags("INBOX", 1, "\\Seen");
  assertEquals(server.mailbox("INBOX").messages[0]!.flags, ["\\Seen"]);
  server.expunge("INBOX", 1);
  assertEquals(server.mailbox("INBOX").messages.map(({ uid }) => uid), [2]);
});

test("a call in the wrong state says what to do", async () => {
  await using server = await startServer({ mailboxes });
  await using client = await connect({ transport: server.connect(), auth });
  for (const row of unselected) check(row, await refusal(row, client));
  await using stranger = await connect({ transport: server.connect() });
  check([() => {}, "log in first"], await refusal([(c) => c.select("INBOX")], stranger));
  await client.logout();
  check([() => {}, "closed"], await refusal([(c) => c.noop()], client));
});

test("connect and startServer refuse what they cannot use, before connecting", async () => {
  for (const row of connecting) check(row, await refusal(row, connectAnyhow));
  for (const row of starting) check(row, await refusal(row, startServer));
  for (const row of elsewhere) check(row, await refusal(row, imap));
  for (const row of opening) check(row, await refusal(row, openAccount));
  for (const row of mails) check(row, await refusal(row, email));
});

test("connect of the core refuses the same, and gives its dial what TLS is to use", async () => {
  const given: (TlsOptions | undefined)[] = [];
  const dial: Dial = ({ tls }) => {
    given.push(tls);
    return Promise.reject(new Error("no more is wanted"));
  };
  const withDial = (options: Loose) =>
    connect(Object(options) === options && !("transport" in options) ? { dial, ...options } : options);
  for (const row of connecting) check(row, await refusal(row, withDial));
  assertEquals(given, []);
  const host = "imap.example.org";
  for (
    const options of [{ caCerts: "A" }, { caCerts: ["A", "B"] }, { cert: "C", key: "K" }, {
      tlsHostname: "x",
    }]
  ) {
    await assertRejects(() => connect({ host, dial, ...options }), ConnectionError, "no more is wanted");
  }
  assertEquals(given, [
    { hostname: host, caCerts: ["A"] },
    { hostname: host, caCerts: ["A", "B"] },
    { hostname: host, caCerts: undefined, cert: "C", key: "K" },
    { hostname: "x", caCerts: undefined },
  ]);
  const unable: Dial = ({ tls }) =>
    Promise.reject(new ConnectionError(`unable: ${tls?.caCerts}`, { reason: "unsupported" }));
  const error = await assertRejects(() => connect({ host, dial: unable, caCerts: "A" }), ConnectionError);
  assertEquals([error.message, error.reason], ["unable: A", "unsupported"]);
});

test("one value is a list of one, and what is iterable a list", async () => {
  await using server = await startServer({ mailboxes });
  await using client: Loose = await connect({ transport: server.connect(), auth });
  await client.select("INBOX");
  assertEquals((await client.fetch("1", "UID")).map((row: Loose) => row.uid), [1]);
  assertEquals((await client.fetch("1", new Set(["UID"]))).map((row: Loose) => row.uid), [1]);
  await client.store("1", "+FLAGS", "\\Flagged");
  assertEquals((await client.uidFetch([1], ["FLAGS"]))[0].flags, ["\\Flagged"]);
  assertEquals((await client.status("INBOX", "MESSAGES")).messages, 2);
});

test("list() and list(pattern) have an empty reference", async () => {
  await using server = await startServer({ mailboxes });
  await using client = await connect({ transport: server.connect(), auth });
  const names = async (list: ReturnType<typeof client.list>) =>
    (await list).mailboxes.map(({ mailbox }) => mailbox).sort();
  assertEquals(await names(client.list()), ["Drafts", "INBOX"]);
  assertEquals(await names(client.list("*")), ["Drafts", "INBOX"]);
  assertEquals(await names(client.list("D*")), ["Drafts"]);
  assertEquals(await names(client.list(["D*", "I*"])), ["Drafts", "INBOX"]);
  assertEquals(await names(client.list("", "D*")), ["Drafts"]);
});

test("ID takes names and values in the form that connect takes, or in an order", async () => {
  await using server = await startServer({ mailboxes });
  await using client = await connect({ transport: server.connect(), auth, id: { name: "one" } });
  await client.id({ name: "two", version: null });
  await client.id([{ name: "name", value: "three" }]);
  await client.id(null);
  const said = linesOf(server).filter((line) => line.includes(" ID ")).map((line) => line.split(" ID ")[1]);
  for (const words of ['("name" "one")', '("name" "two" "version" NIL)', '("name" "three")', "NIL"]) {
    assert(said.includes(words), `${words} in ${said.join(" | ")}`);
  }
});

test("the result of a search is a set of messages", async () => {
  await using server = await startServer({ mailboxes });
  await using client = await connect({ transport: server.connect(), auth });
  await client.select("INBOX");
  const found = await client.uidSearch({ subject: "two" });
  assertEquals(found.uid, true);
  assertEquals((await client.uidFetch(found, ["UID"])).map(({ uid }) => uid), [2]);
  const numbers = await client.search({ subject: "one" });
  assertEquals(numbers.uid, false);
  assertEquals((await client.fetch(numbers, ["UID"])).map(({ uid }) => uid), [1]);
  assertEquals(await client.uidFetch(await client.uidSearch({ subject: "none" }), ["UID"]), []);
  assertEquals((await client.uidSearch({ uid: found })).all.toString(), "2");
  const part: string = "TEXT";
  const [row] = await client.uidFetch(found, [`BODY.PEEK[${part}]`]);
  assertEquals(new TextDecoder().decode(row!.sections[0]!.data!), "2\r\n");
});

test("a Blob can be appended", async () => {
  await using server = await startServer({ mailboxes });
  await using client = await connect({ transport: server.connect(), auth });
  await client.append("Drafts", new Blob(["Subject: blob\r\n\r\nx\r\n"]), { flags: ["\\Seen"] });
  assertEquals(server.mailbox("Drafts").messages[0]!.text, "Subject: blob\r\n\r\nx\r\n");
});
