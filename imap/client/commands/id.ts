/** ID: what a client tells about itself, as names and values. RFC 2971. */

import { isOther, isPromise, kindOf } from "../../base/option_names.ts";
import type { IdArgs } from "../../codec/_gen/encode.ts";
import type { IdParam } from "../../codec/_gen/types.ts";

/** What a client tells about itself: by name, or in an order. */
export type ClientId = Readonly<Record<string, string | null>> | readonly IdParam[];

/**
 * What is sent.
 *
 * @throws {TypeError} For anything but names and texts.
 */
export function idArgs(params: ClientId | null, options: object): IdArgs {
  return { ...options, params: params === null ? null : idParams(params) };
}

/**
 * The names and values of either form.
 *
 * @throws {TypeError} For anything but names and texts.
 */
export function idParams(params: ClientId): IdParam[] {
  const isList = Array.isArray(params);
  if (typeof params !== "object" || params === null || isPromise(params) || (!isList && isOther(params))) {
    throw new TypeError(`ID takes names and values, such as { name: "Example" }, not ${kindOf(params)}`);
  }
  const list = isList
    ? params as readonly IdParam[]
    : Object.entries(params).map(([name, value]) => ({ name, value: value as string | null }));
  return list.map((one) => {
    const { name, value } = one ?? {};
    if (typeof name !== "string" || (typeof value !== "string" && value !== null)) {
      throw new TypeError(`ID takes texts: the value of ${JSON.stringify(name)} is ${kindOf(value)}`);
    }
    if (`${name}${value}`.includes("\0")) throw new RangeError("ID: NUL cannot be sent");
    return { name, value };
  });
}
