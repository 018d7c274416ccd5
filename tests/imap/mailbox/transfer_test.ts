import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { decodeGroups } from "../../../imap/mailbox/message/base64_groups.ts";
import { transferDecoder } from "../../../imap/mailbox/message/transfer_stream.ts";
import { readBody } from "../../../email/content/transfer.ts";
import { forSeeds } from "../../support/seeded.ts";

const encoder = new TextEncoder();

test("what comes in pieces is decoded as what comes at once, however it is cut and damaged", () => {
  forSeeds(300, (random) => {
    const length = random.pick([0, 1, 2, 3, 100, 5_000, 60_000]);
    let base64 = btoa(String.fromCharCode(...random.bytes(Math.min(length, 30_000))));
    if (random.chance(0.8)) base64 = base64.replace(/.{76}/g, random.pick(["$&\r\n", "$&\n"]));
    if (random.chance(0.1)) base64 = base64.replace(/.{100}/, "$& !");
    let quoted = "";
    for (let i = 0; i < length / 30; i++) {
      quoted += random.pick(["=C3=A9t=C3=A9 ", "soft=\r\n", "line  \r\n", "=\n", "a=zz", "\n"]);
    }
    for (
      const [encoding, text] of [["base64", base64], ["quoted-printable", quoted], [
        "identity",
        quoted,
      ]] as const
    ) {
      const whole = encoder.encode(text);
      const decoder = transferDecoder(encoding);
      const out: number[] = [];
      for (let at = 0; at < whole.length;) {
        const size = random.pick([1, 7, 78, 1_000, 7_800, 20_000]);
        // A piece is the decoder's to overwrite; what is read over may begin anywhere.
        const shift = random.pick([0, 0, 1]);
        const piece = new Uint8Array(shift + whole.subarray(at, at + size).length).subarray(shift);
        piece.set(whole.subarray(at, at + size));
        for (const octet of decoder.push(piece)) out.push(octet);
        at += size;
      }
      for (const octet of decoder.end()) out.push(octet);
      assertEquals(Uint8Array.from(out), Uint8Array.from(readBody(whole, encoding)), encoding);
    }
  });
});

test("groups are decoded where they are, up to the first thing that is anything else", () => {
  const line = "QUJDREVG".repeat(9);
  const decoded = "ABCDEF".repeat(9);
  for (
    const [text, read, out] of [
      [`${line}\r\n${line}\r\n`, 148, decoded + decoded],
      [`${line}\r\n${line}QUI=\r\n`, 146, decoded + decoded],
      [`${line}\n${line}`, 72, decoded],
      [`\r\n\r\nQUJD-UJD`, 8, "ABC"],
      ["QUJDREV", 4, "ABC"],
      ["QUJDRE=", 4, "ABC"],
      ["\xe9UJD", 0, ""],
      ["\0\0\0\0", 0, ""],
      ["", 0, ""],
    ] as const
  ) {
    const octets = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const got = decodeGroups(octets);
    assertEquals([got.read, got.written], [read, out.length], JSON.stringify(text));
    assertEquals(new TextDecoder().decode(octets.subarray(0, got.written)), out);
    // What was not read is as it was.
    assertEquals([...octets.subarray(got.read)], [...text.slice(read)].map((letter) => letter.charCodeAt(0)));
  }
  // Every pair of octets, of which both are of the alphabet or it is not read.
  const alphabet = /^[A-Za-z0-9+/]{2}$/;
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      const pair = String.fromCharCode(first, second);
      const octets = Uint8Array.of(first, second, 0x51, 0x55);
      const { read } = decodeGroups(octets);
      const expected = alphabet.test(pair) ? 4 : pair === "\r\n" ? 2 : 0;
      if (read !== expected) assertEquals(read, expected, JSON.stringify(pair));
      if (read === 4) {
        assertEquals(
          octets.slice(0, 3),
          Uint8Array.from(atob(`${pair}QU`), (c) => c.charCodeAt(0)),
        );
      }
    }
  }
});
