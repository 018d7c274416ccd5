import { test } from "node:test";
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import * as utils from "../../email/utils.ts";

test("every function of Python's email.utils is here under its name", () => {
  const names = [
    "collapseRfc2231Value",
    "decodeParams",
    "decodeRfc2231",
    "encodeRfc2231",
    "formataddr",
    "formatDatetime",
    "formatdate",
    "getaddresses",
    "localtime",
    "makeMsgid",
    "mktimeTz",
    "parseaddr",
    "parsedate",
    "parsedateToDatetime",
    "parsedateTz",
    "quote",
    "unquote",
  ];
  const have = Object.entries(utils).filter(([, value]) => typeof value === "function").map(([name]) => name);
  assertEquals(names.filter((name) => !have.includes(name)), []);
});

test("makeMsgid makes ids that differ", () => {
  const ids = new Set(Array.from({ length: 1000 }, () => utils.makeMsgid()));
  assertEquals(ids.size, 1000);
});

test("makeMsgid shows the given text and domain", () => {
  assertMatch(utils.makeMsgid(), /^<\d+\.\d+\.\d+@localhost>$/);
  assertMatch(utils.makeMsgid("test-string"), /^<\d+\.\d+\.\d+\.test-string@localhost>$/);
  assertMatch(utils.makeMsgid(null, { domain: "example.org" }), /^<\d+\.\d+\.\d+@example\.org>$/);
  assertMatch(utils.makeMsgid("x", { domain: "example.org" }), /^<\d+\.\d+\.\d+\.x@example\.org>$/);
  assertNotEquals(utils.makeMsgid("x"), utils.makeMsgid("x"));
});

test("quote and unquote undo each other", () => {
  const seed = 20261121;
  let state = seed;
  const next = (most: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) % most;
  };
  for (let i = 0; i < 500; i++) {
    const text = Array.from({ length: next(8) }, () => ['"', "a", " ", "<", ">", "'", "\u20ac"][next(7)])
      .join("");
    assertEquals(utils.unquote(`"${utils.quote(text)}"`), text, `seed ${seed}, round ${i}`);
  }
});
