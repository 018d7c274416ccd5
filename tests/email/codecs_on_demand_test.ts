// Charsets that load when they are asked for. Each test begins with none loaded, and leaves all of them loaded.

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { unloadCharsets } from "../../email/codecs/load.ts";
import { decode, encode, lookup } from "../../email/codecs/mod.ts";
import {
  CharsetNotLoadedError,
  decodeHeader,
  headerText,
  loadCharset,
  loadCharsets,
  LookupError,
  makeHeader,
  type Message,
  messageFromBytes,
  messageFromStream,
  utils,
} from "../../email/mod.ts";
import { hex, unhex } from "./oracle/octets.ts";
import { WEB_LABELS } from "./oracle/web_labels.ts";
import { growth } from "../support/growth.ts";

/** Codecs of every module that loads on demand, with a text as CPython 3.13.0 writes it. */
const SAMPLES: Record<string, [text: string, octets: string]> = {
  cp437: ["Köln", "4b946c6e"],
  utf_7: ["é€", "2b414f6b6772412d"],
  utf_16: ["é", "fffee900"],
  utf_32_be: ["é", "000000e9"],
  iso2022_jp: ["日", "1b2442467c1b2842"],
  cp037: ["Hello", "c885939396"],
  mac_latin2: ["Łódź", "fc976490"],
  koi8_t: ["Ҳа", "8cc1"],
  hz: ["汉", "7e7b3a3a7e7d"],
  iso2022_kr: ["한", "1b2429430e47510f"],
  iso2022_jp_1: ["丂", "1b24284430211b2842"],
  iso2022_jp_2: ["가", "1b24284330211b2842"],
  iso2022_jp_ext: ["ｱ", "1b2849311b2842"],
  johab: ["한국", "d0658a82"],
  big5hkscs: ["嘅", "9def"],
  cp950: ["▓", "f9fe"],
  euc_jis_2004: ["か\u309a", "a4f7"],
  euc_jisx0213: ["𠀋", "aea2"],
  shift_jis_2004: ["俱", "879f"],
  shift_jisx0213: ["¥", "5c"],
  iso2022_jp_3: ["æ\u0300", "1b24284f2b441b2842"],
  iso2022_jp_2004: ["繫", "1b2428517e7e1b2842"],
};

/** Mail is full of these: they need no loading. */
const ALWAYS_THERE =
  "ascii latin_1 cp1252 iso8859_2 iso8859_15 koi8_r koi8_u cp866 mac_roman utf_8 gb2312 gbk " +
  "gb18030 big5 euc_jp shift_jis cp932 euc_kr cp949 tis_620 x_user_defined";

async function unloaded(body: () => void | Promise<void>): Promise<void> {
  unloadCharsets();
  try {
    await body();
  } finally {
    await loadCharsets();
  }
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

test("what mail is full of needs no loading", () =>
  unloaded(() => {
    for (const name of ALWAYS_THERE.split(" ")) assertEquals(decode(encode("a", name), name), "a", name);
  }));

test("a charset that is known but not loaded throws, and says what loads it", () =>
  unloaded(() => {
    for (const name of Object.keys(SAMPLES)) {
      assertEquals(lookup(name), name);
      for (
        const call of [() => decode(Uint8Array.of(0x80), name), () => encode("a", name)]
      ) {
        const error = assertThrows(call, CharsetNotLoadedError);
        assert(error instanceof LookupError);
        assertEquals(error.name, "CharsetNotLoadedError");
        assert(error.message.includes(`await loadCharset("${name}")`), error.message);
      }
    }
  }));

test("ISO-2022-JP without errors is read as Python reads it before it is loaded", async () => {
  const inputs: Uint8Array[] = [
    unhex("41"),
    unhex("1b284a5c7e1b2842"),
    unhex("1b244221411b284a7e"),
    unhex("0e"),
    unhex("ff"),
  ];
  for (let row = 0x21; row <= 0x7e; row++) {
    for (let cell = 0x21; cell <= 0x7e; cell++) {
      for (const set of [0x40, 0x42]) {
        inputs.push(Uint8Array.of(0x1b, 0x24, set, row, cell, 0x1b, 0x28, 0x42));
      }
    }
  }
  const read = (input: Uint8Array) => {
    try {
      return decode(input, "iso-2022-jp", "replace");
    } catch (error) {
      assert(error instanceof CharsetNotLoadedError);
      return null;
    }
  };
  const before: (string | null)[] = [];
  await unloaded(() => inputs.forEach((input) => before.push(read(input))));
  let same = 0;
  inputs.forEach((input, i) => {
    if (before[i] === null) return;
    assertEquals(before[i], read(input), hex(input));
    same++;
  });
  // JIS X 0208 has 6,879 characters, and there are two ways to call for it.
  assert(same >= 2 * 6879, String(same));
});

test("loaded, each is what Python has", async () => {
  for (const [name, [text, octets]] of Object.entries(SAMPLES)) {
    await unloaded(async () => {
      assertEquals(await loadCharset(name), true);
      assertEquals(decode(unhex(octets), name), text, name);
      assertEquals(hex(encode(text, name)), octets, name);
    });
  }
});

test("loading one module leaves the others", () =>
  unloaded(async () => {
    await loadCharset("IBM437");
    assertEquals(decode(Uint8Array.of(0x94), "cp437"), "ö");
    assertEquals(decode(Uint8Array.of(0x84), "cp850"), "ä");
    assertThrows(() => decode(new Uint8Array(), "johab"), CharsetNotLoadedError);
  }));

test("unknown labels load nothing, calls at one time share one import", () =>
  unloaded(async () => {
    for (
      const label of ["x-none", "", "idna", "../on_demand/johab.ts", "__proto__", "hz\0", "x".repeat(1e6)]
    ) {
      assertEquals(await loadCharset(label), false);
    }
    const answers = await Promise.all([
      ..."hz,HZ-GB-2312,hz,iso-2022-kr".split(",").map(loadCharset),
      loadCharsets(),
    ]);
    assertEquals(answers, [true, true, true, true, undefined]);
    assertEquals(decode(unhex(SAMPLES.hz![1]), "hz"), "汉");
  }));

const MESSAGE = [
  "Subject: =?cp437?q?K=94ln?=",
  "X-Name: =?hz*zh?q?=7E=7B=3A=3A=7E=7D?=",
  "Content-Type: multipart/mixed; boundary=b",
  "",
  "--b",
  "Content-Type: text/plain; charset*=us-ascii''cp%38%350",
  "Content-Disposition: attachment; filename*0*=johab'ko'%D0e; filename*1*=%8A%82",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "=84",
  "--b",
  'Content-Type: text/plain; CHARSET = "iso-2022\\-kr"',
  "",
  "\x1b$)C\x0eGQ\x0f",
  "--b",
  "Content-Type: message/rfc822",
  "",
  "Subject: again =?EUC-JIS-2004?b?pPc=?=",
  "Content-Type: text/plain; charset*=cp037''%88%a9",
  "",
  "--b--",
  "",
].join("\n");

test("headers of Japanese mail are shown without loading, and written with it", () =>
  unloaded(async () => {
    const words = ["=?iso-2022-jp?b?GyRCRnwbKEI=?=", "=?euc-jp?b?xvw=?=", "=?shift_jis?b?k/o=?="];
    const headers = words.map((word) => makeHeader(decodeHeader(word)));
    assertEquals(headers.map(String), ["日", "日", "日"]);
    for (const header of headers) assertThrows(() => header.encode(), CharsetNotLoadedError);
    await loadCharset("iso-2022-jp");
    for (const header of headers) assertEquals(header.encode(), words[0]);
  }));

test("without loading, unknown charsets' behaviour", () =>
  unloaded(() => {
    const message = messageFromBytes(bytes(MESSAGE));
    const parts = [...message.walk()];
    assertEquals(headerText(message.get("subject")), "Köln");
    assertThrows(() => makeHeader([[Uint8Array.of(0x94), "cp437"]]), CharsetNotLoadedError);
    assertEquals(parts[1]!.getFilename(), "\u00d0e\u008a\u0082");
    assertEquals(utils.collapseRfc2231Value(["cp437", "", "\x94"]), "\x94");
    const text = messageFromBytes(
      Uint8Array.from([...bytes("Content-Type: text/plain; charset=cp437\n\n"), 0x94]),
    );
    assertEquals(text.getPayload(), "\ufffd");
    assertEquals(text.asString(), "Content-Type: text/plain; charset=cp437\n\n\ufffd");
    assertEquals(hex(text.asBytes()).slice(-2), "94");
  }));

test("what was asked too early is answered once it is loaded", () =>
  unloaded(async () => {
    const message = messageFromBytes(bytes(MESSAGE));
    const parts = [...message.walk()];
    const ask =
      () => [headerText(message.get("subject")), parts[1]!.getFilename(), parts[1]!.getContentCharset()];
    ask();
    await loadCharsets();
    // What headers say to people depends on nothing that was loaded.
    assertEquals(ask(), ["Köln", "한국", "cp850"]);
    assertEquals(String(makeHeader(decodeHeader(String(message.get("subject"))))), "Köln");
  }));

test("messageFromStream loads what its message names", () =>
  unloaded(async () => {
    const message = await messageFromStream(new Blob([MESSAGE]).stream());
    const parts = [...message.walk()];
    const text = (part: Message, name: string) => String(makeHeader(decodeHeader(String(part.get(name)))));
    assertEquals(text(message, "subject"), "Köln");
    assertEquals(headerText(message.get("x-name")), "汉");
    assertEquals(parts[1]!.getFilename(), "한국");
    assertEquals(parts[1]!.getContentCharset(), "cp850");
    assertEquals(decode(parts[1]!.getPayload({ decode: true })!, "cp850"), "ä");
    assertEquals(decode(parts[2]!.getPayload({ decode: true })!, parts[2]!.getContentCharset("")), "한");
    assertEquals(text(parts[4]!, "subject"), "again か\u309a");
    // Named by octets of EBCDIC.
    assertEquals(parts[4]!.getContentCharset(), "hz");
    assertThrows(() => decode(new Uint8Array(), "big5hkscs"), CharsetNotLoadedError);
  }));

test("messageFromStream loads what headers are written in as well", () =>
  unloaded(async () => {
    const subject = "=?shift_jis?b?k/o=?=";
    assertThrows(() => makeHeader(decodeHeader(subject)).encode(), CharsetNotLoadedError);
    const message = await messageFromStream(new Blob([`Subject: ${subject}\n\n`]).stream());
    assertEquals(
      makeHeader(decodeHeader(String(message.get("subject")))).encode(),
      "=?iso-2022-jp?b?GyRCRnwbKEI=?=",
    );
  }));

test("messageFromStream loads nothing for bodies, text and unknown names", () =>
  unloaded(async () => {
    const text =
      "Subject: cp437 =?x-none?q?a?= =?hz\nX-437: 437 charset johab\nContent-Type: text/plain; charset=x;\n x*=y\n\n" +
      "=?cp437?q?a?=\nContent-Type: text/plain; charset=johab\n";
    assertEquals((await messageFromStream(new Blob([text]).stream())).getContentCharset(), "x");
    for (const name of Object.keys(SAMPLES)) {
      assertThrows(() => decode(Uint8Array.of(0x80), name), CharsetNotLoadedError);
    }
  }));

test("headers made to be slow to look through", async () => {
  await growth("headers", [2000, 8000], async (size) => {
    const fields = [
      "=?".repeat(size),
      "=?cp437".repeat(size),
      "=?x?".repeat(size),
      "a; charset=".repeat(size),
      ";charset*=cp437''x".repeat(size),
      ";charset*0*=x'".repeat(size),
      Array.from({ length: size }, (_, i) => `=?x-${i}?q?a?=`).join(" "),
    ];
    const message = bytes(fields.map((field) => `X: ${field}\n`).join("") + "\n");
    await messageFromStream(new Blob([message as BlobPart]).stream());
  });
});

test("every label of the WHATWG standard that Python lacks, whatever separates its words", () => {
  for (const line of WEB_LABELS.split("\n")) {
    const [name, ...labels] = line.split(" ");
    for (const label of labels) {
      assertEquals(lookup(label), name, label);
      assertEquals(lookup(` ${label.toUpperCase()}\t`), name, label);
      if (!label.includes("_")) assertEquals(lookup(label.replaceAll("-", "_")), name, label);
    }
  }
});
