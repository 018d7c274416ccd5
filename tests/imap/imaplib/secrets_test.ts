// What the facade must not tell: passwords to who can read the connection, or in what it shows; and what it must not believe.

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type AuthObject, type ConnectOptions, IMAP4 } from "@postern/postern/imaplib";
import { memoryPair } from "../../../imap/transport/streams.ts";
import type { Transport } from "../../../imap/transport/transport.ts";
import { exposed, Peer, reading } from "../session/scripted.ts";

const pass = "s3cr3tPass";
const message = `\0alice\0${pass}`;

/** A server that answers each command by `says`, or with OK; and what it was told. */
function serverThat(
  says: (command: string, tag: string) => string | undefined,
): { lines: string[]; transport: Transport } {
  const [transport, end] = memoryPair(true);
  const peer = new Peer(end);
  const lines: string[] = [];
  void (async () => {
    await peer.send("* OK hi\r\n");
    for (;;) {
      const line = await peer.line();
      const [tag, command = ""] = line.split(/ (.*)/);
      lines.push(command === "" ? line : command);
      const caps = command === "CAPABILITY" ? "* CAPABILITY IMAP4rev1 STARTTLS\r\n" : "";
      await peer.send(says(command, tag!) ?? `${caps}${tag} OK done\r\n`);
    }
  })().catch(() => {});
  return { lines, transport: reading(transport) };
}

function connectTo(transport: Transport, options: ConnectOptions = {}): Promise<IMAP4> {
  return IMAP4.connect("imap.example.org", 143, { dial: () => Promise.resolve(transport), ...options });
}

/** Ways to give a password, also those that Python programs take because a method is missing there. */
const logins: Record<string, (M: IMAP4) => Promise<unknown>> = {
  login: (M) => M.login("alice", pass),
  "a login that is a command without a method": (M) => M.xatom("login", "alice", pass),
  "a login in quotes": (M) => M.xatom("LOGIN", '"alice"', `"${pass}"`),
  "a login of a subclass": (M) => M._simple_command("LOGIN", "alice", pass),
  "PLAIN with its answer in the command": (M) => M._simple_command("AUTHENTICATE", "PLAIN", btoa(message)),
  PLAIN: (M) => M.authenticate("PLAIN", () => message),
  "PLAIN as octets": (M) => M.authenticate("plain", () => new TextEncoder().encode(message)),
  XOAUTH2: (M) => M.authenticate("XOAUTH2", () => `user=alice\x01auth=Bearer ${pass}\x01\x01`),
  "a mechanism that nobody knows": (M) => M.authenticate("X-OWN", () => pass),
};

test("no way to log in tells a password to who can read the connection", async () => {
  for (const [name, login] of Object.entries(logins)) {
    const { lines, transport } = serverThat((command) =>
      command.startsWith("AUTHENTICATE") ? "+ \r\n" : undefined
    );
    const M = await connectTo(exposed(transport));
    await assertRejects(() => login(M), IMAP4.error, "not encrypted", name);
    assertEquals(lines, ["CAPABILITY"], name);
    await M.shutdown();
  }
});

test("what is not the name of a mechanism is refused: a server may take it for one that it names", async () => {
  for (const name of ['"PLAIN"', "PLAIN ", "(PLAIN)", "", "PLAIN AGE=", "PLÄIN"]) {
    const { lines, transport } = serverThat(() => undefined);
    const M = await connectTo(transport);
    await assertRejects(() => M.authenticate(name, () => message), IMAP4.error, "mechanism");
    assertEquals(lines, ["CAPABILITY"], name);
    await M.shutdown();
  }
});

test("what the server repeats of a password is in no error and in no line of the log, whatever way it was given", async () => {
  const all = {
    ...logins,
    "CRAM-MD5": (M: IMAP4) => M.login_cram_md5("alice", pass),
  };
  for (const [name, login] of Object.entries(all)) {
    for (const verdict of ["NO", "BAD", "BYE"]) {
      const { transport } = serverThat((command, tag) => {
        if (/^AUTHENTICATE \S+$/.test(command)) return "+ \r\n";
        if (command === "CAPABILITY") return undefined;
        const said = tag.length > 8 || command === "" ? M.tagpre + (M.tagnum - 1) : tag;
        const words = `wrong: ${pass}, ${btoa(pass)}, ${btoa(message)}\r\n`;
        const ending = verdict === "BYE" ? `* BYE ${words}${said} NO no\r\n` : `${said} ${verdict} ${words}`;
        return `* OK [ALERT] was it ${pass}?\r\n${ending}`;
      });
      const M: IMAP4 = await connectTo(transport);
      const shown: string[] = [];
      M.debug = 5;
      M.print_log = () => {};
      M._mesg = (text) => void shown.push(text);
      // A refusal of a command without a method is a value.
      const outcome = await login(M).catch((error) => error);
      if (outcome instanceof Error) shown.push(`${outcome.message}\n${outcome.stack}`);
      const text = shown.join("\n");
      assert(text.includes("wrong"), `${name}: ${text}`);
      for (const form of [pass, btoa(pass), btoa(message)]) assert(!text.includes(form), `${name}: ${text}`);
      await M.shutdown();
    }
  }
});

test("a server that asks without end is told the password ten times at most, and one that asks after that nothing", async () => {
  for (
    const authobject of [() => message, () => {
      throw new RangeError("mine");
    }] as AuthObject[]
  ) {
    const { lines, transport } = serverThat((command, tag) =>
      command.startsWith("AUTHENTICATE") || tag === "*" || tag.length > 8 ? "+ \r\n" : undefined
    );
    const M = await connectTo(transport);
    await assertRejects(() => M.authenticate("PLAIN", authobject), IMAP4.abort, "cancelled");
    assert(lines.filter((line) => line === btoa(message)).length <= 10, lines.join());
    assertEquals(lines.filter((line) => line === "*").length, 1);
  }
});

test("nothing that was said in clear is known after STARTTLS", async () => {
  const said = ["* CAPABILITY IMAP4rev1 X-EVIL", "* 5 EXISTS", "* OK [UIDVALIDITY 1] x"];
  for (const capabilities of ["IMAP4rev1 X-GOOD", undefined]) {
    const [inner, end] = memoryPair(true);
    const peer = new Peer(end);
    void (async () => {
      const tag = (await peer.line()).split(" ")[0];
      if (capabilities !== undefined) await peer.send(`* CAPABILITY ${capabilities}\r\n`);
      await peer.send(`${tag} OK done\r\n`);
    })();
    const { transport } = serverThat((command, tag) =>
      command === "STARTTLS" ? `${said.join("\r\n")}\r\n${tag} OK go\r\n` : undefined
    );
    const M = await connectTo({ ...transport, secure: false, startTls: () => Promise.resolve(inner) });
    if (capabilities === undefined) {
      await assertRejects(() => M.starttls(), IMAP4.error, "no CAPABILITY response");
    } else {
      await M.starttls();
      assertEquals(M.capabilities, ["IMAP4REV1", "X-GOOD"]);
    }
    for (const name of ["CAPABILITY", "EXISTS", "UIDVALIDITY"]) {
      assertEquals(M.response(name)[1], [null]);
    }
    await M.shutdown();
  }
});
