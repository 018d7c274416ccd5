/** The order of SORT (RFC 5256 3, RFC 5957). */

import type { SortCriterion, SortKey } from "../../codec/_gen/types.ts";
import { mktimeTz, parsedateTz } from "../../../email/dates.ts";
import { parseAddresses } from "../content/addresses.ts";
import { fieldText, fieldTexts, scan, type ScannedPart } from "../content/fields.ts";
import { readableText } from "../content/text.ts";
import type { StoredMessage } from "../store/message.ts";
import { baseSubject } from "./base_subject.ts";

/** A message with what it is compared by; each value is found at most once. */
export class Sortable {
  readonly message: StoredMessage;
  readonly #values: Map<string, string | number> = new Map();
  #root: ScannedPart | undefined;
  #subject: { text: string; isReply: boolean } | undefined;

  constructor(message: StoredMessage) {
    this.message = message;
  }

  /** What a key compares. */
  value(key: SortKey): string | number {
    let value = this.#values.get(key);
    if (value === undefined) this.#values.set(key, value = this.#find(key));
    return value;
  }

  /** Base subject, and whether it belongs to a reply or forward. */
  get subject(): { text: string; isReply: boolean } {
    return this.#subject ??= baseSubject(readableText(this.#field("subject") ?? ""));
  }

  /** RFC 5256 2.2: the Date field in UTC; the internal date where it cannot be read. */
  get sent(): number {
    return this.value("DATE") as number;
  }

  #find(key: SortKey): string | number {
    switch (key) {
      case "ARRIVAL":
        return this.message.internalDate.time;
      case "DATE":
        return this.#sent();
      case "SIZE":
        return this.message.bytes.length;
      case "SUBJECT":
        return collated(this.subject.text);
      case "CC":
      case "FROM":
      case "TO":
        return collated(this.#address(key.toLowerCase())?.mailbox ?? "");
      case "DISPLAYFROM":
      case "DISPLAYTO":
        return collated(this.#display(key.slice(7).toLowerCase()));
    }
  }

  #sent(): number {
    const parsed = parsedateTz(this.#field("date")?.slice(0, 200) ?? "");
    const seconds = parsed === null ? NaN : mktimeTz(parsed);
    return Number.isNaN(seconds) ? this.message.internalDate.time : seconds * 1000;
  }

  /** RFC 5957 3: the name of the first address, or the address itself where it has none. */
  #display(field: string): string {
    const address = this.#address(field);
    if (address === undefined) return "";
    const name = readableText(address.name ?? "");
    if (name !== "") return name;
    return address.host ? `${address.mailbox}@${address.host}` : address.mailbox ?? "";
  }

  #address(field: string) {
    return parseAddresses(fieldTexts(this.message.bytes, this.#part, field))[0];
  }

  #field(name: string): string | undefined {
    return fieldText(this.message.bytes, this.#part, name);
  }

  get #part(): ScannedPart {
    return this.#root ??= scan(this.message.bytes);
  }
}

/** Orders messages, given in mailbox order, which is what decides where nothing else does. */
export function sortMessages(
  messages: readonly StoredMessage[],
  criteria: readonly SortCriterion[],
): StoredMessage[] {
  return messages.map((message) => new Sortable(message))
    .sort((a, b) => {
      for (const { key, reverse } of criteria) {
        const order = compare(a.value(key), b.value(key));
        if (order !== 0) return reverse ? -order : order;
      }
      return a.message.uid - b.message.uid;
    })
    .map(({ message }) => message);
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The text as i;unicode-casemap compares it (RFC 5051): case does not count, composed letters are taken apart. */
function collated(text: string): string {
  return text.normalize("NFKD").toUpperCase();
}
