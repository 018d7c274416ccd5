// Arguments of a wrong type: what a function says of them is a sentence, not what the engine says of its own code.

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import * as email from "../../email/mod.ts";

/** A class or a function of the package, by its name. */
type Callable = ((...args: unknown[]) => unknown) & (new (...args: unknown[]) => Record<string, unknown>);

/** Values that somewhere are of a wrong type. Symbols and bigints are left out: no text holds one by mistake. */
const WRONG: [name: string, make: () => unknown][] = [
  ["undefined", () => undefined],
  ["null", () => null],
  ["a number", () => 5],
  ["true", () => true],
  ["an object", () => ({})],
  ["an empty list", () => []],
  ["a list of numbers", () => [5]],
  ["a list of null", () => [null]],
  ["octets", () => Uint8Array.of(0x41)],
  ["text", () => "x"],
  ["a function", () => () => 1],
  ["a date", () => new Date(0)],
  ["a date that is not one", () => new Date(NaN)],
  ["a promise", () => Promise.resolve("x")],
];

/** What V8 and JavaScriptCore say. */
const ENGINE =
  /is not a function|is not iterable|annot read|annot use|annot convert|annot destructure|undefined is not|null is not|is not an object|is not a constructor|Receiver must|evaluating '|Invalid time|[Ii]nvalid array|private (?:field|member|name)/;

const octets = () => new TextEncoder().encode("From: a@b.example\r\nSubject: x\r\n\r\nbody\r\n");
const message = () => email.messageFromBytes(octets());
/** What comes before the wrong argument. */
const FIRST: [name: string, make: () => unknown][] = [
  ["text", () => "x"],
  ["message", message],
  ["octets", octets],
];

/** Instances whose methods are called. */
const INSTANCES: Record<string, () => object> = {
  Message: message,
  Charset: () => new email.Charset("utf-8"),
  Header: () => new email.Header("x"),
  AddressList: () => new email.AddressList("a@b.example"),
  Compat32: () => new email.Compat32(),
  FeedParser: () => new email.FeedParser(),
  BytesFeedParser: () => new email.BytesFeedParser(),
  Parser: () => new email.Parser(),
  BytesParser: () => new email.BytesParser(),
  HeaderParser: () => new email.HeaderParser(),
  BytesHeaderParser: () => new email.BytesHeaderParser(),
  Generator: () => new email.Generator({ write: () => {} }),
  BytesGenerator: () => new email.BytesGenerator({ write: () => {} }),
  DecodedGenerator: () => new email.DecodedGenerator({ write: () => {} }),
  MIMEMultipart: () => new email.MIMEMultipart(),
};

const isClass = (value: unknown) => /^class\b/.test(Function.prototype.toString.call(value));

/** Every call: its name, and how it is made. */
function* calls(): Generator<[name: string, call: () => unknown]> {
  const modules: [string, object][] = [["", email]];
  for (const name of ["quoprimime", "base64mime"] as const) modules.push([`${name}.`, email[name]]);
  for (const [prefix, module] of modules) {
    for (const [name, value] of Object.entries(module)) {
      if (typeof value !== "function") continue;
      const callee = value as Callable;
      const of = prefix + name;
      if (!isClass(callee)) {
        for (const [wrong, make] of WRONG) {
          yield [`${of}(${wrong})`, () => callee(make())];
          for (const [first, begin] of FIRST) {
            yield [`${of}(${first}, ${wrong})`, () => callee(begin(), make())];
          }
        }
      } else if (!(callee.prototype instanceof Error) && name !== "Policy") {
        for (const [wrong, make] of WRONG) {
          yield [`new ${of}(${wrong})`, () => new callee(make())];
          yield [`new ${of}("x", ${wrong})`, () => new callee("x", make())];
        }
      }
    }
  }
  for (const [name, create] of Object.entries(INSTANCES)) {
    const { prototype } = email[name as "Message"];
    for (const method of Object.getOwnPropertyNames(prototype)) {
      const { value } = Object.getOwnPropertyDescriptor(prototype, method)!;
      if (method === "constructor" || typeof value !== "function") continue;
      const on = (...args: unknown[]) => (create() as Record<string, Callable>)[method]!(...args);
      for (const [wrong, make] of WRONG) {
        yield [`${name}.${method}(${wrong})`, () => on(make())];
        yield [`${name}.${method}("x", ${wrong})`, () => on("x", make())];
        yield [`${name}.${method}("x", "y", ${wrong})`, () => on("x", "y", make())];
      }
    }
  }
}

test("an argument of a wrong type is named in words, by every function, class and method", async () => {
  const said: string[] = [];
  let count = 0;
  for (const [name, call] of calls()) {
    count++;
    try {
      let result = await call();
      // What is given one by one fails at the first.
      if (typeof (result as Iterator<unknown> | null | undefined)?.next === "function") {
        result = await (result as Iterator<unknown>).next();
      }
    } catch (error) {
      const text = error instanceof Error ? error.message : `thrown: ${String(error)}`;
      if (!(error instanceof Error) || ENGINE.test(text)) said.push(`${name}: ${text}`);
    }
  }
  assert(count > 5_000, `${count} calls`);
  assertEquals(said, []);
});
