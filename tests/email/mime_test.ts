import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  bodyLineIterator,
  Charset,
  encodeNoop,
  Message,
  MessageError,
  messageFromString,
  MIMEApplication,
  MIMEAudio,
  MIMEBase,
  MIMEImage,
  MIMEMessage,
  MIMEMultipart,
  MIMENonMultipart,
  MIMEText,
  MultipartConversionError,
  typedSubpartIterator,
  UnicodeEncodeError,
} from "../../email/mod.ts";

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

test("headers come in Python's order", () => {
  const text = new MIMEText("x");
  assertEquals(text.items(), [
    ["Content-Type", 'text/plain; charset="us-ascii"'],
    ["MIME-Version", "1.0"],
    ["Content-Transfer-Encoding", "7bit"],
  ]);
  assert(text instanceof MIMENonMultipart && text instanceof MIMEBase && text instanceof Message);
  assertEquals(new MIMEBase("a", "b", { params: { x_y: "1", z: null } }).items(), [
    ["Content-Type", 'a/b; x-y="1"; z'],
    ["MIME-Version", "1.0"],
  ]);
});

test("MIMEText takes the simplest charset unless one is given", () => {
  assertEquals(new MIMEText("hello", "html").get("content-type"), 'text/html; charset="us-ascii"');
  const utf8 = new MIMEText("Grüße");
  assertEquals(utf8.get("content-type"), 'text/plain; charset="utf-8"');
  assertEquals(utf8.get("content-transfer-encoding"), "base64");
  assertEquals(utf8.getPayload({ decode: true }), new TextEncoder().encode("Grüße"));
  const latin = new MIMEText("Grüße", "plain", "iso-8859-1");
  assertEquals(latin.get("content-transfer-encoding"), "quoted-printable");
  assertEquals(latin.getPayload(), "Gr=FC=DFe");
  assertEquals(new MIMEText("x", "plain", new Charset("utf-8")).getParam("charset"), "utf-8");
  assertThrows(() => new MIMEText("日本", "plain", "us-ascii"), UnicodeEncodeError);
});

test("MIMEMultipart takes parts at once or one by one", () => {
  const parts = [new MIMEText("a"), new MIMEText("b")];
  const message = new MIMEMultipart("alternative", {
    boundary: "BB",
    subparts: parts,
    params: { type: "x" },
  });
  assertEquals(message.getPayload(), parts);
  assertEquals(message.get("content-type"), 'multipart/alternative; type="x"; boundary="BB"');
  const empty = new MIMEMultipart();
  assertEquals([empty.getContentType(), empty.getPayload(), empty.isMultipart()], [
    "multipart/mixed",
    [],
    true,
  ]);
});

test("parts are refused where there can be none", () => {
  assertThrows(() => new MIMEText("x").attach(new Message()), MultipartConversionError);
  assertThrows(() => new MIMEText("x").attach(new Message()), MessageError);
});

test("MIMEApplication encodes with base64 or with the encoder given", () => {
  const part = new MIMEApplication(bytes("\xfa\xfb\xfc"));
  assertEquals(part.items(), [
    ["Content-Type", "application/octet-stream"],
    ["MIME-Version", "1.0"],
    ["Content-Transfer-Encoding", "base64"],
  ]);
  assertEquals(part.getPayload(), "+vv8\n");
  assertEquals(part.getPayload({ decode: true }), bytes("\xfa\xfb\xfc"));
  const plain = new MIMEApplication(bytes("\xfa"), "x-y", { encoder: encodeNoop, params: { name: "a b" } });
  assertEquals(plain.get("content-type"), 'application/x-y; name="a b"');
  assert(!plain.has("content-transfer-encoding"));
  assertEquals(plain.getPayload({ decode: true }), bytes("\xfa"));
});

test("MIMEImage and MIMEAudio know formats by their first bytes", () => {
  const image = (text: string) => new MIMEImage(bytes(text)).getContentSubtype();
  const images: [string, string][] = [
    ["\xff\xd8\xff\xe0xxJFIF", "jpeg"],
    ["xxxxxxExif", "jpeg"],
    ["\xff\xd8\xff\xdb", "jpeg"],
    ["\x89PNG\r\n\x1a\n", "png"],
    ["GIF87a", "gif"],
    ["GIF89a", "gif"],
    ["MM", "tiff"],
    ["II", "tiff"],
    ["\x01\xda", "rgb"],
    ["P1 ", "pbm"],
    ["P4\n", "pbm"],
    ["P2\t", "pgm"],
    ["P5\r", "pgm"],
    ["P3 ", "ppm"],
    ["P6 ", "ppm"],
    ["\x59\xa6\x6a\x95", "rast"],
    ["#define x", "xbm"],
    ["BM", "bmp"],
    ["RIFFxxxxWEBP", "webp"],
    ["\x76\x2f\x31\x01", "exr"],
  ];
  for (const [data, subtype] of images) assertEquals(image(data), subtype);
  for (const data of ["", "P", "P1", "P7 ", "P6\v", "GIF88a"]) assertThrows(() => image(data), TypeError);
  const audio = (text: string) => new MIMEAudio(bytes(text)).getContentSubtype();
  assertEquals(
    [".snd", "FORMxxxxAIFF", "FORMxxxxAIFC", "RIFFxxxxWAVEfmt "].map(audio),
    ["basic", "x-aiff", "x-aiff", "x-wav"],
  );
  for (const data of ["", "FORMxxxx8SVX", "RIFFxxxxWAVE"]) assertThrows(() => audio(data), TypeError);
  assertEquals(new MIMEImage(bytes("?"), "x-any").get("content-transfer-encoding"), "base64");
});

test("MIMEMessage holds one message", () => {
  const inner = messageFromString("Subject: inner\n\nbody\n");
  const outer = new MIMEMessage(inner);
  assertEquals(outer.getContentType(), "message/rfc822");
  assertEquals(outer.getDefaultType(), "message/rfc822");
  assertEquals(outer.getPayload(), [inner]);
  assertEquals(
    outer.asString(),
    "Content-Type: message/rfc822\nMIME-Version: 1.0\n\nSubject: inner\n\nbody\n",
  );
  assertThrows(() => outer.attach(inner), MultipartConversionError);
  assertThrows(() => new MIMEMessage("x" as unknown as Message), TypeError);
});

test("typedSubpartIterator and bodyLineIterator", () => {
  const message = new MIMEMultipart("mixed", {
    subparts: [new MIMEText("a\nb"), new MIMEText("<p>\n", "html"), new MIMEApplication(bytes("x"))],
  });
  const types = (maintype?: string, subtype?: string) =>
    Array.from(typedSubpartIterator(message, maintype, subtype), (part) => part.getContentType());
  assertEquals(types(), ["text/plain", "text/html"]);
  assertEquals(types("text", "html"), ["text/html"]);
  assertEquals(types("application"), ["application/octet-stream"]);
  assertEquals(types("image"), []);
  assertEquals([...bodyLineIterator(message)], ["a\n", "b", "<p>\n", "eA==\n"]);
  assertEquals([...bodyLineIterator(message, { decode: true })], []);
});
