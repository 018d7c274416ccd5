// Each rule of the house, broken on purpose in a small house of its own.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { circles } from "./circles.ts";
import { lookThrough, type Rules } from "./rooms.ts";

const RULES: Rules = { LONG_FILES: {} };

const HOUSE = {
  "imap/base/errors.ts": "export class ImapError extends Error {}\n",
  "imap/base/clock.ts": "export const now = () => Date.now();\nexport const later = setTimeout;\n",
  "imap/wire/reader.ts": 'import { ImapError } from "../base/errors.ts";\nthrow new ImapError();\n',
  "imap/transport/node.ts": 'import { connect } from "node:net";\nsetTimeout(connect, 1);\n',
  "email/parse/parse.ts": "export interface Parsed {}\n",
  "email/message.ts": 'import { type Parsed } from "./parse/parse.ts";\n',
  "codegen/main.ts": 'import * as ts from "ts-morph";\nimport "../imap/values/raw.ts";\n',
  "imap/values/raw.ts":
    "// import '../session/session.ts' would be wrong\nexport const text = 'import(\"x\")';\n",
};

function problems(planted: Record<string, string>, rules: Rules = {}): string[] {
  return lookThrough(new Map(Object.entries({ ...HOUSE, ...planted })), { ...RULES, ...rules }).problems;
}

test("the small project passes, and its files are counted", () => {
  const { problems, summary } = lookThrough(new Map(Object.entries(HOUSE)), RULES);
  assertEquals(problems, []);
  assertEquals(
    summary,
    "7 rooms, 8 hand-written files, the longest codegen/main.ts with 2 lines, 0 circles of values, 0 of types",
  );
});

test("an arrow that points up is named with file, line and import, whichever way the import is written", () => {
  const said = 'imap/wire may not import imap/session ("../session/link.ts"); ' +
    "it may import imap/base, imap/values, imap/wire";
  const ways = [
    'import { link } from "../session/link.ts";',
    'import "../session/link.ts";',
    'import type { Link } from "../session/link.ts";',
    'import { type Link } from "../session/link.ts";',
    'export * from "../session/link.ts";',
    'export type { Link } from "../session/link.ts";',
    'const link = await import("../session/link.ts");',
    'let link: import("../session/link.ts").Link;',
  ];
  for (const way of ways) {
    const found = problems({ "imap/wire/framer.ts": `// a line before\n${way}\n` });
    assertEquals(found, [`imap/wire/framer.ts:2: ${said}`], way);
  }
});

test("rooms that are closed to one another", () => {
  const cases: [from: string, to: string, said: string][] = [
    ["email/header.ts", "../imap/base/errors.ts", "email may not import imap/base"],
    ["imap/testing/store/store.ts", "../../session/link.ts", "imap/testing may not import imap/session"],
    ["imap/client/client.ts", "../testing/mod.ts", "imap/client may not import imap/testing"],
    ["imap/sasl/plain.ts", "../codec/codec.ts", "imap/sasl may not import imap/codec"],
    ["imap/mod.ts", "./testing/mod.ts", "imap may not import imap/testing"],
    ["imap/base/abort.ts", "../values/raw.ts", "imap/base may not import imap/values"],
    ["codegen/emit/types.ts", "../../imap/codec/codec.ts", "codegen may not import imap/codec"],
    ["imap/client/idle.ts", "../../tests/support/seeded.ts", "imap/client may not import tests"],
  ];
  for (const [from, to, said] of cases) {
    const [found, ...more] = problems({ [from]: `import ${JSON.stringify(to)};\n` });
    assertEquals(found?.split(' ("')[0], `${from}:1: ${said}`);
    assertEquals(more, []);
  }
  assertEquals(problems({ "imap/mailbox/mod.ts": 'import "../../email/message.ts";\n' }), []);
  assertEquals(problems({ "imap/attic/old.ts": 'import "../session/link.ts";\n' }), []);
});

test("a circle of values is refused, and no comment makes it right", () => {
  const planted = {
    "email/write/flatten.ts": '// circle: because\nimport { a } from "../message.ts";\n',
    "email/message.ts": 'import { b } from "./parse/parse.ts";\n',
    "email/parse/parse.ts": 'import { c } from "../write/flatten.ts";\n',
  };
  assertEquals(problems(planted), [
    "email/message.ts:1: a circle of values: " +
    "email/message.ts -> email/parse/parse.ts -> email/write/flatten.ts -> email/message.ts",
    "email/write/flatten.ts:2: this import closes no circle of types; take out the comment",
  ]);
  // With verbatimModuleSyntax the module is loaded although only a type is used.
  assertEquals(problems({ "email/parse/parse.ts": 'import { type M } from "../message.ts";\n' }), [
    "email/message.ts:1: a circle of values: email/message.ts -> email/parse/parse.ts -> email/message.ts",
  ]);
});

test("a circle of types needs its reason above the import that closes it", () => {
  const back = 'import type { M } from "../message.ts";\n';
  assertEquals(problems({ "email/parse/parse.ts": back }), [
    "email/message.ts:1: a circle of types: email/message.ts -> email/parse/parse.ts -> email/message.ts; " +
    'break it through an interface, or say why above the import that closes it: "// circle: reason"',
  ]);
  assertEquals(problems({ "email/parse/parse.ts": "// circle: a part is a message\n" + back }), []);
  assertEquals(problems({ "email/parse/parse.ts": "// circle:\n" + back }).length, 1);
});

test("tests may import everything, but go in no circle", () => {
  const planted = {
    "tests/a_test.ts": 'import "../imap/wire/reader.ts";\nimport "./b.ts";\n',
    "tests/b.ts": 'import "npm:x";\nimport "./a_test.ts";\n',
  };
  assertEquals(problems(planted), [
    "tests/a_test.ts:2: a circle of values: tests/a_test.ts -> tests/b.ts -> tests/a_test.ts",
  ]);
});

test("a reason that nothing needs any more is refused", () => {
  const planted = { "email/header.ts": '// circle: once\nimport type { P } from "./parse/parse.ts";\n' };
  assertEquals(problems(planted), [
    "email/header.ts:2: this import closes no circle of types; take out the comment",
  ]);
});

test("time and timers come from the one clock", () => {
  const uses: [code: string, name: string][] = [
    ["setTimeout(f, 1);", "setTimeout"],
    ["globalThis.setTimeout(f, 1);", "setTimeout"],
    ["const later = setInterval;", "setInterval"],
    ["const clock = { setTimeout };", "setTimeout"],
    ["Date.now();", "Date.now"],
    ["globalThis.performance.now();", "performance.now"],
    ["new Date();", "new Date()"],
    ["new Date;", "new Date()"],
    ["Date();", "Date()"],
    ["AbortSignal.timeout(5);", "AbortSignal.timeout"],
  ];
  for (const [code, name] of uses) {
    const found = problems({ "imap/session/silence.ts": code + "\n" });
    assertEquals(found, [`imap/session/silence.ts:1: ${name}: take the time from imap/base/clock.ts`], code);
  }
  const fine =
    "clock.setTimeout(f, 1);\nnew Date(0);\nDate.UTC(1970, 0);\nlet t: ReturnType<typeof setTimeout>;\n" +
    "// setTimeout(f, 1)\nclass C { setTimeout() {} }\nconst o = { setTimeout: 1 };\nAbortSignal.any([]);\n";
  assertEquals(problems({ "imap/session/silence.ts": fine }), []);
});

test("what only one runtime has stays in the file of that runtime", () => {
  for (const path of ["imap/session/link.ts", "email/utils.ts", "imap/transport/streams.ts"]) {
    assertEquals(problems({ [path]: 'import { connect } from "node:net";\n' }), [
      `${path}:1: "node:net" is not a web standard; it belongs in the file of a runtime`,
    ]);
  }
});

test("a file too long to review is refused unless it is named", () => {
  const long = { "email/header.ts": "\n".repeat(451), "imap/codec/_gen/types.ts": "\n".repeat(451) };
  assertEquals(problems(long), ["email/header.ts: 451 lines, more than 450: cut it by topic"]);
  assertEquals(problems(long, { LONG_FILES: { "email/header.ts": "one table" } }), []);
  assertEquals(problems({}, { LONG_FILES: { "email/message.ts": "long once", "email/gone.ts": "gone" } }), [
    "email/message.ts: not a long file any more; take it out of tests/tools/house_rules.ts",
    "email/gone.ts: not a long file any more; take it out of tests/tools/house_rules.ts",
  ]);
});

test("circles: one for each group of files that reach each other", () => {
  const edges = (text: string) => text.split(" ").map((each) => ({ from: each[0]!, to: each[1]! }));
  assertEquals(circles(edges("ab bc cd")), []);
  assertEquals(circles(edges("aa")), [["a", "a"]]);
  assertEquals(circles(edges("ab bc ca cd de ed")).sort(), [["a", "b", "c", "a"], ["d", "e", "d"]]);
  const long = Array.from({ length: 50_000 }, (_, i) => ({ from: `${i}`, to: `${(i + 1) % 50_000}` }));
  assertEquals(circles(long).map((circle) => circle.length), [50_001]);
});
