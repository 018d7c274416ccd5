// Walking over a tree of messages without recursion.

import { NestingLimitError } from "../errors.ts";

/** Deeper than any parse goes; a message that contains itself gets here instead of running forever. */
export const MAX_TREE_DEPTH = 10_000;

/** A message, for those who only walk. */
export interface Tree<T> {
  isMultipart(): boolean;
  getPayload(): string | T[] | null;
}

/** A message and every part below it, depth first. */
export function* walkTree<T extends Tree<T>>(root: T): Generator<T, undefined> {
  const stack: Iterator<T>[] = [];
  let current: T | undefined = root;
  while (current !== undefined) {
    yield current;
    if (current.isMultipart()) {
      if (stack.length >= MAX_TREE_DEPTH) throw new NestingLimitError("message parts are nested too deeply");
      stack.push((current.getPayload() as T[])[Symbol.iterator]());
    }
    current = undefined;
    while (stack.length > 0 && current === undefined) {
      const next: IteratorResult<T> = stack[stack.length - 1]!.next();
      if (next.done) stack.pop();
      else current = next.value;
    }
  }
}
