// Differences between two descriptions of a message, and the names of those that are meant.

import { failed } from "./values.ts";
import { WEB_LABELS } from "./web_labels.ts";

/** A pattern for messages that name one of these charsets, in a parameter or in an encoded word. */
function named(labels: string): RegExp {
  return new RegExp(`(?:charset[^=\n]*=[\\s"']*|=\\?|\\*=[\\s"']*)(?:${labels})(?![\\w-])`, "i");
}

/** Any label of the WHATWG standard that Python has no codec for, whatever separates its words. */
const WEB_LABEL = named(
  WEB_LABELS.split("\n").flatMap((line) => line.split(" ").slice(1)).join("|").replace(/[-_]/g, "[-_ ]*"),
);
const NO_CHARSET = named("(?:raw[-_ ]?)?unicode[-_ ]?escape|idna|punycode");
/** What a charset has a say in. */
const READS_CHARSETS =
  /^(?:body_lines|output|entries|mutations|parts\[\d+\]\.(?:payload|headers|filename|boundary|content_charset|param_collapsed))/;

/** One place where CPython and the port disagree. */
export interface Difference {
  path: string;
  python: unknown;
  port: unknown;
  /** The decision that makes it right, null when it is a bug. */
  decision: string | null;
}

/** Exceptions that only say that a call was misused, which no port raises alike, and those that have one name here. */
const ALIKE: Record<string, number> = {
  TypeError: 1,
  AttributeError: 1,
  AssertionError: 1,
  UnboundLocalError: 1,
  RecursionError: 2,
  RangeError: 2,
  IndexError: 2,
  OverflowError: 3,
  ValueError: 3,
};

const REFUSED = "D1 a bare line end in a field is refused";
const WRITES = /^(?:output|entries|mutations)\./;
/** A field with a character that ends a line for Python's `splitlines` and for nobody else. */
// deno-lint-ignore no-control-regex
const CONTROLS = /^(?:[!-9;-~]+[ \t]*:|[ \t]).*[\x0b\x0c\x1c-\x1e\x85]/m;

function decide(path: string, python: unknown, port: unknown, source: string): string | null {
  const raised = failed(python) ? python.error : null;
  const fails = failed(port) ? port.error : null;
  if (raised !== null && fails !== null) {
    if (raised === "ValueError" && fails === "LookupError" && source.includes("\0")) {
      return "D9 NUL in a charset";
    }
    if (raised === "LookupError" && fails === "UnicodeDecodeError" && WEB_LABEL.test(source)) {
      return "D4, D12 a charset Python does not know";
    }
    // Where this side goes on it may meet an error that CPython would have raised next.
    if (WRITES.test(path) && decide(path, python, null, source) !== null) return "the next error is met";
  }
  if (raised !== null && fails === null) {
    // In seven bits nobody may write eight: there CPython's error is the right answer.
    if (raised === "UnicodeEncodeError" && WRITES.test(path) && !path.includes("7bit")) {
      return "D3 eight-bit text under a multipart is written";
    }
    if (raised === "UnboundLocalError") return "D6 no payload decodes to null";
    if (raised === "RecursionError") return "D7 nesting is bounded by a limit, not by the stack";
    if (raised === "TypeError" && /\*[0-9]/.test(source)) return "D2 mixed RFC 2231 parts";
    if (raised === "ValueError" && /\*[0-9]{5}/.test(source)) return "D2 long RFC 2231 numbers";
    if (raised === "ValueError" && source.includes("\0")) return "D9 NUL in a charset";
    if (raised === "AttributeError" && /delivery-status/i.test(source)) {
      return "a message/delivery-status whose payload is text is written";
    }
    if (raised === "LookupError") return "D4, D12 a charset Python does not know";
  }
  if (fails === "HeaderWriteError" && WRITES.test(path)) {
    return REFUSED;
  }
  if (raised === null && fails === "NestingLimitError") {
    return "D7 nesting is bounded by a limit, not by the stack";
  }
  if (WRITES.test(path) && fails === null && CONTROLS.test(source)) {
    return "D13 control characters in a field are written";
  }
  if (READS_CHARSETS.test(path)) {
    if (NO_CHARSET.test(source)) return "D10 codecs that are not charsets";
    if (WEB_LABEL.test(source) && raised === null) return "D4, D12 a charset Python does not know";
  }
  if (/eucgb2312_cn|big5_tw/.test(JSON.stringify(python) ?? "")) {
    return "D5 encoded words carry gb2312 and big5";
  }
  return null;
}

function* walk(python: unknown, port: unknown, path: string, source: string): Generator<Difference> {
  if (failed(python) || failed(port)) {
    const [a, b] = [failed(python) ? python.error : "", failed(port) ? port.error : ""];
    if (a === b || (a in ALIKE && ALIKE[a] === ALIKE[b])) return;
    yield { path, python, port, decision: decide(path, python, port, source) };
  } else if (Array.isArray(python) && Array.isArray(port) && python.length === port.length) {
    for (let i = 0; i < python.length; i++) yield* walk(python[i], port[i], `${path}[${i}]`, source);
  } else if (
    typeof python === "object" && python !== null && typeof port === "object" && port !== null &&
    !Array.isArray(python) && !Array.isArray(port)
  ) {
    const [a, b] = [python as Record<string, unknown>, port as Record<string, unknown>];
    // What is made of a field that only the port can read.
    if (failed(a.make_header) && a.make_header.error === "LookupError" && !failed(b.make_header)) {
      for (const key of ["str", "decode_header", "make_header"]) {
        yield* walk(a[key], b[key], `${path}.${key}`, source);
      }
      return;
    }
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      yield* walk(a[key], b[key], path === "" ? key : `${path}.${key}`, source);
    }
  } else if (JSON.stringify(python) !== JSON.stringify(port)) {
    yield { path, python, port, decision: decide(path, python, port, source) };
  }
}

/**
 * Compares what CPython and the port say about a message.
 *
 * @param source the message, its octets as characters
 */
export function compare(python: unknown, port: unknown, source: string): Difference[] {
  const out = [...walk(python, port, "", source)];
  // Only a field that cannot be written as text either is refused as bytes.
  for (const found of out) {
    const message = /^(output|entries\.\w+)\.as_bytes/.exec(found.path)?.[1];
    if (found.decision !== REFUSED || message === undefined) continue;
    const text = message.split(".").reduce(member, python);
    // Text is written with another transfer encoding when it holds octets outside ASCII.
    if (!failed(member(text, "as_string")) && !/[\x80-\xff]/.test(source)) found.decision = null;
  }
  // What follows from a serialisation, or from a change, that only one of the two refuses.
  const refused = out.find((found) => found.path.startsWith("output.as_bytes") && found.decision !== null);
  const unchanged = new Map<string, string>();
  const types = [python, port].map((value) => member(member(value, "mutations"), "set_type") as unknown[]);
  if (types.every((type) => type !== undefined && failed(type[0]))) {
    unchanged.set("mutations.set_type", "setType that fails leaves the message as it was");
  }
  for (const { path, decision } of out) {
    if (decision === null) continue;
    const change = /^(mutations\.\w+)\[0]$/.exec(path)?.[1];
    if (change !== undefined) unchanged.set(change, decision);
    if (/^parts\[\d+]\.param\./.test(path)) unchanged.set(path.replace("param", "param_collapsed"), decision);
  }
  for (const found of out) {
    if (/^output\.(?:idempotent|round_trip)/.test(found.path) && refused) found.decision ??= refused.decision;
    found.decision ??= unchanged.get(/^mutations\.\w+/.exec(found.path)?.[0] ?? found.path) ?? null;
  }
  return out;
}

function member(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | undefined)?.[name];
}
