import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import type { ImapClient } from "../../../imap/client/client.ts";
import { selected } from "../session/scripted.ts";

/** Values that would end a command and begin another if they were sent as they stand. */
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

/** Every place of the typed client that takes text. */
const calls: Record<string, (client: ImapClient, value: string) => PromiseLike<unknown>> = {
  select: (c, v) => c.select(v),
  examine: (c, v) => c.examine(v),
  create: (c, v) => c.create(v),
  "create use": (c, v) => c.create("box", { use: [v] }),
  delete: (c, v) => c.delete(v),
  "rename from": (c, v) => c.rename(v, "y"),
  "rename to": (c, v) => c.rename("x", v),
  subscribe: (c, v) => c.subscribe(v),
  unsubscribe: (c, v) => c.unsubscribe(v),
  "list reference": (c, v) => c.list(v, "*"),
  "list pattern": (c, v) => c.list("", v),
  "list patterns": (c, v) => c.list("", [v, v]),
  "list status": (c, v) => c.list("", "*", { status: [v as "UNSEEN"] }),
  "list select": (c, v) => c.list("", "*", { select: [v as "REMOTE"] }),
  "list return": (c, v) => c.list("", "*", { returns: [v as "CHILDREN"] }),
  lsub: (c, v) => c.lsub(v, v),
  "status mailbox": (c, v) => c.status(v, ["UNSEEN"]),
  "status item": (c, v) => c.status("x", [v as "UNSEEN"]),
  "append mailbox": (c, v) => c.append(v, "x"),
  "append flag": (c, v) => c.append("x", "x", { flags: [v] }),
  "append message": (c, v) => c.append("x", v),
  "append date": (c, v) => c.append("x", "x", { date: v as unknown as Date }),
  enable: (c, v) => c.enable([v]),
  "id name": (c, v) => c.id([{ name: v, value: "x" }]),
  "id value": (c, v) => c.id([{ name: "x", value: v }]),
  "fetch set": (c, v) => c.fetch(v, ["FLAGS"]),
  "fetch item": (c, v) => c.fetch("1", [v as "FLAGS"]),
  "fetch section": (c, v) => c.fetch("1", [`BODY[${v}]` as "BODY[]"]),
  "fetch header": (c, v) => c.fetch("1", [`BODY[HEADER.FIELDS (${v})]`]),
  "fetch modseq": (c, v) => c.fetch("1", ["FLAGS"], { changedSince: v as unknown as bigint }),
  "store set": (c, v) => c.store(v, "FLAGS", ["x"]),
  "store action": (c, v) => c.store("1", v as "FLAGS", ["x"]),
  "store flag": (c, v) => c.store("1", "FLAGS", [v]),
  "copy set": (c, v) => c.copy(v, "x"),
  "copy mailbox": (c, v) => c.uidCopy("1", v),
  "move mailbox": (c, v) => c.uidMove("1", v),
  "uid expunge": (c, v) => c.uidExpunge(v),
  "search text": (c, v) => c.search({ from: v }),
  "search header": (c, v) => c.search({ header: { [v]: v } }),
  "search keyword": (c, v) => c.search({ keyword: v }),
  "search date": (c, v) => c.search({ since: v }),
  "search uid": (c, v) => c.search({ uid: v }),
  "search size": (c, v) => c.search({ larger: v as unknown as number }),
  "search or": (c, v) => c.search({ or: [{ subject: v }, { not: { body: v } }] }),
  "search charset": (c, v) => c.search({ all: true }, { charset: v }),
  "search returns": (c, v) => c.search({ all: true }, { returns: [v as "MIN"] }),
};

for (const capabilities of ["", " LITERAL+", " LITERAL-"]) {
  test(`any value gives exactly one tagged command, or none${capabilities}`, async () => {
    let sent = 0;
    let refused = 0;
    const { client, done } = await selected(async (peer) => {
      let expected = 2;
      for (;;) {
        const line = await peer.line().catch(() => undefined);
        if (line === undefined) return;
        const tag = /^A(\d+) /.exec(line);
        if (tag === null) {
          throw new Error(`a line without a tag of ours reached the server: ${JSON.stringify(line)}`);
        }
        assert(Number(tag[1]) >= expected, `an unexpected tag: ${JSON.stringify(line)}`);
        expected = Number(tag[1]) + 1;
        // Literals are read as announced, and what is behind them belongs to the same command.
        for (let rest = line;;) {
          const mark = /\{(\d+)(\+?)\}$/.exec(rest);
          if (mark === null) break;
          if (mark[2] === "") await peer.send("+ go\r\n");
          await peer.octets(Number(mark[1]));
          rest = await peer.line();
        }
        assertEquals(/[\0\r\n]/.test(line), false, JSON.stringify(line));
        sent++;
        await peer.send(`${tag[0]}BAD refused\r\n`);
        // A failed SELECT leaves no mailbox selected.
        if (/^A\d+ (SELECT|EXAMINE)/.test(line)) {
          const [again] = (await peer.line()).split(" ");
          expected = Number(again!.slice(1)) + 1;
          await peer.send(`* 1 EXISTS\r\n${again} OK done\r\n`);
        }
      }
    }, { capabilities: `IMAP4rev1 ID ENABLE MOVE UIDPLUS CONDSTORE${capabilities}` });
    for (const [name, call] of Object.entries(calls)) {
      for (const value of attacks) {
        const before = sent;
        const error = await Promise.resolve(call(client, value)).then(() => undefined, (error) => error);
        const text = `${name} with ${JSON.stringify(value.slice(0, 40))}: ${error}`;
        assert(!client.closed, text);
        if (sent === before) {
          refused++;
          assert(error instanceof RangeError || error instanceof TypeError, text);
        } else {
          assertEquals(sent - before, 1, text);
          assertEquals(error?.status, "BAD", text);
          if (name === "select" || name === "examine") await client.select("INBOX");
        }
      }
    }
    client.close();
    await done;
    assert(sent > 300 && refused > 300, `${sent} sent, ${refused} refused`);
  });
}
