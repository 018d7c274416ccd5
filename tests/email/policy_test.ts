import { test } from "node:test";
import { assert, assertEquals, assertNotStrictEquals, assertThrows } from "@std/assert";
import {
  Compat32,
  compat32,
  Header,
  type HeaderValue,
  Message,
  MessageDefect,
  messageFromString,
  MIMEText,
  Policy,
  ValueError,
} from "../../email/mod.ts";

test("the attributes of compat32", () => {
  const {
    maxLineLength,
    linesep,
    cteType,
    raiseOnDefect,
    mangleFrom,
    verifyGeneratedHeaders,
    messageFactory,
  } = compat32;
  assertEquals(
    [maxLineLength, linesep, cteType, raiseOnDefect, mangleFrom, verifyGeneratedHeaders, messageFactory],
    [78, "\n", "8bit", false, true, true, null],
  );
  assert(compat32 instanceof Compat32 && compat32 instanceof Policy);
});

test("clone changes what it is given, keeps the rest, and refuses what there is not", () => {
  const policy = compat32.clone({ linesep: "\r\n" });
  assertNotStrictEquals(policy, compat32);
  assert(policy instanceof Compat32);
  assertEquals([policy.linesep, policy.maxLineLength, policy.mangleFrom], ["\r\n", 78, true]);
  assertEquals(policy.clone({ maxLineLength: 0 }).linesep, "\r\n");
  assertThrows(() => compat32.clone({ noSuchThing: 1 }), TypeError);
  assertThrows(() => new Compat32({ noSuchThing: 1 } as Record<string, unknown>), TypeError);
});

test("attributes cannot be assigned to", () => {
  for (const policy of [compat32, compat32.clone({ linesep: "\r\n" }), new Compat32({ cteType: "7bit" })]) {
    assertThrows(() => {
      (policy as { linesep: string }).linesep = "x";
    }, TypeError);
  }
});

test("add takes over what was set on the other policy, and nothing else", () => {
  const sum = compat32.clone({ maxLineLength: 20 }).add(
    compat32.clone({ linesep: "\r\n", maxLineLength: null }),
  );
  assertEquals([sum.maxLineLength, sum.linesep], [null, "\r\n"]);
  const kept = compat32.clone({ maxLineLength: 20 }).add(compat32.clone({ linesep: "\r\n" }));
  assertEquals([kept.maxLineLength, kept.linesep], [20, "\r\n"]);
  assertEquals(compat32.clone({ cteType: "7bit" }).add(compat32).cteType, "7bit");
});

test("handleDefect registers or throws, registerDefect can be replaced", () => {
  const defect = new MessageDefect("line");
  const message = new Message();
  compat32.handleDefect(message, defect);
  assertEquals(message.defects, [defect]);
  assertThrows(() => compat32.clone({ raiseOnDefect: true }).handleDefect(message, defect), MessageDefect);
  const seen: MessageDefect[] = [];
  class Collecting extends Compat32 {
    override registerDefect(_message: Message, found: MessageDefect): void {
      seen.push(found);
    }
  }
  messageFromString(" x\n\n", { policy: new Collecting() });
  assertEquals(seen.map((found) => found.name), ["FirstHeaderLineIsContinuationDefect"]);
});

test("headerSourceParse, headerStoreParse, headerFetchParse", () => {
  assertEquals(compat32.headerSourceParse(["A: \t b \r\n", " c\r\n"]), ["A", "b \r\n c"]);
  assertEquals(compat32.headerSourceParse(["A:\r\n"]), ["A", ""]);
  assertEquals(compat32.headerStoreParse("a", "b\n"), ["a", "b\n"]);
  assertEquals(compat32.headerFetchParse("a", "b"), "b");
  const fetched = compat32.headerFetchParse("a", "\udce9");
  assert(fetched instanceof Header);
  const header = new Header("x");
  assert(compat32.headerFetchParse("a", header) === header);
});

test("fold and foldBinary", () => {
  const long = "word ".repeat(20).trim();
  const narrow = compat32.clone({ maxLineLength: 20 });
  assertEquals(compat32.fold("A", "b"), "A: b\n");
  assert(narrow.fold("Subject", long).split("\n").every((line) => line.length <= 20));
  assertEquals(compat32.clone({ maxLineLength: null }).fold("Subject", long), `Subject: ${long}\n`);
  assertEquals(compat32.clone({ maxLineLength: 0 }).fold("Subject", long), `Subject: ${long}\n`);
  assertEquals(compat32.fold("A", "\udce9"), "A: =?unknown-8bit?q?=E9?=\n");
  assertEquals(compat32.foldBinary("A", "\udce9"), Uint8Array.of(0x41, 0x3a, 0x20, 0xe9, 0x0a));
  assertEquals(
    new TextDecoder().decode(compat32.clone({ cteType: "7bit" }).foldBinary("A", "\udce9")),
    "A: =?unknown-8bit?q?=E9?=\n",
  );
  assertEquals(compat32.fold("A", new Header("é", { charset: "utf-8" })), "A: =?utf-8?b?w6k=?=\n");
});

/** A policy from scratch, without Compat32. */
class Plain extends Policy {
  calls: string[] = [];

  headerSourceParse(lines: string[]): [string, string] {
    const [name, ...rest] = lines.join("").trimEnd().split(":");
    return [name!, rest.join(":").trim()];
  }
  headerStoreParse(name: string, value: HeaderValue): [string, HeaderValue] {
    this.calls.push(`store ${name}`);
    return [name, `<${value}>`];
  }
  headerFetchParse(_name: string, value: HeaderValue): HeaderValue {
    return `[${value}]`;
  }
  fold(name: string, value: HeaderValue): string {
    return `${name}=${value}${this.linesep}`;
  }
  foldBinary(name: string, value: HeaderValue): Uint8Array {
    return new TextEncoder().encode(this.fold(name, value));
  }
  override headerMaxCount(name: string): number | null {
    return name.toLowerCase() === "subject" ? 1 : null;
  }
}

test("a custom policy is used for everything", () => {
  const policy = new Plain();
  const message = messageFromString("A: b\n\nbody\n", { policy });
  message.append("C", "d");
  assertEquals(message.items(), [["A", "[b]"], ["C", "[<d>]"]]);
  assertEquals(message.asString(), "A=b\nC=<d>\n\nbody\n");
  assertEquals(new TextDecoder().decode(message.asBytes()), "A=b\nC=<d>\n\nbody\n");
  assertEquals(policy.calls, ["store C"]);
  message.append("Subject", "x");
  assertThrows(() => message.append("subject", "y"), ValueError);
  assertEquals(policy.mangleFrom, false);
});

test("the policy given reaches every message a parser or a MIME class makes", () => {
  const policy = compat32.clone({ maxLineLength: 40 });
  const message = messageFromString("Content-Type: multipart/x; boundary=b\n\n--b\n\nx\n--b--\n", { policy });
  for (const part of message.walk()) assert(part.policy === policy);
  assert(new MIMEText("x", "plain", null, { policy }).policy === policy);
  assert(new Message().policy === compat32);
});

test("a subclass may set defaults of its own and survives clone", () => {
  class Narrow extends Compat32 {
    extra = 1;
    constructor() {
      super({ maxLineLength: 30 });
    }
  }
  const policy = new Narrow().clone({ linesep: "\r\n", extra: 2 });
  assert(policy instanceof Narrow);
  assertEquals([policy.maxLineLength, policy.linesep, policy.extra, policy.mangleFrom], [
    30,
    "\r\n",
    2,
    true,
  ]);
});
