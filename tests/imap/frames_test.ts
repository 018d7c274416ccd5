// With twenty calls underway, an error must tell which of them failed: each has the frames of its caller, in every runtime. Those whose
// engine does not follow a program through `await` would have none without it.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { connect, plain } from "../../imap/mod.ts";
import { IMAP4 } from "../../imap/imaplib/mod.ts";
import { type Account, openAccount } from "../../imap/mailbox/mod.ts";
import { startServer } from "../../imap/testing/mod.ts";

const auth = { user: "alice", pass: "alice-pw" };
const wrong = { user: "alice", pass: "wrong" };
const never = () => new Promise<never>(() => {});

/** What calls need: it is made anew for each of them. */
async function start() {
  const server = await startServer({
    mailboxes: {
      INBOX: ["Subject: one\n\n1\n", "Subject: two\n\n2\n"],
      Drafts: { specialUse: ["\\Drafts"] },
    },
  });
  const dial = () => Promise.resolve(server.connect());
  return {
    server,
    dial,
    /** A client that is logged in. */
    client: () => connect({ transport: server.connect(), auth }),
    /** One that is not. */
    stranger: () => connect({ transport: server.connect() }),
    account: () => openAccount({ host: "imap.example.org", dial, auth, patience: 1 }),
    lib: () => IMAP4.connect("imap.example.org", 143, { dial }),
  };
}

type Given = Awaited<ReturnType<typeof start>>;
/** Makes what the call needs, and then the call. */
type Way = (given: Given) => Promise<() => unknown>;

async function all(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

async function gone({ account, server }: Given) {
  const of = await account();
  const [message] = await Array.fromAsync(of.mailbox("INBOX").messages());
  server.expunge("INBOX", message!.uid);
  // Until the server has told that it is gone, the connection can read it.
  for (let i = 0; i < 3; i++) await of.message(message!.id);
  return message!;
}

const nowhere = async (account: () => Promise<Account>) => (await account()).mailbox("Nowhere");

const ways: Record<string, Way> = {
  "connect: nobody answers": () =>
    Promise.resolve(() => connect({ host: "h", dial: () => Promise.reject(new Error("no")) })),
  "connect: too late": () =>
    Promise.resolve(() => connect({ host: "h", dial: never, timeouts: { connect: 1 } })),
  "connect: a wrong password": ({ server }) =>
    Promise.resolve(() => connect({ transport: server.connect(), auth: wrong })),
  "connect: no token": ({ server }) =>
    Promise.resolve(() =>
      connect({
        transport: server.connect(),
        auth: { user: "alice", token: () => Promise.reject(new Error("no")) },
      })
    ),
  authenticate: async ({ stranger }) => {
    const client = await stranger();
    return () => client.authenticate(plain(wrong));
  },
  login: async ({ stranger }) => {
    const client = await stranger();
    return () => client.login("alice", "wrong");
  },
  "a command in a wrong state": async ({ stranger }) => {
    const client = await stranger();
    return () => client.fetch("1", ["UID"]);
  },
  "a loop over rows": async ({ stranger }) => {
    const client = await stranger();
    return () => all(client.fetch("1", ["UID"]));
  },
  "a wrong argument": async ({ client }) => {
    const one = await client();
    return () => one.search({ nonsense: 1 } as never);
  },
  "a command that is refused": async ({ client }) => {
    const one = await client();
    return () => one.select("Nowhere");
  },
  "a command by its name": async ({ client }) => {
    const one = await client();
    return () => one.command("XNONE");
  },
  "a stream that is too short": async ({ client }) => {
    const one = await client();
    return () => one.append("Drafts", { size: 5, stream: new Blob(["abc"]).stream() } as never);
  },
  lease: async ({ client }) => {
    const one = await client();
    return () => one.lease("Nowhere");
  },
  "idle without a mailbox": async ({ client }) => {
    const one = await client();
    return () => all(one.idle());
  },
  "idle on a connection that is lost": async ({ client, server }) => {
    const one = await client();
    await one.select("INBOX");
    return () => {
      const waiting = all(one.idle());
      server.change({ restart: {} });
      return waiting;
    };
  },
  "events of a connection that is lost": async ({ client, server }) => {
    const one = await client();
    return () => {
      const waiting = all(one.events());
      server.change({ restart: {} });
      return waiting;
    };
  },
  "openAccount: a wrong password": ({ dial }) =>
    Promise.resolve(() => openAccount({ host: "h", dial, auth: wrong })),
  "openAccount: nobody answers": () =>
    Promise.resolve(() => openAccount({ host: "h", dial: () => Promise.reject(new Error("no")), auth })),
  "mailbox: counts": async ({ account }) => {
    const mailbox = await nowhere(account);
    return () => mailbox.counts();
  },
  "mailbox: messages": async ({ account }) => {
    const mailbox = await nowhere(account);
    return () => all(mailbox.messages());
  },
  "mailbox: watch": async ({ account }) => {
    const mailbox = await nowhere(account);
    return () => all(mailbox.watch());
  },
  "mailbox: changes": async ({ account }) => {
    const mailbox = await nowhere(account);
    return () => all(mailbox.changes());
  },
  "mailbox: append": async ({ account }) => {
    const mailbox = await nowhere(account);
    return () => mailbox.append("Subject: x\n\nx\n");
  },
  "mailbox: flag": async ({ account }) => {
    const mailbox = await nowhere(account);
    return () => mailbox.flag([1], { add: ["\\Seen"] });
  },
  "mailbox: move": async ({ account }) => {
    const mailbox = await nowhere(account);
    return () => mailbox.move([1], "INBOX");
  },
  "mailbox: delete": async ({ account }) => {
    const mailbox = await nowhere(account);
    return () => mailbox.delete([1]);
  },
  "account: a role": async ({ account }) => {
    const one = await account();
    return () => one.mailboxFor({ role: "junk" });
  },
  "account: create": async ({ account }) => {
    const one = await account();
    return () => one.create("INBOX");
  },
  "account: saveDraft": async ({ account }) => {
    const one = await account();
    return () => one.saveDraft(Uint8Array.of(65), { replaces: "not an id" });
  },
  "message: text": async (given) => {
    const message = await gone(given);
    return () => message.text();
  },
  "message: parse": async (given) => {
    const message = await gone(given);
    return () => message.parse();
  },
  "message: stream": async (given) => {
    const message = await gone(given);
    return () => all(message.stream());
  },
  "imaplib: connect": () =>
    Promise.resolve(() => IMAP4.connect("h", 143, { dial: () => Promise.reject(new Error("no")) })),
  "imaplib: login": async ({ lib }) => {
    const M = await lib();
    return () => M.login("alice", "wrong");
  },
  "imaplib: a command in a wrong state": async ({ lib }) => {
    const M = await lib();
    return () => M.fetch("1", "FLAGS");
  },
  "imaplib: a command that is not known": async ({ lib }) => {
    const M = await lib();
    await M.login("alice", "alice-pw");
    return () => M.xatom("NONSENSE");
  },
  "imaplib: authenticate": async ({ lib }) => {
    const M = await lib();
    return () => M.authenticate("PLAIN", () => "x");
  },
};

for (const [name, way] of Object.entries(ways)) {
  test(`an error has the frames of its call: ${name}`, async () => {
    const given = await start();
    await using _server = given.server;
    const call = await way(given);
    async function theCaller(): Promise<string> {
      try {
        await call();
      } catch (error) {
        return (error as Error).stack ?? "";
      }
      return "no error";
    }
    const stack = await theCaller();
    assertEquals(/theCaller/.test(stack), true, stack);
  });
}
