// What the facade does beside CPython's sessions: what differs on purpose, overridable methods, limits, news.

import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  Commands,
  type ConnectOptions,
  IMAP4,
  IMAP4_SSL,
  IMAP4_stream,
  MailboxCommands,
  SessionCommands,
  TableCommands,
} from "@postern/postern/imaplib";
import { ManualClock } from "../../../imap/base/manual_clock.ts";
import { LineReader } from "../../../imap/imaplib/line_reader.ts";
import { memoryPair } from "../../../imap/transport/streams.ts";
import type { Transport } from "../../../imap/transport/transport.ts";
import { octetsOf, type Reply, ScriptedServer, textOf } from "./_scripted.ts";

const SELECTED: Reply = ["* 3 EXISTS", "{tag} OK [READ-WRITE] done"];

interface Setting extends ConnectOptions {
  greeting?: string;
  capabilities?: string;
  secure?: boolean;
  Class?: typeof IMAP4;
}

async function connect(
  answers: Reply[],
  setting: Setting = {},
): Promise<{ M: IMAP4; server: ScriptedServer }> {
  const { greeting = "* PREAUTH hi", capabilities, secure, Class = IMAP4, ...options } = setting;
  const server = new ScriptedServer({ greeting, answers, ...(capabilities && { capabilities }) }, secure);
  return { M: await Class.connect("server.example", 143, { dial: server.dial, ...options }), server };
}

/** What the client said after CAPABILITY. */
const said = (server: ScriptedServer) => server.wire.slice(1);

// ---- what differs on purpose

/** Arguments of each method that takes some, X where a caller's text goes into the command. */
const ARGUMENTS: Record<string, string[]> = {
  append: ["X", "X", '"X"', "body"],
  authenticate: ["X"],
  copy: ["X", "X"],
  create: ["X"],
  delete: ["X"],
  deleteacl: ["X", "X"],
  enable: ["X"],
  fetch: ["X", "(X)"],
  getacl: ["X"],
  getannotation: ["X", "X", "(X)"],
  getquota: ["X"],
  getquotaroot: ["X"],
  list: ["X", "X"],
  login: ["X", "X"],
  lsub: ["X", "X"],
  move: ["X", "X"],
  myrights: ["X"],
  partial: ["X", "X", "X", "X"],
  proxyauth: ["X"],
  rename: ["X", "X"],
  search: ["X", "X", '"X"'],
  select: ["X"],
  setacl: ["X", "X", "X"],
  setannotation: ["X", "X", "(X)"],
  setquota: ["X", "(X)"],
  sort: ["X", "X", "X"],
  status: ["X", "(X)"],
  store: ["X", "X", "X"],
  subscribe: ["X"],
  thread: ["X", "X", "X"],
  uid: ["FETCH", "X", "(X)"],
  unsubscribe: ["X"],
  xatom: ["X", "X", '"X"'],
  _simple_command: ["NOOP", "X"],
};
/** Methods that put no text of the caller into a line of a command; base64 hides what CRAM-MD5 is given. */
const WITHOUT = [
  ...[
    "capability",
    "check",
    "close",
    "expunge",
    "idle",
    "login_cram_md5",
    "logout",
    "namespace",
    "noop",
    "recent",
  ],
  ...["response", "starttls", "unselect"],
];

test("every method is known to the test of injection", () => {
  const methods = [TableCommands, SessionCommands, MailboxCommands].flatMap((Class) =>
    Object.getOwnPropertyNames(Class.prototype)
  );
  const known = new Set(["constructor", ...Object.keys(ARGUMENTS), ...WITHOUT]);
  assertEquals(methods.filter((name) => !known.has(name)), []);
});

test("CR, LF and NUL are refused in every argument, and nothing is sent", async () => {
  for (const evil of ["a\r\nZ1 NOOP", "a\nb", "a\rb", "a\0b", "\r\n"]) {
    const { M, server } = await connect([]);
    for (const [name, args] of Object.entries(ARGUMENTS)) {
      for (const [position, place] of args.entries()) {
        if (!place.includes("X")) continue;
        const given: unknown[] = args.map((arg, i) => arg.replace("X", i === position ? evil : "x"));
        if (name === "authenticate") given.push(() => "");
        for (const state of ["NONAUTH", "AUTH", "SELECTED"] as const) {
          M.state = state;
          const call = M[name as "noop"] as unknown as (...args: unknown[]) => Promise<unknown>;
          await assertRejects(
            () => call.apply(M, given),
            IMAP4.error,
            undefined,
            `${name} ${JSON.stringify(given)}`,
          );
        }
      }
    }
    assertEquals(said(server), []);
    await assertRejects(() => M.create(octetsOf(evil)), IMAP4.error);
    await M.noop();
    assertEquals(said(server), ["NOOP"]);
  }
});

test("a string that only looks quoted is quoted again", async () => {
  const { M, server } = await connect([]);
  await M.create('"a" b"');
  await M.create('"a\\"');
  await M.create('"a \\" b"');
  assertEquals(said(server), ['CREATE "\\"a\\" b\\""', 'CREATE "\\"a\\\\\\""', 'CREATE "a \\" b"']);
});

test("a password goes out on a connection that others can read only when that is allowed", async () => {
  const open = async (options: Setting) => {
    const [client, peer] = memoryPair(false);
    // What leaves this machine: neither encrypted nor local.
    const far = {
      secure: false,
      read: client.read.bind(client),
      write: client.write.bind(client),
      close: () => client.close(),
    };
    const lines: string[] = [];
    (async () => {
      await peer.write(octetsOf("* OK hi\r\n"));
      const buffer = new Uint8Array(1000);
      for (let count = await peer.read(buffer); count !== null; count = await peer.read(buffer)) {
        const line = textOf(buffer.subarray(0, count)).trimEnd();
        const [tag, name] = line.split(" ");
        lines.push(line.slice(tag!.length + 1));
        const rows = name === "CAPABILITY" ? "* CAPABILITY IMAP4rev1\r\n" : "";
        await peer.write(octetsOf(name === "AUTHENTICATE" ? "+ \r\n" : `${rows}${tag} OK done\r\n`));
      }
    })().catch(() => {});
    return {
      M: await IMAP4.connect("mail.example", 143, { dial: () => Promise.resolve(far), ...options }),
      lines,
    };
  };
  const { M, lines } = await open({});
  await assertRejects(() => M.login("fred", "secret"), IMAP4.error, "not encrypted");
  await assertRejects(() => M.authenticate("plain", () => "\0fred\0secret"), IMAP4.error, "not encrypted");
  await assertRejects(() => M.xatom("LOGIN", "fred", "secret"), IMAP4.error, "not encrypted");
  assertEquals(lines, ["CAPABILITY"]);
  const allowed = await open({ allowInsecureAuth: true });
  await allowed.M.login("fred", "secret");
  assertEquals(allowed.lines, ["CAPABILITY", 'LOGIN fred "secret"']);
});

test("names of responses and tags are matched without regard to case, and a status may have no text", async () => {
  const { M } = await connect([["* 4 exists", '* list () "/" x', "{tag} ok"]]);
  assertEquals(await M.list(), ["OK", ['() "/" x']]);
  assertEquals(M.response("EXISTS"), ["EXISTS", ["4"]]);
});

test("capabilities come with the OK of login as well", async () => {
  const { M } = await connect([["{tag} OK [CAPABILITY IMAP4rev1 QUOTA] in"]], { greeting: "* OK hi" });
  await M.login("fred", "x");
  assertEquals(M.capabilities, ["IMAP4REV1", "QUOTA"]);
});

test("a NO leaves no rows for the next command, and keeps what was there before", async () => {
  const { M } = await connect([
    SELECTED,
    ["* 2 FETCH (FLAGS (\\Seen))", "{tag} OK done"],
    ["* 1 FETCH (UID 1 BODY[] {3}\r\nabc)", "{tag} NO gone"],
    ["* 1 FETCH (UID 1)", "{tag} NO gone"],
    ["* 3 FETCH (UID 3)", "{tag} OK done"],
  ]);
  await M.select();
  await M.noop();
  assertEquals(await M.fetch("1", "UID"), ["NO", ["gone"]]);
  assertEquals(await M.fetch("1", "UID"), ["NO", ["gone"]]);
  assertEquals(await M.fetch("3", "UID"), ["OK", ["2 (FLAGS (\\Seen))", "3 (UID 3)"]]);
});

test("logout never throws: not for a closed connection, not for a silent server, not twice", async () => {
  const gone = await connect([["close"]]);
  assertEquals((await gone.M.logout())[0], "NO");
  assertEquals(gone.M.state, "LOGOUT");
  const clock = new ManualClock();
  const silent = await connect([[]], { clock });
  const out = silent.M.logout();
  await clock.advance(5_000);
  assertEquals((await out)[0], "NO");
  const twice = await connect([["* BYE bye", "{tag} OK out"]]);
  assertEquals(await twice.M.logout(), ["BYE", ["bye"]]);
  assertEquals((await twice.M.logout())[0], "BYE");
  assertEquals(said(twice.server), ["LOGOUT"]);
});

test("xatom changes no table: a command that was new in one state is not illegal in another", async () => {
  const { M } = await connect([["{tag} OK done"], SELECTED, ["{tag} OK done"]]);
  const before = Object.keys(Commands);
  await M.xatom("XFOO");
  await M.select();
  await M.xatom("XFOO");
  assertEquals(Object.keys(Commands), before);
});

test("xatom gives no command that is a dialogue", async () => {
  const { M, server } = await connect([]);
  for (const name of ["idle", "AUTHENTICATE", "StartTLS", "COMPRESS"]) {
    await assertRejects(() => M.xatom(name), IMAP4.error, "dialogue");
  }
  assertEquals(said(server), []);
});

test("human text that ends in {n} is not a literal", async () => {
  const { M } = await connect([["* OK [ALERT] braces {10}", "* NO more {3}", "{tag} OK done {7}"], [
    "{tag} OK next",
  ]]);
  assertEquals(await M.noop(), ["OK", ["done {7}"]]);
  assertEquals(await M.noop(), ["OK", ["next"]]);
});

test("close and unselect change nothing where they are not allowed", async () => {
  const { M } = await connect([]);
  await assertRejects(() => M.close(), IMAP4.error, "illegal in state AUTH");
  await assertRejects(() => M.unselect(), IMAP4.error, "illegal in state AUTH");
  assertEquals(M.state, "AUTH");
});

// ---- literals and UTF8=ACCEPT

test("a refused append leaves no literal for the next command", async () => {
  const { M, server } = await connect([["refuse", "{tag} NO [TRYCREATE] no"], ["{tag} OK done"]]);
  assertEquals(await M.append("x", null, null, "body"), ["NO", ["[TRYCREATE] no"]]);
  await M.noop();
  assertEquals(said(server), ["APPEND x {4}", "NOOP"]);
});

test("after UTF8=ACCEPT a message goes out as RFC 6855 has it, and search names no character set", async () => {
  const { M, server } = await connect([["{tag} OK done"], ["{tag} OK done"]]);
  await M.enable("UTF8=ACCEPT");
  assertEquals(await M.append("x", "\\Seen", null, "\u00fc"), ["OK", ["done"]]);
  assertEquals(said(server), ["ENABLE UTF8=ACCEPT", "APPEND x (\\Seen) UTF8 (~{2}", { b64: "w7w=" }, ")"]);
  await assertRejects(() => M.search("UTF-8", "ALL"), IMAP4.error, "UTF8");
});

test("a server cannot make the client hold more than the limits", async () => {
  const row = "* 1 FETCH (BODY[] {20}\r\n01234567890123456789)";
  const { M } = await connect([SELECTED, [row, "{tag} OK done"]], { limits: { maxLiteral: 10 } });
  await M.select();
  await assertRejects(() => M.fetch("1", "BODY[]"), IMAP4.error, "maxLiteral");
  const long = await connect([[`* SEARCH ${"1 ".repeat(600)}`, "{tag} OK done"]], {
    limits: { maxLine: 1000 },
  });
  await assertRejects(() => long.M.noop(), IMAP4.error, "maxLine");
  const many = await connect([[...Array.from({ length: 11 }, () => "* 1 EXISTS"), "{tag} OK done"]], {
    limits: { maxItems: 10 },
  });
  await assertRejects(() => many.M.noop(), IMAP4.abort, "more than 10 items");
});

// ---- the overridable methods

test("a subclass replaces the transport by read, readline, send and shutdown", async () => {
  const calls: string[] = [];
  class Tunnel extends IMAP4 {
    #input = octetsOf("* PREAUTH hi\r\n");
    override open(host?: string, port?: number): Promise<void> {
      calls.push(`open ${host} ${port}`);
      return Promise.resolve();
    }
    override read(size: number): Promise<Uint8Array> {
      calls.push(`read ${size}`);
      return Promise.resolve(this.#take(size));
    }
    override readline(): Promise<Uint8Array> {
      calls.push("readline");
      return Promise.resolve(this.#take(this.#input.indexOf(10) + 1));
    }
    override send(data: Uint8Array): Promise<void> {
      const line = textOf(data).trimEnd();
      calls.push(`send ${line.split(" ").slice(1).join(" ")}`);
      const [tag, name] = line.split(" ");
      const rows = name === "LIST" ? '* LIST () "/" {3}\r\na b\r\n' : "* CAPABILITY IMAP4rev1\r\n";
      this.#input = octetsOf(`${rows}${tag} OK done\r\n`);
      return Promise.resolve();
    }
    override shutdown(): Promise<void> {
      calls.push("shutdown");
      return super.shutdown();
    }
    #take(count: number): Uint8Array {
      const taken = this.#input.slice(0, count);
      this.#input = this.#input.slice(count);
      return taken;
    }
  }
  const M = await Tunnel.connect("far.example", 1143);
  assertEquals(await M.list(), ["OK", [['() "/" {3}', octetsOf("a b")], ""]]);
  await M.logout();
  assertEquals(calls, [
    ...["open far.example 1143", "readline", "send CAPABILITY", "readline", "readline"],
    ...['send LIST "" *', "readline", "read 3", "readline", "readline"],
    ...["send LOGOUT", "readline", "readline", "shutdown"],
  ]);
});

test("names in upper case are the methods, a subclass's own included", async () => {
  class Counting extends IMAP4 {
    count = 0;
    override noop(): ReturnType<IMAP4["noop"]> {
      this.count++;
      return super.noop();
    }
  }
  const { M, server } = await connect([], { Class: Counting });
  await M.NOOP();
  await M.CREATE("x");
  assertEquals((M as Counting).count, 1);
  assertEquals(said(server), ["NOOP", "CREATE x"]);
  for (const name of Object.keys(Commands)) {
    // Python has no methods of these names either: select and uid send them.
    if (name === "EXAMINE") continue;
    assertEquals(typeof (M as unknown as Record<string, unknown>)[name], "function", name);
  }
});

// ---- ESEARCH, IDLE, time, debugging

test("an ESEARCH answer is what search returns", async () => {
  const { M } = await connect([
    SELECTED,
    ['* ESEARCH (TAG "A") ALL 1:3,7', "{tag} OK done"],
    ['* ESEARCH (TAG "A") UID', "{tag} OK done"],
    ['* ESEARCH (TAG "A") COUNT 5', "{tag} OK done"],
    ['* ESEARCH (TAG "A") UID ALL 1:4294967295', "{tag} OK done"],
  ]);
  await M.select();
  assertEquals(await M.search(null, "ALL"), ["OK", ["1 2 3 7"]]);
  assertEquals(await M.uid("SEARCH", "UNSEEN"), ["OK", [""]]);
  assertEquals(await M.search(null, "RETURN", "(COUNT)", "ALL"), ["OK", [null]]);
  assertEquals(M.response("ESEARCH"), ["ESEARCH", ['(TAG "A") COUNT 5']]);
  await assertRejects(() => M.uid("SEARCH", "ALL"), IMAP4.error, "4294967295");
});

test("idle gives events as they come, ends with its time, and keeps what was not read", async () => {
  const clock = new ManualClock();
  const { M, server } = await connect([
    SELECTED,
    [["+ idling\r\n* 4 EXISTS\r\n* 1 FETCH (FLAGS ())"], ["* 5 EXISTS", "{tag} OK done"]],
    ["{tag} OK done"],
  ], { clock });
  await M.select();
  const news: unknown[] = [];
  {
    await using idler = M.idle(60);
    const all = (async () => {
      for await (const each of idler) news.push(each);
    })();
    await clock.advance(60_000);
    await all;
  }
  assertEquals(news, [["EXISTS", ["4"]], ["FETCH", ["1 (FLAGS ())"]]]);
  assertEquals(M.response("EXISTS"), ["EXISTS", ["3", "5"]]);
  await M.noop();
  assertEquals(said(server), ["SELECT INBOX", "IDLE", "DONE", "NOOP"]);
});

test("idle that the server refuses rejects, and needs the capability", async () => {
  const { M } = await connect([SELECTED, ["refuse", "{tag} NO not now"]]);
  await M.select();
  const idler = M.idle();
  await assertRejects(() => idler.next(), IMAP4.error);
  const without = await connect([], { capabilities: "IMAP4rev1" });
  let problem: unknown;
  try {
    without.M.idle();
  } catch (error) {
    problem = error;
  }
  assert(problem instanceof IMAP4.error);
});

test("a wait that lasts longer than the time limit is an abort, and the connection is of no use then", async () => {
  const clock = new ManualClock();
  const { M, server } = await connect([[]], { clock, timeout: 2 });
  const noop = M.noop();
  const failed = assertRejects(() => noop, IMAP4.abort, "timed out after 2 s");
  await clock.advance(2_000);
  await failed;
  await assertRejects(() => M.noop(), IMAP4.abort);
  assertEquals(said(server), ["NOOP"]);
  await assertRejects(() => connect([], { timeout: 0 }), RangeError);
});

test("calls that were not awaited go out one after the other, each in the state that the one before leaves", async () => {
  const { M, server } = await connect([["{tag} OK in"], SELECTED, ["* SEARCH 1", "{tag} OK done"]], {
    greeting: "* OK hi",
  });
  const [, , found] = await Promise.all([M.login("fred", "x"), M.select(), M.search(null, "ALL")]);
  assertEquals(found, ["OK", ["1"]]);
  assertEquals(said(server), ['LOGIN fred "x"', "SELECT INBOX", "SEARCH ALL"]);
});

test("what authobject throws reaches the caller, and the dialogue was ended before", async () => {
  const { M, server } = await connect([[["+ "], ["{tag} BAD cancelled"]], ["{tag} OK done"]], {
    greeting: "* OK hi",
  });
  await assertRejects(
    () => M.authenticate("x", () => Promise.reject(new RangeError("no key"))),
    RangeError,
    "no key",
  );
  await M.noop();
  assertEquals(said(server), ["AUTHENTICATE X", "*", "NOOP"]);
});

test("debugging shows the dialogue and no secret", async () => {
  const lines: string[] = [];
  class Loud extends IMAP4 {
    override _mesg(text: string): void {
      lines.push(text);
    }
  }
  const { M } = await connect([["{tag} NO fred with hunter2 is wrong"]], {
    greeting: "* OK hi",
    Class: Loud,
    debug: 4,
  });
  const refused = await assertRejects(() => M.login("fred", "hunter2"), IMAP4.error);
  assertStringIncludes(refused.message, "fred with *** is wrong");
  const shown = lines.join("\n");
  assertStringIncludes(shown, "LOGIN ***");
  assertStringIncludes(shown, "< * OK hi");
  assert(!shown.includes("hunter2"), shown);
});

test("errors are what Python's are to each other", () => {
  assert(new IMAP4.readonly("x") instanceof IMAP4.abort);
  assert(new IMAP4.abort("x") instanceof IMAP4.error);
  assert(IMAP4_SSL.error === IMAP4.error);
  assertEquals(new IMAP4.abort("x").name, "abort");
});

test("move sends MOVE and gives the text; what came stays for response", async () => {
  const moved = ["* OK [COPYUID 7 1:2 5:6] ok", "* 1 EXPUNGE", "* 1 EXPUNGE", "{tag} OK done"];
  const { M, server } = await connect([SELECTED, moved, ["{tag} NO [TRYCREATE] no"], ["{tag} BAD what"]]);
  await assertRejects(() => M.move("1:2", "a b"), IMAP4.error, "illegal in state AUTH");
  await M.select();
  assertEquals(await M.move("1:2", "a b"), ["OK", ["done"]]);
  assertEquals(M.response("COPYUID"), ["COPYUID", ["7 1:2 5:6"]]);
  assertEquals(M.response("EXPUNGE"), ["EXPUNGE", ["1", "1"]]);
  assertEquals(await M.move("1", "x"), ["NO", ["[TRYCREATE] no"]]);
  await assertRejects(() => M.move("1", "x"), IMAP4.error, "BAD what");
  assertEquals(said(server).slice(1), ['MOVE 1:2 "a b"', "MOVE 1 x", "MOVE 1 x"]);
});

test("starttls encrypts and asks for the capabilities again; NO and BAD leave the connection as it was", async () => {
  for (const status of ["OK", "NO", "BAD"]) {
    let encrypted = "";
    const server = new ScriptedServer({
      greeting: "* OK hi",
      capabilities: "IMAP4rev1 STARTTLS",
      answers: [[`{tag} ${status} go`], ["* CAPABILITY IMAP4rev1 AUTH=PLAIN", "{tag} OK done"]],
    }, false);
    const dial: typeof server.dial = async (options) => {
      const raw = await server.dial(options);
      const link = {
        read: (into: Uint8Array) => raw.read(into),
        write: (octets: Uint8Array) => raw.write(octets),
        close: () => raw.close(),
      };
      return {
        ...link,
        secure: false,
        startTls: ({ hostname }: { hostname: string }) => {
          encrypted = hostname;
          return Promise.resolve({ ...link, secure: true });
        },
      };
    };
    const M = await IMAP4.connect("server.example", 143, { dial });
    if (status === "OK") {
      assertEquals(await M.starttls(), ["OK", [null]]);
      assertEquals([encrypted, M.capabilities, M.socket()!.secure], ["server.example", [
        "IMAP4REV1",
        "AUTH=PLAIN",
      ], true]);
      await assertRejects(() => M.starttls(), IMAP4.abort, "already");
    } else {
      await assertRejects(() => M.starttls(), IMAP4.error);
      assertEquals([encrypted, M.socket()!.secure], ["", false]);
    }
    assertEquals(said(server)[0], "STARTTLS");
    await M.shutdown();
  }
  const { M } = await connect([], { greeting: "* OK hi", secure: false });
  await assertRejects(() => M.starttls(), IMAP4.abort, "not supported");
});

test("IMAP4_SSL asks its dial for TLS by the name of the host, and gives the connection by ssl()", async () => {
  const server = new ScriptedServer({ greeting: "* PREAUTH hi", answers: [] });
  let asked: unknown;
  const M = await IMAP4_SSL.connect("server.example", undefined, {
    dial: (options) => {
      asked = [options.hostname, options.port, options.tls?.hostname];
      return server.dial(options);
    },
  });
  assertEquals(asked, ["server.example", 993, "server.example"]);
  assert(M.ssl() === M.socket() && M.ssl()!.secure);
  await M.shutdown();
});

test("IMAP4_stream takes a two-way stream, and has no host", async () => {
  const [near, far] = memoryPair(true);
  const streams = streamsOf(near);
  const server = (async () => {
    const reader = new LineReader(far, 1000);
    const say = (text: string) => far.write(octetsOf(text));
    await say("* PREAUTH hi\r\n");
    for (const answer of ["* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n", "{tag} OK nothing\r\n"]) {
      const [tag] = textOf(await reader.readline()).split(" ");
      await say(answer.replace("{tag}", tag!));
    }
  })();
  const M = await IMAP4_stream.connect(streams);
  assertEquals([M.state, M.host, M.port], ["AUTH", null, null]);
  assertEquals(await M.noop(), ["OK", ["nothing"]]);
  await server;
  await M.shutdown();
});

/** A transport as the streams of the web. */
function streamsOf(transport: Transport): {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
} {
  return {
    readable: new ReadableStream({
      async pull(controller) {
        const room = new Uint8Array(1000);
        const count = await transport.read(room);
        if (count === null) controller.close();
        else controller.enqueue(room.slice(0, count));
      },
    }),
    writable: new WritableStream({
      write: (octets) => transport.write(octets),
      close: () => transport.close(),
    }),
  };
}
