// The parameters of one header value: read once and kept.

import { decodeParamList, type ParamValue } from "./rfc2231.ts";
import { parseParams, splitParams } from "./split.ts";
import { textFor } from "../text/given.ts";

/** Parameters from which on their places are kept. */
const INDEX_FROM = 16;

/** The parameters of one header value, with their quotes. */
export class ParamList {
  /** The value they were read from. */
  text: string;
  /** Names and values in order, first the value itself. */
  readonly pairs: [name: string, value: ParamValue][];
  #places: Map<string, number> | null = null;
  #extensible: boolean | null = null;

  /** Whether there are more parameters than were read. */
  readonly limited: boolean;

  /**
   * @param text the header value
   * @param most parameters to read
   */
  constructor(text: string, most = 1_000) {
    this.text = text;
    const params = parseParams(text, most + 1);
    this.limited = params.length > most + 1;
    if (this.limited) params.length = most + 1;
    this.pairs = decodeParamList(params);
  }

  /**
   * The first value of that name, null when there is none.
   *
   * @param name name of the parameter, in any case
   */
  find(name: string): ParamValue | null {
    const key = textFor("the name of a parameter", name, "is").toLowerCase();
    const { pairs } = this;
    if (pairs.length < INDEX_FROM) return pairs.find((pair) => pair[0].toLowerCase() === key)?.[1] ?? null;
    if (this.#places === null) {
      this.#places = new Map();
      pairs.forEach((pair, i) => this.#note(pair[0], i));
    }
    const at = this.#places.get(key);
    return at === undefined ? null : pairs[at]![1];
  }

  #note(name: string, at: number): void {
    const key = name.toLowerCase();
    if (!this.#places!.has(key)) this.#places!.set(key, at);
  }

  /** False inside quotes, where nothing begins, and with RFC 2231 forms, which are moved after all others. */
  #canGrow(): boolean {
    return !this.text.includes("*") &&
      splitParams(`${this.text};`).length === splitParams(this.text).length + 1;
  }

  /**
   * Follows the addition of a parameter at the end, when that can be done without reading all of them again.
   *
   * @param text the whole value, the new parameter included
   * @param added the new parameter as it is written
   */
  extend(text: string, added: string): void {
    this.#extensible ??= !this.limited && this.#canGrow();
    if (!this.#extensible) return;
    const more = new ParamList(`;${added}`);
    if (!more.#canGrow() || more.pairs.length !== 2) return;
    const pair = more.pairs[1]!;
    this.pairs.push(pair);
    if (this.#places !== null) this.#note(pair[0], this.pairs.length - 1);
    this.text = text;
  }
}
