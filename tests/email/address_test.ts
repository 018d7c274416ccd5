import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { AddressList, formataddr, getaddresses, parseaddr } from "../../email/address.ts";
import { Charset } from "../../email/charset.ts";
import { LookupError } from "../../email/errors.ts";
import { testVectors } from "./_vectors.ts";

testVectors("address", {
  parseaddr: (text: string, strict: boolean) => parseaddr(text, { strict }),
  getaddresses: (texts: string[], strict: boolean) => getaddresses(texts, { strict }),
  formataddr: (name: string | null, address: string, charset: string) => formataddr([name, address], charset),
  AddressList: (x: string, y: string) => {
    const [a, b] = [new AddressList(x), new AddressList(x)];
    const added = a.add(new AddressList(y));
    return [
      new AddressList(x).plus(new AddressList(y)).addresslist,
      new AddressList(x).minus(new AddressList(y)).addresslist,
      added.addresslist,
      b.subtract(new AddressList(y)).addresslist,
      added.length,
    ];
  },
});

test("nesting costs no stack", () => {
  // CPython 3.13.0: RecursionError for each of these.
  const depth = 200_000;
  assertEquals(parseaddr(`${"(".repeat(depth)}x${")".repeat(depth)} a@b`), ["x", "a@b"]);
  assertEquals(getaddresses([`${"g:".repeat(depth)}a@b${";".repeat(depth)}, c@d`], { strict: false }), [[
    "",
    "a@b",
  ], [
    "",
    "c@d",
  ]]);
  assertEquals(getaddresses([`a@b (${"(".repeat(depth)}`], { strict: false }), [["", "a@b"]]);
});

test("a list can be walked and asked by index", () => {
  const list = new AddressList("Jane <jane@example.org>, joe@example.org");
  assertEquals([...list], [["Jane", "jane@example.org"], ["", "joe@example.org"]]);
  assertEquals(list.at(-1), ["", "joe@example.org"]);
  assertEquals(new AddressList(null).length, 0);
});

test("a name is encoded with a Charset as with its name", () => {
  assertEquals(
    formataddr(["J\xf6rg", "j@example.org"], new Charset("iso-8859-1")),
    "=?iso-8859-1?q?J=F6rg?= <j@example.org>",
  );
  assertThrows(() => formataddr(["J\xf6rg", "j@example.org"], "no-such-charset"), LookupError);
});

test("fields that are not text are read as text", () => {
  assertEquals(getaddresses([{ toString: () => "a@b" }]), [["", "a@b"]]);
});
