// Everything email_oracle.py says about a message, said by the port.

import {
  bodyLineIterator,
  BytesFeedParser,
  BytesGenerator,
  BytesHeaderParser,
  compat32,
  DecodedGenerator,
  decodeHeader,
  encode7or8bit,
  encodeBase64,
  encodeQuopri,
  Generator,
  type GeneratorOptions,
  Header,
  type HeaderValue,
  makeHeader,
  type Message,
  messageFromBytes,
  messageFromString,
  structure,
  typedSubpartIterator,
  utils,
} from "../../../email/mod.ts";
import {
  attempt,
  bytesDigest,
  chunks,
  defects,
  digest,
  failed,
  headerValue,
  hex,
  type Json,
  options,
  params,
  paramValue,
  textDigest,
} from "./values.ts";
import { createHash } from "node:crypto";

const ADDRESS_HEADERS = [
  ..."from to cc bcc reply-to sender return-path resent-from resent-to resent-cc resent-bcc resent-sender"
    .split(" "),
  ..."delivered-to disposition-notification-to errors-to mail-followup-to x-original-to envelope-to".split(
    " ",
  ),
  "apparently-to",
];
const DATE_HEADERS =
  "date resent-date delivery-date expiry-date deferred-delivery arrival-date last-attempt-date"
    .split(" ");
export const PARAM_NAMES =
  "charset boundary name filename format delsp type start report-type protocol micalg method size reply-type NAME x-no-such-parameter"
    .split(" ");

// ---- output

let numbered = 0;
const randomValues = crypto.getRandomValues.bind(crypto);

/** Made-up boundaries count from 10**18 + 1 in each serialisation, as the oracle's do. */
function numberBoundaries(): void {
  const counted = <T extends ArrayBufferView>(array: T): T => {
    if (array instanceof BigUint64Array && array.length === 1) {
      array[0] = (10n ** 18n + BigInt(++numbered)) << 1n;
      return array;
    }
    return randomValues(array as never) as unknown as T;
  };
  Object.defineProperty(crypto, "getRandomValues", { value: counted, configurable: true });
}

const BOUNDARY = /={15}[0-9]{19}==/g;
const NOBODY = /^From nobody [A-Z][a-z][a-z] [^\n]{20}$/;

/** What is random or of the moment in a serialisation, replaced; only LF ends a line for it. */
function stable(text: string): string {
  const named = text.includes("From nobody ")
    ? text.split("\n").map((line) => line.replace(NOBODY, "From nobody")).join("\n")
    : text;
  return named.replace(BOUNDARY, "=BOUNDARY=");
}

function latin1(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 4096) out += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return out;
}

function stableBytes(bytes: Uint8Array): Uint8Array {
  const text = stable(latin1(bytes));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function serialise(call: () => string | Uint8Array): Json {
  numbered = 0;
  numberBoundaries();
  const value = attempt(call);
  if (failed(value)) return value;
  return typeof value === "string" ? textDigest(stable(value)) : bytesDigest(stableBytes(value));
}

function flattenText(message: Message, setup: GeneratorOptions = {}, unixfrom = false): string {
  const out: string[] = [];
  new Generator({ write: (text: string) => void out.push(text) }, setup).flatten(message, { unixfrom });
  return out.join("");
}

function flattenBytes(message: Message, setup: GeneratorOptions, linesep: string | null): Uint8Array {
  const out: number[] = [];
  const sink = {
    write: (bytes: Uint8Array) => {
      for (const octet of bytes) out.push(octet);
    },
  };
  new BytesGenerator(sink, setup).flatten(message, { linesep });
  return Uint8Array.from(out);
}

function same(a: unknown, b: Uint8Array): boolean {
  return a instanceof Uint8Array && a.length === b.length && a.every((octet, i) => octet === b[i]);
}

const crlf = compat32.clone({ linesep: "\r\n" });
const seven = compat32.clone({ cteType: "7bit" });
const nofold = compat32.clone({ maxLineLength: null });
const exact = compat32.clone({ maxLineLength: null, linesep: "\r\n" });

/** Every way of writing a message, each to be given one that nobody has touched. */
export const OUTPUTS: Record<string, (fresh: Message) => string | Uint8Array> = {
  as_string: (m) => m.asString(),
  as_bytes: (m) => m.asBytes(),
  as_string_unixfrom_78: (m) => m.asString({ unixfrom: true, maxHeaderLen: 78 }),
  as_string_40: (m) => m.asString({ maxHeaderLen: 40 }),
  as_bytes_unixfrom: (m) => m.asBytes({ unixfrom: true }),
  as_bytes_nofold: (m) => m.asBytes({ policy: nofold }),
  as_bytes_crlf: (m) => m.asBytes({ policy: crlf }),
  as_bytes_crlf_nofold: (m) => m.asBytes({ policy: exact }),
  as_bytes_7bit: (m) => m.asBytes({ policy: seven }),
  generator_default: (m) => flattenText(m),
  generator_mangle_60: (m) => flattenText(m, { mangleFrom: true, maxHeaderLen: 60 }, true),
  bytes_generator_mangle: (m) => flattenBytes(m, { mangleFrom: true }, "\r\n"),
  decoded_generator: (m) => {
    const text: string[] = [];
    new DecodedGenerator({ write: (piece: string) => void text.push(piece) }).flatten(m);
    return text.join("");
  },
};

/** What is to be said of a message that was written as `first`: whether writing changes it. */
export const FLAGS: Record<string, (data: Uint8Array, first: unknown) => Json> = {
  round_trip: (data, first) => same(first, data),
  round_trip_nofold: (data) => same(attempt(() => messageFromBytes(data).asBytes({ policy: nofold })), data),
  round_trip_crlf_nofold: (data) =>
    same(attempt(() => messageFromBytes(data).asBytes({ policy: exact })), data),
  idempotent: (_, first) =>
    first instanceof Uint8Array
      ? attempt(() => same(stableBytes(messageFromBytes(first).asBytes()), stableBytes(first)))
      : undefined,
};

function describeOutput(data: Uint8Array): Json {
  const out: Record<string, Json> = {};
  for (const [name, write] of Object.entries(OUTPUTS)) {
    out[name] = serialise(() => write(messageFromBytes(data)));
  }
  const first = attempt(() => messageFromBytes(data).asBytes());
  for (const [name, flag] of Object.entries(FLAGS)) out[name] = flag(data, first);
  return out;
}

// ---- entry points

function brief(message: Message): Json {
  return {
    structure: structure(message, { includeDefault: true }),
    defects: Array.from(message.walk(), defects),
    keys: message.keys(),
    as_bytes: serialise(() => message.asBytes()),
    as_string: serialise(() => message.asString()),
  };
}

/** The other ways in. */
export const ENTRIES: Record<string, (data: Uint8Array) => Json> = {
  headers_only: (data) => attempt(() => brief(new BytesHeaderParser().parsebytes(data))),
  // Python's file form reads with universal newlines; here that is the caller's business.
  binary_file: (data) =>
    attempt(() =>
      brief(
        messageFromBytes(Uint8Array.from(latin1(data).replace(/\r\n?/g, "\n"), (c) => c.charCodeAt(0))),
      )
    ),
  string_latin1: (data) => attempt(() => brief(messageFromString(latin1(data)))),
  string_latin1_payloads: (data) =>
    data.some((octet) => octet > 127)
      ? attempt(() =>
        Array.from(
          messageFromString(latin1(data)).walk(),
          (part) => attempt(() => digest(part.getPayload({ decode: true }))),
        )
      )
      : undefined,
};

/** Whether a message that is fed in pieces is the one that is read at once. */
export function fedAlike(data: Uint8Array, sizes: number[]): Record<string, boolean> {
  const whole = JSON.stringify(attempt(() => brief(messageFromBytes(data))));
  return Object.fromEntries(sizes.map((size) => {
    const fed = attempt(() => {
      const parser = new BytesFeedParser();
      for (let i = 0; i < data.length; i += size) parser.feed(data.subarray(i, i + size));
      return brief(parser.close());
    });
    return [`feed_${size}_same`, JSON.stringify(fed) === whole];
  }));
}

function describeEntries(data: Uint8Array): Json {
  const out: Record<string, Json> = {};
  for (const [name, read] of Object.entries(ENTRIES)) out[name] = read(data);
  const small = data.length <= (options.slow ? 200000 : 6000);
  return { ...out, ...fedAlike(data, small ? [977, 1, 2, 61] : [977]) };
}

// ---- mutations

export const MUTATIONS: Record<string, (message: Message) => void> = {
  add_header: (m) =>
    m.addHeader("X-Test", "value", {
      foo_bar: 'a "quoted\\" one',
      none: null,
      name: "plain",
      uni: "Fu\xdfballer.ppt",
      tup: ["iso-8859-1", "de", "Fu\xdfballer.ppt"],
    }),
  set_item: (m) => m.append("Subject", "second subject"),
  del_item: (m) => m.delete("RECEIVED"),
  replace_header: (m) => m.replaceHeader("subject", "replaced " + "word ".repeat(30)),
  set_param: (m) => m.setParam("charset", "utf-8"),
  set_param_noquote: (m) => m.setParam("x-new", "a b", { requote: false, replace: true }),
  set_param_2231: (m) => m.setParam("title", "Gr\xfc\xdfe \u20ac", { charset: "utf-8", language: "de" }),
  set_param_disposition: (m) => m.setParam("filename", "new name.txt", { header: "Content-Disposition" }),
  del_param_charset: (m) => m.delParam("charset"),
  del_param_boundary: (m) => m.delParam("BOUNDARY", { requote: false }),
  set_type: (m) => m.setType("text/x-changed"),
  set_type_bad: (m) => m.setType("text"),
  set_boundary: (m) => m.setBoundary('new "boundary'),
  set_unixfrom: (m) => m.setUnixfrom("From me now"),
  set_payload: (m) => m.setPayload("From here\n>From there\n"),
  set_payload_utf8: (m) => m.setPayload("Gr\xfc\xdfe \u20ac\n", "utf-8"),
  set_payload_latin1: (m) => m.setPayload("Gr\xfc\xdfe =\n\ttab \n" + "x".repeat(100), "iso-8859-1"),
  set_payload_jp: (m) => m.setPayload("\u65e5\u672c\u8a9e\n", "euc-jp"),
  set_payload_ascii_error: (m) => m.setPayload("\u65e5\u672c\u8a9e\n", "us-ascii"),
  set_charset: (m) => m.setCharset("iso-8859-2"),
  set_charset_none: (m) => m.setCharset(null),
  set_default_type: (m) => m.setDefaultType("message/rfc822"),
  attach: (m) => m.attach(messageFromString("A: b\n\nc")),
  encode_base64: encodeBase64,
  encode_quopri: encodeQuopri,
  encode_7or8bit: encode7or8bit,
};

export function mutate(data: Uint8Array, name: string): Json {
  const message = messageFromBytes(data);
  const result = attempt(() => {
    MUTATIONS[name]!(message);
    return null;
  });
  return [
    result,
    attempt(() => params(message.getParams())),
    serialise(() => message.asBytes({ unixfrom: true })),
  ];
}

function describeMutations(data: Uint8Array): Json {
  return Object.fromEntries(Object.keys(MUTATIONS).map((name) => [name, mutate(data, name)]));
}

// ---- parts

type Encoding = [of: "decoded" | "stored", encode: (name: string, text: string) => string];

const ENCODINGS: Record<string, Encoding> = {
  encode_utf8: ["decoded", (headerName, text) => new Header(text, { charset: "utf-8", headerName }).encode()],
  encode_latin1: [
    "decoded",
    (headerName, text) => new Header(text, { charset: "iso-8859-1", headerName, maxLineLen: 60 }).encode(),
  ],
  encode_ascii: [
    "decoded",
    (headerName, text) =>
      new Header(text, { headerName, continuationWs: "\t" })
        .encode({ splitChars: " ", maxLineLen: 40, linesep: "\r\n" }),
  ],
  fold_40: ["stored", (name, text) => compat32.clone({ maxLineLength: 40 }).fold(name, text)],
};

/** What is asked of each part beyond the usual. */
export interface Questions {
  /** Encodings of its fields. */
  encodings: string[];
  /** Parameters asked for by name. */
  params: string[];
}

const EVERYTHING: Questions = { encodings: Object.keys(ENCODINGS), params: PARAM_NAMES };

function describeHeader(name: string, value: HeaderValue, encodings: string[]): Json {
  const made = attempt(() => String(makeHeader(decodeHeader(value))));
  const out: Record<string, Json> = {
    str: attempt(() => String(value)),
    decode_header: attempt(() => chunks(decodeHeader(value))),
    make_header: made,
  };
  for (const key of encodings) {
    const [of, encode] = ENCODINGS[key]!;
    const text = of === "decoded" ? made : value;
    if (typeof text === "string" && [...text].length <= 4000) out[key] = attempt(() => encode(name, text));
  }
  return out;
}

function describeDates(values: HeaderValue[]): Json {
  return values.map((value) => {
    const text = String(value);
    const tz = attempt(() => utils.parsedateTz(text));
    const date = attempt(() => utils.parsedateToDatetime(text));
    const row: Record<string, Json> = {
      value: text,
      parsedate: attempt(() => utils.parsedate(text)),
      parsedate_tz: tz,
      to_datetime: failed(date) ? date : date.toISOString(),
    };
    if (Array.isArray(tz)) {
      const stamp = attempt(() => utils.mktimeTz(tz));
      row.mktime_tz = stamp;
      if (!failed(stamp)) row.formatdate = attempt(() => utils.formatdate(stamp));
    }
    if (!failed(date)) row.format_datetime = attempt(() => utils.formatDatetime(date));
    return row;
  });
}

function describeAddresses(values: HeaderValue[]): Json {
  const texts = values.map(String);
  const loose = attempt(() => utils.getaddresses(texts, { strict: false }));
  const out: Record<string, Json> = {
    getaddresses: attempt(() => utils.getaddresses(texts)),
    getaddresses_loose: loose,
    parseaddr: attempt(() => utils.parseaddr(texts[0]!)),
    parseaddr_loose: attempt(() => utils.parseaddr(texts[0]!, { strict: false })),
  };
  if (!failed(loose)) out.formataddr = loose.map((pair) => attempt(() => utils.formataddr(pair)));
  return out;
}

function describePart(part: Message, path: string, questions: Questions): Json {
  const out: Record<string, Json> = {
    path,
    is_multipart: part.isMultipart(),
    default_type: part.getDefaultType(),
    content_type: attempt(() => part.getContentType()),
    maintype: attempt(() => part.getContentMaintype()),
    subtype: attempt(() => part.getContentSubtype()),
    content_charset: attempt(() => part.getContentCharset()),
    content_disposition: attempt(() => part.getContentDisposition()),
    filename: attempt(() => part.getFilename()),
    boundary: attempt(() => part.getBoundary()),
    len: part.length,
    keys: part.keys(),
    raw_items: Array.from(part.rawItems(), ([name, value]) => [name, headerValue(value)]),
    items: part.items().map(([name, value]) => [name, headerValue(value)]),
    unixfrom: part.getUnixfrom(),
    preamble: part.preamble === null ? null : textDigest(part.preamble),
    epilogue: part.epilogue === null ? null : textDigest(part.epilogue),
    parse_defects: defects(part),
    params: attempt(() => params(part.getParams())),
    params_quoted: attempt(() => params(part.getParams({ unquote: false }))),
    disposition_params: attempt(() => params(part.getParams({ header: "content-disposition" }))),
  };
  const param: Record<string, Json> = {};
  const collapsed: Record<string, Json> = {};
  for (const header of ["content-type", "content-disposition"]) {
    if (!part.has(header)) continue;
    for (const name of questions.params) {
      const value = attempt(() => part.getParam(name, { header }));
      if (value === null) continue;
      const key = `${header}:${name}`;
      param[key] = failed(value) ? value : paramValue(value);
      if (!failed(value)) collapsed[key] = attempt(() => utils.collapseRfc2231Value(value));
    }
  }
  out.param = param;
  out.param_collapsed = collapsed;
  const seen = new Set(part.keys().map((name) => name.toLowerCase()));
  out.headers = part.items().map(([name, value]) => describeHeader(name, value, questions.encodings));
  const addresses: Record<string, Json> = {};
  for (const name of ADDRESS_HEADERS) {
    if (seen.has(name)) addresses[name] = describeAddresses(part.getAll(name)!);
  }
  out.addresses = addresses;
  const dates: Record<string, Json> = {};
  for (const name of DATE_HEADERS) {
    if (seen.has(name)) dates[name] = describeDates(part.getAll(name)!);
  }
  if (seen.has("received")) {
    dates.received = describeDates(part.getAll("received")!.map((value) => {
      const text = String(value);
      return text.slice(text.lastIndexOf(";") + 1);
    }));
  }
  out.dates = dates;
  const payload = attempt(() => part.getPayload());
  out.payload = failed(payload) ? payload : digest(payload);
  const decoded = attempt(() => part.getPayload({ decode: true }));
  out.payload_decoded = failed(decoded) ? decoded : digest(decoded);
  out.defects = defects(part);
  return out;
}

/** Every part; all there is to say about it unless told otherwise. */
export function describeTree(message: Message, questions: Questions = EVERYTHING): Json[] {
  const out: Json[] = [];
  const stack: [Message, string][] = [[message, ""]];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const [part, path] = item;
    out.push(describePart(part, path, questions));
    if (!part.isMultipart()) continue;
    const parts = part.getPayload() as Message[];
    for (let i = parts.length - 1; i >= 0; i--) {
      stack.push([parts[i]!, path === "" ? `${i}` : `${path}.${i}`]);
    }
  }
  return out;
}

/** Every CR LF or LF as CR LF: what IMAP delivers. */
export function toCrlf(data: Uint8Array): Uint8Array {
  return Uint8Array.from(latin1(data).replace(/\r?\n/g, "\r\n"), (character) => character.charCodeAt(0));
}

/** The whole description of a message. */
export function describe(data: Uint8Array, name: string): Json {
  const out: Record<string, Json> = {
    format: 1,
    file: name,
    bytes: data.length,
    sha256: createHash("sha256").update(data).digest("hex"),
  };
  const message = attempt(() => messageFromBytes(data));
  if (failed(message)) return { ...out, error: message.error };
  return {
    ...out,
    structure: structure(message, { includeDefault: true }),
    charsets: attempt(() => message.getCharsets()),
    output: describeOutput(data),
    entries: describeEntries(data),
    mutations: describeMutations(data),
    typed_text: attempt(() => Array.from(typedSubpartIterator(message), (part) => part.getContentType())),
    body_lines: attempt(() => Array.from(bodyLineIterator(message)).length),
    parts: describeTree(message),
  };
}

export { hex };
