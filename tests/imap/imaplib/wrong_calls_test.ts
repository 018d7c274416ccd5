/** Calls that cannot be right: what the program is told, and that nothing is sent. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { IMAP4, IMAP4_SSL, IMAP4_stream } from "@postern/postern/imaplib";
import { argumentCounts } from "../../../imap/imaplib/_gen/command_table.ts";
import { ScriptedServer } from "./_scripted.ts";

// deno-lint-ignore no-explicit-any
type Loose = any;

const dial = () => Promise.reject(new Error("somebody was called"));

/** Ways to connect, and words of what is said to them. */
const connecting: readonly [call: () => Promise<unknown>, ...words: string[]][] = [
  [
    () => (IMAP4 as Loose).connect({ host: "h", port: 143 }),
    "host must be text, not an object",
    "connect(host, port, options)",
  ],
  [() => (IMAP4 as Loose).connect(null), "host must be text, not null"],
  [() => (IMAP4 as Loose).connect("h", "143"), "port must be a number, not text"],
  [() => (IMAP4_SSL as Loose).connect("h", { timeout: 5 }), "port must be a number, not an object"],
  [() => (IMAP4 as Loose).connect("h", 143, 30), "options must be an object", "not a number"],
  [() => (IMAP4 as Loose).connect("h", 143, { dial, timout: 5 }), '"timout"', 'did you mean "timeout"'],
  [() => (IMAP4 as Loose).connect("h", 143, { dial, ca_certs: [] }), '"ca_certs"', 'did you mean "caCerts"'],
  [() => (IMAP4 as Loose).connect("h", 143, { dial, ssl_context: {} }), '"ssl_context"'],
  [
    () => (IMAP4_SSL as Loose).connect("h", 993, { dial, caCerts: "ca.pem" }),
    "holds no whole certificate in PEM",
  ],
  [() => (IMAP4 as Loose).connect("h", 143, { dial, timeout: "5" }), "timeout must be"],
  [() => (IMAP4 as Loose).connect("h", 143, { dial, limits: { maxline: 5 } }), "maxline"],
  [() => (IMAP4 as Loose).connect("h", 143, { dial, duplex: {} }), "IMAP4_stream"],
  [() => (IMAP4_stream as Loose).connect({ host: "h" }), "A command must be", "not an object"],
  [() => IMAP4_stream.connect([]), "The command is empty"],
  [() => IMAP4_stream.connect(["", "-x"]), "The command is empty"],
  [() => (IMAP4_stream as Loose).connect(5), "A command must be", "not a number"],
  [() => (IMAP4_stream as Loose).connect("x", { dupplex: {} }), 'did you mean "duplex"'],
];

test("connect says what it cannot use, before anybody is called", async () => {
  for (const [call, ...words] of connecting) {
    const error = await assertRejects(call, Error);
    assert(error instanceof TypeError || error instanceof RangeError, `${call}: ${error}`);
    for (const word of words) assertStringIncludes(error.message, word, String(call));
  }
});

test("an argument too few or too many is refused, for every method that the table has", async () => {
  const server = new ScriptedServer({ greeting: "* PREAUTH hi", answers: [] });
  const M = await IMAP4.connect("h", 143, { dial: server.dial }) as Loose;
  const said = server.wire.length;
  let tried = 0;
  for (const [name, [least, most]] of Object.entries(argumentCounts)) {
    for (const count of [least - 1, most + 1].filter((one) => one >= 0 && one !== Infinity)) {
      const args = Array.from({ length: count }, () => "x");
      const error = await assertRejects(async () => await M[name](...args), TypeError, `${name}() takes`);
      assertStringIncludes(error.message, `not ${count}`);
      await assertRejects(async () => await M[name.toUpperCase()](...args), TypeError);
      tried++;
    }
  }
  assertEquals(server.wire.length, said);
  assert(tried > 60, `${tried}`);
});

test("a value of another kind is refused in words", async () => {
  const server = new ScriptedServer({ greeting: "* PREAUTH hi", answers: [] });
  const M = await IMAP4.connect("h", 143, { dial: server.dial }) as Loose;
  const said = server.wire.length;
  const wrong: readonly [call: () => unknown, ...words: string[]][] = [
    [() => M.create({}), "must be text, a number or octets, not object"],
    [() => M.create(["x"]), "must be text"],
    [() => M.append("x", ["\\Seen"], null, "m"), "flags must be text, not a list"],
    [() => M.append("x", null, null, null), "message must be text or octets, not null"],
    [() => M.append("x", null, null, { raw: 1 }), "message must be text or octets, not an object"],
    [() => M.append("x", null, Promise.resolve("m"), "m"), ""],
    [() => M.authenticate("PLAIN", "password"), "authobject must be a function, not text"],
    [() => M.authenticate(() => ""), "takes 2 arguments"],
    [() => M.authenticate(5, () => ""), "mechanism must be text"],
    [() => M.login("alice", 5), "password must be text, not a number"],
    [() => M.login_cram_md5("alice", null), "password must be text, not null"],
    [() => M.enable(["CONDSTORE"]), "capability must be text, not a list"],
    [() => M.response(), "code must be text, not undefined"],
    [() => M.starttls({ ca: [] }), 'did you mean "caCerts"'],
    [
      () => M.starttls({ caCerts: "/etc/ssl/ca.pem" }),
      "holds no whole certificate in PEM (the text of the file",
    ],
    [() => M.starttls({ caCerts: 5 }), "must be PEM text"],
    [() => M.xatom(), "The name of a command must be text, not undefined"],
    [() => M.idle("5 minutes"), "duration must be"],
  ];
  for (const [call, ...words] of wrong) {
    const error = await assertRejects(async () => await call(), Error);
    for (const word of words) assertStringIncludes(error.message, word, String(call));
    assert(
      !/undefined \(reading|is not a function|Cannot read|null/.test(error.message.replace(/not null$/, "")),
      error.message,
    );
  }
  M.state = "SELECTED";
  for (const call of [() => M.store("1", "+FLAGS", ["\\Seen"]), () => M.store("1", "+FLAGS", null)]) {
    await assertRejects(call, IMAP4.error, "flags must be text");
  }
  await assertRejects(() => M.sort(["DATE"], "UTF-8", "ALL"), IMAP4.error, "sort_criteria must be text");
  await assertRejects(() => M.uid(5, "1"), IMAP4.error, "command must be text, not a number");
  assertEquals(server.wire.length, said);
});
