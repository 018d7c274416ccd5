/** What a command comes to, and the responses on the way, as the values that the generated writer takes. */

import { readResponse } from "../../codec/_gen/decode.ts";
import type {
  Code,
  ConditionResponse,
  EsearchResponse,
  FetchResponse,
  ListResponse,
  LsubResponse,
  Response,
  SearchResponse,
  StatusResponse,
} from "../../codec/_gen/types.ts";
import { DateTime } from "../../values/date_time.ts";
import { SequenceSet } from "../../values/sequence_set.ts";
import { RequestReader } from "../../wire/request_reader.ts";
import type { ZonedTime } from "../store/message.ts";

/** The tagged answer to a command. */
export interface Reply {
  status: "OK" | "NO" | "BAD";
  code?: Code;
  text: string;
  /** No EXPUNGE may come before it, whatever the table says: a UID SEARCH with message numbers (RFC 7162 3.2.10.2). */
  keepsNumbers?: boolean;
  /** What happens once the client can have read the answer. */
  after?: () => Promise<void>;
}

/** A command that comes to nothing; thrown anywhere below a command and answered with its reply. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly reply: Reply;
  constructor(status: "NO" | "BAD", text: string, code?: Code) {
    super(text);
    this.reply = { status, text, code };
  }
}

/** A code without arguments. */
export function plainCode(name: string): Code {
  return { name } as Code;
}

/** An untagged OK, NO, BAD, BYE or PREAUTH. */
export function condition(type: ConditionResponse["type"], text: string, code?: Code): Response {
  return { type, code, text };
}

/** `* LIST` and `* LSUB` lines. */
export function listLine(
  type: "LIST" | "LSUB",
  name: string,
  delimiter: string | null,
  attributes: string[],
  extra: { oldName?: string | undefined; childInfo?: string[] | undefined } = {},
): Response {
  const line = blank(`* ${type} () NIL ""`) as ListResponse | LsubResponse;
  return {
    ...line,
    attributes,
    delimiter,
    mailbox: name,
    oldName: extra.oldName,
    childInfo: extra.childInfo ?? [],
  };
}

/** A FETCH response with nothing in it yet. */
export function emptyFetch(seq: number): FetchResponse {
  return { ...EMPTY_FETCH, seq, sections: [], binarySizes: [], other: [] };
}

/** A STATUS response with nothing in it yet. */
export function emptyStatus(mailbox: string): StatusResponse {
  return { ...blank('* STATUS "" ()') as StatusResponse, mailbox };
}

/** An ESEARCH response with nothing in it yet. */
export function emptyEsearch(tag: string): EsearchResponse {
  return { ...blank("* ESEARCH") as EsearchResponse, tag };
}

/** `* SEARCH` with its numbers. */
export function searchLine(numbers: number[]): SearchResponse {
  return { ...blank("* SEARCH") as SearchResponse, numbers };
}

const reader = new RequestReader();

/**
 * A response without content. It is read instead of written down, because extensions add fields to these responses, and
 * every field must be there.
 */
function blank(text: string): Response {
  reader.reset({ text: new TextEncoder().encode(text), literals: [] }, { utf8: true, strict: true });
  return readResponse(reader);
}

/** Read once: a FETCH of a large mailbox needs it for each message. */
const EMPTY_FETCH = blank("* 1 FETCH ()") as FetchResponse;

/** Ascending numbers as a set; none at all is undefined, since no empty set can be written. */
export function setOf(numbers: readonly number[]): SequenceSet | undefined {
  return numbers.length === 0 ? undefined : SequenceSet.from(numbers);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** INTERNALDATE in the zone in which it was given. */
export function formatZonedTime({ time, zone }: ZonedTime, zeroDay: boolean = false): DateTime {
  const local = new Date(time + zone * 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = String(local.getUTCDate()).padStart(2, zeroDay ? "0" : " ");
  const year = String(local.getUTCFullYear()).padStart(4, "0");
  const clock = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  const offset = `${zone < 0 ? "-" : "+"}${two(Math.floor(Math.abs(zone) / 60))}${two(Math.abs(zone) % 60)}`;
  return new DateTime(`${day}-${MONTHS[local.getUTCMonth()]}-${year} ${clock} ${offset}`);
}

/** What to say of a command that was not understood. The text goes to the client, so it must be one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : "Not understood";
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 200) || "Not understood";
}
