/**
 * Nothing is silently nothing: each line that answers a command is damaged at each of its words. What then comes of the call
 * is something else than what comes of a server that said nothing, or an event tells of the line.
 */

import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import type { UnknownItem } from "../../../imap/codec/_gen/types.ts";
import { isUnread } from "../../../imap/codec/codes.ts";
import { decodeResponse } from "../../../imap/codec/codec.ts";
import { shownValue } from "../../grammar/_fixtures.ts";
import type { ImapEvent } from "../../../imap/session/events.ts";
import { type CommandCase, readCaseFiles } from "./_cases.ts";
import { playCase } from "./_play.ts";

/** What comes of a call: its result or its error, and what was told beside. */
interface Outcome {
  result: string;
  told: string;
}

async function outcomeOf(one: CommandCase): Promise<Outcome> {
  const heard: ImapEvent[] = [];
  const result = await playCase(one, "OK", heard).then(
    (value) => JSON.stringify(shownValue(value)) ?? "nothing",
    (error: Error) => `${error.name}`,
  );
  return { result, told: JSON.stringify(heard.map(shownValue)) };
}

/** A line of a case in another form, or without it. */
function withLine(one: CommandCase, at: number, line: string | undefined): CommandCase {
  const talk = one.talk.flatMap((step, index) =>
    index !== at ? [step] : line === undefined ? [] : [["S", line] as ["S", string]]
  );
  return { ...one, talk };
}

/** The line with damage at each of its words. */
function* damaged(line: string): Generator<string> {
  const words = line.split(" ");
  // What a literal announces must come.
  if (line.includes("{")) return;
  for (let at = 2; at < words.length; at++) {
    const around = (...put: string[]) => [...words.slice(0, at), ...put, ...words.slice(at + 1)].join(" ");
    const closing = /\)*$/.exec(words[at]!)![0];
    yield around(`@${closing}`);
    yield around(`99999999999${closing}`);
    yield around(`-1${closing}`);
    yield around(`"${closing}`);
    yield around(`(${words[at]}`);
    yield around(`${words[at]})`);
    yield words.slice(0, at).join(" ");
    if (words.length > 3) yield around();
  }
}

/** Whether a line is an answer in its own right: `* SEARCH` says that nothing was found. */
function isCorrect(line: string): boolean {
  try {
    decodeResponse(Uint8Array.from(`${line}\r\n`, (char) => char.charCodeAt(0)), { strict: true });
    return true;
  } catch {
    return false;
  }
}

const cases = readCaseFiles().flatMap(({ cases }) => cases);

test("damage at any word of an answer is never taken for no answer", async () => {
  const silent: string[] = [];
  let tried = 0;
  for (const one of cases) {
    for (const [at, [who, line]] of one.talk.entries()) {
      if (who !== "S" || !/^\* (?!OK \[)/.test(line)) continue;
      const whole = await outcomeOf(one);
      const without = await outcomeOf(withLine(one, at, undefined));
      // A line that changes nothing can lose nothing.
      if (whole.result === without.result && whole.told === without.told) continue;
      for (const bad of new Set(damaged(line))) {
        if (isCorrect(bad)) continue;
        tried++;
        const { result, told } = await outcomeOf(withLine(one, at, bad));
        if (result === without.result && told === without.told && /^[{[\d"]/.test(result)) {
          silent.push(`${one.name}: ${bad}`);
        }
      }
    }
  }
  assertEquals(silent, []);
  assert(tried > 500, `${tried}`);
});

test("a code of an answer that cannot be read is told, and is in the result where it has a place for it", async () => {
  const rows: readonly [call: string, answer: string, other: string[]][] = [
    ["append", "%TAG% OK [APPENDUID x y] done", []],
    ["append", "%TAG% OK [APPENDUID 7] done", []],
    ["uidCopy", "%TAG% OK [COPYUID 1 99999999999 2] done", []],
    ["uidMove", "* OK [COPYUID 1 a 2] moved", []],
    ["uidStore", "%TAG% OK [MODIFIED 1,x] done", []],
    ["getmetadata", "%TAG% OK [METADATA LONGENTRIES many] done", []],
    ["select", "* OK [UIDVALIDITY 99999999999] ids", ["[UIDVALIDITY] 99999999999"]],
    ["select", "* OK [HIGHESTMODSEQ none] changes", ["[HIGHESTMODSEQ] none"]],
    ["examine", "* NO [UIDNEXT -1] ids", ["[UIDNEXT] -1"]],
  ];
  for (const [method, answer, other] of rows) {
    const one = cases.find((one) => one.method === method)!;
    const lines = one.talk.filter(([who, text]) => who === "C" || text.startsWith("+"));
    const heard: ImapEvent[] = [];
    const result = await playCase({ ...one, talk: [...lines, ["S", answer]] }, "OK", heard);
    const codes = heard.map((event) => "code" in event ? event.code : undefined);
    const name = /\[(\S+)/.exec(answer)![1];
    assert(codes.some((code) => code?.name === name && isUnread(code)), answer);
    const items = (result as { other?: UnknownItem[] }).other ?? [];
    assertEquals(items.map(({ name, value }) => `${name} ${value}`), other, answer);
  }
});
