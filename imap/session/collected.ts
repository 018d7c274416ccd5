/** What the server answered to one command. */

import { LimitError, ProtocolError } from "../base/errors.ts";
import { isCode, isUnread } from "../codec/codes.ts";
import { Raw } from "../values/raw.ts";
import type {
  Code,
  OtherCode,
  Response,
  TaggedResponse,
  UnknownItem,
  UnknownResponse,
} from "../codec/_gen/types.ts";

function itemOf(name: string, value: Raw, error: string | undefined): UnknownItem {
  return { name, value, section: undefined, origin: undefined, error };
}

/** The answer to one command, as far as the command's row of the table claims it. */
export class Collected {
  readonly #command: string;
  readonly #responses = new Map<string, Response[]>();
  readonly #codes = new Map<string, Code>();
  #count = 0;
  /** The tagged response. */
  tagged!: TaggedResponse;

  /** Starts with nothing. */
  constructor(command: string) {
    this.#command = command;
  }

  /** Adds a response. */
  add(response: Response, limit: number): void {
    if (++this.#count > limit) {
      throw new LimitError(`${this.#command}: more responses than maxItems, ${limit}`);
    }
    const list = this.#responses.get(response.type);
    if (list === undefined) this.#responses.set(response.type, [response]);
    else list.push(response);
  }

  /** Adds a code. */
  addCode(code: Code): void {
    this.#codes.set(code.name, code);
  }

  /** Forgets everything: it turned out to belong to another mailbox. */
  clear(): void {
    this.#responses.clear();
    this.#codes.clear();
    this.#count = 0;
  }

  /** What of the responses and codes could not be read; of whole responses, with their names. */
  get unread(): UnknownItem[] {
    const codes = [...this.#codes.values(), this.tagged.code].filter(isUnread) as OtherCode[];
    const inCodes = codes.map(({ name, text, error }) =>
      itemOf(`[${name}]`, new Raw(new TextEncoder().encode(text), []), error)
    );
    const inResponses = [...this.#responses.values()].flat().flatMap((response) =>
      response.type === "UNKNOWN"
        ? [itemOf(response.name, response.raw, response.error)]
        // What ties an ESEARCH to its search and is not known may be the answer itself, after a parenthesis too few.
        : "correlators" in response
        ? [...response.other, ...response.correlators.map((one) => itemOf(one.label, one.value, one.error))]
        : "other" in response
        ? response.other
        : []
    );
    return [...inCodes, ...inResponses];
  }

  /**
   * Refuses an answer of which a response could not be read.
   *
   * @throws {ProtocolError} When there is one.
   */
  refuseUnreadable(): void {
    const response = this.last<UnknownResponse>("UNKNOWN");
    if (response === undefined) return;
    const { name, error } = response;
    throw new ProtocolError(`${this.#command}: the ${name} response could not be read: ${error}`, {
      command: this.#command,
    });
  }

  /** All responses of a name. */
  all<T extends Response>(name: T["type"]): T[] {
    return (this.#responses.get(name) ?? []) as T[];
  }

  /** The last response of a name; a server that says something twice means the second. */
  last<T extends Response>(name: T["type"]): T | undefined {
    return this.#responses.get(name)?.at(-1) as T | undefined;
  }

  /** The last response of a name that a server must send. */
  one<T extends Response>(name: T["type"]): T {
    const response = this.last<T>(name);
    if (response === undefined) {
      throw new ProtocolError(`${this.#command}: the server said OK without the ${name} response`, {
        command: this.#command,
      });
    }
    return response;
  }

  /** A code of an untagged or the tagged response. */
  code<T extends Code>(name: T["name"]): T | undefined {
    const untagged = this.#codes.get(name);
    return this.taggedCode<T>(name) ?? (isCode(untagged, name) ? untagged as Code as T : undefined);
  }

  /** The code of the tagged response. */
  taggedCode<T extends Code>(name: T["name"]): T | undefined {
    const { code } = this.tagged;
    return isCode(code, name) ? code as Code as T : undefined;
  }
}
