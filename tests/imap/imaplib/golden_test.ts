// Sessions that CPython's imaplib played against a scripted server, played by the facade: same octets, same values.

import { test } from "node:test";
import { assertEquals, assertNotEquals, equal } from "@std/assert";
import { IMAP4 } from "@postern/postern/imaplib";
import { fixtureJson } from "../../support/fixtures.ts";
import { base64Of, octetsOf, type Reply, type Said, ScriptedServer } from "./_scripted.ts";

interface Session {
  name: string;
  greeting?: string;
  calls: [method: string, ...args: unknown[]][];
  answers: Reply[];
  outcome: Outcome;
}

interface Outcome {
  connect?: string;
  calls: unknown[];
  state?: string;
  wire: Said[];
}

/** What 2.7 does not have. */
const NEWER = /^(?:enable|unselect) /;

async function play(session: Session): Promise<Outcome> {
  const server = new ScriptedServer(session);
  const outcome: Outcome = { calls: [], wire: server.wire };
  let M: IMAP4;
  try {
    M = await IMAP4.connect("server.example", 143, { dial: server.dial });
  } catch (problem) {
    return { ...outcome, connect: kind(problem) };
  }
  for (const [method, ...args] of session.calls) {
    try {
      const call = M[method as "noop"] as unknown as (...args: unknown[]) => Promise<[string, unknown[]]>;
      const [typ, data] = await call.apply(M, args.map(argument));
      outcome.calls.push([typ, neutral(data)]);
    } catch (problem) {
      outcome.calls.push({ error: kind(problem) });
    }
  }
  outcome.state = M.state;
  await M.shutdown();
  return outcome;
}

function argument(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if ("answers" in value) {
    const answers = (value.answers as unknown[]).map(argument);
    return () => answers.shift();
  }
  return octetsOf(atob((value as { b64: string }).b64));
}

function neutral(value: unknown): unknown {
  if (value instanceof Uint8Array) return { b64: base64Of(value) };
  return Array.isArray(value) ? value.map(neutral) : value;
}

function kind(problem: unknown): string {
  if (problem instanceof IMAP4.readonly) return "readonly";
  if (problem instanceof IMAP4.abort) return "abort";
  return problem instanceof IMAP4.error ? "error" : "other";
}

for (const python of ["2.7", "3.13"]) {
  for (const session of fixtureJson<Session[]>(`imap/imaplib/data/python${python}.json`)) {
    if (NEWER.test(session.name) !== (python === "3.13")) continue;
    test(`as Python ${python}: ${session.name}`, async () => {
      assertEquals(await play(session), session.outcome);
    });
  }
}

// Python 3.13 quotes nothing, and 2.7 lacks some methods: a session is played as one of the two has played it.
const older = fixtureJson<Session[]>("imap/imaplib/data/odd_python2.7.json");
const newer = fixtureJson<Session[]>("imap/imaplib/data/odd_python3.13.json");
const differs = fixtureJson<Record<string, string>>("imap/imaplib/data/odd_differs.json");

for (const [at, session] of older.entries()) {
  const reason = differs[session.name];
  const heading = reason === undefined ? "as one of both Pythons" : `differs from Python, since ${reason}`;
  test(`${heading}: ${session.name}`, async () => {
    const { name, outcome } = newer[at]!;
    assertEquals(name, session.name);
    const ours = await play(session);
    if (reason !== undefined) {
      assertNotEquals(ours, session.outcome);
      assertNotEquals(ours, outcome);
    } else if (!equal(ours, outcome)) assertEquals(ours, session.outcome);
  });
}

test("every session that differs is there", () => {
  const names = new Set(older.map(({ name }) => name));
  assertEquals(Object.keys(differs).filter((name) => !names.has(name)), []);
});
