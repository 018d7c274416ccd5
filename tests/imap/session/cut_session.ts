/** A session with most of the commands there are, over a connection that can be cut after each octet of the server. */

import { toArrayBuffer } from "@std/streams";
import { connect } from "../../../imap/client/connect.ts";
import type { ImapClient } from "../../../imap/client/client.ts";
import { ImapError } from "../../../imap/base/errors.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import type { Transport } from "../../../imap/transport/transport.ts";

const encoder = new TextEncoder();
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const message = (subject: string) =>
  `Subject: ${subject}\r\nMessage-ID: <${subject}@example.org>\r\n\r\n${subject}.\r\n`;
const large = `Subject: Large\r\n\r\n${"x".repeat(78) + "\r\n"}`.padEnd(2_000, "y");
/** So large that its octets are given while they come; in its inside each of them is as good as any other. */
const huge = `Subject: Huge\r\n\r\n`.padEnd(140_000, "z");

/** What one call came to, or how it failed. */
export interface Outcome {
  name: string;
  value?: string;
  error?: unknown;
}

/** The call that gives a huge body. */
const streamed = "a huge body as a stream";

type Calls = Record<string, (client: ImapClient) => PromiseLike<unknown>>;

/** IDLE that ends because another command is called. */
async function idleOnce(client: ImapClient, signal?: AbortSignal): Promise<string> {
  const events = client.idle({ signal })[Symbol.asyncIterator]();
  const first = events.next().then(() => "an event", (error) => error);
  await client.noop();
  await events.return?.(undefined);
  const ended = await first;
  if (ended instanceof ImapError) throw ended;
  return "over";
}

/** Each group is called at once, and awaited before the next. */
const groups: Calls[] = [
  {
    noop: (client) => client.noop(),
    capability: (client) => client.capability(),
    namespace: (client) => client.namespace(),
    id: (client) => client.id({ name: "cut" }),
  },
  {
    create: (client) => client.create("New"),
    subscribe: (client) => client.subscribe("New"),
    list: (client) => client.list("", "*"),
    lsub: (client) => client.lsub("", "*"),
    status: (client) => client.status("INBOX", ["MESSAGES", "UIDNEXT"]),
    "status of another": (client) => client.status("New", ["MESSAGES"]),
    rename: (client) => client.rename("New", "Newer"),
    unsubscribe: (client) => client.unsubscribe("New"),
  },
  {
    getquotaroot: (client) => client.getquotaroot("INBOX"),
    getacl: (client) => client.getacl("INBOX"),
    setacl: (client) => client.setacl("Newer", "bob", "lr"),
    deleteacl: (client) => client.deleteacl("Newer", "bob"),
    myrights: (client) => client.myrights("INBOX"),
    listrights: (client) => client.listrights("INBOX", "bob"),
    setmetadata: (client) =>
      client.setmetadata("INBOX", [{ name: "/private/comment", value: encoder.encode("mine") }]),
    getmetadata: (client) => client.getmetadata("INBOX", ["/private/comment"]),
  },
  { select: (client) => client.select("INBOX") },
  {
    search: (client) => client.search({ all: true }),
    uidSearch: (client) => client.uidSearch({ subject: "two" }),
    sort: (client) => client.sort([{ key: "SUBJECT" }], "UTF-8", { all: true }),
    uidSort: (client) => client.uidSort([{ key: "ARRIVAL" }], "UTF-8", { all: true }),
    thread: (client) => client.thread("REFERENCES", "UTF-8", { all: true }),
    uidThread: (client) => client.uidThread("ORDEREDSUBJECT", "UTF-8", { all: true }),
  },
  {
    fetch: (client) => client.fetch("1:3", ["FLAGS", "UID", "RFC822.SIZE", "ENVELOPE"]),
    uidFetch: (client) => client.uidFetch("1:3", ["BODYSTRUCTURE", "BODY.PEEK[HEADER]"]),
  },
  {
    "rows one by one": async (client) => {
      const seen: unknown[] = [];
      for await (const row of client.fetch("1:3", ["BODY.PEEK[]"])) seen.push(row.sections[0]!.data!.length);
      return seen;
    },
  },
  {
    "a body as a stream": async (client) => {
      let size = 0;
      for await (const { stream } of client.uidFetch("3", ["BODY.PEEK[]"]).bodies()) {
        size += (await toArrayBuffer(stream)).byteLength;
      }
      return size;
    },
  },
  { "examine of a huge message": (client) => client.examine("Huge") },
  {
    [streamed]: async (client) => {
      let size = 0;
      for await (const { stream } of client.fetch("1", ["BODY.PEEK[]"]).bodies()) {
        for await (const chunk of stream) size += chunk.length;
      }
      return size;
    },
  },
  { "select again": (client) => client.select("INBOX") },
  {
    store: (client) => client.store("1", "+FLAGS", ["\\Flagged"]),
    uidStore: (client) => client.uidStore("2", "FLAGS", ["\\Seen"]),
    append: (client) => client.append("Newer", message("four")),
    "append of a stream": (client) => {
      const octets = encoder.encode(message("five"));
      return client.append("Newer", { size: octets.length, stream: new Blob([octets]).stream() });
    },
  },
  {
    copy: (client) => client.copy("1", "Newer"),
    uidCopy: (client) => client.uidCopy("2", "Newer"),
    check: (client) => client.check(),
  },
  { replace: (client) => client.replace("1", "INBOX", message("six")) },
  { move: (client) => client.move("1", "Newer") },
  { uidMove: (client) => client.uidMove("3", "Newer") },
  { "store to delete": (client) => client.uidStore("1:*", "+FLAGS", ["\\Deleted"]) },
  { uidExpunge: (client) => client.uidExpunge("4") },
  { expunge: (client) => client.expunge() },
  {
    idle: (client) => idleOnce(client, new AbortController().signal),
  },
  { unselect: (client) => client.unselect() },
  { examine: (client) => client.examine("Newer") },
  { closeMailbox: (client) => client.closeMailbox() },
  // What follows is cut in the middle of compressed octets.
  { compress: (client) => client.compress() },
  {
    "status, compressed": (client) => client.status("INBOX", ["MESSAGES", "UIDNEXT"]),
    "append, compressed": (client) => client.append("Newer", message("seven")),
  },
  {
    "a body as a stream, compressed": async (client) => {
      await client.examine("Newer");
      let size = 0;
      for await (const { stream } of client.fetch("1:*", ["BODY.PEEK[]"]).bodies()) {
        size += (await toArrayBuffer(stream)).byteLength;
      }
      return size;
    },
  },
  {
    "idle, compressed": (client) => idleOnce(client),
  },
  { "unselect, compressed": (client) => client.unselect() },
  {
    lease: async (client) => {
      await using lease = await client.lease("Newer", { readOnly: true });
      return (await lease.uidSearch({ all: true })).all.toString();
    },
  },
  {
    "the raw door": (client) => client.command("NOOP", []),
    "a refusal": (client) =>
      Promise.resolve(client.create("Newer")).then(() => "created", (error) => {
        if (error.constructor.name === "CommandError") return `refused: ${error.message}`;
        throw error;
      }),
    delete: (client) => client.delete("Newer"),
  },
  { logout: (client) => client.logout() },
];

/** The names of all calls. */
export const names: string[] = groups.flatMap((group) => Object.keys(group));

/** What came of a session. */
export interface Run {
  outcomes: Outcome[];
  /** How many octets of the server came. */
  octets: number;
  /** Where those of the huge body begin and end, roughly. */
  inside: [from: number, to: number];
}

/** The session, cut after so many octets of the server. */
export async function cutAfter(cut: number): Promise<Run> {
  await using server = await startServer({
    users: { alice: "alice-pw" },
    mailboxes: { INBOX: [message("one"), message("two"), large], Huge: [huge] },
    now: () => new Date("2026-11-01T12:00:00Z"),
    with: ["AUTH=SCRAM-SHA-256", "COMPRESS=DEFLATE"],
  });
  const count = { left: cut, taken: 0 };
  const front = new Front(server.connect(), count);
  const outcomes: Outcome[] = [];
  let client: ImapClient;
  try {
    const auth = { user: "alice", pass: "alice-pw" };
    const timeouts = { logout: 200, command: 3_000, connect: 3_000, greeting: 3_000, total: 9_000 };
    client = await connect({
      host: "imap.example.org",
      tls: "starttls",
      dial: () => Promise.resolve(front),
      auth,
      timeouts,
    });
  } catch (error) {
    return { outcomes: [{ name: "connect", error }], octets: count.taken, inside: [0, 0] };
  }
  const inside: [number, number] = [0, 0];
  for (const group of groups) {
    const before = count.taken;
    const calls = Object.entries(group).map(async ([name, call]): Promise<Outcome> => {
      try {
        return { name, value: shown(await call(client)) };
      } catch (error) {
        return { name, error };
      }
    });
    outcomes.push(...await Promise.all(calls));
    // Its head, tail and the answer around it stay outside.
    if (streamed in group) inside.splice(0, 2, before + 1_000, count.taken - 1_000);
  }
  client.close();
  return { outcomes, octets: count.taken, inside };
}

/** A value without what differs from run to run. */
function shown(value: unknown): string {
  const plain = JSON.stringify(
    value,
    (_, each) => each instanceof Uint8Array ? text(each) : typeof each === "bigint" ? String(each) : each,
  ) ?? "nothing";
  return plain.replace(/"(?:mailboxId|emailId|threadId)":"[^"]*"/g, "");
}

interface Count {
  left: number;
  taken: number;
}

/** Speaks in clear until STARTTLS, and passes for encrypted afterwards; what was said before counts, too. */
class Front implements Transport {
  readonly secure = false;
  readonly #inner: Transport;
  readonly #count: Count;
  #said: Uint8Array[] = [encoder.encode("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hi\r\n")];
  #arrived: (() => void) | undefined;
  #closed = false;
  #used = false;

  constructor(inner: Transport, count: Count) {
    this.#inner = inner;
    this.#count = count;
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#said.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => this.#arrived = resolve);
    }
    const said = this.#said.shift();
    if (said === undefined) return null;
    into.set(said);
    return take(this.#count, said.length, () => this.close());
  }

  write(bytes: Uint8Array): Promise<void> {
    const tag = text(bytes).split(" ")[0];
    this.#said.push(encoder.encode(`${tag} OK go\r\n`));
    this.#arrived?.();
    return Promise.resolve();
  }

  close(): void {
    this.#closed = true;
    this.#arrived?.();
    if (!this.#used) void this.#inner.close();
  }

  async startTls(): Promise<Transport> {
    const inner = this.#inner;
    const count = this.#count;
    this.#used = true;
    // The server greets, which after TLS it does not.
    const greeting = new Uint8Array(4_096);
    await inner.read(greeting);
    return {
      secure: true,
      async read(into) {
        const read = await inner.read(into);
        return read === null ? null : take(count, read, () => inner.close());
      },
      write: (bytes) => inner.write(bytes),
      close: () => inner.close(),
    };
  }
}

/** How much of what was read is handed on; at the cut the connection is closed, and nothing more comes. */
function take(count: Count, read: number, close: () => void): number | null {
  const given = Math.min(read, count.left);
  count.left -= given;
  count.taken += given;
  if (given < read) close();
  return given === 0 ? null : given;
}
