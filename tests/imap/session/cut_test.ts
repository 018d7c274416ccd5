import { test } from "node:test";
import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import { connect } from "../../../imap/client/connect.ts";
import type { ImapClient } from "../../../imap/client/client.ts";
import { ImapError } from "../../../imap/base/errors.ts";
import { memoryPair } from "../../../imap/transport/streams.ts";
import { settle } from "./scripted.ts";

/** What the server says, and before each piece the command that it waits for. */
const session: [command: string, answer: string][] = [
  ["", "* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n"],
  ["LOGIN", "A1 OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] welcome\r\n"],
  ["SELECT", "* 2 EXISTS\r\n* OK [UIDNEXT 9] next\r\n* FLAGS (\\Seen)\r\nA2 OK [READ-WRITE] done\r\n"],
  ["STATUS", "* STATUS a (MESSAGES 1)\r\nA3 OK done\r\n"],
  ["STATUS", "* STATUS b (MESSAGES 2)\r\nA4 OK done\r\n"],
  ["SEARCH", "* SEARCH 1 2\r\nA5 OK done\r\n"],
  ["FETCH", '* 1 FETCH (UID 7 BODY[] {5}\r\nhello)\r\n* 2 FETCH (UID 8 BODY[] "x")\r\nA6 OK done\r\n'],
  ["FETCH", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS (\\Seen))\r\nA7 OK done\r\n"],
  ["APPEND", "+ go\r\n"],
  ["octets", "A8 OK [APPENDUID 1 9] done\r\n"],
  ["NOOP", "A9 NO [ALERT] sorry\r\n"],
  ["IDLE", "+ idling\r\n* 3 EXISTS\r\n"],
  ["DONE", "A10 OK done\r\n"],
  ["LOGOUT", "* BYE see you\r\nA11 OK done\r\n"],
];

/** Everything a client can wait for. Returns how each wait ended. */
async function use(client: ImapClient): Promise<unknown[]> {
  const waits: Promise<unknown>[] = [];
  const watch = (promise: PromiseLike<unknown>) => {
    waits.push(Promise.resolve(promise).then(() => "done", (error) => error));
  };
  const events = client.events();
  watch((async () => {
    for await (const _ of events);
  })());
  watch(client.select("INBOX"));
  watch(client.status("a", ["MESSAGES"]));
  watch(client.status("b", ["MESSAGES"]));
  watch(client.uidSearch({ all: true }));
  watch(client.fetch("1:2", ["BODY[]"]));
  watch((async () => {
    for await (const row of client.fetch("1:2", ["FLAGS"])) assert(row.seq > 0);
  })());
  watch(client.append("INBOX", "12345"));
  watch(client.noop());
  await Promise.all(waits.slice(1));
  watch((async () => {
    for await (const _ of client.idle()) break;
  })());
  await waits.at(-1);
  watch(client.logout());
  return await Promise.all(waits);
}

test("the connection cut after each byte: nothing hangs, nothing is unhandled, every failure is an ImapError", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", note);
  const whole = session.map(([, answer]) => answer).join("");
  let ended = 0;
  try {
    for (let cut = 0; cut <= whole.length; cut++) {
      const [transport, server] = memoryPair(true);
      const serving = serve(server, cut);
      const used = connect({ transport, auth: { user: "a", pass: "b" }, timeouts: { logout: 200 } })
        .then(use, (error) => [error]);
      const late = new Promise<string>((resolve) => setTimeout(resolve, 5000, "late"));
      const outcome = await Promise.race([used, late]);
      assert(
        outcome !== "late",
        `a promise hangs with the cut after byte ${cut}: ${whole.slice(cut - 20, cut)}`,
      );
      for (const one of outcome as unknown[]) {
        if (one === "done") continue;
        assert(one instanceof ImapError, `cut after byte ${cut}: ${one}`);
        ended++;
      }
      await serving;
    }
    await settle();
    assertEquals(unhandled, []);
    assert(ended > 1000, `${ended} waits ended with an error`);
  } finally {
    process.off("unhandledRejection", note);
  }
});

/** Plays the session, and cuts the connection after so many of its bytes. */
async function serve(server: ReturnType<typeof memoryPair>[0], cut: number): Promise<void> {
  const buffer = new Uint8Array(65_536);
  let received = "";
  let left = cut;
  for (const [command, answer] of session) {
    while (command !== "") {
      // Whole lines only; the literal is five octets and a line end.
      const at = command === "octets"
        ? received.indexOf("12345\r\n")
        : received.search(new RegExp(`\\b${command}\\b.*\\r\\n`));
      if (at >= 0) {
        received = received.slice(received.indexOf("\r\n", at) + 2);
        break;
      }
      const count = await server.read(buffer).catch(() => null);
      if (count === null) return server.close();
      received += new TextDecoder().decode(buffer.subarray(0, count));
    }
    const bytes = new TextEncoder().encode(answer);
    await server.write(bytes.subarray(0, left)).catch(() => {});
    left -= bytes.length;
    if (left <= 0) return server.close();
  }
  server.close();
}
