/** Loops over what a server tells, which can be had once. */

import { StateError } from "../base/errors.ts";

/**
 * Lets a loop over items that are at their end fail: a generator would be silently empty, as if there were none.
 *
 * @param items The items.
 * @param call What they came from, for the error.
 * @returns The same.
 */
export function once<T>(items: AsyncGenerator<T, undefined>, call: string): AsyncGenerator<T, undefined> {
  let isOver = false;
  const over = () => void (isOver = true);
  const next = items.next.bind(items);
  const end = items.return.bind(items);
  items.next = () => {
    const result = next();
    result.then(({ done }) => done && over(), over);
    return result;
  };
  items.return = (value) => {
    over();
    return end(value);
  };
  const text = `The items of one ${call} can be had once: call ${call} again for another loop`;
  const rest = {
    next: () => Promise.reject(new StateError(text)),
  };
  items[Symbol.asyncIterator] = () => isOver ? rest as unknown as typeof items : items;
  return items;
}
