// What a hostile server, or an attacker in between, tries beyond what the other tests name.

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  connect,
  ConnectionError,
  type ImapClient,
  ImapError,
  memoryPair,
  plain,
  type Transport,
} from "../../../imap/mod.ts";
import { toBase64 } from "../../../imap/values/base64.ts";
import { Peer, plenty, preauth, scripted, selected, settle } from "./scripted.ts";

const encoder = new TextEncoder();

/** Octets as the scripted server sends them: one character each. */
function wire(bytes: Uint8Array | string): string {
  return Array.from(
    typeof bytes === "string" ? encoder.encode(bytes) : bytes,
    (byte) => String.fromCharCode(byte),
  ).join("");
}

/** Everything that a value shows, with its causes. */
function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value !== "object" || value === null) return "";
  const error = value instanceof Error ? [value.message, value.stack ?? "", shown(value.cause)] : [];
  return [...error, String(value), ...Object.values(value).map(shown)].join(" ");
}

/** Ways to write octets that nobody has sent them in. */
const encodings: [name: string, (secret: string) => string][] = [
  ["hexadecimal", (secret) => hex(secret).join("")],
  ["hexadecimal in capitals, with colons", (secret) => hex(secret).join(":").toUpperCase()],
  ["a dump", (secret) => hex(secret).join(" ")],
  ["a URL", (secret) => encodeURIComponent(secret)],
  ["a URL, every octet", (secret) => hex(secret).map((each) => `%${each}`).join("")],
  ["quoted-printable", (secret) => hex(secret).map((each) => `=${each.toUpperCase()}`).join("")],
  ["JSON", (secret) => JSON.stringify(secret)],
  ["JSON, every character", (secret) => Array.from(secret, (c) => `\\u${hex16(c)}`).join("")],
  ["JSON of Python", (secret) => secret.replace(/[^ -~]/g, (c) => `\\u${hex16(c)}`)],
  ["escapes of C", (secret) => hex(secret).map((each) => `\\x${each}`).join("")],
  [
    "HTML",
    (secret) =>
      secret.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;"),
  ],
  ["HTML by numbers", (secret) => Array.from(secret, (c) => `&#${c.codePointAt(0)};`).join("")],
  [
    "HTML by hexadecimal numbers",
    (secret) => Array.from(secret, (c) => `&#x${hex16(c)};`.replace("x00", "x")).join(""),
  ],
  ["base64 of URLs", (secret) => toBase64(encoder.encode(secret)).replace(/\+/g, "-").replace(/\//g, "_")],
  ["base64 after one octet", (secret) => toBase64(encoder.encode(`:${secret}:`))],
  ["base64 after two octets", (secret) => toBase64(encoder.encode(`::${secret}::`))],
  ["UTF-16, big end first", (secret) => Array.from(secret, (c) => `\0${c}`).join("")],
  ["UTF-16, little end first", (secret) => Array.from(secret, (c) => `${c}\0`).join("")],
  ["UTF-7", (secret) => `+${utf16Base64(secret)}-`],
  [
    "modified UTF-7",
    (secret) =>
      secret.replace(
        /&|[^ -~]+/g,
        (run) => run === "&" ? "&-" : `&${utf16Base64(run).replaceAll("/", ",")}-`,
      ),
  ],
  ["letters and their marks apart", (secret) => secret.normalize("NFD")],
  ["quotes, in JSON", (secret) => JSON.stringify(`"${secret.replace(/["\\]/g, "\\$&")}"`)],
  [
    "other case",
    (secret) => secret.replace(/[a-z]/gi, (c) => c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()),
  ],
];

function utf16Base64(text: string): string {
  const octets = Array.from(
    { length: text.length },
    (_, at) => [text.charCodeAt(at) >> 8, text.charCodeAt(at) & 0xff],
  );
  return toBase64(Uint8Array.from(octets.flat())).replaceAll("=", "");
}

function hex(secret: string): string[] {
  return Array.from(encoder.encode(secret), (byte) => byte.toString(16).padStart(2, "0"));
}

function hex16(character: string): string {
  return character.codePointAt(0)!.toString(16).padStart(4, "0");
}

test("a password that the server repeats in an encoding of its own is in no error, event or trace", async () => {
  for (const pass of ["s3cret", 'k<"&>y\\z', "q?>~o??>>~~", "a b%20c+d", "pä€Ωß", "ä&ö,é"]) {
    for (const [name, encode] of encodings) {
      const echo = encode(pass);
      const trace: string[] = [];
      const events: unknown[] = [];
      const { transport } = scripted(async (peer) => {
        await peer.send("* OK [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n");
        const tag = (await peer.line()).split(" ")[0]!;
        const safe = wire(echo);
        await peer.send(`* NO they said ${safe}\r\n* X-ECHO ${safe}\r\n${safe} is not a response\r\n`);
        await peer.send(`${tag} NO [X-ECHO ${safe.replace(/\]/g, "")}] wrong: ${safe}, yes\r\n`);
        await peer.untilEnd();
      });
      const client = await connect({ transport, trace: ({ line }) => void trace.push(line) });
      const listening = (async () => {
        for await (const event of client.events()) events.push(event);
      })();
      const error = await assertRejects(async () => await client.login("alice", pass), ImapError);
      client.close();
      await listening;
      const seen = [shown(error), ...events.map(shown), ...trace].join("\n").toLowerCase().replaceAll(
        "\0",
        "",
      );
      for (const form of [pass, echo.replaceAll("\0", "")]) {
        // Of base64 around it, the ends are not the password's.
        const core = form.length > 12 && name.includes("base64") ? form.slice(4, -4) : form;
        assert(!seen.includes(core.toLowerCase()), `${name} of ${pass}: ${core} in ${seen}`);
      }
    }
  }
});

test("of a password that the server spreads over two lines, half is shown at most", async () => {
  for (const pass of ["s3cret", "pässw€rd-Ω", "correct horse battery"]) {
    for (const secret of [pass, toBase64(encoder.encode(`\0alice\0${pass}`))]) {
      for (let at = 1; at < secret.length; at++) {
        const [first, second] = [secret.slice(0, at), secret.slice(at)];
        const trace: string[] = [];
        const events: unknown[] = [];
        const { transport } = scripted(async (peer) => {
          await peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR LITERAL+] hi\r\n");
          const tag = (await peer.line()).split(" ")[0]!;
          await peer.send(wire(`* NO # ${first}\r\n* NO ${second} #\r\n`));
          await peer.send(wire(`* BAD [ALERT] # ${first.toUpperCase()}\r\n`));
          await peer.send(wire(`${second} # is not a response: ${first}\r\n`));
          await peer.send(wire(`${tag} NO [AUTHENTICATIONFAILED] ${second} #\r\n`));
          await peer.untilEnd();
        }, true);
        const client = await connect({ transport, trace: ({ line }) => void trace.push(line) });
        const listening = (async () => {
          for await (const event of client.events()) events.push(event);
        })();
        const login = secret === pass
          ? client.login("alice", pass)
          : client.authenticate(plain({ user: "alice", pass }));
        const error = await assertRejects(async () => await login);
        client.close();
        await listening;
        const seen = [shown(error), ...events.map(shown), ...trace].join("\n").toLowerCase();
        const longer = (first.length >= second.length ? first : second).toLowerCase();
        assert(
          !seen.includes(first.length >= second.length ? `# ${longer}` : `${longer} #`),
          `${longer} in ${seen}`,
        );
      }
    }
  }
});

/** A text cut into so many pieces, of which none has a blank at an end. */
function piecesOf(text: string, count: number): string[] {
  const size = text.length / count;
  const pieces = Array.from(
    { length: count },
    (_, at) => text.slice(Math.round(at * size), Math.round((at + 1) * size)),
  );
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== "");
}

test("of a password in three pieces or more, in lines, code data and text, half is shown at most", async () => {
  const tried = { lines: 0, code: 0, bye: 0 };
  for (
    const pass of ["s3cret", "x7-Ypsilon9", "correct horse battery", "Q".repeat(30) + "wertz".repeat(20)]
  ) {
    for (const secret of [pass, toBase64(encoder.encode(`\0alice\0${pass}`))]) {
      for (let count = 3; count <= Math.min(secret.length, 9); count++) {
        const pieces = piecesOf(secret, count);
        const last = pieces.at(-1)!;
        const lines = pieces.slice(0, -1).map((piece) => `* NO ${piece}\r\n`).join("");
        const code = `[X-ECHO ${pieces.slice(0, -1).join(" ")}]`;
        const ways = {
          lines: (tag: string) => `${lines}${tag} NO ${last}\r\n`,
          code: (tag: string) => `${tag} NO ${code} ${last}\r\n`,
          bye: () => `* BYE ${code} ${last}\r\n`,
        };
        for (const way of ["lines", "code", "bye"] as const) {
          const trace: string[] = [];
          const { transport } = scripted(async (peer) => {
            await peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR LITERAL+] hi\r\n");
            await peer.send(wire(ways[way]((await peer.line()).split(" ")[0]!)));
            if (way === "bye") peer.close();
            else await peer.untilEnd();
          }, true);
          const client = await connect({ transport, trace: ({ line }) => void trace.push(line) });
          const login = secret === pass
            ? client.login("alice", pass)
            : client.authenticate(plain({ user: "alice", pass }));
          const error = await assertRejects(async () => await login, ImapError);
          client.close();
          // Not its frames: the numbers of their lines may be those of the password.
          const words = [error.message, error.text, shown(error.code)].join(" ");
          const texts = { trace: trace.join("\n"), error: way === "lines" ? "" : words };
          for (const [where, text] of Object.entries(texts)) {
            let come = 0;
            for (const piece of pieces) {
              come += piece.length;
              // The first pieces may be part of any word: what is shown of the whole is less than half.
              if (come <= Math.ceil(secret.length / 2) || come < 4) continue;
              const words = text.toLowerCase().split(/[\s"()[\]\\,:]+/);
              assert(
                !words.includes(piece.toLowerCase()),
                `${way}, ${where}: ${piece} of ${pieces} in ${text}`,
              );
            }
          }
          tried[way]++;
        }
      }
    }
  }
  assert(Math.min(...Object.values(tried)) > 40, JSON.stringify(tried));
});

test("words that are like a part of a password are shown", async () => {
  const trace: string[] = [];
  for (const pass of ["test", "isnot", "Mailbox-123", "the quick brown fox jumps"]) {
    const { transport } = scripted(async (peer) => {
      await peer.send("* OK [CAPABILITY IMAP4rev1] hi\r\n");
      const tag = (await peer.line()).split(" ")[0]!;
      await peer.send("* NO The best est. is a Mailbox, not the quick one\r\n");
      await peer.send(`${tag} NO Mailbox is neither here nor there, the other way is brown\r\n`);
      await peer.untilEnd();
    }, true);
    const client = await connect({ transport, trace: ({ line }) => void trace.push(line) });
    const error = await assertRejects(async () => await client.login("alice", pass), ImapError);
    assertEquals(error.text, "Mailbox is neither here nor there, the other way is brown");
    assert(trace.includes("* NO The best est. is a Mailbox, not the quick one"), trace.join("\n"));
    trace.length = 0;
    client.close();
  }
});

test("no part of a password is at the end of a text that was cut", async () => {
  const pass = "correct horse battery staple";
  for (let before = 170; before <= 310; before += 7) {
    const events: unknown[] = [];
    const client = await loggedIn(pass, async (peer) => {
      const line = `${"x".repeat(before)}${pass}${"y".repeat(400)}`;
      // One line that is too long, of which the head is kept, and one that cannot be read.
      await peer.send(`* LIST () "/" ${line}\r\n`);
      await peer.send(`${line}\r\n`);
      peer.close();
    }, { maxLine: 300 });
    const listening = (async () => {
      for await (const event of client.events()) events.push(event);
    })();
    const error = await listening.catch((error) => error);
    assert(error instanceof ImapError);
    const seen = [shown(error), ...events.map(shown)].join("\n");
    assert(!/xcor/.test(seen), seen);
  }
});

async function loggedIn(
  pass: string,
  script: (peer: Peer) => Promise<void>,
  limits: { maxLine?: number } = {},
): Promise<ImapClient> {
  const { transport } = scripted(async (peer) => {
    await peer.send("* OK [CAPABILITY IMAP4rev1 LOGIN] hi\r\n");
    const tag = (await peer.line()).split(" ")[0]!;
    await peer.send(`${tag} OK [CAPABILITY IMAP4rev1] in\r\n`);
    await settle();
    await script(peer);
  });
  return await connect({ transport, auth: { user: "alice", pass }, limits });
}

test("a refused token is not in the challenge that explains it", async () => {
  const token = "ya29.secret-token-of-alice";
  const { transport } = scripted(async (peer) => {
    await peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] hi\r\n");
    const tag = (await peer.line()).split(" ")[0]!;
    const challenge = { status: token, scope: `for ${token}`, schemes: hex(token).join("") };
    await peer.send(`+ ${toBase64(encoder.encode(JSON.stringify(challenge)))}\r\n`);
    await peer.line();
    await peer.send(`${tag} NO no\r\n`);
    await peer.untilEnd();
  });
  const error = await assertRejects(() => connect({ transport, auth: { user: "alice", token } }), ImapError);
  assert(!shown(error).includes(token), shown(error));
  assert(!shown(error).includes(hex(token).join("")), shown(error));
});

/** A connection in clear that becomes another one by STARTTLS. */
function withStartTls(
  clear: (peer: Peer) => Promise<void>,
  encrypted: (peer: Peer) => Promise<void>,
): Transport {
  const [outer, outerEnd] = memoryPair();
  const [inner, innerEnd] = memoryPair(true);
  void clear(new Peer(outerEnd)).catch(() => {});
  return {
    secure: false,
    local: true,
    read: (into) => outer.read(into),
    write: (bytes) => outer.write(bytes),
    close: () => {
      outer.close();
      inner.close();
    },
    startTls: () => {
      void encrypted(new Peer(innerEnd)).catch(() => {});
      return Promise.resolve(inner);
    },
  };
}

test("nothing that was said in clear is known after STARTTLS", async () => {
  const seen: string[] = [];
  const transport = withStartTls(async (peer) => {
    await peer.send(
      "* OK [CAPABILITY IMAP4rev1 STARTTLS APPENDLIMIT=5 LITERAL+ UTF8=ACCEPT IMAP4rev2] hi\r\n",
    );
    const line = await peer.line();
    await peer.send("* STATUS INBOX (APPENDLIMIT 7)\r\n* ENABLED UTF8=ACCEPT IMAP4rev2\r\n");
    await peer.send('* LIST () "/" "&-Entw\u00c3\u00bcrfe"\r\n* NO you are being watched\r\n* 5 EXISTS\r\n');
    await peer.send(`* BYE soon\r\n${line.split(" ")[0]} OK go\r\n`);
  }, async (peer) => {
    for (;;) {
      const line = await peer.line();
      seen.push(line);
      const [tag, command] = line.split(" ");
      if (command === "NOOP") return peer.close();
      if (command === "CAPABILITY") await peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n");
      if (/\{\d+\}$/.test(line)) {
        await peer.send("+ go\r\n");
        seen.push(await peer.line());
      }
      await peer.send(`${tag} OK done\r\n`);
    }
  });
  const client = await connect({
    host: "imap.example.org",
    tls: "starttls",
    dial: () => Promise.resolve(transport),
    auth: { user: "alice", pass: 'a"b' },
    timeouts: { logout: 50 },
  });
  // The BYE would have ended it by now.
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals([...client.enabled], []);
  assertEquals(client.mailbox, undefined);
  await client.append("INBOX", "a message of more than seven octets");
  await client.create("Entw\u00fcrfe");
  const error = await assertRejects(async () => await client.noop(), ConnectionError);
  assert(!error.message.includes("watched") && !error.message.includes("soon"), error.message);
  assertEquals(seen.slice(-4), [
    seen.at(-4)!,
    "a message of more than seven octets",
    seen.at(-2)!,
    seen.at(-1)!,
  ]);
  assert(/^A\d+ CREATE "?Entw&APw-rfe"?$/.test(seen.at(-2)!), seen.at(-2));
});

test("ENABLED counts while ENABLE runs and at no other time", async () => {
  const { client } = await preauth(async (peer) => {
    const told = "* ENABLED UTF8=ACCEPT IMAP4rev2\r\n";
    await peer.send(told);
    await peer.expect("A1 NOOP");
    await peer.send(`${told}A1 OK done\r\n${told}`);
    await peer.expect("A2 SELECT INBOX");
    await peer.send(`${told}* 1 EXISTS\r\nA2 OK done\r\n`);
    await peer.expect("A3 UNSELECT");
    await peer.send(`A3 OK done\r\n`);
    await peer.expect("A4 ENABLE CONDSTORE");
    await peer.send(`* ENABLED CONDSTORE\r\nA4 OK done\r\n${told}`);
    await peer.expect("A5 NOOP");
    await peer.send(`A5 OK done\r\n`);
  });
  await client.noop();
  await client.select("INBOX");
  await client.unselect();
  await client.enable(["CONDSTORE"]);
  await client.noop();
  assertEquals([...client.enabled], ["CONDSTORE"]);
  client.close();
});

test("a greeting with a literal, and one in pieces, ends in an error or a client", async () => {
  const greetings: [greeting: string, ok: boolean][] = [
    ["* OK {5}\r\nhello\r\n", true],
    ["* OK [CAPABILITY {9}\r\nIMAP4rev1] hi\r\n", true],
    ["* PREAUTH {5}\r\nhello\r\n", true],
    ["* {5}\r\nhello there\r\n", false],
    ["{5}\r\nhello\r\n", false],
    ["+ OK\r\n", false],
    ["A1 OK hi\r\n", false],
    ["* FETCH {3}\r\nabc\r\n", false],
    ["* 1 FETCH (BODY[] {3}\r\nabc)\r\n", false],
    ["* LIST () {1}\r\n/ {5}\r\nINBOX\r\n", false],
  ];
  for (const [greeting, ok] of greetings) {
    const { transport } = scripted(async (peer) => {
      await peer.send(greeting);
      for (;;) {
        const tag = (await peer.line()).split(" ")[0];
        await peer.send(`* CAPABILITY IMAP4rev1\r\n${tag} OK done\r\n`);
      }
    });
    const outcome = await connect({ transport, timeouts: { greeting: 500 } }).then((client) => {
      client.close();
      return true;
    }, (error) => {
      assert(error instanceof ImapError, String(error));
      return false;
    });
    assertEquals(outcome, ok, greeting);
  }
});

test("NO in the middle of a literal: all of it goes out, and nothing else inside it", async () => {
  const { client, done } = await preauth(async (peer) => {
    await peer.expect("A1 APPEND Big {100000}");
    await peer.send("+ go\r\n");
    await peer.octets(10);
    await peer.send("A1 NO [OVERQUOTA] enough\r\n");
    const rest = await peer.octets(99_990);
    assertEquals(new Set(rest), new Set("x"));
    assertEquals(await peer.line(), "");
    await peer.expect("A2 NOOP");
    await peer.send("A2 OK done\r\n");
  });
  const appended = client.append("Big", "x".repeat(100_000));
  const noop = client.noop();
  const error = await assertRejects(async () => await appended, ImapError);
  assertEquals(error.code?.name, "OVERQUOTA");
  await noop;
  await done;
  client.close();
});

test("changing capabilities are checked when the command is written", async () => {
  const capabilities = `${plenty} LITERAL+`;
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 APPEND INBOX {10}");
    // What waits was written for LITERAL+ and MOVE already.
    await peer.send("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n+ go\r\n");
    await peer.expect("0123456789");
    await peer.send("A2 OK done\r\n");
    await peer.expect("A3 APPEND INBOX {5}");
    await peer.send("+ go\r\n");
    await peer.expect("12345");
    await peer.send("A3 OK done\r\n");
  }, { capabilities, limits: { maxNonSync: 8 } });
  const first = client.append("INBOX", "0123456789");
  const second = client.append("INBOX", "12345");
  const moved = client.move("1", "Other");
  await first;
  await second;
  await assertRejects(async () => await moved, ImapError, "does not offer");
  await done;
  client.close();
});

test("a server that never stops talking does not keep LOGOUT, DONE or close waiting", async () => {
  const flood = async (peer: Peer) => {
    while (!peer.ended) {
      await peer.send("* 1 FETCH (FLAGS ())\r\n* OK still here\r\n+ more\r\n* 3 EXISTS\r\n".repeat(50));
      await settle();
    }
  };
  const { client } = await selected(flood, { timeouts: { logout: 100, command: 200 } });
  await client.logout();
  const other = await selected(async (peer) => {
    await peer.line();
    await peer.send("+ idling\r\n");
    await flood(peer);
  }, { timeouts: { done: 200 } });
  const events = other.client.idle();
  await events.next();
  await events.return?.();
  await assertRejects(async () => await other.client.noop(), ImapError);
});

test("a flood of rows while LOGIN, SELECT or IDLE runs is bounded and answers nothing", async () => {
  const rows = Array.from(
    { length: 2_000 },
    (_, at) => `* ${at + 1} FETCH (UID ${at + 1} FLAGS (\\Seen))\r\n`,
  ).join("");
  const { transport } = scripted(async (peer) => {
    await peer.send("* OK [CAPABILITY IMAP4rev1 IDLE] hi\r\n");
    for (let answered = 0; answered < 3;) {
      const [tag, command] = (await peer.line()).split(" ");
      if (command === "DONE" || tag === "DONE") break;
      await peer.send(rows);
      if (command === "SELECT") await peer.send("* 2000 EXISTS\r\n");
      await peer.send(
        command === "IDLE" ? `+ idling\r\n${rows}` : `${tag} OK [CAPABILITY IMAP4rev1 IDLE] done\r\n`,
      );
      answered++;
    }
    await peer.untilEnd();
  });
  const client = await connect({ transport, limits: { maxHeld: 100_000, maxEvents: 100 } });
  const events = client.events();
  await client.login("alice", "s3cret");
  const box = await client.select("INBOX");
  assertEquals(box.exists, 2_000);
  const loop = client.idle();
  assertEquals((await loop.next()).done, false);
  let kept = 0;
  let missed = 0;
  client.close();
  for await (const event of events) {
    if (event.type === "MISSED") missed += event.count;
    else kept++;
  }
  assert(kept <= 100 && missed > 3_000, `${kept} kept, ${missed} missed`);
});
