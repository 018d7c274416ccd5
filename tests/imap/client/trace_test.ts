import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  connect,
  cramMd5,
  ImapError,
  loginMechanism,
  oauthBearer,
  plain,
  scramSha1,
  scramSha256,
  type TraceEvent,
  xoauth2,
} from "../../../imap/mod.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { toBase64 } from "../../../imap/values/base64.ts";
import { scripted } from "../session/scripted.ts";

const user = "alice";
const encoder = new TextEncoder();

/** A trace as text: one line for each event. */
function told(events: readonly TraceEvent[]): string[] {
  const marks = { sent: "C:", received: "S:", state: "--" };
  return events.map(({ direction, line }) => `${marks[direction]} ${line}`);
}

test("a trace has every line in order, and neither passwords nor the octets of messages", async () => {
  const events: TraceEvent[] = [];
  const { transport, done } = scripted(async (peer) => {
    await peer.play(`
      S: * OK [CAPABILITY IMAP4rev1 LITERAL+] hi
      C: A1 LOGIN alice s3cret
      S: A1 OK [CAPABILITY IMAP4rev1 LITERAL+] in, with s3cret
      C: A2 SELECT INBOX
      S: * 1 EXISTS
      S: A2 OK [READ-WRITE] done
      C: A3 FETCH 1 (FLAGS BODY[])`);
    await peer.send("* 1 FETCH (FLAGS () BODY[] {5}\r\nhello)\r\nA3 OK done\r\n");
    await peer.expect("A4 APPEND INBOX {7+}");
    await peer.octets(9);
    await peer.play("S: A4 OK done");
  }, true);
  const options = {
    transport,
    auth: { user, pass: "s3cret" },
    trace: (event: TraceEvent) => events.push(event),
  };
  const client = await connect({ ...options, trace: (event) => void events.push(event) });
  await client.select("INBOX");
  await client.fetch("1", ["FLAGS", "BODY[]"]);
  await client.append("INBOX", "private");
  await done;
  client.close();
  assertEquals(told(events), [
    "S: * OK [CAPABILITY IMAP4rev1 LITERAL+] hi",
    "C: A1 LOGIN alice ***",
    "S: A1 OK [CAPABILITY IMAP4rev1 LITERAL+] in, with ***",
    "C: A2 SELECT INBOX",
    "S: * 1 EXISTS",
    "S: A2 OK [READ-WRITE] done",
    "C: A3 FETCH 1 (FLAGS BODY[])",
    "S: * 1 FETCH (FLAGS () BODY[] <5 octets>)",
    "S: A3 OK done",
    "C: A4 APPEND INBOX {7+}",
    "C: <7 octets>",
    "S: A4 OK done",
    "-- closed: The connection was closed",
  ]);
});

test("whatever mechanism logs in, a trace shows no answer of it", async () => {
  const pass = "pa55-w0rd";
  const token = "ya29.t0ken";
  const answered = new Set<string>();
  const names = ["LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2"];
  await using server = await startServer({
    users: { [user]: { password: pass, tokens: { [token]: new Date(4e12) } } },
    with: names.map((name) => `AUTH=${name}`),
  });
  const password = { user, pass };
  for (
    const [name, auth] of Object.entries({
      PLAIN: plain(password),
      LOGIN: loginMechanism(password),
      "CRAM-MD5": cramMd5(password),
      "SCRAM-SHA-1": scramSha1(password),
      "SCRAM-SHA-256": scramSha256(password),
      OAUTHBEARER: oauthBearer(user, token),
      XOAUTH2: xoauth2(user, token),
      "": password,
    })
  ) {
    for (const right of [true, false]) {
      const events: TraceEvent[] = [];
      const wrong = { user, pass: `${pass}-wrong` };
      const given = right ? auth : name === "PLAIN" ? plain(wrong) : name === "" ? wrong : auth;
      const connecting = connect({
        transport: server.connect(),
        auth: given,
        trace: (event) => void events.push(event),
      });
      await connecting.then((client) => client.logout(), (error) => assert(error instanceof ImapError));
      const lines = told(events);
      for (const secret of [pass, token]) {
        for (
          const form of [
            secret,
            toBase64(encoder.encode(secret)),
            toBase64(encoder.encode(`\0${user}\0${secret}`)),
          ]
        ) {
          assert(!lines.join("\n").includes(form), `${name}: ${form} in ${lines.join("\n")}`);
        }
      }
      const answers = lines.filter((line) => /^C: (?!A\d+ (?!AUTHENTICATE))/.test(line));
      for (const answer of answers) {
        assert(/^C: (?:A\d+ AUTHENTICATE \S+(?: \*\*\*)?|\*\*\*|\*)$/.test(answer), answer);
      }
      if (answers.length > 0) answered.add(name);
    }
  }
  assert(answered.size >= 6, [...answered].join());
});

test("each answer of a mechanism is one masked line", async () => {
  const { transport, done } = scripted(async (peer) => {
    await peer.play(`
      S: * OK [CAPABILITY IMAP4rev1 AUTH=LOGIN] hi
      C: A1 AUTHENTICATE LOGIN
      S: + VXNlciBOYW1lAA==
      C: YWxpY2U=
      S: + UGFzc3dvcmQA
      C: czNjcmV0
      S: A1 OK [CAPABILITY IMAP4rev1] in`);
  }, true);
  const events: TraceEvent[] = [];
  const auth = loginMechanism({ user, pass: "s3cret" });
  const client = await connect({ transport, auth, trace: (event) => void events.push(event) });
  await done;
  client.close();
  assertEquals(told(events).filter((line) => line.startsWith("C:")), [
    "C: A1 AUTHENTICATE LOGIN",
    "C: ***",
    "C: ***",
  ]);
});

test("what the server repeats of a password is in no trace and in no event, whatever its form", async () => {
  for (const pass of ["s3cret", 'pa"ss\\wo.rd', "pässw€rd", "(.*)+$"]) {
    const bare = toBase64(encoder.encode(pass));
    const forms = [pass, `"${pass.replace(/["\\]/g, "\\$&")}"`, bare, pass.toUpperCase()];
    const trace: TraceEvent[] = [];
    const { transport, done } = scripted(async (peer) => {
      await peer.send("* OK [CAPABILITY IMAP4rev1] hi\r\n");
      const login = (await peer.line()).split(" ")[0]!;
      if (pass.includes('"') || /[^ -~]/.test(pass)) {
        // As a literal, which is asked for.
        await peer.send("+ go\r\n").catch(() => {});
      }
      const text = (form: string) => String.fromCharCode(...encoder.encode(form));
      for (const form of forms) {
        const code = form.replace(/\]/g, "");
        await peer.send(
          text(`* OK you said ${form}\r\n* NO [ALERT] ${form} is weak\r\n* BAD [X-ECHO ${code}] what\r\n`),
        );
        await peer.send(text(`${form} is what I cannot read\r\nX99 OK ${form}\r\n`));
      }
      await peer.send(`${login} OK [CAPABILITY IMAP4rev1] welcome\r\n`);
      await peer.untilEnd();
    }, true);
    const session = await connect({ transport, trace: (event) => void trace.push(event) });
    const events: unknown[] = [];
    const listening = (async () => {
      for await (const event of session.events()) events.push(event);
    })();
    await session.login(user, pass);
    session.close();
    await Promise.all([listening, done]);
    assert(events.length >= 4 * forms.length, `${events.length} events`);
    const seen = [...told(trace), ...events.map((event) => shown(event))].join("\n").toLowerCase();
    for (const form of forms) assert(!seen.includes(form.toLowerCase()), `${form} in ${seen}`);
  }
});

/** Every text in a value. */
function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value !== "object" || value === null) return "";
  return [String(value), ...Object.values(value).map((each) => shown(each))].join(" ");
}

test("a long line ends early, and not in the middle of a password", async () => {
  const pass = "0123456789".repeat(3);
  for (const before of [1900, 1969, 1975, 1990, 1999, 2000, 2100]) {
    const trace: string[] = [];
    const { transport, done } = scripted(async (peer) => {
      await peer.send("* OK [CAPABILITY IMAP4rev1] hi\r\n");
      const tag = (await peer.line()).split(" ")[0]!;
      await peer.send(`* OK ${"x".repeat(before)}${pass.repeat(3)}${"y".repeat(5_000)}\r\n${tag} OK in\r\n`);
      await peer.untilEnd();
    }, true);
    const client = await connect({ transport, trace: ({ line }) => void trace.push(line) });
    await client.login(user, pass);
    client.close();
    await done.catch(() => {});
    const long = trace.find((line) => line.startsWith("* OK xxx"))!;
    assert(long.length <= 2_003 && long.endsWith("..."), `${long.length} characters`);
    assert(!/\d{2}/.test(long), long.slice(-60));
  }
});

test("what a trace throws ends the connection", async () => {
  const { transport } = scripted(async (peer) => {
    await peer.send("* OK [CAPABILITY IMAP4rev1] hi\r\n");
    await peer.untilEnd();
  }, true);
  const reason = new Error("the log is full");
  const client = await connect({
    transport,
    trace({ direction }) {
      if (direction === "sent") throw reason;
    },
  });
  const error = await assertRejects(async () => await client.noop(), ImapError);
  assertEquals([error.cause instanceof Error, client.closed], [true, true]);
});
