import { test } from "node:test";
import { assertEquals } from "@std/assert";
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
        const size = random.pick([1, 7, 78, 1_000, 20_000]);
        for (const octet of decoder.push(whole.subarray(at, at + size))) out.push(octet);
        at += size;
      }
      for (const octet of decoder.end()) out.push(octet);
      assertEquals(Uint8Array.from(out), Uint8Array.from(readBody(whole, encoding)), encoding);
    }
  });
});
