/** Quoted-printable bodies, as messages give them. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { messageFromBytes } from "../../email/mod.ts";
import { forSeeds } from "../support/seeded.ts";

const PIECES = [
  "=",
  "==",
  "=\n",
  "=\r\n",
  "=\r",
  "=41",
  "=e9",
  "=E9",
  "=g1",
  "=1g",
  "=4",
  "\n",
  "\r\n",
  "\r",
  " ",
  "\t",
  "a",
  "b=3D",
];

function decoded(body: string): string {
  const octets = Uint8Array.from(
    `Content-Transfer-Encoding: quoted-printable\n\n${body}`,
    (c) => c.charCodeAt(0),
  );
  return String.fromCharCode(...messageFromBytes(octets).getPayload({ decode: true })!);
}

/** The rules one character at a time, as slowly as they read. */
function byTheRules(body: string): string {
  let out = "";
  for (let i = 0; i < body.length;) {
    if (body[i] !== "=") {
      out += body[i++];
      continue;
    }
    const rest = body.slice(i + 1);
    const escape = /^[0-9A-Fa-f]{2}/.exec(rest);
    if (rest === "") return out;
    if (escape !== null) {
      out += String.fromCharCode(parseInt(escape[0], 16));
      i += 3;
    } else if (rest[0] === "\n") {
      i += 2;
    } else if (rest[0] === "\r") {
      const end = body.indexOf("\n", i);
      if (end < 0) return out;
      i = end + 1;
    } else {
      out += "=";
      i += rest[0] === "=" ? 2 : 1;
    }
  }
  return out;
}

test("a body decodes by the rules", () => {
  forSeeds(2000, (random) => {
    let body = "";
    for (let i = random.below(16); i > 0; i--) body += random.pick(PIECES);
    assertEquals(decoded(body), byTheRules(body));
  });
});

test("a body without escapes is a copy", () => {
  const octets = new TextEncoder().encode("Content-Transfer-Encoding: quoted-printable\n\nplain");
  const message = messageFromBytes(octets);
  message.getPayload({ decode: true })!.fill(0);
  assertEquals(message.getPayload(), "plain");
});
