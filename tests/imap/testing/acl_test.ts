/** ACL: what is asked, what is changed, and that every command holds to it (RFC 4314). */

import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer, type TestServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

function server(options: { without?: string[] } = {}): Promise<TestServer> {
  return startServer({
    ...options,
    users: { alice: "alice-pw", bob: "bob-pw" },
    mailboxes: {
      Shared: ["Subject: 1\n\n1\n", { message: "Subject: 2\n\n2\n", flags: ["\\Deleted"] }],
      Work: [],
    },
  });
}

async function bobOn(s: TestServer, rights: string): Promise<Wire> {
  await (await Wire.login(s)).ok(`SETACL Shared bob "${rights}"`);
  const bob = await Wire.open(s);
  await bob.ok("LOGIN bob bob-pw");
  return bob;
}

test("rights are asked for, granted, added to and taken away", async () => {
  await using s = await server();
  const wire = await Wire.login(s);
  assertEquals(await wire.ok("GETACL Shared"), ["* ACL Shared alice lrswipkxteacd bob lrswipkxteacd"]);
  await wire.ok("SETACL Shared carol lr");
  await wire.ok("SETACL Shared carol +sd");
  await wire.ok("SETACL Shared carol -r");
  await wire.ok("SETACL Shared -bob x");
  await wire.ok("DELETEACL Shared bob");
  assertEquals(await wire.ok("GETACL Shared"), ["* ACL Shared alice lrswipkxteacd carol lsted -bob xc"]);
  assertEquals(await wire.ok("LISTRIGHTS Shared alice"), ["* LISTRIGHTS Shared alice la r s w i p k x t e"]);
  assertEquals(await wire.ok("LISTRIGHTS Shared bob"), ['* LISTRIGHTS Shared bob "" l r s w i p k x t e a']);
  assertMatch(await wire.status("SETACL Shared carol lq") ?? "", /^BAD /);
  await wire.ok('SETACL Shared alice ""');
  assertEquals(await wire.ok("MYRIGHTS Shared"), ["* MYRIGHTS Shared la"]);
  await wire.ok("SETACL Shared anyone r");
  assertEquals(await wire.ok("MYRIGHTS Shared"), ["* MYRIGHTS Shared lra"]);
});

test("what may not be seen does not exist, what may be seen and not used is refused", async () => {
  await using s = await server();
  const nobody = await bobOn(s, "");
  assertMatch(await nobody.status("SELECT Shared") ?? "", /^NO \[NONEXISTENT\]/);
  assertMatch(await nobody.status("MYRIGHTS Shared") ?? "", /^NO \[NONEXISTENT\]/);
  assertEquals((await nobody.ok('LIST "" *')).join().includes("Shared"), false);
  const seer = await bobOn(s, "l");
  for (
    const command of [
      "SELECT Shared",
      "STATUS Shared (MESSAGES)",
      "GETACL Shared",
      "SETACL Shared bob a",
      "DELETE Shared",
      "RENAME Shared Mine",
      "CREATE Shared/below",
      "GETMETADATA Shared /shared/comment",
      "GETQUOTAROOT Shared",
    ]
  ) {
    assertMatch(await seer.status(command) ?? "", /^NO \[NOPERM\]/, command);
  }
  assertMatch(await seer.status("APPEND Shared {2+}\r\nx:") ?? "", /^NO \[NOPERM\]/);
  assertEquals((await seer.ok('LIST "" Shared RETURN (MYRIGHTS STATUS (MESSAGES))')).slice(1), [
    "* MYRIGHTS Shared l",
  ]);
});

test("each right allows what it is for, and no more", async () => {
  await using s = await server();
  const reader = await bobOn(s, "lr");
  assertMatch((await reader.run("SELECT Shared")).at(-1) ?? "", /^OK \[READ-ONLY\]/);
  await reader.ok("FETCH 1 BODY[]");
  assertEquals(s.mailbox("Shared").messages[0]!.flags, []);
  const marker = await bobOn(s, "lrs");
  assertMatch((await marker.ok("SELECT Shared")).join(), /PERMANENTFLAGS \(\\Seen\)/);
  await marker.ok("FETCH 1 BODY[]");
  assertMatch(await marker.status("STORE 1 +FLAGS (\\Flagged)") ?? "", /^NO \[NOPERM\]/);
  await marker.ok("STORE 1 FLAGS ()");
  await marker.ok("STORE 2 FLAGS (\\Seen \\Flagged)");
  assertEquals(s.mailbox("Shared").messages.map(({ flags }) => flags.join()), ["", "\\Deleted,\\Seen"]);
  assertMatch(await marker.status("EXPUNGE") ?? "", /^NO \[NOPERM\]/);
  assertMatch(await marker.status("MOVE 1 Work") ?? "", /^NO \[NOPERM\]/);
  await marker.ok("COPY 2 Work");
  await marker.ok("CLOSE");
  assertEquals(s.mailbox("Shared").messages.length, 2);
  const sender = await bobOn(s, "lrie");
  await sender.ok("APPEND Shared (\\Seen \\Draft) {2+}\r\nx:");
  await sender.ok("SELECT Work");
  await sender.ok("COPY 1 Shared");
  await sender.ok("SELECT Shared");
  await sender.ok("EXPUNGE");
  assertEquals(s.mailbox("Shared").messages.map(({ flags }) => flags), [[], [], []]);
});

test("without ACL its commands are unknown, and every user has all rights", async () => {
  await using s = await server({ without: ["ACL", "LIST-MYRIGHTS"] });
  const wire = await Wire.login(s);
  assertEquals(await wire.status("SETACL Shared bob l"), "BAD Unknown command SETACL");
  assertMatch(await wire.status('LIST "" * RETURN (MYRIGHTS)') ?? "", /^BAD /);
  await wire.ok("DELETE Shared");
});

test("LIST gives annotations, STATUS what EXPUNGE would free and how long a message may be", async () => {
  await using s = await startServer({
    maxMessage: 1000,
    mailboxes: { Shared: [{ message: "a: b\n\n", flags: ["\\Deleted"] }] },
  });
  const wire = await Wire.login(s);
  await wire.ok('SETMETADATA Shared (/shared/comment "mine")');
  assertEquals((await wire.ok('LIST "" Shared RETURN (METADATA (/shared/comment /private/none))')).slice(1), [
    "* METADATA Shared (/shared/comment {4}\r\nmine /private/none NIL)",
  ]);
  assertEquals(await wire.ok("STATUS Shared (DELETED-STORAGE APPENDLIMIT)"), [
    "* STATUS Shared (APPENDLIMIT 1000 DELETED-STORAGE 8)",
  ]);
});
