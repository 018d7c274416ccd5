// The facade of imaplib against real servers: over TCP, over TLS, and over the input and output of Dovecot's own imap program.

import { after } from "node:test";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { IMAP4, IMAP4_SSL, IMAP4_stream, ParseFlags } from "@postern/postern/imaplib";
import { messageFromBytes } from "@postern/postern/email";
import { runtime } from "../support/runtime.ts";
import { testWith } from "../support/skip.ts";
import { dovecot, startDovecot } from "./dovecot.ts";
import type { RealServer } from "./private_server.ts";
import { realServers } from "./real_servers.ts";

const MESSAGE = "From: fred@example.org\nSubject: lunch\n\nTwelve?\n";

/** The tour of the manual, with whatever class. */
async function tour(M: IMAP4, box: string): Promise<void> {
  assertEquals((await M.create(box))[0], "OK");
  assertEquals((await M.append(box, "\\Seen", Date.now() / 1000, MESSAGE))[0], "OK");
  assertEquals((await M.append(box, null, null, MESSAGE))[0], "OK");
  const [, boxes] = await M.list();
  assert(boxes.some((each) => String(each).includes(box)), String(boxes));
  assertEquals(await M.select(box), ["OK", ["2"]]);
  assertEquals(M.response("UIDVALIDITY")[1].length, 1);
  assertEquals(await M.search(null, "FROM", '"fred"'), ["OK", ["1 2"]]);
  assertEquals(await M.search(null, "UNSEEN"), ["OK", ["2"]]);
  const [typ, data] = await M.fetch("1", "(FLAGS RFC822)");
  assertEquals(typ, "OK");
  const [head, octets] = data[0] as [string, Uint8Array];
  assertStringIncludes(head, "RFC822 {");
  assertEquals(ParseFlags(head).filter((flag) => flag === "\\Seen"), ["\\Seen"]);
  assertEquals(messageFromBytes(octets).get("Subject"), "lunch");
  assertEquals(data.length, 2);
  assertEquals((await M.store("1", "+FLAGS", "\\Deleted"))[0], "OK");
  assertEquals(await M.expunge(), ["OK", ["1"]]);
  assertEquals((await M.uid("SEARCH", "ALL"))[0], "OK");
  assertEquals((await M.close())[0], "OK");
  assertEquals((await M.delete(box))[0], "OK");
}

for (const { name, need, start } of realServers) {
  let started: Promise<RealServer> | undefined;
  const server = () => started ??= start();
  after(async () => {
    await (await started)?.stop();
  });

  testWith(need, `imaplib against ${name}: TCP, login, the tour, logout`, async () => {
    const { host, port, users: [alice] } = await server();
    const M = await IMAP4.connect(host, port, { timeout: 20 });
    await assertRejects(() => M.login(alice!.user, "wrong"), IMAP4.error);
    assertEquals((await M.login(alice!.user, alice!.pass))[0], "OK");
    await tour(M, "over TCP");
    assertEquals((await M.logout())[0], "BYE");
  });

  testWith(
    need,
    `imaplib against ${name}: TLS from the first byte, and by STARTTLS; both verify`,
    async () => {
      const { port, tlsPort, caPem, users: [alice] } = await server();
      {
        await using M = await IMAP4_SSL.connect("localhost", tlsPort, { caCerts: [caPem], timeout: 20 });
        assert(M.ssl()!.secure);
        assertEquals((await M.login_cram_md5(alice!.user, alice!.pass))[0], "OK");
        await tour(M, "over TLS");
      }
      await assertRejects(() => IMAP4_SSL.connect("localhost", tlsPort, { timeout: 20 }));
      await using M = await IMAP4.connect("localhost", port, { timeout: 20 });
      await M.starttls({ caCerts: [caPem] });
      assert(M.sock!.secure);
      await M.authenticate("PLAIN", () => `\0${alice!.user}\0${alice!.pass}`);
      assertEquals(M.state, "AUTH");
      await assertRejects(() => M.starttls(), IMAP4.abort, "already");
    },
  );

  testWith(need, `imaplib against ${name}: news by idle`, async () => {
    const { host, port, users: [alice] } = await server();
    await using M = await IMAP4.connect(host, port, { timeout: 20 });
    await M.login(alice!.user, alice!.pass);
    await M.create("news");
    await M.select("news");
    await using other = await IMAP4.connect(host, port, { timeout: 20 });
    await other.login(alice!.user, alice!.pass);
    {
      await using idler = M.idle(20);
      const first = idler.next();
      await other.append("news", null, null, MESSAGE);
      assertEquals((await first).value, ["EXISTS", ["1"]]);
    }
    assertEquals(await M.search(null, "ALL"), ["OK", ["1"]]);
  });
}

testWith(
  dovecot,
  "imaplib against Dovecot: its imap program by IMAP4_stream, without and with a shell",
  async () => {
    const server = await startDovecot();
    const { dir, users: [alice] } = server;
    const words = ["/usr/lib/dovecot/imap", "-c", `${dir}/dovecot.conf`, "-u", alice!.user];
    // Bun and Node give a program sockets, and Dovecot's takes a socket for inetd when root starts it; cat makes pipes of them.
    const commands = [`cat | ${words.join(" ")} 2>/dev/null | cat`, ...(runtime === "deno" ? [words] : [])];
    for (const command of commands) {
      await using M = await IMAP4_stream.connect(command, { timeout: 20 });
      assertEquals(M.state, "AUTH");
      assertEquals(M.host, null);
      await tour(M, "over a pipe");
    }
    await assertRejects(
      () => IMAP4_stream.connect(["/nowhere/imap"], { timeout: 20 }),
      Error,
      "/nowhere/imap",
    );
    await assertRejects(() => IMAP4_stream.connect("exit 1", { timeout: 20 }), IMAP4.abort);
    await server.stop();
  },
);
