// The call table of email_vectors.py: what each `fn` means, said to the port.

import {
  base64mime,
  Charset,
  compat32,
  decodeHeader,
  encodeBase64,
  encodeQuopri,
  Header,
  makeHeader,
  Message,
  messageFromBytes,
  messageFromString,
  MIMEApplication,
  MIMEBase,
  MIMEImage,
  MIMEMessage,
  MIMEMultipart,
  MIMEText,
  quoprimime,
  utils,
} from "../../../email/mod.ts";
import { decode, encode } from "../../../email/codecs/mod.ts";
import { attempt, hex, unhex } from "./octets.ts";

/** A line of the vectors file. */
export interface Vector {
  n: number;
  fn: string;
  args: unknown[];
  out: unknown;
}

// deno-lint-ignore no-explicit-any
type Call = (...args: any[]) => unknown;

function withHeader(value: string, name = "Content-Type"): Message {
  return messageFromString(`${name}: ${value}\n\n`);
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

type Step = [string, ...string[]];

/** Python's str.encode("utf-8", "replace"): a question mark for each lone surrogate. */
function utf8Replace(text: string): Uint8Array {
  return encode(text, "utf-8", "replace");
}

function build(steps: Step[]): Uint8Array {
  const stack: Message[] = [];
  const top = () => stack[stack.length - 1]!;
  for (const [op, ...args] of steps) {
    if (op === "text") stack.push(new MIMEText(args[0]!, args[1], args[2] ?? null));
    else if (op === "multipart") stack.push(new MIMEMultipart(args[0], { boundary: args[1] }));
    else if (op === "base") stack.push(new MIMEBase(args[0]!, args[1]!));
    else if (op === "application") stack.push(new MIMEApplication(utf8Replace(args[0]!)));
    else if (op === "image") stack.push(new MIMEImage(encode(args[0]!, "latin-1")));
    else if (op === "rfc822") stack.push(new MIMEMessage(stack.pop()!));
    else if (op === "set") top().append(args[0]!, args[1]!);
    else if (op === "attachment") {
      top().addHeader("Content-Disposition", "attachment", { filename: args[0]! });
    } else if (op === "preamble") top().preamble = args[0]!;
    else if (op === "epilogue") top().epilogue = args[0]!;
    else if (op === "base64") encodeBase64(top());
    else if (op === "quopri") encodeQuopri(top());
    else if (op === "attach") {
      const child = stack.pop()!;
      top().attach(child);
    }
  }
  return top().asBytes({ unixfrom: false });
}

const CALLS: Record<string, Call> = {
  "utils.unquote": (s) => utils.unquote(s),
  "utils.quote": (s) => utils.quote(s),
  "utils.parseaddr": (s) => utils.parseaddr(s),
  "utils.parseaddr_loose": (s) => utils.parseaddr(s, { strict: false }),
  "utils.getaddresses": (s) => utils.getaddresses(s),
  "utils.getaddresses_loose": (s) => utils.getaddresses(s, { strict: false }),
  "utils.formataddr": (name, address, charset) => utils.formataddr([name, address], charset),
  "utils.parsedate_tz": (s) => utils.parsedateTz(s),
  "utils.parsedate_to_datetime": (s) => utils.parsedateToDatetime(s).toISOString(),
  "utils.formatdate": (time, usegmt) => utils.formatdate(time, { usegmt }),
  "utils.encode_rfc2231": (s, charset, language) => utils.encodeRfc2231(s, charset, language),
  "utils.decode_rfc2231": (s) => utils.decodeRfc2231(s),
  "utils.collapse_rfc2231_value": (value) => utils.collapseRfc2231Value(value),
  "message.get_params": (value) => withHeader(value).getParams(),
  "message.get_filename": (value) => withHeader(value, "Content-Disposition").getFilename(),
  "message.types": (value) => {
    const m = withHeader(value);
    return [
      m.getContentType(),
      m.getContentMaintype(),
      m.getContentSubtype(),
      m.getContentCharset(),
      m.getBoundary(),
    ];
  },
  "message.set_param": (value, param, text, requote, charset) => {
    const m = withHeader(value);
    m.setParam(param, text, { requote, charset });
    return m.get("content-type");
  },
  "message.payload_decode": (cte, body) => {
    const m = messageFromBytes(concat(bytesOf(`Content-Transfer-Encoding: ${cte}\n\n`), body));
    return [m.getPayload({ decode: true }), m.defects.map((defect) => defect.name)];
  },
  "message.payload_text": (charset, body) => {
    const m = messageFromBytes(concat(bytesOf(`Content-Type: text/plain; charset="${charset}"\n\n`), body));
    return [m.getPayload(), m.asString()];
  },
  "message.set_payload": (value, charset) => {
    const m = new Message();
    m.setPayload(value, charset);
    return [m.items(), m.getPayload(), m.asBytes()];
  },
  "message.subject": (value) => {
    const m = new Message();
    m.append("Subject", value);
    return [m.asString(), m.asString({ maxHeaderLen: 40 })];
  },
  "header.decode_header": (value) => decodeHeader(value),
  "header.make_header_str": (value) => String(makeHeader(decodeHeader(value))),
  "header.encode": (value, charset, headerName, continuationWs, maxLineLen, splitChars, linesep) =>
    new Header(value, { charset, headerName, continuationWs }).encode({ splitChars, maxLineLen, linesep }),
  "header.two": (first, charset1, second, charset2) => {
    const h = new Header(first, { charset: charset1 });
    h.append(second, charset2);
    return [h.encode(), String(h)];
  },
  "policy.fold": (name, value, maxLineLength) => compat32.clone({ maxLineLength }).fold(name, value),
  "charset.info": (name) => {
    const c = new Charset(name);
    const encoding = c.getBodyEncoding();
    return [
      c.inputCharset,
      c.headerEncoding,
      c.bodyEncoding,
      c.outputCharset,
      c.inputCodec,
      c.outputCodec,
      c.getOutputCharset(),
      typeof encoding === "string" ? encoding : "encode_7or8bit",
      String(c),
      c.equals(name.toUpperCase()),
    ];
  },
  "charset.header_encode": (charset, s) => new Charset(charset).headerEncode(s),
  "charset.body_encode": (charset, s) => new Charset(charset).bodyEncode(s),
  "codec.decode": (charset, bytes) => decode(bytes, charset, "replace"),
  "codec.encode": (charset, s) => encode(s, charset),
  "quoprimime.header_encode": (bytes, charset) => quoprimime.headerEncode(bytes, charset),
  "quoprimime.header_decode": (s) => quoprimime.headerDecode(s),
  "quoprimime.body_encode": (s, maxlinelen, eol) => quoprimime.bodyEncode(s, maxlinelen, eol),
  "quoprimime.decode": (s, eol) => quoprimime.decode(s, eol),
  "quoprimime.lengths": (bytes) => [quoprimime.headerLength(bytes), quoprimime.bodyLength(bytes)],
  "base64mime.body_encode": (bytes, maxlinelen, eol) => base64mime.bodyEncode(bytes, maxlinelen, eol),
  "base64mime.decode": (s) => base64mime.decode(s),
  "mime.text": (value, charset) => {
    const m = new MIMEText(value, "plain", charset);
    return [m.items(), m.getPayload(), m.getPayload({ decode: true }), m.asBytes()];
  },
  "mime.build": build,
};

function encodable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: hex(value) };
  if (value instanceof Header) {
    return { header: value.chunks.map(([text, charset]) => [text, String(charset)]) };
  }
  if (Array.isArray(value)) return value.map(encodable);
  return value ?? null;
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value === "object" && value !== null && "hex" in value) return unhex(String(value.hex));
  return value;
}

/** What the port answers to a call. */
export function answer(vector: Pick<Vector, "fn" | "args">): unknown {
  const call = CALLS[vector.fn];
  if (call === undefined) throw new Error(`no such call: ${vector.fn}`);
  return attempt(() => encodable(call(...vector.args.map(revive))));
}
