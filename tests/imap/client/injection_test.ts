import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { CapabilityError } from "../../../imap/base/errors.ts";
import { ImapClient } from "../../../imap/client/client.ts";
import { arg, type RawArgument } from "../../../imap/client/raw_command.ts";
import { methods, specs } from "../../../imap/codec/_gen/specs.ts";
import type { ConnectionState, MethodSpec } from "../../../imap/codec/spec.ts";
import { Session } from "../../../imap/session/session.ts";
import { type Peer, scripted } from "../session/scripted.ts";

/** Values that would end a command and begin another if they were sent as they are. */
const attacks = [
  "x\r\nZZ9 LOGOUT",
  "x\nZZ9 LOGOUT",
  "x\rZZ9 LOGOUT",
  "x\r\n",
  "\r\n",
  "x\0y",
  "x {9}\r\nZZ9 NOOP",
  "x {9+}",
  "x{9}",
  "{3}",
  '"',
  '\\"',
  'x" LOGOUT "',
  "x) (y",
  ")",
  "(",
  "NIL",
  "nil",
  "",
  " ",
  "x y",
  "*",
  "%",
  "\\",
  "]",
  "é",
  "\u{1f600}",
  "\udc0d\udc0a",
  "\udc0d",
  "\ud800",
  "\u010a\u010d",
  "x".repeat(5000),
  "1:*\r\nZZ9 LOGOUT",
  "&-",
  "&AA0ACg-",
  "\x7f\x01",
];

/** What an argument of one type can be given: something harmless, and each way of putting a text into it. */
interface Sample {
  safe: unknown;
  hostile(text: string): unknown[];
}

const search: Sample = {
  // A list of keys: search() takes a query too, the other commands take only this.
  safe: [{ op: "ALL" }],
  hostile: (text) => [
    ...["from", "body", "keyword", "since", "sentOn", "uid", "seq", "larger", "modSeq", "all", "seen"]
      .map((name) => ({ [name]: text })),
    { header: { [text]: "x" } },
    { header: { x: text } },
    { or: [{ subject: text }, { not: { to: text } }] },
    { [text]: "x" },
    [{ op: text }],
    ...[
      { op: "FROM", value: text },
      { op: "HEADER", field: text, value: "x" },
      { op: "KEYWORD", flag: text },
      { op: "BEFORE", date: text },
      { op: "LARGER", size: text },
      { op: "SET", set: text },
      { op: "UID", set: text },
      { op: "MODSEQ", modSeq: text },
      { op: "OLDER", seconds: text },
      { op: "FILTER", filter: text },
      { op: "UIDAFTER", uid: text },
    ].flatMap((key) => [[key], [{ op: "NOT", key }], [{ op: "AND", keys: [key, key] }]]),
  ],
};

/** By the type that the command table has for the argument. */
const samples: Readonly<Record<string, Sample>> = {
  string: { safe: "x", hostile: (text) => [text] },
  "string[]": { safe: ["x"], hostile: (text) => [[text], ["x", text]] },
  boolean: { safe: true, hostile: (text) => [text] },
  true: { safe: true, hostile: (text) => [text] },
  bigint: { safe: 1n, hostile: (text) => [text] },
  Uint8Array: { safe: new Uint8Array(1), hostile: (text) => [new TextEncoder().encode(text)] },
  SequenceSetInput: { safe: "1", hostile: (text) => [text, [text]] },
  "FetchItem[]": {
    safe: ["FLAGS"],
    hostile: (text) =>
      [text, `BODY[${text}]`, `BODY[HEADER.FIELDS (${text})]`, `BINARY.PEEK[${text}]`, `BODY[]<${text}>`]
        .flatMap((item) => [[item], ["FLAGS", item]]),
  },
  "StatusItem[]": { safe: ["UNSEEN"], hostile: (text) => [[text], ["UNSEEN", text]] },
  StoreAction: { safe: "FLAGS", hostile: (text) => [text] },
  LiteralInput: { safe: "x", hostile: (text) => [text, new TextEncoder().encode(text)] },
  DateTimeInput: { safe: new Date(0), hostile: (text) => [text] },
  "ClientId | null": {
    safe: null,
    hostile: (text) => [
      [{ name: text, value: "x" }],
      [{ name: "x", value: text }],
      { [text]: "x" },
      { x: text },
    ],
  },
  Qresync: {
    safe: { uidValidity: 1, modSeq: 1n },
    hostile: (text) =>
      [{ uidValidity: text }, { modSeq: text }, { known: text }, { match: { numbers: text, uids: "1" } }, {
        match: { numbers: "1", uids: text },
      }].map((part) => ({ uidValidity: 1, modSeq: 1n, ...part })),
  },
  "SearchQuery | SearchKey[]": search,
  "string | string[]": { safe: "x", hostile: (text) => [text, [text], [text, text]] },
  "string | string[] | undefined": { safe: "x", hostile: (text) => [text, [text], [text, text]] },
  "SearchKey[]": search,
  "SortCriterion[]": {
    safe: [{ key: "DATE" }],
    hostile: (text) => [[{ key: text }], [{ reverse: text, key: "DATE" }], [{ key: "DATE" }, { key: text }]],
  },
  "QuotaLimit[]": {
    safe: [{ name: "STORAGE", limit: 1 }],
    hostile: (text) => [[{ name: text, limit: 1 }], [{ name: "STORAGE", limit: text }]],
  },
  "MetadataEntry[]": {
    safe: [{ name: "/private/comment", value: new Uint8Array(1) }],
    hostile: (text) => [
      [{ name: text, value: null }],
      [{ name: "/private/comment", value: new TextEncoder().encode(text) }],
      [{ name: "/private/comment", value: text }],
    ],
  },
  number: { safe: 1, hostile: (text) => [text] },
  FetchItem: { safe: "RFC822", hostile: (text) => [text, `BODY[${text}]`] },
  "string | null": { safe: null, hostile: (text) => [text] },
  "NotifyGroup[]": {
    safe: [{ mailboxes: { filter: "SELECTED" }, events: null }],
    hostile: (text) => [
      [{ mailboxes: { filter: text }, events: null }],
      [{ mailboxes: { filter: "SUBTREE", mailboxes: [text] }, events: null }],
      [{ mailboxes: { filter: "MAILBOXES", mailboxes: ["x", text] }, events: null }],
      [{ mailboxes: { filter: "INBOXES" }, events: text }],
      [{ mailboxes: { filter: "INBOXES" }, events: [{ event: text }] }],
      [{
        mailboxes: { filter: "SELECTED" },
        events: [{ event: "MESSAGENEW", items: [text, `BODY[${text}]`] }],
      }],
    ],
  },
  "MailboxFilter[]": {
    safe: [{ filter: "SELECTED" }],
    hostile: (text) => [[{ filter: text }], [{ filter: "SUBTREE-ONE", mailboxes: [text] }]],
  },
  "UrlToAuthorise[]": {
    safe: [{ url: "x", mechanism: "INTERNAL" }],
    hostile: (text) => [[{ url: text, mechanism: "INTERNAL" }], [{ url: "x", mechanism: text }]],
  },
  "UrlFetchPart[]": {
    safe: [{ url: "x", items: ["BINARY"] }],
    hostile: (text) => [[{ url: text, items: ["BODY"] }], [{ url: "x", items: [text] }]],
  },
  "ConvertParam[]": {
    safe: [{ name: "x", value: "y" }],
    hostile: (text) => [[{ name: text, value: "y" }], [{ name: "x", value: text }]],
  },
  GmailAction: { safe: "X-GM-LABELS", hostile: (text) => [text] },
  "AppendMessage[]": {
    safe: [{ message: "x" }],
    hostile: (text) => [
      [{ message: text }],
      [{ message: new TextEncoder().encode(text) }, { message: "x" }],
      [{ message: "x", flags: [text] }],
      [{ message: "x", date: text }],
      [{ parts: [{ kind: "TEXT", text }, { kind: "URL", url: text }] }],
    ],
  },
  "CatenatePart[]": {
    safe: [{ kind: "TEXT", text: "x" }],
    hostile: (text) => [[{ kind: text }], [{ kind: "TEXT", text }], [{ kind: "URL", url: text }], [
      { kind: "TEXT", text: "x" },
      { kind: "URL", url: text },
    ]],
  },
  "Annotation[]": {
    safe: [{ entry: "/comment", attributes: [{ name: "value.priv", value: null }] }],
    hostile: (text) => [
      [{ entry: text, attributes: [{ name: "value.priv", value: null }] }],
      [{ entry: "/comment", attributes: [{ name: text, value: null }] }],
      [{ entry: "/comment", attributes: [{ name: "value.priv", value: text }] }],
      [{ entry: "/comment", attributes: [{ name: "value.priv", value: new TextEncoder().encode(text) }] }],
    ],
  },
};

/** The sample of a type; a list of words takes what a list of texts takes. */
function sampleOf(type: string): Sample | undefined {
  return /^\(".*"\)\[\]$/.test(type) ? samples["string[]"] : samples[type];
}

/** Methods that take something else than their command sends. */
const otherwise: Readonly<Record<string, (client: ImapClient, args: Record<string, unknown>) => unknown>> = {
  authenticate: (client, { mechanism, initialResponse }) =>
    client.authenticate({
      name: mechanism as string,
      clientFirst: true,
      exposesPassword: false,
      respond: () => initialResponse as Uint8Array,
    }),
};

/** Members of the client that are not commands. */
const noCommand = ["close", "command", "constructor", "events", "lease", "toJSON"];

/** What the test below would not reach. */
function uncovered(commands: Iterable<[command: string, method: MethodSpec]>): string[] {
  const found: string[] = [];
  const names = new Set<string>(noCommand);
  for (const [command, { name, types }] of commands) {
    names.add(name);
    if (!(name in ImapClient.prototype)) found.push(`${command}: the client has no method ${name}`);
    for (const [label, type] of Object.entries(types)) {
      if (sampleOf(type) === undefined) found.push(`${command}: no values for ${label}, of type ${type}`);
    }
  }
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(ImapClient.prototype))) {
    if (typeof value === "function" && !names.has(name)) {
      found.push(`the method ${name} is that of no command`);
    }
  }
  return found;
}

test("every method and every argument is tried", () => {
  assertEquals(uncovered(methods), []);
});

test("a command without a case is noticed", () => {
  const planted: MethodSpec = { name: "plant", types: { seed: "Seed", pot: "string" } };
  const others = [...methods].filter(([name]) => name !== "COPY");
  assertEquals(uncovered([...others, ["PLANT", planted]]), [
    "PLANT: the client has no method plant",
    "PLANT: no values for seed, of type Seed",
    "the method copy is that of no command",
  ]);
});

/** Calls a command's method with one hostile value, and harmless ones where it needs more. */
function call(client: ImapClient, command: string, hostile: string, value: unknown): unknown {
  const { args } = specs.get(command)!;
  const { name, types } = methods.get(command)!;
  const given = Object.fromEntries(
    Object.entries(types).map(([label, type]) => [label, label === hostile ? value : sampleOf(type)!.safe]),
  );
  const special = otherwise[name];
  if (special !== undefined) return special(client, given);
  const positional = args.filter(({ option }) => !option).map(({ name }) => given[name]);
  const options = args.some(({ name, option }) => name === hostile && option) ? { [hostile]: value } : {};
  const method = client[name as "create"] as (...args: unknown[]) => unknown;
  return method.apply(client, [...positional, options]);
}

/** Reads commands, each with its literals, and refuses them, but for the SELECT that the test itself sends. */
class Judge {
  /** How many commands have come. */
  sent = 0;
  #tag = 0;

  async serve(peer: Peer, greeting: string): Promise<void> {
    await peer.send(greeting);
    for (;;) {
      const line = await peer.line().catch(() => undefined);
      if (line === undefined) return;
      const tag = /^A(\d+) /.exec(line);
      if (tag === null) {
        throw new Error(`a line without a tag of ours reached the server: ${JSON.stringify(line)}`);
      }
      assert(Number(tag[1]) > this.#tag, `an unexpected tag: ${JSON.stringify(line)}`);
      this.#tag = Number(tag[1]);
      assertEquals(/[\0\r\n]/.test(line), false, JSON.stringify(line));
      // Literals are read as announced, and what follows them belongs to the same command.
      for (let rest = line;;) {
        const mark = /\{(\d+)(\+?)\}$/.exec(rest);
        if (mark === null) break;
        if (mark[2] === "") await peer.send("+ go\r\n");
        await peer.octets(Number(mark[1]));
        rest = await peer.line();
      }
      this.sent++;
      const wanted = / SELECT wanted$/.test(line);
      await peer.send(wanted ? `* 1 EXISTS\r\n${tag[0]}OK done\r\n` : `${tag[0]}BAD refused\r\n`);
    }
  }
}

const needs = new Set(
  [...specs.values()].flatMap((spec) => [
    ...spec.needs,
    ...spec.args.flatMap((one) => one.needs ?? []),
    ...Object.values(spec.words ?? {}).flatMap((text) => text.split(/[^ ]+:|[ |]/)),
  ]),
);

/** A client in a state, and how many commands it has sent. */
async function clientIn(state: ConnectionState, more: string): Promise<{ client: ImapClient; judge: Judge }> {
  const judge = new Judge();
  const offers = `[CAPABILITY IMAP4rev1 SASL-IR AUTH=x ${[...needs].join(" ")}${more}]`;
  const greeting = `* ${state === "nonauth" ? "OK" : "PREAUTH"} ${offers} ready\r\n`;
  const { transport } = scripted((peer) => judge.serve(peer, greeting));
  const client = new ImapClient(await Session.open(transport));
  if (state === "selected") await client.select("wanted");
  return { client, judge };
}

for (const capabilities of ["", " LITERAL+", " LITERAL-"]) {
  test(`any value gives exactly one tagged command, or none${capabilities}`, async () => {
    let sent = 0;
    let refused = 0;
    for (const state of ["nonauth", "auth", "selected"] as const) {
      const { client, judge } = await clientIn(state, capabilities);
      // Each where it can do most.
      const here = [...specs.values()].filter(({ states }) => states.at(-1) === state);
      for (const spec of here) {
        for (const [label, type] of Object.entries(methods.get(spec.name)!.types)) {
          for (const value of attacks.flatMap((text) => sampleOf(type)!.hostile(text))) {
            const before = judge.sent;
            const error = await Promise.resolve(call(client, spec.name, label, value))
              .then(() => undefined, (error) => error);
            const text = `${spec.name} ${label} ${
              JSON.stringify(value, (_, one) => typeof one === "bigint" ? `${one}n` : one).slice(0, 60)
            }: ${error}`;
            assert(!client.closed, text);
            if (judge.sent === before) {
              refused++;
              const known = error instanceof RangeError || error instanceof TypeError ||
                (error instanceof CapabilityError && spec.name === "AUTHENTICATE");
              assert(known, text);
            } else {
              assertEquals(judge.sent - before, 1, text);
              assertEquals(error?.status, "BAD", text);
              sent++;
              // A failed SELECT leaves no mailbox selected.
              if (state === "selected" && client.state !== "selected") await client.select("wanted");
            }
          }
        }
      }
      client.close();
    }
    assert(sent > 1000 && refused > 1000, `${sent} sent, ${refused} refused`);
  });
}

/** Each kind of argument of the raw door, made of a hostile text. */
const rawArguments: Readonly<Record<keyof typeof arg, (text: string) => RawArgument[]>> = {
  atom: (text) => [arg.atom(text)],
  flag: (text) => [arg.flag(text), arg.flag(`\\${text}`)],
  string: (text) => [arg.string(text)],
  mailbox: (text) => [arg.mailbox(text)],
  set: (text) => [arg.set(text)],
  list: (text) => [arg.list([arg.atom(text)]), arg.list([arg.string(text), arg.list([arg.literal(text)])])],
  literal: (text) => [arg.literal(text), arg.literal(new TextEncoder().encode(text))],
};

for (const capabilities of ["", " LITERAL+"]) {
  test(`a command by name and any argument give exactly one tagged command, or none${capabilities}`, async () => {
    const { client, judge } = await clientIn("auth", capabilities);
    const calls = attacks.flatMap((text) => [
      () => client.command(text),
      () => client.command(`X ${text}`),
      ...(Object.keys(arg) as (keyof typeof arg)[]).flatMap((kind) =>
        // What is refused when it is made is refused early enough.
        rawArguments[kind](text).flatMap((one) => [
          () => client.command("XFOO", [one]),
          () => client.command("XFOO", [arg.atom("a"), one, one]),
        ])
      ),
    ]);
    let sent = 0;
    for (const call of calls) {
      const before = judge.sent;
      const error = await call().then(() => undefined, (error: unknown) => error) as
        | (Error & { status?: string })
        | undefined;
      assert(!client.closed, String(error));
      if (judge.sent === before) {
        assert(error instanceof RangeError || error instanceof TypeError, String(error));
      } else {
        assertEquals(judge.sent - before, 1);
        assertEquals(error?.status, "BAD");
        sent++;
      }
    }
    assert(sent > 100 && calls.length - sent > 100, `${sent} of ${calls.length} sent`);
    client.close();
  });
}
