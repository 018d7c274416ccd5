/**
 * Dialogues of commands as text: what a method is called with, what goes over the wire and what the call gives.
 *
 *     === name of the case
 *     offers: capabilities beside IMAP4rev1 (optional)
 *     state: nonauth, auth or selected; the least that the command's row allows when not given
 *     call: method and arguments as JSON: ["status", "INBOX", ["MESSAGES"]]
 *     --- talk
 *     C: what the client sends, without its tag
 *     S: what the server sends; %TAG% is the tag
 *     --- gives
 *     the result as JSON
 *
 * The last line of the server may be left out: it is `S: %TAG% OK done`. In arguments `"5n"` is a bigint, `{"octets": text}`
 * are octets, `{"set": text}` is a set and `{"date": text}` a point in time; `%{00}` is one octet; results are written as `tests/grammar/_fixtures.ts` writes values.
 */
import { fixtureNames, fixtureText } from "../../support/fixtures.ts";
import { SequenceSet } from "../../../imap/values/sequence_set.ts";

/** One case. */
export interface CommandCase {
  name: string;
  offers: string;
  state: string;
  method: string;
  args: unknown[];
  talk: [who: "C" | "S", text: string][];
  /** The result as JSON; undefined where the file does not say it. */
  gives: unknown;
  /** The case as it is in the file, up to its result. */
  head: string;
}

/** A file of cases. */
export interface CaseFile {
  /** Its name, relative to the folder of the tests. */
  name: string;
  /** What is above the first case. */
  preamble: string;
  cases: CommandCase[];
}

/** The files of the cases. */
export function readCaseFiles(): CaseFile[] {
  return fixtureNames("imap/client/data", ".txt").map((name) => {
    const [preamble = "", ...parts] = fixtureText(name).split(/^=== /m);
    return { name, preamble, cases: parts.map(readCase) };
  });
}

function readCase(part: string): CommandCase {
  const [before = "", gives] = part.split(/^--- gives\n/m);
  const [said = "", talk = ""] = before.split(/^--- talk\n/m);
  const [name = "", ...lines] = said.trimEnd().split("\n");
  const cells = new Map(lines.map((line) => {
    const [, cell = "", value = ""] = /^(\w+): *(.*)$/.exec(line) ?? [];
    if (!/^(offers|state|call)$/.test(cell)) throw new Error(`${name}: what does "${line}" say?`);
    return [cell, value] as const;
  }));
  const [method, ...args] = revive(JSON.parse(cells.get("call") ?? "[]")) as [string, ...unknown[]];
  return {
    name: name.trim(),
    offers: cells.get("offers") ?? "",
    state: cells.get("state") ?? "",
    method,
    args,
    talk: talk.trimEnd().split("\n").map((line) => {
      const [, who, text = ""] = /^([CS]): ?(.*)$/.exec(line) ?? [];
      if (who === undefined) throw new Error(`${name}: "${line}" is neither C: nor S:`);
      return [who as "C" | "S", octetsOf(text)];
    }),
    gives: gives === undefined ? undefined : JSON.parse(gives),
    head: before,
  };
}

/** A line as it is on the wire, one character for each octet. */
function octetsOf(text: string): string {
  const escaped = text.replace(/%\{([0-9A-F]{2})\}/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return String.fromCharCode(...new TextEncoder().encode(escaped));
}

/** Arguments as JSON has them. */
function revive(value: unknown): unknown {
  if (typeof value === "string") return /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  const { octets, set, date } = value as { octets?: string; set?: string; date?: string };
  if (Object.keys(value).length === 1) {
    if (date !== undefined) return new Date(date);
    if (octets !== undefined) return Uint8Array.from(octets, (char) => char.charCodeAt(0));
    if (set !== undefined) return SequenceSet.parse(set);
  }
  return Object.fromEntries(Object.entries(value).map(([label, one]) => [label, revive(one)]));
}
